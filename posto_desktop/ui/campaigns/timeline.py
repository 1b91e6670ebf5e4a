"""The right pane of a campaign: when everything goes out, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from PySide6.QtCore import (
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.models import dates
from posto_desktop.models.campaign_timeline import Line, Timeline, TimelineModel
from posto_desktop.ui.campaigns.chart import Chart, Legend
from posto_desktop.ui.campaigns.plain_table import PlainTable
from posto_desktop.ui.campaigns.timeline_delegate import ROW, SIDE, TimelineDelegate
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import IconButton
from posto_desktop.ui.widgets.labels import ElidedLabel, label


class _List(PlainTable):
    """Signals: ``chosen(int place)``; ``fixed(int place, datetime)``."""

    chosen = Signal(int)
    fixed = Signal(int, object)

    def __init__(
        self,
        model: TimelineModel,
        picture: Callable[[int], tuple[QImage | None, str] | None],
        parent: QWidget,
    ) -> None:
        super().__init__("Timeline", parent)
        self.setAccessibleName(self.tr("Timeline"))
        self._lines = model
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setModel(model)
        self.delegate = TimelineDelegate(model, self, picture)
        self.setItemDelegate(self.delegate)
        model.modelReset.connect(self.fit_rows)
        self.fit_rows()

    @Slot()
    def fit_rows(self) -> None:
        """Heads and notes have heights of their own."""
        scale = Theme.instance().scale
        usual = round(ROW * scale)
        self.set_row_height(usual)
        two = 2 * Theme.instance().line("small") + 14 + 8
        heights = {"week": round(30 * scale), "clocks": round(26 * scale), "conflict": two}
        header = self.verticalHeader()
        header.blockSignals(True)  # each would lay the view out anew
        for row, line in enumerate(self._lines.lines()):
            # A row keeps the height of the line that stood there before.
            wanted = heights.get(line.kind, usual)
            if header.sectionSize(row) != wanted:
                header.resizeSection(row, wanted)
        header.blockSignals(False)
        self.updateGeometries()
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line = self._lines.line_at(self.current_row())
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and line is not None and line.place >= 0:
            if line.move_to is not None:
                self.fixed.emit(line.place, line.move_to)
            else:
                self.chosen.emit(line.place)
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        place = event.position().toPoint()
        index = self.indexAt(place)
        line = self._lines.line_at(index.row())
        if line is None or line.place < 0:
            return
        if line.move_to is not None and self._is_link(index.row(), line, event):
            self.fixed.emit(line.place, line.move_to)
        else:
            self.chosen.emit(line.place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        row = self.indexAt(event.position().toPoint()).row()
        line = self._lines.line_at(row)
        over = line is not None and line.move_to is not None and self._is_link(row, line, event)
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def _is_link(self, row: int, line: Line, event: QMouseEvent) -> bool:
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        rect = self.visualRect(self._lines.index(row, 0))
        return self.delegate.link_rect(rect, line, mirrored).contains(event.position().toPoint())


class TimelinePane(QFrame):
    """Signals: ``chosen(int place)``: a message was pressed; ``fixed(int place, datetime)``: it is
    to move to this time; ``closeRequested()``."""

    chosen = Signal(int)
    fixed = Signal(int, object)
    closeRequested = Signal()

    def __init__(
        self,
        zone: tzinfo,
        now: Callable[[], datetime],
        picture: Callable[[int], tuple[QImage | None, str] | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("timeline-pane")
        self._zone = zone
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        self._head = QWidget(self)
        head = QHBoxLayout(self._head)
        head.setContentsMargins(SIDE, 0, SIDE, 0)
        title = label(self.tr("Timeline"), "strong", object_name="timeline-title")
        head.addWidget(title)
        head.addStretch(1)
        self.days = label("", "muted", object_name="timeline-days")
        head.addWidget(self.days)
        self.close_button = IconButton("x", self.tr("Close timeline"), parent=self._head)
        self.close_button.clicked.connect(self.closeRequested)
        self.close_button.hide()
        head.addWidget(self.close_button)
        column.addWidget(self._head)
        self._top = QWidget(self)
        top = QVBoxLayout(self._top)
        top.setContentsMargins(SIDE, 14, SIDE, 8)
        top.setSpacing(8)
        self.chart = Chart(self._top)
        top.addWidget(self.chart)
        self._legend = Legend(self._top)
        top.addWidget(self._legend)
        self.zone_label = ElidedLabel("", "caption", parent=self._top)
        self.zone_label.setObjectName("timeline-zone")
        top.addWidget(self.zone_label)
        column.addWidget(self._top)
        self.model = TimelineModel(zone, now, self)
        self.list = _List(self.model, picture, self)
        self.list.chosen.connect(self.chosen)
        self.list.fixed.connect(self.fixed)
        column.addWidget(self.list, 1)
        self._none = label(
            self.tr("What goes out when stands here, once there are messages."),
            "muted",
            object_name="timeline-empty",
            wrap=True,
        )
        self._none.setContentsMargins(SIDE, 16, SIDE, 16)
        column.addWidget(self._none)
        column.addStretch(0)
        self.restyle()
        self.set_timeline(Timeline(), lambda place: "")

    def set_timeline(self, timeline: Timeline, title: Callable[[int], str]) -> None:
        """Show what goes out when."""
        bar = self.list.verticalScrollBar().value()
        self.model.set_timeline(timeline, title)
        self.list.verticalScrollBar().setValue(bar)
        self.chart.set_bars(timeline.bars)
        some = bool(timeline.lines)
        self._top.setVisible(bool(timeline.bars))
        self.list.setVisible(some)
        self._none.setVisible(not some)
        words = ""
        if timeline.days == 1:
            words = self.tr("1 day")
        elif timeline.days:
            words = self.tr("%n days", "", timeline.days)
        self.days.setText(words)
        zone = dates.zone_name(self._zone)
        self.zone_label.setText(self.tr("Times in {zone}").format(zone=zone))

    def mark(self, place: int) -> None:
        """The message that is current in the list."""
        if place != self.list.delegate.marked:
            self.list.delegate.marked = place
            self.list.viewport().update()

    def pictures_arrived(self) -> None:
        self.list.viewport().update()

    def set_overlay(self, on: bool) -> None:
        """Whether it lies over the page, and so needs a way to close."""
        self.close_button.setVisible(on)

    @Slot()
    def restyle(self) -> None:
        self._head.setFixedHeight(round(44 * Theme.instance().scale))
        self.list.fit_rows()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("surface_alt"))
        painter.fillRect(0, self._head.height() - 1, self.width(), 1, theme.colour("border"))
        edge = self.width() - 1 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 0
        painter.fillRect(edge, 0, 1, self.height(), theme.colour("border"))
        painter.end()
