"""What keeps posts from going out that are due soon: one cause for all posts that it concerns.

Causes are values that are kept over a restart; their words are made where they are shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, cast

from posto_desktop.common.sentences import in_users_language
from posto_desktop.common.translation import translate
from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import FileSnapshot, moment
from posto_desktop.core.limits import network_name

CauseKind = Literal[
    "sign_in", "signed_out", "keyring", "account", "service", "file", "changed", "limits", "disk"
]
KINDS: tuple[CauseKind, ...] = (
    "sign_in",
    "signed_out",
    "keyring",
    "account",
    "service",
    "file",
    "changed",
    "limits",
    "disk",
)


@dataclass(frozen=True)
class DuePost:
    """A message that is due soon on some channels of a workspace.

    `files` are files of this computer that are still to be sent, `media_ids` those that its server
    has. `draft` is what it was made of, if that is known. It is the row `row_id` of the schedule,
    or the entry `entry_id` of the outbox; neither of a message of a campaign that is to follow.
    """

    workspace: str
    at: datetime
    channel_ids: tuple[int, ...]
    title: str = ""
    files: tuple[FileSnapshot, ...] = ()
    media_ids: tuple[int, ...] = ()
    draft: Draft | None = None
    row_id: int = 0
    entry_id: str = ""


@dataclass(frozen=True)
class Obstacle:
    """Something that keeps posts from going out. `subject` tells it from others of its kind, `name`
    is what it is called, at `network` if it is an account, `detail` a sentence; `channel_id` is one
    of the channels concerned."""

    kind: CauseKind
    subject: str = ""
    name: str = ""
    network: str = ""
    detail: str = ""
    channel_id: int = 0


@dataclass(frozen=True)
class DueCause:
    """An obstacle and the posts that it concerns: `count` posts, from `first` to `last`. A post is
    a message on one channel. `row_id` or `entry_id` is one of them."""

    workspace: str
    obstacle: Obstacle
    count: int
    first: datetime
    last: datetime
    row_id: int = 0
    entry_id: str = ""

    @property
    def key(self) -> str:
        """Return what stays the same as long as the cause is there."""
        return "\n".join(("due", self.workspace, self.obstacle.kind, self.obstacle.subject))

    def to_json(self) -> dict[str, Any]:
        return {
            "workspace": self.workspace,
            "kind": self.obstacle.kind,
            "subject": self.obstacle.subject,
            "name": self.obstacle.name,
            "network": self.obstacle.network,
            "detail": self.obstacle.detail,
            "channel_id": self.obstacle.channel_id,
            "count": self.count,
            "first": self.first.timestamp(),
            "last": self.last.timestamp(),
            "row_id": self.row_id,
            "entry_id": self.entry_id,
        }

    @classmethod
    def from_json(cls, data: object) -> DueCause | None:
        """Read a cause; None for a damaged one, which is found again if it is still there."""
        if not isinstance(data, Mapping):
            return None
        names = ("workspace", "kind", "subject", "name", "network", "detail", "entry_id")
        numbers = ("channel_id", "count", "row_id")
        kind = data.get("kind")
        if kind not in KINDS or not all(isinstance(data.get(name), str) for name in names):
            return None
        if not all(type(data.get(name)) is int for name in numbers):
            return None
        times = (data.get("first"), data.get("last"))
        if not all(isinstance(time, int | float) for time in times):
            return None
        first, last = (moment(cast(float, time)) for time in times)
        if first is None or last is None:
            return None
        obstacle = Obstacle(
            cast(CauseKind, kind),
            data["subject"],
            data["name"],
            data["network"],
            data["detail"],
            data["channel_id"],
        )
        return cls(
            data["workspace"],
            obstacle,
            data["count"],
            first,
            last,
            data["row_id"],
            data["entry_id"],
        )


def causes_of(
    workspace: str, obstacles: Iterable[tuple[DuePost, Obstacle, Collection[int]]]
) -> list[DueCause]:
    """Return one cause for each obstacle: posts, what stands in their way, and on which of their
    channels. The soonest is first."""
    causes: dict[str, DueCause] = {}
    for post, obstacle, channel_ids in obstacles:
        cause = DueCause(
            workspace, obstacle, len(channel_ids), post.at, post.at, post.row_id, post.entry_id
        )
        known = causes.get(cause.key)
        if known is not None:
            sooner = cause if post.at < known.first else known
            cause = replace(
                sooner,
                obstacle=known.obstacle,
                count=known.count + cause.count,
                last=max(known.last, post.at),
            )
        causes[cause.key] = cause
    return sorted(causes.values(), key=lambda cause: (cause.first, cause.key))


def obstacle_name(obstacle: Obstacle) -> str:
    """Return "@shop on Instagram", the name of a file or the host of a service."""
    network = network_name(obstacle.network) if obstacle.network else ""
    if obstacle.name and network:
        return translate("DueCauses", "{account} on {network}").format(
            account=obstacle.name, network=network
        )
    return obstacle.name or network or translate("DueCauses", "Posto's own server")


def sentence(cause: DueCause, time: str) -> str:
    """Return "3 posts at 9:00 cannot go out: @shop on Instagram is signed out." `time` are the
    words for the time of the first post."""
    return _template(cause).format(time=time, name=obstacle_name(cause.obstacle))


def _template(cause: DueCause) -> str:
    count = cause.count
    match cause.obstacle.kind:
        case "sign_in":
            return translate(
                "DueCauses", "%n post(s) at {time} cannot go out: {name} is signed out.", "", count
            )
        case "signed_out":
            return translate(
                "DueCauses",
                "%n post(s) at {time} cannot go out: the workspace “{name}” is signed out.",
                "",
                count,
            )
        case "keyring":
            return translate(
                "DueCauses",
                "%n post(s) at {time} cannot go out: the keychain is locked.",
                "",
                count,
            )
        case "account" | "service":
            return translate(
                "DueCauses",
                "%n post(s) at {time} may not go out: {name} cannot be reached.",
                "",
                count,
            )
        case "file":
            return translate(
                "DueCauses", "%n post(s) at {time} cannot go out: “{name}” is missing.", "", count
            )
        case "changed":
            return translate(
                "DueCauses",
                "%n post(s) at {time} cannot go out: “{name}” has changed since.",
                "",
                count,
            )
        case "limits":
            return translate(
                "DueCauses", "%n post(s) at {time} would be refused by {name}.", "", count
            )
        case "disk":
            return translate(
                "DueCauses",
                "%n post(s) at {time} may not go out: the disk of this computer is almost full.",
                "",
                count,
            )


def detail(cause: DueCause) -> str:
    """Return more about the cause, in the user's language."""
    return in_users_language(cause.obstacle.detail)


@dataclass(frozen=True)
class CauseChanges:
    """What differs between two looks: causes to show, causes whose posts are others now, and keys
    of causes that are gone."""

    new: tuple[DueCause, ...] = ()
    changed: tuple[DueCause, ...] = ()
    ended: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.ended)


def changes(before: Iterable[DueCause], now: Sequence[DueCause]) -> CauseChanges:
    """Compare the causes of two looks at the same posts."""
    known = {cause.key: cause for cause in before}
    keys = {cause.key for cause in now}
    return CauseChanges(
        tuple(cause for cause in now if cause.key not in known),
        tuple(cause for cause in now if known.get(cause.key, cause) != cause),
        tuple(key for key in known if key not in keys),
    )
