"""A message as a person writes it into a file or on a command line: words, not yet channels and
times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class MessageInput:
    """What a user asked for. `to` are words for channels (`core.channel_words`), `when` words
    for a time ("" for at once), `texts` own texts by words for a network or `channel:ID`, and
    `text_threads` the further parts of those. Paths in `media` are relative to `folder`, or to the
    current one; `descriptions` are theirs by position, `alt` words as for `media_of`, which win.
    `name` is that of a draft."""

    text: str = ""
    to: tuple[str, ...] = ()
    when: str = ""
    media: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    alt: tuple[str, ...] = ()
    style: str = ""
    link: str = ""
    comment: str = ""
    title: str = ""
    labels: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    text_threads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    thread: tuple[str, ...] = ()
    is_numbered: bool = False
    name: str = ""
    key: str = ""
    folder: Path | None = None
