from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core.campaign_results import CampaignPost, MessageResult
from posto_desktop.core.campaign_times import CampaignTime, OccupiedTime
from posto_desktop.models.campaign_timeline import MAX_BARS, timeline_of

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


def planned(*times: datetime | None) -> list[CampaignTime]:
    return [CampaignTime(place, f"m{place}", when) for place, when in enumerate(times)]


def kinds(timeline: object) -> list[str]:
    return [line.kind for line in timeline.lines]  # type: ignore[attr-defined]


def test_weeks_stand_over_their_posts_in_the_order_of_time() -> None:
    rows = planned(MONDAY + timedelta(days=7), MONDAY, MONDAY + timedelta(days=2))
    timeline = timeline_of(rows, {}, [], NOW, BERLIN)
    assert kinds(timeline) == ["week", "post", "post", "week", "post"]
    assert [line.words for line in timeline.lines if line.kind == "week"] == [
        "Week of 30 November",
        "Week of 7 December",
    ]
    assert [line.place for line in timeline.lines if line.kind == "post"] == [1, 2, 0]
    assert timeline.days == 8


def test_the_year_is_said_where_it_is_another_one() -> None:
    timeline = timeline_of(planned(datetime(2027, 1, 6, 9, tzinfo=UTC)), {}, [], NOW, BERLIN)
    assert timeline.lines[0].words == "Week of 4 January 2027"


def test_what_has_no_time_stands_at_the_end() -> None:
    timeline = timeline_of(planned(None, MONDAY), {}, [], NOW, BERLIN)
    assert kinds(timeline) == ["week", "post", "week", "untimed"]


def test_clocks_that_go_back_are_named_once() -> None:
    saturday = datetime(2026, 10, 24, 7, 0, tzinfo=UTC)
    rows = planned(saturday, saturday + timedelta(days=1), saturday + timedelta(days=2))
    timeline = timeline_of(rows, {}, [], datetime(2026, 10, 20, tzinfo=UTC), BERLIN)
    assert [line.words for line in timeline.lines if line.kind == "clocks"] == [
        "The clocks have gone back: UTC+1"
    ]


def test_a_skipped_time_a_past_one_and_a_clash_explain_themselves() -> None:
    later = MONDAY + timedelta(hours=2)
    clash = replace(
        planned(MONDAY)[0],
        clash=OccupiedTime(MONDAY - timedelta(minutes=18), 1, "instagram"),
        move_to=later,
    )
    timeline = timeline_of([clash], {}, [], NOW, BERLIN)
    assert (timeline.lines[2].words, timeline.lines[2].fix, timeline.lines[2].bad) == (
        "Instagram also posts at 8:42 that day",
        "Move to 11:00",
        False,
    )
    past = replace(planned(NOW - timedelta(days=3))[0], problem="past", move_to=MONDAY)
    line = timeline_of([past], {}, [], NOW, BERLIN).lines[2]
    assert (line.words, line.fix, line.bad) == (
        "This time has passed",
        "Move to Mon 30 Nov, 9:00",
        True,
    )
    skipped = replace(planned(MONDAY)[0], skipped=True)
    assert (
        "The clocks change that day" in timeline_of([skipped], {}, [], NOW, BERLIN).lines[2].words
    )


def test_what_was_handed_over_stands_where_the_plan_has_it_and_asks_nothing() -> None:
    post = CampaignPost("r", "e", "c", "m0", 0, MONDAY, "handed")
    moved = MONDAY + timedelta(days=1)
    row = replace(planned(MONDAY)[0], problem="past")
    timeline = timeline_of([row], {"m0": MessageResult(post, "scheduled", moved)}, [], NOW, BERLIN)
    assert kinds(timeline) == ["week", "post"]
    assert timeline.lines[1].when == moved


def test_the_chart_goes_from_monday_to_sunday_with_what_else_is_planned() -> None:
    other = [MONDAY + timedelta(days=1), MONDAY + timedelta(days=90)]
    timeline = timeline_of(planned(MONDAY + timedelta(days=2)), {}, other, NOW, BERLIN)
    assert [bar.first for bar in timeline.bars][:1] == [date(2026, 11, 30)]
    assert [(bar.own_posts, bar.other_posts) for bar in timeline.bars] == [
        (0, 0), (0, 1), (1, 0), (0, 0), (0, 0), (0, 0), (0, 0),
    ]  # fmt: skip
    assert [bar.is_weekend for bar in timeline.bars].count(True) == 2


@given(st.lists(st.integers(0, 4_000), min_size=1, max_size=40))
def test_every_post_has_its_line_and_its_place_in_a_bar(days: list[int]) -> None:
    rows = planned(*(MONDAY + timedelta(days=day) for day in days))
    timeline = timeline_of(rows, {}, [], NOW, BERLIN)
    assert sorted(line.place for line in timeline.lines if line.kind == "post") == list(
        range(len(days))
    )
    assert sum(bar.own_posts for bar in timeline.bars) == len(days)
    assert len(timeline.bars) <= MAX_BARS
    times = [line.when for line in timeline.lines if line.kind == "post" and line.when is not None]
    assert times == sorted(times)


def test_the_end_of_the_calendar_breaks_nothing() -> None:
    last = datetime(9999, 12, 31, 12, tzinfo=UTC)
    assert timeline_of(planned(last), {}, [last], NOW, UTC).bars
