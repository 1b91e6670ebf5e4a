"""posto.db: drafts, outbox, uploads, and the cache of each workspace.

A write is on the disk when the call returns; the outbox relies on that. Modules beside this one
handle other tables of a `Database`.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.common.translation import translate
from posto_desktop.storage import schema
from posto_desktop.storage.errors import NewerDatabaseError, StorageError
from posto_desktop.storage.sqlite_file import Row, SqliteFile, storable

__all__ = ["Database", "NewerDatabaseError", "Row", "StorageError"]


class Database(SqliteFile):
    """One posto.db."""

    def __init__(self, path: Path, *, timeout: float = 10.0) -> None:
        super().__init__(path, schema.MIGRATIONS, timeout=timeout)

    def _rescue(self, aside: Path) -> str:
        """Recover drafts only: a stale outbox row from a damaged file could publish a post
        twice."""
        rows: list[tuple[Any, ...]] = []
        try:
            source = sqlite3.connect(f"{aside.absolute().as_uri()}?mode=ro", uri=True)
            with contextlib.closing(source):
                for row in source.execute(
                    "SELECT id, workspace, body, updated_at, state FROM drafts"
                ):
                    json_text.loads(row[2])
                    rows.append(row)
        except (sqlite3.Error, ValueError, TypeError):
            pass  # rows before the damage are still good
        good = [
            row
            for row in rows
            if all(isinstance(value, str) for value in (*row[:3], row[4]))
            and isinstance(row[3], float)
        ]
        with self.transaction() as db:
            db.executemany("INSERT OR IGNORE INTO drafts VALUES (?, ?, ?, ?, ?)", good)
        sentence = translate(
            "Storage", "Posts that were still waiting to be sent are in that file only."
        )
        if not good:
            return sentence
        rescued = translate("Storage", "%n of your drafts could be rescued.", "", len(good))
        return f"{sentence} {rescued}"

    # -- drafts ------------------------------------------------------------------------------

    def put_draft(self, draft_id: str, workspace: str, body: Mapping[str, Any]) -> float:
        """Save a draft, also one that was deleted; return the time (Unix seconds)."""
        now = time.time()
        with self.transaction() as db:
            db.execute(
                "INSERT INTO drafts (id, workspace, body, updated_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET"
                " workspace=excluded.workspace, body=excluded.body, updated_at=excluded.updated_at,"
                " state=CASE state WHEN 'deleted' THEN 'open' ELSE state END",
                (draft_id, workspace, json_text.dumps(body), now),
            )
        return now

    def drafts(self, workspace: str | None = None) -> list[Row]:
        """Return the newest first; of every workspace when none is given."""
        if workspace is None:
            return self.rows("SELECT * FROM drafts ORDER BY updated_at DESC")
        return self.rows(
            "SELECT * FROM drafts WHERE workspace=? ORDER BY updated_at DESC", (workspace,)
        )

    def remove_draft(self, draft_id: str) -> None:
        with self.transaction() as db:
            db.execute("DELETE FROM drafts WHERE id=?", (draft_id,))

    # -- outbox ------------------------------------------------------------------------------

    def add_outbox(
        self,
        rows: Iterable[Mapping[str, Any]],
        step: tuple[str, str],
        draft_id: str = "",
        messages: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        """Add entries with their first step and what they are made of (`storage.message_rows`), and
        remove their draft, in one transaction."""
        with self.transaction() as db:
            for row in rows:
                values = {**row, "body": json_text.dumps(row["body"])}
                names = ", ".join(values)
                marks = ", ".join("?" * len(values))
                db.execute(f"INSERT INTO outbox ({names}) VALUES ({marks})", tuple(values.values()))
                self._add_step(db, str(row["id"]), float(row["created_at"]), step)
            for message in messages:
                db.execute(
                    "INSERT OR REPLACE INTO messages (posto_ref, workspace, body, at)"
                    " VALUES (:posto_ref, :workspace, :body, :at)",
                    {**message, "body": json_text.dumps(message["body"])},
                )
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
        """Change an entry if its state is one of `expect`; return False if it was not.

        The step is written in the same transaction, so state and history never disagree.
        """
        values = {**changes, "updated_at": now}
        if "body" in values:
            values["body"] = json_text.dumps(values["body"])
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

    def add_step(self, entry_id: str, at: float, step: str, detail: str = "") -> None:
        with self.transaction() as db:
            self._add_step(db, entry_id, at, (step, detail))

    @staticmethod
    def _add_step(db: sqlite3.Connection, entry_id: str, at: float, step: tuple[str, str]) -> None:
        db.execute(
            "INSERT INTO outbox_steps (entry_id, at, what, detail) VALUES (?, ?, ?, ?)",
            (entry_id, at, step[0], storable(step[1])),
        )

    def outbox(self, workspace: str | None = None, ended: int = 200) -> list[Row]:
        """Return the newest first, of one workspace or of all. Of the ended ones only the newest
        `ended`, and those that a service has in part."""
        return self.rows(
            """SELECT * FROM outbox
            WHERE (?1 IS NULL OR workspace = ?1) AND (
                state NOT IN ('sent', 'cancelled') OR code = 'partly' OR id IN (
                    SELECT id FROM outbox
                    WHERE state IN ('sent', 'cancelled') AND (?1 IS NULL OR workspace = ?1)
                    ORDER BY created_at DESC LIMIT ?2))
            ORDER BY created_at DESC, rowid DESC""",
            (workspace, ended),
        )

    def outbox_in(self, states: Iterable[str]) -> list[Row]:
        """Return the entries in these states, oldest first."""
        values = list(states)
        marks = ", ".join("?" * len(values))
        return self.rows(
            f"SELECT * FROM outbox WHERE state IN ({marks}) ORDER BY created_at, rowid", values
        )

    def outbox_row(self, entry_id: str) -> Row | None:
        return self.row("SELECT * FROM outbox WHERE id=?", (entry_id,))

    def trim_outbox(self, before: float, states: Iterable[str]) -> None:
        """Delete entries that ended before a time, with their steps; not those that a service has
        only in part."""
        ended = list(states)
        marks = ", ".join("?" * len(ended))
        with self.transaction() as db:
            db.execute(
                f"DELETE FROM outbox WHERE updated_at < ? AND code != 'partly'"
                f" AND state IN ({marks})",
                (before, *ended),
            )

    def steps(self, entry_ids: Sequence[str]) -> dict[str, list[Row]]:
        """Return the history of several entries, oldest step first."""
        by_entry: dict[str, list[Row]] = {entry_id: [] for entry_id in entry_ids}
        for start in range(0, len(entry_ids), 500):
            part = entry_ids[start : start + 500]
            marks = ", ".join("?" * len(part))
            for row in self.rows(
                f"SELECT * FROM outbox_steps WHERE entry_id IN ({marks}) ORDER BY id", part
            ):
                by_entry.setdefault(row["entry_id"], []).append(row)
        return by_entry

    # -- uploads -----------------------------------------------------------------------------

    def upload(self, workspace: str, sha256: str, alt: str, since: float) -> Row | None:
        """Return a file that this workspace has already, uploaded at or after `since`."""
        return self.row(
            "SELECT * FROM uploads WHERE workspace=? AND sha256=? AND alt=? AND at>=?",
            (workspace, sha256, storable(alt), since),
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
                (workspace, sha256, storable(alt), media_id, storable(url), now),
            )
            if entry_id and step is not None:
                self._add_step(db, entry_id, now, step)

    def forget_uploads(self, workspace: str, hashes: Iterable[str]) -> None:
        with self.transaction() as db:
            db.executemany(
                "DELETE FROM uploads WHERE workspace=? AND sha256=?",
                [(workspace, digest) for digest in hashes],
            )

    # -- workspaces ------------------------------------------------------------------------

    def put_cache(self, workspace: str, kind: str, body: object, as_of: float) -> None:
        with self.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO cache VALUES (?, ?, ?, ?)",
                (workspace, kind, json_text.dumps(body), as_of),
            )

    def cached(self, workspace: str, kind: str) -> tuple[Any, float | None]:
        row = self.row("SELECT * FROM cache WHERE workspace=? AND kind=?", (workspace, kind))
        return (row["body"], float(row["as_of"])) if row else (None, None)

    def forget_workspace(self, workspace: str) -> None:
        """Remove the copies of a workspace that was signed out; drafts and outbox stay."""
        with self.transaction() as db:
            for table in ("schedule_cache", "cache", "uploads"):
                db.execute(f"DELETE FROM {table} WHERE workspace=?", (workspace,))
