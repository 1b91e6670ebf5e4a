"""The user's formats in the layers below Qt."""

from __future__ import annotations

from datetime import date
from typing import Any

from posto_desktop.common import formats
from posto_desktop.models import locale_settings


def test_numbers_and_days_below_qt_are_those_of_the_locale(qapp: Any) -> None:
    locale_settings.use_locale("de_DE")
    try:
        assert formats.grouped(1234) == "1.234"
        assert formats.decimal(1234.5) == "1.234,5"
        assert formats.decimal(3, 0) == "3"
        assert "März" in formats.named_day(date(2027, 3, 5), "d MMMM")
    finally:
        locale_settings.use_locale("")
    assert formats.decimal(1234.5) == "1,234.5"
