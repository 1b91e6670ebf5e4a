"""A proxy of bytes between a client and an S3 server, which cuts connections in the middle.

Requests go through as they are, so that signatures stay right. rclone says "200 OK" of a range of
a file, where S3 says "206 Partial Content"; that is put right.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from tests.servers.running import HOST

_BLOCK = 65536


@dataclass
class Cut:
    """What happens to the next request: its connection ends after so many bytes `up` to the server
    or `down` from it; with `answer` it gets this in the server's place."""

    up: int | None = None
    down: int | None = None
    answer: bytes = b""


class CuttingProxy:
    """`cuts` are used up in order, one for each request that begins; `always` is for all others.
    `used` counts them."""

    def __init__(self, port: int) -> None:
        self._target = (HOST, port)
        self.cuts: list[Cut] = []
        self.always: Cut | None = None
        self.used = 0
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server((HOST, 0))
        self.port = int(self._listener.getsockname()[1])
        self._start(self._accept)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def close(self) -> None:
        """End all connections and listen no more; harmless to repeat."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for end in self._open:
                _end(end)
        for thread in list(self._threads):
            thread.join(10)

    def _start(self, target: object, *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._start(self._serve, client)

    def _next(self) -> Cut | None:
        with self._lock:
            cut = self.cuts.pop(0) if self.cuts else self.always
            self.used += cut is not None
            return cut

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client, socket.create_connection(self._target) as server:
            with self._lock:
                self._open |= {client, server}
            cut: list[Cut | None] = [None]
            back = threading.Thread(target=self._send_back, args=(server, client, cut))
            back.start()
            try:
                self._send_up(client, server, cut)
            finally:
                _end(client)
                _end(server)
                back.join()
                with self._lock:
                    self._open -= {client, server}

    def _send_up(self, client: socket.socket, server: socket.socket, cut: list[Cut | None]) -> None:
        sent = 0
        while block := client.recv(_BLOCK):
            if block.split(b" ", 1)[0] in (b"GET", b"HEAD", b"PUT", b"POST", b"DELETE"):
                cut[0], sent = self._next(), 0
            current = cut[0]
            if current is not None and current.answer:
                client.sendall(current.answer)
                client.shutdown(socket.SHUT_WR)
                while client.recv(_BLOCK):
                    pass  # a client that still sends would not see the answer of a closed end
                return
            if current is not None and current.up is not None and sent + len(block) > current.up:
                server.sendall(block[: current.up - sent])
                return
            sent += len(block)
            server.sendall(block)

    def _send_back(
        self, server: socket.socket, client: socket.socket, cut: list[Cut | None]
    ) -> None:
        received = 0
        with contextlib.suppress(OSError):
            while block := server.recv(_BLOCK):
                current = cut[0]
                if block.startswith(b"HTTP/1.1 200 ") and b"\r\nContent-Range: " in block:
                    block = block.replace(b" 200 OK", b" 206 Partial Content", 1)
                if current is not None and current.down is not None:
                    if received + len(block) > current.down:
                        client.sendall(block[: current.down - received])
                        break
                    received += len(block)
                client.sendall(block)
        _end(client)
        _end(server)


@contextlib.contextmanager
def cutting_proxy(port: int) -> Iterator[CuttingProxy]:
    proxy = CuttingProxy(port)
    try:
        yield proxy
    finally:
        proxy.close()


def _end(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


def refusal(status: int, code: str) -> bytes:
    """An answer as S3 refuses."""
    body = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>No.</Message></Error>'
    return (
        f"HTTP/1.1 {status} No\r\nContent-Type: application/xml\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"
    ).encode()
