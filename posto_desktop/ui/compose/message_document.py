"""Lines of the designed height, and coloured links and tags, in a document of plain text."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextDocument, QTextLayout
from PySide6.QtWidgets import QPlainTextDocumentLayout

from posto_desktop.ui.shared.text_entities import (
    LONGEST_COLOURED,
    find_entities,
    has_wide_characters,
    utf16_offset,
)
from posto_desktop.ui.theme import Theme

_PALETTES = 8  # palettes counted before the number repeats, to detect a changed theme


class LineLayout(QPlainTextDocumentLayout):
    """Gives every line the designed height, and aligns right-to-left paragraphs to the right:
    QPlainTextEdit itself knows only the font's height and the left edge.

    Qt lays a paragraph out when someone asks for its rectangle, so this places its lines there.
    Only visible paragraphs are asked for.
    """

    def __init__(self, document: QTextDocument, line: float) -> None:
        super().__init__(document)
        self._line = line

    def set_line(self, line: float) -> None:
        """Set another line height, after the text size changed."""
        self._line = line

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:
        # Called for all visible paragraphs with each key press and paint.
        rect = super().blockBoundingRect(block)
        if not block.isValid():
            return rect  # Qt asks so when a cursor moves beyond the last paragraph
        layout = block.layout()
        count = layout.lineCount()
        if not count:
            return rect
        # If the last line is in place, all are: a one-line paragraph has no other.
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
            # Right-to-left text ends at the right edge.
            x = max(0.0, line.width() - line.naturalTextWidth()) if leftwards else 0.0
            y = number * self._line + (self._line - line.height()) / 2
            line.setPosition(QPointF(x, y))


class VisibleMarks:
    """Colours the links and tags of one document. A paragraph's user state holds the revision and
    the palette that were coloured last."""

    def __init__(self, document: QTextDocument) -> None:
        self._document = document
        self._palette = 0

    def restyle(self) -> None:
        """Colour visible paragraphs again, because the theme changed."""
        self._palette = (self._palette + 1) % _PALETTES

    def colour(self, block: QTextBlock, bottom: float, top: float, most: int = 400) -> None:
        """Colour the paragraphs from this one at ``top`` on, down to ``bottom`` (pixels)."""
        layout = self._document.documentLayout()
        while block.isValid() and top <= bottom and most > 0:
            self._colour(block)
            top += layout.blockBoundingRect(block).height()
            block = block.next()
            most -= 1

    def _colour(self, block: QTextBlock) -> None:
        layout = block.layout()
        if layout.preeditAreaText():
            # Text being composed by an input method has its own formats until it is committed.
            block.setUserState(-1)
            return
        state = (block.revision() * _PALETTES + self._palette) & 0x7FFF_FFFF
        before = block.userState()
        if before == state:
            return
        block.setUserState(state)
        places = self._mark_places(block)
        same_colour = before >= 0 and before % _PALETTES == self._palette
        if (same_colour or not places) and places == _places(layout.formats()):
            return  # else the paragraph would be painted twice for each letter
        layout.setFormats(_format_ranges(places))
        # Also clears the change that Qt recorded for the formats: otherwise the next key press
        # would look as if this paragraph had been typed anew.
        self._document.markContentsDirty(block.position(), block.length())

    @staticmethod
    def _mark_places(block: QTextBlock) -> list[tuple[int, int]]:
        """Return start and length of the links and tags of a paragraph, in UTF-16 units."""
        if block.length() > LONGEST_COLOURED:
            return []
        text = block.text()
        marks = find_entities(text)
        if not marks or not has_wide_characters(text):
            return [(mark.start, mark.end - mark.start) for mark in marks]
        edges = [(utf16_offset(text, mark.start), utf16_offset(text, mark.end)) for mark in marks]
        return [(start, end - start) for start, end in edges]


def _format_ranges(places: list[tuple[int, int]]) -> list[QTextLayout.FormatRange]:
    form = QTextCharFormat()
    form.setForeground(Theme.instance().colour("accent_text"))
    ranges = []
    for start, length in places:
        format_range = QTextLayout.FormatRange()
        format_range.start, format_range.length, format_range.format = start, length, form
        ranges.append(format_range)
    return ranges


def _places(ranges: list[QTextLayout.FormatRange]) -> list[tuple[int, int]]:
    return [(format_range.start, format_range.length) for format_range in ranges]
