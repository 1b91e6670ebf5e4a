"""Cache of each workspace's schedule in posto.db; the service has the truth."""

from __future__ import annotations

import contextlib
import json
import math
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.common.translation import translate
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError

_MOST = (1 << 63) - 1
_FARTHEST = 60_000_000_000
"""Seconds from 1970 within the calendar, in both directions."""


def update(
    db: Database,
    workspace: str,
    changed: Mapping[int, Mapping[str, Any]],
    removed: Iterable[int],
    as_of: float | None,
) -> None:
    """Update the cached schedule: new or changed rows, removed ids.

    A row's ``send_at`` is its time in Unix seconds. ``as_of`` is when the whole schedule was read,
    None for a part of it.
    """
    with db.transaction() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO schedule_cache (workspace, id, at, body) VALUES (?, ?, ?, ?)",
            (
                (workspace, number, _seconds(row.get("send_at")), json.dumps(row))
                for number, row in changed.items()
                if _fits(number)
            ),
        )
        connection.executemany(
            "DELETE FROM schedule_cache WHERE workspace=? AND id=?",
            ((workspace, number) for number in removed if _fits(number)),
        )
        if as_of is not None:
            db.put_cache(workspace, "schedules", {}, as_of)


def read_at(db: Database, workspace: str) -> float | None:
    """Return when the cached schedule was read (None: never)."""
    return db.cached(workspace, "schedules")[1]


def ids_from(db: Database, workspace: str, since: float) -> list[int]:
    """Return the ids of the cached rows from a time on (Unix seconds)."""
    return [
        row["id"]
        for row in db.stored(
            "SELECT id FROM schedule_cache WHERE workspace=? AND at >= ?"
            " AND typeof(id) = 'integer' AND typeof(at) IN ('integer', 'real')",
            (workspace, since),
        )
    ]


def around(db: Database, workspace: str, now: float, count: int) -> Iterator[Sequence[object]]:
    """Yield the bodies of the cached schedule in lists of about `count`: rows around `now` (Unix
    seconds) first, those without a time last. Rows may be written in between."""
    every = "SELECT id, at, body FROM schedule_cache WHERE workspace=?"
    every += " AND typeof(id) = 'integer' AND"
    # One bound on either side lets SQLite seek to the page's start. Texts and bytes in `at` sort
    # after every number, and NULL before.
    later = f"{every} (at, id) > (?, ?) AND at <= {_FARTHEST} ORDER BY at, id LIMIT ?"
    earlier = f"{every} (at, id) < (?, ?) AND at >= -{_FARTHEST}"
    earlier += " ORDER BY at DESC, id DESC LIMIT ?"
    undated = f"{every} (at IS NULL OR at < -{_FARTHEST} OR at > {_FARTHEST})"
    undated += " AND id >= ? ORDER BY id LIMIT ?"
    # Exactly `now` counts as ahead; an id may be the largest integer, so none is incremented.
    ahead, behind = (math.nextafter(now, -math.inf), _MOST), (now, -1 << 63)
    more_ahead = more_behind = True
    while more_ahead or more_behind:
        rows: list[sqlite3.Row] = []
        if more_ahead:
            rows = db.stored(later, (workspace, *ahead, count))
            more_ahead = len(rows) == count
            if more_ahead:
                ahead = (rows[-1]["at"], rows[-1]["id"])
        if more_behind:
            past = db.stored(earlier, (workspace, *behind, count))
            more_behind = len(past) == count
            if more_behind:
                behind = (past[-1]["at"], past[-1]["id"])
            rows += past
        yield _bodies(db, rows)
    last = -1 << 63
    while True:
        without_time = db.rows(undated, (workspace, last, count))
        yield [row["body"] for row in without_time]
        if len(without_time) < count or without_time[-1]["id"] == _MOST:
            return
        last = without_time[-1]["id"] + 1


def newest_first(
    db: Database, workspace: str, first: float | None, last: float | None, count: int
) -> Iterator[Sequence[object]]:
    """Yield the bodies of the cached schedule in lists of `count`, newest first, those without a
    time last. `first` and `last` (Unix seconds) leave out what is outside, and rows without a time.
    Rows may be written in between."""
    rows_sql = "SELECT id, at, body FROM schedule_cache WHERE workspace=?"
    rows_sql += " AND typeof(id) = 'integer' AND"
    timed = f"{rows_sql} (at, id) < (?, ?) AND at >= ? ORDER BY at DESC, id DESC LIMIT ?"
    lowest = -_FARTHEST if first is None else first
    place: tuple[float, int] = (_FARTHEST if last is None else last, _MOST)
    while True:
        rows = db.stored(timed, (workspace, *place, lowest, count))
        if rows:
            yield _bodies(db, rows)
        if len(rows) < count:
            break
        place = rows[-1]["at"], rows[-1]["id"]
    if first is not None or last is not None:
        return
    undated = f"{rows_sql} at IS NULL AND id > ? ORDER BY id LIMIT ?"
    last_id = -1 << 63
    while rows := db.stored(undated, (workspace, last_id, count)):
        yield _bodies(db, rows)
        last_id = rows[-1]["id"]


def _bodies(db: Database, rows: Sequence[sqlite3.Row]) -> Sequence[object]:
    """Return the bodies of rows with valid times and ids."""
    # The app reads a hundred thousand of them at its start: they are parsed together, and one by
    # one only if a row among them is damaged.
    try:
        bodies = json_text.loads_each([row["body"] for row in rows])
        if [body["id"] for body in bodies] == [row["id"] for row in rows]:  # type: ignore[index]
            return bodies
    except (ValueError, TypeError, LookupError):
        pass
    return [row["body"] for row in db.repaired(rows)]


def cached_bodies(
    path: Path, workspace: str, since: float, now: float, most: int
) -> list[dict[str, Any]]:
    """Return the bodies of the cached schedule from a moment on (Unix seconds), earliest first.

    At most `most`: future rows before past ones, near before far. Reads the file itself, for
    readers that come and go. Raises StorageError.
    """
    rows = "SELECT body FROM schedule_cache WHERE workspace=? AND"
    ahead = f"{rows} at >= ? ORDER BY at, id LIMIT ?"
    past = f"{rows} at >= ? AND at < ? ORDER BY at DESC, id DESC LIMIT ?"
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        ) as db:
            db.text_factory = lambda data: data.decode("utf-8", "replace")
            near_rows = db.execute(ahead, (workspace, now, most)).fetchall()
            past_values = (workspace, since, now, most - len(near_rows))
            near_rows = [*reversed(db.execute(past, past_values).fetchall()), *near_rows]
    except sqlite3.Error as error:
        raise StorageError(
            translate("Storage", "{name} cannot be read: {why}.").format(name=path.name, why=error)
        ) from error
    bodies = []
    for (body,) in near_rows:
        with contextlib.suppress(ValueError, TypeError):  # one bad row must not hide the others
            bodies.append(json_text.loads(body))
    return [row for row in bodies if isinstance(row, dict)]


def _fits(number: int) -> bool:
    """Return whether an integer fits SQLite; a service may send any."""
    return -_MOST <= number <= _MOST


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
