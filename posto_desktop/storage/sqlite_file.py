"""One SQLite file: opened, migrated, written in transactions, moved aside when damaged.

WAL with synchronous=FULL: a write is on the disk when the call returns. One connection a thread.
Rows are plain dicts (`body` already parsed).
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.common.translation import translate
from posto_desktop.storage import atomic, renames, row_repair
from posto_desktop.storage.errors import (
    ALLOW_FILE,
    ALLOW_WRITING,
    MAKE_ROOM,
    Doing,
    NewerDatabaseError,
    StorageError,
    could_not_be,
    disk_is_full,
    explain,
    may_not_write,
)

log = logging.getLogger(__name__)

Row = dict[str, Any]


_CLOSE_SECONDS = 1.0
"""Seconds that closing waits for another thread's use of its connection."""


class _Connection:
    """The connection of one thread. `lock` is held while it is in use: closing it meanwhile would
    crash the process."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.lock = threading.RLock()
        self.thread = threading.current_thread()

    def close(self) -> None:
        """Close it, unless its thread does not let go of it."""
        for interrupts in (False, True):
            if interrupts:
                with contextlib.suppress(sqlite3.Error):
                    self.db.interrupt()
            if self.lock.acquire(timeout=_CLOSE_SECONDS):
                try:
                    with contextlib.suppress(sqlite3.Error):
                        self.db.close()
                finally:
                    self.lock.release()
                return
        log.warning("A connection is in use and stays open")


class SqliteFile:
    """`migrations` are the steps from an empty file to the present schema, each some statements.
    `problem` is a sentence if a damaged file was moved aside. `on_damage` is called with a
    sentence, on the reading thread, when rows were repaired (storage.row_repair).

    Raises NewerDatabaseError if the file belongs to a later version (it is not touched) and
    StorageError if it cannot be opened or written. Thread-safe.
    """

    def __init__(
        self, path: Path, migrations: Sequence[Sequence[str]], *, timeout: float = 10.0
    ) -> None:
        self._path = path
        self._migrations = migrations
        self._timeout = timeout
        self._local = threading.local()
        self._open: list[_Connection] = []
        self._lock = threading.Lock()
        self._closed = False
        self.problem: str | None = None
        self.on_damage: Callable[[str], None] | None = None
        self._reported: set[str] = set()
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise explain(error, path, "opened") from error
        moved = move_no_files(path)
        try:
            self._prepare()
        except StorageError as error:
            if not moved:
                raise
            # Report it now: the next attempt finds nothing in the way.
            words = " ".join([error.user_message, *moved])
            raise type(error)(words, error.remedy) from error
        if moved:
            self.problem = " ".join([*moved, *filter(None, [self.problem])])

    @property
    def folder(self) -> Path:
        """The folder of the file."""
        return self._path.parent

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
        """Move the damaged file and its journal aside, create a new one, recover what is
        possible."""
        damaged = atomic.set_aside(self._path, atomic.IS_DAMAGED)
        if damaged.copy_path is None:
            reason = damaged.not_moved
            words = translate("Storage", "{name} is damaged, so nothing can be saved.")
            words = words.format(name=self._path.name)
            raise StorageError(
                f"{words} {reason or ''}".rstrip(),
                reason.remedy if reason else "",
            )
        for suffix in ("-wal", "-shm"):
            side = self._path.with_name(self._path.name + suffix)
            with contextlib.suppress(OSError):
                renames.rename(side, damaged.copy_path.with_name(damaged.copy_path.name + suffix))
        try:
            self._migrate(check=False)
        except sqlite3.DatabaseError as error:
            raise self._explain(error, "opened") from error
        self.problem = f"{damaged.sentence} {self._rescue(damaged.copy_path)}".rstrip()

    def _rescue(self, aside: Path) -> str:  # noqa: ARG002 - for those that derive
        """Recover rows of a damaged file; return a sentence about the result."""
        return ""

    def _migrate(self, *, check: bool) -> None:
        with contextlib.suppress(OSError):
            # SQLite gives the files beside it the same permissions. An existing one is not opened
            # here: closing it would release the locks of other connections.
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
            os.close(os.open(self._path, flags, 0o600))
        db = self._connect().db
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
        if version > len(self._migrations):
            self.close()
            raise NewerDatabaseError(
                translate(
                    "Storage",
                    "{name} was written by a newer version of Posto and was not changed. Start "
                    "that version to use it.",
                ).format(name=self._path.name)
            )
        if check and version:
            damage = row_repair.file_damage(db)
            if damage is not None:
                raise sqlite3.DatabaseError(f"database disk image is malformed: {damage}")
        if db.execute("PRAGMA journal_mode=WAL").fetchone()[0] != "wal":
            db.execute("PRAGMA journal_mode=DELETE")  # some network disks cannot do WAL
        for number in range(version, len(self._migrations)):
            db.execute("BEGIN IMMEDIATE")
            try:
                # Another process may have come first: the app and a command start together.
                if int(db.execute("PRAGMA user_version").fetchone()[0]) <= number:
                    for statement in self._migrations[number]:
                        db.execute(statement)
                    db.execute(f"PRAGMA user_version = {number + 1}")
            except BaseException:
                db.rollback()
                raise
            db.commit()
        with contextlib.suppress(OSError):
            self._path.chmod(0o600)

    def _joined(self) -> _Connection:
        """As `_connect`; raises StorageError."""
        try:
            return self._connect()
        except sqlite3.Error as error:
            raise self._explain(error, "opened") from error

    def _connect(self) -> _Connection:
        """Return this thread's connection, opening it if necessary. Close those of ended
        threads."""
        known: _Connection | None = getattr(self._local, "connection", None)
        if known is not None:
            return known
        if self._closed:
            raise StorageError(
                translate("Storage", "{name} is closed.").format(name=self._path.name)
            )
        db = sqlite3.connect(
            os.fspath(self._path),
            timeout=self._timeout,
            isolation_level=None,  # transactions are explicit, see transaction()
            check_same_thread=False,  # close() comes from another thread
        )
        db.row_factory = sqlite3.Row
        try:
            db.execute("PRAGMA synchronous=FULL")
            db.execute("PRAGMA foreign_keys=ON")
        except sqlite3.Error:
            db.close()  # Windows cannot rename an open file
            raise
        made = self._local.connection = _Connection(db)
        with self._lock:
            ended = [connection for connection in self._open if not connection.thread.is_alive()]
            self._open = [
                *(connection for connection in self._open if connection not in ended),
                made,
            ]
        for connection in ended:
            connection.close()
        return made

    def close(self) -> None:
        """Close every thread's connection. Later calls raise StorageError."""
        with self._lock:
            connections, self._open = self._open, []
            self._closed = True
        self._local = threading.local()
        for connection in connections:
            connection.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, on the disk when the block ends. Nested blocks join the outer one."""
        connection = self._joined()
        db = connection.db
        with connection.lock:
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
        """Return the rows of a query; for modules of this layer."""
        return self.repaired(self.stored(sql, values))

    def repaired(self, rows: Iterable[sqlite3.Row]) -> list[Row]:
        """Return rows with parsed bodies; damaged values are replaced and reported."""
        plain = [_plain(row) for row in rows]
        self._report(plain)
        return plain

    def stored(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Return the rows of a query as they are stored."""
        connection = self._joined()
        db = connection.db
        with connection.lock:
            try:
                try:
                    return db.execute(sql, values).fetchall()
                except sqlite3.OperationalError as error:
                    if "decode" not in str(error).lower():
                        raise
                    # One text that is not UTF-8 must not hide all other rows.
                    db.text_factory = lenient
                    try:
                        return db.execute(sql, values).fetchall()
                    finally:
                        db.text_factory = str
            except sqlite3.Error as error:
                raise self._explain(error, "read") from error

    def _report(self, rows: Sequence[Row]) -> None:
        columns = {name for row in rows for name in row.get(row_repair.DAMAGED, ())}
        new = columns - self._reported
        if not new:
            return
        self._reported |= new
        #: {what}: one or more of "times", "numbers", "contents", "texts", separated by commas.
        sentence = translate(
            "Storage",
            "{name} holds entries with damaged {what}. They are shown as far as they can be read; "
            "the others are not affected.",
        ).format(name=self._path.name, what=row_repair.words_for(new))
        log.warning("%s Columns: %s", sentence, ", ".join(sorted(new)))
        if self.on_damage is not None:
            self.on_damage(sentence)

    def row(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """Return the first row of a query."""
        rows = self.rows(sql, values)
        return rows[0] if rows else None

    def _explain(self, error: sqlite3.Error, doing: Doing) -> StorageError:
        text = str(error).lower()
        remedy = ""
        if "full" in text:
            why = disk_is_full(self._path.parent)
            remedy = MAKE_ROOM
        elif "readonly" in text or "read-only" in text:
            why = may_not_write(self._path.parent)
            remedy = ALLOW_WRITING
        elif "locked" in text:
            why = renames.in_use()
        elif "unable to open" in text and (part := forbidden_part(self._path)) is not None:
            words = translate("Storage", "this program may not read and write {name} in {folder}")
            why = words.format(name=part.name, folder=part.parent)
            remedy = ALLOW_FILE
        elif "unable to open" in text:
            why = translate("Storage", "{folder} cannot be used").format(folder=self._path.parent)
            remedy = ALLOW_WRITING
        elif "closed" in text:
            why = translate("Storage", "it is closed")
        elif _is_damage(error):
            why = translate("Storage", atomic.IS_DAMAGED)
        else:
            why = translate("Storage", "the disk reported “{error}”").format(error=error)
        return StorageError(could_not_be(doing, self._path.name, why), remedy)


def move_no_files(path: Path) -> list[str]:
    """Move away anything other than a file in place of a database and its journals: SQLite would
    block on a pipe. Return a sentence for each."""
    results = [atomic.set_aside_no_file(part) for part in _parts(path)]
    return [moved.sentence for moved in results if moved is not None]


def forbidden_part(path: Path) -> Path | None:
    """Return the part of a database that this program may not use, in a writable folder."""
    if not os.access(path.parent, os.W_OK):
        return None
    existing = (part for part in _parts(path) if part.exists())
    return next((part for part in existing if not os.access(part, os.R_OK | os.W_OK)), None)


def _parts(path: Path) -> list[Path]:
    return [path, *(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", "-journal"))]


def storable(text: str) -> str:
    """Return text that SQLite accepts: lone surrogates (odd file names) become visible marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _plain(row: sqlite3.Row) -> Row:
    values = dict(row)
    is_readable = True
    if "body" in values:
        try:
            values["body"] = json_text.loads(values["body"])
            # All bodies are objects, except for copies of a service's data, which have a time.
            is_readable = isinstance(values["body"], dict) or "as_of" in values
        except (ValueError, TypeError):
            is_readable = False
    values = row_repair.repair(values)
    if not is_readable:
        row_repair.lose_body(values)  # one bad row must not hide the others
    return values


def lenient(data: bytes) -> str:
    """A `text_factory` for texts that are not UTF-8."""
    return data.decode("utf-8", "replace")


def _is_damage(error: sqlite3.Error) -> bool:
    text = str(error).lower()
    return "malformed" in text or "not a database" in text or "corrupt" in text
