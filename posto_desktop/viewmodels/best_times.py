"""Best times for the groups of weekly slots, from the insights of a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core.insights.best_times import BestTimes
from posto_desktop.core.insights.statistics import PostInsights
from posto_desktop.core.slots import SlotGroup
from posto_desktop.models.slot_lines import SlotGroupLines
from posto_desktop.models.when_text import local_zone
from posto_desktop.workers.insight_jobs import find_best_times
from posto_desktop.workers.insights import InsightWorker
from posto_desktop.workers.latest_job import LatestJob
from posto_desktop.workers.runner import JobRunner

__all__ = ["BestTimesFinder"]

_DAYS = 365


class BestTimesFinder(QObject):
    """Owns the `times` by the numbers of the groups; 0 also where there is no group yet. Reads once
    and computes on a worker.

    Signal `changed()`: there are other times.
    """

    changed = Signal()

    def __init__(
        self,
        worker: InsightWorker,
        runner: JobRunner,
        workspace: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.times: Mapping[int, BestTimes] = {}
        self._groups: Sequence[SlotGroupLines] = ()
        self._posts: Sequence[PostInsights] | None = None
        self._job = LatestJob(runner, self)
        self._job.done.connect(self._found)
        worker.loaded.connect(self._loaded)
        since = datetime.now(UTC) - timedelta(days=_DAYS)
        worker.load(self, workspace, since.timestamp(), "latest")

    def look(self, groups: Sequence[SlotGroupLines]) -> None:
        """Find the times of these groups."""
        self._groups = groups
        if not self._posts:
            return
        asked = [group.group() for group in groups] or [SlotGroup()]
        self._job.start(find_best_times, self._posts, asked, local_zone())

    @Slot(object, object)
    def _loaded(self, key: object, posts: Sequence[PostInsights]) -> None:
        if key is self:
            self._posts = posts
            self.look(self._groups)

    @Slot(object)
    def _found(self, times: Mapping[int, BestTimes]) -> None:
        if times != self.times:
            self.times = times
            self.changed.emit()
