"""Quick times, offsets and the sentences of repeats."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QLocale

from posto_desktop.core.recurrence import LAST, Repeat, occurrences
from posto_desktop.core.typed_time import typed
from posto_desktop.models.dates import clock
from posto_desktop.models.parsed_time import ParsedTime, parse_time, post_times
from posto_desktop.models.repeat_words import rule, sentence, time_lines
from posto_desktop.models.when_text import chips, offset_note, other_reading, week_start

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)  # a Wednesday
MONDAY = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    yield
    QLocale.setDefault(before)


# -- quick times -----------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kathmandu"])
def test_each_quick_time_means_what_it_says_and_lies_ahead(zone: str) -> None:
    """Every 53 minutes of ten days, the night in which the clocks change among them."""
    here = ZoneInfo(zone)
    for step in range(270):
        now = datetime(2026, 10, 20, 0, 3, tzinfo=UTC) + timedelta(minutes=53 * step)
        offered = chips(now, here)
        assert len({words for words, _text in offered}) == len(offered)
        for words, text in offered[1:]:
            read = parse_time(text, now, here)
            assert read.ok, (now, words, read.problem)
            assert read.when is not None
            assert read.when > now, (now, words)
            if words != "In 1 hour":
                assert words.endswith(clock(read.when, here)), (now, words)


def test_in_the_night_this_morning_is_offered() -> None:
    night = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
    assert ("Today 9:00", "today 9:00") in chips(night, BERLIN)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 25), "Monday 9:00"),
        (date(2026, 11, 29), None),  # Sunday: that is tomorrow
        (date(2026, 11, 30), "Next Monday 9:00"),
    ],
)
def test_the_start_of_the_week_is_offered_once(day: date, expected: str | None) -> None:
    now = datetime(day.year, day.month, day.day, 10, 0, tzinfo=UTC)
    offered = [words for words, _text in chips(now, BERLIN) if "Monday" in words]
    assert offered == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("locale", "start"),
    [
        (QLocale(QLocale.Language.English, QLocale.Country.UnitedStates), 0),
        (QLocale(QLocale.Language.Arabic, QLocale.Country.Egypt), 6),
        (QLocale(QLocale.Language.Persian, QLocale.Country.Iran), 5),
    ],
)
def test_the_working_week_starts_where_the_country_starts_it(locale: QLocale, start: int) -> None:
    QLocale.setDefault(locale)
    assert week_start() == start


# -- moments ---------------------------------------------------------------------------------


def test_what_is_typed_for_a_moment_means_this_moment() -> None:
    at = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)
    for _ in range(12):
        read = parse_time(typed(at, BERLIN), NOW - timedelta(days=60), BERLIN)
        assert read.when is not None
        assert read.when.astimezone(UTC) == at
        at += timedelta(minutes=30)
    assert typed(MONDAY.replace(hour=8), BERLIN) == "2026-11-30 9:00"


def test_the_other_reading_is_told_by_what_differs() -> None:
    eight = datetime(2026, 11, 27, 7, 0, tzinfo=UTC)
    assert other_reading(eight + timedelta(hours=12), eight, BERLIN, NOW) == "20:00"
    assert other_reading(eight + timedelta(days=1), eight, BERLIN, NOW) == "Sat 8:00"
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert other_reading(first + timedelta(hours=1), first, BERLIN, NOW) == "2:30 UTC+1"


def test_the_offset_is_told_only_when_it_changes() -> None:
    assert offset_note(MONDAY, NOW, BERLIN) == ""
    assert offset_note(datetime(2027, 4, 1, tzinfo=UTC), NOW, BERLIN) == "UTC+2 then"


# -- repeats ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("repeat", "expected"),
    [
        (Repeat("day"), "Every day"),
        (Repeat("day", every=3), "Every 3 days"),
        (Repeat("week"), "Every Monday"),
        (Repeat("week", weekdays=(0, 1, 2, 3, 4)), "Every Monday to Friday"),
        (Repeat("week", weekdays=tuple(range(7))), "Every day"),
        (Repeat("week", every=2, weekdays=(0, 3)), "Every 2 weeks on Monday and Thursday"),
        (Repeat("month"), "Every month on day 30, or the last one"),
        (Repeat("month", month_day=15), "Every month on day 15"),
        (Repeat("month", every=3, month_day=LAST), "Every 3 months on the last day"),
        (Repeat("month", nth=2, nth_weekday=1), "Every month on the second Tuesday"),
        (Repeat("month", nth=LAST, nth_weekday=4), "Every month on the last Friday"),
    ],
)
def test_a_rule_is_said_in_words(repeat: Repeat, expected: str) -> None:
    assert rule(repeat, MONDAY.astimezone(BERLIN)) == expected


def test_the_sentence_says_how_often_and_until_when() -> None:
    repeat = Repeat("week", weekdays=(0,), count=10)
    times = occurrences(repeat, MONDAY, BERLIN)
    text = sentence(repeat, MONDAY, times, BERLIN)
    assert text == "Every Monday, 10 times, until Mon 1 Feb 2027"
    assert "no times left" in sentence(repeat, MONDAY, [], BERLIN)


def test_clock_changes_are_said_beside_the_time() -> None:
    first = datetime(2027, 3, 27, 1, 30, tzinfo=UTC)  # 2:30, the night before the change
    times = occurrences(Repeat("day", count=3), first, BERLIN)
    lines = time_lines(first, times, BERLIN)
    assert [time_words for time_words, _note in lines] == [
        "Sat 27 Mar 2027, 2:30",
        "Sun 28 Mar 2027, 3:30",
        "Mon 29 Mar 2027, 2:30",
    ]
    assert "2:30 is skipped" in lines[1][1]
    assert lines[0][1] == ""
    autumn = datetime(2026, 10, 24, 0, 30, tzinfo=UTC)
    notes = [
        note
        for _said, note in time_lines(
            autumn, occurrences(Repeat("day", count=3), autumn, BERLIN), BERLIN
        )
    ]
    assert notes[0] == ""
    assert "comes twice" in notes[1]
    assert "clocks have changed" in notes[2]


def test_the_times_of_a_message() -> None:
    monday = parse_time("next monday at noon", NOW, BERLIN)
    assert post_times(ParsedTime(), None, BERLIN)[1] == []
    assert post_times(monday, None, BERLIN)[1] == [MONDAY]
    assert len(post_times(monday, Repeat("day", count=5), BERLIN)[1]) == 5
    at_once, times = post_times(ParsedTime(), Repeat("day", count=5), BERLIN)
    assert (at_once.ok, times) == (False, [])
    over, times = post_times(monday, Repeat("day", until=date(2026, 11, 28)), BERLIN)
    assert (over.ok, times) == (False, [])
    past = parse_time("yesterday 9:00", NOW, BERLIN)
    assert post_times(past, Repeat("day", count=5), BERLIN) == (past, [])


@pytest.mark.parametrize(
    ("zone", "now", "typed_time", "offset"),
    [
        # The clocks jump from 2:00 to 3:00 on this very night.
        ("Europe/Berlin", datetime(2026, 3, 27, 9, tzinfo=UTC), "29 mar 2026 2:30", 2),
        ("America/New_York", datetime(2026, 3, 6, 15, tzinfo=UTC), "8 mar 2026 2:30", -4),
    ],
)
def test_what_repeats_from_a_skipped_time_goes_on_with_the_time_that_was_typed(
    zone: str, now: datetime, typed_time: str, offset: int
) -> None:
    here = ZoneInfo(zone)
    read = parse_time(typed_time, now, here)
    _, times = post_times(read, Repeat("day", count=4), here)
    shown = [moment.astimezone(here) for moment in times]
    assert [f"{moment:%H:%M}" for moment in shown] == ["03:30", "02:30", "02:30", "02:30"]
    assert {moment.utcoffset() for moment in shown} == {timedelta(hours=offset)}
    assert read.when is not None
    notes = [note for _said, note in time_lines(read.when, times, here, read.wall)]
    assert "2:30 is skipped" in notes[0]
    assert notes[1:] == ["", "", ""]


def test_only_a_skipped_time_is_carried_along() -> None:
    before = datetime(2026, 3, 27, 9, tzinfo=UTC)
    for text in ("28 mar 2026 2:30", "29 mar 2026 3:30", "25 oct 2026 2:30", "2:30 CET 29 mar"):
        assert parse_time(text, before, BERLIN).wall is None
    # Of another place's clocks nothing here is skipped.
    tokyo = parse_time("29 mar 2026 2:30 Berlin time", before, ZoneInfo("Asia/Tokyo"))
    assert tokyo.wall is None
