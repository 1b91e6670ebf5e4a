"""Text of which pieces went and others came, marked in it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QTextCharFormat, QTextLayout
from PySide6.QtWidgets import QWidget

from posto_desktop.core.version_differences import Stretch
from posto_desktop.models.review_words import change_words, spoken_change
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.paragraph import Paragraph

__all__ = ["DifferenceText"]


class DifferenceText(Paragraph):
    """What went is struck out, what came is underlined, each on a colour of its own. Screen readers
    get the changes in words."""

    def __init__(
        self, pieces: Sequence[Stretch], *, object_name: str = "", parent: QWidget | None = None
    ) -> None:
        self._pieces = change_words(pieces)
        super().__init__(spoken_change(pieces), object_name=object_name, parent=parent)

    def shown_text(self) -> str:
        return "".join(piece.text for piece in self._pieces)

    def _laid_out(self, _text: str, width: int) -> tuple[QTextLayout, int]:
        return super()._laid_out(self.shown_text(), width)

    def _formats(self) -> list[QTextLayout.FormatRange]:
        theme, at, ranges = Theme.instance(), 0, []
        for piece in self._pieces:
            length = len(_flat(piece.text).encode("utf-16-le")) // 2
            if piece.kind != "same":
                look = QTextCharFormat()
                removed = piece.kind == "removed"
                look.setBackground(theme.colour("overlimit_bg" if removed else "accent_soft"))
                look.setForeground(theme.colour("text"))
                look.setFontStrikeOut(removed)
                look.setFontUnderline(not removed)
                part = QTextLayout.FormatRange()
                part.start, part.length, part.format = at, length, look
                ranges.append(part)
            at += length
        return ranges


def _flat(text: str) -> str:
    """Return a text as `Paragraph` lays it out."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
