"""What one typed character and one dropped file cost the Compose page, in calls and modules.

Calls are counted, not time, so that a figure is the same on every machine. Each figure is that of
today: it may only go down, and who makes it smaller writes the smaller one down. The goals for a
character are 15 modules of the page, 600 calls and no value read back from a widget.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

import posto_desktop
from posto_desktop.sdk.records import Channel
from posto_desktop.workers.runner import JobRunner

HOME = str(Path(posto_desktop.__file__).parent)
COMPOSE = str(Path(HOME, "ui", "compose"))
FIELDS = (QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit)
GETTERS = {"currentData", "currentIndex", "currentText", "text", "toPlainText", "value"}
COMPARES = "assign"
"""A function of this name may read a widget to leave it alone where it shows the value already."""
NETWORKS = (
    "twitter", "instagram", "fb", "linkedin", "mastodon", "bluesky", "tiktok", "telegram",
    "pinterest", "reddit", "threads", "discord",
)  # fmt: skip


# With twelve previews: the key, its paint in the editor, and all that follows; of the modules also
# those that paint.
CHARACTER_MODULES, CHARACTER_CALLS, CHARACTER_READS = 14, 570, 0
# To lay the previews out that are seen, and to paint what differs; timers share it out at will.
PAINT_CALLS = 700
# Each answer of a job brings the page up to date, and Qt paints in between as it finds time for it.
FILE_MODULES, FILE_CALLS, FILE_READS = 18, 8_300, 0


@dataclass
class Trace:
    """What was called on this thread: Python functions of ours, and Qt's getters of fields."""

    calls: int = 0
    modules: set[str] = field(default_factory=set)
    reads: list[str] = field(default_factory=list)

    def of(self, act: Callable[[], object]) -> Trace:
        sys.setprofile(self._note)
        try:
            act()
        finally:
            sys.setprofile(None)
        return self

    @property
    def compose_modules(self) -> int:
        """Modules of the page that were entered."""
        return sum(name.startswith(COMPOSE) for name in self.modules)

    def _note(self, frame: FrameType, event: str, called: Any) -> None:
        name = frame.f_code.co_filename
        if not name.startswith(HOME):
            return
        if event == "call":
            self.calls += 1
            self.modules.add(name)
        elif event == "c_call" and getattr(called, "__name__", "") in GETTERS:
            widget = getattr(called, "__self__", None)
            if isinstance(widget, FIELDS) and _asked_from_outside(frame):
                self.reads.append(f"{type(widget).__name__}.{called.__name__} in {name}")


def _asked_from_outside(frame: FrameType) -> bool:
    """Whether a widget is read for another module than that which has it: a view may look at its
    own widgets when Qt tells that one has changed."""
    here: FrameType | None = frame
    while here is not None and here.f_code.co_filename == frame.f_code.co_filename:
        if here.f_code.co_name == COMPARES:
            return False
        if isinstance(here.f_locals.get("self"), QWidget) is False:
            return True
        here = here.f_back
    return here is not None and here.f_code.co_filename.startswith(HOME)


@pytest.fixture
def full(desk: Any) -> Any:
    """A message with twelve previews, in which a word has been written already."""
    desk.choose([Channel(at, f"Channel {at}", name) for at, name in enumerate(NETWORKS, 1)])
    QTest.keyClicks(desk.page.findChild(QWidget, "message"), "Buns")
    rest(desk)
    return desk


@pytest.fixture
def in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """End each job before `submit` returns, so that answers come in one order on every machine.

    A job still runs on a thread of its own, whose calls are not counted."""

    def run(_pool: object, call: Any) -> None:
        thread = threading.Thread(target=call.run)
        thread.start()
        thread.join()

    pools = {type(pool) for pool in JobRunner()._pools.values()}
    for pool in pools:
        monkeypatch.setattr(pool, "put", run)


def rest(desk: Any) -> None:
    """Let jobs and events end, then bring all up to date."""
    while desk.runner.running:
        QCoreApplication.processEvents()
    desk.settle()


def least(traces: list[Trace]) -> tuple[int, int, int]:
    """Modules of the page, calls, reads: the least of several, since a timer may strike in one."""
    return (
        min(trace.compose_modules for trace in traces),
        min(trace.calls for trace in traces),
        min(len(trace.reads) for trace in traces),
    )


def test_a_typed_character(full: Any) -> None:
    editor = full.page.findChild(QWidget, "message")
    first: list[Trace] = []
    painted: list[Trace] = []

    def write() -> None:
        QTest.keyClick(editor, "x")
        full.settle()

    for _time in range(6):
        first.append(Trace().of(write))
        painted.append(Trace().of(QCoreApplication.processEvents))
    _modules, calls, reads = least(first)
    modules = min(
        len({module for module in (*key.modules, *then.modules) if module.startswith(COMPOSE)})
        for key, then in zip(first, painted, strict=True)
    )
    assert modules <= CHARACTER_MODULES
    assert calls <= CHARACTER_CALLS
    assert min(paint.calls for paint in painted) <= PAINT_CALLS
    assert reads <= CHARACTER_READS, "\n".join(first[-1].reads)


@pytest.mark.usefixtures("in_turn")
def test_a_dropped_file(full: Any, picture: Any) -> None:
    def drop(number: int) -> Trace:
        path = picture(f"{number}.png", 120 + number)

        def act() -> None:
            full.page.add_files([path])
            rest(full)

        return Trace().of(act)

    drop(0)
    traces = [drop(number) for number in (1, 2, 3, 4)]
    modules, calls, reads = least(traces)
    assert modules <= FILE_MODULES
    assert calls <= FILE_CALLS
    assert reads <= FILE_READS, "\n".join(traces[-1].reads)
