from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core import bulk_reschedule
from posto_desktop.core.bulk_reschedule import TimeShift, read_shift, shifted
from posto_desktop.core.slots import Slot, SlotGroup
from posto_desktop.sdk.errors import WhenError
from posto_desktop.sdk.records import Schedule

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), UTC]
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)


def schedule(number: int, at: datetime | None = NOW, **changes: object) -> Schedule:
    values: dict[str, object] = {
        "id": number,
        "group_id": f"g{number}",
        "channel_id": 1,
        "status": "not_sent",
        "send_at": at,
    }
    return Schedule(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "shift"),
    [
        ("+1 day 2 hours", TimeShift(days=1, seconds=7200)),
        ("1d 2h", TimeShift(days=1, seconds=7200)),
        ("-30 min", TimeShift(seconds=-1800)),
        ("−1 week", TimeShift(days=-7)),
        ("- 1 month", TimeShift(months=-1)),
        ("2 days earlier", TimeShift(days=-2)),
        ("2 days later", TimeShift(days=2)),
        ("1 Tag und 2 Stunden", TimeShift(days=1, seconds=7200)),
        ("1.5 days", TimeShift(days=1, seconds=43200)),
        ("half an hour", TimeShift(seconds=1800)),
    ],
)
def test_lengths_are_read(text: str, shift: TimeShift) -> None:
    assert read_shift(text) == shift


@pytest.mark.parametrize("text", ["", "+", "tomorrow", "0 days", "9:00", "1", "x" * 500, "+-1 day"])
def test_what_is_no_length_is_refused_in_words(text: str) -> None:
    with pytest.raises(WhenError) as caught:
        read_shift(text)
    assert caught.value.user_message


def test_a_day_keeps_the_clock_where_the_clocks_change() -> None:
    before = datetime(2026, 10, 24, 9, 0, tzinfo=BERLIN)  # summer time ends the night after
    after = shifted(before, TimeShift(days=1), BERLIN)
    assert after.astimezone(BERLIN) == datetime(2026, 10, 25, 9, 0, tzinfo=BERLIN)
    assert after - before == timedelta(hours=25)
    assert shifted(before, TimeShift(seconds=86400), BERLIN) - before == timedelta(hours=24)


def test_a_time_that_the_clocks_skip_becomes_later() -> None:
    before = datetime(2026, 3, 28, 2, 30, tzinfo=BERLIN)
    after = shifted(before, TimeShift(days=1), BERLIN).astimezone(BERLIN)
    assert (after.hour, after.minute) == (3, 30)


def test_a_month_without_that_day_ends_earlier() -> None:
    before = datetime(2026, 1, 31, 9, 0, tzinfo=BERLIN)
    after = shifted(before, TimeShift(months=1), BERLIN).astimezone(BERLIN)
    assert (after.month, after.day, after.hour) == (2, 28, 9)


@given(MOMENTS, st.integers(-400, 400), st.sampled_from(ZONES))
def test_days_there_and_back_keep_the_wall_clock(moment: datetime, days: int, zone: object) -> None:
    moved = shifted(moment, TimeShift(days=days), zone)  # type: ignore[arg-type]
    assert moved.tzinfo is UTC
    local, old = moved.astimezone(zone), moment.astimezone(zone)  # type: ignore[arg-type]
    assert (local.date() - old.date()).days == days
    # Where the clocks skip the time it is later, by as much as they jump.
    late = (local.hour * 60 + local.minute) - (old.hour * 60 + old.minute)
    assert late in (0, 30, 60)


@given(MOMENTS, st.integers(-(10**6), 10**6), st.sampled_from(ZONES))
def test_seconds_are_time_that_passes(moment: datetime, seconds: int, zone: object) -> None:
    moved = shifted(moment, TimeShift(seconds=seconds), zone)  # type: ignore[arg-type]
    assert moved - moment == timedelta(seconds=seconds)


def test_the_end_of_the_calendar_is_an_error() -> None:
    with pytest.raises(OverflowError):
        shifted(datetime(9999, 12, 1, tzinfo=UTC), TimeShift(months=12), UTC)


@given(st.integers(0, 300), MOMENTS, st.timedeltas(timedelta(0), timedelta(days=90)))
def test_even_spreading(count: int, first: datetime, length: timedelta) -> None:
    times = bulk_reschedule.between(count, first, first + length)
    assert len(times) == count
    assert times == sorted(times)
    assert all(moment.second == moment.microsecond == 0 for moment in times)
    if count:
        assert times[0] == first.replace(second=0, microsecond=0)
    if count > 1:
        assert times[-1] == (first + length).replace(second=0, microsecond=0)
        steps = {(b - a) for a, b in pairwise(times)}
        assert max(steps) - min(steps) <= timedelta(minutes=2)


def test_every_some_minutes() -> None:
    times = bulk_reschedule.every(3, NOW, 90)
    assert times == [NOW, NOW + timedelta(minutes=90), NOW + timedelta(minutes=180)]


def test_slots_that_are_taken_are_left_out() -> None:
    group = SlotGroup(slots=(Slot(0, time(9)), Slot(3, time(18))))
    thursday = datetime(2026, 11, 26, 18, 0, tzinfo=BERLIN).astimezone(UTC)
    free = bulk_reschedule.into_slots(3, group, NOW, BERLIN)
    assert free[0] == thursday
    beside = thursday + timedelta(minutes=4)
    assert bulk_reschedule.into_slots(2, group, NOW, BERLIN, [beside]) == free[1:]
    assert len(bulk_reschedule.into_slots(10_000, group, NOW, BERLIN)) < 110


def test_posts_of_one_message_stay_together() -> None:
    later = NOW + timedelta(hours=1)
    rows = [
        schedule(1, later, group_id="a"),
        schedule(2, later, group_id="a", channel_id=2),
        schedule(3, NOW, group_id="b"),
        schedule(4, NOW, status="success"),
        schedule(5, None),
    ]
    assert [[row.id for row in part] for part in bulk_reschedule.messages(rows)] == [[3], [1, 2]]
    times = bulk_reschedule.spread_over(rows, [NOW])
    assert times == {3: NOW, 1: None, 2: None}


def test_the_preview_names_what_is_past_and_what_collides() -> None:
    ahead = NOW + timedelta(hours=1)
    other = schedule(9, ahead + timedelta(seconds=20))
    rows = [schedule(1, NOW + timedelta(days=1)), schedule(2), schedule(3), schedule(4)]
    times = {1: ahead, 2: NOW - timedelta(minutes=1), 3: ahead + timedelta(hours=1), 4: None}
    preview = bulk_reschedule.preview(
        rows, times, NOW, bulk_reschedule.busy([*rows, other], {1, 2, 3, 4})
    )
    by_id = {change.row.id: change for change in preview.changes}
    assert by_id[1].beside is other
    assert by_id[2].past
    assert by_id[3].beside is None
    assert (preview.past, preview.clashes, preview.without) == (1, 1, 1)
    assert preview.times == {1: ahead, 3: ahead + timedelta(hours=1)}
    assert [change.row.id for change in preview.changes] == [2, 1, 3, 4]


def test_two_that_are_moved_to_one_minute_collide() -> None:
    ahead = NOW + timedelta(hours=1)
    rows = [schedule(1), schedule(2), schedule(3, channel_id=2)]
    preview = bulk_reschedule.preview(
        rows, dict.fromkeys((1, 2, 3), ahead), NOW, bulk_reschedule.BusyTimes()
    )
    assert [change.beside for change in preview.changes] == [None, rows[0], None]


def test_what_is_moved_away_is_no_conflict() -> None:
    rows = [schedule(1, NOW + timedelta(hours=1)), schedule(2, NOW + timedelta(hours=2))]
    times = {1: NOW + timedelta(hours=2), 2: NOW + timedelta(hours=3)}
    assert (
        bulk_reschedule.preview(rows, times, NOW, bulk_reschedule.busy(rows, {1, 2})).clashes == 0
    )
    # Only one of them goes: then the other one is in its way.
    assert (
        bulk_reschedule.preview(rows[:1], times, NOW, bulk_reschedule.busy(rows, {1})).clashes == 1
    )


# -- from words to times ---------------------------------------------------------------------------


def test_wishes_are_understood() -> None:
    entered = bulk_reschedule.RescheduleInput("between", "tomorrow at 9:00", "friday 18:00")
    rule = bulk_reschedule.parse_rule(entered, NOW, BERLIN)
    assert rule is not None
    assert rule.first == datetime(2026, 11, 26, 9, 0, tzinfo=BERLIN)
    assert rule.last == datetime(2026, 11, 27, 18, 0, tzinfo=BERLIN)
    every = bulk_reschedule.parse_rule(
        bulk_reschedule.RescheduleInput("every", "tomorrow 9:00", step="90 min"), NOW, BERLIN
    )
    assert every is not None
    assert every.minutes == 90


@pytest.mark.parametrize(
    "entered",
    [
        bulk_reschedule.RescheduleInput("shift", " "),
        bulk_reschedule.RescheduleInput("set", ""),
        bulk_reschedule.RescheduleInput("between", "tomorrow"),
        bulk_reschedule.RescheduleInput("every", "tomorrow"),
    ],
)
def test_what_is_not_finished_is_no_error(entered: bulk_reschedule.RescheduleInput) -> None:
    assert bulk_reschedule.parse_rule(entered, NOW, BERLIN) is None


@pytest.mark.parametrize(
    "entered",
    [
        bulk_reschedule.RescheduleInput("set", "yesterday"),
        bulk_reschedule.RescheduleInput("set", "gibberish"),
        bulk_reschedule.RescheduleInput("between", "friday", "tomorrow"),
        bulk_reschedule.RescheduleInput("every", "tomorrow", step="10 seconds"),
        bulk_reschedule.RescheduleInput("every", "tomorrow", step="often"),
    ],
)
def test_what_cannot_be_is_refused(entered: bulk_reschedule.RescheduleInput) -> None:
    with pytest.raises(WhenError):
        bulk_reschedule.parse_rule(entered, NOW, BERLIN)


def test_the_times_of_each_wish() -> None:
    rows = [schedule(1, NOW + timedelta(hours=1)), schedule(2, NOW + timedelta(hours=2))]
    first = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
    later = first + timedelta(hours=6)

    def of(rule: bulk_reschedule.RescheduleRule, **kw: object) -> list[datetime | None]:
        times = bulk_reschedule.times_of(rule, rows, BERLIN, **kw)  # type: ignore[arg-type]
        return [times[1], times[2]]

    shift = bulk_reschedule.RescheduleRule("shift", TimeShift(seconds=60))
    assert of(shift) == [row.send_at + timedelta(minutes=1) for row in rows if row.send_at]
    assert of(bulk_reschedule.RescheduleRule("set", first=first)) == [first, first]
    assert of(bulk_reschedule.RescheduleRule("between", first=first, last=later)) == [first, later]
    assert of(bulk_reschedule.RescheduleRule("every", first=first, minutes=30)) == [
        first,
        first + timedelta(minutes=30),
    ]
    group = SlotGroup(slots=(Slot(3, time(18)),))
    thursday = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
    slots = bulk_reschedule.RescheduleRule("slots", first=NOW)
    assert of(slots, slots=group, taken=[thursday])[0] == thursday + timedelta(days=7)
    assert of(slots) == [None, None]
    far = bulk_reschedule.RescheduleRule("shift", TimeShift(months=12 * 9000))
    assert of(far) == [None, None]


def test_a_rhythm_ends_where_the_calendar_does() -> None:
    rows = [schedule(number, NOW + timedelta(minutes=number)) for number in range(40)]
    first = datetime(9999, 12, 1, tzinfo=UTC)
    times = bulk_reschedule.times_of(
        bulk_reschedule.RescheduleRule("every", first=first, minutes=1440), rows, BERLIN
    )
    assert times[0] == first
    assert times[39] is None
