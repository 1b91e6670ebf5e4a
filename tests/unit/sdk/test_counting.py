from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.sdk.counting import count, count_as, cut, first_url, place
from posto_desktop.sdk.networks import all_networks, network

FAMILY = "👨\u200d👩\u200d👧\u200d👦"


@pytest.mark.parametrize(
    ("text", "on", "length"),
    [
        ("hello", "x", 5),
        ("日本", "twitter", 4),
        (FAMILY, "twitter", 2),
        ("👍🏽", "twitter", 2),
        ("🇵🇹", "twitter", 2),
        ("see https://example.com/" + "a" * 80, "twitter", 4 + 23),
        ("example.com", "twitter", 23),
        ("e\u0301", "twitter", 1),
        ("©", "twitter", 1),
        (FAMILY, "bluesky", 1),
        ("e\u0301", "bluesky", 1),
        ("a\nb", "bluesky", 3),
        ("see https://example.com/" + "a" * 80, "mastodon", 4 + 23),
        ("😀", "telegram", 1 if network("telegram").text_unit == "characters" else 2),
        ("hello", "fb", 5),
        ("", "twitter", 0),
    ],
)
def test_each_network_counts_in_its_own_way(text: str, on: str, length: int) -> None:
    assert count(text, on) == length


def test_units_are_all_known() -> None:
    units = {entry.text_unit for entry in all_networks()}
    assert units <= {"weighted", "graphemes", "characters", "code_points", "utf16_units",
                     "utf8_bytes", "graphemes_url23", "characters_emoji_bytes"}  # fmt: skip


def test_cutting_ends_at_a_word() -> None:
    text = "The quick brown fox jumps over the lazy dog"
    assert cut(text, "fb", 20) == "The quick brown fox…"
    assert cut(text, "fb", 19) == "The quick brown…"
    assert cut(text, "fb", 100) == text
    assert cut("x" * 50, "fb", 10) == "x" * 9 + "…"
    assert cut("日本語" * 10, "twitter", 12) == "日本語日本…"
    assert cut("Hello, world", "fb", 8) == "Hello…"
    assert cut(text, "fb", 0) == ""


def test_nothing_is_cut_inside_a_character() -> None:
    assert cut(FAMILY * 5, "bluesky", 3) == FAMILY * 2 + "…"


@given(st.text(max_size=400), st.sampled_from([n.slug for n in all_networks()]), st.integers(0, 60))
def test_a_cut_text_fits(text: str, slug: str, limit: int) -> None:
    short = cut(text, slug, limit)
    assert count(short, slug) <= max(limit, 0)
    if count(text, slug) <= limit:
        assert short == text


CHARS = st.text(st.sampled_from("aé日👍🏽\u200d👩©️#1 \n.:/@@ehttps") | st.characters(), max_size=80)


@given(CHARS, st.sampled_from([n.slug for n in all_networks()]))
def test_the_app_counts_the_same(text: str, slug: str) -> None:
    """The compose page counts in `core.text`, and what it shows is what is cut here."""
    from posto_desktop.core import text as app

    assert count(text, slug) == app.count(text, slug)


@given(st.text(max_size=200))
def test_lengths_are_never_negative(text: str) -> None:
    for entry in all_networks():
        assert 0 <= count(text, entry) <= 8 * len(text) + 23 * (1 + len(text) // 4)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("see https://e.com/a?b=1.", "https://e.com/a?b=1"),
        ("(http://e.com)", "http://e.com"),
        ("mail a@e.com, e.com", None),
        ("", None),
    ],
)
def test_the_first_address_of_a_text(text: str, url: str | None) -> None:
    assert first_url(text) == url


UNITS = [
    "weighted",
    "graphemes",
    "graphemes_url23",
    "characters_url23",
    "characters_emoji_bytes",
    "characters_escaped",
    "utf16_units",
    "utf8_bytes",
    "characters",
    "code_points",
]


@given(CHARS, st.sampled_from(UNITS), st.integers(0, 60))
def test_the_place_is_where_the_count_passes_the_limit(text: str, unit: str, longest: int) -> None:
    at = place(text, unit, longest)
    assert (at is None) == (count_as(text, unit) <= longest)
    if at is not None:
        assert 0 <= at < len(text)


@given(CHARS, st.sampled_from(UNITS), st.integers(0, 2500))
def test_the_place_in_a_long_text_is_that_of_a_slow_walk(
    text: str, unit: str, longest: int
) -> None:
    text = (text + " and so on ") * 30
    at = place(text, unit, longest)
    assert (at is None) == (count_as(text, unit) <= longest)
    if at is not None and unit not in ("weighted", "graphemes_url23", "characters_url23"):
        assert count_as(text[:at], unit) <= longest
        rest = regex.match(r"\X", text, pos=at)
        assert count_as(text[: rest.end()], unit) > longest


@given(CHARS)
def test_graphemes_are_those_of_the_library(text: str) -> None:
    """The quick way round plain letters finds the same boundaries."""
    assert count_as(text, "graphemes") == len(regex.findall(r"\X", text))


@given(st.text(st.characters(max_codepoint=0x1FFF), max_size=12))
def test_graphemes_of_every_script(text: str) -> None:
    assert count_as(text, "graphemes") == len(regex.findall(r"\X", text))


@given(st.text(max_size=60), st.integers(0, 60))
def test_what_the_service_escapes_counts_twice(text: str, longest: int) -> None:
    escaped = "".join("\\" + char if char in "\\|{}@[]()<>#*_~" else char for char in text)
    assert count_as(text, "characters_escaped") == len(escaped)


def test_a_megabyte_is_counted_quickly() -> None:
    text = "Grüße 👋 " * 120_000
    assert count(text, "twitter") > 280
    assert len(cut(text[:50_000], "twitter", 280)) < 280
