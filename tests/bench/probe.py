"""Runs inside the measured process: ``python -m tests.bench.probe KIND OUT.json [ARGUMENTS]``.

KIND ``bare`` is an empty `QMainWindow` (``idle``: for some seconds, with a heartbeat), ``app`` the
real program with its own command line, ``heartbeat`` the same with work to do (see `beating`),
``resting`` and ``messages`` the same left alone and used for long (see `resting`). The
moment of the process's birth comes from the parent (the monotonic clock is one for the machine).
The answer is a JSON object in OUT: seconds from birth and MB.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QTimer
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMainWindow

BORN = "POSTO_BENCH_BORN"
SETTLE_MS = 1500
GIVE_UP_MS = 280_000
MB = 1024 * 1024


def since_birth() -> float:
    return time.monotonic() - float(os.environ[BORN])


def leaves(model: QAbstractItemModel | None, parent: QModelIndex | None = None) -> int:
    """Rows without children, at any depth."""
    if model is None:
        return 0
    parent = parent or QModelIndex()
    count = 0
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        count += leaves(model, index) if model.hasChildren(index) else 1
    return count


class Probe(QObject):
    """Notes the first paint of the main window, then the channels, then memory; then ends."""

    def __init__(self, out: Path, *, has_channels: bool) -> None:
        super().__init__()
        self.out = out
        self.has_channels = has_channels
        self.facts: dict[str, Any] = {}
        self.window: QMainWindow | None = None
        self.poll = QTimer(self, interval=5)
        self.poll.timeout.connect(self.look_for_channels)
        self.after: Callable[[Probe], object] = Probe.settle

    def watch(self, window: QMainWindow) -> None:
        # Not the application: for each object that gets an event, PySide looks through all of Qt's
        # classes, which took a fifth of the start.
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, QMainWindow):
            watched.removeEventFilter(self)
            self.window = watched
            # The event comes before the painting; a timer of 0 ms fires after it.
            QTimer.singleShot(0, self.painted)
        return False

    def painted(self) -> None:
        self.facts["first_paint"] = since_birth()
        self.facts["memory_at_paint"] = psutil.Process().memory_info().rss / MB
        if self.has_channels:
            self.poll.start()
        else:
            self.after(self)

    def look_for_channels(self) -> None:
        assert self.window is not None
        view = self.window.findChild(QAbstractItemView, "channels")
        if view is not None and view.isVisible() and leaves(view.model()) >= 8:
            self.poll.stop()
            self.facts["channels"] = since_birth()
            self.after(self)

    def settle(self) -> None:
        QTimer.singleShot(SETTLE_MS, self.finish)

    def finish(self) -> None:
        self.facts["memory"] = psutil.Process().memory_info().rss / MB
        self.out.write_text(json.dumps(self.facts), encoding="utf-8")
        QApplication.quit()


def run_bare(probe: Probe) -> int:
    app = QApplication(sys.argv[:1])
    window = QMainWindow()
    probe.watch(window)
    window.resize(1280, 800)
    window.show()
    return app.exec()


def run_app(probe: Probe, arguments: list[str]) -> int:
    """The real program; the probe gets in when it enters the event loop."""
    real_exec = QApplication.exec

    def watched_exec(*_: object) -> int:
        app = QApplication.instance()
        assert app is not None
        probe.moveToThread(app.thread())
        for window in QApplication.topLevelWidgets():
            if isinstance(window, QMainWindow):
                probe.watch(window)
        QTimer.singleShot(GIVE_UP_MS, app.quit)
        return real_exec()

    QApplication.exec = watched_exec  # type: ignore[method-assign,assignment]
    from posto_desktop.__main__ import main

    return main(arguments)


def main() -> int:
    kind, out, *arguments = sys.argv[1:]
    bare = kind in ("bare", "idle")
    probe = Probe(Path(out), has_channels=not bare)
    if kind in ("idle", "heartbeat"):
        from tests.bench import gui_load

        probe.after = gui_load.idle if bare else gui_load.scenario
    elif kind in ("resting", "messages"):
        from tests.bench import idle_app

        probe.after = idle_app.Rest if kind == "resting" else idle_app.Messages
    return run_bare(probe) if bare else run_app(probe, arguments)


if __name__ == "__main__":
    sys.exit(main())
