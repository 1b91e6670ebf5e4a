"""Rows of evergreen messages in posto.db: bodies, runs, fillings, pins and skips.

`delivery.evergreen_fill` is the one owner of runs and fillings.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.storage.database import Database, Row

COUNTING = "('queued', 'handed', 'sent')"
"""The states of runs that went out, or will."""
REMOVE, REMOVING, RENEW = 1, 2, 3
"""How far the deletion of a post on its service is; 3: to be deleted, and sent anew after it."""
KEEP_RUNS_OF_DELETED = 400 * 24 * 3600.0
"""Networks that forbid the same text twice remember it after its message was deleted."""
_KEEP_CHOICES = 24 * 3600.0
_BATCH = 500

# -- messages ------------------------------------------------------------------------------------


def put(db: Database, message_id: str, workspace: str, body: Mapping[str, Any]) -> float:
    """Save a message, also one that was deleted; return the time (Unix seconds)."""
    now = time.time()
    with db.transaction() as connection:
        connection.execute(
            "INSERT INTO evergreen_messages (id, workspace, body, updated_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET workspace=excluded.workspace, body=excluded.body,"
            " updated_at=excluded.updated_at, deleted=0",
            (message_id, workspace, json_text.dumps(body), now),
        )
    return now


def all_of(db: Database, workspace: str | None = None) -> list[Row]:
    """Return the messages, those changed last first; of all workspaces when none is given."""
    return db.rows(
        "SELECT * FROM evergreen_messages WHERE deleted=0 AND (?1 IS NULL OR workspace=?1)"
        " ORDER BY updated_at DESC, id",
        (workspace,),
    )


def message(db: Database, message_id: str) -> Row | None:
    """Return a message, also a deleted one."""
    return db.row("SELECT * FROM evergreen_messages WHERE id=?", (message_id,))


def workspaces(db: Database) -> list[str]:
    """Return the workspaces that have messages."""
    rows = db.rows("SELECT DISTINCT workspace FROM evergreen_messages WHERE deleted=0 ORDER BY 1")
    return [row["workspace"] for row in rows]


def set_deleted(db: Database, message_id: str, deleted: bool) -> None:
    """Mark a message as deleted, or restore it; `purge` removes it."""
    with db.transaction() as connection:
        connection.execute(
            "UPDATE evergreen_messages SET deleted=? WHERE id=?", (int(deleted), message_id)
        )


def purge(db: Database, now: float) -> None:
    """Remove messages deleted in an earlier run, which cannot be undone any more, their old runs,
    and pins and skips of the past."""
    with db.transaction() as connection:
        connection.execute("DELETE FROM evergreen_messages WHERE deleted=1")
        connection.execute(
            "DELETE FROM evergreen_runs WHERE share_at < ? AND removal=0 AND message_id NOT IN"
            " (SELECT id FROM evergreen_messages)",
            (now - KEEP_RUNS_OF_DELETED,),
        )
        for table in ("evergreen_pins", "evergreen_skips"):
            connection.execute(f"DELETE FROM {table} WHERE slot < ?", (now - _KEEP_CHOICES,))


# -- runs ----------------------------------------------------------------------------------------


def add_filling(
    db: Database,
    filling_id: str,
    workspace: str,
    is_automatic: bool,
    runs: Iterable[Mapping[str, Any]],
) -> None:
    """Add runs, each with all columns but `workspace`, `filling_id` and `updated_at`, and their
    filling unless it is there. All or none."""
    now = time.time()
    with db.transaction() as connection:
        connection.execute(
            "INSERT INTO evergreen_fillings (id, workspace, automatic, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET state='done', updated_at=excluded.updated_at",
            (filling_id, workspace, int(is_automatic), now, now),
        )
        connection.executemany(
            "INSERT INTO evergreen_runs (workspace, message_id, channel_id, slot, share_at,"
            " variant, text_key, turn, clock, filling_id, posto_ref, entry_id, state, body,"
            " updated_at) VALUES (:workspace, :message_id, :channel_id, :slot, :share_at, :variant,"
            " :text_key, :turn, :clock, :filling_id, :posto_ref, :entry_id, :state, :body, :now)",
            [
                {
                    **run,
                    "body": json_text.dumps(run["body"]),
                    "workspace": workspace,
                    "filling_id": filling_id,
                    "now": now,
                }
                for run in runs
            ],
        )


def recent_runs(db: Database, workspace: str, since: float) -> list[Row]:
    """Return the runs that count from a time on (Unix seconds), and the last one of each message
    and channel, in the order in which they were written."""
    return db.rows(
        f"SELECT * FROM evergreen_runs WHERE workspace=?1 AND state IN {COUNTING}"
        " AND (share_at >= ?2 OR typeof(share_at) NOT IN ('integer', 'real') OR id IN (SELECT"
        f" MAX(id) FROM evergreen_runs WHERE workspace=?1 AND state IN {COUNTING}"
        " GROUP BY message_id, channel_id)) ORDER BY id",
        (workspace, since),
    )


def run_counts(db: Database, workspace: str) -> dict[tuple[str, int], int]:
    """Return the number of runs that count by message and channel."""
    rows = db.rows(
        "SELECT message_id, channel_id, COUNT(*) AS runs FROM evergreen_runs"
        f" WHERE workspace=? AND state IN {COUNTING} GROUP BY message_id, channel_id",
        (workspace,),
    )
    return {(row["message_id"], row["channel_id"]): int(row["runs"]) for row in rows}


def totals(db: Database, now: float) -> list[Row]:
    """Return of each message with runs that count `message_id`, `runs`, `last_at` and `next_at`
    (Unix seconds)."""
    return db.rows(
        "SELECT message_id, COUNT(*) AS runs,"
        " MAX(CASE WHEN share_at <= ?1 THEN share_at END) AS last_at,"
        " MIN(CASE WHEN share_at > ?1 THEN share_at END) AS next_at"
        f" FROM evergreen_runs WHERE state IN {COUNTING} GROUP BY message_id",
        (now,),
    )


def runs_ahead(db: Database, workspace: str, now: float) -> list[Row]:
    """Return the runs of a workspace whose time is to come, in any state, by time."""
    return db.rows(
        "SELECT * FROM evergreen_runs WHERE workspace=? AND (share_at > ? OR slot > ?)"
        " ORDER BY share_at, id",
        (workspace, now, now),
    )


def unsettled_runs(db: Database, workspace: str, since: float) -> list[Row]:
    """Return the runs whose outcome may change: handed over, or not sent, from a time on."""
    return db.rows(
        "SELECT * FROM evergreen_runs WHERE workspace=? AND share_at >= ?"
        " AND state IN ('handed', 'refused', 'cancelled') ORDER BY id",
        (workspace, since),
    )


def runs_of_filling(db: Database, filling_id: str) -> list[Row]:
    return db.rows(
        "SELECT * FROM evergreen_runs WHERE filling_id=? ORDER BY share_at, id", (filling_id,)
    )


def runs_of_message(db: Database, message_id: str, after: float) -> list[Row]:
    """Return the runs of a message that are to come after a time and count."""
    return db.rows(
        f"SELECT * FROM evergreen_runs WHERE message_id=? AND state IN {COUNTING} AND share_at > ?"
        " ORDER BY share_at, id",
        (message_id, after),
    )


def last_run(db: Database, message_id: str, channel_id: int, before: float) -> datetime | None:
    """Return the time of the last run that counts before a time (Unix seconds)."""
    row = db.row(
        "SELECT MAX(share_at) AS share_at FROM evergreen_runs WHERE message_id=? AND channel_id=?"
        f" AND share_at < ? AND state IN {COUNTING}",
        (message_id, channel_id, before),
    )
    at = row["share_at"] if row is not None else None
    return None if at is None else datetime.fromtimestamp(at, UTC)


def queue_again(db: Database, run_ids: Iterable[int], posto_ref: str, entry_id: str) -> None:
    """Have runs go out as another post. The mark of the one before stays as `before`: its rows may
    still be listed for a while."""
    with db.transaction() as connection:
        connection.executemany(
            "UPDATE OR IGNORE evergreen_runs SET state='queued', body=CASE WHEN json_valid(body)"
            " THEN json_set(body, '$.before', posto_ref) ELSE body END, posto_ref=?, entry_id=?,"
            " removal=0, updated_at=? WHERE id=?",
            [(posto_ref, entry_id, time.time(), run_id) for run_id in run_ids],
        )


def runs_of_marks(db: Database, refs: Collection[str]) -> list[Row]:
    """Return the runs of these posts."""
    ordered = sorted(refs)
    rows: list[Row] = []
    for start in range(0, len(ordered), _BATCH):
        part = ordered[start : start + _BATCH]
        marks = ", ".join("?" * len(part))
        rows += db.rows(
            f"SELECT * FROM evergreen_runs WHERE posto_ref IN ({marks}) ORDER BY id", part
        )
    return rows


def queued(db: Database, limit: int) -> list[Row]:
    """Return the runs of the posts to move into the outbox next, those of one post together."""
    return db.rows(
        "SELECT * FROM evergreen_runs WHERE state='queued' AND posto_ref IN (SELECT posto_ref FROM"
        " evergreen_runs WHERE state='queued' GROUP BY posto_ref ORDER BY MIN(share_at), posto_ref"
        " LIMIT ?) ORDER BY share_at, posto_ref, id",
        (limit,),
    )


def queued_posts(db: Database) -> int:
    """Return the number of posts that are to move into the outbox."""
    rows = db.rows(
        "SELECT COUNT(DISTINCT posto_ref) AS posts FROM evergreen_runs WHERE state='queued'"
    )
    return int(rows[0]["posts"])


def marks(db: Database, since: float) -> dict[str, str]:
    """Return the ids of the messages by the marks of their posts, from a time on."""
    rows = db.rows(
        "SELECT DISTINCT posto_ref, message_id FROM evergreen_runs"
        " WHERE state IN ('handed', 'sent') AND share_at >= ?",
        (since,),
    )
    return {row["posto_ref"]: row["message_id"] for row in rows}


def change_runs(
    db: Database,
    run_ids: Iterable[int],
    state: str,
    reason: str = "",
    *,
    expect: Sequence[str] | None = None,
    removal: int | None = None,
) -> list[int]:
    """Set the state of runs; return the ids of those that were in one of `expect`. One that would
    take a slot that another has is left as it is."""
    now, changed = time.time(), []
    condition = f" AND state IN ({', '.join('?' * len(expect))})" if expect is not None else ""
    sets = "state=?, reason=?, updated_at=?"
    values: list[Any] = [state, reason, now]
    if removal is not None:
        sets += ", removal=?"
        values.append(removal)
    with db.transaction() as connection:
        for run_id in run_ids:
            done = connection.execute(
                f"UPDATE OR IGNORE evergreen_runs SET {sets} WHERE id=?" + condition,
                (*values, run_id, *(expect or ())),
            )
            if done.rowcount:
                changed.append(run_id)
    return changed


def set_times(db: Database, times: Mapping[int, float]) -> None:
    """Set the times (Unix seconds) of runs that were moved, by their ids."""
    with db.transaction() as connection:
        connection.executemany(
            "UPDATE evergreen_runs SET share_at=? WHERE id=?",
            [(at, run_id) for run_id, at in times.items()],
        )


def continue_runs(
    db: Database, refs: Collection[str], new_ref: str, entry_id: str, share_at: float | None
) -> None:
    """An edit replaces these posts by one with the mark `new_ref`: their runs go on with it."""
    marks_sql = ", ".join("?" * len(refs))
    with db.transaction() as connection:
        connection.execute(
            "UPDATE evergreen_runs SET posto_ref=?, entry_id=?, share_at=COALESCE(?, share_at),"
            f" updated_at=? WHERE posto_ref IN ({marks_sql}) AND state IN {COUNTING}",
            (new_ref, entry_id, share_at, time.time(), *refs),
        )


def remove_runs(db: Database, run_ids: Iterable[int]) -> None:
    with db.transaction() as connection:
        connection.executemany(
            "DELETE FROM evergreen_runs WHERE id=?", [(run_id,) for run_id in run_ids]
        )


# -- posts to delete on a service ----------------------------------------------------------------


def to_remove(db: Database, workspace: str | None = None) -> list[Row]:
    """Return the runs whose posts are to be deleted on their service."""
    return db.rows(
        "SELECT * FROM evergreen_runs WHERE removal != 0 AND (?1 IS NULL OR workspace=?1)"
        " ORDER BY share_at, id",
        (workspace,),
    )


def set_removal(
    db: Database, run_ids: Iterable[int], removal: int, *, expect: int | None = None
) -> list[int]:
    """Set how far a deletion is; return the ids of the runs at which it was `expect`."""
    changed = []
    condition = " AND removal=?" if expect is not None else ""
    with db.transaction() as connection:
        for run_id in run_ids:
            done = connection.execute(
                "UPDATE evergreen_runs SET removal=? WHERE id=?" + condition,
                (removal, run_id, *(() if expect is None else (expect,))),
            )
            if done.rowcount:
                changed.append(run_id)
    return changed


# -- fillings ------------------------------------------------------------------------------------


def filling(db: Database, filling_id: str) -> Row | None:
    return db.row("SELECT * FROM evergreen_fillings WHERE id=?", (filling_id,))


def fillings(db: Database, workspace: str, most: int = 50) -> list[Row]:
    """Return the newest fillings with `runs`, `posts`, `first` and `last` (Unix seconds)."""
    return db.rows(
        "SELECT f.*, COUNT(r.id) AS runs, COUNT(DISTINCT r.posto_ref) AS posts,"
        " MIN(r.share_at) AS first, MAX(r.share_at) AS last FROM evergreen_fillings f"
        " LEFT JOIN evergreen_runs r ON r.filling_id = f.id WHERE f.workspace=?"
        " GROUP BY f.id ORDER BY f.created_at DESC, f.id LIMIT ?",
        (workspace, most),
    )


def set_filling(db: Database, filling_id: str, state: str) -> None:
    with db.transaction() as connection:
        connection.execute(
            "UPDATE evergreen_fillings SET state=?, updated_at=? WHERE id=?",
            (state, time.time(), filling_id),
        )


# -- pins and skips ------------------------------------------------------------------------------


def pins(db: Database, workspace: str, since: float) -> list[Row]:
    return db.rows(
        "SELECT * FROM evergreen_pins WHERE workspace=? AND slot >= ? ORDER BY slot, channel_id",
        (workspace, since),
    )


def put_pins(
    db: Database,
    workspace: str,
    channel_ids: Iterable[int],
    slot: float,
    message_id: str,
    body: Mapping[str, Any],
) -> None:
    """Pin a message to a slot of channels, in place of another; what skips it there goes."""
    now = time.time()
    ids = list(channel_ids)
    with db.transaction() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO evergreen_pins VALUES (?, ?, ?, ?, ?, ?)",
            [(workspace, key, slot, message_id, json_text.dumps(body), now) for key in ids],
        )
        connection.executemany(
            "DELETE FROM evergreen_skips WHERE workspace=? AND channel_id=? AND slot=?"
            " AND message_id IN ('', ?)",
            [(workspace, key, slot, message_id) for key in ids],
        )


def remove_pins(db: Database, workspace: str, channel_ids: Iterable[int], slot: float) -> None:
    with db.transaction() as connection:
        connection.executemany(
            "DELETE FROM evergreen_pins WHERE workspace=? AND channel_id=? AND slot=?",
            [(workspace, key, slot) for key in channel_ids],
        )


def skips(db: Database, workspace: str, since: float) -> list[Row]:
    return db.rows(
        "SELECT * FROM evergreen_skips WHERE workspace=? AND slot >= ? ORDER BY slot, channel_id",
        (workspace, since),
    )


def put_skips(
    db: Database, workspace: str, channel_ids: Iterable[int], slot: float, message_id: str
) -> None:
    """Skip a message at a slot of channels, or all messages for ""; its pin there goes."""
    now = time.time()
    ids = list(channel_ids)
    with db.transaction() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO evergreen_skips VALUES (?, ?, ?, ?, ?)",
            [(workspace, key, slot, message_id, now) for key in ids],
        )
        connection.executemany(
            "DELETE FROM evergreen_pins WHERE workspace=? AND channel_id=? AND slot=?"
            " AND (? = '' OR message_id = ?)",
            [(workspace, key, slot, message_id, message_id) for key in ids],
        )


def remove_skips(
    db: Database, workspace: str, channel_ids: Iterable[int], slot: float, message_id: str = ""
) -> None:
    """Remove the skips of a message at a slot of channels, and those of the slot; all skips there
    without a message."""
    with db.transaction() as connection:
        connection.executemany(
            "DELETE FROM evergreen_skips WHERE workspace=? AND channel_id=? AND slot=?"
            " AND (? = '' OR message_id IN ('', ?))",
            [(workspace, key, slot, message_id, message_id) for key in channel_ids],
        )
