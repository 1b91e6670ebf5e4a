"""Stored delivery of a post: the frozen post and the state of each part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from posto_desktop.common.translation import translatable
from posto_desktop.server.publishers.base import (
    Attachment,
    Part,
    Post,
    Record,
    Refused,
    Result,
    Section,
    with_results,
)
from posto_desktop.server.publishers.refusals import field_of
from posto_desktop.server.redaction import clean

# Of a stored record, in SQL: whether the sending of a part was tried, and whether one is out.
IS_BEGUN = (
    "(json_valid(record) AND EXISTS (SELECT 1 FROM json_each(record, '$.parts')"
    " WHERE json_extract(value, '$.first_sent') IS NOT NULL))"
)
IS_OUT = (
    "(json_valid(record) AND EXISTS (SELECT 1 FROM json_each(record, '$.parts')"
    " WHERE json_extract(value, '$.state') = 'sent'))"
)

IS_UNCLEAR = (
    "(json_valid(record) AND EXISTS (SELECT 1 FROM json_each(record, '$.parts')"
    " WHERE json_extract(value, '$.state') = 'unclear'))"
)

NEEDS_KEY = (
    "(json_valid(record) AND EXISTS (SELECT 1 FROM json_each(record, '$.parts')"
    " WHERE CAST(json_extract(value, '$.needs_key') AS TEXT) IN ('1', 'true')))"
)
"""Whether a part may be out, and is sent again under its key to find out."""

MAY_ARRIVE = (
    f"({NEEDS_KEY} OR (json_valid(record) AND EXISTS"
    " (SELECT 1 FROM json_each(record, '$.parts') WHERE json_extract(value, '$.state') <> 'sent'"
    " AND CAST(json_extract(value, '$.last_sent') AS REAL) > ?)))"
)
"""The same, or a part was tried after a moment: its network may still be at work on that, even
where it is no harm to send it again."""

LACKS_ID = (
    "(json_valid(record) AND EXISTS (SELECT 1 FROM json_each(record, '$.parts')"
    " WHERE json_extract(value, '$.state') = 'sent'"
    " AND json_type(value, '$.result') IS NOT 'object'))"
)

State = Literal["waiting", "sending", "sent", "failed", "unclear"]
_STATES = ("waiting", "sending", "sent", "failed", "unclear")
_TEXTS = (
    "key", "posto_ref", "channel_id", "channel_name", "network", "text", "title", "link",
    "first_comment", "extra",
)  # fmt: skip
_OF_FILE = ("id", "sha256", "mime", "name", "alt", "size", "width", "height")


@dataclass
class Progress:
    """How far one part is. `record` is the publisher's, `reason` says why it is not out.

    `last_sent` is the clock's time of the last try, `last_ticks` the seconds since the computer's
    start then; so for the first. With `needs_key` the next try is safe only while its key holds.
    `was_cut_off`: the process ended in the last try, whose times are those of that end by now.
    """

    part: Part
    record: Record = field(default_factory=dict)
    state: State = "waiting"
    first_sent: float | None = None
    last_sent: float | None = None
    last_ticks: float | None = None
    first_ticks: float | None = None
    needs_key: bool = False
    was_cut_off: bool = False
    result: Result | None = None
    reason: str = ""
    field: str = ""
    """What of the post the `reason` is about (`refusals.field_of`)."""
    ready_at: float | None = None
    """When its files and drafts were handed over, by the clock; so `sent_at`, when it was out."""
    sent_at: float | None = None
    found_by_person: bool = False
    """Whether a person said that it is out."""

    @property
    def times(self) -> tuple[float | None, ...]:
        return self.first_sent, self.first_ticks, self.last_sent, self.last_ticks

    @times.setter
    def times(self, times: tuple[float | None, ...]) -> None:
        self.first_sent, self.first_ticks, self.last_sent, self.last_ticks = times

    def fail(self, error: Exception) -> None:
        """It is surely not out, and is not tried again by itself."""
        self.state, self.reason = "failed", clean(str(error))
        self.field = field_of(error, self.part) if isinstance(error, Refused) else ""

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is to be done for it."""
        return self.state in ("sent", "failed") or (
            self.state == "unclear" and self.part.kind == "comment"
        )


class Delivery:
    """A frozen post and its parts. `ahead` is "begun" or "done" where files and drafts were handed
    over before the post was due, until then."""

    def __init__(self, post: Post, parts: list[Progress], *, ahead: str = "") -> None:
        self.post = post
        self.parts = parts
        self.ahead = ahead

    @property
    def is_begun(self) -> bool:
        """Whether the sending of a part was tried, so that what is stored has to stay as it is."""
        return any(progress.first_sent is not None for progress in self.parts)

    def part(self, progress: Progress) -> Part:
        """The part with what is known by now of those before it."""
        before = [
            sibling.result
            for sibling in self.parts
            if sibling.part.number < progress.part.number and sibling.result
        ]
        return with_results(progress.part, before, progress.first_sent)

    def can_follow(self, progress: Progress) -> bool:
        """Whether the network's ids of the parts before are known."""
        return all(
            sibling.result is not None
            for sibling in self.parts
            if sibling.part.number < progress.part.number and sibling.part.kind != "comment"
        )

    @property
    def next(self) -> Progress | None:
        """The first part that is not done with; None after the last."""
        return next((progress for progress in self.parts if not progress.is_settled), None)

    def to_json(self) -> dict[str, Any]:
        parts = [
            {
                "kind": progress.part.kind,
                "key": progress.part.key,
                "record": progress.record,
                "state": progress.state,
                "first_sent": progress.first_sent,
                "last_sent": progress.last_sent,
                "last_ticks": progress.last_ticks,
                "first_ticks": progress.first_ticks,
                "needs_key": progress.needs_key,
                "was_cut_off": progress.was_cut_off,
                "result": asdict(progress.result) if progress.result else None,
                "reason": progress.reason,
                "field": progress.field,
                "ready_at": progress.ready_at,
                "sent_at": progress.sent_at,
                "found_by_person": progress.found_by_person,
            }
            for progress in self.parts
        ]
        return {"post": freeze(self.post), "parts": parts, "ahead": self.ahead}

    @classmethod
    def from_json(
        cls,
        data: dict[str, Any],
        path: Callable[[str], Path],
        split: Callable[[Post], list[Part]],
    ) -> Delivery:
        """What `to_json` gave. `path` says where the content with a hash is, `split` makes the
        parts of a post. Raises KeyError, TypeError or ValueError for what is no delivery."""
        post = thaw(data["post"], path)
        stored = data["parts"] if "parts" in data else [_of_earlier_version(data)]
        parts = split(post)
        if len(parts) != len(stored):
            raise ValueError("the post has other parts than before")
        return cls(
            post,
            [_progress(part, stored_part) for part, stored_part in zip(parts, stored, strict=True)],
            ahead=str(data.get("ahead") or ""),
        )


def outcome(parts: list[Progress]) -> list[dict[str, Any]]:
    """What became of each part, for who lists the post."""
    return [
        {
            "kind": progress.part.kind,
            "state": progress.state,
            "id": progress.result.id if progress.result else "",
            "link": progress.result.url if progress.result else "",
            "reason": progress.reason,
            "notes": remarks_of(progress),
            "field": progress.field,
            "files": len(progress.part.media),
            "ready_at": progress.ready_at,
            "tried_at": progress.last_sent,
            "sent_at": progress.sent_at,
            "found_by_person": progress.found_by_person,
        }
        for progress in parts
    ]


def outcome_of_record(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what became of each part so far, from a stored record as it is; [] without parts."""
    listed, post = record.get("parts"), record.get("post")
    if not isinstance(listed, list):
        return []
    files = _files_of_parts(post if isinstance(post, dict) else {})
    return [
        _outcome_of(stored, files[number] if number < len(files) else 0)
        for number, stored in enumerate(listed)
        if isinstance(stored, dict)
    ]


def is_repeated(record: dict[str, Any]) -> bool:
    """Return whether a part of a stored record may be out, and is sent again under its key."""
    listed = record.get("parts")
    return isinstance(listed, list) and any(
        isinstance(stored, dict) and stored.get("needs_key") is True for stored in listed
    )


def _files_of_parts(post: dict[str, Any]) -> list[int]:
    """Return the number of files of the post and of what goes on in its thread."""
    sections = [
        post,
        *(section for section in post.get("thread") or () if isinstance(section, dict)),
    ]
    media = [section.get("media") for section in sections]
    return [len(files) if isinstance(files, list) else 0 for files in media]


def _outcome_of(stored: dict[str, Any], files: int) -> dict[str, Any]:
    result, record = stored.get("result"), stored.get("record")
    result = result if isinstance(result, dict) else {}
    notes = record.get("notes") if isinstance(record, dict) else None
    return {
        "kind": str(stored.get("kind") or "post"),
        "state": str(stored.get("state") or "waiting"),
        "id": str(result.get("id") or ""),
        "link": str(result.get("url") or ""),
        "reason": str(stored.get("reason") or ""),
        "notes": [note for note in notes if isinstance(note, str)]
        if isinstance(notes, list)
        else [],
        "field": str(stored.get("field") or ""),
        "files": files,
        "ready_at": _time(stored.get("ready_at")),
        "tried_at": _time(stored.get("last_sent")),
        "sent_at": _time(stored.get("sent_at")),
        "found_by_person": stored.get("found_by_person") is True,
    }


def posted_of(delivery: Delivery, *, is_own: bool) -> dict[str, Any]:
    """Return what is kept of a post that is out. The parts of a post of the sandbox are kept where
    there is something to say about them."""
    post, parts = delivery.post, delivery.parts
    posted: dict[str, Any] = {
        "content": post.text,
        "link": post.link,
        "mediaList": [{"id": attachment.id, "type": attachment.kind} for attachment in post.media],
    }
    if is_own or len(parts) > 1 or remarks_of(parts[0]):
        posted["parts"] = outcome(parts)
    return posted


def remark_of(delivery: Delivery) -> str:
    """Return a sentence about what of a published post is missing, "" where nothing is."""
    missing = [progress for progress in delivery.parts if progress.state != "sent"]
    if not missing:
        return ""
    if missing[0].state == "unclear":
        return (
            translatable("Server", "The first comment may be published.") + f" {missing[0].reason}"
        ).strip()
    return translatable("Server", "The first comment is not published: {reason}").format(
        reason=missing[0].reason
    )


def remarks_of(progress: Progress) -> list[str]:
    """Sentences of the publisher about what it did to a part, such as that a picture was scaled."""
    notes = progress.record.get("notes")
    return [note for note in notes if isinstance(note, str)] if isinstance(notes, list) else []


def freeze(post: Post) -> dict[str, Any]:
    """The post as JSON, so that a restart sends the same text (choices were made at random)."""
    frozen = {name: getattr(post, name) for name in _TEXTS}
    frozen["media"] = [_file(attachment) for attachment in post.media]
    frozen["thread"] = [
        {"text": section.text, "media": [_file(item) for item in section.media]}
        for section in post.thread
    ]
    return frozen


def thaw(frozen: dict[str, Any], path: Callable[[str], Path]) -> Post:
    """The post from its JSON; `path` says where the content with a given hash is."""

    def files(listed: list[dict[str, Any]]) -> tuple[Attachment, ...]:
        return tuple(Attachment(path=path(facts["sha256"]), **facts) for facts in listed)

    thread = tuple(
        Section(str(section["text"]), files(section["media"]))
        for section in frozen.get("thread") or ()
    )
    values = {name: frozen[name] for name in _TEXTS}
    return Post(**values, media=files(frozen["media"]), thread=thread)


def _file(attachment: Attachment) -> dict[str, Any]:
    return {name: getattr(attachment, name) for name in _OF_FILE}


def _progress(part: Part, stored: dict[str, Any]) -> Progress:
    state, result = stored["state"], stored["result"]
    if state not in _STATES or not isinstance(stored["record"], dict):
        raise ValueError("the state of a part cannot be read")
    return Progress(
        part,
        stored["record"],
        state,
        _time(stored["first_sent"]),
        _time(stored["last_sent"]),
        _time(stored["last_ticks"]),
        _time(stored.get("first_ticks", stored["last_ticks"])),
        stored.get("needs_key") is True,
        stored.get("was_cut_off") is True,
        Result(str(result["id"]), str(result["url"]), dict(result["extra"])) if result else None,
        str(stored["reason"]),
        str(stored.get("field") or ""),
        _time(stored.get("ready_at")),
        _time(stored.get("sent_at")),
        stored.get("found_by_person") is True,
    )


def _time(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _of_earlier_version(record: dict[str, Any]) -> dict[str, Any]:
    """The one part of a record as it was before posts had parts."""
    first = record.get("first_sent")
    return {
        "record": record["publisher"],
        "state": "waiting" if first is None else "sending",
        "first_sent": first,
        "last_sent": record.get("last_sent", first),
        "last_ticks": record.get("last_ticks"),
        "result": None,
        "reason": str(record.get("unclear") or ""),
    }
