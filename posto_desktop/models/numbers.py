"""Display texts of numbers."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from posto_desktop.models.date_patterns import latin_digits


def grouped(count: int) -> str:
    """Return "1,000" or "1.000", as the user's locale groups digits."""
    return latin_digits(_locale().toString(count))


def decimal(value: float, digits: int = 1) -> str:
    """Return "1,234.5" or "1.234,5", with this number of decimals."""
    return latin_digits(_locale().toString(value, "f", digits))


def trimmed(value: float, digits: int = 2) -> str:
    """Return "1.43", "1,5" or "2": with at most this number of decimals."""
    point = _locale().decimalPoint()
    return decimal(value, digits).rstrip("0").removesuffix(point)


def _locale() -> QLocale:
    locale = QLocale()
    if locale.language() == QLocale.Language.C:
        return QLocale(QLocale.Language.English)  # "C" does not group digits by default
    return locale


def csv_separator() -> str:
    """Return the separator that Excel expects: a comma, or a semicolon where the locale has decimal
    commas."""
    return ";" if QLocale().decimalPoint() == "," else ","
