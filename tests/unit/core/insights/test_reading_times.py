"""When the insights of a post are read, with a clock that is turned."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core.insights.reading_times import (
    AGES,
    DAY,
    HOUR,
    LONGEST,
    next_reading,
    pause_after,
)

SENT = 1_790_000_000.0


def readings(awake: list[tuple[float, float]]) -> list[float]:
    """Return the ages in hours at which a post is read by an app that runs in these times only."""
    ages: list[float] = []
    read_at: float | None = None
    for begin, end in awake:
        now = SENT + begin
        while (following := next_reading(SENT, read_at, now)) is not None:
            now = max(now, following.at)
            if now > SENT + end:
                break
            read_at = now
            ages.append((now - SENT) / HOUR)
    return ages


def test_a_post_is_read_after_an_hour_a_day_a_week_and_daily_for_30_days() -> None:
    ages = readings([(0, 40 * DAY)])
    assert ages[:4] == [1, 24, 48, 72]
    assert 24 * 7 in ages
    assert len(ages) == 30
    assert ages[-1] < LONGEST / HOUR


def test_what_was_missed_for_too_long_is_not_made_up_for() -> None:
    assert readings([(5 * HOUR, 6 * HOUR), (60 * HOUR, 61 * HOUR)]) == [5, 60]


def test_a_reading_that_is_a_little_late_counts_for_its_age() -> None:
    ages = readings([(2 * HOUR, 3 * HOUR), (30 * HOUR, 31 * HOUR), (8 * DAY, 8 * DAY + HOUR)])
    assert ages == [2, 30, 8 * 24]


def test_one_reading_after_a_long_pause_not_one_for_each_missed_day() -> None:
    assert readings([(0, DAY), (20 * DAY, 20 * DAY + HOUR)])[-1:] == [20 * 24]
    assert len(readings([(0, DAY), (20 * DAY, 20 * DAY + HOUR)])) == 3


def test_an_old_post_is_left_alone() -> None:
    assert next_reading(SENT, None, SENT + LONGEST) is None


@given(st.lists(st.floats(0, 35 * DAY), max_size=6, unique=True).map(sorted))
def test_whoever_is_awake_at_a_mark_reads_it(moments: list[float]) -> None:
    spans = list(zip(moments[::2], moments[1::2], strict=False))
    ages = readings(spans)
    assert all(later - earlier > 0.99 for earlier, later in pairwise(ages))
    assert all(1 <= age < LONGEST / HOUR for age in ages)
    for age in AGES:
        in_time = [a for a in ages if age.since <= a * HOUR < age.until]
        if any(begin <= age.since <= end for begin, end in spans):
            assert in_time


@pytest.mark.parametrize(("failures", "hours"), [(1, 1), (2, 2), (4, 8), (9, 24), (900, 24)])
def test_a_failing_post_is_tried_less_and_less(failures: int, hours: float) -> None:
    assert pause_after(failures) == hours * HOUR
