"""Rows of lists: where their cells stand, what is under the pointer, when the ring shows."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QMouseEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QListView

from posto_desktop.ui.widgets.row_cells import (
    ButtonCell,
    Cell,
    CellColumn,
    CellRow,
    IconCell,
    LabelsCell,
    NetworkBadgesCell,
    SpacerCell,
    StatusPillCell,
    TextCell,
    lay_out_beside,
    text_width,
)
from posto_desktop.ui.widgets.row_delegate import (
    Index,
    RowContent,
    RowDelegate,
    RowFocusRing,
    RowState,
)

PLACE = QRect(10, 100, 300, 40)
LONG = "A title that has no room at all beside what follows it, however wide the list is made"


def places(cells: Sequence[Cell], *, mirrored: bool = False) -> list[tuple[int, int]]:
    """Left side and width of each cell that is painted."""
    return [(place.x(), place.width()) for _cell, place in lay_out_beside(cells, PLACE, mirrored)]


def test_cells_stand_beside_each_other_with_their_gaps(theme: Any) -> None:
    cells = [IconCell("x", side=18), TextCell("Short", gap=10), IconCell("y", gap=4)]
    wide = text_width("Short")
    assert places(cells) == [(10, 18), (38, wide), (38 + wide + 4, 16)]


def test_words_leave_the_room_that_what_follows_needs(theme: Any) -> None:
    pill = StatusPillCell("sent", gap=8)
    title, mark = places([TextCell(LONG), pill])
    assert mark[0] + mark[1] <= 310
    assert mark[0] == title[0] + title[1] + 8  # no hole where the dots end early
    [filled, after] = places([TextCell("Short", fills=True), pill])
    assert filled == (10, 300 - 8 - after[1])
    assert after[0] + after[1] == 310


def test_what_does_not_yield_takes_its_width_and_a_share_is_kept(theme: Any) -> None:
    first, last = places([TextCell(LONG, fills=True), TextCell("5 min ago", yields=False)])
    assert last == (310 - text_width("5 min ago"), text_width("5 min ago"))
    assert first[1] > 100
    title, _detail = places([TextCell(LONG, share=0.5), TextCell(LONG, fills=True)])
    assert title[1] <= 150


def test_there_may_be_no_room_at_all(theme: Any) -> None:
    narrow = QRect(0, 0, 20, 40)
    laid_out = list(lay_out_beside([TextCell(LONG), IconCell("x", side=30)], narrow, False))
    assert [place.width() for _cell, place in laid_out] == [0, 30]


def test_cells_over_each_other_stand_in_the_middle(theme: Any) -> None:
    lines = CellColumn(
        [TextCell("One"), CellRow([TextCell("Two"), NetworkBadgesCell(["x", "y"], 16, 18)])],
        [20, 10],
    )
    places = {type(cell).__name__: place for cell, place in lay_out_beside([lines], PLACE, False)}
    assert places["TextCell"].y() == 100 + 5 + 20
    from_top = CellColumn([SpacerCell(), TextCell("One")], [3, 20], from_top=True)
    [_space, (_cell, place)] = lay_out_beside([from_top], PLACE, False)
    assert (place.y(), place.height()) == (103, 20)


def test_words_over_each_other_are_shortened_to_their_room(theme: Any) -> None:
    lines = CellColumn([TextCell(LONG), TextCell("Two")], [20, 20], fixed=120)
    [(first, place), (second, _place)] = lay_out_beside([lines], PLACE, False)
    assert isinstance(first, TextCell)
    assert isinstance(second, TextCell)
    assert first.words.endswith("…")
    assert second.words == "Two"
    assert place.width() <= 120


def test_labels_without_room_are_counted(theme: Any) -> None:
    labels = [f"Quite a long label {number}" for number in range(9)]
    laid_out = list(lay_out_beside([LabelsCell(labels), TextCell("after", gap=6)], PLACE, False))
    shown = [cell.words for cell, _place in laid_out if isinstance(cell, TextCell)]
    count = len(laid_out) - 2
    assert 1 <= count < 9
    assert shown == [f"+{9 - count}", "after"]
    edges = [(place.x(), place.x() + place.width()) for _cell, place in laid_out]
    assert all(end + 6 == left for (_, end), (left, _) in itertools.pairwise(edges))


def test_everything_is_mirrored_where_text_runs_from_right_to_left(theme: Any) -> None:
    cells = [
        IconCell("x", side=18),
        CellRow([NetworkBadgesCell(["x", "y"]), TextCell("Words", gap=5)], gap=10),
    ]
    straight, other = places(cells), places(cells, mirrored=True)
    assert other == [(2 * 10 + 300 - left - width, width) for left, width in straight]


class Rows:
    """A list of two rows with a button and a link; what was described, and how it stood."""

    def __init__(self, qtbot: Any) -> None:
        self.view = QListView()
        self.view.setMouseTracking(True)
        model = QStandardItemModel(self.view)
        for words in ("One", "Two"):
            model.appendRow(QStandardItem(words))
        self.view.setModel(model)
        self.states: dict[str, RowState] = {}
        self.delegate = RowDelegate(self.view, self.describe, lambda _index: QSize(100, 40))
        self.view.setItemDelegate(self.delegate)
        self.view.resize(320, 200)
        qtbot.addWidget(self.view)
        with qtbot.waitExposed(self.view):
            self.view.show()
        self.view.activateWindow()
        qtbot.waitUntil(self.view.isActiveWindow)
        self.view.clearFocus()

    def describe(self, index: Index, state: RowState) -> RowContent:
        self.states[str(index.data())] = state
        hand = Qt.CursorShape.PointingHandCursor
        cells = [
            TextCell(str(index.data()), fills=True),
            ButtonCell("x", "Stop", key="stop", cursor=hand),
            IconCell("ellipsis", key="more", reach=(4, 12), gap=12),
        ]
        return RowContent(cells, (10, 0, 20, 0), ring=RowFocusRing() if state.ringed else None)

    def index(self, row: int) -> Any:
        return self.view.model().index(row, 0)

    def is_ringed(self) -> bool:
        self.states.clear()
        self.view.viewport().repaint()
        return any(state.ringed for state in self.states.values())

    def point(self, place: QPoint) -> None:
        kind, none = QEvent.Type.MouseMove, Qt.MouseButton.NoButton
        viewport = self.view.viewport()
        global_pos = QPointF(viewport.mapToGlobal(place))
        event = QMouseEvent(kind, QPointF(place), global_pos, none, none, Qt.KeyboardModifier(0))
        QApplication.sendEvent(viewport, event)


@pytest.fixture
def rows(qtbot: Any, theme: Any) -> Rows:
    return Rows(qtbot)


@pytest.mark.parametrize("way", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_the_delegate_finds_what_is_under_the_pointer(rows: Rows, way: Qt.LayoutDirection) -> None:
    rows.view.setLayoutDirection(way)
    row = rows.view.visualRect(rows.index(1))
    targets = rows.delegate.targets(rows.index(1))
    assert set(targets) == {"stop", "more"}
    for key, place in targets.items():
        assert row.contains(place)
        assert rows.delegate.target_at(place.center()) == key
    more = targets["more"]
    assert (more.width(), more.height()) == (16 + 4 + 12, 40)
    at_end = row.right() - more.right() if way.name == "LeftToRight" else more.left() - row.left()
    assert at_end == 20 - 12
    assert rows.delegate.target_at(row.center()) == ""
    assert rows.delegate.target_at(QPoint(5, 190)) == ""


def test_the_cursor_says_what_can_be_pressed(rows: Rows) -> None:
    stop = rows.delegate.targets(rows.index(0))["stop"]
    rows.point(stop.center())
    assert rows.view.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor
    rows.point(QPoint(20, stop.center().y()))
    assert rows.view.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor


def test_the_ring_shows_while_the_keyboard_is_used(rows: Rows, qtbot: Any) -> None:
    rows.view.setCurrentIndex(rows.index(0))
    rows.view.setFocus(Qt.FocusReason.TabFocusReason)
    assert rows.is_ringed()
    viewport = rows.view.viewport()
    place = rows.view.visualRect(rows.index(1)).center()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(20, place.y()))
    assert not rows.is_ringed()
    qtbot.keyPress(rows.view, Qt.Key.Key_Control)  # with a click it selects more rows
    assert not rows.is_ringed()
    qtbot.keyClick(rows.view, Qt.Key.Key_Up)
    assert rows.is_ringed()
    rows.view.clearFocus()
    assert not rows.is_ringed()
    rows.view.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not rows.is_ringed()
