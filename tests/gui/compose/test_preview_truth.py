"""Compares previews with what the local workspace publishes: text and title, character by
character."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.posts import items_of
from posto_desktop.models.parsed_time import ParsedTime
from posto_desktop.sdk.records import Channel
from posto_desktop.server import text as server_text
from posto_desktop.server.networks import networks as server_networks
from posto_desktop.ui.shared.preview_posts import PreviewSources, preview_posts
from posto_desktop.ui.shared.preview_profile import collapsed
from posto_desktop.viewmodels.assessment import assess

SLUGS = (
    "twitter",
    "instagram",
    "fb",
    "linkedin",
    "mastodon",
    "bluesky",
    "tiktok",
    "telegram",
    "reddit",
    "pinterest",
    "tumblr",
)
TEXTS = {
    "plain": "Hello there.\nSecond line.",
    "heart": "I <3 the winter roast and what comes after it",
    "a tag": "A <b>bold</b> word and <a href='https://a.example/?x=1>2'>a link</a> in it",
    "open tag": "It costs <5 euro",
    "smaller": "1 < 2 and 3 > 2",
    "comment": "Before <!-- hidden > still hidden --> after",
    "entities": "Tea &amp; milk &lt;3 &eacute; &nosuch; ?a=1&copy=2 &#128512;",
    "braces": "In {2026} or {nobody} we meet",
    "blank lines": "One\n\n\n\nTwo\n   \n\nThree",
    "carriage returns": "One\r\nTwo\rThree",
    "joined": "👨‍👩‍👧‍👦 🇩🇪 Za\u0351\u0352\u0363lgo שלום \u202eabc\u202c",
    "starts with a tag": "<p>Paragraph</p>\nNext",
}
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
LOOKS = PreviewSources(*(lambda *_asked: None for _ in range(4)))


def published(draft: Draft, channel: Channel) -> tuple[str, str]:
    """(text, title) as the workspace hands them to its sandbox."""
    data = items_of(draft, [channel], "ref")[0].data
    network = server_networks().get(channel.network)
    text = server_text.prepare(
        data["post_content"], {}, collapse=network.slug == "twitter", choose=lambda of: of[0]
    )
    with_media = bool(draft.media)
    text = server_text.cut(
        text, network, network.cut_limit(with_media, {}), network.text_limit(with_media)
    )
    title = str(data.get("post_title") or data.get("photo_title") or "")
    return text, " ".join(server_text.prepare(title, {}).split())


def card(draft: Draft, channel: Channel) -> tuple[str, str]:
    (post,) = preview_posts(assess(draft, [channel], NOW, ParsedTime()), "", LOOKS)
    return post.text, post.title


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("name", list(TEXTS))
def test_the_card_shows_what_is_published(name: str, slug: str) -> None:
    draft = Draft(text=TEXTS[name], media=[MediaRef("/nowhere/a.jpg", "a.jpg", 10, "image")])
    channel = Channel(1, "Nordlicht", slug)
    text, title = published(draft, channel)
    assert card(draft, channel) == (collapsed(text), title)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_text_that_is_cut_ends_alike(slug: str) -> None:
    draft = Draft(text="The winter roast is here & it is <3 good. " * 400)
    channel = Channel(1, "Nordlicht", slug)
    text, _title = published(draft, channel)
    assert card(draft, channel)[0] == collapsed(text)


def test_lines_of_all_systems_stay_lines() -> None:
    draft, channel = Draft(text="One\r\nTwo\rThree"), Channel(1, "Nordlicht", "twitter")
    assert published(draft, channel)[0] == card(draft, channel)[0] == "One\nTwo\nThree"


def test_a_title_of_its_own_is_shown_as_it_is_published() -> None:
    draft = Draft(text="Hello", title="Tea &amp; <i>milk</i>")
    channel = Channel(1, "r/coffee", "reddit")
    assert card(draft, channel) == ("Hello", "Tea & milk")
    assert published(draft, channel)[1] == "Tea & milk"


def test_a_film_on_tiktok_has_no_title() -> None:
    film = MediaRef("/nowhere/f.mp4", "f.mp4", 10, "video")
    assert card(Draft(text="Hello", media=[film]), Channel(1, "Nordlicht", "tiktok"))[1] == ""


def test_a_service_that_keeps_tags_shows_them() -> None:
    draft = Draft(workspace="account", text="A <b>bold</b> <u>word</u> <span>here</span> &amp; <3")
    channel = Channel(1, "News", "telegram")
    assert card(draft, channel)[0] == "A <b>bold</b> <u>word</u> here &"
