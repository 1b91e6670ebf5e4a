"""Counting as each network counts. The X cases are those of its own documentation."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from posto_desktop.core.limits import limits_for
from posto_desktop.core.text import (
    count,
    cut,
    cut_unit,
    find_urls,
    first_over,
    fit,
    grapheme_end,
    limit,
    link_price,
    measure,
    over_index,
    room,
    size,
    too_much,
    utf16_index,
    warning_limit,
)
from posto_desktop.sdk import counting
from posto_desktop.sdk.networks import all_networks
from posto_desktop.server import text as server_text
from posto_desktop.server.networks import networks

FAMILY = "👨\u200d👩\u200d👧\u200d👦"
FLAG = "🇩🇪"
SLUGS = [network.slug for network in all_networks()]


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("plain text", 10),
        ("caf\u00e9", 4),
        ("cafe\u0301", 4),  # composed first
        ("漢字", 4),
        ("👍", 2),
        ("👍🏽", 2),
        (FAMILY, 2),
        (FLAG, 2),
        ("1\ufe0f\u20e3", 2),
        ("©", 1),
        ("©\ufe0f", 2),
        ("see https://example.com/a/very/long/path?with=query#part", 27),
        ("http://a.co", 23),
        ("(https://example.com/wiki/A_(b))", 25),
        ("https://example.com.", 24),
        ("example.com and more", 32),
        ("me@example.com", 14),
        ("@name.com", 9),
        ("a.b", 3),
        ("“quoted”", 8),
        ("a\n\nb", 4),
    ],
)
def test_x(text: str, length: int) -> None:
    assert count(text, "x") == length


@pytest.mark.parametrize(
    ("text", "length"),
    [(FAMILY, 1), (FLAG * 2, 2), ("e\u0301", 1), ("a\r\nb", 3), ("ก็", 1), ("plain", 5)],
)
def test_bluesky(text: str, length: int) -> None:
    assert count(text, "bluesky") == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("https://example.com/" + "x" * 80, 23),
        ("example.com", 11),
        ("hello @ana@nordlicht.social!", 11),
        ("@ana@nordlicht.social", 4),
        ("@ana", 4),
        ("mail ana@nordlicht.social", 25),
        ("👍🏽", 1),
        (FAMILY * 2, 2),
        ("e\u0301", 1),
        ("https://ja.wikipedia.org/wiki/日本", 23),
        ("https://example.com/(a) and", 27),
        ("http://localhost/x", 18),  # no known ending, no address
        ("see https://example.com/@ana@nordlicht.social", 27),
        ("gemini://example.com/x", 23),
    ],
)
def test_mastodon(text: str, length: int) -> None:
    assert count(text, "mastodon") == length


@pytest.mark.parametrize(
    ("slug", "text", "length"),
    [
        ("telegram", "👍", 2),
        ("tiktok", FAMILY, 11),
        ("telegram", "漢字", 2),
        ("youtube_video", "漢字", 6),
        ("instagram", "👍🏽", 2),
        ("facebook", "abc", 3),
        ("a network nobody knows", "👍🏽", 2),
        ("linkedin", "👍🏽", 4),
        ("linkedin", "caf\u00e9 漢字", 7),
        ("linkedin", "https://example.com", 19),
        ("threads", "caf\u00e9", 4),
        ("threads", "👍🏽", 8),  # the bytes of its UTF-8
        ("threads", "ok " + FLAG, 11),
        ("telegram", "a\r\nb", 4),
        ("discord", FAMILY, 7),
        ("pinterest", "e\u0301", 2),
        ("tumblr", "👍", 1),
        ("youtube_video", "é", 2),
    ],
)
def test_the_others(slug: str, text: str, length: int) -> None:
    assert count(text, slug) == length


def test_limits() -> None:
    assert limit("x") == 280
    assert limit("twitter", with_media=True) == 280
    assert limit("telegram") == 4096
    assert limit("telegram", with_media=True) == 1024
    assert limit("vk") is None
    assert limit("a network nobody knows") is None


@pytest.mark.parametrize(
    ("text", "slug", "index"),
    [
        ("a" * 280, "x", None),
        ("a" * 281, "x", 280),
        ("a" * 279 + "👍", "x", 279),
        ("a" * 260 + " https://example.com/long/path", "x", 261),
        (FAMILY * 301, "bluesky", len(FAMILY) * 120),  # 25 bytes each: bytes end before graphemes
        ("漢" * 300, "bluesky", None),
        ("漢" * 301, "bluesky", 300),
        ("a" * 4095 + "👍", "telegram", 4095),
        ("a" * 10_000, "vk", None),
    ],
)
def test_where_the_part_begins_that_does_not_fit(text: str, slug: str, index: int | None) -> None:
    assert over_index(text, slug) == index


def test_with_media_the_place_comes_earlier() -> None:
    assert over_index("a" * 2000, "telegram") is None
    assert over_index("a" * 2000, "telegram", with_media=True) == 1024


texts = st.text(
    st.characters() | st.sampled_from("ab .\n\r👍🏽\u200d©\ufe0f🇩🇪漢e\u0301/@"), max_size=60
) | st.from_regex(
    r"(x |https?://[a-z.]{1,9}/?|@[a-z]+@[a-z.]+|[a-z]{1,4}\.com ){1,5}", fullmatch=True
)


@given(texts, st.sampled_from(SLUGS))
@example("0\ufe0f", "twitter")
def test_counts_are_sane(text: str, slug: str) -> None:
    length = count(text, slug)
    assert length >= 0
    assert (length == 0) == (text == "")
    if limits_for(slug).text_unit == "graphemes":
        assert length <= len(text)


@given(texts, st.sampled_from(SLUGS))
def test_more_text_in_a_new_line_is_never_shorter(text: str, slug: str) -> None:
    assert count(text + "\nword", slug) >= count(text, slug)


@given(texts.map(lambda text: text * 8), st.sampled_from(["twitter", "bluesky", "mastodon"]))
def test_what_lies_before_the_place_fits(text: str, slug: str) -> None:
    place = over_index(text, slug)
    longest = limit(slug)
    assert longest is not None
    most = limits_for(slug).text_max_bytes
    fits = count(text, slug) <= longest and (most is None or size(text) <= most)
    assert (place is None) == fits
    if place is not None:
        assert 0 <= place < len(text)


@given(texts, st.sampled_from(SLUGS))
def test_the_sdk_counts_the_same(text: str, slug: str) -> None:
    assert count(text, slug) == counting.count(text, slug)


@given(st.text(max_size=80), st.integers(0, 80))
def test_nothing_is_cut_inside_a_character(text: str, longest: int) -> None:
    end = grapheme_end(text, longest)
    assert 0 <= end <= longest
    if end < len(text):
        assert not unicodedata.combining(text[end]) or end == 0 or not text[end - 1].isalpha()


def test_places_for_qt() -> None:
    assert utf16_index("a👍b", 0) == 0
    assert utf16_index("a👍b", 2) == 3
    assert utf16_index("a👍b", 3) == 4


def test_urls_without_the_punctuation_after_them() -> None:
    text = "See https://a.example/x, (http://b.example/y(z)) and “https://c.example”. Not d.example"
    assert find_urls(text) == ["https://a.example/x", "http://b.example/y(z)", "https://c.example"]


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "text",
    [
        "a" * 10**6,
        "a." * 500_000,
        "👍" * 250_000,
        "http://" * 140_000,
        "@a" * 500_000,
        "a.b c/d " * 9,
    ],
    ids=["letters", "dots", "emoji", "schemes", "ats", "short"],
)
def test_a_pasted_megabyte_is_counted_at_once(text: str) -> None:
    for slug in ("twitter", "bluesky", "mastodon", "tiktok", "fb"):
        count(text, slug)
        over_index(text, slug)


@pytest.mark.parametrize(
    ("slug", "text", "more", "used", "limit_"),
    [
        ("x", "a" * 10, {}, 10, 280),
        ("x", "a" * 10, {"link": "https://example.com/"}, 34, 280),
        ("mastodon", "a" * 10, {"link": "https://example.com/"}, 34, 497),
        ("mastodon", "https://example.com/" + "a" * 400, {}, 420, 497),  # the service's own count
        ("mastodon", "https://example.com/" + "a" * 400, {"local": True}, 23, 497),
        ("mastodon", "https://a.de " * 20, {}, 480, 500),  # the network's is nearer
        ("linkedin", "#tag", {}, 5, 3000),
        ("linkedin", "👍", {}, 2, 3000),
        ("telegram", "a", {"with_media": True}, 1, 1024),
        ("instagram", "", {}, 0, 2197),
        ("instagram", "a" * 2197, {}, 2197, 2197),
        ("instagram", "a" * 2198, {}, 2198, 2197),  # the service cuts it
        ("mastodon", "a" * 500, {"local": True}, 500, 497),
        ("bluesky", FAMILY * 130, {}, 130 * 25, 3000),  # bytes
        ("vk", "a", {}, 1, None),
        ("a network nobody knows", "a", {}, 1, None),
    ],
)
def test_the_measure_that_is_nearest_to_its_limit(
    slug: str, text: str, more: dict[str, Any], used: int, limit_: int | None
) -> None:
    assert measure(text, slug, **more) == (used, limit_)


@pytest.mark.parametrize("local", [True, False])
@pytest.mark.parametrize("with_media", [True, False])
def test_a_counter_has_one_limit_from_the_first_character_on(local: bool, with_media: bool) -> None:
    alike = [
        slug for slug in SLUGS if cut_unit(limits_for(slug), local) == limits_for(slug).text_unit
    ]
    assert {"instagram", "threads", "discord"} < set(alike)
    for slug in alike:
        most = warning_limit(slug, with_media, local)
        for amount in (0, 1, (most or 0), (most or 0) + 1, 100_000):
            assert measure("a" * amount, slug, with_media, local=local) == (amount, most), slug


@given(texts.map(lambda text: text * 8), st.sampled_from(SLUGS), st.booleans(), st.booleans())
def test_a_counter_says_no_sooner_and_no_later_than_the_text_is_too_long(
    text: str, slug: str, with_media: bool, local: bool
) -> None:
    link = "https://nordlicht.example/"
    used, most = measure(text, slug, with_media, link, local)
    left = room(text, slug, with_media, link, local)
    if most is not None:
        assert most - used == left
        assert (used > most) == (first_over(text, slug, with_media, link, local) is not None)


@pytest.mark.parametrize(
    ("slug", "text", "shown"),
    [
        ("instagram", "a" * 2198, "a" * 2197 + "..."),
        ("x", "a" * 281, "a" * 277 + "..."),
        ("discord", "word " * 399 + "wordword", "word " * 399 + "wo..."),
        ("fb", "a" * 70_000, "a" * 70_000),  # nobody cuts; it is refused
        ("tiktok", "a" * 3000, "a" * 3000),
        ("bluesky", FAMILY * 305, FAMILY * 297 + "..."),
        ("x", "short", "short"),
        ("linkedin", "#" * 1501, "#" * 1500 + "..."),
    ],
)
def test_what_the_network_shows(slug: str, text: str, shown: str) -> None:
    assert cut(text, slug) == shown


@given(texts.map(lambda text: text * 8), st.sampled_from(SLUGS), st.booleans())
def test_a_fitted_text_is_taken_and_left_whole(text: str, slug: str, local: bool) -> None:
    link = "https://nordlicht.example/"
    short = fit(text, slug, True, link, local)
    for _ in range(3):  # shortened by one measure it can grow by another
        short = fit(short, slug, True, link, local)
    assert first_over(short, slug, True, link, local) is None
    assert not too_much(short, slug, True, link)
    left = room(short, slug, True, link, local)
    assert left is None or left >= 0
    assert cut(short, slug, True, link, local) == short
    if first_over(text, slug, True, link, local) is None:
        assert short == text


PIECES = [
    "word ",
    "漢字 ",
    "👍🏽 ",
    "https://example.com/some/page ",
    "e\u0301 ",
    "\n",
    "@a@b.example ",
]


@example("https://example.com/some/page " * 3 + "@a@b.example " * 3, "mastodon", 30, False)
@example(
    "https://example.com/some/page " * 3 + "@a@b.example " * 3 + "https://example.com/some/page ",
    "mastodon",
    400,
    False,
)
@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join),
    st.sampled_from(["twitter", "instagram", "linkedin", "mastodon", "bluesky", "telegram"]),
    st.sampled_from([1, 30, 400]),
    st.booleans(),
)
def test_it_shows_what_the_workspace_of_this_computer_sends(
    text: str, slug: str, times: int, with_media: bool
) -> None:
    text = (text * times).strip()
    network = networks().get(slug)
    limits = (network.cut_limit(with_media, {}), network.text_limit(with_media))
    assert cut(text, slug, with_media, local=True) == server_text.cut(text, network, *limits)


def test_the_warning_limit_is_the_lower_one() -> None:
    assert warning_limit("instagram") == 2197
    assert warning_limit("telegram", with_media=True) == 1024
    assert warning_limit("mastodon") == 500  # the service counts in another unit
    assert warning_limit("mastodon", local=True) == 497
    assert warning_limit("vk") is None


def test_links_have_a_price_only_where_the_network_gives_them_one() -> None:
    assert link_price("See nordlicht.de/roast and a.com", "twitter") == 23
    assert link_price("See a.com", "mastodon") == 0  # it knows no bare domains
    assert link_price("See https://a.com", "mastodon") == 23
    assert link_price("Nothing here. Really", "twitter") == 0
    assert link_price("Nothing here", "twitter", "https://a.com") == 23
    assert link_price("See https://a.com", "bluesky") == 0
