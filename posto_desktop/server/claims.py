"""Transactions of the sender: claims due rows and records each step before and after it.

`stage` of a row with status `sending`:
  claimed     taken, with its idempotency key; nothing has left the computer
  uploading   text and record frozen; media are handed over (harmless to repeat)
  publishing  the one call that publishes may have been made
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from posto_desktop.common.budgets import OutgoingPost
from posto_desktop.common.translation import translatable
from posto_desktop.server.accounts import HELD_CHANNELS
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.deliveries import IS_BEGUN, Delivery
from posto_desktop.server.publishers.base import Part, Result
from posto_desktop.server.redaction import clean
from posto_desktop.server.rows import STATUSES, Row, faults, json_object
from posto_desktop.storage.row_repair import LATEST

BEFORE_PUBLISHING = ("claimed", "uploading")
_GOES_ON_AHEAD = "(json_valid(record) AND json_extract(record, '$.ahead') = 'begun')"
_MISSED = translatable("Server", "This computer was off or asleep at the time of the post.")
_DAMAGED = translatable(
    "Server",
    "The entry of this post in the workspace's database is damaged ({columns}). "
    "It was not sent. Check it, then send it again or write it anew.",
)
_MAYBE_SENT = translatable(
    "Server",
    "The entry of this post in the workspace's database is damaged ({columns}). "
    "It may have been sent. Check whether it is published before you send it "
    "again.",
)


class Claims:
    """Transactions of the sender. Times are Unix seconds as the caller's clock gives them."""

    def __init__(self, store: ServerDatabase) -> None:
        self._store = store

    def due(self, now: float, busy_channels: Iterable[int], limit: int) -> list[Row]:
        """Waiting rows whose time has come, earliest first, none of a busy channel. What was put
        off together comes in the order in which it was to go out.

        Those that are damaged are set aside (`set_aside`) and not among them.
        """
        busy = list(busy_channels)
        condition = f" AND channel_id NOT IN ({','.join('?' * len(busy))})" if busy else ""
        rows = self._store.rows(
            "SELECT * FROM schedules WHERE status = 'not_sent' AND due_at <= ?"
            f"{condition} AND channel_id NOT IN ({HELD_CHANNELS})"
            " ORDER BY due_at, send_time, id LIMIT ?",
            now,
            *busy,
            limit,
        )
        damaged = self.set_aside(rows)
        return [row for row in rows if row["id"] not in damaged]

    def set_aside(self, rows: Sequence[Row]) -> set[int]:
        """Keep those of these waiting rows that are damaged from being sent; their ids.

        What has never been claimed was surely not sent; of anything else that is not known.
        """
        damaged: set[int] = set()
        for row in rows:
            columns = faults(row)
            if not columns:
                continue
            damaged.add(row["id"])
            untouched = row["attempt"] == 0 and row["idempotency_key"] is None
            sentence = (_DAMAGED if untouched else _MAYBE_SENT).format(columns=", ".join(columns))
            with self._store.write() as db:
                db.execute(
                    "UPDATE schedules SET status = ?, stage = '', error_msg = ?"
                    " WHERE id = ? AND status = 'not_sent'",
                    ("error" if untouched else "unknown", sentence, row["id"]),
                )
        return damaged

    def set_lost_aside(self) -> None:
        """Set aside the rows that would wait for ever, as their time or their status is lost."""
        # IS NULL would not find it: SQLite knows that these columns are never NULL.
        is_lost = "typeof(due_at) NOT IN ('integer', 'real') OR due_at > ?"
        lost = f"SELECT * FROM schedules WHERE status = 'not_sent' AND ({is_lost})"
        self.set_aside(self._store.rows(lost, LATEST))
        marks = ",".join("?" * len(STATUSES))
        unknown = f"typeof(status) <> 'text' OR status NOT IN ({marks})"
        if not self._store.number(f"SELECT count(*) FROM schedules WHERE {unknown}", *STATUSES):
            return
        with self._store.write() as db:
            db.execute(
                f"UPDATE schedules SET status = 'unknown', stage = '', error_msg = ?"
                f" WHERE {unknown}",
                (_MAYBE_SENT.format(columns="status"), *STATUSES),
            )

    def next_due(self) -> float | None:
        row = self._store.row(
            "SELECT min(due_at) AS due_at FROM schedules WHERE status = 'not_sent'"
        )
        return None if row is None or row["due_at"] is None else float(row["due_at"])

    def claim(self, schedule_id: int, now: float) -> Row | None:
        """Takes a waiting row for sending; None if it is gone, moved or somebody else's.

        The key is made once and stays: it is what keeps a repeated attempt from being a second
        post.
        """
        with self._store.write() as db:
            changed = db.execute(
                "UPDATE schedules SET status = 'sending', stage = 'claimed', stage_at = ?,"
                " attempt = CASE WHEN typeof(attempt) = 'integer' AND attempt BETWEEN 0 AND 1000"
                " THEN attempt + 1 ELSE 1 END, error_msg = '',"
                " error_field = '',"
                " idempotency_key = COALESCE(idempotency_key, ?)"
                " WHERE id = ? AND status = 'not_sent' AND due_at <= ?",
                (now, str(uuid.uuid4()), schedule_id, now),
            ).rowcount
            # The same connection: it sees the change.
            row = self._store.row("SELECT * FROM schedules WHERE id = ?", schedule_id)
            return row if changed == 1 else None

    def upcoming(self, now: float, until: float, put_off: Collection[int], limit: int) -> list[Row]:
        """Waiting rows of accounts that are due soon and for which not all is handed over yet,
        without those that are put off."""
        condition = f" AND id NOT IN ({','.join('?' * len(put_off))})" if put_off else ""
        return self._store.rows(
            "SELECT * FROM schedules WHERE status = 'not_sent' AND due_at > ? AND due_at <= ?"
            f" AND (record IS NULL OR {_GOES_ON_AHEAD}){condition}"
            " AND channel_id IN (SELECT id FROM channels WHERE account_id > 0)"
            f" AND channel_id NOT IN ({HELD_CHANNELS}) ORDER BY due_at, id LIMIT ?",
            now,
            until,
            *put_off,
            limit,
        )

    def reserve(self, schedule_id: int) -> Row | None:
        """A waiting row with its key made, for what is handed over ahead; None if it is gone."""
        with self._store.write() as db:
            db.execute(
                "UPDATE schedules SET idempotency_key = COALESCE(idempotency_key, ?)"
                f" WHERE id = ? AND status = 'not_sent' AND (record IS NULL OR {_GOES_ON_AHEAD})",
                (str(uuid.uuid4()), schedule_id),
            )
            row = self._store.row("SELECT * FROM schedules WHERE id = ?", schedule_id)
        if row is None or row["status"] != "not_sent":
            return None
        is_open = not row["record"] or json_object(row["record"]).get("ahead") == "begun"
        return row if is_open else None

    def keep_ahead(self, schedule_id: int, key: str, record: dict[str, Any]) -> bool:
        """Store what was handed over for a waiting row; False if it is gone or another one now."""
        with self._store.write() as db:
            return (
                db.execute(
                    "UPDATE schedules SET record = ? WHERE id = ? AND status = 'not_sent'"
                    " AND idempotency_key = ?"
                    f" AND (record IS NULL OR NOT {IS_BEGUN})",
                    (_json(record), schedule_id, key),
                ).rowcount
                == 1
            )

    def discard(self, channel_id: int, record: dict[str, Any], now: float) -> None:
        """Have what was handed over be taken back."""
        with self._store.write() as db:
            db.execute(
                "INSERT INTO discards (channel_id, record, due_at) VALUES (?, ?, ?)",
                (channel_id, _json(record), now),
            )

    def discards(self, now: float, limit: int) -> list[Row]:
        """What is to be taken back now."""
        return self._store.rows(
            "SELECT * FROM discards WHERE due_at <= ? ORDER BY due_at LIMIT ?", now, limit
        )

    def is_discarded(self, discard_id: int) -> None:
        with self._store.write() as db:
            db.execute("DELETE FROM discards WHERE id = ?", (discard_id,))

    def discard_later(self, discard_id: int, due_at: float) -> None:
        with self._store.write() as db:
            db.execute(
                "UPDATE discards SET due_at = ?, attempt = attempt + 1 WHERE id = ?",
                (due_at, discard_id),
            )

    def freeze(self, schedule_id: int, record: dict[str, Any], now: float) -> None:
        """Keeps what will be sent, before any of it leaves the computer."""
        self._stage(schedule_id, "uploading", record, now)

    def publishing(self, schedule_id: int, record: dict[str, Any], now: float) -> None:
        """To be called right before the one call that publishes."""
        self._stage(schedule_id, "publishing", record, now)

    def sent(
        self,
        schedule_id: int,
        result: Result,
        posted: dict[str, Any],
        now: float,
        *,
        remark: str = "",
        record: dict[str, Any] | None = None,
    ) -> None:
        """The post is out. `remark` says what of it is not, with the `record` to try that again."""
        with self._store.write() as db:
            db.execute(
                "UPDATE schedules SET status = 'success', stage = '', error_msg = ?,"
                " send_time = ?, remote_post_id = ?, remote_post_link = ?, posted = ?,"
                " record = ? WHERE id = ? AND status = 'sending'",
                (
                    _sentence(remark),
                    int(now),
                    result.id,
                    result.url,
                    _json(posted),
                    _json(record),
                    schedule_id,
                ),
            )

    def failed(
        self,
        schedule_id: int,
        reason: str,
        now: float,
        record: dict[str, Any] | None = None,
        result: Result | None = None,
        field: str = "",
    ) -> None:
        """Refused for sure: nothing is out, or with a `result` the parts before. `field` is what of
        the post the reason is about."""
        with self._store.write() as db:
            db.execute(
                "UPDATE schedules SET status = 'error', stage = '', error_msg = ?,"
                " error_field = ?, send_time = ?, record = COALESCE(?, record),"
                " remote_post_id = ?, remote_post_link = ? WHERE id = ? AND status = 'sending'",
                (
                    _sentence(reason),
                    field,
                    int(now),
                    _json(record),
                    result.id if result else "",
                    result.url if result else "",
                    schedule_id,
                ),
            )

    def unknown(self, schedule_id: int, reason: str, record: dict[str, Any] | None = None) -> None:
        """It may be out or not. Never sent again without the user's word."""
        self._end(schedule_id, "unknown", reason, record)

    def later(
        self,
        schedule_id: int,
        due_at: float,
        reason: str,
        record: dict[str, Any] | None = None,
    ) -> None:
        """Back to waiting: surely not out, to be tried again at `due_at`."""
        with self._store.write() as db:
            db.execute(
                "UPDATE schedules SET status = 'not_sent', stage = '', error_msg = ?,"
                " record = COALESCE(?, record), due_at = max(due_at, ?)"
                " WHERE id = ? AND status = 'sending'",
                (
                    _sentence(reason),
                    _json(record),
                    due_at,
                    schedule_id,
                ),
            )

    def put_off(self, account_id: int, until: float, reason: str) -> None:
        """Have all that waits for an account wait until then, as its network asked for it."""
        with self._store.write() as db:
            db.execute(
                "UPDATE schedules SET due_at = ?, error_msg = ?"
                " WHERE status = 'not_sent' AND due_at < ?"
                " AND channel_id IN (SELECT id FROM channels WHERE account_id = ?)",
                (until, _sentence(reason), until, account_id),
            )

    def went_out(self, account_id: int, since: float) -> list[OutgoingPost]:
        """What an account published since then, oldest first."""
        rows = self._store.rows(
            "SELECT send_time, channel_id, posted FROM schedules WHERE status = 'success'"
            " AND send_time > ? AND channel_id IN (SELECT id FROM channels WHERE account_id = ?)"
            " ORDER BY send_time",
            int(since),
            account_id,
        )
        posts_out = []
        for row in rows:
            posted = json_object(row["posted"])
            parts, media = posted.get("parts"), posted.get("mediaList")
            posts = len(parts) if isinstance(parts, list) else 1
            files = len(media) if isinstance(media, list) else 0
            posts_out.append(OutgoingPost(row["send_time"], row["channel_id"], posts, files))
        return posts_out

    def taken(self, row: Row, delivery: Delivery, part: Part, *, apart: bool) -> set[str]:
        """The network's ids of what a row's channel published lately and of the row's other parts:
        none of them is the part that is looked for. `apart` (`Publisher.numbers_apart`): without
        those of another kind, which may have its number."""
        rows = self._store.rows(
            "SELECT remote_post_id, posted, record FROM schedules WHERE channel_id = ? AND id <> ?"
            " AND status IN ('success', 'sending', 'not_sent', 'error', 'unknown')"
            " ORDER BY send_time DESC LIMIT 200",
            row["channel_id"],
            row["id"],
        )
        numbered_ids = [
            (progress.part.number, progress.result.id)
            for progress in delivery.parts
            if progress.result
        ]
        for sent_row in rows:
            numbered_ids.append((0, sent_row["remote_post_id"]))
            for number, stored in enumerate(json_object(sent_row["posted"]).get("parts") or ()):
                numbered_ids.append((number, str(stored.get("id"))))
            for number, stored in enumerate(json_object(sent_row["record"]).get("parts") or ()):
                result = stored.get("result")
                numbered_ids.append(
                    (number, str(result.get("id")) if isinstance(result, dict) else "")
                )
        return {
            name
            for number, name in numbered_ids
            if name and (not apart or (number == 0) == (part.number == 0))
        }

    def release(self, schedule_id: int) -> None:
        """Back to waiting as if it had not been claimed: the interruption was not its fault."""
        with self._store.write() as db:
            db.execute(
                "UPDATE schedules SET status = 'not_sent', stage = '', attempt = attempt - 1"
                " WHERE id = ? AND status = 'sending'",
                (schedule_id,),
            )

    def missed(self, schedule_id: int) -> None:
        """Surely not out, and too late to go out by itself."""
        self._end(schedule_id, "missed", _MISSED, None)

    def interrupted(self) -> list[Row]:
        """Rows that a crash left in the middle of being sent."""
        return self._store.rows("SELECT * FROM schedules WHERE status = 'sending' ORDER BY id")

    def miss(self, before: float) -> int:
        """Marks waiting rows that were due before `before` as missed. Returns how many."""
        overdue = self._store.rows(
            "SELECT * FROM schedules WHERE status = 'not_sent' AND due_at < ?", before
        )
        if not overdue:
            return 0
        self.set_aside(overdue)
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

    def _end(
        self, schedule_id: int, status: str, reason: str, record: dict[str, Any] | None
    ) -> None:
        with self._store.write() as db:
            db.execute(
                "UPDATE schedules SET status = ?, stage = '', error_msg = ?,"
                " record = COALESCE(?, record) WHERE id = ? AND status = 'sending'",
                (
                    status,
                    _sentence(reason),
                    _json(record),
                    schedule_id,
                ),
            )

    def _stage(self, schedule_id: int, stage: str, record: dict[str, Any], now: float) -> None:
        with self._store.write() as db:
            changed = db.execute(
                "UPDATE schedules SET stage = ?, record = ?, stage_at = ?"
                " WHERE id = ? AND status = 'sending'",
                (stage, _json(record), now, schedule_id),
            ).rowcount
            if changed != 1:
                raise RuntimeError(f"schedule {schedule_id} is no longer ours")


def _json(value: dict[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _sentence(reason: str) -> str:
    return clean(reason)[:800]
