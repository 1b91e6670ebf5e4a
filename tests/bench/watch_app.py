"""A folder with 10,000 new pictures is watched in the whole app: runs in a process of its own.

``python -m tests.bench.watch_app OUT.json HOME FOLDER COUNT SECONDS``: takes COUNT pictures,
removes them by Undo, and is left alone for so many SECONDS.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import psutil
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from posto_desktop.core.watch_folder import WatchFolder
from posto_desktop.ui.theme import Theme
from tests.bench.schedule_page import Beats, memory
from tests.gui.whole_app import WholeApp


def main(out: Path, home: Path, folder: Path, count: int, seconds: float) -> None:
    application = QApplication.instance() or QApplication([])
    theme = Theme.begin()
    theme.apply_to_application()
    app = WholeApp(theme, home)
    app.begin()
    controller, store = app.controllers.watch_folders, app.compose.message.store
    controller.begin()
    wait(2.0)
    facts: dict[str, float] = {"memory_before": memory()}
    beats = Beats()
    began = time.monotonic()
    watched = WatchFolder(str(folder))
    controller.store.add(watched, skips_existing=False)
    most = 0.0
    while store.count() < count or controller.store.status(watched.id).state != "watching":
        wait(0.25)
        most = max(most, memory())
        if time.monotonic() - began > 900:
            raise TimeoutError(f"{store.count()} of {count}")
    facts["seconds"] = time.monotonic() - began
    facts |= {f"take_{name}": value for name, value in beats.take().items()}
    facts["memory_most"] = most
    controller.undo(watched.id)
    wait(2.0)
    facts |= {f"undo_{name}": value for name, value in beats.take().items()}
    facts["left"] = float(store.count())
    process = psutil.Process()
    wait(8.0)
    before = process.cpu_times()
    beats._timer.stop()
    wait(seconds)
    after = process.cpu_times()
    worked = after.user + after.system - before.user - before.system
    facts["idle_with_folder"] = worked / seconds * 100
    controller.store.remove(watched.id)
    wait(3.0)
    before = process.cpu_times()
    wait(seconds)
    after = process.cpu_times()
    worked = after.user + after.system - before.user - before.system
    facts["idle_without"] = worked / seconds * 100
    app.close()
    out.write_text(json.dumps(facts))
    del application


def wait(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]), int(sys.argv[4]), float(sys.argv[5]))
