"""Replaces posts of the schedule by those of an outbox entry such that exactly one of each remains.

The entry is an edit: it sends the new posts as any entry does, and the old ones are removed only
when the new ones are surely there. The local server does both in one transaction. Elsewhere:

  check ─▶ (upload, compose, see that all of it is listed: as any entry) ─▶ removing ─▶ sent

"removing" is on the disk before the first row is removed, with the channels that are there. From
then on nothing is composed. While an old post and its successor are both there, the old one
decides: if it was sent meanwhile, its successor is removed, and that is said.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from posto_desktop.common.locale_words import listed
from posto_desktop.common.translation import translatable
from posto_desktop.core.client import OutboxClient
from posto_desktop.core.edited_message import Replacement, ScheduledPost, can_edit
from posto_desktop.core.entries import Entry, read_entry
from posto_desktop.core.moves import read_move
from posto_desktop.core.posts import PostItem
from posto_desktop.delivery.entry_transitions import EntryTransitions
from posto_desktop.sdk.errors import PostoError
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage import campaign_rows, moves
from posto_desktop.storage.database import Database

__all__ = ["SENT", "Replacer"]

log = logging.getLogger(__name__)

SENT = "sent_meanwhile"
"""Code of an entry that was refused because all that it was to replace was sent or removed."""
SOON = 120.0
"""Seconds around its time in which a service may start sending a row."""
AT_ONCE = 300.0
"""Least seconds before its time at which a post may be replaced by one that goes out at once."""
_HIDDEN_FOR = 600.0
_AGAIN = (2.0, 5.0, 10.0, 20.0, 30.0)
_ACTIVE = ("waiting", "uploading", "handing_over")


class Replacer:
    """The steps of an edit around the sending of its entry."""

    def __init__(
        self,
        store: Database,
        client: OutboxClient,
        transitions: EntryTransitions,
        clock: Callable[[], datetime],
    ) -> None:
        self._store, self._client = store, client
        self._transitions, self._clock = transitions, clock

    # -- before anything is sent -------------------------------------------------------------

    def check(self, entry: Entry, row: dict[str, Any]) -> Entry | None:
        """Look at the old posts before anything is sent. Return the entry to be sent, without the
        channels whose post was sent meanwhile; None if that ended the attempt."""
        try:
            return self._check(entry, row)
        except PostoError as error:
            self._transitions.wait(entry, row, error, may_be_sent=bool(row["handovers"]))
            return None

    def _check(self, entry: Entry, row: dict[str, Any]) -> Entry | None:
        replaces = self._resolved(entry, row)
        if replaces is None:
            return None
        asked, at = self._now(), replaces.at
        rows = self._client.rows_by_id(replaces.ids)
        now = self._now()
        if any(schedule.status == "sending" for schedule in rows.values()):
            self._wait(entry, row, translatable("Delivery", "It is being sent right now."))
            return None
        waiting = {number: schedule for number, schedule in rows.items() if can_edit(schedule)}
        if not self._client.replaces_at_once and at is not None and waiting:
            soon = SOON if entry.share_at is not None else AT_ONCE
            is_due = any(schedule.status == "not_sent" for schedule in waiting.values())
            # The service may have begun with it since it was asked.
            if is_due and at - now < soon and asked < at + SOON:
                self._wait_for_time(entry, row, at - now)
                return None
        if self._may_be_hidden(replaces, rows, asked, now):
            self._wait(entry, row, translatable("Delivery", "It may be being sent right now."))
            return None
        absent = [post for post in replaces.posts if post.id not in rows]
        sent = [post for post in replaces.posts if post.id in rows and post.id not in waiting]
        lost = {post.channel_id for post in (*sent, *absent)}
        if replaces.posts and not waiting and not row["handovers"]:
            self._refuse_late(entry, sent=bool(sent))
            return None
        if lost and not row["handovers"]:
            return self._without(entry, replaces, lost, sent=bool(sent))
        return self._stored(entry, replaces)

    def _wait_for_time(self, entry: Entry, row: dict[str, Any], left: float) -> None:
        """The service may be sending it: its outcome decides."""
        reason = translatable("Delivery", "It is due right now, so the service may be sending it.")
        if left > SOON:
            reason = translatable("Delivery", "It goes out in a few minutes anyway.")
        self._wait(entry, row, reason, max(5.0, left + SOON if left > -SOON else 5.0))

    def _may_be_hidden(
        self, replaces: Replacement, rows: Mapping[int, Schedule], asked: float, answered: float
    ) -> bool:
        """Return whether rows that are not listed may be being sent. The list is of a moment
        between these two."""
        at = replaces.at
        return (
            self._client.hides_sending
            and at is not None
            and len(rows) < len(replaces.posts)
            and asked - at < _HIDDEN_FOR
            and answered - at > -SOON
        )

    def _resolved(self, entry: Entry, row: dict[str, Any]) -> Replacement | None:
        """Return what is replaced, after an earlier entry and moves of the same posts have ended;
        None if that is to be waited for."""
        replaces = entry.replaces
        assert replaces is not None
        if replaces.after:
            earlier = self._store.outbox_row(replaces.after)
            if earlier is not None and earlier["state"] in _ACTIVE:
                self._wait(
                    entry,
                    row,
                    translatable("Delivery", "An earlier change of it is not finished yet."),
                )
                return None
            if earlier is not None and earlier["state"] == "unclear":
                reason = translatable(
                    "Delivery",
                    "An earlier change of it has an unclear outcome. Resolve that first.",
                )
                self._transitions.refuse(entry, reason, "unclear")
                return None
            replaces = self._after(replaces, earlier)
        if self._is_being_moved(entry, replaces):
            self._wait(entry, row, translatable("Delivery", "It is being moved."))
            return None
        places = moves.new_places(self._store, entry.workspace, replaces.ids)
        return replaces.with_posts(
            replace(post, id=places.get(post.id, post.id)) for post in replaces.posts
        )

    def _is_being_moved(self, entry: Entry, replaces: Replacement) -> bool:
        open_moves = map(read_move, moves.open_ones(self._store, entry.workspace))
        return any(set(move.ids) & set(replaces.ids) for move in open_moves)

    def hand_over(
        self, entry: Entry, row: dict[str, Any], changes: dict[str, Any], step: tuple[str, str]
    ) -> bool:
        """Write down that the entry goes to the service. Return False if it does not: it is
        cancelled, or its earlier posts were moved since `check`, or are about to be."""
        with self._store.transaction():
            replaces = entry.replaces
            if replaces is not None and (
                self._is_being_moved(entry, replaces)
                or moves.new_places(self._store, entry.workspace, replaces.ids)
            ):
                self._wait(entry, row, translatable("Delivery", "It is being moved."))
                return False
            return self._transitions.set(entry, changes, ("waiting", "uploading"), step)

    def _after(self, replaces: Replacement, earlier: dict[str, Any] | None) -> Replacement:
        """Return what is replaced now that an earlier entry has ended."""
        done = replace(replaces, after="")
        if earlier is None:
            return done
        before = read_entry(earlier)
        # What it was to replace and did not is still there.
        old = before.replaces or Replacement()
        merged = done.with_posts((*replaces.posts, *old.posts))
        if merged.at is None:
            merged = replace(merged, at=old.at)
        if earlier["state"] != "sent":
            return merged
        around = before.share_at or before.created_at
        rows = self._client.rows_of_mark(before.posto_ref, before.channel_ids, around)
        return merged.with_posts((*merged.posts, *map(ScheduledPost.of, rows)))

    def _without(
        self, entry: Entry, replaces: Replacement, lost: set[int], *, sent: bool
    ) -> Entry | None:
        """Leave out the channels whose old post was sent or removed meanwhile."""
        items = [item for item in entry.items if item.channel_id not in lost]
        if not items:
            self._refuse_late(entry, sent=sent)
            return None
        names = _names([item for item in entry.items if item.channel_id in lost])
        posts = (post for post in replaces.posts if post.channel_id not in lost)
        left = replace(replaces.with_posts(posts), sent=tuple(sorted(lost)))
        return self._stored(entry, left, items=items, step=(SENT, names))

    def _refuse_late(self, entry: Entry, *, sent: bool) -> None:
        reason = (
            translatable(
                "Delivery", "It was sent before your changes were saved. They are kept here."
            )
            if sent
            else translatable(
                "Delivery", "It is no longer in the schedule. Your changes are kept here."
            )
        )
        self._transitions.refuse(entry, reason, SENT, SENT)

    # -- after it was sent -------------------------------------------------------------------

    @staticmethod
    def ids_for(entry: Entry) -> list[int]:
        """Return the rows that go when all channels of the entry are there."""
        return list(entry.replaces.ids) if entry.replaces is not None else []

    def begin(self, entry: Entry, taken: Collection[int], group_id: str) -> Entry:
        """The service surely has the entry for these channels: store that, before any row is
        removed."""
        replaces = entry.replaces
        assert replaces is not None
        body = self._body(entry) | {"replaces": replace(replaces, phase="removing").to_json()}
        known = {*entry.taken, *taken}
        body["taken"] = [channel_id for channel_id in entry.channel_ids if channel_id in known]
        if group_id:
            body["groups"] = [earlier for earlier in entry.group_ids if earlier != group_id]
        changes = {"state": "handing_over", "body": body, "next_try": None}
        if group_id:
            changes["group_id"] = group_id
        step = ("replacing", self._client.host)
        self._transitions.set(entry, changes, ("handing_over", "waiting"), step)
        return self._read(entry)

    def finish(self, entry: Entry, row: dict[str, Any]) -> None:
        """Remove the old posts whose successors are there, and of channels that the message left.
        Ends the entry, or lets it be tried again."""
        try:
            self._finish(entry, row)
        except PostoError as error:
            delay = _AGAIN[min(row["attempts"], len(_AGAIN) - 1)]
            self._later(entry, row, error.english_message, delay)

    def _finish(self, entry: Entry, row: dict[str, Any]) -> None:
        replaces = entry.replaces
        assert replaces is not None
        chosen = set(entry.channel_ids)
        posts = [
            post
            for post in replaces.posts
            if post.channel_id in entry.taken or post.channel_id not in chosen
        ]
        asked = self._now()
        rows = self._client.rows_by_id([post.id for post in posts])
        now = self._now()
        sending = any(schedule.status == "sending" for schedule in rows.values())
        part = replace(replaces, posts=tuple(posts))
        if sending or (not replaces.watched and self._may_be_hidden(part, rows, asked, now)):
            self._later(
                entry,
                row,
                translatable("Delivery", "It is being sent right now. Posto waits for the result."),
                5.0,
            )
            return
        going = [number for number, schedule in rows.items() if can_edit(schedule)]
        if going and self._client.remove(going):
            self._later(
                entry,
                row,
                translatable("Delivery", "{host} still has the earlier post.").format(
                    host=self._client.host
                ),
                5.0,
            )
            return
        sent = {schedule.channel_id for schedule in rows.values() if not can_edit(schedule)}
        overdue = replaces.at is not None and replaces.at < self._now() + SOON
        if self._client.hides_sending and overdue and going and not replaces.watched:
            # A hidden row cannot be told from a removed one: it shows again when it was sent.
            watched = replace(replaces, watched=True)
            self._stored(entry, watched)
            self._later(self._read(entry), row, "", SOON)
            return
        if sent and not self._take_back(entry, row, sent):
            return
        self._end(entry, sent, [post for post in replaces.posts if post not in posts])

    def _take_back(self, entry: Entry, row: dict[str, Any], sent: set[int]) -> bool:
        """Old posts were sent meanwhile: their successors must not go out as well. Return False if
        that is not finished."""
        around = entry.share_at or entry.created_at
        copies = self._client.rows_of_mark(entry.posto_ref, entry.channel_ids, around)
        unwanted = [
            copied.id
            for copied in copies
            if copied.channel_id in sent and copied.status == "not_sent"
        ]
        if unwanted and self._client.remove(unwanted):
            self._later(entry, row, "", 5.0)
            return False
        return True

    def _end(self, entry: Entry, sent: set[int], posts: Sequence[ScheduledPost]) -> None:
        """All is removed that can be: the entry is sent, for those channels that it has."""
        replaces = entry.replaces
        assert replaces is not None
        lost = {*sent, *replaces.sent}
        items = [item for item in entry.items if item.channel_id not in sent]
        names = _names([item for item in entry.items if item.channel_id in sent])
        if not items:
            over = replace(replaces, phase="", watched=False)
            self._set_body(entry, {"taken": [], "replaces": over.to_json()})
            reason = translatable(
                "Delivery", "It was sent before your changes were saved. They are kept here."
            )
            self._transitions.refuse(self._read(entry), reason, SENT, SENT)
            return
        went = [
            post for post in replaces.posts if post not in posts and post.channel_id not in lost
        ]
        ended = replace(
            replaces.with_posts(posts),
            phase="",
            sent=tuple(sorted(lost)),
            removed=(*replaces.removed, *went),
            watched=False,
        )
        missing = [item for item in items if item.channel_id not in entry.taken]
        if not posts:
            old = {post.mark for post in replaces.posts if post.mark}
            if not sent and not replaces.sent:
                campaign_rows.remove_posts(self._store, old - {entry.posto_ref})
        self._stored(entry, ended, items=items, step=(SENT, names) if sent else None)
        now = self._read(entry)
        if missing:
            self._transitions.partly(now, dict.fromkeys(now.taken, now.group_id), self._client.host)
            return
        self._transitions.sent(now, now.group_id, ("replaced", self._client.host))

    # -- writing -----------------------------------------------------------------------------

    def _stored(
        self,
        entry: Entry,
        replaces: Replacement,
        *,
        items: Sequence[PostItem] | None = None,
        step: tuple[str, str] | None = None,
    ) -> Entry:
        if replaces == entry.replaces and items is None:
            return entry
        more: dict[str, Any] = {"replaces": replaces.to_json()}
        if items is not None:
            more["items"] = [item.to_json() for item in items]
            channel_ids = {item.channel_id for item in items}
            more["taken"] = [channel_id for channel_id in entry.taken if channel_id in channel_ids]
        self._set_body(entry, more, step)
        return self._read(entry)

    def _set_body(
        self, entry: Entry, more: Mapping[str, Any], step: tuple[str, str] | None = None
    ) -> None:
        body = self._body(entry) | dict(more)
        self._transitions.set(entry, {"body": body}, _ACTIVE, step)

    def _body(self, entry: Entry) -> dict[str, Any]:
        row = self._store.outbox_row(entry.id)
        return dict(row["body"]) if row is not None and isinstance(row["body"], dict) else {}

    def _read(self, entry: Entry) -> Entry:
        row = self._store.outbox_row(entry.id)
        return read_entry(row) if row is not None else entry

    def _wait(self, entry: Entry, row: dict[str, Any], why: str, seconds: float = 0.0) -> None:
        """Nothing was sent yet: look again soon."""
        attempts = row["attempts"] + 1
        delay = seconds or _AGAIN[min(attempts, len(_AGAIN)) - 1]
        changes = {
            "state": "waiting",
            "reason": why,
            "attempts": attempts,
            "next_try": self._transitions.later(delay),
        }
        self._transitions.set(entry, changes, ("waiting", "uploading"))

    def _later(self, entry: Entry, row: dict[str, Any], why: str, seconds: float) -> None:
        changes = {
            "reason": why,
            "attempts": row["attempts"] + 1,
            "next_try": self._transitions.later(seconds),
        }
        self._transitions.set(entry, changes, ("handing_over",))

    def _now(self) -> float:
        return self._clock().astimezone(UTC).timestamp()


def _names(items: Sequence[PostItem]) -> str:
    return listed(item.channel_name for item in items)
