"""Content of preview cards: plain values, compared to find what to repaint."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtGui import QImage


@dataclass(frozen=True)
class PreviewMedia:
    """One file in a preview: ``aspect`` is width / height after its edits.

    ``image`` is undecoded while ``image_key`` is 0.
    """

    path: str
    kind: str = "image"
    aspect: float = 1.0
    duration: float = 0.0
    alt: str = ""
    name: str = ""
    image_key: int = 0
    image: QImage | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class PreviewLink:
    """Link card; without a title (page unread or unreadable) it shows only the host."""

    url: str
    host: str = ""
    title: str = ""
    description: str = ""
    wide: bool = False
    image_key: int = 0
    image: QImage | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class PreviewPost:
    """Content of one card. ``key``: the network's slug, or ``channel:ID`` if channels of one
    network get different texts. ``text`` is cut as on the network. ``parts`` are the further ones
    of its thread, ``comments`` whether the network shows them as such."""

    slug: str
    network: str
    channel: str
    key: str = ""
    more_channels: int = 0
    text: str = ""
    title: str = ""
    media: tuple[PreviewMedia, ...] = ()
    left_out: int = 0
    link: PreviewLink | None = None
    date: str = ""
    own_text: bool = False
    problem: str = ""
    parts: tuple[PreviewPost, ...] = ()
    more_parts: int = 0
    comments: bool = False
    avatar_key: int = 0
    avatar: QImage | None = field(default=None, compare=False, repr=False)
