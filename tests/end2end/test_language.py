"""Another language, chosen in Settings, after the restart that the app offers."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.end2end import steps
from tests.end2end.app import App
from tests.end2end.atspi import Accessible, RemovedError
from tests.end2end.waiting import wait_for

pytestmark = pytest.mark.end2end


def _processes_of(home: Path) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if str(home) in process.cmdline():
                yield process


def test_german_after_a_restart(start_app: Callable[..., App], tmp_path: Path) -> None:
    home = tmp_path / "home"
    app = start_app(home=home)
    steps.write(app, "Kept over the restart")
    app.window.find("Settings", role="button").press()
    dialog = app.program.find("Settings", role="dialog")
    dialog.find("Language").press()
    combo = dialog.find(object_name="language", role="combo box")
    app.desktop.click(*combo.centre())
    app.desktop.keys("d")
    app.desktop.keys("Return")
    dialog.find("Restart now").press()
    app.process.wait(30)
    try:

        def window() -> Accessible | None:
            for program in app.desktop.bus.programs():
                with contextlib.suppress(RemovedError):
                    for child in program.children():
                        if child.name.startswith("Posto Desktop") and child.look("Verfassen"):
                            return child
            return None

        german = wait_for(window, "the window in German")
        assert german.find("Nachricht").text == "Kept over the restart"
    finally:
        left = list(_processes_of(home))
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.terminate()
        psutil.wait_procs(left, 30)
