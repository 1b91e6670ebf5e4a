"""Controller of calendar subscriptions: serves each workspace's schedule as iCalendar."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.storage.accounts import AccountStore
from posto_desktop.storage.paths import Paths
from posto_desktop.workers.calendar_server import CalendarServer

if TYPE_CHECKING:
    from posto_desktop.sdk.records import Schedule
    from posto_desktop.workers.runner import Job, JobRunner

FILE = "calendars.json"


def make_calendar_server(paths: Paths, accounts: AccountStore) -> CalendarServer:
    """Return the calendar server of a home; it imports what it needs on the first request."""

    def status(row: Schedule, now: datetime) -> str:
        from posto_desktop.models.schedule_rows import status_of

        return status_of(row, now)

    def feed(workspace: str) -> bytes | None:
        account = accounts.get(workspace)
        if account is None:
            return None  # signed out, though the address should have been removed with the account
        from posto_desktop.workers.schedule_calendar import ScheduleCalendar

        return ScheduleCalendar(paths.database, account.name, status)(workspace)

    return CalendarServer(paths.data / FILE, feed)


class CalendarSubscriptionController(QObject):
    """Starts the calendar server and revokes the address of a workspace that is removed.

    Signals:
        problem(str): the addresses could not be read.
    """

    problem = Signal(str)

    def __init__(
        self, server: CalendarServer, runner: JobRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._server, self._runner = server, runner

    def begin(self) -> None:
        handle = self._runner.submit(self._server.begin, parent=self)
        handle.done.connect(self._begun)

    @Slot()
    def _begun(self) -> None:
        if self._server.problem:
            self.problem.emit(self._server.problem)

    @Slot(str)
    def forget(self, workspace: str) -> None:
        """Revoke the address of a removed workspace."""

        def job(_job: Job) -> None:
            self._server.forget(workspace)

        self._runner.submit(job, parent=self)

    def close(self) -> None:
        self._server.close()
