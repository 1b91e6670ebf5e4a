"""Rows of campaigns in posto.db: bodies, messages, and the state of each post."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.storage.database import Database, Row

_KEEP_TAKING_OFF = 7 * 24 * 3600.0


def put(
    db: Database,
    campaign_id: str,
    workspace: str,
    body: Mapping[str, Any],
    changed: Mapping[str, Mapping[str, Any]],
    removed: Collection[str] = (),
) -> float:
    """Save a campaign with its changed messages in one transaction; return the time (Unix seconds).
    `changed` are bodies by message id, `removed` are ids."""
    now = time.time()
    with db.transaction() as connection:
        connection.execute(
            "INSERT INTO campaigns (id, workspace, body, updated_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET workspace=excluded.workspace, body=excluded.body,"
            " updated_at=excluded.updated_at",
            (campaign_id, workspace, json_text.dumps(body), now),
        )
        connection.executemany(
            "DELETE FROM campaign_messages WHERE campaign_id=? AND id=?",
            [(campaign_id, key) for key in removed],
        )
        connection.executemany(
            "INSERT OR REPLACE INTO campaign_messages VALUES (?, ?, ?)",
            [(campaign_id, key, json_text.dumps(message)) for key, message in changed.items()],
        )
    return now


def add_message(db: Database, campaign_id: str, message_id: str, body: Mapping[str, Any]) -> None:
    """Add a message at the end: what the campaign's order does not list comes last."""
    with db.transaction() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO campaign_messages VALUES (?, ?, ?)",
            (campaign_id, message_id, json_text.dumps(body)),
        )


def remove_messages(db: Database, campaign_id: str, message_ids: Collection[str]) -> None:
    with db.transaction() as connection:
        connection.executemany(
            "DELETE FROM campaign_messages WHERE campaign_id=? AND id=?",
            [(campaign_id, key) for key in message_ids],
        )


def all_of(db: Database) -> list[Row]:
    """Return the campaigns, the one changed last first."""
    return db.rows("SELECT * FROM campaigns WHERE deleted=0 ORDER BY updated_at DESC, id")


def messages(db: Database, campaign_id: str) -> list[Row]:
    """Return the messages of a campaign, unordered: its body has the order."""
    return db.rows("SELECT * FROM campaign_messages WHERE campaign_id=?", (campaign_id,))


def all_messages(db: Database) -> list[Row]:
    return db.rows("SELECT * FROM campaign_messages")


def message(db: Database, campaign_id: str, message_id: str) -> Row | None:
    return db.row(
        "SELECT * FROM campaign_messages WHERE campaign_id=? AND id=?", (campaign_id, message_id)
    )


def campaign(db: Database, campaign_id: str) -> Row | None:
    return db.row("SELECT * FROM campaigns WHERE id=?", (campaign_id,))


def set_deleted(db: Database, campaign_id: str, deleted: bool) -> None:
    """Mark a campaign as deleted, or restore it; `purge` removes it."""
    with db.transaction() as connection:
        connection.execute("UPDATE campaigns SET deleted=? WHERE id=?", (int(deleted), campaign_id))


def purge(db: Database) -> None:
    """Remove campaigns deleted in an earlier run, which cannot be undone any more. Those with posts
    still to be deleted stay until long after their time."""
    with db.transaction() as connection:
        connection.execute(
            "UPDATE campaign_posts SET taking_off=0 WHERE taking_off=1"
            " AND MAX(COALESCE(share_at, 0), updated_at) < ?",
            (time.time() - _KEEP_TAKING_OFF,),
        )
        connection.execute(
            "DELETE FROM campaigns WHERE deleted=1 AND id NOT IN"
            " (SELECT campaign_id FROM campaign_posts WHERE taking_off=1)"
        )


# -- posts ---------------------------------------------------------------------------------------


def posts(db: Database, campaign_id: str) -> list[Row]:
    """Return the posts of a campaign, in order."""
    return db.rows(
        "SELECT * FROM campaign_posts WHERE campaign_id=? ORDER BY place, rowid", (campaign_id,)
    )


def add_posts(db: Database, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add posts, each with all columns but `updated_at` and `reason`."""
    now = time.time()
    with db.transaction() as connection:
        connection.executemany(
            "INSERT INTO campaign_posts (posto_ref, entry_id, campaign_id, message_id, place,"
            " share_at, state, updated_at) VALUES (:posto_ref, :entry_id, :campaign_id,"
            " :message_id, :place, :share_at, :state, :now)",
            [{**row, "now": now} for row in rows],
        )


def change_posts(
    db: Database,
    refs: Iterable[str],
    state: str,
    reason: str = "",
    *,
    expect: Sequence[str] | None = None,
) -> list[str]:
    """Set the state of posts; return the marks of those that were in one of `expect`."""
    now, changed = time.time(), []
    condition = f" AND state IN ({', '.join('?' * len(expect))})" if expect is not None else ""
    with db.transaction() as connection:
        for ref in refs:
            done = connection.execute(
                "UPDATE campaign_posts SET state=?, reason=?, updated_at=? WHERE posto_ref=?"
                + condition,
                (state, reason, now, ref, *(expect or ())),
            )
            if done.rowcount:
                changed.append(ref)
    return changed


def set_removal(db: Database, refs: Iterable[str], is_marked: bool) -> None:
    """Mark posts for deletion on the service, or unmark them."""
    with db.transaction() as connection:
        connection.executemany(
            "UPDATE campaign_posts SET taking_off=? WHERE posto_ref=?",
            [(int(is_marked), key) for key in refs],
        )


def to_remove(db: Database) -> list[Row]:
    """Return the posts to delete on the service."""
    return db.rows("SELECT * FROM campaign_posts WHERE taking_off=1 ORDER BY share_at, place")


def continue_posts(
    db: Database, refs: Collection[str], new_ref: str, entry_id: str, share_at: float | None
) -> bool:
    """An edit replaces these posts by one with the mark `new_ref`: it belongs to their campaign,
    too. Return False if they are of no campaign."""
    marks = ", ".join("?" * len(refs))
    with db.transaction() as connection:
        done = connection.execute(
            "INSERT OR IGNORE INTO campaign_posts (posto_ref, entry_id, campaign_id, message_id,"
            " place, share_at, state, updated_at, taking_off)"
            " SELECT ?, ?, campaign_id, message_id, place, ?, 'handed', ?, 0 FROM campaign_posts"
            f" WHERE posto_ref IN ({marks}) LIMIT 1",
            (new_ref, entry_id, share_at, time.time(), *refs),
        )
        return done.rowcount > 0


def are_of_campaign(db: Database, refs: Collection[str]) -> bool:
    """Return whether one of these posts is of a campaign."""
    marks = ", ".join("?" * len(refs))
    sql = f"SELECT 1 AS found FROM campaign_posts WHERE posto_ref IN ({marks}) LIMIT 1"
    return bool(refs) and db.row(sql, (*refs,)) is not None


def remove_posts(db: Database, refs: Iterable[str]) -> None:
    with db.transaction() as connection:
        connection.executemany(
            "DELETE FROM campaign_posts WHERE posto_ref=?", [(key,) for key in refs]
        )


def queued(db: Database, limit: int) -> list[Row]:
    """Return the posts to move into the outbox next: those without a time first, then by time."""
    return db.rows(
        "SELECT * FROM campaign_posts WHERE state='queued'"
        " ORDER BY share_at IS NOT NULL, share_at, place LIMIT ?",
        (limit,),
    )


def queued_after(db: Database, workspace: str, since: float) -> list[Row]:
    """Return the posts of a workspace that are to move into the outbox and have a time from then
    on (Unix seconds)."""
    return db.rows(
        "SELECT p.* FROM campaign_posts p JOIN campaigns c ON c.id = p.campaign_id"
        " WHERE p.state='queued' AND p.share_at >= ? AND c.workspace=?",
        (since, workspace),
    )


def waiting_entries(db: Database) -> int:
    """Return the number of outbox entries that are not sent yet."""
    rows = db.rows(
        "SELECT COUNT(*) AS count FROM outbox WHERE state IN ('waiting', 'uploading',"
        " 'handing_over')"
    )
    return int(rows[0]["count"])
