"""A backup holds everything but passwords, and is made while Posto writes."""

from __future__ import annotations

import os
import sys
import time
import zipfile
from pathlib import Path

import pytest

from posto_desktop.storage import backup, restore
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.paths import Paths, find_paths
from tests.unit.storage.backup.homes import HUSH, SCHEMAS, texts


def test_what_is_in_it(paths: Paths, file: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        whole = b"".join(archive.read(name) for name in names)
    assert names == {
        "manifest.json",
        "config/settings.json",
        "config/accounts.json",
        "config/styles/Café.json",
        "data/posto.db",
        "data/pasted/one.png",
        "data/workspace/workspace.db",
        "data/workspace/media/ab12",
    }
    assert HUSH.encode() not in whole
    assert b"http://proxy:80" in whole


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_settings_that_are_links_are_in_it_others_are_not(paths: Paths, tmp_path: Path) -> None:
    own = tmp_path / "repository"
    own.mkdir()
    (own / "mine.json").write_text('{"schema": 1}')
    (own / "private.txt").write_text("private")
    (paths.styles / "Linked.json").symlink_to(own / "mine.json")
    (paths.data / "pasted" / "two.png").symlink_to(own / "private.txt")
    (paths.data / "pasted" / "folder").symlink_to(own)
    backup.make(paths, tmp_path / "b", version="1")
    with zipfile.ZipFile(tmp_path / "b") as archive:
        names = archive.namelist()
        assert archive.read("config/styles/Linked.json") == b'{"schema": 1}'
    assert [name for name in names if "pasted" in name] == ["data/pasted/one.png"]


@pytest.mark.skipif(sys.platform == "win32", reason="no file has such a name there")
def test_odd_names_are_told_and_do_no_harm(paths: Paths, tmp_path: Path) -> None:
    for name in ("What?.json", "aux.json", "café.json", "CAFÉ.json"):
        (paths.styles / name).write_text('{"schema": 1}')
    made = backup.make(paths, tmp_path / "b", version="1")
    assert set(made.left_out) == {"What?.json", "aux.json"}
    other = find_paths(tmp_path / "other")
    restore.stage(other, tmp_path / "b", schemas=SCHEMAS)
    restore.agree(other)
    assert restore.finish(other)
    assert {"Café.json", "café.json", "CAFÉ.json"} <= {path.name for path in other.styles.iterdir()}


def test_progress_ends_at_all_bytes(paths: Paths, tmp_path: Path) -> None:
    reports: list[tuple[int, int]] = []
    made = backup.make(
        paths, tmp_path / "b", version="1", progress=lambda *arguments: reports.append(arguments)
    )
    assert reports[0][0] == 0
    assert reports[-1] == (made.size, made.size)
    assert made.counts["drafts"] == 1
    assert made.counts["styles"] == 1


def test_it_can_be_made_while_posto_writes(paths: Paths, tmp_path: Path) -> None:
    db = Database(paths.database)
    with db.transaction() as writing:
        writing.execute(
            "INSERT INTO drafts VALUES ('d2', 'local', '{\"text\": \"x\"}', 1.0, 'open')"
        )
        backup.make(paths, tmp_path / "b", version="1")
    db.close()
    other = find_paths(tmp_path / "other")
    restore.stage(other, tmp_path / "b", schemas=SCHEMAS)
    restore.agree(other)
    assert restore.finish(other)
    assert texts(other) == ["Hello"]


def test_stopping_leaves_nothing_and_keeps_the_earlier_one(paths: Paths, tmp_path: Path) -> None:
    target = tmp_path / "folder" / "b"
    target.parent.mkdir()
    target.write_bytes(b"earlier")

    class Stopped(Exception):
        pass

    def stop(done: int, _total: int) -> None:
        if done:
            raise Stopped

    with pytest.raises(Stopped):
        backup.make(paths, target, version="1", progress=stop)
    assert [path.name for path in target.parent.iterdir()] == ["b"]
    assert target.read_bytes() == b"earlier"


def test_what_a_killed_one_left_goes_with_the_next(paths: Paths, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    target = folder / "b"
    made: list[Path] = []

    def look(_done: int, _total: int) -> None:
        made.extend(path for path in folder.iterdir() if path not in made)

    backup.make(paths, target, version="1", progress=look)
    (half,) = (path.name for path in made if path != target)
    half_there, fresh, other = folder / half, folder / f"{half}2", folder / ".posto"
    for path in (half_there, fresh, other):
        path.write_bytes(b"half")
    before = time.time() - 3600
    for path in (half_there, other):
        os.utime(path, (before, before))
    backup.make(paths, folder / "c", version="1")
    # What another process may be writing in this moment stays, and what is not ours.
    assert {path.name for path in folder.iterdir()} == {"b", "c", fresh.name, ".posto"}


def test_a_folder_that_is_not_there_is_said(paths: Paths, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="could not be saved"):
        backup.make(paths, tmp_path / "gone" / "b", version="1")
