"""The rhythm of the lines in the message editor."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QTextBlock, QTextDocument, QTextLine
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
        last = layout.lineAt(count - 1)
        leftwards = block.textDirection() == Qt.LayoutDirection.RightToLeft
        if (
            abs(last.y() - self._place(last.height(), count - 1)) > 0.01
            or abs(last.x() - _left(last, leftwards)) > 0.01
        ):
            for number in range(count):
                line = layout.lineAt(number)
                x = _left(line, leftwards)
                line.setPosition(QPointF(x, self._place(line.height(), number)))
            # The first line decides as well: a one-line paragraph has no other.
            rect = super().blockBoundingRect(block)
        rect.setHeight(count * self._line)
        return rect

    def _place(self, height: float, number: int) -> float:
        return number * self._line + (self._line - height) / 2


def _left(line: QTextLine, leftwards: bool) -> float:
    """Where a line begins: what is read from the right to the left ends at the right edge."""
    return max(0.0, line.width() - line.naturalTextWidth()) if leftwards else 0.0
