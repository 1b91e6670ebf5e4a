"""Real pictures and a clock for tests of watched folders."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

from PIL import Image

from posto_desktop.core.watch_folder import WatchFolder
from posto_desktop.delivery.watch_import import FolderImport, FolderImportResult
from posto_desktop.storage import watch_rows
from posto_desktop.storage.database import Database


def picture(number: int = 0, form: str = "JPEG", **more: Any) -> bytes:
    """Return a small picture, another one for each number."""
    data = io.BytesIO()
    colour = (number % 256, number // 256 % 256, number // 65536 % 256)
    if form == "JPEG":
        more = {"comment": str(number), **more}
    Image.new("RGB", (8, 6), colour).save(data, form, **more)
    return data.getvalue()


def movie(length: int = 200) -> bytes:
    """Return the boxes of an MP4: type, index, samples."""
    boxes = [(b"ftyp", b"isom\0\0\0\0isom"), (b"moov", bytes(40)), (b"mdat", bytes(length))]
    return b"".join((len(body) + 8).to_bytes(4, "big") + kind + body for kind, body in boxes)


class Clock:
    """Monotonic seconds that tests turn."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Watched:
    """A folder with its importer; `settle` lets all waiting files be taken."""

    def __init__(
        self, root: Path, db: Database, *, skips_existing: bool = False, **fields: Any
    ) -> None:
        root.mkdir(exist_ok=True)
        self.root, self.db, self.clock = root, db, Clock()
        self.folder = WatchFolder(str(root), **fields)
        watch_rows.put_folder(
            db, self.folder.id, self.folder.to_json(), skips_existing=skips_existing
        )
        self.importer = self.restarted()

    def restarted(self) -> FolderImport:
        self.importer = FolderImport(self.folder, self.db, clock=self.clock)
        return self.importer

    def write(self, name: str, data: bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return path

    def step(self) -> FolderImportResult:
        """Carry out all that is due now."""
        result = FolderImportResult()
        while (due := self.importer.next_due) is not None and due <= self.clock.now:
            done = self.importer.step()
            result.made += done.made
            result.problems += done.problems
            result.completions += done.completions
        return result

    def settle(self, seconds: float = 2.5) -> FolderImportResult:
        """Scan, let time pass, and take what is complete."""
        self.importer.scan()
        self.clock.now += seconds
        return self.step()

    def names(self, result: FolderImportResult) -> list[str]:
        return [made.name for made in result.made]


def touch(path: Path, seconds: float) -> None:
    """Set the time of a file."""
    os.utime(path, (seconds, seconds))
