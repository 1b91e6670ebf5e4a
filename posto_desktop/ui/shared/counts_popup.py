"""Popup with the characters left on each network."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListView, QVBoxLayout, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.labels import short_number
from posto_desktop.ui.widgets.popup import Popup
from posto_desktop.ui.widgets.row_cells import (
    END,
    Cell,
    CounterRingCell,
    NetworkBadgesCell,
    SpacerCell,
    TextCell,
    text_width,
)
from posto_desktop.ui.widgets.row_delegate import (
    Index,
    RowContent,
    RowDelegate,
    RowFocusRing,
    RowState,
)
from posto_desktop.viewmodels.assessment import CharacterCount

WIDTH = 260
ROW_HEIGHT = 32
MAX_ROWS = 14
PAD = 6
TIGHT = 0.1


def state_of(count: CharacterCount) -> str:
    """Return how full a text is: "plenty", "tight" or "over"."""
    left, limit = count.left or 0, count.limit or 1
    if left < 0:
        return "over"
    return "tight" if left < limit * TIGHT else "plenty"


class CountsPopup(Popup):
    """Lists the counts in the given order; networks in `own` have a text of their own.

    Signal ``chosen(slug)``: by Enter or a click.
    """

    chosen = Signal(str)

    def __init__(
        self, counts: Sequence[CharacterCount], own: Collection[str], parent: QWidget
    ) -> None:
        super().__init__("counters-popup", parent)
        self.setAccessibleName(self.tr("Characters left"))
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        self.list = _CountsView(counts, own, self)
        self.list.clicked.connect(self._choose)
        column.addWidget(self.list)
        self.setFixedSize(self.list.wanted_width() + 2 * PAD, self.list.wanted_height() + 2 * PAD)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            slug = self.list.rows.count(index).slug
            self.close()
            self.chosen.emit(slug)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentIndex())
        else:
            super().keyPressEvent(event)

    def show_at(self, place: QPoint) -> None:
        super().show_at(place)
        self.list.setFocus(Qt.FocusReason.PopupFocusReason)
        self.list.setCurrentIndex(self.list.rows.index(0))


class _CountsModel(QAbstractListModel):
    def __init__(
        self, counts: Sequence[CharacterCount], own: Collection[str], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._counts, self._own = list(counts), own

    def count(self, index: Index) -> CharacterCount:
        return self._counts[index.row()]

    def counts(self) -> list[CharacterCount]:
        return self._counts

    def note(self, count: CharacterCount) -> str:
        return self.tr("own text") if count.slug in self._own else ""

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._counts)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if not index.isValid():
            return None
        count = self.count(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return count.name
        if role != Qt.ItemDataRole.AccessibleTextRole:
            return None
        left, note = count.left or 0, self.note(count)
        words = self.tr("{network}: %Ln character(s) left", "", left)
        if left < 0:
            words = self.tr("{network}: %Ln character(s) too many", "", -left)
        words = words.format(network=count.name)
        return f"{words}, {note}" if note else words


class _CountsView(QListView):
    def __init__(
        self, counts: Sequence[CharacterCount], own: Collection[str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        name_control(self, self.tr("Characters left"), "characters-left")
        self.rows = _CountsModel(counts, own, self)
        self.setModel(self.rows)
        self.setItemDelegate(RowDelegate(self, self._row, _row_size))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)

    def _row(self, index: Index, state: RowState) -> RowContent:
        count = self.rows.count(index)
        fullness = state_of(count)
        colour = "danger_text" if fullness == "over" else "text_muted"
        cells: list[Cell] = [
            NetworkBadgesCell([count.slug]),
            TextCell(count.name, gap=8),
            SpacerCell(),
            TextCell(self.rows.note(count), "caption", "text_muted", gap=12, yields=False),
            CounterRingCell(count.used / (count.limit or 1), fullness, gap=12),
            TextCell(
                short_number(count.left or 0),
                "strong" if fullness == "over" else "body",
                colour,
                END,
                numbers=True,
                fixed=_number_width(),
                gap=6,
            ),
        ]
        ring = RowFocusRing(radius=6) if state.ringed else None
        return RowContent(cells, (10, 0, 10, 0), state.background(radius=6), ring=ring)

    def wanted_width(self) -> int:
        names = [
            text_width(count.name) + text_width(self.rows.note(count), "caption")
            for count in self.rows.counts()
        ]
        around = 10 + 16 + 8 + 12 + 12 + Theme.instance().px("size.counter_ring") + 6 + 10 + 12
        return max(round(WIDTH * Theme.instance().scale), max(names) + around + _number_width())

    def wanted_height(self) -> int:
        return min(MAX_ROWS, self.rows.rowCount()) * _row_height()


def _number_width() -> int:
    return text_width("−9 999", "strong", numbers=True) + 2


def _row_height() -> int:
    return round(ROW_HEIGHT * Theme.instance().scale)


def _row_size(_index: Index) -> QSize:
    return QSize(120, _row_height())
