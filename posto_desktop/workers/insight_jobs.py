"""Jobs about insights: the report of a period, best times, and files."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from pathlib import Path

from posto_desktop.core.export import insights_csv
from posto_desktop.core.insights.best_times import BestTimes, best_times
from posto_desktop.core.insights.report import InsightsQuestion, InsightsReport, answer
from posto_desktop.core.insights.statistics import PostInsights
from posto_desktop.core.slots import SlotGroup
from posto_desktop.delivery import insight_store
from posto_desktop.delivery.serial_worker import compute_pause
from posto_desktop.storage import atomic
from posto_desktop.storage.database import Database
from posto_desktop.workers.export_jobs import FILE_MODE
from posto_desktop.workers.insights_paper import InsightsPaper, write_insights
from posto_desktop.workers.runner import Job

__all__ = [
    "find_best_times",
    "make_report",
    "write_insights_csv",
    "write_insights_paper",
    "write_readings",
]


def make_report(
    job: Job,
    question: InsightsQuestion,
    posts: Sequence[PostInsights],
    now: datetime,
    zone: tzinfo,
    slot_groups: Collection[SlotGroup],
    workspace: str,
) -> InsightsReport:
    """Return the report of a period."""
    job.check()
    compute_pause.keep()
    return answer(question, posts, now, zone, slot_groups, workspace)


def find_best_times(
    job: Job,
    posts: Sequence[PostInsights],
    groups: Sequence[SlotGroup],
    zone: tzinfo,
) -> dict[int, BestTimes]:
    """Return the best times of groups by their numbers, as many as each has slots, in its zone or
    else in `zone`. A group without channels has those that no other one names."""
    named = {number for group in groups for number in group.channel_ids}
    times = {}
    for number, group in enumerate(groups):
        job.check()
        compute_pause.keep()
        ids = group.channel_ids
        of_group = [
            post
            for post in posts
            if (post.channel_id in ids if ids else post.channel_id not in named)
        ]
        times[number] = best_times(of_group, group.zone_or(zone), count=len(group.slots))
    return times


def write_insights_csv(
    job: Job, path: Path, report: InsightsReport, excel: bool, separator: str
) -> int:
    """Write the posts of a report; return their number. Reports (done, all). Raises
    StorageError."""
    pieces = insights_csv.post_pieces(report, report.zone, excel=excel, separator=separator)
    atomic.write_pieces(path, _checked(job, pieces, report.n), mode=FILE_MODE)
    return report.n


def write_insights_paper(job: Job, path: Path, paper: InsightsPaper) -> int:
    """Write the page; return the number of its pages. Raises StorageError."""
    data = write_insights(job, paper)
    job.check()
    atomic.write_bytes(path, data, mode=FILE_MODE)
    return 1


def write_readings(job: Job, path: Path, database: Path) -> int:
    """Write all readings of a posto.db; return their number. Reports (done, all). Raises
    StorageError."""
    with contextlib.closing(Database(database)) as db:
        total = insight_store.amount(db).numbers
        pieces = insights_csv.reading_pieces(insight_store.all_readings(db))
        atomic.write_pieces(path, _checked(job, pieces, total), mode=FILE_MODE)
    return total


def _checked(job: Job, pieces: Iterable[bytes], total: int) -> Iterator[bytes]:
    for number, piece in enumerate(pieces):
        job.check()
        job.report((min(200 * number, total), total))
        compute_pause.keep()
        yield piece
    job.check()
