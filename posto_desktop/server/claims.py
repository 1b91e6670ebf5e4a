"""Transactions of the sender: claims due rows and records each step before and after it.

A claim is the name of a lease (`leases`) and a number, the fence, in the row. Each step is written
only if the row still has both: another process may have taken it over.

`stage` of a row with status `sending`:
  claimed     taken, with its idempotency key; nothing has left the computer
  uploading   text and record frozen; media are handed over (harmless to repeat)
  publishing  the one call that publishes may have been made
"""

from __future__ import annotations

import contextlib
import json
import logging
import threading
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from posto_desktop.common.budgets import OutgoingPost
from posto_desktop.common.translation import translatable
from posto_desktop.server import sending_settings
from posto_desktop.server.account_budgets import published
from posto_desktop.server.accounts import HELD_CHANNELS
from posto_desktop.server.damaged_rows import MAYBE_SENT, damage_outcome
from posto_desktop.server.database import ServerDatabase, Transaction
from posto_desktop.server.deliveries import IS_BEGUN, Delivery
from posto_desktop.server.errors import DatabaseAway
from posto_desktop.server.leases import Lease, LeaseLost, Leases, boot_seconds
from posto_desktop.server.lost_rows import has_lost_rows
from posto_desktop.server.publishers.base import Part, Result
from posto_desktop.server.redaction import clean
from posto_desktop.server.rows import STATUSES, Row, faults, json_object
from posto_desktop.server.taken_ids import taken_ids
from posto_desktop.storage.row_repair import LATEST

log = logging.getLogger(__name__)

BEFORE_PUBLISHING = ("claimed", "uploading")
# Nobody who is still there has it, and `?` is who asks.
_IS_FREE = "(sender = '' OR sender = ? OR sender NOT IN (SELECT name FROM senders))"
_IS_OURS = "status = 'sending' AND sender = ? AND fence = ?"
_IS_LET_GO = f"channel_id NOT IN ({HELD_CHANNELS}) AND NOT {sending_settings.IS_PAUSED}"
_NEXT_FENCE = (
    "CASE WHEN typeof(fence) = 'integer' AND fence BETWEEN 0 AND 1000000000"
    " THEN fence + 1 ELSE 1 END"
)
_GOES_ON_AHEAD = "(json_valid(record) AND json_extract(record, '$.ahead') = 'begun')"
_DISCARD = "INSERT INTO discards (channel_id, record, due_at) SELECT ?, ?, ?"
_OUTCOME_SECONDS, _AGAIN = 300.0, 1.0
"""How long, and how often, the outcome of a post waits for a database that is away."""
_MISSED = translatable("Server", "This computer was off or asleep at the time of the post.")


class Claims:
    """Transactions of the sender. Times are Unix seconds as the caller's clock gives them.

    What ends a claim returns False if it was not written, as the row is another sender's by now.
    """

    def __init__(self, store: ServerDatabase, leases: Leases | None = None) -> None:
        self._store = store
        self.leases = leases or Leases(store)
        self._claimed: dict[int, tuple[Lease, int]] = {}
        self._stopping = threading.Event()

    @property
    def is_shared(self) -> bool:
        """Return whether other processes send from the same database."""
        return self._store.is_shared

    def is_paused(self) -> bool:
        """Return whether somebody has paused sending, here or through another server."""
        return sending_settings.is_paused(self._store)

    def late_limit(self) -> float | None:
        """Return the seconds that posts may be late, as somebody set it for all servers."""
        return sending_settings.late_limit(self._store)

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
            " AND channel_id NOT IN"
            " (SELECT channel_id FROM schedules WHERE status = 'sending' AND sender <> ?)"
            " ORDER BY due_at, send_time, id LIMIT ?",
            now,
            *busy,
            self.leases.current.name,
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
            status, sentence = damage_outcome(row, columns)
            self._change(
                "UPDATE schedules SET status = ?, stage = '', error_msg = ?"
                " WHERE id = ? AND status = 'not_sent'",
                status,
                sentence,
                row["id"],
            )
        return damaged

    def set_lost_aside(self) -> None:
        """Set aside the rows that would wait for ever, as their time or their status is lost."""
        if self._store.is_shared and not has_lost_rows(self._store):
            return
        # IS NULL would not find it: SQLite knows that these columns are never NULL.
        is_lost = "typeof(due_at) NOT IN ('integer', 'real') OR due_at > ?"
        lost = f"SELECT * FROM schedules WHERE status = 'not_sent' AND ({is_lost})"
        self.set_aside(self._store.rows(lost, LATEST))
        marks = ",".join("?" * len(STATUSES))
        unknown = f"typeof(status) <> 'text' OR status NOT IN ({marks})"
        if not self._store.number(f"SELECT count(*) FROM schedules WHERE {unknown}", *STATUSES):
            return
        self._change(
            f"UPDATE schedules SET status = 'unknown', stage = '', error_msg = ? WHERE {unknown}",
            MAYBE_SENT.format(columns="status"),
            *STATUSES,
        )

    def next_due(self) -> float | None:
        row = self._store.row(
            "SELECT min(due_at) AS due_at FROM schedules WHERE status = 'not_sent'"
        )
        return None if row is None or row["due_at"] is None else float(row["due_at"])

    def claim(self, schedule_id: int, now: float) -> Row | None:
        """Takes a waiting row for sending; None if it is gone, moved, held or somebody else's.

        The key is made once and stays: it is what keeps a repeated attempt from being a second
        post.
        """
        lease = self.leases.current
        with self._store.change() as db:
            if not self._is_next(db, schedule_id, lease):
                return None
            changed = db.execute(
                "UPDATE schedules SET status = 'sending', stage = 'claimed', stage_at = ?,"
                f" sender = ?, fence = {_NEXT_FENCE},"
                " attempt = CASE WHEN typeof(attempt) = 'integer' AND attempt BETWEEN 0 AND 1000"
                " THEN attempt + 1 ELSE 1 END, error_msg = '',"
                " error_field = '',"
                " idempotency_key = COALESCE(idempotency_key, ?)"
                f" WHERE id = ? AND status = 'not_sent' AND due_at <= ? AND {_IS_FREE}"
                f" AND {_IS_LET_GO}",
                (now, lease.name, str(uuid.uuid4()), schedule_id, now, lease.name),
            ).rowcount
            # The same connection: it sees the change.
            row = self._store.row("SELECT * FROM schedules WHERE id = ?", schedule_id)
        if row is None or changed != 1:
            return None
        self._claimed[schedule_id] = lease, row["fence"]
        return row

    def _is_next(
        self, db: Transaction, schedule_id: int, lease: Lease, *, takes_over: bool = False
    ) -> bool:
        """Whether this process may claim a row now. Posts of a channel go out one after another,
        so the channel's row is locked: who comes second leaves it to the first. Who takes over is
        in nobody's way but of those who are still there."""
        if not self._store.is_shared:
            return True
        channel = db.execute(
            "SELECT id FROM channels WHERE id = (SELECT channel_id FROM schedules WHERE id = ?)"
            " FOR NO KEY UPDATE SKIP LOCKED",
            (schedule_id,),
        ).fetchone()
        if (
            channel is None
            or not db.execute("SELECT 1 FROM senders WHERE name = ?", (lease.name,)).fetchone()
        ):
            return False
        who = " AND sender IN (SELECT name FROM senders)" if takes_over else ""
        return not db.execute(
            "SELECT 1 FROM schedules WHERE channel_id = ? AND status = 'sending' AND sender <> ?"
            f"{who} LIMIT 1",
            (channel[0], lease.name),
        ).fetchone()

    def lease_of(self, schedule_id: int) -> Lease:
        """Return the lease under which a row was claimed. Raises LeaseLost."""
        if schedule_id not in self._claimed:
            raise LeaseLost
        return self._claimed[schedule_id][0]

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
        """A waiting row with its key made, for what is handed over ahead; None if it is gone.
        Nobody else takes it until `give_back`."""
        name = self.leases.current.name
        with self._store.change() as db:
            changed = db.execute(
                "UPDATE schedules SET idempotency_key = COALESCE(idempotency_key, ?), sender = ?"
                f" WHERE id = ? AND status = 'not_sent' AND (record IS NULL OR {_GOES_ON_AHEAD})"
                f" AND {_IS_FREE}",
                (str(uuid.uuid4()), name, schedule_id, name),
            ).rowcount
            row = self._store.row("SELECT * FROM schedules WHERE id = ?", schedule_id)
        if row is None or changed != 1:
            return None
        is_open = not row["record"] or json_object(row["record"]).get("ahead") == "begun"
        return row if is_open else None

    def give_back(self, schedule_id: int) -> None:
        """End what `reserve` began."""
        self._change(
            "UPDATE schedules SET sender = '' WHERE id = ? AND status = 'not_sent' AND sender = ?",
            schedule_id,
            self.leases.current.name,
        )

    def keep_ahead(self, schedule_id: int, key: str, record: dict[str, Any]) -> bool:
        """Store what was handed over for a waiting row; False if it is gone or another one now."""
        changed = self._change(
            "UPDATE schedules SET record = ? WHERE id = ? AND status = 'not_sent'"
            f" AND idempotency_key = ? AND sender = ? AND (record IS NULL OR NOT {IS_BEGUN})",
            _json(record),
            schedule_id,
            key,
            self.leases.current.name,
        )
        return changed == 1

    def discard_unless_kept(
        self, schedule_id: int, channel_id: int, key: str, record: dict[str, Any], now: float
    ) -> None:
        """Have what was handed over be taken back, unless somebody goes on with it by its key."""
        self._change(
            f"{_DISCARD} WHERE NOT EXISTS (SELECT 1 FROM schedules WHERE id = ?"
            " AND idempotency_key = ? AND status IN ('not_sent', 'sending'))",
            channel_id,
            _json(record),
            now,
            schedule_id,
            key,
        )

    def begin_anew(self, row: Row, record: dict[str, Any], now: float) -> Row:
        """Have what was handed over for a claimed row be taken back; return it with a new key."""
        lease, fence = self._claimed.get(row["id"], (None, 0))
        key = str(uuid.uuid4())
        with self._store.change() as db:
            changed = db.execute(
                "UPDATE schedules SET idempotency_key = ?, record = NULL"
                f" WHERE id = ? AND {_IS_OURS}",
                (key, row["id"], lease.name if lease else "", fence),
            ).rowcount
            if changed != 1:
                raise LeaseLost
            db.execute(_DISCARD, (row["channel_id"], _json(record), now))
        return {**row, "idempotency_key": key, "record": None}

    def discards(self, now: float, limit: int) -> list[Row]:
        """What is to be taken back now."""
        return self._store.rows(
            "SELECT * FROM discards WHERE due_at <= ? ORDER BY due_at LIMIT ?", now, limit
        )

    def take_discard(self, discard: Row, until: float) -> bool:
        """Have nobody else take it back until then; False if somebody does that already."""
        return (
            self._change(
                "UPDATE discards SET due_at = ? WHERE id = ? AND due_at = ?",
                until,
                discard["id"],
                discard["due_at"],
            )
            == 1
        )

    def is_discarded(self, discard_id: int) -> None:
        self._change("DELETE FROM discards WHERE id = ?", discard_id)

    def discard_later(self, discard_id: int, due_at: float) -> None:
        self._change(
            "UPDATE discards SET due_at = ?, attempt = attempt + 1 WHERE id = ?", due_at, discard_id
        )

    def freeze(self, schedule_id: int, record: dict[str, Any], now: float) -> None:
        """Keeps what will be sent, before any of it leaves the computer."""
        self._stage(schedule_id, "uploading", record, now)

    def freeze_if(
        self,
        require_room: Callable[[list[OutgoingPost]], None],
        account_id: int,
        since: float,
        schedule_id: int,
        record: dict[str, Any],
        now: float,
    ) -> None:
        """Freeze a row unless `require_room` raises: it is given what its account published since
        then, and what is being published now. Of several posts of an account, at any sender, one
        after another looks and takes its place."""
        with self._store.change() as db:
            if self._store.is_shared:
                db.execute("SELECT id FROM accounts WHERE id = ? FOR NO KEY UPDATE", (account_id,))
            require_room(published(self._store, account_id, since, now, schedule_id))
            self._stage(schedule_id, "uploading", record, now, db)

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
    ) -> bool:
        """The post is out. `remark` says what of it is not, with the `record` to try that again."""
        return self._end(
            schedule_id,
            "status = 'success', error_msg = ?, send_time = ?, remote_post_id = ?,"
            " remote_post_link = ?, posted = ?, record = ?",
            _sentence(remark),
            int(now),
            result.id,
            result.url,
            _json(posted),
            _json(record),
        )

    def failed(
        self,
        schedule_id: int,
        reason: str,
        now: float,
        record: dict[str, Any] | None = None,
        result: Result | None = None,
        field: str = "",
    ) -> bool:
        """Refused for sure: nothing is out, or with a `result` the parts before. `field` is what of
        the post the reason is about."""
        return self._end(
            schedule_id,
            "status = 'error', error_msg = ?, error_field = ?, send_time = ?,"
            " record = COALESCE(?, record), remote_post_id = ?, remote_post_link = ?",
            _sentence(reason),
            field,
            int(now),
            _json(record),
            result.id if result else "",
            result.url if result else "",
        )

    def unknown(self, schedule_id: int, reason: str, record: dict[str, Any] | None = None) -> bool:
        """It may be out or not. Never sent again without the user's word."""
        return self._end(
            schedule_id,
            "status = 'unknown', error_msg = ?, record = COALESCE(?, record)",
            _sentence(reason),
            _json(record),
        )

    def later(
        self,
        schedule_id: int,
        due_at: float,
        reason: str,
        record: dict[str, Any] | None = None,
    ) -> bool:
        """Back to waiting: surely not out, to be tried again at `due_at`."""
        return self._end(
            schedule_id,
            "status = 'not_sent', error_msg = ?, record = COALESCE(?, record),"
            " due_at = max(due_at, ?)",
            _sentence(reason),
            _json(record),
            due_at,
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

    def taken(self, row: Row, delivery: Delivery, part: Part, *, apart: bool) -> set[str]:
        """Return the ids of posts that are not the part that is looked for (`taken_ids`)."""
        return taken_ids(self._store, row, delivery, part, apart=apart)

    def release(self, schedule_id: int) -> bool:
        """Back to waiting as if it had not been claimed: the interruption was not its fault."""
        return self._end(schedule_id, "status = 'not_sent', attempt = attempt - 1")

    def missed(self, schedule_id: int) -> bool:
        """Surely not out, and too late to go out by itself."""
        return self._end(schedule_id, "status = 'missed', error_msg = ?", _MISSED)

    def left(self, active: Collection[int]) -> list[Row]:
        """Return the rows that were being sent by who is not there any more, and those of this
        process that are not `active`. A row may have gone on since: `take_over` it."""
        self._forget_lost(active)
        condition = f" AND id NOT IN ({','.join('?' * len(active))})" if active else ""
        return self._store.rows(
            f"SELECT * FROM schedules WHERE status = 'sending' AND {_IS_FREE}{condition}"
            " ORDER BY id",
            self.leases.current.name,
            *active,
        )

    def take_over(self, left: Row) -> Row | None:
        """Claim a row that is `left`; None if it is somebody else's by now, or has an outcome, or
        if another sender is at a post of its channel: one of two would be taken for the other.

        Nobody in this process may be at work on it meanwhile.
        """
        lease = self.leases.current
        condition, values = "status = 'sending'", tuple[Any, ...]()
        if self._store.is_shared:
            # The values of a file may be damaged ones that were read as others.
            condition = f"{_IS_OURS} AND {_IS_FREE}"
            values = (left["sender"], left["fence"], lease.name)
        with self._store.change() as db:
            if not self._is_next(db, left["id"], lease, takes_over=True):
                return None
            changed = db.execute(
                f"UPDATE schedules SET sender = ?, fence = {_NEXT_FENCE} WHERE id = ?"
                f" AND {condition}",
                (lease.name, left["id"], *values),
            ).rowcount
            row = self._store.row("SELECT * FROM schedules WHERE id = ?", left["id"])
        if row is None or changed != 1:
            return None
        self._claimed[row["id"]] = lease, row["fence"]
        return row

    def _forget_lost(self, active: Collection[int]) -> None:
        """Forget the claims of earlier leases on which nobody works any more."""
        for schedule_id, (lease, _) in list(self._claimed.items()):
            if lease is not self.leases.current and schedule_id not in active:
                self._forget(schedule_id)

    def _forget(self, schedule_id: int) -> None:
        self._claimed.pop(schedule_id, None)

    def stop_waiting(self) -> None:
        """Wait for a database that is away no longer."""
        self._stopping.set()
        self._store.stop_waiting()

    def give_up(self) -> None:
        """Leave all claimed rows to others; nothing of them is under way any more."""
        with contextlib.suppress(DatabaseAway):
            name = self.leases.current.name
            self._change(
                "UPDATE schedules SET sender = ''"
                " WHERE sender = ? AND status IN ('sending', 'not_sent')",
                name,
            )
        self.leases.close()

    def miss(self, before: float) -> int:
        """Marks waiting rows that were due before `before` as missed. Returns how many."""
        if self.leases.has_others():
            return 0  # they were sending meanwhile
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

    def _change(self, sql: str, *values: Any) -> int:
        with self._store.change() as db:
            return db.execute(sql, values).rowcount

    def _end(self, schedule_id: int, columns: str, *values: Any) -> bool:
        """Write what became of a claimed row, and give it back; False if it is another sender's. A
        database that is away is waited for: nobody else knows it."""
        lease, fence = self._claimed.get(schedule_id, (None, 0))
        sql = f"UPDATE schedules SET {columns}, stage = '', sender = '' WHERE id = ? AND {_IS_OURS}"
        until = boot_seconds() + _OUTCOME_SECONDS
        while True:
            try:
                changed = self._change(
                    sql, *values, schedule_id, lease.name if lease else "", fence
                )
                break
            except DatabaseAway:
                if boot_seconds() > until or self._stopping.wait(_AGAIN):
                    raise
        self._claimed.pop(schedule_id, None)
        if changed != 1:
            log.warning("The outcome of schedule %d is written by another sender.", schedule_id)
        return changed == 1

    def _stage(
        self,
        schedule_id: int,
        stage: str,
        record: dict[str, Any],
        now: float,
        within: Transaction | None = None,
    ) -> None:
        lease, fence = self._claimed.get(schedule_id, (None, 0))
        is_there = " AND sender IN (SELECT name FROM senders)" if self._store.is_shared else ""
        with self._store.change() if within is None else contextlib.nullcontext(within) as db:
            changed = db.execute(
                "UPDATE schedules SET stage = ?, record = ?, stage_at = ?"
                f" WHERE id = ? AND {_IS_OURS}{is_there}",
                (stage, _json(record), now, schedule_id, lease.name if lease else "", fence),
            ).rowcount
        if changed != 1:
            raise LeaseLost


def _json(value: dict[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _sentence(reason: str) -> str:
    return clean(reason)[:800]
