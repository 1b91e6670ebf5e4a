"""Proposals of agents: what they ask for, frozen, until a person confirms or declines it.

The digest is of everything that a confirmation carries out, and of an id of its own, so that
nothing can be exchanged after the person looked. What is shown is read out of the same body.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, cast

from posto_desktop.common import json_text
from posto_desktop.core.entries import moment, read_entry
from posto_desktop.core.json_fields import get_list, get_text
from posto_desktop.core.limits import limits_for
from posto_desktop.core.posts import NO_FILES, PostItem
from posto_desktop.sdk.records import Schedule

ProposalKind = Literal["schedule", "move", "delete"]
ProposalState = Literal["asked", "confirmed", "declined", "expired", "done", "failed"]

KINDS: tuple[ProposalKind, ...] = ("schedule", "move", "delete")
STATES: tuple[ProposalState, ...] = (
    "asked",
    "confirmed",
    "declined",
    "expired",
    "done",
    "failed",
)
LIFETIME = timedelta(minutes=10)
SHORT_DIGEST = 8
"""Characters of a digest that people compare and type."""
MAX_CLIENT = 80
"""Longest name of an agent in characters."""


@dataclass(frozen=True)
class AgentCall:
    """A call of an agent, or a person's answer, as it is listed: plain lines. `at` is aware UTC."""

    at: datetime
    client: str
    tool: str
    summary: str
    outcome: str


@dataclass(frozen=True)
class ProposedFile:
    """A file that goes with a post: on this computer at `path`, on the service at `url`."""

    name: str
    path: str = ""
    url: str = ""
    alt: str = ""
    kind: str = "image"
    sha256: str = ""


@dataclass(frozen=True)
class ProposedPost:
    """A post to one channel as a confirmation makes, moves or deletes it.

    `at` is its time afterwards, None for one that is deleted; `old_at` its present time, None for a
    new one. `id` is that of the row in the schedule, 0 for a new one.
    """

    channel_id: int
    channel_name: str
    network: str
    text: str
    thread: tuple[str, ...] = ()
    title: str = ""
    link: str = ""
    comment: str = ""
    files: tuple[ProposedFile, ...] = ()
    at: datetime | None = None
    old_at: datetime | None = None
    id: int = 0


@dataclass(frozen=True)
class Proposal:
    """Something that an agent asked for. `body` holds everything that a confirmation carries out;
    `result` is a sentence about what became of it. Times are aware UTC."""

    id: str
    workspace: str
    kind: ProposalKind
    body: Mapping[str, Any]
    digest: str
    client: str
    created_at: datetime
    expires_at: datetime
    state: ProposalState
    result: str
    updated_at: datetime
    posts: tuple[ProposedPost, ...]

    @property
    def short_digest(self) -> str:
        return self.digest[:SHORT_DIGEST]

    def is_open(self, now: datetime) -> bool:
        """Return whether a person may still confirm it. A clock that was set back opens nothing
        again."""
        ends_at = min(self.expires_at, self.created_at + LIFETIME)
        return self.state == "asked" and self.created_at <= now < ends_at

    @property
    def is_intact(self) -> bool:
        """Return whether the body is the one that was proposed."""
        return self.digest == digest_of(self.id, self.kind, self.workspace, self.body)

    @property
    def times(self) -> tuple[datetime, ...]:
        """Return the different times of its posts, in order: the new ones, or, where there are
        none, the present ones."""
        moments = {post.at or post.old_at for post in self.posts} - {None}
        return tuple(sorted(at for at in moments if at is not None))


def digest_of(proposal_id: str, kind: str, workspace: str, body: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a proposal, over JSON in which each value is written in one way."""
    whole = {"id": proposal_id, "kind": kind, "workspace": workspace, "body": json_text.plain(body)}
    canonical = json.dumps(
        whole, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def row_digest(row: Schedule) -> str:
    """Return a digest of what a person sees of a scheduled post: channel, time, texts, files."""
    at = int(row.send_at.timestamp()) if row.send_at is not None else None
    seen = [row.channel_id, at, row.text, list(row.thread), [file.id for file in row.media]]
    return hashlib.sha256(json.dumps(seen, ensure_ascii=True).encode("ascii")).hexdigest()


def row_body(row: Schedule, new_at: datetime | None = None) -> dict[str, Any]:
    """Return what a proposal keeps of a scheduled post. `new_at` is its time after a move."""
    return {
        "id": row.id,
        "channel_id": row.channel_id,
        "channel_name": row.channel_name,
        "network": row.network,
        "text": row.text,
        "thread": list(row.thread),
        "files": [
            {"name": f"{file.type} {file.id}", "kind": file.type, "url": file.preview}
            for file in row.media
        ],
        "old_at": row.send_at.timestamp() if row.send_at is not None else None,
        "at": new_at.timestamp() if new_at is not None else None,
        "seen": row_digest(row),
    }


def read_proposal(row: Mapping[str, Any]) -> Proposal:
    """Read a proposal from its row of posto.db. One with a damaged body has no posts, and is not
    intact."""
    body = row["body"] if isinstance(row["body"], Mapping) else {}
    kind = cast(ProposalKind, row["kind"]) if row["kind"] in KINDS else "schedule"
    epoch = datetime.fromtimestamp(0, UTC)
    return Proposal(
        id=row["id"],
        workspace=row["workspace"],
        kind=kind,
        body=body,
        digest=row["digest"],
        client=row["client"],
        created_at=moment(row["created_at"]) or epoch,
        expires_at=moment(row["expires_at"]) or epoch,
        state=cast(ProposalState, row["state"]) if row["state"] in STATES else "failed",
        result=row["result"],
        updated_at=moment(row["updated_at"]) or epoch,
        posts=tuple(_new_posts(body) if kind == "schedule" else _present_posts(body)),
    )


def _new_posts(body: Mapping[str, Any]) -> Iterable[ProposedPost]:
    for raw in get_list(body, "entries"):
        if not isinstance(raw, Mapping) or not isinstance(raw.get("body"), Mapping):
            continue
        entry = read_entry(entry_row(raw, 0.0))
        for item in entry.items:
            yield ProposedPost(
                item.channel_id,
                item.channel_name,
                item.network,
                item.text,
                item.thread,
                title=_text(item, limits_for(item.network).title_key),
                link=_text(item, "custom_link") if item.data.get("attach_link") else "",
                comment=_text(item, "first_comment"),
                files=tuple(
                    ProposedFile(
                        file.ref.name,
                        file.ref.path,
                        alt=file.ref.alt,
                        kind=file.ref.kind,
                        sha256=file.ref.sha256 or "",
                    )
                    for file in entry.files
                    if file.ref.goes_to(item.network) and not item.data.get(NO_FILES)
                ),
                at=entry.share_at,
            )


def entry_row(raw: Mapping[str, Any], now: float) -> dict[str, Any]:
    """Return the row of the outbox that a proposed entry becomes at `now` (Unix seconds)."""
    return {
        "id": raw.get("id"),
        "workspace": raw.get("workspace"),
        "posto_ref": raw.get("posto_ref"),
        "state": "waiting",
        "body": raw.get("body"),
        "share_at": raw.get("share_at"),
        "reason": "",
        "code": "",
        "group_id": "",
        "attempts": 0,
        "created_at": now,
        "updated_at": now,
        "next_try": None,
    }


def _present_posts(body: Mapping[str, Any]) -> Iterable[ProposedPost]:
    for raw in get_list(body, "posts"):
        if not isinstance(raw, Mapping):
            continue
        yield ProposedPost(
            _number(raw.get("channel_id")),
            get_text(raw, "channel_name"),
            get_text(raw, "network"),
            get_text(raw, "text"),
            tuple(text for text in get_list(raw, "thread") if isinstance(text, str)),
            files=tuple(
                ProposedFile(
                    get_text(file, "name"), kind=get_text(file, "kind"), url=get_text(file, "url")
                )
                for file in get_list(raw, "files")
                if isinstance(file, Mapping)
            ),
            at=moment(raw.get("at")),
            old_at=moment(raw.get("old_at")),
            id=_number(raw.get("id")),
        )


def _text(item: PostItem, key: str) -> str:
    value = item.data.get(key) if key else ""
    return value if isinstance(value, str) else ""


def _number(value: object) -> int:
    return value if type(value) is int else 0


def one_line(text: object, longest: int) -> str:
    """Return text of an agent as one short line for people: without control characters, and without
    those that change the direction of the words around them."""
    raw = text[: 4 * longest] if isinstance(text, str) else ""
    shown = "".join(
        " " if character.isspace() else character
        for character in raw
        if character.isspace() or unicodedata.category(character) not in _UNSEEN
    )
    words = " ".join(shown.split())
    return words if len(words) <= longest else f"{words[: longest - 1].rstrip()}…"


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
