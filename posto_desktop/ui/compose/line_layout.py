"""The rhythm of the lines in the message editor."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QTextBlock, QTextDocument
from PySide6.QtWidgets import QPlainTextDocumentLayout


class LineLayout(QPlainTextDocumentLayout):
    """Gives every line the designed height, and paragraphs from the right to the left their edge:
    QPlainTextEdit itself knows only the font's height and the left edge.

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
        leftwards = block.textDirection() == Qt.LayoutDirection.RightToLeft
        # The last line tells whether all are in their places: a one-line paragraph has no other.
        for number in (count - 1, *range(count - 1)):
            line = layout.lineAt(number)
            # What is read from the right to the left ends at the right edge.
            x = max(0.0, line.width() - line.naturalTextWidth()) if leftwards else 0.0
            y = number * self._line + (self._line - line.height()) / 2
            if number == count - 1 and abs(line.y() - y) <= 0.01 and abs(line.x() - x) <= 0.01:
                break
            line.setPosition(QPointF(x, y))
        else:
            rect = super().blockBoundingRect(block)
        rect.setHeight(count * self._line)
        return rect
