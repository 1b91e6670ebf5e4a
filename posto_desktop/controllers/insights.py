"""Controller of the insights in Activity: reads, computes on a worker, writes files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication

from posto_desktop.common.user_error import message_of
from posto_desktop.controllers.context import AppContext
from posto_desktop.core import slots
from posto_desktop.core.insights.report import InsightsQuestion, InsightsReport, first_moment
from posto_desktop.core.insights.statistics import PostInsights
from posto_desktop.models import dates, words
from posto_desktop.models.channel_choice import ChannelFilter
from posto_desktop.models.notifications import NotificationTarget
from posto_desktop.models.numbers import csv_separator
from posto_desktop.models.when_text import local_zone
from posto_desktop.viewmodels.insights_state import InsightsState
from posto_desktop.workers.debouncer import Debouncer
from posto_desktop.workers.latest_job import LatestJob

if TYPE_CHECKING:
    from posto_desktop.workers.insights_paper import InsightsPaper

__all__ = ["InsightsController"]

_NEW_NUMBERS_MS = 3000
"""Pause after new numbers before a shown report is made anew."""


class InsightsController(QObject):
    """`is_shown()`: somebody looks at the insights. Signal `openRequested(int)`: show a post in the
    schedule."""

    openRequested = Signal(object)

    def __init__(
        self,
        context: AppContext,
        channel_filter: ChannelFilter,
        is_shown: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.context = context
        self.state = InsightsState(self)
        self._filter, self._is_shown = channel_filter, is_shown
        self._folder = ""
        self._path = Path()
        self._report_job = LatestJob(context.runner, self)
        self._report_job.done.connect(self.state.set_report)
        self._file_job = LatestJob(context.runner, self)
        self._file_job.done.connect(self._written)
        self._file_job.failed.connect(self._failed)
        self._file_job.progress.connect(self.state.set_progress)
        self._file_job.cancelled.connect(lambda: self.state.set_exporting(False))
        self._new_numbers = Debouncer(_NEW_NUMBERS_MS, self._ask_again, self)
        self._is_outdated = True
        self.state.asked.connect(self._load)
        self.state.openRequested.connect(self.openRequested)
        self.state.exportRequested.connect(self.choose_file)
        self.state.cancelRequested.connect(self._file_job.cancel)
        channel_filter.changed.connect(self._channels_changed)
        worker = context.service.insights
        worker.loaded.connect(self._loaded)
        worker.stored.connect(self._stored)

    def show(self) -> None:
        """The insights come into view."""
        self.state.set_kept(bool(self.context.settings.get("insights.keep_days")))
        if self._is_outdated or self.state.view.report is None:
            self.state.ask_again()

    def set_workspace(self) -> None:
        """Another workspace is open."""
        self._report_job.forget()
        self.state.forget()
        self._is_outdated = True
        self._ask_again()

    @Slot()
    def _channels_changed(self) -> None:
        ids = self._filter.ids
        self._is_outdated = True
        self.state.set_channels(None if ids is None else frozenset(ids))

    @Slot(str)
    def _stored(self, workspace: str) -> None:
        if workspace in ("", self.context.service.workspace_id):
            self._is_outdated = True
            self._new_numbers.call()

    @Slot()
    def _ask_again(self) -> None:
        if self._is_shown():
            self.state.ask_again()

    # -- the report --------------------------------------------------------------------------------

    @Slot(object)
    def _load(self, question: InsightsQuestion) -> None:
        if not self._is_shown():
            self._is_outdated = True
            return
        self._is_outdated = False
        workspace = self.context.service.workspace_id
        since = first_moment(question.days, datetime.now(UTC), local_zone()).timestamp()
        self.context.service.insights.load((workspace, question), workspace, since, question.age)

    @Slot(object, object)
    def _loaded(self, key: object, posts: Sequence[PostInsights]) -> None:
        question = self.state.view.question
        if key != (self.context.service.workspace_id, question):
            return
        from posto_desktop.workers.insight_jobs import make_report

        groups = slots.read(self.context.settings.text(slots.SETTING))
        workspace = self.context.service.workspace_id
        now, zone = datetime.now(UTC), local_zone()
        self._report_job.start(make_report, question, posts, now, zone, groups, workspace)

    # -- files -------------------------------------------------------------------------------------

    @Slot(str)
    def choose_file(self, kind: str) -> None:
        """Ask where to write a "csv", "excel" or "pdf" file."""
        from posto_desktop.ui.widgets.file_dialogs import ask_where_to_save, documents_folder

        report = self.state.view.report
        if report is None or self.state.view.is_exporting:
            return
        suffix = "pdf" if kind == "pdf" else "csv"
        filters = {"csv": self.tr("Tables (*.csv)"), "pdf": self.tr("PDF documents (*.pdf)")}
        name = self.tr("insights {day}").format(day=report.last.isoformat())
        folder = self._folder or self.context.settings.text("schedule.export_folder")
        start = folder if folder and Path(folder).is_dir() else documents_folder()
        ask_where_to_save(
            self.context.window,
            self.tr("Export insights"),
            [filters[suffix]],
            lambda path: self.write(kind, Path(path)),
            proposed=str(Path(start) / f"{name}.{suffix}"),
            suffix=suffix,
        )

    def write(self, kind: str, path: Path) -> None:
        """Write the report that is shown."""
        report = self.state.view.report
        if report is None:
            return
        from posto_desktop.workers import insight_jobs

        self._folder, self._path = str(path.parent), path
        self.state.set_exporting(True)
        if kind == "pdf":
            self._file_job.start(insight_jobs.write_insights_paper, path, self._paper(report))
        else:
            excel = kind == "excel"
            separator = csv_separator() if excel else ","
            self._file_job.start(insight_jobs.write_insights_csv, path, report, excel, separator)

    def _paper(self, report: InsightsReport) -> InsightsPaper:
        from posto_desktop.models.insight_plots import plots_of, posts_table
        from posto_desktop.models.insight_words import explanation, measure_words
        from posto_desktop.ui.schedule.export_texts import uses_letter_paper
        from posto_desktop.ui.theme import Theme
        from posto_desktop.workers.insights_paper import InsightsPaper

        state = self.context.service.state
        title = self.tr("{workspace}: {measure}, {period}").format(
            workspace=state.name if state is not None else "",
            measure=measure_words(report.question.measure),
            period=dates.span_words(report.first, report.last),
        )
        plots = plots_of(report)
        silent = next((plot.silent for plot in plots if plot.silent), "")
        return InsightsPaper(
            title,
            silent or words.posts(report.n),
            " ".join(explanation(report)),
            tuple(plot for plot in plots if not plot.silent),
            self.tr("Best posts"),
            posts_table(report),
            Theme.instance().font("body").family(),
            uses_letter_paper(),
            QGuiApplication.isRightToLeft(),
        )

    @Slot(object)
    def _written(self, _count: int) -> None:
        self.state.set_exporting(False)
        folder = self._folder
        self.context.window.show_notification(
            "ok",
            self.tr("Insights written to {file}").format(file=self._path.name),
            str(self._path),
            action_text=self.tr("Show in folder"),
            callback=lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(folder)),
            leads_to=NotificationTarget("show_folder", folder),
        )

    @Slot(object)
    def _failed(self, error: object) -> None:
        self.state.set_exporting(False)
        unknown = self.tr("The file could not be written: {why}").format(why=error)
        self.context.window.show_notification("error", message_of(error) or unknown)
