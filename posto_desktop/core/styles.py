"""Applies styles and defaults to a message, alike for preview, checks and sending.

Lowest first: the channel's settings on the service, the defaults of its network, its own defaults,
the style, the choices for this post. The service applies the first and the draft holds the last;
the three between are a `ResolvedStyle`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from posto_desktop.common.translation import translatable
from posto_desktop.core import options
from posto_desktop.core.draft import ChannelLike, Draft, MediaRef
from posto_desktop.core.edits import NOTHING
from posto_desktop.core.resolved_style import ResolvedStyle, Settings
from posto_desktop.core.watermark import WatermarkImage
from posto_desktop.sdk import networks, post_builder, style_parts, style_texts, templates
from posto_desktop.sdk.answers import as_bool
from posto_desktop.sdk.defaults import is_here
from posto_desktop.sdk.style_files import ALL_NETWORKS, SAME_AS, StyleFile
from posto_desktop.sdk.style_texts import NO_WORDS, SnippetTexts, StyleContext
from posto_desktop.sdk.utm import tag_text

NAMES_CHANNEL = "channel_name"
_DAY = "{date}"


@dataclass(frozen=True)
class StyleRegistry:
    """All styles and the defaults, as last read. `defaults` as in ``defaults.json``; the others as
    in `ResolvedStyle`."""

    styles: tuple[StyleFile, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict, hash=False)
    words: SnippetTexts = NO_WORDS
    marks: str = ""
    no_marks: Mapping[str, str] = field(default_factory=dict, hash=False)
    problem: str = ""
    """Reason why the defaults cannot be read; a sentence."""

    def find(self, name: str) -> StyleFile | None:
        """Return the user's style of this name, else the built-in one."""
        usable = [style for style in self.styles if style.name == name and style.content]
        return next((style for style in usable if not style.builtin), usable[0] if usable else None)

    def usable(self) -> list[StyleFile]:
        """Return the selectable styles: the user's own in order, then the built-in ones."""
        good = [style for style in self.styles if style.content and not style.problem]
        own = sorted((style for style in good if not style.builtin), key=sort_key)
        names = {style.name for style in own}
        return own + [style for style in good if style.builtin and style.name not in names]

    def resolved_style(
        self, name: str, service: str = "", day: date | None = None
    ) -> ResolvedStyle | None:
        """Return the style with the defaults; None if they set nothing.

        `service` is the address of the defaults of channels; for the workspace on this computer ""
        or any of its addresses.
        """
        slugs, channels = _default_layers(self.defaults, service)
        if not name and not slugs and not channels:
            return None
        style = self.find(name) if name else None
        if name and (style is None or style.problem):
            if style is None:
                why = translatable("Styles", "The style “{name}” no longer exists.").format(
                    name=name
                )
            else:
                why = translatable("Styles", "The style “{name}” cannot be used. {reason}").format(
                    name=name, reason=style.problem
                )
            return ResolvedStyle(name, {}, slugs, channels, missing=True, why=why, day=day)
        settings = style.resolved() if style is not None else {}
        return self.with_assets(ResolvedStyle(name, settings, slugs, channels, day=day))

    def with_assets(self, resolved_style: ResolvedStyle) -> ResolvedStyle:
        """Return a resolved style with its words and watermarks."""
        return replace(resolved_style, words=self.words, marks=self.marks, no_marks=self.no_marks)


def sort_key(style: StyleFile) -> tuple[bool, float, str]:
    """Return the sort key of the user's styles: place, then name."""
    place = style.place
    return place is None, place or 0.0, style.name.casefold()


def place_between(before: StyleFile | None, after: StyleFile | None) -> float:
    """Return a place for a style moved between two others."""
    low = before.place if before is not None and before.place is not None else None
    high = after.place if after is not None and after.place is not None else None
    if low is None and high is None:
        return 0.0
    if low is None:
        return (high or 0.0) - 1.0
    return low + 1.0 if high is None else (low + high) / 2


def _default_layers(
    data: Mapping[str, Any], service: str
) -> tuple[dict[str, Settings], dict[int, Settings]]:
    slugs = {
        networks.canonical(name): part
        for name, part in _table(data.get("networks")).items()
        if isinstance(part, Mapping) and part
    }
    channels: dict[int, Settings] = {}
    for address, parts in _table(data.get("channels")).items():
        same = address.rstrip("/") == service.rstrip("/") if service else False
        if not same and not (is_here(address) and (not service or is_here(service))):
            continue
        for number, part in _table(parts).items():
            if str(number).isdecimal() and isinstance(part, Mapping) and part:
                channels[int(number)] = part
    return slugs, channels


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def settings_of(draft: Draft, target: str | ChannelLike, slug: str = "") -> dict[str, Any]:
    """Return what the draft's style and the defaults set for a network or channel; often nothing.

    `slug` is required if `target` is a `channel:ID`.
    """
    resolved_style = draft.resolved_style
    if resolved_style is None:
        return {}
    if isinstance(target, str):
        name = slug or target
        return resolved_style.settings(networks.canonical(name)) if networks.find(name) else {}
    return resolved_style.settings(networks.canonical(target.network), target.id)


def options_of(draft: Draft, target: str | ChannelLike, slug: str) -> dict[str, Any]:
    """Return the effective options of a target: its own over those of style and defaults."""
    styled = settings_of(draft, target, slug)
    own = draft.options_for(target)
    return options.clean(slug, {**styled, **own} if styled else own)


def template_of(settings: Settings) -> str:
    """Return the template of a text; the plain message if there is none."""
    text = settings.get("post_text")
    return text if isinstance(text, str) and text else post_builder.PLAIN


def changes_text(settings: Settings) -> bool:
    """Return whether the settings may change a text."""
    if template_of(settings) != post_builder.PLAIN or as_bool(settings.get("cut_post_text")):
        return True
    return any(settings.get(key) for key in _TEXT_PARTS)


_TEXT_PARTS = (style_parts.UTM, style_parts.HASHTAGS, style_parts.SIGNATURE)


def around(draft: Draft, target: str | ChannelLike, slug: str = "") -> StyleContext:
    """Return the values for the variables of the style's parts on a network or channel."""
    named = not isinstance(target, str)
    name = slug or (target if isinstance(target, str) else target.network)
    resolved_style = draft.resolved_style or ResolvedStyle()
    return style_texts.circumstances(
        name,
        channel=str(getattr(target, "name", "")) if named else "",
        style=resolved_style.name,
        message=draft.text_for(target),
        day=resolved_style.day,
        words=resolved_style.words,
    )


def mark_of(draft: Draft, slug: str) -> WatermarkImage | None:
    """Return the watermark on pictures for a network. Not for single channels: uploads are shared
    within a network."""
    resolved_style = draft.resolved_style
    if resolved_style is None or not networks.find(slug):
        return None
    mark = style_parts.watermark_of(resolved_style.settings(networks.canonical(slug)))
    return (
        WatermarkImage.of(mark, f"{resolved_style.marks}/{mark.file}", resolved_style.name)
        if mark is not None
        else None
    )


def marked_media(draft: Draft, slugs: Iterable[str]) -> list[MediaRef]:
    """Return the draft's files with each network's watermark."""
    marks = {slug: mark for slug in slugs if (mark := mark_of(draft, slug)) is not None}
    return [_marked(ref, marks) if marks else ref for ref in draft.media]


def _marked(ref: MediaRef, marks: Mapping[str, WatermarkImage]) -> MediaRef:
    if ref.kind != "image":
        return ref
    edits = {
        slug: replace(ref.network_edits.get(slug) or NOTHING, mark=mark)
        for slug, mark in marks.items()
    }
    return replace(ref, network_edits={**ref.network_edits, **edits})


def marked_link(draft: Draft, link: str, target: str | ChannelLike, slug: str = "") -> str:
    """Return a link with the tracking parameters of the style."""
    settings = settings_of(draft, target, slug) if link else {}
    if not settings.get(style_parts.UTM):
        return link
    return style_texts.marked_link(link, settings, around(draft, target, slug))


def comment_template(settings: Settings) -> str:
    """Return the template of the first comment, or empty."""
    own = settings.get("first_comment")
    if isinstance(own, str) and own:
        return own
    template = settings.get("first_comment_text")
    shared = as_bool(settings.get("share_to_first_comment"))
    return template if shared and isinstance(template, str) else ""


def sends_media(settings: Settings) -> bool:
    """Return whether files are sent there."""
    return as_bool(settings.get("upload_media"), True)


def names_channel(settings: Settings) -> bool:
    """Return whether the content depends on the names of channels."""
    texts = (template_of(settings), comment_template(settings))
    if any(NAMES_CHANNEL in templates.used(text) for text in texts):
        return True
    utm = style_parts.utm_of(settings)
    return utm is not None and any("channel" in templates.used(text) for _name, text in utm.values)


def stands_alone(draft: Draft, channel: ChannelLike) -> bool:
    """Return whether style or defaults treat a channel other than its network."""
    resolved_style = draft.resolved_style
    if resolved_style is None:
        return False
    return channel.id in resolved_style.channels or names_channel(settings_of(draft, channel))


def fill(
    template: str,
    message: str,
    target: str | ChannelLike,
    *,
    url: str = "",
    day: date | None = None,
) -> str:
    """Return a template filled in for a network or channel."""
    return templates.expand(template, texts_for(template, message, target, url=url, day=day),
                            strict=False)  # fmt: skip


def texts_for(
    template: str,
    message: str,
    target: str | ChannelLike,
    *,
    url: str = "",
    day: date | None = None,
) -> dict[str, str]:
    """Return the values of a template's variables; `url` is ``{post_url}``, empty: the first
    address in the message."""
    named = not isinstance(target, str)
    return templates.variables_for(
        message,
        template,
        channel_name=str(getattr(target, "name", "")) if named else "",
        network=target if isinstance(target, str) else target.network,
        link=url or None,
        day=day,
    )


def styled_text(
    settings: Settings,
    message: str,
    target: str | ChannelLike,
    *,
    url: str = "",
    link: str = "",
    with_media: bool = False,
    parts: StyleContext | None = None,
    day: date | None = None,
) -> str:
    """Return a message as it is sent: expanded, tidied, links tracked, signed, with the style's
    hashtags and, if the style says so, shortened. `link` is the attached one, which takes room;
    without `parts` only templates apply."""
    text = templates.tidy(fill(template_of(settings), message, target, url=url, day=day))
    tail = ""
    if parts is not None:
        text = tag_text(text, style_texts.pairs_of(settings, parts, "text"))
        tail = style_texts.tail_of(text, settings, parts)
    if as_bool(settings.get("cut_post_text")):
        net = networks.network(target if isinstance(target, str) else target.network)
        return post_builder.shorten(text, net, with_media=with_media, link=link or None, tail=tail)
    return text + tail


def mark_files(styles: Iterable[StyleFile], defaults: Mapping[str, Any]) -> list[str]:
    """Return the names of watermarks in styles and network defaults, each once."""
    parts: list[Settings] = [part for style in styles for part in style.settings.values()]
    parts += [
        part for part in _table(defaults.get("networks")).values() if isinstance(part, Mapping)
    ]
    marks = (style_parts.watermark_of(part) for part in parts)
    return list(dict.fromkeys(mark.file for mark in marks if mark is not None))


# -- about styles, for people ------------------------------------------------------------------


def listed_networks(style: StyleFile) -> list[str]:
    """Return the networks with own settings in the style, in its order."""
    return [slug for slug, part in style.settings.items() if slug != ALL_NETWORKS and part]


def same_as_of(style: StyleFile, slug: str) -> str:
    """Return the network whose settings a network copies, or empty."""
    source_slug = style.settings.get(slug, {}).get(SAME_AS)
    return source_slug if isinstance(source_slug, str) else ""
