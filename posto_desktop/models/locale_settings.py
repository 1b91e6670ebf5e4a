"""Applies the settings for the format of dates, times and numbers."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QLocale

from posto_desktop.common.formats import Formats, set_formats
from posto_desktop.common.translation import translate
from posto_desktop.models import dates, numbers
from posto_desktop.models.languages import shown_language
from posto_desktop.sdk.when.languages import use_language
from posto_desktop.storage.setting_declarations import declaration
from posto_desktop.storage.settings import Settings

__all__ = ["apply_locale_settings", "use_day_time", "use_locale", "use_names_of"]

_chosen = {"formats": "", "language": ""}


def apply_locale_settings(settings: Settings) -> None:
    """Apply the settings at startup; `controllers.settings` applies later changes."""
    use_names_of(shown_language())
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
    """Use the formats of a locale such as "de_DE"; "" for those that go with the language."""
    _chosen["formats"] = code
    _apply()


def use_names_of(language: str) -> None:
    """Use the names of days and months of the app's language ("pt_BR"), in which times are typed,
    too; "" while no language is chosen: those of the formats."""
    _chosen["language"] = language
    _apply()


def _apply() -> None:
    language = _chosen["language"]
    country = country_locale(_chosen["formats"], language, QLocale.system())
    names = QLocale(language) if language else country
    if (names.language(), names.script()) == (country.language(), country.script()):
        # Not the system's own: its dates can be in another language (LC_TIME).
        names = QLocale(country.language(), country.script(), country.territory())
    if country.language() == QLocale.Language.C:  # "C" does not group digits by default
        country.setNumberOptions(QLocale.NumberOption.DefaultNumberOptions)
    dates.use_locales(with_latin_digits(country), country, names)
    set_formats(LocaleFormats())
    order = country.dateFormat(QLocale.FormatType.ShortFormat).lower()
    is_system = country.name() == QLocale.system().name()
    use_language(
        QLocale(language).name()[:2] if language else "",
        month_first=None if is_system else order.index("m") < order.index("d"),
    )


class LocaleFormats(Formats):
    """Formats of the user's locale, for the layers below Qt."""

    def grouped(self, value: int) -> str:
        return numbers.grouped(value)

    def decimal(self, value: float, digits: int) -> str:
        return numbers.decimal(value, digits)

    def clock(self, moment: datetime) -> str:
        return dates.clock(moment, moment.tzinfo)

    def named_day(self, day: date, fields: str) -> str:
        return dates.day_words(day, fields)

    def timestamp(self, moment: datetime) -> str:
        return dates.full_when(moment, moment.tzinfo)


def country_locale(formats: str, language: str, system: QLocale) -> QLocale:
    """Return the locale whose order, clock and week are used: the chosen one, else the system's if
    it has the app's language, else that language in the system's country or in its own."""
    if formats:
        return QLocale(formats)
    own = QLocale(language) if language else system
    is_english = own.language() == QLocale.Language.English
    if own.language() == system.language() or (
        is_english and system.language() == QLocale.Language.C
    ):
        return system
    regional = QLocale(own.language(), system.territory())
    return regional if regional.territory() == system.territory() else own


def with_latin_digits(locale: QLocale) -> QLocale:
    """Return a locale of the same language that writes 0 to 9: Qt writes those into its own texts,
    and one page has one kind of digits."""
    if locale.zeroDigit() == "0":
        return locale
    if locale.language() == QLocale.Language.Arabic:
        return QLocale(QLocale.Language.Arabic, QLocale.Country.UnitedArabEmirates)
    script, territory = QLocale.Script.AnyScript, QLocale.Country.AnyCountry
    for other in QLocale.matchingLocales(locale.language(), script, territory):
        if other.zeroDigit() == "0":
            return other
    return QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)
