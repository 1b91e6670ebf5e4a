"""Store of what the open workspace's site sends by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from posto_desktop.core.site_schedule import SiteRowNumbers, SiteSchedule, rows_of_site
from posto_desktop.sdk.planners import Planner
from posto_desktop.sdk.records import Channel, Schedule

__all__ = ["SiteScheduleStore"]

_LONGEST_MS = 3_600_000


class SiteScheduleStore(QObject):
    """Owns what the site's planners will send, and their statuses, also those that the user has
    chosen and the site has not carried out yet. All other parts show `rows` and `schedule`.

    Signal `changed()`: rows or planners are others.
    """

    changed = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._known = SiteSchedule()
        self._chosen: dict[int, str] = {}
        self._channels: Mapping[int, Channel] = {}
        self._numbers = SiteRowNumbers()
        self._rows: list[Schedule] = []
        self._due = QTimer(self, singleShot=True)
        self._due.timeout.connect(self._refresh)

    @property
    def rows(self) -> list[Schedule]:
        """Return a row for each post that is still to come, newest first. Do not modify."""
        return self._rows

    @property
    def schedule(self) -> SiteSchedule:
        """Return what is known, with the statuses that the user has chosen."""
        schedule = self._known
        for planner_id, status in self._chosen.items():
            schedule = schedule.with_status(planner_id, status)
        return schedule

    def planner(self, planner_id: int) -> Planner | None:
        return self.schedule.planner(planner_id)

    def set_schedule(self, schedule: SiteSchedule) -> None:
        """Set what the site says, or said when it was last asked."""
        self._known = schedule
        self._refresh()

    def set_channels(self, channels: Mapping[int, Channel]) -> None:
        """Set the channels of the workspace, which have the names and networks of the posts."""
        if channels != self._channels:
            self._channels = channels
            self._refresh()

    def choose_status(self, planner_id: int, status: str) -> None:
        """Show a status that the user has chosen, until `confirm` or `take_back`."""
        self._chosen[planner_id] = status
        self._refresh()

    def confirm(self, planner_id: int, status: str) -> None:
        """Keep a status that the site has carried out."""
        self._known = self._known.with_status(planner_id, status)
        if self._chosen.get(planner_id) == status:
            del self._chosen[planner_id]
        self._refresh()

    def take_back(self, planner_id: int) -> None:
        """Show the status of the site again: it has not carried out the chosen one."""
        self._chosen.pop(planner_id, None)
        self._refresh()

    def clear(self) -> None:
        """Forget everything: another workspace is open."""
        self._known, self._chosen, self._channels = SiteSchedule(), {}, {}
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        now = self._clock()
        self._rows = rows_of_site(self.schedule, self._channels, self._numbers, now)
        self._due.stop()
        if self._rows and self._rows[-1].send_at is not None:
            # What is due is made by the site, and then listed as a post of the schedule.
            left = (self._rows[-1].send_at - now).total_seconds() * 1000
            self._due.start(min(_LONGEST_MS, max(1, round(left) + 1)))
        self.changed.emit()
