"""The post as the checks see it: channels with equal content are checked once."""

from __future__ import annotations

import operator
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, Protocol

from posto_desktop.common.account_limits import Limits
from posto_desktop.core.draft import CHANNEL_PREFIX, LOCAL, Draft, MediaRef, part_key
from posto_desktop.core.limits import NetworkLimits, limits_for, limits_of
from posto_desktop.core.posts import (
    THREADING,
    ThreadForm,
    comment_of,
    link_of,
    media_of_parts,
    text_of,
    texts_of,
    thread_form,
    title_of,
    variant_key_of,
)
from posto_desktop.core.styles import options_of
from posto_desktop.core.text import Length, length_of
from posto_desktop.sdk.records import Channel
from posto_desktop.sdk.site_content import AutoShareSettings


class TimeReadingLike(Protocol):
    """The part of sdk.times.Reading that the checks use."""

    @property
    def when(self) -> datetime | None: ...


@dataclass
class ChannelGroup:
    """Channels of one network with the same limits, text, link, comment and options.

    `text` is the final one (`core.posts.text_of`), `length` its length, `source` its key in
    `Draft.variants` (empty: the common text), `key` the key for editing it for these channels
    alone, `whose` the channel that has the own text (empty: the network's).

    Where a thread is sent, this is its first part, and `parts` are the others, each with its
    `number`; all of them with their `count`. `form` is what these channels get of a message with
    several parts ("" of one with a single part).
    """

    limits: NetworkLimits
    text: str
    length: Length
    key: str
    source: str = ""
    whose: str = ""
    link: str = ""
    comment: str = ""
    title: str = ""
    media: Sequence[MediaRef] = ()
    options: dict[str, Any] = field(default_factory=dict)
    channels: list[Channel] = field(default_factory=list)
    number: int = 0
    count: int = 1
    parts: tuple[ChannelGroup, ...] = ()
    form: ThreadForm | Literal[""] = ""

    @property
    def whole(self) -> tuple[ChannelGroup, ...]:
        """Return all parts of its thread, this one included."""
        return (self, *self.parts)

    @property
    def part_key(self) -> str:
        """The key for editing this part for these channels alone."""
        return part_key(self.key, self.number)

    @property
    def further_parts(self) -> str:
        """What becomes of further parts there, see `Channel.further_parts`."""
        return self.channels[0].further_parts if self.channels else ""

    @property
    def takes_thread(self) -> bool:
        return self.further_parts in THREADING

    @property
    def ids(self) -> list[int]:
        return [channel.id for channel in self.channels]


@dataclass
class CheckedPost:
    """Everything that the checks read. `local`: sent by the workspace on this computer. `parts` are
    the groups with each part of their threads, `site` is what the service does to links and blank
    lines, as far as known."""

    draft: Draft
    groups: list[ChannelGroup]
    channels: Sequence[Channel]
    now: datetime
    reading: TimeReadingLike | None
    missing: Collection[str]
    local: bool = field(init=False)
    parts: list[ChannelGroup] = field(init=False)
    site: AutoShareSettings | None = None
    joins_blank_lines: bool = False
    """Whether the service makes one blank line of several."""

    def __post_init__(self) -> None:
        self.local = self.draft.workspace == LOCAL
        self.parts = [part for group in self.groups for part in (group, *group.parts)]

    @property
    def media(self) -> Sequence[MediaRef]:
        """All files of the message; `ChannelGroup.media` are those that a network gets."""
        return self.draft.media

    @property
    def when(self) -> datetime:
        """Return when the post goes out, as far as known; now for a post sent at once."""
        moment = self.reading.when if self.reading is not None else None
        return self.now if moment is None else moment

    @classmethod
    def of(
        cls,
        draft: Draft,
        channels: Sequence[Channel],
        now: datetime,
        reading: TimeReadingLike | None,
        missing: Collection[str],
        before: CheckedPost | None = None,
    ) -> CheckedPost:
        """Build the post. `before` is the previous one, whose unchanged parts are reused."""
        groups = None
        if before is not None and _has_only_another_text(before, draft, channels):
            groups = _groups_with_text(before.groups, draft)
        if groups is None:
            groups = _groups(draft, channels)
        return cls(draft, groups, channels, now, reading, missing)

    def by_network(self) -> dict[str, list[ChannelGroup]]:
        """Return the groups by network, in the order of the channels."""
        groups: dict[str, list[ChannelGroup]] = {}
        for group in self.groups:
            groups.setdefault(group.limits.slug, []).append(group)
        return groups


# Everything that defines a group except the common text and its styled form.
_beside_the_text = operator.attrgetter(
    "workspace",
    "variants",
    "media",
    "link",
    "first_comment",
    "title",
    "options",
    "threads",
    "thread_forms",
)


def _has_only_another_text(before: CheckedPost, draft: Draft, channels: Sequence[Channel]) -> bool:
    old = before.draft
    if (
        draft.resolved_style is not None
        or old.resolved_style is not None
        or before.channels != channels
        or draft.threads
    ):
        return False
    return all(map(operator.is_, _beside_the_text(draft), _beside_the_text(old)))


def _groups_with_text(groups: Sequence[ChannelGroup], draft: Draft) -> list[ChannelGroup] | None:
    """Return the groups with the draft's common text; None if the link also comes from the text."""
    text, local = text_of(draft, ""), draft.workspace == LOCAL
    updated = []
    for group in groups:
        if group.source:
            updated.append(group)
            continue
        if group.options.get("attach_link"):
            return None
        length = length_of(text, group.limits, bool(group.media), group.link, local)
        updated.append(replace(group, text=text, length=length))
    return updated


def _groups(draft: Draft, channels: Sequence[Channel]) -> list[ChannelGroup]:
    by_key: dict[tuple[str, str, Limits | None, str, str], ChannelGroup] = {}
    seen: set[int] = set()
    for channel in channels:
        if channel.id in seen:
            continue
        seen.add(channel.id)
        limits = limits_of(channel)
        alone = variant_key_of(draft, channel)
        form, further = "", ""
        if draft.threads and len(draft.parts_for(channel)) > 1:
            form, further = thread_form(draft, channel), channel.further_parts
        key = (limits.slug, alone, channel.limits, form, further)
        group = by_key.get(key)
        if group is None:
            source = draft.variant_key(channel)
            group = _group(draft, channel, limits, source)
            group.key = alone or limits.slug
            group.whose = channel.name if source.startswith(CHANNEL_PREFIX) else ""
            by_key[key] = group
        group.channels.append(channel)
    for group in by_key.values():
        for part in group.parts:
            part.key, part.whose, part.channels = group.key, group.whose, group.channels
    return list(by_key.values())


def group_of_network(draft: Draft, slug: str) -> ChannelGroup:
    """Return a group without channels: the network's content where no channel differs."""
    return _group(draft, slug, limits_for(slug), draft.variant_key(slug))


def _group(draft: Draft, target: str | Channel, limits: NetworkLimits, source: str) -> ChannelGroup:
    texts, media, link = (
        texts_of(draft, target),
        media_of_parts(draft, target),
        link_of(draft, target),
    )
    local, count = draft.workspace == LOCAL, len(texts)
    group = ChannelGroup(
        limits,
        texts[0],
        length_of(texts[0], limits, bool(media[0]), link, local),
        key=limits.slug,
        source=source,
        link=link,
        comment=comment_of(draft, target),
        title=title_of(draft, target),
        media=media[0],
        options=options_of(draft, target, limits.slug),
        count=count,
        form=thread_form(draft, target) if len(draft.parts_for(target)) > 1 else "",
    )
    group.parts = tuple(
        ChannelGroup(
            limits,
            text,
            length_of(text, limits, bool(files), "", local),
            key=limits.slug,
            source=source,
            media=files,
            options=group.options,
            number=number,
            count=count,
            form=group.form,
        )
        for number, (text, files) in enumerate(zip(texts[1:], media[1:], strict=True), 1)
    )
    return group
