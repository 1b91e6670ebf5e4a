"""Retries and deletes schedules safely."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from posto_desktop.common.translation import translatable

from .answers import as_int, unique
from .durations import read_age
from .errors import NetworkError, PostoError, ServiceError, SettingsError
from .lost_answers import look_again, unclear
from .record import Record, is_being_written
from .records import Schedule
from .schedule_lists import ScheduleList, SchedulePage
from .schedules import ROUTE, OneOrMore, ScheduleReader, is_empty, matches_filter

log = logging.getLogger("posto_desktop.sdk")

DELETE_AT_ONCE = 200

Ids = int | str | Schedule | Iterable[int | str | Schedule]

RETRIED = "retried"
HELD_BACK = "held_back"
NOT_FAILED = "not_failed"
NOT_FOUND = "not_found"
REFUSED = "refused"


class RetryResult(dict[int, str]):
    """Result by id: ``retried``, ``held_back`` (the post may be live), ``not_failed``,
    ``not_found`` or ``refused``. ``reasons`` holds a sentence for each one not retried. True if
    every id was retried."""

    def __init__(
        self, outcomes: Mapping[int, str] | None = None, reasons: Mapping[int, str] | None = None
    ) -> None:
        super().__init__(outcomes or {})
        self.reasons = dict(reasons or {})

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.outcomes}, {self.reasons})"

    def __bool__(self) -> bool:
        return self.success or is_being_written()

    @property
    def outcomes(self) -> dict[int, str]:
        return dict(self)

    @property
    def success(self) -> bool:
        """True if every id was retried."""
        return set(self.values()) == {RETRIED}

    @property
    def retried(self) -> list[int]:
        return [number for number, outcome in self.items() if outcome == RETRIED]

    @property
    def held_back(self) -> list[int]:
        return [number for number, outcome in self.items() if outcome == HELD_BACK]


@dataclass(frozen=True, eq=False)
class DeleteResult(Record):
    """The deleted ids and the kept ones, with a sentence for each kept one.

    True if nothing is left that should have been deleted; rows kept on purpose do not count. It
    also compares with True or False, which the published client returns. ``left`` are ids that
    could not be deleted because they are being sent right now. ``missing`` are ids that the service
    did not have.
    """

    _keys: ClassVar[dict[str, str]] = {"success": "success"}

    deleted: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return self.success or is_being_written()

    def __eq__(self, other: object) -> bool:
        return self.success is other if isinstance(other, bool) else super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]

    @property
    def success(self) -> bool:
        return not self.left


class ScheduleManager(ScheduleReader):
    """Lists (see `ScheduleReader`), retries and deletes schedules."""

    def retry(self, schedules: Ids, *, force: bool = False) -> RetryResult:
        """Retry failed posts, one or many.

        The service refuses the whole call if one row has not failed, so only failed rows are
        requested. Posts that may be live in spite of their error (a failed first comment, TikTok's
        slow processing, an unknown outcome) are held back unless `force`. After a lost answer the
        rows are read; only unchanged ones are requested again. Raises `ServiceError` with
        ``maybe_sent`` if they cannot be read either.
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
                reasons[number] = translatable("Sdk", "There is no schedule {number}.").format(
                    number=number
                )
            elif row.status not in {"error", "unknown"}:
                outcomes[number] = NOT_FAILED
                reasons[number] = translatable(
                    "Sdk", "Schedule {number} has not failed; it is “{status}”."
                ).format(number=number, status=row.status)
            elif row.may_be_live and not force:
                outcomes[number] = HELD_BACK
                reasons[number] = translatable(
                    "Sdk", "Schedule {number} may be live on {channel}: {reason}"
                ).format(
                    number=number,
                    channel=row.channel_name or translatable("Sdk", "the network"),
                    reason=row.error or translatable("Sdk", "nobody knows how it ended"),
                )
            else:
                (ready if row.status == "error" else unknown).append(number)
        refused = self._retry({number: known[number] for number in ready})
        for number in unknown:
            refused |= self._send_again(known[number])
        for number in [*ready, *unknown]:
            outcomes[number] = REFUSED if number in refused else RETRIED
        return RetryResult(
            {number: outcomes[number] for number in ids},
            {**reasons, **refused},
        )

    def _retry(self, rows: dict[int, Schedule]) -> dict[int, str]:
        """Make one call for all of these failed rows; return the refused ids with the reason."""

        def ask(ids: list[int]) -> None:
            self._transport.post(f"{ROUTE}/retry", {"ids": ids}, empty_ok=True)

        try:
            return self._until_changed(ask, rows)
        except ServiceError as error:
            if error.maybe_sent:
                raise
            if len(rows) > 1 and error.reason == "refused":
                # One row that changed meanwhile has the whole call refused: try each.
                refused: dict[int, str] = {}
                for number, row in rows.items():
                    refused |= self._retry({number: row})
                return refused
            return dict.fromkeys(rows, error.english_message)

    def _send_again(self, row: Schedule) -> dict[int, str]:
        """Send again a row of the local server with an unknown outcome."""

        def ask(ids: list[int]) -> None:
            [number] = ids
            body = {"id": number, "answer": "send_again"}
            self._transport.post("posto/v1/schedules/resolve", body, empty_ok=True)

        try:
            return self._until_changed(ask, {row.id: row})
        except ServiceError as error:
            if error.maybe_sent:
                raise
            return {row.id: error.english_message}

    def _until_changed(
        self, ask: Callable[[list[int]], None], rows: dict[int, Schedule]
    ) -> dict[int, str]:
        """Call `ask` with the ids of rows to change; return those that stayed the same, with the
        reason.

        After a lost answer the rows are read, and only unchanged ones requested again: the service
        refuses those on their way. Raises as `ask` if it surely changed nothing.
        """
        left, tried = dict(rows), 0
        while left:
            try:
                ask(list(left))
                return {}
            except (NetworkError, ServiceError) as error:
                if not error.maybe_sent or error.reason == "closed":
                    if not tried or isinstance(error, NetworkError):
                        raise
                    # An earlier call may have succeeded after the last look.
                    left = self._unchanged(left)
                    return dict.fromkeys(left, error.english_message)
                tried += 1
                log.warning("unclear answer, looking what became of it: %s", error)
                left = self._look_at(left, error)
                if left and not error.failure.repeats(self._transport.retries, tried):
                    why = f"{error.english_message} " + translatable(
                        "Sdk", "The schedule is as it was before."
                    )
                    return dict.fromkeys(left, why)
        return {}

    def _look_at(
        self, rows: dict[int, Schedule], cause: NetworkError | ServiceError
    ) -> dict[int, Schedule]:
        """Return those of the rows that are unchanged after a few looks."""
        same = dict(rows)

        def see() -> bool | None:
            nonlocal same
            same = self._unchanged(same)
            return None if same else True

        try:
            look_again(see, self._transport.rest)
        except PostoError as trouble:
            raise unclear(
                cause,
                translatable(
                    "Sdk",
                    "It is unknown whether the posts were retried: the list of schedules cannot "
                    "be read. Look there before you retry them.",
                ),
            ) from trouble
        return same

    def _unchanged(self, rows: dict[int, Schedule]) -> dict[int, Schedule]:
        """Return the unchanged rows; one that failed again has another time or error."""
        now = self.by_ids(list(rows))
        return {
            number: row
            for number, row in rows.items()
            if number in now and _mark(now[number]) == _mark(row)
        }

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

        Rows are always listed first and then deleted by their ids: a filter that the service does
        not know would delete everything. `older_than` is a span (``"7d"``) or a datetime, compared
        with the row's time. `exclude_ids` are always kept, and so are rows being sent. Raises
        `SettingsError` if nothing says what to delete (an empty filter included), and
        `ServiceError` with ``maybe_sent`` if the result is unknown.
        """
        excluded = set(_ids(exclude_ids)) if exclude_ids is not None else set()
        for name, value in (("statuses", status), ("networks", network), ("ages", older_than)):
            if value is not None and not isinstance(value, datetime) and is_empty(value):
                raise SettingsError(
                    translatable("Sdk", "The list of {name} is empty. Nothing was deleted.").format(
                        name=name
                    )
                )
        fits = matches_filter(status, network)
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
        reasons: dict[int, str] = {}
        seen: set[int] = set()
        for row in rows:
            seen.add(row.id)
            if row.id in excluded:
                reasons[row.id] = translatable("Sdk", "It was to be kept.")
            elif not fits(row) or not _before(row, limit):
                continue
            elif row.status == "sending":
                reasons[row.id] = translatable("Sdk", "It is being sent right now.")
            else:
                ids.append(row.id)
        result = self._delete(ids)
        sending = [number for number in reasons if number not in excluded]
        return DeleteResult(
            result.deleted,
            [*reasons, *result.kept],
            {**reasons, **result.reasons},
            [*sending, *result.left],
            [number for number in asked if number not in seen],
        )

    def _delete(self, ids: list[int]) -> DeleteResult:
        """Delete rows by their ids, and verify. Raises `ServiceError` with ``maybe_sent`` if the
        result cannot be read."""
        if not ids:
            return DeleteResult()
        why = translatable(
            "Sdk", "The service still lists it, as it does while a post is being sent."
        )
        cause: str | None = None
        for start in range(0, len(ids), DELETE_AT_ONCE):
            try:
                self._delete_some(ids[start : start + DELETE_AT_ONCE])
            except (NetworkError, ServiceError) as error:
                if not start and not error.maybe_sent:
                    raise
                if error.reason == "closed":
                    raise
                log.warning("unclear answer to a delete, looking what is left: %s", error)
                cause = error.english_message
                why = f"{cause} " + translatable("Sdk", "It is still listed.")
                break
        left = self._left(ids, cause)
        kept_ids = [number for number in ids if number in left]
        deleted_ids = [number for number in ids if number not in left]
        return DeleteResult(deleted_ids, kept_ids, dict.fromkeys(kept_ids, why), list(kept_ids))

    def _delete_some(self, ids: list[int]) -> None:
        self._transport.call(
            "DELETE",
            ROUTE,
            json={
                "include_all": False,
                "include_ids": ids,
                "exclude_ids": [],
                "filters": {"statuses": [], "social_networks": [], "planner_id": 0},
            },
            # Ids are never reused, so deleting them again changes nothing more.
            repeatable=True,
            empty_ok=True,
        )

    def _left(self, ids: list[int], cause: str | None) -> set[int]:
        """Return the ids that still exist after a few looks; `cause` is the problem of the
        answer."""
        left = list(ids)

        def see() -> bool | None:
            nonlocal left
            rows = self.by_ids(left)
            left = list(rows)
            # Waiting does not change a row that is being sent.
            return True if all(row.status == "sending" for row in rows.values()) else None

        try:
            look_again(see, self._transport.rest)
        except PostoError as trouble:
            sentences = (
                cause or translatable("Sdk", "The service was asked to delete the posts."),
                translatable(
                    "Sdk",
                    "It is unknown whether the posts were deleted: the list of schedules cannot "
                    "be read.",
                ),
                trouble.english_message,
                translatable("Sdk", "Look there again."),
            )
            raise ServiceError(
                f"unclear: the rows cannot be read after a delete: {trouble}",
                user_message=" ".join(sentences),
                reason="unclear",
                maybe_sent=True,
            ) from trouble
        return set(left)


def _mark(row: Schedule) -> tuple[Any, ...]:
    """Return the values that change when a row is retried."""
    return row.status, row.error, row.send_at


def _before(row: Schedule, limit: datetime | None) -> bool:
    return limit is None or (row.send_at is not None and row.send_at < limit)


def _ids(value: object) -> list[int]:
    """Return schedule ids from numbers, number texts, records, or several of them; each once."""
    many = [value] if isinstance(value, (int, str, Schedule)) else value
    if not isinstance(many, Iterable):
        raise SettingsError(f"A schedule is given by its number, not by {value!r}.")
    result = []
    for item in many:
        number = item.id if isinstance(item, Schedule) else as_int(item)
        if number is None:
            raise SettingsError(f"A schedule is given by its number, not by {item!r}.")
        result.append(number)
    return unique(result)


__all__ = ["DeleteResult", "RetryResult", "ScheduleList", "ScheduleManager", "SchedulePage"]
