"""Input of a name: field and button, inline or in a popup."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.popup import Popup

__all__ = ["NameInput", "NamePopup"]

MAX_LENGTH = 120
MIN_WIDTH = 220


class NameInput(QWidget):
    """Signals ``named(str)``: not empty, stripped; ``left()``: Escape was pressed."""

    named = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.field = QLineEdit(self)
        self.field.setMaxLength(MAX_LENGTH)
        self.field.setObjectName("name")
        self.button = Button("", "primary", parent=self)
        self.button.setObjectName("save-name")
        row.addWidget(self.field, 1)
        row.addWidget(self.button)
        self.field.textChanged.connect(self._show_able)
        self.field.returnPressed.connect(self._done)
        self.button.clicked.connect(self._done)

    def ask(self, name: str, action: str, suggestion: str) -> None:
        """Name the field and the button, and select the suggestion."""
        self.field.setAccessibleName(name)
        self.field.setPlaceholderText(name)
        self.button.setText(action)
        self.field.setText(suggestion)
        # Select from the end, so that a long name shows its beginning.
        self.field.end(False)
        self.field.home(True)
        self._show_able()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def name(self) -> str:
        """Return the stripped text."""
        return " ".join(self.field.text().split())

    @Slot()
    def _show_able(self) -> None:
        self.button.setEnabled(bool(self.name()))

    @Slot()
    def _done(self) -> None:
        if name := self.name():
            self.named.emit(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)


class NamePopup(Popup):
    """Popup for one name under a `title`; `note(name)` gives the line below, after each change.

    Call `row.ask(…)`, then show it. Signal ``named(str)``; it closes by itself.
    """

    named = Signal(str)

    def __init__(
        self, object_name: str, title: str, note: Callable[[str], str], parent: QWidget
    ) -> None:
        super().__init__(object_name, parent)
        self.setAccessibleName(title)
        self._note_of = note
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(8)
        column.addWidget(label(title, "strong"))
        self.row = NameInput(self)
        self.row.field.setMinimumWidth(round(MIN_WIDTH * Theme.instance().scale))
        column.addWidget(self.row)
        self.note = label(note(""), "small", object_name="name-note", wrap=True)
        column.addWidget(self.note)
        self.row.field.textChanged.connect(self._show_note)
        self.row.named.connect(self._named)
        self.row.left.connect(self.close)

    @Slot()
    def _show_note(self) -> None:
        self.note.setText(self._note_of(self.row.name()))

    @Slot(str)
    def _named(self, name: str) -> None:
        self.close()
        self.named.emit(name)
