"""Calendar server of the app: serves the schedules of services to calendar programs on this
computer.

The local server serves its own schedule, also without the window (`server.calendar_feed`). The app
serves a service's schedule from its copy in posto.db, on loopback only. Calendars send no password,
so the address is the secret, and it gives access to this schedule alone. Nothing listens until the
user asks for an address. Secrets and port are stored, so that subscriptions survive a restart; if
another program took the port, port and secrets change.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from posto_desktop.common.translation import translate
from posto_desktop.storage import atomic
from posto_desktop.storage.errors import StorageError

if TYPE_CHECKING:
    from posto_desktop.server.http_server import ClientStanding, Server
    from posto_desktop.server.request_head import RequestHead
    from posto_desktop.workers.runner import Job

__all__ = ["CalendarServer"]

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
_PREFIX, _ENDING = "/posto-calendar/", ".ics"
_SHORTEST = 32
MAX_STRANGERS = 64
"""Connections without a valid address; they use no threads."""


class CalendarServer:
    """`feed` returns the calendar of a workspace, None if there is no such workspace; it runs on
    separate threads and may raise StorageError. `problem` is a sentence if the addresses could not
    be read. Thread-safe; methods may wait for the disk."""

    def __init__(self, path: Path, feed: Callable[[str], bytes | None]) -> None:
        self._path, self._feed = path, feed
        self._lock = threading.Lock()
        self._secrets: dict[str, str] = {}
        self._port = 0
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        self._read = self._closed = False
        self.problem = ""

    def begin(self, _job: Job | None = None) -> None:
        """A job: serve all existing addresses."""
        with self._lock:
            self._load()
            if self._secrets:
                self._serve()

    def address(self, _job: Job | None, workspace: str, make: bool = False) -> str:
        """A job: return the address of a workspace, "" if there is none. `make` creates one and
        invalidates an older one. Raises StorageError if it cannot be stored."""
        with self._lock:
            self._load()
            if make:
                self._serve()
                self._keep({**self._secrets, workspace: secrets.token_urlsafe(32)}, self._port)
            secret = self._secrets.get(workspace)
            if secret is None:
                return ""
            self._serve()
            return f"http://{HOST}:{self._port}{_PREFIX}{secret}{_ENDING}"

    def forget(self, workspace: str) -> None:
        """Invalidate the address of a removed workspace."""
        with self._lock:
            self._load()
            remaining = {
                name: secret for name, secret in self._secrets.items() if name != workspace
            }
            if len(remaining) != len(self._secrets):
                try:
                    self._keep(remaining, self._port)
                except StorageError as error:
                    log.warning("The address of a calendar stays: %s", error)

    def close(self) -> None:
        """Stop the server for good."""
        with self._lock:
            self._closed = True
            server, self._server = self._server, None
            thread, self._thread = self._thread, None
        if server is not None and thread is not None:
            server.stop()
            thread.join()

    # -- on the threads of the server ------------------------------------------------------------

    def _workspace_of(self, path: str) -> str | None:
        """Return the workspace of a path, if any. Without the lock, whose holder may wait for the
        disk."""
        if not (path.startswith(_PREFIX) and path.endswith(_ENDING)):
            return None
        path_secret = path[len(_PREFIX) : -len(_ENDING)].encode("utf-8", "replace")
        # Compare all secrets, for constant time.
        fitting = [
            workspace
            for workspace, secret in self._secrets.items()
            if hmac.compare_digest(secret.encode(), path_secret)
        ]
        return fitting[0] if fitting else None

    def _judge(self, head: RequestHead) -> ClientStanding:
        from posto_desktop.server.http_server import ClientStanding

        known = self._workspace_of(head.target) is not None
        return ClientStanding.KNOWN if known else ClientStanding.STRANGE

    def _is_here(self, host: str) -> bool:
        """Return whether a Host header means this server. With DNS rebinding a web page points its
        own name at this computer; the header then holds that name."""
        name, _, port = host.rpartition(":")
        return name in (HOST, "localhost") and port == str(self._port)

    def _answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """The WSGI application. It logs no paths: the addresses are secrets."""
        status, headers, body = self._calendar(environ)
        if body:
            headers["Content-Length"] = str(len(body))
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            # The body is not read and would be parsed as the next request.
            environ["posto.connection"].close_connection = True
        start(status, [*headers.items(), *_HEADERS])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _calendar(self, environ: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
        from posto_desktop.formats.icalendar import MIME

        text = {"Content-Type": "text/plain"}
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return "405 Method Not Allowed", text, b"Calendars are only read.\n"
        body = None
        if self._is_here(environ.get("HTTP_HOST", "")):
            workspace = self._workspace_of(environ.get("PATH_INFO", ""))
            try:
                body = None if workspace is None else self._feed(workspace)
            except StorageError as error:
                # An empty calendar would remove the posts from the subscriber.
                log.warning("No calendar can be given: %s", error)
                return "503 Service Unavailable", text, b"The plan cannot be read now.\n"
        if body is None:
            return "404 Not Found", text, b"There is no such calendar.\n"
        mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        if mark in environ.get("HTTP_IF_NONE_MATCH", ""):
            return "304 Not Modified", {"ETag": mark}, b""
        return "200 OK", {"Content-Type": MIME, "ETag": mark}, body

    # -- under the lock --------------------------------------------------------------------------

    def _load(self) -> None:
        if self._read:
            return
        stored, problem = atomic.read_json_checked(
            self._path, {}, lambda data: isinstance(data, dict)
        )
        if problem:
            again = translate("Service", "Subscribe in your calendar app again with a new address.")
            self.problem = f"{problem} {again}"
        secret_by_name, port = stored.get("secrets"), stored.get("port")
        if isinstance(secret_by_name, dict):
            self._secrets = {
                name: secret
                for name, secret in secret_by_name.items()
                if isinstance(secret, str) and len(secret) >= _SHORTEST and secret.isascii()
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
        port = int(self._server.bind_addr[1])
        if port != self._port:
            self._port = port
            if self._secrets:
                # Subscribers send the old secrets to the program that now has the old port.
                self._keep(
                    {workspace: secrets.token_urlsafe(32) for workspace in self._secrets}, port
                )
        self._thread = threading.Thread(
            target=self._server.serve, name="plan-addresses", daemon=True
        )
        self._thread.start()

    def _bound(self) -> Server:
        from posto_desktop.server.http_server import Server, Sizes  # imported on demand

        sizes = Sizes(
            quick=2,
            long=1,
            strangers=1,
            most_strangers=MAX_STRANGERS,
            most_kept=16,
            most_queued=32,
        )

        def prepared(port: int) -> Server:
            server = Server((HOST, port), self._answer, self._judge, sizes)
            server.prepare()
            return server

        try:
            return prepared(self._port)
        except OSError:
            log.info("Port %d is taken; the addresses of calendars change", self._port)
            return prepared(0)


_HEADERS = (
    ("Cache-Control", "private, no-cache"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
