"""The popup of the columns: which are shown in which order, what sorts them, how high rows are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

from posto_desktop.models.schedule_columns import KEYS, Columns, Sort
from posto_desktop.models.schedule_rows import COLUMNS, TIME
from posto_desktop.ui.schedule.arranging import column_name
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, IconButton, name_control
from posto_desktop.ui.widgets.choices import CheckBox, Segmented
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.labels import PlainLabel, label
from posto_desktop.ui.widgets.popup import Popup

if TYPE_CHECKING:
    from posto_desktop.ui.schedule.page import SchedulePage

__all__ = ["ColumnsPopup"]


class ColumnsPopup(Popup):
    """Everything in it acts at once. Alt with Up and Down moves the column of the focused row."""

    def __init__(self, page: SchedulePage) -> None:
        super().__init__("columns-popup", page)
        self.setAccessibleName(self.tr("Columns"))
        self._page = page
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 14)
        box.setSpacing(10)
        box.addWidget(label(self.tr("Columns"), "strong"))
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(2)
        self._rows.setVerticalSpacing(2)
        self._rows.setColumnStretch(0, 1)
        self._checks: dict[int, CheckBox] = {}
        self._ups: dict[int, IconButton] = {}
        self._downs: dict[int, IconButton] = {}
        for column in page.arranging.columns.order:
            self._add_row(column)
        box.addLayout(self._rows)
        box.addLayout(self._make_choices())
        self.reset = Button(self.tr("Reset columns"), "quiet", icon="undo-2", small=True)
        name_control(self.reset, self.tr("Reset columns"))
        self.reset.clicked.connect(self._reset)
        foot = QHBoxLayout()
        foot.addWidget(self.reset)
        foot.addStretch(1)
        box.addLayout(foot)
        self._show()

    def _add_row(self, column: int) -> None:
        name = column_name(column)
        check = CheckBox(name, self)
        check.setObjectName(f"show-{KEYS[column]}")
        check.setEnabled(column != TIME)
        if column == TIME:
            check.setToolTip(self.tr("Time is always shown: it holds the ticks"))
        check.clicked.connect(lambda on, one=column: self._tick(one, on))
        check.installEventFilter(self)
        self._checks[column] = check
        for icon, words, key, by, found in (
            ("chevron-up", self.tr("Move {column} up"), "up", -1, self._ups),
            ("chevron-down", self.tr("Move {column} down"), "down", 1, self._downs),
        ):
            button = IconButton(
                icon,
                words.format(column=name),
                size="size.icon_button_small",
                icon_size=14,
                parent=self,
            )
            button.setObjectName(f"move-{KEYS[column]}-{key}")
            button.clicked.connect(lambda _on=False, one=column, way=by: self._move(one, way))
            found[column] = button

    def _make_choices(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        self.sort = ComboBox("sort-by", self)
        for column in range(len(COLUMNS)):
            self.sort.addItem(column_name(column), column)
        self.sort.activated.connect(self._sort)
        words = PlainLabel(self.tr("Sort by"), self)
        words.setProperty("role", "muted")
        words.setBuddy(self.sort)
        self.backwards = CheckBox(self.tr("Other way round"), self)
        self.backwards.setObjectName("sort-backwards")
        self.backwards.clicked.connect(self._sort)
        grid.addWidget(words, 0, 0)
        grid.addWidget(self.sort, 0, 1)
        grid.addWidget(self.backwards, 1, 1)
        rows = PlainLabel(self.tr("Rows"), self)
        rows.setProperty("role", "muted")
        self.density = Segmented(
            self.tr("Row height"),
            [("comfortable", self.tr("Comfortable")), ("compact", self.tr("Compact"))],
            self,
        )
        self.density.changed.connect(self._page.rowHeightWished)
        grid.addWidget(rows, 2, 0)
        grid.addWidget(self.density, 2, 1, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(1, 1)
        return grid

    def show_at(self, place: QPoint) -> None:
        super().show_at(place)
        for column in self._page.arranging.columns.order[1:]:
            self._checks[column].setFocus(Qt.FocusReason.PopupFocusReason)
            break

    def _show(self) -> None:
        columns, sort = self._page.arranging.columns, self._page.table.sorting()
        for at, column in enumerate(columns.order):
            parts = (self._checks[column], self._ups[column], self._downs[column])
            for place, part in enumerate(parts):
                self._rows.addWidget(part, at, place)
            self._checks[column].setChecked(column not in columns.hidden)
            self._ups[column].setEnabled(at > 1)
            self._downs[column].setEnabled(0 < at < len(columns.order) - 1)
        self.sort.setCurrentIndex(sort.column)
        self.backwards.setChecked(sort.backwards)
        theme = Theme.instance()
        usual = round(theme.token("row.table.comfortable") * theme.scale)
        compact = theme.px("row.table.comfortable") < usual
        self.density.set_value("compact" if compact else "comfortable")
        self.reset.setEnabled(columns != Columns())

    def _tick(self, column: int, on: bool) -> None:
        self._page.arranging.show_column(column, on)
        self._show()

    def _move(self, column: int, by: int) -> None:
        arranging = self._page.arranging
        at = arranging.columns.order.index(column)
        arranging.set_columns(arranging.columns.moved(column, at + by))
        self._show()

    @Slot()
    def _sort(self) -> None:
        self._page.table.set_sorting(Sort(self.sort.currentIndex(), self.backwards.isChecked()))
        self._show()

    @Slot()
    def _reset(self) -> None:
        self._page.arranging.reset()
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
            by = steps.get(Qt.Key(event.key()))
            if by is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                for column, check in self._checks.items():
                    if check is watched:
                        self._move(column, by)
                        return True
        return super().eventFilter(watched, event)
