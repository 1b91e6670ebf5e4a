"""Medians, ranks, groups and cells: properties that hold for any posts, also over clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from statistics import median as median_of
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posto_desktop.core.insights.best_times import best_times
from posto_desktop.core.insights.report import InsightsQuestion, answer, first_moment
from posto_desktop.core.insights.statistics import (
    ENOUGH,
    ENOUGH_IN_GROUP,
    PostInsights,
    bucket_of,
    median,
    ranked,
    spread_of,
    week_cells,
)
from posto_desktop.core.slots import Slot, SlotGroup

from .samples import NOW, post

FEW = settings(max_examples=settings.default.max_examples // 4)
numbers = st.floats(0, 1e6, allow_nan=False)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(
    lambda naive: naive.replace(tzinfo=UTC)
)
zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
).map(ZoneInfo)


@st.composite
def some_posts(draw: st.DrawFn) -> list[PostInsights]:
    count = draw(st.integers(0, 25))
    return [
        post(
            number,
            draw(st.none() | st.integers(0, 50).map(float)),
            channel_id=draw(st.integers(1, 3)),
            sent_at=draw(moments),
            labels=tuple(draw(st.lists(st.sampled_from("ab"), max_size=2, unique=True))),
        )
        for number in range(count)
    ]


@given(st.lists(numbers, min_size=1))
def test_the_median_is_that_of_the_library(values: list[float]) -> None:
    spread = spread_of(values)
    assert median(values) == pytest.approx(median_of(values))
    assert min(values) <= spread.low <= spread.median <= spread.high <= max(values)
    assert spread.n == len(values)
    half = sum(spread.low <= value <= spread.high for value in values)
    assert half * 2 >= len(values)


def test_nothing_has_no_median() -> None:
    with pytest.raises(ValueError, match="nothing"):
        median([])


@FEW
@given(some_posts(), zones)
def test_cells_sum_to_the_posts_in_every_zone(posts: list[PostInsights], zone: ZoneInfo) -> None:
    figures, _is_ranked = ranked(posts, "likes")
    assert len(figures) == sum(item.numbers is not None for item in posts)
    cells = week_cells(figures, zone)
    assert sum(cell.n for cell in cells.values()) == len(figures)
    for (day, hour), cell in cells.items():
        assert cell.is_few == (cell.n < ENOUGH_IN_GROUP)
        assert 0 <= day < 7
        assert 0 <= hour < 24


@FEW
@given(some_posts(), zones)
def test_buckets_and_groups_count_each_post_once(posts: list[PostInsights], zone: ZoneInfo) -> None:
    for days in (7, 30, 90, 365):
        report = answer(InsightsQuestion("likes", days=days), posts, NOW, zone)
        assert sum(group.n for group in report.times) == report.n
        assert sum(group.n for group in report.networks) == report.n
        labels = sum(len(figure.post.labels) for figure in report.figures)
        assert sum(group.n for group in report.labels) == labels
    assert report.published == len(posts)


@FEW
@given(some_posts())
def test_ranks_are_usual_in_the_middle(posts: list[PostInsights]) -> None:
    figures, is_ranked = ranked(posts, "likes")
    by_channel: dict[int, list[float]] = {}
    for figure in figures:
        by_channel.setdefault(figure.post.channel_id, []).append(figure.weight)
        assert is_ranked or figure.weight == figure.value
        assert not is_ranked or 0 < figure.weight < 100
    if is_ranked:
        for weights in by_channel.values():
            assert sum(weights) / len(weights) == pytest.approx(50)


def test_a_large_channel_does_not_outweigh_a_small_one() -> None:
    small = [post(n, float(n), channel_id=1, labels=("a",)) for n in range(10)]
    large = [post(50 + n, 1000.0 + n, channel_id=2, labels=("b",)) for n in range(10)]
    report = answer(InsightsQuestion("likes"), small + large, NOW, UTC)
    assert report.is_ranked
    assert [group.spread.median for group in report.labels] == [50, 50]


def test_the_hour_that_is_there_twice_is_one_cell() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    twice = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]  # 2:30 both
    figures, _ = ranked([post(n, 1.0, sent_at=at) for n, at in enumerate(twice)], "likes")
    assert {key: cell.n for key, cell in week_cells(figures, berlin).items()} == {(6, 2): 2}


def test_the_hours_of_a_channel_are_those_of_its_group_of_slots() -> None:
    slots = (Slot(0, time(9)),)
    groups = (
        SlotGroup("East", "w", (1,), slots, "America/New_York"),
        SlotGroup("South", "w", (2,), slots, "Australia/Sydney"),
        SlotGroup("Lost", "w", (3,), slots, "Mars/Base"),
    )
    monday = (datetime(2026, 11, 23, 14, tzinfo=UTC), datetime(2026, 11, 22, 22, tzinfo=UTC))
    eight = datetime(2026, 11, 23, 8, tzinfo=UTC)  # 9:00 in Berlin
    posts = [
        post(number, 1.0, channel_id=number + 1, sent_at=at)
        for number, at in enumerate((*monday, eight, eight))
    ]
    report = answer(InsightsQuestion("likes"), posts, NOW, ZoneInfo("Europe/Berlin"), groups, "w")
    assert {key: cell.n for key, cell in report.week.items()} == {(0, 9): 4}


def test_a_period_begins_at_local_midnight_also_over_a_clock_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    now = datetime(2026, 10, 27, 12, tzinfo=UTC)
    assert first_moment(7, now, berlin) == datetime(2026, 10, 20, 22, tzinfo=UTC)
    assert first_moment(1, now, berlin) == datetime(2026, 10, 26, 23, tzinfo=UTC)


def test_weeks_and_months() -> None:
    day = NOW.date()
    assert bucket_of(day, "week").isoformat() == "2026-11-23"
    assert bucket_of(day, "month").isoformat() == "2026-11-01"


def test_slots_are_recognised_within_minutes() -> None:
    monday = datetime(2026, 11, 23, 9, 3, tzinfo=UTC)
    group = SlotGroup(slots=(Slot(0, time(9)),))
    posts = [post(1, 1.0, sent_at=monday), post(2, 2.0, sent_at=monday + timedelta(hours=1))]
    report = answer(InsightsQuestion("likes"), posts, NOW, UTC, [group])
    assert {item.key: item.n for item in report.slots} == {"0 09:00": 1, "": 1}
    assert answer(InsightsQuestion("likes"), posts, NOW, UTC).slots == ()


def test_engagement_says_what_it_is_made_of() -> None:
    counted = post(1, numbers={"likes": 2.0, "shares": 1.0, "views": 80.0})
    report = answer(InsightsQuestion(), [counted, post(2)], NOW, UTC)
    assert (report.n, report.published) == (1, 2)
    assert report.figures[0].value == 3.0
    assert report.figures[0].parts == {"likes": 2.0, "shares": 1.0}
    assert report.parts == (("mastodon", ("likes", "shares")),)


def weekly(count: int, best_hour: int = 18) -> list[PostInsights]:
    """Posts at 9 and at another hour of Mondays, of which the later ones do better."""
    posts = []
    for number in range(count):
        hour = best_hour if number % 2 else 9
        at = datetime(2026, 11, 23, hour, tzinfo=UTC) - timedelta(weeks=number // 2)
        posts.append(post(number, 100.0 + number if number % 2 else float(number), sent_at=at))
    return posts


def test_best_times_need_twenty_posts() -> None:
    assert best_times(weekly(ENOUGH - 1), UTC).slots == ()
    assert best_times(weekly(ENOUGH - 1), UTC).n == ENOUGH - 1
    assert best_times(weekly(ENOUGH), UTC).slots == (Slot(0, time(18)),)
    without = [post(100 + n) for n in range(30)]
    assert best_times(weekly(ENOUGH - 1) + without, UTC).slots == ()


def test_where_all_times_are_alike_none_is_best() -> None:
    same = [post(n, 5.0) for n in range(40)]
    assert best_times(same, UTC).slots == ()


def test_one_lucky_post_makes_no_best_time() -> None:
    usual = [post(n, float(n % 7), sent_at=NOW - timedelta(days=7 * n)) for n in range(30)]
    lucky = post(99, 9000.0, sent_at=NOW - timedelta(days=3, hours=5))
    assert Slot(3, time(7)) not in best_times([*usual, lucky], UTC).slots


@FEW
@given(some_posts(), zones, st.integers(0, 30))
def test_best_times_are_apart_and_few(
    posts: list[PostInsights], zone: ZoneInfo, count: int
) -> None:
    best = best_times(posts, zone, count=count, measure="likes")
    assert len(best.slots) <= (count or 5)
    tried = {
        (at.weekday(), at.hour)
        for item in posts
        if item.numbers is not None and (at := item.sent_at.astimezone(zone))
    }
    for slot in best.slots:
        assert (slot.weekday, slot.at.hour) in tried
        same_day = [other.at.hour for other in best.slots if other.weekday == slot.weekday]
        assert all(abs(hour - slot.at.hour) >= 3 or hour == slot.at.hour for hour in same_day)
