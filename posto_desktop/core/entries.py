"""Outbox entries: posts on their way, as the rest of the app sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast

from posto_desktop.common.translation import translatable, translate
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.edited_message import Replacement
from posto_desktop.core.posts import PostItem, headline

EntryState = Literal[
    "waiting", "uploading", "handing_over", "sent", "refused", "unclear", "cancelled"
]
Section = Literal["needs_you", "in_progress", "waiting", "failed", "done"]

STATES: tuple[EntryState, ...] = (
    "waiting",
    "uploading",
    "handing_over",
    "sent",
    "refused",
    "unclear",
    "cancelled",
)
ENDED: tuple[EntryState, ...] = ("sent", "refused", "cancelled")

HELD = "held"
"""Code of an entry held for a moment so that the user can undo it."""
ASKED = "asked"
"""Code of an entry that waits because its host asked for a pause until `next_try`."""
SLOW = "slow"
"""Code of an entry whose service is slow to answer, or that waits behind such entries. Describes
this moment and is never stored."""
SEND_AGAIN = "send_again"
"""Code of an entry that the user sends again to the channels that the service does not list."""


@dataclass(frozen=True)
class EntryStep:
    """One event: a key of `STEP_TEXTS`, and the file, host or reason it concerns."""

    at: datetime
    kind: str
    detail: str = ""

    @property
    def text(self) -> str:
        return translate("Steps", STEP_TEXTS.get(self.kind, self.kind))


STEP_TEXTS: Mapping[str, str] = {
    "written": translatable("Steps", "Written down"),
    "uploading": translatable("Steps", "Uploading"),
    "uploaded": translatable("Steps", "Uploaded"),
    "reused": translatable("Steps", "Already there"),
    "handing_over": translatable("Steps", "Sending"),
    "sent": translatable("Steps", "Accepted"),
    "saving": translatable("Steps", "Saving"),
    "saved": translatable("Steps", "Saved on this computer"),
    "no_answer": translatable("Steps", "No clear answer"),
    "looked": translatable("Steps", "Looked for the post"),
    "found": translatable("Steps", "Found on the service"),
    "not_found": translatable("Steps", "Not on the service"),
    "partly": translatable("Steps", "Only a part is there"),
    "complaint": translatable("Steps", "Answered with an error"),
    "waiting": translatable("Steps", "Waiting"),
    "late": translatable("Steps", "Sending late"),
    "missed": translatable("Steps", "Time passed"),
    "refused": translatable("Steps", "Refused"),
    "interrupted": translatable("Steps", "Interrupted"),
    "needs_you": translatable("Steps", "Waiting for you"),
    "retried": translatable("Steps", "Tried again by you"),
    "said_there": translatable("Steps", "You said it is there"),
    "send_again": translatable("Steps", "You said it is not there"),
    "cancelled": translatable("Steps", "Cancelled by you"),
    "published": translatable("Steps", "Published"),
    "failed": translatable("Steps", "Not accepted"),
    "deleted": translatable("Steps", "Deleted by you"),
    "replacing": translatable("Steps", "Replacing"),
    "replaced": translatable("Steps", "Replaced"),
    "sent_meanwhile": translatable("Steps", "Sent meanwhile"),
}


@dataclass(frozen=True)
class UploadProgress:
    """Progress of the uploads: bytes over all files, and the file that moved last. `made`: the part
    of a video that is made before anything is sent, 0 to 1; None: nothing is made."""

    sent: int
    total: int
    file_name: str
    file_number: int
    file_count: int
    made: float | None = None

    @property
    def fraction(self) -> float:
        if self.made is not None:
            return self.made
        return min(1.0, self.sent / self.total) if self.total else 0.0


@dataclass(frozen=True)
class FileSnapshot:
    """Facts of a file when the post was made; it must not change afterwards.

    `size` in bytes is -1 if it could not be read then.
    """

    ref: MediaRef
    size: int
    mtime_ns: int

    def to_json(self) -> dict[str, Any]:
        return {"ref": self.ref.to_json(), "size": self.size, "mtime_ns": self.mtime_ns}

    @classmethod
    def from_json(cls, data: object) -> FileSnapshot | None:
        if not isinstance(data, dict) or not isinstance(data.get("ref"), dict):
            return None
        size, mtime = data.get("size"), data.get("mtime_ns")
        if type(size) is not int or type(mtime) is not int:
            return None
        try:
            return cls(MediaRef.from_json(data["ref"]), size, mtime)
        except ValueError:
            return None


@dataclass(frozen=True)
class Series:
    """Place of a repeated post: number `index` (from 1) of `count`."""

    id: str
    index: int
    count: int

    def to_json(self) -> dict[str, Any]:
        return {"id": self.id, "index": self.index, "count": self.count}

    @classmethod
    def from_json(cls, data: object) -> Series | None:
        if not isinstance(data, dict) or not isinstance(data.get("id"), str):
            return None
        index, count = data.get("index"), data.get("count")
        if type(index) is not int or type(count) is not int or not 1 <= index <= count:
            return None
        return cls(data["id"], index, count)


@dataclass(frozen=True)
class ReportedError:
    """The error of the service's last answer, a sentence. `took`: the answer had a group id, so the
    service has the post; else it refused, perhaps after creating some rows."""

    message: str
    took: bool

    def to_json(self) -> dict[str, Any]:
        return {"said": self.message, "took": self.took}

    @classmethod
    def from_json(cls, data: object) -> ReportedError | None:
        if not isinstance(data, dict) or not isinstance(data.get("said"), str):
            return None
        return cls(data["said"], data.get("took") is True)


@dataclass(frozen=True)
class Entry:
    """A post on its way. Times are aware UTC; `share_at` None means at once.

    `reason` is a sentence about the state, `code` a word for it: "offline", "sign_in", "busy",
    "asked", "slow", "file", "service", "missed", "no_answer", "partly", "not_listed", "given_up",
    or empty.

    `taken` are the ids of channels for which the service has the post, in any state but a plain
    "sent", which means all of them. With the state "sent", the code "partly" means that it surely
    lacks the others; "given_up": the user does not want those any more. `replaces` are the posts
    of the schedule that it replaces: it is an edit of theirs.
    """

    id: str
    workspace: str
    posto_ref: str
    state: EntryState
    draft: Draft
    items: tuple[PostItem, ...]
    files: tuple[FileSnapshot, ...]
    share_at: datetime | None
    reason: str
    code: str
    group_id: str
    attempts: int
    created_at: datetime
    updated_at: datetime
    next_try: datetime | None
    steps: tuple[EntryStep, ...] = ()
    progress: UploadProgress | None = None
    readable: bool = True
    series: Series | None = None
    taken: tuple[int, ...] = ()
    complaint: ReportedError | None = None
    earlier_groups: tuple[str, ...] = ()
    replaces: Replacement | None = None

    @property
    def missing(self) -> tuple[PostItem, ...]:
        """Return the items that the service lacks when it has the post for some channels."""
        if not self.taken:
            return ()
        return tuple(item for item in self.items if item.channel_id not in self.taken)

    @property
    def is_partly(self) -> bool:
        """True if the service surely lacks it for some channels and the user may want them."""
        return self.state == "sent" and self.code == "partly"

    @property
    def group_ids(self) -> tuple[str, ...]:
        """Group ids of all its rows: each composer call makes a group."""
        return tuple(group_id for group_id in (*self.earlier_groups, self.group_id) if group_id)

    @property
    def title(self) -> str:
        """Return one line to recognise it by: of the text, else the file names."""
        return self.title_of()

    def title_of(self, longest: int = 120) -> str:
        """Return the title with at most `longest` characters."""
        for item in self.items:
            line = headline(item.text, longest)
            if line:
                return line
        names = ", ".join(file.ref.name for file in self.files)
        return names or translate("Entries", "Post without text")

    @property
    def media(self) -> tuple[MediaRef, ...]:
        return tuple(file.ref for file in self.files)

    @property
    def networks(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(item.network for item in self.items))

    @property
    def channel_ids(self) -> tuple[int, ...]:
        return tuple(item.channel_id for item in self.items)

    @property
    def section(self) -> Section:
        """The section of the Activity page that shows it."""
        if self.is_partly:
            return "failed"
        sections: dict[EntryState, Section] = {
            "waiting": "waiting",
            "uploading": "in_progress",
            "handing_over": "in_progress",
            "sent": "done",
            "refused": "failed",
            "unclear": "needs_you",
            "cancelled": "done",
        }
        return sections[self.state]

    @property
    def can_cancel(self) -> bool:
        """False while it is being sent: the service may be accepting it at this moment."""
        return self.is_partly or self.state in ("waiting", "uploading", "refused", "unclear")

    @property
    def can_retry(self) -> bool:
        """`waiting`: try now; `refused`: try again; `unclear`: look again (never sends); `sent` in
        part: send the rest."""
        return self.is_partly or self.state in ("waiting", "refused", "unclear")

    @property
    def is_ended(self) -> bool:
        return self.state in ENDED


def body_of(
    draft: Draft,
    items: Sequence[PostItem],
    files: Sequence[FileSnapshot],
    series: Series | None = None,
    replaces: Replacement | None = None,
) -> dict[str, Any]:
    """Return the part of an entry that posto.db stores as JSON beside its columns."""
    body: dict[str, Any] = {
        "schema": 1,
        "draft": draft.to_json(),
        "items": [item.to_json() for item in items],
        "files": [file.to_json() for file in files],
    }
    if series is not None:
        body["series"] = series.to_json()
    if replaces is not None:
        body["replaces"] = replaces.to_json()
    return body


def read_entry(
    row: Mapping[str, Any],
    steps: Sequence[Mapping[str, Any]] = (),
    progress: UploadProgress | None = None,
) -> Entry:
    """Return the entry of a row. A damaged body gives `readable` False: shown, never sent."""
    body = row["body"] if isinstance(row["body"], Mapping) else {}
    raw_items, raw_files = body.get("items"), body.get("files")
    items = (
        [PostItem.from_json(raw) for raw in raw_items] if isinstance(raw_items, list) else [None]
    )
    files = (
        [FileSnapshot.from_json(raw) for raw in raw_files]
        if isinstance(raw_files, list)
        else [None]
    )
    try:
        draft = Draft.from_json(body.get("draft") or {})
    except ValueError:
        draft = Draft(workspace=row["workspace"])
    return Entry(
        id=row["id"],
        workspace=row["workspace"],
        posto_ref=row["posto_ref"],
        state=cast(EntryState, row["state"]) if row["state"] in STATES else "refused",
        draft=draft,
        items=tuple(item for item in items if item is not None),
        files=tuple(file for file in files if file is not None),
        share_at=moment(row["share_at"]),
        reason=row["reason"],
        code=row["code"],
        group_id=row["group_id"],
        attempts=row["attempts"],
        created_at=moment(row["created_at"]) or datetime.fromtimestamp(0, UTC),
        updated_at=moment(row["updated_at"]) or datetime.fromtimestamp(0, UTC),
        next_try=moment(row["next_try"]),
        steps=tuple(
            EntryStep(
                moment(step["at"]) or datetime.fromtimestamp(0, UTC), step["what"], step["detail"]
            )
            for step in steps
        ),
        progress=progress,
        readable=bool(items) and None not in items and None not in files and row["state"] in STATES,
        series=Series.from_json(body.get("series")),
        taken=tuple(number for number in _list(body.get("taken")) if type(number) is int),
        complaint=ReportedError.from_json(body.get("complaint")),
        earlier_groups=tuple(
            group_id for group_id in _list(body.get("groups")) if isinstance(group_id, str)
        ),
        replaces=Replacement.from_json(body.get("replaces")),
    )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def moment(seconds: float | None) -> datetime | None:
    """Return aware UTC from Unix seconds; None for None and out of range."""
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None
