"""Colours links, hashtags and mentions, of the paragraphs that are seen only.

QSyntaxHighlighter goes through every paragraph when a text is set, which takes seconds for one of
1 MB.  Here a paragraph is coloured when it is about to be painted, and again once it has changed.
"""

from __future__ import annotations

from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextDocument, QTextLayout

from posto_desktop.ui.shared.text_marks import (
    LONGEST_COLOURED,
    marks,
    needs_mapping,
    utf16_offset,
)
from posto_desktop.ui.theme import Theme

_PALETTES = 8  # a changed theme is told from the last few ones by this count


class VisibleMarks:
    """The marks of one document. Each paragraph's user state says which of its revisions, in which
    palette, was coloured last."""

    def __init__(self, document: QTextDocument) -> None:
        self._document = document
        self._palette = 0

    def restyle(self) -> None:
        """The theme has changed: whatever is seen gets its colours anew."""
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
            # What an input method composes has formats of its own until it is done.
            block.setUserState(-1)
            return
        state = (block.revision() * _PALETTES + self._palette) & 0x7FFF_FFFF
        before = block.userState()
        if before == state:
            return
        block.setUserState(state)
        found, shown = self._ranges(block), layout.formats()
        same_colour = before >= 0 and before % _PALETTES == self._palette
        if (same_colour or not found) and _places(found) == _places(shown):
            return  # else the paragraph would be painted twice for each letter
        layout.setFormats(found)
        # Also ends the note of a change that Qt took when the formats were set: left there, it
        # would make the next key press look as if this paragraph had been typed anew.
        self._document.markContentsDirty(block.position(), block.length())

    @staticmethod
    def _ranges(block: QTextBlock) -> list[QTextLayout.FormatRange]:
        if block.length() > LONGEST_COLOURED:
            return []
        text = block.text()
        form = QTextCharFormat()
        form.setForeground(Theme.instance().colour("accent_text"))
        wide = needs_mapping(text)
        ranges = []
        for mark in marks(text):
            one = QTextLayout.FormatRange()
            start = utf16_offset(text, mark.start) if wide else mark.start
            end = utf16_offset(text, mark.end) if wide else mark.end
            one.start, one.length, one.format = start, end - start, form
            ranges.append(one)
        return ranges


def _places(ranges: list[QTextLayout.FormatRange]) -> list[tuple[int, int]]:
    return [(one.start, one.length) for one in ranges]
