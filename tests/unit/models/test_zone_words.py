"""Time zones in words, and the time there beside the time here."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from posto_desktop.core.slots import Slot, SlotGroup
from posto_desktop.models.zone_words import ZoneTimes, city, find_zones, zone_line

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = SlotGroup("East", "local", (1, 2), (Slot(0, time(9)),), "America/New_York")
TOKYO = SlotGroup("Asia", "local", (3,), (Slot(0, time(9)),), "Asia/Tokyo")
PARIS = SlotGroup("Paris", "local", (4,), (Slot(0, time(9)),), "Europe/Paris")
OTHERS = SlotGroup("", "", (), (Slot(0, time(9)),))
TIMES = ZoneTimes((OTHERS, NEW_YORK, TOKYO, PARIS), "local", BERLIN)
NOON = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)  # 15:00 in Berlin


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("new york", "America/New_York"),
        ("New_Yo", "America/New_York"),
        ("nyc", "America/New_York"),
        ("EST", "America/New_York"),
        ("america/new york", "America/New_York"),
        ("münchen", "Europe/Berlin"),
        ("são paulo", "America/Sao_Paulo"),
        ("kath", "Asia/Kathmandu"),
        ("lord howe", "Australia/Lord_Howe"),
        ("utc", "UTC"),
    ],
)
def test_a_city_is_found_as_it_is_typed(typed: str, name: str) -> None:
    assert find_zones(typed)[0] == name


def test_nothing_is_found_for_nothing_and_for_no_city() -> None:
    assert find_zones("  ") == []
    assert find_zones("xyzzy") == []
    assert "Europe/London" in find_zones("lon")


def test_a_zone_says_what_time_it_is_there() -> None:
    assert zone_line("America/New_York", NOON) == "New York · now 9:00 · UTC-5"
    assert zone_line("Asia/Kathmandu", NOON) == "Kathmandu · now 19:45 · UTC+5:45"
    assert zone_line("Mars/Base", NOON) == "Mars/Base"
    assert city("America/Argentina/Buenos_Aires") == "Buenos Aires"


def test_channels_of_another_zone_have_both_times() -> None:
    assert TIMES.words([1, 2], NOON) == "9:00 in New York"
    assert TIMES.words([1, 3], NOON) == "9:00 in New York, 23:00 in Tokyo"
    assert TIMES.words([5], NOON) == ""
    assert TIMES.words([4], NOON) == ""  # the same time as here
    assert TIMES.words([1], None) == ""


def test_another_day_is_named() -> None:
    assert TIMES.words([3], NOON.replace(hour=22)) == "Tue 7:00 in Tokyo"
    early = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
    assert TIMES.words([1], early) == "Sun 21:00 in New York"


def test_narrow_places_have_less_words_and_whole_times() -> None:
    assert TIMES.short_words([1, 3], NOON) == "9:00 New York, 23:00 Tokyo"
    assert TIMES.time_words([1, 3], NOON) == "9:00"
    assert TIMES.time_words([3], NOON.replace(hour=22)) == "Tue 7:00"
    assert TIMES.time_words([5], NOON) == ""


def test_the_zones_of_another_workspace_do_not_count() -> None:
    assert ZoneTimes((NEW_YORK,), "other", BERLIN).words([1], NOON) == ""


def test_an_unknown_zone_shows_no_time() -> None:
    lost = SlotGroup("", "local", (1,), (Slot(0, time(9)),), "Mars/Base")
    assert ZoneTimes((lost,), "local", BERLIN).words([1], NOON) == ""


def test_a_group_has_the_time_of_its_slots() -> None:
    assert TIMES.group_words(NEW_YORK, NOON) == "9:00 in New York"
    assert TIMES.group_words(OTHERS, NOON) == ""
