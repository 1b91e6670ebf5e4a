"""Delivery status of a campaign's messages, merged from the outbox, the schedule and the results
kept in posto.db."""

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
# Precedence: what needs the user, then what is under way, then what has ended.
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
    """A message of a started campaign. `share_at` is aware UTC, None = at once; `reason` a
    sentence.

    "queued": not in the outbox yet; "handed": it is, or was; "refused": it never got there. "sent"
    and "failed": the schedule's last known status.
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
    """Delivery status of one message.

    `counts` are its posts (one a channel) by status, as far as known; `rows` are those in the
    schedule, `kinds` the status of each. `when` is the time at which it goes out, or went.
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
        """True if some of its posts are still to go out, so it can be stopped."""
        return self.kind in ("waiting", "sending", "scheduled", "handed") or bool(
            self.counts and self.counts.get("scheduled")
        )

    @property
    def can_retry(self) -> bool:
        """True if a post surely failed and can be retried, in the outbox or on the service."""
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
        """True if the service surely lacks it for some channels, so those can be sent."""
        entry = self.entry
        if entry is None or not entry.is_partly:
            return False
        channel_ids = {row.channel_id for row in self.rows}
        return any(item.channel_id not in channel_ids for item in entry.missing)

    @property
    def is_stopped(self) -> bool:
        return self.kind == "stopped"

    @property
    def was_deleted(self) -> bool:
        """True if the user deleted its posts from the schedule."""
        return self.kind == "stopped" and _is_deleted(self.entry)

    @property
    def failed_ids(self) -> list[int]:
        return [row.id for row in self.rows if row.status == "error" and not row.may_be_live]

    @property
    def waiting_ids(self) -> list[int]:
        """Return the ids of the rows that the service has not sent yet."""
        return [row.id for row in self.rows if row.status in WAITING]


def results_of(
    posts: Iterable[CampaignPost],
    entries: Mapping[str, Entry],
    rows: Mapping[str, Sequence[Schedule]],
    now: datetime,
) -> dict[str, MessageResult]:
    """Return the results by message id. `entries` and `rows` of the schedule are keyed by
    `posto_ref`.

    A message that was stopped and started again has several posts: one that is still on the service
    wins, else the newest.
    """
    results: dict[str, MessageResult] = {}
    for post in posts:
        result = _result(post, entries.get(post.posto_ref), rows.get(post.posto_ref, ()), now)
        before = results.get(post.message_id)
        if before is None or before.is_stopped or not result.is_stopped:
            results[post.message_id] = result
    return results


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
    return entry is not None and any(step.kind == "deleted" for step in entry.steps)


def _of_rows(
    post: CampaignPost, entry: Entry | None, rows: Sequence[Schedule], now: datetime
) -> MessageResult:
    kinds = [kind_of(row, now) for row in rows]
    counts: Counter[Kind] = Counter(kinds)
    lacking = _lacking(entry, rows)
    if lacking and entry is not None:
        counts[_kind_of_missing(entry)] += lacking
    kind: Kind = next((candidate for candidate in _ORDER if counts[candidate]), "handed")
    concerned = [row for row, row_kind in zip(rows, kinds, strict=True) if row_kind == kind]
    reason = next((row.error for row in concerned if row.error), "")
    if not reason and entry is not None and (lacking or entry.state in ("refused", "unclear")):
        reason = entry.reason
    times = [row.send_at for row in concerned if row.send_at is not None]
    when = min(times, default=post.share_at)
    return MessageResult(post, kind, when, reason, counts, tuple(rows), tuple(kinds), entry)


def _lacking(entry: Entry | None, rows: Sequence[Schedule]) -> int:
    """Return the number of channels for which the service lacks it, as far as known."""
    channel_ids = {row.channel_id for row in rows}
    missing = entry.missing if entry is not None else ()
    return sum(item.channel_id not in channel_ids for item in missing)


def _kind_of_missing(entry: Entry) -> Kind:
    if entry.state == "sent":
        return "failed" if entry.is_partly else "stopped"
    return _OF_ENTRY[entry.state]


def kind_of(row: Schedule, now: datetime) -> Kind:
    """Return the status of one post of the schedule."""
    if row.status == "not_sent":
        late = row.send_at is not None and now - row.send_at > LATE_AFTER
        return "late" if late else "scheduled"
    if row.status == "error":
        return "needs_you" if row.may_be_live else "failed"
    return _OF_SERVICE.get(row.status, "scheduled")


def final_results(results: Iterable[MessageResult]) -> dict[str, tuple[PostState, str]]:
    """Return the final states to keep, by `posto_ref`: schedule and outbox both forget old
    posts."""
    final: dict[str, tuple[PostState, str]] = {}
    for result in results:
        if result.rows and result.kind in ("sent", "failed"):
            state = cast(PostState, result.kind)
            if (result.post.state, result.post.reason) != (state, result.reason):
                final[result.post.posto_ref] = (state, result.reason)
    return final
