"""Moves posts to another time such that after any failure each exists exactly once.

If the service can move a group, that is one repeatable call. Otherwise a copy is made for the new
time and verified, and only then the old rows are deleted by their ids. Each step is on the disk
before its call, so a killed process resumes at the next start.

While copy and original both exist, the original decides: if it was sent meanwhile, the copy is
deleted instead.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

from posto_desktop.common.translation import translatable
from posto_desktop.core.client import ServiceTraits
from posto_desktop.core.edited_message import is_of_site
from posto_desktop.core.entries import read_entry
from posto_desktop.core.moves import MOVABLE, Move, MoveState, read_move
from posto_desktop.core.proposals import row_digest
from posto_desktop.sdk.errors import (
    AuthenticationError,
    PostoError,
)
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage import message_rows
from posto_desktop.storage import moves as table
from posto_desktop.storage.database import Database

log = logging.getLogger(__name__)

BACKOFF = (2.0, 5.0, 10.0, 20.0, 30.0, 60.0)
SOON = 120.0
"""Seconds around its time in which the service may start sending a row."""
AHEAD = 300.0
"""Minimum lead for moving an overdue row, to verify that it was not sent."""
MAX_ASKED = 3
MAX_PATIENT = 3600.0
"""Longest pause in seconds that a host can request."""
_HIDDEN_FOR = 600.0


class MovableRow(Protocol):
    """The part of sdk.records.Schedule that the outbox's look-up returns."""

    @property
    def id(self) -> int: ...
    @property
    def channel_id(self) -> int: ...
    @property
    def group_id(self) -> str: ...
    @property
    def status(self) -> str: ...


class MoveClient(ServiceTraits, Protocol):
    """The service as moving uses it."""

    @property
    def can_reschedule(self) -> bool:
        """Return False if the service turned out to be unable to move a group."""
        ...

    def rows(self, ids: Sequence[int]) -> dict[int, Schedule]: ...
    def group(self, group_id: str) -> list[Schedule]: ...
    def contents(self, group_id: str, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        """Return the `custom_post_data` of rows as they were made."""
        ...

    def reschedule(self, group_id: str, share_at: int) -> bool:
        """Move a whole group; return False if the service has no such route."""
        ...

    def compose(self, items: list[dict[str, Any]], share_at: int | None) -> str: ...
    def find_ref(
        self, ref: str, channel_ids: Sequence[int], around: datetime
    ) -> Sequence[MovableRow]: ...
    def delete(self, ids: Sequence[int]) -> Collection[int]:
        """Delete rows; return the ids that still exist."""
        ...


class Mover:
    """Advances moves as far as possible now. Raises only StorageError, if posto.db fails."""

    def __init__(
        self,
        store: Database,
        client: MoveClient,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._client = client
        self._clock = clock

    def run(self, move_id: str) -> Move | None:
        """Return the move afterwards: ended, or with the time of its `next_try`. None if
        unknown."""
        row = table.get(self._store, move_id)
        if row is None:
            return None
        move = read_move(row)
        if not move.is_ended:
            move = replace(move, next_try=0.0)
        while not move.is_ended and not move.next_try:
            move = self._step(move)
        return move

    def _step(self, move: Move) -> Move:
        steps: dict[str, Callable[[Move], Move]] = {
            "written": self._begin,
            "asking": self._verify,
            "creating": self._look_for_copies,
            "created": self._remove,
            "removing": self._remove,
            "undoing": self._undo,
        }
        self._last = move
        try:
            return steps[move.state](move)
        except PostoError as error:
            move = self._last
            if move.state == "written" and not error.failure.is_asked:
                return self._fail(move, error.english_message)
            return self._wait(move, error.english_message, error)

    # -- beginning ---------------------------------------------------------------------------

    def _begin(self, move: Move) -> Move:
        if move.after:
            earlier = table.get(self._store, move.after)
            before = read_move(earlier) if earlier is not None else None
            if before is not None and not before.is_ended:
                return self._wait(move, "")
            if before is not None and before.state == "failed" and move.new == int(before.old):
                # It never left the place to which it should return.
                return self._set(move, "done", "not_needed")
            if before is not None:
                # A failed one may itself have continued another one.
                copied = before.state == "done" and before.new_ids not in ((), before.ids)
                move = replace(
                    move,
                    ids=(before.new_ids if before.state == "done" else ()) or before.ids,
                    channel_ids=before.channel_ids,
                    group_id=before.new_group or before.group_id or move.group_id,
                    old_mark=before.mark if copied else before.old_mark,
                    after="",
                )
        now = self._now()
        rows = self._client.rows(move.ids)
        problem = _problem(move, rows, now)
        if not problem and _is_changed(move, rows):
            problem = translatable("Delivery", "It was changed after the move was proposed.")
        if problem:
            return self._fail(move, problem, stays=_stay(move, rows))
        if all(_at(row) == move.new for row in rows.values()):
            return self._set(replace(move, new_ids=move.ids), "done", "there_already")
        if self._client.can_reschedule and move.group_id:
            group = self._client.group(move.group_id)
            whole = {row.id for row in group} == set(move.ids)
            if whole and move.tries < MAX_ASKED:
                return self._ask(move)
            if whole:
                return self._fail(
                    move,
                    translatable("Delivery", "{host} did not move it.").format(
                        host=self._client.host
                    ),
                )
        return self._copy(move, rows)

    def _ask(self, move: Move) -> Move:
        """Let the service move the whole group."""
        before = move
        begun = self._begun(replace(move, asked_at=self._now(), tries=move.tries + 1), "asking")
        if begun is None:
            return self._wait(before, "")
        move = begun
        try:
            known = self._client.reschedule(move.group_id, move.new)
        except PostoError as error:
            if error.failure.is_asked:
                return self._wait(before, error.english_message, error)
            if not error.failure.is_maybe:
                return self._fail(move, error.english_message)
            return self._lost(move, error.english_message)
        except Exception as error:  # noqa: BLE001 - whatever it was, it may have been carried out
            log.warning("No clear answer to a move: %s", type(error).__name__)
            return self._lost(move, type(error).__name__)
        if not known:
            return self._set(move, "written", "no_route", self._client.host)
        return self._set(replace(move, asked_at=0.0), "asking", "answered")

    def _verify(self, move: Move) -> Move:
        """Check where the group is now."""
        move, unsettled = self._unsettled(move)
        group = {row.channel_id: row for row in self._client.group(move.group_id)}
        rows = [group[channel_id] for channel_id in move.channel_ids if channel_id in group]
        if len(rows) == len(move.ids) and all(_at(row) == move.new for row in rows):
            ids = tuple(row.id for row in rows)
            message_rows.set_times(self._store, [move.old_mark], move.new)
            return self._set(replace(move, new_ids=ids, new_group=move.group_id), "done", "moved")
        if unsettled:
            return self._wait(move, "")
        if not rows or any(row.status not in MOVABLE for row in rows):
            rows_by_id = dict(zip(move.ids, rows, strict=False))
            return self._fail(move, _problem(move, rows_by_id, self._now()), stays=False)
        # Not moved: repeating the request is safe.
        return self._set(move, "written", "not_moved")

    # -- a copy instead ----------------------------------------------------------------------

    def _copy(self, move: Move, rows: dict[int, Schedule]) -> Move:
        now = self._now()
        if self._client.hides_sending and abs(move.old - now) < SOON:
            return self._fail(
                move,
                translatable("Delivery", "It is due right now, so the service may be sending it."),
            )
        if self._overdue(move) and move.new < now + AHEAD:
            return self._fail(
                move,
                translatable(
                    "Delivery", "It is overdue. Choose a time at least 5 minutes from now."
                ),
            )
        if any(map(is_of_site, rows.values())):
            return self._fail(
                move,
                translatable(
                    "Delivery", "It belongs to a post of the site and can be moved only there."
                ),
            )
        contents = self._client.contents(move.group_id, move.ids)
        if any(not contents.get(number) for number in move.ids):
            return self._fail(
                move,
                translatable("Delivery", "{host} does not report its whole content.").format(
                    host=self._client.host
                ),
            )
        items = [
            {
                "channel_id": channel_id,
                "custom_post_data": {**contents[number], "posto_ref": move.mark},
            }
            for number, channel_id in zip(move.ids, move.channel_ids, strict=True)
        ]
        before = move
        begun = self._begun(replace(move, asked_at=self._now()), "creating")
        if begun is None:
            return self._wait(before, "")
        move = begun
        try:
            self._client.compose(items, move.new)
        except PostoError as error:
            if error.failure.is_asked:
                return self._wait(before, error.english_message, error)
            if not error.failure.is_maybe:
                return self._fail(move, error.english_message)
            return self._lost(move, error.english_message)
        except Exception as error:  # noqa: BLE001 - whatever it was, it may have been taken
            log.warning("No clear answer to a copy: %s", type(error).__name__)
            return self._lost(move, type(error).__name__)
        return self._set(replace(move, asked_at=0.0), "creating", "answered")

    def _look_for_copies(self, move: Move) -> Move:
        move, unsettled = self._unsettled(move)
        copies = {row.channel_id: row for row in self._copies(move)}
        if set(move.channel_ids) <= copies.keys():
            rows = [copies[channel_id] for channel_id in move.channel_ids]
            move = replace(move, new_ids=tuple(row.id for row in rows), new_group=rows[0].group_id)
            message_rows.copy(self._store, move.old_mark, move.mark, move.new, rows[0].group_id)
            return self._set(move, "created", "seen")
        if unsettled:
            return self._wait(move, "")
        if copies:
            return self._set(move, "undoing", "partly")
        if self._client.hides_sending and -_HIDDEN_FOR < move.new - self._now() < SOON:
            return self._wait(move, "")  # it may be hidden while being sent
        return self._fail(
            move,
            translatable("Delivery", "{host} did not accept it.").format(host=self._client.host),
        )

    def _remove(self, move: Move) -> Move:
        """Delete the originals after verifying the copies, or the copies of originals that were
        sent."""
        now = self._now()
        rows = self._client.rows(move.ids)
        sending = any(row.status == "sending" for row in rows.values())
        hidden = (
            move.state == "created"
            and self._client.hides_sending
            and len(rows) < len(move.ids)
            and -SOON < now - move.old < _HIDDEN_FOR
        )
        if sending or hidden:
            return self._wait(move, "")  # its outcome decides which one stays
        if move.state == "created" and len(rows) < len(move.ids):
            # Somebody has deleted them since they were copied: their copies must not go out.
            deleted_ids = [number for number in move.ids if number not in rows]
            if self._still_has_copies(move, deleted_ids):
                return self._wait(move, "")
            if not rows:
                return self._fail(move, _problem(move, rows, 0.0), stays=False)
        going = [number for number, row in rows.items() if row.status in MOVABLE]
        sent = [number for number, row in rows.items() if row.status not in MOVABLE]
        if going:
            move = self._set(move, "removing", "removing", ", ".join(map(str, going)))
            if self._client.delete(going):
                return self._wait(move, "")
        if sent:
            return self._keep_sent(move, sent)
        if self._overdue(move) and not move.watched:
            # The service hides rows while sending: whether it was deleted shows only later.
            move = replace(move, watched=True, next_try=now + SOON)
            return self._set(move, "removing", "watching")
        if move.old_mark:
            self._follow(move)
        return self._set(move, "done", "moved")

    def _still_has_copies(self, move: Move, ids: Sequence[int]) -> bool:
        """Delete the copies of these rows, and return whether some still exist."""
        places = dict(zip(move.ids, move.new_ids, strict=True))
        rows = self._client.rows([places[number] for number in ids])
        waiting = [number for number, row in rows.items() if row.status in MOVABLE]
        return bool(waiting and self._client.delete(waiting))

    def _keep_sent(self, move: Move, sent: Sequence[int]) -> Move:
        """Originals were sent meanwhile: their copies must not go out as well."""
        places = dict(zip(move.ids, move.new_ids, strict=True))
        copies = [places[number] for number in sent]
        move = self._set(move, "removing", "sent_meanwhile", ", ".join(map(str, copies)))
        remaining = self._client.rows(copies)
        if any(row.status not in MOVABLE for row in remaining.values()):
            return self._fail(
                move, translatable("Delivery", "It was sent at both times."), stays=False
            )
        if remaining and self._client.delete(list(remaining)):
            return self._wait(move, "")
        if len(sent) == len(move.ids):
            return self._fail(
                move, translatable("Delivery", "It was sent while it was being moved."), stays=False
            )
        return self._set(
            replace(move, reason=translatable("Delivery", "Part of it was sent meanwhile.")),
            "done",
            "moved",
        )

    def _follow(self, move: Move) -> None:
        """All posts of an outbox entry moved: update its mark."""
        left = self._client.group(move.group_id) if move.group_id else []
        if not left:
            table.follow(self._store, move.old_mark, move.mark, move.new_group)

    def _undo(self, move: Move) -> Move:
        """The copy is incomplete: delete it, and leave the post where it was."""
        copy_ids = [row.id for row in self._copies(move)]
        if copy_ids and self._client.delete(copy_ids):
            return self._wait(move, "")
        return self._fail(
            move,
            translatable("Delivery", "{host} accepted only a part of it.").format(
                host=self._client.host
            ),
        )

    def _copies(self, move: Move) -> Sequence[MovableRow]:
        return self._client.find_ref(move.mark, move.channel_ids, move.new_at)

    def _begun(self, move: Move, state: MoveState) -> Move | None:
        """Write down that the service is asked to move it; None while an edit of it is on its way,
        whose outcome decides."""
        with self._store.transaction():
            entries = map(read_entry, self._store.outbox_in(("uploading", "handing_over")))
            for entry in entries:
                replaces = entry.replaces if entry.workspace == move.workspace else None
                if replaces is not None and set(replaces.ids) & set(move.ids):
                    return None
            return self._set(move, state, state)

    # -- the rest ----------------------------------------------------------------------------

    def _overdue(self, move: Move) -> bool:
        """Return whether a service that hides rows may start sending this one at any moment."""
        return self._client.hides_sending and move.old < self._now() + SOON

    def _unsettled(self, move: Move) -> tuple[Move, bool]:
        """Return whether a lost call may still be carried out. Ask it before looking: what is seen
        is so at that moment. A clock that was set back begins the time anew."""
        move = replace(move, asked_at=min(move.asked_at, self._now()))
        return move, self._now() - move.asked_at < self._client.settle

    def _wait(self, move: Move, why: str, error: PostoError | None = None) -> Move:
        delay = BACKOFF[min(move.tries, len(BACKOFF) - 1)]
        if isinstance(error, AuthenticationError):
            delay = 300.0  # signing in again retries at once
        elif error is not None and error.failure.is_asked:
            delay = min(max(15.0, getattr(error, "retry_after", None) or 0.0), MAX_PATIENT)
        elif self._unsettled(move)[1]:  # only until that is certain
            left = move.asked_at + self._client.settle - self._now()
            delay = min(delay, max(1.0, left))
        tries = move.tries + 1 if move.state not in ("written", "asking") else move.tries
        move = replace(move, next_try=self._now() + delay, tries=tries, reason=why)
        return self._set(move, move.state, "waiting", why)

    def _lost(self, move: Move, why: str) -> Move:
        """The service may continue the call for a while, counted from now."""
        return self._set(replace(move, asked_at=self._now()), move.state, "no_answer", why)

    def _fail(self, move: Move, why: str, *, stays: bool = True) -> Move:
        return self._set(replace(move, reason=why, stays=stays), "failed", "failed", why)

    def _set(self, move: Move, state: MoveState, step: str, why: str = "") -> Move:
        move = replace(move, state=state)
        table.change(self._store, move.id, state, move.body(), self._now(), step, why)
        self._last = move
        return move

    def _now(self) -> float:
        return self._clock().timestamp()


def _at(row: Schedule) -> int | None:
    return int(row.send_at.timestamp()) if row.send_at is not None else None


def _stay(move: Move, rows: dict[int, Schedule]) -> bool:
    """Return whether all rows still wait for their time."""
    return len(rows) == len(move.ids) and all(row.status in MOVABLE for row in rows.values())


def _is_changed(move: Move, rows: dict[int, Schedule]) -> bool:
    """Return whether a row is not the one that a person saw before confirming the move."""
    if not move.seen:
        return False
    return any(row_digest(rows[at]) != seen for at, seen in zip(move.ids, move.seen, strict=True))


def _problem(move: Move, rows: dict[int, Schedule], now: float) -> str:
    """Return why these rows cannot be moved; "" if they can."""
    if move.new <= now:
        return translatable("Delivery", "The new time has passed.")
    if len(rows) < len(move.ids):
        return translatable(
            "Delivery", "It is no longer in the schedule, or it is being sent right now."
        )
    stati = {row.status for row in rows.values()}
    if "sending" in stati:
        return translatable("Delivery", "It is being sent right now.")
    if not stati <= MOVABLE:
        return (
            translatable("Delivery", "It was sent already.")
            if "success" in stati
            else translatable("Delivery", "It is no longer waiting.")
        )
    return ""
