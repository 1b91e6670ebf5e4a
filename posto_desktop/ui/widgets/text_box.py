"""A box of several lines in the settings: an example, a licence, a report."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control

MARGIN = 8


class TextBox(QPlainTextEdit):
    """Framed like a field. With `code` it is set in the fixed font, and as high as its lines are
    at every width and every size of the text."""

    def __init__(self, name: str, *, code: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code = code
        name_control(self, name)
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
        """How high a line is, broken where it must be; the box itself counts only what it shows."""
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
