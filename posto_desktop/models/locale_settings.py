"""Applies the settings for the format of dates, times and numbers."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QDate, QLocale

from posto_desktop.common.formats import Formats, set_formats
from posto_desktop.common.translation import translate
from posto_desktop.models import dates, numbers
from posto_desktop.storage.setting_declarations import declaration
from posto_desktop.storage.settings import Settings

__all__ = ["apply_locale_settings", "use_day_time", "use_locale"]


def apply_locale_settings(settings: Settings) -> None:
    """Apply the settings at startup; `controllers.settings` applies later changes."""
    use_locale(settings.text("language.formats"))
    zone = settings.text("publishing.zone")
    if zone and not _lives_in(zone):
        settings.add_problem(
            lambda: translate(
                "LocaleSettings",
                "Time zone “{name}” was not found on this computer. Posto uses the system "
                "time zone.",
            ).format(name=zone)
        )
    minutes = settings.number("publishing.day_minutes")
    if minutes != declaration("publishing.day_minutes").default:
        use_day_time(minutes)
    dates.set_preferences(
        clock=settings.text("calendar.clock"), week_start=settings.text("calendar.week_start")
    )


def use_day_time(minutes: int) -> None:
    """Set the time of day of "tomorrow", in minutes after midnight."""
    from posto_desktop.sdk.when.moments import Clock, set_usual_clock

    set_usual_clock(Clock(*divmod(minutes, 60)))


def _lives_in(zone: str) -> bool:
    from posto_desktop.sdk.when.zones import use_zone  # rarely needed: most keep the system zone

    return use_zone(zone)


def use_locale(code: str) -> None:
    """Use the formats of a locale such as "de_DE"; "" for the system's."""
    locale = QLocale(code) if code else QLocale.system()
    if locale.language() == QLocale.Language.C:  # "C" does not group digits by default
        locale.setNumberOptions(QLocale.NumberOption.DefaultNumberOptions)
    QLocale.setDefault(locale)
    set_formats(LocaleFormats())


class LocaleFormats(Formats):
    """Formats of the user's locale, for the layers below Qt."""

    def grouped(self, value: int) -> str:
        return numbers.grouped(value)

    def decimal(self, value: float, digits: int) -> str:
        return numbers.decimal(value, digits)

    def clock(self, moment: datetime) -> str:
        return dates.clock(moment, moment.tzinfo)

    def named_day(self, day: date, fields: str) -> str:
        return QLocale().toString(QDate(day.year, day.month, day.day), fields)
