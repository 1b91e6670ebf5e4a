"""Tests of applying styles and defaults in counters, preview, checks and posts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from posto_desktop.core import style_sample, style_uses
from posto_desktop.core.checks import check
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.fixes import apply_fix
from posto_desktop.core.limits import limits_for
from posto_desktop.core.posts import (
    comment_of,
    items_of,
    link_of,
    media_of,
    post_data,
    text_of,
    title_of,
    variant_key_of,
)
from posto_desktop.core.resolved_style import ResolvedStyle
from posto_desktop.sdk.post_builder import build_post
from posto_desktop.sdk.records import Channel
from posto_desktop.sdk.style_files import StyleFile

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
X = Channel(1, "@nordlicht", "twitter", defaults={"post_text": "site {post_title}"})
LINKEDIN = Channel(2, "Nordlicht Coffee", "linkedin")
BLUESKY = Channel(3, "nordlicht.example", "bluesky")


def dressed(style: dict[str, dict[str, Any]], text: str = "Hello", **more: Any) -> Draft:
    resolved_style = ResolvedStyle("s", style, more.pop("networks", {}), more.pop("channels", {}),
                  day=date(2026, 11, 25))  # fmt: skip
    return Draft(text=text, style="s", resolved_style=resolved_style, **more)


def sent(draft: Draft, channel: Channel) -> dict[str, Any]:
    return post_data(items_of(draft, [channel], "ref")[0], [])


def test_one_text_in_all_places() -> None:
    draft = dressed({"twitter": {"post_text": "📢 {post_title} on {channel_name}, {date}"}})
    assert text_of(draft, X) == "📢 Hello on @nordlicht, 2026-11-25"
    assert sent(draft, X)["post_content"] == text_of(draft, X)
    assert text_of(draft, LINKEDIN) == sent(draft, LINKEDIN)["post_content"] == "Hello"
    assert text_of(draft, "twitter") == "📢 Hello on , 2026-11-25"


def test_it_is_what_the_sdk_sends_for_a_script() -> None:
    style = {
        "twitter": {"post_text": "{post_title}\n\n{post_content}\n{post_url}", "attach_link": True}
    }
    text = "Winter Roast\nFig and cocoa.\n\nhttps://nordlicht.example/w #roast"
    draft = dressed(style, text)
    script = build_post(X, text, layers=[style["twitter"]], posto_ref="ref")
    app = sent(draft, X)
    assert app["post_content"] == script["post_content"]
    assert app["custom_link"] == script["custom_link"] == "https://nordlicht.example/w"


def test_the_layers_in_their_order() -> None:
    def text(**parts: Any) -> str:
        return text_of(dressed(**{"style": {}, **parts}), X)

    net, own = (
        {"twitter": {"post_text": "net {post_title}"}},
        {1: {"post_text": "chan {post_title}"}},
    )
    style = {"twitter": {"post_text": "style {post_title}"}}
    assert text() == "Hello"  # a template on the site would change what is typed unseen
    assert text(networks=net) == "net Hello"
    assert text(networks=net, channels=own) == "chan Hello"
    assert text(networks=net, channels=own, style=style) == "style Hello"
    draft = dressed(style, networks=net, channels=own)
    draft = draft.with_text(X, "Own")
    assert text_of(draft, X) == "style Own"


def test_options_of_the_post_win() -> None:
    channel = Channel(4, "News", "telegram", defaults={"silent_notifications": False})
    draft = dressed({"telegram": {"silent_notifications": True}})
    assert sent(draft, channel)["silent_notifications"] is True
    draft = draft.with_option("telegram", "silent_notifications", False)
    assert sent(draft, channel)["silent_notifications"] is False


def test_links_of_a_style() -> None:
    draft = dressed({"linkedin": {"custom_link": "https://shop.example"}})
    assert link_of(draft, LINKEDIN) == "https://shop.example"
    draft = replace(draft, link="https://own.example")
    assert link_of(draft, LINKEDIN) == "https://own.example"
    draft = replace(draft, link="").with_option("linkedin", "attach_link", False)
    assert link_of(draft, LINKEDIN) == ""
    resolved = dressed({"linkedin": {"attach_link": True}}, "See https://a.example")
    assert link_of(resolved, LINKEDIN) == "https://a.example"
    assert link_of(dressed({"linkedin": {"attach_link": False, "custom_link": "https://b.example"}}),
                   LINKEDIN) == ""  # fmt: skip


def test_first_comment_and_title_of_a_style() -> None:
    instagram = Channel(5, "nordlicht", "instagram")
    draft = dressed({"instagram": {"first_comment": "Order: {post_url} ({channel_name})"}},
                    link="https://a.example")  # fmt: skip
    assert comment_of(draft, instagram) == "Order: https://a.example (nordlicht)"
    assert sent(draft, instagram)["first_comment"] == comment_of(draft, instagram)
    draft = replace(draft, first_comment="mine")
    assert comment_of(draft, instagram) == "mine"
    draft = draft.with_option("instagram", "first_comment", "")
    assert comment_of(draft, instagram) == ""
    pinterest = Channel(6, "Board", "pinterest")
    titled = dressed({"pinterest": {"post_title": "New: {post_title}"}}, "Roast\nFig")
    key = limits_for("pinterest").title_key
    assert title_of(titled, pinterest) == "New: Roast"
    assert sent(titled, pinterest)[key] == "New: Roast"


def test_the_link_is_known_also_where_none_is_attached() -> None:
    draft = dressed({"twitter": {"post_text": "{post_title} {post_url}"}}, link="a.example/x")
    assert text_of(draft, X) == "Hello https://a.example/x"
    draft = draft.with_option("twitter", "attach_link", False)
    assert text_of(draft, X) == "Hello https://a.example/x"


def test_a_style_may_leave_the_files_out() -> None:
    ref = MediaRef("/p/a.png", "a.png", 10, "image", width=10, height=10)
    draft = dressed({"twitter": {"upload_media": False}}, media=[ref])
    assert media_of(draft, X) == []
    assert media_of(draft, LINKEDIN) == [ref]
    item = items_of(draft, [X], "ref")[0]
    data = post_data(item, [7])
    assert (data["upload_media"], data["media_list_to_upload"]) == (False, [])
    assert not any(key.startswith("posto_no") for key in data)
    other = post_data(items_of(draft, [LINKEDIN], "ref")[0], [7])
    assert other["media_list_to_upload"] == [7]
    instagram = Channel(5, "nordlicht", "instagram")
    bare = dressed({"instagram": {"upload_media": False}}, media=[ref])
    assert "media_missing" in [finding.code for finding in check(bare, [instagram], NOW)]


def test_cut_text_is_cut_in_the_same_place_everywhere() -> None:
    draft = dressed({"twitter": {"post_text": "{post_title} – the end", "cut_post_text": True}},
                    "word " * 100)  # fmt: skip
    text = text_of(draft, X)
    assert len(text) <= 280
    assert sent(draft, X)["post_content"] == text
    assert "text_too_long" not in [finding.code for finding in check(draft, [X], NOW)]


def test_the_style_counts_and_shortening_makes_room_for_it() -> None:
    long = dressed({"twitter": {"post_text": "{post_title}" + " #abc" * 20}}, "word " * 50)
    finding = next(finding for finding in check(long, [X], NOW) if finding.code == "text_too_long")
    fix = next(item for item in (finding.fix, *finding.more) if item and item.kind == "shorten")
    fixed = apply_fix(long, fix)
    assert "text_too_long" not in [finding.code for finding in check(fixed, [X], NOW)]
    assert fixed.text_for(X).startswith("word word")


def test_channels_that_get_something_else_stand_alone() -> None:
    other = Channel(9, "@second", "twitter")
    draft = dressed({"twitter": {"post_text": "{post_title} by {channel_name}"}})
    assert variant_key_of(draft, X) == "channel:1"
    plain = dressed(
        {"twitter": {"post_text": "{post_title}!"}}, channels={9: {"cut_post_text": True}}
    )
    assert variant_key_of(plain, X) == ""
    assert variant_key_of(plain, other) == "channel:9"


def test_a_style_that_is_gone_is_an_error_with_a_way_out() -> None:
    draft = Draft(text="Hello", style="gone", resolved_style=ResolvedStyle("gone", missing=True))
    finding = next(finding for finding in check(draft, [X], NOW) if finding.code == "style_missing")
    assert "gone" in finding.sentence
    fixed = apply_fix(draft, finding.fix)
    assert fixed.style == ""
    assert "style_missing" not in [finding.code for finding in check(fixed, [X], NOW)]


def test_an_unknown_variable_is_an_error() -> None:
    draft = dressed({"twitter": {"post_text": "{post_title} {nope}"}})
    finding = next(
        finding for finding in check(draft, [X, LINKEDIN], NOW) if finding.code == "style_variable"
    )
    assert "{nope}" in finding.sentence
    assert finding.channel_ids == (1,)


def test_a_dress_is_not_stored_and_a_changed_draft_keeps_it() -> None:
    draft = dressed({"twitter": {"post_text": "x"}})
    assert replace(draft, link="https://a.example").resolved_style is draft.resolved_style
    again = Draft.from_json(draft.to_json())
    assert (again.style, again.resolved_style) == ("s", None)
    assert text_of(again, X) == "Hello"


def test_the_sample_shows_what_differs() -> None:
    style = StyleFile("s", {"*": {"post_text": "a"}, "mastodon": {"post_text": "b"}})
    channels = style_sample.sample_channels(style)
    assert [channel.network for channel in channels][:2] == ["mastodon", "instagram"]
    assert len({channel.id for channel in channels}) == len(channels)
    only = StyleFile("s", {"twitter": {"post_text": "b"}})
    assert [channel.network for channel in style_sample.sample_channels(only)] == ["twitter"]


def test_uses_are_drafts_of_that_name() -> None:
    drafts = [Draft(style="a"), Draft(style="b"), Draft()]
    assert style_uses.uses(drafts, "a") == drafts[:1]
