"""From the message to what each preview card shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage

from posto_desktop.core.checks import Finding
from posto_desktop.core.draft import Draft
from posto_desktop.core.limits import limits_for
from posto_desktop.core.posts import text_of
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.compose.assess import Assessment
from posto_desktop.ui.compose.counters import Count
from posto_desktop.ui.compose.preview_card import PreviewMedia, PreviewPost

# Cards show the beginning of a long text; nothing after it can be seen on any of them.
MOST_CHARACTERS = 20_000
MOST_FILES = 20


def preview_posts(
    draft: Draft,
    networks: dict[str, list[Channel]],
    result: Assessment,
    date: str,
    avatar: Callable[[str], QImage | None],
) -> list[PreviewPost]:
    """One post a network, as its first selected channel will show it."""
    media = tuple(
        PreviewMedia(
            ref.path,
            ref.kind,
            ref.width / ref.height if ref.width and ref.height else 1.0,
            ref.duration,
            ref.alt,
        )
        for ref in draft.media[:MOST_FILES]
    )
    # A megabyte is not tidied a dozen times for the lines that a card shows.
    short = replace(
        draft,
        text=draft.text[:MOST_CHARACTERS],
        variants={slug: text[:MOST_CHARACTERS] for slug, text in draft.variants.items()},
    )
    counts = {one.slug: one for one in result.counts}
    posts = []
    for slug, channels in networks.items():
        limits = limits_for(slug)
        most = len(media) if limits.media_max is None else limits.media_max
        picture = avatar(channels[0].picture)
        problem = ""
        if not draft.is_empty:
            problem = problem_of(slug, counts.get(slug), result.findings)
        posts.append(
            PreviewPost(
                slug=slug,
                network=limits.name,
                channel=channels[0].name,
                others=len(channels) - 1,
                text=text_of(short, slug),
                over=result.over.get(slug),
                media=media[:most],
                link=draft.link.strip(),
                date=date,
                own_text=slug in draft.variants,
                problem=problem,
                avatar=picture,
                avatar_key=picture.cacheKey() if picture is not None else 0,
            )
        )
    return posts


def problem_of(slug: str, count: Count | None, findings: Sequence[Finding]) -> str:
    """A few words for the card's head: "12 too long"; empty when nothing will be refused."""
    translate = QCoreApplication.translate
    if count is not None and count.left is not None and count.left < 0:
        return translate("Preview", "{n} too long").format(n=-count.left)
    for one in findings:
        if one.severity == "error" and slug in one.networks:
            if one.code == "media_missing":
                return translate("Preview", "needs a file")
            if one.code == "text_missing":
                return translate("Preview", "needs a text")
            return translate("Preview", "will be refused")
    return ""
