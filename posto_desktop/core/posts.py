"""What is sent for a draft: the final text of each channel and its `custom_post_data`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from posto_desktop.core import text as texts
from posto_desktop.core.draft import Draft
from posto_desktop.core.limits import limits_for
from posto_desktop.sdk import posting, templates
from posto_desktop.sdk.records import Channel

# The app sends what the editor shows; a template in the channel's defaults would change it unseen.
_AS_TYPED = {"post_text": "{post_title}"}


class ChannelLike(Protocol):
    """As much of sdk.records.Channel as the rules need."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def network(self) -> str: ...
    @property
    def active(self) -> bool: ...


@dataclass(frozen=True)
class Item:
    """One channel's part of a post, frozen when the post is made.

    `data` is its `custom_post_data` except for the media ids, which exist only after the uploads.
    """

    channel_id: int
    channel_name: str
    network: str
    picture: str = ""
    data: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def text(self) -> str:
        text = self.data.get("post_content")
        return text if isinstance(text, str) else ""

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def from_json(cls, data: object) -> Item | None:
        """None for what is no item; an entry with such a part is refused rather than sent."""
        if not isinstance(data, dict) or type(data.get("channel_id")) is not int:
            return None
        words = [data.get(name) for name in ("channel_name", "network", "picture")]
        post = data.get("data")
        if not all(isinstance(one, str) for one in words) or not isinstance(post, dict):
            return None
        name, network, picture = (str(one) for one in words)
        return cls(data["channel_id"], name, network, picture, post)


def text_of(draft: Draft, network: str) -> str:
    """The final text for a network: preview, checks and sending all use this one."""
    return templates.tidy(draft.text_for(network))


def items_of(draft: Draft, channels: Sequence[Channel], posto_ref: str) -> list[Item]:
    """One item a channel, each channel once (twice in one request is refused by the service)."""
    items: dict[int, Item] = {}
    for channel in channels:
        limits = limits_for(channel.network)
        layers: list[dict[str, Any]] = [_AS_TYPED]
        if draft.title.strip() and limits.title_key:
            layers.append({limits.title_key: draft.title.strip()})
        data = posting.build_post(
            channel,
            draft.text_for(limits.slug),
            layers=layers,
            link=draft.link if limits.custom_link else None,
            first_comment=draft.first_comment,
            posto_ref=posto_ref,
        )
        items.setdefault(
            channel.id, Item(channel.id, channel.name, limits.slug, channel.picture, data)
        )
    return list(items.values())


def post_data(item: Item, media_ids: Sequence[int]) -> dict[str, Any]:
    """The whole `custom_post_data`, with the files that were uploaded."""
    return {
        **item.data,
        "upload_media": bool(media_ids),
        "upload_media_type": "custom",
        "media_list_to_upload": list(media_ids),
    }


def headline(text: str, longest: int = 120) -> str:
    """The first line with something in it, cut at a whole character."""
    for line in text.splitlines():
        line = line.strip()
        if line:
            if len(line) <= longest:
                return line
            end = texts.grapheme_end(line, longest - 1)
            return line[:end].rstrip() + "…"
    return ""
