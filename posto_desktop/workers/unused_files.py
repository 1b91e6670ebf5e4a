"""Removes downloaded and pasted files that nothing uses any more."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from posto_desktop.storage import campaign_rows, evergreen_rows, message_rows
from posto_desktop.storage.database import Database

_KEEP_UNUSED_SECONDS = 2 * 24 * 3600.0


def remove(db: Database, folders: Iterable[Path], recent: Iterable[str]) -> None:
    """Remove files from these folders that no draft, no campaign, no evergreen message, no post of
    the last weeks and no scheduled message uses, except for `recent` and new ones."""
    used = {
        path
        for body in (
            row["body"]
            for rows in (
                db.drafts(),
                db.outbox(ended=10_000),
                campaign_rows.all_messages(db),
                evergreen_rows.all_of(db),
                message_rows.all_of(db),
            )
            for row in rows
        )
        for path in _media_paths(body)
    }
    used.update(recent)
    before = time.time() - _KEEP_UNUSED_SECONDS
    for place in folders:
        try:
            files = [path for path in place.rglob("*") if path.is_file()]
            for path in files:
                with contextlib.suppress(OSError):  # another program may have it open
                    if str(path) not in used and path.stat().st_mtime < before:
                        path.unlink()
            for folder in place.iterdir():
                if folder.is_dir() and not any(folder.iterdir()):
                    folder.rmdir()
        except OSError:
            continue  # retry at the next start


def _media_paths(body: object) -> Iterator[str]:
    """Yield the files that the body of a draft or outbox entry names."""
    if isinstance(body, dict):
        for part in (body, body.get("draft")):
            media = part.get("media") if isinstance(part, dict) else None
            for item in media if isinstance(media, list) else ():
                if isinstance(item, dict) and isinstance(item.get("path"), str):
                    yield item["path"]
