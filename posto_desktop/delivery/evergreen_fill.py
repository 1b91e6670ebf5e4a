"""Fills free slots with evergreen messages, and takes fillings back. The one owner of runs.

A filling writes all of its runs in one transaction, each with the mark and the id of its future
outbox entry, and as many entries as have room; `hand_over` moves the others into the outbox later,
the earliest first, run and entry in one transaction. So a process killed anywhere has all runs of a
filling or none, and each post exactly once. From there on the rules of the outbox apply.

Taking a filling back cancels what is still on this computer; what a service has already is marked,
and deleted by `evergreen_outcomes.remove_posts`, also in a later run of the program.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from posto_desktop.common.translation import translatable
from posto_desktop.core.entries import read_entry
from posto_desktop.core.evergreen import (
    EvergreenMessage,
    EvergreenRun,
    Filling,
    Pin,
    SlotChoice,
    TakenBackRuns,
)
from posto_desktop.core.evergreen_choice import choices
from posto_desktop.delivery.evergreen_outcomes import settle
from posto_desktop.delivery.evergreen_state import (
    EvergreenFacts,
    PostChecks,
    SlotRules,
    StyleResolver,
    TakenTimes,
    known_channels,
    read_facts,
    read_message,
    read_run,
)
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.delivery.outbox_rows import OutboxError, rows_of, write
from posto_desktop.sdk.records import Channel
from posto_desktop.storage import campaign_rows, evergreen_rows
from posto_desktop.storage.database import Database, Row
from posto_desktop.storage.row_repair import is_damaged

log = logging.getLogger(__name__)

MAX_WAITING = 20
"""Most waiting entries in the outbox while more runs are queued; as of campaigns."""
_TRIES = 3

DAMAGED = translatable("Delivery", "The saved data of this post is damaged.")
NO_MESSAGE = translatable("Delivery", "The evergreen message was deleted. Nothing was sent.")
TAKEN = translatable("Delivery", "Another post has its slot. Nothing was sent.")
PASSED = translatable("Delivery", "Its time passed before it could be sent. Nothing was sent.")
NO_CHANNEL = translatable("Delivery", "Its channel no longer exists. Nothing was sent.")


@dataclass(frozen=True)
class FillRequest:
    """What a filling is made by. An automatic one leaves alone the slots whose filling was taken
    back."""

    workspace: str
    rules: SlotRules
    is_automatic: bool = False


def add_message(db: Database, message: EvergreenMessage) -> datetime:
    """Save a message, new or changed; return the time."""
    when = evergreen_rows.put(db, message.id, message.workspace, message.to_json())
    return datetime.fromtimestamp(when, UTC)


def facts_of(db: Database, request: FillRequest, now: datetime, days: int) -> EvergreenFacts:
    """Read what the choices of the next `days` depend on."""
    return read_facts(
        db,
        request.workspace,
        request.rules,
        now,
        days=days,
        leaves_alone=request.is_automatic,
    )


# -- filling -------------------------------------------------------------------------------------


def fill(
    db: Database, outbox: Outbox, request: FillRequest, style_resolver: StyleResolver, now: datetime
) -> Filling:
    """Fill the free slots ahead: all of the runs are written, or none. A filling with 0 runs is
    not written down."""
    settle(db, request.workspace, now)
    days = request.rules.days_ahead

    def choose() -> tuple[EvergreenFacts, PostChecks, list[SlotChoice]]:
        facts = facts_of(db, request, now, days)
        checks = PostChecks(facts.channels, style_resolver, now)
        made = [choice for choice in choices(facts.state, checks) if choice.message_id]
        return facts, checks, made

    return _write(db, outbox, request, uuid.uuid4().hex, choose, now)


def _write(
    db: Database,
    outbox: Outbox,
    request: FillRequest,
    filling_id: str,
    choose: Callable[[], tuple[EvergreenFacts, PostChecks, list[SlotChoice]]],
    now: datetime,
) -> Filling:
    """Choose, and write what was chosen, if nothing has come between: another process may fill the
    same slots. At last it chooses with the database locked."""
    for attempt in range(_TRIES):
        before = _version(db)
        chosen = choose() if attempt < _TRIES - 1 else None
        with db.transaction():
            if chosen is None:
                chosen = choose()
            elif _version(db) != before:
                continue
            _, checks, made = chosen
            if not made:
                return Filling("", request.workspace, now, is_automatic=request.is_automatic)
            rows = _run_rows(made)
            evergreen_rows.add_filling(
                db, filling_id, request.workspace, request.is_automatic, rows
            )
            entry_ids = _hand_over(db, checks.resolve, now, {row["posto_ref"] for row in rows})
        for entry_id in entry_ids:
            outbox.notify_added(entry_id)
        return Filling(
            filling_id,
            request.workspace,
            now,
            len(rows),
            len({row["posto_ref"] for row in rows}),
            request.is_automatic,
            first=min(choice.slot for choice in made),
            last=max(choice.slot for choice in made),
        )
    raise AssertionError("the last attempt returns")


def _version(db: Database) -> tuple[object, ...]:
    """Return what differs once something was written that takes a slot or makes a run."""
    row = db.row(
        "SELECT (SELECT MAX(id) FROM evergreen_runs) AS runs,"
        " (SELECT COUNT(*) FROM evergreen_runs WHERE state IN ('queued', 'handed')) AS open_runs,"
        " (SELECT MAX(rowid) FROM outbox) AS entries,"
        " (SELECT COUNT(*) FROM outbox WHERE state='cancelled') AS cancelled_entries,"
        " (SELECT MAX(updated_at) FROM drafts) AS draft_time,"
        " (SELECT MAX(updated_at) FROM evergreen_messages) AS message_time"
    )
    return tuple(row.values()) if row is not None else ()


def _run_rows(made: Sequence[SlotChoice]) -> list[dict[str, Any]]:
    """Return the rows of runs; those that are one post have its mark in common."""
    marks: dict[tuple[object, ...], tuple[str, str]] = {}
    rows = []
    for choice in made:
        post = (choice.slot, choice.message_id, choice.variant, choice.text)
        posto_ref, entry_id = marks.setdefault(post, (str(uuid.uuid4()), uuid.uuid4().hex))
        body: dict[str, Any] = {"reason": choice.reason.to_json()}
        if choice.text is not None:
            body["text"] = choice.text
        if choice.is_pinned:
            body["pinned"] = True
        rows.append(
            {
                "message_id": choice.message_id,
                "channel_id": choice.channel_id,
                "slot": choice.slot.timestamp(),
                "share_at": choice.slot.timestamp(),
                "variant": choice.variant,
                "text_key": choice.text_key,
                "turn": choice.turn,
                "clock": choice.clock,
                "posto_ref": posto_ref,
                "entry_id": entry_id,
                "state": "queued",
                "body": body,
            }
        )
    return rows


# -- into the outbox -----------------------------------------------------------------------------


def hand_over(
    db: Database,
    outbox: Outbox,
    style_resolver: StyleResolver,
    rules: SlotRules,
    now: datetime,
) -> int:
    """Move queued runs into the outbox while there is room; return the number of posts that left
    the queue."""
    resolver = PostChecks({}, style_resolver, now).resolve
    with db.transaction():
        before = evergreen_rows.queued_posts(db)
        entry_ids = _hand_over(db, resolver, now, frozenset(), rules)
        left = before - evergreen_rows.queued_posts(db)
    for entry_id in entry_ids:
        outbox.notify_added(entry_id)
    return left


def _hand_over(
    db: Database,
    style_resolver: StyleResolver,
    now: datetime,
    fresh: Collection[str],
    rules: SlotRules | None = None,
) -> list[str]:
    """Return the ids of the new entries. The slots of `fresh` posts were just seen to be free."""
    room = MAX_WAITING - campaign_rows.waiting_entries(db)
    if room <= 0:
        return []
    book = _Book(db, style_resolver, now, rules)
    entry_ids = []
    posts: dict[str, list[Row]] = {}
    for row in evergreen_rows.queued(db, room):
        posts.setdefault(row["posto_ref"], []).append(row)
    for posto_ref, rows in posts.items():
        try:
            entry, handed = book.entry_of(rows, is_fresh=posto_ref in fresh)
        except _NotSent as error:
            ids = [row["id"] for row in rows]
            evergreen_rows.change_runs(db, ids, error.state, error.why, expect=("queued",))
            continue
        lost = [row["id"] for row in rows if row["id"] not in handed]
        evergreen_rows.change_runs(db, lost, "dropped", TAKEN, expect=("queued",))
        if evergreen_rows.change_runs(db, handed, "handed", expect=("queued",)):
            write(db, [entry])
            entry_ids.append(entry["id"])
    return entry_ids


class _NotSent(Exception):
    """The runs of a post do not go out: their new state and why."""

    def __init__(self, state: str, why: str) -> None:
        super().__init__(why)
        self.state, self.why = state, why


class _Book:
    """Cache of messages, channels and taken times while runs are handed over."""

    def __init__(
        self,
        db: Database,
        style_resolver: StyleResolver,
        now: datetime,
        rules: SlotRules | None,
    ) -> None:
        self._db, self._style_resolver, self._now, self._rules = db, style_resolver, now, rules
        self._messages: dict[str, EvergreenMessage | None] = {}
        self._channels: dict[str, dict[int, Channel]] = {}
        self._taken: dict[str, TakenTimes] = {}

    def entry_of(self, rows: Sequence[Row], *, is_fresh: bool) -> tuple[dict[str, Any], list[int]]:
        """Return the entry of a post, and the ids of the runs that it carries out."""
        if any(is_damaged(row) for row in rows):
            # Its time is unknown: without one it would go out at once.
            raise _NotSent("refused", DAMAGED)
        runs = [read_run(row, self._now) for row in rows]
        first = runs[0]
        if first.share_at <= self._now:
            raise _NotSent("dropped", PASSED)
        message = self._message(first.message_id)
        if message is None:
            raise _NotSent("dropped", NO_MESSAGE)
        channels = self._known(first.workspace)
        open_runs = [run for run in runs if run.channel_id in channels]
        if not open_runs:
            raise _NotSent("refused", NO_CHANNEL)
        if not is_fresh and self._rules is not None:
            taken = self._taken_times(first.workspace, self._rules)
            open_runs = [
                run for run in open_runs if not taken.is_taken(run.channel_id, run.share_at)
            ]
            if not open_runs:
                raise _NotSent("dropped", TAKEN)
        ids = tuple(run.channel_id for run in open_runs)
        draft = replace(message.draft_for(first.variant, first.text), channel_ids=ids)
        try:
            entry = rows_of(
                self._style_resolver(draft),
                [channels[channel_id] for channel_id in ids],
                [(first.share_at, None)],
                self._now,
                marks=[(first.entry_id, first.posto_ref)],
            )[0]
        except OutboxError as error:
            raise _NotSent("refused", error.english_message) from error
        return entry, [run.id for run in open_runs]

    def _message(self, message_id: str) -> EvergreenMessage | None:
        if message_id not in self._messages:
            row = evergreen_rows.message(self._db, message_id)
            is_there = row is not None and not row["deleted"]
            self._messages[message_id] = read_message(row) if row is not None and is_there else None
        return self._messages[message_id]

    def _known(self, workspace: str) -> dict[int, Channel]:
        if workspace not in self._channels:
            self._channels[workspace] = known_channels(self._db, workspace)
        return self._channels[workspace]

    def _taken_times(self, workspace: str, rules: SlotRules) -> TakenTimes:
        if workspace not in self._taken:
            times = TakenTimes.read(self._db, workspace, self._now, rules.zone)
            self._taken[workspace] = times
        return self._taken[workspace]


# -- taking back ---------------------------------------------------------------------------------


def take_back(db: Database, outbox: Outbox, filling_id: str, now: datetime) -> TakenBackRuns:
    """Take a whole filling back. What was sent stays, and so does what can no longer be stopped."""
    with db.transaction():
        filling = evergreen_rows.filling(db, filling_id)
        if filling is None:
            return TakenBackRuns(filling_id, "")
        evergreen_rows.set_filling(db, filling_id, "taken_back")
        rows = evergreen_rows.runs_of_filling(db, filling_id)
        return _take_back(db, outbox, rows, filling_id, filling["workspace"], "undone", now)


def take_back_message(
    db: Database, outbox: Outbox, message_id: str, now: datetime
) -> TakenBackRuns:
    """Take back all runs ahead of a message that was paused or deleted. Their slots are free."""
    with db.transaction():
        rows = evergreen_rows.runs_of_message(db, message_id, now.timestamp())
        workspace = rows[0]["workspace"] if rows else ""
        return take_back_rows(db, outbox, rows, workspace, now)


def take_back_rows(
    db: Database, outbox: Outbox, rows: Sequence[Row], workspace: str, now: datetime
) -> TakenBackRuns:
    """Take back these runs. Their slots are free."""
    with db.transaction():
        return _take_back(db, outbox, rows, "", workspace, "dropped", now)


def take_back_posts(
    db: Database, outbox: Outbox, refs: Collection[str], now: datetime
) -> TakenBackRuns:
    """Take back the runs of these posts."""
    with db.transaction():
        rows = evergreen_rows.runs_of_marks(db, refs)
        workspace = rows[0]["workspace"] if rows else ""
        return take_back_rows(db, outbox, rows, workspace, now)


def _take_back(
    db: Database,
    outbox: Outbox,
    rows: Sequence[Row],
    filling_id: str,
    workspace: str,
    state: str,
    now: datetime,
) -> TakenBackRuns:
    undone = sent = removing = 0
    posts: dict[str, list[EvergreenRun]] = {}
    for row in rows:
        posts.setdefault(row["posto_ref"], []).append(read_run(row, now))
    for runs in posts.values():
        counting = [run for run in runs if run.is_counting]
        ids = [run.id for run in counting]
        if not counting:
            continue
        if all(run.state == "queued" for run in counting):
            undone += len(evergreen_rows.change_runs(db, ids, state))
            continue
        entry = db.outbox_row(counting[0].entry_id)
        if entry is not None and is_here(entry) and outbox.cancel(entry["id"]):
            undone += len(evergreen_rows.change_runs(db, ids, state))
            _go_on_without(db, counting[0].posto_ref, ids)
            continue
        if counting[0].share_at <= now or counting[0].state == "sent":
            sent += len(ids)
            continue
        undone += len(evergreen_rows.change_runs(db, ids, state, removal=1))
        removing += len(ids)
    return TakenBackRuns(filling_id, workspace, undone, sent, removing)


def _go_on_without(db: Database, posto_ref: str, run_ids: Collection[int]) -> None:
    """Have the other runs of a post that was cancelled go out as a post of their own."""
    others = [
        row["id"]
        for row in evergreen_rows.runs_of_marks(db, [posto_ref])
        if row["state"] == "handed" and row["id"] not in run_ids
    ]
    evergreen_rows.queue_again(db, others, str(uuid.uuid4()), uuid.uuid4().hex)


def is_here(entry: Row) -> bool:
    """Return whether no service has anything of an entry."""
    return entry["state"] in ("waiting", "uploading", "refused") and not (
        entry["handovers"] or read_entry(entry).taken
    )


def restore(
    db: Database,
    outbox: Outbox,
    request: FillRequest,
    filling_id: str,
    style_resolver: StyleResolver,
    now: datetime,
) -> Filling:
    """Write a filling again that was taken back: the same messages at the same slots, as far as
    those are still free and allowed."""
    with db.transaction():
        rows = evergreen_rows.runs_of_filling(db, filling_id)
        # What is being deleted on the service is not known to be gone.
        undone = [row for row in rows if row["state"] == "undone"]
        runs = [read_run(row, now) for row in undone if row["removal"] != evergreen_rows.REMOVING]
        accepted = {row["id"] for row in undone if row["removal"] == evergreen_rows.REMOVE}
        # The service still has these.
        restored = evergreen_rows.change_runs(db, accepted, "handed", expect=("undone",), removal=0)
        runs = [run for run in runs if run.id not in set(restored)]
        # What a service had stays: its mark tells that the entry, sent lately, takes no slot.
        never_left = [run.id for run in runs if not _was_sent(db, run)]
        evergreen_rows.remove_runs(db, never_left)
        again = {(run.channel_id, run.slot): run for run in runs}
        texts = {key: run.text for key, run in again.items()}

        def choose() -> tuple[EvergreenFacts, PostChecks, list[SlotChoice]]:
            facts = read_facts(
                db,
                request.workspace,
                request.rules,
                now,
                days=366,
                leaves_alone=False,
                only=again.keys(),
            )
            pins = [
                Pin(run.channel_id, run.slot, run.message_id, texts[key])
                for key, run in again.items()
            ]
            state = replace(facts.state, pins=pins, skips=())
            checks = PostChecks(facts.channels, style_resolver, now)
            made = [choice for choice in choices(state, checks) if choice.is_pinned]
            return facts, checks, [_as_before(choice, again) for choice in made]

        filling = _write(db, outbox, request, filling_id, choose, now)
        evergreen_rows.set_filling(db, filling_id, "done")
        posts = {row["posto_ref"] for row in rows if row["id"] in set(restored)}
        return replace(
            filling,
            id=filling_id,
            runs=filling.runs + len(restored),
            posts=filling.posts + len(posts),
        )


def _was_sent(db: Database, run: EvergreenRun) -> bool:
    entry = db.outbox_row(run.entry_id)
    return entry is not None and entry["state"] == "sent"


def _as_before(choice: SlotChoice, runs: dict[tuple[int, datetime], EvergreenRun]) -> SlotChoice:
    before = runs[choice.channel_id, choice.slot]
    return replace(choice, reason=before.reason, is_pinned=before.is_pinned)
