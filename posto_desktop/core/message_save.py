"""Computes what saving an edit does, from the content before and after it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from posto_desktop.core.copies import changed_channels
from posto_desktop.core.draft import Draft
from posto_desktop.core.edited_message import EditedMessage, PostChanges, Replacement, changes_of
from posto_desktop.sdk.records import Channel


@dataclass(frozen=True)
class MessageSave:
    """`changes` is what happens to the posts, `replaces` what the new entry replaces (None: there
    is none), `share_at` its time; `labels` says whether these differ."""

    changes: PostChanges
    replaces: Replacement | None
    share_at: datetime | None
    labels: bool

    @property
    def is_nothing(self) -> bool:
        return self.changes.is_nothing and self.replaces is None and not self.labels


def save_of(
    edited: EditedMessage,
    before: Draft,
    now: Draft,
    channels: Sequence[Channel],
    share_at: datetime | None,
    *,
    whole: bool = False,
) -> MessageSave:
    """Return how a draft is saved; both drafts have their styles resolved. `channels` are those of
    `now`; `whole` as for `changes_of`."""
    share_at = _exact(edited, share_at)
    # A channel that the workspace does not list any more keeps its post.
    unlisted = set(now.channel_ids) - {channel.id for channel in channels}
    posts = tuple(post for post in edited.posts if post.channel_id not in unlisted)
    moved = share_at is None or edited.at is None or share_at.timestamp() != edited.at
    common = [channel for channel in channels if channel.id in before.channel_ids]
    changed = changed_channels(before, now, common)
    changes = changes_of(
        posts, [channel.id for channel in channels], changed, is_moved=moved, whole=whole
    )
    if share_at is None and changes.moved:
        # A move needs a time: what goes out at once is sent anew.
        changes = PostChanges(tuple(post.channel_id for post in posts), posts)
    labels = before.labels != now.labels
    if edited.entry_id:
        edited = replace(edited, posts=posts)
        return _of_entry(edited, before, channels, changes, share_at, changed, moved, labels)
    replaces = None
    if changes.channels:
        replaces = Replacement(changes.removed, edited.at, message=edited.message)
    return MessageSave(changes, replaces, share_at, labels)


def _of_entry(
    edited: EditedMessage,
    before: Draft,
    channels: Sequence[Channel],
    changes: PostChanges,
    share_at: datetime | None,
    changed: Collection[int],
    moved: bool,
    labels: bool,
) -> MessageSave:
    """An entry of the outbox has its posts nowhere yet, so all of it is made anew."""
    ids = tuple(channel.id for channel in channels)
    if not changed and not moved and ids == before.channel_ids and not labels:
        return MessageSave(PostChanges(), None, share_at, labels)
    replaces = Replacement(edited.posts, edited.at, after=edited.entry_id, message=edited.message)
    return MessageSave(PostChanges(ids, changes.removed), replaces, share_at, labels)


def _exact(edited: EditedMessage, share_at: datetime | None) -> datetime | None:
    """Return the time with the seconds that it had: a field shows minutes."""
    when = edited.when
    if share_at is not None and when is not None:
        old_minute, new_minute = int(when.timestamp()) // 60, int(share_at.timestamp()) // 60
        if old_minute == new_minute:
            return when
    return share_at


@dataclass(frozen=True)
class FurtherMessages:
    """New messages like an edited one, at the other times (aware) of its repeat. They are saved
    with the edit, or neither is."""

    draft: Draft
    times: tuple[datetime, ...]
