from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core.recurrence import LAST, MOST, Repeat, occurrences, wall_moment

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")


def local(
    repeat: Repeat, first: datetime, zone: ZoneInfo = BERLIN, most: int = MOST
) -> list[datetime]:
    return [
        occurrence.astimezone(zone) for occurrence in occurrences(repeat, first, zone, most=most)
    ]


def days(repeat: Repeat, first: datetime, most: int = 6) -> list[str]:
    return [f"{day:%a %d %b %Y}" for day in local(repeat, first, most=most)]


def at(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN)


def test_every_third_day() -> None:
    assert days(Repeat("day", 3, count=3), at(2026, 11, 28)) == [
        "Sat 28 Nov 2026",
        "Tue 01 Dec 2026",
        "Fri 04 Dec 2026",
    ]


def test_the_wall_clock_stays_when_the_clocks_change() -> None:
    moments = occurrences(Repeat("day", count=3), at(2026, 10, 24), BERLIN)
    assert [moment.astimezone(BERLIN).time() for moment in moments] == [time(9)] * 3
    assert [moment.hour for moment in moments] == [7, 8, 8]
    assert all(moment.tzinfo is UTC for moment in moments)


def test_a_skipped_time_moves_by_the_jump_and_the_next_day_is_right_again() -> None:
    # On 29 March 2026 the clocks in Berlin go from 2:00 to 3:00.
    moments = local(Repeat("day", count=3), at(2026, 3, 28, 2, 30))
    assert [f"{moment:%d %H:%M}" for moment in moments] == ["28 02:30", "29 03:30", "30 02:30"]


def test_the_others_keep_the_clock_that_was_asked_for() -> None:
    # "29 March 2:30" in Berlin is 3:30, and 2:30 is meant.
    first = at(2026, 3, 29, 3, 30)
    moments = occurrences(Repeat("day", count=3), first, BERLIN, clock=time(2, 30))
    assert [f"{moment.astimezone(BERLIN):%d %H:%M}" for moment in moments] == [
        "29 03:30",
        "30 02:30",
        "31 02:30",
    ]
    moments = occurrences(Repeat("month", month_day=30, count=2), first, BERLIN, clock=time(2, 30))
    assert [f"{moment.astimezone(BERLIN):%d %H:%M}" for moment in moments] == [
        "30 02:30",
        "30 02:30",
    ]


def test_of_a_repeated_time_the_first_counts_unless_the_second_was_chosen() -> None:
    # On 25 October 2026 2:30 comes twice: at 0:30 and at 1:30 UTC.
    moments = occurrences(Repeat("day", count=2), at(2026, 10, 24, 2, 30), BERLIN)
    assert moments[1] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert occurrences(Repeat("day", count=2), second, BERLIN)[0] == second
    assert wall_moment(date(2026, 10, 25), time(2, 30, fold=1), BERLIN) < second


def test_mondays_and_thursdays_every_second_week() -> None:
    repeat = Repeat("week", 2, weekdays=(3, 0))
    assert days(repeat, at(2026, 11, 25), 4) == [  # a Wednesday
        "Thu 26 Nov 2026",
        "Mon 07 Dec 2026",
        "Thu 10 Dec 2026",
        "Mon 21 Dec 2026",
    ]


def test_a_week_without_weekdays_repeats_the_first() -> None:
    assert days(Repeat("week"), at(2026, 11, 25), 2) == ["Wed 25 Nov 2026", "Wed 02 Dec 2026"]


def test_short_months_take_their_last_day() -> None:
    assert days(Repeat("month"), at(2027, 12, 31), 4) == [
        "Fri 31 Dec 2027",
        "Mon 31 Jan 2028",
        "Tue 29 Feb 2028",
        "Fri 31 Mar 2028",
    ]
    assert days(Repeat("month", month_day=LAST), at(2026, 2, 3), 2) == [
        "Sat 28 Feb 2026",
        "Tue 31 Mar 2026",
    ]


def test_a_day_that_is_over_this_month_begins_with_the_next() -> None:
    assert days(Repeat("month", month_day=10), at(2026, 11, 25), 2) == [
        "Thu 10 Dec 2026",
        "Sun 10 Jan 2027",
    ]


def test_the_second_tuesday_the_last_friday_and_the_fifth_monday() -> None:
    first = at(2026, 11, 1)
    assert days(Repeat("month", nth=2, nth_weekday=1), first, 2) == [
        "Tue 10 Nov 2026",
        "Tue 08 Dec 2026",
    ]
    assert days(Repeat("month", nth=LAST, nth_weekday=4), first, 2) == [
        "Fri 27 Nov 2026",
        "Fri 25 Dec 2026",
    ]
    # November has five Mondays, December four: it is left out.
    assert days(Repeat("month", nth=5, nth_weekday=0), first, 2) == [
        "Mon 30 Nov 2026",
        "Mon 29 Mar 2027",
    ]


def test_it_ends_with_the_day_that_was_named() -> None:
    repeat = Repeat("week", until=date(2026, 12, 9))
    assert days(repeat, at(2026, 11, 25, 23, 30)) == [
        "Wed 25 Nov 2026",
        "Wed 02 Dec 2026",
        "Wed 09 Dec 2026",
    ]
    assert occurrences(Repeat(until=date(2026, 11, 24)), at(2026, 11, 25), BERLIN) == []


def test_never_more_than_the_most_and_never_without_end() -> None:
    assert len(occurrences(Repeat("day"), at(2026, 11, 25), BERLIN)) == MOST
    assert len(occurrences(Repeat("day", count=5), at(2026, 11, 25), BERLIN, most=3)) == 3
    # Every 366 months there is one within the ten years that are looked at.
    assert len(occurrences(Repeat("month", 366), at(2026, 11, 25), BERLIN)) == 1
    assert occurrences(Repeat("month", 12), datetime(9999, 6, 1, tzinfo=UTC), BERLIN)


def test_the_day_is_that_of_the_zone() -> None:
    # 3:00 UTC on Thursday is Wednesday evening in New York.
    first = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
    moments = local(Repeat("week", count=2), first, NEW_YORK)
    assert [f"{moment:%a %H:%M}" for moment in moments] == ["Wed 22:00", "Wed 22:00"]


repeats = st.one_of(
    st.builds(Repeat, st.just("day"), st.integers(1, 30), count=st.none() | st.integers(1, 40)),
    st.builds(
        Repeat,
        st.just("week"),
        st.integers(1, 6),
        weekdays=st.lists(st.integers(0, 6), max_size=4).map(lambda l: tuple(sorted(set(l)))),
        until=st.none() | st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    ),
    st.builds(
        Repeat,
        st.just("month"),
        st.integers(1, 13),
        month_day=st.none() | st.sampled_from([LAST, 1, 15, 29, 31]),
    ),
    st.builds(
        Repeat,
        st.just("month"),
        st.integers(1, 5),
        nth=st.sampled_from([1, 2, 5, LAST]),
        nth_weekday=st.integers(0, 6),
    ),
)
moments = st.datetimes(
    datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.sampled_from([BERLIN, NEW_YORK])
)


@given(repeats, moments, st.sampled_from([BERLIN, NEW_YORK, ZoneInfo("Australia/Lord_Howe")]))
def test_moments_rise_are_limited_and_keep_the_clock(
    repeat: Repeat, first: datetime, zone: ZoneInfo
) -> None:
    moments = occurrences(repeat, first, zone)
    assert moments == sorted(set(moments))
    assert len(moments) <= min(MOST, repeat.count or MOST)
    start = first.astimezone(UTC).astimezone(zone)
    for moment in moments:
        here = moment.astimezone(zone)
        assert moment >= first
        if repeat.until is not None:
            assert here.date() <= repeat.until
        shift = datetime.combine(here.date(), here.time()) - datetime.combine(
            here.date(), start.time()
        )
        assert shift in (timedelta(0), timedelta(hours=1), timedelta(minutes=30))


@given(repeats)
def test_a_rule_comes_back_as_it_was(repeat: Repeat) -> None:
    assert Repeat.from_json(repeat.to_json()) == repeat


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit": "year"},
        {"every": 0},
        {"every": 400},
        {"weekdays": (7,)},
        {"unit": "month", "month_day": 0},
        {"unit": "month", "nth": 2},
        {"unit": "month", "nth": 6, "nth_weekday": 1},
        {"unit": "month", "nth": 1, "nth_weekday": 1, "month_day": 4},
        {"count": 201},
        {"count": 0},
    ],
)
def test_nonsense_is_refused_and_is_no_rule_when_it_is_read(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Repeat(**wrong)
    assert Repeat.from_json({**wrong, "weekdays": list(wrong.get("weekdays", ()))}) is None


values = st.none() | st.booleans() | st.integers(-3, 400) | st.text(max_size=5) | st.floats()


@given(
    st.dictionaries(
        st.sampled_from(["unit", "every", "weekdays", "nth", "nth_weekday", "until", "count"]),
        values | st.lists(values, max_size=3) | st.sampled_from(["day", "week", "2026-12-01"]),
    )
    | values
)
def test_whatever_is_read_is_a_rule_or_nothing(data: Any) -> None:
    repeat = Repeat.from_json(data)
    if repeat is not None:
        assert Repeat.from_json(repeat.to_json()) == repeat


@pytest.mark.parametrize(
    ("repeat", "after"),
    [
        (Repeat("week", weekdays=(0,)), Repeat("week")),
        (Repeat("week", weekdays=(0, 3)), Repeat("week", weekdays=(0, 3))),
        (Repeat("week", weekdays=(3,)), Repeat("week", weekdays=(3,))),
        (Repeat("month", month_day=30), Repeat("month")),
        (Repeat("month", month_day=LAST), Repeat("month", month_day=LAST)),
        (Repeat("month", nth=LAST, nth_weekday=0), Repeat("month", nth=LAST, nth_weekday=0)),
        (Repeat("day", 3), Repeat("day", 3)),
    ],
)
def test_a_rule_leaves_the_day_of_the_first_post_open(repeat: Repeat, after: Repeat) -> None:
    first = datetime(2026, 11, 30, 12, tzinfo=UTC)  # a Monday
    assert repeat.without_day_of(first) == after
    assert list(occurrences(after, first, UTC)) == list(occurrences(repeat, first, UTC))
