"""Labels: their colours, painting in lists, and the removable chip."""

from __future__ import annotations

import zlib

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from posto_desktop.core.folding import fold
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters

TONES = ("teal", "ochre", "green", "plum", "clay", "slate", "berry")
_RADIUS = 6
_DOT = 6
_SIDE = 8
_GAP = 6
_CROSS = 12
_MAX_WIDTH = 180


def tone_of(label: str) -> str:
    """Return the colour of a label: the same on every computer, whatever its case."""
    return TONES[zlib.crc32(fold(label).encode("utf-8", "replace")) % len(TONES)]


def label_width(label: str, *, small: bool = False) -> int:
    """Return the width of a label painted by `paint_label`."""
    return min(_MAX_WIDTH, _SIDE + _DOT + _GAP + _words(label, small) + _SIDE)


def label_height(*, small: bool = False) -> int:
    height = Theme.instance().px("size.label")
    return round(height * 0.75) if small else height


def paint_label(painter: QPainter, rect: QRect, label: str, *, small: bool = False) -> None:
    """Paint a label into `rect`: a dot and its text, elided if needed."""
    theme = Theme.instance()
    front, back = theme.label_colours(tone_of(label))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(back)
    painter.drawRoundedRect(QRectF(rect), _RADIUS, _RADIUS)
    painter.setBrush(front)
    mirrored = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
    left = rect.right() + 1 - _SIDE - _DOT if mirrored else rect.left() + _SIDE
    painter.drawEllipse(QRectF(left, rect.center().y() + 0.5 - _DOT / 2, _DOT, _DOT))
    painter.setPen(front)
    painter.setFont(_font(small))
    inside = _SIDE + _DOT + _GAP
    words = rect.adjusted(_SIDE, 0, -inside, 0) if mirrored else rect.adjusted(inside, 0, -_SIDE, 0)
    shown = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideRight, words.width() + 1)
    painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
    painter.restore()


def _font(small: bool) -> QFont:
    return Theme.instance().font("caption" if small else "small")


def _words(label: str, small: bool) -> int:
    return QFontMetrics(_font(small)).horizontalAdvance(label) + 1


class LabelChip(QAbstractButton):
    """Chip of a label. A click or Delete removes it.

    Signal ``removeRequested(str)``.
    """

    removeRequested = Signal(str)

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = label
        self.setAccessibleName(self.tr("Remove label {label}").format(label=label))
        self.setObjectName(f"label-{label}")
        self.setToolTip(self.accessibleName())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRadius", _RADIUS)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._request_removal)

    def _request_removal(self) -> None:
        self.removeRequested.emit(self.label)

    def sizeHint(self) -> QSize:
        width = label_width(self.label) + _CROSS + 4
        return QSize(width, Theme.instance().px("size.control_small"))

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(min(60, hint.width()), hint.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._request_removal()
            return
        super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            self._request_removal()
            return
        super().mousePressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setLayoutDirection(self.layoutDirection())
        theme = Theme.instance()
        front, back = theme.label_colours(tone_of(self.label))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(back)
        painter.drawRoundedRect(QRectF(self.rect()), _RADIUS, _RADIUS)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        room = _CROSS + 4
        words = self.rect().adjusted(room if mirrored else 0, 0, 0 if mirrored else -room, 0)
        paint_label(painter, words, self.label)
        left = 6 if mirrored else self.width() - _CROSS - 6
        cross = QRect(left, 0, _CROSS, self.height())
        painters.paint_icon(painter, cross, "x", _CROSS, front)
        painter.end()
