"""Where each option of a channel comes from: the layers of its values, and which one wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from posto_desktop.core import options
from posto_desktop.core.draft import Draft
from posto_desktop.core.dress import Dress
from posto_desktop.core.options import Field
from posto_desktop.sdk import networks, posting, style_parts
from posto_desktop.sdk.records import Channel

SERVICE, NETWORK, CHANNEL, STYLE, POST = LAYERS = (
    "service",
    "network",
    "channel",
    "style",
    "post",
)

#: What the app carries out itself: the service's own setting of it has no say.
OWN_KEYS = ("post_text", "first_comment", "upload_media", "attach_link", "custom_link",
            "cut_post_text")  # fmt: skip
_GENERAL: tuple[Field, ...] = (
    Field("post_text", "lines", "Text"),
    Field("first_comment", "lines", "First comment"),
    Field("upload_media", "switch", "Upload media"),
    Field("attach_link", "switch", "Attach the link"),
    Field("custom_link", "link", "Link", most=2048),
    Field("cut_post_text", "switch", "Cut a text that is too long"),
)
_PARTS: tuple[Field, ...] = (
    Field(style_parts.UTM, "text", "Link tags (UTM)"),
    Field(style_parts.HASHTAGS, "text", "Hashtags"),
    Field(style_parts.SIGNATURE, "text", "Signature"),
    Field(style_parts.WATERMARK, "text", "Watermark"),
)


@dataclass(frozen=True)
class Row:
    """One option of a channel. `values` has the layers that say something, `winner` is the one that
    counts; empty where none does. A layer of `idle` is shown and has no say."""

    option: Field
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)
    winner: str = ""
    idle: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.option.key

    @property
    def value(self) -> object:
        """What counts; None for nothing."""
        return self.values.get(self.winner)


def fields_of(slug: str) -> list[Field]:
    """All options that can have a default on a network."""
    limits = networks.network(slug)
    general = [
        one
        for one in _GENERAL
        if (one.key != "first_comment" or limits.takes_first_comment)
        and (one.key not in ("attach_link", "custom_link") or limits.takes_link)
    ]
    taken = {one.key for one in general} | {"first_comment", "custom_link", "attach_link"}
    own = [one for one in options.fields_for(slug) if one.key not in taken]
    return [*general, *own, *_PARTS]


def takes_default(key: str, layer: str) -> bool:
    """Whether an option can be set in a layer: what is uploaded is one for all of a network."""
    return layer == NETWORK or (layer == CHANNEL and key != style_parts.WATERMARK)


def rows_of(channel: Channel, dress: Dress | None, draft: Draft | None = None) -> list[Row]:
    """Every option of a channel with the values of its layers, the lowest first."""
    slug = networks.canonical(channel.network)
    layers: dict[str, Mapping[str, Any]] = {SERVICE: posting.normalise(channel.defaults)}
    for name, settings in (dress or Dress()).layers(slug, channel.id):
        layers[name] = posting.normalise(settings)
    layers[POST] = _of_post(draft, channel) if draft is not None else {}
    return [_row(one, layers) for one in fields_of(slug)]


def _row(one: Field, layers: Mapping[str, Mapping[str, Any]]) -> Row:
    values = {name: layer[one.key] for name, layer in layers.items() if one.key in layer}
    idle = []
    if SERVICE in values and one.key in OWN_KEYS:
        idle.append(SERVICE)
    if CHANNEL in values and not takes_default(one.key, CHANNEL):
        idle.append(CHANNEL)
    winner = next((name for name in reversed(LAYERS) if name in values and name not in idle), "")
    return Row(one, values, winner, tuple(idle))


def _of_post(draft: Draft, channel: Channel) -> dict[str, Any]:
    """What was chosen for this post; texts only where they are the channel's or network's own."""
    found = dict(draft.options_for(channel))
    if draft.first_comment.strip():
        found.setdefault("first_comment", draft.first_comment)
    if draft.link.strip():
        found.setdefault("custom_link", draft.link)
    return found
