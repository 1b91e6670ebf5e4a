"""Kills processes in the middle of a write, and looks at what they leave and to whom."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from posto_desktop.storage import atomic, locks
from posto_desktop.storage.accounts import AccountStore
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.secrets import SecretStore
from posto_desktop.storage.settings import Settings

SECRET = "token-of-alice"
OTHERS = 4

# Stands still once all is written, before it is renamed, until its standard input ends.
STANDS_STILL = """
import os, pathlib, sys
from posto_desktop.storage import atomic
from posto_desktop.storage.secrets import SecretStore

def stand_still(descriptor):
    print("written", flush=True)
    sys.stdin.read()

os.fsync = stand_still
path = pathlib.Path(sys.argv[1])
if path.name == "secrets.json":
    SecretStore(path, "off").set("one", sys.argv[2], "file")
else:
    atomic.write_text(path, sys.argv[2])
"""

# Windows refuses now and then, because another one reads or replaces the file.
WRITES_OFTEN = """
import pathlib, sys
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.secrets import SecretStore

for number in range(40):
    try:
        SecretStore(pathlib.Path(sys.argv[1]), "off").set(sys.argv[2], str(number), "file")
    except StorageError as error:
        if not isinstance(error.__cause__, PermissionError):
            raise
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "secrets.json"


@contextlib.contextmanager
def writing(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process in the middle of writing."""
    with subprocess.Popen(
        [sys.executable, "-c", STANDS_STILL, str(path), SECRET],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"written"
        yield process
        if process.returncode is None:
            process.communicate(timeout=60)


def killed_while_writing(path: Path) -> Path:
    """What a process leaves that was killed in the middle of writing."""
    with writing(path) as process:
        process.kill()
        process.wait()
    (left,) = parts(path)
    assert SECRET in left.read_text()
    make_old(left, only_where_it_counts=True)
    return left


def parts(path: Path) -> list[Path]:
    start = f".{path.name[:40]}."
    return [other for other in path.parent.iterdir() if other.name.startswith(start)]


def make_old(part: Path, *, only_where_it_counts: bool = False) -> None:
    if os.name == "nt" or not only_where_it_counts:
        hour_ago = time.time() - 3600
        os.utime(part, (hour_ago, hour_ago))


def leave(path: Path) -> Path:
    """A leftover of a process that is gone."""
    path.parent.mkdir(exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    os.write(descriptor, SECRET.encode())
    os.close(descriptor)
    make_old(Path(name), only_where_it_counts=True)
    return Path(name)


def test_opening_the_store_removes_what_a_kill_left(path: Path) -> None:
    left = killed_while_writing(path)
    if os.name == "posix":
        assert left.stat().st_mode & 0o077 == 0
    SecretStore(path, "off")
    assert not left.exists()


def test_an_open_store_removes_what_a_kill_left(path: Path) -> None:
    secrets = SecretStore(path, "off")
    left = killed_while_writing(path)
    assert secrets.get("one") is None
    assert not left.exists()
    left = killed_while_writing(path)
    secrets.set("two", "of mine", "file")
    assert not left.exists()
    assert json.loads(path.read_text())["file"] == {"two": "of mine"}


def test_a_write_under_way_is_left_alone(path: Path) -> None:
    with writing(path) as process:
        (part,) = parts(path)
        make_old(part)  # however long it takes
        SecretStore(path, "off").set("two", "of mine", "file")
        assert SECRET in part.read_text()
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert json.loads(path.read_text())["file"] == {"one": SECRET}
    assert parts(path) == []


def test_other_files_are_left_alone(path: Path) -> None:
    path.parent.mkdir()
    names = {
        ".secrets.json.original",
        ".secrets.json.20261130.part.bak",
        ".secrets.json.part",
        ".settings.json.abcdefgh.part",
        "secrets.json.abcdefgh.part",
    }
    for name in names:
        (path.parent / name).write_text("mine")
        make_old(path.parent / name)
    folder = path.parent / ".secrets.json.01234567.part"
    folder.mkdir()
    SecretStore(path, "off").set("one", SECRET, "file")
    assert {other.name for other in path.parent.iterdir()} == names | {
        path.name,
        f"{path.name}.lock",
        folder.name,
    }


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_links_and_pipes_are_left_alone(path: Path) -> None:
    path.parent.mkdir()
    mine = path.parent / "mine"
    mine.write_text("mine")
    link = path.parent / ".secrets.json.abcdefgh.part"
    link.symlink_to(mine)
    pipe = path.parent / ".secrets.json.abcdefg0.part"
    os.mkfifo(pipe)
    SecretStore(path, "off").set("one", SECRET, "file")
    assert link.is_symlink()
    assert pipe.exists()
    assert mine.read_text() == "mine"


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_link_has_its_leftovers_where_it_leads(tmp_path: Path, path: Path) -> None:
    path.parent.mkdir()
    real = tmp_path / "repository" / "secrets.json"
    left = leave(real)
    real.write_text("{}")
    path.symlink_to(real)
    SecretStore(path, "off")
    assert not left.exists()


@contextlib.contextmanager
def closed_folder(folder: Path) -> Iterator[None]:
    """Let nobody enter a folder, for the length of the block; access rights bind no root."""
    user = os.geteuid()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0)
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
        folder.chmod(0o700)


@pytest.mark.skipif(os.name == "nt", reason="access rights are others there")
def test_a_folder_that_nobody_may_enter_is_said_to_be_so(path: Path) -> None:
    with closed_folder(path.parent):
        store = SecretStore(path, "off")
        with pytest.raises(StorageError):
            store.get("one")
        _, problem = atomic.read_json_checked(path, {}, lambda _content: True)
        with pytest.raises(StorageError):
            atomic.read_json_or_copy(path, {}, lambda _content: True)
    assert problem.startswith("secrets.json could not be read")


def test_settings_and_accounts_have_none_either_nor_their_copies(tmp_path: Path) -> None:
    for name, open_store in (("settings.json", Settings), ("accounts.json", AccountStore)):
        path = tmp_path / "config" / name
        left = [leave(path), leave(path.with_name(f"{name}.bak"))]
        open_store(path)
        assert [part for part in left if part.exists()] == []


def test_an_export_removes_what_a_kill_of_an_earlier_one_left(tmp_path: Path) -> None:
    path = tmp_path / f"posts of the {'longest ' * 20}summer.csv"
    left = killed_while_writing(path)
    atomic.write_text(path, "new")
    assert not left.exists()
    assert [other.name for other in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("has_locks", [True, False])
def test_where_no_lock_tells_age_does(
    path: Path, monkeypatch: pytest.MonkeyPatch, has_locks: bool
) -> None:
    """A new one may be of a process that is about to rename it."""
    if has_locks and os.name == "posix":
        pytest.skip("here the lock tells")

    def refuse(descriptor: int) -> bool:
        raise OSError(errno.ENOLCK, "No locks available")

    if not has_locks:
        monkeypatch.setattr(locks, "try_lock", refuse)
    left, new = leave(path), leave(path)
    make_old(left)
    os.utime(new)
    SecretStore(path, "off").set("one", SECRET, "file")
    assert not left.exists()
    assert new.exists()
    ahead = time.time() + 3600  # the clock was set back since
    os.utime(new, (ahead, ahead))
    SecretStore(path, "off")
    assert not new.exists()


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be removed there")
@pytest.mark.parametrize("is_removed", [False, True])
def test_a_new_part_that_another_process_takes_for_a_leftover_is_made_anew(
    path: Path, monkeypatch: pytest.MonkeyPatch, is_removed: bool
) -> None:
    """Between making and locking it the other one locks it, and maybe removes it already."""
    path.parent.mkdir()
    make, taken = tempfile.mkstemp, []
    with contextlib.ExitStack() as stack:

        def be_late(**options: str) -> tuple[int, str]:
            descriptor, name = make(**options)
            if not taken:
                taken.append(name)
                other = os.open(name, os.O_RDWR)
                stack.callback(os.close, other)
                assert locks.try_lock(other)
                if is_removed:
                    Path(name).unlink()
                    stack.close()
            return descriptor, name

        monkeypatch.setattr(tempfile, "mkstemp", be_late)
        atomic.write_text(path, "new")
        assert path.read_text() == "new"
        assert [str(part) for part in parts(path)] == ([] if is_removed else taken)


def test_many_writers_harm_none(path: Path) -> None:
    with contextlib.ExitStack() as stack:
        writers = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", WRITES_OFTEN, str(path), f"writer {number}"]
                )
            )
            for number in range(OTHERS)
        ]
        assert [writer.wait(120) for writer in writers] == [0] * OTHERS
    assert parts(path) == []
    assert json.loads(path.read_text())["file"]
