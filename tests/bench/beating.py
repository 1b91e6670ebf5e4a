"""The heart of the GUI thread while much happens: runs inside the app, see `probe`.

A timer of 10 ms notes how late it comes. Meanwhile, as a person would through the window: the
schedule (10,000 rows) arrives, 50 photos are dropped, a post is sent whose every request takes 2 s.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from tests.bench.probe import Probe

BEAT_MS = 10
LATENCY = 2.0
PHOTOS = "POSTO_BENCH_PHOTOS"
ROWS = 10_000


class Heart(QObject):
    """Notes the longest wait between two beats, for each phase."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.gaps: dict[str, float] = {}
        self.phase = "start"
        self._last = time.perf_counter()
        self._timer = QTimer(self, interval=BEAT_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        gap = (now - self._last) * 1000
        self._last = now
        self.gaps[self.phase] = max(self.gaps.get(self.phase, 0.0), gap)


class Scenario(QObject):
    """One thing after another, each until its sign that it is done (or a limit) is there."""

    def __init__(self, probe: Probe) -> None:
        super().__init__(probe)
        self.probe = probe
        self.heart = Heart(self)
        self.steps: list[tuple[str, Callable[[], None], Callable[[], bool], float]] = [
            ("rows", self.open_schedule, self.rows_are_there, 60),
            ("photos", self.drop_photos, self.photos_are_there, 60),
            ("sending", self.send, self.is_sent, 60),
        ]
        self.poll = QTimer(self, interval=50)
        self.poll.timeout.connect(self.look)
        self.done: Callable[[], bool] = lambda: True
        self.until = 0.0
        self.next()

    def child(self, name: str, kind: type[Any] = QWidget) -> Any:
        assert self.probe.window is not None
        found = self.probe.window.findChild(kind, name)
        assert found is not None, f"no {name} in the window"
        return found

    def next(self) -> None:
        self.poll.stop()
        if not self.steps:
            self.finish()
            return
        phase, begin, self.done, limit = self.steps.pop(0)
        self.heart.phase = phase
        self.until = time.perf_counter() + limit
        begin()
        self.poll.start()

    def look(self) -> None:
        if self.done():
            # What follows a sign (thumbnails, repaint) belongs to the phase as well.
            self.poll.stop()
            QTimer.singleShot(1000, self.next)
        elif time.perf_counter() > self.until:
            raise AssertionError(f"{self.heart.phase} did not end in time")

    def open_page(self, name: str) -> None:
        for action in self.probe.window.findChildren(QAbstractButton):  # type: ignore[union-attr]
            if action.accessibleName() == name or action.text().replace("&", "") == name:
                action.click()
                return
        raise AssertionError(f"no way to the page {name}")

    def open_schedule(self) -> None:
        self.open_page("Schedule")

    def rows_are_there(self) -> bool:
        view = self.child("schedules", QAbstractItemView)
        return bool(view.model().rowCount() >= ROWS)

    def drop_photos(self) -> None:
        self.open_page("Compose")
        window = self.probe.window
        assert window is not None
        self.data = QMimeData()
        photos = sorted(Path(os.environ[PHOTOS]).iterdir())
        self.data.setUrls([QUrl.fromLocalFile(str(path)) for path in photos])
        where = QPoint(window.width() // 2, window.height() // 2)
        target = window.childAt(where) or window
        while target is not window and not target.acceptDrops():
            target = target.parentWidget()
        copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier
        inside = target.mapFrom(window, where)
        common = (self.data, left, none.NoModifier)
        QApplication.sendEvent(target, QDragEnterEvent(inside, copy, *common))
        QApplication.sendEvent(target, QDragMoveEvent(inside, copy, *common))
        sheet = window.childAt(where) or window  # the overlay that the entering drag has put up
        while sheet is not window and not sheet.acceptDrops():
            sheet = sheet.parentWidget()
        QApplication.sendEvent(
            sheet, QDropEvent(QPointF(sheet.mapFrom(window, where)), copy, *common)
        )

    def photos_are_there(self) -> bool:
        return bool(self.child("media", QAbstractItemView).model().rowCount() > 0)

    def send(self) -> None:
        slow_down_requests()
        channels = self.child("channels", QAbstractItemView)
        channels.selectAll()
        editor = self.child("message")
        assert isinstance(editor, QPlainTextEdit | QTextEdit)
        editor.setPlainText("Sent while every request takes two seconds")
        self.child("post", QAbstractButton).click()
        self.sent_at = time.perf_counter()

    def is_sent(self) -> bool:
        return time.perf_counter() - self.sent_at > 5 * LATENCY

    def finish(self) -> None:
        self.probe.facts["gaps"] = self.heart.gaps
        self.heart.deleteLater()
        self.probe.finish()


def slow_down_requests() -> None:
    """Each request of this process takes `LATENCY` more, on the thread that makes it."""
    import requests

    real_send = requests.Session.send
    never = threading.Event()

    def late(self: requests.Session, *words: Any, **options: Any) -> requests.Response:
        never.wait(LATENCY)
        return real_send(self, *words, **options)

    requests.Session.send = late  # type: ignore[method-assign]


def scenario(probe: Probe) -> Scenario:
    """Begin, once the channels are shown."""
    return Scenario(probe)


def idle(probe: Probe) -> None:
    """The baseline: a heart that beats in an empty window for as long as it lies still."""
    heart = Heart(probe)
    heart.phase = "idle"
    probe.facts["gaps"] = heart.gaps
    QTimer.singleShot(5000, probe.finish)
