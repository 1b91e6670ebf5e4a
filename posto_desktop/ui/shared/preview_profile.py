"""Preview profiles: frame, fold of the text and picture layout of each network.

They resemble the networks; names of actions are the networks' own.
"""

from __future__ import annotations

from dataclasses import dataclass

from posto_desktop.common.translation import translatable

Actions = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PreviewProfile:
    """``kind``: micro | page | photo | pin | clip | bubble | talk, see `preview_bodies`.

    ``lines``: text lines before the fold (None: no fold); ``more``: the word at the fold.
    ``actions``: (icon, label). ``layout``: see `preview_grid`; ``pictures``: how many are visible
    at once. ``unfolds``: a link in the text gets a card. ``card``: large | cover | bar.
    """

    kind: str
    lines: int | None = None
    #: Shows the rest of a text, as networks name it.
    more: str = translatable("Preview", "more")
    actions: Actions = ()
    layout: str = "grid"
    pictures: int = 4
    unfolds: bool = False
    card: str = "large"


_TALK = (
    ("message-circle", ""),
    ("repeat-2", ""),
    ("heart", ""),
    ("chart-no-axes-column", ""),
    ("bookmark", ""),
)
_SHORT_TALK = (("message-square", ""), ("repeat-2", ""), ("heart", ""), ("ellipsis", ""))
_THREADS = (("heart", ""), ("message-circle", ""), ("repeat-2", ""), ("send", ""))
_PAGE = (
    #: Verb: a button under a post, as the network names it.
    ("thumbs-up", translatable("Preview", "Like")),
    #: Verb: a button under a post, as the network names it.
    ("message-circle", translatable("Preview", "Comment")),
    #: Verb: a button under a post, as the network names it.
    ("share-2", translatable("Preview", "Share")),
)
_WORK = (
    #: Verb: a button under a post, as the network names it.
    ("thumbs-up", translatable("Preview", "Like")),
    #: Verb: a button under a post, as the network names it.
    ("message-square", translatable("Preview", "Comment")),
    #: Verb: a button under a post, as the network names it.
    ("repeat-2", translatable("Preview", "Repost")),
    #: Verb: a button under a post, as the network names it.
    ("send", translatable("Preview", "Send")),
)
_PHOTO = (("heart", ""), ("message-circle", ""), ("send", ""))
_CLIP = (("heart", ""), ("message-circle", ""), ("bookmark", ""), ("share-2", ""))
_VOTES = (
    #: Verb: a button under a post, as the network names it.
    ("chevron-up", translatable("Preview", "Vote")),
    #: Verb: a button under a post, as the network names it.
    ("message-square", translatable("Preview", "Comment")),
    #: Verb: a button under a post, as the network names it.
    ("share-2", translatable("Preview", "Share")),
)
_WALL = (
    #: Verb: a button under a post, as the network names it.
    ("heart", translatable("Preview", "Like")),
    #: Verb: a button under a post, as the network names it.
    ("message-square", translatable("Preview", "Comment")),
    #: Verb: a button under a post, as the network names it.
    ("share-2", translatable("Preview", "Share")),
)
_TUMBLR = (("message-circle", ""), ("repeat-2", ""), ("heart", ""), ("send", ""))
_COMMUNITY = (("thumbs-up", ""), ("message-square", ""), ("share-2", ""))

_PROFILES = {
    "twitter": PreviewProfile("micro", actions=_TALK, unfolds=True, card="cover"),
    "bluesky": PreviewProfile("micro", actions=_SHORT_TALK),
    "mastodon": PreviewProfile("micro", actions=_SHORT_TALK, unfolds=True),
    "truthsocial": PreviewProfile("micro", actions=_SHORT_TALK, unfolds=True),
    "plurk": PreviewProfile("micro", actions=_SHORT_TALK, unfolds=True),
    "threads": PreviewProfile(
        "micro", actions=_THREADS, layout="strip", pictures=20, unfolds=True, card="large"
    ),
    "instagram": PreviewProfile("photo", 2, actions=_PHOTO, layout="carousel", pictures=1),
    "flickr": PreviewProfile("photo", 3, actions=_PHOTO, layout="carousel", pictures=1),
    "pinterest": PreviewProfile("pin", 2, layout="tall", pictures=1),
    "tiktok": PreviewProfile("clip", 2, actions=_CLIP, layout="screen", pictures=1),
    "youtube_video": PreviewProfile("clip", 2, actions=_CLIP, layout="screen", pictures=1),
    "youtube": PreviewProfile(
        "page", 4, translatable("Preview", "Read more"), _COMMUNITY, layout="square", pictures=1
    ),
    "linkedin": PreviewProfile("page", 3, actions=_WORK, layout="side"),
    "xing": PreviewProfile("page", 4, actions=_PAGE, layout="side", unfolds=True),
    "fb": PreviewProfile(
        "page",
        5,
        translatable("Preview", "See more"),
        _PAGE,
        layout="collage",
        pictures=5,
        unfolds=True,
    ),
    "vk": PreviewProfile(
        "page",
        6,
        translatable("Preview", "Show more"),
        _WALL,
        layout="album",
        pictures=10,
        unfolds=True,
    ),
    "ok": PreviewProfile(
        "page",
        6,
        translatable("Preview", "Show more"),
        _WALL,
        layout="album",
        pictures=10,
        unfolds=True,
    ),
    "google_b": PreviewProfile("page", 4, layout="single", pictures=1),
    "reddit": PreviewProfile("page", 6, actions=_VOTES, layout="carousel", pictures=1),
    "tumblr": PreviewProfile(
        "page", 12, translatable("Preview", "Keep reading"), _TUMBLR, layout="rows", pictures=30
    ),
    "medium": PreviewProfile("page", 6, layout="single", pictures=1),
    "blogger": PreviewProfile("page", 6, layout="single", pictures=1),
    "wordpress": PreviewProfile("page", 6, layout="single", pictures=1),
    "ghost": PreviewProfile("page", 6, layout="rows", pictures=10),
    "devto": PreviewProfile("page", 6, layout="single", pictures=1),
    "lemmy": PreviewProfile("page", 6, actions=_VOTES, layout="single", pictures=1),
    "misskey": PreviewProfile("micro", actions=_SHORT_TALK, unfolds=True),
    "nostr": PreviewProfile("micro", actions=_SHORT_TALK, layout="rows", pictures=10),
    "ntfy": PreviewProfile("page", 10, layout="rows", pictures=10),
    "webhook": PreviewProfile("page", 10, layout="rows", pictures=10),
    "telegram": PreviewProfile("bubble", layout="album", pictures=10, unfolds=True, card="bar"),
    "discord": PreviewProfile("talk", layout="rows", pictures=10, unfolds=True, card="bar"),
    "slack": PreviewProfile("talk", layout="rows", pictures=10, unfolds=True, card="bar"),
    "mattermost": PreviewProfile("talk", layout="rows", pictures=10, unfolds=True, card="bar"),
    "matrix": PreviewProfile("talk", layout="rows", pictures=10, unfolds=True, card="bar"),
}
_PLAIN = PreviewProfile("page", 6, actions=_PAGE, layout="collage", pictures=5)


def preview_profile_of(slug: str) -> PreviewProfile:
    """Return the preview profile of a network; a plain page for networks without their own."""
    return _PROFILES.get(slug, _PLAIN)


SHOWN_CHARACTERS = 3_000


def collapsed(text: str) -> str:
    """Return the beginning of a text for a card; several blank lines become one, as on the
    networks."""
    cut = len(text) > SHOWN_CHARACTERS
    lines: list[str] = []
    for line in text[:SHOWN_CHARACTERS].strip().split("\n"):
        if not line.strip() and lines and not lines[-1].strip():
            continue
        lines.append(line.rstrip())
    shown = "\n".join(lines)
    return shown.rstrip() + "…" if cut else shown
