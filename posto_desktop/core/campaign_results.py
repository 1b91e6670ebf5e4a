"""What became of the messages of a campaign: the outbox tells until they are handed over, the plan
goes on from there, and what has ended is remembered in posto.db."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from posto_desktop.core.entries import Entry, moment
from posto_desktop.sdk.records import Schedule

PostState = Literal["queued", "handed", "stopped", "refused", "sent", "failed"]
Kind = Literal[
    "waiting", "sending", "scheduled", "sent", "failed", "late", "needs_you", "handed", "stopped"
]

STATES: tuple[PostState, ...] = ("queued", "handed", "stopped", "refused", "sent", "failed")
WAITING = frozenset(("not_sent", "missed", "draft"))
"""Statuses of rows that the service has not sent yet."""
LATE_AFTER = timedelta(minutes=5)
# What asks for the user wins over what is under way, and that over what has ended.
_ORDER: tuple[Kind, ...] = (
    "needs_you",
    "failed",
    "late",
    "sending",
    "waiting",
    "scheduled",
    "sent",
)
_OF_SERVICE: Mapping[str, Kind] = {
    "success": "sent",
    "sending": "sending",
    "missed": "late",
    "unknown": "needs_you",
}
_OF_ENTRY: Mapping[str, Kind] = {
    "waiting": "waiting",
    "uploading": "sending",
    "handing_over": "sending",
    "refused": "failed",
    "unclear": "needs_you",
    "cancelled": "stopped",
}


@dataclass(frozen=True)
class CampaignPost:
    """A message that was started. `share_at` is aware UTC, None = at once; `reason` a sentence.

    "queued" is not in the outbox yet, "handed" is, or was; "refused" never got there. "sent" and
    "failed" are what the plan said when it was last seen there.
    """

    posto_ref: str
    entry_id: str
    campaign_id: str
    message_id: str
    place: int
    share_at: datetime | None
    state: PostState
    reason: str = ""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> CampaignPost:
        state = row["state"]
        return cls(
            posto_ref=row["posto_ref"],
            entry_id=row["entry_id"],
            campaign_id=row["campaign_id"],
            message_id=row["message_id"],
            place=row["place"],
            share_at=moment(row["share_at"]),
            state=cast(PostState, state) if state in STATES else "failed",
            reason=row["reason"],
        )


@dataclass(frozen=True)
class MessageResult:
    """How one message stands.

    `counts` are its posts (one a channel) by what became of them, as far as that is known;
    `rows` are those in the plan, `kinds` what became of each. `when` is when it goes out, or went.
    """

    post: CampaignPost
    kind: Kind
    when: datetime | None
    reason: str = ""
    counts: Mapping[Kind, int] | None = None
    rows: tuple[Schedule, ...] = ()
    kinds: tuple[Kind, ...] = ()
    entry: Entry | None = None

    @property
    def is_open(self) -> bool:
        """Whether something of it is still to go out: it can be stopped."""
        return self.kind in ("waiting", "sending", "scheduled", "handed") or bool(
            self.counts and self.counts.get("scheduled")
        )

    @property
    def can_retry(self) -> bool:
        """Whether something of it failed for sure, and can still be tried again: here, in the
        outbox, or on the service as long as that has it."""
        if self.rows:
            return bool(self.failed_ids) or self.lacks_channels
        if self.post.state == "refused":
            return True
        entry = self.entry
        if self.post.state != "handed" or entry is None:
            return False
        return entry.state == "refused" or entry.is_partly

    @property
    def lacks_channels(self) -> bool:
        """Whether the service surely lacks it for some channels, so that those can be sent."""
        entry = self.entry
        if entry is None or not entry.is_partly:
            return False
        there = {row.channel_id for row in self.rows}
        return any(item.channel_id not in there for item in entry.missing)

    @property
    def is_stopped(self) -> bool:
        return self.kind == "stopped"

    @property
    def was_deleted(self) -> bool:
        """The user deleted its posts from the schedule."""
        return self.kind == "stopped" and _is_deleted(self.entry)

    @property
    def failed_ids(self) -> list[int]:
        return [row.id for row in self.rows if row.status == "error" and not row.may_be_live]

    @property
    def waiting_ids(self) -> list[int]:
        """The rows that the service has not sent yet."""
        return [row.id for row in self.rows if row.status in WAITING]


def results_of(
    posts: Iterable[CampaignPost],
    entries: Mapping[str, Entry],
    rows: Mapping[str, Sequence[Schedule]],
    now: datetime,
) -> dict[str, MessageResult]:
    """By the ids of the messages. `entries` and `rows` of the plan by `posto_ref`.

    A message that was stopped and started again has several posts: the newest counts, but one
    that is still on the service counts before all others."""
    found: dict[str, MessageResult] = {}
    for post in posts:
        result = _result(post, entries.get(post.posto_ref), rows.get(post.posto_ref, ()), now)
        before = found.get(post.message_id)
        if before is None or before.is_stopped or not result.is_stopped:
            found[post.message_id] = result
    return found


def _result(
    post: CampaignPost, entry: Entry | None, rows: Sequence[Schedule], now: datetime
) -> MessageResult:
    listed = [row for row in rows if row.status != "trash"]
    if listed:
        return _of_rows(post, entry, listed, now)
    if post.state == "stopped":
        return MessageResult(post, "stopped", post.share_at, entry=entry)
    if post.state == "queued":
        return MessageResult(post, "waiting", post.share_at)
    if post.state != "handed":
        ended: Kind = "sent" if post.state == "sent" else "failed"
        return MessageResult(post, ended, post.share_at, post.reason, entry=entry)
    if _is_deleted(entry):
        return MessageResult(post, "stopped", post.share_at, entry=entry)
    if entry is not None and (entry.state != "sent" or entry.is_partly):
        kind = "failed" if entry.is_partly else _OF_ENTRY[entry.state]
        return MessageResult(post, kind, entry.share_at or post.share_at, entry.reason, entry=entry)
    return MessageResult(post, "handed", post.share_at, entry=entry)


def _is_deleted(entry: Entry | None) -> bool:
    return entry is not None and any(step.what == "deleted" for step in entry.steps)


def _of_rows(
    post: CampaignPost, entry: Entry | None, rows: Sequence[Schedule], now: datetime
) -> MessageResult:
    kinds = [kind_of(row, now) for row in rows]
    counts: Counter[Kind] = Counter(kinds)
    lacking = _lacking(entry, rows)
    if lacking and entry is not None:
        counts[_kind_of_missing(entry)] += lacking
    kind: Kind = next((one for one in _ORDER if counts[one]), "handed")
    concerned = [row for row, one in zip(rows, kinds, strict=True) if one == kind]
    reason = next((row.error for row in concerned if row.error), "")
    if not reason and entry is not None and (lacking or entry.state in ("refused", "unclear")):
        reason = entry.reason
    times = [row.send_at for row in concerned if row.send_at is not None]
    when = min(times, default=post.share_at)
    return MessageResult(post, kind, when, reason, counts, tuple(rows), tuple(kinds), entry)


def _lacking(entry: Entry | None, rows: Sequence[Schedule]) -> int:
    """For how many channels the service does not have it, as far as is known."""
    there = {row.channel_id for row in rows}
    missing = entry.missing if entry is not None else ()
    return sum(item.channel_id not in there for item in missing)


def _kind_of_missing(entry: Entry) -> Kind:
    if entry.state == "sent":
        return "failed" if entry.is_partly else "stopped"
    return _OF_ENTRY[entry.state]


def kind_of(row: Schedule, now: datetime) -> Kind:
    """What became of one post, as the plan has it."""
    if row.status == "not_sent":
        late = row.send_at is not None and now - row.send_at > LATE_AFTER
        return "late" if late else "scheduled"
    if row.status == "error":
        return "needs_you" if row.may_be_live else "failed"
    return _OF_SERVICE.get(row.status, "scheduled")


def final_results(results: Iterable[MessageResult]) -> dict[str, tuple[PostState, str]]:
    """What is to be remembered, by `posto_ref`: the plan forgets posts, and so does the outbox."""
    final: dict[str, tuple[PostState, str]] = {}
    for result in results:
        if result.rows and result.kind in ("sent", "failed"):
            state = cast(PostState, result.kind)
            if (result.post.state, result.post.reason) != (state, result.reason):
                final[result.post.posto_ref] = (state, result.reason)
    return final
