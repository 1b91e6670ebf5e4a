"""Column menus of the schedule table: the context menu of a header, and the popup of the Columns
button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.models.schedule_columns import KEYS, ScheduleColumns, Sort
from posto_desktop.models.schedule_rows import COLUMNS, TIME
from posto_desktop.ui.schedule.header import ScheduleHeader
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, IconButton
from posto_desktop.ui.widgets.choices import CheckBox, SegmentedControl
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.labels import PlainLabel, label
from posto_desktop.ui.widgets.popup import Popup
from posto_desktop.viewmodels.schedule_view import ScheduleViewState

if TYPE_CHECKING:
    from posto_desktop.ui.widgets.menu import Menu

__all__ = ["ColumnMenus", "ColumnsPopup", "column_name", "group_words"]


def column_name(column: int) -> str:
    """Return the title of a column's header."""
    return QCoreApplication.translate("SchedulesModel", str(COLUMNS[column]))


def group_words() -> str:
    """Return the words of the switch for grouping."""
    return QCoreApplication.translate("ColumnMenus", "Group posts of a message")


class ColumnMenus(QObject):
    """Opens the header's context menu and the columns popup.

    Signal `rowHeightRequested(str)`: "comfortable" or "compact"."""

    rowHeightRequested = Signal(str)

    def __init__(
        self, head: ScheduleHeader, button: IconButton, state: ScheduleViewState, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._button, self._state, self._parent = button, state, parent
        head.widthRequested.connect(state.set_column_width)
        head.widthResetRequested.connect(state.forget_column_width)
        head.orderRequested.connect(state.order_columns)
        head.sectionClicked.connect(state.sort_by)
        head.menuRequested.connect(self.show_menu)
        button.clicked.connect(self.show_columns)

    @Slot()
    def show_columns(self) -> None:
        """Open the popup with all columns, sort orders and row heights."""
        button = self._button
        popup = self.make_popup()
        popup.adjustSize()
        place = button.mapToGlobal(button.rect().bottomRight())
        popup.show_at(place - QPoint(popup.width() - 1, -4))

    def make_popup(self) -> ColumnsPopup:
        popup = ColumnsPopup(self._state, self._parent)
        popup.density.changed.connect(self.rowHeightRequested)
        return popup

    @Slot(QPoint, int)
    def show_menu(self, place: QPoint, column: int) -> None:
        """Open the context menu of a column's header at a global position."""
        self.make_menu(column).popup(place)

    def make_menu(self, column: int) -> Menu:
        """Return the context menu of a column. It deletes itself on close."""
        from posto_desktop.ui.widgets.menu import Menu

        menu = Menu(self._parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        state, columns = self._state, self._state.view.columns
        if column >= 0:
            for backwards, words in (
                (False, self._ascending_text(column)),
                (True, self._descending_text(column)),
            ):
                sort = Sort(column, backwards)
                entry = menu.add(words, slot=lambda _on=False, sort=sort: state.edit(sort=sort))
                entry.setCheckable(True)
                entry.setChecked(state.view.sort == sort)
            menu.addSeparator()
        if column > TIME:
            name, shown = column_name(column), columns.shown()
            at = shown.index(column)
            menu.add(
                self.tr("Move {column} left").format(column=name),
                "chevron-left",
                lambda: state.move_column(column, -1),
            ).setEnabled(at > 1)
            menu.add(
                self.tr("Move {column} right").format(column=name),
                "chevron-right",
                lambda: state.move_column(column, 1),
            ).setEnabled(at + 1 < len(shown))
            hide = self.tr("Hide {column}").format(column=name)
            menu.add(hide, "x", lambda: state.show_column(column, False))
            menu.addSeparator()
        grouped = menu.add(group_words())
        grouped.setCheckable(True)
        grouped.setChecked(state.view.grouped)
        grouped.triggered.connect(state.group)
        menu.addSeparator()
        for listed in columns.order:
            entry = menu.add(column_name(listed))
            entry.setCheckable(True)
            entry.setChecked(listed not in columns.hidden)
            entry.setEnabled(listed != TIME)
            entry.triggered.connect(lambda on, listed=listed: state.show_column(listed, on))
        menu.addSeparator()
        menu.add(self.tr("Columns and rows…"), "sliders-horizontal", self.show_columns)
        menu.add(self.tr("Reset columns"), "undo-2", state.reset_columns).setEnabled(
            columns != ScheduleColumns()
        )
        return menu

    def _ascending_text(self, column: int) -> str:
        return self.tr("Earliest first") if column == TIME else self.tr("Sort ascending")

    def _descending_text(self, column: int) -> str:
        return self.tr("Latest first") if column == TIME else self.tr("Sort descending")


class ColumnsPopup(Popup):
    """Popup with all column options. Changes apply at once; Alt+Up and Alt+Down move the column of
    the focused row."""

    def __init__(self, state: ScheduleViewState, parent: QWidget) -> None:
        super().__init__("columns-popup", parent)
        self.setAccessibleName(self.tr("Columns"))
        self._state = state
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
        for column in state.view.columns.order:
            self._add_row(column)
        box.addLayout(self._rows)
        box.addLayout(self._make_choices())
        self.reset = Button(self.tr("Reset columns"), "quiet", icon="undo-2", small=True)
        self.reset.setObjectName("reset-columns")
        self.reset.clicked.connect(self._reset)
        foot = QHBoxLayout()
        foot.addWidget(self.reset)
        foot.addStretch(1)
        box.addLayout(foot)
        self._update_widgets()

    def _add_row(self, column: int) -> None:
        name = column_name(column)
        check = CheckBox(name, self)
        check.setObjectName(f"show-{KEYS[column]}")
        check.setEnabled(column != TIME)
        if column == TIME:
            check.setToolTip(self.tr("Time cannot be hidden: it contains the checkboxes"))
        check.clicked.connect(lambda on, column=column: self._tick(column, on))
        check.installEventFilter(self)
        self._checks[column] = check
        for icon, words, key, by, buttons in (
            ("chevron-up", self.tr("Move {column} up"), "up", -1, self._ups),
            ("chevron-down", self.tr("Move {column} down"), "down", 1, self._downs),
        ):
            button = IconButton(
                icon,
                words.format(column=name),
                f"move-{KEYS[column]}-{key}",
                size="size.icon_button_small",
                icon_size=14,
                parent=self,
            )
            button.clicked.connect(lambda _on=False, column=column, by=by: self._move(column, by))
            buttons[column] = button

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
        self.backwards = CheckBox(self.tr("Reverse order"), self)
        self.backwards.setObjectName("sort-backwards")
        self.backwards.clicked.connect(self._sort)
        grid.addWidget(words, 0, 0)
        grid.addWidget(self.sort, 0, 1)
        grid.addWidget(self.backwards, 1, 1)
        rows = PlainLabel(self.tr("Rows"), self)
        rows.setProperty("role", "muted")
        self.density = SegmentedControl(
            self.tr("Row height"),
            "row-height",
            [("comfortable", self.tr("Comfortable")), ("compact", self.tr("Compact"))],
            self,
        )
        grid.addWidget(rows, 2, 0)
        grid.addWidget(self.density, 2, 1, Qt.AlignmentFlag.AlignLeft)
        self.grouped = CheckBox(group_words(), self)
        self.grouped.setObjectName("group-posts")
        self.grouped.clicked.connect(self._state.group)
        grid.addWidget(self.grouped, 3, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def show_at(self, place: QPoint) -> None:
        super().show_at(place)
        for column in self._state.view.columns.order[1:]:
            self._checks[column].setFocus(Qt.FocusReason.PopupFocusReason)
            break

    def _update_widgets(self) -> None:
        columns, sort = self._state.view.columns, self._state.view.sort
        for at, column in enumerate(columns.order):
            parts = (self._checks[column], self._ups[column], self._downs[column])
            for place, part in enumerate(parts):
                self._rows.addWidget(part, at, place)
            self._checks[column].setChecked(column not in columns.hidden)
            self._ups[column].setEnabled(at > 1)
            self._downs[column].setEnabled(0 < at < len(columns.order) - 1)
        self.sort.setCurrentIndex(sort.column)
        self.backwards.setChecked(sort.backwards)
        self.grouped.setChecked(self._state.view.grouped)
        theme = Theme.instance()
        usual = round(theme.token("row.table.comfortable") * theme.scale)
        compact = theme.px("row.table.comfortable") < usual
        self.density.set_value("compact" if compact else "comfortable")
        self.reset.setEnabled(columns != ScheduleColumns())

    def _tick(self, column: int, on: bool) -> None:
        self._state.show_column(column, on)
        self._update_widgets()

    def _move(self, column: int, by: int) -> None:
        columns = self._state.view.columns
        self._state.edit(columns=columns.moved(column, columns.order.index(column) + by))
        self._update_widgets()

    @Slot()
    def _sort(self) -> None:
        self._state.edit(sort=Sort(self.sort.currentIndex(), self.backwards.isChecked()))
        self._update_widgets()

    @Slot()
    def _reset(self) -> None:
        self._state.reset_columns()
        self._update_widgets()

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
