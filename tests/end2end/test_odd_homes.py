"""Homes in which something else lies in the place of a file: pipes, devices, folders, circles of
links, sockets, 20 GB of nothing, random bytes, files that may not be read.

The real app on a real window starts within its limit, says what happened, sends a post and quits in
time, and every file that was good is still there. `POSTO_ODD_HOMES` says how many homes are tried:
each has another kind of thing in the place of each file, so that nine of them try all.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from posto_desktop.storage.paths import find_paths
from tests.end2end import steps
from tests.end2end.app import App, program
from tests.end2end.atspi import RemovedError
from tests.end2end.odd_things import FILES, KINDS
from tests.end2end.waiting import wait_for

pytestmark = pytest.mark.end2end

HOMES = int(os.environ.get("POSTO_ODD_HOMES", "2"))
LIMIT = 60.0
"""Seconds in which a window shows and in which it goes, also where other tests run."""
NAMES = [*KINDS]
_MOVED = ("pipe", "endless", "full", "folder", "loop", "socket")
_DATABASES = ("data/posto.db", "data/workspace/workspace.db", "data/workspace/sandbox/feed.db")
SAID: dict[str, tuple[str, ...]] = {
    "config/settings.json": (*_MOVED, "sparse", "random", "unreadable"),
    "config/accounts.json": (*_MOVED, "sparse", "random", "unreadable"),
    "data/posto.lock": _MOVED,
    "data/workspace/signing-key": ("unreadable",),
    "data/workspace/server.lock": ("unreadable",),
    "logs/posto.log": _MOVED,
    "logs/crash.log": _MOVED,
    **dict.fromkeys(_DATABASES, (*_MOVED, "sparse", "random", "unreadable")),
    **dict.fromkeys(("data/posto.db-wal", "data/posto.db-shm", "data/posto.db-journal"), _MOVED),
}
"""What the window has to name: not what holds nothing of the user, or is told on its own page."""


def seed(home: Path) -> dict[str, bytes]:
    """What people have in a home before it is started; the bytes of what only they change."""
    paths = find_paths(home)
    for folder in (paths.styles / "watermarks", paths.data / "pasted", paths.logs, paths.cache):
        folder.mkdir(parents=True)
    theirs = {
        "config/settings.json": {"schema": 1, "schedule.sort": "time"},
        "config/accounts.json": {"schema": 1, "accounts": []},
        "config/secrets.json": {"schema": 1, "file": {"a": "hush"}, "keyring": []},
        "config/defaults.json": {"networks": {"mastodon": {"post_content": "{post_content}"}}},
        "config/snippets.json": {"signatures": {"Me": "– me"}},
        "config/styles/Mine.json": {"name": "Mine", "settings": {"x": {"post_content": "a"}}},
    }
    for name, content in theirs.items():
        (home / name).write_text(json.dumps(content))
    Image.new("RGB", (8, 8), "red").save(paths.styles / "watermarks" / "mark.png")
    Image.new("RGB", (8, 8), "blue").save(paths.data / "pasted" / "one.png")
    return {
        name: (home / name).read_bytes()
        for name in (*theirs, "config/styles/watermarks/mark.png", "data/pasted/one.png")
    }


@pytest.fixture
def plain_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app may not read what is forbidden, also where root runs the tests."""
    if os.geteuid() != 0:
        return
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    if shutil.which("setpriv") is None or subprocess.run([*drop, "true"], check=False).returncode:
        pytest.skip("needs setpriv")
    wrapper = tmp_path / "with-plain-rights"
    wrapper.write_text(f'#!/bin/sh\nexec {shlex.join([*drop, *program()])} "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("POSTO_PROGRAM", str(wrapper))


@pytest.mark.parametrize("turn", range(HOMES))
def test_other_things_in_the_place_of_files(
    start_app: Callable[..., App], tmp_path: Path, plain_rights: None, turn: int
) -> None:
    home = tmp_path / "home"
    good = seed(home)
    placed = {name: NAMES[(at + turn) % len(NAMES)] for at, name in enumerate(FILES)}
    for name, kind in placed.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        KINDS[kind](path)
        good.pop(name, None)

    began = time.monotonic()
    app = start_app(home=home)
    assert app.window
    shown = time.monotonic() - began
    sentences = _wait_until_of_use(app, placed)
    steps.tick_by_keyboard(app, "Sandbox Mastodon")
    steps.write(app, "From an odd home")
    app.window.find(role="button", object_name="post").press()
    wait_for(lambda: len(steps.published(app)) >= 1, "the post", explain=app.window.outline)
    began = time.monotonic()
    assert app.quit(LIMIT) == 0
    print(f"turn {turn}: a window after {shown:.1f} s, quit in {time.monotonic() - began:.1f} s")

    for name, content in good.items():
        assert (home / name).read_bytes() == content, name
    for folder in home.rglob("*.damaged-*/of somebody"):
        assert folder.read_text() == "theirs"
    with closing(sqlite3.connect(find_paths(home).database)) as db:
        sentences += [text for (text,) in db.execute("SELECT text FROM notices")]
    missing = [
        f"{name}: {kind}"
        for name, kind in placed.items()
        if kind in SAID.get(name, ())
        and not any(Path(name).name in sentence for sentence in sentences)
    ]
    # What the user had to allow first is on the screen then: what was moved away before it is said
    # in the list of notices of that run only, or until the next try of the workspace to start.
    if any(path.startswith("data/posto.db") for path in _forbidden(placed)):
        missing = [path for path in missing if not path.startswith(("logs/", "data/posto.lock"))]
    if any(path.startswith("data/workspace/") for path in _forbidden(placed)):
        missing = [path for path in missing if not path.startswith("data/workspace/")]
    assert missing == [], sentences


def _forbidden(placed: dict[str, str]) -> list[str]:
    return [name for name, kind in placed.items() if kind == "unreadable"]


def _wait_until_of_use(app: App, placed: dict[str, str]) -> list[str]:
    """Until the channels show. What only the user can allow is allowed by the user, after the
    window has named the file: returns what it said."""
    sentences: set[str] = set()
    forbidden = [app.home / name for name in _forbidden(placed)]

    def allow(words: str) -> bool:
        named = [item for item in forbidden if item.name in words]
        for path in named:
            forbidden.remove(path)  # the next one of that name is the app's own
            path.unlink()
        return bool(named)

    def look() -> bool:
        banner = app.window.look(object_name="banner-text")
        words = banner.text if banner is not None else ""
        failed = app.window.look(object_name="channels-failed")
        if failed is not None:
            words += " ".join(node.text for node in failed.walk() if node.text)
        sentences.update(_sentences(app))
        for name in ("Check again", "Try again"):
            button = app.window.look(name, role="button")
            if button is not None and allow(words):
                button.press()
        tree = app.window.look("Channels")
        return not words and tree is not None and bool(tree.items())

    wait_for(look, "the channels", explain=lambda: (sentences, app.window.outline()), timeout=120)
    return [*sentences]


def _sentences(app: App) -> set[str]:
    """What the window says of files at the moment: in its banner, in the pane, in notices."""
    sentences = set()
    for control in app.window.walk():
        with contextlib.suppress(RemovedError):
            sentences |= {words for words in (control.name, control.text) if "." in words}
    return sentences


_HASH = r"[0-9a-f]{40,64}"
UNNAMED = re.compile(
    r"config/styles/(?!\.)[^/]+|config/styles/watermarks/[^/]+"
    r"|data/(pasted|media)/[^/]+"
    rf"|cache/(pictures/{_HASH}|thumbnails/{_HASH}\.thumb|renditions/.+)"
    rf"|data/workspace/(media|sandbox/media)/[0-9a-f]{{2}}/{_HASH}(\.[0-9a-f]{{32}})?"
    rf"|data/workspace/media/incoming/tmp\w+"
    rf"|data/workspace/pictures/(channel-\w+-\w+\.png|[0-9a-f]{{2}}/{_HASH}-\d+)"
)
"""Files whose names depend on what is in them, or that other people name."""
_MAKING = re.compile(r"(.+/)?\..+\.\w{8}\.part")
"""What `storage.part_files` makes before it is renamed: always a new file."""


def test_every_file_that_a_session_opens_is_in_the_list(
    start_app: Callable[..., App], tmp_path: Path, photo: Path
) -> None:
    """Python itself tells what the app and its server open while a post goes out."""
    home, trace = tmp_path / "home", tmp_path / "trace"
    seed(home)
    tracing = Path(__file__).with_name("tracing")
    more = {"PYTHONPATH": str(tracing), "POSTO_TRACED": f"{home}/", "POSTO_TRACE": str(trace)}
    app = start_app(photo, home=home, **more)
    steps.tick_by_keyboard(app, "Sandbox Mastodon")
    steps.wait_for_media(app, photo.name)
    steps.write(app, "With a picture")
    app.window.find(role="button", object_name="post").press()
    wait_for(lambda: len(steps.published(app)) >= 1, "the post", explain=app.window.outline)
    for page in ("Schedule", "Calendar", "Campaigns", "Styles", "Activity", "Feed"):
        steps.open_page(app, page)
    assert app.quit(LIMIT) == 0
    opened = set(trace.read_text().splitlines())
    assert {"data/posto.db", "data/workspace/workspace.db", "config/settings.json"} <= opened
    named = {name for name in opened if not (UNNAMED.fullmatch(name) or _MAKING.fullmatch(name))}
    assert {name for name in named - set(FILES) if not (home / name).is_dir()} == set()
