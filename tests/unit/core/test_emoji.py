from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core import emoji
from posto_desktop.core.emoji import LANGUAGES, MAX_RECENT, load, search


def chars(query: str, language: str = "en") -> list[str]:
    return [emoji.char for emoji in search(query, language)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_names_every_emoji(language: str) -> None:
    book = load(language)
    assert len(book.emoji) > 1900
    assert len({emoji.char for emoji in book.emoji}) == len(book.emoji)
    assert all(emoji.name for emoji in book.emoji)
    assert len(book.groups) == 9
    assert {emoji.group for emoji in book.emoji} == {number for number, _name in book.groups}
    assert all(len(emoji.tones) in (0, 5) for emoji in book.emoji)
    assert len(set(book.tones)) == 5


@pytest.mark.parametrize(
    ("query", "language", "best"),
    [
        ("coffee", "en", "☕"),
        ("kaffee", "de", "☕"),
        ("coffee", "de", "☕"),
        ("rotes herz", "de", "❤️"),
        ("herz rot", "de", "❤️"),
        ("café", "fr", "☕"),
        ("cafe", "fr", "☕"),
        ("corazón rojo", "es", "❤️"),
        ("cuore rosso", "it", "❤️"),
        ("coração vermelho", "pt_BR", "❤️"),
        ("ROCKET", "en", "🚀"),
        (":tada:", "en", "🎉"),
        ("thumbsup", "en", "👍"),
        (":)", "en", "🙂"),
        ("🚀", "en", "🚀"),
        ("❤", "en", "❤️"),
        ("👍🏽", "de", "👍"),
        ("germany", "en", "🇩🇪"),
        ("germany", "xx", "🇩🇪"),
    ],
)
def test_search(query: str, language: str, best: str) -> None:
    assert chars(query, language)[0] == best


def test_parts_of_words_in_names_come_after_whole_ones() -> None:
    order = chars("cake")
    assert {"🧁", "🥞"} <= set(order)  # cupcake, pancakes
    assert order.index("🎂") < order.index("🧁")  # birthday cake
    assert "🧁" in chars("pcak")


def test_parts_of_words_are_found_when_nothing_else_is() -> None:
    assert "🚀" in chars("ocket")
    assert chars("xyzzyx") == []
    assert chars(":") == []


def test_no_query_shows_the_beginning() -> None:
    assert chars("  ")[0] == "😀"
    assert len(search("", "en", limit=5)) == 5


def test_skin_tones() -> None:
    book = load("en")
    thumb = book.get("👍")
    assert thumb is not None
    assert [thumb.toned(tone) for tone in (0, 1, 5, 9)] == ["👍", "👍🏻", "👍🏿", "👍"]
    assert book.get("👍🏿") is thumb
    heart = book.get("❤")
    assert heart is not None
    assert heart.toned(3) == heart.char == "❤️"
    assert book.get("x") is None


def test_no_selector_where_colour_is_the_default() -> None:
    # It would cost characters on networks that count it.
    assert load("en").get("✋") is not None
    assert {emoji.char for emoji in load("en").emoji} >= {"✋", "☕", "❤️"}


def test_a_group_holds_its_emoji() -> None:
    food = next(number for number, name in load("en").groups if "food" in name)
    assert "☕" in {emoji.char for emoji in load("en").in_group(food)}


def test_nothing_is_read_before_it_is_wanted() -> None:
    code = (
        "import posto_desktop.core.emoji as e, sys; assert not e._books; "
        "assert 'PySide6' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@given(st.text(max_size=12))
def test_any_query_is_answered(query: str) -> None:
    results = search(query, "de", limit=10)
    assert len(results) <= 10
    assert len({emoji.char for emoji in results}) == len(results)


def test_the_ones_used_lately() -> None:
    recent: list[str] = []
    for char in ("🚀", "☕", "🚀"):
        recent = emoji.used(recent, char)
    assert recent == ["🚀", "☕"]
    for number in range(99):
        recent = emoji.used(recent, str(number))
    assert len(recent) == MAX_RECENT
    assert emoji.read_recent(emoji.write_recent(recent)) == recent


@pytest.mark.parametrize("text", ["", "{", "5", '{"a": 1}', '[1, null, "", "x"]'])
def test_a_setting_that_cannot_be_read(text: str) -> None:
    assert emoji.read_recent(text) == (["x"] if "x" in text else [])
