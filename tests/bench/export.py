"""Benchmark of exporting 100,000 posts, printing a week and moving 1,000 posts: worker seconds, and
GUI pauses meanwhile.

The baseline of a gap is the same beat while nothing happens; that of CSV is the bare `csv` module
writing the same texts.
"""

from __future__ import annotations

import csv
import gc
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
ROWS, PRINTED, MOVED = 100_000, 2_000, 1_000
TEXT = "Cinnamon buns are back, from 8 every morning until they are gone. " * 3


@dataclass
class Row:
    schedule: Any
    status: str = "scheduled"


def measure() -> list[Figure]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    from posto_desktop.core.bulk_reschedule import RescheduleRule, TimeShift
    from posto_desktop.delivery.serial_worker import SWITCH
    from posto_desktop.sdk.records import Schedule
    from posto_desktop.ui.schedule.reschedule_dialog import RescheduleContext, forecast_reschedule
    from posto_desktop.workers.export_jobs import ScheduleFile, write_paper, write_schedule
    from posto_desktop.workers.runner import JobRunner
    from posto_desktop.workers.week_paper import PaperWords, WeekPaper

    qt = QGuiApplication.instance() or QGuiApplication([])
    # As in the app (workers.lanes, workers.garbage).
    sys.setswitchinterval(SWITCH)
    gc.disable()
    runner = JobRunner()
    rows = [
        Row(
            Schedule(
                id=number,
                group_id=f"g{number // 2}",
                channel_id=number % 7,
                channel_name="Nordlicht Coffee",
                network="fb",
                status="not_sent",
                send_at=NOW + timedelta(minutes=number),
                text=TEXT,
                lean=True,  # as in the app
            )
        )
        for number in range(ROWS)
    ]
    words = PaperWords(
        "Week",
        "",
        "{number}",
        "",
        "{day}",
        "+{count}",
        lambda moment: f"{moment:%H:%M}",
        lambda day: f"{day:%a %d}",
        lambda key, raw: key,
    )
    every = [row.schedule for row in rows]
    plan = RescheduleContext(every[:MOVED], every, None, UTC)
    figures = []
    with tempfile.TemporaryDirectory(prefix="posto-bench-") as name:
        folder = Path(name)

        def order(kind: Any) -> ScheduleFile:
            return ScheduleFile(folder / f"plan.{kind}", kind, rows, UTC, "Plan", NOW)

        quiet = max(beats(runner, lambda job: job.cancelled.wait(1.0))[1])
        bare = bare_csv(every)
        for what, fn, base, limit in (
            ("CSV of 100,000", lambda job: write_schedule(job, order("csv")), bare, 10.0),
            ("calendar of 100,000", lambda job: write_schedule(job, order("ical")), None, 10.0),
            (
                "2,000 posts on paper",
                lambda job: write_paper(
                    job,
                    folder / "week.pdf",
                    WeekPaper(rows[:PRINTED], date(2026, 11, 23), UTC, words),
                ),
                None,
                10.0,
            ),
            (
                "new times for 1,000 of 100,000",
                lambda job: forecast_reschedule(
                    plan, RescheduleRule("shift", shift=TimeShift(days=1)), NOW
                ),
                None,
                1.0,
            ),
        ):
            took, gaps = beats(runner, fn)
            figures += [
                Figure(what, took, "s", base, "bare csv module" if base else "", limit),
                Figure(f"{what}, gap p99", share(gaps, 0.99), "ms", None, "", 16),
                Figure(f"{what}, longest gap", max(gaps), "ms", quiet, "idle", 50),
            ]
    runner.shutdown(3000)
    del qt
    return figures


def beats(runner: Any, fn: Callable[[Any], object]) -> tuple[float, list[float]]:
    """How long a job takes in seconds, and the gaps between beats of 4 ms meanwhile, in ms."""
    from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer

    owner, loop, gaps = QObject(), QEventLoop(), [0.0]
    last = begun = time.perf_counter()

    def beat() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append((now - last) * 1000)
        last = now

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(beat)
    timer.start(4)
    handle = runner.submit(fn, parent=owner)
    handle.done.connect(loop.quit)
    handle.failed.connect(loop.quit)
    loop.exec()
    timer.stop()
    return time.perf_counter() - begun, gaps


def bare_csv(rows: list[Any]) -> float:
    begun = time.perf_counter()
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerows([row.id, row.send_at, row.channel_name, row.text] for row in rows)
    buffer.getvalue().encode()
    return time.perf_counter() - begun


def share(values: list[float], part: float) -> float:
    return sorted(values)[int(len(values) * part)]
