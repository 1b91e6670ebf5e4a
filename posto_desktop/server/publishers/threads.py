"""Threads: the person's own account, by a token of an app of their own.

A container is made before, and published by its id; it says afterwards whether it was. Source:
Meta's Threads API. Never tried at Threads itself.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Mapping
from typing import Any

from posto_desktop.server import redaction
from posto_desktop.server.publishers import meta
from posto_desktop.server.publishers.addresses import server_in
from posto_desktop.server.publishers.base import (
    Account,
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
)
from posto_desktop.server.publishers.checks import (
    check,
    id_of,
    is_web_address,
    objects,
    sent_since,
    time_of,
    with_link,
)
from posto_desktop.server.publishers.http import Http, token_header

SERVER = "https://graph.threads.net/v1.0"
MOST_TEXT, MOST_FILES, MOST_ALT = 500, 20, 1000
LIMITS = Limits(
    text=MOST_TEXT,
    files=MOST_FILES,
    alt=MOST_ALT,
    image_bytes=8 * 1024 * 1024,
    mime_types=("image/jpeg", "image/png"),
)
_PAGE = 25


class Threads(Publisher):
    method = "threads"
    name = "Threads (your own app)"
    ahead = 600.0
    fields = (
        Field(
            "token",
            "Access token",
            is_secret=True,
            hint="From developers.facebook.com: your app, User Token Generator. It holds 60 days.",
        ),
        *meta.HOST_FIELDS,
        Field("server", "Server", is_required=False, hint="Leave this empty."),
    )

    def prepare(self, account: Account, part: Part) -> Record:
        text = with_link(part)
        check(account, part, text)
        if part.media and not account.facts.get("host"):
            raise Refused(
                "Threads fetches pictures from a public address. Connect the account again with a"
                " WordPress site of yours for them."
            )
        return {"text": text, "media": {}, "container": ""}

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        for number, one in enumerate(part.media):
            if str(number) not in record["media"]:
                known = meta.show(account, one)
                record = {**record, "media": {**record["media"], str(number): known}}
                keep(record)
        if part.number:
            return record  # it answers what is not out yet
        http = _http(account)
        if not record["container"]:
            record = {**record, "container": _container(http, part, record, "")}
            keep(record)
        meta.require_finished(http, record["container"], "status")
        return record

    def send(self, account: Account, part: Part, record: Record) -> Result:
        http = _http(account)
        container = record["container"]
        if part.answers is not None:
            container = _container(http, part, record, part.answers.id)
            meta.require_finished(http, container, "status")
        answer = http.publish("POST", "/me/threads_publish", form={"creation_id": container})
        number = meta.created(answer)
        url: object = ""
        with contextlib.suppress(PublishError):
            params = {"fields": "permalink"}
            url = http.ask("GET", f"/{number}", params=params).object().get("permalink")
        return Result(number, url if is_web_address(url) else "")

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        if part.first_sent is None:
            return Found.NOT_SENT, None
        if part.answers is not None or not record["container"]:
            return Found.CANNOT_TELL, None
        http = _http(account)
        params = {"fields": "status"}
        state = http.ask("GET", f"/{record['container']}", params=params).object().get("status")
        if state != "PUBLISHED":
            return (Found.NOT_SENT if state == "FINISHED" else Found.CANNOT_TELL), None
        params = {"fields": "id,permalink,text,timestamp", "limit": str(_PAGE)}
        answer = http.ask("GET", "/me/threads", params=params)
        since = sent_since(part, answer)
        for post in objects(answer.object().get("data")):
            number, url = id_of(post.get("id")), post.get("permalink")
            is_new = number and number not in taken and time_of(post.get("timestamp")) >= since
            if is_new and str(post.get("text") or "").strip() == record["text"].strip():
                return Found.SENT, Result(number, url if is_web_address(url) else "")
        return Found.CANNOT_TELL, None

    def discard(self, account: Account, part: Part, record: Record) -> None:
        for known in record["media"].values():
            meta.hide(account, known)

    def connect(self, given: Mapping[str, str], sign_in: SignIn) -> Connected:
        token = given.get("token", "").strip()
        redaction.hide(token)
        if not token:
            raise Refused("Enter the access token.")
        server = server_in(given, SERVER)
        host, more = meta.host_secret(given)
        secret = {"token": token, **more}
        http = Http(server, headers=token_header(secret), explain=meta.explain)
        return Connected(server, _profile(http, host, meta.expiry()), secret)

    def check(self, account: Account) -> Profile:
        host = str(account.facts.get("host") or "")
        return _profile(_http(account), host, meta.expiry(account))


def _http(account: Account) -> Http:
    return Http.of(account, token_header(account.secret()), meta.explain)


def _container(http: Http, part: Part, record: Record, answers: str) -> str:
    """The id of a post that nobody sees yet."""
    pictures = [
        {
            "media_type": "IMAGE",
            "image_url": record["media"][str(number)]["url"],
            **({"alt_text": one.alt} if one.alt else {}),
        }
        for number, one in enumerate(part.media)
    ]
    form: dict[str, Any] = {"media_type": "TEXT"}
    if len(pictures) == 1:
        form = dict(pictures[0])
    elif pictures:
        children = [
            meta.created(http.ask("POST", "/me/threads", form={**one, "is_carousel_item": "true"}))
            for one in pictures
        ]
        form = {"media_type": "CAROUSEL", "children": ",".join(children)}
    if record["text"]:
        form["text"] = record["text"]
    if answers:
        form["reply_to_id"] = answers
    return meta.created(http.ask("POST", "/me/threads", form=form))


def _profile(http: Http, host: str, expires: int) -> Profile:
    params = {"fields": "id,username,name,threads_profile_picture_url"}
    answer = http.ask("GET", "/me", params=params)
    said = answer.object()
    number, name, picture = (
        id_of(said.get("id")),
        said.get("username"),
        said.get("threads_profile_picture_url"),
    )
    if not number or not isinstance(name, str) or not name:
        raise answer.no_use()
    return Profile(
        remote_id=number,
        handle=f"@{name}",
        name=str(said.get("name") or name)[:255],
        network="threads",
        link=f"https://www.threads.net/@{name}",
        picture=picture if is_web_address(picture) else "",
        facts={"host": host, "expires_at": expires},
        limits=LIMITS,
    )
