"""Sends files: media, thumbnails and pictures, with byte ranges for seeking in videos."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from posto_desktop.common.translation import translatable
from posto_desktop.server.errors import ApiError
from posto_desktop.server.web import Request, Response
from posto_desktop.storage import regular_files

_BLOCK = 256 * 1024
# Browsers must neither run the file nor let it load anything.
_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


def send_file(request: Request, path: Path, mime: str, name: str, *, etag: str) -> Response:
    """Return the file as an answer; `etag` identifies its content, which never changes under one
    address."""
    return send_blocks(
        request, lambda: _size_of(path), partial(_blocks, path), mime, name, etag=etag
    )


def send_blocks(
    request: Request,
    size_of: Callable[[], int | None],
    blocks: Callable[[int, int], Iterator[bytes]],
    mime: str,
    name: str,
    *,
    etag: str,
) -> Response:
    """Return a content as an answer, of which `blocks` yields what lies between two places.
    `size_of` is asked unless the client has it; None if it is not there."""
    headers = [
        ("Content-Type", mime),
        ("Content-Security-Policy", _POLICY),
        ("Cache-Control", "private, max-age=31536000, immutable"),
        ("ETag", f'"{etag}"'),
        ("Accept-Ranges", "bytes"),
    ]
    if not mime.startswith(("image/", "video/", "audio/")):
        headers.append(("Content-Disposition", "attachment"))
    if request.header("If-None-Match") == f'"{etag}"':
        return Response(b"", 304, headers)
    size = size_of()
    if size is None:
        raise ApiError(
            404,
            "posto_no_file",
            translatable("Server", "The file {name} was not found.").format(name=name),
        )
    start, end, status = 0, size, 200
    range_header = request.header("Range")
    if range_header:
        span = byte_range(range_header, size)
        if span is None:
            return Response(b"", 416, [*headers, ("Content-Range", f"bytes */{size}")])
        start, end, status = *span, 206
        headers.append(("Content-Range", f"bytes {start}-{end - 1}/{size}"))
    headers.append(("Content-Length", str(end - start)))
    if request.method == "HEAD":
        return Response(iter(()), status, headers)
    return Response(blocks(start, end), status, headers)


def byte_range(text: str, size: int) -> tuple[int, int] | None:
    """Return `bytes=2-5` as (2, 6): first and one past the last byte. None if it cannot be
    satisfied."""
    match = re.fullmatch(r"\s*bytes=([0-9]{0,18})-([0-9]{0,18})\s*", text)
    if not match or not (match[1] or match[2]):
        return None
    if not match[1]:
        start, end = max(0, size - int(match[2])), size
    else:
        start = int(match[1])
        end = min(size, int(match[2]) + 1) if match[2] else size
    return (start, end) if start < end else None


def _size_of(path: Path) -> int | None:
    try:
        size = path.stat().st_size
    except OSError:
        return None
    return size if regular_files.no_file(path) is None else None


def _blocks(path: Path, start: int, end: int) -> Iterator[bytes]:
    with regular_files.open_file(path) as file:
        file.seek(start)
        while start < end and (block := file.read(min(_BLOCK, end - start))):
            start += len(block)
            yield block
