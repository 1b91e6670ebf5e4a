"""Counts for people."""

from __future__ import annotations

from PySide6.QtCore import QLocale


def grouped(count: int) -> str:
    """Return "1,000" or "1.000", as the user's locale groups digits."""
    locale = QLocale()
    if locale.language() == QLocale.Language.C:
        locale = QLocale(QLocale.Language.English)  # "C" groups nothing
    return locale.toString(count)
