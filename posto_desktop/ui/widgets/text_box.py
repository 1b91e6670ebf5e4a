"""Multi-line box of the settings, for an example, a licence or a report."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control

MARGIN = 8


class TextBox(QPlainTextEdit):
    """Framed like a field. With `code` it uses the fixed font and is as high as its lines at every
    width and text size."""

    def __init__(
        self, name: str, object_name: str, *, code: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._code = code
        name_control(self, name, object_name)
        self.setProperty("role", "field")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(MARGIN)
        if code:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.textChanged.connect(self._fit)
            Theme.instance().changed.connect(self._fit)
            self._fit()

    @Slot()
    def _fit(self) -> None:
        font = Theme.instance().mono()
        if self.font() != font:
            self.setFont(font)
        width = max(1, self.viewport().width() - 2 * MARGIN)
        text = sum(self._height(line, width) for line in self.toPlainText().split("\n"))
        self.setFixedHeight(ceil(text) + 2 * MARGIN + 2)

    def _height(self, line: str, width: int) -> float:
        """Return the height of a wrapped line; the box itself measures only visible ones."""
        layout = QTextLayout(line, self.font())
        layout.setTextOption(QTextOption(self.document().defaultTextOption()))
        layout.beginLayout()
        height = 0.0
        while (part := layout.createLine()).isValid():
            part.setLineWidth(width)
            height += part.height()
        layout.endLayout()
        return height

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._code:
            self._fit()
