"""Header of the schedule table: checkbox for all rows, column titles, sort order.

Dragging a title moves its column, dragging a line resizes one. A line to the left of the slack
column resizes the column before it, a line to the right the column after it: so the line stays
under the pointer."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from posto_desktop.models.schedules import MEDIA, TEXT, TIME, SchedulesModel
from posto_desktop.ui import icons
from posto_desktop.ui.schedule.column_layout import MARGIN, PAD, checkbox_size
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.row_cells import mirrored_in

__all__ = ["ScheduleHeader"]

GRIP = 4


class ScheduleHeader(QHeaderView):
    """Header view; a click on a title sorts, a second click reverses the order.

    Signals: `tickAllRequested(bool)`, `widthRequested(int column, int width)` while a line is
    dragged, `widthResetRequested(int column)` after a double click on a line,
    `orderRequested(object columns)` with the columns from left to right, and `menuRequested(QPoint,
    int column)` (global position; -1 for no column)."""

    tickAllRequested = Signal(bool)
    widthRequested = Signal(int, int)
    widthResetRequested = Signal(int)
    orderRequested = Signal(object)
    menuRequested = Signal(QPoint, int)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("schedules-head")
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(0)
        self.setMouseTracking(True)
        self.setSectionsMovable(True)
        # Time stays first: it holds the checkboxes and the day headings
        self.setFirstSectionMovable(False)
        self.setAccessibleName(self.tr("Columns of the schedule"))
        self.slack = TEXT
        self._sizing, self._is_sizing_columns = -1, False
        self._start_x, self._start_width, self._direction = 0, 0, 1
        self.sectionMoved.connect(self._moved)
        self.setFixedHeight(Theme.instance().px("row.table_head"))
        self.sort_column = TIME
        self.sort_order = Qt.SortOrder.AscendingOrder

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), Theme.instance().px("row.table_head"))

    def check_rect(self) -> QRect:
        """Return the rectangle of the checkbox for all rows, in viewport coordinates."""
        left, width = self.sectionViewportPosition(TIME), self.sectionSize(TIME)
        side = checkbox_size()
        box = QRect(left + MARGIN, (self.height() - side) // 2, side, side)
        return mirrored_in(box, QRect(left, 0, width, self.height()), self.isRightToLeft())

    # --- mouse ------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._is_on_check(event):
            event.accept()
            return
        column, direction = self._line_at(event.position().toPoint().x())
        if event.button() == Qt.MouseButton.LeftButton and column >= 0:
            self._sizing, self._direction = column, direction
            self._start_x, self._start_width = (
                event.globalPosition().toPoint().x(),
                self.sectionSize(column),
            )
            event.accept()
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._sizing >= 0:
            by = event.globalPosition().toPoint().x() - self._start_x
            self.widthRequested.emit(self._sizing, self._start_width + self._direction * by)
            event.accept()
            return
        over, _ = self._line_at(event.position().toPoint().x())
        shape = Qt.CursorShape.SplitHCursor if over >= 0 else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._sizing >= 0:
            self._sizing = -1
            event.accept()
            return
        if self._is_on_check(event):
            model = self.model()
            if isinstance(model, SchedulesModel):
                self.tickAllRequested.emit(model.tick_count() < model.shown())
            event.accept()
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        column, _ = self._line_at(event.position().toPoint().x())
        if column >= 0:
            self._sizing = -1
            self.widthResetRequested.emit(column)
            event.accept()
            return
        super().mouseDoubleClickEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menuRequested.emit(event.globalPos(), self.logicalIndexAt(event.pos()))
        event.accept()

    def shown_columns(self) -> list[int]:
        """Return the visible columns from left to right."""
        columns = [self.logicalIndex(place) for place in range(self.count())]
        return [
            column
            for column in columns
            if not self.isSectionHidden(column) and self.sectionSize(column)
        ]

    def _line_at(self, x: int) -> tuple[int, int]:
        """Return the column that the line at `x` resizes and its direction: 1 if the column grows
        to the right, -1 if to the left; (-1, 0) if there is no line."""
        shown = self.shown_columns()
        if self.slack not in shown:
            return -1, 0
        middle = shown.index(self.slack)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        ahead = -1 if mirrored else 1
        for number, (before, after) in enumerate(pairwise(shown)):
            line = self.sectionViewportPosition(before if mirrored else after)
            if abs(line - x) <= GRIP:
                return (before, ahead) if number < middle else (after, -ahead)
        return -1, 0

    @Slot(int, int, int)
    def _moved(self, _column: int, _before: int, _now: int) -> None:
        if not self._is_sizing_columns:
            self.orderRequested.emit([self.logicalIndex(place) for place in range(self.count())])

    def set_order(self, order: list[int]) -> None:
        """Reorder the columns without emitting `orderRequested`."""
        self._is_sizing_columns = True
        for place, column in enumerate(order):
            now = self.visualIndex(column)
            if now != place:
                self.moveSection(now, place)
        self._is_sizing_columns = False

    def _is_on_check(self, event: QMouseEvent) -> bool:
        hit_rect = self.check_rect().adjusted(-6, -8, 6, 8)
        return hit_rect.contains(event.position().toPoint())

    # --- look -------------------------------------------------------------------------------------

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        if not rect.isValid():
            return
        theme = Theme.instance()
        painter.save()
        painter.setLayoutDirection(self.layoutDirection())
        painter.fillRect(rect, theme.colour("surface_alt"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.colour("border"))
        painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), 1), theme.colour("border"))
        sorted_here = section == self.sort_column
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
        painter.drawText(painters.placed(painter, words, rect), int(align), name)
        if sorted_here:
            down = self.sort_order == Qt.SortOrder.DescendingOrder
            arrow = "chevron-down" if down else "chevron-up"
            picture = icons.pixmap(arrow, 12, theme.colour("text_muted"), self.devicePixelRatioF())
            width = painter.fontMetrics().horizontalAdvance(name)
            left = words.right() - width - 16 if section == TIME else words.left() + width + 4
            place = QRect(left, rect.center().y() - 5, 12, 12)
            painter.drawPixmap(painters.placed(painter, place, rect).topLeft(), picture)
        painter.restore()

    def _paint_check(self, painter: QPainter) -> None:
        model = self.model()
        state = Qt.CheckState.Unchecked
        if isinstance(model, SchedulesModel) and model.tick_count():
            every = model.tick_count() >= model.shown()
            state = Qt.CheckState.Checked if every else Qt.CheckState.PartiallyChecked
        painters.paint_checkbox(painter, self.check_rect(), state)
