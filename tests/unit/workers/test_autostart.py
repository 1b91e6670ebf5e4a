from __future__ import annotations

import configparser
import plistlib
import re
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.paths import find_paths
from posto_desktop.workers import autostart as autostart_module
from posto_desktop.workers.autostart import (
    FileAutostart,
    agent,
    autostart,
    entry,
    refresh_autostart,
    set_autostart,
)

linux = pytest.mark.skipif(sys.platform != "linux", reason="the way of Linux")


@linux
def test_it_is_off_until_it_is_wanted_and_off_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("POSTO_HOME", str(tmp_path / "my home"))
    workspace = find_paths().workspace
    start = autostart(workspace, 90)
    assert start is not None
    assert not start.is_on()
    start.set_on(False)
    start.set_on(True)
    assert start.is_on()
    path = tmp_path / "config" / "autostart" / "posto-sending.desktop"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    command = words_of(path.read_text("utf-8"))
    assert f"\nTryExec={command[0]}\n" in path.read_text("utf-8")
    assert command[-5:] == [
        "--data",
        str(workspace),
        "--late-limit",
        "90",
        "--detach",
    ]
    start.set_on(False)
    assert not start.is_on()
    assert not path.exists()


@linux
def test_an_entry_that_the_desktop_turned_off_is_off(tmp_path: Path) -> None:
    start = FileAutostart(tmp_path / "one.desktop", b"[Desktop Entry]\n")
    start.set_on(True)
    start.path.write_bytes(b"[Desktop Entry]\nHidden=true\n")
    assert not start.is_on()


@linux
def test_each_home_has_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path, other = autostart(tmp_path / "one", 60), autostart(tmp_path / "other", 60)
    usual = autostart(find_paths().workspace, 60)
    assert path is not None
    assert other is not None
    assert usual is not None
    path.set_on(True)
    assert (path.is_on(), other.is_on(), usual.is_on()) == (True, False, False)
    other.set_on(True)
    assert set_autostart(None, path, False) is False  # type: ignore[arg-type]
    assert other.is_on()


@linux
def test_it_follows_the_late_limit_where_it_is_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    workspace = find_paths().workspace
    path = tmp_path / "autostart" / "posto-sending.desktop"
    refresh_autostart(None, workspace, 5)  # type: ignore[arg-type]
    assert not path.exists()
    start = autostart(workspace, 60)
    assert start is not None
    assert set_autostart(None, start, True) is True  # type: ignore[arg-type]
    refresh_autostart(None, workspace, 60)  # type: ignore[arg-type]
    assert start.is_current()
    refresh_autostart(None, workspace, 5)  # type: ignore[arg-type]
    assert not start.is_current()
    assert '"--late-limit" "5"' in path.read_text("utf-8")
    path.write_text("[Desktop Entry]\nHidden=true\n", "utf-8")  # off by the desktop's settings
    refresh_autostart(None, workspace, 60)  # type: ignore[arg-type]
    assert not start.is_on()


@linux
def test_what_is_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "autostart").write_text("a file where a folder should be", "utf-8")
    start = FileAutostart(tmp_path / "autostart" / "one.desktop", b"")
    with pytest.raises(StorageError) as caught:
        start.set_on(True)
    assert str(start.path) in caught.value.user_message
    assert not start.is_on()


def words_of(text: str) -> list[str]:
    """The command of an entry, by the rules of the Desktop Entry Specification."""
    parsed = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    parsed.read_string(text)
    line = parsed["Desktop Entry"]["Exec"].replace("\\\\", "\\")
    quoted = re.findall(r'"((?:[^"\\]|\\.)*)"', line)
    return [re.sub(r"\\(.)", r"\1", word).replace("%%", "%") for word in quoted]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"])), min_size=1))
def test_any_words_come_out_of_an_entry_as_they_went_in(words: list[str]) -> None:
    assert words_of(entry(words).decode()) == words


def test_the_agent_of_macos_runs_the_command_at_the_start() -> None:
    read = plistlib.loads(agent(["/a b/posto-server", "--data", "/x"]))
    assert read["ProgramArguments"] == ["/a b/posto-server", "--data", "/x"]
    assert read["RunAtLoad"] is True


@pytest.mark.parametrize(
    "place", ["/private/var/folders/x/T/AppTranslocation/0-1/d", "/Volumes/Posto Desktop"]
)
def test_macos_starts_no_app_from_a_place_that_will_be_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    path = tmp_path / "Library" / "LaunchAgents" / "org.posto-sending.plist"

    def start_from(folder: str) -> FileAutostart:
        server = f"{folder}/Posto Desktop.app/Contents/MacOS/posto-server"
        monkeypatch.setattr(autostart_module, "program", lambda: [server])
        start = autostart(find_paths().workspace, 60)
        assert isinstance(start, FileAutostart)
        return start

    with pytest.raises(StorageError, match="Move Posto Desktop to the Applications folder"):
        start_from(place).set_on(True)
    assert not path.exists()
    start_from("/Applications").set_on(True)
    entry_before = path.read_bytes()
    unmoved = start_from(place)
    assert unmoved.is_on()
    assert unmoved.is_current(), "a start from there leaves the entry alone"
    assert path.read_bytes() == entry_before
    unmoved.set_on(False)
    assert not path.exists()
