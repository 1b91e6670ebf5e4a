"""Times at awkward moments, what is refused, and what no text may ever do."""

from __future__ import annotations

import plistlib
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posto_desktop.sdk import times
from posto_desktop.sdk.errors import PostoError
from posto_desktop.sdk.times import WhenError, parse_duration, parse_when, read_when
from posto_desktop.sdk.when import fallback

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
TOKYO = ZoneInfo("Asia/Tokyo")
SYDNEY = ZoneInfo("Australia/Sydney")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
ZONES = (BERLIN, NEW_YORK, TOKYO, SYDNEY, KATHMANDU)

#: Wednesday.
NOW = datetime(2026, 11, 25, 10, 30)


@pytest.fixture(autouse=True)
def _british(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


def at(text: str, zone: tzinfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def same(found: datetime, wanted: datetime) -> bool:
    """Aware datetimes of a repeated hour are never equal to those of another zone."""
    return found.astimezone(UTC) == wanted.astimezone(UTC)


# Awkward moments: (zone, now, phrase, local time that is meant)

MOMENTS = [
    # Two minutes to midnight.
    (zone, "2026-11-25T23:58", phrase, meant)
    for zone in ZONES
    for phrase, meant in (
        ("5 minutes", "2026-11-26T00:03"),
        ("30m", "2026-11-26T00:28"),
        ("in 2 hours", "2026-11-26T01:58"),
        ("2d", "2026-11-27T23:58"),
        ("tomorrow", "2026-11-26T09:00"),
        ("tomorrow at 8am", "2026-11-26T08:00"),
        ("tomorrow at 23:59", "2026-11-26T23:59"),
        ("midnight", "2026-11-26T00:00"),
        ("tonight at midnight", "2026-11-26T00:00"),
        ("tonight at 1am", "2026-11-26T01:00"),
        ("at 9", "2026-11-26T09:00"),
        ("23:59", "2026-11-25T23:59"),
        ("23:57", "2026-11-26T23:57"),
        ("noon", "2026-11-26T12:00"),
        ("today at 23:59", "2026-11-25T23:59"),
        ("next Thursday", "2026-11-26T09:00"),
        ("Thursday 7am", "2026-11-26T07:00"),
        ("Wednesday at 9pm", "2026-12-02T21:00"),
        ("next Wednesday at 9", "2026-12-02T09:00"),
        ("day after tomorrow at noon", "2026-11-27T12:00"),
        ("in 3 days at 9am", "2026-11-28T09:00"),
        ("a week from today", "2026-12-02T23:58"),
        ("end of the month", "2026-11-30T09:00"),
    )
]
MOMENTS += [
    # Ten minutes after midnight: what is called tonight lies twenty hours ahead.
    (zone, "2026-11-26T00:10", phrase, meant)
    for zone in ZONES
    for phrase, meant in (
        ("tonight", "2026-11-26T19:00"),
        ("tonight at 1am", "2026-11-26T01:00"),
        ("today", "2026-11-26T09:00"),
        ("tomorrow", "2026-11-27T09:00"),
        ("midnight", "2026-11-27T00:00"),
        ("00:05", "2026-11-27T00:05"),
        ("this morning", "2026-11-26T09:00"),
        ("Thursday at 9am", "2026-11-26T09:00"),
    )
]
MOMENTS += [
    (zone, "2026-12-31T20:00", phrase, meant)
    for zone in ZONES
    for phrase, meant in (
        ("5h", "2027-01-01T01:00"),
        ("tomorrow", "2027-01-01T09:00"),
        ("tomorrow at noon", "2027-01-01T12:00"),
        ("tonight at 11:59pm", "2026-12-31T23:59"),
        ("31 December at 23:00", "2026-12-31T23:00"),
        ("1 January", "2027-01-01T09:00"),
        ("January 1st at 10am", "2027-01-01T10:00"),
        ("30 December", "2027-12-30T09:00"),
        ("1.1. um 9 Uhr", "2027-01-01T09:00"),
        ("the 1st", "2027-01-01T09:00"),
        ("next month", "2027-01-01T09:00"),
        ("in a month", "2027-01-31T20:00"),
        ("in 2 months", "2027-02-28T20:00"),
        ("next Monday", "2027-01-04T09:00"),
        ("Friday at 5pm", "2027-01-01T17:00"),
        ("first Monday of January", "2027-01-04T09:00"),
        ("end of next month", "2027-01-31T09:00"),
        ("end of January", "2027-01-31T09:00"),
        ("new year's day at noon", "2027-01-01T12:00"),
        ("next year", "2027-01-01T09:00"),
        ("30 March", "2027-03-30T09:00"),
    )
]
MOMENTS += [
    (zone, "2027-02-28T12:00", phrase, meant)
    for zone in ZONES
    for phrase, meant in (
        ("tomorrow", "2027-03-01T09:00"),
        ("in 1 day", "2027-03-01T12:00"),
        ("24h", "2027-03-01T12:00"),
        ("day after tomorrow", "2027-03-02T09:00"),
        ("in a month", None),
        ("the 30th", "2027-03-30T09:00"),
        ("1 March at 8am", "2027-03-01T08:00"),
        ("29 February", "2028-02-29T09:00"),
        ("Monday", "2027-03-01T09:00"),
        ("today at 6pm", "2027-02-28T18:00"),
    )
    if meant is not None
]
MOMENTS += [
    (zone, "2028-02-28T12:00", phrase, meant)
    for zone in ZONES
    for phrase, meant in (
        ("tomorrow", "2028-02-29T09:00"),
        ("end of month", "2028-02-29T09:00"),
        ("29 Feb at noon", "2028-02-29T12:00"),
        ("in 2 days", "2028-03-01T12:00"),
    )
]


@pytest.mark.parametrize("moment", sorted({now for _, now, _, _ in MOMENTS}))
def test_awkward_moments(moment: str) -> None:
    wrong = []
    for zone, now, phrase, meant in MOMENTS:
        if now != moment:
            continue
        found = parse_when(phrase, at(now, zone), zone)
        if not same(found, at(meant, zone)):
            wrong.append((str(zone), phrase, meant, str(found)))
    assert wrong == []


def test_time_that_passes_is_reckoned_in_utc() -> None:
    before = at("2026-10-24T23:30", BERLIN)  # summer time; the clocks go back at 03:00
    assert parse_when("in 4 hours", before) - before == timedelta(hours=3)  # by the clock
    assert same(parse_when("in 4 hours", before), at("2026-10-25T01:30", UTC))
    assert same(parse_when("24h", before), at("2026-10-25T22:30", BERLIN))
    assert same(parse_when("2d", before), at("2026-10-26T22:30", BERLIN))
    spring = at("2027-03-27T20:00", BERLIN)
    assert same(parse_when("in 12 hours", spring), at("2027-03-28T09:00", BERLIN))


def test_days_in_words_keep_the_time_of_day_over_a_clock_change() -> None:
    reading = read_when("in 2 days", at("2026-10-24T10:00", BERLIN))
    assert reading.when is not None
    assert same(reading.when, at("2026-10-26T10:00", BERLIN))
    assert reading.alternative is not None
    assert same(reading.alternative, at("2026-10-26T09:00", BERLIN))
    assert reading.note is not None
    assert "48 hours" in reading.note
    assert same(
        parse_when("tomorrow at 9am", at("2026-10-24T10:00", BERLIN)),
        at("2026-10-25T09:00", BERLIN),
    )


@pytest.mark.parametrize(
    ("zone", "now", "phrase", "meant"),
    [
        (BERLIN, "2027-03-27T20:00", "tomorrow at 2:30am", "2027-03-28T03:30"),
        (BERLIN, "2027-03-27T20:00", "2027-03-28 02:30", "2027-03-28T03:30"),
        (NEW_YORK, "2027-03-13T20:00", "tomorrow at 2:30", "2027-03-14T03:30"),
        (SYDNEY, "2026-10-03T20:00", "Sunday 02:15", "2026-10-04T03:15"),
        (ZoneInfo("Australia/Lord_Howe"), "2026-10-03T20:00", "02:10", "2026-10-04T02:40"),
    ],
)
def test_a_skipped_time_is_moved_and_said(
    zone: ZoneInfo, now: str, phrase: str, meant: str
) -> None:
    reading = read_when(phrase, at(now, zone), zone)
    assert reading.when is not None
    assert reading.when.replace(tzinfo=None) == datetime.fromisoformat(meant)
    assert reading.note is not None
    assert "skipped" in reading.note


@pytest.mark.parametrize(
    ("zone", "now", "phrase", "first", "second"),
    [
        (BERLIN, "2026-10-24T20:00", "tomorrow at 2:30am", "T00:30", "T01:30"),
        (BERLIN, "2026-10-24T20:00", "25 October 02:30", "T00:30", "T01:30"),
        (NEW_YORK, "2026-10-31T20:00", "1 November at 1:15am", "T05:15", "T06:15"),
    ],
)
def test_a_repeated_time_is_the_first_one_and_the_second_is_offered(
    zone: ZoneInfo, now: str, phrase: str, first: str, second: str
) -> None:
    reading = read_when(phrase, at(now, zone), zone)
    assert reading.when is not None
    assert reading.when.astimezone(UTC).isoformat()[10:16] == first
    assert reading.alternative is not None
    assert reading.alternative.astimezone(UTC).isoformat()[10:16] == second
    assert reading.note is not None
    assert "twice" in reading.note


def test_a_repeated_time_whose_first_one_is_over() -> None:
    now = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)  # 02:45 in Berlin, for the first time
    reading = read_when("02:30", now, BERLIN)
    assert reading.when is not None
    assert reading.when.astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert reading.note is not None
    assert "second one (CET)" in reading.note


@pytest.mark.parametrize(
    ("phrase", "meant"),
    [
        ("2026-12-01T09:00:00Z", "2026-12-01T09:00:00+00:00"),
        ("2026-12-01T09:00Z", "2026-12-01T09:00:00+00:00"),
        ("2026-12-01 09:00:00+00:00", "2026-12-01T09:00:00+00:00"),
        ("2026-12-01T09:00:00.250+01:00", "2026-12-01T08:00:00+00:00"),
        ("2026-12-01T09:00:00-0500", "2026-12-01T14:00:00+00:00"),
        ("20261201T090000Z", "2026-12-01T09:00:00+00:00"),
        ("2026-12-01 09:00 America/New_York", "2026-12-01T14:00:00+00:00"),
        ("2026-12-01 09:00 europe/berlin", "2026-12-01T08:00:00+00:00"),
        ("Tue, 01 Dec 2026 09:00:00 +0100", "2026-12-01T08:00:00+00:00"),
        ("Tue, 01 Dec 2026 09:00:00 GMT", "2026-12-01T09:00:00+00:00"),
        ("Tue, 1 Dec 2026 09:00:00 -0800 (PST)", "2026-12-01T17:00:00+00:00"),
        (
            "Tue Dec 01 2026 09:00:00 GMT+0100 (Central European Standard Time)",
            "2026-12-01T08:00:00+00:00",
        ),
        ("Tue Dec  1 09:00:00 2026", "2026-12-01T08:00:00+00:00"),
        ("1796113800", "2026-12-01T08:30:00+00:00"),
        ("@1796113800", "2026-12-01T08:30:00+00:00"),
        ("1796113800000", "2026-12-01T08:30:00+00:00"),
        ("tomorrow 09:00 UTC", "2026-11-26T09:00:00+00:00"),
        ("tomorrow at 9am UTC+2", "2026-11-26T07:00:00+00:00"),
        ("tomorrow at 9am GMT-5", "2026-11-26T14:00:00+00:00"),
        ("tomorrow at 9am EST", "2026-11-26T14:00:00+00:00"),
        ("tomorrow at 9am et", "2026-11-26T14:00:00+00:00"),
        ("9am PST tomorrow", "2026-11-26T17:00:00+00:00"),
        ("Friday 17h CET", "2026-11-27T16:00:00+00:00"),
        ("Friday 17h cet", "2026-11-27T16:00:00+00:00"),
        ("Monday 9am Europe/London", "2026-11-30T09:00:00+00:00"),
        ("tomorrow at 9am in New York", "2026-11-26T14:00:00+00:00"),
        ("tomorrow at 9am Berlin time", "2026-11-26T08:00:00+00:00"),
        ("morgen um 9 Uhr MEZ", "2026-11-26T08:00:00+00:00"),
        ("9am Tokyo", "2026-11-26T00:00:00+00:00"),
        ("9:00 +02:00", "2026-11-26T07:00:00+00:00"),
    ],
)
def test_formats_and_zones(phrase: str, meant: str) -> None:
    found = parse_when(phrase, NOW.replace(tzinfo=BERLIN))
    assert found.tzinfo == BERLIN
    assert found.astimezone(UTC).isoformat(timespec="seconds") == meant


def test_a_zone_that_is_not_in_force_is_taken_at_its_word_and_said() -> None:
    reading = read_when("9am EST", at("2026-07-13T06:00", NEW_YORK))
    assert reading.when is not None
    assert same(reading.when, at("2026-07-13T10:00", NEW_YORK))
    assert reading.alternative is not None
    assert same(reading.alternative, at("2026-07-13T09:00", NEW_YORK))
    assert reading.note is not None
    assert "EST" in reading.note


PAST = """
yesterday | yesterday at 9 | last Monday | last week | 2 days ago | an hour ago | today at 9am
this morning at 8 | 1 January 2020 | 2020-01-01 | 2026-11-25 10:29 | 2026-11-25T09:29:59Z
1000000000 | Mon, 01 Jan 2024 09:00:00 +0000 | 24.11.2026 | yesterday evening | last Friday
Nov 24, 2026 | gestern | gestern um 9 | vorgestern | letzten Montag | vor 2 Stunden | heute um 9 Uhr
hier | hier à 9h | il y a 2 heures | lundi dernier | aujourd'hui à 9h | ayer | ayer a las 9
hace 2 horas | el lunes pasado | hoy a las 9 de la mañana | ieri | ieri alle 9 | 2 ore fa
lunedì scorso | ontem | ontem às 9h | há 2 horas | segunda passada | day before yesterday
today at 9 | earlier today
"""
IMPOSSIBLE = """
31 February | February 31 | 31 Feb 2027 | 30 February | 29 February 2027 | 31 April | 31.04.2027
2027-02-29 | 2027-13-01 | 2026-02-30T09:00 | 25:00 | 24:01 | 9:60 | tomorrow at 25:00 | at 25
13pm | 0am | 13:00 am | the 32nd | 32 December | Monday 1 December 2026 | 32.12.2026 | 25 Uhr
31. Februar | 31 février | 31 de febrero | 30 febbraio | 31 de fevereiro | morgen um 25 Uhr
demain à 25h | mañana a las 25 | domani alle 25 | in 100000 years | 1 Jan 9999 | 13/13/2026
tomorrow evening at 9am | tonight at 9am | tomorrow morning at 10pm | the 31st of November
99/99 | 0000-01-01 | in 999999999 days | tomorrow at 9:30:75 | Tuesday 25 December 2026
29 February | 99999999999 seconds
"""
UNKNOWN = """
sometime soon | asap maybe | the 5th of never | soon | later | never | maybe tomorrow | whenever
tomorrow maybe | tomorrow or Friday | every Monday | every day at 9 | daily | before Friday
by Friday | until Monday | between 9 and 10 | 9-10 | 9:00-10:00 | 9 to 5 | Monday and Tuesday
Monday Tuesday | foo | hello world | next | at | in | am | -1h | -5 minutes | in -2 hours | 1e9
99999999999999999999 | in 5 | in 5 bananas | tomorrow at 9 at 10 | 9am pm | 2026 | half | 🙂
tomorrow 🙂 | Monday in December | December at 9 | noon at 9 | 1:2:3 | 12:345 | irgendwann | bald
jeden Montag | bientôt | pronto | algún día | presto | talvez | one day | . | , | - | 0 | + | @
this week | tomorrow yesterdays | Thursday-ish | 1 2 3 4 | 9am 9am 10am | tomorrow at lunch or so
"""


def _lines(text: str) -> list[str]:
    return [phrase.strip() for line in text.strip().splitlines() for phrase in line.split(" | ")]


@pytest.mark.parametrize(
    ("kind", "phrases"), [("past", PAST), ("impossible", IMPOSSIBLE), ("unknown", UNKNOWN)]
)
def test_what_is_refused(kind: str, phrases: str) -> None:
    now = NOW.replace(tzinfo=BERLIN)
    wrong = []
    for phrase in _lines(phrases):
        try:
            wrong.append((phrase, str(parse_when(phrase, now))))
        except WhenError as error:
            if error.kind != kind:
                wrong.append((phrase, f"{error.kind}: {error}"))
    assert wrong == []


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_nothing_is_no_time_and_at_once_in_the_field(text: str) -> None:
    with pytest.raises(WhenError) as caught:
        parse_when(text)
    assert caught.value.kind == "unknown"
    assert read_when(text).when is None


@pytest.mark.parametrize("text", ["now", "Now", "right now", "jetzt", "maintenant", "ahora"])
def test_now(text: str) -> None:
    now = NOW.replace(tzinfo=BERLIN)
    assert parse_when(text, now) == now
    assert read_when(text, now).when is None


def test_errors_are_fit_for_people_and_suggest_what_can_be_read() -> None:
    now = NOW.replace(tzinfo=BERLIN)
    for phrase in _lines(PAST + IMPOSSIBLE + UNKNOWN):
        with pytest.raises(WhenError) as caught:
            parse_when(phrase, now)
        error = caught.value
        assert isinstance(error, ValueError)
        assert isinstance(error, PostoError)
        assert error.user_message[-1] == "."
        assert not error.user_message.startswith("Traceback")
        if error.suggestion is not None:
            assert parse_when(error.suggestion, now) > now


def test_a_past_time_is_told_and_the_next_one_suggested() -> None:
    now = NOW.replace(tzinfo=BERLIN)
    with pytest.raises(WhenError) as caught:
        parse_when("today at 9am", now)
    assert caught.value.when == at("2026-11-25T09:00", BERLIN)
    assert caught.value.suggestion == "tomorrow at 9:00"
    assert caught.value.user_message == (
        "Wed 25 Nov 2026, 9:00 has passed. The next possible time is tomorrow at 9:00."
    )
    with pytest.raises(WhenError) as caught:
        parse_when("today at 9", now)
    assert caught.value.suggestion == "today at 21:00"


def test_a_date_that_has_gone_by_this_year_is_said() -> None:
    assert read_when("20 November", NOW.replace(tzinfo=BERLIN)).note == (
        "20 November has passed this year."
    )
    assert read_when("20 January", NOW.replace(tzinfo=BERLIN)).note is None


def test_long_texts_are_refused_at_once() -> None:
    with pytest.raises(WhenError) as caught:
        parse_when("tomorrow " * 20_000)
    assert caught.value.kind == "unknown"
    assert len(caught.value.user_message) < 200


@pytest.mark.parametrize("zone", ZONES)
def test_weekdays_are_the_first_that_come(zone: ZoneInfo) -> None:
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    for shift in range(7):
        now = datetime(2026, 11, 23 + shift, 10, 30, tzinfo=zone)
        for name in names:
            ahead = [now.date() + timedelta(days=n) for n in range(1, 8)]
            wanted = next(day for day in ahead if f"{day:%A}" == name)
            assert parse_when(f"next {name}", now).date() == wanted
            assert parse_when(name, now).date() == wanted
            today = f"{now:%A}" == name
            assert parse_when(f"{name} at 18:00", now).date() == (now.date() if today else wanted)
            assert parse_when(f"this {name} at 18:00", now).date() == (
                now.date() if today else wanted
            )
            monday = now.date() - timedelta(days=now.weekday())
            assert parse_when(f"{name} next week", now).date() == monday + timedelta(
                days=7 + names.index(name)
            )


def test_every_day_of_two_years_in_every_spelling() -> None:
    now = NOW.replace(tzinfo=BERLIN)
    for ahead in range(1, 731):
        day = date(2026, 11, 25) + timedelta(days=ahead)
        wanted = datetime(day.year, day.month, day.day, 14, 5, tzinfo=BERLIN)
        for spelling in (
            f"{day:%Y-%m-%d} 14:05",
            f"{day:%d %B %Y} 14:05",
            f"{day:%B} {day.day}, {day.year} at 2:05pm",
            f"{day:%A}, {day:%d %b %Y}, 14:05",
            f"{day.day}.{day.month}.{day.year} 14:05 Uhr",
            f"{day:%d/%m/%Y} 14:05",
            f"{day:%Y%m%d}T140500",
        ):
            assert parse_when(spelling, now) == wanted, spelling


def test_the_country_decides_whether_the_month_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    now = NOW.replace(tzinfo=BERLIN)
    assert parse_when("5/12", now).date() == date(2026, 12, 5)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert parse_when("5/12", now).date() == date(2027, 5, 12)
    assert parse_when("25/12", now).date() == date(2026, 12, 25)


def test_the_order_of_a_numeric_date_is_said_and_the_other_one_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = NOW.replace(tzinfo=BERLIN)
    reading = read_when("5/12 9am", now)
    assert reading.note == "Read with the day first, as 5 December."
    assert reading.alternative == at("2027-05-12T09:00", BERLIN)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    reading = read_when("5/12 9am", now)
    assert reading.note == "Read with the month first, as 12 May."
    assert reading.alternative == at("2026-12-05T09:00", BERLIN)
    for plain in ("25/12", "12/25", "5.12.", "12/12"):
        assert read_when(plain, now).note is None


def test_words_of_the_continent_put_the_day_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    now = NOW.replace(tzinfo=NEW_YORK)
    for phrase in ("5/12 um 9 Uhr", "le 5/12 à 9h", "5/12 a las 9", "5/12 alle 9", "5/12 às 9h"):
        assert parse_when(phrase, now).date() == date(2026, 12, 5), phrase


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("en_US", True),
        ("es_US.UTF-8", True),
        ("zh_Hans_CN", False),
        ("en_CA", False),
        ("de", False),
    ],
)
def test_the_country_of_a_locale(monkeypatch: pytest.MonkeyPatch, name: str, first: bool) -> None:
    monkeypatch.setenv("LC_ALL", name)
    assert fallback.month_comes_first(BERLIN) is first


def test_the_locale_of_a_mac(tmp_path: Path) -> None:
    file = tmp_path / "preferences.plist"
    assert fallback.apple_locale(file) == ""
    for value, wanted in (("de_AT@currency=EUR", "de_AT"), ("en-US", "en_US")):
        file.write_bytes(plistlib.dumps({"AppleLocale": value}, fmt=plistlib.FMT_BINARY))
        assert fallback.apple_locale(file) == wanted
    for damaged in (b"", b"bplist00 no", plistlib.dumps({}), plistlib.dumps(["AppleLocale"])):
        file.write_bytes(damaged)
        assert fallback.apple_locale(file) == ""


def test_a_typing_slip_is_read_and_said() -> None:
    now = NOW.replace(tzinfo=BERLIN)
    reading = read_when("tuseday at 9am", now)
    assert reading.when == at("2026-12-01T09:00", BERLIN)
    assert reading.note == "“tuseday” was read as “Tuesday”."
    # A clock change is said as well.
    reading = read_when("sundya at 2:30am", at("2027-03-27T20:00", BERLIN))
    assert reading.note is not None
    assert reading.note.startswith("“sundya” was read as “Sunday”. 2:30 is skipped")


def test_an_unknown_word_is_told_before_a_time_that_no_clock_shows() -> None:
    now = NOW.replace(tzinfo=BERLIN)
    with pytest.raises(WhenError) as caught:
        read_when("next frday 25:00", now)
    assert caught.value.user_message == (
        "“frday” was read as “Friday”. 25:00 is not a time of day: hours go from 0 to 23."
    )
    for phrase in ("25:00 frday", "foo 25:00", "25:00 foo"):
        with pytest.raises(WhenError) as caught:
            read_when(phrase, now)
        first = caught.value.user_message.index("frday" if "frday" in phrase else "foo")
        assert "hours go" not in caught.value.user_message[:first]
    assert caught.value.kind == "unknown"


@pytest.mark.parametrize(
    "phrase", ["sundae at 9", "marched 5", "in 3 mouths", "fridays", "mundane"]
)
def test_other_words_are_no_slips(phrase: str) -> None:
    with pytest.raises(WhenError):
        parse_when(phrase, NOW.replace(tzinfo=BERLIN))


def test_time_that_passes_into_a_repeated_hour_says_which_one() -> None:
    before = at("2026-10-24T22:30", BERLIN)
    first, second = read_when("in 4 hours", before), read_when("in 5 hours", before)
    assert first.note == "2:30 comes twice that night; this is the first one (CEST)."
    assert second.note == "2:30 comes twice that night; this is the second one (CET)."
    assert read_when("in 3 hours", before).note is None


def test_a_nameless_zone_is_told_by_its_offset() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    reading = read_when("tomorrow at 1:45am", at("2027-04-03T22:30", zone), zone)
    assert reading.note is not None
    assert "(UTC+11:00)" in reading.note


@pytest.mark.parametrize(
    "text",
    """
    0h | 0m | 0 min | 0 days | in 0 minutes | in 0 hours | in 0 days | 0 hours from now | +0m
    in zero minutes | in 0 Minuten | in null Minuten | dans 0 minute | en 0 minutos
    en cero minutos | tra 0 minuti | em 0 minutos | daqui a 0 horas | in 0h 0m | in 0.0 hours
    """.strip()
    .replace("\n", " | ")
    .split(" | "),
)
def test_no_time_at_all_is_now(text: str) -> None:
    now = NOW.replace(tzinfo=BERLIN)
    assert read_when(text.strip(), now).when is None
    assert parse_when(text.strip(), now) == now


@pytest.mark.parametrize("text", ["0h", "in 0 minutes", "0 days"])
def test_no_time_at_all_is_no_length(text: str) -> None:
    with pytest.raises(WhenError) as caught:
        parse_duration(text)
    assert caught.value.kind == "impossible"


def test_no_time_beside_a_day_or_a_time_moves_nothing() -> None:
    now = NOW.replace(tzinfo=BERLIN)
    assert parse_when("in 0 days at 18:00", now) == at("2026-11-25T18:00", BERLIN)
    assert parse_when("0 weeks from Friday", now) == at("2026-11-27T09:00", BERLIN)
    for text in ("tomorrow in 0 hours", "0 minutes ago"):
        with pytest.raises(WhenError):
            parse_when(text, now)


@pytest.mark.parametrize("locale", ["en_GB.UTF-8", "fr_FR.UTF-8", "pt_BR.UTF-8", "de_DE.UTF-8"])
def test_hours_alone_are_a_length_however_many(
    monkeypatch: pytest.MonkeyPatch, locale: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    now = NOW.replace(tzinfo=BERLIN)
    for hours in (*range(1, 25), 36, 48):
        for text in (f"{hours}h", f"{hours} h", f"{hours}H", f"+{hours}h", f"in {hours}h"):
            assert parse_when(text, now) == now + timedelta(hours=hours), text


def test_a_length_that_could_be_a_clock_time_offers_that() -> None:
    """ "14h" is a time of day in French; beside a day or an "at" it always is."""
    now = NOW.replace(tzinfo=BERLIN)
    for text, clock in (
        ("14h", "2026-11-25T14:00"),
        ("23 h", "2026-11-25T23:00"),
        ("13h", "2026-11-25T13:00"),
    ):
        assert read_when(text, now).alternative == at(clock, BERLIN)
    for text in ("2h", "12h", "24h", "in 14h", "14 hours", "14h from now", "+14h", "14.5h"):
        assert read_when(text, now).alternative is None
    for text in ("at 14h", "à 14h", "14h today", "aujourd'hui 14h", "14h CET", "14h30", "00h"):
        assert read_when(text, now).when != now + timedelta(hours=14)
    assert parse_when("à 14h", now) == at("2026-11-25T14:00", BERLIN)
    assert parse_when("demain 14h", now) == at("2026-11-26T14:00", BERLIN)
    assert parse_when("00h", now) == at("2026-11-26T00:00", BERLIN)
    assert read_when("14h", now.replace(hour=0, minute=0)).alternative is None  # the same


@pytest.mark.parametrize(
    ("text", "question", "clock", "day"),
    [
        ("5", "5 o'clock or the 5th", "2026-11-25T17:00", "2026-12-05T09:00"),
        ("5.", "5 o'clock or the 5th", "2026-11-25T17:00", "2026-12-05T09:00"),
        ("05", "5 o'clock or the 5th", "2026-11-25T17:00", "2026-12-05T09:00"),
        (" 5 ?", "5 o'clock or the 5th", "2026-11-25T17:00", "2026-12-05T09:00"),
        ("five", "5 o'clock or the 5th", "2026-11-25T17:00", "2026-12-05T09:00"),
        ("zwölf", "12 o'clock or the 12th", "2026-11-25T12:00", "2026-12-12T09:00"),
        ("cinq", "5 o'clock or the 5th", "2026-11-25T17:00", "2026-12-05T09:00"),
        ("1", "1 o'clock or the 1st", "2026-11-25T13:00", "2026-12-01T09:00"),
        ("2", "2 o'clock or the 2nd", "2026-11-25T14:00", "2026-12-02T09:00"),
        ("3", "3 o'clock or the 3rd", "2026-11-25T15:00", "2026-12-03T09:00"),
        ("11", "11 o'clock or the 11th", "2026-11-25T11:00", "2026-12-11T09:00"),
        ("17", "17:00 or the 17th", "2026-11-25T17:00", "2026-12-17T09:00"),
        ("22", "22:00 or the 22nd", "2026-11-25T22:00", "2026-12-22T09:00"),
        ("24", "24:00 or the 24th", "2026-11-26T00:00", "2026-12-24T09:00"),
    ],
)
def test_a_number_alone_is_asked_about(text: str, question: str, clock: str, day: str) -> None:
    now = NOW.replace(tzinfo=BERLIN)
    with pytest.raises(WhenError) as caught:
        parse_when(text, now)
    error = caught.value
    assert error.kind == "ambiguous"
    assert error.user_message == f"Does “{text.strip()}” mean {question}?"
    assert error.suggestion == error.suggestions[0]
    answers = [parse_when(one, now) for one in error.suggestions]
    assert answers == [at(clock, BERLIN), at(day, BERLIN)]


@pytest.mark.parametrize("text", ["25", "31", "30.", "thirty"])
def test_a_number_alone_that_no_clock_shows_can_only_be_a_day(text: str) -> None:
    now = NOW.replace(tzinfo=BERLIN)
    with pytest.raises(WhenError) as caught:
        parse_when(text, now)
    assert caught.value.kind == "ambiguous"
    (day,) = caught.value.suggestions
    assert caught.value.user_message == f"Does “{text}” mean {day}?"
    assert parse_when(day, now).day == int(day[4:6])


def test_a_number_with_anything_that_decides_is_not_asked_about() -> None:
    now = NOW.replace(tzinfo=BERLIN)
    for text in ("at 5", "5pm", "5 o'clock", "5ish", "5-ish", "um 5", "5:00", "5 tomorrow", "17:00",
                 "5 sharp", "exactly 5", "the 5th", "am 5.", "le 5", "5 Dec", "5h", "5m", "530",
                 "0930", "@5", "9.30"):  # fmt: skip
        assert parse_when(text, now) > now, text
    for text in ("0", "00", "32", "99", "100"):
        with pytest.raises(WhenError) as caught:
            parse_when(text, now)
        assert caught.value.kind in ("unknown", "impossible")


def test_every_refusal_lists_its_suggestions() -> None:
    now = NOW.replace(tzinfo=BERLIN)
    with pytest.raises(WhenError) as caught:
        parse_when("31 February", now)
    assert caught.value.suggestions == (caught.value.suggestion,)
    assert WhenError("No.").suggestions == ()


@pytest.mark.parametrize(
    "text",
    ["tomorrow " * 1200, "9" * 10_240, "(" * 10_240, "1/" * 5_120, "½" * 10_240, "' " * 5_120],
)
def test_ten_kilobytes_are_refused_at_once(text: str) -> None:
    with pytest.raises(WhenError) as caught:
        parse_when(text)
    assert len(caught.value.user_message) < 200


def test_datetimes_and_numbers() -> None:
    now = NOW.replace(tzinfo=BERLIN)
    assert parse_when(datetime(2026, 12, 1, 9, 0), now) == at("2026-12-01T09:00", BERLIN)
    assert parse_when(datetime(2026, 12, 1, 9, 0, tzinfo=UTC), now).tzinfo == BERLIN
    assert same(parse_when(1796113800, now), at("2026-12-01T08:30", UTC))
    assert same(parse_when(1796113800.5, now), at("2026-12-01T08:30:00.500", UTC))
    for value in (0, -1, 1e20, float("nan"), float("inf"), datetime(2020, 1, 1)):
        with pytest.raises(WhenError):
            parse_when(value, now)


def test_the_zone_is_the_one_given_or_that_of_now_or_of_the_computer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = NOW.replace(tzinfo=NEW_YORK)
    assert parse_when("tomorrow at 9am", now).tzinfo == NEW_YORK
    assert parse_when("tomorrow at 9am", now, "Asia/Tokyo") == at("2026-11-26T09:00", TOKYO) + (
        timedelta(days=1) if now.astimezone(TOKYO).day == 26 else timedelta(0)
    )
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    assert parse_when("tomorrow at 9am", NOW) == at("2026-11-26T09:00", KATHMANDU)
    utc = datetime(2026, 11, 25, 10, 30, tzinfo=UTC)
    assert parse_when("tomorrow at 9am", utc) == at("2026-11-26T09:00", KATHMANDU)
    assert parse_when("tomorrow at 9am").tzinfo == KATHMANDU
    fixed = utc.astimezone(timezone(timedelta(hours=1)))
    assert parse_when("tomorrow at 9am", fixed).tzinfo == KATHMANDU
    with pytest.raises(WhenError):
        parse_when("tomorrow", now, "Nowhere/Atlantis")


@pytest.mark.parametrize(
    ("variable", "key"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (":Europe/Berlin", "Europe/Berlin"),
        ("/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"),
    ],
)
def test_local_zone_follows_tz(monkeypatch: pytest.MonkeyPatch, variable: str, key: str) -> None:
    monkeypatch.setenv("TZ", variable)
    assert times.local_zone() == ZoneInfo(key)


def test_local_zone_survives_nonsense(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "../../etc/passwd")
    assert datetime.now(times.local_zone()).utcoffset() is not None
    monkeypatch.delenv("TZ")
    assert datetime.now(times.local_zone()).utcoffset() is not None


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("30m", timedelta(minutes=30)),
        ("1h", timedelta(hours=1)),
        ("1h30m", timedelta(minutes=90)),
        ("7d", timedelta(days=7)),
        ("1w", timedelta(days=7)),
        ("2 weeks", timedelta(days=14)),
        ("half an hour", timedelta(minutes=30)),
        ("an hour and a half", timedelta(minutes=90)),
        ("1.5 hours", timedelta(minutes=90)),
        ("90 seconds", timedelta(seconds=90)),
        ("1 day 2 hours", timedelta(hours=26)),
        ("1d", timedelta(days=1)),
        ("a month", timedelta(days=30)),
        ("a year", timedelta(days=365)),
        ("2 Tage", timedelta(days=2)),
        ("une heure et demie", timedelta(minutes=90)),
        ("media hora", timedelta(minutes=30)),
        ("un'ora", timedelta(hours=1)),
        ("duas semanas", timedelta(days=14)),
        (3600, timedelta(hours=1)),
        (0.5, timedelta(seconds=0.5)),
        (timedelta(days=3), timedelta(days=3)),
    ],
)
def test_lengths_of_time(text: str | float | timedelta, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "soon",
        "tomorrow",
        "-1h",
        "0h",
        "0 minutes",
        0,
        -5,
        timedelta(0),
        "d" * 200,
        "1.5 mo",
        float("nan"),
        float("inf"),
        1e300,
        "99999999999999 years",
        "7 bananas",
        "2 days ago",
    ],
)
def test_what_is_no_length_of_time(text: str | float | timedelta) -> None:
    with pytest.raises(WhenError):
        parse_duration(text)


@pytest.mark.parametrize(
    ("language", "phrase", "meant"),
    [
        ("nl_NL", "morgen om 9 uur", "2026-11-26T09:00"),
        ("nl_NL", "over 2 uur", "2026-11-25T12:30"),
        ("nl_NL", "maandag om 12 uur", "2026-11-30T12:00"),
        ("nl_NL", "vandaag om 18:00", "2026-11-25T18:00"),
        ("ru_RU", "завтра в 9", "2026-11-26T09:00"),
        ("ru_RU", "5 декабря в 9:00", "2026-12-05T09:00"),
        ("pl_PL", "jutro o 9", "2026-11-26T09:00"),
        ("ja_JP", "明日 9時", "2026-11-26T09:00"),
    ],
)
def test_other_languages_of_the_user(
    monkeypatch: pytest.MonkeyPatch, language: str, phrase: str, meant: str
) -> None:
    now = NOW.replace(tzinfo=BERLIN)
    with pytest.raises(WhenError):  # not the user's language
        parse_when(phrase.replace("morgen om", "overmorgen om"), now)
    monkeypatch.setenv("LC_ALL", f"{language}.UTF-8")
    assert parse_when(phrase, now) == at(meant, BERLIN)


@pytest.mark.parametrize(
    ("language", "phrase", "kind"),
    [
        ("nl_NL", "gisteren", "past"),
        ("nl_NL", "2 dagen geleden", "past"),
        ("nl_NL", "iets morgen", "unknown"),
        ("ru_RU", "вчера в 9", "past"),
        ("xx_XX", "завтра", "unknown"),
    ],
)
def test_other_languages_refuse_too(
    monkeypatch: pytest.MonkeyPatch, language: str, phrase: str, kind: str
) -> None:
    monkeypatch.setenv("LC_ALL", f"{language}.UTF-8")
    with pytest.raises(WhenError) as caught:
        parse_when(phrase, NOW.replace(tzinfo=BERLIN))
    assert caught.value.kind == kind


def test_the_own_grammar_needs_no_dateparser() -> None:
    code = (
        "import sys\n"
        "from posto_desktop.sdk.times import parse_when, WhenError\n"
        "parse_when('tomorrow at 9')\n"
        "try: parse_when('gibberish 7')\n"
        "except WhenError: pass\n"
        "print('dateparser' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"


WORDS = st.sampled_from(
    (  # noqa: SIM905
        "tomorrow today tonight next this last first monday friday week month year day in at on of "
        "9 12 0 31 25 2026 1 2.5 am pm 9:30 25:00 half quarter past to noon midnight morning and a "
        "an december february the 5th from now ago h m d w 30m - + / . : , T Z UTC EST +02:00 um "
        "morgen nächsten à demain las alle às halb et demie end weekend 29.2. 2027-03-28 02:30 "
        "9999 second hours minutes 999999 ' ( ) later utc europe/berlin easter christmas"
    ).split()
)
TEXTS = st.one_of(
    st.lists(WORDS, max_size=9).map(" ".join),
    st.lists(WORDS, max_size=9).map("".join),
    st.text(max_size=120),
    st.text(alphabet="0123456789:/-. TZ+hm", max_size=30),
)
MOMENT = st.datetimes(
    min_value=datetime(2020, 1, 1), max_value=datetime(2190, 1, 1), timezones=st.just(UTC)
)
ZONE = st.sampled_from((*ZONES, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Pacific/Apia"), UTC))


@settings(max_examples=15 * settings.default.max_examples)
@given(text=TEXTS, now=MOMENT, zone=ZONE)
def test_no_text_gives_another_error_or_a_past_time(text: str, now: datetime, zone: tzinfo) -> None:
    refused: WhenError | None = None
    try:
        reading = read_when(text, now, zone)
    except WhenError as error:
        refused = error
    if refused is not None:
        assert refused.kind in ("past", "impossible", "unknown", "ambiguous")
        assert refused.user_message
        for suggestion in refused.suggestions:
            assert parse_when(suggestion, now, zone) >= now
        return
    if reading.when is not None:
        assert reading.when.tzinfo is not None
        assert reading.when.astimezone(UTC) >= now
        assert same(parse_when(text, now, zone), reading.when)
        if reading.alternative is not None:
            assert reading.alternative.astimezone(UTC) > now
            assert not same(reading.alternative, reading.when)


@settings(max_examples=3 * settings.default.max_examples)
@given(text=TEXTS)
def test_no_text_breaks_the_length_of_time(text: str) -> None:
    refused: WhenError | None = None
    length = timedelta(0)
    try:
        length = parse_duration(text)
    except WhenError as error:
        refused = error
    assert refused is not None or length > timedelta(0)


@settings(max_examples=3 * settings.default.max_examples)
@given(
    when=st.datetimes(min_value=datetime(2026, 11, 26), max_value=datetime(2198, 12, 31)), zone=ZONE
)
def test_iso_times_come_back(when: datetime, zone: tzinfo) -> None:
    moment = when.replace(microsecond=0, tzinfo=UTC)
    for text in (moment.isoformat(), moment.astimezone(zone).isoformat()):
        if moment.astimezone(zone).utcoffset() % timedelta(minutes=1):  # type: ignore[operator]
            continue
        assert same(parse_when(text, NOW.replace(tzinfo=UTC), zone), moment)
