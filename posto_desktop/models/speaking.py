"""How dates, times and numbers are written, as the settings say."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from posto_desktop.models import dates
from posto_desktop.storage.settings import Settings

__all__ = ["speak", "use_locale"]


def speak(settings: Settings) -> None:
    """Follow the settings from the start on, before pages show any date."""
    use_locale(settings.get("language.formats"))
    dates.follow(
        clock=settings.get("calendar.clock"), week_start=settings.get("calendar.week_start")
    )


def use_locale(code: str) -> None:
    """Write dates and numbers as a locale such as "de_DE" does; "" is that of the computer."""
    QLocale.setDefault(QLocale(code) if code else QLocale.system())
