"""From a style and a message to the counters and cards beside the editor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from posto_desktop.core import styles
from posto_desktop.core.draft import Draft
from posto_desktop.core.posts import text_of, url_of
from posto_desktop.core.resolved_style import ResolvedStyle
from posto_desktop.core.style_sample import SAMPLE, sample_channels
from posto_desktop.core.styles import StyleRegistry
from posto_desktop.models.parsed_time import ParsedTime
from posto_desktop.sdk import style_parts, templates
from posto_desktop.sdk.records import Channel
from posto_desktop.sdk.style_files import StyleFile
from posto_desktop.ui.shared.preview_post import PreviewPost
from posto_desktop.ui.shared.preview_posts import PreviewSources, preview_posts
from posto_desktop.viewmodels.assessment import Assessment, assess, networks_of
from posto_desktop.viewmodels.styles_state import PRESENT, StylesSnapshot

if TYPE_CHECKING:
    from posto_desktop.ui.styles.sample_picture import SamplePicture

PLAIN_LOOKS = PreviewSources(lambda _a: None, lambda _p, _e: None, lambda _u: None, lambda _a: None)
#: A template this long is looked at up to here: no network takes a tenth of it.
MOST_LETTERS = 20_000


@dataclass(frozen=True)
class StylePreviewContent:
    """What the preview shows: cards, tinted places by card, counters."""

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
    """What `style`, as it is being edited, makes of the sample or of the present message.
    `looks` are the pictures of the present message, `picture` is for the sample of a style that
    puts a watermark on pictures."""
    resolved_style = _resolve_style(
        _shortened(style), view.style_registry, view.service, now.astimezone().date()
    )
    is_present = view.source == PRESENT and bool(view.present.title)
    if is_present:
        draft = replace(view.present.draft, style=style.name, resolved_style=resolved_style)
        channels: Sequence[Channel] = view.present.channels
    else:
        draft = replace(SAMPLE, style=style.name, resolved_style=resolved_style)
        channels, looks = sample_channels(style, view.tab), PLAIN_LOOKS
        ref = picture.ref() if picture is not None and has_watermark(resolved_style) else None
        if picture is not None and ref is not None:
            draft, looks = replace(draft, media=(ref,)), picture.looks
    result = assess(draft, channels, now, ParsedTime())
    posts = preview_posts(result, "", looks)
    if not is_present:
        # The sample has no files: that a network wants one says nothing about the style.
        over = {one.slug for one in result.counts if one.left is not None and one.left < 0}
        posts = [one if one.slug in over else replace(one, problem="") for one in posts]
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


def has_watermark(resolved_style: ResolvedStyle) -> bool:
    """Whether pictures get a watermark anywhere."""
    parts = [*resolved_style.style.values(), *resolved_style.networks.values()]
    return any(style_parts.watermark_of(part) is not None for part in parts)


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
    return next((one for one in channels if post.key == f"channel:{one.id}"), channels[0])


def _tints(draft: Draft, channel: Channel, shown: str) -> list[tuple[int, int]]:
    """Where the words of the message stand in what a card shows."""
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
        # Line by line: what is tidied or folded away between lines moves them.
        for line in whole[place.start : place.end].splitlines():
            text = line.strip()
            where = shown.find(text, at) if text and text in sent else -1
            if where >= 0:
                spans.append((where, where + len(text)))
                at = where + len(text)
    return spans
