"""Rows of watched folders in posto.db: the folders, the files that were looked at, and each content
that became something, once for ever.

Paths of files are relative to their folder; one that is no valid text is stored as hexadecimal.
`state` of a file: "known" (its content is in `watch_contents`), "existing" (was there before the
folder was watched, and its content was not read) or "bad".
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.storage.database import Database, Row

KNOWN, EXISTING, BAD = "known", "existing", "bad"


@dataclass(frozen=True)
class SeenFile:
    """A file as it was looked at last; `mtime` in nanoseconds."""

    path: str
    size: int
    mtime: int
    sha256: str = ""
    state: str = KNOWN


_ODD = "//"
"""No relative path begins like this."""


def stored_path(path: str) -> str:
    """Return a path as text that SQLite accepts."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return _ODD + os.fsencode(path).hex()
    return path


def path_of(stored: str) -> str:
    """Return the path that was stored as this text."""
    if stored.startswith(_ODD):
        return os.fsdecode(bytes.fromhex(stored.removeprefix(_ODD)))
    return stored


# -- folders -------------------------------------------------------------------------------------


def folders(db: Database) -> list[Row]:
    """Return the folders, the oldest first."""
    return db.rows("SELECT * FROM watch_folders WHERE deleted=0 ORDER BY created_at, id")


def put_folder(
    db: Database, folder_id: str, body: Mapping[str, Any], *, skips_existing: bool = False
) -> None:
    """Add or change a folder; one that was removed is there again. `skips_existing`, of a new one:
    what lies there now becomes nothing."""
    with db.transaction() as connection:
        connection.execute(
            "INSERT INTO watch_folders (id, body, created_at, skips_existing) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET body=excluded.body, deleted=0",
            (folder_id, json_text.dumps(body), time.time(), int(skips_existing)),
        )


def skips_existing(db: Database, folder_id: str) -> bool:
    """Return whether what lies in a folder is still to be remembered (`put_existing`)."""
    row = db.row("SELECT skips_existing FROM watch_folders WHERE id=?", (folder_id,))
    return row is not None and bool(row["skips_existing"])


def put_existing(db: Database, folder_id: str, seen: Iterable[SeenFile]) -> None:
    """Remember all that was in a folder before it was watched."""
    with db.transaction() as connection:
        put_files(db, folder_id, seen)
        connection.execute("UPDATE watch_folders SET skips_existing=0 WHERE id=?", (folder_id,))


def remove_folder(db: Database, folder_id: str) -> None:
    """Remove a folder; `put_folder` brings it back until `purge`."""
    with db.transaction() as connection:
        connection.execute("UPDATE watch_folders SET deleted=1 WHERE id=?", (folder_id,))


def purge(db: Database) -> None:
    """Forget the files of folders removed in an earlier run. Contents stay."""
    with db.transaction() as connection:
        connection.execute("DELETE FROM watch_folders WHERE deleted=1")
        connection.execute(
            "DELETE FROM watch_files WHERE folder_id NOT IN (SELECT id FROM watch_folders)"
        )


# -- files ---------------------------------------------------------------------------------------


def files(db: Database, folder_id: str) -> dict[str, tuple[int, int]]:
    """Return size and time of all files of a folder by their path."""
    rows = db.rows("SELECT path, size, mtime FROM watch_files WHERE folder_id=?", (folder_id,))
    return {path_of(row["path"]): (row["size"], row["mtime"]) for row in rows}


def file(db: Database, folder_id: str, path: str) -> tuple[int, int] | None:
    """Return size and time of one file as it was looked at last."""
    sql = "SELECT size, mtime FROM watch_files WHERE folder_id=? AND path=?"
    row = db.row(sql, (folder_id, stored_path(path)))
    return (row["size"], row["mtime"]) if row is not None else None


def put_files(db: Database, folder_id: str, seen: Iterable[SeenFile]) -> None:
    with db.transaction() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO watch_files VALUES (?, ?, ?, ?, ?, ?)",
            [_values(folder_id, file) for file in seen],
        )


def _values(folder_id: str, file: SeenFile) -> tuple[Any, ...]:
    path = stored_path(file.path)
    return folder_id, path, file.size, file.mtime, file.sha256, file.state


def existing_of_size(db: Database, size: int) -> list[tuple[str, SeenFile]]:
    """Return the files of this size, with the ids of their folders, that were there before their
    folder was watched."""
    rows = db.rows("SELECT * FROM watch_files WHERE state=? AND size=?", (EXISTING, size))
    return [
        (
            row["folder_id"],
            SeenFile(path_of(row["path"]), row["size"], row["mtime"], row["sha256"], row["state"]),
        )
        for row in rows
    ]


# -- contents ------------------------------------------------------------------------------------


def content(db: Database, sha256: str) -> Row | None:
    return db.row("SELECT * FROM watch_contents WHERE sha256=?", (sha256,))


def contents_at(db: Database, folder_id: str, path: str) -> list[Row]:
    """Return what became of the files at a path, the newest first."""
    return db.rows(
        "SELECT * FROM watch_contents WHERE folder_id=? AND path=? ORDER BY at DESC",
        (folder_id, stored_path(path)),
    )


def draft_ids(db: Database) -> set[str]:
    """Return the ids of the drafts that watched folders made, as far as those drafts are there."""
    rows = db.rows(
        "SELECT target FROM watch_contents WHERE kind='draft' AND target IN (SELECT id FROM drafts)"
    )
    return {row["target"] for row in rows}


def put_content(
    connection: sqlite3.Connection,
    folder_id: str,
    file: SeenFile,
    kind: str,
    target: str,
    parent: str,
    digest: str,
) -> None:
    """Remember, in the caller's transaction, what a content became: `kind` and id of a draft or
    message, the `parent` that it is in, and the digest of what was made."""
    connection.execute(
        "INSERT INTO watch_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (file.sha256, folder_id, stored_path(file.path), kind, target, parent, digest, time.time()),
    )
    connection.execute(
        "INSERT OR REPLACE INTO watch_files VALUES (?, ?, ?, ?, ?, ?)", _values(folder_id, file)
    )


def move_content(db: Database, sha256: str, folder_id: str, path: str) -> None:
    """Remember where a content lies now, so that its sidecars are recognised."""
    with db.transaction() as connection:
        connection.execute(
            "UPDATE watch_contents SET folder_id=?, path=? WHERE sha256=?",
            (folder_id, stored_path(path), sha256),
        )


def set_digest(db: Database, target: str, digest: str) -> None:
    """Remember what a draft or message is now, after a sidecar completed it."""
    with db.transaction() as connection:
        connection.execute("UPDATE watch_contents SET digest=? WHERE target=?", (digest, target))
