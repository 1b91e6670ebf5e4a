"""Publisher for ntfy: notifications of a topic, on ntfy.sh or the user's own server.

A message has no key, so after a lost answer the topic is looked through. Sources: ntfy's
documents on publishing and its HTTP API; tried with ntfy 2.11.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from posto_desktop.common import json_text
from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server.publishers.addresses import server_in
from posto_desktop.server.publishers.attachments import open_attachment
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
    PublishError,
    RateLimited,
    Record,
    Refused,
    Result,
    SignIn,
    SignInAgain,
    Target,
    numbered,
    split,
)
from posto_desktop.server.publishers.checks import check, sent_since
from posto_desktop.server.publishers.http import Http, HttpAnswer, token_header

SERVER = "https://ntfy.sh"
MOST_TEXT = 4095
"""Bytes; what is longer becomes a file at the server."""
MOST_BESIDE_FILE = 1500
"""Bytes of a text that goes with a file in a header, which proxies take so long."""
KEPT_SECONDS = 11 * 3600.0
"""ntfy keeps messages for twelve hours."""


class Ntfy(Publisher):
    method = "ntfy"
    name = "ntfy"
    sends_files = True
    fields = (
        Field(
            "topic",
            translatable("Server", "Topic"),
            hint=translatable("Server", "news-of-our-club. Whoever knows it can read it."),
        ),
        Field(
            "server",
            translatable("Server", "Server"),
            is_required=False,
            hint=translatable("Server", "ntfy.sh, or the address of your own"),
        ),
        Field(
            "token",
            translatable("Server", "Access token"),
            is_secret=True,
            is_required=False,
            hint=translatable("Server", "Only for protected topics."),
        ),
    )

    def parts(self, post: Post) -> list[Part]:
        """A message for each text and each further file, as a message has one file at most."""
        pieces: list[Part] = []
        for whole in split(post):
            beside = whole.media[:1] if _fits_beside_file(whole.text) else ()
            pieces.append(replace(whole, media=beside))
            pieces += [
                replace(whole, media=(attachment,), text="")
                for attachment in whole.media[len(beside) :]
            ]
        return numbered(post, pieces)

    def prepare(self, account: Account, part: Part) -> Record:
        check(account, part, part.text or part.title or part.link)
        return {"title": part.title, "text": part.text or part.link, "click": part.link}

    def send(self, account: Account, part: Part, record: Record) -> Result:
        http = _http(account)
        if part.media:
            attachment = part.media[0]
            headers = {"Filename": _encoded(attachment.name), "Content-Type": attachment.mime}
            named = (("Message", record["text"] or attachment.alt), ("Title", record["title"]))
            headers |= {name: _encoded(text) for name, text in named if text}
            if record["click"]:
                headers["Click"] = record["click"]
            path = f"/{account.target}"
            with open_attachment(attachment) as file:
                answer = http.publish(
                    "PUT", path, data=file, length=attachment.size, headers=headers
                )
        else:
            body = {"topic": account.target, "message": record["text"]}
            body |= {name: record[name] for name in ("title", "click") if record[name]}
            # Not by `json`, which writes letters longer than the server takes them.
            data = json_text.dumps(body, ascii=False).encode("utf-8", "replace")
            headers = {"Content-Type": "application/json"}
            answer = http.publish("POST", "/", data=data, headers=headers)
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
        since = sent_since(part, http.ask("GET", "/v1/health"))
        params = {"poll": "1", "since": str(int(since))}
        try:
            answer = http.ask("GET", f"/{account.target}/json", params=params)
        except (Refused, SignInAgain):
            return Found.CANNOT_TELL, None  # one may write there, and not read
        for message in _messages(answer):
            result = _result(account, message)
            if result and result.id not in taken and _is_same(message, part, record):
                return Found.SENT, result
        is_kept = time.time() - part.first_sent < KEPT_SECONDS
        return (Found.NOT_SENT if is_kept else Found.CANNOT_TELL), None

    # -- accounts --------------------------------------------------------------------------------

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        topic = entered.get("topic", "").strip()
        server = server_in(entered, SERVER)
        token = entered.get("token", "").strip()
        redaction.hide(token)
        if topic.lower().startswith(f"{server.lower()}/"):
            topic = topic[len(server) + 1 :]
        if not topic or not topic.replace("-", "").replace("_", "").isalnum() or len(topic) > 64:
            raise Refused(
                translatable(
                    "Server", "Enter a topic: letters, digits, hyphens and underscores, 64 at most."
                )
            )
        secret = {"token": token} if token else {}
        profile = _profile(Http(server, headers=_headers(secret), explain=_explain), topic)
        return Connected(server, profile, secret)

    def check(self, account: Account) -> Profile:
        return _profile(_http(account), account.target)


def _fits_beside_file(text: str) -> bool:
    """Whether a text arrives whole in a header: ntfy makes new lines of a written \\n there."""
    return len(text.encode("utf-8", "replace")) <= MOST_BESIDE_FILE and "\\n" not in text


def _encoded(text: str) -> str:
    """A text for a header (RFC 2047), in words of 75 letters at most."""
    words: list[str] = []
    piece = ""
    for letter in text:
        if len((piece + letter).encode("utf-8", "replace")) > 45:
            words.append(piece)
            piece = ""
        piece += letter
    words.append(piece)
    return " ".join(
        f"=?UTF-8?B?{base64.b64encode(word.encode('utf-8', 'replace')).decode()}?="
        for word in words
    )


def _messages(answer: HttpAnswer) -> list[dict[str, Any]]:
    """The messages of a topic, one in a line."""
    messages: list[dict[str, Any]] = []
    for line in answer.body.splitlines():
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            raise answer.no_use() from None
        if not isinstance(message, dict):
            raise answer.no_use()
        if message.get("event") == "message":
            messages.append(message)
    return messages


def _is_same(message: Mapping[str, Any], part: Part, record: Record) -> bool:
    file = message.get("attachment")
    name = file.get("name") if isinstance(file, dict) else None
    if name != (part.media[0].name if part.media else None):
        return False
    text = record["text"] or (part.media[0].alt if part.media else "")
    if text and message.get("message") != text:
        return False
    return bool((message.get("title") or "") == record["title"])


def _result(account: Account, message: Mapping[str, Any]) -> Result | None:
    number = message.get("id")
    if not isinstance(number, str) or not number.strip():
        return None
    return Result(number, f"{account.server}/{account.target}")


def _http(account: Account) -> Http:
    return Http.of(account, _headers(account.secret()), _explain)


def _headers(secret: Mapping[str, str]) -> dict[str, str]:
    return token_header(secret) if secret.get("token") else {}


def _explain(answer: HttpAnswer) -> PublishError | None:
    code = answer.fields.get("code")
    if answer.status == 403:
        return SignInAgain(
            translatable(
                "Server",
                "{host} does not let this account use the topic. Allow it there, or connect "
                "the account again.",
            ).format(host=answer.host)
        )
    if code == 42908:
        return RateLimited(
            translatable("Server", "{host} accepts no more messages today.").format(
                host=answer.host
            )
            + f" {answer.error_sentence}",
            3600,
        )
    if answer.status == 429 and "Retry-After" not in answer.headers:
        return RateLimited(
            (
                translatable("Server", "{host} accepts no more requests for now.").format(
                    host=answer.host
                )
                + f" {answer.error_sentence}"
            ).strip(),
            10,
        )
    return None


def _profile(http: Http, topic: str) -> Profile:
    limits = http.ask("GET", "/v1/account", missing_is_fine=True).fields.get("limits")
    http.ask("GET", f"/{topic}/auth")
    most = limits.get("attachment_file_size") if isinstance(limits, dict) else None
    place = f"{urlsplit(http.server).netloc}/{topic}"
    bytes_of_file = most if type(most) is int and most >= 0 else None
    return Profile(
        remote_id=topic,
        handle=place,
        name=topic,
        network="ntfy",
        link=f"{http.server}/{topic}",
        limits=Limits(
            text=MOST_TEXT,
            unit="utf8_bytes",
            image_bytes=bytes_of_file,
            video_bytes=bytes_of_file,
        ),
        targets=(Target(topic, topic, f"{http.server}/{topic}"),),
    )
