"""Tests of texts for days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtCore import QLocale

from posto_desktop.models.day_words import parse_day

TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.fixture(autouse=True)
def plain_locale() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale.c())
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-02", "2026-12-02"),
        ("2 Dec", "2026-12-02"),
        ("20 Nov", "2026-11-20"),
        ("nov 20", "2026-11-20"),
        ("3 Jan", "2027-01-03"),
        ("20 Nov 2025", "2025-11-20"),
        ("november 20 2025", "2025-11-20"),
        ("fri", "2026-11-27"),
        ("tomorrow", "2026-11-26"),
        ("  Today ", "2026-11-25"),
        ("yesterday", "2026-11-24"),
        ("in 2 weeks", "2026-12-09"),
        ("in 10 months", "2027-09-25"),
        ("5", "2026-12-05"),
        ("05", "2026-12-05"),
    ],
)
def test_days(text: str, day: str) -> None:
    assert parse_day(text, TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize("text", ["", "nonsense", "45 dec", "last monday", "2026-13", "0000", "0"])
def test_what_is_no_day_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="is not a day"):
        parse_day(text, TODAY)
