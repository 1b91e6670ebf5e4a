"""Moves of posts, carried out by this command or by the running app.

A move is in posto.db before the service is asked. The app advances what it finds there, too, so
each step is taken by the one that has the lock (`delivery.moving_lock`); when this command is
killed, the app or the next command goes on.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterable, Sequence

from posto_desktop.cli.exits import Exit
from posto_desktop.cli.output import ProgressLine
from posto_desktop.cli.post_lines import iso
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import MoveData
from posto_desktop.core.moves import Move, read_move
from posto_desktop.delivery.move_client import MoveServiceClient
from posto_desktop.delivery.moving_lock import moving
from posto_desktop.delivery.reschedule import Mover
from posto_desktop.storage import moves as table

_LOOK = 0.1


class PostMover:
    """Begins moves and advances them. `timeout` is in seconds."""

    def __init__(self, session: Session, timeout: float) -> None:
        self._session, self._timeout = session, timeout

    def begin(self, moves: Sequence[Move]) -> list[Move]:
        """Write moves and carry them out; return them as they are then. Raises StorageError."""
        rows = [
            {"id": move.id, "workspace": move.workspace, "state": move.state, "body": move.body()}
            for move in moves
        ]
        table.add(self._session.database, rows, time.time())
        self._session.notify_app(["schedule"])
        return self.advance([move.id for move in moves])

    def resume(self) -> list[Move]:
        """Go on with what an earlier run left open."""
        rows = table.open_ones(self._session.database, self._session.workspace.id)
        return self.advance([str(row["id"]) for row in rows])

    def advance(self, ids: Iterable[str]) -> list[Move]:
        """Carry out moves until they have ended or the time is over."""
        db, progress = self._session.database, ProgressLine()
        client = MoveServiceClient(self._session.client, set())
        mover, until = Mover(db, client), time.monotonic() + self._timeout
        moves: dict[str, Move] = {}
        waiting = list(ids)
        try:
            while waiting:
                for move_id in waiting:
                    row = table.get(db, move_id)
                    if row is None:
                        continue
                    move = read_move(row)
                    if not move.is_ended and move.next_try <= time.time():
                        with moving(db.folder) as is_ours:
                            move = (mover.run(move_id) or move) if is_ours else move
                    moves[move_id] = move
                ended = len(moves)
                waiting = [key for key in waiting if key in moves and not moves[key].is_ended]
                if waiting and time.monotonic() > until:
                    break
                progress.show(f"Moving {ended - len(waiting)} of {ended}")
                if waiting:
                    time.sleep(_LOOK)
        finally:
            progress.clear()
            self._session.notify_app(["schedule"])
        return list(moves.values())


def move_json(move: Move, *, is_proposed: bool = False) -> MoveData:
    return {
        "ids": list(move.ids),
        "new_ids": list(move.new_ids),
        "old_time": iso(move.old_at) or "",
        "new_time": iso(move.new_at) or "",
        "state": "proposed"
        if is_proposed
        else "moved"
        if move.state == "done"
        else "failed"
        if move.is_ended
        else "moving",
        "reason": move.reason,
    }


def undo_commands(session: Session, moves: Iterable[Move]) -> list[str]:
    """Return the commands that take moves back: one for each time from which posts came."""
    ids_by_time: dict[float, list[int]] = {}
    for move in moves:
        if move.state == "done" and move.old > time.time():
            ids_by_time.setdefault(move.old, []).extend(move.new_ids or move.ids)
    return [
        shlex.join(
            [
                *session.command_words(),
                "schedule",
                "move",
                *map(str, ids),
                time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(old)),
            ]
        )
        for old, ids in ids_by_time.items()
    ]


def exit_of(moves: Sequence[Move]) -> Exit:
    """Return the exit code that says how moves ended."""
    if any(not move.is_ended for move in moves):
        return Exit.UNCLEAR
    failed = sum(move.state == "failed" for move in moves)
    if not failed:
        return Exit.DONE
    return Exit.REFUSED if failed == len(moves) else Exit.PARTLY
