"""Stories of posts on the local server, and answers about unclear ones.

Only `posto-server` has these routes (docs/publishers.md); other services answer 404.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from posto_desktop.common.sentences import in_users_language

from .answers import as_bool, as_int, as_list, as_mapping, as_text
from .transport import Transport

__all__ = ["PartStory", "PostStories", "PostStory", "UploadStory"]

ROUTE = "posto/v1/schedules"
ANSWER_SECONDS = (5.0, 60.0)
"""The network is asked about a pasted link first."""
_LONGEST = 800
_MOST_PARTS, _MOST_NOTES = 100, 20

PartKind = Literal["post", "thread", "comment"]
PartState = Literal["waiting", "sending", "sent", "failed", "unclear"]
_KINDS: tuple[PartKind, ...] = ("post", "thread", "comment")
_STATES: tuple[PartState, ...] = ("waiting", "sending", "sent", "failed", "unclear")


@dataclass(frozen=True)
class PartStory:
    """How far a part of a post is: the post itself, what goes on in its thread, its first comment.

    `files` is how many files it has, `notes` are sentences about what was done to them. Times are
    aware UTC: `ready_at` when files and drafts were handed over, `tried_at` of the last try,
    `sent_at` when it was out. `field` is what of the post the `reason` is about.
    """

    kind: PartKind = "post"
    state: PartState = "waiting"
    id: str = ""
    link: str = ""
    reason: str = ""
    field: str = ""
    notes: tuple[str, ...] = ()
    files: int = 0
    ready_at: datetime | None = None
    tried_at: datetime | None = None
    sent_at: datetime | None = None
    is_found_by_person: bool = False


@dataclass(frozen=True)
class UploadStory:
    """Bytes of the files of a part (its number) that are with the network, of `total`."""

    part: int
    sent: int
    total: int


@dataclass(frozen=True)
class PostStory:
    """What a post has been through. `reason` says why it waits, failed or is unclear. `is_own`: it
    goes out through an account of this computer."""

    id: int
    status: str
    stage: str = ""
    reason: str = ""
    field: str = ""
    created_at: datetime | None = None
    due_at: datetime | None = None
    send_at: datetime | None = None
    is_own: bool = False
    parts: tuple[PartStory, ...] = ()
    upload: UploadStory | None = None

    @property
    def lacks_comment(self) -> bool:
        """Whether the post is published and its first comment surely is not."""
        return self.status == "success" and any(
            part.kind == "comment" and part.state == "failed" for part in self.parts
        )

    @property
    def has_unclear_comment(self) -> bool:
        """Whether the post is published and its first comment may be."""
        return self.status == "success" and any(
            part.kind == "comment" and part.state == "unclear" for part in self.parts
        )

    @property
    def lacks_id(self) -> bool:
        """Whether parts wait for the address of one that a person found."""
        return self.status == "error" and any(
            part.state == "sent" and not part.id for part in self.parts
        )


class PostStories:
    """The requests. All raise `PostoError`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def read(self, schedule_id: int) -> PostStory:
        """Fetch what happened to a post so far."""
        data = as_mapping(self._transport.get(f"{ROUTE}/story", [("id", schedule_id)]))
        return story_of(data, schedule_id)

    def resolve(self, schedule_id: int, answer: str, link: str = "") -> None:
        """Answer that an unclear post is "there", at `link` if that is known, or "send_again"."""
        body: dict[str, object] = {"id": schedule_id, "answer": answer}
        if link:
            body["link"] = link
        self._transport.post(f"{ROUTE}/resolve", body, empty_ok=True, timeout=ANSWER_SECONDS)

    def retry_comment(self, schedule_id: int) -> None:
        """Send the first comment of a published post again."""
        self._transport.post(f"{ROUTE}/retry-comment", {"id": schedule_id}, empty_ok=True)


def story_of(data: Mapping[str, object], schedule_id: int) -> PostStory:
    """Return a story from the service's answer."""
    upload = as_mapping(data.get("upload"))
    total = as_int(upload.get("total")) or 0
    return PostStory(
        as_int(data.get("id")) or schedule_id,
        as_text(data.get("status")),
        as_text(data.get("stage")),
        _sentence(data.get("reason")),
        as_text(data.get("field"))[:_LONGEST],
        _moment(data.get("created_at")),
        _moment(data.get("due_at")),
        _moment(data.get("send_time")),
        as_bool(data.get("is_own")),
        tuple(_part(as_mapping(part)) for part in as_list(data.get("parts"))[:_MOST_PARTS]),
        UploadStory(as_int(upload.get("part")) or 0, as_int(upload.get("sent")) or 0, total)
        if total
        else None,
    )


def _part(data: Mapping[str, object]) -> PartStory:
    kind, state = as_text(data.get("kind")), as_text(data.get("state"))
    return PartStory(
        next((candidate for candidate in _KINDS if candidate == kind), "post"),
        next((candidate for candidate in _STATES if candidate == state), "waiting"),
        as_text(data.get("id")),
        _web_address(data.get("link")),
        _sentence(data.get("reason")),
        as_text(data.get("field"))[:_LONGEST],
        tuple(_sentence(note) for note in as_list(data.get("notes"))[:_MOST_NOTES]),
        as_int(data.get("files")) or 0,
        _moment(data.get("ready_at")),
        _moment(data.get("tried_at")),
        _moment(data.get("sent_at")),
        as_bool(data.get("found_by_person")),
    )


def _sentence(value: object) -> str:
    return in_users_language(" ".join(as_text(value).split())[:_LONGEST])


def _web_address(value: object) -> str:
    text = as_text(value)
    return text if text.startswith(("https://", "http://")) and len(text) <= 4000 else ""


def _moment(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        return None
