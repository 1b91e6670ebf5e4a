"""The post as the checks see it: channels that get the same thing are looked at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from posto_desktop.core.draft import CHANNEL_PREFIX, LOCAL, Draft, MediaRef
from posto_desktop.core.limits import Limits, limits_for
from posto_desktop.core.posts import (
    ChannelLike,
    comment_of,
    link_of,
    media_of,
    own_key_of,
    text_of,
    title_of,
)
from posto_desktop.core.styles import options_of


class ReadingLike(Protocol):
    """As much of sdk.times.Reading as the check needs."""

    @property
    def when(self) -> datetime | None: ...


@dataclass
class Group:
    """Channels of one network that get the same text, link, comment and options.

    `text` is the final one (`core.posts.text_of`), `source` the key of `Draft.variants` that it
    comes from (empty: the common text), `key` that under which it would be changed for these
    channels alone, `whose` the channel whose own text it is (empty: the network's).
    """

    limits: Limits
    text: str
    key: str
    source: str = ""
    whose: str = ""
    link: str = ""
    comment: str = ""
    title: str = ""
    media: Sequence[MediaRef] = ()
    options: dict[str, Any] = field(default_factory=dict)
    channels: list[ChannelLike] = field(default_factory=list)

    @property
    def ids(self) -> list[int]:
        return [channel.id for channel in self.channels]


@dataclass
class Post:
    """Everything that the checks look at. `local`: sent by the workspace of this computer."""

    draft: Draft
    groups: list[Group]
    channels: Sequence[ChannelLike]
    now: datetime
    reading: ReadingLike | None
    missing: Collection[str]

    @property
    def local(self) -> bool:
        return self.draft.workspace == LOCAL

    @property
    def media(self) -> Sequence[MediaRef]:
        """All files of the message; `Group.media` are those that a network gets."""
        return self.draft.media

    @property
    def when(self) -> datetime:
        """When the post goes out, as far as known; now where it goes at once."""
        found = self.reading.when if self.reading is not None else None
        return self.now if found is None else found

    @classmethod
    def of(
        cls,
        draft: Draft,
        channels: Sequence[ChannelLike],
        now: datetime,
        reading: ReadingLike | None,
        missing: Collection[str],
    ) -> Post:
        return cls(draft, _groups(draft, channels), channels, now, reading, missing)


def _groups(draft: Draft, channels: Sequence[ChannelLike]) -> list[Group]:
    found: dict[tuple[str, str], Group] = {}
    seen: set[int] = set()
    for channel in channels:
        if channel.id in seen:
            continue
        seen.add(channel.id)
        limits = limits_for(channel.network)
        alone = own_key_of(draft, channel)
        group = found.get((limits.slug, alone))
        if group is None:
            source = draft.own_key(channel)
            group = Group(
                limits,
                text_of(draft, channel),
                key=alone or limits.slug,
                source=source,
                whose=channel.name if source.startswith(CHANNEL_PREFIX) else "",
                link=link_of(draft, channel),
                comment=comment_of(draft, channel),
                title=title_of(draft, channel),
                media=media_of(draft, channel),
                options=options_of(draft, channel, limits.slug),
            )
            found[limits.slug, alone] = group
        group.channels.append(channel)
    return list(found.values())
