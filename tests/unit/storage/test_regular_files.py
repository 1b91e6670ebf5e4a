"""Tests of opening regular files only: pipes, devices and endless files are refused."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from posto_desktop.server import launch, security
from posto_desktop.server.lock import AlreadyRunning, FolderLock
from posto_desktop.storage import atomic, regular_files
from posto_desktop.storage.accounts import AccountStore
from posto_desktop.storage.database import Database
from posto_desktop.storage.settings import Settings
from tests.fakes.odd_files import link_to_a_device, make_pipe

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in folders there")


ODD = pytest.mark.parametrize("make", [make_pipe, link_to_a_device], ids=["pipe", "device"])


@ODD
def test_nothing_but_files_is_read(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "odd")
    with pytest.raises(regular_files.NotAFileError, match="not a file"):
        regular_files.read_regular(tmp_path / "odd", 10)
    assert regular_files.no_file(tmp_path / "odd") is not None


def test_a_file_is_read_up_to_its_bound(tmp_path: Path) -> None:
    path, link = tmp_path / "file", tmp_path / "link"
    path.write_bytes(b"0123456789")
    link.symlink_to(path)
    assert regular_files.read_regular(link, 10) == b"0123456789"
    with pytest.raises(regular_files.TooLargeError):
        regular_files.read_regular(path, 9)


@ODD
def test_a_home_of_such_things_opens(tmp_path: Path, make: Callable[[Path], None]) -> None:
    for name in ("settings.json", "accounts.json", "posto.db", "posto.db-wal", "server.json"):
        make(tmp_path / name)
    assert "settings.json" in Settings(tmp_path / "settings.json").problems[0]
    assert "accounts.json" in AccountStore(tmp_path / "accounts.json").problems[0]
    database = Database(tmp_path / "posto.db")
    assert database.problem is not None
    assert "posto.db could not be read: it is a" in database.problem
    assert database.outbox() == []
    database.close()
    assert launch.find(tmp_path) is None


@ODD
def test_a_key_that_is_no_file_is_made_anew(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "signing-key")
    key = security.load_signing_key(tmp_path)
    assert len(key) >= 32
    assert security.load_signing_key(tmp_path) == key
    assert len(list(tmp_path.glob("signing-key.damaged-*"))) == 1


@ODD
def test_a_lock_that_is_no_file_is_made_anew(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "server.lock")
    lock = FolderLock(tmp_path)
    with pytest.raises(AlreadyRunning):
        FolderLock(tmp_path)
    lock.release()


def test_what_lies_in_the_place_of_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "folder").mkdir()
    (tmp_path / "missing").symlink_to(tmp_path / "nowhere" / "at all")
    (tmp_path / "file").write_text("x")
    errors = {path.name: regular_files.no_file(path) for path in tmp_path.iterdir()}
    assert {name: error and error.strerror for name, error in errors.items()} == {
        "loop": "it is a link that leads to itself, not a file",
        "folder": "it is a folder, not a file",
        "missing": None,
        "file": None,
    }
    with pytest.raises(regular_files.NotAFileError):
        regular_files.open_regular(tmp_path / "loop", os.O_RDWR | os.O_CREAT)


def test_a_folder_is_moved_away_with_all_that_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "theirs").write_text("theirs")
    descriptor, moved = atomic.open_ours(tmp_path / "folder", os.O_RDWR | os.O_CREAT)
    os.close(descriptor)
    assert moved is not None
    assert moved.copy_path is not None
    assert (moved.copy_path / "theirs").read_text() == "theirs"


@pytest.mark.parametrize("write", [atomic.write_json, atomic.write_json_and_copy])
def test_no_device_is_replaced_by_a_file(
    tmp_path: Path, write: Callable[[Path, object], None]
) -> None:
    """A link to a device was followed, and the device of the system taken for an old file."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    make_pipe(folder / "device")
    for name in ("settings.json", "settings.json.bak"):
        (tmp_path / name).symlink_to(folder / "device")
    write(tmp_path / "settings.json", {"a": 1})
    assert [*folder.iterdir()] == [folder / "device"]
    assert (folder / "device").is_fifo()
    assert atomic.read_json(tmp_path / "settings.json", {}) == {"a": 1}


def test_a_link_to_a_file_stays_one(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    for number in range(2):  # there is none at first
        atomic.write_json(tmp_path / "link", number)
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "file").read_text() == f"{number}\n"


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0, reason="only root can give a file away"
)
def test_what_another_user_wrote_holds_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    assert regular_files.read_private(path, 10) == b"0123456789"
    os.chown(path, 65534, 65534)
    with pytest.raises(regular_files.ForeignOwnerError):
        regular_files.read_private(path, 10)
    assert regular_files.read_regular(path, 10) == b"0123456789"
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(regular_files.ForeignOwnerError):
        regular_files.read_private(tmp_path / "link", 10)
