"""A connection of the HTTP server, and connections in the same state."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from typing import Any, cast

from cheroot import wsgi
from cheroot.server import HTTPConnection

from posto_desktop.server.sockets import PacedSocket

MAX_HEAD = 32 * 1024


class Peer:
    """One connection. One thread at a time owns it: that of `http_server`, or a worker."""

    def __init__(self, sock: PacedSocket, address: tuple[Any, ...]) -> None:
        self.socket = sock
        self.address = address
        self.is_known = False  # whether its last request was known
        self.is_kept = False  # whether the connection is kept after its answer
        self.place: PeerGroup | None = None
        self.deadline = 0.0
        self.searched = 0
        self.needed = 0  # bytes of a stranger's head and short body
        self._http: PeerConnection | None = None

    def http(self, server: wsgi.Server) -> PeerConnection:
        """Return cheroot's connection, created when the first head is whole."""
        if self._http is None:
            self._http = PeerConnection(server, self.socket)
            self._http.peer = self
            self._http.remote_addr, self._http.remote_port = self.address[:2]
        return self._http

    def detach(self) -> None:
        """Put back what cheroot read beyond its request."""
        reader = cast(PeerConnection, self._http).rfile
        unread = b""
        while reader.has_data():
            unread += reader.read1(MAX_HEAD)
        self.socket.ahead[:0] = unread
        self.socket.gather()
        self.searched = 0

    def send_answer(self, answer: bytes) -> None:
        """Send a few bytes, if that does not block."""
        with contextlib.suppress(OSError):
            self.socket.send_now(answer)

    def cut_off(self) -> None:
        """Close it while a worker waits for it."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            if self._http is not None:
                self._http.close()
            else:
                self.socket.close()


class PeerConnection(HTTPConnection):
    peer: Peer


class PeerGroup:
    """Connections in the same state, the oldest first."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._peers: dict[Peer, None] = {}

    def __len__(self) -> int:
        return len(self._peers)

    def __iter__(self) -> Iterator[Peer]:
        return iter(self._peers)

    def add(self, peer: Peer) -> None:
        peer.place, peer.deadline = self, time.monotonic() + self._seconds
        self._peers[peer] = None

    def remove(self, peer: Peer) -> None:
        peer.place = None
        del self._peers[peer]

    def oldest(self) -> Peer | None:
        return next(iter(self._peers), None)
