"""What one preview card shows: plain values, compared to tell what has to be drawn again."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtGui import QImage


@dataclass(frozen=True)
class PreviewMedia:
    """One file as a preview shows it: ``aspect`` is width / height after its edits.

    ``image`` is not there yet while ``image_key`` is 0.
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
    """The card of a link; without a title its page is not read (yet) and only the host shows."""

    url: str
    host: str = ""
    title: str = ""
    description: str = ""
    wide: bool = False
    image_key: int = 0
    image: QImage | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class PreviewPost:
    """What one card shows.  ``key``: the network's slug, or ``channel:ID`` where channels of one
    network get different texts.  ``text`` is cut as the network cuts it."""

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
    avatar_key: int = 0
    avatar: QImage | None = field(default=None, compare=False, repr=False)
