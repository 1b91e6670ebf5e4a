"""Streamed request bodies, so that a video is never held in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import IO

from posto_desktop.common.translation import translatable

from .errors import Cancelled, MediaUploadError
from .transport import BLOCK


class UploadBody:
    """A request body read from a file in pieces: reports progress, obeys `cancel`.

    `head` and `tail` are the multipart data around the file.
    """

    def __init__(
        self,
        file: IO[bytes],
        size: int,
        *,
        progress: Callable[[int, int], object] | None = None,
        cancel: threading.Event | None = None,
        head: bytes = b"",
        tail: bytes = b"",
    ) -> None:
        self._file, self._size = file, size
        self._progress, self._cancel = progress, cancel
        self._head, self._tail = head, tail
        self._sent = 0

    def __len__(self) -> int:
        return len(self._head) + self._size + len(self._tail)

    def rewind(self) -> None:
        self._file.seek(0)
        self._sent = 0

    def read(self, amount: int = -1) -> bytes:
        if self._cancel is not None and self._cancel.is_set():
            raise Cancelled
        start = len(self._head)
        end = start + self._size
        want = BLOCK if amount is None or amount < 0 else amount
        if self._sent < start:
            piece = self._head[self._sent : self._sent + want]
        elif self._sent < end:
            # Never send more than was announced: a growing file would break the framing.
            try:
                piece = self._file.read(min(want, end - self._sent))
            except OSError as error:  # else it would look like a network error
                why = error.strerror or translatable("Sdk", "it cannot be read")
                raise MediaUploadError(
                    translatable("Sdk", "The file cannot be read: {why}.").format(why=why),
                    reason="unreadable",
                ) from None
            if not piece:
                raise MediaUploadError(
                    translatable("Sdk", "The file became shorter while it was sent."),
                    reason="changed",
                )
        else:
            piece = self._tail[self._sent - end : self._sent - end + want]
        self._sent += len(piece)
        if self._progress is not None and piece:
            self._progress(min(max(self._sent - start, 0), self._size), self._size)
        return piece
