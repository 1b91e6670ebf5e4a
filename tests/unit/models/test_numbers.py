from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale

from posto_desktop.models.numbers import decimal, grouped


@pytest.fixture(autouse=True)
def same_locale_after() -> Iterator[None]:
    before = QLocale()
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("locale", "words"), [("C", "1,234,567"), ("en_GB", "1,234,567"), ("de_DE", "1.234.567")]
)
def test_large_counts_are_grouped_as_the_locale_does(locale: str, words: str) -> None:
    QLocale.setDefault(QLocale(locale))
    assert grouped(1_234_567) == words
    assert grouped(-999) == "-999"


@pytest.mark.parametrize(("locale", "words"), [("C", "1,234,567.5"), ("de_DE", "1.234.567,5")])
def test_numbers_with_a_point_are_grouped_too(locale: str, words: str) -> None:
    QLocale.setDefault(QLocale(locale))
    assert decimal(1_234_567.5) == words
