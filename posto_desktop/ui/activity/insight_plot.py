"""Plot of insights: painted, walked through by arrow keys, and read aloud."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from posto_desktop.core.insights.plots import Plot, PlotItem
from posto_desktop.ui.accessibility.announcer import announce_at_once
from posto_desktop.ui.accessibility.roles import Role, give_role
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.workers.insight_painter import (
    MOST_BARS,
    PlotLook,
    item_at,
    paint_plot,
    plot_height,
)

__all__ = ["InsightPlot"]

_PAD = 6.0


def window_look() -> PlotLook:
    """Return the look of plots in the window's theme."""
    theme = Theme.instance()
    return PlotLook(
        theme.colour("text"),
        theme.colour("text_muted"),
        theme.colour("border_strong"),
        theme.colour("accent"),
        theme.colour("sunken"),
        theme.colour("surface"),
        theme.colour("accent"),
        theme.colour("focus"),
        theme.numbers("small"),
        theme.line("small") + 8.0,
    )


class InsightPlot(QWidget):
    """Signals: `currentChanged(str words)`: what the item under pointer or keyboard says, "" for
    none."""

    currentChanged = Signal(str)

    def __init__(self, plot: Plot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot = plot
        self._current = ""
        name_control(self, plot.title, f"plot-{plot.key}")
        give_role(self, Role.Chart)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(240)
        Theme.instance().changed.connect(self._theme_changed)
        self.set_plot(plot)

    def set_plot(self, plot: Plot) -> None:
        """Show another plot of the same kind."""
        self._plot = plot
        if not any(item.key == self._current for item in self._items):
            self._set_current(None)
        self.setAccessibleName(plot.title)
        self.setAccessibleDescription(
            f"{plot.count}. " + ". ".join(i.words for i in plot.items[:3])
        )
        self.updateGeometry()
        self.update()

    @property
    def _items(self) -> tuple[PlotItem, ...]:
        return self._plot.items[:MOST_BARS] if self._plot.kind == "bars" else self._plot.items

    @property
    def current(self) -> PlotItem | None:
        return next((item for item in self._items if item.key == self._current), None)

    def _set_current(self, item: PlotItem | None) -> None:
        key = item.key if item is not None else ""
        if key != self._current:
            self._current = key
            self.currentChanged.emit(item.words if item is not None else "")
            self.update()

    @property
    def _place(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_PAD, _PAD, -_PAD, -_PAD)

    def sizeHint(self) -> QSize:
        return QSize(420, round(plot_height(self._plot, window_look()) + 2 * _PAD))

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

    @Slot()
    def _theme_changed(self) -> None:
        self.updateGeometry()
        self.update()

    # -- keyboard and pointer ----------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        items = self._items
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        earlier, later = Qt.Key.Key_Left, Qt.Key.Key_Right
        if is_mirrored:
            earlier, later = later, earlier
        at = next((row for row, item in enumerate(items) if item.key == self._current), -1)
        match event.key():
            case Qt.Key.Key_Home:
                at = 0
            case Qt.Key.Key_End:
                at = len(items) - 1
            case Qt.Key.Key_Up if self._plot.kind == "week":
                at = self._in_row(at, -1)
            case Qt.Key.Key_Down if self._plot.kind == "week":
                at = self._in_row(at, 1)
            case key if key in (earlier, Qt.Key.Key_Up):
                at = max(0, at - 1)
            case key if key in (later, Qt.Key.Key_Down):
                at = min(len(items) - 1, at + 1)
            case _:
                super().keyPressEvent(event)
                return
        if items:
            self._set_current(items[max(0, at)])
            announce_at_once(self, items[max(0, at)].words)

    def _in_row(self, at: int, step: int) -> int:
        """Return the number of the cell that is nearest in the next row that has one."""
        items = self._items
        if not 0 <= at < len(items):
            return 0
        row, column = items[at].place
        others = [
            (abs(item.place[0] - row), abs(item.place[1] - column), number)
            for number, item in enumerate(items)
            if (item.place[0] - row) * step > 0
        ]
        return min(others)[2] if others else at

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if (
            self.current is None
            and self._items
            and event.reason() != Qt.FocusReason.MouseFocusReason
        ):
            self._set_current(self._items[0])
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._set_current(None)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        item = item_at(
            event.position(), self._place, self._plot, window_look(), mirrored=is_mirrored
        )
        self._set_current(item)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.hasFocus():
            self._set_current(None)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        paint_plot(
            painter, self._place, self._plot, window_look(), self._current, mirrored=is_mirrored
        )
        if self.hasFocus():
            painters.paint_row_focus(painter, self.rect())
        painter.end()
