"""A backup is checked before use: what is damaged, foreign or too new is refused."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import sqlite3
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posto_desktop.storage import backup, restore, schema
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.paths import Paths, find_paths
from tests.unit.storage.backup.homes import SCHEMAS, home, refused, texts, tree


def repack(file: Path, change, head_change=None) -> None:
    """Write the archive anew with other entries: `change(name, data)` gives (name, data) pairs."""
    with zipfile.ZipFile(file) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    head = json.loads(entries.pop("manifest.json"))
    if head_change:
        head_change(head)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            for new_name, new_data in change(name, data):
                archive.writestr(new_name, new_data)
        archive.writestr("manifest.json", json.dumps(head))


@pytest.mark.parametrize(
    "name",
    [
        "../outside.json",
        "config/../../outside.json",
        "/etc/x.json",
        "config\\..\\x.json",
        "C:/x.json",
        "config/nul.json",
        "config//x.json",
        "other/x.json",
        "config/secrets.json",
        "data/workspace/x\x01.json",
        # What the running programs write for each other, and what was never packed.
        "data/workspace/server.json",
        "data/workspace/calendar.json",
        "data/posto.db-wal",
        "data/posto.lock",
        "data/restore.json",
    ],
)
def test_names_that_lead_elsewhere_are_refused(file: Path, tmp_path: Path, name: str) -> None:
    if os.sep == "\\" and os.sep in name:
        pytest.skip("zipfile writes another name there")

    def more(head: dict) -> None:
        head["files"][name] = {"size": 2, "sha256": hashlib.sha256(b"{}").hexdigest()}

    first = []

    def change(entry: str, data: bytes):
        if not first:
            first.append(entry)
            return [(entry, data), (name, b"{}")]
        return [(entry, data)]

    repack(file, change, more)
    sentence = refused(file, tmp_path)
    assert re.search(r"cannot be restored: “.+” in it (has a name|would replace)", sentence)
    assert not (tmp_path / "outside.json").exists()


def test_a_bomb_is_refused(file: Path, tmp_path: Path) -> None:
    def grown(name: str, data: bytes):
        return [(name, b"\0" * 30_000_000 if name == "config/accounts.json" else data)]

    repack(file, grown)
    sentence = refused(file, tmp_path)
    assert "“config/accounts.json” in it is not what the list of files says" in sentence


def test_no_room_is_told_before_anything_is_written(file: Path, tmp_path: Path) -> None:
    def grown(head: dict) -> None:
        head["files"]["config/accounts.json"]["size"] = 1 << 55

    repack(file, lambda name, data: [(name, data)], grown)
    sentence = refused(file, tmp_path)
    assert "not what the list of files says" in sentence


def test_a_link_is_refused(file: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        entries = [(info, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(file, "w") as archive:
        for info, data in entries:
            if info.filename == "config/accounts.json":
                info.external_attr = 0o120777 << 16
            archive.writestr(info, data)
    assert "is a link or a device, not a file" in refused(file, tmp_path)


@pytest.mark.parametrize(
    "wrong",
    [
        {"counts": {"drafts": "x"}},
        {"counts": {"drafts": None}},
        {"counts": {"drafts": [1]}},
        {"counts": {"drafts": 1e999}},
        {"files": {"config/settings.json": None}},
        {"files": {"config/settings.json": [1]}},
        {"made_at": 7},
        {"schema": True},
    ],
)
def test_a_manifest_that_is_none_is_refused(
    file: Path, tmp_path: Path, wrong: dict[str, object]
) -> None:
    repack(file, lambda name, data: [(name, data)], lambda head: head.update(wrong))
    assert "damaged or not a backup" in refused(file, tmp_path)


def test_a_newer_one_says_so(file: Path, tmp_path: Path) -> None:
    repack(file, lambda name, data: [(name, data)], lambda head: head.update(schema=2))
    assert "newer version of Posto" in refused(file, tmp_path)


def test_a_newer_database_says_so(paths: Paths, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(paths.database)) as db:
        db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    backup.make(paths, tmp_path / "b", version="1")
    assert "newer version of Posto" in refused(tmp_path / "b", tmp_path)


def test_a_damaged_database_in_it_is_found(file: Path, tmp_path: Path) -> None:
    bad = b"SQLite format 3\0" + b"\1" * 5000

    def head_of(head: dict) -> None:
        head["files"]["data/posto.db"] = {
            "size": len(bad),
            "sha256": hashlib.sha256(bad).hexdigest(),
        }

    repack(file, lambda n, data: [(n, bad if n == "data/posto.db" else data)], head_of)
    assert "damaged" in refused(file, tmp_path)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", b"{}"])
def test_other_files_are_no_backup(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    assert "damaged or not a backup" in refused(tmp_path / "x", tmp_path)


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    assert "was not found" in refused(tmp_path / "x", tmp_path)


@settings(max_examples=settings.default.max_examples // 2)
@given(data=st.data())
def test_changed_bytes_never_do_harm(tmp_path_factory, data) -> None:
    base = tmp_path_factory.mktemp("bytes")
    if not hasattr(test_changed_bytes_never_do_harm, "whole"):
        made = home(base / "made")
        backup.make(made, base / "b", version="1")
        test_changed_bytes_never_do_harm.whole = (base / "b").read_bytes()  # type: ignore[attr-defined]
    whole = bytearray(test_changed_bytes_never_do_harm.whole)  # type: ignore[attr-defined]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.none(), st.integers(0, len(whole))))
    (base / "x").write_bytes(bytes(whole[:cut]))
    other = find_paths(base / "other")
    try:
        restore.stage(other, base / "x", schemas=SCHEMAS)
        restore.agree(other)
    except StorageError:
        assert not restore.is_waiting(other)
        assert not list(other.data.glob(".restore-*")) if other.data.exists() else True
    else:  # a byte that says nothing, such as a time
        outcome = restore.finish(other)
        assert outcome is not None
        assert outcome.done
        assert texts(other) == ["Hello"]


def test_a_note_made_by_somebody_else_leads_nowhere(paths: Paths) -> None:
    before = tree(paths)
    for note in (
        "[]",
        '{"stamp": "../../x", "config": [], "data": [], "agreed": true}',
        '{"stamp": "1", "agreed": true, "config": ["../x"], "data": []}',
        '{"stamp": 5, "config": 1, "data": null, "agreed": true}',
    ):
        (paths.data / restore.PENDING_FILE).write_text(note)
        (paths.data / ".restore-1").mkdir(exist_ok=True)
        assert restore.finish(paths) is None
    assert tree(paths) == before
