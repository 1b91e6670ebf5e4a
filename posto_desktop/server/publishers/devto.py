"""Publisher for dev.to and other Forem sites: articles, with an API key.

A draft is made before, and published by its id when it is due, which may be repeated. Files cannot
be handed over there. Source: Forem's API v1.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

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
    Post,
    Profile,
    Publisher,
    Record,
    Refused,
    Result,
    SignIn,
    split_comment,
)
from posto_desktop.server.publishers.checks import (
    check,
    id_of,
    is_web_address,
    objects,
    with_link,
)
from posto_desktop.server.publishers.http import Http

SERVER = "https://dev.to"
MOST_TITLE, MOST_TAGS, MOST_TEXT = 128, 4, 100_000
_PAGE = 100
_ACCEPT = "application/vnd.forem.api-v1+json"


class DevTo(Publisher):
    method = "devto"
    further_parts = "joined"
    name = "dev.to"
    settle = 0.0
    ahead = 600.0
    fields = (
        Field(
            "key",
            translatable("Server", "API key"),
            is_secret=True,
            hint=translatable("Server", "From dev.to: Settings, Extensions."),
        ),
        Field(
            "server",
            translatable("Server", "Server"),
            is_required=False,
            hint=translatable("Server", "Leave this empty for dev.to."),
        ),
    )

    # -- publishing ------------------------------------------------------------------------------

    def parts(self, post: Post) -> list[Part]:
        """The article with all sections, and its comment, which is said to be impossible."""
        return split_comment(post)

    def prepare(self, account: Account, part: Part) -> Record:
        if part.kind == "comment":
            raise Refused(translatable("Server", "dev.to does not allow apps to write comments."))
        if part.media:
            raise Refused(
                translatable(
                    "Server",
                    "dev.to does not accept files from apps. Put the address of a picture into "
                    "the text: ![description](https://…)",
                )
            )
        text = with_link(part)
        check(account, part, text)
        if not part.title:
            raise Refused(translatable("Server", "dev.to needs a title."))
        if len(part.title) > MOST_TITLE:
            raise Refused(
                translatable(
                    "Server", "The title has {count} characters; dev.to allows {limit}. Shorten it."
                ).format(count=len(part.title), limit=MOST_TITLE)
            )
        tags = part.post.extra.get("tags")
        named = [tag.strip("# ") for tag in tags.split(",")] if isinstance(tags, str) else []
        named = [tag for tag in named if tag]
        if len(named) > MOST_TAGS:
            raise Refused(
                translatable(
                    "Server", "The post has {count} tags; dev.to allows {limit}. Remove some."
                ).format(count=len(named), limit=MOST_TAGS)
            )
        return {"title": part.title, "text": text, "tags": named, "article": ""}

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        if record["article"]:
            return record
        http = _http(account)
        number = _found_draft(http, record)
        if not number:
            article = {
                "title": record["title"],
                "body_markdown": record["text"],
                "published": False,
                "tags": record["tags"],
            }
            answer = http.ask("POST", "/api/articles", json={"article": article})
            number = id_of(answer.object().get("id"))
            if not number.isdecimal():
                raise answer.no_use()
        record = {**record, "article": number}
        keep(record)
        return record

    def send(self, account: Account, part: Part, record: Record) -> Result:
        answer = _http(account).publish(
            "PUT", f"/api/articles/{record['article']}", json={"article": {"published": True}}
        )
        article = answer.object()
        number, url = id_of(article.get("id")), article.get("url")
        if number != record["article"]:
            raise answer.no_use()
        return Result(number, url if is_web_address(url) else "")

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        number = record["article"]
        if part.first_sent is None or not number:
            return Found.NOT_SENT, None
        answer = _http(account).ask("GET", f"/api/articles/{number}", missing_is_fine=True)
        if answer.status == 404:
            return Found.NOT_SENT, None  # drafts are not shown there
        article = answer.object()
        if id_of(article.get("id")) != number:
            raise answer.no_use()
        url = article.get("url")
        return Found.SENT, Result(number, url if is_web_address(url) else "")

    def repeat_is_safe(self, record: Record, age: float) -> bool:
        return bool(record["article"])

    # -- accounts --------------------------------------------------------------------------------

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        key = entered.get("key", "").strip()
        redaction.hide(key)
        if not key:
            raise Refused(translatable("Server", "Enter the API key."))
        server = server_in(entered, SERVER)
        secret = {"key": key}
        return Connected(server, _profile(Http(server, headers=_headers(secret))), secret)

    def check(self, account: Account) -> Profile:
        return _profile(_http(account))


def _headers(secret: Mapping[str, str]) -> dict[str, str]:
    return {"api-key": secret.get("key", ""), "Accept": _ACCEPT}


def _http(account: Account) -> Http:
    return Http.of(account, _headers(account.secret()))


def _found_draft(http: Http, record: Record) -> str:
    """The draft that an interrupted upload has left, "" without one."""
    params = {"per_page": _PAGE}
    drafts: list[Any] = http.ask("GET", "/api/articles/me/unpublished", params=params).list()
    for draft in objects(drafts):
        text = str(draft.get("body_markdown") or "").strip()
        if draft.get("title") == record["title"] and text == record["text"].strip():
            number = id_of(draft.get("id"))
            if number.isdecimal():
                return number
    return ""


def _profile(http: Http) -> Profile:
    answer = http.ask("GET", "/api/users/me")
    user = answer.object()
    number, name = id_of(user.get("id")), user.get("username")
    if not number or not isinstance(name, str) or not name:
        raise answer.no_use()
    picture = user.get("profile_image")
    return Profile(
        remote_id=number,
        handle=f"@{name}@{urlsplit(http.server).netloc}",
        name=str(user.get("name") or name)[:255],
        network="devto",
        link=f"{http.server}/{name}",
        picture=picture if isinstance(picture, str) else "",
        limits=Limits(text=MOST_TEXT, files=0),
    )
