"""Validates the parts of a thread and the channels that support threads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from posto_desktop.common.translation import translatable

from .errors import PostingError
from .networks import label
from .records import Channel
from .uploads import AltText, PreparedMedia, prepare

MAX_PARTS = 100
"""The most parts of a thread, the post included."""

_KEYS = frozenset({"text", "media", "alt_text"})


@dataclass(frozen=True)
class ThreadPart:
    """A further part of a post: its text, and its files as `PostoSDK.post` takes them."""

    text: str
    media: object = None
    alt_text: AltText = None
    prepared: tuple[PreparedMedia, ...] = field(default=(), init=False, repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise PostingError("The text of a part is missing.", reason="text")
        object.__setattr__(self, "prepared", tuple(prepare(self.media, self.alt_text)))


def read_parts(thread: Iterable[str | Mapping[str, Any] | ThreadPart] | None) -> list[ThreadPart]:
    """Return the parts that a script gives, as texts or as mappings of `ThreadPart`'s fields.

    Raises `PostingError` for one that is none, for an empty one, and for too many.
    """
    if isinstance(thread, str):
        raise PostingError("A thread is a list of parts, not a text.", reason="text")
    parts = [_part(part) for part in thread or ()]
    for number, part in enumerate(parts, 2):
        if not part.text.strip() and not part.prepared:
            raise PostingError(
                translatable("Sdk", "Part {number} is empty. Nothing was sent.").format(
                    number=number
                ),
                reason="text",
            )
    if len(parts) >= MAX_PARTS:
        raise PostingError(
            translatable("Sdk", "A thread can have {limit} parts at most.").format(limit=MAX_PARTS),
            reason="text",
        )
    return parts


def _part(part: str | Mapping[str, Any] | ThreadPart) -> ThreadPart:
    if isinstance(part, ThreadPart):
        return part
    if isinstance(part, str):
        return ThreadPart(part)
    if not isinstance(part, Mapping) or not set(part) <= _KEYS:
        raise PostingError(
            "A part is a text, or has “text”, “media” and “alt_text”.", reason="text"
        )
    return ThreadPart(part.get("text", ""), part.get("media"), part.get("alt_text"))


def threading_only(channels: list[Channel], has_parts: bool) -> list[Channel]:
    """Return the channels. Raises `PostingError` if there are parts and one of them takes none."""
    unable = [channel for channel in channels if not channel.further_parts]
    if has_parts and unable:
        names = ", ".join(f"{channel.name} ({label(channel.network)})" for channel in unable)
        raise PostingError(
            translatable("Sdk", "No thread can be sent to {names}. Nothing was sent.").format(
                names=names
            ),
            reason="thread",
        )
    return channels
