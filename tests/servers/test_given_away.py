"""Searches the problem report and the backup for credentials."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from posto_desktop.server.store import Store
from tests.servers.given_away import given_away, home_around

SECRET = "token-of-alice"


def test_the_report_and_the_backup_are_looked_into(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (workspace / "server.log").write_text(f"INFO it said {SECRET}\n")
    (workspace / "secrets.json").write_text(SECRET)
    Store(workspace / "workspace.db").close()
    with contextlib.closing(sqlite3.connect(workspace / "workspace.db")) as database, database:
        database.execute("CREATE TABLE careless (facts TEXT)")
        database.execute("INSERT INTO careless VALUES (?)", (SECRET,))
    contents = given_away(home_around(workspace))
    leaks = {name for name, content in contents.items() if SECRET.encode() in content}
    assert leaks == {"report", "backup: data/workspace/workspace.db"}
    assert not any("secrets" in name for name in contents)
