"""Services on raw sockets that answer endlessly or very slowly."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

Play = Callable[["Tarpit", socket.socket], None]
"""What is done with one connection."""


class Tarpit:
    """Plays `play` with each connection, on a thread each, until it is closed or the other side
    has gone. ``heads`` are the headers of the requests that arrived."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.heads: list[bytes] = []
        self.over = threading.Event()
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def connections(self) -> int:
        return len(self._open)

    @property
    def requests(self) -> int:
        return len(self.heads)

    def count(self, method: str, part: str) -> int:
        """How many requests of a method have `part` in their first line."""
        first = [head.split(b"\r\n", 1)[0].decode("latin-1") for head in list(self.heads)]
        return sum(request.startswith(f"{method} ") and part in request for request in first)

    def close(self) -> None:
        self.over.set()
        for connection in [self._listener, *self._open]:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        for thread in self._threads:
            thread.join(30)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(client)
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            self._play(self, client)
        with contextlib.suppress(OSError):
            client.close()

    def hear(self, client: socket.socket) -> bytes:
        """The headers of a request."""
        head = b""
        while b"\r\n\r\n" not in head:
            piece = client.recv(65536)
            if not piece:
                raise OSError("gone")
            head += piece
        self.heads.append(head)
        return head

    def drip(self, client: socket.socket, piece: bytes, seconds: float) -> None:
        """Send a piece again and again, `seconds` apart."""
        while not self.over.wait(seconds):
            client.sendall(piece)

    def wait(self) -> None:
        self.over.wait(60)


@contextlib.contextmanager
def tarpit(play: Play) -> Iterator[Tarpit]:
    made = Tarpit(play)
    try:
        yield made
    finally:
        made.close()


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def silent_after_connect(pit: Tarpit, client: socket.socket) -> None:
    pit.wait()


def silent_after_request(pit: Tarpit, client: socket.socket) -> None:
    pit.hear(client)
    pit.wait()


def drip_body(pit: Tarpit, client: socket.socket) -> None:
    pit.hear(client)
    client.sendall(OK + b"Content-Length: 1000000\r\n\r\n")
    pit.drip(client, b" ", 0.05)


def drip_pieces(pit: Tarpit, client: socket.socket) -> None:
    pit.hear(client)
    client.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    pit.drip(client, b"1\r\n \r\n", 0.05)


def drip_headers(pit: Tarpit, client: socket.socket) -> None:
    pit.hear(client)
    client.sendall(OK + b"X-Slow: ")
    pit.drip(client, b"x", 0.05)


def endless_headers(pit: Tarpit, client: socket.socket) -> None:
    pit.hear(client)
    client.sendall(OK)
    pit.drip(client, b"X-More: and more\r\n" * 50, 0.0)


def one_endless_header(pit: Tarpit, client: socket.socket) -> None:
    pit.hear(client)
    client.sendall(OK + b"X-Long: ")
    pit.drip(client, b"x" * 10_000, 0.0)


def endless_continue(pit: Tarpit, client: socket.socket) -> None:
    pit.hear(client)
    pit.drip(client, b"HTTP/1.1 100 Continue\r\n\r\n", 0.0)


def slow_continue(pit: Tarpit, client: socket.socket) -> None:
    pit.hear(client)
    pit.drip(client, b"HTTP/1.1 100 Continue\r\n\r\n", 0.2)


def endless_hints(pit: Tarpit, client: socket.socket) -> None:
    pit.hear(client)
    pit.drip(client, b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n", 0.0)


def endless_size(pit: Tarpit, client: socket.socket) -> None:
    """The size of a piece of the body, with an extension that does not end."""
    pit.hear(client)
    client.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n1;x=")
    pit.drip(client, b"x" * 10_000, 0.0)


def endless_trailers(pit: Tarpit, client: socket.socket) -> None:
    pit.hear(client)
    client.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n")
    pit.drip(client, b"X-Trailer: more\r\n" * 1000, 0.0)


def slow_reader(pit: Tarpit, client: socket.socket) -> None:
    """Takes in a byte now and then of what is uploaded."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    while not pit.over.wait(0.02):
        client.recv(512)


def drip_handshake(pit: Tarpit, client: socket.socket) -> None:
    """The beginning of a TLS record of 16,000 bytes, a byte at a time."""
    client.recv(65536)
    client.sendall(b"\x16\x03\x03\x3e\x80")
    pit.drip(client, b"\x02", 0.05)


def drip_tunnel(pit: Tarpit, client: socket.socket) -> None:
    """The answer of a proxy to CONNECT."""
    pit.hear(client)
    client.sendall(b"HTTP/1.1 200 Connection established\r\n")
    pit.drip(client, b"X-Proxy: slow\r\n", 0.05)


def drip_socks(pit: Tarpit, client: socket.socket) -> None:
    """The answer of a SOCKS proxy, which says where it is bound: a name of 255 letters."""
    client.recv(65536)
    client.sendall(b"\x05\x00")
    client.recv(65536)
    client.sendall(b"\x05\x00\x00\x03\xff")
    pit.drip(client, b"x", 0.05)


def slow_hops(pit: Tarpit, client: socket.socket) -> None:
    """Sends on to another place of itself each time, after a while."""
    while True:
        pit.hear(client)
        pit.over.wait(0.25)
        place = f"{pit.url}/at{pit.requests}/wp-json/"
        client.sendall(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: ")
        client.sendall(place.encode() + b"\r\n\r\n")
