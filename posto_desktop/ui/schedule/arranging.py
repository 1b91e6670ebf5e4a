"""Which columns of the schedule are shown how, and what it is sorted by: chosen and kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint, Qt, QTimer, Slot

from posto_desktop.common import json_text
from posto_desktop.models.schedule_columns import Columns, Sort
from posto_desktop.models.schedule_rows import COLUMNS, TIME
from posto_desktop.ui.schedule.part import Part

if TYPE_CHECKING:
    from posto_desktop.ui.schedule.columns_popup import ColumnsPopup
    from posto_desktop.ui.schedule.page import SchedulePage
    from posto_desktop.ui.widgets.menu import Menu

__all__ = ["Arranging", "column_name"]

KEEP_MS = 500
"""A line that is dragged is not written down at each pixel."""


def column_name(column: int) -> str:
    """What stands at the head of a column."""
    return QCoreApplication.translate("SchedulesModel", str(COLUMNS[column]))


class Arranging(Part):
    """Between the head of the table, the popup of the columns, and what is remembered."""

    def __init__(self, page: SchedulePage) -> None:
        super().__init__(page)
        self.columns = Columns()
        head = page.table.head
        head.widthWished.connect(self._size)
        head.widthForgotten.connect(self._forget_size)
        head.orderWished.connect(self._order)
        head.menuRequested.connect(self.show_menu)
        page.table.sortingChanged.connect(self._sorted)
        page.tools.columns.clicked.connect(self.show_columns)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(KEEP_MS)
        self._later.timeout.connect(self._keep_columns)

    def set_kept(self, columns: str, sort: str) -> None:
        """Take what was remembered, as `SchedulePage.keepRequested` told it."""
        try:
            found = json_text.loads(columns or "null")
        except ValueError:
            found = None
        self._show(Columns.from_json(found))
        self.page.table.set_sorting(Sort.from_text(sort))

    # --- columns ----------------------------------------------------------------------------------

    def set_columns(self, columns: Columns) -> None:
        """Show these, and remember them."""
        if columns != self.columns:
            self._show(columns)
            self._later.start()

    def _show(self, columns: Columns) -> None:
        self.columns = columns
        self.page.table.set_columns(columns)
        self.page.viewing.follow()

    @Slot()
    def _keep_columns(self) -> None:
        usual = self.columns == Columns()
        text = "" if usual else json.dumps(self.columns.to_json())
        self.page.keepRequested.emit("columns", text)

    def settle(self) -> None:
        """Remember at once what would be in a moment."""
        if self._later.isActive():
            self._later.stop()
            self._keep_columns()

    @Slot()
    def reset(self) -> None:
        """All columns, in their order, as wide as they are by themselves."""
        self.set_columns(Columns())

    @Slot(int, int)
    def _size(self, column: int, width: int) -> None:
        self.set_columns(self.columns.with_width(column, width))

    @Slot(int)
    def _forget_size(self, column: int) -> None:
        self.set_columns(self.columns.with_width(column, None))

    @Slot(object)
    def _order(self, order: Sequence[int]) -> None:
        columns = self.columns
        for place, column in enumerate(order):
            columns = columns.moved(column, place)
        self.set_columns(columns)

    def move(self, column: int, by: int) -> None:
        """Move a column by places among those that are shown."""
        shown = self.columns.shown()
        to = shown.index(column) + by if column in shown else -1
        if 1 <= to < len(shown):
            self.set_columns(self.columns.moved(column, self.columns.order.index(shown[to])))

    def show_column(self, column: int, on: bool) -> None:
        self.set_columns(self.columns.with_shown(column, on))

    # --- order ------------------------------------------------------------------------------------

    @Slot(object)
    def _sorted(self, sort: Sort) -> None:
        self.page.keepRequested.emit("sort", "" if sort == Sort() else sort.to_text())
        self.page.viewing.follow()

    # --- asking -----------------------------------------------------------------------------------

    @Slot()
    def show_columns(self) -> None:
        """Open the popup with everything that can be chosen about columns."""
        button = self.page.tools.columns
        popup = self.make_popup()
        popup.adjustSize()
        place = button.mapToGlobal(button.rect().bottomRight())
        popup.show_at(place - QPoint(popup.width() - 1, -4))

    def make_popup(self) -> ColumnsPopup:
        from posto_desktop.ui.schedule.columns_popup import ColumnsPopup

        return ColumnsPopup(self.page)

    @Slot(QPoint, int)
    def show_menu(self, place: QPoint, column: int) -> None:
        """Open the menu of a column's head at a place of the screen."""
        self.make_menu(column).popup(place)

    def make_menu(self, column: int) -> Menu:
        """What can be done with a column; it deletes itself on close."""
        from posto_desktop.ui.widgets.menu import Menu

        menu = Menu(self.page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        table, now = self.page.table, self.page.table.sorting()
        if column >= 0:
            for backwards, words in ((False, self._upwards(column)), (True, self._down(column))):
                sort = Sort(column, backwards)
                entry = menu.add(words, slot=lambda _on=False, one=sort: table.set_sorting(one))
                entry.setCheckable(True)
                entry.setChecked(now == sort)
            menu.addSeparator()
        if column > TIME:
            name, shown = column_name(column), self.columns.shown()
            at = shown.index(column)
            menu.add(
                self.tr("Move {column} left").format(column=name),
                "chevron-left",
                lambda: self.move(column, -1),
            ).setEnabled(at > 1)
            menu.add(
                self.tr("Move {column} right").format(column=name),
                "chevron-right",
                lambda: self.move(column, 1),
            ).setEnabled(at + 1 < len(shown))
            hide = self.tr("Hide {column}").format(column=name)
            menu.add(hide, "x", lambda: self.show_column(column, False))
            menu.addSeparator()
        for one in self.columns.order:
            entry = menu.add(column_name(one))
            entry.setCheckable(True)
            entry.setChecked(one not in self.columns.hidden)
            entry.setEnabled(one != TIME)
            entry.triggered.connect(lambda on, which=one: self.show_column(which, on))
        menu.addSeparator()
        menu.add(self.tr("Columns and rows…"), "sliders-horizontal", self.show_columns)
        menu.add(self.tr("Reset columns"), "undo-2", self.reset).setEnabled(
            self.columns != Columns()
        )
        return menu

    def _upwards(self, column: int) -> str:
        return self.tr("Earliest first") if column == TIME else self.tr("Sort upwards")

    def _down(self, column: int) -> str:
        return self.tr("Latest first") if column == TIME else self.tr("Sort downwards")
