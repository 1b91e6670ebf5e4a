"""Publisher for the user's own Facebook page, with a page token of their own app.

An unpublished post is made before, and published by its id, which may be repeated. Source: Meta's
Pages API. Never tried at Facebook itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
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
    Record,
    Refused,
    Result,
    SignIn,
)
from posto_desktop.server.publishers.checks import check, id_of, is_web_address, with_link
from posto_desktop.server.publishers.http import Http, token_header
from posto_desktop.server.publishers.meta import created, explain, graph_of
from posto_desktop.server.publishers.multipart import Form
from posto_desktop.server.publishers.pictures import fitted_to, scaled_note

SERVER = "https://graph.facebook.com/v23.0"
MOST_TEXT, MOST_FILES, MOST_ALT = 63_206, 10, 1000
SIDE = 4096
LIMITS = Limits(
    text=MOST_TEXT,
    files=MOST_FILES,
    alt=MOST_ALT,
    image_bytes=4 * 1024 * 1024,
    mime_types=("image/jpeg", "image/png", "image/webp"),
)


class FacebookPage(Publisher):
    method = "facebook"
    further_parts = "comments"
    name = translatable("Server", "Facebook page (your own app)")
    settle = 0.0
    ahead = 600.0
    fields = (
        Field(
            "token",
            translatable("Server", "Page access token"),
            is_secret=True,
            hint=translatable(
                "Server", "The app must be Live and have the permission pages_manage_posts."
            ),
        ),
        Field(
            "server",
            translatable("Server", "Server"),
            is_required=False,
            hint=translatable("Server", "Leave this empty."),
        ),
    )

    def prepare(self, account: Account, part: Part) -> Record:
        text = with_link(part) if part.media or part.kind != "post" else part.text
        check(account, part, text or part.link, scales=True)
        if part.kind != "post" and part.media:
            raise Refused(
                translatable(
                    "Server",
                    "Facebook continues threads as comments, and Posto cannot add pictures to "
                    "them.",
                )
            )
        return {"text": text, "media": {}, "post": "", "notes": []}

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        if part.number or record["post"]:
            return record
        http = graph_of(account)
        for number, attachment in enumerate(part.media):
            if str(number) in record["media"]:
                continue
            fields = {"published": "false"}
            if attachment.alt:
                fields["alt_text_custom"] = attachment.alt
            picture = fitted_to(account.limits, attachment, SIDE)
            with Form(fields, "source", attachment, picture) as form:
                answer = http.ask("POST", f"/{account.remote_id}/photos", **form.request)
            media = {**record["media"], str(number): created(answer)}
            notes = record["notes"] + ([scaled_note(attachment, picture)] if picture else [])
            record = {**record, "media": media, "notes": notes}
            keep(record)
        record = {**record, "post": _draft(http, account, part, record)}
        keep(record)
        return record

    def send(self, account: Account, part: Part, record: Record) -> Result:
        http = graph_of(account)
        if part.root is not None:
            path = f"/{part.root.id}/comments"
            number = created(http.publish("POST", path, form={"message": record["text"]}))
            return Result(number, f"https://www.facebook.com/{number}")
        form = {"is_published": "true"}
        answer = http.publish("POST", f"/{record['post']}", form=form)
        if answer.object().get("success") is not True:
            raise answer.no_use()
        return _result(record)

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        if part.first_sent is None:
            return Found.NOT_SENT, None
        if part.root is not None or not record["post"]:
            return Found.CANNOT_TELL, None
        params = {"fields": "is_published"}
        answer = graph_of(account).ask("GET", f"/{record['post']}", params=params)
        state = answer.object().get("is_published")
        if type(state) is not bool:
            raise answer.no_use()
        return (Found.SENT, _result(record)) if state else (Found.NOT_SENT, None)

    def repeat_is_safe(self, record: Record, age: float) -> bool:
        return bool(record["post"])

    def discard(self, account: Account, part: Part, record: Record) -> None:
        if record["post"]:
            path = f"/{record['post']}"
            graph_of(account).ask("DELETE", path, missing_is_fine=True)

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        token = entered.get("token", "").strip()
        redaction.hide(token)
        if not token:
            raise Refused(translatable("Server", "Enter the page access token."))
        server = server_in(entered, SERVER)
        secret = {"token": token}
        http = Http(server, headers=token_header(secret), explain=explain)
        return Connected(server, _profile(http), secret)

    def check(self, account: Account) -> Profile:
        return _profile(graph_of(account))


def _draft(http: Http, account: Account, part: Part, record: Record) -> str:
    """The id of a post that nobody sees yet."""
    form: dict[str, Any] = {"published": "false"}
    if record["text"]:
        form["message"] = record["text"]
    if part.link and not part.media:
        form["link"] = part.link
    if part.media:
        media = [{"media_fbid": record["media"][str(number)]} for number in range(len(part.media))]
        form["attached_media"] = json_text.dumps(media)
    return created(http.ask("POST", f"/{account.remote_id}/feed", form=form))


def _result(record: Record) -> Result:
    return Result(record["post"], f"https://www.facebook.com/{record['post']}")


def _profile(http: Http) -> Profile:
    answer = http.ask("GET", "/me", params={"fields": "id,name,link,category"})
    page = answer.object()
    number, name, link = id_of(page.get("id")), page.get("name"), page.get("link")
    if not number.isdecimal() or not isinstance(name, str) or not name:
        raise answer.no_use()
    if "category" not in page:
        raise Refused(
            translatable(
                "Server", "This token belongs to {name}, a person. Enter a token of your page."
            ).format(name=name)
        )
    return Profile(
        remote_id=number,
        handle=name[:255],
        name=name[:255],
        network="fb",
        link=link if is_web_address(link) else "",
        limits=LIMITS,
    )
