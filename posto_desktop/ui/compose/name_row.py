"""Asking for a name: a field and a button, in a row of its own or in a popup."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.popup import Popup

LONGEST = 120


class NameRow(QWidget):
    """Signals ``named(str)``: never empty; ``left()``: Escape was pressed."""

    named = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.field = QLineEdit(self)
        self.field.setMaxLength(LONGEST)
        self.button = Button("", "primary", parent=self)
        row.addWidget(self.field, 1)
        row.addWidget(self.button)
        self.field.textChanged.connect(self._show_able)
        self.field.returnPressed.connect(self._done)
        self.button.clicked.connect(self._done)

    def ask(self, name: str, deed: str, suggestion: str) -> None:
        """Ask for `name`; the button says the deed."""
        name_control(self.field, name)
        self.field.setPlaceholderText(name)
        self.button.setText(deed)
        name_control(self.button, deed)
        self.field.setText(suggestion)
        # Selected from the end, so that a long name shows its beginning.
        self.field.end(False)
        self.field.home(True)
        self._show_able()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _show_able(self) -> None:
        self.button.setEnabled(bool(self.field.text().strip()))

    @Slot()
    def _done(self) -> None:
        text = self.field.text().strip()
        if text:
            self.named.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)


class NamePopup(Popup):
    """Signal ``named(str)``; it closes by itself."""

    named = Signal(str)

    def __init__(self, title: str, note: str, parent: QWidget) -> None:
        super().__init__("name-popup", parent)
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 14)
        column.setSpacing(8)
        for text, role in ((title, "strong"), (note, "muted")):
            words = PlainLabel(text, self)
            words.setProperty("role", role)
            words.setWordWrap(True)
            column.addWidget(words)
        self.row = NameRow(self)
        column.addWidget(self.row)
        self.row.named.connect(self._named)
        self.row.left.connect(self.close)

    @Slot(str)
    def _named(self, name: str) -> None:
        self.close()
        self.named.emit(name)
