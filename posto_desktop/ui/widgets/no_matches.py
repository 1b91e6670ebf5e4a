"""What stands in place of an empty list: why it is empty, and a button that clears the search."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.labels import label


class NoMatches(QWidget):
    """A sentence, and below it the button while there is a search."""

    def __init__(self, search: QLineEdit, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search = search
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 12)
        column.setSpacing(8)
        column.addStretch(1)
        self.label = label("", "muted", object_name=object_name, wrap=True)
        self.label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.label)
        self.clear = Button(self.tr("Clear the search"), small=True, parent=self)
        self.clear.setObjectName("clear-the-search")
        self.clear.clicked.connect(self._clear)
        column.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def text(self) -> str:
        return self.label.text()

    def setText(self, words: str) -> None:
        self.label.setText(words)
        self.clear.setVisible(bool(self._search.text().strip()))

    @Slot()
    def _clear(self) -> None:
        self._search.clear()
        self._search.setFocus(Qt.FocusReason.OtherFocusReason)
