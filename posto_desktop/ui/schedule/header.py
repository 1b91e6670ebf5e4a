"""The head of the schedule table: tick all, names of the columns, what it is sorted by."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from posto_desktop.models.schedules import MEDIA, TIME, SchedulesModel
from posto_desktop.ui import icons
from posto_desktop.ui.schedule.columns import CHECK, MARGIN, PAD
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters

__all__ = ["ScheduleHeader"]


class ScheduleHeader(QHeaderView):
    """Signals: `tickAllRequested(bool)`. A click elsewhere sorts; twice the same turns it round."""

    tickAllRequested = Signal(bool)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("schedules-head")
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(0)
        self.setMouseTracking(True)
        self.setFixedHeight(Theme.instance().px("row.table_head"))
        self.sort_column = TIME
        self.sort_order = Qt.SortOrder.AscendingOrder

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), Theme.instance().px("row.table_head"))

    def check_rect(self) -> QRect:
        """Where the tick of all rows is, in the coordinates of the viewport."""
        return QRect(MARGIN, (self.height() - CHECK) // 2, CHECK, CHECK)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._on_check(event):
            event.accept()
            return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._on_check(event):
            model = self.model()
            if isinstance(model, SchedulesModel):
                self.tickAllRequested.emit(model.tick_count() < model.shown())
            event.accept()
            return
        super().mouseReleaseEvent(event)

    def _on_check(self, event: QMouseEvent) -> bool:
        grown = self.check_rect().adjusted(-6, -8, 6, 8)
        return grown.contains(event.position().toPoint())

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        if not rect.isValid():
            return
        theme = Theme.instance()
        painter.save()
        painter.fillRect(rect, theme.colour("surface_alt"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.colour("border"))
        painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), 1), theme.colour("border"))
        sorted_here = section == self.sort_column and not (
            section == TIME and self.sort_order == Qt.SortOrder.AscendingOrder
        )
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("text" if sorted_here else "text_muted"))
        name = str(self.model().headerData(section, Qt.Orientation.Horizontal) or "")
        if section == TIME:
            self._paint_check(painter)
        words = rect.adjusted(PAD, 0, -PAD, 0)
        align = Qt.AlignmentFlag.AlignVCenter
        align |= Qt.AlignmentFlag.AlignRight if section == TIME else Qt.AlignmentFlag.AlignLeft
        if section == MEDIA:
            words.setRight(rect.right())
        painter.drawText(words, int(align), name)
        if sorted_here:
            down = self.sort_order == Qt.SortOrder.DescendingOrder
            arrow = "chevron-down" if down else "chevron-up"
            picture = icons.pixmap(arrow, 12, theme.colour("text_muted"), self.devicePixelRatioF())
            width = painter.fontMetrics().horizontalAdvance(name)
            left = words.right() - width - 16 if section == TIME else words.left() + width + 4
            painter.drawPixmap(left, rect.center().y() - 5, picture)
        painter.restore()

    def _paint_check(self, painter: QPainter) -> None:
        model = self.model()
        state = Qt.CheckState.Unchecked
        if isinstance(model, SchedulesModel) and model.tick_count():
            every = model.tick_count() >= model.shown()
            state = Qt.CheckState.Checked if every else Qt.CheckState.PartiallyChecked
        painters.paint_checkbox(painter, self.check_rect(), state)
