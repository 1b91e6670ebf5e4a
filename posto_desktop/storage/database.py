"""posto.db: drafts, outbox, uploads, notices and the last known plan.

SQLite in WAL with synchronous=FULL: what a call wrote is on the disk when it returns, which the
outbox builds on. One connection a thread. Rows come out as plain dicts (`body` already parsed).
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from posto_desktop.storage import atomic, schema
from posto_desktop.storage.errors import (
    ALLOW_WRITING,
    MAKE_ROOM,
    NewerDatabaseError,
    StorageError,
    explain,
)

__all__ = ["Database", "NewerDatabaseError", "Row", "StorageError"]

Row = dict[str, Any]

NOTICES_KEPT = 500
_MOST = (1 << 63) - 1


class Database:
    """One posto.db. `problem` is a sentence when a damaged file had to be kept aside.

    Raises NewerDatabaseError when it belongs to a later version (the file is not touched) and
    StorageError when it cannot be opened or written. Safe to use from several threads.
    """

    def __init__(self, path: Path, *, timeout: float = 10.0) -> None:
        self._path = path
        self._timeout = timeout
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False
        self.problem: str | None = None
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise explain(error, path, "opened") from error
        self._prepare()

    # -- opening -----------------------------------------------------------------------------

    def _prepare(self) -> None:
        try:
            self._migrate(check=True)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise self._explain(error, "opened") from error
            self.close()
            self._closed = False
            self._start_afresh()

    def _start_afresh(self) -> None:
        """Keep the damaged file with its journal, make a new one, rescue the drafts."""
        damaged = atomic.set_aside(self._path, "its content is damaged")
        if damaged.kept is None:
            raise StorageError(
                f"{self._path.name} is damaged and could not be moved away, so nothing can be kept."
            )
        for suffix in ("-wal", "-shm"):
            side = self._path.with_name(self._path.name + suffix)
            with contextlib.suppress(OSError):
                side.rename(damaged.kept.with_name(damaged.kept.name + suffix))
        try:
            self._migrate(check=False)
        except sqlite3.DatabaseError as error:
            raise self._explain(error, "opened") from error
        rescued = self._rescue_drafts(damaged.kept)
        drafts = f" {rescued} of your drafts could be rescued." if rescued else ""
        self.problem = (
            f"{damaged.sentence} Posts that were still waiting to be sent are in that file only."
            f"{drafts}"
        )

    def _rescue_drafts(self, kept: Path) -> int:
        """Drafts alone: a stale outbox row from a damaged file could publish a post twice."""
        rows: list[tuple[Any, ...]] = []
        try:
            source = sqlite3.connect(f"{kept.absolute().as_uri()}?mode=ro", uri=True)
            with contextlib.closing(source):
                for row in source.execute(
                    "SELECT id, workspace, body, updated_at, state FROM drafts"
                ):
                    json.loads(row[2])
                    rows.append(row)
        except (sqlite3.Error, ValueError, TypeError):
            pass  # what was read until the damage is still good
        good = [
            row
            for row in rows
            if all(isinstance(one, str) for one in (*row[:3], row[4])) and isinstance(row[3], float)
        ]
        with self.transaction() as db:
            db.executemany("INSERT OR IGNORE INTO drafts VALUES (?, ?, ?, ?, ?)", good)
        return len(good)

    def _migrate(self, *, check: bool) -> None:
        db = self._connect()
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
        if version > schema.VERSION:
            self.close()
            raise NewerDatabaseError(
                f"{self._path.name} was written by a newer version of Posto. "
                "It was left as it is; start that version to use it."
            )
        if check and version:
            found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise sqlite3.DatabaseError(f"database disk image is malformed: {found}")
        if db.execute("PRAGMA journal_mode=WAL").fetchone()[0] != "wal":
            db.execute("PRAGMA journal_mode=DELETE")  # some network disks cannot do WAL
        for number in range(version, schema.VERSION):
            db.execute("BEGIN IMMEDIATE")
            try:
                for statement in schema.MIGRATIONS[number]:
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {number + 1}")
            except BaseException:
                db.rollback()
                raise
            db.commit()
        with contextlib.suppress(OSError):
            self._path.chmod(0o600)

    def _connect(self) -> sqlite3.Connection:
        known: sqlite3.Connection | None = getattr(self._local, "db", None)
        if known is not None:
            return known
        if self._closed:
            raise StorageError(f"{self._path.name} is closed.")
        db = sqlite3.connect(
            os.fspath(self._path),
            timeout=self._timeout,
            isolation_level=None,  # transactions are begun by hand, see transaction()
            check_same_thread=False,  # close() comes from another thread
        )
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA synchronous=FULL")
        db.execute("PRAGMA foreign_keys=ON")
        self._local.db = db
        with self._lock:
            self._open.append(db)
        return db

    def close(self) -> None:
        """Close every thread's connection. Later calls raise StorageError."""
        with self._lock:
            connections, self._open = self._open, []
            self._closed = True
        self._local = threading.local()
        for db in connections:
            with contextlib.suppress(sqlite3.Error):
                db.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, on the disk when the block ends. Nested blocks join the outer one."""
        db = self._connect()
        try:
            if db.in_transaction:
                yield db
                return
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    db.rollback()
                raise
            db.commit()
        except sqlite3.Error as error:
            with contextlib.suppress(sqlite3.Error):
                db.rollback()
            raise self._explain(error, "written") from error

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """What a query of another module of this floor finds."""
        return self._all(sql, values)

    def _all(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        try:
            return [_plain(row) for row in self._connect().execute(sql, values)]
        except sqlite3.Error as error:
            raise self._explain(error, "read") from error

    def _one(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        rows = self._all(sql, values)
        return rows[0] if rows else None

    def _explain(self, error: sqlite3.Error, doing: str) -> StorageError:
        text = str(error).lower()
        remedy = ""
        if "full" in text:
            why = f"the disk that holds {self._path.parent} is full"
            remedy = MAKE_ROOM
        elif "readonly" in text or "read-only" in text:
            why = f"this program may not write to {self._path.parent}"
            remedy = ALLOW_WRITING
        elif "locked" in text:
            why = "another program is using it"
        elif "unable to open" in text:
            why = f"{self._path.parent} cannot be used"
            remedy = ALLOW_WRITING
        elif "closed" in text:
            why = "it is closed"
        elif _is_damage(error):
            why = "its content is damaged"
        else:
            why = f"the disk reported “{error}”"
        return StorageError(f"{self._path.name} could not be {doing}: {why}.", remedy)

    # -- drafts ------------------------------------------------------------------------------

    def put_draft(self, draft_id: str, workspace: str, body: Mapping[str, Any]) -> float:
        """Keep a draft; returns when (Unix seconds)."""
        now = time.time()
        with self.transaction() as db:
            db.execute(
                "INSERT INTO drafts (id, workspace, body, updated_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET"
                " workspace=excluded.workspace, body=excluded.body, updated_at=excluded.updated_at",
                (draft_id, workspace, json.dumps(body), now),
            )
        return now

    def drafts(self, workspace: str | None = None) -> list[Row]:
        """Newest first; of every workspace when none is given."""
        if workspace is None:
            return self._all("SELECT * FROM drafts ORDER BY updated_at DESC")
        return self._all(
            "SELECT * FROM drafts WHERE workspace=? ORDER BY updated_at DESC", (workspace,)
        )

    def remove_draft(self, draft_id: str) -> None:
        with self.transaction() as db:
            db.execute("DELETE FROM drafts WHERE id=?", (draft_id,))

    # -- outbox ------------------------------------------------------------------------------

    def add_outbox(
        self, rows: Iterable[Mapping[str, Any]], step: tuple[str, str], draft_id: str = ""
    ) -> None:
        """New entries, their first step and the end of their draft, in one transaction."""
        with self.transaction() as db:
            for row in rows:
                values = {**row, "body": json.dumps(row["body"])}
                names = ", ".join(values)
                marks = ", ".join("?" * len(values))
                db.execute(f"INSERT INTO outbox ({names}) VALUES ({marks})", tuple(values.values()))
                self._add_step(db, str(row["id"]), float(row["created_at"]), step)
            if draft_id:
                db.execute("DELETE FROM drafts WHERE id=?", (draft_id,))

    def change_outbox(
        self,
        entry_id: str,
        changes: Mapping[str, Any],
        *,
        now: float,
        expect: Iterable[str] | None = None,
        step: tuple[str, str] | None = None,
    ) -> bool:
        """Change an entry if its state is one of `expect`; False when it was not.

        The step is written in the same transaction, so state and history never disagree.
        """
        values = {**changes, "updated_at": now}
        if "body" in values:
            values["body"] = json.dumps(values["body"])
        sets = ", ".join(f"{name}=?" for name in values)
        sql = f"UPDATE outbox SET {sets} WHERE id=?"
        parameters: list[Any] = [*values.values(), entry_id]
        if expect is not None:
            states = list(expect)
            sql += f" AND state IN ({', '.join('?' * len(states))})"
            parameters += states
        with self.transaction() as db:
            if db.execute(sql, parameters).rowcount != 1:
                return False
            if step is not None:
                self._add_step(db, entry_id, now, step)
        return True

    def add_step(self, entry_id: str, at: float, what: str, detail: str = "") -> None:
        with self.transaction() as db:
            self._add_step(db, entry_id, at, (what, detail))

    @staticmethod
    def _add_step(db: sqlite3.Connection, entry_id: str, at: float, step: tuple[str, str]) -> None:
        db.execute(
            "INSERT INTO outbox_steps (entry_id, at, what, detail) VALUES (?, ?, ?, ?)",
            (entry_id, at, step[0], _storable(step[1])),
        )

    def outbox(self, workspace: str | None = None, ended: int = 200) -> list[Row]:
        """Newest first, of one workspace or of all; of the ended ones only the newest `ended`."""
        return self._all(
            """SELECT * FROM outbox
            WHERE (?1 IS NULL OR workspace = ?1) AND (
                state NOT IN ('sent', 'cancelled') OR id IN (
                    SELECT id FROM outbox
                    WHERE state IN ('sent', 'cancelled') AND (?1 IS NULL OR workspace = ?1)
                    ORDER BY created_at DESC LIMIT ?2))
            ORDER BY created_at DESC, rowid DESC""",
            (workspace, ended),
        )

    def outbox_in(self, states: Iterable[str]) -> list[Row]:
        """Entries in these states, oldest first."""
        wanted = list(states)
        marks = ", ".join("?" * len(wanted))
        return self._all(
            f"SELECT * FROM outbox WHERE state IN ({marks}) ORDER BY created_at, rowid", wanted
        )

    def outbox_row(self, entry_id: str) -> Row | None:
        return self._one("SELECT * FROM outbox WHERE id=?", (entry_id,))

    def trim_outbox(self, before: float, states: Iterable[str]) -> None:
        """Forget entries that ended before a time, with their steps."""
        ended = list(states)
        marks = ", ".join("?" * len(ended))
        with self.transaction() as db:
            db.execute(
                f"DELETE FROM outbox WHERE updated_at < ? AND state IN ({marks})",
                (before, *ended),
            )

    def steps(self, entry_ids: Sequence[str]) -> dict[str, list[Row]]:
        """The history of several entries, oldest step first."""
        found: dict[str, list[Row]] = {one: [] for one in entry_ids}
        for start in range(0, len(entry_ids), 500):
            part = entry_ids[start : start + 500]
            marks = ", ".join("?" * len(part))
            for row in self._all(
                f"SELECT * FROM outbox_steps WHERE entry_id IN ({marks}) ORDER BY id", part
            ):
                found[row["entry_id"]].append(row)
        return found

    # -- uploads -----------------------------------------------------------------------------

    def upload(self, workspace: str, sha256: str, alt: str, since: float) -> Row | None:
        """A file that this workspace has already, uploaded not before `since`."""
        return self._one(
            "SELECT * FROM uploads WHERE workspace=? AND sha256=? AND alt=? AND at>=?",
            (workspace, sha256, _storable(alt), since),
        )

    def put_upload(
        self,
        workspace: str,
        sha256: str,
        alt: str,
        media_id: int,
        url: str,
        *,
        now: float,
        entry_id: str = "",
        step: tuple[str, str] | None = None,
    ) -> None:
        with self.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO uploads VALUES (?, ?, ?, ?, ?, ?)",
                (workspace, sha256, _storable(alt), media_id, _storable(url), now),
            )
            if entry_id and step is not None:
                self._add_step(db, entry_id, now, step)

    def forget_uploads(self, workspace: str, hashes: Iterable[str]) -> None:
        with self.transaction() as db:
            db.executemany(
                "DELETE FROM uploads WHERE workspace=? AND sha256=?",
                [(workspace, one) for one in hashes],
            )

    # -- cache -------------------------------------------------------------------------------

    def update_schedules(
        self,
        workspace: str,
        changed: Mapping[int, Mapping[str, Any]],
        gone: Iterable[int],
        as_of: float | None,
    ) -> None:
        """Bring the stored plan up to date: rows that are new or differ, ids that are gone.

        A row's ``send_at`` is when it is due, in Unix seconds. ``as_of`` is when the whole plan
        was read, None where this is only a part of it.
        """
        with self.transaction() as db:
            db.executemany(
                "INSERT OR REPLACE INTO schedule_cache (workspace, id, at, body)"
                " VALUES (?, ?, ?, ?)",
                (
                    (workspace, number, _seconds(row.get("send_at")), json.dumps(row))
                    for number, row in changed.items()
                    if _fits(number)
                ),
            )
            db.executemany(
                "DELETE FROM schedule_cache WHERE workspace=? AND id=?",
                ((workspace, number) for number in gone if _fits(number)),
            )
            if as_of is not None:
                db.execute(
                    "INSERT OR REPLACE INTO cache VALUES (?, 'schedules', '{}', ?)",
                    (workspace, as_of),
                )

    def schedules_as_of(self, workspace: str) -> float | None:
        """When the stored plan was read (None: never)."""
        cached = self._one(
            "SELECT as_of FROM cache WHERE workspace=? AND kind='schedules'", (workspace,)
        )
        return None if cached is None else float(cached["as_of"])

    def schedules(self, workspace: str) -> tuple[list[Row], float | None]:
        """The bodies of the stored plan and when it was read (None: never)."""
        as_of = self.schedules_as_of(workspace)
        if as_of is None:
            return [], None
        rows = self._all("SELECT body FROM schedule_cache WHERE workspace=?", (workspace,))
        return [row["body"] for row in rows], as_of

    def schedules_from(self, workspace: str, now: float, count: int) -> Iterator[list[Row]]:
        """The bodies of the stored plan in lists of about `count`: what is due at `now` (Unix
        seconds) and around it first, what has no time last. Rows may be written in between."""
        found = "SELECT id, at, body FROM schedule_cache WHERE workspace=? AND"
        ahead = behind = (now, -1 << 63)
        more_ahead = more_behind = True
        while more_ahead or more_behind:
            rows: list[Row] = []
            if more_ahead:
                sql = f"{found} (at, id) >= (?, ?) ORDER BY at, id LIMIT ?"
                rows = self._all(sql, (workspace, *ahead, count))
                more_ahead = len(rows) == count
                if more_ahead:
                    ahead = (rows[-1]["at"], rows[-1]["id"] + 1)
            if more_behind:
                sql = f"{found} (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?"
                past = self._all(sql, (workspace, *behind, count))
                more_behind = len(past) == count
                if more_behind:
                    behind = (past[-1]["at"], past[-1]["id"])
                rows += past
            yield [row["body"] for row in rows]
        last = -1 << 63
        while True:
            sql = f"{found} at IS NULL AND id >= ? ORDER BY id LIMIT ?"
            rows = self._all(sql, (workspace, last, count))
            yield [row["body"] for row in rows]
            if len(rows) < count or rows[-1]["id"] == _MOST:
                return
            last = rows[-1]["id"] + 1

    def put_cache(self, workspace: str, kind: str, body: Any, as_of: float) -> None:
        with self.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO cache VALUES (?, ?, ?, ?)",
                (workspace, kind, json.dumps(body), as_of),
            )

    def cached(self, workspace: str, kind: str) -> tuple[Any, float | None]:
        row = self._one("SELECT * FROM cache WHERE workspace=? AND kind=?", (workspace, kind))
        return (row["body"], float(row["as_of"])) if row else (None, None)

    def forget_workspace(self, workspace: str) -> None:
        """Remove the copies of a workspace that was signed out; drafts and outbox stay."""
        with self.transaction() as db:
            for table in ("schedule_cache", "cache", "uploads"):
                db.execute(f"DELETE FROM {table} WHERE workspace=?", (workspace,))

    # -- notices -----------------------------------------------------------------------------

    def add_notice(self, kind: str, text: str, detail: str = "") -> None:
        with self.transaction() as db:
            db.execute(
                "INSERT INTO notices (at, kind, text, detail) VALUES (?, ?, ?, ?)",
                (time.time(), kind, _storable(text), _storable(detail)),
            )
            db.execute(
                "DELETE FROM notices WHERE id <= (SELECT max(id) FROM notices) - ?",
                (NOTICES_KEPT,),
            )

    def notices(self, limit: int = 100) -> list[Row]:
        """Newest first."""
        return self._all("SELECT * FROM notices ORDER BY id DESC LIMIT ?", (limit,))


def _plain(row: sqlite3.Row) -> Row:
    values = dict(row)
    if "body" in values:
        try:
            values["body"] = json.loads(values["body"])
        except (ValueError, TypeError):
            values["body"] = {}  # one bad row must not hide the others
    return values


def _fits(number: int) -> bool:
    """Whether SQLite can hold a whole number; a service may send any."""
    return -_MOST <= number <= _MOST


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _storable(text: str) -> str:
    """Text that SQLite takes: lone surrogates (odd file names) become visible marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _is_damage(error: sqlite3.Error) -> bool:
    text = str(error).lower()
    return "malformed" in text or "not a database" in text or "corrupt" in text
