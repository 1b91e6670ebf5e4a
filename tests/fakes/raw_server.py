"""A real HTTP server on loopback that answers the bytes that a test tells it to."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = field(repr=False)

    def json(self) -> object:
        return json.loads(self.body)


def answer(body: object = None, status: int = 200, headers: dict[str, str] | None = None) -> bytes:
    """A whole answer; `body` is bytes or becomes JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = {"Content-Type": "application/json", "Content-Length": str(len(content))}
    lines |= headers or {}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} So\r\n{head}\r\n".encode() + content


class RawServer:
    """`reply(asked)` gives the bytes to answer, after which the connection is closed; None leaves
    it open without an answer until the server is closed."""

    def __init__(self, reply: Callable[[Asked], bytes | None]) -> None:
        self.reply = reply
        self.asked: list[Asked] = []
        self.connections = 0
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> RawServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):  # on Windows closing it is enough
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            connection.close()
        self._thread.join()
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._talk, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _talk(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as stream:
            try:
                method, path, _ = stream.readline().decode("latin-1").split(" ", 2)
                headers = {}
                while line := stream.readline().decode("latin-1").strip():
                    name, _, value = line.partition(":")
                    headers[name.strip().title()] = value.strip()
                body = stream.read(int(headers.get("Content-Length", 0)))
            except (OSError, ValueError):
                connection.close()
                return
        asked = Asked(method, path, headers, body)
        self.asked.append(asked)
        data = self.reply(asked)
        if data is None:
            self._open.append(connection)
            return
        try:
            connection.sendall(data)
        except OSError:
            pass
        connection.close()
