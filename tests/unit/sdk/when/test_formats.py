"""Formats of dates and times, zones, countries and languages."""

from __future__ import annotations

import plistlib
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from posto_desktop.sdk import times
from posto_desktop.sdk.times import WhenError, parse_when, read_when
from posto_desktop.sdk.when import fallback
from tests.unit.sdk.when.clocks import BERLIN, KATHMANDU, NEW_YORK, NOW, TOKYO, at, same


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
    actual = parse_when(phrase, NOW.replace(tzinfo=BERLIN))
    assert actual.tzinfo == BERLIN
    assert actual.astimezone(UTC).isoformat(timespec="seconds") == meant


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
