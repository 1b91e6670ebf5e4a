"""Posto's own routes, `/wp-json/posto/v1/…`, and the pages of published sandbox posts."""

from __future__ import annotations

import contextlib
import html
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from posto_desktop import __version__
from posto_desktop.common.translation import translatable
from posto_desktop.server.errors import ApiError, PluginError
from posto_desktop.server.files import send_blocks, send_file
from posto_desktop.server.forms import FormFields, whole_number
from posto_desktop.server.networks import networks
from posto_desktop.server.routes_plugin import picture_url
from posto_desktop.server.rows import Row, json_list
from posto_desktop.server.sender import MOST_LATE_MINUTES
from posto_desktop.server.team.scope import Objects
from posto_desktop.server.web import Request, Response, Web
from posto_desktop.server.workspace import Workspace
from posto_desktop.storage import proof, regular_files

POSTO = "/wp-json/posto/v1"
_PAGE_POLICY = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline';"
    " frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:38rem;margin:2rem auto;padding:0 1rem;"
    "color-scheme:light dark}img,video{max-width:100%;border-radius:8px;margin:.5rem 0}"
    "p{white-space:pre-wrap;overflow-wrap:anywhere}small{opacity:.7}"
)


class PostoRoutes:
    """`stop` ends the server at the app's request."""

    def __init__(self, workspace: Workspace, stop: Callable[[], None]) -> None:
        self._workspace = workspace
        self._stop = stop

    def register(self, web: Web) -> None:
        web.add("GET", proof.ROUTE, self.prove, public=True, proves=True)
        web.add("GET", f"{POSTO}/status", self.status)
        web.add("POST", f"{POSTO}/status", self.change_status)
        web.add("POST", f"{POSTO}/shutdown", self.shutdown)
        web.add("GET", f"{POSTO}/feed", self.feed)
        web.add("POST", f"{POSTO}/schedules/send-now", self.send_now)
        web.add("POST", f"{POSTO}/schedules/resolve", self.resolve)
        web.add("POST", f"{POSTO}/schedules/retry-comment", self.retry_comment)
        web.add("GET", f"{POSTO}/schedules/story", self.story)
        web.add("GET", f"{POSTO}/media/missing", self.missing_media)
        web.add(
            "GET",
            f"{POSTO}/media/<media_id:int>/thumb",
            self.thumbnail,
            public=True,
            signed=lambda query, media_id: self._is_signed(query, f"thumb:{media_id}"),
        )
        web.add(
            "GET",
            f"{POSTO}/feed/media/<sha256>",
            self.feed_media,
            public=True,
            signed=lambda query, sha256: (
                self._is_on_page(query, sha256)
                or self._is_signed(query, _feed_subject(query.number("channel") or 0, sha256))
            ),
        )
        web.add("GET", "/sandbox/<post_id:int>/<mark>", self.sandbox_post, public=True)

    def prove(self, request: Request) -> Response:
        """Prove to a new connection that this is the local server."""
        nonce = request.query.text("nonce")
        if not proof.is_nonce(nonce):
            raise ApiError(400, "rest_invalid_param", "The nonce is 64 hexadecimal digits.")
        own_address, peer_address = request.socket_addresses
        proof_text = self._workspace.guard.prove(nonce, own_address, peer_address)
        return Response(proof_text.encode("ascii"), headers=[("Content-Type", "text/plain")])

    def status(self, request: Request) -> object:
        """Problems and the way to servers are for owners: they name accounts and places."""
        is_owner = request.person is not None and request.person.is_at_least("owner")
        route = self._workspace.proxy_settings.to_json()
        self._workspace.sender.read_settings()
        return {
            "version": __version__,
            "problems": self._workspace.problems if is_owner else [],
            "late_limit": self._workspace.sender.late_limit / 60,
            "route": route if is_owner else {"proxy": None, "ca_file": ""},
            "paused": self._workspace.sender.paused,
            "locked": self._workspace.accounts.locked(request.scope),
        }

    def change_status(self, request: Request) -> object:
        """Change what the body names: `late_limit`, `route` (`server.proxy_settings`), `paused`."""
        body = request.json()
        named = {"late_limit", "route", "paused"} & body.keys()
        minutes: Any = body.get("late_limit")
        if "late_limit" in named or not named:
            if type(minutes) not in (int, float) or not 0 <= minutes <= MOST_LATE_MINUTES:
                raise PluginError(
                    translatable(
                        "Server", "The limit for late posts is a number of minutes, 0 to {limit}."
                    ).format(limit=MOST_LATE_MINUTES)
                )
            self._workspace.set_late_limit(float(minutes) * 60)
        if "route" in named:
            self._workspace.proxy_settings.change(body["route"])
        if "paused" in named:
            self._workspace.pause(body["paused"] is True)
        return self.status(request)

    def shutdown(self, _request: Request) -> object:
        self._stop()
        return []

    def feed(self, request: Request) -> object:
        limit = min(max(request.query.number("limit") or 50, 1), 200)
        rows, total = self._workspace.sandbox.page(
            limit, request.query.number("before"), request.scope.channel_ids()
        )
        return {"items": [self._feed_item(row, request) for row in rows], "total": total}

    def send_now(self, request: Request) -> object:
        self._workspace.schedules.send_now(_ids(request.json().get("ids")))
        return []

    def resolve(self, request: Request) -> object:
        body = request.json()
        number, answer = whole_number(body.get("id")), body.get("answer")
        if number is None or answer not in ("there", "send_again"):
            raise PluginError(translatable("Server", "The answer is either there or send_again."))
        if answer == "there":
            link = body.get("link")
            self._workspace.unclear_posts.is_there(number, link if isinstance(link, str) else "")
        else:
            self._workspace.unclear_posts.send_again(number)
        return []

    def missing_media(self, request: Request) -> object:
        """Which of the files named by `ids` are not there, or not whole."""
        ids = _ids(request.query.text("ids").split(","))
        seen = request.scope.seen_media(ids)
        missing = {*self._workspace.media.missing([number for number in ids if number in seen])}
        return {"missing": [number for number in ids if number in missing or number not in seen]}

    def story(self, request: Request) -> object:
        number = request.query.number("id")
        if number is None:
            raise PluginError(translatable("Server", "Choose a post."))
        return self._workspace.stories.of(number, request.base_url)

    def retry_comment(self, request: Request) -> object:
        number = whole_number(request.json().get("id"))
        if number is None:
            raise PluginError(translatable("Server", "Choose a post."))
        self._workspace.schedules.retry_comment(number)
        return []

    def thumbnail(self, request: Request, media_id: int) -> Response:
        self._check(request, f"thumb:{media_id}", Objects(media=[media_id]))
        item = self._workspace.media.get(media_id)
        local = self._workspace.media.local([item])
        return self._thumb(request, local, item.path, item.sha256, item.mime)

    def feed_media(self, request: Request, sha256: str) -> Response:
        if not self._is_on_page(request.query, sha256):
            channel_id = request.query.number("channel") or 0
            channel = Objects(channels=[channel_id] if channel_id else [])
            self._check(request, _feed_subject(channel_id, sha256), channel)
        try:
            path = self._workspace.sandbox.media_path(sha256)
        except ValueError as error:
            raise ApiError(
                404, "posto_no_file", translatable("Server", "This file does not exist.")
            ) from error
        mime = request.query.text("type")
        if mime not in _SHOWN:
            mime = "application/octet-stream"
        media = self._workspace.media
        # What another server has published lies there; the library has it, too.
        item = None if path.is_file() else media.of_content(sha256)
        if "size" in request.query:
            local = contextlib.nullcontext() if item is None else media.local([item])
            path = path if item is None else item.path
            return self._thumb(request, local, path, sha256, mime)
        if item is not None:
            return send_blocks(request, *media.opened(item), mime, sha256, etag=sha256)
        return send_file(request, path, mime, sha256, etag=sha256)

    def sandbox_post(self, request: Request, post_id: int, mark: str) -> Response:
        row = self._workspace.sandbox.open_post(post_id, mark)
        if row is None:
            raise ApiError(
                404, "posto_no_post", translatable("Server", "This post does not exist.")
            )
        return Response(
            self._page(row, request).encode(),
            headers=[
                ("Content-Type", "text/html; charset=utf-8"),
                ("Content-Security-Policy", _PAGE_POLICY),
            ],
        )

    def _check(self, request: Request, subject: str, objects: Objects) -> None:
        if request.signed_in and request.scope.is_whole:
            return
        if not self._workspace.shows(subject, request.query.text("sig"), objects):
            raise ApiError(
                401,
                "rest_forbidden",
                translatable("Server", "Sorry, you are not allowed to do that."),
            )

    def _is_signed(self, query: FormFields, subject: str) -> bool:
        return self._workspace.guard.signed_for(subject, query.text("sig")) is not None

    def _is_on_page(self, query: FormFields, sha256: str) -> bool:
        """Whether a file is shown by a published post's page, which everybody may see who knows its
        address."""
        return self._workspace.guard.signature_fits(f"page:{sha256}", query.text("sig"))

    def _thumb(
        self,
        request: Request,
        local: AbstractContextManager[None],
        path: Path,
        sha256: str,
        mime: str,
    ) -> Response:
        """Answer with a small picture; the file is at `path` within `local`."""
        if not mime.startswith("image/"):
            raise ApiError(
                415,
                "posto_no_preview",
                translatable("Server", "Files of this kind have no preview."),
            )
        size = request.query.number("size") or 320
        small = self._workspace.pictures.drawn(sha256, size)
        if small is None:
            with local:
                small = self._workspace.pictures.thumbnail(path, sha256, size)
        with regular_files.open_file(small) as file:
            kind = "image/png" if file.read(4) == b"\x89PNG" else "image/jpeg"
        return send_file(request, small, kind, small.name, etag=small.name)

    def _feed_item(self, row: Row, request: Request) -> dict[str, Any]:
        return {
            "id": row["id"],
            "key": str(row["idempotency_key"] or ""),
            "posto_ref": row["posto_ref"],
            "channel": {
                "id": row["channel_id"],
                "name": row["channel_name"],
                "social_network": row["network"],
                "picture": picture_url(row["channel_id"], request),
            },
            "title": row["title"],
            "text": row["text"],
            "link": row["link"],
            "media": [self._feed_media(file, row, request) for file in _media(row)],
            "published_at": row["published_at"],
            "url": f"{request.base_url}/sandbox/{row['id']}/{row['mark']}",
            "first_comment": row["first_comment"],
        }

    def _feed_media(self, file: dict[str, Any], row: Row, request: Request) -> dict[str, Any]:
        channel_id = row["channel_id"]
        mark = self._workspace.sign(_feed_subject(channel_id, file["sha256"]), request)
        url = f"{_file_url(file, request)}&channel={channel_id}&sig={mark}"
        return {
            "id": file["id"],
            "type": file["type"],
            "url": url,
            "thumb": f"{url}&size=640" if file["type"] == "image" else "",
            "alt": file["alt"],
            "width": file["width"],
            "height": file["height"],
        }

    def _page(self, row: Row, request: Request) -> str:
        escape = html.escape
        name = escape(networks().get(row["network"]).name)
        parts = [
            f"<!doctype html><html><meta charset=utf-8><title>{escape(row['channel_name'])}</title>"
            f"<style>{_STYLE}</style><b>{escape(row['channel_name'])}</b><br>"
            f"<small>{time.strftime('%Y-%m-%d %H:%M', time.localtime(row['published_at']))} · "
            f"as on {name}, published only on this computer</small>"
        ]
        if row["title"]:
            parts.append(f"<h2>{escape(row['title'])}</h2>")
        parts.append(f"<p>{escape(row['text'])}</p>")
        for file in _media(row):
            mark = self._workspace.guard.sign(f"page:{file['sha256']}")
            url = escape(f"{_file_url(file, request)}&sig={mark}")
            if file["type"] == "video":
                parts.append(f'<video controls src="{url}"></video>')
            else:
                parts.append(f'<img src="{url}" alt="{escape(file["alt"])}">')
        if row["link"].lower().startswith(("http://", "https://")):
            parts.append(
                f'<p><a rel="noreferrer" href="{escape(row["link"])}">{escape(row["link"])}</a></p>'
            )
        if row["first_comment"]:
            parts.append(f"<hr><p>{escape(row['first_comment'])}</p>")
        return "".join(parts)


def _feed_subject(channel_id: int, sha256: str) -> str:
    return f"feed:{channel_id}:{sha256}"


def _file_url(file: dict[str, Any], request: Request) -> str:
    kind = quote(file["mime"], safe="")
    return f"{request.base_url}{POSTO}/feed/media/{file['sha256']}?type={kind}"


def _media(row: Row) -> list[dict[str, Any]]:
    """Return the files of a published post, without damaged ones."""
    texts, numbers = ("sha256", "mime", "type", "alt"), ("id", "width", "height")
    return [
        file
        for file in json_list(row["media"])
        if isinstance(file, dict)
        and all(isinstance(file.get(name), str) for name in texts)
        and all(file.get(name) is None or type(file[name]) is int for name in numbers)
        and all(name in file for name in numbers)
    ]


_SHOWN = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "image/bmp",
        "image/tiff",
        "image/avif",
        "image/heic",
        "video/mp4",
        "video/quicktime",
        "video/webm",
        "video/mpeg",
        "video/avi",
        "video/3gpp",
        "audio/mpeg",
        "audio/mp4",
    }
)


def _ids(value: object) -> list[int]:
    listed = value if isinstance(value, list) else [value]
    numbers = [whole_number(item) for item in listed]
    return [number for number in numbers if number is not None]
