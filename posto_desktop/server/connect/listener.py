"""Loopback listener that receives the browser's redirect after a sign-in.

It takes one request with the right `state`, answers a page, and is gone. It listens on 127.0.0.1
and not on a name that could lead elsewhere.
"""

from __future__ import annotations

import contextlib
import html
import queue
import secrets
import socket
import threading
import time
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

from posto_desktop.common.translation import translatable
from posto_desktop.server.publishers.base import Refused
from posto_desktop.server.publishers.http import require_safe

SECONDS = 600.0
"""How long the person may take."""
FIXED_PORTS = range(47815, 47820)
_HEAD_SECONDS = 5.0
_MAX_HEAD = 16 * 1024
_MOST_AT_ONCE = 32
_PAGE = (
    "<!doctype html><html><meta charset=utf-8><title>Posto Desktop</title>"
    "<style>body{font:16px/1.5 system-ui,sans-serif;margin:3rem;color-scheme:light dark}</style>"
    "<p dir=auto>%s</p>"
)
_SIGNED_IN = translatable("Server", "You can close this window and go back to Posto Desktop.")


class SignInDenied(Refused):
    """The browser's half did not end well; no field that was filled in is to blame."""


class BrowserSignIn:
    """One sign-in by the browser. `show(url)` is told what the person has to open.

    `cancelled` ends the waiting. `text` is shown in the browser at the end, in English without.
    """

    def __init__(
        self,
        show: Callable[[str], None],
        cancelled: threading.Event,
        *,
        seconds: float = SECONDS,
        fixed: bool = False,
        text: str = "",
    ) -> None:
        self._show = show
        self._cancelled = cancelled
        self._seconds = seconds
        self._fixed = fixed
        self._text = text or _SIGNED_IN
        self._state = secrets.token_urlsafe(32)
        self._socket: socket.socket | None = None
        self._answers: queue.SimpleQueue[dict[str, str]] = queue.SimpleQueue()

    @property
    def state(self) -> str:
        return self._state

    def listen(self) -> str:
        if self._socket is None:
            self._socket = self._bound()
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/callback"

    def open(self, url: str) -> Mapping[str, str]:
        require_safe(url)
        self.listen()
        self._show(url)
        try:
            return self._wait()
        finally:
            self.close()

    def submit_address(self, address: str) -> None:
        """Take what the address says at which a browser ended that does not reach this computer.
        Raises Refused for any other address."""
        try:
            parameters = dict(parse_qsl(urlsplit(address.strip()).query, keep_blank_values=True))
        except ValueError:
            parameters = {}
        if not parameters.get("state"):
            raise Refused(
                translatable(
                    "Server",
                    "This is not the address of the last page. It begins with {listen} and is "
                    "long. Copy all of it.",
                ).format(listen=self.listen())
            )
        if not self._is_ours(parameters):
            raise Refused(
                translatable(
                    "Server",
                    "This address belongs to another sign-in. Open the sign-in page again, allow "
                    "Posto Desktop and copy the address of the last page.",
                )
            )
        self._answers.put(parameters)

    def _is_ours(self, parameters: Mapping[str, str]) -> bool:
        state = parameters.get("state", "").encode("utf-8", "replace")
        return secrets.compare_digest(state, self._state.encode())

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _bound(self) -> socket.socket:
        for port in (*FIXED_PORTS,) if self._fixed else (0,):
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            try:
                listener.bind(("127.0.0.1", port))
                listener.listen(8)
                listener.settimeout(0.2)
            except OSError:
                listener.close()
            else:
                return listener
        raise Refused(
            translatable(
                "Server",
                "Other programs use the ports for the browser's answer. Close them and try again.",
            )
        )

    def _wait(self) -> Mapping[str, str]:
        assert self._socket is not None
        end = time.monotonic() + self._seconds
        room = threading.BoundedSemaphore(_MOST_AT_ONCE)

        def serve(connection: socket.socket) -> None:
            with connection:
                parameters = self._answer(connection)
            room.release()
            if parameters is not None:
                self._answers.put(parameters)

        while time.monotonic() < end:
            if self._cancelled.is_set():
                raise SignInDenied(translatable("Server", "Signing in was cancelled."))
            with contextlib.suppress(queue.Empty):
                parameters = self._answers.get_nowait()
                if "code" not in parameters and parameters.get("error"):
                    raise SignInDenied(
                        translatable(
                            "Server", "You did not allow the sign-in in the browser. Try again."
                        )
                    )
                return parameters
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            except OSError:
                break
            # Browsers open connections ahead that say nothing: none of them holds up the others.
            if not room.acquire(blocking=False):
                connection.close()
                continue
            threading.Thread(target=serve, args=(connection,), name="sign-in", daemon=True).start()
        raise SignInDenied(
            translatable("Server", "Nobody signed in within ten minutes. Try again.")
        )

    def _answer(self, connection: socket.socket) -> dict[str, str] | None:
        """The parameters of a request that is the awaited one, which is answered here."""
        try:
            head = _head(connection)
            method, _, after_method = head.partition(" ")
            parts = urlsplit(after_method.partition(" ")[0])
            parameters = dict(parse_qsl(parts.query, keep_blank_values=True))
        except (OSError, ValueError):
            return None
        if method != "GET" or parts.path != "/callback" or not self._is_ours(parameters):
            _send(connection, "404 Not Found", translatable("Server", "Nothing was found here."))
            return None
        _send(connection, "200 OK", self._text)
        return parameters


def _head(connection: socket.socket) -> str:
    data = b""
    end = time.monotonic() + _HEAD_SECONDS
    while b"\r\n\r\n" not in data and len(data) < _MAX_HEAD:
        connection.settimeout(max(0.01, end - time.monotonic()))
        piece = connection.recv(4096)
        if not piece:
            break
        data += piece
    return data.partition(b"\r\n")[0].decode("latin-1")


def _send(connection: socket.socket, status: str, text: str) -> None:
    body = (_PAGE % html.escape(text)).encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\nCache-Control: no-store\r\n"
        "Referrer-Policy: no-referrer\r\nContent-Security-Policy: default-src 'none';"
        " style-src 'unsafe-inline'\r\n\r\n"
    )
    with contextlib.suppress(OSError):
        connection.sendall(head.encode("ascii") + body)
