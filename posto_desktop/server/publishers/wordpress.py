"""Publisher for WordPress: creates a draft with a known slug, publishes it by id when due.

Publishing an id again changes nothing, so that a lost answer never makes a second post.
"""

from __future__ import annotations

import contextlib
import html
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server.publishers.addresses import with_scheme
from posto_desktop.server.publishers.attachments import open_attachment, upload_each
from posto_desktop.server.publishers.base import (
    Account,
    Attachment,
    Connected,
    Field,
    Found,
    Part,
    Post,
    Profile,
    Publisher,
    PublishError,
    Record,
    Refused,
    Result,
    Rights,
    Secret,
    SignIn,
    SignInAgain,
    TryLater,
    Unclear,
    split_comment,
)
from posto_desktop.server.publishers.checks import (
    bare,
    check,
    figures,
    id_of,
    objects,
    text_of_html,
)
from posto_desktop.server.publishers.http import Http, HttpAnswer, basic_header

_MOST_COMMENTS = 100
"""The most that WordPress lists in one answer."""
_POSTS, _MEDIA, _COMMENTS = "/wp/v2/posts", "/wp/v2/media", "/wp/v2/comments"
_STATUSES = "publish,future,draft,pending,private"
_OUT = ("publish", "pending", "private", "future")
_LONGEST_SLUG = 60
_REFUSED_BY_500 = ("rest_upload_sideload_error", "rest_upload_unknown_error")


class WordPress(Publisher):
    method = "wordpress"
    further_parts = "joined"
    name = "WordPress"
    numbers_apart = True
    settle = 0.0
    ahead = 600.0
    fields = (
        Field("server", translatable("Server", "Address of your site"), hint="https://example.com"),
        Field("username", translatable("Server", "User name")),
        Field(
            "password",
            translatable("Server", "Application password"),
            is_secret=True,
            hint=translatable(
                "Server", "Create one in WordPress: Users, Profile, Application Passwords."
            ),
        ),
    )

    # -- publishing ------------------------------------------------------------------------------

    def parts(self, post: Post) -> list[Part]:
        """The post with all sections, as a site has no threads, and its comment."""
        return split_comment(post)

    def prepare(self, account: Account, part: Part) -> Record:
        check(account, part, part.text or part.title)
        if part.kind == "comment":
            return {"text": part.text}
        excerpt = part.post.extra.get("post_excerpt")
        return {
            "slug": _slug(part),
            "title": part.title,
            "excerpt": excerpt if isinstance(excerpt, str) else "",
            "status": "publish" if account.facts.get("can_publish") is True else "pending",
            "media": {},
            "post": 0,
        }

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        if part.kind == "comment" or record["post"]:
            return record
        site = _Site.of(account)
        record = upload_each(part, record, "media", keep, site.upload)
        number = site.find(record["slug"]) or site.draft(part, record)
        record = {**record, "post": number}
        keep(record)
        return record

    def send(self, account: Account, part: Part, record: Record) -> Result:
        site = _Site.of(account)
        if part.kind == "comment":
            return site.comment(part)
        answer = site.http.publish(
            "POST", site.path(f"{_POSTS}/{record['post']}"), json={"status": record["status"]}
        )
        body = answer.object()
        result = _result(body)
        if result is None or body.get("status") not in _OUT:
            raise answer.no_use()
        return result

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        site = _Site.of(account)
        if part.kind == "comment":
            return site.find_comment(part, taken)
        answer = site.http.ask(
            "GET",
            site.path(f"{_POSTS}/{record['post']}"),
            params={"context": "edit"},
            missing_is_fine=True,
        )
        if answer.status == 404:
            return Found.CANNOT_TELL, None  # somebody deleted it
        body = answer.object()
        result = _result(body)
        if result is not None and body.get("status") in _OUT:
            return Found.SENT, result
        return Found.NOT_SENT, None

    def repeat_is_safe(self, record: Record, age: float) -> bool:
        return bool(record.get("post"))

    def insights(self, account: Account, remote_id: str) -> list[dict[str, Any]]:
        site = _Site.of(account)
        params = {"post": remote_id, "per_page": _MOST_COMMENTS, "_fields": "id"}
        answer = site.http.ask("GET", site.path(_COMMENTS), params=params)
        counts: dict[str, str] = dict(answer.headers)
        if "X-WP-Total" not in answer.headers and len(answer.list()) < _MOST_COMMENTS:
            # A site that writes notices first has sent its headers with them.
            counts["X-WP-Total"] = str(len(answer.list()))
        return figures(counts, (("Comments", "X-WP-Total"),))

    def discard(self, account: Account, part: Part, record: Record) -> None:
        if part.kind == "comment":
            return
        site = _Site.of(account)
        number = record["post"] or site.find(record["slug"])
        if number:
            path = site.path(f"{_POSTS}/{number}")
            answer = site.http.ask("GET", path, params={"context": "edit"}, missing_is_fine=True)
            if answer.status != 404 and answer.object().get("status") != "draft":
                return  # the person has published it there
            site.delete(path)
        for item in record["media"].values():
            site.delete(site.path(f"{_MEDIA}/{item['id']}"))

    # -- accounts --------------------------------------------------------------------------------

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        secret: Secret = {
            "username": entered["username"].strip(),
            "password": entered["password"].strip(),
        }
        redaction.hide(secret["password"])
        server = site_of(entered["server"])
        root, title = _root(Http(server))
        site = _Site(Http(server, headers=_basic(secret), explain=_explain), root)
        return Connected(server, site.profile(title), secret)

    def check(self, account: Account) -> Profile:
        site = _Site.of(account)
        _, title = _root(site.http)
        return site.profile(title)

    def test_words(self, account: Account) -> str:
        return translatable(
            "Server", "A test post is a draft. Editors of the site can see it, readers cannot."
        )

    def send_test(self, account: Account) -> Result:
        site = _Site.of(account)
        text = "Test by Posto Desktop. Readers cannot see it. It will be deleted."
        body = {"status": "draft", "title": "Posto Desktop", "content": text}
        answer = site.http.publish("POST", site.path(_POSTS), json=body)
        draft = answer.object()
        result = _result(draft)
        if result is None:
            raise answer.no_use()
        if draft.get("status") != "draft":
            self.delete_test(account, result)
            raise Refused(
                translatable(
                    "Server", "{host} did not keep the test post as a draft, so Posto deleted it."
                ).format(host=answer.host)
            )
        page = f"{account.server}/wp-admin/post.php?post={result.id}&action=edit"
        return Result(result.id, page)

    def delete_test(self, account: Account, post: Result) -> None:
        site = _Site.of(account)
        path = site.path(f"{_POSTS}/{post.id}")
        site.http.ask("DELETE", path, params={"force": "true"}, missing_is_fine=True)

    def revoke(self, account: Account) -> None:
        site = _Site.of(account)
        path = site.path("/wp/v2/users/me/application-passwords")
        mark = site.http.ask("GET", f"{path}/introspect").object().get("uuid")
        if not isinstance(mark, str) or not re.fullmatch(r"[0-9a-fA-F-]{36}", mark):
            raise Refused(
                translatable(
                    "Server", "{host} does not report which password this is. Delete it there."
                ).format(host=site.http.host)
            )
        site.http.ask("DELETE", f"{path}/{mark}")


class _Site:
    """The REST interface of a site. `root` is what comes before a route: `/wp-json`, or
    `/?rest_route=` at sites with plain permalinks."""

    def __init__(self, http: Http, root: str) -> None:
        self.http = http
        self.root = root

    @classmethod
    def of(cls, account: Account) -> _Site:
        http = Http.of(account, _basic(account.secret()), _explain)
        return cls(http, str(account.facts.get("root") or "/wp-json"))

    def path(self, route: str) -> str:
        return f"{self.root}{route}"

    def upload(self, attachment: Attachment) -> dict[str, Any]:
        """Put a file into the media library with its description."""
        with open_attachment(attachment) as file:
            answer = self.http.ask(
                "POST",
                self.path(_MEDIA),
                params={"alt_text": attachment.alt, "title": attachment.name},
                data=file,
                length=attachment.size,
                headers={
                    "Content-Type": attachment.mime,
                    "Content-Disposition": f'attachment; filename="{_ascii_name(attachment)}"',
                    "Accept": "application/json",
                },
            )
        body = answer.object()
        number, url = body.get("id"), body.get("source_url")
        if type(number) is not int or not isinstance(url, str):
            raise answer.no_use()
        return {"id": number, "url": url}

    def find(self, slug: str) -> int:
        """The id of the post with a slug, 0 where there is none."""
        answer = self.http.ask(
            "GET",
            self.path(_POSTS),
            params={"slug": slug, "status": _STATUSES, "context": "edit"},
        )
        for post in objects(answer.list()):
            if post.get("slug") == slug and type(post.get("id")) is int:
                return int(post["id"])
        return 0

    def draft(self, part: Part, record: Record) -> int:
        body: dict[str, Any] = {
            "status": "draft",
            "slug": record["slug"],
            "title": record["title"],
            "content": _content(part, record),
        }
        if record["excerpt"]:
            body["excerpt"] = record["excerpt"]
        if part.post.extra.get("featured_image") is True and record["media"]:
            body["featured_media"] = record["media"]["0"]["id"]
        answer = self.http.ask("POST", self.path(_POSTS), json=body)
        number = answer.object().get("id")
        if type(number) is not int:
            raise answer.no_use()
        return number

    def delete(self, path: str) -> None:
        with contextlib.suppress(Refused):
            self.http.ask("DELETE", path, params={"force": "true"}, missing_is_fine=True)

    def comment(self, part: Part) -> Result:
        assert part.root is not None
        answer = self.http.publish(
            "POST",
            self.path(_COMMENTS),
            json={"post": int(part.root.id), "content": html.escape(part.text, quote=False)},
        )
        result = _result(answer.object())
        if result is None:
            raise answer.no_use()
        return result

    def find_comment(self, part: Part, taken: Collection[str]) -> tuple[Found, Result | None]:
        assert part.root is not None
        answer = self.http.ask(
            "GET",
            self.path(_COMMENTS),
            params={"post": part.root.id, "status": "all", "context": "edit", "per_page": "100"},
        )
        for comment in objects(answer.list()):
            result = _result(comment)
            if result is None or result.id in taken:
                continue
            if bare(text_of_html(_rendered(comment.get("content")))) == bare(part.text):
                return Found.SENT, result
        return Found.NOT_SENT, None

    def profile(self, title: str) -> Profile:
        """Who is signed in. Raises SignInAgain where nobody is."""
        path = self.path("/wp/v2/users/me")
        answer = self.http.ask("GET", path, params={"context": "edit"})
        body = answer.object()
        number, slug = body.get("id"), body.get("slug")
        if type(number) is not int or not isinstance(slug, str):
            raise answer.no_use()
        may = body.get("capabilities")
        can = may if isinstance(may, dict) else {}
        if not can.get("edit_posts"):
            raise Refused(
                translatable(
                    "Server", "{slug} may not write posts on {host}. Ask for the role of an author."
                ).format(slug=slug, host=self.http.host)
            )
        pictures = body.get("avatar_urls")
        urls = (
            [url for url in pictures.values() if isinstance(url, str)]
            if isinstance(pictures, dict)
            else []
        )
        parts = urlsplit(self.http.server)
        return Profile(
            remote_id=str(number),
            handle=f"{slug}@{parts.netloc}{parts.path}",
            name=title or parts.netloc,
            network="wordpress",
            link=self.http.server,
            picture=urls[-1] if urls else "",
            facts={"root": self.root, "can_publish": bool(can.get("publish_posts"))},
            rights=_rights(can),
        )


def _rights(can: Mapping[str, Any]) -> Rights:
    """What a role lets one do. Without the right to publish, posts wait at the site."""
    publish, upload = can.get("publish_posts") is True, can.get("upload_files") is True
    missing = ""
    if not publish:
        missing = translatable("Server", "Posts wait on the site until someone publishes them.")
    if not (publish and upload):
        missing = (f"{missing} " + translatable("Server", "Ask for the role of an author.")).strip()
    return Rights(publish, upload, missing)


def site_of(typed: str) -> str:
    """The address of a site from what people type or copy."""
    parts = urlsplit(with_scheme(typed))
    if not parts.hostname:
        raise Refused(
            translatable(
                "Server", "Type the address of your site, for example https://example.com."
            )
        )
    path = re.sub(r"/(?:wp-admin|wp-login\.php|wp-json)(?:/.*)?$", "", parts.path).rstrip("/")
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}{path}"


def _root(http: Http) -> tuple[str, str]:
    """Where the REST interface of a site is, and the site's title."""
    with contextlib.suppress(Refused, SignInAgain):
        http.ask("HEAD", "/")  # it says where nobody answers at all
    for root in ("/wp-json", _named_root(http), "/?rest_route="):
        if not root:
            continue
        with contextlib.suppress(Refused, SignInAgain, TryLater):
            answer = http.ask("GET", f"{root}/", headers={"Accept": "application/json"})
            index = answer.json()
            if not isinstance(index, dict):
                continue
            names = index.get("namespaces")
            if isinstance(names, list) and "wp/v2" in names:
                return root, html.unescape(str(index.get("name") or ""))[:255]
    raise Refused(
        translatable(
            "Server",
            "There is no WordPress at {server}, or its REST API is switched off. Copy "
            "the address of the site's front page.",
        ).format(server=http.server)
    )


def _named_root(http: Http) -> str:
    """Where the front page says that the interface is, "" where that is of no use."""
    link = ""
    with contextlib.suppress(Refused, SignInAgain):
        link = http.ask("HEAD", "/").headers.get("Link", "")
    match = re.search(r'<([^<>]+)>;\s*rel="https://api\.w\.org/"', link)
    if not match or not match[1].startswith(http.server):
        return ""
    return match[1].removeprefix(http.server).rstrip("/")


def _basic(secret: Mapping[str, str]) -> dict[str, str]:
    return basic_header(secret.get("username", ""), secret.get("password", ""))


def _explain(answer: HttpAnswer) -> PublishError | None:
    code = answer.fields.get("code")
    if answer.status == 401 or _is_nobody(answer):
        return SignInAgain(
            translatable(
                "Server",
                "{host} did not accept the user name and application password. Create a new "
                "password on the site and connect the account again. If they are right, the "
                "web server removes them before WordPress sees them.",
            ).format(host=answer.host)
        )
    if answer.status == 500 and code in _REFUSED_BY_500:
        return Refused(f"{answer.host}: {answer.error_sentence}")
    if answer.status == 409 and code == "comment_duplicate":
        return Unclear(f"{answer.host}: {answer.error_sentence}")
    if answer.status == 404 and code == "rest_post_invalid_id":
        return Refused(
            translatable(
                "Server", "The draft of this post was deleted on the site. Send the post again."
            )
        )
    return None


def _is_nobody(answer: HttpAnswer) -> bool:
    """Whether drafts are refused as nobody is signed in, which WordPress says with status 400."""
    inner: object = answer.fields
    for name in ("data", "details", "status", "data"):
        inner = inner.get(name) if isinstance(inner, dict) else None
    return isinstance(inner, dict) and inner.get("status") == 401


def _result(body: Mapping[str, Any]) -> Result | None:
    number, link = id_of(body.get("id")), body.get("link")
    if not number.isascii() or not number.isdigit():
        return None
    return Result(number, link if isinstance(link, str) else "")


def _rendered(value: object) -> str:
    text = value.get("rendered") if isinstance(value, dict) else value
    return text if isinstance(text, str) else ""


def _slug(part: Part) -> str:
    """A name for the address, made of the first words, that no other post has."""
    words = unicodedata.normalize("NFKD", part.title or part.text[:200]).encode("ascii", "ignore")
    name = re.sub(r"[^a-z0-9]+", "-", words.decode().lower())[:_LONGEST_SLUG].strip("-")
    return f"{name or 'post'}-{part.key.replace('-', '')[:10]}"


def _ascii_name(attachment: Attachment) -> str:
    stem, dot, extension = attachment.name.rpartition(".")
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", stem if dot else attachment.name).strip("-.")
    return f"{name or 'file'}.{extension if dot and extension.isascii() else 'bin'}"


# -- content ---------------------------------------------------------------------------------------


def _content(part: Part, record: Record) -> str:
    """The blocks of a post: its paragraphs, its pictures, its link."""
    blocks = [
        _paragraph(paragraph)
        for paragraph in re.split(r"\n[ \t]*\n\s*", part.text)
        if paragraph.strip()
    ]
    for number, attachment in enumerate(part.media):
        blocks.append(_file(attachment, record["media"][str(number)]))
    if part.link and part.link not in part.text:
        link = html.escape(part.link)
        blocks.append(_block("paragraph", f'<p><a href="{link}">{link}</a></p>'))
    return "\n\n".join(blocks)


def _paragraph(text: str) -> str:
    return _block(
        "paragraph", f"<p>{html.escape(text.strip(), quote=False)}</p>".replace("\n", "<br>")
    )


def _file(attachment: Attachment, uploaded: Mapping[str, Any]) -> str:
    url, number = html.escape(str(uploaded["url"])), uploaded["id"]
    if attachment.kind == "video":
        figure = f'<figure class="wp-block-video"><video controls src="{url}"></video></figure>'
        return _block("video", figure, f'{{"id":{number}}}')
    alt = html.escape(attachment.alt)
    figure = (
        f'<figure class="wp-block-image size-large"><img src="{url}" alt="{alt}"'
        f' class="wp-image-{number}"/></figure>'
    )
    return _block("image", figure, f'{{"id":{number},"sizeSlug":"large"}}')


def _block(name: str, inner: str, attributes: str = "") -> str:
    words = f"{name} {attributes}".strip()
    return f"<!-- wp:{words} -->\n{inner}\n<!-- /wp:{name} -->"
