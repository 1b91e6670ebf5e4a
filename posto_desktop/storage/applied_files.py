"""Rows of what `posto apply` made of the files of a folder, by the folder's id and the file's key.

A row is written in the transaction that writes the draft or the entry of the outbox, so that a file
makes one post whatever ends the program.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.storage.database import Database, Row


def of_folder(db: Database, folder_id: str, workspace: str) -> list[Row]:
    return db.rows(
        "SELECT * FROM applied_files WHERE folder_id=? AND workspace=? ORDER BY key",
        (folder_id, workspace),
    )


def get(db: Database, folder_id: str, workspace: str, key: str) -> Row | None:
    return db.row(
        "SELECT * FROM applied_files WHERE folder_id=? AND workspace=? AND key=?",
        (folder_id, workspace, key),
    )


def of_other_folders(db: Database, folder_id: str, workspace: str) -> list[Row]:
    """Return the rows of all other folders, with the path where each was last."""
    return db.rows(
        "SELECT applied_files.*, path FROM applied_files JOIN applied_folders"
        " ON applied_folders.id=folder_id WHERE folder_id!=? AND workspace=?",
        (folder_id, workspace),
    )


def put(
    db: Database, folder_id: str, workspace: str, key: str, body: Mapping[str, Any], now: float
) -> None:
    with db.transaction() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO applied_files (folder_id, workspace, key, body, at)"
            " VALUES (?, ?, ?, ?, ?)",
            (folder_id, workspace, key, json_text.dumps(body), now),
        )


def remove(db: Database, folder_id: str, workspace: str, key: str) -> None:
    with db.transaction() as connection:
        connection.execute(
            "DELETE FROM applied_files WHERE folder_id=? AND workspace=? AND key=?",
            (folder_id, workspace, key),
        )


def folder_id_at(db: Database, path: str) -> str:
    """Return the id of the folder that was last at a path, "" if none was."""
    row = db.row("SELECT id FROM applied_folders WHERE path=? ORDER BY at DESC", (path,))
    return str(row["id"]) if row is not None else ""


def path_of_folder(db: Database, folder_id: str) -> str:
    """Return where a folder was last, "" if it was never applied."""
    row = db.row("SELECT path FROM applied_folders WHERE id=?", (folder_id,))
    return str(row["path"]) if row is not None else ""


def put_folder(db: Database, folder_id: str, path: str, now: float) -> None:
    with db.transaction() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO applied_folders (id, path, at) VALUES (?, ?, ?)",
            (folder_id, path, now),
        )
