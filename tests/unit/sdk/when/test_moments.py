"""Times at awkward moments: midnight, ends of months, and when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from posto_desktop.sdk.times import parse_when, read_when
from tests.unit.sdk.when.clocks import BERLIN, NEW_YORK, SYDNEY, ZONES, at, same

# (zone, now, phrase, local time that is meant)
MOMENTS = [
    # Two minutes to midnight.
    (zone, "2026-11-25T23:58", phrase, meant)
    for zone in ZONES
    for phrase, meant in (
        ("5 minutes", "2026-11-26T00:03"),
        ("30m", "2026-11-26T00:28"),
        ("in 2 hours", "2026-11-26T01:58"),
        ("2d", "2026-11-27T23:58"),
        ("tomorrow", "2026-11-26T09:00"),
        ("tomorrow at 8am", "2026-11-26T08:00"),
        ("tomorrow at 23:59", "2026-11-26T23:59"),
        ("midnight", "2026-11-26T00:00"),
        ("tonight at midnight", "2026-11-26T00:00"),
        ("tonight at 1am", "2026-11-26T01:00"),
        ("at 9", "2026-11-26T09:00"),
        ("23:59", "2026-11-25T23:59"),
        ("23:57", "2026-11-26T23:57"),
        ("noon", "2026-11-26T12:00"),
        ("today at 23:59", "2026-11-25T23:59"),
        ("next Thursday", "2026-11-26T09:00"),
        ("Thursday 7am", "2026-11-26T07:00"),
        ("Wednesday at 9pm", "2026-12-02T21:00"),
        ("next Wednesday at 9", "2026-12-02T09:00"),
        ("day after tomorrow at noon", "2026-11-27T12:00"),
        ("in 3 days at 9am", "2026-11-28T09:00"),
        ("a week from today", "2026-12-02T23:58"),
        ("end of the month", "2026-11-30T09:00"),
    )
]
MOMENTS += [
    # Ten minutes after midnight: what is called tonight lies twenty hours ahead.
    (zone, "2026-11-26T00:10", phrase, meant)
    for zone in ZONES
    for phrase, meant in (
        ("tonight", "2026-11-26T19:00"),
        ("tonight at 1am", "2026-11-26T01:00"),
        ("today", "2026-11-26T09:00"),
        ("tomorrow", "2026-11-27T09:00"),
        ("midnight", "2026-11-27T00:00"),
        ("00:05", "2026-11-27T00:05"),
        ("this morning", "2026-11-26T09:00"),
        ("Thursday at 9am", "2026-11-26T09:00"),
    )
]
MOMENTS += [
    (zone, "2026-12-31T20:00", phrase, meant)
    for zone in ZONES
    for phrase, meant in (
        ("5h", "2027-01-01T01:00"),
        ("tomorrow", "2027-01-01T09:00"),
        ("tomorrow at noon", "2027-01-01T12:00"),
        ("tonight at 11:59pm", "2026-12-31T23:59"),
        ("31 December at 23:00", "2026-12-31T23:00"),
        ("1 January", "2027-01-01T09:00"),
        ("January 1st at 10am", "2027-01-01T10:00"),
        ("30 December", "2027-12-30T09:00"),
        ("1.1. um 9 Uhr", "2027-01-01T09:00"),
        ("the 1st", "2027-01-01T09:00"),
        ("next month", "2027-01-01T09:00"),
        ("in a month", "2027-01-31T20:00"),
        ("in 2 months", "2027-02-28T20:00"),
        ("next Monday", "2027-01-04T09:00"),
        ("Friday at 5pm", "2027-01-01T17:00"),
        ("first Monday of January", "2027-01-04T09:00"),
        ("end of next month", "2027-01-31T09:00"),
        ("end of January", "2027-01-31T09:00"),
        ("new year's day at noon", "2027-01-01T12:00"),
        ("next year", "2027-01-01T09:00"),
        ("30 March", "2027-03-30T09:00"),
    )
]
MOMENTS += [
    (zone, "2027-02-28T12:00", phrase, meant)
    for zone in ZONES
    for phrase, meant in (
        ("tomorrow", "2027-03-01T09:00"),
        ("in 1 day", "2027-03-01T12:00"),
        ("24h", "2027-03-01T12:00"),
        ("day after tomorrow", "2027-03-02T09:00"),
        ("in a month", None),
        ("the 30th", "2027-03-30T09:00"),
        ("1 March at 8am", "2027-03-01T08:00"),
        ("29 February", "2028-02-29T09:00"),
        ("Monday", "2027-03-01T09:00"),
        ("today at 6pm", "2027-02-28T18:00"),
    )
    if meant is not None
]
MOMENTS += [
    (zone, "2028-02-28T12:00", phrase, meant)
    for zone in ZONES
    for phrase, meant in (
        ("tomorrow", "2028-02-29T09:00"),
        ("end of month", "2028-02-29T09:00"),
        ("29 Feb at noon", "2028-02-29T12:00"),
        ("in 2 days", "2028-03-01T12:00"),
    )
]


@pytest.mark.parametrize("moment", sorted({now for _, now, _, _ in MOMENTS}))
def test_awkward_moments(moment: str) -> None:
    wrong = []
    for zone, now, phrase, meant in MOMENTS:
        if now != moment:
            continue
        actual = parse_when(phrase, at(now, zone), zone)
        if not same(actual, at(meant, zone)):
            wrong.append((str(zone), phrase, meant, str(actual)))
    assert wrong == []


@pytest.mark.parametrize("zone", ZONES)
def test_weekdays_are_the_first_that_come(zone: ZoneInfo) -> None:
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    for shift in range(7):
        now = datetime(2026, 11, 23 + shift, 10, 30, tzinfo=zone)
        for name in names:
            ahead = [now.date() + timedelta(days=n) for n in range(1, 8)]
            wanted = next(day for day in ahead if f"{day:%A}" == name)
            assert parse_when(f"next {name}", now).date() == wanted
            assert parse_when(name, now).date() == wanted
            today = f"{now:%A}" == name
            assert parse_when(f"{name} at 18:00", now).date() == (now.date() if today else wanted)
            assert parse_when(f"this {name} at 18:00", now).date() == (
                now.date() if today else wanted
            )
            monday = now.date() - timedelta(days=now.weekday())
            assert parse_when(f"{name} next week", now).date() == monday + timedelta(
                days=7 + names.index(name)
            )


# -- clock changes ---------------------------------------------------------------------------------


def test_time_that_passes_is_reckoned_in_utc() -> None:
    before = at("2026-10-24T23:30", BERLIN)  # summer time; the clocks go back at 03:00
    assert parse_when("in 4 hours", before) - before == timedelta(hours=3)  # by the clock
    assert same(parse_when("in 4 hours", before), at("2026-10-25T01:30", UTC))
    assert same(parse_when("24h", before), at("2026-10-25T22:30", BERLIN))
    assert same(parse_when("2d", before), at("2026-10-26T22:30", BERLIN))
    spring = at("2027-03-27T20:00", BERLIN)
    assert same(parse_when("in 12 hours", spring), at("2027-03-28T09:00", BERLIN))


def test_days_in_words_keep_the_time_of_day_over_a_clock_change() -> None:
    reading = read_when("in 2 days", at("2026-10-24T10:00", BERLIN))
    assert reading.when is not None
    assert same(reading.when, at("2026-10-26T10:00", BERLIN))
    assert reading.alternative is not None
    assert same(reading.alternative, at("2026-10-26T09:00", BERLIN))
    assert reading.note is not None
    assert "48 hours" in reading.note
    assert same(
        parse_when("tomorrow at 9am", at("2026-10-24T10:00", BERLIN)),
        at("2026-10-25T09:00", BERLIN),
    )


@pytest.mark.parametrize(
    ("zone", "now", "phrase", "meant"),
    [
        (BERLIN, "2027-03-27T20:00", "tomorrow at 2:30am", "2027-03-28T03:30"),
        (BERLIN, "2027-03-27T20:00", "2027-03-28 02:30", "2027-03-28T03:30"),
        (NEW_YORK, "2027-03-13T20:00", "tomorrow at 2:30", "2027-03-14T03:30"),
        (SYDNEY, "2026-10-03T20:00", "Sunday 02:15", "2026-10-04T03:15"),
        (ZoneInfo("Australia/Lord_Howe"), "2026-10-03T20:00", "02:10", "2026-10-04T02:40"),
    ],
)
def test_a_skipped_time_is_moved_and_said(
    zone: ZoneInfo, now: str, phrase: str, meant: str
) -> None:
    reading = read_when(phrase, at(now, zone), zone)
    assert reading.when is not None
    assert reading.when.replace(tzinfo=None) == datetime.fromisoformat(meant)
    assert reading.note is not None
    assert "skipped" in reading.note


@pytest.mark.parametrize(
    ("zone", "now", "phrase", "first", "second"),
    [
        (BERLIN, "2026-10-24T20:00", "tomorrow at 2:30am", "T00:30", "T01:30"),
        (BERLIN, "2026-10-24T20:00", "25 October 02:30", "T00:30", "T01:30"),
        (NEW_YORK, "2026-10-31T20:00", "1 November at 1:15am", "T05:15", "T06:15"),
    ],
)
def test_a_repeated_time_is_the_first_one_and_the_second_is_offered(
    zone: ZoneInfo, now: str, phrase: str, first: str, second: str
) -> None:
    reading = read_when(phrase, at(now, zone), zone)
    assert reading.when is not None
    assert reading.when.astimezone(UTC).isoformat()[10:16] == first
    assert reading.alternative is not None
    assert reading.alternative.astimezone(UTC).isoformat()[10:16] == second
    assert reading.note is not None
    assert "twice" in reading.note


def test_a_repeated_time_whose_first_one_is_over() -> None:
    now = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)  # 02:45 in Berlin, for the first time
    reading = read_when("02:30", now, BERLIN)
    assert reading.when is not None
    assert reading.when.astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert reading.note is not None
    assert "second one (CET)" in reading.note


def test_time_that_passes_into_a_repeated_hour_says_which_one() -> None:
    before = at("2026-10-24T22:30", BERLIN)
    first, second = read_when("in 4 hours", before), read_when("in 5 hours", before)
    assert first.note == "2:30 comes twice that night; this is the first one (CEST)."
    assert second.note == "2:30 comes twice that night; this is the second one (CET)."
    assert read_when("in 3 hours", before).note is None


def test_a_nameless_zone_is_told_by_its_offset() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    reading = read_when("tomorrow at 1:45am", at("2027-04-03T22:30", zone), zone)
    assert reading.note is not None
    assert "(UTC+11:00)" in reading.note


def test_a_zone_that_is_not_in_force_is_taken_at_its_word_and_said() -> None:
    reading = read_when("9am EST", at("2026-07-13T06:00", NEW_YORK))
    assert reading.when is not None
    assert same(reading.when, at("2026-07-13T10:00", NEW_YORK))
    assert reading.alternative is not None
    assert same(reading.alternative, at("2026-07-13T09:00", NEW_YORK))
    assert reading.note is not None
    assert "EST" in reading.note


SUNDAY, SATURDAY = "2026-11-29T14:00", "2026-11-28T14:00"


@pytest.mark.parametrize(
    ("now", "phrase", "first", "second"),
    [
        # A week ends with Sunday, or begins with it.
        (SUNDAY, "next monday", "2026-11-30T09:00", "2026-12-07T09:00"),
        (SUNDAY, "nächsten Freitag um 18:00", "2026-12-04T18:00", "2026-12-11T18:00"),
        (SUNDAY, "next week", "2026-11-30T09:00", "2026-12-07T09:00"),
        (SUNDAY, "friday next week", "2026-12-04T09:00", "2026-12-11T09:00"),
        (SUNDAY, "monday", "2026-11-30T09:00", ""),
        (SUNDAY, "this friday", "2026-12-04T09:00", ""),
        (SATURDAY, "next monday", "2026-11-30T09:00", ""),
        (SATURDAY, "next week", "2026-11-30T09:00", ""),
        (SATURDAY, "next sunday", "2026-11-29T09:00", "2026-12-06T09:00"),
        ("2026-11-25T14:00", "next friday", "2026-11-27T09:00", "2026-12-04T09:00"),
        ("2026-11-25T14:00", "next weekend", "2026-12-05T09:00", "2026-11-28T09:00"),
    ],
)
def test_a_day_that_can_be_of_two_weeks_offers_both(
    now: str, phrase: str, first: str, second: str
) -> None:
    reading = read_when(phrase, at(now, BERLIN))
    assert reading.when == at(first, BERLIN)
    assert reading.alternative == (at(second, BERLIN) if second else None)
