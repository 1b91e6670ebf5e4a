"""What is sent for a draft: the final text of each channel and its `custom_post_data`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from posto_desktop.core import text as texts
from posto_desktop.core.draft import Draft
from posto_desktop.core.limits import Limits, limits_for


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
    @property
    def picture(self) -> str: ...


@dataclass(frozen=True)
class Item:
    """One channel's part of a post, as it will be sent; frozen when the post is made."""

    channel_id: int
    channel_name: str
    network: str
    picture: str
    text: str
    link: str = ""
    first_comment: str = ""
    title: str = ""

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def from_json(cls, data: object) -> Item | None:
        if not isinstance(data, dict) or type(data.get("channel_id")) is not int:
            return None
        words = {
            name: value
            for name in cls.__dataclass_fields__
            if name != "channel_id" and isinstance(value := data.get(name), str)
        }
        missing = {"channel_name", "network", "picture", "text"} - words.keys()
        return cls(channel_id=data["channel_id"], **words, **dict.fromkeys(missing, ""))


def text_of(draft: Draft, network: str) -> str:
    """The final text for a network: preview, checks and sending all use this one.

    Spaces at the end of the text are never meant; a file's last line break is not either.
    """
    return draft.text_for(network).replace("\r\n", "\n").rstrip()


def items_of(draft: Draft, channels: Sequence[ChannelLike]) -> list[Item]:
    """One item a channel, each channel once (twice in one request is refused by the service)."""
    items: dict[int, Item] = {}
    for channel in channels:
        limits = limits_for(channel.network)
        text = text_of(draft, limits.slug)
        items.setdefault(
            channel.id,
            Item(
                channel_id=channel.id,
                channel_name=channel.name,
                network=limits.slug,
                picture=channel.picture,
                text=text,
                link=draft.link.strip() if limits.custom_link else "",
                first_comment=draft.first_comment.strip() if limits.first_comment else "",
                title=title_of(draft, text, limits),
            ),
        )
    return list(items.values())


def title_of(draft: Draft, text: str, limits: Limits) -> str:
    """The title where the network's posts have one: as typed, else the first line of the text."""
    if not limits.title_key:
        return ""
    title = draft.title.strip()
    if title or not limits.title_required:
        return title
    lines = text.strip().splitlines()
    return lines[0][:100] if lines else ""


def post_data(item: Item, media_ids: Sequence[int], posto_ref: str) -> dict[str, Any]:
    """`custom_post_data` with the keys that the sender reads (settings' names have no effect).

    `attach_link` is true only together with `custom_link`: alone it would publish a link to the
    service's hidden post. `posto_ref` is the mark by which an unclear answer is settled.
    """
    limits = limits_for(item.network)
    data: dict[str, Any] = {
        "post_content": item.text,
        "upload_media": bool(media_ids),
        "upload_media_type": "custom",
        "media_list_to_upload": list(media_ids),
        "attach_link": bool(item.link),
        "posto_ref": posto_ref,
    }
    if item.link:
        data["custom_link"] = item.link
    if item.first_comment and limits.first_comment:
        data["first_comment"] = item.first_comment
    if item.title and limits.title_key:
        data[limits.title_key] = item.title
    return data


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
