"""People sign in by a real OpenID provider: through its pages, and through those of the server."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator

import pytest
import requests

from posto_desktop.sdk.browser_sign_in import fetch_password, sign_in_page
from posto_desktop.sdk.connect import SiteFacts, check_sign_in, look_up
from posto_desktop.server.app import HttpServer
from posto_desktop.server.connect.listener import BrowserSignIn
from posto_desktop.server.publishers.base import Refused
from posto_desktop.server.team.oidc.settings import OidcSettings
from posto_desktop.server.workspace import Workspace
from tests.needs import require
from tests.servers import openid_provider
from tests.servers.install import missing
from tests.servers.openid_provider import CLIENT, SECRET, OpenIdProvider, running_provider
from tests.servers.running import HOST, reserved_port


class Served:
    """A workspace with people on its own port, and the provider of its people."""

    def __init__(self, workspace: Workspace, url: str, provider: OpenIdProvider) -> None:
        assert workspace.team is not None
        self.team, self.url, self.provider = workspace.team, url, provider

    def site(self) -> SiteFacts:
        return look_up(self.url, allow_http=True)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    require(missing(*openid_provider.NEEDED))
    with contextlib.ExitStack() as stack:
        port = stack.enter_context(reserved_port())
        workspace = Workspace(tmp_path_factory.mktemp("team"), has_people=True)
        stack.callback(workspace.close)
        assert workspace.team is not None
        people = workspace.team.people
        people.add("boss", "owner", None)
        people.add("olga", "editor", ["a"])
        people.set_email("olga", "olga.o@example.org")
        workspace.team._looked_at = float("-inf")  # a second ago there was no owner
        settings = OidcSettings(f"http://{HOST}:{port}", CLIENT, SECRET)
        server = HttpServer(workspace, lambda: None, is_for_team=True, oidc=settings)
        url = server.bind(0)
        server.start()
        stack.callback(server.stop)
        provider = stack.enter_context(running_provider(port, f"{url}/posto-sign-in"))
        yield Served(workspace, url, provider)


class App:
    """The app's half: it waits at a port of this computer."""

    def __init__(self, site: SiteFacts) -> None:
        self._waiting = BrowserSignIn(lambda _url: None, threading.Event(), seconds=30)
        self.page = sign_in_page(
            site, "Posto Desktop (laptop)", self._waiting.listen(), self._waiting.state
        )
        self.answer: dict[str, str] = {}
        self.error: Refused | None = None
        self._thread = threading.Thread(target=self._wait)
        self._thread.start()

    def _wait(self) -> None:
        try:
            self.answer = dict(self._waiting.open(self.page.url))
        except Refused as error:
            self.error = error

    def wait(self) -> None:
        self._thread.join(30)
        assert not self._thread.is_alive()


def press(session: requests.Session, page: requests.Response, word: str) -> requests.Response:
    token = re.search(r'name="token" value="([^"]+)"', page.text)
    assert token, page.text
    form = {"token": token.group(1), "word": word}
    return session.post(page.url, data=form, headers={"Origin": page.url}, timeout=30)


def test_from_the_address_to_the_password(served: Served) -> None:
    site = served.site()
    assert site.browser_sign_in == f"{served.url}/wp-admin/authorize-application.php"
    app = App(site)
    with requests.Session() as browser:
        page = served.provider.sign_in(browser, app.page.url, "olga.o")
        assert "Let “Posto Desktop (laptop)” sign in as olga?" in page.text
        end = press(browser, page, "allow")
    app.wait()
    assert "You can close this window" in end.text
    assert set(app.answer) == {"state", "site_url", "user_login", "code"}
    name, password = fetch_password(site, app.answer["code"], app.page.verifier)
    sign_in = check_sign_in(site.base_url, name, password, allow_http=True)
    assert sign_in.account is not None
    assert sign_in.account.username == "olga"
    assert served.team.audit.page(1)[0]["action"] == "sign_in.provider"


def test_who_is_nobody_here_is_told_so_and_can_be_somebody_else(served: Served) -> None:
    for name in ("mallory", "unverified.olga"):
        app = App(served.site())
        with requests.Session() as browser:
            page = served.provider.sign_in(browser, app.page.url, name)
            assert page.status_code == 403
            assert f"You are signed in as {name}@example.org, who is nobody" in page.text
            # The provider knows the browser by now, so it has to ask anew.
            again = re.search(r'href="([^"]+)"', page.text)
            assert again
            address = again.group(1).replace("&amp;", "&")
            page = served.provider.sign_in(browser, address, "olga.o")
            assert "sign in as olga?" in page.text
            press(browser, page, "refuse")
        app.wait()
        assert "did not allow" in str(app.error)
        assert app.answer == {}
    outcomes = [entry["outcome"] for entry in served.team.audit.page(4)]
    assert outcomes == ["the person did not allow it", "nobody has this account"] * 2


def test_answers_of_the_real_provider_count_once(served: Served) -> None:
    app = App(served.site())
    with requests.Session() as browser:
        page = served.provider.sign_in(browser, app.page.url, "olga.o")
        (answer,) = (
            step.url for step in page.history if step.url.startswith(f"{served.url}/posto-sign-in?")
        )
        assert browser.get(answer, timeout=30).status_code == 410
        assert requests.get(answer, timeout=30).status_code == 410
        assert requests.get(page.url, timeout=30).status_code == 403
        press(browser, page, "refuse")
    app.wait()
