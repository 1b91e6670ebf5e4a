"""Answers as they come from a connection: within their deadline, and with bounded headers."""

from __future__ import annotations

import http.client
import io
import socket
import threading
from typing import TYPE_CHECKING, Any

from .deadline import Deadline

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_HEAD = 256 * 1024
"""Bytes of an answer's headers, with those of all interim answers before it."""
MAX_INTERIM = 20
"""Answers such as ``100 Continue`` before the real one."""
MAX_LINE = 64 * 1024
"""Bytes of one line: of the headers, and of the sizes between the pieces of a body."""
MAX_LINES = 1_000_000
"""Lines of one answer. A body of 64 MB has as many only where each piece is tiny."""


class EndlessHead(http.client.HTTPException):
    """What comes before the body of an answer has no end."""


def bounded_response(
    sock: socket.socket, state: threading.local, **options: Any
) -> BoundedResponse:
    """Read an answer from `sock`; ``state.deadline`` is that of the request of this thread."""
    return BoundedResponse(_Source(sock, state), **options)


class BoundedResponse(http.client.HTTPResponse):
    """An answer whose headers, and the interim answers before it, are bounded."""

    def __init__(self, source: _Source, **options: Any) -> None:
        self._source = source
        super().__init__(source, **options)  # type: ignore[arg-type]

    def begin(self) -> None:
        self._source.note_sent()
        super().begin()
        self._source.left_of_head = None

    def _read_status(self) -> tuple[str, int, str]:
        """The first status line that is none of an interim answer. Python's own goes over
        ``100 Continue`` for ever, and takes any other one for the answer itself."""
        for _ in range(MAX_INTERIM + 1):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200 or status == http.client.SWITCHING_PROTOCOLS:
                return version, status, reason
            http.client.parse_headers(self.fp)
        raise EndlessHead("interim answers without an end")


class _Source(io.RawIOBase):
    """Bytes of a socket. Each wait for them is as long as the deadline of the thread allows."""

    def __init__(self, sock: socket.socket, state: threading.local) -> None:
        self._sock, self._state = sock, state
        # It counts as a reader of the socket, which stays open until the last reader has closed.
        self._reader = sock.makefile("rb", buffering=0)
        self.left_of_head: int | None = MAX_HEAD

    def makefile(self, _mode: str) -> _Lines:
        """What `http.client` asks a socket for."""
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
                continue  # `next` says whose end it was

    def close(self) -> None:
        if not self.closed:
            self._reader.close()
        super().close()


class _Lines(io.BufferedReader):
    """As a file, with lines of a bounded length: urllib3 reads the sizes of pieces without."""

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
