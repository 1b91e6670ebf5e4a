"""Popup of the slot editor: the time zone of a group of slots, found by a typed city."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListView, QVBoxLayout, QWidget

from posto_desktop.models.zone_words import all_zones, find_zones
from posto_desktop.models.zones import ZonesModel
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.fields import SearchField
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.popup import Popup
from posto_desktop.ui.widgets.row_cells import IconCell, TextCell
from posto_desktop.ui.widgets.row_delegate import (
    Index,
    RowContent,
    RowDelegate,
    RowFocusRing,
    RowState,
)
from posto_desktop.ui.widgets.widget_stack import WidgetStack

WIDTH, HEIGHT = 380, 340


class ZonesView(QListView):
    """The zones that a text means, each with the time there; the chosen one has a tick."""

    def __init__(self, name: str, object_name: str, chosen: str, parent: QWidget) -> None:
        super().__init__(parent)
        name_control(self, name, object_name)
        self._chosen = chosen
        self.rows = ZonesModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(RowDelegate(self, self._row, _size))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)

    def _row(self, index: Index, state: RowState) -> RowContent:
        name = self.rows.zone(index)
        icon = "check" if name == self._chosen else "globe" if name else "monitor"
        words = str(index.data(Qt.ItemDataRole.DisplayRole))
        return RowContent(
            [IconCell(icon, "text_muted", side=18), TextCell(words, "control", gap=10)],
            (8, 0, 10, 0),
            state.background(radius=6),
            ring=RowFocusRing() if state.selected and state.focused else None,
        )

    def choose_row(self, row: int) -> None:
        """Make a row current, or the nearest one."""
        count = self.rows.rowCount()
        if count:
            self.setCurrentIndex(self.rows.index(min(max(0, row), count - 1)))


class ZonePopup(Popup):
    """Type a city, then Enter; the arrow keys choose another one.

    Signal ``chosen(str)``: the name of another zone than before, "" for that of the computer.
    """

    chosen = Signal(str)

    def __init__(self, zone: str, parent: QWidget) -> None:
        super().__init__("slot-zone", parent)
        self.setAccessibleName(self.tr("Time zone"))
        self._before = zone
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(8)
        self.search = SearchField(
            self.tr("Search time zones"), "search-time-zones", self.tr("City or time zone"), self
        )
        self.search.textChanged.connect(self._fill)
        column.addWidget(self.search)
        self.list = ZonesView(self.tr("Time zones"), "time-zones", zone, self)
        self.list.clicked.connect(self._choose)
        nothing = PlainLabel(self.tr("No such city. Try the largest one nearby."), self)
        nothing.setObjectName("no-time-zones")
        nothing.setProperty("role", "muted")
        nothing.setWordWrap(True)
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = WidgetStack(self)
        self._pages.addWidget(self.list)
        self._pages.addWidget(nothing)
        column.addWidget(self._pages, 1)
        self.setFocusProxy(self.search)
        scale = Theme.instance().scale
        self.setFixedSize(round(WIDTH * scale), round(HEIGHT * scale))
        self._fill()

    @Slot()
    def _fill(self) -> None:
        text = self.search.text().strip()
        # The zone of the group, of the computer, then all others.
        offered = [self._before, "", *all_zones()] if not text else find_zones(text)
        self.list.rows.set_names(list(dict.fromkeys(offered)))
        self.list.choose_row(0)
        self._pages.setCurrentIndex(0 if offered else 1)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        name = self.list.rows.zone(index)
        if name is None:
            return
        self.close()
        if name != self._before:
            self.chosen.emit(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, current = event.key(), self.list.currentIndex()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (
            self.search.hasFocus() or self.list.hasFocus()
        ):
            self._choose(current)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.search.hasFocus():
            self.list.choose_row(current.row() + (1 if key == Qt.Key.Key_Down else -1))
        else:
            super().keyPressEvent(event)

    def show_at(self, place: QPoint) -> None:
        super().show_at(place)
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)


def _size(_index: Index) -> QSize:
    return QSize(120, Theme.instance().px("row.settings") - 8)
