"""Moves of posts, between the GUI thread, posto.db and the service.

The "store" worker records a move before the service is asked; the "net" worker then carries it out
as far as possible. Until it ends, the shown schedule has the posts at their new time and hides
copies on the service (`applied`).
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, QTimer, Slot

from posto_desktop.common.translation import translate
from posto_desktop.common.user_error import message_of
from posto_desktop.core.moves import (
    Move,
    MoveReversal,
    advanced,
    moves_of,
    read_move,
    reversed_moves,
)
from posto_desktop.delivery.client_pool import ClientPool
from posto_desktop.delivery.move_client import MoveServiceClient
from posto_desktop.delivery.moving_lock import moving
from posto_desktop.delivery.reschedule import BACKOFF, Mover
from posto_desktop.sdk.errors import AuthenticationError, NetworkError
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage import moves as table
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers.call_on_gui import GuiCall
from posto_desktop.workers.database_worker import DatabaseWorker
from posto_desktop.workers.sync_worker import SyncWorker

log = logging.getLogger(__name__)

KEEP_SECONDS = 30 * 24 * 3600.0
MANY = 10
_OTHER_MOVES = 1.0
"""Seconds until the next look whether another process still moves posts."""
REMEMBERED = 50
"""Most batches that can be undone."""


class Rescheduler(QObject):
    """Lives on the GUI thread. `call_on_gui` brings results to it; `current(workspace)` is the
    generation of the shown rows, `changed()` is called when the result of `applied` changes,
    `settled()` when it does so because of a worker's result, `ended(list[Move])` when a whole batch
    has ended, `progress(done, all)` before that for large batches."""

    def __init__(
        self,
        client_pool: ClientPool,
        database_worker: DatabaseWorker,
        sync_worker: SyncWorker,
        *,
        call_on_gui: GuiCall,
        current: Callable[[str], int],
        changed: Callable[[], None],
        settled: Callable[[], None],
        ended: Callable[[list[Move]], None],
        progress: Callable[[int, int], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._client_pool, self._database_worker, self._sync_worker = (
            client_pool,
            database_worker,
            sync_worker,
        )
        self._call_on_gui, self._current = call_on_gui, current
        self._changed, self._on_ended = changed, ended
        self._settled, self._progress = settled, progress
        self._pending: dict[str, Move] = {}
        self._ended: dict[str, list[Move]] = {}
        self._ended_ids: set[str] = set()
        self._routeless: set[str] = set()
        self._queued: set[str] = set()
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._again)

    # -- on the GUI thread -------------------------------------------------------------------

    @property
    def has_many(self) -> bool:
        """Return whether too many moves are running to follow each."""
        return len(self._pending) > MANY

    def move(self, workspace: str, rows: Iterable[Schedule], times: Mapping[int, datetime]) -> str:
        """Move rows to their times (aware). Return the token for `undo`; "" if nothing moves."""
        return self._start(self._wait_for_others(moves_of(rows, dict(times), workspace)))

    def _wait_for_others(self, moves: Iterable[Move]) -> list[Move]:
        """Let moves of posts that are moving already continue from there."""
        earlier = {frozenset(move.ids): move.id for move in self._pending.values()}
        return [replace(move, after=earlier.get(frozenset(move.ids), move.after)) for move in moves]

    def undo(self, token: str, *, is_redo: bool = False) -> MoveReversal:
        """Undo a batch, or redo one that an undo took back. Posts whose time has passed stay."""
        now = time.time()
        done = [move for move in self._ended.pop(token, ()) if move.state == "done"]
        moving = [move for move in self._pending.values() if move.batch == token]
        reversals = reversed_moves([*done, *moving], is_redo=is_redo)
        moves = [move for move in reversals if move.new > now]
        batch = self._start(self._wait_for_others(moves))
        return MoveReversal(batch, bool(batch) and len(moves) == len(reversals))

    def applied(self, rows: list[Schedule], workspace: str) -> list[Schedule]:
        """Return the rows as they will be after the running moves."""
        moves = [move for move in self._pending.values() if move.workspace == workspace]
        if not moves:
            return rows
        places = {number: move.new_at for move in moves for number in (*move.ids, *move.new_ids)}
        copies = {move.mark for move in moves}
        shown = []
        for row in rows:
            if row.id in places:
                status = "not_sent" if row.status == "missed" else row.status
                shown.append(replace(row, send_at=places[row.id], status=status))
            elif row.posto_ref not in copies:
                shown.append(row)
        return shown

    def moving(self, workspace: str) -> frozenset[int]:
        """Return the ids of the rows with running moves."""
        return frozenset(
            number
            for move in self._pending.values()
            if move.workspace == workspace
            for number in (*move.ids, *move.new_ids)
        )

    def followed(self, ids: frozenset[int]) -> frozenset[int]:
        """Return these ids, and those that moves have given to the posts since."""
        known = set(ids)
        for move in (move for batch in self._ended.values() for move in batch):
            if move.state == "done":
                pairs = zip(move.ids, move.new_ids, strict=False)
                known |= {new for old, new in pairs if old in known}
        return frozenset(known)

    def resume(self, workspace: str | None = None) -> None:
        """Resume moves left by an earlier run, another process or a lost network."""
        pending = [
            move.id for move in self._pending.values() if workspace in (None, move.workspace)
        ]

        def read(db: Database | None, _why: str) -> None:
            if db is None:
                return
            try:
                table.trim(db, time.time() - KEEP_SECONDS)
                stored = [_read(db, row) for row in table.open_ones(db, workspace)]
                ended = _ended_elsewhere(db, pending)
            except StorageError as error:
                self._database_worker.problem(error.user_message)
                return
            for move in ended:
                self._call_on_gui(None, self.handle_ended, move)
            moves = [move for move in stored if move is not None]
            if moves:
                self._call_on_gui(None, self.handle_known, moves)
                self._queue(db, moves)

        self._database_worker.use_store(read)

    def handle_known(self, moves: Sequence[Move]) -> None:
        """Handle open moves reported by a worker. One that was read before it ended may come
        afterwards."""
        for move in moves:
            if move.id in self._ended_ids:
                continue
            known = self._pending.get(move.id)
            if known is not None and move.after:
                # It has not begun: posto.db still has the posts as before the other move.
                move = replace(
                    move,
                    ids=known.ids,
                    channel_ids=known.channel_ids,
                    group_id=known.group_id,
                )
            self._pending[move.id] = move
        waits = [pending.next_try for pending in self._pending.values() if pending.next_try]
        if waits:
            self._timer.start(max(50, round((min(waits) - time.time()) * 1000)))
        self._settled()

    def handle_ended(self, move: Move) -> None:
        """Handle a finished move. The notification waits for the others of its batch."""
        self._pending.pop(move.id, None)
        if move.id in self._ended_ids:
            return
        self._ended_ids.add(move.id)
        self._go_on(move)
        ended = self._ended.setdefault(move.batch, [])
        ended.append(move)
        while len(self._ended) > REMEMBERED:
            del self._ended[next(iter(self._ended))]
        self._settled()
        left = sum(pending.batch == move.batch for pending in self._pending.values())
        if left + len(ended) > MANY:
            self._progress(len(ended), left + len(ended))
        if not left:
            self._on_ended(list(ended))

    def _go_on(self, move: Move) -> None:
        """Update earlier and later moves with the ids that this one gave."""
        if move.state != "done" or not move.new_ids:
            return
        for batch, moves in self._ended.items():
            self._ended[batch] = advanced(moves, move)
        for pending in self._pending.values():
            if pending.after == move.id:
                self._pending[pending.id] = replace(
                    pending,
                    ids=move.new_ids,
                    channel_ids=move.channel_ids,
                    group_id=move.new_group or pending.group_id,
                )

    def stop(self) -> None:
        """Stop: the app quits; open moves resume at the next start."""
        self._timer.stop()

    def _start(self, moves: Sequence[Move]) -> str:
        if not moves:
            return ""
        for move in moves:
            self._pending[move.id] = move

        def write(db: Database | None, why: str) -> None:
            try:
                if db is None:
                    raise StorageError(why)
                table.add(db, [_row(move) for move in moves], time.time())
            except StorageError as error:
                for move in moves:
                    failed = replace(move, state="failed", reason=error.user_message)
                    self._call_on_gui(None, self.handle_ended, failed)
                return
            self._queue(db, moves)

        if not self._database_worker.use_store(write):
            for move in moves:
                self._pending.pop(move.id, None)
            return ""
        self._changed()
        return moves[0].batch

    @Slot()
    def _again(self) -> None:
        """Retry waiting moves that are due."""
        if self._pending:
            self.resume()

    # -- on the workers ------------------------------------------------------------------------

    def _queue(self, db: Database, moves: Sequence[Move]) -> None:
        now = time.time() + 0.1
        # Do not queue moves twice.
        due = [move for move in moves if move.next_try <= now and move.id not in self._queued]
        self._queued |= {move.id for move in due}
        waiting = [move for move in moves if move.next_try > now]
        if waiting:
            self._call_on_gui(None, self.handle_known, waiting)
        for workspace in dict.fromkeys(move.workspace for move in due):
            own = deque(move for move in due if move.workspace == workspace)
            self._sync_worker.put(workspace, partial(self._step, db, workspace, own))

    def _step(self, db: Database, workspace: str, due: deque[Move]) -> None:
        """Advance one move, and queue the next."""
        move = due.popleft()
        try:
            self._run(db, move)
        finally:
            self._queued.discard(move.id)
            if due:
                # Behind other requests: a thousand moves take minutes.
                self._sync_worker.put(workspace, partial(self._step, db, workspace, due))

    def _run(self, db: Database, move: Move) -> None:
        try:
            self._accept(db, move)
        except StorageError as error:
            # posto.db holds the truth; read it again later.
            self._database_worker.problem(error.user_message)
            waits = replace(move, next_try=time.time() + BACKOFF[-1])
            self._call_on_gui(None, self.handle_known, [waits])

    def _accept(self, db: Database, move: Move) -> None:
        try:
            link = self._client_pool.get(move.workspace)
        except Exception as error:  # noqa: BLE001 - keyring, start of the server, network
            self._unreachable(db, move, error)
            return
        with moving(db.folder) as is_ours:
            if not is_ours:
                waits = replace(move, next_try=time.time() + _OTHER_MOVES)
                self._call_on_gui(None, self.handle_known, [waits])
                return
            now = Mover(db, MoveServiceClient(link, self._routeless)).run(move.id)
        if now is None:
            return
        if not now.is_ended:
            self._call_on_gui(None, self.handle_known, [now])
            return
        ids = list(dict.fromkeys((*move.ids, *now.ids, *now.new_ids)))
        self._sync_worker.look_again(self._current(move.workspace), move.workspace, link, ids)
        self._call_on_gui(None, self.handle_ended, now)

    def _unreachable(self, db: Database, move: Move, error: Exception) -> None:
        sentence = message_of(error, translate("Service", "The workspace cannot be reached."))
        if not isinstance(error, AuthenticationError | NetworkError):
            log.warning("A workspace cannot be opened: %s", type(error).__name__)
        row = table.get(db, move.id)
        known = _read(db, row) if row is not None else None
        if known is None or known.is_ended:
            return
        if known.state == "written":
            failed = replace(known, state="failed", reason=sentence)
            # Another process may reach the service, and have begun with it since.
            if table.change(
                db,
                move.id,
                "failed",
                failed.body(),
                time.time(),
                "failed",
                sentence,
                expect="written",
            ):
                self._call_on_gui(None, self.handle_ended, failed)
                return
        waits = replace(known, next_try=time.time() + BACKOFF[-1], reason=sentence)
        self._call_on_gui(None, self.handle_known, [waits])


def _row(move: Move) -> dict[str, object]:
    return {
        "id": move.id,
        "workspace": move.workspace,
        "state": move.state,
        "body": move.body(),
    }


def _ended_elsewhere(db: Database, ids: Iterable[str]) -> list[Move]:
    """Return those of the moves that have ended."""
    rows = (table.get(db, move_id) for move_id in ids)
    moves = (_read(db, row) for row in rows if row is not None)
    return [move for move in moves if move is not None and move.is_ended]


def _read(db: Database, row: dict[str, object]) -> Move | None:
    """Return a move; end one that cannot be understood, since nothing could continue it."""
    try:
        return read_move(row)
    except (ValueError, TypeError):
        table.change(db, str(row["id"]), "failed", {}, time.time(), "damaged", "")
        return None
