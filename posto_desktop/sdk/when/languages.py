"""The language in which times are typed, and the phrases that a program offers in it.

Without a choice the language is that of the computer's locale, and phrases are English. Phrases are
data: `tests/unit/sdk/when/test_languages.py` reads each of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases of one language: with "{clock}" for "9:00", and examples as they are."""

    now: str
    in_hour: str
    today: str
    tomorrow: str
    today_at: str
    tomorrow_at: str
    on_date: str
    months: tuple[str, ...]
    hour: str
    """A number as the hour: "9 o'clock"."""
    day_of_month: str
    """A number as the day of the month, with its `suffix`: "the 9th"."""
    suffixes: tuple[str, ...] = field(default=("",) * 32)

    # Examples, for placeholders and messages.
    example: str = ""
    at_noon: str = ""
    weekday_time: str = ""
    weekday_evening: str = ""
    in_days: str = ""
    date_time: str = ""
    length: str = ""
    date: str = ""
    weekday: str = ""
    in_weeks: str = ""
    later: str = ""
    earlier: str = ""
    half_hour: str = ""
    two_hours: str = ""


def _english_suffixes() -> tuple[str, ...]:
    last = {1: "st", 2: "nd", 3: "rd"}
    return tuple("th" if 10 < day < 14 else last.get(day % 10, "th") for day in range(32))


def _turkic_suffixes() -> tuple[str, ...]:
    units = ("", "i", "si", "ü", "ü", "i", "sı", "si", "i", "u")
    tens = {10: "u", 20: "si", 30: "u"}
    return tuple(tens.get(day, units[day % 10]) for day in range(32))


PHRASES: Final[dict[str, Phrases]] = {
    "en": Phrases(
        now="now",
        in_hour="in 1 hour",
        today="today {clock}",
        tomorrow="tomorrow {clock}",
        today_at="today at {clock}",
        tomorrow_at="tomorrow at {clock}",
        on_date="{day} {month} {year} at {clock}",
        months=(
            *("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        ),
        hour="{number} o'clock",
        day_of_month="the {number}{suffix}",
        suffixes=_english_suffixes(),
        example="tomorrow 9",
        at_noon="next Friday at noon",
        weekday_time="Friday 16:30",
        weekday_evening="Friday 18:00",
        in_days="in 2 days",
        date_time="30 Nov 12:00",
        length="2h",
        date="2 Dec",
        weekday="Friday",
        in_weeks="in 2 weeks",
        later="+1 day 2 hours",
        earlier="-30 min",
        half_hour="30 min",
        two_hours="2 hours",
    ),
    "de": Phrases(
        now="jetzt",
        in_hour="in 1 Stunde",
        today="heute {clock}",
        tomorrow="morgen {clock}",
        today_at="heute um {clock}",
        tomorrow_at="morgen um {clock}",
        on_date="{day}. {month} {year} um {clock}",
        months=(
            *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August"),
            *("September", "Oktober", "November", "Dezember"),
        ),
        hour="{number} Uhr",
        day_of_month="der {number}.",
        example="morgen 9 Uhr",
        at_noon="nächsten Freitag um 12 Uhr",
        weekday_time="Freitag 16:30",
        weekday_evening="Freitag 18:00",
        in_days="in 2 Tagen",
        date_time="30. Nov. 12:00",
        length="2 Stunden",
        date="2. Dez.",
        weekday="Freitag",
        in_weeks="in 2 Wochen",
        later="+1 Tag 2 Stunden",
        earlier="-30 Min.",
        half_hour="30 Min.",
        two_hours="2 Stunden",
    ),
    "es": Phrases(
        now="ahora",
        in_hour="en 1 hora",
        today="hoy {clock}",
        tomorrow="mañana {clock}",
        today_at="hoy a las {clock}",
        tomorrow_at="mañana a las {clock}",
        on_date="{day} de {month} de {year} a las {clock}",
        months=(
            *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto"),
            *("septiembre", "octubre", "noviembre", "diciembre"),
        ),
        hour="a las {number}",
        day_of_month="el {number}",
        example="mañana a las 9",
        at_noon="el próximo viernes al mediodía",
        weekday_time="viernes 16:30",
        weekday_evening="viernes 18:00",
        in_days="en 2 días",
        date_time="30 nov 12:00",
        length="2 horas",
        date="2 dic",
        weekday="viernes",
        in_weeks="en 2 semanas",
        later="+1 día 2 horas",
        earlier="-30 min",
        half_hour="30 min",
        two_hours="2 horas",
    ),
    "fr": Phrases(
        now="maintenant",
        in_hour="dans 1 heure",
        today="aujourd’hui {clock}",
        tomorrow="demain {clock}",
        today_at="aujourd’hui à {clock}",
        tomorrow_at="demain à {clock}",
        on_date="{day} {month} {year} à {clock}",
        months=(
            *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
            *("septembre", "octobre", "novembre", "décembre"),
        ),
        hour="à {number}h",
        day_of_month="le {number}",
        example="demain à 9h",
        at_noon="vendredi prochain à midi",
        weekday_time="vendredi 16:30",
        weekday_evening="vendredi 18:00",
        in_days="dans 2 jours",
        date_time="30 nov. 12:00",
        length="2 heures",
        date="2 déc.",
        weekday="vendredi",
        in_weeks="dans 2 semaines",
        later="+1 jour 2 heures",
        earlier="-30 min",
        half_hour="30 min",
        two_hours="2 heures",
    ),
    "pt": Phrases(
        now="agora",
        in_hour="em 1 hora",
        today="hoje {clock}",
        tomorrow="amanhã {clock}",
        today_at="hoje às {clock}",
        tomorrow_at="amanhã às {clock}",
        on_date="{day} de {month} de {year} às {clock}",
        months=(
            *("janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto"),
            *("setembro", "outubro", "novembro", "dezembro"),
        ),
        hour="às {number}",
        day_of_month="dia {number}",
        example="amanhã às 9h",
        at_noon="próxima sexta ao meio-dia",
        weekday_time="sexta 16:30",
        weekday_evening="sexta 18:00",
        in_days="em 2 dias",
        date_time="30 nov 12:00",
        length="2 horas",
        date="2 dez",
        weekday="sexta",
        in_weeks="em 2 semanas",
        later="+1 dia 2 horas",
        earlier="-30 min",
        half_hour="30 min",
        two_hours="2 horas",
    ),
    "az": Phrases(
        now="indi",
        in_hour="1 saat sonra",
        today="bu gün {clock}",
        tomorrow="sabah {clock}",
        today_at="bu gün saat {clock}",
        tomorrow_at="sabah saat {clock}",
        on_date="{day} {month} {year} saat {clock}",
        months=(
            *("yanvar", "fevral", "mart", "aprel", "may", "iyun", "iyul", "avqust"),
            *("sentyabr", "oktyabr", "noyabr", "dekabr"),
        ),
        hour="saat {number}",
        day_of_month="ayın {number}-{suffix}",
        suffixes=_turkic_suffixes(),
        example="sabah saat 9",
        at_noon="gələn cümə günorta",
        weekday_time="cümə 16:30",
        weekday_evening="cümə 18:00",
        in_days="2 gün sonra",
        date_time="30 noyabr 12:00",
        length="2 saat",
        date="2 dek",
        weekday="cümə",
        in_weeks="2 həftə sonra",
        later="+1 gün 2 saat",
        earlier="-30 dəq",
        half_hour="30 dəq",
        two_hours="2 saat",
    ),
    "tr": Phrases(
        now="şimdi",
        in_hour="1 saat sonra",
        today="bugün {clock}",
        tomorrow="yarın {clock}",
        today_at="bugün saat {clock}",
        tomorrow_at="yarın saat {clock}",
        on_date="{day} {month} {year} saat {clock}",
        months=(
            *("Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos"),
            *("Eylül", "Ekim", "Kasım", "Aralık"),
        ),
        hour="saat {number}",
        day_of_month="ayın {number}’{suffix}",
        suffixes=_turkic_suffixes(),
        example="yarın saat 9",
        at_noon="gelecek cuma öğlen",
        weekday_time="cuma 16:30",
        weekday_evening="cuma 18:00",
        in_days="2 gün sonra",
        date_time="30 Kasım 12:00",
        length="2 saat",
        date="2 Ara",
        weekday="cuma",
        in_weeks="2 hafta sonra",
        later="+1 gün 2 saat",
        earlier="-30 dk",
        half_hour="30 dk",
        two_hours="2 saat",
    ),
    "ar": Phrases(
        now="الآن",
        in_hour="بعد ساعة",
        today="اليوم {clock}",
        tomorrow="غدًا {clock}",
        today_at="اليوم الساعة {clock}",
        tomorrow_at="غدًا الساعة {clock}",
        on_date="{day} {month} {year} الساعة {clock}",
        months=(
            *("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس"),
            *("سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"),
        ),
        hour="الساعة {number}",
        day_of_month="يوم {number}",
        example="غدًا الساعة 9 صباحًا",
        at_noon="الجمعة القادمة ظهرًا",
        weekday_time="الجمعة 16:30",
        weekday_evening="الجمعة 18:00",
        in_days="بعد يومين",
        date_time="30 نوفمبر 12:00",
        length="ساعتان",
        date="2 ديسمبر",
        weekday="الجمعة",
        in_weeks="بعد أسبوعين",
        later="+1 يوم 2 ساعة",
        earlier="-30 دقيقة",
        half_hour="30 دقيقة",
        two_hours="ساعتان",
    ),
}
"""By ISO 639 code."""


@dataclass(slots=True)
class _Choice:
    language: str = ""
    month_first: bool | None = None


_choice = _Choice()


def use_language(language: str, *, month_first: bool | None = None) -> None:
    """Set the language of typed times in this whole program, as an ISO 639 code ("de"), and whether
    "5/12" is the 12th of May; "" and None follow the computer's locale."""
    _choice.language, _choice.month_first = language, month_first


def chosen_language() -> str:
    """Return the language that the program has chosen, "" for none."""
    return _choice.language


def month_first() -> bool | None:
    """Return whether the program shows the month before the day; None if it has not said so."""
    return _choice.month_first


def phrases() -> Phrases:
    """Return the phrases of the chosen language, else the English ones."""
    return PHRASES.get(_choice.language, PHRASES["en"])
