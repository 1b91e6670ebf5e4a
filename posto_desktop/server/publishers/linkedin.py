"""Publisher for the user's own LinkedIn profile, with a token of their own app.

LinkedIn refuses the same post a second time and names the first, so that a repeated request is the
look-up. Source: LinkedIn's Posts, Images and Comments APIs. Never tried at LinkedIn itself.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from posto_desktop.common.translation import translatable
from posto_desktop.net.addresses import is_loopback
from posto_desktop.server import redaction
from posto_desktop.server.publishers.addresses import server_in
from posto_desktop.server.publishers.attachments import open_attachment, upload_each
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
    expiry_of,
)
from posto_desktop.server.publishers.checks import CLOCK_MARGIN, check, is_web_address, with_link
from posto_desktop.server.publishers.http import Http, HttpAnswer, token_header

SERVER = "https://api.linkedin.com"
VERSION = "202606"
"""LinkedIn's versions live about a year: this one until the middle of 2027."""
TOKEN_SECONDS = 60 * 86400
REPEAT_SECONDS = 3600.0
MOST_TEXT, MOST_FILES, MOST_ALT, MOST_COMMENT = 3000, 20, 4086, 1250
LIMITS = Limits(
    text=MOST_TEXT,
    files=MOST_FILES,
    alt=MOST_ALT,
    mime_types=("image/jpeg", "image/png", "image/gif"),
)
_RESERVED = re.compile(r"([\\|{}@\[\]()<>#*_~])")
_HASHTAG = re.compile(r"(?<![\w&/])#(\w+)")
_URN = re.compile(r"urn:li:(?:share|ugcPost|activity):(\d+)")
_COMMENT = re.compile(r"urn:li:comment:\([\w:,]+,\d+\)|\d+")


class _AlreadyThereError(Refused):
    def __init__(self, message: str, urn: str) -> None:
        super().__init__(message)
        self.urn = urn


class LinkedIn(Publisher):
    method = "linkedin"
    further_parts = "comments"
    name = translatable("Server", "LinkedIn (your own app)")
    ahead = 600.0
    fields = (
        Field(
            "token",
            translatable("Server", "Access token"),
            is_secret=True,
            hint=(
                translatable(
                    "Server",
                    "From linkedin.com/developers: Token generator, with openid, profile and "
                    "w_member_social. Valid for 60 days.",
                )
            ),
        ),
        Field(
            "server",
            translatable("Server", "Server"),
            is_required=False,
            hint=translatable("Server", "Leave this empty for api.linkedin.com."),
        ),
    )

    def prepare(self, account: Account, part: Part) -> Record:
        text = with_link(part) if part.media or part.kind != "post" else part.text
        check(account, part, text or part.link)
        if part.kind != "post":
            if part.media:
                raise Refused(
                    translatable(
                        "Server",
                        "LinkedIn continues threads as comments, which cannot have pictures.",
                    )
                )
            if len(text) > MOST_COMMENT:
                raise Refused(
                    translatable(
                        "Server",
                        "The comment has {count} characters; LinkedIn allows {limit}. Shorten it.",
                    ).format(count=f"{len(text):,}", limit=f"{MOST_COMMENT:,}")
                )
        return {"text": text, "images": {}, "is_post": part.kind == "post"}

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        return upload_each(
            part, record, "images", keep, lambda attachment: _uploaded(account, attachment)
        )

    def send(self, account: Account, part: Part, record: Record) -> Result:
        http = _http(account)
        if part.root is not None:
            return self._comment(http, account, part.root, record)
        body: dict[str, Any] = {
            "author": _author(account),
            "commentary": little_text(record["text"]),
            "visibility": "PUBLIC",
            "distribution": {
                "feedDistribution": "MAIN_FEED",
                "targetEntities": [],
                "thirdPartyDistributionChannels": [],
            },
            "lifecycleState": "PUBLISHED",
            "isReshareDisabledByAuthor": False,
        }
        content = _content(part, record)
        if content:
            body["content"] = content
        try:
            answer = http.publish("POST", "/rest/posts", json=body)
        except _AlreadyThereError as error:
            if part.first_sent is None or _time(error.urn) < part.first_sent - CLOCK_MARGIN:
                raise Refused(str(error)) from None
            return _result(error.urn)
        urn = answer.headers.get("x-restli-id", "").strip()
        if not _URN.fullmatch(urn):
            raise answer.no_use()
        return _result(urn)

    def _comment(self, http: Http, account: Account, root: Result, record: Record) -> Result:
        body = {
            "actor": _author(account),
            "object": root.id,
            "message": {"text": record["text"]},
        }
        path = f"/rest/socialActions/{quote(root.id, safe='')}/comments"
        answer = http.publish("POST", path, json=body)
        known = answer.fields
        named = known.get("commentUrn") or known.get("id") or answer.headers.get("x-restli-id")
        number = str(named or "").strip()
        if not _COMMENT.fullmatch(number):
            raise answer.no_use()
        return Result(number, root.url)

    def repeat_is_safe(self, record: Record, age: float) -> bool:
        """The same post again is refused, with the address of the first; a comment is not."""
        return record.get("is_post") is True and age < REPEAT_SECONDS

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        token = entered.get("token", "").strip()
        redaction.hide(token)
        if not token:
            raise Refused(translatable("Server", "Enter the access token."))
        server = server_in(entered, SERVER)
        secret = {"token": token}
        expires = int(time.time()) + TOKEN_SECONDS
        profile = _profile(Http(server, headers=_headers(secret), explain=_explain), expires)
        return Connected(server, profile, secret)

    def check(self, account: Account) -> Profile:
        return _profile(_http(account), expiry_of(account.facts))


def little_text(text: str) -> str:
    """A text in which LinkedIn sees no markup but its hashtags."""
    escaped, place = "", 0
    for tag in _HASHTAG.finditer(text):
        escaped += _RESERVED.sub(r"\\\1", text[place : tag.start()])
        escaped += f"{{hashtag|\\#|{_RESERVED.sub(chr(92) * 2 + chr(92) + '1', tag[1])}}}"
        place = tag.end()
    return escaped + _RESERVED.sub(r"\\\1", text[place:])


def _author(account: Account) -> str:
    return f"urn:li:person:{account.remote_id}"


def _content(part: Part, record: Record) -> dict[str, Any]:
    if part.link and not part.media:
        title = part.title or urlsplit(part.link).hostname or part.link
        return {"article": {"source": part.link, "title": title[:400]}}
    images = [
        {
            "id": record["images"][str(number)],
            **({"altText": attachment.alt} if attachment.alt else {}),
        }
        for number, attachment in enumerate(part.media)
    ]
    if len(images) == 1:
        return {"media": images[0]}
    return {"multiImage": {"images": images}} if images else {}


def _uploaded(account: Account, attachment: Attachment) -> str:
    body = {"initializeUploadRequest": {"owner": _author(account)}}
    http = _http(account)
    answer = http.ask("POST", "/rest/images?action=initializeUpload", json=body)
    value = answer.object().get("value")
    known = value if isinstance(value, dict) else {}
    url, image = known.get("uploadUrl"), known.get("image")
    is_image = isinstance(image, str) and image.startswith("urn:li:image:")
    if not is_web_address(url) or not is_image:
        raise answer.no_use()
    host = urlsplit(url).hostname or ""
    if not host.endswith(".linkedin.com") and not is_loopback(host):
        raise answer.no_use()  # the token goes there
    headers = {**_headers(account.secret()), "Content-Type": attachment.mime}
    with open_attachment(attachment) as file:
        http.ask("PUT", url, data=file, length=attachment.size, headers=headers)
    return str(image)


def _time(urn: str) -> float:
    """When a post was made, which its number says."""
    match = _URN.fullmatch(urn)
    return (int(match[1]) >> 22) / 1000 if match else 0.0


def _result(urn: str) -> Result:
    return Result(urn, f"https://www.linkedin.com/feed/update/{urn}")


def _headers(secret: Mapping[str, str]) -> dict[str, str]:
    return {
        **token_header(secret),
        "LinkedIn-Version": VERSION,
        "X-Restli-Protocol-Version": "2.0.0",
    }


def _http(account: Account) -> Http:
    return Http.of(account, _headers(account.secret()), _explain)


def _explain(answer: HttpAnswer) -> PublishError | None:
    sentence = answer.error_sentence
    match = _URN.search(sentence)
    if (
        answer.publishes
        and answer.status in (409, 422)
        and match
        and "duplicate" in sentence.lower()
    ):
        return _AlreadyThereError(
            translatable("Server", "LinkedIn already has this post: {sentence}").format(
                sentence=sentence
            ),
            match[0],
        )
    if answer.status == 426 or (answer.status == 400 and "version" in sentence.lower()):
        return Refused(
            translatable(
                "Server", "LinkedIn no longer supports this version of its API. Update Posto."
            )
        )
    return None


def _profile(http: Http, expires: int) -> Profile:
    answer = http.ask("GET", "/v2/userinfo")
    user = answer.object()
    number, name, picture = user.get("sub"), user.get("name"), user.get("picture")
    if not isinstance(number, str) or not re.fullmatch(r"[\w-]{1,64}", number):
        raise answer.no_use()
    shown = name if isinstance(name, str) and name.strip() else number
    return Profile(
        remote_id=number,
        handle=shown[:255],
        name=shown[:255],
        network="linkedin",
        picture=picture if is_web_address(picture) else "",
        facts={"expires_at": expires},
        limits=LIMITS,
    )
