"""Publisher for webhooks: sends each post as signed JSON to the user's own address.

`X-Posto-Signature` is `t=TIME,v1=HMAC-SHA256(secret, TIME.body)`, and `Idempotency-Key` stays the
same however often a post is tried. What the receiver has to do is in docs/accounts/webhook.md.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from posto_desktop.common import json_text
from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server.publishers.addresses import with_scheme
from posto_desktop.server.publishers.attachments import missing
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
    Record,
    Refused,
    Result,
    SignIn,
    SignInAgain,
)
from posto_desktop.server.publishers.checks import check, id_of, is_web_address
from posto_desktop.server.publishers.http import Http, HttpAnswer
from posto_desktop.storage import regular_files

SHORTEST_SECRET = 16
MOST_INLINE = 20 * 1024 * 1024
"""Bytes of all files of a part that are sent within the JSON."""
_MARGIN = 300.0


class Webhook(Publisher):
    method = "webhook"
    name = "Webhook"
    settle = 0.0  # sent again only where the receiver keeps keys
    sends_files = True
    fields = (
        Field("server", translatable("Server", "Address"), hint="https://example.com/posto"),
        Field(
            "secret",
            translatable("Server", "Secret"),
            is_secret=True,
            hint=translatable(
                "Server", "16 letters or more, the same as at the receiver. It signs every request."
            ),
        ),
    )

    def prepare(self, account: Account, part: Part) -> Record:
        check(account, part, part.text or part.title or part.link)
        key_seconds = account.facts.get("idempotency_seconds")
        return {"key": part.key, "key_seconds": key_seconds if isinstance(key_seconds, int) else 0}

    def send(self, account: Account, part: Part, record: Record) -> Result:
        post = part.post
        room = MOST_INLINE - sum(attachment.size for attachment in part.media)
        body = {
            "type": "post",
            "posto_ref": post.posto_ref,
            "key": record["key"],
            "kind": part.kind,
            "number": part.number,
            "in_reply_to": part.answers.id if part.answers else None,
            "text": part.text,
            "title": part.title,
            "link": part.link,
            "channel": post.channel_name,
            "media": [_described(attachment, room >= 0) for attachment in part.media],
        }
        answer = _signed(_http(account), account.secret(), body, record["key"])
        return _result(answer, record["key"])

    def repeat_is_safe(self, record: Record, age: float) -> bool:
        return bool(age < record["key_seconds"] - _MARGIN)

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        server, secret = with_scheme(entered.get("server", "")), entered.get("secret", "").strip()
        redaction.hide(secret)
        if len(secret) < SHORTEST_SECRET:
            raise Refused(
                translatable("Server", "The secret needs at least {limit} letters.").format(
                    limit=SHORTEST_SECRET
                )
            )
        credentials = {"secret": secret}
        return Connected(server, _profile(Http(server, explain=_explain), credentials), credentials)

    def test_words(self, account: Account) -> str:
        return translatable("Server", "A test sends another signed ping and publishes nothing.")

    def send_test(self, account: Account) -> Result:
        _signed(_http(account), account.secret(), {"type": "ping"}, "")
        return Result("", "")

    def check(self, account: Account) -> Profile:
        return _profile(_http(account), account.secret())


def _http(account: Account) -> Http:
    return Http.of(account, None, _explain)


def _signed(http: Http, secret: Mapping[str, str], body: Record, key: str) -> HttpAnswer:
    """The answer to a signed request; without a key it is one that publishes nothing."""
    data = json_text.dumps(body, ascii=False).encode("utf-8", "replace")
    moment = str(int(time.time()))
    signature = hmac.new(
        secret.get("secret", "").encode(), moment.encode() + b"." + data, hashlib.sha256
    )
    headers = {
        "Content-Type": "application/json",
        "X-Posto-Event": str(body["type"]),
        "X-Posto-Signature": f"t={moment},v1={signature.hexdigest()}",
    }
    if not key:
        return http.ask("POST", "", data=data, headers=headers)
    return http.publish("POST", "", data=data, headers={**headers, "Idempotency-Key": key})


def _described(attachment: Attachment, is_inline: bool) -> Record:
    content = None
    if is_inline:
        try:
            with regular_files.open_file(attachment.path) as file:
                content = base64.b64encode(file.read(attachment.size + 1)).decode()
        except OSError:
            raise missing(attachment) from None
    return {
        "name": attachment.name,
        "type": attachment.mime,
        "alt": attachment.alt,
        "sha256": attachment.sha256,
        "size": attachment.size,
        "width": attachment.width,
        "height": attachment.height,
        "base64": content,
    }


def _result(answer: HttpAnswer, key: str) -> Result:
    """What the receiver calls the post. One that says nothing has taken it by its key."""
    is_page = answer.headers.get("Content-Type", "").lower().startswith("text/html")
    if is_page or answer.body.lstrip().startswith(b"<"):
        raise answer.no_use()
    known = answer.fields
    url = known.get("url") or answer.headers.get("Location")
    number = id_of(known.get("id")).strip() or key
    return Result(number, url if is_web_address(url) else "")


def _explain(answer: HttpAnswer) -> PublishError | None:
    if answer.status in (401, 403):
        return SignInAgain(
            (
                translatable("Server", "{host} does not accept the signature.").format(
                    host=answer.host
                )
                + f" {answer.error_sentence}"
            ).strip()
        )
    if answer.status in (404, 410):
        return SignInAgain(
            translatable(
                "Server",
                "{host} no longer accepts posts at this address. Connect the channel again.",
            ).format(host=answer.host)
        )
    return None


def _profile(http: Http, secret: Mapping[str, str]) -> Profile:
    """Who receives, as the answer to a ping says; all of that is optional."""
    known = _signed(http, secret, {"type": "ping"}, "").fields
    seconds, name, limits = (known.get(key) for key in ("idempotency_seconds", "name", "limits"))
    place = urlsplit(http.server)
    shown = f"{place.netloc}{place.path}"
    return Profile(
        remote_id=http.server,
        handle=shown,
        name=(name if isinstance(name, str) and name.strip() else shown)[:255],
        network="webhook",
        facts={"idempotency_seconds": seconds if type(seconds) is int and seconds > 0 else 0},
        limits=Limits.from_json(limits if isinstance(limits, dict) else {}),
    )
