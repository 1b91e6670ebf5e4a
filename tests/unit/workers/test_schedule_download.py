"""All pages of a plan are read, near ones first, whatever the service does meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posto_desktop.sdk.errors import NetworkError, ServiceError
from posto_desktop.sdk.records import Schedule
from posto_desktop.sdk.schedules import PAGE, SchedulePage
from posto_desktop.workers import schedule_download
from posto_desktop.workers.schedule import KnownSchedule, ScheduleChange, StringPool
from posto_desktop.workers.schedule_download import MAX_PARALLEL, ScheduleDownload

START = datetime.min


@pytest.fixture(autouse=True)
def _begin() -> None:
    """What is near to now is so when the test begins; the file may have been read an hour ago."""
    global START
    START = datetime.now(UTC)


def row(number: int, minutes: float, status: str = "not_sent", **more: Any) -> Schedule:
    return Schedule(
        number, "g", 1, send_at=START + timedelta(minutes=minutes), status=status, **more
    )


class Listing:
    """Pages of rows, newest first. `before` is called with the number of each request."""

    def __init__(self, rows: list[Schedule]) -> None:
        self.rows = rows
        self.asked: list[int] = []
        self.at_once = 0
        self.most_at_once = 0
        self.before: Callable[[int], object] = lambda count: None
        self.total: Callable[[int], int] = lambda real: real
        self.lock = threading.Lock()

    def page(
        self, number: int = 1, *, per_page: int = PAGE, status: Any = None, **_: Any
    ) -> SchedulePage:
        with self.lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            self.asked.append(number)
            count = len(self.asked)
        try:
            self.before(count)
            with self.lock:
                return self.answer(number, per_page, status)
        finally:
            with self.lock:
                self.at_once -= 1

    def answer(self, number: int, per_page: int, status: Any) -> SchedulePage:
        rows = [row for row in self.rows if not status or row.status in status]
        rows.sort(key=lambda item: (item.send_at, item.id), reverse=True)
        start = (number - 1) * per_page
        return SchedulePage(tuple(rows[start : start + per_page]), self.total(len(rows)))


def hours(count: int, ahead: int) -> list[Schedule]:
    """Rows an hour apart; what is over was sent."""
    return [
        row(number, (number - count + ahead) * 60 + 30, "not_sent")
        if number >= count - ahead
        else row(number, (number - count + ahead) * 60 + 30, "success")
        for number in range(count)
    ]


def read(schedule: KnownSchedule, listing: Listing, **more: Any) -> list[ScheduleChange]:
    return list(ScheduleDownload(schedule, listing, **more).steps())  # type: ignore[arg-type]


def ids(schedule: KnownSchedule) -> set[int]:
    return {row.id for row in schedule.rows}


@pytest.mark.parametrize("ahead", [0, 1, 200, 1999, 2999, 3000])
def test_the_first_step_has_the_rows_around_now(ahead: int) -> None:
    listing, schedule = Listing(hours(3000, ahead)), KnownSchedule()
    steps = ScheduleDownload(schedule, listing).steps()  # type: ignore[arg-type]
    first = next(steps)
    near = sorted(first.changed.values(), key=lambda row: abs(row.send_at - START))
    assert {row.id for row in near} >= {
        row.id
        for row in listing.rows
        if row.send_at and abs(row.send_at - START) < timedelta(hours=12)
    } or len(near) >= PAGE
    assert abs(near[0].send_at - START) <= timedelta(minutes=31)
    assert len(listing.asked) <= 6
    change = first
    for step in steps:
        change = change.merged_with(step)
    assert len(change.changed) == 3000
    assert ids(schedule) == set(range(3000))


def test_a_slow_service_counts_while_pages_are_read_that_may_have_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        schedule_download, "parallel_pages_for", lambda read_seconds, worked: MAX_PARALLEL
    )
    listing, together = Listing(hours(3000, 1000)), threading.Barrier(MAX_PARALLEL)
    listing.before = lambda count: together.wait(20) if 1 < count <= 1 + MAX_PARALLEL else None
    first = next(ScheduleDownload(KnownSchedule(), listing).steps())  # type: ignore[arg-type]
    assert sorted(listing.asked) == [1, 1, 19, 20, 21]  # page 1 for its total, and to count
    nearest = min(abs(row.send_at - START) for row in first.changed.values() if row.send_at)
    assert nearest <= timedelta(minutes=31)


@pytest.mark.parametrize("close", [1, 60])
def test_now_is_found_where_the_first_page_tells_nothing_of_it(
    monkeypatch: pytest.MonkeyPatch, close: int
) -> None:
    monkeypatch.setattr(
        schedule_download, "parallel_pages_for", lambda read_seconds, worked: MAX_PARALLEL
    )
    # The last hundred lie closer together than all others, or farther apart.
    rows = hours(3000, 1000)
    last = [row(5000 + number, 70_000 + number * 3600 / close) for number in range(100)]
    listing = Listing([*rows, *last])
    first = next(ScheduleDownload(KnownSchedule(), listing).steps())  # type: ignore[arg-type]
    nearest = min(abs(row.send_at - START) for row in first.changed.values() if row.send_at)
    assert nearest <= timedelta(minutes=31)
    assert len(listing.asked) <= 8


def test_now_is_found_where_the_service_cannot_count_what_is_ahead() -> None:
    class Deaf(Listing):
        def answer(self, number: int, per_page: int, status: Any) -> SchedulePage:
            return super().answer(number, per_page, None)

    listing = Deaf(hours(20_000, 7000))
    first = next(ScheduleDownload(KnownSchedule(), listing).steps())  # type: ignore[arg-type]
    nearest = min(abs(row.send_at - START) for row in first.changed.values() if row.send_at)
    assert nearest <= timedelta(minutes=31)
    assert len(listing.asked) <= 24


def test_several_pages_are_asked_for_at_once_but_not_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        schedule_download, "parallel_pages_for", lambda read_seconds, worked: MAX_PARALLEL
    )
    listing, together = Listing(hours(3000, 1000)), threading.Barrier(MAX_PARALLEL)

    def wait(count: int) -> None:
        if count >= 20 and not together.broken:
            try:
                together.wait(60)
            except threading.BrokenBarrierError:
                pass
            together.abort()

    listing.before = wait
    schedule = KnownSchedule()
    read(schedule, listing)
    assert listing.most_at_once == MAX_PARALLEL
    assert len(schedule) == 3000


def test_a_service_that_is_as_quick_as_we_are_is_asked_for_one_page_at_a_time() -> None:
    assert schedule_download.parallel_pages_for(0.053, 0.003) == MAX_PARALLEL
    assert schedule_download.parallel_pages_for(0.02, 0.003) == 2
    assert schedule_download.parallel_pages_for(0.004, 0.003) == 1
    assert schedule_download.parallel_pages_for(0.0, 0.0) == 1


def test_a_busy_service_is_asked_for_one_page_at_a_time() -> None:
    listing, refused = Listing(hours(2000, 1000)), [12, 13]

    def refuse(count: int) -> None:
        if count in refused:
            raise ServiceError("too much", status=429)

    listing.before = refuse
    schedule = KnownSchedule()
    read(schedule, listing)
    assert len(schedule) == 2000
    listing.before = lambda count: (_ for _ in ()).throw(ServiceError("no", status=500))
    with pytest.raises(ServiceError):
        read(schedule, listing)
    assert len(schedule) == 2000


def test_what_was_read_before_a_failure_is_kept_and_nothing_is_gone() -> None:
    listing, schedule = Listing(hours(3000, 1000)), KnownSchedule([row(9999, 5)])

    def fail(count: int) -> None:
        if count > 30:
            raise NetworkError("away")

    listing.before = fail
    with pytest.raises(NetworkError):
        read(schedule, listing)
    assert 500 < len(schedule) < 3000
    assert not schedule.is_read
    assert 9999 in ids(schedule)
    listing.before = lambda count: None
    assert 9999 in read(schedule, listing)[-1].removed
    assert ids(schedule) == set(range(3000))


def test_one_page_that_cannot_be_read_hides_only_its_rows() -> None:
    class Torn(Listing):
        def answer(self, number: int, per_page: int, status: Any) -> SchedulePage:
            if number == 7:
                raise ServiceError("nonsense", status=200, reason="unreadable")
            return super().answer(number, per_page, status)

    listing, schedule = Torn(hours(1000, 900)), KnownSchedule()
    read(schedule, listing)
    assert len(schedule) == 950
    schedule = KnownSchedule(listing.rows)
    assert not any(step.removed for step in read(schedule, listing))
    assert len(schedule) == 1000


@pytest.mark.parametrize("total", [0, 1, 49, 500, 999, 1001, 5000, 10**9])
def test_a_total_that_lies_hides_no_row(total: int) -> None:
    listing, schedule = Listing(hours(1000, 400)), KnownSchedule()
    listing.total = lambda real: total
    read(schedule, listing)
    assert ids(schedule) == set(range(1000))
    assert len(listing.asked) < 80


def test_a_service_that_gives_one_page_for_ever_comes_to_an_end() -> None:
    class Stuck(Listing):
        def answer(self, number: int, per_page: int, status: Any) -> SchedulePage:
            return super().answer(1, per_page, status)

    listing, schedule = Stuck(hours(5000, 2000)), KnownSchedule()
    read(schedule, listing)
    assert len(schedule) == PAGE
    assert len(listing.asked) < 60


def test_rows_that_a_doubtful_reading_missed_are_gone_after_the_second() -> None:
    listing = Listing(hours(1000, 400))
    listing.total = lambda real: real + 3  # as where rows are hidden while they are sent
    schedule = KnownSchedule(listing.rows)
    listing.rows = [row for row in listing.rows if row.id != 44]
    read(schedule, listing)
    assert 44 in ids(schedule)
    read(schedule, listing)
    assert 44 not in ids(schedule)


def test_what_was_read_singly_meanwhile_is_newer_than_a_page_asked_for_before() -> None:
    listing, schedule = Listing(hours(1000, 400)), KnownSchedule()
    steps = ScheduleDownload(schedule, listing).steps()  # type: ignore[arg-type]
    next(steps)
    stale = listing.rows[30]
    done = threading.Event()

    def put(count: int) -> None:
        if not done.is_set():
            done.set()

    listing.before = put
    moment = schedule.moment
    schedule.put([replace(stale, text="new words")], asked=[31])
    assert not schedule.apply_page([stale, listing.rows[31]], moment)
    assert schedule.known([30])[0].text == "new words"
    assert schedule.known([31]) == []
    steps.close()  # type: ignore[attr-defined]


@settings(max_examples=settings.default.max_examples // 2)
@given(
    st.sampled_from(["delete", "add", "both"]),
    st.lists(st.tuples(st.integers(2, 26), st.integers(0, 999)), max_size=12),
)
def test_rows_that_are_there_all_the_time_are_found_whatever_comes_and_goes(
    what: str, happenings: list[tuple[int, int]]
) -> None:
    """Deleted and added rows move others from page to page between two requests."""
    listing, schedule = Listing(hours(1000, 600)), KnownSchedule()
    still = set(range(1000))
    added: set[int] = set()

    def happen(count: int) -> None:
        with listing.lock:
            for number in [number for at, number in happenings if at == count]:
                if what == "delete" or (what == "both" and number % 2):
                    listing.rows = [row for row in listing.rows if row.id != number]
                    still.discard(number)
                elif number not in added:
                    added.add(number)
                    listing.rows = [*listing.rows, row(number + 5000, (number - 400) * 60 + 45)]

    listing.before = happen
    read(schedule, listing)
    listing.before = lambda count: None
    if what != "both":  # one that came for one that went does not show in the total
        assert ids(schedule) >= still
    read(schedule, listing)
    assert ids(schedule) == {row.id for row in listing.rows}


@given(
    st.lists(
        st.builds(
            row,
            st.integers(-5, 3000),
            st.integers(-4_000_000, 4_000_000),
            st.sampled_from(["not_sent", "?", ""]),
            text=st.text(max_size=5),
        ),
        max_size=400,
    )
)
def test_rows_of_any_kind_and_twice_are_all_taken(rows: list[Schedule]) -> None:
    schedule = KnownSchedule()
    read(schedule, Listing(rows))
    assert ids(schedule) == {row.id for row in rows}
    times = [row.send_at for row in schedule.rows]
    assert times == sorted(times, reverse=True)  # type: ignore[type-var]


def test_a_step_and_the_next_are_one_change() -> None:
    first_row, second_row = row(1, 1), row(2, 2)
    newer = replace(first_row, text="b")
    first = ScheduleChange({1: first_row, 2: second_row}, frozenset({3}), first=True)
    both = first.merged_with(
        ScheduleChange({1: newer, 3: second_row}, frozenset({2}), {1: first_row})
    )
    assert (both.changed, both.removed, both.before) == (
        {1: newer, 3: second_row},
        {2},
        {1: first_row},
    )
    assert both.first
    assert first.merged_with(ScheduleChange()) is first
    assert ScheduleChange().merged_with(first) == first


def test_rows_share_the_strings_that_say_the_same() -> None:
    words = ["a long", "text"]
    first_row, second_row = (
        row(n, n, text=" ".join(words), channel_name="".join(words)) for n in (1, 2)
    )
    sharing = StringPool()
    sharing.share(first_row)
    assert second_row.text is not first_row.text
    before = hash(second_row)
    assert sharing.share(second_row) is second_row
    assert second_row.text is first_row.text
    assert second_row.channel_name is first_row.channel_name
    assert hash(second_row) == before
