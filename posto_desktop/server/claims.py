"""Each step of sending a row, written down before and after it: the sender's view of the table.

`stage` of a row with status `sending`:
  claimed     taken, with its idempotency key; nothing has left the computer
  uploading   text and record frozen; media are handed over (harmless to repeat)
  publishing  the one call that publishes may have been made
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Iterable
from typing import Any

from posto_desktop.server.publishers.base import Result
from posto_desktop.server.store import Store

_MISSED = "This computer was off or asleep at the time of the post."


class Claims:
    """Transactions of the sender. Times are Unix seconds as the caller's clock gives them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def due(self, now: float, busy_channels: Iterable[int], limit: int) -> list[sqlite3.Row]:
        """Waiting rows whose time has come, earliest first, none of a busy channel."""
        busy = list(busy_channels)
        condition = f" AND channel_id NOT IN ({','.join('?' * len(busy))})" if busy else ""
        return self._store.rows(
            "SELECT id, channel_id FROM schedules WHERE status = 'not_sent' AND due_at <= ?"
            f"{condition} ORDER BY due_at, id LIMIT ?",
            now,
            *busy,
            limit,
        )

    def next_due(self) -> float | None:
        row = self._store.row("SELECT min(due_at) FROM schedules WHERE status = 'not_sent'")
        return None if row is None or row[0] is None else float(row[0])

    def claim(self, schedule_id: int, now: float) -> sqlite3.Row | None:
        """Takes a waiting row for sending; None if it is gone, moved or somebody else's.

        The key is made once and stays: it is what keeps a repeated attempt from being a second
        post.
        """
        with self._store.write() as db:
            changed = db.execute(
                "UPDATE schedules SET status = 'sending', stage = 'claimed', stage_at = ?,"
                " attempt = attempt + 1, error_msg = '',"
                " idempotency_key = COALESCE(idempotency_key, ?)"
                " WHERE id = ? AND status = 'not_sent' AND due_at <= ?",
                (now, str(uuid.uuid4()), schedule_id, now),
            ).rowcount
            return _row(db, schedule_id) if changed == 1 else None

    def freeze(self, schedule_id: int, record: dict[str, Any], now: float) -> None:
        """Keeps what will be sent, before any of it leaves the computer."""
        self._stage(schedule_id, "uploading", record, now)

    def publishing(self, schedule_id: int, record: dict[str, Any], now: float) -> None:
        """To be called right before the one call that publishes."""
        self._stage(schedule_id, "publishing", record, now)

    def sent(self, schedule_id: int, result: Result, posted: dict[str, Any], now: float) -> None:
        with self._store.write() as db:
            db.execute(
                "UPDATE schedules SET status = 'success', stage = '', error_msg = '',"
                " send_time = ?, remote_post_id = ?, remote_post_link = ?, posted = ?,"
                " record = NULL WHERE id = ? AND status = 'sending'",
                (int(now), result.id, result.url, _json(posted), schedule_id),
            )

    def failed(self, schedule_id: int, reason: str, now: float) -> None:
        """Refused for sure: nothing is out."""
        with self._store.write() as db:
            db.execute(
                "UPDATE schedules SET status = 'error', stage = '', error_msg = ?, send_time = ?"
                " WHERE id = ? AND status = 'sending'",
                (reason[:800], int(now), schedule_id),
            )

    def unknown(self, schedule_id: int, reason: str) -> None:
        """It may be out or not. Never sent again without the user's word."""
        with self._store.write() as db:
            db.execute(
                "UPDATE schedules SET status = 'unknown', stage = '', error_msg = ?"
                " WHERE id = ? AND status = 'sending'",
                (reason[:800], schedule_id),
            )

    def later(self, schedule_id: int, due_at: float, reason: str) -> None:
        """Back to waiting: surely not out, to be tried again at `due_at`."""
        with self._store.write() as db:
            db.execute(
                "UPDATE schedules SET status = 'not_sent', stage = '', error_msg = ?,"
                " due_at = max(due_at, ?) WHERE id = ? AND status = 'sending'",
                (reason[:800], due_at, schedule_id),
            )

    def give_back(self, schedule_id: int) -> None:
        """Back to waiting as if it had not been claimed: the interruption was not its fault."""
        with self._store.write() as db:
            db.execute(
                "UPDATE schedules SET status = 'not_sent', stage = '', attempt = attempt - 1"
                " WHERE id = ? AND status = 'sending'",
                (schedule_id,),
            )

    def missed(self, schedule_id: int) -> None:
        """Surely not out, and too late to go out by itself."""
        with self._store.write() as db:
            db.execute(
                "UPDATE schedules SET status = 'missed', stage = '', error_msg = ?"
                " WHERE id = ? AND status = 'sending'",
                (_MISSED, schedule_id),
            )

    def interrupted(self) -> list[sqlite3.Row]:
        """Rows that a crash left in the middle of being sent."""
        return self._store.rows("SELECT * FROM schedules WHERE status = 'sending' ORDER BY id")

    def miss(self, before: float) -> int:
        """Marks waiting rows that were due before `before` as missed. Returns how many."""
        if not self._store.row(
            "SELECT 1 FROM schedules WHERE status = 'not_sent' AND due_at < ? LIMIT 1", before
        ):
            return 0
        with self._store.write() as db:
            return db.execute(
                "UPDATE schedules SET status = 'missed', error_msg = ?"
                " WHERE status = 'not_sent' AND due_at < ?",
                (_MISSED, before),
            ).rowcount

    def wait_again(self, now: float) -> int:
        """Has missed rows whose time is yet to come wait for it: they were missed by a clock that
        stood wrong. Returns how many."""
        if not self._store.row(
            "SELECT 1 FROM schedules WHERE status = 'missed' AND due_at > ? AND error_msg = ?"
            " LIMIT 1",
            now,
            _MISSED,
        ):
            return 0
        with self._store.write() as db:
            return db.execute(
                "UPDATE schedules SET status = 'not_sent', error_msg = ''"
                " WHERE status = 'missed' AND due_at > ? AND error_msg = ?",
                (now, _MISSED),
            ).rowcount

    def _stage(self, schedule_id: int, stage: str, record: dict[str, Any], now: float) -> None:
        with self._store.write() as db:
            changed = db.execute(
                "UPDATE schedules SET stage = ?, record = ?, stage_at = ?"
                " WHERE id = ? AND status = 'sending'",
                (stage, _json(record), now, schedule_id),
            ).rowcount
            if changed != 1:
                raise RuntimeError(f"schedule {schedule_id} is no longer ours")


def _row(db: sqlite3.Connection, schedule_id: int) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM schedules WHERE id = ?", (schedule_id,)
    ).fetchone()
    return row


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
