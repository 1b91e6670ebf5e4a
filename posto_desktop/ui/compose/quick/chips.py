"""Chips of quick capture: channels, time and files that were understood."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
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

from posto_desktop.core.limits import network_name
from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.viewmodels.quick_message import QuickChip

_SIDE, _GAP, _ICON, _BADGE = 9, 6, 12, 16
_MAX_WIDTH = 240
_TAKEN = ("offer", "choice")
"""Kinds of chips that a click takes or opens; Delete puts a name back into the text."""


class QuickChipButton(QAbstractButton):
    """A click takes the chip away: what stands in the line becomes text. On an offered time it
    takes it, on a name of several channels it lets one choose.

    Signals ``removeRequested(QuickChip)``, ``takeRequested(QuickChip)``.
    """

    removeRequested = Signal(object)
    takeRequested = Signal(object)

    def __init__(self, chip: QuickChip, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chip = chip
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setProperty("focusRadius", Theme.instance().px("size.chip_radius"))
        self.clicked.connect(self._click)
        self.set_chip(chip)

    def set_chip(self, chip: QuickChip) -> None:
        """Show another chip in its place."""
        self.chip = chip
        self.setObjectName(f"quick-{chip.kind}")
        self.setText(chip.label)
        self.setAccessibleName(f"{chip.label}, {self._meaning()}")
        self.setToolTip(self._tip())
        self.updateGeometry()
        self.update()

    def _meaning(self) -> str:
        chip = self.chip
        if chip.kind == "choice":
            return self.tr("several channels")
        if chip.kind == "file":
            return self.tr("attached file")
        if chip.kind == "usual":
            return self.tr("{network}, as last time").format(network=network_name(chip.network))
        if chip.kind == "channel":
            return network_name(chip.network) or self.tr("Group")
        if chip.kind == "offer":
            return self.tr("Post at this time?")
        return self.tr("passed") if chip.kind == "passed" else self.tr("time of the post")

    def _tip(self) -> str:
        match self.chip.kind:
            case "offer":
                return self.tr("Take these words for the time of the post")
            case "choice":
                return self.tr("Choose which channel is meant. Delete leaves it in the text.")
            case "usual":
                return self.tr("Do not post there")
            case "file":
                return self.tr("Remove the file from the message")
            case "slot":
                return self.tr("Do not wait for this slot")
        return self.tr("Leave it in the text")

    @Slot()
    def _click(self) -> None:
        signal = self.takeRequested if self.chip.kind in _TAKEN else self.removeRequested
        signal.emit(self.chip)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removeRequested.emit(self.chip)
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            self.removeRequested.emit(self.chip)
            return
        super().mousePressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    # -- painting ------------------------------------------------------------------------------

    def _lead(self) -> int:
        """Return the room before the words."""
        return _SIDE + (_BADGE + _GAP if self.chip.network or self._icon() else 0)

    def _icon(self) -> str:
        return {
            "file": "image",
            "time": "clock",
            "slot": "calendar-clock",
            "offer": "clock",
            "passed": "clock-alert",
        }.get(self.chip.kind, "")

    def sizeHint(self) -> QSize:
        theme = Theme.instance()
        words = QFontMetrics(theme.font("chip_text")).horizontalAdvance(self.text()) + 2
        width = self._lead() + words + _GAP + _ICON + _SIDE
        return QSize(min(width, round(_MAX_WIDTH * theme.scale)), theme.px("size.chip"))

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(min(90, hint.width()), hint.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(self.layoutDirection())
        kind = self.chip.kind
        front = "accent_soft_text" if kind in ("channel", "time") else "text"
        front = "danger_text" if kind == "passed" else front
        back = "accent_soft" if kind in ("channel", "time") else "raised"
        line = {"channel": "accent_line", "time": "accent_line", "passed": "danger_text"}.get(
            kind, "field_border"
        )
        if self.underMouse():
            back, line = "hover", "field_border_hover"
            front = front if kind == "passed" else "text"
        pen = QPen(theme.colour(line), 1)
        if kind == "offer":
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(theme.colour(back))
        radius = theme.px("size.chip_radius")
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, radius, radius)
        self._paint_content(painter, front)
        painter.end()

    def _paint_content(self, painter: QPainter, front: str) -> None:
        theme, height = Theme.instance(), self.height()
        colour = theme.colour(front)
        lead = self._placed(QRect(_SIDE, (height - _BADGE) // 2, _BADGE, _BADGE))
        if self.chip.network:
            badge = icons.network_badge(self.chip.network, _BADGE, painters.device_ratio(painter))
            painter.drawPixmap(QPointF(lead.topLeft()), badge)
        elif self._icon():
            painters.paint_icon(painter, lead, self._icon(), 14, colour)
        end = self.width() - _SIDE - _ICON
        mark = {"choice": "chevron-down", "offer": "check"}.get(self.chip.kind, "x")
        painters.paint_icon(
            painter, self._placed(QRect(end, 0, _ICON, height)), mark, _ICON, colour
        )
        painter.setPen(colour)
        painter.setFont(theme.font("chip_text"))
        room = self._placed(QRect(self._lead(), 0, end - _GAP - self._lead(), height))
        words = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width() + 1
        )
        painter.drawText(
            room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), words
        )

    def _placed(self, place: QRect) -> QRect:
        if self.isRightToLeft():
            place.moveRight(self.width() - 1 - place.left())
        return place
