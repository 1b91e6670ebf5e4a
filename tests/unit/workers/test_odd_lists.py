"""Tests of directories in place of the app's list files: moved aside and reported."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from posto_desktop.server.calendar_feed import CalendarKey
from posto_desktop.server.workspace import Workspace
from posto_desktop.workers.calendar_server import CalendarServer
from posto_desktop.workers.recent_media import RecentMedia
from tests.fakes.odd_files import link_to_a_device, make_pipe


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(20 * 1024**3)


ODD: dict[str, Callable[[Path], object]] = {
    "a pipe": make_pipe,
    "a device": link_to_a_device,
    "20 GB": _sparse,
    "nothing": lambda path: path.write_bytes(b""),
    "random": lambda path: path.write_bytes(bytes(range(256)) * 40),
    "brackets": lambda path: path.write_bytes(b"[" * 1_000_000),
    "another shape": lambda path: path.write_text(json.dumps([1, {"files": 7}])),
    "a folder": lambda path: (path / "inside").mkdir(parents=True),
}
odd = pytest.mark.parametrize("make", ODD.values(), ids=ODD.keys())
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in folders there")


def is_aside(path: Path, make: Callable[[Path], object], sentence: str) -> bool:
    """What was there lies beside, a folder with what is in it."""
    copies = list(path.parent.glob(f"{path.name}.damaged-*"))
    assert len(copies) == 1
    if make is ODD["a folder"]:
        assert (copies[0] / "inside").is_dir()
    return sentence.startswith(f"{path.name} could not be read: ") and copies[0].name in sentence


@odd
def test_the_addresses_of_plans(tmp_path: Path, make: Callable[[Path], object]) -> None:
    path = tmp_path / "calendars.json"
    make(path)
    server = CalendarServer(path, lambda _workspace: b"")
    server.begin()
    assert is_aside(path, make, server.problem)
    words = "Subscribe in your calendar app again with a new address."
    assert server.problem.endswith(words)
    assert server.address(None, "a") == ""
    server.close()


@odd
def test_the_address_of_the_workspace(tmp_path: Path, make: Callable[[Path], object]) -> None:
    path = tmp_path / "calendar.json"
    make(path)
    workspace = Workspace(tmp_path)
    [problem] = workspace.problems
    assert is_aside(path, make, problem)
    assert problem.endswith("Subscribe in your calendar app again with a new address.")
    assert workspace.calendar.secret == ""
    workspace.close()
    key = CalendarKey(path)
    assert not key.problem
    key.make(4711)
    assert CalendarKey(path).secret == key.secret


@odd
def test_the_list_of_recent_files(tmp_path: Path, make: Callable[[Path], object]) -> None:
    path = tmp_path / "recent-media.json"
    make(path)
    problems: list[str] = []
    library = RecentMedia(path, report=problems.append)
    assert library.files() == []
    assert library.paths() == frozenset()
    assert library.is_lost
    assert len(problems) == 1
    assert is_aside(path, make, problems[0])
    assert problems[0].endswith("The files themselves are not affected.")


def test_a_list_that_is_whole_or_not_there_is_not_told(tmp_path: Path) -> None:
    problems: list[str] = []
    for content in (None, '{"schema": 1, "files": [{"path": "/a.jpg"}, 7]}'):
        if content is not None:
            (tmp_path / "recent-media.json").write_text(content)
        library = RecentMedia(tmp_path / "recent-media.json", report=problems.append)
        assert len(library.paths()) == (content is not None)
        assert not library.is_lost
    assert problems == []
    server = CalendarServer(tmp_path / "calendars.json", lambda _workspace: b"")
    server.begin()
    assert server.problem == ""
    server.close()
