"""Controller of the schedule export: dialog, writing on a worker, notification."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage

from posto_desktop.common.user_error import message_of
from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.week_pictures import WeekPictureLoader
from posto_desktop.core.draft import LOCAL
from posto_desktop.core.export.rows import ExportRow
from posto_desktop.models import dates, words
from posto_desktop.models.notifications import NotificationTarget
from posto_desktop.models.numbers import csv_separator
from posto_desktop.models.schedule_rows import ScheduleRow
from posto_desktop.models.when_text import local_zone
from posto_desktop.storage.errors import StorageError
from posto_desktop.ui import icons
from posto_desktop.ui.schedule import export_texts
from posto_desktop.ui.schedule.export_dialog import ExportCounts, ExportDialog, ExportRequest
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.file_dialogs import ask_where_to_save, documents_folder
from posto_desktop.workers.calendar_address import calendar_address
from posto_desktop.workers.export_jobs import (
    ExportResult,
    ScheduleFile,
    write_paper,
    write_schedule,
)
from posto_desktop.workers.runner import JobHandle
from posto_desktop.workers.week_paper import MAX_THUMBS, PaperWords, WeekPaper, rows_of_week

if TYPE_CHECKING:
    from posto_desktop.ui.schedule.page import ScheduleTablePage

__all__ = ["ScheduleExportController"]

MAX_PICTURES = 900


class ScheduleExportController(QObject):
    """Runs one export from the dialog to the notification; lives as long as its dialog."""

    def __init__(self, context: AppContext, page: ScheduleTablePage, kind: str = "") -> None:
        self._page, self._context = page, context
        model = page.model
        self._rows = {
            "ticked": model.ticked_rows(),
            "shown": model.shown_rows(),
            "all": model.all_rows(),
        }
        self._zone = local_zone()
        self._now = datetime.now(UTC).astimezone(self._zone)
        today = self._now.date()
        counts = ExportCounts(*(len(rows) for rows in self._rows.values()))
        week = self._first_week(today)
        self.dialog = ExportDialog(counts, week, today, context.window, in_week=self._in_week)
        super().__init__(self.dialog)
        self._job: JobHandle | None = None
        self._folder = ""
        self.dialog.chosen.connect(self._choose_file)
        self.dialog.cancelled.connect(self._cancel)
        if kind:
            self.dialog.kind.set_value(kind)
            self.dialog.kind.changed.emit(kind)
        self.dialog.address.addressRequested.connect(self._make_address)
        self._ask_address(False)

    def open(self) -> None:
        self.dialog.open()

    def _first_week(self, today: date) -> date:
        """Return the first day of the current post's week, else of this week."""
        key = self._page.selection.current_id
        row = self._page.model.row_by_id(key) if key is not None else None
        day = row.day if row is not None and row.day is not None else today
        return dates.first_day_of_week(day)

    def _in_week(self, scope: str, first: date) -> int:
        return sum(map(len, rows_of_week(self._rows[scope], first, self._zone)))

    # -- the calendar's address ------------------------------------------------------------------

    def _ask_address(self, make: bool) -> None:
        runner, server = self._context.runner, self._context.calendar_server
        state = self._context.service.state
        if state is None or state.workspace_id == LOCAL or server is None:
            workspace = self._context.paths.workspace
            self.dialog.address.set_local_server()
            handle = runner.submit(calendar_address, workspace, make, parent=self, pool="net")
        else:
            handle = runner.submit(server.address, state.workspace_id, make, parent=self)
        handle.done.connect(self.dialog.address.set_address)
        handle.failed.connect(self._no_address)

    @Slot()
    def _make_address(self) -> None:
        self.dialog.address.make.setEnabled(False)
        self._ask_address(True)

    @Slot(object)
    def _no_address(self, error: object) -> None:
        problem = message_of(error, str(error))
        self.dialog.address.set_problem(problem)
        self.dialog.address.make.setEnabled(True)

    # -- the file --------------------------------------------------------------------------------

    @Slot(object)
    def _choose_file(self, request: ExportRequest) -> None:
        workspace = self._workspace()
        name = export_texts.file_name(request.kind, workspace, self._now.date(), request.week)
        folder = self._folder or self._context.settings.text("schedule.export_folder")
        start = folder if folder and Path(folder).is_dir() else documents_folder()
        ask_where_to_save(
            self.dialog,
            self.tr("Export the schedule"),
            [export_texts.file_filter(request.kind)],
            lambda path: self.write(request, Path(path)),
            proposed=str(Path(start) / name),
            suffix=export_texts.FILE_SUFFIXES[request.kind],
        )

    def write(self, request: ExportRequest, path: Path) -> None:
        self._folder = str(path.parent)
        self.dialog.set_working(True)
        rows: list[ScheduleRow] = self._rows[request.scope]
        if request.kind == "pdf":
            self._gather(rows, request.week, path)
            return
        order = ScheduleFile(
            path,
            request.kind,  # type: ignore[arg-type]
            rows,
            self._zone,
            self._workspace(),
            self._now,
            csv_separator(),
            self._page.facts.insights(),
        )
        self._follow(self._context.runner.submit(write_schedule, order, parent=self))

    def _gather(self, rows: Sequence[ExportRow], first: date, path: Path) -> None:
        week = [row for day in rows_of_week(rows, first, self._zone) for row in day]
        urls = [
            item.preview
            for row in week
            for item in row.schedule.media[:MAX_THUMBS]
            if item.type != "video"
        ][:MAX_PICTURES]
        pictures = WeekPictureLoader(self._page.pictures, urls, self)
        pictures.ready.connect(lambda loaded: self._print(week, first, path, loaded))
        pictures.start()

    def _print(
        self, week: Sequence[ExportRow], first: date, path: Path, pictures: dict[str, QImage]
    ) -> None:
        if self._job is not None or not self.dialog.is_working():
            return  # cancelled while pictures were loading
        posts = words.posts(len(week))
        texts = export_texts.paper_texts(self._workspace(), first, self._now, posts)
        marks = {
            slug: icons.network_badge(slug, 18, 3.0).toImage()
            for slug in {row.schedule.network for row in week}
        }
        paper = WeekPaper(
            week,
            first,
            self._zone,
            PaperWords(**texts),  # type: ignore[arg-type]
            Theme.instance().font("body").family(),
            pictures,
            marks,
            letter=export_texts.uses_letter_paper(),
            mirrored=QGuiApplication.isRightToLeft(),
        )
        self._follow(self._context.runner.submit(write_paper, path, paper, parent=self))

    def _follow(self, job: JobHandle) -> None:
        self._job = job
        job.progress.connect(self.dialog.set_progress)
        job.done.connect(self._written)
        job.failed.connect(self._failed)
        job.cancelled.connect(self._ended)

    @Slot()
    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
        else:
            self._ended()

    @Slot()
    def _ended(self) -> None:
        self._job = None
        self.dialog.set_working(False)
        self.dialog.reject()

    @Slot(object)
    def _failed(self, error: object) -> None:
        self._job = None
        problem = message_of(error)
        unknown = self.tr("The file could not be written: {why}").format(why=error)
        self.dialog.set_failed(problem or unknown)

    @Slot(object)
    def _written(self, written: ExportResult) -> None:
        self._job = None
        self._save_folder()
        text = self.tr("%Ln post(s) written to {file}", "", written.count)
        if written.pages and not written.count:
            text = self.tr("Empty week written to {file}")
        text = text.format(file=written.path.name)
        folder = str(written.path.parent)
        self._context.window.show_notification(
            "ok",
            text,
            str(written.path),
            action_text=self.tr("Show in folder"),
            callback=lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(folder)),
            leads_to=NotificationTarget("show_folder", folder),
        )
        self._ended()

    def _save_folder(self) -> None:
        with suppress(StorageError):  # the next export starts in another folder then
            self._context.settings.set("schedule.export_folder", self._folder)

    def _workspace(self) -> str:
        state = self._context.service.state
        return state.name if state is not None else ""
