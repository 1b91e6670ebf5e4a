"""Workspaces for tests of `posto-server move`: filled ones, and what is in them."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

from posto_desktop.server.move.folder_place import FolderPlace
from posto_desktop.server.move.mover import MoveResult, WorkspaceMover
from posto_desktop.server.move.postgres_place import PostgresPlace
from posto_desktop.server.move.tables import known_tables, tables_of
from posto_desktop.server.moved import MARK
from posto_desktop.server.publishers import sandbox
from posto_desktop.server.store import MIGRATIONS, Store
from tests.fakes.postgres import Postgres

_numbers = itertools.count()
BATCH = 9
NOW = 1_800_000_000
FILES = ("workspace.db", "sandbox/feed.db")
SCHEMAS = ("posto", "posto_sandbox")
RECORD = {
    "post": {"text": "Grüße 🙂"},
    "parts": [{"state": "waiting", "first_ticks": 12.5, "last_ticks": 13.0, "first_sent": NOW}],
    "ahead": "",
}


class Killed(BaseException):
    """Stands for the end of the process: nothing handles it."""


def move(
    folder: Path,
    database: str,
    *,
    back: bool = False,
    dies_at: int = 10**6,
    step: Callable[[str], None] = lambda _name: None,
) -> MoveResult:
    """Move in this process; it "dies" after so many steps."""
    steps: list[str] = []

    def watch(name: str) -> None:
        steps.append(name)
        step(name)
        if len(steps) == dies_at:
            raise Killed

    places = [FolderPlace(folder), PostgresPlace(database)]
    try:
        source, target = reversed(places) if back else places
        return WorkspaceMover(source, target, batch=BATCH, step=watch).run()
    finally:
        for place in places:
            place.close()


@contextlib.contextmanager
def new_database(postgres: Postgres) -> Iterator[str]:
    """The address of an empty database of its own."""
    name = f"move_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(postgres.address, autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        yield postgres.address.replace("/postgres", f"/{name}")
        db.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def fill(folder: Path, posts: int = 25) -> None:
    """A workspace with something in each table, and with numbers of deleted rows behind the
    last."""
    for name, migrations in zip(FILES, (MIGRATIONS, sandbox.MIGRATIONS), strict=True):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        store = Store(folder / name, migrations)
        with store.write() as db:
            (_fill if name == FILES[0] else _fill_feed)(db, posts)
            _fill_the_rest(db)
        store.close()


def _fill_the_rest(db: sqlite3.Connection) -> None:
    """Two rows in each table that a later migration adds."""
    values = {"whole": 1, "real": 0.1, "text": "Grüße"}
    for table in tables_of(db):
        if db.execute(f"SELECT 1 FROM {table.name}").fetchone():
            continue
        for number in (1, 2):
            row = [
                (number if column.kind == "whole" else f"{values[column.kind]} {number}")
                if column.is_unique
                else values[column.kind]
                for column in table.columns
            ]
            marks = ", ".join("?" * len(row))
            db.execute(f"INSERT INTO {table.name} VALUES ({marks})", row)


def _fill(db: sqlite3.Connection, posts: int) -> None:
    db.execute("INSERT INTO site (name, value) VALUES ('title', '\"Ours\"')")
    db.execute("INSERT INTO network_settings (slug, body) VALUES ('fb', '{}'), ('Ä', '{}')")
    db.executemany(
        "INSERT INTO channels (id, name, social_network, method) VALUES (?, ?, 'fb', 'sandbox')",
        [(number, f"Kanal {number}") for number in (1, 2, 7)],
    )
    db.execute(
        "INSERT INTO accounts (uuid, method, server, remote_id, checked_at, created_at)"
        " VALUES ('u', 'mastodon', 'https://social.invalid', 'r', 1.1, 1)"
    )
    db.execute(
        "INSERT INTO media (sha256, size, mime, name, created_at)"
        " VALUES (?, 3, 'image/png', 'a', 1)",
        ("0" * 64,),
    )
    db.execute(
        "INSERT INTO discards (channel_id, record, due_at) VALUES (1, ?, 0.1)",
        (json.dumps(RECORD),),
    )
    statuses = ("not_sent", "success", "error", "draft", "missed", "unknown")
    for number in range(1, posts + 2):
        db.execute("INSERT INTO posts (title, created_at) VALUES ('Posto', ?)", (number,))
        db.execute(
            "INSERT INTO schedules (group_id, wp_post_id, channel_id, social_network, status,"
            " send_time, due_at, customization, record, created_at)"
            " VALUES (?, ?, ?, 'fb', ?, ?, ?, ?, ?, 1)",
            (
                f"g{number // 3}",
                number,
                (1, 2, 7)[number % 3],
                statuses[number % 6],
                NOW + number,
                NOW + number + 0.1,
                json.dumps({"post_content": f"Post {number} 100 % 'Ä'\n\t\\N"}),
                json.dumps(RECORD, ensure_ascii=False) if number % 2 else None,
            ),
        )
    db.execute("DELETE FROM schedules WHERE id = ?", (posts + 1,))


def _fill_feed(db: sqlite3.Connection, posts: int) -> None:
    db.executemany(
        "INSERT INTO posts (idempotency_key, posto_ref, mark, channel_id, channel_name, network,"
        " title, text, link, first_comment, media, published_at)"
        " VALUES (?, '', 'm', 1, 'Kanal', 'fb', '', 'Text', '', '', '[]', 1)",
        [(f"k{number}",) for number in range(posts)],
    )


def of_folder(folder: Path) -> dict[str, Any]:
    """All rows of a workspace in a folder by table, without the mark."""
    rows: dict[str, Any] = {}
    for name, tables in zip(FILES, known_tables(), strict=True):
        with contextlib.closing(sqlite3.connect(folder / name)) as db:
            for table in tables:
                columns = ", ".join(table.names)
                rows[f"{name} {table.name}"] = _sorted(
                    db.execute(f"SELECT {columns} FROM {table.name}").fetchall()
                )
    return rows


def of_database(address: str) -> dict[str, Any]:
    """The same of PostgreSQL, with the same names."""
    rows: dict[str, Any] = {}
    with psycopg.connect(address) as db:
        for schema, name, tables in zip(SCHEMAS, FILES, known_tables(), strict=True):
            for table in tables:
                columns = ", ".join(table.names)
                sql = f"SELECT {columns} FROM {schema}.{table.name}"
                rows[f"{name} {table.name}"] = _sorted(db.execute(sql.encode()).fetchall())
    return rows


def without_ticks(rows: dict[str, Any]) -> dict[str, Any]:
    """The rows as they are elsewhere."""

    def other(value: Any) -> Any:
        if isinstance(value, str) and "_ticks" in value:
            record = json.loads(value)
            for part in record["parts"]:
                part["first_ticks"] = part["last_ticks"] = None
            return json.dumps(record, ensure_ascii=False)
        return value

    return {
        name: [tuple(map(other, row)) for row in table_rows] for name, table_rows in rows.items()
    }


def _sorted(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted((tuple(row) for row in rows if row[0] != MARK), key=repr)
