"""A small HTTP service on port 0 with scripted answers and faults.

It keeps state like the plugin (channels, schedules, media, settings) so that a test can also ask
what really happened, and lets a test put a fault before or after any request is carried out.
"""

from __future__ import annotations

import base64
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from posto_desktop.net.deadline import Deadline
from posto_desktop.sdk.transport import Transport
from tests.fakes.planning_site import PlanningSite

USER, PASSWORD = "ann", "abcd efgh ijkl mnop"
TOKEN = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


@dataclass
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes
    connection: int
    at: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.query if key == name]

    def first(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)


@dataclass
class Reply:
    """What to answer. `how` is for faults below HTTP: reset, hang, close, truncate, slow."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    how: str = ""

    def encoded(self) -> tuple[bytes, str]:
        if isinstance(self.body, bytes):
            return self.body, "application/octet-stream"
        if isinstance(self.body, str):
            return self.body.encode(), "text/html; charset=UTF-8"
        return json.dumps(self.body).encode(), "application/json; charset=UTF-8"


HTML = "<!DOCTYPE html><html><head><title>504 Gateway Time-out</title></head><body>x</body></html>"

Hook = Callable[[Seen], Reply | None]


class Scripted:
    """The service. `before` answers instead of carrying out, `after` loses a real answer."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.channels: list[dict[str, Any]] = []
        self.schedules: list[dict[str, Any]] = []
        self.media: dict[int, dict[str, Any]] = {}
        self.settings: dict[str, dict[str, Any]] = {}
        self.channel_settings: dict[int, dict[str, Any]] = {}
        self.files: dict[str, Reply] = {}
        self.site = PlanningSite()
        self.before: list[Hook] = []
        self.after: list[Hook] = []
        self.dialect = "plugin"
        self.prefix = "/wp-json"
        self.latency = 0.0
        self.index: dict[str, Any] = {
            "name": "Test Site",
            "namespaces": ["wp/v2", "fs-poster/v1"],
            "authentication": {"application-passwords": {"endpoints": {}}},
            "timezone_string": "Europe/Lisbon",
            "gmt_offset": 0,
            "routes": {"/wp/v2/media": {}, "/fs-poster/v1/composer": {}},
        }
        self.lock = threading.Lock()
        self.open = threading.Event()
        self.connections = 0
        self._next = 100
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                super().setup()
                with owner.lock:
                    owner.connections += 1
                    self.number = owner.connections

            def log_message(self, *_: object) -> None:
                pass

            def _serve(self) -> None:
                owner.serve(self)

            do_GET = do_POST = do_DELETE = do_PUT = do_HEAD = _serve

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *_: object) -> None:
                pass  # a client that went away is part of the tests

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.url = self.site.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self.open.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    # -- what happened -------------------------------------------------------------------------

    def count(self, method: str | None = None, part: str = "") -> int:
        with self.lock:
            return sum(
                1
                for file in self.seen
                if (method is None or file.method == method) and part in file.path
            )

    def requests(self, method: str | None = None, part: str = "") -> list[Seen]:
        with self.lock:
            return [
                file
                for file in self.seen
                if (method is None or file.method == method) and part in file.path
            ]

    def composed(self) -> list[dict[str, Any]]:
        return [request.json for request in self.requests("POST", "/composer")]

    # -- faults -----------------------------------------------------------------------------------

    def fail(
        self, part: str, *replies: Reply, method: str | None = None, carried_out: bool = False
    ) -> None:
        """Answer the next requests on `part` with `replies`, one each, then as usual."""
        left = list(replies)

        def hook(seen: Seen) -> Reply | None:
            if part not in seen.path or (method is not None and seen.method != method):
                return None
            with self.lock:
                return left.pop(0) if left else None

        (self.after if carried_out else self.before).append(hook)

    def always(self, part: str, reply: Reply, *, method: str | None = None) -> None:
        self.before.append(
            lambda seen: reply if part in seen.path and method in {None, seen.method} else None
        )

    # -- serving -----------------------------------------------------------------------------------

    def serve(self, handler: Any) -> None:
        parts = urlsplit(handler.path)
        query = parse_qsl(parts.query, keep_blank_values=True)
        headers = {key.lower(): value for key, value in handler.headers.items()}
        announced = int(headers.get("content-length") or 0)
        body = handler.rfile.read(announced)
        if len(body) < announced:  # the client gave up: nothing is carried out
            handler.close_connection = True
            return
        path = unquote(parts.path)
        routes = [value for key, value in query if key == "rest_route"]
        if routes:
            path = "/wp-json" + routes[0]
        seen = Seen(handler.command, path, query, headers, body, handler.number, time.monotonic())
        with self.lock:
            self.seen.append(seen)
            before, after = list(self.before), list(self.after)
        if self.latency:
            self.open.wait(self.latency)
        for hook in before:
            reply = hook(seen)
            if reply is not None:
                return self.send(handler, seen, reply)
        reply = self.answer(seen)
        for hook in after:
            lost = hook(seen)
            if lost is not None:
                return self.send(handler, seen, lost)
        self.send(handler, seen, reply)

    def send(self, handler: Any, seen: Seen, reply: Reply) -> None:
        if reply.how == "hang":
            self.open.wait(30)
            handler.close_connection = True
            return
        if reply.how in {"reset", "close"}:
            if reply.how == "reset":
                handler.connection.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                )
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR) if reply.how == "close" else None
            handler.connection.close()
            return
        data, kind = reply.encoded()
        handler.send_response(reply.status)
        handler.send_header("Content-Type", reply.headers.get("Content-Type", kind))
        for key, value in reply.headers.items():
            if key != "Content-Type":
                handler.send_header(key, value)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        if seen.method == "HEAD":
            return
        if reply.how == "truncate":
            handler.wfile.write(data[: len(data) // 2])
            handler.close_connection = True
            return
        handler.wfile.write(data)

    def answer(self, seen: Seen) -> Reply:
        if seen.path in self.files:
            return self.files[seen.path]
        if not seen.path.startswith(self.prefix):
            return Reply(404, "<html><title>Page not found</title></html>")
        route = seen.path[len(self.prefix) :].strip("/")
        if route == "":
            return Reply(200, self.index)
        if seen.headers.get("authorization") != f"Basic {TOKEN}":
            return Reply(
                401,
                {
                    "code": "rest_not_logged_in",
                    "message": "You are not currently logged in.",
                    "data": {"status": 401},
                },
            )
        method = seen.method
        self.site.channels, self.site.scheduled = self.channels, self.schedules
        body = seen.json if method == "POST" and "json" in seen.headers["content-type"] else None
        answer = self.site.answer(method, route, dict(seen.query), body)
        if answer is not None:
            return Reply(*answer)
        if route == "wp/v2/users/me":
            return Reply(
                200,
                {
                    "id": 1,
                    "name": "Ann",
                    "slug": "ann",
                    "roles": ["administrator"],
                    "capabilities": {"upload_files": True},
                },
            )
        if route == "wp/v2/media":
            return self.upload(seen) if method == "POST" else self.list_media(seen)
        described = re.fullmatch(r"wp/v2/media/(\d+)", route)
        if described and method == "POST":
            self.media[int(described.group(1))].update(seen.json)
            return Reply(200, {"id": int(described.group(1))})
        if route == "fs-poster/v1/channels":
            return Reply(200, {"channels": self.channels})
        if route == "fs-poster/v1/channels/refresh":
            return Reply(200, {"channel": self.channels[0]})
        if route == "posto/v1/feed":
            return Reply(200, {"items": [{"id": 1, "text": "Hi"}], "total": 1})
        if route in {"posto/v1/schedules/send-now", "posto/v1/schedules/resolve"}:
            return Reply(200, [])
        if route == "fs-poster/v1/channels/settings":
            return self.channel_route(seen)
        if route == "fs-poster/v1/composer" and method == "POST":
            return self.compose(seen.json)
        if route == "fs-poster/v1/schedules":
            return self.list_rows(seen) if method == "GET" else self.delete(seen.json)
        if route == "fs-poster/v1/schedules/retry":
            return self.retry(seen.json)
        match = re.fullmatch(r"fs-poster/v1/social-networks/([\w]+)/settings", route)
        if match:
            slug = match.group(1)
            if method == "POST":
                self.settings[slug] = seen.json
                return Reply(200, [])
            return Reply(200, self.settings.get(slug) or [])
        return Reply(
            404,
            {"code": "rest_no_route", "message": "No route was found", "data": {"status": 404}},
        )

    def upload(self, seen: Seen) -> Reply:
        with self.lock:
            self._next += 1
            number = self._next
        name = re.search(r'filename="([^"]+)"', seen.headers.get("content-disposition", ""))
        stored = name.group(1) if name else "form.jpg"
        row = {
            "id": number,
            "source_url": f"{self.url}/uploads/{stored}",
            "mime_type": seen.headers.get("content-type", ""),
            "media_type": "image",
            "alt_text": seen.first("alt_text") or "",
            "title": {"raw": seen.first("title") or ""},
            "slug": seen.first("slug") or stored.rpartition(".")[0].lower(),
        }
        self.media[number] = {**row, "bytes": seen.body}
        return Reply(201, row)

    def list_media(self, seen: Seen) -> Reply:
        """As WordPress: it searches in titles, not in the names of files."""
        word, slug = (seen.first("search") or "").lower(), seen.first("slug")
        rows = [
            {key: value for key, value in row.items() if key != "bytes"}
            for row in reversed(self.media.values())
            if word in row["title"]["raw"].lower() and slug in {None, row["slug"]}
        ]
        return Reply(200, rows)

    def compose(self, data: dict[str, Any]) -> Reply:
        with self.lock:
            self._next += 1
            group = f"group-{self._next}"
        for item in data["schedules"]:
            with self.lock:
                self._next += 1
                number = self._next
            channel = next((c for c in self.channels if c["id"] == item["channel_id"]), {})
            post = item["custom_post_data"]
            self.schedules.append(
                schedule(
                    number,
                    group=group,
                    channel=channel,
                    at=data["share_at"] or int(time.time()),
                    text=post["post_content"],
                    customization_data=post,
                )
            )
        return Reply(200, {"schedule_group_id": group})

    def list_rows(self, seen: Seen) -> Reply:
        rows = sorted(self.schedules, key=lambda row: -int(row["send_time"]))
        statuses = seen.all("statuses[]")
        networks = seen.all("social_networks[]")
        if self.dialect == "client":
            statuses = (seen.first("statuses") or "").split(",") if seen.first("statuses") else []
            networks = []
        number, group = seen.first("schedule_id"), seen.first("schedule_group_id")
        rows = [
            row
            for row in rows
            if (not statuses or row["status"] in statuses)
            and (not networks or row["channel"]["social_network"] in networks)
            and (not number or str(row["id"]) == number)
            and (not group or row["group_id"] == group)
        ]
        page, size = int(seen.first("page") or 1), int(seen.first("rows_count") or 10)
        size = size if 10 <= size <= 50 else 10
        return Reply(200, {"schedules": rows[(page - 1) * size : page * size], "total": len(rows)})

    def delete(self, data: dict[str, Any]) -> Reply:
        assert data.get("include_all") is False, "include_all deletes everything"
        deleted = set(data["include_ids"])
        self.schedules = [
            row for row in self.schedules if row["id"] not in deleted or row["status"] == "sending"
        ]
        return Reply(200, [])

    def retry(self, data: dict[str, Any]) -> Reply:
        rows = {row["id"]: row for row in self.schedules}
        if any(rows.get(n, {}).get("status") != "error" for n in data["ids"]):
            return Reply(200, {"error_msg": "<b>Schedule</b> not found"})
        for number in data["ids"]:
            rows[number]["status"] = "not_sent"
        return Reply(200, [])

    def channel_route(self, seen: Seen) -> Reply:
        if seen.method == "POST":
            data = seen.json
            self.channel_settings[data.pop("id")] = data
            return Reply(200, [])
        return Reply(200, self.channel_settings.get(int(seen.first("id") or 0)) or [])


def channel(number: int, name: str, network: str = "twitter", **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": name,
        "social_network": network,
        "picture": "https://cdn.example/p.png",
        "channel_type": "account",
        "channel_link": "https://x.example/a",
        "status": True,
        "method": "app",
        "labels": [{"value": 1, "label": "Team", "color": "#fff"}],
        "custom_post_data": {"post_content": "{post_title}", "attach_link": True},
        "proxy": "http://user:hushhush@proxy:8080",
        "session_data": {"cookie": "sessionsecret"},
        **more,
    }


def schedule(
    number: int,
    *,
    status: str = "not_sent",
    group: str = "g",
    channel: dict[str, Any] | None = None,
    network: str = "twitter",
    at: int = 1_800_000_000,
    text: str = "hello",
    **more: Any,
) -> dict[str, Any]:
    return {
        "id": number,
        "group_id": group,
        "wp_post": {"id": 9, "title": "[Hidden post generated by FS Poster]"},
        "channel": channel or {"id": 2, "name": "News", "social_network": network},
        "status": status,
        "error_msg": "",
        "send_time": at,
        "remote_post_link": "",
        "customization_data": {"post_content": text},
        "posting_data": {"content": text, "mediaList": []},
        **more,
    }


@contextmanager
def impatient(transport: Transport, part: str) -> Iterator[None]:
    """Wait only a moment for answers to `part`, which hang, and as long as it takes for others:
    on a busy machine those must not be late as well."""
    send = transport._send

    def wait_less(
        method: str,
        url: str,
        headers: Any,
        data: Any,
        timeout: Any,
        deadline: Deadline,
        **more: Any,
    ) -> Any:
        if part in url:
            deadline = Deadline(deadline.seconds, 0.15)
        return send(method, url, headers, data, (timeout[0], deadline.silence), deadline, **more)

    transport._send = wait_less  # type: ignore[method-assign]
    try:
        yield
    finally:
        del transport._send  # type: ignore[method-assign]


@contextmanager
def serving() -> Iterator[Scripted]:
    service = Scripted()
    try:
        yield service
    finally:
        service.close()
