"""Publisher for Tumblr blogs, with the four keys of the user's own app.

A post gets a slug of ours, by which it is found again. What goes on in a thread stands in the same
post. Source: Tumblr's API v2 and its Neue Post Format.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from posto_desktop.common import json_text
from posto_desktop.common.budgets import Budget
from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server.publishers.addresses import server_in
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
    Target,
    split_comment,
)
from posto_desktop.server.publishers.checks import (
    check,
    id_of,
    is_web_address,
    objects,
    sent_since,
)
from posto_desktop.server.publishers.http import Http, HttpAnswer
from posto_desktop.server.publishers.multipart import Forms
from posto_desktop.server.publishers.oauth1 import KEYS, authorization
from posto_desktop.server.publishers.pictures import fitted_to

SERVER = "https://api.tumblr.com"
MOST_BLOCK, MOST_BLOCKS, MOST_FILES, MOST_ALT = 4096, 1000, 30, 4096
IMAGE_BYTES, VIDEO_BYTES = 20 * 1024 * 1024, 500 * 1024 * 1024
SIDE = 4096
_PAGE = 50
_SLUG = "posto"


class Tumblr(Publisher):
    method = "tumblr"
    further_parts = "joined"
    name = "Tumblr"
    sends_files = True
    usual_budgets = (Budget(250, 86400), Budget(250, 86400, "files"))
    fields = (
        Field(
            "consumer_key",
            translatable("Server", "Consumer key"),
            hint=translatable("Server", "From tumblr.com/oauth/apps"),
        ),
        Field("consumer_secret", translatable("Server", "Consumer secret"), is_secret=True),
        Field(
            "token",
            translatable("Server", "Token"),
            is_secret=True,
            hint=translatable("Server", "From api.tumblr.com/console: Show keys"),
        ),
        Field("token_secret", translatable("Server", "Token secret"), is_secret=True),
        Field(
            "server",
            translatable("Server", "Server"),
            is_required=False,
            hint=translatable("Server", "Leave this empty for api.tumblr.com."),
        ),
    )

    def parts(self, post: Post) -> list[Part]:
        """The post with all sections, and its comment, which is said to be impossible."""
        return split_comment(post)

    def prepare(self, account: Account, part: Part) -> Record:
        if part.kind == "comment":
            raise Refused(translatable("Server", "Tumblr does not allow apps to write comments."))
        check(account, part, part.text or part.title or part.link, scales=True)
        long = [paragraph for paragraph in _paragraphs(part.text) if len(paragraph) > MOST_BLOCK]
        if long:
            raise Refused(
                translatable(
                    "Server",
                    "A paragraph has {count} characters; Tumblr allows {limit}. Split it with a "
                    "blank line.",
                ).format(count=f"{len(long[0]):,}", limit=f"{MOST_BLOCK:,}")
            )
        tags = part.post.extra.get("tags")
        return {
            "slug": f"{_SLUG}-{part.key}",
            "tags": tags if isinstance(tags, str) else "",
            "content": _content(part),
        }

    def send(self, account: Account, part: Part, record: Record) -> Result:
        body = {"content": record["content"], "state": "published", "slug": record["slug"]}
        if record["tags"]:
            body["tags"] = record["tags"]
        path = f"/v2/blog/{quote(account.target, safe='')}/posts"
        http = Http.of(account, _signed(account, "POST", path), _explain)
        if not part.media:
            answer = http.publish("POST", path, json=body)
        else:
            files = [
                (f"file{number}", attachment, fitted_to(account.limits, attachment, SIDE))
                for number, attachment in enumerate(part.media)
            ]
            with Forms({"json": json_text.dumps(body)}, files) as form:
                answer = http.publish("POST", path, **form.request)
        number = _number(answer.object().get("response"))
        if not number:
            raise answer.no_use()
        return _result(account, number)

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        if part.first_sent is None:
            return Found.NOT_SENT, None
        path = f"/v2/blog/{quote(account.target, safe='')}/posts"
        params = {"limit": str(_PAGE), "npf": "true"}
        http = Http.of(account, _signed(account, "GET", path, params), _explain)
        answer = http.ask("GET", f"{path}?{urlencode(params)}")
        response = answer.object().get("response")
        posts = response.get("posts") if isinstance(response, dict) else None
        if not isinstance(posts, list):
            raise answer.no_use()
        for post in objects(posts):
            number = _number(post)
            if number and number not in taken and post.get("slug") == record["slug"]:
                return Found.SENT, _result(account, number)
        since = sent_since(part, answer)
        times = [post.get("timestamp") for post in objects(posts)]
        oldest = min((float(moment) for moment in times if type(moment) is int), default=0.0)
        if len(posts) >= _PAGE and oldest >= since:
            return Found.CANNOT_TELL, None  # older ones are not shown
        return Found.NOT_SENT, None

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


def _signed(
    account: Account, method: str, path: str, params: Mapping[str, str] | None = None
) -> dict[str, str]:
    return authorization(method, f"{account.server}{path}", account.secret(), params)


def _explain(answer: HttpAnswer) -> PublishError | None:
    errors = objects(answer.fields.get("errors"))
    detail = errors[0].get("detail") if errors else None
    if isinstance(detail, str) and detail and answer.status in (400, 403):
        return Refused(redaction.clean(f"Tumblr: {detail}")[:400])
    return None


def _paragraphs(text: str) -> list[str]:
    return [paragraph for paragraph in text.split("\n\n") if paragraph.strip()]


def _content(part: Part) -> list[dict[str, Any]]:
    """The blocks of a post: title, words, files, link."""
    blocks: list[dict[str, Any]] = []
    if part.title:
        blocks.append({"type": "text", "subtype": "heading1", "text": part.title})
    blocks += [{"type": "text", "text": paragraph} for paragraph in _paragraphs(part.text)]
    blocks += [_block(number, attachment) for number, attachment in enumerate(part.media)]
    if part.link:
        blocks.append({"type": "link", "url": part.link})
    return blocks


def _block(number: int, attachment: Attachment) -> dict[str, Any]:
    media: dict[str, Any] = {"type": attachment.mime, "identifier": f"file{number}"}
    if attachment.width and attachment.height:
        media |= {"width": attachment.width, "height": attachment.height}
    if attachment.kind == "video":
        return {"type": "video", "media": media, "provider": "tumblr"}
    block: dict[str, Any] = {"type": "image", "media": [media]}
    return {**block, "alt_text": attachment.alt} if attachment.alt else block


def _number(post: object) -> str:
    """The id of a post, which is a text where it is too large for a number."""
    if not isinstance(post, dict):
        return ""
    number = id_of(post.get("id_string")) or id_of(post.get("id"))
    return number if number.isdecimal() else ""


def _result(account: Account, number: str) -> Result:
    name = account.target.partition(".")[0]
    return Result(number, f"https://www.tumblr.com/{quote(name, safe='')}/{number}")


def _profile(server: str, secret: Mapping[str, str], proxy: str) -> Profile:
    path = "/v2/user/info"
    headers = authorization("GET", f"{server}{path}", secret)
    answer = Http(server, headers=headers, proxy=proxy, explain=_explain).ask("GET", path)
    response = answer.object().get("response")
    user = response.get("user") if isinstance(response, dict) else None
    name = user.get("name") if isinstance(user, dict) else None
    if not isinstance(user, dict) or not isinstance(name, str) or not name:
        raise answer.no_use()
    targets = []
    for blog in objects(user.get("blogs")):
        own, link = blog.get("name"), blog.get("url")
        if isinstance(own, str) and own:
            title = blog.get("title")
            shown = title if isinstance(title, str) and title else own
            place = link if is_web_address(link) else ""
            targets.append(Target(own, shown[:255], place, "tumblr"))
    if not targets:
        raise Refused(translatable("Server", "{name} has no blog.").format(name=name))
    return Profile(
        remote_id=name,
        handle=name,
        name=name[:255],
        network="tumblr",
        link=f"https://www.tumblr.com/{name}" if urlsplit(server).hostname else "",
        limits=Limits(
            files=MOST_FILES,
            text=MOST_BLOCK * MOST_BLOCKS,
            alt=MOST_ALT,
            image_bytes=IMAGE_BYTES,
            video_bytes=VIDEO_BYTES,
        ),
        targets=tuple(targets),
    )
