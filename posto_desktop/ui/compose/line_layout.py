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
        # Each key press and each paint ask for all paragraphs that are seen.
        rect = super().blockBoundingRect(block)
        layout = block.layout()
        count = layout.lineCount()
        if not count:
            return rect
        # The last line tells whether all are in their places: a one-line paragraph has no other.
        last = layout.lineAt(count - 1)
        above = (self._line - last.height()) / 2
        if above < 0.01 or abs(last.y() - (count - 1) * self._line - above) > 0.01:
            self._place_lines(block)
            rect = super().blockBoundingRect(block)
        rect.setHeight(count * self._line)
        return rect

    def _place_lines(self, block: QTextBlock) -> None:
        layout = block.layout()
        leftwards = block.textDirection() == Qt.LayoutDirection.RightToLeft
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            # What is read from the right to the left ends at the right edge.
            x = max(0.0, line.width() - line.naturalTextWidth()) if leftwards else 0.0
            y = number * self._line + (self._line - line.height()) / 2
            line.setPosition(QPointF(x, y))
