"""Tests of the Compose page's pure functions: time phrases, entities, text positions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from posto_desktop.models.when_text import ago, chips, day_and_time, distance, short_day
from posto_desktop.sdk.templates import tidy
from posto_desktop.ui.shared import text_entities
from posto_desktop.ui.shared.text_entities import TextEntity, find_entities, utf16_offset
from posto_desktop.viewmodels.assessment import typed_place

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    yield
    QLocale.setDefault(before)


def test_a_time_is_said_with_day_year_and_clock() -> None:
    assert day_and_time(datetime(2026, 11, 30, 11, 0, tzinfo=UTC), BERLIN) == (
        "Mon 30 Nov 2026, 12:00"
    )


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(seconds=40), "in a minute"),
        (timedelta(minutes=40), "in 40 minutes"),
        (timedelta(hours=3), "in 3 hours"),
        (timedelta(hours=24), "tomorrow"),
        (timedelta(days=5), "in 5 days"),
        (timedelta(days=100), "in 3 months"),
        (timedelta(days=800), "in 2 years"),
    ],
)
def test_how_far_ahead_a_time_is(ahead: timedelta, words: str) -> None:
    assert distance(NOW + ahead, NOW, BERLIN) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "just now"), (10, "10 s ago"), (190, "3 min ago"), (7300, "2 h ago"), (-5, "just now")],
)
def test_how_long_ago_it_was(seconds: int, words: str) -> None:
    assert ago(NOW - timedelta(seconds=seconds), NOW) == words


def test_near_days_have_names() -> None:
    assert short_day(NOW + timedelta(hours=2), BERLIN, NOW) == "today 13:00"
    assert short_day(NOW + timedelta(days=1), BERLIN, NOW) == "tomorrow 11:00"
    assert short_day(NOW + timedelta(days=3), BERLIN, NOW) == "Sat 11:00"
    assert short_day(NOW + timedelta(days=20), BERLIN, NOW) == "Tue 15 Dec, 11:00"
    assert short_day(NOW + timedelta(days=60), BERLIN, NOW) == "Sun 24 Jan 2027, 11:00"


def test_tonight_is_offered_only_while_it_is_ahead() -> None:
    assert [words for words, _text in chips(NOW, BERLIN)] == [
        "Now",
        "In 1 hour",
        "Tonight 19:00",
        "Tomorrow 9:00",
        "Monday 9:00",
    ]
    late = datetime(2026, 11, 25, 18, 30, tzinfo=UTC)
    assert "Tonight 19:00" not in [words for words, _text in chips(late, BERLIN)]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("see https://a.example/b?c=1.", [TextEntity(4, 27, "link")]),
        ("nordlicht.example/winter-roast now", [TextEntity(0, 30, "link")]),
        ("www.posto.shop, and", [TextEntity(0, 14, "link")]),
        ("a #tag and #2026 and #a1", [TextEntity(2, 6, "tag"), TextEntity(21, 24, "tag")]),
        ("hello @fjord.cycles. bye", [TextEntity(6, 19, "mention")]),
        ("on @me@social.example!", [TextEntity(3, 21, "mention")]),
        ("mail me@home.example/x", []),
        ("end of line.Come in", []),
        ("C# and a#b", []),
        ("", []),
    ],
)
def test_links_tags_and_mentions_are_found(text: str, entities: list[TextEntity]) -> None:
    assert find_entities(text) == entities


@given(
    st.lists(
        st.sampled_from([*"ab1é日_@#＃.:/-!<", " ", "\n", "\u3000", "www.", "https://", "x.com"])
    )
)
def test_words_apart_have_the_entities_of_the_whole_text(signs: list[str]) -> None:
    text = "".join(signs)
    whole = [(mark.lastgroup, mark.start()) for mark in text_entities._MARKS.finditer(text)]
    assert [(mark.kind, mark.start) for mark in find_entities(text)] == whole


@given(st.text(max_size=300))
def test_marks_never_overlap_and_stay_inside(text: str) -> None:
    end = 0
    for mark in find_entities(text):
        assert end <= mark.start < mark.end <= len(text)
        end = mark.end


@given(st.text(alphabet="ab🚲é\n", max_size=40), st.integers(0, 40))
def test_positions_count_as_qt_does(text: str, index: int) -> None:
    index = min(index, len(text))
    assert utf16_offset(text, index) == len(text[:index].encode("utf-16-le")) // 2


@given(st.text(alphabet="ab \n", max_size=60), st.integers(0, 60))
def test_a_place_of_the_sent_text_is_found_in_the_typed_one(typed: str, place: int) -> None:
    sent = tidy(typed)
    place = min(place, len(sent))
    here = typed_place(typed, sent, place)
    assert 0 <= here <= len(typed)
    # All that fits of the sent text is in what stands before that place.
    assert "".join(sent[:place].split()) == "".join(typed[:here].split())


@pytest.mark.parametrize(
    ("country", "day", "morning", "tonight"),
    [
        (QLocale.Country.UnitedKingdom, "Thu 26 Nov 2026", "9:05", "Tonight 19:00"),
        (QLocale.Country.UnitedStates, "Thu, Nov 26, 2026", "9:05 AM", "Tonight 7:00 PM"),
    ],
)
def test_every_time_follows_the_clock_of_the_locale(
    country: QLocale.Country, day: str, morning: str, tonight: str
) -> None:
    QLocale.setDefault(QLocale(QLocale.Language.English, country))
    at = datetime(2026, 11, 26, 8, 5, tzinfo=UTC)
    assert day_and_time(at, BERLIN) == f"{day}, {morning}"
    assert short_day(at, BERLIN, NOW) == f"tomorrow {morning}"
    assert (tonight, "today 19:00") in chips(NOW, BERLIN)


def test_a_place_behind_all_that_is_sent_is_the_end_of_what_was_typed() -> None:
    assert typed_place("\tabc ", "abc", 5) == 5
