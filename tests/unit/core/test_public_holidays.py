from __future__ import annotations

from datetime import date

import holidays
import pytest

from posto_desktop.core.public_holidays import COUNTRIES, holidays_of


def test_the_countries_are_those_of_the_library() -> None:
    known = {code for code in holidays.list_supported_countries() if len(code) == 2}
    assert set(COUNTRIES) <= known
    assert "UK" not in COUNTRIES  # the same as GB
    # A newer library may know more: then the list wants to be made anew.
    assert len(known) - len(COUNTRIES) < 10
    assert list(COUNTRIES) == sorted(COUNTRIES)


@pytest.mark.parametrize(
    ("country", "day", "name"),
    [
        ("DE", date(2026, 12, 25), "Christmas Day"),
        ("US", date(2026, 11, 26), "Thanksgiving Day"),
        ("FR", date(2027, 7, 14), "National Day"),
        ("JP", date(2026, 1, 1), "New Year's Day"),
    ],
)
def test_holidays_with_english_names(country: str, day: date, name: str) -> None:
    assert name in holidays_of(country, (2026, 2027))[day]


def test_in_the_countrys_own_language_where_the_wanted_one_is_not_there() -> None:
    assert holidays_of("DE", (2026,), "xx")[date(2026, 12, 25)] == "Erster Weihnachtstag"


def test_an_unknown_country_has_none() -> None:
    assert holidays_of("XX", (2026,)) == {}
    assert holidays_of("", (2026,)) == {}
