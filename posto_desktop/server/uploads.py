"""Progress of running uploads to networks, in memory only."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from posto_desktop.server.publishers.base import Part
from posto_desktop.server.publishers.traffic import counting

__all__ = ["UploadedBytes", "Uploads"]


@dataclass(frozen=True)
class UploadedBytes:
    """Bytes of a part's files that left this computer, of all that its files have."""

    part: int
    sent: int
    total: int


class Uploads:
    """The uploads under way, by the id of their schedule."""

    def __init__(self) -> None:
        self._running: dict[int, UploadedBytes] = {}
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def watch(self, schedule_id: int, part: Part) -> Iterator[None]:
        """Count what this thread sends in the block."""
        total = sum(attachment.size for attachment in part.media)
        if not total:
            yield
            return

        def note(sent: int) -> None:
            with self._lock:
                self._running[schedule_id] = UploadedBytes(part.number, min(sent, total), total)

        note(0)
        try:
            with counting(note):
                yield
        finally:
            with self._lock:
                self._running.pop(schedule_id, None)

    def of(self, schedule_id: int) -> UploadedBytes | None:
        """Return the upload of a post; None while nothing of it is uploaded."""
        with self._lock:
            return self._running.get(schedule_id)
