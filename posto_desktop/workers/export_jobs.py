"""Jobs that export the schedule: CSV, iCalendar, and a week as PDF.

Each writes beside the file and renames at the end, so a cancelled job or a full disk keeps the old
file. Between pieces it yields to the GUI thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Literal

from posto_desktop.core.export import csv_file, ical_file
from posto_desktop.core.export.rows import ExportRow
from posto_desktop.delivery.serial_worker import compute_pause
from posto_desktop.storage import atomic
from posto_desktop.workers.runner import Job
from posto_desktop.workers.week_paper import WeekPaper, write_week

__all__ = ["FILE_MODE", "ExportResult", "ScheduleFile", "write_paper", "write_schedule"]

FILE_MODE = 0o644
"""A user document with the usual permissions of other programs."""
_STEP = 200
_BREATH = 0.001
"""Seconds between two pauses that release the interpreter."""


@dataclass(frozen=True)
class ScheduleFile:
    """Parameters of an export. `excel` is CSV that Excel opens by a double click: with a byte order
    mark and its local `separator`. `read_at` is the aware time of the rows; `name` is the
    calendar's; `insights` are those that are known, by the ids of their posts."""

    path: Path
    kind: Literal["csv", "excel", "ical"]
    rows: Sequence[ExportRow]
    zone: tzinfo
    name: str
    read_at: datetime
    separator: str = ","
    insights: csv_file.Insights = field(default_factory=dict)


@dataclass(frozen=True)
class ExportResult:
    """Result: `count` posts in the file, and pages if it has any."""

    path: Path
    count: int
    pages: int = 0


def write_schedule(job: Job, order: ScheduleFile) -> ExportResult:
    """Write CSV or iCalendar. Reports (done, all) rows. Raises StorageError, which names the
    file."""
    rows = order.rows
    if order.kind == "ical":
        rows = [row for row in rows if row.schedule.send_at is not None]
    taken = _reporting(job, rows)
    if order.kind == "ical":
        pieces = ical_file.pieces(taken, order.name, order.read_at)
    else:
        excel = order.kind == "excel"
        separator = order.separator if excel else ","
        parts = max((len(row.schedule.thread) + 1 for row in rows), default=1)
        pieces = csv_file.pieces(
            taken,
            order.zone,
            excel=excel,
            separator=separator,
            insights=order.insights,
            parts=parts,
        )
    atomic.write_pieces(order.path, _joined(pieces), mode=FILE_MODE)
    return ExportResult(order.path, len(rows))


def write_paper(job: Job, path: Path, paper: WeekPaper) -> ExportResult:
    """Write a week as PDF. Reports (done, all) posts. Raises StorageError."""
    data, pages, count = write_week(job, paper)
    job.check()
    atomic.write_bytes(path, data, mode=FILE_MODE)
    return ExportResult(path, count, pages)


def _reporting(job: Job, rows: Sequence[ExportRow]) -> Iterator[ExportRow]:
    for number, row in enumerate(rows):
        if number % _STEP == 0:
            job.check()
            job.report((number, len(rows)))
            compute_pause.keep()
            job.cancelled.wait(_BREATH)
        yield row
    job.check()


def _joined(pieces: Iterable[bytes], least: int = 65_536) -> Iterator[bytes]:
    """Join pieces into larger ones: an event has only some hundred bytes."""
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= least:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)
