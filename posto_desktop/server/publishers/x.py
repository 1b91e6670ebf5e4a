"""Publisher for X, with the four keys of the user's own app; X charges it for each post.

Nothing tells a post apart from another of the same words, and reading costs money: after a lost
answer the person decides. Source: X's API v2. Never tried at X itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from posto_desktop.common.budgets import Budget
from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server import text as texts
from posto_desktop.server.networks import networks
from posto_desktop.server.publishers.addresses import server_in
from posto_desktop.server.publishers.base import (
    Account,
    Attachment,
    Connected,
    Field,
    Limits,
    Part,
    Profile,
    Publisher,
    PublishError,
    RateLimited,
    Record,
    Refused,
    Result,
    SignIn,
)
from posto_desktop.server.publishers.checks import check, id_of, objects, with_link
from posto_desktop.server.publishers.http import Http, HttpAnswer
from posto_desktop.server.publishers.multipart import Form
from posto_desktop.server.publishers.oauth1 import KEYS, authorization
from posto_desktop.server.publishers.pictures import fitted_to, scaled_note

SERVER = "https://api.x.com"
MOST_TEXT, LINK_LENGTH, MOST_FILES, MOST_ALT = 280, 23, 4, 1000
IMAGE_BYTES = 5 * 1024 * 1024
SIDE = 4096
PRICES = {"post": 0.015, "post_with_link": 0.2, "alt": 0.005, "sign_in": 0.01}
"""Dollars (docs.x.com, August 2026)."""
LIMITS = Limits(
    text=MOST_TEXT,
    unit="weighted",
    link_length=LINK_LENGTH,
    files=MOST_FILES,
    alt=MOST_ALT,
    image_bytes=IMAGE_BYTES,
    mime_types=("image/jpeg", "image/png", "image/webp"),
)
_NO_CREDITS = 3600.0


class X(Publisher):
    method = "x"
    name = translatable("Server", "X (your own app)")
    ahead = 600.0
    usual_budgets = (Budget(100, 15 * 60),)
    fields = (
        Field(
            "consumer_key",
            translatable("Server", "API key"),
            hint=translatable("Server", "From console.x.com: your app, Keys and tokens."),
        ),
        Field("consumer_secret", translatable("Server", "API key secret"), is_secret=True),
        Field(
            "token",
            translatable("Server", "Access token"),
            is_secret=True,
            hint=translatable("Server", "With permission to read and write."),
        ),
        Field("token_secret", translatable("Server", "Access token secret"), is_secret=True),
        Field(
            "server",
            translatable("Server", "Server"),
            is_required=False,
            hint=translatable("Server", "Leave this empty for api.x.com."),
        ),
    )

    def prepare(self, account: Account, part: Part) -> Record:
        text = with_link(part)
        # X's own counting needs the weights of its letters.
        check(replace(account, limits=replace(LIMITS, text=None)), part, text, scales=True)
        long = texts.count(text, networks().get("twitter"))
        if long > MOST_TEXT:
            raise Refused(
                translatable(
                    "Server",
                    "The text has {count} characters as X counts; X allows {limit}. Shorten it.",
                ).format(count=f"{long:,}", limit=MOST_TEXT)
            )
        return {"text": text, "media": {}, "notes": []}

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        for number, attachment in enumerate(part.media):
            known = record["media"].get(str(number))
            if known is None:
                identity, note = _uploaded(account, attachment)
                known = {"id": identity, "described": not attachment.alt}
                record = _with_media(record, number, known)
                record["notes"] = [*record["notes"], *note]
                keep(record)
            if not known["described"]:
                body = {"id": known["id"], "metadata": {"alt_text": {"text": attachment.alt}}}
                _http(account, "POST", "/2/media/metadata").ask(
                    "POST", "/2/media/metadata", json=body
                )
                record = _with_media(record, number, {**known, "described": True})
                keep(record)
        return record

    def send(self, account: Account, part: Part, record: Record) -> Result:
        body: dict[str, Any] = {}
        if record["text"]:
            body["text"] = record["text"]
        if part.media:
            ids = [record["media"][str(number)]["id"] for number in range(len(part.media))]
            body["media"] = {"media_ids": ids}
        if part.answers is not None:
            body["reply"] = {"in_reply_to_tweet_id": part.answers.id}
        answer = _http(account, "POST", "/2/tweets").publish("POST", "/2/tweets", json=body)
        data = answer.object().get("data")
        number = id_of(data.get("id")) if isinstance(data, dict) else ""
        if not number.isdecimal():
            raise answer.no_use()
        return Result(number, f"https://x.com/{account.handle.lstrip('@')}/status/{number}")

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        secret = {name: entered.get(name, "").strip() for name in KEYS}
        for value in secret.values():
            redaction.hide(value)
        if not all(secret.values()):
            raise Refused(translatable("Server", "Enter all four keys."))
        server = server_in(entered, SERVER)
        return Connected(server, _profile(server, secret, ""), secret)

    def check(self, account: Account) -> Profile:
        return _profile(account.server, account.secret(), account.proxy)


def _with_media(record: Record, number: int, known: Record) -> Record:
    return {**record, "media": {**record["media"], str(number): known}}


def _http(account: Account, method: str, path: str) -> Http:
    headers = authorization(method, f"{account.server}{path}", account.secret())
    return Http.of(account, headers, _explain)


def _uploaded(account: Account, attachment: Attachment) -> tuple[str, list[str]]:
    """The id of a picture, and what the person is told of it."""
    path = "/2/media/upload"
    picture = fitted_to(account.limits, attachment, SIDE)
    with Form({"media_category": "tweet_image"}, "media", attachment, picture) as form:
        answer = _http(account, "POST", path).ask("POST", path, **form.request)
    data = answer.object().get("data")
    number = id_of(data.get("id")) if isinstance(data, dict) else ""
    if not number:
        raise answer.no_use()
    return number, [scaled_note(attachment, picture)] if picture else []


def _explain(answer: HttpAnswer) -> PublishError | None:
    known = answer.fields
    errors = objects(known.get("errors"))
    words = [known.get("detail"), errors[0].get("message") if errors else None, known.get("title")]
    detail = next((word for word in words if isinstance(word, str) and word), "")
    if answer.status == 402 or "usage-capped" in str(known.get("type") or ""):
        return RateLimited(
            translatable("Server", "Your app has no credits left. Buy some at console.x.com."),
            _NO_CREDITS,
        )
    if detail and answer.status in (400, 403):
        return Refused(redaction.clean(f"X: {detail}")[:400])
    return None


def _profile(server: str, secret: Mapping[str, str], proxy: str) -> Profile:
    path = "/2/users/me"
    headers = authorization("GET", f"{server}{path}", secret)
    answer = Http(server, headers=headers, proxy=proxy, explain=_explain).ask("GET", path)
    data = answer.object().get("data")
    known = data if isinstance(data, dict) else {}
    number, name = id_of(known.get("id")), known.get("username")
    if not number or not isinstance(name, str) or not name:
        raise answer.no_use()
    return Profile(
        remote_id=number,
        handle=f"@{name}",
        name=str(known.get("name") or name)[:255],
        network="twitter",
        link=f"https://x.com/{name}",
        facts={"prices": PRICES},
        limits=LIMITS,
    )
