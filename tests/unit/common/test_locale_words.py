"""Times and lists inside of sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from posto_desktop.common import locale_words, translation

MOMENT = datetime(2026, 11, 30, 9, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(translation, "_translator", translation._english)
    monkeypatch.setattr(locale_words, "_time_words", locale_words._english)
    return


def test_a_list_has_the_comma_of_the_language() -> None:
    assert locale_words.listed(["Lind", "Nord", "Süd"]) == "Lind, Nord, Süd"
    assert locale_words.listed([]) == ""
    translation.set_translator(
        lambda context, text, _comment, _count: "{first}، {second}" if context == "Lists" else text
    )
    assert locale_words.listed(name for name in ("Lind", "Nord")) == "Lind، Nord"


def test_times_are_english_until_the_app_sets_how_they_are_written() -> None:
    local = MOMENT.astimezone()
    assert locale_words.time_words(MOMENT) == f"Mon 30 Nov 2026, {local.hour}:05"
    locale_words.set_time_words(lambda moment: f"{moment:%d.%m.%Y}")
    assert locale_words.time_words(MOMENT) == "30.11.2026"
