"""Lengths of time, none at all, and numbers that could be a time, a day or a length."""

from __future__ import annotations

from datetime import timedelta

import pytest

from posto_desktop.sdk.times import WhenError, parse_duration, parse_when, read_when
from tests.unit.sdk.when.clocks import BERLIN, NOW, at


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


@pytest.mark.parametrize("text", ["0h", "in 0 minutes", "0 days"])
def test_no_time_at_all_is_no_length(text: str) -> None:
    with pytest.raises(WhenError) as caught:
        parse_duration(text)
    assert caught.value.kind == "impossible"


# -- as a time from now ----------------------------------------------------------------------------


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


# -- a number alone --------------------------------------------------------------------------------


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
    answers = [parse_when(suggestion, now) for suggestion in error.suggestions]
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
