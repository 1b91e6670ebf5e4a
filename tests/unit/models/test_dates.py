"""Tests of texts for dates and times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from posto_desktop.models import dates

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)


@pytest.fixture
def locale() -> Iterator[None]:
    before = QLocale()
    yield
    QLocale.setDefault(before)


def test_clock_follows_the_locale(locale: None) -> None:
    at = datetime(2026, 11, 25, 8, 5, tzinfo=UTC)
    QLocale.setDefault(QLocale("de_DE"))
    assert dates.clock(at, BERLIN) == "9:05"
    assert dates.seconds_clock(at, BERLIN) == "9:05:00"
    QLocale.setDefault(QLocale("en_US"))
    assert dates.clock(at, BERLIN) == "9:05 AM"
    assert dates.clock_format() == "h:mm Ap"
    QLocale.setDefault(QLocale("de_DE"))
    assert dates.clock_format() == "H:mm"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-30, ("Mon 26 October", "")),
        (-1, ("Yesterday", "Tue 24 November")),
        (0, ("Today", "Wed 25 November")),
        (1, ("Tomorrow", "Thu 26 November")),
        (6, ("Tuesday", "Tue 1 December")),
        (7, ("Wed 2 December", "")),
        (60, ("Sun 24 January 2027", "")),
    ],
)
def test_day_heading(locale: None, days: int, expected: tuple[str, str]) -> None:
    QLocale.setDefault(QLocale.c())
    today = date(2026, 11, 25)
    assert dates.day_heading(today + timedelta(days=days), today) == expected


def test_short_and_spoken(locale: None) -> None:
    QLocale.setDefault(QLocale.c())
    at = datetime(2026, 11, 25, 11, 30, tzinfo=UTC)
    assert dates.short_when(at, NOW, BERLIN) == "Today, 12:30"
    assert dates.spoken_when(at, NOW, BERLIN) == "today 12:30"
    assert dates.short_when(at + timedelta(days=5), NOW, BERLIN) == "Monday, 12:30"
    assert dates.short_when(at + timedelta(days=12), NOW, BERLIN) == "Mon 7 Dec, 12:30"
    assert dates.full_when(at, BERLIN) == "Wed 25 Nov 2026, 12:30"


def test_both_sides_of_a_clock_change(locale: None) -> None:
    QLocale.setDefault(QLocale.c())
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert dates.clock(first, BERLIN) == "2:30"
    assert dates.clock(first + timedelta(hours=1), BERLIN) == "2:30"
    assert dates.clock(first + timedelta(hours=2), BERLIN) == "3:30"


def test_the_ends_of_time_have_words(locale: None) -> None:
    QLocale.setDefault(QLocale.c())
    last = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    assert dates.clock(last, BERLIN) == "23:59"
    assert "9999" in dates.short_when(last, NOW, BERLIN)
    assert dates.clock(datetime.min.replace(tzinfo=UTC), ZoneInfo("America/New_York"))


def test_zone_name() -> None:
    assert dates.zone_name(BERLIN) == "Europe/Berlin"


def test_the_computers_zone_has_its_full_name_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    assert dates.zone_name(None, NOW) == "Europe/Berlin"
    assert dates.zone_name() == "Europe/Berlin"


def test_the_computers_zone_has_a_name() -> None:
    assert dates.zone_name(None, NOW)


ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
    "America/Sao_Paulo",
    "Africa/Cairo",  # its clocks change at midnight
)


@settings(max_examples=3 * settings.default.max_examples)
@given(
    st.sampled_from(ZONES),
    st.lists(
        st.datetimes(datetime(1990, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)),
        min_size=1,
        max_size=20,
    ),
)
def test_local_days_are_those_of_each_moment(name, moments):
    zone = ZoneInfo(name)
    days = dates.LocalDays(zone)
    near = [moment + timedelta(hours=hours) for moment in moments for hours in range(-14, 15)]
    for moment in near:
        assert days.day(moment) == moment.astimezone(zone).date()


def test_local_days_at_the_ends_of_time():
    days = dates.LocalDays(ZoneInfo("Asia/Tokyo"))
    last = datetime.max.replace(tzinfo=UTC)
    assert days.day(last) == dates.local(last, ZoneInfo("Asia/Tokyo")).date()
    first = datetime.min.replace(tzinfo=UTC)
    assert days.day(first) == dates.local(first, ZoneInfo("Asia/Tokyo")).date()


def test_the_systems_zone_is_the_default():
    moment = datetime(2026, 3, 29, 22, 30, tzinfo=UTC)
    assert dates.LocalDays().day(moment) == moment.astimezone().date()
