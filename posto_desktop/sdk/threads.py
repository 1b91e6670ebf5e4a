"""Further parts of a post: what scripts give, and which channels take them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

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


def read_parts(given: Iterable[str | Mapping[str, Any] | ThreadPart] | None) -> list[ThreadPart]:
    """Return the parts that a script gives, as texts or as mappings of `ThreadPart`'s fields.

    Raises `PostingError` for one that is none, for an empty one, and for too many.
    """
    if isinstance(given, str):
        raise PostingError("A thread is a list of parts, not a text.", reason="text")
    found = [_part(one) for one in given or ()]
    for number, part in enumerate(found, 2):
        if not part.text.strip() and not part.prepared:
            raise PostingError(f"Part {number} is empty. Nothing was sent.", reason="text")
    if len(found) >= MAX_PARTS:
        raise PostingError(f"A thread can have {MAX_PARTS} parts at most.", reason="text")
    return found


def _part(given: str | Mapping[str, Any] | ThreadPart) -> ThreadPart:
    if isinstance(given, ThreadPart):
        return given
    if isinstance(given, str):
        return ThreadPart(given)
    if not isinstance(given, Mapping) or not set(given) <= _KEYS:
        raise PostingError(
            "A part is a text, or has “text”, “media” and “alt_text”.", reason="text"
        )
    return ThreadPart(given.get("text", ""), given.get("media"), given.get("alt_text"))


def threading_only(channels: list[Channel], has_parts: bool) -> list[Channel]:
    """Return the channels. Raises `PostingError` if there are parts and one of them takes none."""
    unable = [channel for channel in channels if not channel.further_parts]
    if has_parts and unable:
        names = ", ".join(f"{one.name} ({label(one.network)})" for one in unable)
        raise PostingError(f"No thread can be sent to {names}. Nothing was sent.", reason="thread")
    return channels
