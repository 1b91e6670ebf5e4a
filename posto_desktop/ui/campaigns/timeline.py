"""Timeline pane of a campaign: all posts with their times, and conflicts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from PySide6.QtCore import QLocale, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.models import dates
from posto_desktop.models.campaign_timeline import Timeline, TimelineLine, TimelineModel
from posto_desktop.ui.campaigns.chart import CampaignChart, ChartLegend
from posto_desktop.ui.campaigns.plain_table import PlainTable
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import IconButton
from posto_desktop.ui.widgets.labels import ElidedLabel, label
from posto_desktop.ui.widgets.row_cells import (
    BOTTOM,
    CENTRE,
    END,
    Cell,
    CellBackground,
    CellPanel,
    CustomCell,
    IconCell,
    PictureCell,
    SpacerCell,
    TextCell,
    WrappedTextCell,
    mirrored_in,
    text_width,
)
from posto_desktop.ui.widgets.row_delegate import (
    Index,
    RowContent,
    RowDelegate,
    RowFocusRing,
    RowState,
)

SIDE = 16
THUMB = 26
ROW = 40
_DOT = 21
_DAY = 34
_GAP = 8  # between day and time
_PAD = 15  # before the picture


class TimelineRows:
    """Row descriptions of the timeline for the delegate."""

    def __init__(
        self, model: TimelineModel, picture: Callable[[int], tuple[QImage | None, str] | None]
    ) -> None:
        self._model, self._picture = model, picture
        self._columns: tuple[str, int, int] | None = None
        self.current_place = -1
        """Place of the message that is current in the list."""

    def size(self, _index: Index) -> QSize:
        return QSize(200, ROW)

    def columns(self) -> tuple[int, int]:
        """Return the widths of day and time in the current font and language."""
        theme = Theme.instance()
        key = f"{theme.font().toString()} {QLocale().name()} {dates.clock_format()}"
        if self._columns is None or self._columns[0] != key:
            names = (_day_name(number) for number in range(1, 8))
            widest = max(text_width(f"{name} 30", "body", numbers=True) for name in names) + 3
            clock = "12:00 PM" if "AP" in dates.clock_format() else "20:00"
            self._columns = (key, widest, text_width(clock, "strong", numbers=True) + 2)
        return self._columns[1], self._columns[2]

    def row(self, index: Index, state: RowState) -> RowContent:
        line = self._model.line_at(index.row())
        if line is None:
            return RowContent([])
        ring = RowFocusRing((6, 1, 6, 1)) if state.ringed else None
        side = (0, 0, SIDE, 0)
        if line.kind == "week":
            head = TextCell(line.words, "chip_on", "text_muted", BOTTOM)
            return RowContent([head], (SIDE, 0, SIDE, 0))
        if line.kind == "clocks":
            words = TextCell(line.words, "small", "text_faint", gap=6)
            return RowContent([_connector(), IconCell("clock", "text_faint", 14), words], side)
        if line.kind == "conflict":
            return RowContent([_connector(half=True), self._conflict(line)], side, ring=ring)
        background = CellBackground("hover", 0) if state.hovered else None
        return RowContent(self._post(index.row(), line), side, background, ring=ring)

    def _post(self, number: int, line: TimelineLine) -> list[Cell]:
        theme = Theme.instance()
        following = self._model.line_at(number + 1)
        colour = theme.colour("accent")
        if following is not None and following.kind == "conflict":
            colour = theme.status("failed" if following.bad else "late").solid
        if line.kind == "untimed":
            colour = theme.status("failed").solid
        is_current = line.place == self.current_place
        day, clock = "", ""
        if line.when is not None:
            local_time = dates.local(line.when, self._model.zone)
            day = f"{_day_name(local_time.isoweekday())} {local_time.day}"
            clock = dates.clock(line.when, self._model.zone)
        day_width, time_width = self.columns()
        time = "accent_text" if is_current else "text"
        cells: list[Cell] = [
            _connector(colour),
            TextCell(day, "body", "text_muted", numbers=True, fixed=day_width),
            TextCell(clock, "strong", time, END, numbers=True, fixed=time_width, gap=_GAP),
            SpacerCell(_PAD),
        ]
        picture = self._picture(line.place)
        if picture is not None:
            cells += [PictureCell(picture[0], THUMB, picture[1], 4), SpacerCell(9)]
        title = self._model.title(line.place)
        cells.append(TextCell(title, "body", "text" if is_current else "text_muted", fills=True))
        return cells

    def _conflict(self, line: TimelineLine) -> CellPanel:
        look = Theme.instance().status("failed" if line.bad else "late")
        cells: list[Cell] = [
            IconCell("circle-x" if line.bad else "triangle-alert", look.fg, 14, gap=10),
            WrappedTextCell(line.words, "small", gap=6),
        ]
        if line.fix:
            link, hand = _link_font(), Qt.CursorShape.PointingHandCursor
            wide = text_width(line.fix, link) + 4
            key = "fix" if line.move_to is not None else ""
            fix = TextCell(line.fix, link, "text", CENTRE, fixed=wide, gap=9, key=key, cursor=hand)
            cells.append(fix)
        cells.append(SpacerCell(11 if line.fix else 12))
        area = "failed_area" if line.bad else "late_area"
        return CellPanel(cells, CellBackground(area, 7, border=look.bg), (0, 0, 0, 8))


def _connector(colour: QColor | None = None, *, half: bool = False) -> CustomCell:
    """The line that joins the messages, with a coloured dot."""

    def draw(painter: QPainter, place: QRect) -> None:
        mirrored = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
        height = place.height() - place.height() // 2 if half else place.height()
        connector = QRect(place.x() + _DOT - 1, place.y(), 2, height)
        connector = mirrored_in(connector, place, mirrored)
        painter.fillRect(connector, Theme.instance().colour("border_strong"))
        if colour is not None:
            dot = QRect(place.x() + _DOT - 5, place.center().y() - 4, 10, 10)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(QRectF(mirrored_in(dot, place, mirrored)))

    return CustomCell(draw, _DAY)


def _day_name(number: int) -> str:
    return dates.weekday_name(number - 1, short=True)


def _link_font() -> QFont:
    font = Theme.instance().font("chip_on")
    font.setUnderline(True)
    return font


class _List(PlainTable):
    """List view of the timeline. Signals: ``chosen(int place)``; ``fixed(int place, datetime)``."""

    chosen = Signal(int)
    fixed = Signal(int, object)

    def __init__(
        self,
        model: TimelineModel,
        picture: Callable[[int], tuple[QImage | None, str] | None],
        parent: QWidget,
    ) -> None:
        super().__init__(self.tr("Timeline"), "timeline", parent)
        self._lines = model
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setModel(model)
        self.rows = TimelineRows(model, picture)
        self._delegate = RowDelegate(self, self.rows.row, self.rows.size)
        self.setItemDelegate(self._delegate)
        model.modelReset.connect(self.fit_rows)
        self.fit_rows()

    @Slot()
    def fit_rows(self) -> None:
        """Set the heights of week headings and notes."""
        scale = Theme.instance().scale
        usual = round(ROW * scale)
        self.set_row_height(usual)
        two = 2 * Theme.instance().line("small") + 14 + 8
        heights = {"week": round(30 * scale), "clocks": round(26 * scale), "conflict": two}
        header = self.verticalHeader()
        header.blockSignals(True)  # each change would lay the view out again
        for row, line in enumerate(self._lines.lines()):
            # Sections keep the height of the previous line at their row.
            height = heights.get(line.kind, usual)
            if header.sectionSize(row) != height:
                header.resizeSection(row, height)
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
        if line.move_to is not None and self._delegate.target_at(place) == "fix":
            self.fixed.emit(line.place, line.move_to)
        else:
            self.chosen.emit(line.place)


class TimelinePane(QFrame):
    """Signals: ``chosen(int place)``: a message was clicked; ``fixed(int place, datetime)``: move
    it to this time; ``closeRequested()``."""

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
        self.close_button = IconButton(
            "x", self.tr("Close timeline"), "close-timeline", parent=self._head
        )
        self.close_button.clicked.connect(self.closeRequested)
        self.close_button.hide()
        head.addWidget(self.close_button)
        column.addWidget(self._head)
        self._top = QWidget(self)
        top = QVBoxLayout(self._top)
        top.setContentsMargins(SIDE, 14, SIDE, 8)
        top.setSpacing(8)
        self.chart = CampaignChart(self._top)
        top.addWidget(self.chart)
        self._legend = ChartLegend(self._top)
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
        self._empty_label = label(
            self.tr("Your timeline appears here."),
            "muted",
            object_name="timeline-empty",
            wrap=True,
        )
        self._empty_label.setContentsMargins(SIDE, 16, SIDE, 16)
        column.addWidget(self._empty_label)
        column.addStretch(0)
        self.restyle()
        self.set_timeline(Timeline(), lambda _place: "")

    def set_timeline(self, timeline: Timeline, title: Callable[[int], str]) -> None:
        """Show the times of the messages."""
        bar = self.list.verticalScrollBar().value()
        self.model.set_timeline(timeline, title)
        self.list.verticalScrollBar().setValue(bar)
        self.chart.set_bars(timeline.bars)
        has_lines = bool(timeline.lines)
        self._top.setVisible(bool(timeline.bars))
        self.list.setVisible(has_lines)
        self._empty_label.setVisible(not has_lines)
        days = timeline.days
        self.days.setText(self.tr("%n day(s)", "", days) if days else "")
        zone = dates.zone_name(self._zone)
        self.zone_label.setText(self.tr("Times in {zone}").format(zone=zone))

    def set_current_place(self, place: int) -> None:
        """Highlight the message that is current in the list."""
        if place != self.list.rows.current_place:
            self.list.rows.current_place = place
            self.list.viewport().update()

    def pictures_arrived(self) -> None:
        self.list.viewport().update()

    def set_overlay(self, on: bool) -> None:
        """Show a close button while the pane covers the page."""
        self.close_button.setVisible(on)

    @Slot()
    def restyle(self) -> None:
        self._head.setFixedHeight(round(44 * Theme.instance().scale))
        self.list.fit_rows()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("surface_alt"))
        painter.fillRect(0, self._head.height() - 1, self.width(), 1, theme.colour("border"))
        edge = self.width() - 1 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 0
        painter.fillRect(edge, 0, 1, self.height(), theme.colour("border"))
        painter.end()
