"""Chips of network options: "+ Pin the post" while it is not set, else "Pin the post: On"."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from posto_desktop.common.locale_words import listed
from posto_desktop.common.translation import translate
from posto_desktop.core.options import OptionField, shown
from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import object_name_of

_SIDE, _GAP, _ICON, _CROSS = 9, 6, 14, 12
_MAX_WIDTH = 280


class OptionChip(QAbstractButton):
    """A click shows the option; a click on the cross, Delete or Backspace resets it. `slug`: the
    network whose icon stands before it, "" for none.

    Signals: ``resetRequested()``; ``moveRequested(-1 or 1)``: to the chip before or after it.
    """

    resetRequested = Signal()
    moveRequested = Signal(int)

    def __init__(
        self, field: OptionField, network: str, slug: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.field = field
        self._network, self._slug = network, slug
        self._value: object = None
        self._is_pressed_on_cross = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRadius", 13)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setObjectName(object_name_of(f"change {field.label} for {network}"))
        self.set_value(None)

    @property
    def is_set(self) -> bool:
        return self._value is not None

    def set_value(self, value: object) -> None:
        """Show this value; None: it is not set."""
        self._value = value
        option = translate("Options", self.field.label)
        self.setText(f"{option}: {value_words(self.field, value)}" if self.is_set else option)
        name = self.tr("{option} for {network}").format(option=option, network=self._network)
        if self.is_set:
            name = f"{name}: {value_words(self.field, value)}"
        self.setAccessibleName(f"{self.text()}, {self._network}")
        self.setAccessibleDescription(self.tr("Delete resets it") if self.is_set else "")
        self.setToolTip(name)
        self.updateGeometry()
        self.update()

    # -- size and painting ---------------------------------------------------------------------

    def _around(self) -> int:
        """Return the width beside the text."""
        width = 2 * _SIDE
        if self._slug:
            width += _ICON + _GAP
        return width + _CROSS + _GAP

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(Theme.instance().font("chip_text"))
        width = metrics.horizontalAdvance(self.text()) + 2 + self._around()
        return QSize(min(width, _MAX_WIDTH), Theme.instance().px("size.chip"))

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(min(90, hint.width()), hint.height())

    def cross_rect(self) -> QRect:
        """Return the place of the cross; empty while nothing is set."""
        if not self.is_set:
            return QRect()
        wide = _SIDE + _CROSS + _GAP // 2
        return self._mirrored(QRect(self.width() - wide, 0, wide, self.height()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_over = self.underMouse() or self.isDown()
        front = theme.colour("accent_soft_text" if self.is_set else "text_muted")
        back = "accent_soft" if self.is_set else "hover" if is_over else "surface"
        line = "field_border_hover" if is_over else "field_border"
        line = "accent_line" if self.is_set else line
        painter.setPen(QPen(theme.colour(line), 1))
        painter.setBrush(theme.colour(back))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, frame.height() / 2, frame.height() / 2)
        left = _SIDE
        if self._slug:
            badge = icons.network_badge(self._slug, _ICON, self.devicePixelRatioF())
            place = self._mirrored(QRect(left, (self.height() - _ICON) // 2, _ICON, _ICON))
            painter.drawPixmap(place.topLeft(), badge)
            left += _ICON + _GAP
        if not self.is_set:
            plus = self._mirrored(QRect(left, 0, _CROSS, self.height()))
            painters.paint_icon(painter, plus, "plus", _CROSS, front)
            left += _CROSS + _GAP
        right = _SIDE if not self.is_set else _SIDE + _CROSS + _GAP
        words = self._mirrored(QRect(left, 0, self.width() - left - right, self.height()))
        painter.setFont(theme.font("chip_on" if self.is_set else "chip_text"))
        painter.setPen(front)
        elided = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, words.width() + 1
        )
        painter.drawText(
            words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading), elided
        )
        if self.is_set:
            cross = QRect(self.width() - _SIDE - _CROSS, 0, _CROSS, self.height())
            painters.paint_icon(painter, self._mirrored(cross), "x", _CROSS, front)
        painter.end()

    def _mirrored(self, rect: QRect) -> QRect:
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            rect.moveLeft(self.width() - rect.right() - 1)
        return rect

    # -- keyboard and mouse ----------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.is_set:
            self.resetRequested.emit()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.moveRequested.emit(1 if (key == Qt.Key.Key_Right) != is_mirrored else -1)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        self._is_pressed_on_cross = self.cross_rect().contains(place)
        if self._is_pressed_on_cross or event.button() == Qt.MouseButton.MiddleButton:
            event.accept()
            return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        was_on_cross, self._is_pressed_on_cross = self._is_pressed_on_cross, False
        is_middle = event.button() == Qt.MouseButton.MiddleButton
        if was_on_cross or is_middle:
            if self.is_set and (self.cross_rect() if was_on_cross else self.rect()).contains(place):
                self.resetRequested.emit()
            return
        super().mouseReleaseEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._show_tip(event.position().toPoint())
        super().mouseMoveEvent(event)

    def _show_tip(self, place: QPoint) -> None:
        tip = self.tr("Reset") if self.cross_rect().contains(place) else self.toolTip()
        if tip != self.toolTip():
            self.setToolTip(tip)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)


def value_words(field: OptionField, value: object) -> str:
    """Return the value of an option as the user chose it."""
    known = shown(field, value)
    if isinstance(known, bool):
        is_on = known != field.inverted
        return translate("Options", "On") if is_on else translate("Options", "Off")
    if field.kind == "choice":
        labels = (label for key, label in field.choices if key == known)
        return next((translate("Options", label) for label in labels), "")
    if isinstance(known, list):
        return listed(known)
    text = " ".join(str(known or "").split())
    return text or translate("Options", "None")
