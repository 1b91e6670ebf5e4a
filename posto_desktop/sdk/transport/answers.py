"""Answers on a connection, with a deadline and bounded headers."""

from __future__ import annotations

import http.client
import io
import socket
import threading
from typing import TYPE_CHECKING, Any

from posto_desktop.net.deadline import Deadline

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_HEAD = 256 * 1024
"""Most bytes of an answer's headers, including those of interim answers."""
MAX_INTERIM = 20
"""Most interim answers such as ``100 Continue``."""
MAX_LINE = 64 * 1024
"""Longest line in bytes: of the headers, and of chunk sizes."""
MAX_LINES = 1_000_000
"""Most lines of one answer. A body of 64 MB exceeds it only with tiny chunks."""


class EndlessHead(http.client.HTTPException):
    """The headers of an answer exceed the limits."""


def bounded_response(
    sock: socket.socket, state: threading.local, **options: Any
) -> BoundedResponse:
    """Read an answer from `sock`; ``state.deadline`` is that of this thread's request."""
    return BoundedResponse(_Source(sock, state), **options)


class BoundedResponse(http.client.HTTPResponse):
    """An answer with bounded headers and interim answers."""

    def __init__(self, source: _Source, **options: Any) -> None:
        self._source = source
        super().__init__(source, **options)  # type: ignore[arg-type]

    def begin(self) -> None:
        self._source.note_sent()
        super().begin()
        self._source.left_of_head = None

    def _read_status(self) -> tuple[str, int, str]:
        """Return the first status line after the interim answers. Python's own skips ``100
        Continue`` forever, and takes other interim ones for the final answer."""
        for _ in range(MAX_INTERIM + 1):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200 or status == http.client.SWITCHING_PROTOCOLS:
                return version, status, reason
            http.client.parse_headers(self.fp)
        raise EndlessHead("interim answers without an end")


class _Source(io.RawIOBase):
    """Bytes of a socket. Each wait is limited by the thread's deadline."""

    def __init__(self, sock: socket.socket, state: threading.local) -> None:
        self._sock, self._state = sock, state
        # As a reader it keeps the socket open until it is closed itself.
        self._reader = sock.makefile("rb", buffering=0)
        self.left_of_head: int | None = MAX_HEAD

    def makefile(self, _mode: str) -> _Lines:
        """The socket method that `http.client` calls."""
        return _Lines(self)

    def note_sent(self) -> None:
        deadline: Deadline | None = getattr(self._state, "deadline", None)
        if deadline is not None:
            deadline.is_sent = True

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        if self.left_of_head is not None and self.left_of_head <= 0:
            raise EndlessHead("headers without an end")
        count = self._receive(buffer)
        if self.left_of_head is not None:
            self.left_of_head -= count
        return count

    def _receive(self, buffer: WriteableBuffer) -> int:
        deadline: Deadline | None = getattr(self._state, "deadline", None)
        if deadline is None:
            return int(self._sock.recv_into(buffer))
        waits = deadline.waits()
        while True:
            self._sock.settimeout(waits.next())
            try:
                return int(self._sock.recv_into(buffer))
            except TimeoutError:
                continue  # `next` raises for the right reason

    def close(self) -> None:
        if not self.closed:
            self._reader.close()
        super().close()


class _Lines(io.BufferedReader):
    """A file with bounded lines: urllib3 reads chunk sizes without a limit."""

    def __init__(self, source: _Source) -> None:
        super().__init__(source)
        self._lines = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        bounded = size is not None and 0 <= size <= MAX_LINE + 1
        line = super().readline(size if bounded else MAX_LINE + 1)
        self._lines += 1
        if len(line) > MAX_LINE or self._lines > MAX_LINES:
            raise EndlessHead("a line without an end, or lines without one")
        return line
