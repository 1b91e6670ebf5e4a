"""Renames wait for a moment while another program has the file open, as happens on Windows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.storage import atomic, renames
from posto_desktop.storage.errors import CLOSE_OTHER, StorageError, explain
from tests.fakes.held_files import HeldFiles, refusal

ON_WINDOWS = os.name == "nt"


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> HeldFiles:
    return HeldFiles(monkeypatch)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    new, old = tmp_path / "new", tmp_path / "old"
    new.write_text("new")
    old.write_text("old")
    return new, old


@pytest.mark.parametrize("number", [5, 32, 33, 1224])
def test_a_file_that_is_held_for_a_moment_is_replaced(
    pair: tuple[Path, Path], files: HeldFiles, number: int
) -> None:
    files.hold(pair[1], times=4, number=number)
    renames.replace(*pair)
    assert pair[1].read_text() == "new"
    assert files.waited == sorted(files.waited)
    assert len(files.waited) == 4
    assert sum(files.waited) < 0.2


def test_one_that_stays_held_is_named_after_some_seconds(
    pair: tuple[Path, Path], files: HeldFiles
) -> None:
    files.hold(pair[1])
    with pytest.raises(renames.FileInUseError, match="another program is using it") as caught:
        renames.replace(*pair)
    assert caught.value.filename == str(pair[1])
    assert 2 < sum(files.waited) < 4
    assert pair[1].read_text() == "old"


def test_access_denied_says_no_more_than_is_known(
    pair: tuple[Path, Path], files: HeldFiles
) -> None:
    files.hold(pair[1], number=5)
    with pytest.raises(renames.FileInUseError, match="another program may be using it"):
        renames.replace(*pair)


def test_the_program_is_named_where_the_system_knows_it(
    pair: tuple[Path, Path], files: HeldFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.hold(pair[1])
    monkeypatch.setattr(renames, "_users_of", lambda *_: ["Guard", "Indexer"])
    with pytest.raises(renames.FileInUseError, match="Guard, Indexer are using it"):
        renames.replace(*pair)


def test_a_thread_that_must_not_wait_waits_next_to_nothing(
    pair: tuple[Path, Path], files: HeldFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(renames, "_users_of", lambda *paths: asked.append(paths))
    monkeypatch.setattr(renames._thread, "hurries", False, raising=False)
    renames.use_short_waits()
    files.hold(pair[1])
    with pytest.raises(renames.FileInUseError):
        renames.replace(*pair)
    assert 0 < sum(files.waited) < 0.1
    assert asked == []


def test_nothing_waits_where_the_caller_has_another_way(
    pair: tuple[Path, Path], files: HeldFiles
) -> None:
    files.hold(pair[1])
    with pytest.raises(renames.FileInUseError):
        renames.replace(*pair, wait=False)
    assert files.waited == []


@pytest.mark.skipif(ON_WINDOWS, reason="asks for what other systems say")
def test_other_refusals_are_told_at_once(pair: tuple[Path, Path], files: HeldFiles) -> None:
    files.hold(pair[1], number=183)
    with pytest.raises(PermissionError) as caught:
        renames.replace(*pair)
    assert not isinstance(caught.value, renames.FileInUseError)
    with pytest.raises(FileNotFoundError):
        renames.rename(pair[0].with_name("none"), pair[0].with_name("other"))
    assert files.waited == []


def test_a_folder_in_the_way_is_told_at_once(
    pair: tuple[Path, Path], tmp_path: Path, files: HeldFiles
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    files.hold(folder, number=5)
    with pytest.raises(PermissionError) as caught:
        renames.replace(pair[0], folder)
    assert not isinstance(caught.value, renames.FileInUseError)
    assert files.waited == []


def test_renaming_and_removing_wait_as_well(pair: tuple[Path, Path], files: HeldFiles) -> None:
    new, old = pair
    files.hold(new, times=3)
    renames.rename(new, new.with_name("kept"))
    assert new.with_name("kept").read_text() == "new"
    files.hold(old, times=3)
    renames.remove(old)
    assert not old.exists()
    renames.remove(old)  # what is gone need not be removed


def test_saving_says_that_the_file_is_held_and_keeps_the_old_one(
    tmp_path: Path, files: HeldFiles
) -> None:
    path = tmp_path / "settings.json"
    path.write_text("old")
    files.hold(path)
    with pytest.raises(StorageError) as caught:
        atomic.write_text(path, "new")
    assert caught.value.user_message == (
        "settings.json could not be saved: another program is using it."
    )
    assert caught.value.remedy == CLOSE_OTHER
    assert [path.name for path in tmp_path.iterdir()] == ["settings.json"]
    assert path.read_text() == "old"


def test_a_damaged_file_that_cannot_be_moved_says_why(tmp_path: Path, files: HeldFiles) -> None:
    path = tmp_path / "settings.json"
    path.write_text("{")
    files.hold(path)
    damaged = atomic.set_aside(path, "its content is damaged")
    assert damaged.copy_path is None
    assert damaged.not_moved is not None
    assert damaged.not_moved.user_message == (
        "settings.json could not be moved away: another program is using it."
    )


def test_a_file_that_cannot_be_opened_because_it_is_in_use() -> None:
    error = explain(refusal(32), Path("/somewhere/posto.db"), "read")
    assert error.user_message == "posto.db could not be read: another program is using it."


@pytest.mark.skipif(not ON_WINDOWS, reason="elsewhere an open file can be replaced")
def test_a_file_that_is_really_open(pair: tuple[Path, Path], monkeypatch: Any) -> None:
    """With the system's own refusals: the reader lets go while the rename waits."""
    new, old = pair
    reader = old.open("rb")
    monkeypatch.setattr(renames, "sleep", lambda _: reader.close())
    renames.replace(new, old)
    assert reader.closed
    assert old.read_text() == "new"
    old.with_name("again").write_text("again")
    monkeypatch.setattr(renames, "sleep", lambda _: None)
    with old.open("rb"), pytest.raises(renames.FileInUseError):
        renames.replace(old.with_name("again"), old)
    assert old.read_text() == "new"
