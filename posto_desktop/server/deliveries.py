"""What is stored of a post while it is on its way: the frozen post, and how far each part is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

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
        return any(one.first_sent is not None for one in self.parts)

    def part(self, progress: Progress) -> Part:
        """The part with what is known by now of those before it."""
        before = [
            one.result
            for one in self.parts
            if one.part.number < progress.part.number and one.result
        ]
        return with_results(progress.part, before, progress.first_sent)

    def can_follow(self, progress: Progress) -> bool:
        """Whether the network's ids of the parts before are known."""
        return all(
            one.result is not None
            for one in self.parts
            if one.part.number < progress.part.number and one.part.kind != "comment"
        )

    @property
    def next(self) -> Progress | None:
        """The first part that is not done with; None after the last."""
        return next((one for one in self.parts if not one.is_settled), None)

    def to_json(self) -> dict[str, Any]:
        parts = [
            {
                "kind": one.part.kind,
                "key": one.part.key,
                "record": one.record,
                "state": one.state,
                "first_sent": one.first_sent,
                "last_sent": one.last_sent,
                "last_ticks": one.last_ticks,
                "first_ticks": one.first_ticks,
                "needs_key": one.needs_key,
                "was_cut_off": one.was_cut_off,
                "result": asdict(one.result) if one.result else None,
                "reason": one.reason,
                "field": one.field,
                "ready_at": one.ready_at,
                "sent_at": one.sent_at,
                "found_by_person": one.found_by_person,
            }
            for one in self.parts
        ]
        return {"post": freeze(self.post), "parts": parts, "ahead": self.ahead}

    @classmethod
    def from_json(
        cls,
        kept: dict[str, Any],
        path: Callable[[str], Path],
        split: Callable[[Post], list[Part]],
    ) -> Delivery:
        """What `to_json` gave. `path` says where the content with a hash is, `split` makes the
        parts of a post. Raises KeyError, TypeError or ValueError for what is no delivery."""
        post = thaw(kept["post"], path)
        stored = kept["parts"] if "parts" in kept else [_of_earlier_version(kept)]
        parts = split(post)
        if len(parts) != len(stored):
            raise ValueError("the post has other parts than before")
        return cls(
            post,
            [_progress(part, one) for part, one in zip(parts, stored, strict=True)],
            ahead=str(kept.get("ahead") or ""),
        )


def outcome(parts: list[Progress]) -> list[dict[str, Any]]:
    """What became of each part, for who lists the post."""
    return [
        {
            "kind": one.part.kind,
            "state": one.state,
            "id": one.result.id if one.result else "",
            "link": one.result.url if one.result else "",
            "reason": one.reason,
            "notes": remarks_of(one),
            "field": one.field,
            "files": len(one.part.media),
            "ready_at": one.ready_at,
            "tried_at": one.last_sent,
            "sent_at": one.sent_at,
            "found_by_person": one.found_by_person,
        }
        for one in parts
    ]


def outcome_of_record(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what became of each part so far, from a stored record as it is; [] without parts."""
    listed, post = record.get("parts"), record.get("post")
    if not isinstance(listed, list):
        return []
    files = _files_of_parts(post if isinstance(post, dict) else {})
    return [
        _outcome_of(one, files[number] if number < len(files) else 0)
        for number, one in enumerate(listed)
        if isinstance(one, dict)
    ]


def _files_of_parts(post: dict[str, Any]) -> list[int]:
    """Return the number of files of the post and of what goes on in its thread."""
    sections = [post, *(one for one in post.get("thread") or () if isinstance(one, dict))]
    media = [one.get("media") for one in sections]
    return [len(one) if isinstance(one, list) else 0 for one in media]


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
        "notes": [one for one in notes if isinstance(one, str)] if isinstance(notes, list) else [],
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
        "mediaList": [{"id": one.id, "type": one.kind} for one in post.media],
    }
    if is_own or len(parts) > 1 or remarks_of(parts[0]):
        posted["parts"] = outcome(parts)
    return posted


def remark_of(delivery: Delivery) -> str:
    """Return a sentence about what of a published post is missing, "" where nothing is."""
    missing = [one for one in delivery.parts if one.state != "sent"]
    if not missing:
        return ""
    if missing[0].state == "unclear":
        return f"The first comment may be published. {missing[0].reason}".strip()
    return f"The first comment is not published: {missing[0].reason}"


def remarks_of(progress: Progress) -> list[str]:
    """Sentences of the publisher about what it did to a part, such as that a picture was scaled."""
    found = progress.record.get("notes")
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def freeze(post: Post) -> dict[str, Any]:
    """The post as JSON, so that a restart sends the same text (choices were made at random)."""
    kept = {name: getattr(post, name) for name in _TEXTS}
    kept["media"] = [_file(one) for one in post.media]
    kept["thread"] = [
        {"text": one.text, "media": [_file(item) for item in one.media]} for one in post.thread
    ]
    return kept


def thaw(kept: dict[str, Any], path: Callable[[str], Path]) -> Post:
    """The post from its JSON; `path` says where the content with a given hash is."""

    def files(listed: list[dict[str, Any]]) -> tuple[Attachment, ...]:
        return tuple(Attachment(path=path(one["sha256"]), **one) for one in listed)

    thread = tuple(
        Section(str(one["text"]), files(one["media"])) for one in kept.get("thread") or ()
    )
    values = {name: kept[name] for name in _TEXTS}
    return Post(**values, media=files(kept["media"]), thread=thread)


def _file(one: Attachment) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _OF_FILE}


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


def _of_earlier_version(kept: dict[str, Any]) -> dict[str, Any]:
    """The one part of a record as it was before posts had parts."""
    first = kept.get("first_sent")
    return {
        "record": kept["publisher"],
        "state": "waiting" if first is None else "sending",
        "first_sent": first,
        "last_sent": kept.get("last_sent", first),
        "last_ticks": kept.get("last_ticks"),
        "result": None,
        "reason": str(kept.get("unclear") or ""),
    }
