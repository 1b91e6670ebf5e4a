"""The post as the checks see it: channels with equal content are checked once."""

from __future__ import annotations

import operator
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from posto_desktop.common.account_limits import Limits
from posto_desktop.core.draft import CHANNEL_PREFIX, LOCAL, Draft, MediaRef
from posto_desktop.core.limits import NetworkLimits, limits_for, limits_of
from posto_desktop.core.posts import (
    comment_of,
    link_of,
    media_of,
    text_of,
    title_of,
    variant_key_of,
)
from posto_desktop.core.styles import options_of
from posto_desktop.core.text import Length, length_of
from posto_desktop.sdk.records import Channel


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

    @property
    def ids(self) -> list[int]:
        return [channel.id for channel in self.channels]


@dataclass
class CheckedPost:
    """Everything that the checks read. `local`: sent by the workspace on this computer."""

    draft: Draft
    groups: list[ChannelGroup]
    channels: Sequence[Channel]
    now: datetime
    reading: TimeReadingLike | None
    missing: Collection[str]
    local: bool = field(init=False)

    def __post_init__(self) -> None:
        self.local = self.draft.workspace == LOCAL

    @property
    def media(self) -> Sequence[MediaRef]:
        """All files of the message; `ChannelGroup.media` are those that a network gets."""
        return self.draft.media

    @property
    def when(self) -> datetime:
        """Return when the post goes out, as far as known; now for a post sent at once."""
        found = self.reading.when if self.reading is not None else None
        return self.now if found is None else found

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
        found: dict[str, list[ChannelGroup]] = {}
        for group in self.groups:
            found.setdefault(group.limits.slug, []).append(group)
        return found


# Everything that defines a group except the common text and its styled form.
_beside_the_text = operator.attrgetter(
    "workspace", "variants", "media", "link", "first_comment", "title", "options"
)


def _has_only_another_text(before: CheckedPost, draft: Draft, channels: Sequence[Channel]) -> bool:
    old = before.draft
    if (
        draft.resolved_style is not None
        or old.resolved_style is not None
        or before.channels != channels
    ):
        return False
    return all(map(operator.is_, _beside_the_text(draft), _beside_the_text(old)))


def _groups_with_text(groups: Sequence[ChannelGroup], draft: Draft) -> list[ChannelGroup] | None:
    """Return the groups with the draft's common text; None if the link also comes from the text."""
    text, local = text_of(draft, ""), draft.workspace == LOCAL
    found = []
    for group in groups:
        if group.source:
            found.append(group)
            continue
        if group.options.get("attach_link"):
            return None
        length = length_of(text, group.limits, bool(group.media), group.link, local)
        found.append(replace(group, text=text, length=length))
    return found


def _groups(draft: Draft, channels: Sequence[Channel]) -> list[ChannelGroup]:
    found: dict[tuple[str, str, Limits | None], ChannelGroup] = {}
    seen: set[int] = set()
    for channel in channels:
        if channel.id in seen:
            continue
        seen.add(channel.id)
        limits = limits_of(channel)
        alone = variant_key_of(draft, channel)
        group = found.get((limits.slug, alone, channel.limits))
        if group is None:
            source = draft.variant_key(channel)
            group = _group(draft, channel, limits, source)
            group.key = alone or limits.slug
            group.whose = channel.name if source.startswith(CHANNEL_PREFIX) else ""
            found[limits.slug, alone, channel.limits] = group
        group.channels.append(channel)
    return list(found.values())


def group_of_network(draft: Draft, slug: str) -> ChannelGroup:
    """Return a group without channels: the network's content where no channel differs."""
    return _group(draft, slug, limits_for(slug), draft.variant_key(slug))


def _group(draft: Draft, target: str | Channel, limits: NetworkLimits, source: str) -> ChannelGroup:
    text, link, media = text_of(draft, target), link_of(draft, target), media_of(draft, target)
    return ChannelGroup(
        limits,
        text,
        length_of(text, limits, bool(media), link, draft.workspace == LOCAL),
        key=limits.slug,
        source=source,
        link=link,
        comment=comment_of(draft, target),
        title=title_of(draft, target),
        media=media,
        options=options_of(draft, target, limits.slug),
    )
