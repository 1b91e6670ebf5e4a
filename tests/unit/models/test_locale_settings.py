"""What the settings say about zones and times of day holds everywhere in the program."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale

from posto_desktop.core.importing.dates import DateReader
from posto_desktop.models import dates
from posto_desktop.models.locale_settings import apply_locale_settings, use_day_time, use_names_of
from posto_desktop.models.when_text import local_zone as zone_of_compose
from posto_desktop.sdk.times import day_time, parse_when, read_when
from posto_desktop.sdk.when.zones import local_zone, system_zone, use_zone
from posto_desktop.storage.settings import Settings

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)

needs_zones = pytest.mark.skipif(not hasattr(time, "tzset"), reason="no such zones here")


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    before, locale = os.environ.get("TZ"), QLocale()
    yield Settings(tmp_path / "settings.json")
    use_zone("")
    assert os.environ.get("TZ") == before
    use_day_time(540)
    use_names_of("")
    QLocale.setDefault(locale)
    dates.set_preferences(clock="", week_start="")


@needs_zones
def test_a_zone_holds_for_typing_and_for_showing(settings: Settings) -> None:
    own = system_zone()
    settings.set("publishing.zone", "Asia/Tokyo")
    apply_locale_settings(settings)
    assert str(local_zone()) == "Asia/Tokyo"
    assert str(zone_of_compose()) == "Asia/Tokyo"
    assert system_zone() == own
    assert dates.clock(NOW) == "17:00"
    meant = parse_when("tomorrow 9:00", now=NOW)
    assert meant.astimezone(UTC) == datetime(2026, 11, 26, 0, tzinfo=UTC)
    assert use_zone("")
    assert local_zone() == own


@needs_zones
def test_a_zone_that_is_none_is_said_and_changes_nothing(settings: Settings) -> None:
    settings.set("publishing.zone", "Mars/Base")
    before = local_zone()
    apply_locale_settings(settings)
    assert any("Mars/Base" in problem for problem in settings.problems)
    assert local_zone() == before


def test_a_day_without_a_time(settings: Settings) -> None:
    assert read_when("tomorrow", now=NOW, tz="UTC").when == datetime(2026, 11, 26, 9, tzinfo=UTC)
    settings.set("publishing.day_minutes", 17 * 60 + 30)
    apply_locale_settings(settings)
    assert (day_time().hour, day_time().minute) == (17, 30)
    for words, meant in (
        ("tomorrow", datetime(2026, 11, 26, 17, 30, tzinfo=UTC)),
        ("today", datetime(2026, 11, 25, 17, 30, tzinfo=UTC)),
        ("Friday", datetime(2026, 11, 27, 17, 30, tzinfo=UTC)),
        ("tomorrow evening", datetime(2026, 11, 26, 19, tzinfo=UTC)),
        ("tomorrow at 8:00", datetime(2026, 11, 26, 8, tzinfo=UTC)),
    ):
        assert read_when(words, now=NOW, tz="UTC").when == meant
    cell = DateReader("dmy", UTC, NOW).moment("30.11.2026")
    assert cell is not None
    assert cell.when == datetime(2026, 11, 30, 17, 30, tzinfo=UTC)
