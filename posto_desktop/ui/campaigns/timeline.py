"""The right pane of a campaign: when everything goes out, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from PySide6.QtCore import (
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.models import dates
from posto_desktop.models.campaign_timeline import Line, Timeline, TimelineModel
from posto_desktop.ui.campaigns.chart import Chart, Legend
from posto_desktop.ui.campaigns.plain_table import LEFT, PlainTable, draw_line, mirror
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import IconButton
from posto_desktop.ui.widgets.labels import ElidedLabel, label
from posto_desktop.ui.widgets.thumbs import paint_picture

Index = QModelIndex | QPersistentModelIndex

SIDE = 16
THUMB = 26
ROW = 40
_DOT = 21
_DAY = 34
_GAP = 8  # between day and time
_PAD = 15  # before the picture
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class TimelineDelegate(QStyledItemDelegate):
    """Paints the lines of a timeline."""

    def __init__(
        self,
        model: TimelineModel,
        view: PlainTable,
        picture: Callable[[int], tuple[QImage | None, str] | None],
    ) -> None:
        super().__init__(view)
        self._model, self._view, self._picture = model, view, picture
        self._columns: tuple[str, int, int] | None = None
        self.marked = -1
        """The place of the message that is current in the list."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, ROW)

    def columns(self) -> tuple[int, int]:
        """How wide the days and the times are in this font and language."""
        theme = Theme.instance()
        key = f"{theme.font().toString()} {QLocale().name()} {dates.clock_format()}"
        if self._columns is None or self._columns[0] != key:
            day, time = (QFontMetrics(theme.numbers(name)) for name in ("body", "strong"))
            names = (_day_name(number) for number in range(1, 8))
            widest = max(day.horizontalAdvance(f"{name} 30") for name in names) + 3
            clock = "12:00 PM" if "AP" in dates.clock_format() else "20:00"
            self._columns = (key, widest, time.horizontalAdvance(clock) + 2)
        return self._columns[1], self._columns[2]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = self._model.line_at(index.row())
        if line is None:
            return
        painter.save()
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        painter.setLayoutDirection(option.direction)
        if line.kind == "week":
            self._head(painter, option.rect, line)
        elif line.kind == "clocks":
            self._clocks(painter, option.rect, line, mirrored)
        elif line.kind == "conflict":
            self._conflict(painter, option.rect, line, mirrored)
        else:
            self._post(painter, option.rect, index.row(), line, mirrored)
        ring = self._view.ring and index.row() == self._view.current_row()
        if ring and line.kind not in ("week", "clocks"):
            painters.paint_row_focus(painter, option.rect.adjusted(6, 1, -6, -1), 7)
        painter.restore()

    def _head(self, painter: QPainter, row: QRect, line: Line) -> None:
        theme = Theme.instance()
        painter.setFont(theme.font("chip_on"))
        painter.setPen(theme.colour("text_muted"))
        area = row.adjusted(SIDE, 0, -SIDE, 0)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignBottom), line.words)

    def _clocks(self, painter: QPainter, row: QRect, line: Line, mirrored: bool) -> None:
        theme = Theme.instance()
        self._thread(painter, row, mirrored)
        icon = mirror(QRect(row.x() + _DAY, row.y(), 14, row.height()), row, mirrored)
        painters.paint_icon(painter, icon, "clock", 14, theme.colour("text_faint"))
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("text_faint"))
        area = QRect(row.x() + _DAY + 20, row.y(), row.width() - _DAY - 20 - SIDE, row.height())
        draw_line(painter, mirror(area, row, mirrored), line.words)

    def _thread(self, painter: QPainter, row: QRect, mirrored: bool) -> None:
        place = QRect(row.x() + _DOT - 1, row.y(), 2, row.height())
        painter.fillRect(mirror(place, row, mirrored), Theme.instance().colour("border_strong"))

    def _post(self, painter: QPainter, row: QRect, number: int, line: Line, mirrored: bool) -> None:
        theme = Theme.instance()
        following = self._model.line_at(number + 1)
        clash = following is not None and following.kind == "conflict"
        if number == self._view.hovered:
            painter.fillRect(row, theme.colour("hover"))
        self._thread(painter, row, mirrored)
        colour = theme.colour("accent")
        if clash and following is not None:
            colour = theme.status("failed" if following.bad else "late").solid
        if line.kind == "untimed":
            colour = theme.status("failed").solid
        dot = mirror(QRect(row.x() + _DOT - 5, row.center().y() - 4, 10, 10), row, mirrored)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QRectF(dot))
        here = line.place == self.marked
        day_width, time_width = self.columns()
        at = row.x() + _DAY + day_width + _GAP
        picture_at = at + time_width + _PAD
        if line.when is not None:
            zone = self._model.zone
            painter.setFont(theme.numbers("body"))
            painter.setPen(theme.colour("text_muted"))
            there = dates.local(line.when, zone)
            day = f"{_day_name(there.isoweekday())} {there.day}"
            first = QRect(row.x() + _DAY, row.y(), day_width, row.height())
            painter.drawText(mirror(first, row, mirrored), _RIGHT if mirrored else LEFT, day)
            painter.setFont(theme.numbers("strong"))
            painter.setPen(theme.colour("accent_text" if here else "text"))
            time = QRect(at, row.y(), time_width, row.height())
            align = LEFT if mirrored else _RIGHT
            painter.drawText(mirror(time, row, mirrored), align, dates.clock(line.when, zone))
        picture = self._picture(line.place)
        top = row.y() + (row.height() - THUMB) // 2
        if picture is not None:
            place = mirror(QRect(picture_at, top, THUMB, THUMB), row, mirrored)
            paint_picture(painter, place, picture[0], picture[1], 4)
        left = picture_at + (THUMB + 9 if picture is not None else 0)
        painter.setFont(theme.font("body"))
        painter.setPen(theme.colour("text" if here else "text_muted"))
        area = QRect(left, row.y(), row.right() + 1 - left - SIDE, row.height())
        draw_line(painter, mirror(area, row, mirrored), self._model.title(line.place))

    def _conflict(self, painter: QPainter, row: QRect, line: Line, mirrored: bool) -> None:
        theme = Theme.instance()
        look = theme.status("failed" if line.bad else "late")
        self._thread(painter, row.adjusted(0, 0, 0, -row.height() // 2), mirrored)
        box = mirror(row.adjusted(_DAY, 0, -SIDE, -8), row, mirrored)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.bg, 1))
        painter.setBrush(theme.colour("failed_area" if line.bad else "late_area"))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        name = "circle-x" if line.bad else "triangle-alert"
        painters.paint_icon(
            painter, mirror(QRect(box.x() + 10, box.y(), 14, box.height()), box, mirrored),
            name, 14, look.fg,
        )  # fmt: skip
        link = self.link_rect(row, line, mirrored)
        words = QRect(box.x() + 30, box.y(), box.width() - 30 - 12, box.height())
        words = mirror(words, box, mirrored)
        if line.fix:
            if mirrored:
                words.setLeft(link.right() + 10)
            else:
                words.setRight(link.left() - 10)
            painter.setFont(_link_font())
            painter.setPen(theme.colour("text"))
            painter.drawText(link, int(Qt.AlignmentFlag.AlignCenter), line.fix)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("text"))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(words, int(flags) | int(Qt.TextFlag.TextWordWrap), line.words)

    def link_rect(self, row: QRect, line: Line, mirrored: bool) -> QRect:
        """Where the link of a conflict is."""
        box = row.adjusted(_DAY, 0, -SIDE, -8)
        width = QFontMetrics(_link_font()).horizontalAdvance(line.fix) + 4
        place = QRect(box.right() - 10 - width, box.y(), width, box.height())
        return mirror(place, row, mirrored)


def _day_name(number: int) -> str:
    """ "Mon" for 1."""
    return QLocale().dayName(number, QLocale.FormatType.ShortFormat).rstrip(".")


def _link_font() -> QFont:
    font = Theme.instance().font("chip_on")
    font.setUnderline(True)
    return font


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
