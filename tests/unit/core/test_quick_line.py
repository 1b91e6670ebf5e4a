"""The line of quick capture: what it takes for channels and time, and that no character is lost."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from posto_desktop.core.channel_groups import OwnGroup
from posto_desktop.core.channel_names import ChannelNames
from posto_desktop.core.quick_line import (
    QuickLine,
    escaped,
    put_back,
    read_line,
    with_name,
    with_time,
)
from posto_desktop.sdk.records import Channel

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 10, 30, tzinfo=ZONE)  # a Wednesday
CHANNELS = (
    Channel(1, "Harbour Café", "instagram", link="https://instagram.com/harbour.cafe"),
    Channel(2, "Harbour Café", "fb"),
    Channel(3, "Ana’s Bakery", "mastodon", link="https://social.example/@bread"),
    Channel(4, "Baker", "mastodon"),
    Channel(5, "Café Monday", "bluesky"),
    Channel(6, "مخبز الميناء", "telegram"),
)
NAMES = ChannelNames(CHANNELS, (OwnGroup("Cafés", (1, 2, 99)), OwnGroup("Empty", (99,))))


def read(line: str) -> QuickLine:
    return read_line(line, NAMES, NOW, ZONE)


def parts(line: str) -> tuple[str, tuple[int, ...], str]:
    result = read(line)
    return result.text, result.channel_ids(), result.when_text


@pytest.mark.parametrize(
    ("line", "text", "channel_ids", "when"),
    [
        ("Buns are back @instagram @facebook tomorrow 9", "Buns are back", (1, 2), "tomorrow 9"),
        ("@instagram Buns are back tomorrow 9", "Buns are back", (1,), "tomorrow 9"),
        ("Buns tomorrow at 9, @fb.", "Buns", (2,), "tomorrow at 9"),
        ("Buns @Cafés Friday 8pm", "Buns", (1, 2), "Friday 8pm"),
        ("Buns @CAFES in 2 hours", "Buns", (1, 2), "in 2 hours"),
        ("Buns @bread@social.example", "Buns", (3,), ""),
        ("Buns @bread", "Buns", (3,), ""),
        ("Buns @mastodon/baker", "Buns", (4,), ""),
        ("Buns @mastodon*", "Buns", (3, 4), ""),
        ("Buns @#2", "Buns", (2,), ""),
        ("Buns @Café Monday tomorrow 9", "Buns", (5,), "tomorrow 9"),
        ("@Café Monday buns", "buns", (5,), ""),
        ("الخبز عاد @مخبز الميناء غدا الساعة 18", "الخبز عاد", (6,), "غدا الساعة 18"),
        # After a channel or an @ a day alone is a time, or a time of day alone.
        ("See you @fb tomorrow", "See you", (2,), "tomorrow"),
        ("See you @tomorrow", "See you", (), "tomorrow"),
        ("Buns @fb now", "Buns", (2,), "now"),
        # Otherwise these are words of the message.
        ("See you tomorrow @fb", "See you tomorrow", (2,), ""),
        ("Buy now", "Buy now", (), ""),
        ("We open at 9", "We open at 9", (), ""),
        ("Open 24/7", "Open 24/7", (), ""),
        ("Happy 2027", "Happy 2027", (), ""),
        ("Two for one, or one for two", "Two for one, or one for two", (), ""),
        ("Coming tomorrow 9?", "Coming tomorrow 9?", (), ""),
        # A mention that is no channel, an address, and what stands inside the message.
        ("Thanks @ana", "Thanks @ana", (), ""),
        ("Ask me@instagram", "Ask me@instagram", (), ""),
        ("We are on @instagram now, come", "We are on @instagram now, come", (), ""),
        ("@ana @fb hi", "@ana @fb hi", (), ""),
        # A backslash.
        (r"Follow \@instagram", "Follow @instagram", (), ""),
        (r"Follow \@instagram please @fb", "Follow @instagram please", (2,), ""),
        (r"See you \tomorrow 9", "See you tomorrow 9", (), ""),
        (r"See you \tomorrow 9 at the shop", "See you tomorrow 9 at the shop", (), ""),
        (r"One \\@fb", r"One \@fb", (), ""),
        (r"In C:\now and \o/", r"In C:\now and \o/", (), ""),
        # Several lines.
        ("One @fb tomorrow 9\ntwo", "One\ntwo", (2,), "tomorrow 9"),
        ("One\n@fb tomorrow 9\n\ntwo", "One\n\ntwo", (2,), "tomorrow 9"),
        (
            "Today 18:00 and tomorrow 9\ntomorrow 10",
            "Today 18:00 and tomorrow 9",
            (),
            "tomorrow 10",
        ),
    ],
)
def test_a_line(line: str, text: str, channel_ids: tuple[int, ...], when: str) -> None:
    assert parts(line) == (text, channel_ids, when)


@pytest.mark.parametrize(
    ("line", "when"),
    [
        ("Die Brötchen sind da morgen um 9", "morgen um 9"),
        ("Los bollos vuelven mañana a las 9", "mañana a las 9"),
        ("Les pains reviennent demain à 18h", "demain à 18h"),
        ("Os pães voltaram amanhã às 18h", "amanhã às 18h"),
        ("Ekmek geri geldi yarın saat 18'de", "yarın saat 18'de"),
        ("Çörəklər gəldi sabah saat 18-də", "sabah saat 18-də"),
        ("الخبز عاد غدا الساعة 18", "غدا الساعة 18"),
        ("It is bun time tomorrow 9", "tomorrow 9"),
    ],
)
def test_a_time_in_each_language(line: str, when: str) -> None:
    assert parts(line) == (line.removesuffix(when).strip(), (), when)


def test_a_long_text_is_read_at_its_ends() -> None:
    lines = [f"{number} @fb" for number in range(5_000)]
    lines[-1] += " tomorrow 8"
    lines[2_500] = "\\now " * 5_000
    text = "\n".join(lines)
    result = read(text)
    assert (result.when_text, len(result.channels)) == ("tomorrow 8", 40)
    assert result.text.count("@fb") == len(lines) - 41


def test_a_time_that_may_be_meant_is_offered_and_stays_in_the_text() -> None:
    result = read("See you tomorrow @fb")
    assert result.offer is not None
    assert result.offer.words == "tomorrow"
    assert result.line[result.offer.start :].startswith("tomorrow")
    assert read("See you tomorrow @fb Friday 9").offer is None


def test_a_name_of_several_is_left_to_choose() -> None:
    token = read("Buns @mastodon").channels[0]
    assert [meaning.name for meaning in token.meanings] == ["Ana’s Bakery", "Baker", "mastodon*"]
    assert read("Buns @mastodon").channel_ids() == ()
    names = [meaning.name for meaning in read("Buns @harbour cafe").channels[0].meanings]
    assert names == ["instagram/Harbour Café", "fb/Harbour Café"]


def test_a_name_that_no_channel_has_is_told() -> None:
    assert read("Thanks @ana").unknown_name == "@ana"
    assert read("@ana thanks @fb").unknown_name == "@ana"
    assert read("Thanks @ana for all @fb").unknown_name == ""


def test_a_passed_time_is_a_time() -> None:
    assert read("Buns today 9").when_text == "today 9"


@pytest.mark.parametrize(
    ("line", "number", "changed"),
    [
        ("Buns @fb tomorrow 9", 0, r"Buns \@fb tomorrow 9"),
        ("Buns @fb tomorrow 9", 1, r"Buns \tomorrow 9 @fb"),
        ("Buns @fb tomorrow", 1, r"Buns \tomorrow @fb"),
        ("@fb @instagram Buns", 0, r"@instagram \@fb Buns"),
        ("One\n@fb", 0, "One\n\\@fb"),
        ("One @fb, @instagram\ntwo", 1, "One \\@instagram @fb,\ntwo"),
    ],
)
def test_a_token_is_put_back_into_the_text(line: str, number: int, changed: str) -> None:
    result = read(line)
    assert put_back(result, result.tokens[number]) == changed


def test_a_meaning_and_an_offered_time_are_taken() -> None:
    result = read("Buns @mastodon, tomorrow 9")
    chosen = with_name(result, result.channels[0], result.channels[0].meanings[2])
    assert parts(chosen) == ("Buns", (3, 4), "tomorrow 9")
    offered = read("See you tomorrow @fb")
    assert offered.offer is not None
    assert parts(with_time(offered, offered.offer)) == ("See you", (2,), "tomorrow")


def test_names_are_completed_from_their_beginning() -> None:
    labels = [meaning.label for meaning in NAMES.completions("harb")]
    assert labels == ["Harbour Café", "Harbour Café"]
    assert [meaning.label for meaning in NAMES.completions("café")][:1] == ["Café Monday"]


PIECES = (
    *(
        "Buns",
        "are",
        "Café",
        "🥐",
        "e\u0301",
        ",",
        ".",
        "@",
        "\\",
        "\\\\",
        "\n",
        "  ",
        "\t",
        "\u2028",
    ),
    *("@fb", "@ana", "@mastodon", "@Café", "\\@fb", "@now", "@#2", "@cafés*", "\x00"),
    *("tomorrow", "9", "at", "now", "Monday", "in", "2", "hours", "غدا", "morgen", "um", "18h"),
)
WORDS = st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)
LINES = st.one_of(WORDS, st.text(max_size=60), WORDS.map(lambda words: words.replace(" ", "")))


@given(LINES)
@example("@fb\n@fb")
@example("\\tomorrow 9 @fb")
@settings(deadline=None)
def test_no_character_is_lost(line: str) -> None:
    result = read(line)
    remaining, at = [], 0
    for start, end in result.removed:
        assert at <= start < end <= len(line)
        remaining.append(line[at:start])
        at = end
        for place in range(start, end):
            in_token = any(
                token.start <= place < token.end and token.kind != "offer"
                for token in result.tokens
            )
            assert in_token or line[place].isspace() or line[place] == "\\"
    assert "".join([*remaining, line[at:]]) == result.text
    for token in result.tokens:
        assert token.words in line[token.start : token.end]
        if token.kind != "offer":
            assert any(start <= token.start and token.end <= end for start, end in result.removed)


@given(LINES)
@example("\\@fb")
@example("a \\\\tomorrow 9")
@settings(deadline=None)
def test_any_text_can_be_written(text: str) -> None:
    line = escaped(text, NAMES, NOW, ZONE)
    result = read(line)
    assert result.text == text.strip()
    assert {token.kind for token in result.tokens} <= {"offer"}


@given(LINES)
@settings(deadline=None)
def test_what_is_put_back_is_text(line: str) -> None:
    result = read(line)
    for token in result.tokens:
        if token.kind != "offer":
            after = read(put_back(result, token))
            assert line[token.start : token.end].strip() in after.text
            assert len(after.channels) <= len(result.channels)


CHANNEL_NAMES = st.one_of(
    st.sampled_from(["Harbour Café", "harbour cafe", "instagram", "#general", "@x", "12", "", "*"]),
    st.text(max_size=12),
)


@given(
    st.lists(st.tuples(CHANNEL_NAMES, st.sampled_from(["fb", "instagram", "slack"])), max_size=6)
)
@settings(deadline=None)
def test_the_name_of_a_channel_means_it_alone(named: list[tuple[str, str]]) -> None:
    channels = [Channel(number, *pair) for number, pair in enumerate(named, 1)]
    names = ChannelNames(channels)
    for channel in channels:
        single = names.named(channel.id)
        assert single is not None
        result = read_line(f"Buns @{single.name} tomorrow 9", names, NOW, ZONE)
        assert (result.text, result.channel_ids()) == ("Buns", (channel.id,))
