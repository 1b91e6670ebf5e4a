"""Backups that somebody made to do harm: refused within seconds, with the name of the file in them
that is at fault, and what is there stays."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import sqlite3
import struct
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from posto_desktop.storage import backup, backup_archive, foreign_database, restore
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.paths import Paths, find_paths
from tests.fakes.odd_files import link_to_a_device, make_pipe
from tests.unit.storage.backup.homes import SCHEMAS, home, refused, texts

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
LIMIT = 30.0
"""Seconds; of the machine's own time, so that other programs do not count."""


def facts(data: bytes) -> dict[str, object]:
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def replaced(file: Path, changes: dict[str, bytes]) -> None:
    """Write the backup anew with other bytes for these entries, all told by its manifest."""
    with zipfile.ZipFile(file) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    head = json.loads(entries.pop("manifest.json"))
    entries |= changes
    head["files"] = {name: facts(data) for name, data in entries.items()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
        archive.writestr("manifest.json", json.dumps(head))


def refused_soon(file: Path, tmp_path: Path) -> str:
    began = time.process_time()
    sentence = refused(file, tmp_path)
    assert time.process_time() - began < LIMIT
    return sentence


def changed_database(file: Path, tmp_path: Path, entry: str, *statements: str) -> bytes:
    """The database of a backup after these statements, with all doors of SQLite open."""
    copy = tmp_path / "changed.db"
    with zipfile.ZipFile(file) as archive:
        copy.write_bytes(archive.read(entry))
    with contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            db.execute(statement)
    return copy.read_bytes()


@pytest.mark.parametrize(
    ("entry", "statements"),
    [
        (backup.WORKSPACE, ["DROP TABLE channels", f"CREATE VIEW channels AS {ENDLESS}"]),
        (backup.WORKSPACE, ["DROP TABLE schedules", f"CREATE VIEW schedules AS {ENDLESS}"]),
        (backup.STORE, ["DROP TABLE outbox", f"CREATE VIEW outbox AS {ENDLESS}"]),
        (backup.STORE, ["DROP TABLE drafts", f"CREATE VIEW drafts AS {ENDLESS}"]),
        (
            backup.STORE,
            ["CREATE TRIGGER t AFTER INSERT ON drafts BEGIN DELETE FROM outbox; END"],
        ),
        (backup.STORE, ["DROP TABLE cache", "CREATE VIRTUAL TABLE cache USING fts5(body)"]),
        (backup.STORE, ["ALTER TABLE drafts ADD COLUMN more TEXT AS (zeroblob(900000000))"]),
        (backup.STORE, ["CREATE INDEX odd ON drafts (upper(id))"]),
        (backup.STORE, ["CREATE TABLE more (x)"]),
        (backup.STORE, ["DROP INDEX outbox_by_state"]),
        (
            backup.STORE,
            [
                "DROP TABLE notices",
                "CREATE TABLE notices (id INTEGER, CHECK (length(zeroblob(9e8)) > 0))",
            ],
        ),
        (backup.STORE, [f"CREATE TABLE t{number} (x)" for number in range(600)]),
        (backup.STORE, [f"CREATE TABLE t (x DEFAULT '{'y' * 900_000}')"]),
    ],
    ids=[
        "endless channels", "endless schedules", "endless outbox", "endless drafts", "trigger",
        "virtual table", "generated column", "index", "table", "no index", "condition",
        "many tables", "long table",
    ],
)  # fmt: skip
def test_a_database_that_is_a_program_is_refused(
    file: Path, tmp_path: Path, entry: str, statements: list[str]
) -> None:
    if any("fts5" in statement for statement in statements) and not _has_fts5():
        pytest.skip("this SQLite has no virtual tables of that kind")
    replaced(file, {entry: changed_database(file, tmp_path, entry, *statements)})
    assert refused_soon(file, tmp_path) == (
        f"all.posto-backup cannot be restored: “{entry}” in it holds something else than the "
        "tables of Posto. What is here stays as it is."
    )


def _has_fts5() -> bool:
    with contextlib.closing(sqlite3.connect(":memory:")) as db:
        options = {name for (name,) in db.execute("PRAGMA compile_options")}
    return "ENABLE_FTS5" in options


@pytest.mark.parametrize("page", [512, 65536])
@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_odd_but_honest_databases_are_taken(
    file: Path, tmp_path: Path, page: int, mode: str
) -> None:
    changes = (f"PRAGMA page_size = {page}", "VACUUM", f"PRAGMA journal_mode = {mode}")
    data = changed_database(file, tmp_path, backup.STORE, *changes)
    assert data[16:18] == (1 if page == 65536 else page).to_bytes(2, "big")
    replaced(file, {backup.STORE: data})
    other = find_paths(tmp_path / "other")
    restore.stage(other, file, schemas=SCHEMAS)
    assert not [path for path in other.data.rglob("*") if path.name.endswith(("-wal", "-shm"))]
    restore.agree(other)
    outcome = restore.finish(other)
    assert outcome is not None
    assert outcome.done
    assert texts(other) == ["Hello"]


@pytest.mark.parametrize("version", range(len(SCHEMAS[backup.STORE]) + 1))
def test_databases_of_earlier_versions_are_taken(tmp_path: Path, version: int) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "x.db")) as db:
        for script in SCHEMAS[backup.STORE][:version]:
            db.executescript(script)
        db.execute(f"PRAGMA user_version = {version}")
        db.commit()
    foreign_database.check(tmp_path / "x.db", SCHEMAS[backup.STORE])


@pytest.mark.parametrize("at", [0, 16, 18, 20, 28, 44, 60, 100, 103, 105, 108])
def test_any_byte_of_a_head_is_survived(file: Path, tmp_path: Path, at: int) -> None:
    with zipfile.ZipFile(file) as archive:
        whole = archive.read(backup.STORE)
    for value in (0, 1, 0x7F, 0xFF):
        (tmp_path / "x.db").write_bytes(whole[:at] + bytes([value] * 4) + whole[at + 4 :])
        # What it says of itself in vain, such as its encoding, does no harm.
        with contextlib.suppress(
            foreign_database.ForeignDatabaseError, foreign_database.NewerError
        ):
            foreign_database.check(tmp_path / "x.db", SCHEMAS[backup.STORE])


def test_a_schema_whose_pages_go_in_a_circle_ends(file: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        whole = bytearray(archive.read(backup.STORE))
    whole[100:112] = struct.pack(">BHHHBI", 5, 0, 0, 0, 0, 1)  # a page whose last child it is
    (tmp_path / "x.db").write_bytes(whole)
    with pytest.raises(foreign_database.ForeignDatabaseError):
        foreign_database.check(tmp_path / "x.db", SCHEMAS[backup.STORE])


def test_a_value_without_measure_is_refused(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign_database, "MAX_VALUE", 1_000_000)
    change = "INSERT INTO drafts VALUES ('x', 'local', hex(zeroblob(900000)), 1.0, 'open')"
    replaced(file, {backup.STORE: changed_database(file, tmp_path, backup.STORE, change)})
    assert "“data/posto.db” in it holds a value that is far too large." in refused(file, tmp_path)


def test_a_check_without_end_ends(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign_database, "_SECONDS", -1e6)
    monkeypatch.setattr(foreign_database, "_STEPS", 1)
    assert "takes too long to be checked." in refused(file, tmp_path)


def test_a_check_can_be_stopped(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(Exception):
        pass

    def stop() -> None:
        raise Stopped

    monkeypatch.setattr(foreign_database, "_STEPS", 1)
    with zipfile.ZipFile(file) as archive:
        (tmp_path / "x.db").write_bytes(archive.read(backup.STORE))
    with pytest.raises(Stopped):
        foreign_database.check(tmp_path / "x.db", SCHEMAS[backup.STORE], stop)


# --- the archive


@pytest.mark.skipif(sys.platform == "win32", reason="no such things in folders there")
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (make_pipe, "it is a named pipe, not a file"),
        (link_to_a_device, "it is a device, not a file"),
        (Path.mkdir, "it is a folder, not a file"),
    ],
)
def test_what_is_no_file_is_not_waited_for(
    tmp_path: Path, make: Callable[[Path], None], reason: str
) -> None:
    make(tmp_path / "b")
    assert refused(tmp_path / "b", tmp_path) == f"b cannot be restored: {reason}."


@pytest.mark.parametrize(
    "name",
    [
        "config/Secrets.json",
        "config/SECRETS.JSON",
        "config/ſecrets.json",
        "config/\uff53ecrets.json",
        "config/secrets.json\N{COMBINING GRAPHEME JOINER}",
        "config/styles/Secrets.json",
        "config/Settings.json",
        "config/ACCOUNTS.json",
        "config/Restore.json",
        "data/Posto.db",
        "data/MEDIA/x.png",
        "DATA/posto.db",
        "config/styles/../../x.json",
        "config/styles/a\0b.json",
        "config/C:x.json",
    ],
)
def test_names_that_some_disks_take_for_others(file: Path, tmp_path: Path, name: str) -> None:
    # A name ends at NUL where zipfile writes it, so it is put there afterwards.
    written = name.replace("\0", "\1")
    replaced(file, {written: b"{}"})
    if written != name:
        file.write_bytes(file.read_bytes().replace(written.encode(), name.encode()))
    sentence = refused(file, tmp_path)
    assert "cannot be restored: “" in sentence or "not a backup of Posto" in sentence
    assert "\0" not in sentence


def test_a_huge_entry_of_nothing_is_refused_before_it_is_written(
    file: Path, tmp_path: Path
) -> None:
    """100 GB of zeroes in 100 MB would fit on a large disk. Here the sizes say so only."""
    with zipfile.ZipFile(file) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    head = json.loads(entries.pop("manifest.json"))
    head["files"]["data/media/zero.png"] = {"size": 100 * 10**9, "sha256": "0" * 64}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
        archive.writestr("data/media/zero.png", b"\0" * 1000)
        info = archive.getinfo("data/media/zero.png")
        info.file_size = 100 * 10**9
        archive.writestr("manifest.json", json.dumps(head))
    assert refused_soon(file, tmp_path) == "all.posto-backup is damaged or not a backup of Posto."


def test_a_real_bomb_writes_no_byte_more_than_it_says(file: Path, tmp_path: Path) -> None:
    name, data = "data/media/zero.png", b"\0" * 50_000_000
    replaced(file, {name: data})
    whole = file.read_bytes()
    # The size stands in the entry's own head, in the list at the end, and in the manifest.
    assert whole.count(struct.pack("<I", len(data))) == 2
    file.write_bytes(whole.replace(struct.pack("<I", len(data)), struct.pack("<I", 5)))
    with zipfile.ZipFile(file) as archive:
        head = json.loads(archive.read("manifest.json"))
        packed = {
            member.filename: archive.fp.read(member.compress_size)  # type: ignore[union-attr]
            for member in archive.infolist()
            if archive.fp.seek(member.header_offset + 30 + len(member.filename))  # type: ignore[union-attr]
            or True
        }
    assert len(zlib.decompress(packed[name], -15)) == len(data)
    head["files"][name]["size"] = 5
    _with_manifest(file, head)
    assert f"“{name}” in it is damaged" in refused(file, tmp_path)


def _with_manifest(file: Path, head: dict[str, object]) -> None:
    """The same archive with another manifest at its end, all other entries byte by byte."""
    with zipfile.ZipFile(file, "a") as archive:
        archive.filelist = [file for file in archive.filelist if file.filename != "manifest.json"]
        archive.NameToInfo.pop("manifest.json")
        archive.writestr("manifest.json", json.dumps(head))


def test_entries_that_share_bytes_are_refused(file: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        head = json.loads(archive.read("manifest.json"))
    names = [f"data/media/{number:03}.png" for number in range(50)]
    data = b"\0" * 100_000
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(names[0], data)
        first = archive.getinfo(names[0])
        for name in names[1:]:
            other = zipfile.ZipInfo(name)
            for key in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(other, key, getattr(first, key))
            archive.filelist.append(other)
            archive.NameToInfo[name] = other
        head["files"] = {name: facts(data) for name in names}
        archive.writestr("manifest.json", json.dumps(head))
    assert "lies over another file" in refused(file, tmp_path)


def test_a_list_of_files_without_measure_is_not_read(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says itself how long it is, and is read as a whole."""
    monkeypatch.setattr(backup_archive, "MAX_DIRECTORY", 100)
    assert "damaged or not a backup" in refused(file, tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 30_000_000, b"[" + b"[]," * 8_000_000 + b"[]]", b'{"files":' * 3_000_000,
        b"[0" + b",0" * 9_000_000,
    ],
    ids=["deep", "many lists", "deep objects", "many numbers"],
)  # fmt: skip
def test_a_manifest_that_would_fill_the_memory_is_not_read(
    file: Path, tmp_path: Path, text: bytes
) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", text)
    assert "damaged or not a backup" in refused_soon(file, tmp_path)


def test_settings_without_measure_are_named(file: Path, tmp_path: Path) -> None:
    replaced(file, {"config/settings.json": b" " * 9_000_000 + b"{}"})
    assert "“config/settings.json” in it is far too large for settings" in refused(file, tmp_path)


@pytest.mark.parametrize("text", [b"{", b"\xff\xfe", b"[" * 5_000, b'{"a": 1} 2'])
def test_damaged_settings_are_named(file: Path, tmp_path: Path, text: bytes) -> None:
    replaced(file, {"config/defaults.json": text})
    assert "“config/defaults.json” in it is damaged" in refused(file, tmp_path)


def test_settings_that_are_no_object_do_not_stop_a_restore(file: Path, tmp_path: Path) -> None:
    waiting = (
        "INSERT INTO outbox (id, workspace, posto_ref, state, body, created_at, updated_at)"
        " VALUES ('e', 'a', 'r', 'waiting', '{}', 1, 1)"
    )
    data = changed_database(file, tmp_path, backup.STORE, waiting)
    replaced(file, {backup.STORE: data, "config/settings.json": b"[1]"})
    other = find_paths(tmp_path / "other")
    restore.stage(other, file, schemas=SCHEMAS)
    restore.agree(other)
    outcome = restore.finish(other)
    assert outcome is not None
    assert "Sending is paused" in outcome.sentence


# --- settings that lead elsewhere


HOSTILE = {
    "schema": 1,
    "appearance.scheme": "light",
    "network.proxy": "manual",
    "network.proxy_host": "proxy.attacker.example",
    "network.proxy_port": 8080,
    "network.proxy_user": "me",
    "network.ca_file": "/dev/zero",
    "compose.folder": "//attacker.example/share",
    "schedule.export_folder": "/dev/fd",
    "network.read_seconds": 10,
}


def _restored(file: Path, folder: Path) -> tuple[Paths, str]:
    other = find_paths(folder)
    restore.stage(other, file, schemas=SCHEMAS)
    restore.agree(other)
    outcome = restore.finish(other)
    assert outcome is not None
    assert outcome.done
    return other, outcome.sentence


def test_ways_out_of_this_computer_are_not_taken_over(file: Path, tmp_path: Path) -> None:
    replaced(file, {"config/settings.json": json.dumps(HOSTILE).encode()})
    home(tmp_path / "other")
    mine = {"schema": 1, "network.ca_file": "/mine.pem", "compose.folder": "/mine"}
    find_paths(tmp_path / "other").settings.write_text(json.dumps(mine))
    other, note = _restored(file, tmp_path / "other")
    assert json.loads(other.settings.read_text()) == {
        "schema": 1,
        "appearance.scheme": "light",
        "network.read_seconds": 10,
        "network.ca_file": "/mine.pem",
        "compose.folder": "/mine",
    }
    assert "Its proxy and certificates were not restored" in note


def test_nothing_is_said_where_the_ways_are_the_same(file: Path, tmp_path: Path) -> None:
    _other, note = _restored(file, tmp_path / "new")
    assert "proxy" not in note
    assert "address" not in note


def test_no_password_goes_to_another_address(file: Path, tmp_path: Path) -> None:
    account = {"id": "a1", "name": "Mine", "base_url": "https://good.example/a", "username": "me"}
    moved = {**account, "base_url": "https://good.example/b", "id": "a2", "name": "Two"}
    other = home(tmp_path / "other")
    other.accounts.write_text(json.dumps({"schema": 1, "accounts": [account, moved]}))
    stored = {
        "schema": 1,
        "accounts": [
            {**account, "base_url": "https://evil.example", "username": "you"},
            {**moved, "base_url": "https://GOOD.example/c"},
            {**account, "id": "new", "base_url": "https://new.example"},
            5,
        ],
    }
    replaced(file, {"config/accounts.json": json.dumps(stored).encode()})
    other, note = _restored(file, tmp_path / "other")
    stored = {
        account["id"]: (account["base_url"], account["username"])
        for account in json.loads(other.accounts.read_text())["accounts"]
        if isinstance(account, dict)
    }
    assert stored == {
        "a1": ("https://good.example/a", "me"),
        "a2": ("https://GOOD.example/c", "me"),
        "new": ("https://new.example", "me"),
    }
    assert "It has another address for Mine. The one here was kept." in note


def test_nothing_stays_of_what_was_refused(file: Path, tmp_path: Path) -> None:
    whole = file.read_bytes()
    for cut in range(0, len(whole), max(1, len(whole) // 20)):
        (tmp_path / "cut").write_bytes(whole[:cut])
        other = find_paths(tmp_path / f"other{cut}")
        with pytest.raises(StorageError):
            restore.stage(other, tmp_path / "cut", schemas=SCHEMAS)
        left = [path for path in tmp_path.glob(f"other{cut}/**/*") if path.is_file()]
        assert left == []
        shutil.rmtree(tmp_path / f"other{cut}", ignore_errors=True)
