"""Addresses at which calendars on this computer read the plans of services, while Posto runs.

The workspace on this computer serves its own plan, also without the window
(`server.calendar_feed`). The plan of a service is given by the app: its copy in posto.db, on
loopback only. Calendars send no password, so an address is the secret: whoever knows it reads that
plan and nothing else. There is none until the user asks for it, and nothing listens before. Secrets
and port are kept, because a subscription is to hold after the next start; where another program has
taken the port meanwhile, the addresses change.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from posto_desktop.storage import atomic
from posto_desktop.storage.errors import StorageError

if TYPE_CHECKING:
    from http.server import ThreadingHTTPServer

    from posto_desktop.workers.runner import Job

__all__ = ["PlanServer"]

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
_PREFIX, _ENDING = "/posto-calendar/", ".ics"
_SHORTEST = 32
_SECONDS = 20.0
"""How long a program may take over its request."""
MOST_AT_ONCE = 32
"""Connections, each with a thread of its own; any program on this computer can open them."""


class PlanServer:
    """`feed` makes the calendar of a workspace, None where there is no such workspace; it is called
    on threads of their own and may raise StorageError.
    Methods may be called on any thread; they may wait for the disk."""

    def __init__(self, path: Path, feed: Callable[[str], bytes | None]) -> None:
        self._path, self._feed = path, feed
        self._lock = threading.Lock()
        self._secrets: dict[str, str] = {}
        self._port = 0
        self._server: ThreadingHTTPServer | None = None
        self._read = self._closed = False

    def begin(self, _job: Job | None = None) -> None:
        """A job: serve what has an address."""
        with self._lock:
            self._load()
            if self._secrets:
                self._serve()

    def address(self, _job: Job | None, workspace: str, make: bool = False) -> str:
        """A job: the address of a workspace, "" when there is none. `make` makes one, and ends an
        older one. Raises StorageError when it cannot be kept."""
        with self._lock:
            self._load()
            if make:
                made = {**self._secrets, workspace: secrets.token_urlsafe(32)}
                self._serve()
                self._keep(made, self._port)
            secret = self._secrets.get(workspace)
            if secret is None:
                return ""
            self._serve()
            return f"http://{HOST}:{self._port}{_PREFIX}{secret}{_ENDING}"

    def forget(self, workspace: str) -> None:
        """End the address of a workspace, which is not known here any more."""
        with self._lock:
            self._load()
            rest = {name: one for name, one in self._secrets.items() if name != workspace}
            if len(rest) != len(self._secrets):
                try:
                    self._keep(rest, self._port)
                except StorageError as error:
                    log.warning("The address of a calendar stays: %s", error)

    def close(self) -> None:
        """End serving for good."""
        with self._lock:
            self._closed = True
            server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()

    def body(self, path: str) -> bytes | None:
        """What is at an address; None for nothing."""
        if not (path.startswith(_PREFIX) and path.endswith(_ENDING)):
            return None
        given = path[len(_PREFIX) : -len(_ENDING)].encode("utf-8", "replace")
        with self._lock:
            # All are compared, so that the time tells nothing.
            fitting = [
                workspace
                for workspace, secret in self._secrets.items()
                if hmac.compare_digest(secret.encode(), given)
            ]
        return self._feed(fitting[0]) if fitting else None

    def is_here(self, host: str) -> bool:
        """Whether a Host header means this server. A web page can point a name of its own at this
        computer (DNS rebinding); the header then still has that name."""
        name, _, port = host.rpartition(":")
        return name in (HOST, "localhost") and port == str(self._port)

    # -- under the lock --------------------------------------------------------------------------

    def _load(self) -> None:
        if self._read:
            return
        kept = atomic.read_json(self._path, {})
        kept = kept if isinstance(kept, dict) else {}
        found, port = kept.get("secrets"), kept.get("port")
        if isinstance(found, dict):
            self._secrets = {
                name: one
                for name, one in found.items()
                if isinstance(one, str) and len(one) >= _SHORTEST and one.isascii()
            }
        self._port = port if type(port) is int and 0 < port < 65536 else 0
        self._read = True

    def _keep(self, known: dict[str, str], port: int) -> None:
        atomic.write_json(self._path, {"port": port, "secrets": known}, mode=0o600)
        self._secrets = known

    def _serve(self) -> None:
        if self._server is not None or self._closed:
            return
        self._server = self._bound()
        port = self._server.server_address[1]
        if port != self._port:
            self._port = port
            if self._secrets:
                self._keep(self._secrets, port)
        threading.Thread(
            target=self._server.serve_forever, name="plan-addresses", daemon=True
        ).start()

    def _bound(self) -> ThreadingHTTPServer:
        import socketserver  # only for those who subscribe
        from http.server import ThreadingHTTPServer

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False
            # On Windows it would let another program take the port as well.
            allow_reuse_address = os.name == "posix"
            request_queue_size = MOST_AT_ONCE
            room = threading.BoundedSemaphore(MOST_AT_ONCE)

            def process_request(self, request: Any, client_address: Any) -> None:
                if self.room.acquire(blocking=False):
                    super().process_request(request, client_address)
                else:
                    self.shutdown_request(request)

            def process_request_thread(self, request: Any, client_address: Any) -> None:
                try:
                    super().process_request_thread(request, client_address)
                finally:
                    self.room.release()

            def server_bind(self) -> None:
                # Without the search for the name of this computer, which may take seconds.
                socketserver.TCPServer.server_bind(self)
                self.server_name, self.server_port = HOST, self.server_address[1]

            def handle_error(self, _request: Any, _client: Any) -> None:
                log.info("A calendar program went away", exc_info=True)

        handler = _handler(self)
        try:
            return Server((HOST, self._port), handler)
        except OSError:
            log.info("Port %d is taken; the addresses of calendars change", self._port)
            return Server((HOST, 0), handler)


def _handler(plans: PlanServer) -> type[Any]:
    from http.server import BaseHTTPRequestHandler

    from posto_desktop.formats.icalendar import MIME

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version, sys_version = "Posto", ""
        timeout = _SECONDS

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def _answer(self, *, with_body: bool) -> None:
            body = None
            if plans.is_here(self.headers.get("Host", "")):
                try:
                    body = plans.body(self.path)
                except StorageError as error:
                    # An empty calendar would take the posts out of the one that subscribes.
                    log.warning("No calendar can be given: %s", error)
                    said = b"The plan cannot be read now.\n"
                    self._say(503, said, "text/plain", with_body=with_body)
                    return
            if body is None:
                self._say(404, b"There is no such calendar.\n", "text/plain", with_body=with_body)
                return
            mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
            if mark in self.headers.get("If-None-Match", ""):
                self._say(304, b"", "", mark, with_body=False)
            else:
                self._say(200, body, MIME, mark, with_body=with_body)

        def _say(
            self, status: int, body: bytes, kind: str, mark: str = "", *, with_body: bool
        ) -> None:
            self.send_response(status)
            if kind:
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
            if mark:
                self.send_header("ETag", mark)
            self.send_header("Cache-Control", "private, no-cache")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Cross-Origin-Resource-Policy", "same-origin")
            self.end_headers()
            if with_body:
                self.wfile.write(body)

        def log_message(self, *_what: object) -> None:
            """The addresses are secrets: they belong in no log."""

    return Handler
