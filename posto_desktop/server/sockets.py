"""Sockets of the HTTP servers: what was read ahead, and how slow the other end may be."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

__all__ = ["PATIENCE", "PacedSocket", "raise_descriptor_limit"]

PATIENCE = 15.0
"""Seconds that a request may wait for its peer, over the time that its bytes take at `SLOWEST`."""
SLOWEST = 4 * 1024
"""Bytes a second. A peer that is slower for long keeps a thread busy for nothing."""
_MAX_HELD = 1024 * 1024
_MAX_DESCRIPTORS = 10_240
"""More than the servers use; macOS refuses a larger number."""


class PacedSocket(socket.socket):
    """A connected socket that gives `ahead` first, and gives up a peer that is too slow.

    A time limit of each call alone would let a peer that moves one byte a call hold its thread for
    ever. So the waiting of all calls of a request adds up, reading and writing apart, and raises
    `TimeoutError` beyond `PATIENCE` seconds and the time that the moved bytes take at `SLOWEST`.

    With `holds_back` a write waits for nobody at all: `outgoing` has what `flush` is to send.
    """

    def __init__(self, accepted: socket.socket) -> None:
        family, kind, proto = accepted.family, accepted.type, accepted.proto
        super().__init__(family, kind, proto, fileno=accepted.detach())
        self.ahead = bytearray()
        self.outgoing = bytearray()
        self.holds_back = False
        self._reading, self._writing = _Pace(), _Pace()

    def begin_request(self) -> None:
        """Let the waiting begin anew; from here on, calls block."""
        self._reading, self._writing = _Pace(), _Pace()

    def read_ahead(self, most: int) -> bool:
        """Append what has arrived to `ahead`, without waiting; False at the end of the stream.

        Raises `OSError` when the connection is lost.
        """
        try:
            data = super().recv(most)
        except (BlockingIOError, InterruptedError):
            return True
        self.ahead += data
        return bool(data)

    def drop_ahead(self, buffer: bytearray) -> bool:
        """Read into `buffer`, without waiting, what nobody needs; False at the end. Raises
        `OSError`."""
        try:
            return super().recv_into(buffer) > 0
        except (BlockingIOError, InterruptedError):
            return True

    def recv_into(self, buffer: WriteableBuffer, _nbytes: int = 0, _flags: int = 0) -> int:
        if not self.ahead:
            return self._reading.wait(self, super().recv_into, buffer)
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
            del self.outgoing[: self._writing.wait(self, super().send, self.outgoing)]
        return self._writing.wait(self, super().send, data)

    def flush(self) -> bool:
        """Send of `outgoing` what can be sent without waiting; whether that was all. Raises
        `OSError`."""
        while self.outgoing:
            try:
                del self.outgoing[: super().send(self.outgoing)]
            except (BlockingIOError, InterruptedError):
                return False
        return True


class _Pace:
    """How long one direction of a request has waited, and for how many bytes."""

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
    """Let this process open as many files and sockets as it is allowed to; returns the number.

    Many systems begin with 1,024 or 256, which a program that opens connections in a loop fills.
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
