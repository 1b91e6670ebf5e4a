"""Tests of atomic file writes and of keeping damaged files."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from posto_desktop.storage import atomic
from posto_desktop.storage.errors import StorageError
from tests.fakes.forbidden_files import forbid_reading


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_writes_into_folders_that_are_not_there_yet(tmp_path: Path) -> None:
    path = tmp_path / "config" / "deep" / "settings.json"
    atomic.write_json(path, {"name": "Grüße 🎉"})
    assert json.loads(path.read_text("utf-8")) == {"name": "Grüße 🎉"}
    assert "Grüße" in path.read_text("utf-8")
    assert names(path.parent) == ["settings.json"]


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_the_mode_holds_from_the_first_byte_on(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "secrets.json"
    path.write_text("old")
    path.chmod(0o666)
    atomic.write_bytes(path, b"new", mode=mode)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text("{}")
    link.symlink_to(real)
    atomic.write_json(link, {"a": 1})
    assert link.is_symlink()
    assert atomic.read_json(real, None) == {"a": 1}


def test_a_name_that_is_not_utf8_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "drafts.json"
    atomic.write_json(path, {"path": "caf\udce9.jpg"})
    assert atomic.read_json(path, None) == {"path": "caf\udce9.jpg"}


def test_files_hold_only_what_every_program_reads(tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    atomic.write_json(path, {"a": [float("nan"), float("inf"), 0.5]})
    assert json.loads(path.read_text(), parse_constant=pytest.fail) == {"a": [None, None, 0.5]}
    path.write_text('{"a": [NaN, -Infinity, 1e999, 0.5]}')
    assert atomic.read_json(path, None) == {"a": [None, None, None, 0.5]}
    path.write_text("[" * 100_000)
    assert atomic.read_json(path, "default") == "default"


@pytest.mark.parametrize("name", ["n" * 251 + ".csv", "ü" * 125 + ".csv", "🌊" * 62 + ".csv"])
def test_the_longest_name_that_there_is_can_be_written(tmp_path: Path, name: str) -> None:
    atomic.write_text(tmp_path / name, "hello")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "hello")]


def test_a_name_that_no_disk_takes_is_said(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        atomic.write_text(tmp_path / ("n" * 300), "hello")
    assert not list(tmp_path.iterdir())


def test_a_failure_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "settings.json"
    path.write_text("old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError) as caught:
        atomic.write_text(path, "new")
    assert "is full" in caught.value.user_message
    assert path.read_text() == "old"
    assert names(tmp_path) == ["settings.json"]


@pytest.mark.skipif(os.name == "nt", reason="a limit of POSIX")
def test_a_disk_that_really_takes_no_more(tmp_path: Path) -> None:
    """A file-size limit makes the system itself refuse the bytes, half way through."""
    import resource

    path = tmp_path / "settings.json"
    path.write_text("old")
    script = (
        "import resource, signal, sys, pathlib\n"
        "from posto_desktop.storage import atomic\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try:\n"
        "    atomic.write_bytes(pathlib.Path(sys.argv[1]), b'x' * 100_000)\n"
        "except atomic.StorageError as error:\n"
        "    print(error.user_message)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    assert "settings.json could not be saved" in done.stdout
    assert "is full" in done.stdout
    assert path.read_text() == "old"
    assert names(tmp_path) == ["settings.json"]
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 4096


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    with pytest.raises(StorageError) as caught:
        atomic.write_json(tmp_path / "home" / "settings.json", {})
    assert str(tmp_path / "home") in caught.value.user_message
    assert "Errno" not in caught.value.user_message


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (13, "may not write"),
        (30, "may not write"),
        (28, "full"),
        (errno.EDQUOT, "full"),
        (5, "error"),
    ],
)
def test_each_refusal_of_the_system_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str
) -> None:
    def refuse(*args: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(StorageError) as caught:
        atomic.write_text(tmp_path / "a.txt", "x")
    assert sentence in caught.value.user_message
    assert caught.value.user_message.endswith(".")
    assert names(tmp_path) == []


def test_nothing_there_is_no_damage(tmp_path: Path) -> None:
    assert atomic.read_json_reporting(tmp_path / "none.json", {"a": 1}) == ({"a": 1}, None)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\0\0",
        b"{",
        b'{"a": ',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b"not json",
        b'{"a": "\xc3"}',
    ],
    ids=["empty", "zeros", "cut", "cut later", "binary", "deep", "text", "bad utf-8"],
)
def test_a_damaged_file_is_kept_aside(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(data)
    value, damaged = atomic.read_json_reporting(path, {"a": 1})
    assert value == {"a": 1}
    assert damaged is not None
    assert damaged.copy_path is not None
    assert damaged.copy_path.name.startswith("settings.json.damaged-")
    assert damaged.copy_path.read_bytes() == data
    assert not path.exists()
    assert damaged.copy_path.name in damaged.sentence


def test_damaged_files_never_replace_each_other(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    copies = set()
    for number in range(4):
        path.write_text(f"damage {number}")
        _, damaged = atomic.read_json_reporting(path, None)
        assert damaged is not None
        copies.add(damaged.copy_path)
    assert len(copies) == 4


def test_a_byte_order_mark_is_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(b'\xef\xbb\xbf{"a": 1}')
    assert atomic.read_json_reporting(path, None) == ({"a": 1}, None)


def test_a_huge_file_is_not_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    with path.open("wb") as file:
        file.truncate(atomic.MAX_JSON_BYTES + 1)
    value, damaged = atomic.read_json_reporting(path, {})
    assert value == {}
    assert damaged is not None
    assert "too large" in damaged.why


def test_a_file_that_may_not_be_read_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It must not be moved or replaced: only its owner knows what it is."""
    path = tmp_path / "settings.json"
    path.write_text("{}")
    forbid_reading(monkeypatch, path)
    with pytest.raises(StorageError, match="may not read it"):
        atomic.read_json(path, {})
    assert path.read_text() == "{}"


def test_a_folder_in_the_place_of_a_file_is_kept_aside(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.mkdir()
    (path / "theirs").write_text("theirs")
    value, damaged = atomic.read_json_reporting(path, {})
    assert value == {}
    assert damaged is not None
    assert damaged.why == "it is a folder, not a file"
    assert damaged.copy_path is not None
    assert (damaged.copy_path / "theirs").exists()
