"""From the message to what each preview card shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage

from posto_desktop.core.checks.finding import number
from posto_desktop.core.draft import LOCAL, Draft, MediaRef
from posto_desktop.core.edits import Edit
from posto_desktop.core.limits import Limits, limits_for
from posto_desktop.core.link_card import LinkCard, host_of
from posto_desktop.core.posts import (
    has_link,
    link_of,
    media_of,
    own_key_of,
    sent_title_of,
    text_of,
)
from posto_desktop.core.served import served
from posto_desktop.core.text import cut, first_over
from posto_desktop.sdk.counting import first_url
from posto_desktop.sdk.records import Channel
from posto_desktop.sdk.templates import tidy
from posto_desktop.sdk.utm import bare
from posto_desktop.ui.shared.preview_manner import collapsed, manner
from posto_desktop.ui.shared.preview_post import PreviewLink, PreviewMedia, PreviewPost
from posto_desktop.viewmodels.assessment import Assessment

# Cards show the beginning of a long text; nothing after it can be seen on any of them, and every
# limit that could cut what is seen lies before it.
MOST_CHARACTERS = 6_000
MOST_FILES = 35

# A dozen cards show the same few texts.
_collapsed = lru_cache(maxsize=32)(collapsed)
_first_url = lru_cache(maxsize=32)(first_url)


@dataclass(frozen=True)
class Looks:
    """Where the cards' pictures come from; each gives None for what is not there (yet).

    ``avatar(address)``, ``picture(path, edit)``, ``link(url)``, ``link_picture(address)``.
    """

    avatar: Callable[[str], QImage | None]
    picture: Callable[[str, Edit], QImage | None]
    link: Callable[[str], LinkCard | None]
    link_picture: Callable[[str], QImage | None]


def preview_posts(
    draft: Draft,
    networks: dict[str, list[Channel]],
    result: Assessment,
    date: str,
    looks: Looks,
) -> list[PreviewPost]:
    """One post a network, as its first selected channel will show it; one a channel where the
    channels of a network get different texts."""
    # A megabyte is not tidied a dozen times for the lines that a card shows.
    short = replace(
        draft,
        text=beginning(draft.text),
        variants={key: beginning(text) for key, text in draft.variants.items()},
    )
    return [
        _post(short, slug, key, channels, result, date, looks)
        for slug, members in networks.items()
        for key, channels in _groups(draft, slug, members)
    ]


def beginning(text: str) -> str:
    """As much of a text that enough of it is left once it is tidied."""
    if len(text) <= MOST_CHARACTERS:
        return text
    text, end = text.lstrip(), MOST_CHARACTERS
    while end < len(text) and len(tidy(text[:end])) < MOST_CHARACTERS:
        end *= 4
    return text[:end]


def _groups(
    draft: Draft, slug: str, channels: Sequence[Channel]
) -> list[tuple[str, list[Channel]]]:
    """Channels of a network that get the same; a channel with a text of its own stands alone."""
    found: dict[str, list[Channel]] = {}
    for channel in channels:
        own = _own_key(draft, channel) if len(channels) > 1 else ""
        found.setdefault(own or slug, []).append(channel)
    return list(found.items())


def _own_key(draft: Draft, channel: Channel) -> str:
    """The key of what a channel has of its own; empty where it gets what its network gets."""
    return own_key_of(draft, channel)


def _post(
    draft: Draft,
    slug: str,
    key: str,
    channels: list[Channel],
    result: Assessment,
    date: str,
    looks: Looks,
) -> PreviewPost:
    limits, channel = limits_for(slug), channels[0]
    local = draft.workspace == LOCAL
    text = served(text_of(draft, channel), limits, local=local)
    attached = link_of(draft, channel)
    media = media_of(draft, channel)
    files = [] if attached and limits.link_drops_media else media
    taken = taken_files(files, limits)
    picture = looks.avatar(channel.picture)
    shown = shown_text(text, slug, with_media=bool(media), link=attached, local=local)
    link = attached if has_link(limits, channel) else ""
    if taken and link and limits.link_in_text:
        # Beside files there is no card: the link is what it is, the last line of the text.
        shown = shown if link in text else f"{shown}\n{link}".lstrip()
        link = ""
    return PreviewPost(
        slug=slug,
        network=limits.name,
        channel=channel.name,
        key=key,
        others=len(channels) - 1,
        text=shown,
        title=_title(draft, channel, limits, taken, local),
        media=tuple(_media(ref, slug, looks) for ref in taken),
        left_out=len(draft.media) - len(taken),
        link=_link(text, link, slug, bool(taken), looks),
        date=date,
        own_text=bool(draft.own_key(channel)),
        problem="" if draft.is_empty else problem_of(draft, slug, channels, result),
        avatar=picture,
        avatar_key=picture.cacheKey() if picture is not None else 0,
    )


def shown_text(
    text: str, slug: str, *, with_media: bool = False, link: str = "", local: bool = False
) -> str:
    """A text as the network shows it: cut by the service, or up to what the network takes."""
    shown = cut(text, slug, with_media, link, local)
    if shown == text:
        place = first_over(text, slug, with_media, link, local)
        if place is not None:
            shown = text[:place].rstrip() + "…"
    return _collapsed(shown)


def taken_files(files: Sequence[MediaRef], limits: Limits) -> list[MediaRef]:
    """The files that a network shows: of one kind where it does not mix them, the first decides."""
    taken = list(files[:MOST_FILES])
    if limits.mixes_kinds is False and taken:
        video = taken[0].kind == "video"
        taken = [ref for ref in taken if (ref.kind == "video") == video]
        if video and limits.videos_max:
            taken = taken[: limits.videos_max]
    return taken if limits.media_max is None else taken[: limits.media_max]


def _media(ref: MediaRef, slug: str, looks: Looks) -> PreviewMedia:
    edit = ref.edit_for(slug)
    image = looks.picture(ref.path, edit)
    aspect = edited_aspect(ref, edit)
    if not aspect:  # the picture may be here before the facts
        aspect = image.width() / image.height() if image is not None and image.height() else 1.0
    return PreviewMedia(
        ref.path,
        ref.kind,
        aspect,
        ref.duration,
        ref.alt,
        ref.name,
        image.cacheKey() if image is not None else 0,
        image,
    )


def edited_aspect(ref: MediaRef, edit: Edit) -> float:
    """Width / height of a file once it is turned and cut; 0 while nothing is known."""
    if not ref.width or not ref.height:
        return 0.0
    width, height = float(ref.width), float(ref.height)
    if edit.turns % 2:
        width, height = height, width
    if edit.crop is not None:
        width, height = width * edit.crop[2], height * edit.crop[3]
    return width / height if height else 0.0


def _title(
    draft: Draft, channel: Channel, limits: Limits, taken: Sequence[MediaRef], local: bool
) -> str:
    if limits.title_key == "photo_title" and (not taken or taken[0].kind == "video"):
        return ""
    title = sent_title_of(draft, channel, limits.slug)
    return " ".join(served(title, limits, local=local).split())


def _link(
    text: str, attached: str, slug: str, with_media: bool, looks: Looks
) -> PreviewLink | None:
    """The card of the link that is attached, or of the first one in the text."""
    look = manner(slug)
    url = attached
    if not url and look.unfolds and not with_media:
        url = _first_url(text) or ""
    if not url:
        return None
    card = looks.link(bare(url))
    if card is None:
        return PreviewLink(url, host_of(url))
    image = looks.link_picture(card.image_url) if card.image_url else None
    return PreviewLink(
        url,
        card.site or host_of(card.url),
        card.title,
        card.description,
        image is not None and image.width() >= 1.4 * image.height(),
        image.cacheKey() if image is not None else 0,
        image,
    )


def problem_of(draft: Draft, slug: str, channels: Sequence[Channel], result: Assessment) -> str:
    """A few words for the card's head: "12 too long"; empty when nothing will be refused."""
    translate = QCoreApplication.translate
    count = result.by_key.get(_own_key(draft, channels[0]) or slug)
    if count is not None and count.left is not None and count.left < 0:
        return translate("Preview", "{n} too long").format(n=number(-count.left))
    ids = {channel.id for channel in channels}
    for one in result.findings:
        if one.severity != "error" or slug not in one.networks:
            continue
        if one.channel_ids and ids.isdisjoint(one.channel_ids):
            continue
        if one.code == "media_missing":
            return translate("Preview", "needs a file")
        if one.code == "text_missing":
            return translate("Preview", "needs a text")
        return translate("Preview", "will be refused")
    return ""
