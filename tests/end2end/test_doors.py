"""Tests of signing in at a real WordPress: where its routes are, what blocks them, and each error.

Each is tried as the app signs in (`check_sign_in`) and as scripts do (`PostoSDK`). What happened
at the site is asked of the site itself, behind all doors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from posto_desktop.sdk import PostoSDK
from posto_desktop.sdk.connect import check_sign_in, look_up
from posto_desktop.sdk.errors import PostoError
from posto_desktop.sdk.transport import Route
from tests.end2end.wordpress import WordPress
from tests.end2end.wordpress.control import Control

pytestmark = [pytest.mark.wordpress, pytest.mark.end2end]

COMPOSER = "/fs-poster/v1/composer"
RETRY = "/fs-poster/v1/schedules/retry"
SCHEDULES = "/fs-poster/v1/schedules"
MEDIA = "/wp/v2/media"


@dataclass(frozen=True)
class Door:
    """`site` is a name of `wordpress.urls`; `base` is how its address is kept, ``{url}`` where it
    is kept as typed. `tail` is typed behind the address, `host` in place of 127.0.0.1."""

    site: str
    base: str = "{url}"
    host: str = "127.0.0.1"
    tail: str = ""
    is_closed: bool = False
    before: Callable[[WordPress], object] = field(default=lambda _wordpress: None)

    def typed(self, wordpress: WordPress) -> str:
        return wordpress.urls[self.site].replace("127.0.0.1", self.host) + self.tail

    def expected_url(self, wordpress: WordPress) -> str:
        return self.base.format(url=wordpress.urls[self.site], **wordpress.urls, route="{route}")

    def route(self, wordpress: WordPress) -> Route | None:
        return Route(ca_file=str(wordpress.authority)) if "https" in self.site else None


OPEN = {
    "an open door": Door("plugin"),
    "REST closed to guests": Door("closed", is_closed=True),
    "REST closed to guests, and no page names it": Door("closed_unnamed", is_closed=True),
    "/index.php/": Door("index_php", "{url}/index.php/wp-json/{route}"),
    "/index.php/, pasted": Door(
        "index_php", "{url}/index.php/wp-json/{route}", tail="/index.php/wp-json/"
    ),
    "plain permalinks": Door("plain", "{url}/index.php?rest_route="),
    "another REST prefix": Door("prefix", "{url}/api/{route}"),
    "another REST prefix, pasted": Door("prefix", "{url}/api/{route}", tail="/api/"),
    "a wrong folder": Door("plugin", tail="/no/such/folder"),
    # A name and the same with www. are two names of one computer here.
    "to the name with www": Door("to_other_host", "{other_host}"),
    "and back": Door("redirect", "{plugin}", host="localhost"),
    "a byte-order mark": Door("byte_order_mark"),
    "notices before the JSON": Door("notices"),
    "a plugin that looks early": Door("strict"),
    "a certificate of one's own": Door("https"),
    "a cache in front": Door("cached"),
    "uploads limited": Door("small"),
    "basic authentication in front with the same password": Door(
        "own_password",
        is_closed=True,
        before=lambda wordpress: wordpress.let_in_front(wordpress.admin),
    ),
    # After somebody has copied the lines that the app advises.
    "basic authentication in front, mended": Door("own_password_mended"),
    "header dropped, mended": Door("stripped_mended"),
    "application passwords off, mended": Door("no_app_passwords_mended"),
}


@pytest.mark.parametrize("door", OPEN.values(), ids=OPEN.keys())
def test_signing_in(wordpress: WordPress, control: Control, door: Door) -> None:
    door.before(wordpress)
    account, route = wordpress.admin, door.route(wordpress)
    signed_in = check_sign_in(
        door.typed(wordpress), account.username, account.password, route=route
    )
    assert signed_in.base_url == door.expected_url(wordpress)
    assert (signed_in.account_name, signed_in.site_name) == ("posto", "Posto Test Site")
    assert signed_in.has_plugin
    assert "/fs-poster/v1/channels" in signed_in.routes
    # What is kept leads there again, without a search.
    seen = len(control.state().calls)
    with PostoSDK.from_credentials(
        account.username, account.password, base_url=signed_in.base_url, route=route
    ) as sdk:
        assert sdk.me().name == "posto"
        assert sdk.base_url == signed_in.base_url
    assert len(control.state().calls) == seen + 1


@pytest.mark.parametrize("door", OPEN.values(), ids=OPEN.keys())
def test_posting_retrying_and_deleting(
    wordpress: WordPress, control: Control, photo: Path, door: Door
) -> None:
    door.before(wordpress)
    account = wordpress.admin
    control.plugin(at_sending={8: "The network said no."})
    with PostoSDK.from_credentials(
        account.username,
        account.password,
        base_url=door.typed(wordpress),
        route=door.route(wordpress),
    ) as sdk:
        result = sdk.post("A fjord", [7, 8], media=photo)
        assert (result.success, result.error_message) == (True, None)
        assert sdk.base_url == door.expected_url(wordpress)
        state = control.state()
        (media_id,) = state.media
        assert [row["posting_data"]["content"] for row in state.schedules] == ["A fjord"] * 2
        for row in state.schedules:
            (item,) = row["posting_data"]["mediaList"]
            assert item["id"] == media_id
        # Asked where every door is open: the address in the row is that of this one.
        picture_url = wordpress.urls["plugin"] + item["url"].partition("/wp-content/")[1]
        picture_url += item["url"].partition("/wp-content/")[2]
        assert requests.get(picture_url, timeout=60).content == photo.read_bytes()

        control.send()
        rows = {
            row.channel_id: row for row in sdk.schedules.list(group_id=result.schedule_group_id)
        }
        assert {number: row.status for number, row in rows.items()} == {7: "success", 8: "error"}
        control.plugin(at_sending={})
        assert sdk.schedules.retry([row.id for row in rows.values()]).retried == [rows[8].id]
        control.send()
        assert [row["status"] for row in control.state().schedules] == ["success", "success"]
        deleted = sdk.schedules.delete([row.id for row in rows.values()])
        assert sorted(deleted.deleted) == sorted(row.id for row in rows.values())
    state = control.state()
    assert state.schedules == []
    assert [len(state.calls_to(route)) for route in (COMPOSER, MEDIA, RETRY)] == [1, 1, 1]
    assert len(state.calls_to(SCHEDULES, "DELETE")) == 1


def test_what_is_known_before_anybody_signs_in(wordpress: WordPress, control: Control) -> None:
    for door in OPEN.values():
        if door.site != "own_password":
            site = look_up(door.typed(wordpress), route=door.route(wordpress))
            assert site.is_closed is door.is_closed
            assert site.site_name == ("" if door.is_closed else "Posto Test Site")
            assert site.base_url == door.expected_url(wordpress)
    assert {call["user"] for call in control.state().calls} == {0}


# --- doors that stay shut


@dataclass(frozen=True)
class Shut:
    """What is said at a door that does not open; ``{host}`` is the host with its port."""

    site: str
    reason: str
    says: str
    lines: tuple[str, ...] = ()
    host: str = "127.0.0.1"
    scheme: str = ""
    knows_authority: bool = True
    username: str = "posto"
    password: str = ""

    def typed(self, wordpress: WordPress) -> str:
        url = wordpress.urls[self.site].replace("127.0.0.1", self.host)
        return url.replace("http:", self.scheme) if self.scheme else url

    def sentence(self, wordpress: WordPress) -> str:
        return self.says.format(host=wordpress.urls[self.site].partition("//")[2])


HEADER = (
    'SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1',
    "CGIPassAuth On",
    "fastcgi_param HTTP_AUTHORIZATION $http_authorization;",
)
LET_THROUGH = (
    "Address: http://{host}/wp-json/*\nMethods: GET, POST, DELETE\nUser-Agent: Posto-Desktop"
)
OWN_CERTIFICATE = (
    "Settings > Network > Certificates of your own",
    "PostoSDK.from_credentials(…, route=Route(ca_file='site.pem'))",
)
APP_PASSWORDS = (
    "<?php\nadd_filter(\n    'wp_is_application_passwords_available',\n    '__return_true',\n"
    "    100\n);"
)
NOT_ACCEPTED = (
    "{host} rejected the user name or application password. Check both; the login password of "
    "the site does not work here. If they are right, the web server drops the Authorization header."
)
SHUT = {
    "header dropped": Shut("stripped", "wrong_password", NOT_ACCEPTED, HEADER),
    "a wrong password": Shut("plugin", "wrong_password", NOT_ACCEPTED, HEADER, password="a b c d"),
    "a wrong password where guests are told nothing": Shut(
        "closed",
        "wrong_password",
        NOT_ACCEPTED[:-1] + ", or the site has disabled application passwords.",
        HEADER,
        password="a b c d",
    ),
    # Here WordPress says what it has seen, so the header has arrived.
    "a wrong password where a plugin looks early": Shut(
        "strict",
        "wrong_password",
        "{host} knows the user name, but the application password is wrong. The login password "
        "of the site does not work here: create an application password in your profile there.",
        password="a b c d",
    ),
    "a wrong user name where a plugin looks early": Shut(
        "strict",
        "wrong_password",
        "{host} does not know this user name. Check the spelling.",
        username="nobody",
    ),
    "application passwords off": Shut(
        "no_app_passwords",
        "app_passwords_off",
        "Application passwords are disabled on {host}: WordPress offers them on https only. Use "
        "the site's https address, or enable them there.",
        (APP_PASSWORDS,),
    ),
    "application passwords off on https": Shut(
        "https_no_app_passwords",
        "app_passwords_off",
        "Application passwords are disabled on {host}, usually by a security plugin. Enable them "
        "in its settings.",
        (APP_PASSWORDS,),
    ),
    "basic authentication in front": Shut(
        "own_password",
        "front_password",
        "The web server of {host} asks for its own user name and password (“Members”). Posto can "
        "send only the WordPress sign-in. Exclude /wp-json/ from that protection; WordPress checks "
        "the sign-in there itself.",
        (
            'map $request_uri $ask_for {\n    default "Members only";\n    ~^/wp-json/ off;\n}\n\n'
            "auth_basic $ask_for;",
            'SetEnvIf Request_URI "^/wp-json/" for_programs\n<RequireAny>\n'
            "    Require env for_programs\n    Require env REDIRECT_for_programs\n"
            "    Require valid-user\n</RequireAny>",
        ),
    ),
    "403 of a firewall": Shut(
        "firewall",
        "not_allowed",
        "A firewall or security plugin of {host} blocks requests from apps (403). Allow Posto "
        "there.",
        (LET_THROUGH,),
    ),
    "an HTML page with status 200": Shut(
        "html",
        "not_wordpress",
        "{host} is a WordPress site, but answers with a web page (“Just a moment...”) instead of "
        "data. A bot check, a page cache or a “coming soon” plugin blocks Posto. Allow Posto "
        "there.",
        (LET_THROUGH,),
    ),
    "no WordPress": Shut(
        "elsewhere",
        "not_wordpress",
        "{host} is not a WordPress site, or blocks Posto. Check the address.",
    ),
    "nothing there": Shut(
        "nothing",
        "wrong_address",
        "{host} has no WordPress at this address. Check the address; a site in a folder needs the "
        "folder too, as in example.com/blog.",
    ),
    "www and back for ever": Shut(
        "circle",
        "redirect_loop",
        "{host} redirects in a loop. Check both site addresses in WordPress under Settings > "
        "General, and the redirect rules of the web server.",
    ),
    "from https to http": Shut(
        "to_http",
        "insecure_http",
        "{host} redirects to an address without https. The password was not sent.",
    ),
    "https typed, http there": Shut(
        "plugin",
        "tls",
        "{host} does not use https. Check the port, and whether the site has a certificate. "
        "Nothing was sent.",
        scheme="https:",
    ),
    "a certificate that has expired": Shut(
        "https_expired",
        "tls",
        "The certificate of 127.0.0.1 has expired. Ask the site's owner to renew it, and check "
        "the clock of this computer. Nothing was sent.",
    ),
    "a self-signed certificate": Shut(
        "https_self_signed",
        "tls",
        "The certificate of 127.0.0.1 is self-signed, so this may be another computer. If the "
        "site is yours, let Posto trust it. Nothing was sent.",
        OWN_CERTIFICATE,
    ),
    "a certificate for another name": Shut(
        "https_wrong_name",
        "tls",
        "The certificate of 127.0.0.1 belongs to another name, so this may be another computer. "
        "Check the address, and try it with or without www. Nothing was sent.",
    ),
    "a certificate of an unknown authority": Shut(
        "https",
        "tls",
        "The certificate of 127.0.0.1 comes from an unknown authority, so this may be another "
        "computer. If it is your company's, let Posto trust it. Otherwise the site must send its "
        "whole certificate chain. Nothing was sent.",
        OWN_CERTIFICATE,
        knows_authority=False,
    ),
}


@pytest.mark.parametrize("door", SHUT.values(), ids=SHUT.keys())
def test_doors_that_stay_shut(wordpress: WordPress, control: Control, door: Shut) -> None:
    password = door.password or wordpress.admin.password
    route = Route(ca_file=str(wordpress.authority)) if door.knows_authority else None
    with pytest.raises(PostoError) as by_app:
        check_sign_in(door.typed(wordpress), door.username, password, route=route)
    with (
        PostoSDK.from_credentials(
            door.username, password, base_url=door.typed(wordpress), route=route
        ) as sdk,
        pytest.raises(PostoError) as by_script,
    ):
        sdk.post("A fjord", [7])
    for error in (by_app.value, by_script.value):
        host = wordpress.urls[door.site].partition("//")[2]
        assert error.user_message == door.sentence(wordpress)
        assert error.reason == door.reason
        assert [remedy.lines for remedy in error.remedies] == [
            lines.replace("{host}", host) for lines in door.lines
        ]
        for remedy in error.remedies:
            assert f"{remedy.where}:\n{remedy.lines}" in error.advice
        assert password not in f"{error} {error.advice}"
    state = control.state()
    assert state.schedules == []
    assert state.calls_to(COMPOSER) == []


def test_no_port(wordpress: WordPress) -> None:
    account = wordpress.admin
    says = (
        "127.0.0.9 is not responding on port 80, the default for http. If the site uses another "
        "port, add it to the address, for example 127.0.0.9:8080. Nothing was sent."
    )
    with pytest.raises(PostoError) as by_app:
        check_sign_in("127.0.0.9", account.username, account.password)
    with (
        PostoSDK.from_credentials(
            account.username, account.password, base_url="127.0.0.9", retries=0
        ) as sdk,
        pytest.raises(PostoError) as by_script,
    ):
        _ = sdk.channels
    assert by_app.value.user_message == by_script.value.user_message == says
