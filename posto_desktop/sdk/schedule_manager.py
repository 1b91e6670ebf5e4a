"""Retry and delete schedules, without surprises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .answers import as_int, unique
from .durations import read_age
from .errors import NetworkError, PostoError, ServiceError, SettingsError
from .records import Schedule
from .schedule_lists import ScheduleList, SchedulePage
from .schedules import ROUTE, OneOrMore, ScheduleReader, is_empty, wanted

DELETE_AT_ONCE = 200

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
    ``missing`` are ids that the service did not have in the first place.
    """

    deleted: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)

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
        TikTok's slow processing, an outcome nobody knows) are held back unless `force`. When the
        answer is lost the rows are read again; the call is never repeated. Raises `ServiceError`
        or `NetworkError` with ``maybe_sent`` when that does not tell either.
        """
        ids = _ids(schedules)
        known = self.by_ids(ids)
        outcomes: dict[int, str] = {}
        reasons: dict[int, str] = {}
        ready: list[int] = []
        unknown: list[int] = []
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
                (ready if row.status == "error" else unknown).append(number)
        refused = self._retry(ready)
        for number in unknown:
            refused |= self._send_again(number)
        for number in [*ready, *unknown]:
            outcomes[number] = REFUSED if number in refused else RETRIED
        return RetryResult(
            {number: outcomes[number] for number in ids},
            {**reasons, **refused},
        )

    def _retry(self, ids: list[int]) -> dict[int, str]:
        """One call for all; the refused ids with the reason."""
        if not ids:
            return {}
        try:
            self._transport.post(f"{ROUTE}/retry", {"ids": ids}, empty_ok=True)
        except (NetworkError, ServiceError) as error:
            if error.maybe_sent:
                return self._unclear(ids, error)
            if not isinstance(error, ServiceError):
                raise
            if len(ids) > 1 and error.reason == "refused":
                # One row that changed meanwhile has the whole call refused: ask for each.
                refused: dict[int, str] = {}
                for number in ids:
                    refused |= self._retry([number])
                return refused
            return dict.fromkeys(ids, error.user_message)
        return {}

    def _send_again(self, number: int) -> dict[int, str]:
        """A row of the embedded workspace whose outcome nobody knows."""
        try:
            self._transport.post(
                "posto/v1/schedules/resolve",
                {"id": number, "answer": "send_again"},
                empty_ok=True,
            )
        except (NetworkError, ServiceError) as error:
            if error.maybe_sent:
                return self._unclear([number], error, "unknown")
            if not isinstance(error, ServiceError):
                raise
            return {number: error.user_message}
        return {}

    def _unclear(
        self, ids: list[int], cause: NetworkError | ServiceError, before: str = "error"
    ) -> dict[int, str]:
        """After a lost answer: rows that have left their state are on their way again."""
        try:
            rows = self.by_ids(ids)
        except PostoError:
            raise cause from None
        same = [number for number in ids if number in rows and rows[number].status == before]
        why = f"{cause.user_message} The schedule is as it was before."
        return dict.fromkeys(same, why)

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

        In every case the rows are listed first and then deleted by their ids: on the service a
        filter that it does not know would delete everything. `older_than` is a span (``"7d"``)
        or a datetime, compared with the row's time. `exclude_ids` are kept in every case, and so
        are rows that are being sent. Raises `SettingsError` when nothing says what to delete; an
        empty filter counts as that.
        """
        excluded = set(_ids(exclude_ids)) if exclude_ids is not None else set()
        for name, value in (("statuses", status), ("networks", network), ("ages", older_than)):
            if value is not None and not isinstance(value, datetime) and is_empty(value):
                raise SettingsError(f"The list of {name} is empty. Nothing was deleted.")
        fits = wanted(status, network)
        limit = read_age(older_than, self._clock()) if older_than is not None else None
        asked: list[int] = []
        rows: Iterable[Schedule]
        if schedule_ids is not None:
            asked = _ids(schedule_ids)
            rows = self.by_ids(asked).values()
        elif all or status is not None or network is not None or limit is not None:
            rows = self.iter(status=status, network=network)
        else:
            raise SettingsError(
                "Say what to delete: ids, a status, a network, an age, or all=True. "
                "Nothing was deleted."
            )
        ids: list[int] = []
        kept: dict[int, str] = {}
        seen: set[int] = set()
        for row in rows:
            seen.add(row.id)
            if row.id in excluded:
                kept[row.id] = "It was to be kept."
            elif not fits(row) or not _before(row, limit):
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
            [number for number in asked if number not in seen],
        )

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
        left = self.by_ids(ids)
        kept = [number for number in ids if number in left]
        why = "The service kept it, as it does while a post is being sent."
        gone = [number for number in ids if number not in left]
        return DeleteResult(gone, kept, dict.fromkeys(kept, why), list(kept))


def _before(row: Schedule, limit: datetime | None) -> bool:
    return limit is None or (row.send_at is not None and row.send_at < limit)


def _ids(value: Any) -> list[int]:
    """Schedule ids from numbers, number texts, records, or several of them; each once."""
    many = [value] if isinstance(value, (int, str, Schedule)) else value
    if not isinstance(many, Iterable):
        raise SettingsError(f"A schedule is told by its number, not by {value!r}.")
    result = []
    for item in many:
        number = item.id if isinstance(item, Schedule) else as_int(item)
        if number is None:
            raise SettingsError(f"A schedule is told by its number, not by {item!r}.")
        result.append(number)
    return unique(result)


__all__ = ["DeleteResult", "RetryResult", "ScheduleList", "ScheduleManager", "SchedulePage"]
