"""What the service does to texts, and that it never cuts what the app says fits."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from posto_desktop.core import text as app_text
from posto_desktop.server import text as texts
from posto_desktop.server.networks import Networks, load, networks

NAMES = ("twitter", "fb", "instagram", "linkedin", "mastodon", "bluesky", "telegram", "tiktok")
# Addresses stand apart, as people write them: what is glued to one is anybody's guess.
PIECES = [
    "a",
    "é",
    "ß",
    "日本",
    "👍🏽",
    "👨‍👩‍👧‍👦",
    "🇩🇪🇫🇷",
    "1️⃣",
    "©️",
    "©",
    "™",
    "e\u0301",
    " ",
    "\n",
    " https://example.com/some/quite/long/path?with=query ",
    " http://a.io. ",
    " example.com/a/very/long/path/that/counts/as/one/address ",
    " @user@mastodon.example ",
    "#tag",
    "<3",
    "…",
]
writing = st.lists(st.sampled_from(PIECES), max_size=80).map("".join)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a <b>b</b> c", "a b c"),
        ("1 < 2", "1 < 2"),
        ("a<", "a<"),
        ("I <3 you", "I "),
        ("I <3 you > me", "I  me"),
        ('<a title=">">x</a>', "x"),
        ("<it's> fine", " fine"),
        ("a<!-- b > c -->d", "ad"),
        ("a<!-- b", "a"),
        ("", ""),
    ],
)
def test_tags_are_stripped_as_php_does(text: str, left: str) -> None:
    assert texts.strip_tags(text) == left


@given(st.text())
@example("<" * 1000)
def test_stripping_tags_keeps_plain_text_and_leaves_no_closed_tag(text: str) -> None:
    stripped = texts.strip_tags(text)
    if "<" not in text:
        assert stripped == text
    assert len(stripped) <= len(text)


def test_variables_are_replaced_and_unknown_ones_stay() -> None:
    values = {"post_title": "A long title", "site_name": ""}
    text = '{post_title} {Post_Title} {post_title limit="6"} {site_name}{nobody} {}'
    assert texts.expand(text, values) == "A long title A long title A long... {nobody} {}"


def test_a_variable_is_not_expanded_twice() -> None:
    assert texts.expand("{post_title}", {"post_title": "{post_title}"}) == "{post_title}"


def test_branches_are_chosen_from_the_inside() -> None:
    last = texts.choose_branches("{a|{b|c}} {x} {|}", lambda branches: branches[-1])
    assert last == "c {x} "


@given(st.text(alphabet="{}|ab \n", max_size=200))
def test_no_text_keeps_the_branches_from_ending(text: str) -> None:
    texts.prepare(text, {"post_title": "T"})


@pytest.mark.parametrize(
    "text",
    ["{" + "|" * 1_000_000, "{|" * 300_000, "<" * 1_000_000, "{a" + " " * 1_000_000, "\n" * 10**6],
)
def test_a_hostile_megabyte_is_done_with_soon(text: str) -> None:
    began = time.process_time()
    prepared = texts.prepare(text, {"a": "x"}, collapse=True)
    for name in NAMES:
        texts.cut(prepared, networks().get(name), 280, 280)
    assert time.process_time() - began < 6


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("?a=1&copy=2&lt", "?a=1&copy=2&lt"),
        ("&notit; &not; &#39;&#x1f44d;", "&notit; ¬ '👍"),
        ("&amp;amp;", "&amp;"),
    ],
)
def test_only_whole_entities_are_decoded(text: str, left: str) -> None:
    assert texts.prepare(text, {}) == left


def test_entities_are_decoded_and_blank_lines_collapse_for_x() -> None:
    assert texts.prepare("a &amp;&lt;b&gt;\r\n\n\n\nc", {}) == "a &<b>\n\n\n\nc"
    assert texts.prepare("a\n\n \n\nc", {}, collapse=True) == "a\n\nc"


@pytest.mark.parametrize("name", NAMES)
@given(text=writing)
def test_it_never_counts_more_than_the_app(name: str, text: str) -> None:
    assert texts.count(text, networks().get(name)) <= app_text.count(text, name)


@pytest.mark.parametrize("name", NAMES)
@given(text=writing, limit=st.integers(5, 60))
def test_a_cut_text_fits_and_breaks_no_character(name: str, text: str, limit: int) -> None:
    network = networks().get(name)
    cut = texts.cut(text, network, limit, limit)
    if texts.count(text, network) <= limit:
        assert cut == text
        return
    assert texts.count(cut, network) <= limit
    head = cut.removesuffix("...")
    assert text.startswith(head)
    rest = text[len(head) :]
    assert not rest.startswith(("\u0301", "\ufe0f", "\u200d👩", "🏽"))


def test_a_text_is_left_alone_where_the_service_does_not_cut() -> None:
    assert texts.cut("x" * 5000, networks().get("tiktok"), None, None) == "x" * 5000


def test_limits_come_from_the_data() -> None:
    x = networks().get("x")
    assert (x.slug, x.text_limit(False), x.cut_limit(False, {})) == ("twitter", 280, 280)
    assert x.cut_limit(False, {"cut_post_text": False}) is None
    telegram = networks().get("telegram")
    assert (telegram.cut_limit(False, {}), telegram.cut_limit(True, {})) == (4096, 1024)
    assert networks().slug("Facebook") == "fb"
    assert networks().slug("nowhere") == "nowhere"


def test_without_its_data_nothing_is_limited(tmp_path: object, caplog: object) -> None:
    from pathlib import Path

    empty = load(Path(str(tmp_path)) / "missing.json")
    assert empty.get("twitter").text_limit(False) is None
    assert not empty.knows("twitter")
    assert Networks({"networks": {"a": 5, "b": {"name": "B"}}}).get("b").name == "B"
