"""What makes two runs show the same: one moment, one zone, one language, one face, no waiting.

`set_up` comes before anything of the program and of Qt is imported, in a process of its own: it
puts a clock that stands still, and timers that can be hurried, where the program will find them.
"""

from __future__ import annotations

import datetime as times
import os
import time
import weakref
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
NOW = times.datetime(2026, 11, 25, 13, 21, tzinfo=times.UTC)  # a Wednesday
SCREEN = (1920, 1080)
SOON_MS = 2_500
"""Timers up to this are pauses before something is shown; longer ones take it away again."""
HURRIED_MOST = 20
GIVE_UP_SECONDS = 300.0

_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def set_up(folder: Path, scale: int = 1) -> None:
    """Let this process be the same on every machine; `folder` is for what that needs on the disk.

    Fonts of the machine are out of sight, so emoji are empty boxes. The clock stands still for all
    that asks what time it is; how long something takes is still measured.
    """
    cache = folder / "fonts"
    cache.mkdir(parents=True, exist_ok=True)
    config = folder / "fonts.conf"
    fonts = ROOT / "resources" / "fonts"
    config.write_text(_FONTS.format(fonts=fonts, cache=cache), encoding="utf-8")
    screen = f'{{"name": "one", "x": 0, "y": 0, "width": {SCREEN[0]}, "height": {SCREEN[1]}, '
    screens = folder / "screens.json"
    screens.write_text(
        f'{{"screens": [{screen}"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}}]}}',
        encoding="utf-8",
    )
    os.environ.update(
        FONTCONFIG_FILE=str(config),
        LANG="en_GB.UTF-8",
        LC_ALL="en_GB.UTF-8",
        LANGUAGE="en_GB",
        POSTO_KEYRING="off",
        QT_QPA_PLATFORM=f"offscreen:configfile={screens}",
        QT_SCALE_FACTOR=str(scale),
        TZ="UTC",
    )
    for name in ("QT_FONT_DPI", "QT_STYLE_OVERRIDE", "QT_QPA_PLATFORMTHEME", "XDG_CURRENT_DESKTOP"):
        os.environ.pop(name, None)
    if hasattr(time, "tzset"):
        time.tzset()
    _stop_the_clock()
    _watch_timers()
    _watch_workers()


# The clock


class _AnyDate(type):
    """The stopped classes stand for the real ones, whose values also come from elsewhere."""

    real: type

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, cls.real)

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, cls.real)


class _StoppedDate(times.date, metaclass=_AnyDate):
    real = times.date

    @classmethod
    def today(cls) -> times.date:
        return NOW.date()


class _StoppedDatetime(times.datetime, metaclass=_AnyDate):
    real = times.datetime

    @classmethod
    def now(cls, tz: times.tzinfo | None = None) -> times.datetime:  # type: ignore[override]
        return NOW.astimezone(tz) if tz is not None else NOW.replace(tzinfo=None)

    @classmethod
    def today(cls) -> times.datetime:  # type: ignore[override]
        return NOW.replace(tzinfo=None)


def _stop_the_clock() -> None:
    times.datetime = _StoppedDatetime  # type: ignore[misc]
    times.date = _StoppedDate  # type: ignore[misc]
    time.time = NOW.timestamp


# What is still to come

_timers: weakref.WeakSet[Any] = weakref.WeakSet()
_queued: list[int] = []


def _watch_timers() -> None:
    """Know every timer, so that none has to be waited for."""
    from PySide6 import QtCore

    real = QtCore.QTimer

    class Timer(real):  # type: ignore[misc, valid-type]
        def __init__(self, *values: Any, **named: Any) -> None:
            super().__init__(*values, **named)
            _timers.add(self)

        @staticmethod
        def singleShot(_ms: int, *rest: Any) -> None:
            """In the next event: none that the program uses without a timer is long."""
            real.singleShot(0, *rest)

    QtCore.QTimer = Timer  # type: ignore[misc]


def _watch_workers() -> None:
    """Know what the long-lived threads have still to do."""
    from posto_desktop.delivery.serial_worker import SerialWorker

    put = SerialWorker.put

    def counted(worker: SerialWorker, job: Any) -> bool:
        _queued.append(1)

        def run() -> None:
            try:
                job()
            finally:
                _queued.pop()

        return put(worker, run)

    SerialWorker.put = counted  # type: ignore[method-assign]


def _soon() -> list[Any]:
    """The timers that fire soon, the first one first."""
    import shiboken6

    timers = [
        timer
        for timer in list(_timers)
        if shiboken6.isValid(timer)
        and timer.isActive()
        and timer.isSingleShot()
        and timer.interval() <= SOON_MS
    ]
    return sorted(timers, key=lambda timer: (timer.interval(), timer.remainingTime()))


def _hurry(hurried: Counter[int]) -> bool:
    """Let the next of the timers that would fire soon fire now; False if there is none. One that
    always starts again looks after something, and is hurried a few times only."""
    for first in _soon():
        if hurried[id(first)] < HURRIED_MOST:
            hurried[id(first)] += 1
            first.stop()
            first.timeout.emit()
            return True
    return False


def calm(runner: Any) -> None:
    """Return when nothing that shows is still to come: no job, no pause, no event."""
    from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer

    app = QCoreApplication.instance()
    assert app is not None
    waking = QTimer()  # what ends on a worker need not be an event
    waking.start(2)
    began, quiet = time.monotonic(), 0
    hurried: Counter[int] = Counter()
    while quiet < 3:
        if time.monotonic() - began > GIVE_UP_SECONDS:
            left = [repr(timer) + repr(timer.parent()) for timer in _soon()]
            raise AssertionError(f"no rest: {runner.running} jobs, {len(_queued)} on lanes, {left}")
        app.processEvents()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        busy = bool(runner.running or _queued)
        if busy:
            app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        quiet = 0 if busy or _hurry(hurried) else quiet + 1
    waking.stop()
