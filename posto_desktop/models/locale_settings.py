"""How dates, times and numbers are written and understood, as the settings say."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from posto_desktop.models import dates
from posto_desktop.storage.setting_declarations import declaration
from posto_desktop.storage.settings import Settings

__all__ = ["apply_locale_settings", "use_day_time", "use_locale"]


def apply_locale_settings(settings: Settings) -> None:
    """Follow the settings from the start on, before pages show any date."""
    use_locale(settings.text("language.formats"))
    zone = settings.text("publishing.zone")
    if zone and not _lives_in(zone):
        settings.problems.append(
            QCoreApplication.translate(
                "Speaking",
                "There is no time zone “{name}” on this computer; its own is used instead.",
            ).format(name=zone)
        )
    minutes = settings.number("publishing.day_minutes")
    if minutes != declaration("publishing.day_minutes").default:
        use_day_time(minutes)
    dates.set_preferences(
        clock=settings.text("calendar.clock"), week_start=settings.text("calendar.week_start")
    )


def use_day_time(minutes: int) -> None:
    """The time of day, in minutes after midnight, that "tomorrow" means from now on."""
    from posto_desktop.sdk.when.moments import Clock, set_usual_clock

    set_usual_clock(Clock(*divmod(minutes, 60)))


def _lives_in(zone: str) -> bool:
    from posto_desktop.sdk.when.zones import use_zone  # most people live where they are

    return use_zone(zone)


def use_locale(code: str) -> None:
    """Write dates and numbers as a locale such as "de_DE" does; "" is that of the computer."""
    locale = QLocale(code) if code else QLocale.system()
    if locale.language() == QLocale.Language.C:  # "C" groups no digits by itself
        locale.setNumberOptions(QLocale.NumberOption.DefaultNumberOptions)
    QLocale.setDefault(locale)
