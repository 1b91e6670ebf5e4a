"""Export dialog of the schedule: file type, posts to export, calendar address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.models import words
from posto_desktop.ui.schedule.export_address import CalendarAddress
from posto_desktop.ui.schedule.export_texts import paper_name, week_text
from posto_desktop.ui.widgets.action_dialog import ActionDialog
from posto_desktop.ui.widgets.buttons import IconButton
from posto_desktop.ui.widgets.choices import CheckBox, ChoiceGroup, RadioButton, SegmentedControl
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.progress_bar import ProgressBar

__all__ = ["ExportCounts", "ExportDialog", "ExportRequest"]

WIDTH = 520


@dataclass(frozen=True)
class ExportCounts:
    """Number of posts for each scope of an export."""

    ticked: int
    shown: int
    all: int

    def of(self, choice: str) -> int:
        """Return the number of posts of a scope: "ticked", "shown" or "all"."""
        return {"ticked": self.ticked, "shown": self.shown, "all": self.all}[choice]


@dataclass(frozen=True)
class ExportRequest:
    """What to export: `kind` is "csv", "excel", "ical" or "pdf"; `scope` is "ticked", "shown" or
    "all"; `week` is the first day of the week for "pdf"."""

    kind: str
    scope: str
    week: date


class ExportDialog(ActionDialog):
    """Dialog that asks for an `ExportRequest`.

    Signals: `chosen(ExportRequest)`: choose a file and write it; `cancelled()`: stop writing.
    Report with `set_progress` and `set_failed`; close the dialog when the file is written."""

    chosen = Signal(object)
    cancelled = Signal()

    def __init__(
        self,
        counts: ExportCounts,
        week: date,
        today: date,
        parent: QWidget | None = None,
        *,
        in_week: Callable[[str, date], int] | None = None,
    ):
        """`in_week(scope, first_day)` returns the number of posts of a scope in a week."""
        self._working = False
        self._in_week = in_week
        super().__init__("export-dialog", "", "", width=WIDTH, parent=parent)
        self.set_title(self.tr("Export the schedule"))
        self._counts, self._week, self._today = counts, week, today
        self.kind = SegmentedControl(
            self.tr("File type"),
            "file-type",
            [
                ("csv", self.tr("CSV table")),
                ("ical", self.tr("Calendar file")),
                ("pdf", self.tr("PDF of a week")),
            ],
            self,
        )
        self.body.addWidget(self.kind)
        self.about = Paragraph("", "muted", object_name="export-about", parent=self)
        self.body.addWidget(self.about)
        self._add_scopes()
        self.excel = CheckBox(self.tr("For Excel"), self)
        self.excel.setObjectName("for-excel")
        self.excel.setAccessibleName(self.tr("For Excel"))
        self.excel.setToolTip(
            self.tr(
                "Opens as a table in Excel. Texts are cut at 32,767 characters, Excel's limit"
                " for a cell."
            )
        )
        self.body.addWidget(self.excel)
        self._add_week()
        self.address = CalendarAddress(self)
        self.body.addWidget(self.address)
        self.address.heightChanged.connect(self.grow)
        self.progress = ProgressBar(self.tr("Export progress"), "export-progress", self)
        self.progress.hide()
        self.body.addWidget(self.progress)
        self.state = Paragraph("", "error", object_name="export-state", parent=self)
        self.state.hide()
        self.body.addWidget(self.state)
        self.action_button.setObjectName("export")
        self.action_button.clicked.connect(self._request_export)
        self.kind.changed.connect(self._update_fields)
        self._scopes.idClicked.connect(self._update_fields)
        self._update_fields()

    # -- building --------------------------------------------------------------------------------

    def _add_scopes(self) -> None:
        group = QWidget(self)
        group.setObjectName("posts-to-export")
        group.setAccessibleName(self.tr("Posts to export"))
        box = QVBoxLayout(group)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        self._scopes = ChoiceGroup(self)
        self._keys = ("ticked", "shown", "all")
        counts = self._counts
        texts = (
            self.tr("Selected: %Ln post(s)", "", counts.ticked),
            self.tr("Filtered: %Ln post(s)", "", counts.shown),
            self.tr("All: %Ln post(s)", "", counts.all),
        )
        for number, (key, text) in enumerate(zip(self._keys, texts, strict=True)):
            button = RadioButton(text, group)
            button.setObjectName(f"export-{key}")
            button.setAccessibleName(text)
            button.setEnabled(counts.of(key) > 0)
            self._scopes.addButton(button, number)
            box.addWidget(button)
        # Preselect the ticked posts if there are any, else the filtered ones.
        first = 0 if counts.ticked else 1 if counts.shown else 2
        self._scopes.button(first).setChecked(True)
        self._scopes.button(0).setVisible(counts.ticked > 0)
        self.body.addWidget(group)

    def _add_week(self) -> None:
        self._week_row = QWidget(self)
        row = QHBoxLayout(self._week_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.earlier = IconButton(
            "chevron-start", self.tr("Week before"), "week-before", parent=self._week_row
        )
        self.later = IconButton(
            "chevron-end", self.tr("Week after"), "week-after", parent=self._week_row
        )
        self.week_label = label("", "strong", object_name="export-week")
        self.week_label.setMinimumWidth(self.fontMetrics().averageCharWidth() * 26)
        self.week_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.earlier.clicked.connect(lambda: self._step(-7))
        self.later.clicked.connect(lambda: self._step(7))
        row.addWidget(self.earlier)
        row.addWidget(self.week_label)
        row.addWidget(self.later)
        self.week_posts = label("", "muted", object_name="export-week-posts")
        row.addSpacing(6)
        row.addWidget(self.week_posts)
        row.addStretch(1)
        self.body.addWidget(self._week_row)

    # -- choosing --------------------------------------------------------------------------------

    def request(self) -> ExportRequest:
        """Return the current choice."""
        kind = self.kind.value()
        if kind == "csv" and self.excel.isChecked():
            kind = "excel"
        return ExportRequest(kind, self._keys[self._scopes.checkedId()], self._week)

    def _step(self, days: int) -> None:
        try:
            self._week += timedelta(days=days)
        except OverflowError:
            return
        self._update_fields()

    @Slot()
    def _update_fields(self, *_ignored: object) -> None:
        """Show the options and the explanation of the chosen file type."""
        kind = self.kind.value()
        self.about.setText(
            {
                "csv": self.tr(
                    "One row per post, for spreadsheets and scripts. Times are in your time "
                    "zone, with its offset. Formulas become plain text."
                ),
                "ical": self.tr(
                    "One event per post, for calendar apps. Posts without a time are left out."
                ),
                "pdf": self.tr(
                    "A week to print, with a column per day and thumbnails. {paper} landscape."
                ).format(paper=paper_name()),
            }[kind]
        )
        self.excel.setVisible(kind == "csv")
        self.address.setVisible(kind == "ical")
        self._week_row.setVisible(kind == "pdf")
        self.week_label.setText(week_text(self._week, self._today))
        scope = self._keys[self._scopes.checkedId()]
        count = self._counts.of(scope)
        printed = self._in_week(scope, self._week) if kind == "pdf" and self._in_week else 0
        self.week_posts.setText(words.posts(printed))
        self.action_button.setText(
            self.tr("Export week…")
            if kind == "pdf" and not printed
            else self.tr("Export %Ln post(s)…", "", printed if kind == "pdf" else count)
        )
        self.action_button.setEnabled(count > 0 and not self._working)
        self.set_failed("")
        self.fit()

    @Slot()
    def _request_export(self) -> None:
        self.chosen.emit(self.request())

    # -- while it is written ---------------------------------------------------------------------

    def is_working(self) -> bool:
        """Return True while the file is being written."""
        return self._working

    def set_working(self, on: bool) -> None:
        """Switch between choosing and writing."""
        self._working = on
        for widget in (self.kind, self.excel, self._week_row, *self._scopes.buttons()):
            widget.setEnabled(not on)
        if not on:
            self._scopes.button(0).setEnabled(self._counts.ticked > 0)
        self.action_button.setEnabled(not on)
        self.progress.setRange(0, 0)
        self.progress.setVisible(on)
        if on:
            self.set_failed("")
        self.fit()

    @Slot(object)
    def set_progress(self, done_and_total: tuple[int, int]) -> None:
        """Show the progress: (posts written, posts in total)."""
        done, total = done_and_total
        with QSignalBlocker(self.progress):
            self.progress.setRange(0, max(total, 1))
            self.progress.setValue(done)

    def set_failed(self, sentence: str) -> None:
        """Show why the export failed; "" hides the error."""
        self.state.setText(sentence)
        self.state.setVisible(bool(sentence))
        if sentence:
            self.set_working(False)

    def reject(self) -> None:
        if self._working:
            self.cancelled.emit()  # the controller closes it when the job has ended
            self.cancel_button.setEnabled(False)
            return
        super().reject()
