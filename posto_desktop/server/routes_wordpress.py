"""WordPress's routes: the index, the user, the site's settings and the media library."""

from __future__ import annotations

import html
import re
import time
from typing import Any

from posto_desktop import __version__
from posto_desktop.server import body as bodies
from posto_desktop.server.database import Transaction
from posto_desktop.server.errors import ApiError
from posto_desktop.server.files import send_blocks, send_file
from posto_desktop.server.forms import Multipart, header_parameters, whole_number
from posto_desktop.server.media import Blob, LibraryItem
from posto_desktop.server.routes_plugin import media_url, thumb_url
from posto_desktop.server.security import USERNAME
from posto_desktop.server.site import utc_offset, zone_name
from posto_desktop.server.team.person import ALONE
from posto_desktop.server.team.scope import Objects, not_there
from posto_desktop.server.web import AUTHORIZE_PAGE, Request, Response, Web
from posto_desktop.server.workspace import Workspace

WP = "/wp-json/wp/v2"
NAMESPACES = ("fs-poster/v1", "wp/v2", "posto/v1")
_FIELDS = ("title", "alt_text", "caption", "description")


class WordPressRoutes:
    def __init__(self, workspace: Workspace, web: Web) -> None:
        self._workspace = workspace
        self._web = web

    def register(self) -> None:
        add = self._web.add
        add("GET", "/", self.front_page, public=True)
        add("GET", "/wp-json/", self.index, public=True)
        add("GET POST", f"{WP}/users/me", self.me)
        add("GET", f"{WP}/settings", self.settings)
        add("POST PUT PATCH", f"{WP}/settings", self.save_settings)
        add("GET", f"{WP}/media", self.list_media)
        add("POST", f"{WP}/media", self.upload)
        add("GET", f"{WP}/media/<media_id:int>", self.get_media)
        add("POST PUT PATCH", f"{WP}/media/<media_id:int>", self.describe_media)
        add("DELETE", f"{WP}/media/<media_id:int>", self.delete_media)
        add(
            "GET",
            "/wp-content/uploads/<media_id:int>/<mark>/<name>",
            self.media_file,
            public=True,
            signed=lambda _query, media_id, mark, name: self._is_signed(media_id, mark),  # noqa: ARG005
        )
        add("GET", "/wp-content/channels/<channel_id:int>.png", self.channel_picture, public=True)

    def front_page(self, request: Request) -> Response:
        title, description = (
            html.escape(str(self._workspace.site.get(name))) for name in ("title", "description")
        )
        page = (
            f"<!doctype html><meta charset=utf-8><title>{title}</title><h1>{title}</h1>"
            f"<p>{description}."
        )
        link = f'<{request.base_url}/wp-json/>; rel="https://api.w.org/"'
        return Response(
            page.encode(), headers=[("Content-Type", "text/html; charset=utf-8"), ("Link", link)]
        )

    def index(self, request: Request) -> object:
        base = request.base_url
        site = self._workspace.site.settings()
        routes = {
            _pattern(rule.removeprefix("/wp-json")): {
                "namespace": "/".join(rule.split("/")[2:4]),
                "methods": sorted(set(methods)),
            }
            for rule, methods in self._web.routes.items()
            if rule.startswith("/wp-json/") and rule != "/wp-json/"
        }
        has_page = AUTHORIZE_PAGE in self._web.routes
        page = AUTHORIZE_PAGE if has_page else "/"
        return {
            "name": site["title"],
            "description": site["description"],
            "url": base,
            "home": base,
            "gmt_offset": utc_offset(),
            "timezone_string": zone_name(),
            "namespaces": list(NAMESPACES),
            "authentication": {
                "application-passwords": {"endpoints": {"authorization": f"{base}{page}"}}
            },
            "routes": routes,
            "posto": {"version": __version__, "embedded": True, "browser_sign_in": has_page},
        }

    def me(self, request: Request) -> object:
        person = request.person or ALONE
        is_alone = person is ALONE
        user = {
            "id": person.id or 1,
            "name": self._workspace.site.user_name if is_alone else person.shown_name,
            "slug": USERNAME if is_alone else person.name,
            "url": "",
            "description": "",
            "link": request.base_url,
        }
        if request.query.text("context") == "edit":
            user |= {
                "username": user["slug"],
                "email": "",
                # WordPress has no writers, and its administrators are our owners.
                "roles": ["administrator"] if is_alone else person.roles(),
                "capabilities": person.capabilities(),
            }
        if not is_alone:
            user["posto"] = {
                "role": person.role,
                "groups": None if person.groups is None else sorted(person.groups),
                "device": person.device,
            }
        return user

    def settings(self, request: Request) -> object:
        return self._workspace.site.settings() | {"url": request.base_url, "email": ""}

    def save_settings(self, request: Request) -> object:
        self._workspace.site.change(request.json())
        return self.settings(request)

    def list_media(self, request: Request) -> object:
        page = request.query.number("page") or 1
        per_page = request.query.number("per_page")
        per_page = 10 if per_page is None else per_page
        if not 1 <= per_page <= 100:
            raise _invalid("per_page", "per_page must be between 1 (inclusive) and 100 (inclusive)")
        if page < 1:
            raise _invalid("page", "page must be greater than or equal to 1")
        include = [whole_number(item) for item in request.query.many("include")]
        items, total = self._workspace.media.page(
            min(page, 10**9),
            per_page,
            request.query.text("search"),
            [number for number in include if number is not None],
            request.scope.media_within(),
        )
        if not items and page > 1:
            raise ApiError(
                400,
                "rest_post_invalid_page_number",
                "The page number requested is larger than the number of pages available.",
            )
        headers = [("X-WP-Total", str(total)), ("X-WP-TotalPages", str(-(-total // per_page)))]
        return Response([self._media_json(item, request) for item in items], headers=headers)

    def get_media(self, request: Request, media_id: int) -> object:
        return self._media_json(self._workspace.media.get(media_id), request)

    def upload(self, request: Request) -> Response:
        fields = {name: request.query.text(name) for name in _FIELDS if name in request.query}
        if request.content_type == "multipart/form-data":
            item = self._upload_form(request, fields)
        else:
            item = self._upload_raw(request, fields)
        location = f"{request.base_url}{WP}/media/{item.id}"
        return Response(self._media_json(item, request), 201, [("Location", location)])

    def describe_media(self, request: Request, media_id: int) -> object:
        body = request.json()
        fields: dict[str, str] = {}
        for name in _FIELDS:
            value = body.get(name)
            if name not in body:
                continue
            if isinstance(value, dict):  # as in WordPress's answers: {"raw": …, "rendered": …}
                value = value.get("raw", "")
            if value is not None and not isinstance(value, str):
                raise _invalid(name, f"{name} is not of type string.")
            fields[name] = value or ""
        team, person = self._workspace.team, request.person

        def changing(db: Transaction) -> None:
            if team is not None and team.is_active and person is not None:
                team.describe(db, person, media_id)

        item = self._workspace.media.describe(media_id, fields, changing)
        return self._media_json(item, request)

    def delete_media(self, request: Request, media_id: int) -> object:
        force = request.query.text("force") or str(request.json().get("force", ""))
        self._workspace.media.get(media_id)
        if force.lower() not in ("true", "1"):
            raise ApiError(
                501,
                "rest_trash_not_supported",
                "The post does not support trashing. Set 'force=true' to delete.",
            )
        item = self._workspace.media.delete(media_id)
        self._workspace.pictures.forget(item.sha256)
        return {"deleted": True, "previous": self._media_json(item, request)}

    def media_file(self, request: Request, media_id: int, mark: str, name: str) -> Response:  # noqa: ARG002
        if not self._workspace.shows(f"media:{media_id}", mark, Objects(media=[media_id])):
            raise ApiError(404, "rest_post_invalid_id", "Invalid post ID.")
        item = self._workspace.media.get(media_id)
        size, blocks = self._workspace.media.opened(item)
        return send_blocks(request, size, blocks, item.mime, item.name, etag=item.sha256)

    def _is_signed(self, media_id: int, mark: str) -> bool:
        return self._workspace.guard.signed_for(f"media:{media_id}", mark) is not None

    def channel_picture(self, request: Request, channel_id: int) -> Response:
        mark = request.query.text("sig")
        if self._workspace.has_people and not self._workspace.shows(
            f"channel:{channel_id}", mark, Objects(channels=[channel_id])
        ):
            raise not_there()
        row = self._workspace.channels.get(channel_id)
        own = self._workspace.accounts.picture(row["account_id"])
        if own:
            return Response(b"", 302, [("Location", own)])
        path = self._workspace.pictures.channel(row["name"], row["social_network"])
        return send_file(request, path, "image/png", path.name, etag=path.stem)

    def _upload_raw(self, request: Request, fields: dict[str, str]) -> LibraryItem:
        if request.content_type == "application/json":
            # WordPress parses such a body as JSON, and a file is not JSON.
            raise ApiError(400, "rest_invalid_json", "Invalid JSON body passed.")
        disposition = request.header("Content-Disposition")
        if not disposition and request.body.length == 0:
            raise ApiError(400, "rest_upload_no_data", "No data supplied.")
        if not disposition:
            raise ApiError(
                400, "rest_upload_no_content_disposition", "No Content-Disposition supplied."
            )
        _, parameters = header_parameters(disposition)
        filename = parameters.get("filename", "")
        if not filename:
            raise ApiError(
                400,
                "rest_upload_invalid_disposition",
                "Invalid Content-Disposition supplied. Content-Disposition needs to be formatted "
                'as `attachment; filename="image.png"` or similar.',
            )
        blob = self._workspace.media.receive(
            request.body.reader(bodies.MAX_MEDIA),
            request.body.length,
            request.header("Content-MD5") or None,
        )
        return self._list(blob, filename, fields)

    def _upload_form(self, request: Request, fields: dict[str, str]) -> LibraryItem:
        _, parameters = header_parameters(request.header("Content-Type"))
        form = Multipart(request.body.reader(bodies.MAX_MEDIA), parameters.get("boundary", ""))
        blob, filename = None, ""
        try:
            for part in form.parts():
                if part.filename is not None and blob is None:
                    filename = part.filename or "file"
                    blob = self._workspace.media.receive(part.read, request.body.length)
                elif part.filename is None and part.name in _FIELDS:
                    fields[part.name] = part.text()
        except BaseException:
            if blob is not None:
                self._workspace.media.discard(blob)
            raise
        if blob is None:
            raise ApiError(400, "rest_upload_no_data", "No data supplied.")
        return self._list(blob, filename, fields)

    def _list(self, blob: Blob, filename: str, fields: dict[str, str]) -> LibraryItem:
        try:
            return self._workspace.media.add(blob, filename, **fields)
        finally:
            self._workspace.media.discard(blob)

    def _media_json(self, item: LibraryItem, request: Request) -> dict[str, Any]:
        url = media_url(self._workspace, item, request)
        details: dict[str, Any] = {"filesize": item.size, "file": item.name, "sizes": {}}
        if item.width and item.height:
            details |= {"width": item.width, "height": item.height}
        return {
            "id": item.id,
            "date": time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(item.created_at)),
            "date_gmt": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(item.created_at)),
            "slug": item.name.rpartition(".")[0].lower(),
            "status": "inherit",
            "type": "attachment",
            "author": 1,
            "title": _rendered(item.title),
            "caption": _rendered(item.caption),
            "description": _rendered(item.description),
            "alt_text": item.alt_text,
            # For WordPress everything but a picture is a file.
            "media_type": "image" if item.mime.startswith("image/") else "file",
            "mime_type": item.mime,
            "media_details": details,
            "source_url": url,
            "link": url,
            "posto": {
                "sha256": item.sha256,
                "thumb": thumb_url(self._workspace, item.id, request),
            },
        }


def _pattern(rule: str) -> str:
    """Return a route in WordPress's form: `/wp/v2/media/(?P<id>[\\d]+)`."""
    rule = re.sub(r"<(\w*_)?id:int>", r"(?P<id>[\\d]+)", rule)
    return re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", rule) if "(?P" not in rule else rule


def _rendered(text: str) -> dict[str, str]:
    return {"raw": text, "rendered": html.escape(text, quote=False)}


def _invalid(name: str, why: str) -> ApiError:
    return ApiError(400, "rest_invalid_param", f"Invalid parameter(s): {name}", params={name: why})
