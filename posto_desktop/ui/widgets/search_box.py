"""Button that opens the command palette and looks like a search field."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from posto_desktop.ui import keys
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import name_control

WIDE = 228
_SIDE = 11
_CAP = 7  # beside the letters of a key cap, 14 on both sides together


class SearchBox(QAbstractButton):
    """Magnifying glass, "Search" and its shortcut, or only the glass in narrow windows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name_control(self, self.tr("Search everything"), "search-everything")
        self.setToolTip(keys.tip(self.tr("Search everything"), keys.SEARCH))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._wide = True
        self._apply_sizes()
        Theme.instance().changed.connect(self._apply_sizes)

    def set_wide(self, wide: bool) -> None:
        """Show all of it, or only the glass."""
        if wide != self._wide:
            self._wide = wide
            self._apply_sizes()

    @Slot()
    def _apply_sizes(self) -> None:
        theme = Theme.instance()
        height = theme.px("size.control")
        self.setFixedSize(round(WIDE * theme.scale) if self._wide else height, height)
        self.update()

    def sizeHint(self) -> QSize:
        return self.size()

    @staticmethod
    def room_wanted() -> int:
        """Return the width with text, in logical pixels."""
        return round(WIDE * Theme.instance().scale)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        middle = self.height() // 2
        glass = QRect(_SIDE, middle - 8, 16, 16)
        over = self.underMouse() or self.isDown()
        if self._wide:
            painter.setPen(QPen(theme.colour("field_border_hover" if over else "field_border"), 1))
            painter.setBrush(theme.colour("surface"))
            painter.drawRoundedRect(frame, 7, 7)
        else:
            glass.moveLeft((self.width() - 16) // 2)
            if over:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("hover"))
                painter.drawRoundedRect(frame, 7, 7)
        painters.paint_icon(painter, glass, "search", 16, theme.colour("text_muted"))
        if self._wide:
            self._words(painter, glass.right() + 9)
        if self.hasFocus():
            painters.paint_row_focus(painter, self.rect())
        painter.end()

    def _words(self, painter: QPainter, left: int) -> None:
        theme = Theme.instance()
        painter.setFont(theme.font("small"))
        right = self.width() - 7
        for cap in reversed(self._caps()):
            wide = QFontMetrics(painter.font()).horizontalAdvance(cap) + 2 * _CAP
            box = QRectF(right - wide + 0.5, self.height() / 2 - 9.5, wide - 1, 19)
            painter.setPen(QPen(theme.colour("border"), 1))
            painter.setBrush(theme.colour("surface_alt"))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(theme.colour("text_muted"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, cap)
            right -= wide + 3
        painter.setFont(theme.font("body"))
        painter.setPen(theme.colour("text_muted"))
        place = QRect(left, 0, max(0, right - left - 4), self.height())
        words = QFontMetrics(painter.font()).elidedText(
            self.tr("Search"), Qt.TextElideMode.ElideRight, place.width()
        )
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), words)

    def _caps(self) -> list[str]:
        """Return one cap per key, in the system's notation."""
        native = keys.words(keys.SEARCH)
        return native.split("+") if "+" in native else [native]
