"""Painting helpers of the import table."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle


def mirror_in(painter: QPainter, place: QRect, inside: QRect) -> QRect:
    """Return `place` mirrored inside `inside` in right-to-left layouts."""
    return QStyle.visualRect(painter.layoutDirection(), inside, place)


def elided(painter: QPainter, text: str, width: int) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(0, width))


def path_of(link: str) -> str:
    """Return an address without its host, which is mostly the same in all rows."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return link
    path = parts.path.rstrip("/") or ""
    return f"{path}?{parts.query}" if path and parts.query else path or parts.netloc or link


def paint_wavy_line(painter: QPainter, left: int, right: int, y: int, colour: QColor) -> None:
    """Draw a wavy underline for errors."""
    path = QPainterPath(QPointF(left, y))
    x, up = float(left), True
    while x < right:
        x += 2
        path.lineTo(x, y - 1.5 if up else y + 0.5)
        up = not up
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 1))
    painter.drawPath(path)
    painter.restore()
