"""The plan is kept up to date with few requests, however many rows there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from posto_desktop.sdk.errors import NetworkError
from posto_desktop.sdk.records import Schedule
from posto_desktop.sdk.schedules import PAGE, SchedulePage
from posto_desktop.workers import schedule_refresh
from posto_desktop.workers.schedule import KnownSchedule
from tests.unit.workers.read_schedule import read


class Listing:
    """Pages as a service gives them, newest time first; counts the requests."""

    def __init__(self, rows: list[Schedule]) -> None:
        self.rows = rows
        self.pages: list[int] = []
        self.failing = False

    def page(
        self, number: int = 1, *, per_page: int = PAGE, status: Any = None, **_: Any
    ) -> SchedulePage:
        if self.failing:
            raise NetworkError("away")
        self.pages.append(number)
        rows = [row for row in self.rows if not status or row.status in status]
        ordered = sorted(rows, key=lambda row: (row.send_at, row.id), reverse=True)
        start = (number - 1) * per_page
        return SchedulePage(tuple(ordered[start : start + per_page]), len(rows))


def row(number: int, minutes: float, status: str = "not_sent") -> Schedule:
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    return Schedule(number, "g", 1, send_at=at, status=status)


@pytest.fixture
def many() -> Listing:
    """1,000 rows in the past, 2,000 in the future, an hour apart."""
    return Listing([row(number, (number - 1000) * 60 + 30) for number in range(3000)])


def ids(schedule: KnownSchedule) -> set[int]:
    return {row.id for row in schedule.rows}


def test_the_first_time_everything_is_read_with_progress(many: Listing) -> None:
    schedule = KnownSchedule()
    seen: list[tuple[int, int]] = []
    change = read(schedule, many, progress=lambda *now: seen.append(now))
    assert len(change.changed) == 3000
    assert set(many.pages) >= {*range(1, 61)}
    assert len(many.pages) <= 63  # the number of those ahead, and whether another page follows
    assert seen[-1] == (3000, 3000)
    assert [row.id for row in schedule.rows][:2] == [2999, 2998]
    assert schedule.is_read


def test_a_poll_reads_a_few_pages_and_sees_what_was_sent(many: Listing) -> None:
    schedule = KnownSchedule()
    read(schedule, many)
    many.pages.clear()
    assert not read(schedule, many)
    assert len(many.pages) <= 4
    due = next(n for n, row in enumerate(many.rows) if row.id == 999)
    many.rows[due] = replace(many.rows[due], status="success")
    change = read(schedule, many)
    assert list(change.changed) == [999]


def test_few_rows_are_simply_read_again() -> None:
    listing = Listing([row(number, number) for number in range(120)])
    schedule = KnownSchedule()
    read(schedule, listing)
    listing.rows = [replace(listing.rows[5], text="changed"), *listing.rows[10:]]
    change = read(schedule, listing)
    assert set(change.changed) == {5}
    assert change.removed == frozenset({0, 1, 2, 3, 4, 6, 7, 8, 9})
    assert ids(schedule) == {5, *range(10, 120)}


def test_rows_that_others_made_far_away_are_found(
    many: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = KnownSchedule()
    read(schedule, many)
    many.rows.append(row(7777, 60 * 900))
    monkeypatch.setattr(schedule_refresh, "_FULL_AT_MOST_EVERY", -1.0)
    monkeypatch.setattr(schedule_refresh, "_REST", 0)
    change = read(schedule, many)
    assert 7777 in change.changed
    many.rows = [row for row in many.rows if row.id != 2500]
    assert read(schedule, many).removed == frozenset({2500})


def test_full_reads_are_rare_even_when_the_numbers_never_fit(many: Listing) -> None:
    """A service that hides rows while it sends them gives another total each time."""
    schedule = KnownSchedule()
    read(schedule, many)
    many.rows = many.rows[1:]
    many.pages.clear()
    for _ in range(5):
        read(schedule, many)
    assert len(many.pages) < 25


def test_now_and_then_everything_is_read(many: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = KnownSchedule()
    read(schedule, many)
    many.rows[2990] = replace(many.rows[2990], text="changed by somebody, far away")
    many.rows[1500] = replace(many.rows[1500], text="changed by somebody, in the middle")
    assert 1500 not in read(schedule, many).changed
    monkeypatch.setattr(schedule_refresh, "_FULL_EVERY", -1.0)
    assert 1500 in read(schedule, many).changed


def test_a_failure_changes_nothing(many: Listing) -> None:
    schedule = KnownSchedule()
    read(schedule, many)
    many.failing = True
    with pytest.raises(NetworkError):
        read(schedule, many)
    assert len(schedule.rows) == 3000


def test_single_rows_are_taken_in() -> None:
    schedule = KnownSchedule([row(1, 1), row(2, 2)])
    assert not schedule.is_read
    change = schedule.put([row(3, 3)], asked=[2, 3])
    assert set(change.changed) == {3}
    assert change.removed == frozenset({2})
    assert ids(schedule) == {1, 3}
    assert not schedule.put([], asked=[2])


def test_rows_without_a_time_come_first() -> None:
    schedule = KnownSchedule([row(1, 1), replace(row(2, 2), send_at=None)])
    assert [row.id for row in schedule.rows] == [2, 1]
