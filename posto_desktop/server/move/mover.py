"""The move itself: copies, compares, marks.

What must never happen is that both databases send the same posts. So the target has the mark
`arriving`, with which no server starts, from before its first row on; the source gets the mark
`moved` in the transaction in which both were compared; only then the target becomes `arrived`.
Whatever ends the process, a second run finds one of these states and goes on from it.
"""

from __future__ import annotations

import bisect
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal

from posto_desktop.server.errors import StartError
from posto_desktop.server.move.fitting import Values, digest, fitted
from posto_desktop.server.move.places import (
    LARGEST,
    SMALLEST,
    PlaceDatabase,
    WorkspacePlace,
    all_frozen,
)
from posto_desktop.server.move.tables import StoredTable, known_tables
from posto_desktop.server.networks import HIDDEN_TITLE

BATCH: Final = 1000
"""Rows in a transaction."""
_COMPARE_BATCH: Final = 5000

Say = Callable[[str], None]
State = Literal["new", "resumed", "stale", "done"]

_PLACEHOLDERS: Final[dict[str, dict[str, Any]]] = {
    "posts": {"title": HIDDEN_TITLE},
    "channels": {"active": 0, "removed": 1},
}
"""What stands for a row that a damaged reference does not lead to any more."""
_NOTHING: Final[dict[str, Any]] = {"text": "", "whole": 0, "real": 0.0}


class MoveError(StartError):
    """The move is refused; nothing has changed but what an unfinished move had copied."""


@dataclass
class MoveResult:
    """What a move has done; `rows` and `hashes` are by table."""

    source: str
    target: str
    is_done_before: bool = False
    is_dry: bool = False
    repaired: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


class WorkspaceMover:
    """One move. `step` is called after each transaction, with what it was."""

    def __init__(
        self,
        source: WorkspacePlace,
        target: WorkspacePlace,
        *,
        batch: int = BATCH,
        say: Say = lambda _line: None,
        step: Callable[[str], None] = lambda _name: None,
    ) -> None:
        self._source, self._target = source, target
        self._batch, self._say, self._step = batch, say, step
        self._outcome = MoveResult(source.label, target.label)
        self._tables = known_tables()
        self._placeholders: dict[tuple[str, str], list[int]] = {}
        self._spoke_at = time.monotonic()

    def look(self) -> MoveResult:
        """Return what would be moved, and change nothing. Raises StartError."""
        self._require_source()
        if not self._is_done(self._state()):
            self._require_nothing_sending(self._source.databases()[0])
            for database, tables in zip(self._source.databases(), self._tables, strict=False):
                for table in tables:
                    if database.has(table.name):
                        self._outcome.rows[_name(database, table)] = database.count(table)
        self._outcome.is_dry = True
        return self._outcome

    def run(self) -> MoveResult:
        """Move all, or go on with a move that did not end. Raises StartError."""
        began = time.monotonic()
        self._require_source()
        self._source.lock()
        self._target.lock()
        state = self._state()
        if self._is_done(state):
            return self._outcome
        self._source.prepare()
        self._require_nothing_sending(self._source.databases()[0])
        if state == "stale":
            self._say(f"What was moved away before is kept as {self._target.set_aside()}.")
        self._target.prepare()
        is_marked = self._source.databases()[0].read_mark().get("state") == "moved"
        mark = self._begin()
        if not is_marked:
            self._copy()
        self._find_placeholders()
        if not self._compare_and_mark(mark):
            self._say("The source has changed since the move began. All is copied again.")
            self._clear()
            self._copy()
            if not self._compare_and_mark(mark):
                raise MoveError(
                    "What was copied is not what the source has. Nothing was marked as moved: the "
                    f"workspace is still in {self._source.label}."
                )
        self._end(mark)
        self._outcome.seconds = time.monotonic() - began
        return self._outcome

    # -- before it begins --------------------------------------------------------------------------

    def _require_source(self) -> None:
        if not self._source.is_made():
            raise MoveError(f"There is no workspace in {self._source.label}.")
        version, newest = self._source.version()
        if version > newest:
            raise MoveError(
                f"The workspace in {self._source.label} was last used by a newer version of Posto. "
                "Move it with that version."
            )
        old_copy = self._source.old_copy()
        if old_copy:
            raise MoveError(old_copy)

    def _state(self) -> State:
        """Return what there is at the target. Raises MoveError if it must stay as it is."""
        source_mark = self._source.databases()[0].read_mark()
        is_made = self._target.is_made()
        target_mark = self._target.databases()[0].read_mark() if is_made else {}
        if source_mark.get("state") == "arriving":
            raise MoveError(
                f"{self._source.label} is the target of a move from {source_mark.get('place')} "
                "that has not ended. End that one first."
            )
        if source_mark.get("state") == "moved":
            if target_mark.get("id") == source_mark.get("id"):
                return "done" if target_mark.get("state") == "arrived" else "resumed"
            raise MoveError(
                f"The workspace of {self._source.label} was moved to {source_mark.get('place')}, "
                "and is there now."
            )
        if target_mark.get("state") == "moved":
            return "stale"
        if target_mark.get("state") == "arriving":
            if target_mark.get("place") == self._source.label:
                return "resumed"
            raise MoveError(
                f"{self._target.label} is the target of a move from {target_mark.get('place')} "
                "that has not ended. End that one first, or choose another target."
            )
        if is_made:
            self._require_empty()
        return "new"

    def _is_done(self, state: State) -> bool:
        self._outcome.is_done_before = state == "done"
        return self._outcome.is_done_before

    def _require_empty(self) -> None:
        version, newest = self._target.version()
        if version > newest:
            raise MoveError(
                f"{self._target.label} was last used by a newer version of Posto. Install that "
                "version here, too."
            )
        for database, tables in zip(self._target.databases(), self._tables, strict=False):
            for table in tables:
                if database.has(table.name) and database.count(table):
                    raise MoveError(
                        f"{self._target.label} is not empty: there are {table.name} in "
                        f"{database.name}. Choose an empty target."
                    )

    def _require_nothing_sending(self, database: PlaceDatabase) -> None:
        sql = f"SELECT count(*) FROM {database.path('schedules')} WHERE status = 'sending'"
        count = int(database.run(sql)[0][0])
        if count:
            raise MoveError(
                f"{count} posts of {self._source.label} were being sent when its server ended. "
                "Start posto-server there once, so that it finds out what became of them; then "
                "move."
            )

    # -- copying -----------------------------------------------------------------------------------

    def _begin(self) -> dict[str, Any]:
        self._require_same_columns()
        main, feed = self._target.databases()
        mark = main.read_mark()
        if not mark:
            source_mark = self._source.databases()[0].read_mark()
            mark = {
                "state": "arriving",
                "place": self._source.label,
                "id": source_mark["id"]
                if source_mark.get("state") == "moved"
                else str(uuid.uuid4()),
                "at": _now(),
            }
        else:
            self._say(f"The move of {mark['at']} goes on.")
        with feed.transaction():
            feed.begin_progress()
        with main.transaction():
            main.begin_progress()
            main.write_mark(mark)
        self._step("begun")
        return mark

    def _require_same_columns(self) -> None:
        for side in (self._source, self._target):
            for database, tables in zip(side.databases(), self._tables, strict=True):
                for table in tables:
                    if database.columns(table.name) != set(table.names):
                        raise MoveError(
                            f"The table {table.name} of {side.label} has other columns than this "
                            "version of Posto knows."
                        )

    def _copy(self) -> None:
        self._find_placeholders()
        for source, target, tables in self._sides():
            for table in tables:
                self._copy_table(source, target, table)

    def _copy_table(self, source: PlaceDatabase, target: PlaceDatabase, table: StoredTable) -> None:
        start, is_done = target.progress(table)
        total = source.count(table) if not is_done else 0
        copied = target.count(table) if not is_done else 0
        while not is_done:
            rows, next_id = self._rows(source, table, start, self._batch)
            is_done = next_id is None
            with target.transaction():
                target.write(table, rows)
                target.keep_progress(table, next_id or 0, is_done=is_done)
            self._step(f"{_name(source, table)} {next_id or 'done'}")
            start = next_id or 0
            copied += len(rows)
            self._show_progress(f"{_name(source, table)}: {copied:,} of {total:,} rows copied")

    def _rows(
        self, database: PlaceDatabase, table: StoredTable, start: int, limit: int
    ) -> tuple[list[Values], int | None]:
        """Return rows of the source as they arrive, and the id to go on with, if any."""
        stored = database.batch(table, start, limit)
        next_id = None
        if table.id_name:
            place = table.id_place
            last = LARGEST
            if len(stored) == limit and stored[-1][place] < LARGEST:
                last = stored[-1][place]
                next_id = last + 1
            numbers = self._placeholders.get((database.name, table.name), [])
            first, end = bisect.bisect_left(numbers, start), bisect.bisect_right(numbers, last)
            rows = [self._fitted(table, values) for values in stored]
            rows += [_placeholder(table, number) for number in numbers[first:end]]
            if first != end:
                rows.sort(key=lambda row: int(row[place]))
            return rows, next_id
        return sorted((self._fitted(table, values) for values in stored), key=repr), None

    def _fitted(self, table: StoredTable, values: Values) -> Values:
        row, is_repaired = fitted(table, values)
        self._outcome.repaired += is_repaired
        return row

    def _find_placeholders(self) -> None:
        """Find what damaged references of a file lead to: PostgreSQL demands that it exists."""
        self._placeholders = {}
        for database, tables in zip(self._source.databases(), self._tables, strict=True):
            by_name = {table.name: table for table in tables}
            for table in tables:
                for column, parent in table.parents:
                    self._look_for_orphans(database, table, column, by_name[parent])

    def _look_for_orphans(
        self, database: PlaceDatabase, table: StoredTable, column: str, parent: StoredTable
    ) -> None:
        child, above = database.path(table.name), database.path(parent.name)
        sql = (
            f'SELECT DISTINCT "{column}" FROM {child} AS child WHERE NOT EXISTS'
            f" (SELECT 1 FROM {above} AS parent"
            f' WHERE parent."{parent.id_name}" = child."{column}")'
        )
        is_nullable = next(item.is_nullable for item in table.columns if item.name == column)
        numbers = {
            value if isinstance(value, int) else 0
            for (value,) in database.run(sql)
            if not (value is None and is_nullable)
        }
        known = self._placeholders.setdefault((database.name, parent.name), [])
        for number in numbers - set(known):
            is_there = f'SELECT 1 FROM {above} WHERE "{parent.id_name}" = {database.mark}'
            if not database.run(is_there, (number,)):
                if parent.name not in _PLACEHOLDERS:
                    raise MoveError(
                        f"The table {table.name} of {self._source.label} refers to an entry "
                        f"{number} of {parent.name}, which there is not."
                    )
                bisect.insort(known, number)

    def _clear(self) -> None:
        for database, tables in zip(self._target.databases(), self._tables, strict=True):
            with database.transaction():
                database.clear(tables)
        self._step("cleared")

    # -- comparing and marking ---------------------------------------------------------------------

    def _compare_and_mark(self, mark: dict[str, Any]) -> bool:
        """Compare both sides and mark the source as moved, in one transaction; False if they are
        not the same."""
        databases = self._source.databases()
        with all_frozen(databases, self._tables):
            self._require_nothing_sending(databases[0])
            if not self._is_same():
                return False
            self._set_highest()
            self._step("compared")
            self._source.require_alone()
            databases[0].write_mark(
                {"state": "moved", "place": self._target.label, "id": mark["id"], "at": _now()}
            )
        self._step("source marked")
        return True

    def _is_same(self) -> bool:
        self._outcome.repaired = 0
        for source, target, tables in self._sides():
            for table in tables:
                name = _name(source, table)
                theirs = self._digest_source(source, table)
                ours = self._digest_target(target, table)
                if theirs != ours:
                    return False
                self._outcome.rows[name], self._outcome.hashes[name] = ours
        return True

    def _digest_source(self, database: PlaceDatabase, table: StoredTable) -> tuple[int, str]:
        total, count = digest(()), 0
        next_id: int | None = SMALLEST
        while next_id is not None:
            rows, next_id = self._rows(database, table, next_id, _COMPARE_BATCH)
            digest(rows, total)
            count += len(rows)
            self._show_progress(f"{_name(database, table)}: {count:,} rows of the source compared")
        return count, total.hexdigest()

    def _digest_target(self, database: PlaceDatabase, table: StoredTable) -> tuple[int, str]:
        total, count, start = digest(()), 0, SMALLEST
        while True:
            rows = database.batch(table, start, _COMPARE_BATCH)
            count += len(rows)
            if not table.id_name:
                digest(sorted(map(tuple, rows), key=repr), total)
                break
            digest(rows, total)
            self._show_progress(f"{_name(database, table)}: {count:,} rows of the target compared")
            if len(rows) < _COMPARE_BATCH:
                break
            start = rows[-1][table.id_place] + 1
        if count != database.count(table):
            raise MoveError(f"The table {table.name} of {self._target.label} changes meanwhile.")
        return count, total.hexdigest()

    def _set_highest(self) -> None:
        """Have ids go on after the highest that was ever used, as those of deleted rows are known
        to clients."""
        for source, target, tables in self._sides():
            with target.transaction():
                for table in tables:
                    if table.counts_up:
                        target.set_highest(table, source.highest(table))

    def _end(self, mark: dict[str, Any]) -> None:
        # Before anything is sent from the target: a copy that is put back here must not start.
        self._source.remember(self._source.databases()[0].read_mark())
        self._step("source remembers")
        main, feed = self._target.databases()
        with feed.transaction():
            feed.end_progress()
        with main.transaction():
            main.end_progress()
            main.write_mark({**mark, "state": "arrived", "at": _now()})
        self._target.forget()
        self._step("ended")

    def _sides(self) -> Iterator[tuple[PlaceDatabase, PlaceDatabase, list[StoredTable]]]:
        return zip(self._source.databases(), self._target.databases(), self._tables, strict=True)

    def _show_progress(self, line: str) -> None:
        if time.monotonic() - self._spoke_at >= 1.0:
            self._spoke_at = time.monotonic()
            self._say(line)


def _placeholder(table: StoredTable, number: int) -> Values:
    facts = {"id": number, **_PLACEHOLDERS[table.name]}
    return tuple(
        facts.get(column.name, None if column.is_nullable else _NOTHING[column.kind])
        for column in table.columns
    )


def _name(database: PlaceDatabase, table: StoredTable) -> str:
    return f"{database.prefix}{table.name}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
