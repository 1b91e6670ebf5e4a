"""Button of a page in the navigation of the settings."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QStyle, QWidget

from posto_desktop.ui.accessibility.roles import Role, give_role
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters


class NavEntry(QAbstractButton):
    """Checked while its page is open."""

    def __init__(self, text: str, icon: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._icon = icon
        give_role(self, Role.PageTab)

    def sizeHint(self) -> QSize:
        theme = Theme.instance()
        words = QFontMetrics(theme.font("strong")).horizontalAdvance(self.text())
        return QSize(max(187, 36 + words + 10), theme.line("body") + 14)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        if on or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_soft" if on else "hover"))
            painter.drawRoundedRect(QRectF(self.rect()), 7, 7)
        ink = theme.colour("accent_soft_text" if on else "text_muted")
        way = self.layoutDirection()
        mark = QStyle.visualRect(way, self.rect(), QRect(10, 0, 16, self.height()))
        painters.paint_icon(painter, mark, self._icon, 16, ink)
        painter.setPen(ink)
        painter.setFont(theme.font("strong" if on else "body"))
        words = QStyle.visualRect(way, self.rect(), self.rect().adjusted(36, 0, -8, 0))
        side = QStyle.visualAlignment(way, Qt.AlignmentFlag.AlignLeft)
        painter.drawText(words, side | Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()
