"""Tests of splitting a text into the parts of a thread."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from posto_desktop.core.draft import MAX_PARTS
from posto_desktop.core.limits import NetworkLimits, limits_for
from posto_desktop.core.text import length_of
from posto_desktop.core.thread_split import Place, numbered, split_parts
from posto_desktop.sdk import counting


def split(text: str, limits: NetworkLimits, *, with_numbers: bool = False) -> list[str] | None:
    def fits(text: str, place: Place) -> bool:
        if with_numbers:
            text = numbered(text, place.number, place.total)
        return not length_of(text, limits).is_over

    pieces = split_parts([text], fits)
    return None if pieces is None else pieces[0]


def limited(most: int, unit: str = "characters") -> NetworkLimits:
    return NetworkLimits("test", "Test", text_max=most, text_unit=unit)


def test_a_text_that_fits_is_one_part() -> None:
    assert split("Hello there.", limited(12)) == ["Hello there."]
    assert split("", limited(12)) == [""]
    assert split(" \n ", limited(12)) == [""]


def test_parts_end_with_sentences() -> None:
    text = "One two three. Four five! Six? “Seven eight.” Nine"
    assert split(text, limited(28)) == ["One two three. Four five!", "Six? “Seven eight.” Nine"]


def test_abbreviations_initials_and_ordinals_end_no_sentence() -> None:
    text = "We met Dr. Adams on the 3. Of May with J. Smith. He left."
    assert split(text, limited(50)) == [
        "We met Dr. Adams on the 3. Of May with J. Smith.",
        "He left.",
    ]
    assert split("See e.g. the harbour wall. Yes", limited(26)) == [
        "See e.g. the harbour wall.",
        "Yes",
    ]


def test_a_paragraph_ends_a_part_where_that_fills_half_of_it() -> None:
    text = "One two three four five six.\n\nSeven. Eight nine ten eleven twelve."
    assert split(text, limited(40)) == [
        "One two three four five six.",
        "Seven. Eight nine ten eleven twelve.",
    ]
    short = "Hi.\n\nOne two three. Four five six seven eight nine ten."
    assert split(short, limited(40)) == [
        "Hi.\n\nOne two three.",
        "Four five six seven eight nine ten.",
    ]


def test_without_a_sentence_end_words_stay_whole() -> None:
    assert split("alpha beta gamma delta", limited(12)) == ["alpha beta", "gamma delta"]


def test_a_word_longer_than_a_part_is_cut_at_a_grapheme() -> None:
    family = "👩‍👩‍👧"
    parts = split(family * 5, limited(12, "code_points"))
    assert parts == [family * 2, family * 2, family]


def test_chinese_is_split_after_its_full_stop() -> None:
    assert split("今天天气很好。我们去公园吧。", limited(8)) == ["今天天气很好。", "我们去公园吧。"]


@pytest.mark.parametrize(
    "whole",
    [
        "https://example.com/a-long/path?with=values&more=of.them",
        "example.com/a/b/c/d/e/f",
        "@somebody@social.example.org",
        "#AHashtagOfManyWordsWithoutSpaces",
        "somebody.else@example.org",
    ],
)
def test_links_mentions_and_hashtags_stay_whole(whole: str) -> None:
    text = f"你好世界你好世界，{whole} 再见"
    for most in range(len(whole), len(text)):
        parts = split(text, limited(most))
        assert parts is not None
        assert any(whole in part for part in parts), (most, parts)


def test_a_link_longer_than_a_part_is_a_part_of_its_own() -> None:
    link = "https://example.com/" + "x" * 40
    assert split(f"See {link} now", limited(20)) == ["See", link, "now"]


def test_the_number_counts_and_so_does_its_second_digit() -> None:
    words = " ".join(["abcd"] * 9)
    # " 1/9" leaves five of nine characters; with ten parts " 10/10" would leave three.
    assert split(words, limited(9), with_numbers=True) == ["abcd"] * 9
    ten = split(" ".join(["abcd"] * 10), limited(9), with_numbers=True)
    assert ten is not None
    assert len(ten) > 9
    for number, part in enumerate(ten):
        assert len(numbered(part, number, len(ten))) <= 9


def test_too_many_parts_are_none() -> None:
    assert split("abcd " * MAX_PARTS, limited(4)) == ["abcd"] * MAX_PARTS
    assert split("abcd " * (MAX_PARTS + 1), limited(4)) is None
    assert split("x" * 1_000_000, limits_for("bluesky")) is None


def test_each_part_is_split_by_itself_and_counted_with_all() -> None:
    asked: set[Place] = set()

    def fits(text: str, place: Place) -> bool:
        asked.add(place)
        return len(text) <= 8

    assert split_parts(["one two three", "", "four five"], fits) == [
        ["one two", "three"],
        [""],
        ["four", "five"],
    ]
    assert Place(2, 1, 4, 9) in asked


_PIECES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            " ", "\n", "\n\n", ". ", "! ", "。", "👩‍👩‍👧", "🇩🇪", "é", "e\u0301", "مرحبا ", "שלום. ",
            "https://example.com/path/to?a=b ", "#hashtag ", "@user@host.example ", "Word ",
        ]
    ),
)  # fmt: skip


@given(
    st.lists(_PIECES, max_size=60).map("".join),
    st.sampled_from(["bluesky", "mastodon", "twitter", "threads", "telegram"]),
    st.integers(60, 400),
    st.booleans(),
)
@example("word " * 60, "mastodon", 60, True)
def test_parts_fit_and_give_the_text_back(
    text: str, slug: str, most: int, with_numbers: bool
) -> None:
    unit, url = limits_for(slug).text_unit, limits_for(slug).url_cost
    limits = NetworkLimits("test", "Test", text_max=most, text_unit=unit, url_cost=url)
    parts = split(text, limits, with_numbers=with_numbers)
    assert parts is not None
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", text)
    at = 0
    for part in parts:
        at = text.index(part, at) + len(part)  # each is a stretch of the text
    for number, part in enumerate(parts):
        sent = numbered(part, number, len(parts)) if with_numbers else part
        graphemes = counting.grapheme_breaks(sent)
        assert not length_of(sent, limits).is_over or len(graphemes) == 1, part
    if len(parts) > 1:
        assert all(parts)
