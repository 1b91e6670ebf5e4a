"""Builds the content of the preview cards from a message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage

from posto_desktop.core.checks.post import ChannelGroup, CheckedPost
from posto_desktop.core.draft import Draft, MediaRef, channel_key
from posto_desktop.core.edits import Edit
from posto_desktop.core.limits import NetworkLimits
from posto_desktop.core.link_card import LinkCard, host_of
from posto_desktop.core.posts import has_link, sent_title_of
from posto_desktop.core.published_text import as_published
from posto_desktop.core.text import cut, first_over
from posto_desktop.core.thread import media_in_part
from posto_desktop.sdk.counting import first_url
from posto_desktop.sdk.utm import bare
from posto_desktop.ui.shared.preview_post import PreviewLink, PreviewMedia, PreviewPost
from posto_desktop.ui.shared.preview_profile import collapsed, preview_profile_of
from posto_desktop.viewmodels.assessment import Assessment

# Cards show the beginning of a long text. This covers everything visible, and all limits that could
# cut the visible part.
MAX_CHARACTERS = 6_000
MAX_PREVIEW_FILES = 35
MAX_PREVIEW_PARTS = 20

# Cached, because a dozen cards share a few texts.
_collapsed = lru_cache(maxsize=32)(collapsed)
_first_url = lru_cache(maxsize=32)(first_url)


@dataclass(frozen=True)
class PreviewSources:
    """Sources of pictures; each function returns None for what is not loaded (yet).

    ``avatar(address)``, ``picture(path, edit)``, ``link(url)``, ``link_picture(address)``.
    """

    avatar: Callable[[str], QImage | None]
    picture: Callable[[str, Edit], QImage | None]
    link: Callable[[str], LinkCard | None]
    link_picture: Callable[[str], QImage | None]


def preview_posts(result: Assessment, date: str, sources: PreviewSources) -> list[PreviewPost]:
    """Return a post per network, for its first selected channel; a post per channel if the channels
    of a network get different texts."""
    post, previews = result.post, []
    if post is None:
        return []
    for slug, groups in post.by_network().items():
        keys = [group.key for group in groups] if len(groups) > 1 else []
        for group in groups:
            key = slug if len(groups) == 1 and len(group.channels) == 1 else group.key
            if keys.count(key) > 1:  # accounts that differ in their limits alone
                key = channel_key(group.channels[0].id)
            previews.append(_post(post, group, key, result, date, sources))
    return previews


def _post(
    post: CheckedPost,
    group: ChannelGroup,
    key: str,
    result: Assessment,
    date: str,
    sources: PreviewSources,
) -> PreviewPost:
    limits, channel, draft = group.limits, group.channels[0], post.draft
    attached = link = group.link
    if link and not has_link(limits, channel):
        link = ""
    accepted: list[MediaRef] = []
    if group.media and not (attached and limits.link_drops_media):
        accepted = accepted_files(group.media, limits)
    text, shown = _sent(post, group)
    if accepted and link and limits.link_in_text:
        # With files there is no card: the link becomes the last line of the text.
        shown = shown if link in text else f"{shown}\n{link}".lstrip()
        link = ""
    unfolds = (
        not link and not accepted and "://" in text and preview_profile_of(limits.slug).unfolds
    )
    address = _first_url(text) or "" if unfolds else link
    picture = sources.avatar(channel.picture)
    parts = group.parts[: MAX_PREVIEW_PARTS - 1]
    return PreviewPost(
        slug=limits.slug,
        network=limits.name,
        channel=channel.name,
        key=key,
        more_channels=len(group.channels) - 1,
        text=shown,
        title=_title(post, group, accepted) if limits.title_key else "",
        media=tuple([_media(ref, limits.slug, sources) for ref in accepted]) if accepted else (),
        left_out=(len(draft.media) if group.form != "thread" else _file_count(draft, group))
        - len(accepted),
        link=_link(address, sources) if address else None,
        date="" if group.number else date,
        own_text=bool(group.source),
        problem="" if draft.is_empty or group.number else problem_of(group, result),
        parts=tuple([_post(post, part, key, result, date, sources) for part in parts])
        if parts
        else (),
        more_parts=len(group.parts) - len(parts),
        comments=group.count > 1 and group.further_parts == "comments",
        avatar=picture,
        avatar_key=picture.cacheKey() if picture is not None else 0,
    )


def _file_count(draft: Draft, group: ChannelGroup) -> int:
    """Return the number of the message's files that belong to a part of a thread."""
    return len(media_in_part(draft.media, group.source, group.number, group.count))


def _sent(post: CheckedPost, group: ChannelGroup) -> tuple[str, str]:
    """Return the beginning of a text as the service sends it and the network shows it."""
    limits = group.limits
    # Only the beginning: a megabyte for each of a dozen cards is too slow.
    text = as_published(
        group.text[:MAX_CHARACTERS],
        limits,
        local=post.local,
        joins_blank_lines=post.joins_blank_lines,
    )
    if text == group.text and not group.length.is_over:
        return text, _collapsed(text)
    with_media, link = bool(group.media), group.link
    return text, shown_text(text, limits, with_media=with_media, link=link, local=post.local)


def shown_text(
    text: str,
    on: str | NetworkLimits,
    *,
    with_media: bool = False,
    link: str = "",
    local: bool = False,
) -> str:
    """Return a text as shown: cut by the service, or at the network's limit."""
    shown = cut(text, on, with_media, link, local)
    if shown == text:
        place = first_over(text, on, with_media, link, local)
        if place is not None:
            shown = text[:place].rstrip() + "…"
    return _collapsed(shown)


def accepted_files(files: Sequence[MediaRef], limits: NetworkLimits) -> list[MediaRef]:
    """Return the files that a network shows; if it does not mix kinds, the first file decides."""
    accepted = list(files[:MAX_PREVIEW_FILES])
    if limits.mixes_kinds is False and accepted:
        video = accepted[0].kind == "video"
        accepted = [ref for ref in accepted if (ref.kind == "video") == video]
        if video and limits.videos_max:
            accepted = accepted[: limits.videos_max]
    return accepted if limits.media_max is None else accepted[: limits.media_max]


def _media(ref: MediaRef, slug: str, sources: PreviewSources) -> PreviewMedia:
    edit = ref.edit_for(slug)
    image = sources.picture(ref.path, edit)
    aspect = edited_aspect(ref, edit)
    if not aspect:  # the thumbnail may arrive before the facts
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
    """Return width / height of a file after rotation and crop; 0 if unknown."""
    if not ref.width or not ref.height:
        return 0.0
    width, height = float(ref.width), float(ref.height)
    if edit.turns % 2:
        width, height = height, width
    if edit.crop is not None:
        width, height = width * edit.crop[2], height * edit.crop[3]
    return width / height if height else 0.0


def _title(post: CheckedPost, group: ChannelGroup, accepted: Sequence[MediaRef]) -> str:
    limits = group.limits
    if limits.title_key == "photo_title" and (not accepted or accepted[0].kind == "video"):
        return ""
    title = sent_title_of(post.draft, group.channels[0], limits.slug)
    return " ".join(as_published(title, limits, local=post.local).split())


def _link(url: str, sources: PreviewSources) -> PreviewLink:
    card = sources.link(bare(url))
    if card is None:
        return PreviewLink(url, host_of(url))
    image = sources.link_picture(card.image_url) if card.image_url else None
    return PreviewLink(
        url,
        card.site or host_of(card.url),
        card.title,
        card.description,
        image is not None and image.width() >= 1.4 * image.height(),
        image.cacheKey() if image is not None else 0,
        image,
    )


def problem_of(group: ChannelGroup, result: Assessment) -> str:
    """Return a short warning for the card's head: "12 too long"; "" without a problem."""
    translate = QCoreApplication.translate  # for each typed character, so without a call between
    for part in (group, *group.parts):
        length = part.length
        if length.limit is not None and length.used > length.limit:
            over = length.used - length.limit
            if not group.parts:
                #: %Ln: characters.
                return translate("Preview", "%Ln too long", "", over)
            #: %Ln: characters.
            words = translate("Preview", "part {part}: %Ln too long", "", over)
            return words.format(part=part.number + 1)
    for finding in result.findings:
        if finding.severity != "error" or group.limits.slug not in finding.networks:
            continue
        if finding.channel_ids and set(finding.channel_ids).isdisjoint(group.ids):
            continue
        if finding.code == "media_missing":
            return translate("Preview", "needs a file")
        if finding.code == "text_missing":
            return translate("Preview", "needs a text")
        return translate("Preview", "has a problem")
    return ""
