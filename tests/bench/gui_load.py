"""Measures pauses of the GUI thread under load. Runs inside the app, see `probe`.

A timer of 10 ms notes how late it comes. Meanwhile, as a person would through the window: the
schedule (10,000 rows) arrives, a post is sent whose every request takes 2 s, 50 photos are dropped.

With ``POSTO_BENCH_TRACE`` set, what the GUI thread does in each long pause goes to that file.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDragMoveEvent, QDropEvent
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
CLICK_MS = 250
TOLD_MS = 30
LATENCY = 2.0
PHOTOS = "POSTO_BENCH_PHOTOS"
TRACE = "POSTO_BENCH_TRACE"
ROWS = 10_000


class Heart(QObject):
    """Notes the longest wait between two beats, for each phase."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.gaps: dict[str, float] = {}
        self.phase = "start"
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self._timer = QTimer(self, interval=BEAT_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()
        self._trace: TextIO | None = None
        self._seen: Counter[str] = Counter()
        if os.environ.get(TRACE):
            # Open for as long as the heart beats.
            self._trace = Path(os.environ[TRACE]).open("w", encoding="utf-8")  # noqa: SIM115
            threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        """On a thread of its own: what the GUI thread is at, whenever a beat is overdue."""
        main, pause = threading.main_thread().ident, threading.Event()
        assert main is not None
        while not pause.wait(0.004):
            if (time.perf_counter() - self._last) * 1000 > 2 * BEAT_MS:
                frames = traceback.extract_stack(sys._current_frames()[main])[-3:]
                at = " < ".join(
                    f"{f.name} {Path(f.filename).name}:{f.lineno}" for f in frames[::-1]
                )
                self._seen[at] += 1

    def _beat(self) -> None:
        now = time.perf_counter()
        gap = (now - self._last) * 1000
        worked = time.thread_time()
        own, self._worked = (worked - self._worked) * 1000, worked
        self._last = now
        self.gaps[self.phase] = max(self.gaps.get(self.phase, 0.0), gap)
        if self._trace is not None and gap > TOLD_MS:
            self._trace.write(f"=== {self.phase}: {gap:.0f} ms, own work {own:.0f} ms\n")
            self._trace.writelines(f"{count:4d} {at}\n" for at, count in self._seen.items())
            self._trace.flush()
        self._seen.clear()


class Scenario(QObject):
    """One thing after another, each until its sign that it is done (or a limit) is there."""

    def __init__(self, probe: Probe) -> None:
        super().__init__(probe)
        self.probe = probe
        self.heart = Heart(self)
        self.steps: list[tuple[str, Callable[[], None], Callable[[], bool], float]] = [
            ("rows", self.open_schedule, self.rows_are_there, 60),
            ("sending", self.send, self.is_under_way, 20),
            ("photos, while it is sent", self.drop_photos, self.photos_are_there, 60),
        ]
        self.poll = QTimer(self, interval=50)
        self.poll.timeout.connect(self.look)
        self.done: Callable[[], bool] = lambda: True
        self.until = 0.0
        self.next()

    def child(self, name: str, kind: type[Any] = QWidget) -> Any:
        assert self.probe.window is not None
        widget = self.probe.window.findChild(kind, name)
        assert widget is not None, f"no {name} in the window"
        return widget

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
            self.poll.stop()
            self.probe.facts["error"] = f"{self.heart.phase} did not end in time"
            self.finish()

    def open_page(self, name: str) -> None:
        for action in self.probe.window.findChildren(QAbstractButton):  # type: ignore[union-attr]
            if action.accessibleName() == name or action.text().replace("&", "") == name:
                action.click()
                return
        raise AssertionError(f"no way to the page {name}")

    def point_at(self, name: str) -> None:
        """The pointer comes to a page's tab, as it must before a click."""
        for action in self.probe.window.findChildren(QAction):  # type: ignore[union-attr]
            if action.text().replace("&", "") == name:
                action.hover()
                return
        raise AssertionError(f"no tab for the page {name}")

    def open_schedule(self) -> None:
        self.child("select-all-channels", QAbstractButton).click()  # they filter the schedule
        # No hand is quicker at the second click.
        QTimer.singleShot(CLICK_MS, lambda: self.point_at("Schedule"))
        QTimer.singleShot(2 * CLICK_MS, lambda: self.open_page("Schedule"))

    def rows_are_there(self) -> bool:
        assert self.probe.window is not None
        view = self.probe.window.findChild(QAbstractItemView, "schedules")
        return view is not None and view.model().rowCount() >= ROWS  # the page may not be made yet

    def drop_photos(self) -> None:
        self.open_page("Compose")
        window = self.probe.window
        assert window is not None
        self.data = QMimeData()
        photos = sorted(Path(os.environ[PHOTOS]).iterdir())
        self.data.setUrls([QUrl.fromLocalFile(str(path)) for path in photos])
        centre = QPoint(window.width() // 2, window.height() // 2)
        target = window.childAt(centre) or window
        while target is not window and not target.acceptDrops():
            target = target.parentWidget()
        copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier
        inside = target.mapFrom(window, centre)
        common = (self.data, left, none.NoModifier)
        QApplication.sendEvent(target, QDragEnterEvent(inside, copy, *common))
        QApplication.sendEvent(target, QDragMoveEvent(inside, copy, *common))
        sheet = window.childAt(centre) or window  # the overlay that the entering drag has put up
        while sheet is not window and not sheet.acceptDrops():
            sheet = sheet.parentWidget()
        QApplication.sendEvent(
            sheet, QDropEvent(QPointF(sheet.mapFrom(window, centre)), copy, *common)
        )

    def photos_are_there(self) -> bool:
        count = self.child("media", QAbstractItemView).model().rowCount()
        self.probe.facts["photos"] = count
        return bool(count > 1 and any("composer" in url for url in self.slow.done))

    def send(self) -> None:
        self.slow = SlowRequests()
        hand = (
            lambda: self.open_page("Compose"),
            lambda: self.write("Sent while every request takes two seconds"),
            lambda: self.child("select-no-channel", QAbstractButton).click(),
            lambda: self.tick("Sandbox Mastodon"),
            lambda: self.tick("Sandbox LinkedIn"),  # others want a picture
            lambda: self.child("post", QAbstractButton).click(),
        )
        for number, act in enumerate(hand):
            QTimer.singleShot(number * CLICK_MS, act)

    def write(self, text: str) -> None:
        editor = self.child("message")
        assert isinstance(editor, QPlainTextEdit | QTextEdit)
        editor.setPlainText(text)

    def tick(self, name: str) -> None:
        model = self.child("channels", QAbstractItemView).model()
        for row in range(model.rowCount()):
            group = model.index(row, 0)
            for number in range(model.rowCount(group)):
                index = model.index(number, 0, group)
                if index.data(Qt.ItemDataRole.DisplayRole) == name:
                    checked = Qt.CheckState.Checked
                    assert model.setData(index, checked, Qt.ItemDataRole.CheckStateRole)

    def is_under_way(self) -> bool:
        return bool(self.slow.begun)

    def finish(self) -> None:
        self.probe.facts["gaps"] = self.heart.gaps
        self.heart.deleteLater()
        self.probe.finish()


class SlowRequests:
    """Each request of this process takes `LATENCY` more, on the thread that makes it."""

    def __init__(self) -> None:
        import requests

        self.begun: list[str] = []
        self.done: list[str] = []
        real_send = requests.Session.send
        never = threading.Event()

        def late(session: requests.Session, request: Any, **options: Any) -> requests.Response:
            self.begun.append(str(request.url))
            never.wait(LATENCY)
            answer = real_send(session, request, **options)
            self.done.append(str(request.url))
            return answer

        requests.Session.send = late  # type: ignore[method-assign,assignment]


def scenario(probe: Probe) -> Scenario:
    """Begin, once the channels are shown."""
    return Scenario(probe)


def idle(probe: Probe) -> None:
    """The baseline: a heart that beats in an empty window for as long as it lies still."""
    heart = Heart(probe)
    heart.phase = "idle"
    probe.facts["gaps"] = heart.gaps
    QTimer.singleShot(5000, probe.finish)
