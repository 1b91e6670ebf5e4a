"""Reads request bodies: bounded, streamed, always to the end on a kept connection."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, Protocol

from posto_desktop.common.translation import translatable
from posto_desktop.server.errors import ApiError

MAX_JSON = 2 * 1024 * 1024
MAX_MEDIA = 4 * 1024**3
BLOCK = 128 * 1024
# A short rest of a body is read, so that the connection can be kept.
SMALL_REST = 1024 * 1024
_REST_SECONDS = 5.0


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...

    def readline(self, size: int, /) -> bytes: ...


class IncomingBody:
    """A request's body with a known or unknown length.

    `length` is the declared number of bytes, None for a chunked body. `done` is True once the whole
    body has been read. A truncated body raises ApiError 400; a stalled one, 408.
    """

    def __init__(self, source: Readable, length: int | None) -> None:
        self.length = length
        self.received = 0
        self._most: int | None = None
        self._too_much: ApiError | None = None
        self.done = length == 0
        self._source = source
        self._chunk_left = 0

    def at_most(self, count: int, error: ApiError) -> None:
        """Have reading raise `error` after more than `count` bytes."""
        self._most, self._too_much = count, error

    def read(self, size: int = BLOCK) -> bytes:
        """Return at most `size` bytes; b'' only at the end of the body."""
        if self.done:
            return b""
        try:
            data = self._read_known(size) if self.length is not None else self._read_chunked(size)
        except TimeoutError as error:
            raise ApiError(
                408,
                "posto_timeout",
                translatable("Server", "The upload stalled: no data came for a while."),
            ) from error
        except (OSError, ValueError) as error:
            raise _cut_short() from error
        self.received += len(data)
        if self._too_much is not None and self._most is not None and self.received > self._most:
            raise self._too_much
        return data

    def read_all(self, limit: int = MAX_JSON) -> bytes:
        """Return the whole body; 413 if it is longer than `limit` bytes."""
        if self.length is not None and self.length > limit:
            raise too_large(limit)
        data = bytearray()
        while block := self.read():
            data += block
            if len(data) > limit:
                raise too_large(limit)
        return bytes(data)

    def reader(self, limit: int) -> Callable[[int], bytes]:
        """Return a `read(size)` that raises 413 after more than `limit` bytes."""
        if self.length is not None and self.length > limit:
            raise too_large(limit)

        def read(size: int) -> bytes:
            block = self.read(size)
            if self.received > limit:
                raise too_large(limit)
            return block

        return read

    def finish(self) -> bool:
        """Read and drop a short rest; return False if it is long or does not arrive."""
        if self.length is None or self.length - self.received > SMALL_REST:
            return False
        limit = time.monotonic() + _REST_SECONDS
        try:
            while not self.done and time.monotonic() < limit:
                self.read(64 * 1024)
        except ApiError:
            return False
        return self.done

    def _read_known(self, size: int) -> bytes:
        assert self.length is not None
        left = self.length - self.received
        data = self._source.read(min(size, left))
        if not data:
            raise _cut_short()
        if len(data) == left:
            self.done = True
        return data

    def _read_chunked(self, size: int) -> bytes:
        if self._chunk_left == 0:
            line = self._source.readline(1024)
            match = re.match(rb"\s*([0-9a-fA-F]{1,15})\s*(?:;.*)?\r?\n\Z", line)
            if not match:
                raise _cut_short()
            self._chunk_left = int(match.group(1), 16)
            if self._chunk_left == 0:
                self._skip_trailer()
                self.done = True
                return b""
        data = self._source.read(min(size, self._chunk_left))
        if not data:
            raise _cut_short()
        self._chunk_left -= len(data)
        if self._chunk_left == 0 and self._source.readline(8).strip():
            raise _cut_short()
        return data

    def _skip_trailer(self) -> None:
        for _ in range(100):
            if self._source.readline(8192).strip() == b"":
                return
        raise _cut_short()


def of_request(environ: dict[str, Any]) -> IncomingBody:
    """Return the body of a WSGI request. Raises ApiError 400 for an invalid Content-Length."""
    if environ.get("wsgi.input_terminated"):
        # cheroot's own reader holds a whole chunk in memory, of any size.
        raw = getattr(environ["wsgi.input"], "rfile", environ["wsgi.input"])
        return IncomingBody(raw, None)
    text = str(environ.get("CONTENT_LENGTH") or "0").strip()
    if not (text.isascii() and text.isdigit()):
        raise ApiError(400, "posto_bad_length", "The Content-Length header is not a number.")
    return IncomingBody(environ["wsgi.input"], int(text))


def too_large(limit: int) -> ApiError:
    return ApiError(
        413,
        "posto_too_large",
        translatable("Server", "The request is larger than {size}.").format(
            size=readable_size(limit)
        ),
        limit=limit,
    )


def readable_size(count: int) -> str:
    """Return 12345678 as '11.8 MB'."""
    size = float(count)
    for unit in ("bytes", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            return (
                translatable("Server", "{count} bytes").format(count=count)
                if unit == "bytes"
                else f"{size:.1f} {unit}".replace(".0 ", " ")
            )
        size /= 1024
    raise AssertionError


def _cut_short() -> ApiError:
    return ApiError(400, "posto_incomplete", translatable("Server", "The request ended too early."))
