"""Publisher for Mattermost: channels, with a personal or bot access token.

Each post carries our key among its properties, by which it is found again. Files have no
descriptions there. Source: Mattermost's API v4.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server.publishers.addresses import server_of
from posto_desktop.server.publishers.attachments import upload_each
from posto_desktop.server.publishers.base import (
    Account,
    Attachment,
    Connected,
    Field,
    Found,
    Limits,
    Part,
    Profile,
    Publisher,
    PublishError,
    Record,
    Refused,
    Result,
    SignIn,
    Target,
)
from posto_desktop.server.publishers.checks import check, id_of, objects, sent_since, with_link
from posto_desktop.server.publishers.http import Http, token_header
from posto_desktop.server.publishers.multipart import Form
from posto_desktop.server.publishers.pictures import fitted_to

MOST_FILES = 10
USUAL_TEXT = 16_383
SIDE = 4096
_MOST_POSTS = 1000
_MOST_CHANNELS = 1000
_OPEN, _PRIVATE = "O", "P"


class Mattermost(Publisher):
    method = "mattermost"
    name = "Mattermost"
    ahead = 600.0
    fields = (
        Field("server", translatable("Server", "Server"), hint="https://chat.example.com"),
        Field(
            "token",
            translatable("Server", "Access token"),
            is_secret=True,
            hint=translatable(
                "Server", "A bot's or your own: Profile, Security, Personal Access Tokens."
            ),
        ),
    )

    # -- publishing ------------------------------------------------------------------------------

    def prepare(self, account: Account, part: Part) -> Record:
        text = with_link(part)
        check(account, part, text, scales=True)
        return {"text": text, "key": part.key, "files": {}}

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        return upload_each(
            part, record, "files", keep, lambda attachment: _uploaded(account, attachment)
        )

    def send(self, account: Account, part: Part, record: Record) -> Result:
        body: dict[str, Any] = {
            "channel_id": account.target,
            "message": record["text"],
            "file_ids": [record["files"][str(number)] for number in range(len(part.media))],
            "pending_post_id": f"{account.remote_id}:{record['key']}",
            "props": {"posto_ref": record["key"]},
        }
        if part.root is not None:
            body["root_id"] = part.root.id
        answer = _http(account).publish("POST", "/api/v4/posts", json=body)
        result = _result(account, answer.object())
        if result is None:
            raise answer.no_use()
        return result

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        if part.first_sent is None:
            return Found.NOT_SENT, None
        http = _http(account)
        since = int(sent_since(part, http.ask("GET", "/api/v4/system/ping")) * 1000)
        answer = http.ask(
            "GET", f"/api/v4/channels/{account.target}/posts", params={"since": since}
        )
        posts = answer.object().get("posts")
        if not isinstance(posts, dict):
            raise answer.no_use()
        for post in posts.values():
            props = post.get("props") if isinstance(post, dict) else None
            if not isinstance(props, dict) or props.get("posto_ref") != record["key"]:
                continue
            result = _result(account, post)
            if result and result.id not in taken:
                return Found.SENT, result
        # The server gives a thousand at most.
        return (Found.NOT_SENT if len(posts) < _MOST_POSTS else Found.CANNOT_TELL), None

    # -- accounts --------------------------------------------------------------------------------

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        token = entered.get("token", "").strip()
        redaction.hide(token)
        server = server_of(entered.get("server", ""))
        if not token:
            raise Refused(translatable("Server", "Enter an access token."))
        secret = {"token": token}
        return Connected(server, _profile(Http(server, headers=token_header(secret))), secret)

    def check(self, account: Account) -> Profile:
        return _profile(_http(account))


def _uploaded(account: Account, attachment: Attachment) -> str:
    """The id of a file that no post has yet."""
    picture = fitted_to(account.limits, attachment, SIDE)
    with Form({"channel_id": account.target}, "files", attachment, picture) as form:
        answer = _http(account).ask("POST", "/api/v4/files", **form.request)
    infos = objects(answer.object().get("file_infos"))
    file = id_of(infos[0].get("id")) if infos else ""
    if not file:
        raise answer.no_use()
    return file


def _result(account: Account, post: Mapping[str, Any]) -> Result | None:
    number = id_of(post.get("id"))
    return Result(number, f"{account.server}/_redirect/pl/{number}") if number else None


def _http(account: Account) -> Http:
    return Http.of(account, token_header(account.secret()))


def _profile(http: Http) -> Profile:
    answer = http.ask("GET", "/api/v4/users/me")
    user = answer.object()
    number, name = id_of(user.get("id")), user.get("username")
    if not number or not isinstance(name, str) or not name:
        raise answer.no_use()
    targets = _channels(http)
    if not targets:
        raise Refused(
            translatable(
                "Server", "@{name} is in no channel. Add it to the one that you want to use."
            ).format(name=name)
        )
    shown = f"{user.get('first_name') or ''} {user.get('last_name') or ''}".strip()
    return Profile(
        remote_id=number,
        handle=f"@{name}@{urlsplit(http.server).netloc}",
        name=(shown or name)[:255],
        network="mattermost",
        link=http.server,
        limits=_limits(http),
        targets=tuple(targets),
    )


def _limits(http: Http) -> Limits:
    """What the server says that it takes."""
    known: Mapping[str, Any] = {}
    with contextlib.suppress(PublishError):
        params = {"format": "old"}
        known = http.ask("GET", "/api/v4/config/client", params=params).object()
    text, file = (_number(known.get(name)) for name in ("MaxPostSize", "MaxFileSize"))
    return Limits(
        text=text or USUAL_TEXT,
        unit="code_points",
        files=MOST_FILES,
        image_bytes=file,
        video_bytes=file,
    )


def _number(value: object) -> int | None:
    """A number, which Mattermost writes as a text."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def _channels(http: Http) -> list[Target]:
    targets: list[Target] = []
    for team in objects(http.ask("GET", "/api/v4/users/me/teams").list()):
        number, place = id_of(team.get("id")), str(team.get("name") or "")
        if not number:
            continue
        path = f"/api/v4/users/me/teams/{number}/channels"
        for channel in objects(http.ask("GET", path).list()):
            own = id_of(channel.get("id"))
            if own and channel.get("type") in (_OPEN, _PRIVATE) and not channel.get("delete_at"):
                name = f"{channel.get('display_name') or own} ({team.get('display_name') or place})"
                link = f"{http.server}/{place}/channels/{channel.get('name')}"
                targets.append(Target(own, name[:255], link, "mattermost"))
    return targets[:_MOST_CHANNELS]
