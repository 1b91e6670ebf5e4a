"""The server's SQLite database: connections, transactions, schema and migrations.

Claims and outcomes of sending must survive a power cut, so every connection uses WAL mode with
`synchronous=FULL`: a committed transaction is on the disk before the call returns.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from posto_desktop.common.translation import english, translatable
from posto_desktop.server.errors import StartError
from posto_desktop.server.rescue import rescue
from posto_desktop.server.rows import Row, damage_of, find_damage, mended
from posto_desktop.storage import renames
from posto_desktop.storage.row_repair import file_damage
from posto_desktop.storage.sqlite_file import forbidden_part, lenient, move_no_files

log = logging.getLogger(__name__)

# One script a version; the index is `PRAGMA user_version`. Never edit a released one: append.
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE site (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

    CREATE TABLE channels (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        social_network TEXT NOT NULL,
        channel_type TEXT NOT NULL DEFAULT 'account',
        channel_link TEXT NOT NULL DEFAULT '',
        method TEXT NOT NULL,
        active INTEGER NOT NULL DEFAULT 1,
        auto_share_on INTEGER NOT NULL DEFAULT 0,
        labels TEXT NOT NULL DEFAULT '[]',
        custom_post_data TEXT NOT NULL DEFAULT '{}',
        proxy TEXT NOT NULL DEFAULT ''
    );

    CREATE TABLE network_settings (slug TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;

    CREATE TABLE posts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        title TEXT NOT NULL,
        created_at INTEGER NOT NULL
    );

    CREATE TABLE media (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        sha256 TEXT NOT NULL,
        size INTEGER NOT NULL,
        mime TEXT NOT NULL,
        name TEXT NOT NULL,
        title TEXT NOT NULL DEFAULT '',
        alt_text TEXT NOT NULL DEFAULT '',
        caption TEXT NOT NULL DEFAULT '',
        description TEXT NOT NULL DEFAULT '',
        width INTEGER,
        height INTEGER,
        created_at INTEGER NOT NULL
    );
    CREATE INDEX media_by_content ON media (sha256);

    CREATE TABLE schedules (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        group_id TEXT NOT NULL,
        wp_post_id INTEGER NOT NULL REFERENCES posts (id),
        channel_id INTEGER NOT NULL REFERENCES channels (id),
        social_network TEXT NOT NULL,
        status TEXT NOT NULL,
        stage TEXT NOT NULL DEFAULT '',
        error_msg TEXT NOT NULL DEFAULT '',
        share_at INTEGER,
        send_time INTEGER NOT NULL,
        due_at REAL NOT NULL,
        posto_ref TEXT NOT NULL DEFAULT '',
        customization TEXT NOT NULL,
        attempt INTEGER NOT NULL DEFAULT 0,
        idempotency_key TEXT,
        record TEXT,
        stage_at REAL,
        posted TEXT,
        remote_post_id TEXT NOT NULL DEFAULT '',
        remote_post_link TEXT NOT NULL DEFAULT '',
        created_at INTEGER NOT NULL
    );
    CREATE INDEX schedules_due ON schedules (status, due_at);
    CREATE INDEX schedules_newest ON schedules (send_time DESC, id DESC);
    CREATE INDEX schedules_group ON schedules (group_id);
    CREATE INDEX schedules_ref ON schedules (posto_ref) WHERE posto_ref <> '';
    """,
    # Accounts of this computer. `uuid` names the account's entry in the keyring.
    """
    CREATE TABLE accounts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        uuid TEXT NOT NULL UNIQUE,
        method TEXT NOT NULL,
        server TEXT NOT NULL,
        remote_id TEXT NOT NULL,
        handle TEXT NOT NULL DEFAULT '',
        name TEXT NOT NULL DEFAULT '',
        link TEXT NOT NULL DEFAULT '',
        picture TEXT NOT NULL DEFAULT '',
        facts TEXT NOT NULL DEFAULT '{}',
        limits TEXT NOT NULL DEFAULT '{}',
        health TEXT NOT NULL DEFAULT 'ok',
        health_note TEXT NOT NULL DEFAULT '',
        checked_at REAL,
        created_at INTEGER NOT NULL,
        UNIQUE (method, server, remote_id)
    );

    ALTER TABLE channels ADD COLUMN account_id INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE channels ADD COLUMN target TEXT NOT NULL DEFAULT '';
    ALTER TABLE channels ADD COLUMN identity TEXT NOT NULL DEFAULT '';
    ALTER TABLE channels ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;

    CREATE TABLE discards (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        channel_id INTEGER NOT NULL,
        record TEXT NOT NULL,
        due_at REAL NOT NULL,
        attempt INTEGER NOT NULL DEFAULT 0
    );
    """,
    # What of a post its `error_msg` is about (`publishers.refusals.field_of`).
    """
    ALTER TABLE schedules ADD COLUMN error_field TEXT NOT NULL DEFAULT '';
    """,
    # Processes that share the database, and which of them has claimed a post (`leases`). `fence`
    # counts the claims of a post: what an earlier claim still wants to write is refused.
    """
    CREATE TABLE senders (
        name TEXT PRIMARY KEY,
        host TEXT NOT NULL,
        pid INTEGER NOT NULL,
        renewals INTEGER NOT NULL,
        started_at REAL NOT NULL,
        renewed_at REAL NOT NULL
    ) WITHOUT ROWID;

    ALTER TABLE schedules ADD COLUMN sender TEXT NOT NULL DEFAULT '';
    ALTER TABLE schedules ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;
    """,
    # For the rows of a message, and for the last ones of a channel.
    """
    CREATE INDEX schedules_post ON schedules (wp_post_id);
    CREATE INDEX schedules_channel ON schedules (channel_id, send_time);
    """,
    # People (`server.team`). `sees` is a JSON list of groups, null for all.
    """
    CREATE TABLE people (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        shown_name TEXT NOT NULL,
        role TEXT NOT NULL,
        sees TEXT NOT NULL DEFAULT '[]',
        created_at INTEGER NOT NULL
    );

    CREATE TABLE app_passwords (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        person_id INTEGER NOT NULL REFERENCES people (id),
        device TEXT NOT NULL,
        selector TEXT NOT NULL,
        hash TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        last_used_at INTEGER,
        last_address TEXT NOT NULL DEFAULT '',
        revoked_at INTEGER
    );
    CREATE INDEX app_passwords_of ON app_passwords (person_id, selector);

    CREATE TABLE channel_groups (
        channel_id INTEGER NOT NULL,
        name TEXT NOT NULL,
        PRIMARY KEY (channel_id, name)
    ) WITHOUT ROWID;
    CREATE INDEX channel_groups_by_name ON channel_groups (name, channel_id);

    CREATE TABLE media_groups (
        media_id INTEGER NOT NULL,
        name TEXT NOT NULL,
        PRIMARY KEY (media_id, name)
    ) WITHOUT ROWID;
    CREATE INDEX media_groups_by_name ON media_groups (name, media_id);

    CREATE TABLE media_authors (
        media_id INTEGER PRIMARY KEY,
        person_id INTEGER NOT NULL
    );

    CREATE TABLE audit_log (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        happened_at REAL NOT NULL,
        person_id INTEGER NOT NULL,
        person TEXT NOT NULL,
        device TEXT NOT NULL,
        address TEXT NOT NULL,
        action TEXT NOT NULL,
        object TEXT NOT NULL,
        state_before TEXT NOT NULL
    );
    CREATE TABLE audit_outcomes (
        entry_id INTEGER PRIMARY KEY,
        happened_at REAL NOT NULL,
        outcome TEXT NOT NULL,
        object TEXT NOT NULL,
        state_after TEXT NOT NULL
    );
    CREATE TRIGGER audit_log_stays BEFORE UPDATE ON audit_log
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
    CREATE TRIGGER audit_log_whole BEFORE DELETE ON audit_log
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
    CREATE TRIGGER audit_outcomes_stay BEFORE UPDATE ON audit_outcomes
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
    CREATE TRIGGER audit_outcomes_whole BEFORE DELETE ON audit_outcomes
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

    CREATE TABLE sealed_secrets (
        uuid TEXT PRIMARY KEY,
        key_id TEXT NOT NULL,
        sealed TEXT NOT NULL,
        changed_at REAL NOT NULL,
        renewer TEXT NOT NULL DEFAULT '',
        renewing_until REAL NOT NULL DEFAULT 0
    );

    CREATE TABLE reviews (
        group_id TEXT PRIMARY KEY,
        author_id INTEGER NOT NULL,
        author TEXT NOT NULL,
        state TEXT NOT NULL,
        version INTEGER NOT NULL
    );
    CREATE TABLE post_versions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        group_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        happened_at REAL NOT NULL,
        person_id INTEGER NOT NULL,
        person TEXT NOT NULL,
        step TEXT NOT NULL,
        remark TEXT NOT NULL DEFAULT '',
        about TEXT NOT NULL DEFAULT '{}',
        share_at INTEGER,
        posts TEXT NOT NULL
    );
    CREATE INDEX post_versions_of ON post_versions (group_id, version);
    """,
    # For lists of one status.
    """
    CREATE INDEX schedules_status ON schedules (status, send_time DESC, id DESC);
    """,
    # What apps of people have open (`server.team.presence`).
    """
    CREATE TABLE presences (
        person_id INTEGER NOT NULL,
        app TEXT NOT NULL,
        schedule_id INTEGER NOT NULL,
        password_id INTEGER NOT NULL,
        is_writing INTEGER NOT NULL,
        since REAL NOT NULL,
        seen_at REAL NOT NULL,
        PRIMARY KEY (person_id, app, schedule_id)
    ) WITHOUT ROWID;
    CREATE INDEX presences_of ON presences (schedule_id);
    CREATE INDEX presences_by_age ON presences (seen_at);
    """,
    # Sign-in by an OpenID provider (`server.team.oidc`).
    """
    ALTER TABLE people ADD COLUMN email TEXT NOT NULL DEFAULT '';
    ALTER TABLE app_passwords ADD COLUMN made_by TEXT NOT NULL DEFAULT '';
    CREATE UNIQUE INDEX people_email ON people (email) WHERE email <> '';

    CREATE TABLE oidc_identities (
        issuer TEXT NOT NULL,
        subject TEXT NOT NULL,
        person_id INTEGER NOT NULL,
        email TEXT NOT NULL,
        linked_at INTEGER NOT NULL,
        last_used_at INTEGER,
        PRIMARY KEY (issuer, subject)
    ) WITHOUT ROWID;

    CREATE TABLE oidc_sign_ins (
        mark TEXT PRIMARY KEY,
        browser_mark TEXT NOT NULL,
        step TEXT NOT NULL,
        redirect_uri TEXT NOT NULL,
        device TEXT NOT NULL,
        success_url TEXT NOT NULL,
        reject_url TEXT NOT NULL,
        challenge TEXT NOT NULL,
        network TEXT NOT NULL,
        person_id INTEGER NOT NULL DEFAULT 0,
        code_mark TEXT NOT NULL DEFAULT '',
        until REAL NOT NULL
    );
    """,
    # What the undo of a step puts back (`server.team.review_undo`).
    """
    ALTER TABLE post_versions ADD COLUMN former TEXT NOT NULL DEFAULT '{}';
    """,
    # Tries to sign in that failed (`server.team.tries`).
    """
    CREATE TABLE sign_in_tries (
        name TEXT PRIMARY KEY,
        failures INTEGER NOT NULL,
        last_at REAL NOT NULL
    ) WITHOUT ROWID;
    """,
    # People who may not sign in for now, and who has revoked a password (0 is an administrator).
    """
    ALTER TABLE people ADD COLUMN disabled_at INTEGER;
    ALTER TABLE app_passwords ADD COLUMN revoked_by INTEGER;
    """,
    # The mark of a device's calendar address (`server.team.calendars`).
    """
    ALTER TABLE app_passwords ADD COLUMN calendar TEXT NOT NULL DEFAULT '';
    """,
    # For what a person brought (`server.team.upload_quota`).
    """
    CREATE INDEX media_authors_of ON media_authors (person_id);
    """,
    # What the audit log says, as codes with values (`server.team.audit_facts`).
    """
    ALTER TABLE audit_log ADD COLUMN facts TEXT NOT NULL DEFAULT '';
    ALTER TABLE audit_outcomes ADD COLUMN facts TEXT NOT NULL DEFAULT '';
    """,
)


class Store:
    """One SQLite file, one connection a thread, one writer at a time.

    `problem` is a sentence if a damaged file was moved aside at opening.
    """

    is_shared = False

    def __init__(self, path: Path, migrations: Sequence[str] = MIGRATIONS) -> None:
        self.path = path
        self.problem: str | None = None
        self._migrations = migrations
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.RLock()
        self._damaged: set[str] = set()
        self._met: set[str] = set()  # columns with a damaged value so far
        moved = move_no_files(path)
        try:
            self._migrate()
        except sqlite3.Error as error:
            # Move only a file that SQLite calls damaged; leave all others alone.
            if not _is_damage(error):
                self.close()
                raise StartError(" ".join([_sentence(error, path), *moved])) from error
            aside = self._set_aside(error)
            self._migrate()
            self._rescue(aside)
        if moved:
            self.problem = " ".join([*moved, *filter(None, [self.problem])])

    def connection(self) -> sqlite3.Connection:
        """Return this thread's connection, in autocommit mode."""
        known: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if known is not None:
            return known
        connection = sqlite3.connect(
            self.path, timeout=15, isolation_level=None, check_same_thread=False
        )
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            # SQLite's own one minds the case of all letters but those of English.
            connection.create_function("posto_lower", 1, _lower, deterministic=True)
            # Every server thread has a connection: small caches keep the process small.
            connection.execute("PRAGMA cache_size = -256")
        except sqlite3.Error:
            connection.close()
            raise
        self._local.connection = connection
        with self._lock:
            self._connections.append(connection)
        return connection

    @contextlib.contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed (and on the disk) when the block ends, rolled back if it
        raises."""
        # Threads queue here rather than in SQLite, whose busy handler sleeps and is not fair.
        with self._lock:
            connection = self.connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    change = write

    def run(self, sql: str, *values: Any) -> int:
        with self.write() as db:
            return db.execute(sql, values).rowcount

    def on_change(self, changed: Callable[[], None]) -> None:
        """No other process has the file."""

    def announce_change(self) -> None:
        """No other process has the file."""

    def stop_waiting(self) -> None:
        """A file is never away."""

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[None]:
        """Block all other writers, for a change of the disk that belongs to a transaction."""
        with self._lock:
            yield

    @property
    def problems(self) -> list[str]:
        """Return sentences about what was moved aside at opening and about damage found since."""
        with self._lock:
            damaged = ", ".join(sorted(self._damaged))
        sentences = [self.problem] if self.problem else []
        if damaged:
            sentences.append(
                translatable(
                    "Server",
                    "The workspace's database {name} has damaged entries ({damaged}). Posto "
                    "shows what it can read and does not send their posts. Other entries are not "
                    "affected.",
                ).format(name=self.path.name, damaged=damaged)
            )
        return sentences

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """Return the repaired rows of a query (`server.rows`)."""
        db = self.connection()
        try:
            raw_rows = db.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            if "decode" not in str(error).lower():
                raise
            # One text that is not UTF-8 must not hide all other rows.
            db.text_factory = lenient
            try:
                raw_rows = db.execute(sql, values).fetchall()
            finally:
                db.text_factory = str
        # `dict(row)` would search each name among all others.
        rows = [mended(dict(zip(row.keys(), row, strict=True))) for row in raw_rows]
        columns = {name for row in rows for name in damage_of(row)}
        if columns - self._met:
            self._met |= columns
            self.look_for_damage()
        return rows

    def row(self, sql: str, *values: Any) -> Row | None:
        """Return the first row of a query."""
        rows = self.rows(sql, *values)
        return rows[0] if rows else None

    def look_for_damage(self) -> None:
        """Check all rows, to report damage early."""
        damaged = find_damage(self.connection())
        with self._lock:
            new = damaged - self._damaged
            self._damaged |= new
        if new:
            log.warning("%s holds damaged rows: %s", self.path.name, ", ".join(sorted(new)))

    def number(self, sql: str, *values: Any) -> int:
        """Return the first column of the first row as a number, 0 without one."""
        row = self.connection().execute(sql, values).fetchone()
        return int(row[0] or 0) if row is not None else 0

    def close(self) -> None:
        """Close the connections of all threads. Nothing may use the store afterwards."""
        with self._lock:
            connections, self._connections = self._connections, []
            for connection in connections:
                with contextlib.suppress(sqlite3.Error):
                    connection.close()
            self._local = threading.local()

    def _migrate(self) -> None:
        version = int(self.connection().execute("PRAGMA user_version").fetchone()[0])
        if version > len(self._migrations):
            self.close()
            raise StartError(
                translatable(
                    "Server",
                    "The workspace on this computer was last used by a newer version of Posto "
                    "Desktop. Install that version, or move the workspace's folder away to start "
                    "with a new one.",
                )
            )
        # Reads every page, so that damage shows now and not during the work.
        damage = file_damage(self.connection())
        if damage is not None:
            raise sqlite3.DatabaseError(f"database disk image is malformed: {damage}")
        for number in range(version, len(self._migrations)):
            with self.write() as db:
                for statement in _statements(self._migrations[number]):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {number + 1}")

    def _set_aside(self, error: sqlite3.Error) -> Path:
        self.close()
        stamp = time.strftime("%Y%m%d-%H%M%S")
        aside = self.path.with_name(f"{self.path.name}.damaged-{stamp}")
        log.error("%s is damaged (%s), kept as %s", self.path.name, error, aside.name)
        for suffix in ("", "-wal", "-shm"):
            part = self.path.with_name(self.path.name + suffix)
            if part.exists():
                renames.rename(part, aside.with_name(aside.name + suffix))
        return aside

    def _rescue(self, aside: Path) -> None:
        self.problem = translatable(
            "Server",
            "The workspace's database was damaged. Posto kept it as {name} and started a new one.",
        ).format(name=aside.name)
        if self._migrations is not MIGRATIONS:
            return  # another kind of store
        with self.write() as db:
            count = rescue(aside, db)
        consequence = translatable("Server", "What was scheduled in it is not sent.")
        if count:
            consequence = english(
                "Server",
                "%Ln post(s) could be rescued. Those that waited show as “Not sent” until you "
                "decide.",
                "",
                count,
            )
        self.problem += f" {consequence}"


def _statements(script: str) -> Iterator[str]:
    """Yield the single statements of a script (`executescript` would commit the transaction
    first)."""
    pending = ""
    for piece in script.split(";"):
        pending += piece + ";"
        if sqlite3.complete_statement(pending):
            yield pending.strip()
            pending = ""


def _lower(value: Any) -> Any:  # noqa: ANN401 - whatever a damaged row has
    return value.lower() if isinstance(value, str) else value


def _is_damage(error: sqlite3.Error) -> bool:
    text = str(error).lower()
    return "malformed" in text or "not a database" in text or "corrupt" in text


def _sentence(error: sqlite3.Error, path: Path) -> str:
    text = str(error).lower()
    if "disk is full" in text or "full" in text:
        return translatable(
            "Server", "The disk is full: the workspace on this computer cannot be opened."
        )
    part = forbidden_part(path) if "unable to open" in text else None
    if part is not None:
        return translatable(
            "Server", "Posto may not read and write {part}. Allow it, then try again."
        ).format(part=part)
    if "readonly" in text or "unable to open" in text:
        return translatable(
            "Server", "Posto cannot write to the workspace's folder: {folder}."
        ).format(folder=path.parent)
    if "locked" in text:
        return translatable("Server", "The workspace's database is in use by another program.")
    return translatable("Server", "The workspace's database cannot be opened: {error}.").format(
        error=error
    )
