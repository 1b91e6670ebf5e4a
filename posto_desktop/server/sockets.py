"""Sockets of the HTTP servers: read-ahead, and limits for slow peers."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

__all__ = ["PATIENCE", "PacedSocket", "PlainHttpError", "raise_descriptor_limit"]

PATIENCE = 15.0
"""Seconds that a request may wait for its peer, beyond the time of its bytes at `SLOWEST`."""
SLOWEST = 4 * 1024
"""Bytes a second. A slower peer would occupy a thread for too long."""
_MAX_HELD = 1024 * 1024
_MAX_DESCRIPTORS = 10_240
"""Above what the servers use; macOS refuses a larger number."""


class PlainHttpError(ConnectionError):
    """A peer speaks something else than TLS to a server that speaks it."""


class PacedSocket(socket.socket):
    """A connected socket that returns `ahead` first, and gives up a peer that is too slow.

    With a time limit for each call only, a peer that moves one byte a call could hold its thread
    forever. So the waits of all calls of a request add up, reading and writing separately, and
    raise `TimeoutError` beyond `PATIENCE` seconds and the time of the moved bytes at `SLOWEST`.

    With `holds_back` writes never block: `flush` sends what is in `outgoing`.

    `take_into` and `put` move bytes of the request and its answer; a socket with TLS
    (`server.tls_socket`) has its own.
    """

    def __init__(self, accepted: socket.socket) -> None:
        family, kind, proto = accepted.family, accepted.type, accepted.proto
        super().__init__(family, kind, proto, fileno=accepted.detach())
        self.ahead = bytearray()
        self.outgoing = bytearray()
        self.holds_back = False
        self._reading, self._writing = _Pace(), _Pace()

    def begin_request(self) -> None:
        """Reset the waiting time; from here on, calls block."""
        self._reading, self._writing = _Pace(), _Pace()

    def read_ahead(self, most: int) -> bool:
        """Append available bytes to `ahead` without blocking; return False at the end of the
        stream.

        Raises `OSError` when the connection is lost.
        """
        try:
            data = super().recv(most)
        except (BlockingIOError, InterruptedError):
            return True
        self.ahead += data
        return bool(data)

    def gather(self) -> None:
        """Append to `ahead` what was read of the connection and not given to a request."""

    def take_into(self, buffer: WriteableBuffer) -> int:
        return super().recv_into(buffer)

    def put(self, data: ReadableBuffer) -> int:
        return super().send(data)

    def send_now(self, data: bytes) -> None:
        """Send a few bytes, as far as that does not block. Raises `OSError`."""
        self.setblocking(False)
        self.put(data)

    def end_writing(self) -> None:
        """Tell the peer that nothing more comes. Raises `OSError`."""
        self.shutdown(socket.SHUT_WR)

    def drop_ahead(self, buffer: bytearray) -> bool:
        """Read and drop available bytes without blocking; return False at the end. Raises
        `OSError`."""
        try:
            return super().recv_into(buffer) > 0
        except (BlockingIOError, InterruptedError):
            return True

    def recv_into(self, buffer: WriteableBuffer, _nbytes: int = 0, _flags: int = 0) -> int:
        if not self.ahead:
            return self._reading.wait(self, self.take_into, buffer)
        room = memoryview(buffer).cast("B")
        count = min(len(room), len(self.ahead))
        room[:count] = self.ahead[:count]
        del self.ahead[:count]
        return count

    def send(self, data: ReadableBuffer, _flags: int = 0) -> int:
        if self.holds_back and len(self.outgoing) < _MAX_HELD:
            self.outgoing += data
            return memoryview(data).nbytes
        while self.outgoing:
            del self.outgoing[: self._writing.wait(self, self.put, self.outgoing)]
        return self._writing.wait(self, self.put, data)

    def flush(self) -> bool:
        """Send of `outgoing` what is possible without blocking; return whether that was all. Raises
        `OSError`."""
        while self.outgoing:
            try:
                del self.outgoing[: self.put(self.outgoing)]
            except (BlockingIOError, InterruptedError):
                return False
        return True


class _Pace:
    """Waiting time and bytes of one direction of a request."""

    def __init__(self) -> None:
        self._waited, self._moved = 0.0, 0

    def wait(self, of: socket.socket, move: Callable[[Any], int], data: object) -> int:
        left = PATIENCE + self._moved / SLOWEST - self._waited
        if left <= 0:
            raise TimeoutError("timed out")
        of.settimeout(min(left, PATIENCE))
        began = time.monotonic()
        try:
            count = move(data)
        finally:
            self._waited += time.monotonic() - began
        self._moved += count
        return count


def raise_descriptor_limit() -> int:
    """Raise this process's limit of open files and sockets to the maximum; return it.

    Many systems start with 1,024 or 256, which a program that opens connections in a loop exhausts.
    """
    if sys.platform == "win32":
        return _MAX_DESCRIPTORS
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    most = _MAX_DESCRIPTORS if hard == unlimited else min(hard, _MAX_DESCRIPTORS)
    if soft == unlimited or soft >= most:
        return _MAX_DESCRIPTORS if soft == unlimited else soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    except (ValueError, OSError):
        return soft
    return most
