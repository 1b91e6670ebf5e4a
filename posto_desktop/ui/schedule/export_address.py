"""Section of the export dialog with the calendar address of the schedule."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.paragraph import Paragraph

__all__ = ["CalendarAddress"]


class CalendarAddress(QWidget):
    """Shows the address that calendar programs subscribe to.

    Signals: `addressRequested()`: the user asked for a first or a new address, answer with
    `set_address` or `set_problem`; `heightChanged()`."""

    addressRequested = Signal()
    heightChanged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("calendar-subscription")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 4, 0, 0)
        box.setSpacing(6)
        head = label(
            self.tr("Or subscribe in a calendar app"),
            "strong",
            object_name="calendar-subscription-title",
        )
        box.addWidget(head)
        self.about = Paragraph("", "muted", object_name="calendar-about", parent=self)
        box.addWidget(self.about)
        self._row = QWidget(self)
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.field = QLineEdit(self._row)
        name_control(self.field, self.tr("Calendar address"), "calendar-address")
        self.field.setReadOnly(True)
        row.addWidget(self.field, 1)
        self.copy = Button(self.tr("Copy"), icon="copy", parent=self._row)
        name_control(self.copy, self.tr("Copy calendar address"), "copy-calendar-address")
        self.copy.clicked.connect(self._copy)
        row.addWidget(self.copy)
        box.addWidget(self._row)
        self.make = Button("", "link", parent=self)
        name_control(self.make, self.tr("Make calendar address"), "make-calendar-address")
        self.make.clicked.connect(self.addressRequested)
        line = QHBoxLayout()
        line.addWidget(self.make)
        line.addStretch(1)
        box.addLayout(line)
        self._is_own_server = False
        self.set_address("")

    def set_local_server(self) -> None:
        """Mention that the workspace on this computer serves the address itself, and only once it
        has been opened."""
        self._is_own_server = True
        self.set_address(self.field.text())

    @Slot(str)
    def set_address(self, url: str) -> None:
        """Show the address; "" if there is none yet."""
        self.field.setText(url)
        self.field.setCursorPosition(0)
        self._row.setVisible(bool(url))
        self.copy.setText(self.tr("Copy"))
        when = (
            self.tr("while Posto is running and this workspace has been opened")
            if self._is_own_server
            else self.tr("while Posto is running")
        )
        words = self.tr(
            "Calendar apps on this computer can subscribe to the schedule {when}. "
            "Anyone with the address can read the schedule but not change it."
        ).format(when=when)
        self.about.setText(words)
        self.make.setText(
            self.tr("Create a new address (the old one stops working)")
            if url
            else self.tr("Create an address")
        )
        self.make.setEnabled(True)
        self.heightChanged.emit()

    @Slot(str)
    def set_problem(self, sentence: str) -> None:
        """Show why the address is not available."""
        self.about.setText(sentence)
        self.heightChanged.emit()

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.field.text())
        self.copy.setText(self.tr("Copied"))
