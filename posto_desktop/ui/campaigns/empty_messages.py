"""What stands in a campaign without messages; files that are dragged over it are welcome."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.empty import EmptyState

INSET = 12


class EmptyMessages(EmptyState):
    """Says how messages come; shows where a drop would go."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("layers", "", "", "", button_icon="plus", parent=parent)
        self.set_texts(
            self.tr("No messages yet"),
            self.tr(
                "Write one, paste lines from a spreadsheet, or drop pictures: each becomes a "
                "message."
            ),
        )
        self.set_button(self.tr("Write a message"))
        self._over = False

    @property
    def is_over(self) -> bool:
        """Whether something that it would take is dragged over the page."""
        return self._over

    def set_over(self, on: bool) -> None:
        if on != self._over:
            self._over = on
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._over:
            return
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("accent"), 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(theme.colour("drop_fill"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(INSET, 4, -INSET, -INSET), 12, 12)
        painter.end()
