"""How each network shows a post: which frame, how much of the text, which picture grid.

Pure geometry and text, so that it can be tested without a screen.  The look follows each
network in spirit; names of actions are the networks' own words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Rect = tuple[float, float, float, float]


@dataclass(frozen=True)
class Manner:
    """``kind``: micro | page | photo | chat | clip.  ``lines``: text lines before the fold
    (None: all of it).  ``more``: the words of that fold.  ``actions``: (icon, label)."""

    kind: str
    lines: int | None = None
    more: str = "more"
    actions: tuple[tuple[str, str], ...] = ()
    pictures: int = 4


_TALK = (
    ("message-circle", ""),
    ("repeat-2", ""),
    ("heart", ""),
    ("chart-no-axes-column", ""),
    ("bookmark", ""),
)
_SHORT_TALK = (("message-square", ""), ("repeat-2", ""), ("heart", ""), ("ellipsis", ""))
_PAGE = (("thumbs-up", "Like"), ("message-circle", "Comment"), ("share-2", "Share"))
_WORK = (
    ("thumbs-up", "Like"),
    ("message-square", "Comment"),
    ("repeat-2", "Repost"),
    ("send", "Send"),
)
_PHOTO = (("heart", ""), ("message-circle", ""), ("send", ""))

_MANNERS = {
    "twitter": Manner("micro", actions=_TALK),
    "bluesky": Manner("micro", actions=_SHORT_TALK),
    "mastodon": Manner("micro", actions=_SHORT_TALK),
    "threads": Manner("micro", actions=_SHORT_TALK, pictures=10),
    "truthsocial": Manner("micro", actions=_SHORT_TALK),
    "plurk": Manner("micro", actions=_SHORT_TALK),
    "instagram": Manner("photo", lines=2, actions=_PHOTO, pictures=1),
    "pinterest": Manner("photo", lines=2, actions=_PHOTO, pictures=1),
    "flickr": Manner("photo", lines=3, actions=_PHOTO, pictures=1),
    "tiktok": Manner("clip", lines=2, pictures=1),
    "youtube": Manner("page", lines=4, more="Read more", actions=_PAGE),
    "youtube_video": Manner("clip", lines=2, pictures=1),
    "linkedin": Manner("page", lines=3, actions=_WORK),
    "xing": Manner("page", lines=4, actions=_PAGE),
    "fb": Manner("page", lines=5, more="See more", actions=_PAGE),
    "vk": Manner("page", lines=6, more="Show more", actions=_PAGE),
    "ok": Manner("page", lines=6, more="Show more", actions=_PAGE),
    "google_b": Manner("page", lines=4, actions=(), pictures=1),
    "telegram": Manner("chat", pictures=4),
    "discord": Manner("chat", pictures=4),
    "slack": Manner("chat", pictures=4),
}


def manner(slug: str) -> Manner:
    """The manner of a network; a plain page for those without one of their own."""
    return _MANNERS.get(slug, Manner("page", lines=6, actions=_PAGE))


GAP = 2.0


def grid(aspects: Sequence[float], width: float, *, kind: str, most: int = 4) -> list[Rect]:
    """Rectangles for pictures of these aspects (width / height), from the top left corner.

    At most ``most`` rectangles come back: the last one stands for all that follow.
    """
    count = min(len(aspects), most)
    if count == 0:
        return []
    if count == 1:
        lowest, highest = {"photo": (0.8, 1.91), "clip": (0.7, 0.9)}.get(kind, (0.9, 2.2))
        aspect = max(lowest, min(highest, aspects[0] if aspects[0] > 0 else 1.0))
        return [(0.0, 0.0, width, round(width / aspect))]
    height = round(width * (0.595 if kind in ("micro", "chat") else 0.62))
    half_w = (width - GAP) / 2
    half_h = (height - GAP) / 2
    if count == 2:
        return [(0.0, 0.0, half_w, height), (half_w + GAP, 0.0, half_w, height)]
    if count == 3:
        left = half_w if kind in ("micro", "chat") else round((width - GAP) * 0.66)
        right = width - GAP - left
        return [
            (0.0, 0.0, left, height),
            (left + GAP, 0.0, right, half_h),
            (left + GAP, half_h + GAP, right, half_h),
        ]
    rects: list[Rect] = [
        (0.0, 0.0, half_w, half_h),
        (half_w + GAP, 0.0, half_w, half_h),
        (0.0, half_h + GAP, half_w, half_h),
        (half_w + GAP, half_h + GAP, half_w, half_h),
    ]
    return rects


SHOWN_CHARACTERS = 3_000


def shown_text(text: str, over: int | None) -> tuple[str, bool]:
    """The part that the network shows, and whether something was cut off.

    ``over``: the index where the network's limit is passed (None: within the limit).  Blank
    lines beyond two collapse, as the networks do it.
    """
    cut = over is not None and over < len(text)
    shown = text[:over] if cut else text
    if len(shown) > SHOWN_CHARACTERS:
        shown, cut = shown[:SHOWN_CHARACTERS], True
    lines: list[str] = []
    for line in shown.strip().split("\n"):
        if not line.strip() and lines and not lines[-1].strip():
            continue
        lines.append(line.rstrip())
    shown = "\n".join(lines)
    return (shown.rstrip() + "…" if cut else shown), cut
