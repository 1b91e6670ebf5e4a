"""Whatever lies where a file is expected, nobody waits for it, and nobody reads it without end."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from posto_desktop.server import launch, security
from posto_desktop.server.errors import StartError
from posto_desktop.storage import regular
from posto_desktop.storage.accounts import Accounts
from posto_desktop.storage.database import Database
from posto_desktop.storage.settings import Settings

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in folders there")


def _to_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


ODD = pytest.mark.parametrize("make", [os.mkfifo, _to_a_device], ids=["pipe", "device"])


@ODD
def test_nothing_but_files_is_read(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "odd")
    with pytest.raises(regular.NotAFileError, match="not a file"):
        regular.read_regular(tmp_path / "odd", 10)
    assert regular.is_no_file(tmp_path / "odd")


def test_a_file_is_read_up_to_its_bound(tmp_path: Path) -> None:
    path, link = tmp_path / "file", tmp_path / "link"
    path.write_bytes(b"0123456789")
    link.symlink_to(path)
    assert regular.read_regular(link, 10) == b"0123456789"
    with pytest.raises(regular.TooLargeError):
        regular.read_regular(path, 9)


@ODD
def test_a_home_of_such_things_opens(tmp_path: Path, make: Callable[[Path], None]) -> None:
    for name in ("settings.json", "accounts.json", "posto.db", "posto.db-wal", "server.json"):
        make(tmp_path / name)
    assert "settings.json" in Settings(tmp_path / "settings.json").problems[0]
    assert "accounts.json" in Accounts(tmp_path / "accounts.json").problems[0]
    database = Database(tmp_path / "posto.db")
    assert database.problem is not None
    assert "posto.db could not be read: it is not a file." in database.problem
    assert database.outbox() == []
    database.close()
    assert launch.find(tmp_path) is None


@ODD
def test_a_key_that_is_no_file_is_named(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "signing-key")
    with pytest.raises(StartError, match=r"signing-key.*not a file\. Move it away"):
        security.load_signing_key(tmp_path)


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0, reason="only root can give a file away"
)
def test_what_another_user_wrote_holds_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    assert regular.read_own(path, 10) == b"0123456789"
    os.chown(path, 65534, 65534)
    with pytest.raises(regular.NotOwnError):
        regular.read_own(path, 10)
    assert regular.read_regular(path, 10) == b"0123456789"
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(regular.NotOwnError):
        regular.read_own(tmp_path / "link", 10)
