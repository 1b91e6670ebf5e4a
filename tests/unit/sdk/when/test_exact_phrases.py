"""What everyday phrases mean, in the tables of `exact_phrases/`, read in five zones.

It is Wednesday, 25 November 2026, 10:30 by the clocks of the reader. No clock changes between then
and the days of most phrases, so that the local times are the same in every zone. A line is
`phrase = local time`, and behind `|` the other reading that is offered.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from posto_desktop.sdk.times import WhenError, read_when

NOW = datetime(2026, 11, 25, 10, 30)
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Sydney", "UTC")

FOLDER = Path(__file__).parent / "exact_phrases"
TABLES = (
    "everyday",
    "english",
    "german",
    "french",
    "spanish",
    "italian",
    "portuguese",
    "more english",
    "more languages",
)


def _wrong(table: str, zone: str) -> list[str]:
    """The lines of the table that are read in another way in `zone`."""
    path = FOLDER / f"{table.replace(' ', '_')}.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) > 50
    now = NOW.replace(tzinfo=ZoneInfo(zone))
    wrong = []
    for line in lines:
        phrase, _, meant = line.partition(" = ")
        when, _, other = meant.partition(" | ")
        try:
            reading = read_when(phrase, now, ZoneInfo(zone))
        except WhenError as error:
            wrong.append(f"{line}: {error}")
            continue
        assert reading.when is not None
        assert reading.when.tzinfo == ZoneInfo(zone)
        actual = reading.when.replace(tzinfo=None)
        offered = reading.alternative and reading.alternative.replace(tzinfo=None)
        wanted_other = datetime.fromisoformat(other) if other else None
        if actual != datetime.fromisoformat(when) or offered != wanted_other:
            wrong.append(f"{line}: read as {actual}, or {offered}")
    return wrong


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("table", TABLES)
def test_everyday_phrases(table: str, zone: str) -> None:
    assert _wrong(table, zone) == []
