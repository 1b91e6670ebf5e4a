"""A style with the defaults, resolved for one message: the layers between service and draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from posto_desktop.sdk import post_builder
from posto_desktop.sdk.style_texts import NO_WORDS, SnippetTexts

Settings = Mapping[str, Any]


@dataclass(frozen=True)
class ResolvedStyle:
    """A resolved style: `style` and `networks` by slug, `channels` by channel id.

    `missing`: the style does not exist or cannot be used; `why` explains it, in English. `day` is
    the value of ``{date}``; None is today. `words` are the user's hashtag groups and signatures.
    `marks` is the folder of the watermarks, `no_marks` the unusable ones with the reason.
    """

    name: str = ""
    style: Mapping[str, Settings] = field(default_factory=dict, hash=False)
    networks: Mapping[str, Settings] = field(default_factory=dict, hash=False)
    channels: Mapping[int, Settings] = field(default_factory=dict, hash=False)
    missing: bool = False
    why: str = ""
    day: date | None = None
    words: SnippetTexts = NO_WORDS
    marks: str = ""
    no_marks: Mapping[str, str] = field(default_factory=dict, hash=False)
    _merged: dict[tuple[str, int | None], dict[str, Any]] = field(
        default_factory=dict, init=False, repr=False, compare=False, hash=False
    )

    def layers(self, slug: str, channel_id: int | None = None) -> list[tuple[str, Settings]]:
        """Return the layers of a channel, the lowest first: name and settings."""
        own = self.channels.get(channel_id, {}) if channel_id is not None else {}
        return [
            ("network", self.networks.get(slug, {})),
            ("channel", own),
            ("style", self.style.get(slug, {})),
        ]

    def settings(self, slug: str, channel_id: int | None = None) -> dict[str, Any]:
        """Return all layers merged. Do not modify: it is cached."""
        key = (slug, channel_id if channel_id in self.channels else None)
        merged = self._merged.get(key)
        if merged is None:
            merged = {}
            for _name, layer in self.layers(slug, channel_id):
                merged.update(post_builder.normalise(layer))
            self._merged[key] = merged
        return merged
