"""Tests that assessing a message gives the same result after any other one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from posto_desktop.core.checks.post import CheckedPost
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.resolved_style import ResolvedStyle
from posto_desktop.models.parsed_time import ParsedTime
from posto_desktop.sdk.records import Channel
from posto_desktop.viewmodels.assessment import Assessment, assess

NOW = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
CHANNELS = (
    Channel(1, "@nordlicht", "twitter"),
    Channel(2, "Nordlicht", "fb"),
    Channel(3, "Nordlicht", "instagram"),
    Channel(4, "Shop", "fb"),
)
DRAFT = Draft(
    text="The winter roast is here",
    variants={"channel:4": "For the shop"},
    link="https://example.com/roast",
    options={"twitter": {"attach_link": True}},
)
CHANGES: dict[str, Callable[[Draft], Draft]] = {
    "nothing": lambda draft: draft,
    "a letter": lambda draft: replace(draft, text=draft.text + "s"),
    "no text": lambda draft: replace(draft, text=""),
    "too long": lambda draft: replace(draft, text="long " * 200),
    "an address": lambda draft: replace(draft, text="See https://example.com/a", link=""),
    "own text": lambda draft: replace(draft, variants={"twitter": "Short"}),
    "a link": lambda draft: replace(draft, link="https://example.com/other"),
    "a title": lambda draft: replace(draft, title="Roast"),
    "a comment": lambda draft: replace(draft, first_comment="More below"),
    "a file": lambda draft: replace(draft, media=(MediaRef("/a.jpg", "a.jpg", 10, "image"),)),
    "options": lambda draft: replace(draft, options={"fb": {"attach_link": False}}),
    "a style": lambda draft: replace(
        draft,
        resolved_style=ResolvedStyle("Loud", {"twitter": {"post_text": "LOUD {post_content}"}}),
    ),
    "elsewhere": lambda draft: replace(draft, workspace="other"),
}


def assessed(draft: Draft, channels: tuple[Channel, ...], before: CheckedPost | None) -> Assessment:
    return assess(draft, channels, NOW, ParsedTime(), before=before)


@pytest.mark.parametrize("options", [{}, DRAFT.options], ids=["plain", "with options"])
@pytest.mark.parametrize("name", list(CHANGES))
def test_it_does_not_matter_what_was_assessed_before(
    name: str, options: dict[str, dict[str, bool]]
) -> None:
    before = replace(DRAFT, options=options)
    after = CHANGES[name](before)
    known = assessed(before, CHANNELS, None).post
    assert assessed(after, CHANNELS, known) == assessed(after, CHANNELS, None)
    back = assessed(after, CHANNELS, None).post
    assert assessed(before, CHANNELS, back) == assessed(before, CHANNELS, None)


def test_other_channels_are_counted_anew() -> None:
    known = assessed(DRAFT, CHANNELS, None).post
    renamed = (replace(CHANNELS[0], name="@north"), *CHANNELS[2:])
    assert assessed(DRAFT, renamed, known) == assessed(DRAFT, renamed, None)


def test_a_link_out_of_the_text_follows_it() -> None:
    draft = replace(DRAFT, link="", text="See https://example.com/a", variants={})
    known = assessed(draft, CHANNELS, None).post
    after = assessed(replace(draft, text="See https://example.com/b"), CHANNELS, known).post
    assert after is not None
    assert after.groups[0].link == "https://example.com/b"
