"""What the settings of the site do to a message, and first comments of channels there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from posto_desktop.core.checks import CheckedPost, check_post
from posto_desktop.core.draft import Draft
from posto_desktop.core.limits import limits_for
from posto_desktop.core.posts import comment_of, items_of
from posto_desktop.core.published_text import as_published
from posto_desktop.core.site_text import filled_by, text_of_post
from posto_desktop.sdk import AutoShareSettings, Channel, SitePost

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
FACEBOOK = Channel(2, "Page", "fb")
POST = SitePost(11, "How we roast", "Slowly.", "https://a.example/roast", picture="x")


def codes(draft: Draft, site: AutoShareSettings | None) -> dict[str, str]:
    post = CheckedPost.of(draft, [FACEBOOK], NOW, None, ())
    post.site = site
    findings = check_post(post)
    return {
        finding.code: finding.sentence for finding in findings if finding.code.startswith("site_")
    }


def test_what_the_site_does_is_said() -> None:
    site = AutoShareSettings(shortener="tinyurl_v2", joins_blank_lines=True)
    draft = Draft(workspace="acc", text="One\n\n\n\nTwo", link="https://a.example")
    assert codes(draft, site) == {
        "site_blank_lines": "The site makes one blank line of several.",
        "site_links": "The site shortens links with TinyURL only for its own posts. "
        "This link stays as it is.",
    }
    assert codes(Draft(workspace="acc", text="One\n\nTwo"), site) == {}
    assert codes(draft, None) == {}
    assert codes(Draft(text=draft.text, link=draft.link), site) == {}  # sent from this computer


def test_the_preview_shows_joined_lines() -> None:
    limits = limits_for("fb")
    assert as_published("A\n \n\n B", limits, joins_blank_lines=True) == "A\n\nB"
    assert as_published("A\n \n\n B", limits) == "A\n \n\n B"


@pytest.mark.parametrize(
    ("default", "comment"),
    [
        ("Shop at https://s.example", "Shop at https://s.example"),
        ("More: {post_url}", "More: https://a.example"),
        ("{post_tags}", ""),  # those of the service's hidden post
        (5, ""),
    ],
)
def test_the_first_comment_of_a_channel_on_the_site_stays(default: object, comment: str) -> None:
    channel = Channel(2, "Page", "fb", defaults={"first_comment": default})
    draft = Draft(workspace="acc", text="Hi", link="https://a.example")
    assert comment_of(draft, channel) == comment
    (item,) = items_of(draft, [channel], "r")
    assert item.data.get("first_comment", "") == comment
    own = Draft(workspace="acc", text="Hi", first_comment="Mine")
    assert comment_of(own, channel) == "Mine"
    none = Draft(workspace="acc", text="Hi", options={"fb": {"first_comment": ""}})
    assert comment_of(none, channel) == ""


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("title_excerpt", "How we roast\n\nSlowly."),
        ("title", "How we roast"),
        ("excerpt", "Slowly."),
        ("of another version", "How we roast\n\nSlowly."),
    ],
)
def test_a_post_of_the_site_becomes_text(form: str, text: str) -> None:
    assert text_of_post(POST, form) == text


def test_what_is_written_stays_when_a_post_fills_the_message() -> None:
    fields = filled_by(Draft(text="Look: \n", link="https://old.example"), POST, "title", None)
    assert fields == {"text": "Look:\n\nHow we roast", "link": "https://a.example/roast"}
    assert filled_by(Draft(text="Look"), SitePost(1), "title", None) == {"text": "Look"}
    assert text_of_post(SitePost(1, "Only a title"), "excerpt") == "Only a title"
