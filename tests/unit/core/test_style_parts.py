"""Marks, hashtags and signatures of a style: counted, shown, checked and sent as one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core.checks import check
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.fixes import apply_fix
from posto_desktop.core.posts import (
    comment_of,
    items_of,
    link_of,
    post_data,
    text_of,
    variant_key_of,
)
from posto_desktop.core.resolved_style import ResolvedStyle
from posto_desktop.core.style_layers import fields_of, rows_of
from posto_desktop.core.styles import StyleRegistry
from posto_desktop.sdk.networks import all_networks
from posto_desktop.sdk.post_builder import build_post
from posto_desktop.sdk.records import Channel
from posto_desktop.sdk.style_files import StyleFile
from posto_desktop.sdk.style_texts import SnippetTexts, settled

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
DAY = date(2026, 11, 25)
X = Channel(1, "@nordlicht", "twitter")
INSTAGRAM = Channel(2, "nordlicht", "instagram")
LINKEDIN = Channel(3, "Nordlicht", "linkedin")
TELEGRAM = Channel(4, "news", "telegram")
WORDS = SnippetTexts({"coffee": "#roast #beans"}, {"team": "Your roasters"})


def dressed(part: dict[str, Any], text: str = "Hello", **more: Any) -> Draft:
    slugs = ("twitter", "instagram", "linkedin", "telegram")
    resolved_style = ResolvedStyle("Launch", dict.fromkeys(slugs, part), day=DAY, words=WORDS)
    return Draft(text=text, style="Launch", resolved_style=resolved_style, **more)


def sent(draft: Draft, channel: Channel) -> dict[str, Any]:
    return post_data(items_of(draft, [channel], "ref")[0], [])


PART = {
    "post_text": "{post_title} {post_url}",
    "utm": {"source": "{network}", "campaign": "{style}"},
    "hashtags": {"tags": ["fig"], "groups": ["Coffee"], "place": "first_comment"},
    "signature": {"name": "team"},
}


@pytest.mark.parametrize("channel", [X, INSTAGRAM, LINKEDIN, TELEGRAM])
def test_one_text_in_all_places(channel: Channel) -> None:
    draft = dressed(PART, "Hi #FIG https://n.example/b", link="https://n.example/a?x#y",
                    first_comment="More: https://n.example/c")  # fmt: skip
    data = sent(draft, channel)
    assert data["post_content"] == text_of(draft, channel)
    assert data.get("first_comment", "") == comment_of(draft, channel)
    assert data.get("custom_link", "") == link_of(draft, channel)
    assert "utm_campaign=Launch" in data["post_content"]
    script = build_post(
        channel,
        draft.text,
        layers=[settled(PART, WORDS, "Launch")],
        link=draft.link if link_of(draft, channel) else None,
        first_comment=draft.first_comment,
        posto_ref="ref",
        day=DAY,
    )
    if link_of(draft, channel):
        assert script["post_content"] == data["post_content"]
        assert script["custom_link"] == data["custom_link"]
    assert script.get("first_comment") == data.get("first_comment")


def test_what_it_makes() -> None:
    draft = dressed(PART, "Hi", link="https://n.example")
    marks = "utm_source=x&utm_campaign=Launch"
    assert text_of(draft, X) == f"Hi https://n.example?{marks}\n\nYour roasters"
    assert comment_of(draft, X) == "#fig #roast #beans"
    # No first comment there: the tags go to the end.
    assert text_of(draft, LINKEDIN).endswith("\n\nYour roasters\n\n#fig #roast #beans")


def test_no_first_comment_was_chosen() -> None:
    draft = dressed(PART, options={"twitter": {"first_comment": ""}})
    assert comment_of(draft, X) == ""


def test_marks_with_the_name_of_the_channel_part_the_channels() -> None:
    assert variant_key_of(dressed({"utm": {"content": "{channel}"}}), X) == "channel:1"
    assert variant_key_of(dressed({"utm": {"content": "{network}"}}), X) == ""


def test_the_button_leads_to_the_marked_link() -> None:
    part = {**PART, "add_read_more_button": True, "read_more_button_text": "Read"}
    data = sent(dressed(part, "Hi", link="https://n.example"), TELEGRAM)
    assert "utm_source=telegram" in data["read_more_button_link"]


def test_the_check_counts_what_is_added_and_shortening_makes_room() -> None:
    draft = dressed({"signature": {"text": "Bye " * 20}}, "word " * 50)
    (finding,) = [finding for finding in check(draft, [X], NOW) if finding.code == "text_too_long"]
    shorter = apply_fix(draft, finding.more[0])
    assert "text_too_long" not in {finding.code for finding in check(shorter, [X], NOW)}
    assert text_of(shorter, X).endswith("Bye")


def test_a_group_or_signature_that_is_gone_is_named() -> None:
    draft = dressed({"hashtags": {"groups": ["Tea"]}, "signature": {"name": "Boss"}})
    sentences = [
        finding.sentence
        for finding in check(draft, [X, LINKEDIN], NOW)
        if "Nothing is added" in finding.sentence
    ]
    assert sentences == [
        "The style “Launch” has a missing group of hashtags, “Tea”. Nothing is added.",
        "The style “Launch” has a missing signature, “Boss”. Nothing is added.",
    ]


def test_the_wardrobe_gives_its_words() -> None:
    style = StyleFile("s", {"*": {"signature": {"name": "Team"}}}, content={"name": "s"})
    resolved_style = StyleRegistry((style,), words=WORDS).resolved_style("s")
    assert (
        text_of(Draft(text="Hi", style="s", resolved_style=resolved_style), X)
        == "Hi\n\nYour roasters"
    )


_ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["source", "links", "tags", "groups", "text", "name", "file", "size"]),
            inner,
            max_size=3,
        )
    ),
)
_KEYS = sorted({field.key for net in all_networks() for field in fields_of(net.slug)})


@given(
    st.dictionaries(st.sampled_from(_KEYS), _ODD, max_size=8),
    st.sampled_from([network.slug for network in all_networks()]),
)
def test_no_value_of_a_file_breaks_checking_or_sending(part: dict[str, Any], slug: str) -> None:
    """Defaults are not looked through when they are read, as styles are."""
    channel = Channel(1, "c", slug)
    picture = MediaRef("/p/a.jpg", "a.jpg", 1000, width=400, height=200, mime="image/jpeg")
    resolved_style = ResolvedStyle(
        "", {}, {slug: part}, {1: part}, day=DAY, words=WORDS, marks="/m"
    )
    draft = Draft(text="Hi https://n.example", media=[picture], resolved_style=resolved_style)
    check(draft, [channel], NOW)
    (item,) = items_of(draft, [channel], "ref")
    assert post_data(item, [1])["post_content"] == text_of(draft, channel)
    rows_of(channel, resolved_style, draft)
