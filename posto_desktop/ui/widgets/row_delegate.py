"""Delegate of all row lists. A list describes a row as cells (`row_cells`); the delegate paints
them, mirrored in right-to-left layouts, and finds the one under the pointer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.focus_ring import came_by_keys
from posto_desktop.ui.widgets.row_cells import (
    Cell,
    CellBackground,
    Margins,
    PlacedCell,
    inset_by,
    lay_out_beside,
)

Index = QModelIndex | QPersistentModelIndex

_AS_BEFORE = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
"""The window or a popup gives the focus back: a ring shows if there was one."""
_MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta)


@dataclass(frozen=True)
class RowState:
    """State of a row in its view."""

    selected: bool
    hovered: bool
    current: bool
    focused: bool
    """True if it is the current row of the focused list."""
    ringed: bool
    """True if it is, and the last input came from the keyboard: the row shows a ring."""
    mirrored: bool
    size: QSize
    """Rectangle given by the view: as wide as the view, at least as high as requested."""

    def background(
        self,
        selected: str = "selected",
        hovered: str = "hover_row",
        *,
        radius: float = 7,
        inset: Margins = (0, 0, 0, 0),
    ) -> CellBackground | None:
        """Paint the background of a selected or hovered row."""
        if self.selected or self.hovered:
            return CellBackground(selected if self.selected else hovered, radius, inset)
        return None


@dataclass(frozen=True)
class RowFocusRing:
    """Paint the focus ring of a row."""

    inset: Margins = (0, 0, 0, 0)
    radius: float = 7


@dataclass(frozen=True)
class RowSeparator:
    """Paint a line at the foot of a row, or at its top."""

    left: int = 0
    right: int = 0
    at_top: bool = False


@dataclass(frozen=True)
class RowContent:
    """Content of a row: cells side by side inside its margins."""

    cells: Sequence[Cell]
    margins: Margins = (0, 0, 0, 0)
    background: CellBackground | None = None
    rule: RowSeparator | None = None
    ring: RowFocusRing | None = None
    cursor: Qt.CursorShape = Qt.CursorShape.ArrowCursor


class RowDelegate(QStyledItemDelegate):
    """`describe` returns the content of a row, `size` its size; both are called often.

    It tracks pointer and keyboard for all lists: use `target_at` instead of own event filters.
    Rows are as wide as their list, not edited in place, and mirrored in right-to-left layouts. A
    `quiet` list shows no ring when the program focuses it.
    """

    def __init__(
        self,
        view: QAbstractItemView,
        describe: Callable[[Index, RowState], RowContent],
        size: Callable[[Index], QSize],
        *,
        quiet: bool = False,
    ) -> None:
        super().__init__(view)
        self._view, self._describe, self._size = view, describe, size
        self._quiet = quiet
        self._pointer = QPoint(-1, -1)
        self._by_key = False
        view.setMouseTracking(True)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.installEventFilter(self)
        view.viewport().installEventFilter(self)

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        return self._size(index)

    def editorEvent(self, *_event: object) -> bool:
        """Leave clicks to the list: the base class would toggle a check box where none is
        painted."""
        return False

    # -- painting ------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        mirrored, place = self._is_mirrored(), option.rect
        flags = QStyle.StateFlag
        state = self._state(
            index,
            selected=bool(option.state & flags.State_Selected),
            hovered=bool(option.state & flags.State_MouseOver),
            mirrored=mirrored,
            size=place.size(),
        )
        row = self._describe(index, state)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ways = Qt.LayoutDirection
        painter.setLayoutDirection(ways.RightToLeft if mirrored else ways.LeftToRight)
        if row.background is not None:
            row.background.paint(painter, place, mirrored)
        if row.rule is not None:
            top = 0 if row.rule.at_top else place.height() - 1
            inset = row.rule.left, top, row.rule.right, place.height() - 1 - top
            line = inset_by(place, inset, mirrored)
            painter.fillRect(line, Theme.instance().colour("border"))
        for cell, spot in _placed(row, place, mirrored):
            hot = bool(cell.key) and state.hovered and spot.contains(self._pointer)
            cell.paint(painter, spot, hot)
        if row.ring is not None:
            ring = inset_by(place, row.ring.inset, mirrored)
            painters.paint_row_focus(painter, ring, row.ring.radius)
        painter.restore()

    def _state(
        self, index: Index, *, selected: bool, hovered: bool, mirrored: bool, size: QSize
    ) -> RowState:
        current = self._view.currentIndex() == index
        focused = current and self._view.hasFocus()
        ringed = focused and self._by_key
        return RowState(selected, hovered, current, focused, ringed, mirrored, size)

    # -- what is where -------------------------------------------------------------------------

    def targets(self, index: Index) -> dict[str, QRect]:
        """Return the rectangles of the buttons and links of a row in the viewport, by key."""
        return {cell.key: place for cell, place in self._targets(index)}

    def target_at(self, point: QPoint) -> str:
        """Return the key of the cell at a point of the viewport; "" beside all cells."""
        index = self._view.indexAt(point)
        targets = self._targets(index) if index.isValid() else []
        return next((cell.key for cell, place in targets if place.contains(point)), "")

    def _targets(self, index: Index) -> list[PlacedCell]:
        mirrored, targets = self._is_mirrored(), []
        for cell, spot in _placed(self._row_at(index), self._view.visualRect(index), mirrored):
            if cell.key:
                before, after = cell.reach
                targets.append((cell, inset_by(spot, (-before, 0, -after, 0), mirrored)))
        return targets

    def _row_at(self, index: Index) -> RowContent:
        state = self._state(
            index,
            selected=self._view.selectionModel().isSelected(index),
            hovered=True,
            mirrored=self._is_mirrored(),
            size=self._view.visualRect(index).size(),
        )
        return self._describe(index, state)

    def _is_mirrored(self) -> bool:
        return self._view.layoutDirection() == Qt.LayoutDirection.RightToLeft

    # -- pointer and keyboard ------------------------------------------------------------------

    @property
    def shows_ring(self) -> bool:
        """Return True if the list was used by keyboard last."""
        return self._by_key

    def show_ring(self, on: bool) -> None:
        """Show or hide the focus ring of the current row."""
        if on != self._by_key:
            self._by_key = on
            self._view.viewport().update()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        # Go by the event type, not the sender: a view under destruction cannot be queried.
        kind = event.type()
        if kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            if not event.buttons():
                self._move_pointer(event.position().toPoint())
        elif kind == QEvent.Type.Leave:
            self._pointer = QPoint(-1, -1)
        elif kind == QEvent.Type.MouseButtonPress:
            self.show_ring(False)
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() not in _MODIFIERS:
                self.show_ring(True)
        elif kind == QEvent.Type.FocusIn and isinstance(event, QFocusEvent):
            reason, by_program = event.reason(), Qt.FocusReason.OtherFocusReason
            if came_by_keys(event):
                self.show_ring(True)
            elif reason not in _AS_BEFORE:
                quiet = self._quiet and reason == by_program
                self.show_ring(not quiet and reason != Qt.FocusReason.MouseFocusReason)
        return False

    def _move_pointer(self, point: QPoint) -> None:
        before, self._pointer = self._pointer, point
        index, shape = self._view.indexAt(point), Qt.CursorShape.ArrowCursor
        if index.isValid():
            shape = self._row_at(index).cursor
            for cell, place in self._targets(index):
                if place.contains(point):
                    shape = cell.cursor
                if place.contains(point) != place.contains(before):
                    self._view.update(index)
        viewport = self._view.viewport()
        if viewport.cursor().shape() != shape:
            viewport.setCursor(shape)


def _placed(row: RowContent, place: QRect, mirrored: bool) -> Iterator[PlacedCell]:
    return lay_out_beside(row.cells, inset_by(place, row.margins, mirrored), mirrored)
