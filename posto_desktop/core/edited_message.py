"""Edited message: which scheduled posts a draft edits, and which ones its entry replaces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from posto_desktop.common import json_text
from posto_desktop.core.json_fields import get_list, get_mapping, get_text, is_uint
from posto_desktop.sdk.records import Schedule

REPLACEABLE = frozenset({"not_sent", "missed", "error", "draft", "proposed", "returned"})
"""Statuses of rows that can be replaced. Others are sent, being sent, or may be published."""

HIDDEN_POST = "hidden post generated"
"""Part of the title of the post that the plugin makes for what is composed."""

Phase = Literal["", "removing"]


@dataclass(frozen=True)
class ScheduledPost:
    """A row of the schedule. `mark` is its `posto_ref`."""

    id: int
    channel_id: int
    group_id: str = ""
    mark: str = ""

    @classmethod
    def of(cls, row: Schedule) -> ScheduledPost:
        return cls(row.id, row.channel_id, row.group_id, row.posto_ref or "")

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "channel_id": self.channel_id,
            "group_id": self.group_id,
            "mark": self.mark,
        }

    @classmethod
    def from_json(cls, data: object) -> ScheduledPost | None:
        if not isinstance(data, Mapping):
            return None
        number, channel = data.get("id"), data.get("channel_id")
        if not is_uint(number) or not is_uint(channel):
            return None
        return cls(number, channel, get_text(data, "group_id"), get_text(data, "mark"))


def posts_in(data: Mapping[str, Any], name: str) -> tuple[ScheduledPost, ...]:
    """Read a list of posts, without invalid ones."""
    parsed = (ScheduledPost.from_json(raw) for raw in get_list(data, name))
    return tuple(post for post in parsed if post is not None)


@dataclass(frozen=True)
class EditedMessage:
    """What a draft edits. `posts` are rows of `workspace` with the time `at` (Unix seconds, None =
    no time); `entry_id` is an entry of the outbox that is edited instead, or has yet to bring
    them. `message` is the key that all posts of the message have in common. `before` is the draft
    as it was, as JSON; `carried` holds by channel id what the service has of a post that no field
    of a draft shows, and is sent again unchanged.
    """

    workspace: str
    posts: tuple[ScheduledPost, ...] = ()
    at: float | None = None
    message: str = ""
    entry_id: str = ""
    before: Mapping[str, Any] = field(default_factory=dict, hash=False)
    carried: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)

    @property
    def when(self) -> datetime | None:
        return datetime.fromtimestamp(self.at, UTC) if self.at is not None else None

    def is_same(self, other: EditedMessage) -> bool:
        """Return whether both edit the same message."""
        if self.workspace != other.workspace:
            return False
        if self.entry_id and self.entry_id == other.entry_id:
            return True
        ids = {post.id for post in self.posts}
        return any(post.id in ids for post in other.posts)

    def covers(self, channel_id: int, when: datetime | None) -> bool:
        """Return whether the post of a channel at this time is one that is edited."""
        if when is None or self.at is None or when.timestamp() != self.at:
            return False
        return bool(self.entry_id) or any(post.channel_id == channel_id for post in self.posts)

    def to_json(self) -> dict[str, Any]:
        return {
            "workspace": self.workspace,
            "posts": [post.to_json() for post in self.posts],
            "at": self.at,
            "message": self.message,
            "entry_id": self.entry_id,
            "before": json_text.plain(self.before),
            "carried": json_text.plain(self.carried),
        }

    @classmethod
    def from_json(cls, data: object) -> EditedMessage | None:
        """Return None for invalid data: the draft is then an ordinary one."""
        if not isinstance(data, Mapping) or not get_text(data, "workspace"):
            return None
        at = data.get("at")
        edited = cls(
            workspace=get_text(data, "workspace"),
            posts=posts_in(data, "posts"),
            at=float(at) if isinstance(at, int | float) and not isinstance(at, bool) else None,
            message=get_text(data, "message"),
            entry_id=get_text(data, "entry_id"),
            before=dict(get_mapping(data, "before")),
            carried={
                key: dict(value)
                for key, value in get_mapping(data, "carried").items()
                if isinstance(value, Mapping)
            },
        )
        return edited if edited.posts or edited.entry_id else None


@dataclass(frozen=True)
class Replacement:
    """What an outbox entry replaces. `posts` are the rows that are removed once their successors
    are there: those of the entry's channels, and those of channels that the message left. `after`
    is an earlier entry whose posts are replaced, too, wherever they are when it has ended.

    `phase` "removing": all that the entry sends is on the service, the rows are being removed.
    `sent` are the channels whose row was sent meanwhile: it stays, and nothing of the entry goes
    there; `removed` are the rows that went. `watched`: rows that a service may have hidden while
    sending were waited for.
    """

    posts: tuple[ScheduledPost, ...] = ()
    at: float | None = None
    after: str = ""
    message: str = ""
    phase: Phase = ""
    sent: tuple[int, ...] = ()
    removed: tuple[ScheduledPost, ...] = ()
    watched: bool = False

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(post.id for post in self.posts)

    def with_posts(self, posts: Iterable[ScheduledPost]) -> Replacement:
        by_id = {post.id: post for post in posts}
        return replace(self, posts=tuple(by_id.values()))

    def to_json(self) -> dict[str, Any]:
        return {
            "posts": [post.to_json() for post in self.posts],
            "at": self.at,
            "after": self.after,
            "message": self.message,
            "phase": self.phase,
            "sent": list(self.sent),
            "removed": [post.to_json() for post in self.removed],
            "watched": self.watched,
        }

    @classmethod
    def from_json(cls, data: object) -> Replacement | None:
        if not isinstance(data, Mapping):
            return None
        at = data.get("at")
        return cls(
            posts=posts_in(data, "posts"),
            at=float(at) if isinstance(at, int | float) and not isinstance(at, bool) else None,
            after=get_text(data, "after"),
            message=get_text(data, "message"),
            phase="removing" if data.get("phase") == "removing" else "",
            sent=tuple(filter(is_uint, get_list(data, "sent"))),
            removed=posts_in(data, "removed"),
            watched=data.get("watched") is True,
        )


def message_key(row: Schedule) -> str:
    """Return what all posts of a message have in common: after an edit they are of several
    groups."""
    return row.message or row.group_id or f"#{row.id}"


def posts_of_message(row: Schedule, rows: Iterable[Schedule]) -> list[Schedule]:
    """Return the posts that are edited together with `row`: those of its message that wait for the
    same time, or failed as it did."""
    key, failed = message_key(row), row.status == "error"
    return [
        candidate
        for candidate in rows
        if message_key(candidate) == key
        and can_edit(candidate)
        and (candidate.status == "error") == failed
        and (failed or candidate.send_at == row.send_at)
    ]


def is_of_site(row: Schedule) -> bool:
    """Return whether a post shares a post of the site: what it says is written there."""
    return bool(row.wp_post_title) and HIDDEN_POST not in row.wp_post_title.lower()


def can_edit(row: Schedule) -> bool:
    """Return whether a post of the schedule can still be edited."""
    return row.status in REPLACEABLE and not row.may_be_live and not is_of_site(row)


def first_editable(posts: Sequence[Schedule]) -> Schedule:
    """Return the first post that can be edited, else the first one."""
    return next(filter(can_edit, posts), posts[0])


@dataclass(frozen=True)
class PostChanges:
    """What saving an edit does. `channels` get a new post, `removed` are rows that go, `moved` the
    ids of rows of which nothing but the time differs (then `channels` is empty)."""

    channels: tuple[int, ...] = ()
    removed: tuple[ScheduledPost, ...] = ()
    moved: tuple[int, ...] = ()

    @property
    def is_nothing(self) -> bool:
        return not self.channels and not self.removed and not self.moved


def changes_of(
    posts: Sequence[ScheduledPost],
    channel_ids: Sequence[int],
    changed: Iterable[int],
    *,
    is_moved: bool,
    whole: bool = False,
) -> PostChanges:
    """Return what to do for a message on these channels. `changed` are the channels whose content
    differs from before; `is_moved`: the time does. `whole`: its posts stay of one entry, so that
    one that differs has all of them made anew."""
    before_ids = {post.channel_id for post in posts}
    differing = set(changed) & before_ids
    added = [channel_id for channel_id in channel_ids if channel_id not in before_ids]
    dropped = [post for post in posts if post.channel_id not in channel_ids]
    common = [channel_id for channel_id in channel_ids if channel_id in before_ids]
    if is_moved and not differing and not added and not dropped:
        return PostChanges(moved=tuple(post.id for post in posts))
    if is_moved or (whole and (differing or added or dropped)):
        differing = set(common)
    channels = tuple(
        channel_id
        for channel_id in channel_ids
        if channel_id in differing or channel_id not in before_ids
    )
    removed = tuple(post for post in posts if post in dropped or post.channel_id in differing)
    return PostChanges(channels, removed)
