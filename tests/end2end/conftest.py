"""Fixtures for tests of the whole program on a virtual screen."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.paths import find_paths
from posto_desktop.storage.settings import Settings
from tests.end2end.app import App
from tests.end2end.desktop import Desktop, missing_tools, running_desktop
from tests.end2end.wordpress import Account, WordPress, missing_parts, running_wordpress
from tests.end2end.wordpress.control import Control
from tests.needs import require


@pytest.fixture(scope="session")
def desktop() -> Iterator[Desktop]:
    """One virtual desktop for all tests of this run."""
    require(missing_tools())
    with running_desktop() as desktop:
        yield desktop


@pytest.fixture(scope="module")
def wordpress() -> Iterator[WordPress]:
    """A real WordPress with all its doors; `wordpress.control.reset()` empties it."""
    require(missing_parts())
    with running_wordpress() as wordpress:
        yield wordpress


def without_undo_time(home: Path) -> None:
    """Have posts leave at once in a home without settings: nobody waits for Undo here."""
    paths = find_paths(home)
    if (home.is_dir() or not home.exists()) and not os.path.lexists(paths.settings):
        with contextlib.suppress(OSError, StorageError):
            Settings(paths.settings).set("sending.hold_seconds", 0)


@pytest.fixture
def start_app(
    desktop: Desktop, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., App]]:
    """Start the app on ``tmp_path/home`` (or another home); it is ended after the test.

    When the test fails, what the apps said is added to the report.
    """
    started: list[App] = []

    def start(
        *words: object, home: Path | None = None, log: Path | None = None, **environment: str
    ) -> App:
        folder = home or tmp_path / "home"
        without_undo_time(folder)
        app = App.start(desktop, folder, *words, log=log, **environment)
        started.append(app)
        return app

    failed_before = request.session.testsfailed
    yield start
    if request.session.testsfailed > failed_before:
        desktop.screenshot(tmp_path / "screen.png")
        print(f"screen: {tmp_path / 'screen.png'}")
        for app in started:
            print(f"--- the app said:\n{app.output()[-4000:]}")
    # The newest first: apps of one home share its server, which the newest has started.
    for app in reversed(started):
        app.close()


@pytest.fixture
def app(start_app: Callable[..., App]) -> App:
    """The app, started, its window there."""
    app = start_app()
    assert app.window
    return app


@pytest.fixture
def control(wordpress: WordPress) -> Iterator[Control]:
    """The WordPress of the module, emptied: what happens there, and what goes wrong."""
    wordpress.control.reset()
    yield wordpress.control
    wordpress.let_in_front(Account("members", "theirs", ""))


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "fjord.jpg"
    Image.effect_noise((320, 200), 60).convert("RGB").save(path, "JPEG")
    return path
