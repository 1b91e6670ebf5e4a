"""Hashtags and mentions: where they are in a text, which were used, which fit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from posto_desktop.core.handles import handle_of
from posto_desktop.core.suggestions import (
    SuggestedWord,
    TypedWord,
    UsedText,
    count_used,
    find_words,
    fitting,
    word_at,
)

X = frozenset({"twitter"})
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Advent #advent, #Café and (#x).", ["#advent", "#Café", "#x"]),
        ("＃東京 #हिन्दी #می‌شود #2026advent #1", ["#東京", "#हिन्दी", "#می‌شود", "#2026advent"]),
        ("ann@harbour.example https://x.example/#part a#b #a#b", ["#a"]),
        ("@ann@social.example. @bob, @c.example!", ["@ann@social.example", "@bob", "@c.example"]),
        ("# @ ## @@", []),
    ],
)
def test_words_are_found_in_every_language(text: str, words: list[str]) -> None:
    assert list(find_words(text)) == words


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("hi #adv", TypedWord("#", "adv", 3)),
        ("#", TypedWord("#", "", 0)),
        ("#हिन्दी", TypedWord("#", "हिन्दी", 0)),
        ("(@ann.b", TypedWord("@", "ann.b", 1)),
        ("@ann@soc", TypedWord("@", "ann@soc", 0)),
        ("x@ann", None),
        ("https://x.example/#a", None),
        ("#a b", None),
        ("", None),
    ],
)
def test_the_word_before_the_caret(text: str, word: TypedWord | None) -> None:
    assert word_at(text, len(text)) == word
    assert word_at(f"{text} more", len(text)) == word
    assert word is None or word_at(f"{text}more", len(text)) is None  # inside of a word


def test_the_most_used_and_newest_come_first_as_they_are_spelled() -> None:
    old = NOW - timedelta(days=400)
    texts = [
        UsedText("#old #Often", old),
        *(UsedText("#old", old, message=f"m{number}") for number in range(5)),
        UsedText("#often", NOW - timedelta(days=1), X, "a"),
        UsedText(
            "#often", NOW - timedelta(days=1), frozenset({"mastodon"}), "a"
        ),  # the same message
        UsedText("#Often @ann", None, X, "b"),
        UsedText("#often", NOW + timedelta(days=9), message="c"),
    ]
    words = count_used(texts, NOW)
    assert [(tag.text, tag.uses) for tag in words.tags] == [("#often", 4), ("#old", 6)]
    assert words.tags[0].networks == {"twitter", "mastodon", ""}
    assert [mention.text for mention in words.mentions] == ["@ann"]


def test_what_fits_begins_so_in_any_case_and_without_accents() -> None:
    words = [SuggestedWord(text) for text in ("#Coffee", "#café", "#specialtyCoffee", "#tea")]
    assert [item.text for item in fitting(words, "CAFE")] == ["#café"]
    assert [item.text for item in fitting(words, "cof")] == ["#Coffee", "#specialtyCoffee"]
    assert [item.text for item in fitting(words, "c", {"#coffee"})] == ["#café"]
    assert len(fitting(words, "", most=2)) == 2
    named = [SuggestedWord("@hb", name="Harbour Bakery")]
    assert fitting(named, "bak") == fitting(named, "harb") == fitting(named, "hb") == named
    assert fitting(named, "arb") == []


@pytest.mark.parametrize(
    ("network", "link", "name", "handle"),
    [
        ("twitter", "https://x.com/harbour", "Harbour", "@harbour"),
        ("twitter", "", "@harbour", "@harbour"),
        ("twitter", "", "Harbour Bakery", ""),
        ("instagram", "https://www.instagram.com/a.b/", "A", "@a.b"),
        ("threads", "https://www.threads.net/@ann", "Ann", "@ann"),
        ("mastodon", "https://social.example/@ann", "Ann", "@ann@social.example"),
        ("misskey", "http://127.0.0.1:8080/@ann", "Ann", "@ann@127.0.0.1:8080"),
        ("lemmy", "https://lemmy.example/u/ann", "Ann", "@ann@lemmy.example"),
        ("mastodon", "", "@ann@social.example", "@ann@social.example"),
        ("mastodon", "https://social.example/tags/x", "Ann", ""),
        ("bluesky", "https://bsky.app/profile/harbour.bsky.social", "H", "@harbour.bsky.social"),
        ("bluesky", "https://bsky.app/profile/did:plc:abc", "harbour.example", "@harbour.example"),
        ("bluesky", "", "Harbour", ""),
        ("telegram", "https://t.me/s/news", "News", "@news"),
        ("reddit", "https://www.reddit.com/user/ann/", "Ann", "u/ann"),
        ("youtube", "https://www.youtube.com/channel/UC1", "Ann", ""),
        ("youtube", "https://www.youtube.com/@ann", "Ann", "@ann"),
        ("tumblr", "https://harbour.tumblr.com/", "H", "@harbour"),
        ("matrix", "https://matrix.to/#/%40ann%3As.example", "Ann", "@ann:s.example"),
        ("fb", "https://facebook.com/harbour", "Harbour", ""),
        ("linkedin", "https://www.linkedin.com/company/1", "@x", ""),
        ("twitter", "https://[x", "Ann", ""),
    ],
)
def test_handles_as_their_network_writes_them(
    network: str, link: str, name: str, handle: str
) -> None:
    assert handle_of(network, link, name) == handle
