"""Rows with the drafts of sent posts, by the posts' mark, kept long after their time.

A service has the final text and the files of a post. Its style, labels, the place of its files and
their edits are here alone, so that a scheduled message can be edited as it was written. A body has
the "draft", and "sent", digests of the texts by channel id; that of a copy has "made_by", the mark
of the entry that wrote it. `Database.add_outbox` writes it in the transaction that writes the post
down.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.storage.database import Database, Row

KEEP_SECONDS = 90 * 24 * 3600.0
"""How long after its time a message is kept: a failed post can be edited and sent again."""
_BATCH = 500


def bodies(db: Database, workspace: str, refs: Collection[str]) -> dict[str, Any]:
    """Return what posts were made of by their marks, as far as it is known."""
    by_mark: dict[str, Any] = {}
    sorted_refs = sorted(set(refs) - {""})
    for start in range(0, len(sorted_refs), _BATCH):
        part = sorted_refs[start : start + _BATCH]
        marks = ", ".join("?" * len(part))
        for row in db.rows(
            f"SELECT * FROM messages WHERE workspace=? AND posto_ref IN ({marks})",
            (workspace, *part),
        ):
            by_mark[row["posto_ref"]] = row["body"]
    return by_mark


def set_labels(db: Database, refs: Collection[str], labels: Sequence[str]) -> None:
    """Set the labels of posts, which only this computer knows, wherever it shows them."""
    with db.transaction() as connection:
        for table in ("messages", "outbox"):
            connection.executemany(
                f"UPDATE {table} SET body=json_set(body, '$.draft.labels', json(?))"
                " WHERE posto_ref=? AND json_valid(body)",
                [(json_text.dumps(list(labels)), ref) for ref in refs],
            )


def copy(db: Database, old_ref: str, new_ref: str, at: float, group_id: str = "") -> None:
    """Some posts have another mark, time and group now; others may still have the old ones.

    The entry of the outbox that made them, however often they were copied since, gets the group,
    by which their rows are found.
    """
    with db.transaction() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO messages (posto_ref, workspace, body, at)"
            " SELECT ?1, workspace, CASE WHEN json_valid(body) THEN json_set("
            "body, '$.made_by', coalesce(json_extract(body, '$.made_by'), posto_ref))"
            " ELSE body END, ?2 FROM messages WHERE posto_ref=?3",
            (new_ref, at, old_ref),
        )
        if group_id:
            connection.execute(
                "UPDATE outbox SET body=json_set(body, '$.groups', json_insert("
                "json(coalesce(json_extract(body, '$.groups'), '[]')), '$[#]', ?1))"
                " WHERE json_valid(body) AND posto_ref=(SELECT json_extract(body, '$.made_by')"
                " FROM messages WHERE posto_ref=?2 AND json_valid(body))",
                (group_id, new_ref),
            )


def set_times(db: Database, refs: Sequence[str], at: float) -> None:
    """Posts moved to another time under their old mark: keep their drafts as long as needed."""
    with db.transaction() as connection:
        connection.executemany(
            "UPDATE messages SET at=MAX(at, ?) WHERE posto_ref=?", [(at, ref) for ref in refs]
        )


def all_of(db: Database) -> list[Row]:
    return db.rows("SELECT * FROM messages")


def trim(db: Database, now: float) -> None:
    """Delete drafts of posts whose time has long passed."""
    with db.transaction() as connection:
        connection.execute("DELETE FROM messages WHERE at < ?", (now - KEEP_SECONDS,))
