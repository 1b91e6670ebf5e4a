"""Dates, times and numbers as the countries of the eight languages write them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from posto_desktop.models import dates
from posto_desktop.models.date_patterns import clock_pattern, day_pattern
from posto_desktop.models.locale_settings import (
    country_locale,
    use_locale,
    use_names_of,
    with_latin_digits,
)
from posto_desktop.models.numbers import decimal, grouped, trimmed
from posto_desktop.models.parsed_time import parse_time
from posto_desktop.models.schedule_dates import span_between
from posto_desktop.models.when_text import day_and_time, short_day

LANGUAGES = ("en", "de", "es", "fr", "pt", "az", "tr", "ar")
LOCALES = sorted(
    {
        locale.name()
        for language in LANGUAGES
        for locale in QLocale.matchingLocales(
            QLocale(language).language(), QLocale.Script.AnyScript, QLocale.Country.AnyCountry
        )
    }
)
"""All that Qt knows, some 230: en_US, en_GB, de_AT, es_MX, fr_CA, pt_BR, ar_EG, ar_AE …"""

DAY = date(2027, 1, 5)
MOMENT = datetime(2027, 1, 5, 14, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _locale() -> Iterator[None]:
    before = QLocale()
    yield
    use_names_of("")
    use_locale("")
    dates.set_preferences(clock="", week_start="")
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("locale", "full", "short", "month", "number"),
    [
        ("en_US", "Tue, Jan 5, 2027, 2:05 PM", "Jan 5", "January 2027", "1,234,567.5"),
        ("en_GB", "Tue 5 Jan 2027, 14:05", "5 Jan", "January 2027", "1,234,567.5"),
        ("de_DE", "Di. 5. Jan. 2027, 14:05", "5. Jan.", "Januar 2027", "1.234.567,5"),
        ("de_AT", "Di. 5. Jän. 2027, 14:05", "5. Jän.", "Jänner 2027", "1 234 567,5"),
        ("es_ES", "mar 5 ene 2027, 14:05", "5 ene", "Enero de 2027", "1.234.567,5"),
        ("es_MX", "mar 5 ene 2027, 2:05 p.m.", "5 ene", "Enero de 2027", "1,234,567.5"),
        ("fr_FR", "mar. 5 janv. 2027, 14:05", "5 janv.", "Janvier 2027", "1 234 567,5"),
        ("fr_CA", "mar. 5 janv. 2027, 14 h 05", "5 janv.", "Janvier 2027", "1 234 567,5"),
        ("pt_BR", "ter. 5 de jan. de 2027, 14:05", "5 de jan.", "Janeiro de 2027", "1.234.567,5"),
        ("az_AZ", "5 yan 2027, Ç.a., 14:05", "5 yan", "Yanvar 2027", "1.234.567,5"),
        ("tr_TR", "5 Oca 2027 Sal, 14:05", "5 Oca", "Ocak 2027", "1.234.567,5"),
        ("ar_EG", "الثلاثاء 5 يناير 2027, 2:05 م", "5 يناير", "يناير 2027", "1,234,567.5"),
        ("ar_AE", "الثلاثاء 5 يناير 2027, 2:05 م", "5 يناير", "يناير 2027", "1,234,567.5"),
    ],
)
def test_what_people_there_expect(
    locale: str, full: str, short: str, month: str, number: str
) -> None:
    use_locale(locale)
    assert dates.full_when(MOMENT, UTC) == full == day_and_time(MOMENT, UTC)
    assert dates.day_words(DAY, "d MMM") == short
    assert dates.month_words(DAY) == month
    assert re.sub("[\u202f\xa0]", " ", decimal(1_234_567.5)) == number


@pytest.mark.parametrize(
    ("locale", "days", "span"),
    [
        ("en_US", 6, "Jan 5 to 11, 2027"),
        ("en_US", 40, "Jan 5 to Feb 14, 2027"),
        ("en_US", 400, "Jan 5, 2027 to Feb 9, 2028"),
        ("en_GB", 6, "5 to 11 Jan 2027"),
        ("en_GB", 40, "5 Jan to 14 Feb 2027"),
        ("de_DE", 6, "5 to 11. Jan. 2027"),
        ("pt_BR", 40, "5 de jan. to 14 de fev. de 2027"),
        ("tr_TR", 40, "5 Oca to 14 Şub 2027"),
    ],
)
def test_spans(locale: str, days: int, span: str) -> None:
    use_locale(locale)
    assert dates.span_words(DAY, DAY + timedelta(days=days)) == span


@pytest.mark.parametrize(
    ("language", "system", "expected"),
    [
        ("de", "de_AT", "de_AT"),
        ("de", "en_US", "de_DE"),
        ("fr", "fr_CA", "fr_CA"),
        ("es", "en_US", "es_US"),
        ("pt", "de_DE", "pt_BR"),
        ("en", "de_DE", "en_DE"),
        ("en", "tr_TR", "en_US"),
        ("en", "C", "C"),
        ("ar", "ar_EG", "ar_EG"),
        ("ar", "C", "ar_EG"),
        ("", "de_AT", "de_AT"),
    ],
)
def test_formats_follow_the_country_where_it_has_the_language(
    language: str, system: str, expected: str
) -> None:
    assert country_locale("", language, QLocale(system)).name() == expected
    assert country_locale("en_GB", language, QLocale(system)).name() == "en_GB"


def test_names_are_of_the_language_and_forms_of_the_format() -> None:
    use_names_of("de")
    use_locale("en_US")
    assert dates.full_when(MOMENT, UTC) == "Di., Jan. 5, 2027, 2:05 PM"
    assert dates.weekday_name(1) == "Dienstag"
    assert dates.list_words(["a", "b"]) == "a und b"
    assert decimal(1234.5) == "1,234.5"
    assert dates.first_weekday() == 6
    use_names_of("en")
    use_locale("de_DE")
    assert dates.full_when(MOMENT, UTC) == "Tue 5 Jan 2027, 14:05"
    use_locale("pt_BR")
    assert dates.full_when(MOMENT, UTC) == "Tue 5 Jan 2027, 14:05"
    use_locale("de_DE")
    assert dates.first_weekday() == 0


def test_choices_of_the_settings_win() -> None:
    use_names_of("en")
    use_locale("en_US")
    dates.set_preferences(clock="24", week_start="saturday")
    assert dates.clock(MOMENT, UTC) == "14:05"
    assert dates.first_weekday() == 5
    assert dates.first_day_of_week(DAY) == date(2027, 1, 2)
    dates.set_preferences(clock="12")
    use_locale("fr_CA")
    assert dates.clock(MOMENT, UTC) == "2:05 PM"
    use_names_of("fr")
    assert dates.clock(MOMENT, UTC) == "2:05 p.m."
    use_locale("de_DE")
    assert dates.clock(MOMENT, UTC) == "2:05 PM"


def test_egypt_has_its_own_week_with_digits_that_are_not_mixed() -> None:
    use_locale("ar_EG")
    assert QLocale().zeroDigit() == "0"
    assert dates.first_weekday() == 5
    assert dates.working_days() == (0, 1, 2, 3, 6)
    assert grouped(1_234_567) == "1,234,567"
    assert QLocale().toString(1234) == "1,234"


@pytest.mark.parametrize("locale", LOCALES)
def test_each_locale_has_its_fields_once_in_its_order_and_latin_digits(locale: str) -> None:
    country = QLocale(locale)
    dates.use_locales(with_latin_digits(country), country, country)
    long_form = country.dateFormat(QLocale.FormatType.LongFormat)
    order = [letter for letter in re.sub(r"'[^']*'|dddd", "", long_form) if letter in "dMy"]
    pattern = day_pattern(long_form, "ddd d MMM yyyy")
    bare = re.sub(r"'[^']*'", "", pattern)
    assert {
        field: len(re.findall(rf"(?<!{field[0]}){field}(?!{field[0]})", bare))
        for field in ("ddd", "d", "yyyy")
    } == {"ddd": 1, "d": 1, "yyyy": 1}
    assert list(
        dict.fromkeys(letter for letter in bare.replace("ddd", "") if letter in "dMy")
    ) == list(dict.fromkeys(order))
    shown = " ".join(
        (
            dates.full_when(MOMENT, UTC),
            dates.seconds_clock(MOMENT, UTC),
            dates.day_words(DAY, "dddd d MMMM"),
            dates.month_words(DAY),
            dates.span_words(DAY, DAY + timedelta(days=9)),
            short_day(MOMENT, UTC, MOMENT - timedelta(days=99)),
            grouped(1_234_567),
            decimal(1234.5),
            *(dates.weekday_letters(number) for number in range(7)),
        )
    )
    assert not re.search(r"[^\D0-9]", shown)
    assert not re.search(r"\s{2}|,,|[‘'’]de[‘'’]|^[,.\s]", shown)
    assert len({dates.weekday_letters(number) for number in range(7)}) == 7
    twelve = "a" in country.timeFormat(QLocale.FormatType.ShortFormat).lower()
    assert ("Ap" in dates.clock_format()) == twelve


@given(
    day=st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    locale=st.sampled_from(LOCALES),
    fields=st.sampled_from(("d MMM yyyy", "d MMMM yyyy", "ddd d MMM yyyy")),
)
def test_a_day_that_is_shown_is_read_again(day: date, locale: str, fields: str) -> None:
    country = QLocale(locale)
    dates.use_locales(with_latin_digits(country), country, country)
    shown = dates.day_words(day, fields)
    assert str(day.year) in shown
    assert re.search(rf"(?<!\d){day.day}(?!\d)", shown)
    if "ddd" not in fields:
        read = dates.read_day(shown, fields)
        assert (read.year(), read.month(), read.day()) == (day.year, day.month, day.day)


@given(minutes=st.integers(0, 1439), locale=st.sampled_from(LOCALES))
def test_the_clock_shows_hour_and_minute(minutes: int, locale: str) -> None:
    country = QLocale(locale)
    dates.use_locales(with_latin_digits(country), country, country)
    moment = datetime(2027, 1, 5, tzinfo=UTC) + timedelta(minutes=minutes)
    numbers = [int(number) for number in re.findall(r"\d+", dates.clock(moment, UTC))]
    hour = moment.hour
    if "Ap" in dates.clock_format():
        hour = hour % 12 or 12
    assert numbers == [hour, moment.minute]


@pytest.mark.parametrize(
    ("short_form", "clock", "pattern"),
    [
        ("HH:mm", "", "H:mm"),
        ("h:mm\u202fAp", "", "h:mm Ap"),
        ("h:mm\u202fAp", "24", "H:mm"),
        ("HH 'h' mm", "", "H 'h' mm"),
        ("HH 'h' mm", "12", "h:mm Ap"),
        ("Ap h:mm", "", "Ap h:mm"),
        ("HH.mm", "12", "h:mm Ap"),
    ],
)
def test_clock_patterns(short_form: str, clock: str, pattern: str) -> None:
    assert clock_pattern(short_form, clock) == pattern


def test_the_fields_of_the_filter_read_what_they_show() -> None:
    from posto_desktop.models.day_words import parse_day

    for locale in ("en_US", "de_DE", "es_MX", "fr_FR", "pt_BR", "az_AZ", "tr_TR", "ar_EG"):
        use_names_of(locale[:2])
        use_locale(locale)
        today = date(2026, 11, 25)
        for step in range(0, 400, 3):
            day = today + timedelta(days=step)
            assert parse_day(dates.day_words(day, "d MMM yyyy"), today) == day
        span = span_between(today, today + timedelta(days=9))
        assert span is not None
        assert parse_day(span.words(today).split(" to ")[0], today) == today


def test_numbers_have_the_point_of_the_locale() -> None:
    use_locale("de_DE")
    assert trimmed(1.4296) == "1,43"
    assert trimmed(1.5) == "1,5"
    assert trimmed(2.0) == "2"
    assert decimal(12_345.678, 2) == "12.345,68"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_time_that_is_shown_can_be_typed(language: str) -> None:
    zone = ZoneInfo("Europe/Berlin")
    now = datetime(2026, 11, 25, 10, 30, tzinfo=zone)
    misread = []
    for locale in (name for name in LOCALES if QLocale(name).name()[:2] == language):
        use_names_of(language)
        use_locale(locale)
        for hours in (5, 30, 60, 130, 400, 2_000, 4_321, 7_777):
            when = now + timedelta(hours=hours)
            texts = [dates.full_when(when, zone), dates.dated_clock(when, now, zone)]
            if hours > 48:  # "today" and "tomorrow" have no translation here
                texts.append(short_day(when, zone, now))
            for text in texts:
                read = parse_time(text, now, zone)
                if read.when != when:
                    misread.append((locale, text, read.when))
    assert misread == []


@pytest.mark.skipif(sys.platform != "linux", reason="LC_TIME is of Linux")
def test_dates_of_another_language_have_english_names_and_no_words_of_it() -> None:
    """LANG=en_US with LC_TIME=de_DE, in a process of its own: the system's locale is read once."""
    program = (
        "from datetime import UTC, datetime\n"
        "from posto_desktop.models import dates\n"
        "from posto_desktop.models.locale_settings import use_locale, use_names_of\n"
        "use_names_of('en')\nuse_locale('')\n"
        "print(dates.full_when(datetime(2027, 1, 5, 14, 5, tzinfo=UTC), UTC))\n"
    )
    environment = os.environ | {"LANG": "en_US.UTF-8", "LC_TIME": "de_DE.UTF-8"}
    environment.pop("LC_ALL", None)
    printed = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert printed.stdout == "Tue 5 Jan 2027, 14:05\n"


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [("tr", "çarşmba 10:00", "Çarşamba"), ("de", "Dienstga 10:00", "Dienstag")],
)
def test_a_corrected_word_is_named_with_its_accents(language: str, typed: str, meant: str) -> None:
    use_names_of(language)
    use_locale("")
    read = parse_time(typed, datetime(2026, 11, 25, 10, 30, tzinfo=UTC), UTC)
    assert read.ok
    assert f"“{meant}”" in read.note
