"""Dragging texts of posts into other programs."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QMimeData, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QDrag, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from posto_desktop.core.posts import headline
from posto_desktop.ui.theme import Theme

_MAX_WIDTH = 260
_MAX_LETTERS = 200


def text_of(texts: Iterable[str]) -> str:
    """Return the distinct texts of posts, separated by blank lines."""
    return "\n\n".join(dict.fromkeys(text for text in texts if text.strip()))


def drag_text(source: QWidget, text: str) -> bool:
    """Start a drag of the text and wait for its end. Return False without text."""
    if not text.strip():
        return False
    drag = QDrag(source)
    mime = QMimeData()
    mime.setText(text)
    drag.setMimeData(mime)
    drag.setPixmap(_label(headline(text, _MAX_LETTERS), source.devicePixelRatioF()))
    drag.setHotSpot(QPoint(-12, -12))
    drag.exec(Qt.DropAction.CopyAction)
    return True


def _label(words: str, ratio: float) -> QPixmap:
    theme = Theme.instance()
    font = theme.font("body")
    metrics = QFontMetrics(font)
    words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, _MAX_WIDTH)
    size = QSize(metrics.horizontalAdvance(words) + 20, metrics.height() + 10)
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(theme.colour("inverse"))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(QRectF(0, 0, size.width(), size.height()), 7, 7)
    painter.setPen(theme.colour("text_inverse"))
    painter.setFont(font)
    painter.drawText(QRect(QPoint(), size), Qt.AlignmentFlag.AlignCenter, words)
    painter.end()
    return picture
