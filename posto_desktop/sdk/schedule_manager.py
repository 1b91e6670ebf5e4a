"""Retry and delete schedules, without surprises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .answers import unique
from .durations import read_age
from .errors import ServiceError, SettingsError
from .records import Schedule
from .schedules import ROUTE, OneOrMore, ScheduleList, SchedulePage, ScheduleReader

DELETE_AT_ONCE = 200
VERIFY_SINGLY = 20

Ids = int | str | Schedule | Iterable[int | str | Schedule]

RETRIED = "retried"
HELD_BACK = "held_back"
NOT_FAILED = "not_failed"
NOT_FOUND = "not_found"
REFUSED = "refused"


@dataclass(frozen=True)
class RetryResult(Mapping[int, str]):
    """What became of each id: ``retried``, ``held_back`` (the post may be live), ``not_failed``,
    ``not_found`` or ``refused``. ``reasons`` holds a sentence for each one not retried."""

    outcomes: dict[int, str] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)

    def __getitem__(self, key: int) -> str:
        return self.outcomes[key]

    def __iter__(self) -> Iterator[int]:
        return iter(self.outcomes)

    def __len__(self) -> int:
        return len(self.outcomes)

    def __bool__(self) -> bool:
        return self.success

    @property
    def success(self) -> bool:
        """Whether every id was retried."""
        return bool(self.outcomes) and set(self.outcomes.values()) == {RETRIED}

    @property
    def retried(self) -> list[int]:
        return [number for number, outcome in self.outcomes.items() if outcome == RETRIED]

    @property
    def held_back(self) -> list[int]:
        return [number for number, outcome in self.outcomes.items() if outcome == HELD_BACK]


@dataclass(frozen=True)
class DeleteResult:
    """The ids that were deleted and those that were kept, with a sentence why for each kept one.

    True when nothing that should have gone is left; rows that were to be kept do not count.
    ``left`` are the ids that should have gone and did not: they are being sent right now.
    """

    deleted: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return not self.left

    @property
    def success(self) -> bool:
        return not self.left


class ScheduleManager(ScheduleReader):
    """Lists (see `ScheduleReader`), retries and deletes schedules."""

    def retry(self, schedules: Ids, *, force: bool = False) -> RetryResult:
        """Send failed posts again, one or many.

        The service refuses the whole call when one row has not failed, so only failed rows are
        asked for. Posts that may be live in spite of their error (a failed first comment,
        TikTok's slow processing) are held back unless `force`.
        """
        ids = _ids(schedules)
        known = self.by_ids(ids)
        outcomes: dict[int, str] = {}
        reasons: dict[int, str] = {}
        ready = []
        for number in ids:
            row = known.get(number)
            if row is None:
                outcomes[number] = NOT_FOUND
                reasons[number] = f"There is no schedule {number}."
            elif row.status not in {"error", "unknown"}:
                outcomes[number] = NOT_FAILED
                reasons[number] = f"Schedule {number} has not failed; it is “{row.status}”."
            elif row.may_be_live and not force:
                outcomes[number] = HELD_BACK
                reasons[number] = (
                    f"Schedule {number} may be live on {row.channel_name or 'the network'}: "
                    f"{row.error or 'nobody knows how it ended'}"
                )
            else:
                outcomes[number] = RETRIED
                ready.append(number)
        if ready:
            try:
                self._transport.post(f"{ROUTE}/retry", {"ids": ready}, empty_ok=True)
            except ServiceError as error:
                if error.maybe_sent:
                    raise
                for number in ready:
                    outcomes[number] = REFUSED
                    reasons[number] = error.user_message
        return RetryResult({number: outcomes[number] for number in ids}, reasons)

    def delete(
        self,
        schedule_ids: Ids | None = None,
        exclude_ids: Ids | None = None,
        status: OneOrMore = None,
        older_than: str | datetime | None = None,
        all: bool = False,
        *,
        network: OneOrMore = None,
    ) -> DeleteResult:
        """Delete schedules by ids, or those that match filters, or all.

        By filter or `all` the rows are listed first and then deleted by their ids: on the service
        a filter that it does not know would delete everything. `older_than` is a span (``"7d"``)
        or a datetime, compared with the row's time. `exclude_ids` are kept in every case, and so
        are rows that are being sent.
        """
        excluded = set(_ids(exclude_ids)) if exclude_ids is not None else set()
        filtered = status is not None or network is not None or older_than is not None
        if schedule_ids is not None:
            ids = [number for number in _ids(schedule_ids) if number not in excluded]
            if filtered or all:
                rows = self.by_ids(ids)
                found = [row for row in rows.values() if self._fits(row, status, network)]
                if older_than is not None:
                    before = read_age(older_than, self._clock())
                    found = [row for row in found if row.send_at and row.send_at < before]
                ids = [row.id for row in found]
            return self._delete(ids)
        if not filtered and not all:
            raise SettingsError(
                "Say what to delete: ids, a status, a network, an age, or all=True. "
                "Nothing was deleted."
            )
        limit = read_age(older_than, self._clock()) if older_than is not None else None
        ids, kept = [], {}
        for row in self.iter(status=status, network=network):
            if row.id in excluded:
                kept[row.id] = "It was to be kept."
            elif limit is not None and (row.send_at is None or row.send_at >= limit):
                continue
            elif row.status == "sending":
                kept[row.id] = "It is being sent right now."
            else:
                ids.append(row.id)
        result = self._delete(ids)
        sending = [number for number in kept if number not in excluded]
        return DeleteResult(
            result.deleted,
            [*kept, *result.kept],
            {**kept, **result.reasons},
            [*sending, *result.left],
        )

    def _fits(self, row: Schedule, status: OneOrMore, network: OneOrMore) -> bool:
        from .schedules import _Filter

        return _Filter(status, network, None, None).fits(row)

    def _delete(self, ids: list[int]) -> DeleteResult:
        if not ids:
            return DeleteResult()
        for start in range(0, len(ids), DELETE_AT_ONCE):
            self._transport.call(
                "DELETE",
                ROUTE,
                json={
                    "include_all": False,
                    "include_ids": ids[start : start + DELETE_AT_ONCE],
                    "exclude_ids": [],
                    "filters": {"statuses": [], "social_networks": [], "planner_id": 0},
                },
                # Ids are never given twice, so deleting them again changes nothing more.
                repeatable=True,
                empty_ok=True,
            )
        if len(ids) > VERIFY_SINGLY:
            left = self._left_of_many(ids)
        else:
            with ThreadPoolExecutor(min(4, len(ids)), "posto-verify") as pool:
                left = {
                    n for n, there in zip(ids, pool.map(self._is_there, ids), strict=True) if there
                }
        kept = [number for number in ids if number in left]
        why = "The service kept it, as it does while a post is being sent."
        gone = [number for number in ids if number not in left]
        return DeleteResult(gone, kept, dict.fromkeys(kept, why), list(kept))

    def _is_there(self, number: int) -> bool:
        return any(row.id == number for row in self.page(1, schedule_id=number))

    def _left_of_many(self, ids: list[int]) -> set[int]:
        asked = set(ids)
        # Only rows that are being sent survive a deletion by id.
        return {row.id for row in self.iter() if row.id in asked}


def _ids(value: Any) -> list[int]:
    """Schedule ids from numbers, number texts, records, or several of them; each once."""
    many = [value] if isinstance(value, (int, str, Schedule)) else list(value)
    result = []
    for item in many:
        if isinstance(item, Schedule):
            result.append(item.id)
        elif isinstance(item, int) and not isinstance(item, bool):
            result.append(item)
        elif isinstance(item, str) and item.strip().isdecimal():
            result.append(int(item))
        else:
            raise SettingsError(f"A schedule is told by its number, not by {item!r}.")
    return unique(result)


__all__ = ["DeleteResult", "RetryResult", "ScheduleList", "ScheduleManager", "SchedulePage"]
