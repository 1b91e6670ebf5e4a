"""Import dialog: reads a file, checks its rows and emits messages. It sends nothing.

Usage by the Campaigns page::

    dialog = ImportDialog(page, runner, Place(zone, clock, channels, ticked, …), images)
    dialog.imported.connect(page.add_messages)  # list[core.campaign.Message]
    dialog.open()                # asks for a file
    dialog.open_file(path)       # of a .csv, .xlsx or .json dropped on the page: see `table_paths`
    dialog.paste()               # cells on the clipboard"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDir, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QWidget,
)

from posto_desktop.core.account_outlook import AccountOutlook
from posto_desktop.core.campaign import CampaignMessage
from posto_desktop.core.importing.messages import ImportCounts, count
from posto_desktop.core.importing.row_check import CheckedRow
from posto_desktop.core.importing.table import ReadOptions
from posto_desktop.core.importing.table_reader import EXTENSIONS
from posto_desktop.delivery.serial_worker import compute_pause
from posto_desktop.models.dates import full_when
from posto_desktop.models.import_rows import ImportRowsModel
from posto_desktop.models.numbers import csv_separator
from posto_desktop.ui.campaigns.importing.check_page import CheckPage
from posto_desktop.ui.campaigns.importing.file_page import FilePage, table_paths
from posto_desktop.ui.campaigns.importing.footer import ImportFooter
from posto_desktop.ui.campaigns.importing.parse_options_menu import ParseOptionsMenu
from posto_desktop.ui.campaigns.importing.row_actions import ImportRowActions
from posto_desktop.ui.campaigns.importing.step_bar import StepBar
from posto_desktop.ui.campaigns.importing.times_page import TimesPage
from posto_desktop.ui.shared.draft_pictures import DraftPictures
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog
from posto_desktop.ui.widgets.dialog import Dialog
from posto_desktop.ui.widgets.file_dialogs import ask_for_file, ask_where_to_save, documents_folder
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.widget_stack import WidgetStack
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.import_session import ImportContext, ImportSession, import_outlook
from posto_desktop.workers.latest_job import LatestJob
from posto_desktop.workers.runner import JobRunner

__all__ = ["ImportContext", "ImportDialog", "table_paths"]

FILE, CHECK, TIMES = range(3)


class ImportDialog(Dialog):
    """Dialog with three steps: file, check, times. Deletes itself on close.

    Signals:
        imported(list[Message]): messages to add to the campaign, in the order of the file.
        sampleSaved(Path): a sample file was written."""

    imported = Signal(object)
    sampleSaved = Signal(object)

    def __init__(
        self, parent: QWidget | None, runner: JobRunner, place: ImportContext, images: ImageLoader
    ) -> None:
        super().__init__("import-messages", self.tr("Import messages from a file"), parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._place = place
        self._counts = ImportCounts()
        self._messages: list[CampaignMessage] | None = None
        """Messages that are ready, kept while the user sees which pictures are missing."""
        self._name = ""
        self._folder = ""
        self._continues_after_check = self._is_confirmed = False
        self._networks = [channel.network for channel in place.channels]
        self.session = ImportSession(runner, place, self)
        self._outlook = LatestJob(runner, self)
        self._outlook.done.connect(self._looked_ahead)
        self.model = ImportRowsModel(self)
        resolver = self.session.resolver
        self.pictures = DraftPictures(images, self.devicePixelRatioF(), self)
        self.model.set_lookups(
            resolver.network_of,
            self.pictures.get,
            lambda when: full_when(when, place.zone),
        )
        self._build()
        self.row_actions = ImportRowActions(self.session, self.check_page.table, self)
        self._connect_signals()
        self._show_step(FILE)
        self.file_page.choose.setFocus(Qt.FocusReason.OtherFocusReason)
        self._fit()

    def _build(self) -> None:
        head = QFrame(self)
        head.setProperty("role", "head-bar")
        row = QHBoxLayout(head)
        row.setContentsMargins(25, 15, 21, 15)
        row.addWidget(label(self.tr("Import messages from a file"), "dialog"))
        row.addStretch(1)
        #: Title of a step: the times of imported messages.
        steps = [self.tr("File"), self.tr("Columns and check"), self.tr("Times")]
        self.steps = StepBar(steps, head)
        row.addWidget(self.steps)
        self.box.addWidget(head)
        self.stack = WidgetStack(self)
        self.file_page = FilePage(self._place.name, self)
        self.check_page = CheckPage(self.model, self)
        self.times_page = TimesPage(self)
        for page in (self.file_page, self.check_page, self.times_page):
            self.stack.addWidget(page)
        self.box.addWidget(self.stack, 1)
        self.foot = ImportFooter(self)
        self.box.addWidget(self.foot)

    def _connect_signals(self) -> None:
        session, check = self.session, self.check_page
        session.read.connect(self._on_read)
        session.refused.connect(self._refused)
        session.prepared.connect(self._prepared)
        session.checked.connect(self._checked)
        session.progress.connect(self._progress)
        session.finished.connect(self._finished)
        session.stopped.connect(self._stopped)
        session.sampleSaved.connect(self.sampleSaved)
        self.pictures.arrived.connect(self._on_pictures_loaded)
        self.file_page.chooseRequested.connect(self.choose_file)
        self.file_page.pasteRequested.connect(self.paste)
        self.file_page.cancelRequested.connect(session.stop)
        self.file_page.fileDropped.connect(self.open_file)
        self.file_page.sampleRequested.connect(self._ask_where_to_save_sample)
        self.file_page.useSampleRequested.connect(self.use_sample)
        check.changeRequested.connect(self._open_parse_options)
        check.namesToggled.connect(session.set_has_names)
        check.orderChosen.connect(session.set_order)
        check.commonActionRequested.connect(self.row_actions.act_on_all)
        check.strip.fieldChosen.connect(session.set_field)
        self.model.edited.connect(session.edit)
        self.times_page.own.toggled.connect(self._on_times_changed)
        self.foot.problems_only.toggled.connect(self._only_problems)
        self.foot.cancel.clicked.connect(self.reject)
        self.foot.back.clicked.connect(self._back)
        self.foot.continue_button.clicked.connect(self._next_step)

    @Slot()
    def _ask_where_to_save_sample(self) -> None:
        ask_where_to_save(
            self,
            self.tr("Save a sample file"),
            [f"{self.tr('CSV file')} (*.csv)"],
            self._save_sample,
            proposed=str(Path(documents_folder()) / self.tr("Posto sample.csv")),
            suffix="csv",
        )

    def _save_sample(self, path: str) -> None:
        self.session.save_sample(Path(path), csv_separator())

    def _fit(self) -> None:
        self.resize_inside(*Theme.instance().pair("pane.dialog.import"))

    # -- the file ------------------------------------------------------------------------------

    @Slot()
    def choose_file(self) -> None:
        """Ask for a file."""
        endings = " ".join(f"*{ending}" for ending in EXTENSIONS)
        #: {endings}: "*.csv *.xlsx". Keep the brackets.
        tables = self.tr("Tables ({endings})").format(endings=endings)
        ask_for_file(
            self,
            self.tr("Import file"),
            [tables, self.tr("All files (*)")],
            self.open_file,
            folder=self._folder or documents_folder(),
        )

    @Slot(str)
    def open_file(self, path: str) -> None:
        """Read a file and show its columns and rows, or the error."""
        if not path:
            return
        self._folder = QDir(path).absolutePath().rpartition("/")[0]
        self.row_actions.folder = self._folder
        self._name = QDir(path).dirName() or path
        self._begin()
        self.session.open_file(path)

    @Slot()
    def paste(self) -> None:
        """Read cells from the clipboard."""
        mime = QGuiApplication.clipboard().mimeData()
        self._name = self.tr("Pasted cells")
        self._begin()
        self.session.paste(mime.html() if mime.hasHtml() else "", mime.text() or "")

    @Slot()
    def use_sample(self) -> None:
        """Read the sample, to see how an import works."""
        self._name = self.tr("Sample")
        self._begin()
        self.session.use_sample()

    def _begin(self) -> None:
        self._messages = None
        self._show_step(FILE)
        self.file_page.show_reading(self._name)

    @Slot(object)
    def _on_read(self, _table: object) -> None:
        self.foot.problems_only.setChecked(False)
        self.file_page.show_reading(self._name)

    @Slot(str)
    def _refused(self, why: str) -> None:
        if self.stack.currentIndex() == TIMES:
            self.times_page.show_failure(why)
            self._show_foot()
            return
        self._show_step(FILE)
        self.file_page.show_idle(why)

    @Slot()
    def _stopped(self) -> None:
        if self.stack.currentIndex() == TIMES:
            self.times_page.show_fetching(0, 0)
            self._show_foot()
        else:
            self.file_page.show_idle()

    @Slot(str, int, int)
    def _progress(self, phase: str, done: int, total: int) -> None:
        if phase == "read":
            self.file_page.show_reading(self._name, done)
        elif phase == "fetch":
            self.times_page.show_fetching(done, total)

    @Slot()
    def _open_parse_options(self) -> None:
        table = self.session.table
        if table is None:
            return
        menu = ParseOptionsMenu(self, table, self.session.options)
        menu.optionsChosen.connect(self._read_again)
        menu.fileRequested.connect(self.choose_file)
        corner = self.check_page.change.mapToGlobal(QPoint(0, self.check_page.change.height() + 2))
        menu.popup(corner)

    @Slot(object)
    def _read_again(self, options: ReadOptions) -> None:
        self.session.set_options(options)

    # -- columns and rows ----------------------------------------------------------------------

    @Slot()
    def _prepared(self) -> None:
        session = self.session
        assert session.table is not None
        self.model.set_columns(session.table.names(session.has_names), session.fields)
        self.check_page.show_session(session, self._name, self._networks)

    @Slot(object)
    def _checked(self, rows: list[CheckedRow]) -> None:
        continues, self._continues_after_check = self._continues_after_check, False
        self._counts = count(rows)
        self.model.set_rows(rows)
        if self.stack.currentIndex() == FILE:
            self.file_page.show_idle()
            self._show_step(CHECK)
            self.foot.continue_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_counts()
        if continues:
            self._next_step()

    def _show_counts(self) -> None:
        counts = self._counts
        if not counts.problems + counts.left_out:
            self.foot.problems_only.setChecked(False)
        self._show_nothing()
        self._show_foot()

    def _show_nothing(self) -> None:
        words = ""
        if not self.model.rowCount():
            words = self.tr("There are no rows below the column names.")
        self.check_page.show_empty(words)

    @Slot(bool)
    def _only_problems(self, on: bool) -> None:
        self.model.set_only_problems(on)
        self._show_nothing()

    @Slot()
    def _on_pictures_loaded(self) -> None:
        self.check_page.table.viewport().update()

    @Slot(object)
    def _looked_ahead(self, outlook: AccountOutlook) -> None:
        now = self._place.clock().astimezone(self._place.zone)
        self.times_page.show_outlook(outlook.summary(now))

    # -- times and the end ---------------------------------------------------------------------

    @Slot()
    def _on_times_changed(self) -> None:
        self._messages = None

    @Slot(object)
    def _finished(self, messages: list[CampaignMessage]) -> None:
        self.times_page.show_fetching(0, 0)
        if self.session.lost:
            # Show missing pictures before adding the messages: the user may want to go back.
            self._messages = messages
            self.times_page.show_report(self.session.checked_rows, self._counts, self.session.lost)
            self._show_foot()
            return
        self._finish_import(messages)

    def _finish_import(self, messages: list[CampaignMessage]) -> None:
        self.imported.emit(messages)
        self.accept()

    # -- steps ---------------------------------------------------------------------------------

    def _show_step(self, step: int) -> None:
        compute_pause.ask()  # while the page is painted
        self.stack.setCurrentIndex(step)
        self.steps.set_current(step)
        # Enter continues in every step.
        (self.file_page.choose if step == FILE else self.foot.continue_button).setDefault(True)
        self._show_foot()

    def _show_foot(self) -> None:
        step = self.stack.currentIndex()
        if step == FILE:
            self.foot.show_file()
        elif step == CHECK:
            self.foot.show_check(self._counts)
        else:
            self.foot.show_times(self._counts)

    @Slot()
    def _back(self) -> None:
        if self.stack.currentIndex() == TIMES:
            self.session.stop()
            self._messages = None
            self._show_step(CHECK)
        else:
            self._show_step(FILE)
            self.file_page.show_idle()

    @Slot()
    def _next_step(self) -> None:
        if self.session.is_checking:
            self._continues_after_check = True  # continue when the last change has been checked
            return
        if not self._counts.usable:
            return
        if self.stack.currentIndex() == CHECK:
            self.session.lost = {}
            fetches = self._place.folder is not None
            self.times_page.show_messages(
                self.session.checked_rows,
                self._counts,
                self._place.zone,
                fetches=fetches,
                name=self._place.name,
            )
            self.times_page.show_outlook("")
            if self._place.accounts:
                self._outlook.start(import_outlook, self._place, self.session.checked_rows)
            self._show_step(TIMES)
        elif self._messages is not None:
            self._finish_import(self._messages)
        else:
            self.foot.continue_button.setEnabled(False)
            self.session.finish(own_times=self.times_page.own.isChecked())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste) and self.stack.currentIndex() == FILE:
            self.paste()
            return
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.foot.continue_button.click()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        # Not closed by the user: the app quits, which a confirmation would block.
        self._is_confirmed = self._is_confirmed or not event.spontaneous()
        super().closeEvent(event)

    def reject(self) -> None:
        """Close the dialog; if the user has corrected rows, ask first."""
        changes = self.session.changes
        if not changes or self._is_confirmed or self.isHidden():
            super().reject()
            return
        lost = self.tr(
            "%n change(s) to the rows will be lost. The file does not change.", "", changes
        )
        question = ConfirmDialog(
            self.tr("Stop importing?"),
            lost,
            self.tr("Stop importing"),
            cancel=self.tr("Go on"),
            parent=self,
        )
        question.accepted.connect(self._reject_confirmed)
        question.open()

    @Slot()
    def _reject_confirmed(self) -> None:
        self._is_confirmed = True
        self.reject()

    def done(self, result: int) -> None:
        self.session.stop()
        super().done(result)
