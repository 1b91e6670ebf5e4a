"""What the app says of a time in each language can be typed again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from posto_desktop.models.parsed_time import parse_time
from posto_desktop.sdk.when.languages import use_language

FOLDER = Path(__file__).parents[3] / "resources" / "translations"
FILES = sorted(FOLDER.glob("posto_*.ts"))
ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 10, 30, tzinfo=ZONE)


def _at(days: int, hour: int) -> datetime:
    return datetime(2026, 11, 25, hour, tzinfo=ZONE) + timedelta(days=days)


TIMES = {
    "today {time}": _at(0, 19),
    "Today {time}": _at(0, 19),
    "Tonight {time}": _at(0, 19),
    "tomorrow {time}": _at(1, 19),
    "Tomorrow {time}": _at(1, 19),
    "tomorrow": _at(1, 9),
    "In 1 hour": NOW + timedelta(hours=1),
    "in a minute": NOW + timedelta(minutes=1),
    "Now": None,
}
UNITS = {
    "in %n minute(s)": timedelta(minutes=1),
    "in %n hour(s)": timedelta(hours=1),
    "in %n day(s)": timedelta(days=1),
}


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    yield
    use_language("")


def _texts(path: Path) -> dict[str, list[str]]:
    """Return the translations of the texts about times, all plural forms of each."""
    texts: dict[str, list[str]] = {}
    for context in ElementTree.parse(path).iter("context"):
        if context.findtext("name") != "WhenText":
            continue
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is None or translation.get("type") == "unfinished":
                continue
            forms = [form.text or "" for form in translation] or [translation.text or ""]
            texts[message.findtext("source") or ""] = forms
    return texts


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_translated_time_is_understood(path: Path) -> None:
    use_language(path.stem.removeprefix("posto_")[:2])
    misread = []
    for source, forms in _texts(path).items():
        for form in filter(None, forms):
            if source in TIMES:
                expected = [TIMES[source]]
            elif source in UNITS and "%n" in form:
                expected = [NOW + 5 * UNITS[source]]
            elif source in UNITS:  # one, or the two of Arabic
                expected = [NOW + UNITS[source], NOW + 2 * UNITS[source]]
            else:
                continue
            read = parse_time(form.format(time="19:00").replace("%n", "5"), NOW, ZONE)
            if not read.ok or read.when not in expected:
                misread.append((source, form, read.when or read.problem))
    assert misread == []
