"""First step of the import: choose a file, drop one, or paste cells."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.core.importing.table_reader import EXTENSIONS
from posto_desktop.ui import keys
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.progress_bar import ProgressBar
from posto_desktop.workers.file_info import has_files, local_paths

_WIDTH = 560


def table_paths(paths: list[str]) -> list[str]:
    """Return the dropped files that may contain a table."""
    return [path for path in paths if path.lower().endswith(EXTENSIONS)]


class FilePage(QWidget):
    """Shows the progress of reading and its error.

    Signals: `chooseRequested()`, `pasteRequested()`, `cancelRequested()`, `fileDropped(str)`,
    `sampleRequested()`: save a sample file; `useSampleRequested()`: import it."""

    chooseRequested = Signal()
    pasteRequested = Signal()
    cancelRequested = Signal()
    fileDropped = Signal(str)
    sampleRequested = Signal()
    useSampleRequested = Signal()

    def __init__(self, campaign: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import-file-page")
        self.setAcceptDrops(True)
        self._over = False
        self._inside = QWidget(self)
        self._inside.setFixedWidth(round(_WIDTH * Theme.instance().scale))
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        title = label(self.tr("Drop a file here, or choose one"), "dialog", wrap=True)
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        about_text = self.tr(
            "CSV, Excel (.xlsx) or JSON with one message per row. Pictures can be "
            "files in the same folder or web addresses. Importing adds the messages "
            "to {campaign} and sends nothing."
        )
        campaign_name = (
            self.tr("“{name}”").format(name=campaign) if campaign else self.tr("this campaign")
        )
        about = self.about = label(about_text.format(campaign=campaign_name), "muted", wrap=True)
        about.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(48)
        column.addWidget(title)
        column.addWidget(about)
        column.addSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.choose = Button(self.tr("Choose a file…"), "primary", icon="file-up", parent=self)
        self.choose.setObjectName("import-file")
        self.choose.clicked.connect(self.chooseRequested)
        self.paste = Button(self.tr("Paste cells"), icon="clipboard-copy", parent=self)
        self.paste.setObjectName("paste-cells")
        self.paste.setToolTip(keys.tip(self.tr("Cells copied in a spreadsheet"), keys.PASTE))
        self.paste.clicked.connect(self.pasteRequested)
        row.addStretch(1)
        row.addWidget(self.choose)
        row.addWidget(self.paste)
        row.addStretch(1)
        column.addLayout(row)
        self.sample = Button(self.tr("Save a sample file…"), "link", parent=self._inside)
        self.sample.setObjectName("save-a-sample-file")
        self.sample.setToolTip(self.tr("A table with all columns, to fill in a spreadsheet"))
        self.sample.clicked.connect(self.sampleRequested)
        self.use_sample = Button(self.tr("Use a sample"), "link", parent=self._inside)
        self.use_sample.setObjectName("use-a-sample")
        self.use_sample.setToolTip(self.tr("Import some sample messages, to see how it works"))
        self.use_sample.clicked.connect(self.useSampleRequested)
        samples = QHBoxLayout()
        samples.setSpacing(14)
        samples.addStretch(1)
        samples.addWidget(self.use_sample)
        samples.addWidget(self.sample)
        samples.addStretch(1)
        column.addLayout(samples)
        self.error = Paragraph("", "error", object_name="import-error", parent=self._inside)
        self.error.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.error)
        self.state = label("", "muted", object_name="import-state", wrap=True)
        self.state.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.state)
        self.progress = ProgressBar(self.tr("Reading the file"), "reading-the-file", self._inside)
        column.addWidget(self.progress)
        self.cancel = Button(self.tr("Stop reading"), small=True, parent=self._inside)
        self.cancel.setObjectName("stop-reading")
        self.cancel.clicked.connect(self.cancelRequested)
        column.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignHCenter)
        box = QVBoxLayout(self)
        box.setContentsMargins(25, 20, 25, 20)
        box.addStretch(1)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._inside)
        middle.addStretch(1)
        box.addLayout(middle)
        box.addStretch(1)
        self.show_idle()

    def show_idle(self, error: str = "") -> None:
        """Show the choices; `error` tells why the last file could not be read."""
        self.error.setText(error)
        self.error.setVisible(bool(error))
        self._show_busy(False)

    def show_reading(self, name: str, rows: int = 0) -> None:
        """Show that a file is being read, with the number of rows so far."""
        self.error.hide()
        if rows:
            words = self.tr("Reading {name}: %Ln row(s)", "", rows).format(name=name)
        else:
            words = self.tr("Reading {name}").format(name=name)
        self.state.setText(words)
        self.progress.setRange(0, 0)
        self._show_busy(True)

    def _show_busy(self, on: bool) -> None:
        for part in (self.state, self.progress, self.cancel):
            part.setVisible(on)
        self.choose.setEnabled(not on)
        self.paste.setEnabled(not on)
        self.sample.setVisible(not on)
        self.use_sample.setVisible(not on)

    # -- dropping ------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if has_files(event.mimeData()):
            self._set_over(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._set_over(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._set_over(False)
        path = self._path_in(event)
        if path:
            event.acceptProposedAction()
            self.fileDropped.emit(path)

    @staticmethod
    def _path_in(event: QDropEvent) -> str:
        return next(iter(local_paths(event.mimeData())), "")

    @Slot(bool)
    def _set_over(self, on: bool) -> None:
        self._over = on
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.colour("accent" if self._over else "slot_line"), 1.5)
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(theme.colour("drop_fill" if self._over else "surface_alt"))
        area = self.rect().adjusted(26, 14, -26, -2)
        painter.drawRoundedRect(area, 12, 12)
        mark = self._inside.geometry()
        mark.setHeight(40)
        painters.paint_icon(painter, mark, "file-spreadsheet", 40, theme.colour("text_faint"))
        painter.end()
