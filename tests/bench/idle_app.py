"""The app left alone, and messages opened and closed: runs inside the app, see `probe`."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from typing import Any

import psutil
from PySide6.QtCore import QObject, QTimer

from tests.bench.probe import MB, Probe

SECONDS = "POSTO_BENCH_SECONDS"
MESSAGES = "POSTO_BENCH_MESSAGES"
SETTLE_MS = 8_000
SHOWN_MS = 45
"""For each message: its previews are drawn 30 ms after it was opened."""
WARM = 100
DRAFTS = 10


def _worked() -> dict[str, float]:
    """Seconds of a core that the app has used so far, and its server."""
    app = psutil.Process()
    others = [process.cpu_times() for process in app.children(recursive=True)]
    mine = app.cpu_times()
    return {
        "app": mine.user + mine.system,
        "server": sum(process.user + process.system for process in others),
    }


class Rest(QObject):
    """A minute with the window open, a minute in the tray."""

    def __init__(self, probe: Probe) -> None:
        super().__init__(probe)
        self.probe = probe
        self.seconds = float(os.environ[SECONDS])
        QTimer.singleShot(SETTLE_MS, self, lambda: self._measure("window", self._hide))

    def _measure(self, name: str, then: Callable[[], None]) -> None:
        before = _worked()

        def over() -> None:
            after = _worked()
            for part, worked in after.items():
                share = (worked - before[part]) / self.seconds * 100
                self.probe.facts[f"{name}_{part}"] = share
            then()

        QTimer.singleShot(int(self.seconds * 1000), self, over)

    def _hide(self) -> None:
        from posto_desktop.ui.tray import Tray

        # The platform of the measurement has no tray; the window hides as if there were one.
        Tray.is_available = staticmethod(lambda: True)  # type: ignore[method-assign]
        desk = _desktop(self.probe)
        desk.desks.tray.show()
        desk.window.close()
        assert not desk.window.isVisible(), "the window did not go into the tray"
        QTimer.singleShot(SETTLE_MS, self, lambda: self._measure("tray", self.probe.finish))


class Messages(QObject):
    """Opens drafts and closes them again, one after the other, with three channels ticked."""

    def __init__(self, probe: Probe) -> None:
        super().__init__(probe)
        self.probe, self.count = probe, int(os.environ[MESSAGES])
        self.done = 0
        desk = _desktop(probe)
        self.page: Any = desk.compose
        desk.channels.set_checked_ids({channel.id for channel in desk.channels.channels()[:3]})
        from posto_desktop.core.draft import Draft

        self.drafts = [
            Draft(workspace="local", text=f"Message {number}\n\n" + "Words to read. " * 20)
            for number in range(DRAFTS)
        ]
        for draft in self.drafts:
            self.page.message.open_drafts.load(draft)
        QTimer.singleShot(1_000, self, self._open)

    def _open(self) -> None:
        if self.done == WARM:
            self.probe.facts["memory_before"] = _memory()
        if self.done == WARM + self.count:
            self.probe.facts["memory_after"] = _memory()
            self.probe.finish()
            return
        draft = self.drafts[self.done % DRAFTS]
        self.page.message.open_drafts.load(self.page.message.store.get(draft.id) or draft)
        assert self.page.draft.id == draft.id
        QTimer.singleShot(SHOWN_MS, self, self._close)

    def _close(self) -> None:
        self.page.message.open_drafts.close(self.page.message.open_drafts.active)
        self.done += 1
        QTimer.singleShot(0, self, self._open)


def _memory() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss) / MB


def _desktop(probe: Probe) -> Any:
    """The running app; its window asks it before it closes."""
    guard: Any = probe.window.close_guard  # type: ignore[union-attr]
    return guard.__self__
