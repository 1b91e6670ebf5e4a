"""One owner of dates, times and their locale: `models.dates`, and `common.formats` below Qt."""

from __future__ import annotations

import re
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "posto_desktop"
OWNERS = {
    "common/locale_words.py",
    "models/dates.py",
    "models/locale_settings.py",
    "models/numbers.py",
    "sdk/when/fallback.py",  # the locale of a computer without Qt
}
ASKING = re.compile(
    r"strftime\([^)]*%[aAbB]|standaloneDayName|standaloneMonthName|\.dayName\(|\.monthName\(|\.dateFormat\("
    r"|\.timeFormat\(|firstDayOfWeek|\.weekdays\(\)|createSeparatedList|QLocale\(\)\.toString\("
    r"|\{[^{}]*:%[-#]?[aAbB]"
)
"""What would put a date into words: Qt's functions, and English names by format specifications."""
MACHINES = ("cli/", "server/")
"""The command line is English, and the server speaks protocols."""


def test_nothing_else_asks_a_locale_for_dates() -> None:
    asking_lines = [
        f"{name}:{number}: {line.strip()}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if (name := path.relative_to(PACKAGE).as_posix()) not in OWNERS
        and not name.startswith(MACHINES)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if ASKING.search(line)
    ]
    assert asking_lines == []


def test_the_test_finds_what_it_looks_for() -> None:
    assert ASKING.search('f"on {day.day} {day:%B}"')
    assert ASKING.search("QLocale().toString(day, pattern)")
    assert not ASKING.search('f"{moment:%Y-%m-%d %H:%M}"')
    assert all((PACKAGE / name).is_file() for name in OWNERS)
