"""The rhythm of the lines in the message editor."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTextBlock, QTextDocument
from PySide6.QtWidgets import QPlainTextDocumentLayout


class LineLayout(QPlainTextDocumentLayout):
    """Gives every line the designed height: QPlainTextEdit itself knows only the font's.

    Qt lays a paragraph out when someone asks for its rectangle, so that is the place where the
    lines are set to their rhythm.  Only visible paragraphs are ever asked for.
    """

    def __init__(self, document: QTextDocument, line: float) -> None:
        super().__init__(document)
        self._line = line

    def set_line(self, line: float) -> None:
        """Another line height, after the text size has changed."""
        self._line = line

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:
        rect = super().blockBoundingRect(block)
        layout = block.layout()
        count = layout.lineCount()
        if not count or not block.isVisible():
            return rect
        last = layout.lineAt(count - 1)
        if abs(last.y() - self._place(last.height(), count - 1)) > 0.01:
            for number in range(count):
                line = layout.lineAt(number)
                line.setPosition(QPointF(line.x(), self._place(line.height(), number)))
            # The first line decides as well: a one-line paragraph has no other.
            rect = super().blockBoundingRect(block)
        rect.setHeight(count * self._line)
        return rect

    def _place(self, height: float, number: int) -> float:
        return number * self._line + (self._line - height) / 2
