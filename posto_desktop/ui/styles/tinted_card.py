"""Preview card with tinted text where it comes from the message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QFont,
    QPainter,
    QPaintEvent,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QWidget

from posto_desktop.ui.shared.preview_card import PreviewCard
from posto_desktop.ui.shared.preview_pieces import ParagraphPiece
from posto_desktop.ui.shared.preview_post import PreviewPost
from posto_desktop.ui.shared.text_entities import utf16_offset
from posto_desktop.ui.theme import Theme


class TintedCard(PreviewCard):
    """Blends the tint over the card, so that letters stay readable."""

    def __init__(self, post: PreviewPost, parent: QWidget) -> None:
        super().__init__(post, parent)
        self._tints: tuple[tuple[int, int], ...] = ()

    def set_tints(self, tints: Sequence[tuple[int, int]]) -> None:
        """Tint these ranges (start, end) of the text."""
        if tuple(tints) != self._tints:
            self._tints = tuple(tints)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._tints:
            return
        theme = Theme.instance()
        painter = QPainter(self)
        mode = QPainter.CompositionMode
        painter.setCompositionMode(
            mode.CompositionMode_Lighten if theme.is_dark else mode.CompositionMode_Multiply
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent_soft"))
        for rect in self._rects():
            painter.drawRoundedRect(rect, 2, 2)
        painter.end()

    def _rects(self) -> Iterator[QRectF]:
        """Yield the rectangles of the tinted text, line by line."""
        text, at = self.post.text, 0
        for piece in self.pieces:
            if not isinstance(piece, ParagraphPiece):
                continue
            shown, lead = piece.key.text, 0
            place = text.find(shown, at) if shown else -1
            if place < 0 and piece.key.strong:
                # A name precedes the text.
                lead = len(shown) - len(shown[piece.key.strong :].lstrip())
                place = text.find(shown[lead:], at)
            if place < 0:
                continue
            at = place
            for start, end in self._tints:
                first = max(start, place) - place + lead
                last = min(end, place + len(shown) - lead) - place + lead
                if first < last:
                    yield from _rects_in_lines(piece, first, last)


def _rects_in_lines(piece: ParagraphPiece, first: int, last: int) -> Iterator[QRectF]:
    key, theme = piece.key, Theme.instance()
    layout = QTextLayout(key.text.replace("\n", "\u2028"), theme.font(key.font))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    if key.strong:
        bold = QTextLayout.FormatRange()
        bold.start, bold.length = 0, key.strong
        style = QTextCharFormat()
        style.setFontWeight(QFont.Weight.DemiBold)
        bold.format = style
        layout.setFormats([bold])
    begin, stop = utf16_offset(key.text, first), utf16_offset(key.text, last)
    step = theme.line(key.font) - 1.0
    corner = QPointF(piece.rect[0], piece.rect[1])
    layout.beginLayout()
    number = 0
    while key.lines is None or number < key.lines:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(key.width)
        start, end = line.textStart(), line.textStart() + line.textLength()
        left, right = max(begin, start), min(stop, end)
        if left < right:
            x = _x(line.cursorToX(left))
            wide = min(_x(line.cursorToX(right)), line.naturalTextWidth()) - x
            area = QRectF(x, number * step + 1, wide, step - 2)
            if wide > 0:
                yield area.translated(corner).adjusted(-1, 0, 1, 0)
        number += 1
    layout.endLayout()


def _x(position: object) -> float:
    return float(position[0]) if isinstance(position, tuple) else float(position)  # type: ignore[arg-type]
