"""From the message to what each preview card shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage

from posto_desktop.core.checks.finding import number
from posto_desktop.core.checks.post import Group, Post
from posto_desktop.core.draft import MediaRef
from posto_desktop.core.edits import Edit
from posto_desktop.core.limits import Limits
from posto_desktop.core.link_card import LinkCard, host_of
from posto_desktop.core.posts import has_link, sent_title_of
from posto_desktop.core.served import served
from posto_desktop.core.text import cut, first_over
from posto_desktop.sdk.counting import first_url
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


def preview_posts(result: Assessment, date: str, looks: Looks) -> list[PreviewPost]:
    """One post a network, as its first selected channel will show it; one a channel where the
    channels of a network get different texts."""
    post, found = result.post, []
    if post is None:
        return []
    for slug, groups in post.by_network().items():
        for group in groups:
            alone = len(groups) == 1 and len(group.channels) == 1
            found.append(_post(post, group, slug if alone else group.key, result, date, looks))
    return found


def _post(
    post: Post, group: Group, key: str, result: Assessment, date: str, looks: Looks
) -> PreviewPost:
    limits, channel, draft = group.limits, group.channels[0], post.draft
    attached = link = group.link
    if link and not has_link(limits, channel):
        link = ""
    taken: list[MediaRef] = []
    if group.media and not (attached and limits.link_drops_media):
        taken = taken_files(group.media, limits)
    text, shown = _sent(post, group)
    if taken and link and limits.link_in_text:
        # Beside files there is no card: the link is what it is, the last line of the text.
        shown = shown if link in text else f"{shown}\n{link}".lstrip()
        link = ""
    unfolds = not link and not taken and "://" in text and manner(limits.slug).unfolds
    address = _first_url(text) or "" if unfolds else link
    picture = looks.avatar(channel.picture)
    return PreviewPost(
        slug=limits.slug,
        network=limits.name,
        channel=channel.name,
        key=key,
        others=len(group.channels) - 1,
        text=shown,
        title=_title(post, group, taken) if limits.title_key else "",
        media=tuple([_media(ref, limits.slug, looks) for ref in taken]) if taken else (),
        left_out=len(draft.media) - len(taken),
        link=_link(address, looks) if address else None,
        date=date,
        own_text=bool(group.source),
        problem="" if draft.is_empty else problem_of(group, result),
        avatar=picture,
        avatar_key=picture.cacheKey() if picture is not None else 0,
    )


def _sent(post: Post, group: Group) -> tuple[str, str]:
    """The beginning of a text as it leaves the service, and as the network shows it."""
    limits = group.limits
    # A megabyte is not looked through a dozen times for the lines that a card shows.
    text = served(group.text[:MOST_CHARACTERS], limits, local=post.local)
    if text == group.text and not group.length.is_over:
        return text, _collapsed(text)
    with_media, link = bool(group.media), group.link
    return text, shown_text(text, limits.slug, with_media=with_media, link=link, local=post.local)


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


def _title(post: Post, group: Group, taken: Sequence[MediaRef]) -> str:
    limits = group.limits
    if limits.title_key == "photo_title" and (not taken or taken[0].kind == "video"):
        return ""
    title = sent_title_of(post.draft, group.channels[0], limits.slug)
    return " ".join(served(title, limits, local=post.local).split())


def _link(url: str, looks: Looks) -> PreviewLink:
    """The card of a link."""
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


def problem_of(group: Group, result: Assessment) -> str:
    """A few words for the card's head: "12 too long"; empty when nothing will be refused."""
    translate = QCoreApplication.translate
    count = result.by_key.get(group.key)
    if count is not None and count.limit is not None and count.used > count.limit:
        left = number(count.used - count.limit)
        return translate("Preview", "{n} too long").format(n=left)
    for one in result.findings:
        if one.severity != "error" or group.limits.slug not in one.networks:
            continue
        if one.channel_ids and set(one.channel_ids).isdisjoint(group.ids):
            continue
        if one.code == "media_missing":
            return translate("Preview", "needs a file")
        if one.code == "text_missing":
            return translate("Preview", "needs a text")
        return translate("Preview", "will be refused")
    return ""
