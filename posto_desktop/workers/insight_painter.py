"""Paints plots of insights, in the window and on paper.

Own painting instead of QtCharts or pyqtgraph: QtCharts is under the GPL alone and comes with the
160 MB of PySide6-Addons, pyqtgraph needs numpy; neither mirrors, or is readable as a table.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from posto_desktop.core.insights.plots import Plot, PlotItem

__all__ = ["MOST_BARS", "PlotLook", "item_at", "paint_plot", "plot_height"]

MOST_BARS = 12
"""Bars of a plot; its table has all of them."""
_START = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_END = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MIDDLE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class PlotLook:
    """Colours, font and size of a line of text; lengths are in units of the painter. `low` and
    `high` are the ends of the scale of colours."""

    text: QColor
    muted: QColor
    line: QColor
    bar: QColor
    pale: QColor
    low: QColor
    high: QColor
    focus: QColor
    font: QFont
    row: float
    unit: float = 1.0


def plot_height(plot: Plot, look: PlotLook) -> float:
    """Return the height that a plot needs."""
    if plot.kind == "bars":
        return look.row * min(len(plot.items), MOST_BARS)
    return look.row * (8.4 if plot.kind == "week" else 7.5)


def paint_plot(
    painter: QPainter,
    place: QRectF,
    plot: Plot,
    look: PlotLook,
    current: str = "",
    *,
    mirrored: bool = False,
) -> None:
    """Paint a plot; `current` is the key of the item with the keyboard or pointer."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(look.font)
    metrics = QFontMetricsF(look.font, painter.device())
    drawing = _Drawing(painter, place, plot, look, metrics, current, mirrored)
    {"bars": drawing.bars, "line": drawing.points, "week": drawing.week}[plot.kind]()
    painter.restore()


def item_at(
    point: QPointF,
    place: QRectF,
    plot: Plot,
    look: PlotLook,
    *,
    mirrored: bool,
) -> PlotItem | None:
    """Return the item under a point of the window."""
    drawing = _Drawing(None, place, plot, look, QFontMetricsF(look.font), "", mirrored)
    return next((item for item in plot.items if drawing.area(item).contains(point)), None)


class _Drawing:
    def __init__(
        self,
        painter: QPainter | None,
        place: QRectF,
        plot: Plot,
        look: PlotLook,
        metrics: QFontMetricsF,
        current: str,
        mirrored: bool,
    ) -> None:
        self._painter, self._place, self._plot, self._look = painter, place, plot, look
        self._metrics, self._current, self._mirrored = metrics, current, mirrored
        self._gap = 8 * look.unit
        shown = plot.items[:MOST_BARS] if plot.kind == "bars" else plot.items
        self._rows = {item.key: row for row, item in enumerate(shown)}
        if plot.kind == "bars":
            widest = max((self._advance(item.name) for item in shown), default=0.0)
            self._head = min(widest, place.width() * 0.34) + self._gap
            self._tail = max((self._advance(self._end_words(item)) for item in shown), default=0.0)
            self._tail += self._gap
        elif plot.kind == "week":
            self._head = max(map(self._advance, plot.rows), default=0.0) + self._gap
            self._tail = 0.0
        else:
            texts = (plot.least_text, plot.most_text)
            self._head = max(map(self._advance, texts)) + self._gap
            self._tail = self._gap

    # -- geometry --------------------------------------------------------------------------------

    def _advance(self, words: str) -> float:
        return self._metrics.horizontalAdvance(words)

    def _x(self, start: float, width: float) -> float:
        """Return the left edge of something at this distance from the start of lines."""
        if self._mirrored:
            return self._place.right() - start - width
        return self._place.left() + start

    def _rect(self, start: float, top: float, width: float, height: float) -> QRectF:
        return QRectF(self._x(start, width), self._place.top() + top, width, height)

    @property
    def _room(self) -> float:
        return max(1.0, self._place.width() - self._head - self._tail)

    def _share(self, value: float) -> float:
        plot = self._plot
        return min(1.0, max(0.0, (value - plot.least) / (plot.most - plot.least)))

    def area(self, item: PlotItem) -> QRectF:
        """Return where an item is, an empty rectangle if it is not shown."""
        look = self._look
        if self._plot.kind == "week":
            row, column = item.place
            width = self._room / max(1, len(self._plot.columns))
            return self._rect(self._head + column * width, look.row * row, width, look.row)
        number = self._rows.get(item.key)
        if number is None:
            return QRectF()
        if self._plot.kind == "bars":
            return self._rect(0, number * look.row, self._place.width(), look.row)
        width = self._room / len(self._rows)
        return self._rect(self._head + number * width, 0, width, self._place.height())

    # -- painting --------------------------------------------------------------------------------

    def _draw(self, place: QRectF, words: str, colour: QColor, align: Qt.AlignmentFlag) -> None:
        assert self._painter is not None
        painter = self._painter
        if self._mirrored and align in (_START, _END):
            align = _END if align == _START else _START
        shown = words
        if self._advance(words) > place.width() + 0.5:
            mode = Qt.TextElideMode.ElideRight
            shown = self._metrics.elidedText(words, mode, place.width())
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.setPen(colour)
        painter.drawText(place, int(align.value) | int(Qt.TextFlag.TextSingleLine.value), shown)

    def _end_words(self, item: PlotItem) -> str:
        return f"{item.value_text}  ({item.n})"

    def _mark_current(self, item: PlotItem) -> None:
        assert self._painter is not None
        if item.key != self._current:
            return
        self._painter.setPen(QPen(self._look.focus, 2 * self._look.unit))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        inside = self._look.unit
        area = self.area(item).adjusted(inside, inside, -inside, -inside)
        self._painter.drawRoundedRect(area, 3 * self._look.unit, 3 * self._look.unit)

    def _reference(self, top: float, height: float, *, across: bool) -> None:
        """Paint the line of what is usual."""
        if self._plot.usual is None:
            return
        assert self._painter is not None
        pen = QPen(self._look.muted, self._look.unit)
        pen.setStyle(Qt.PenStyle.DashLine)
        self._painter.setPen(pen)
        share = self._share(self._plot.usual)
        if across:
            y = self._place.top() + top + height * (1 - share)
            left, right = self._x(self._head, 0), self._x(self._head + self._room, 0)
            self._painter.drawLine(QPointF(left, y), QPointF(right, y))
            return
        x = self._x(self._head + self._room * share, 0)
        y = self._place.top() + top
        self._painter.drawLine(QPointF(x, y), QPointF(x, y + height))

    def bars(self) -> None:
        assert self._painter is not None
        painter, look = self._painter, self._look
        shown = [item for item in self._plot.items if item.key in self._rows]
        self._reference(0, look.row * len(shown), across=False)
        for item in shown:
            top = self._rows[item.key] * look.row
            name = self._rect(0, top, self._head - self._gap, look.row)
            self._draw(name, item.name, look.text, _START)
            zero = self._share(0.0)
            begin, end = sorted((zero, self._share(item.median)))
            width = max(2 * look.unit, (end - begin) * self._room)
            bar = self._rect(
                self._head + begin * self._room, top + look.row * 0.22, width, look.row * 0.56
            )
            painter.setPen(QPen(look.bar, look.unit))
            painter.setBrush(look.pale if item.is_few else look.bar)
            painter.drawRoundedRect(bar, 2 * look.unit, 2 * look.unit)
            self._half(item, top + look.row / 2)
            words = self._rect(
                self._place.width() - self._tail + self._gap,
                top,
                self._tail - self._gap,
                look.row,
            )
            self._draw(words, self._end_words(item), look.text, _END)
            self._mark_current(item)

    def _half(self, item: PlotItem, y: float) -> None:
        """Paint the middle half of a bar."""
        assert self._painter is not None
        y += self._place.top()
        low = self._x(self._head + self._share(item.low) * self._room, 0)
        high = self._x(self._head + self._share(item.high) * self._room, 0)
        tick = self._look.row * 0.12
        self._painter.setPen(QPen(self._look.text, 1.2 * self._look.unit))
        self._painter.drawLine(QPointF(low, y), QPointF(high, y))
        for x in (low, high):
            self._painter.drawLine(QPointF(x, y - tick), QPointF(x, y + tick))

    def points(self) -> None:
        assert self._painter is not None
        painter, look = self._painter, self._look
        height = self._place.height() - look.row
        top = self._place.top()
        painter.setPen(QPen(look.line, look.unit))
        for share, words in ((0.0, self._plot.least_text), (1.0, self._plot.most_text)):
            inset = look.row / 2
            y = inset + (height - look.row) * (1 - share)
            left, right = self._x(self._head, 0), self._x(self._head + self._room, 0)
            painter.setPen(QPen(look.line, look.unit))
            painter.drawLine(QPointF(left, top + y), QPointF(right, top + y))
            scale = self._rect(0, y - look.row / 2, self._head - self._gap, look.row)
            self._draw(scale, words, look.muted, _END)
        inner = height - look.row
        self._reference(look.row / 2, inner, across=True)

        def point(item: PlotItem, value: float) -> QPointF:
            x = self.area(item).center().x()
            return QPointF(x, top + look.row / 2 + inner * (1 - self._share(value)))

        painter.setPen(QPen(look.bar, 1.6 * look.unit))
        places = [point(item, item.median) for item in self._plot.items]
        painter.drawPolyline(places)
        for item, place in zip(self._plot.items, places, strict=True):
            painter.setPen(QPen(look.muted, 1.2 * look.unit))
            painter.drawLine(point(item, item.low), point(item, item.high))
            painter.setPen(QPen(look.bar, 1.6 * look.unit))
            painter.setBrush(look.pale if item.is_few else look.bar)
            painter.drawEllipse(place, 3.5 * look.unit, 3.5 * look.unit)
            self._mark_current(item)
        self._dates(height)

    def _dates(self, top: float) -> None:
        """Write the first, the last and the middle bucket under the points."""
        items = self._plot.items
        if not items:
            return
        width = self._room / (3 if len(items) > 2 else len(items))
        row = self._look.row
        self._draw(self._rect(self._head, top, width, row), items[0].name, self._look.muted, _START)
        if len(items) > 1:
            end = self._head + self._room - width
            self._draw(self._rect(end, top, width, row), items[-1].name, self._look.muted, _END)
        if len(items) > 4 and len(items) % 2:
            middle = items[len(items) // 2].name
            place = self._rect(self._head + width, top, width, row)
            self._draw(place, middle, self._look.muted, _MIDDLE)

    def week(self) -> None:
        assert self._painter is not None
        painter, look, plot = self._painter, self._look, self._plot
        for row, name in enumerate(plot.rows):
            place = self._rect(0, row * look.row, self._head - self._gap, look.row)
            self._draw(place, name, look.muted, _START)
        cell = self._room / max(1, len(plot.columns))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.pale)
        painter.drawRoundedRect(
            self._rect(self._head, 0, self._room, look.row * len(plot.rows)),
            3 * look.unit,
            3 * look.unit,
        )
        for item in plot.items:
            area = self.area(item)
            # A small mark for few posts: a glance must not give them the weight of others.
            inset = min(area.width(), area.height()) * (0.28 if item.is_few else 0.08)
            painter.setPen(QPen(look.bar, look.unit))
            painter.setBrush(_between(look.low, look.high, self._share(item.median)))
            painter.drawRoundedRect(
                area.adjusted(inset, inset, -inset, -inset), 2 * look.unit, 2 * look.unit
            )
            self._mark_current(item)
        every = next(
            step
            for step in (3, 6, 12, 24)
            if step == 24 or max(map(self._advance, plot.columns)) + self._gap < cell * step
        )
        top = look.row * len(plot.rows)
        for column in range(0, len(plot.columns), every):
            place = self._rect(self._head + column * cell, top, cell * every, look.row)
            self._draw(place, plot.columns[column], look.muted, _START)


def _between(low: QColor, high: QColor, share: float) -> QColor:
    red, green, blue = (
        begin + (end - begin) * share
        for begin, end in (
            (low.redF(), high.redF()),
            (low.greenF(), high.greenF()),
            (low.blueF(), high.blueF()),
        )
    )
    return QColor.fromRgbF(red, green, blue)
