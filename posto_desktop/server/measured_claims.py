"""Counts and logs what the sender's transactions bring about."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any

from posto_desktop.server import log_format
from posto_desktop.server.claims import Claims
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.leases import Leases
from posto_desktop.server.measurements import Measurements
from posto_desktop.server.publishers.base import Result
from posto_desktop.server.rows import Row

__all__ = ["MeasuredClaims"]


@dataclass
class _Attempt:
    """A row in work. `calling_since` is when the call that publishes was made, by the monotonic
    clock; None where that is not known, or was made more than once."""

    network: str
    due_at: float
    claimed_at: float
    calling_since: float | None = None
    calls: int = 0


class MeasuredClaims(Claims):
    """`Claims`, with each outcome counted once it is stored."""

    def __init__(
        self, store: ServerDatabase, leases: Leases | None, measurements: Measurements
    ) -> None:
        super().__init__(store, leases)
        self._measurements = measurements
        self._attempts: dict[int, _Attempt] = {}
        self._attempts_lock = threading.Lock()

    def claim(self, schedule_id: int, now: float) -> Row | None:
        row = super().claim(schedule_id, now)
        if row is not None:
            log_format.begin_post(schedule_id, row["channel_id"], row["social_network"])
            self._begin(row)
        return row

    def publishing(self, schedule_id: int, record: dict[str, Any], now: float) -> None:
        super().publishing(schedule_id, record, now)
        attempt = self._attempt(schedule_id)
        attempt.calls += 1
        # A second one without an answer between: the first one's was unclear and is looked up.
        attempt.calling_since = time.monotonic() if attempt.calls == 1 else None

    def freeze(self, schedule_id: int, record: dict[str, Any], now: float) -> None:
        self._note_answer(schedule_id)
        super().freeze(schedule_id, record, now)

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
        self._note_answer(schedule_id)
        is_written = super().sent(schedule_id, result, posted, now, remark=remark, record=record)
        attempt = self._end_attempt(schedule_id, is_written, "sent")
        if is_written:
            self._measurements.sent.add(attempt.network)
            self._measurements.delay.observe(max(0.0, now - attempt.due_at), attempt.network)
        return is_written

    def failed(
        self,
        schedule_id: int,
        reason: str,
        now: float,
        record: dict[str, Any] | None = None,
        result: Result | None = None,
        field: str = "",
    ) -> bool:
        self._note_answer(schedule_id)
        is_written = super().failed(schedule_id, reason, now, record, result, field)
        attempt = self._end_attempt(schedule_id, is_written, "failed", reason)
        self._measurements.failed.add(attempt.network, count=int(is_written))
        return is_written

    def unknown(self, schedule_id: int, reason: str, record: dict[str, Any] | None = None) -> bool:
        is_written = super().unknown(schedule_id, reason, record)
        attempt = self._end_attempt(schedule_id, is_written, "unclear", reason)
        self._measurements.unclear.add(attempt.network, count=int(is_written))
        return is_written

    def later(
        self,
        schedule_id: int,
        due_at: float,
        reason: str,
        record: dict[str, Any] | None = None,
    ) -> bool:
        self._note_answer(schedule_id)
        is_written = super().later(schedule_id, due_at, reason, record)
        attempt = self._end_attempt(schedule_id, is_written, "put off", reason)
        self._measurements.retries.add(attempt.network, count=int(is_written))
        return is_written

    def release(self, schedule_id: int) -> bool:
        is_written = super().release(schedule_id)
        self._forget(schedule_id)
        return is_written

    def take_over(self, left: Row) -> Row | None:
        row = super().take_over(left)
        if row is not None:
            self._begin(row)
        return row

    def missed(self, schedule_id: int) -> bool:
        is_written = super().missed(schedule_id)
        self._end_attempt(schedule_id, is_written, "missed")
        self._measurements.missed.add(count=int(is_written))
        return is_written

    def miss(self, before: float) -> int:
        count = super().miss(before)
        self._measurements.missed.add(count=count)
        return count

    def _begin(self, row: Row) -> _Attempt:
        attempt = _Attempt(
            str(row["social_network"]),
            # A retry moves `due_at`; the time that the person chose stays.
            float(row["send_time"] or row["due_at"] or 0),
            time.monotonic(),
        )
        with self._attempts_lock:
            self._attempts[row["id"]] = attempt
        return attempt

    def _attempt(self, schedule_id: int) -> _Attempt:
        with self._attempts_lock:
            known = self._attempts.get(schedule_id)
        if known is not None:
            return known
        # It was claimed before this process began, or by another one.
        row = self._store.row("SELECT * FROM schedules WHERE id = ?", schedule_id)
        return self._begin(row) if row is not None else _Attempt("", 0.0, time.monotonic())

    def _note_answer(self, schedule_id: int) -> None:
        attempt = self._attempt(schedule_id)
        if attempt.calling_since is not None:
            seconds = time.monotonic() - attempt.calling_since
            self._measurements.publishing.observe(seconds, attempt.network)
        attempt.calling_since, attempt.calls = None, 0

    def _end_attempt(
        self, schedule_id: int, is_written: bool, outcome: str, reason: str = ""
    ) -> _Attempt:
        """Log what became of a row, unless another sender decides that."""
        attempt = self._attempt(schedule_id)
        if is_written:
            log_format.EVENTS.info(
                "Post %d: %s%s", schedule_id, outcome, f": {reason}" if reason else "",
                extra={"fields": {
                    "schedule": schedule_id,
                    "network": attempt.network,
                    "outcome": outcome,
                    "duration": round(time.monotonic() - attempt.claimed_at, 3),
                }},
            )  # fmt: skip
        self._forget(schedule_id)
        log_format.end_post()
        return attempt

    def _forget(self, schedule_id: int) -> None:
        super()._forget(schedule_id)
        with self._attempts_lock:
            self._attempts.pop(schedule_id, None)
