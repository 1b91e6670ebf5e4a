"""What people who schedule posts write, in nine tables, read in five zones at awkward moments.

The meanings are reckoned by `when_meanings` from the calendar, without the grammar.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from posto_desktop.sdk.times import WhenError, read_when

from . import when_meanings

#: Zones with the evenings before their clocks change, and within a repeated hour.
ZONES = {
    "Europe/Berlin": ("2026-10-24T23:30", "2027-03-27T22:30", "2026-10-25T02:10"),
    "America/New_York": ("2026-10-31T23:30", "2027-03-13T22:30"),
    "Asia/Kolkata": (),
    "Australia/Lord_Howe": ("2026-10-03T22:30", "2027-04-03T23:30"),
    "America/Sao_Paulo": (),
}
#: A plain Wednesday, just before midnight, the end of a year, the end of February, a Friday
#: morning, a day whose date the next month does not have, and an early Monday.
MOMENTS = (
    "2026-11-25T10:30",
    "2026-11-25T23:58",
    "2026-12-31T20:00",
    "2026-12-31T23:59",
    "2027-02-28T12:00",
    "2028-02-28T23:30",
    "2026-12-04T07:30",
    "2027-01-30T00:10",
    "2026-10-05T06:00",
)
TABLES = (
    "english.txt",
    "odd.txt",
    "refused.txt",
    "german.txt",
    "french.txt",
    "spanish.txt",
    "italian.txt",
    "portuguese.txt",
    "refused_elsewhere.txt",
)


@pytest.mark.parametrize("name", TABLES)
def test_the_table_is_read_as_it_is_meant(name: str) -> None:
    rows = when_meanings.table(name)
    assert len(rows) > 150
    wrong = []
    for index, (key, changes) in enumerate(ZONES.items()):
        zone = ZoneInfo(key)
        # Every third moment, turn and turn about, keeps the tables quick.
        for moment in (*MOMENTS[index % 3 :: 3], *changes):
            now = datetime.fromisoformat(moment).replace(tzinfo=zone).astimezone(UTC)
            for phrase, meanings in rows:
                actual = None
                try:
                    reading = read_when(phrase, now, zone)
                except WhenError:
                    pass
                else:
                    assert reading.when is not None
                    actual = reading.when.astimezone(UTC)
                if not when_meanings.meant(meanings, now, zone).fits(actual):
                    shown = actual and actual.astimezone(zone)
                    wrong.append(f"{phrase!r} at {moment} in {key}: {shown}")
    assert wrong == []


def test_the_meanings_are_strict() -> None:
    """A wrong reading does not fit: the tables would find it."""
    zone = ZoneInfo("Europe/Berlin")
    now = datetime(2026, 11, 25, 10, 30, tzinfo=zone).astimezone(UTC)

    def fits(meaning: str, actual: str | None) -> bool:
        when = (
            datetime.fromisoformat(actual).replace(tzinfo=zone).astimezone(UTC) if actual else None
        )
        return when_meanings.meant([meaning], now, zone).fits(when)

    assert fits("+1", "2026-11-26T09:00")
    assert not fits("+1", "2026-11-26T10:00")
    assert not fits("+1", None)
    assert fits("fri 17:00", "2026-11-27T17:00")
    assert not fits("fri 17:00", "2026-12-04T17:00")
    assert fits("week+1 fri", "2026-12-04T09:00")
    assert fits("refuse", None)
    assert not fits("refuse", "2026-11-26T09:00")
    assert not fits("+0 09:00", "2026-11-26T09:00")
    assert fits("+0 09:00", None)
    assert fits("n-1 fri 01", "2027-01-29T09:00")
    assert fits("@America/New_York t 06:00", "2026-11-25T12:00")
