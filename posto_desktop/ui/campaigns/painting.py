"""What the lists of the Campaigns page draw alike."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter

LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


def draw_line(painter: QPainter, line: QRect, words: str) -> None:
    """One line of text, shortened at its end."""
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, line.width())
    painter.drawText(line, LEFT, shown)


def mirror(place: QRect, row: QRect, mirrored: bool) -> QRect:
    """The same place counted from the other side of the row, where `mirrored`."""
    if not mirrored:
        return place
    left = row.x() + row.right() - place.right()
    return QRect(left, place.y(), place.width(), place.height())
