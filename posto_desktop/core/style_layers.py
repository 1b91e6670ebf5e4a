"""Origin of each option of a channel: the layers of its values, and the winner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from posto_desktop.common.translation import translatable
from posto_desktop.core import options
from posto_desktop.core.draft import Draft
from posto_desktop.core.options import OptionField
from posto_desktop.core.resolved_style import ResolvedStyle
from posto_desktop.sdk import networks, post_builder, style_parts
from posto_desktop.sdk.records import Channel

SERVICE, NETWORK, CHANNEL, STYLE, POST = LAYERS = (
    "service",
    "network",
    "channel",
    "style",
    "post",
)

# Carried out by the app; the service's setting has no effect.
OWN_KEYS = ("post_text", "first_comment", "upload_media", "attach_link", "custom_link",
            "cut_post_text")  # fmt: skip
_GENERAL: tuple[OptionField, ...] = (
    OptionField("post_text", "lines", translatable("Options", "Text")),
    OptionField("first_comment", "lines", translatable("Options", "First comment")),
    OptionField("upload_media", "switch", translatable("Options", "Upload media")),
    OptionField("attach_link", "switch", translatable("Options", "Attach the link")),
    OptionField("custom_link", "link", translatable("Options", "Link"), most=2048),
    OptionField("cut_post_text", "switch", translatable("Options", "Cut a text that is too long")),
)
_PARTS: tuple[OptionField, ...] = (
    OptionField(style_parts.UTM, "text", translatable("Options", "Link tags (UTM)")),
    OptionField(style_parts.HASHTAGS, "text", translatable("Options", "Hashtags")),
    OptionField(style_parts.SIGNATURE, "text", translatable("Options", "Signature")),
    OptionField(style_parts.WATERMARK, "text", translatable("Options", "Watermark")),
)


@dataclass(frozen=True)
class OptionRow:
    """An option of a channel. `values` has the layers that set it, `winner` is the effective one;
    empty if none. A layer of `idle` is shown but has no effect."""

    option: OptionField
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)
    winner: str = ""
    idle: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.option.key

    @property
    def value(self) -> object:
        """Effective value; None if unset."""
        return self.values.get(self.winner)


def fields_of(slug: str) -> list[OptionField]:
    """Return all options that can have a default on a network."""
    limits = networks.network(slug)
    general = [
        option
        for option in _GENERAL
        if (option.key != "first_comment" or limits.accepts_first_comment)
        and (option.key not in ("attach_link", "custom_link") or limits.accepts_link)
    ]
    taken = {option.key for option in general} | {"first_comment", "custom_link", "attach_link"}
    own = [option for option in options.fields_for(slug) if option.key not in taken]
    return [*general, *own, *_PARTS]


def accepts_default(key: str, layer: str) -> bool:
    """Return whether an option can be set in a layer: uploads are the same for all of a network."""
    return layer == NETWORK or (layer == CHANNEL and key != style_parts.WATERMARK)


def rows_of(
    channel: Channel, resolved_style: ResolvedStyle | None, draft: Draft | None = None
) -> list[OptionRow]:
    """Return every option of a channel with its values by layer, the lowest first."""
    slug = networks.canonical(channel.network)
    layers: dict[str, Mapping[str, Any]] = {SERVICE: post_builder.normalise(channel.defaults)}
    for name, settings in (resolved_style or ResolvedStyle()).layers(slug, channel.id):
        layers[name] = post_builder.normalise(settings)
    layers[POST] = _of_post(draft, channel) if draft is not None else {}
    return [_row(option, layers) for option in fields_of(slug)]


def _row(option: OptionField, layers: Mapping[str, Mapping[str, Any]]) -> OptionRow:
    values = {name: layer[option.key] for name, layer in layers.items() if option.key in layer}
    idle = []
    if SERVICE in values and option.key in OWN_KEYS:
        idle.append(SERVICE)
    if CHANNEL in values and not accepts_default(option.key, CHANNEL):
        idle.append(CHANNEL)
    winner = next((name for name in reversed(LAYERS) if name in values and name not in idle), "")
    return OptionRow(option, values, winner, tuple(idle))


def _of_post(draft: Draft, channel: Channel) -> dict[str, Any]:
    """Return the choices for this post; texts only if they are the channel's or network's own."""
    options = dict(draft.options_for(channel))
    if draft.first_comment.strip():
        options.setdefault("first_comment", draft.first_comment)
    if draft.link.strip():
        options.setdefault("custom_link", draft.link)
    return options
