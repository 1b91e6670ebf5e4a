"""Last step of the import: times of the messages, and a report of skipped rows. It sends
nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from posto_desktop.core.importing.messages import (
    ImportCounts,
    addresses,
    condensed_report,
    report,
)
from posto_desktop.core.importing.row_check import CheckedRow
from posto_desktop.models.dates import full_when, zone_name
from posto_desktop.models.numbers import grouped
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.choices import RadioButton
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.progress_bar import ProgressBar


class TimesPage(QWidget):
    """Shows a summary of the import and the progress of downloading pictures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import-times-page")
        self._whole_report = ""
        box = QVBoxLayout(self)
        box.setContentsMargins(25, 18, 25, 4)
        box.setSpacing(8)
        self.title = label("", "strong", object_name="import-summary", wrap=True)
        box.addWidget(self.title)
        self.about = Paragraph("", "muted", object_name="import-about", parent=self)
        box.addWidget(self.about)
        box.addSpacing(6)
        self.own = RadioButton("", self)
        name_control(self.own, self.tr("At the times in the file"), "at-the-times-in-the-file")
        self.rhythm = RadioButton(self.tr("In the rhythm of the campaign, in this order"), self)
        self.rhythm.setObjectName("in-the-rhythm-of-the-campaign")
        group = QButtonGroup(self)
        group.addButton(self.own)
        group.addButton(self.rhythm)
        self.own.setChecked(True)
        self.own.toggled.connect(self._show_span)
        box.addWidget(self.own)
        box.addWidget(self.rhythm)
        self.span = Paragraph("", "muted", object_name="import-span", parent=self)
        box.addWidget(self.span)
        self.outlook = Paragraph("", "muted", object_name="import-outlook", parent=self)
        box.addWidget(self.outlook)
        box.addSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.left_out = label("", "strong", object_name="import-left-out", wrap=True)
        row.addWidget(self.left_out, 1)
        self.copy = Button(self.tr("Copy report"), icon="copy", small=True, parent=self)
        self.copy.setObjectName("copy-report")
        self.copy.clicked.connect(self._copy)
        row.addWidget(self.copy)
        box.addLayout(row)
        self.report = QPlainTextEdit(self)
        self.report.setProperty("role", "field")
        name_control(self.report, self.tr("Import report"), "import-report")
        self.report.setReadOnly(True)
        self.report.document().setDocumentMargin(8)
        self.report.setTabChangesFocus(True)
        box.addWidget(self.report, 1)
        self._stretch = QWidget(self)
        box.addWidget(self._stretch, 1)
        self.state = label("", "muted", object_name="import-fetching", wrap=True)
        box.addWidget(self.state)
        self.progress = ProgressBar(self.tr("Fetching pictures"), "fetching-pictures", self)
        box.addWidget(self.progress)
        self.show_fetching(0, 0)

    def show_messages(
        self,
        checked: Sequence[CheckedRow],
        counts: ImportCounts,
        zone: tzinfo,
        *,
        fetches: bool,
        name: str = "",
    ) -> None:
        """Show the summary. `fetches`: pictures are downloaded from their addresses; `name` is that
        of the campaign."""
        own, usable = counts.own_times, counts.usable
        which = self.tr("“{name}”").format(name=name) if name else self.tr("the campaign")
        text = self.tr("%Ln message(s) will be added to {campaign}", "", usable)
        self.title.setText(text.format(campaign=which))
        lines = [self.tr("Importing sends nothing.")]
        pictures = len(addresses(checked)) if fetches else 0
        if pictures:
            first = self.tr("%Ln picture(s) will be downloaded first.", "", pictures)
            lines.append(first)
        self.about.setText(" ".join(lines))
        words = self.tr("At the times in the file")
        if own != usable:
            #: {own} and {rest}: numbers of messages.
            words = self.tr(
                "At the times in the file ({own}). Without a time, in the rhythm ({rest})"
            ).format(own=grouped(own), rest=grouped(usable - own))
        self.own.setText(words)
        self.own.setEnabled(own > 0)
        self.own.setToolTip("" if own else self.tr("The file contains no times"))
        (self.own if own else self.rhythm).setChecked(True)
        times = sorted(row.when for row in checked if row.usable and row.when is not None)
        if len(times) > 1:
            first, last = full_when(times[0], zone), full_when(times[-1], zone)
            self.span.setText(
                self.tr("From {first} to {last}").format(first=first, last=last)
                + f" · {zone_name(zone)}"
            )
        else:
            self.span.setText(f"{full_when(times[0], zone)} · {zone_name(zone)}" if times else "")
        self._show_span()
        self.show_report(checked, counts, {})

    def show_report(
        self, checked: Sequence[CheckedRow], counts: ImportCounts, lost: Mapping[str, str]
    ) -> None:
        """Show which rows are skipped or incomplete. `lost` maps addresses to the reason why they
        could not be downloaded."""
        away, partly = counts.errors + counts.left_out, counts.warnings
        sentences = []
        if away:
            sentences.append(self.tr("%Ln row(s) will not be imported.", "", away))
        if partly:
            sentences.append(self.tr("%Ln row(s) (has a warning/have warnings).", "", partly))
        if lost:
            sentences.append(self.tr("%Ln picture(s) could not be downloaded.", "", len(lost)))
        self._show_lines(
            " ".join(sentences), condensed_report(checked, lost), report(checked, lost)
        )

    def show_failure(self, why: str) -> None:
        """Show why the download ended."""
        self.show_fetching(0, 0)
        self._show_lines(why, why)

    def _show_lines(self, words: str, lines: str, whole: str = "") -> None:
        self.left_out.setText(words)
        self._whole_report = whole or lines
        self.report.setPlainText(lines)
        for part in (self.left_out, self.copy, self.report):
            part.setVisible(bool(lines))
        self._stretch.setVisible(not lines)

    def show_outlook(self, words: str) -> None:
        """Show what the accounts mean for the times in the file; "" for nothing."""
        self.outlook.setText(words)
        self._show_span()

    @Slot()
    def _show_span(self) -> None:
        for part in (self.span, self.outlook):
            part.setVisible(bool(part.text()) and self.own.isChecked())

    def show_fetching(self, done: int, total: int) -> None:
        """Show the progress of downloading pictures; a total of 0 hides it."""
        on = total > 0
        self.state.setVisible(on)
        self.progress.setVisible(on)
        self.own.setEnabled(not on and self.own.toolTip() == "")
        self.rhythm.setEnabled(not on)
        if on:
            self.progress.setRange(0, total)
            self.progress.setValue(done)
            self.state.setText(
                self.tr("Downloading picture {n} of {total}").format(
                    n=min(done + 1, total), total=total
                )
            )

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._whole_report)
