"""Publisher for Ghost sites, with the Admin API key of a custom integration.

A draft with a slug of ours is made before, and published by its id when it is due, which may be
repeated. Nothing is sent to subscribers. Source: Ghost's Admin API; tried with Ghost 5.130, see
tests/servers/ghost.py.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import re
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server.publishers.addresses import server_in
from posto_desktop.server.publishers.attachments import upload_each
from posto_desktop.server.publishers.base import (
    Account,
    Attachment,
    Connected,
    Field,
    Found,
    Limits,
    Part,
    Post,
    Profile,
    Publisher,
    PublishError,
    Record,
    Refused,
    Result,
    SignIn,
    SignInAgain,
    TryLater,
    split_comment,
)
from posto_desktop.server.publishers.checks import check, id_of, is_web_address, objects
from posto_desktop.server.publishers.http import Http, HttpAnswer
from posto_desktop.server.publishers.multipart import Form

ADMIN = "/ghost/api/admin"
MOST_TITLE, MOST_ALT = 255, 191
TOKEN_SECONDS = 240
_KEY = re.compile(r"([0-9a-f]{24}):([0-9a-f]{64})")
_OUT = ("published", "sent")


class Ghost(Publisher):
    method = "ghost"
    further_parts = "joined"
    name = "Ghost"
    settle = 0.0
    ahead = 600.0
    fields = (
        Field("server", translatable("Server", "Address of your site"), hint="https://example.com"),
        Field(
            "key",
            translatable("Server", "Admin API key"),
            is_secret=True,
            hint=translatable(
                "Server", "In Ghost: Settings, Integrations, Add custom integration."
            ),
        ),
    )

    # -- publishing ------------------------------------------------------------------------------

    def parts(self, post: Post) -> list[Part]:
        """The post with all sections, and its comment, which is said to be impossible."""
        return split_comment(post)

    def prepare(self, account: Account, part: Part) -> Record:
        if part.kind == "comment":
            raise Refused(translatable("Server", "Ghost does not allow apps to write comments."))
        check(account, part, part.text or part.title or part.link)
        if len(part.title) > MOST_TITLE:
            raise Refused(
                translatable(
                    "Server", "The title has {count} characters; Ghost allows {limit}. Shorten it."
                ).format(count=len(part.title), limit=MOST_TITLE)
            )
        return {
            "slug": f"posto-{part.key}",
            "title": part.title or _first_words(part.text),
            "media": {},
            "post": "",
        }

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        if record["post"]:
            return record
        record = upload_each(
            part, record, "media", keep, lambda attachment: _uploaded(account, attachment)
        )
        record = {
            **record,
            "post": _left_draft(account, record["slug"]) or _draft(account, part, record),
        }
        keep(record)
        return record

    def send(self, account: Account, part: Part, record: Record) -> Result:
        http = _http(account)
        path = f"{ADMIN}/posts/{record['post']}/"
        post = _post(http.ask("GET", path))
        if post.get("status") in _OUT:
            return _result(post)
        changed = {"status": "published", "updated_at": post.get("updated_at")}
        answer = http.publish("PUT", path, json={"posts": [changed]})
        published = _post(answer)
        if published.get("status") not in _OUT or id_of(published.get("id")) != record["post"]:
            raise answer.no_use()
        return _result(published)

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        if part.first_sent is None or not record["post"]:
            return Found.NOT_SENT, None
        path = f"{ADMIN}/posts/{record['post']}/"
        answer = _http(account).ask("GET", path, missing_is_fine=True)
        if answer.status == 404:
            return Found.CANNOT_TELL, None  # somebody has deleted it, published or not
        post = _post(answer)
        if post.get("status") in _OUT:
            return Found.SENT, _result(post)
        return Found.NOT_SENT, None

    def repeat_is_safe(self, record: Record, age: float) -> bool:
        return bool(record["post"])

    def discard(self, account: Account, part: Part, record: Record) -> None:
        if not record["post"]:
            return
        path, http = f"{ADMIN}/posts/{record['post']}/", _http(account)
        answer = http.ask("GET", path, missing_is_fine=True)
        if answer.status != 404 and _post(answer).get("status") == "draft":
            http.ask("DELETE", path, missing_is_fine=True)

    # -- accounts --------------------------------------------------------------------------------

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        server, key = server_in(entered).removesuffix("/ghost"), entered.get("key", "").strip()
        redaction.hide(key)
        redaction.hide(key.partition(":")[2])
        if not _KEY.fullmatch(key):
            raise Refused(
                translatable(
                    "Server",
                    "This is not an Admin API key. It has 24 letters, a colon and 64 letters. "
                    "The Content API key beside it can only read.",
                )
            )
        secret = {"key": key}
        http = Http(server, headers=_headers(secret), explain=_explain)
        return Connected(server, _profile(http, key.partition(":")[0]), secret)

    def check(self, account: Account) -> Profile:
        return _profile(_http(account), account.remote_id)


# -- posts -----------------------------------------------------------------------------------------


def _first_words(text: str) -> str:
    """A title for a text without one, which stays whole below it."""
    line = text.strip().partition("\n")[0].strip() or "…"
    if len(line) <= MOST_TITLE:
        return line
    return f"{line[: MOST_TITLE - 1].rpartition(' ')[0] or line[: MOST_TITLE - 1]}…"


def _html(part: Part, record: Record) -> str:
    """The text as it is, its pictures behind it; the first one stands above the post."""
    blocks = [
        f"<p>{html.escape(paragraph, quote=False).replace(chr(10), '<br>')}</p>"
        for paragraph in part.text.split("\n\n")
        if paragraph.strip()
    ]
    for number, attachment in list(enumerate(part.media)):
        url = html.escape(record["media"][str(number)])
        if attachment.kind == "video":
            blocks.append(f'<figure><video src="{url}" controls></video></figure>')
        elif number != _feature(part):
            alt = html.escape(attachment.alt)
            blocks.append(f'<figure><img src="{url}" alt="{alt}"></figure>')
    if part.link and part.link not in part.text:
        link = html.escape(part.link)
        blocks.append(f'<p><a href="{link}">{link}</a></p>')
    return "".join(blocks)


def _feature(part: Part) -> int | None:
    """The picture that stands above the post: the first whose description fits there."""
    return next(
        (
            number
            for number, attachment in enumerate(part.media)
            if attachment.kind == "image" and len(attachment.alt) <= MOST_ALT
        ),
        None,
    )


def _uploaded(account: Account, attachment: Attachment) -> str:
    """The address of a file."""
    kind = "media" if attachment.kind == "video" else "images"
    with Form({"purpose": "image"} if kind == "images" else {}, "file", attachment) as form:
        answer = _http(account).ask("POST", f"{ADMIN}/{kind}/upload/", **form.request)
    listed = objects(answer.object().get(kind))
    url = listed[0].get("url") if listed else None
    if not is_web_address(url):
        raise answer.no_use()
    return url


def _draft(account: Account, part: Part, record: Record) -> str:
    post: dict[str, Any] = {
        "title": record["title"],
        "slug": record["slug"],
        "status": "draft",
        "html": _html(part, record),
    }
    feature = _feature(part)
    if feature is not None:
        post["feature_image"] = record["media"][str(feature)]
        post["feature_image_alt"] = part.media[feature].alt
    answer = _http(account).ask(
        "POST", f"{ADMIN}/posts/", params={"source": "html"}, json={"posts": [post]}
    )
    return id_of(_post(answer).get("id"))


def _left_draft(account: Account, slug: str) -> str:
    """The draft that an interrupted upload has left, "" without one."""
    answer = _http(account).ask("GET", f"{ADMIN}/posts/slug/{slug}/", missing_is_fine=True)
    return "" if answer.status == 404 else id_of(_post(answer).get("id"))


def _post(answer: HttpAnswer) -> dict[str, Any]:
    posts = objects(answer.object().get("posts"))
    if not posts or not id_of(posts[0].get("id")).isalnum():
        raise answer.no_use()
    return posts[0]


def _result(post: Mapping[str, Any]) -> Result:
    url = post.get("url")
    return Result(id_of(post.get("id")), url if is_web_address(url) else "")


# -- accounts --------------------------------------------------------------------------------------


def _http(account: Account) -> Http:
    return Http.of(account, _headers(account.secret()), _explain)


def _headers(secret: Mapping[str, str]) -> dict[str, str]:
    return {"Authorization": f"Ghost {_token(secret.get('key', ''))}", "Accept-Version": "v5.0"}


def _token(key: str) -> str:
    """A JSON Web Token for the next minutes, signed with the key."""
    number, _, secret = key.partition(":")
    now = int(time.time())
    head = {"alg": "HS256", "typ": "JWT", "kid": number}
    claims = {"iat": now, "exp": now + TOKEN_SECONDS, "aud": "/admin/"}
    text = ".".join(_encoded(json.dumps(part).encode()) for part in (head, claims))
    signature = hmac.new(bytes.fromhex(secret), text.encode(), hashlib.sha256).digest()
    return f"{text}.{_encoded(signature)}"


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _explain(answer: HttpAnswer) -> PublishError | None:
    errors = objects(answer.fields.get("errors"))
    if answer.status == 401:
        return SignInAgain(
            translatable(
                "Server", "{host} no longer accepts the key. Connect the site again."
            ).format(host=answer.host)
        )
    if answer.status == 409:
        return TryLater(
            translatable(
                "Server", "{host}: someone else is editing this post. Try again in a moment."
            ).format(host=answer.host),
            5,
        )
    if errors and answer.status in (400, 403, 413, 415, 422):
        words = [errors[0].get(name) for name in ("message", "context")]
        sentence = " ".join(word for word in words if isinstance(word, str) and word)
        if sentence:
            return Refused(redaction.clean(f"{answer.host}: {sentence}")[:400])
    return None


def _profile(http: Http, number: str) -> Profile:
    answer = http.ask("GET", f"{ADMIN}/site/")
    site = answer.object().get("site")
    if not isinstance(site, dict):
        raise answer.no_use()
    http.ask("GET", f"{ADMIN}/posts/", params={"limit": 1, "fields": "id"})  # the key is right
    title, url, icon = site.get("title"), site.get("url"), site.get("icon")
    place = urlsplit(http.server).netloc
    return Profile(
        remote_id=number,
        handle=place,
        name=str(title or place)[:255],
        network="ghost",
        link=url if is_web_address(url) else http.server,
        picture=icon if is_web_address(icon) else "",
        limits=Limits(),
    )
