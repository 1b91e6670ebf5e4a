"""Servers of networks that cannot be had here: conversations made from the networks' documents.

Each is a small HTTP server on a free port that checks what it is sent and answers as the documents
say. It keeps what was published, so that tests read it back. `answer` alone serves tests that need
no connection.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from tests.servers.running import HOST

TOKEN = "token-of-alice-0123456789"


@dataclass(frozen=True)
class File:
    """A file in a form: the name of its field, its own name, its kind and what is in it."""

    field: str
    name: str
    mime: str
    data: bytes


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Their names in small letters."""
    body: bytes

    @property
    def json(self) -> Any:
        assert self.headers.get("content-type", "").startswith("application/json"), self.headers
        return json.loads(self.body)

    @property
    def form(self) -> tuple[dict[str, str], list[File]]:
        """The fields and the files of a form."""
        kind = self.headers.get("content-type", "")
        if kind.startswith("application/x-www-form-urlencoded"):
            return dict(parse_qsl(self.body.decode(), keep_blank_values=True)), []
        match = re.fullmatch(r"multipart/form-data; boundary=(.+)", kind)
        assert match, kind
        values: dict[str, str] = {}
        files: list[File] = []
        pieces = self.body.split(b"--" + match[1].encode())
        assert pieces[0] == b""
        assert pieces[-1].strip() == b"--"
        for piece in pieces[1:-1]:
            head, _, content = piece[2:-2].partition(b"\r\n\r\n")
            text = head.decode()
            names = dict(re.findall(r'(\w+)="([^"]*)"', text))
            mime = re.search(r"Content-Type: (.+)", text)
            if "filename" in names:
                kind = mime[1].strip() if mime else ""
                files.append(File(names["name"], names["filename"], kind, content))
            else:
                values[names["name"]] = content.decode()
        return values, files


@dataclass(frozen=True)
class Reply:
    """An answer. `body` is sent as JSON unless it is bytes."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Shown:
    """A post as people see it there. `answers` is the id of what it is a reply to."""

    id: str
    text: str
    alts: tuple[str, ...] = ()
    answers: str = ""
    files: tuple[bytes, ...] = ()


Handler = Callable[..., Reply | Any]


class Scripted:
    """A network. Routes are methods marked by `route`; `posts` is what was published, in order."""

    routes: ClassVar[list[tuple[str, re.Pattern[str], str]]] = []

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.routes = [
            (*value.route, name) for name, value in vars(cls).items() if hasattr(value, "route")
        ] + cls.routes

    def __init__(self) -> None:
        self.url = f"http://{HOST}:1"
        self.seen_as = self.url
        """The address that the publisher uses, which may be that of a proxy."""
        self.posts: list[Shown] = []
        self.problems: list[str] = []
        self.is_revoked = False
        self.is_served = False
        self._count = 1000
        self._lock = threading.RLock()

    def next_number(self) -> int:
        self._count += 1
        return self._count

    def refused(self, request: Request) -> Reply | None:
        """The answer to a request whose credentials are wrong; None when they are right."""
        raise NotImplementedError

    def answer(self, request: Request) -> Reply:
        with self._lock:
            try:
                result = self._answer(request)
            except Exception as error:  # noqa: BLE001 - the test ends with it
                self.problems.append(f"{request.method} {request.path}: {error!r}")
                return Reply({"message": f"the conversation does not know this: {error!r}"}, 500)
        return result if isinstance(result, Reply) else Reply(result)

    def _answer(self, request: Request) -> Any:
        for method, pattern, name in self.routes:
            match = pattern.fullmatch(request.path)
            if match and method == request.method:
                return self.refused(request) or getattr(self, name)(request, *match.groups())
        raise AssertionError("no such address")


def route(method: str, pattern: str) -> Callable[[Handler], Handler]:
    """Mark what answers requests of a method to paths of a pattern; its groups are arguments."""

    def marked(handler: Handler) -> Handler:
        handler.route = (method, re.compile(pattern))  # type: ignore[attr-defined]
        return handler

    return marked


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _go(self) -> None:
        scripted: Scripted = self.server.scripted  # type: ignore[attr-defined]
        length = int(self.headers.get("Content-Length") or 0)
        parts = urlsplit(self.path)
        reply = scripted.answer(
            Request(
                self.command,
                parts.path,
                dict(parse_qsl(parts.query, keep_blank_values=True)),
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(length) if length else b"",
            )
        )
        self.close_connection = True
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.content)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(reply.content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _go

    def log_message(self, *_words: object) -> None:
        pass


@contextlib.contextmanager
def served(scripted: Scripted) -> Iterator[Scripted]:
    """The conversation on a free port for the length of the block, which ends in an error where
    something was sent that the network does not know."""
    server = ThreadingHTTPServer((HOST, 0), _Handler)
    server.daemon_threads = True
    server.scripted = scripted  # type: ignore[attr-defined]
    scripted.url = scripted.seen_as = f"http://{HOST}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="scripted")
    thread.start()
    scripted.is_served = True
    try:
        yield scripted
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert scripted.problems == []
