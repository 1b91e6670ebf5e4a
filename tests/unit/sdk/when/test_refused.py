"""What is refused: past, impossible and unknown times, and what the errors say."""

from __future__ import annotations

import pytest

from posto_desktop.sdk.errors import PostoError
from posto_desktop.sdk.times import WhenError, parse_when, read_when
from tests.unit.sdk.when.clocks import BERLIN, NOW, at

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


def test_a_typing_slip_is_read_and_said() -> None:
    now = NOW.replace(tzinfo=BERLIN)
    reading = read_when("tuseday at 9am", now)
    assert reading.when == at("2026-12-01T09:00", BERLIN)
    assert reading.note == "“tuseday” was read as “Tuesday”."
    # A clock change is said as well.
    reading = read_when("sundya at 2:30am", at("2027-03-27T20:00", BERLIN))
    assert reading.note is not None
    assert reading.note.startswith("“sundya” was read as “Sunday”. 2:30 is skipped")


@pytest.mark.parametrize(
    "phrase", ["sundae at 9", "marched 5", "in 3 mouths", "fridays", "mundane"]
)
def test_other_words_are_no_slips(phrase: str) -> None:
    with pytest.raises(WhenError):
        parse_when(phrase, NOW.replace(tzinfo=BERLIN))


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
