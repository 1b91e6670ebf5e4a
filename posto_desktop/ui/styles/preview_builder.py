"""Builder of a style's preview: posts, tints and counts from a style and a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from posto_desktop.core import styles
from posto_desktop.core.draft import Draft
from posto_desktop.core.posts import text_of, url_of
from posto_desktop.core.resolved_style import ResolvedStyle
from posto_desktop.core.style_sample import sample, sample_channels
from posto_desktop.core.styles import StyleRegistry
from posto_desktop.models.parsed_time import ParsedTime
from posto_desktop.sdk import templates
from posto_desktop.sdk.records import Channel
from posto_desktop.sdk.style_files import StyleFile
from posto_desktop.ui.shared.preview_post import PreviewPost
from posto_desktop.ui.shared.preview_posts import PreviewSources, preview_posts
from posto_desktop.viewmodels.assessment import Assessment, assess, networks_of
from posto_desktop.viewmodels.styles_state import PRESENT, StylesSnapshot

if TYPE_CHECKING:
    from posto_desktop.ui.styles.sample_picture import SamplePicture

PLAIN_LOOKS = PreviewSources(lambda _a: None, lambda _p, _e: None, lambda _u: None, lambda _a: None)
# : Characters of a template that the preview uses; no network accepts a tenth of it.
MOST_LETTERS = 20_000


@dataclass(frozen=True)
class StylePreviewContent:
    """Content of the preview: posts, tinted ranges by card, counts."""

    posts: tuple[PreviewPost, ...]
    tints: dict[str, list[tuple[int, int]]]
    result: Assessment


def build_preview(
    style: StyleFile,
    view: StylesSnapshot,
    now: datetime,
    looks: PreviewSources = PLAIN_LOOKS,
    picture: SamplePicture | None = None,
) -> StylePreviewContent:
    """Return the preview of the edited `style` for the sample or the open message. `looks` provide
    the pictures of the open message, `picture` that of the sample."""
    resolved_style = _resolve_style(
        _shortened(style), view.style_registry, view.service, now.astimezone().date()
    )
    is_present = view.source == PRESENT and bool(view.present.title)
    if is_present:
        draft = replace(view.present.draft, style=style.name, resolved_style=resolved_style)
        channels: Sequence[Channel] = view.present.channels
    else:
        draft = replace(sample(), style=style.name, resolved_style=resolved_style)
        channels, looks = sample_channels(style, view.tab), PLAIN_LOOKS
        if picture is not None:
            draft, looks = replace(draft, media=(picture.ref(),)), picture.looks
    result = assess(draft, channels, now, ParsedTime())
    posts = preview_posts(result, "", looks)
    if not is_present:
        # Ignore what the sample lacks, such as a video that a network requires.
        over = {count.slug for count in result.counts if count.left is not None and count.left < 0}
        posts = [post if post.slug in over else replace(post, problem="") for post in posts]
    members = networks_of(channels)
    tints = {
        post.key or post.slug: _tints(draft, _channel_of(post, members), post.text)
        for post in posts
    }
    return StylePreviewContent(tuple(posts), tints, result)


def _resolve_style(
    style: StyleFile, style_registry: StyleRegistry, service: str, day: date
) -> ResolvedStyle:
    base = style_registry.resolved_style("", service, day) or ResolvedStyle()
    resolved_style = replace(base, name=style.name, style=style.resolved(), day=day)
    return style_registry.with_assets(resolved_style)


def _shortened(style: StyleFile) -> StyleFile:
    settings = {
        slug: {
            key: value[:MOST_LETTERS] if isinstance(value, str) else value
            for key, value in part.items()
        }
        for slug, part in style.settings.items()
    }
    return replace(style, settings=settings)


def _channel_of(post: PreviewPost, members: dict[str, list[Channel]]) -> Channel:
    channels = members[post.slug]
    return next(
        (channel for channel in channels if post.key == f"channel:{channel.id}"), channels[0]
    )


def _tints(draft: Draft, channel: Channel, shown: str) -> list[tuple[int, int]]:
    """Return the ranges of a card's text that come from the message."""
    settings = styles.settings_of(draft, channel)
    template = styles.template_of(settings)
    words = styles.texts_for(
        template, draft.text_for(channel), channel, url=url_of(draft, channel),
        day=draft.resolved_style.day if draft.resolved_style else None,
    )  # fmt: skip
    whole = templates.expand(template, words, strict=False)
    spans: list[tuple[int, int]] = []
    at = 0
    sent = text_of(draft, channel)
    for place in templates.filled_at(template, words):
        # Search line by line: the card removes blank lines and may fold text.
        for line in whole[place.start : place.end].splitlines():
            text = line.strip()
            position = shown.find(text, at) if text and text in sent else -1
            if position >= 0:
                spans.append((position, position + len(text)))
                at = position + len(text)
    return spans
