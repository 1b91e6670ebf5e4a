"""The Schedule page with 100,000 rows: runs in a process of its own, see `schedule`.

``python -m tests.bench.schedule_page KIND OUT.json HOME ADDRESS``; KIND ``service`` reads the rows
of a service, ``cache`` shows what was kept while the service is away, ``proxy`` is the baseline: a
`QTableView` over the same rows with a `QSortFilterProxyModel`.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QEvent,
    QObject,
    QSortFilterProxyModel,
    Qt,
    QTimer,
)
from PySide6.QtWidgets import QApplication, QTableView, QWidget

from tests.bench.list_service import ROWS
from tests.unit.sdk.scripted import PASSWORD, USER

MB = 1024 * 1024
BEAT_MS = 10
TYPED = "coffee 77"
LIMIT = 120.0
IDLE = 3.0


def memory() -> float:
    return psutil.Process().memory_info().rss / MB


KEY_EVERY = 0.12
"""Seconds between two keys of somebody who types fast."""
SORT_EVERY = 1.0
"""Seconds between two clicks on the heads of columns: the rows want to be looked at."""


class Beats(QObject):
    """How late a timer of 10 ms comes, and how much of that this thread worked itself: the rest
    is what others on the machine, or other threads, took."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self.own: list[float] = []
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self._timer = QTimer(self, interval=BEAT_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.gaps.append((now - self._last) * 1000)
        self.own.append((worked - self._worked) * 1000)
        self._last, self._worked = now, worked

    def take(self) -> dict[str, float]:
        """The pauses since this was asked last."""
        self._beat()
        gaps, own = sorted(self.gaps), sorted(self.own)
        self.gaps, self.own = [], []
        return {"p99": p99(gaps), "max": gaps[-1], "own p99": p99(own), "own max": own[-1]}


class Painted(QObject):
    """When a widget was painted last."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.at = 0.0
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.at = time.perf_counter()
        return False


def until(done: Callable[[], object]) -> float:
    """Run the event loop until this is so; the seconds it took."""
    began = time.perf_counter()
    while not done():
        QApplication.processEvents()
        if time.perf_counter() - began > LIMIT:
            raise RuntimeError("did not end in time")
        time.sleep(0.0005)
    QApplication.processEvents()
    return time.perf_counter() - began


def p99(gaps: list[float]) -> float:
    return gaps[min(len(gaps) - 1, int(len(gaps) * 0.99))]


class SchedulePageRun:
    """Service and page, wired as the app wires them."""

    def __init__(self, home: Path, address: str) -> None:
        from posto_desktop.storage.accounts import ServiceAccount
        from posto_desktop.storage.paths import find_paths
        from posto_desktop.storage.settings import Settings
        from posto_desktop.ui.schedule.page import ScheduleTablePage
        from posto_desktop.ui.theme import Theme
        from posto_desktop.workers.service import Service

        Theme.instance()
        paths = find_paths(home)
        self.account = ServiceAccount("bench", "Bench", address, USER)
        self.service = Service(paths, Settings(paths.settings))
        self.page = ScheduleTablePage()
        self.page.resize(1180, 760)
        self.complete = False
        self.service.schedules_arriving.connect(self.page.add_schedules)
        self.service.schedules_loaded.connect(self.page.set_schedules)
        self.service.schedules_loaded.connect(self._loaded)
        self.service.schedules_progress.connect(self.page.set_progress)

    def _loaded(self, _rows: object, cached: bool, _as_of: object) -> None:
        self.complete = self.complete or not cached

    def open(self) -> None:
        self.page.show()
        self.service.connect_account(self.account, PASSWORD)

    def shows_now(self) -> bool:
        """Whether rows around now are on the screen."""
        table = self.page.table
        row = max(table.rowAt(0), 0)
        seen = [self.page.model.schedule_at(row + n) for n in range(8)]
        times = [
            abs(schedule.send_at.timestamp() - time.time())
            for schedule in seen
            if schedule and schedule.send_at
        ]
        return bool(times) and min(times) < 86_400


def run_service(home: Path, address: str, facts: dict[str, Any]) -> None:
    plan = SchedulePageRun(home, address)
    page, model = plan.page, plan.page.model
    page.show()
    until(lambda: True)
    gc.collect()
    facts["idle"] = memory()
    beats = Beats()
    rest = time.perf_counter() + IDLE
    until(lambda: time.perf_counter() > rest)
    facts["idle_gaps"] = beats.take()
    page.hide()
    painted = Painted(page.table.viewport())
    began = time.perf_counter()
    plan.open()
    until(plan.shows_now)
    shown = time.perf_counter()
    until(lambda: painted.at > shown - 0.05)
    facts["first_screen"] = painted.at - began
    until(lambda: plan.complete and not model.is_working)
    facts["all_rows"] = time.perf_counter() - began
    facts["count"] = model.total()
    facts["load_gaps"] = beats.take()
    gc.collect()
    facts["memory"] = memory()
    beats.take()
    keys, work = [], []
    for end in range(1, len(TYPED) + 1):
        began = time.perf_counter()
        page.toolbar.search.setText(TYPED[:end])
        keys.append(time.perf_counter() - began)
        until(lambda: not model.is_working)
        work.append(time.perf_counter() - began)
        until(lambda began=began: time.perf_counter() - began > KEY_EVERY)
    page.toolbar.search.clear()
    until(lambda: not model.is_working)
    facts["filter_gaps"] = beats.take()
    facts["filter_handler"], facts["filter"] = max(keys), max(work)
    handlers, whole = [], []
    for column in (1, 2, 3, 4, 5, 0):
        began = time.perf_counter()
        model.sort(column, Qt.SortOrder.AscendingOrder)
        handlers.append(time.perf_counter() - began)
        until(lambda: not model.is_working)
        whole.append(time.perf_counter() - began)
        until(lambda began=began: time.perf_counter() - began > SORT_EVERY)
    facts["sort_gaps"] = beats.take()
    facts["sort_handler"], facts["sort"] = max(handlers), max(whole)
    facts["frame"] = scroll(page.table)
    measure_grouped(plan, beats, facts)
    plan.service.shutdown(4000)


def measure_grouped(plan: SchedulePageRun, beats: Beats, facts: dict[str, Any]) -> None:
    """The same with one row for each message: to group, to unfold all, to search, to sort."""
    page, model = plan.page, plan.page.model
    beats.take()
    handlers: list[float] = []

    def took(act: Callable[[], object]) -> float:
        began = time.perf_counter()
        act()
        handlers.append(time.perf_counter() - began)
        until(lambda: not model.is_working)
        seconds = time.perf_counter() - began
        until(lambda: time.perf_counter() - began > SORT_EVERY)
        return seconds

    facts["group"] = took(lambda: page.state.group(True))
    assert model.is_grouped
    facts["messages"] = len(model.head_rows()) < model.rowCount() < model.shown()
    facts["unfold"] = took(lambda: model.set_all_open(True))
    facts["grouped_frame"] = scroll(page.table)
    took(lambda: model.set_all_open(False))
    keys = [
        took(lambda end=end: page.toolbar.search.setText(TYPED[:end]))
        for end in range(1, len(TYPED) + 1)
    ]
    facts["grouped_filter"] = max(keys)
    took(page.toolbar.search.clear)
    facts["grouped_sort"] = max(
        took(lambda column=column: model.sort(column, Qt.SortOrder.AscendingOrder))
        for column in (1, 2, 3, 4, 5, 0)
    )
    facts["grouped_handler"] = max(handlers)
    facts["grouped_gaps"] = beats.take()


def run_cache(home: Path, address: str, facts: dict[str, Any]) -> None:
    plan = SchedulePageRun(home, address)
    until(lambda: True)
    painted, beats = Painted(plan.page.table.viewport()), Beats()
    began = time.perf_counter()
    plan.open()
    until(plan.shows_now)
    shown = time.perf_counter()
    until(lambda: painted.at > shown - 0.05)
    facts["first_screen"] = painted.at - began
    until(lambda: plan.page.model.total() >= ROWS and not plan.page.model.is_working)
    facts["all_rows"] = time.perf_counter() - began
    facts["age"] = plan.page.toolbar.as_of.text()
    facts["load_gaps"] = beats.take()
    plan.service.shutdown(4000)


def scroll(view: QTableView) -> float:
    """Milliseconds of processor time a frame takes, three rows further each."""
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    QApplication.processEvents()
    began, frames = time.process_time(), 120
    for _ in range(frames):
        bar.setValue(bar.value() + 132)
        QApplication.processEvents()
    return (time.process_time() - began) / frames * 1000


class Plain(QAbstractTableModel):
    """The same rows, as a table model is written at first."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        super().__init__()
        self.rows = [
            (
                str(row["send_time"]),
                row["status"],
                row["channel"]["name"],
                row["posting_data"]["content"],
                str(len(row["posting_data"]["mediaList"])),
                row["remote_post_link"],
            )
            for row in rows
        ]

    def rowCount(self, _parent: object = None) -> int:
        return len(self.rows)

    def columnCount(self, _parent: object = None) -> int:
        return 6

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.rows[index.row()][index.column()]
        return None


def run_proxy(facts: dict[str, Any]) -> None:
    from tests.bench.list_service import ListService

    source = ListService()
    source.close()
    model: QAbstractItemModel = Plain([source.row(number) for number in range(ROWS)])
    proxy = QSortFilterProxyModel()
    proxy.setSourceModel(model)
    proxy.setFilterKeyColumn(-1)
    proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    view = QTableView()
    view.setModel(proxy)
    view.resize(1180, 760)
    view.show()
    until(lambda: True)
    keys = []
    for end in range(1, len(TYPED) + 1):
        began = time.perf_counter()
        proxy.setFilterFixedString(TYPED[:end])
        keys.append(time.perf_counter() - began)
    facts["filter"] = max(keys)
    proxy.setFilterFixedString("")
    took = []
    for column in (1, 2, 3, 4, 5, 0):
        began = time.perf_counter()
        proxy.sort(column)
        took.append(time.perf_counter() - began)
    facts["sort"] = max(took)
    facts["frame"] = scroll(view)


def main() -> int:
    kind, out, *more = sys.argv[1:]
    app = QApplication(sys.argv[:1])
    gc.disable()  # as the app does, which collects by a timer
    facts: dict[str, Any] = {}
    if kind == "proxy":
        run_proxy(facts)
    else:
        {"service": run_service, "cache": run_cache}[kind](Path(more[0]), more[1], facts)
    Path(out).write_text(json.dumps(facts), encoding="utf-8")
    app.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main())
