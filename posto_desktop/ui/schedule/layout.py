"""Where the widgets of the Schedule page are."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.models.pictures import PictureBook
from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.ui.page import PlanPage
from posto_desktop.ui.schedule.bulk_bar import BulkBar
from posto_desktop.ui.schedule.status_chips import StatusChips
from posto_desktop.ui.schedule.table import ScheduleTable
from posto_desktop.ui.schedule.tools import ScheduleTools
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.empty import EmptyState
from posto_desktop.ui.widgets.loading_line import LoadingLine
from posto_desktop.ui.widgets.side_pane import PaneHost

__all__ = ["ScheduleLayout"]


class ScheduleLayout(PlanPage):
    """The page's widgets, without anything that happens between them."""

    def __init__(self, model: SchedulesModel | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("schedule-page")
        self.model = model or SchedulesModel(self)
        self.pictures = PictureBook(self)
        self.panes = PaneHost(
            self._make_main(), None, Theme.instance().px("pane.inspector.default"), self
        )
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.panes)

    def _make_main(self) -> QWidget:
        self._main = QWidget()
        self._main.installEventFilter(self)
        self._main.setObjectName("schedule-main")
        self._main.setMinimumWidth(420)
        box = QVBoxLayout(self._main)
        box.setContentsMargins(0, 12, 0, 0)
        box.setSpacing(0)
        self.tools = ScheduleTools(self._main)
        self.search, self.as_of = self.tools.search, self.tools.as_of
        self.network_filter, self.status_filter = self.tools.network, self.tools.status
        self.refresh, self.new_message = self.tools.refresh, self.tools.new_message
        box.addWidget(self.tools)
        box.addSpacing(8)
        chips = QHBoxLayout()
        chips.setContentsMargins(16, 0, 4, 0)
        self.chips = StatusChips(self._main)
        chips.addWidget(self.chips, 1)
        box.addLayout(chips)
        self._chips_row = chips
        self.tools.tailFits.connect(self._place_tail)
        self._filter_row_at = box.count()
        box.addSpacing(12)
        self.table = ScheduleTable(self.model, self.pictures, self._main)
        box.addWidget(self.table, 1)
        self.loading = LoadingLine(self._main)
        self.empty = EmptyState("calendar-plus", "", "", instead_of=self.table, parent=self._main)
        self.empty.hide()
        self.bulk = BulkBar(self._main)
        return self._main

    def add_filter_row(self, row: QWidget) -> None:
        """Put what says which filters are on above the table."""
        row.setParent(self._main)
        box = self._main.layout()
        assert isinstance(box, QVBoxLayout)
        box.insertWidget(self._filter_row_at, row)
        QTimer.singleShot(0, self, self.place_floating)

    @Slot(bool)
    def _place_tail(self, fits: bool) -> None:
        """The icons of the tools stand beside the chips where their own row is too short."""
        focused = self.focusWidget()
        if fits:
            self.tools.take_tail_back()
        else:
            self._chips_row.addWidget(self.tools.tail)
        self._chips_row.setContentsMargins(16, 0, 4 if fits else 16, 0)
        if focused is not None and self.tools.tail.isAncestorOf(focused):
            focused.setFocus()

    def toast_main(self) -> QWidget:
        """What toasts stand in the middle of: not the pane at the right."""
        return self._main

    def toast_inset(self) -> int:
        """Toasts stand above the bulk bar."""
        return self.bulk.height() + 16 if self.bulk.isVisible() else 0

    # --- what floats over the table ---------------------------------------------------------------

    def place_floating(self) -> None:
        table = self.table.geometry()
        head = self.table.horizontalHeader().height()
        self.loading.setGeometry(table.left(), table.top() + head, table.width(), 2)
        hint = self.empty.sizeHint()
        width = min(max(hint.width(), 360), max(table.width() - 32, 1))
        height = hint.height()
        self.empty.setGeometry(
            table.center().x() - width // 2,
            table.top() + head + max(24, (table.height() - head - height) * 2 // 5),
            width,
            height,
        )
        if self.bulk.isVisible():
            self.bulk.place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place_floating()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._main and event.type() == QEvent.Type.Resize:
            # The splitter resizes the main area without resizing the page.
            QTimer.singleShot(0, self, self.place_floating)
        return super().eventFilter(watched, event)
