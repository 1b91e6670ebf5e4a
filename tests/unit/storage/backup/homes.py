"""Homes with something of each kind, what is in them, and backups that are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from posto_desktop.server import store
from posto_desktop.server.publishers import sandbox
from posto_desktop.storage import backup, restore, schema
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.paths import Paths, find_paths

SCHEMAS = {
    backup.STORE: [";\n".join(statements) for statements in schema.MIGRATIONS],
    backup.WORKSPACE: store.MIGRATIONS,
    backup.FEED: sandbox.MIGRATIONS,
}
HUSH = "abcd EFGH ijkl MNOP"


def home(folder: Path, text: str = "Hello") -> Paths:
    """A home with something of each kind."""
    paths = find_paths(folder)
    for folder in (paths.config, paths.styles, paths.data, paths.cache, paths.logs):
        folder.mkdir(parents=True, exist_ok=True)
    paths.settings.write_text(json.dumps({"schema": 1, "appearance.scheme": "dark"}))
    paths.accounts.write_text(json.dumps({"schema": 1, "accounts": []}))
    paths.secrets.write_text(json.dumps({"file": {"a": HUSH}}))
    (paths.styles / "Café.json").write_text('{"schema": 1}')
    (paths.config / "settings.json.damaged-20261125-120000").write_text("?")
    (paths.config / ".settings.json.abc").write_text("half")
    db = Database(paths.database)
    db.put_draft("d1", "local", {"text": text})
    db.close()
    (paths.data / "pasted").mkdir(exist_ok=True)
    (paths.data / "pasted" / "one.png").write_bytes(b"\x89PNG" + text.encode())
    (paths.workspace / "media").mkdir(parents=True, exist_ok=True)
    (paths.workspace / "media" / "ab12").write_bytes(b"film" * 1000)
    (paths.workspace / "password").write_text(HUSH)
    (paths.workspace / "server.json").write_text(json.dumps({"password": HUSH}))
    workspace = store.Store(paths.workspace / "workspace.db")
    with workspace.write() as db2:
        db2.execute(
            "INSERT INTO channels (name, social_network, method, proxy) VALUES"
            f" ('A', 'x', 'sandbox', 'http://ann:{HUSH}@proxy:80'), ('B', 'x', 'sandbox', '')"
        )
    workspace.close()
    return paths


def texts(paths: Paths) -> list[str]:
    db = Database(paths.database)
    try:
        return [json.loads(row["body"])["text"] if isinstance(row["body"], str) else
                row["body"]["text"] for row in db.drafts()]  # fmt: skip
    finally:
        db.close()


def tree(paths: Paths) -> dict[str, bytes]:
    """All files that are used, with their bytes."""
    contents = {}
    for top in (paths.config, paths.data):
        for path in top.rglob("*"):
            name = path.relative_to(top).as_posix()
            if path.is_file() and ".restore-" not in name and restore.PENDING_FILE not in name:
                contents[f"{top.name}/{name}"] = path.read_bytes()
    return contents


def refused(file: Path, tmp_path: Path) -> str:
    other = home(tmp_path / "other", "Mine")
    before = tree(other)
    with pytest.raises(StorageError) as caught:
        restore.stage(other, file, schemas=SCHEMAS)
    assert tree(other) == before
    assert not list(other.config.glob(".restore-*"))
    assert not restore.is_waiting(other)
    assert restore.finish(other) is None
    return caught.value.user_message
