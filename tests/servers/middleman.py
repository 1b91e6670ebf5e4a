"""A proxy in front of a server: counts requests and makes some fail on their way.

Other than the faults of a fake, most of its faults let the server do the work first.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.servers.running import HOST

_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host", "date", "server"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass
class Fault:
    """What happens to requests of a method whose path contains `path`, so many times.

    `seconds` later, or when `may_go_on` is set, the request is carried out, whether the client
    still waits or not; then
    `spoil` makes of the answer what the client gets, None for a connection that just ends.
    `before` answers in the server's place: nothing is carried out. With `hangs_up` the connection
    ends at once, and the request is carried out all the same. With `stalls` half of the request is
    read, `is_stalled` is set, and after `end_stall` the connection ends: it was never whole.
    """

    path: str
    method: str = "POST"
    times: int = 1
    seconds: float = 0.0
    may_go_on: threading.Event | None = None
    spoil: Callable[[Answer], Answer | None] = field(default=lambda answer: answer)
    before: Answer | None = None
    hangs_up: bool = False
    stalls: bool = False
    is_stalled: threading.Event = field(default_factory=threading.Event)
    end_stall: threading.Event = field(default_factory=threading.Event)
    carried_out: int = 0


def lost(_answer: Answer) -> None:
    """The work is done, the answer never comes."""


def cut(answer: Answer) -> Answer:
    """Half of the answer, which said that it is whole."""
    headers = (*answer.headers, ("Content-Length", str(len(answer.body))))
    return Answer(answer.status, headers, answer.body[: len(answer.body) // 2])


def page(_answer: Answer) -> Answer:
    """What a proxy of a host shows in its place."""
    headers = (("Content-Type", "text/html"),)
    return Answer(200, headers, b"<html><body><h1>Just a moment</h1></body></html>")


def refusal(status: int, body: bytes = b"{}", **headers: str) -> Answer:
    shown = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Answer(status, (("Content-Type", "application/json"), *shown), body)


class Middleman:
    """`requests` are those that came, as `METHOD path`; `came` has their times and paths.

    `faults` are used up in order; without one `choose` may give one for a method and a path. `seen`
    is told the tokens that came.
    """

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self.upstream = (parts.hostname or HOST, parts.port or 80)
        self.requests: list[str] = []
        self.came: list[tuple[float, str]] = []
        self.faults: list[Fault] = []
        self.choose: Callable[[str, str], Fault | None] = lambda method, path: None
        self.seen: Callable[[set[str]], None] = lambda secrets: None
        self.is_away = False
        self.at_work = 0
        self._quiet = threading.Condition()
        self._never = threading.Event()
        self._server = _Server((HOST, 0), _Handler)
        self._server.daemon_threads = True
        self._server.middleman = self  # type: ignore[attr-defined]
        self.url = f"http://{HOST}:{self._server.server_address[1]}"

    def fail(self, path: str, **how: Any) -> Fault:
        fault = Fault(path, **how)
        self.faults.append(fault)
        return fault

    def count(self, part: str) -> int:
        return sum(part in request for request in self.requests)

    def reset(self) -> None:
        self.requests.clear()
        self.faults.clear()
        self.is_away = False

    def wait_until_quiet(self, timeout: float = 60.0) -> None:
        """Wait until nothing that came is still to be carried out."""
        with self._quiet:
            assert self._quiet.wait_for(lambda: not self.at_work, timeout)

    def _fault(self, method: str, path: str) -> Fault | None:
        for fault in self.faults:
            if fault.method == method and fault.path in path and fault.times > 0:
                fault.times -= 1
                return fault
        return self.choose(method, path)

    def _exchange(self, handler: _Handler) -> None:
        method, path = handler.command, handler.path
        self.requests.append(f"{method} {path}")
        self.came.append((time.time(), path))
        self.seen({(handler.headers.get("Authorization") or "").removeprefix("Bearer ")} - {""})
        if self.is_away:
            return
        fault = self._fault(method, path) or Fault("")
        length = int(handler.headers.get("Content-Length") or 0)
        if fault.stalls:
            handler.rfile.read(length // 2)
            fault.is_stalled.set()
            fault.end_stall.wait(60)
            return
        body = handler.rfile.read(length) if length else b""
        if fault.before is not None:
            _send(handler, fault.before)
            return
        if fault.hangs_up:
            handler.connection.shutdown(socket.SHUT_RDWR)
        if fault.seconds:
            self._never.wait(fault.seconds)
        if fault.may_go_on is not None:
            fault.may_go_on.wait(60)
        answer = self._carried_out(method, path, dict(handler.headers.items()), body)
        fault.carried_out += 1
        shown = fault.spoil(answer)
        if shown is not None:
            _send(handler, shown)

    def _carried_out(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        connection = http.client.HTTPConnection(*self.upstream, timeout=120)
        try:
            passed = {name: value for name, value in headers.items() if name.lower() not in _HOP}
            connection.request(method, path, body=body or None, headers=passed)
            response = connection.getresponse()
            content = response.read()
        except OSError:
            return refusal(502)
        finally:
            connection.close()
        shown = tuple(pair for pair in response.getheaders() if pair[0].lower() not in _HOP)
        return Answer(response.status, shown, content)

    def begin(self) -> None:
        with self._quiet:
            self.at_work += 1

    def end(self) -> None:
        with self._quiet:
            self.at_work -= 1
            self._quiet.notify_all()


class _Server(ThreadingHTTPServer):
    def server_bind(self) -> None:
        """Little of a large request arrives before it is read."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        super().server_bind()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _go(self) -> None:
        middleman: Middleman = self.server.middleman  # type: ignore[attr-defined]
        self.close_connection = True
        middleman.begin()
        try:
            with contextlib.suppress(OSError):
                middleman._exchange(self)
        finally:
            middleman.end()

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _go

    def log_message(self, *_words: object) -> None:
        pass


def _send(handler: _Handler, answer: Answer) -> None:
    handler.send_response(answer.status)
    names = {name.lower() for name, _ in answer.headers}
    for name, value in answer.headers:
        handler.send_header(name, value)
    if "content-length" not in names:
        handler.send_header("Content-Length", str(len(answer.body)))
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.wfile.write(answer.body)


@contextlib.contextmanager
def middleman(upstream: str) -> Iterator[Middleman]:
    """A proxy in front of the address `upstream` on a free port, for the length of the block."""
    proxy = Middleman(upstream)
    thread = threading.Thread(target=proxy._server.serve_forever, args=(0.05,), name="middleman")
    thread.start()
    try:
        yield proxy
    finally:
        proxy._never.set()
        proxy._server.shutdown()
        thread.join()
        proxy._server.server_close()
