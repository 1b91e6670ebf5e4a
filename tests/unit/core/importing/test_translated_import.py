"""The import in a language that its lists of column names do not have."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from posto_desktop.common import translation
from posto_desktop.common.plurals import english_form
from posto_desktop.core.importing.columns import guess, meaning_of
from posto_desktop.core.importing.dates import DateReader
from posto_desktop.core.importing.sample import NAMES, sample_csv
from posto_desktop.core.importing.table_reader import read

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
TURKISH = {
    "Text": "Metin",
    "Part 2": "Bölüm 2",
    "When": "Ne zaman",
    "Picture": "Görsel",
    "Description": "Açıklama",
    "Link": "Bağlantı",
    "Channels": "Kanallar",
    "First comment": "İlk yorum",
    "Labels": "Etiketler",
}


def test_the_sample_in_the_apps_language_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    assert meaning_of("Bölüm 3") == ""
    monkeypatch.setattr(
        translation, "_translator", lambda _context, text, *_more: TURKISH.get(text, text)
    )
    table = read(sample_csv(NOW, ["Harbour", "Bakery"]), "sample.csv")
    assert table.has_names
    assert table.names(True)[:3] == ("Metin", "Bölüm 2", "Ne zaman")
    assert guess(table.names(True), table.rows(True)).fields == tuple(NAMES)
    assert meaning_of("bölüm 3") == "part"
    assert meaning_of("Açıklama 2") == "alt"
    assert meaning_of("Text") == "text"
    assert meaning_of("Açıklamalar") == ""


def test_sentences_about_dates_are_translated_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        translation,
        "_translator",
        lambda _context, text, _comment="", count=-1: f"«{english_form(text, count)}»",
    )
    reader = DateReader("dmy", UTC, NOW)
    for cell in ("31.11.2027", "30.2.2027", "29.2.2027", "30.2.", "1.13.2027", "1.1.2020", "40.1."):
        moment = reader.moment(cell)
        assert moment is not None
        assert moment.problem.startswith("«"), cell
        assert moment.problem.endswith("»"), cell
