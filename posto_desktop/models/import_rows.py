"""Table model of an import: status and number, then the columns of the file.

Rows are plain `core.importing.row_check.CheckedRow` records. Editing a cell changes nothing here:
the model emits `edited` and receives the rows again after the check.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage

from posto_desktop.common.translation import translate
from posto_desktop.core.importing.columns import Field
from posto_desktop.core.importing.messages import common_warnings, only_warning
from posto_desktop.core.importing.row_check import LONGEST_TEXT, CheckedRow, RowProblem
from posto_desktop.core.importing.table import Cell, shown
from posto_desktop.core.limits import network_name

Index = QModelIndex | QPersistentModelIndex

MARK = 0
"""First column; the columns of the file follow."""

CheckedRole = int(Qt.ItemDataRole.UserRole) + 1

_SHOWN = 300
_TIMES = ("when", "date", "time")
_TIP = 1_500


class ImportRowsModel(QAbstractTableModel):
    """All rows, or only those with problems.

    Signals:
        edited(int, int, str): the user edited a cell: row number, file column, text.
    """

    edited = Signal(int, int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[CheckedRow] = []
        self._rows: list[CheckedRow] = []
        self._names: tuple[str, ...] = ()
        self._fields: tuple[Field, ...] = ()
        self._only_problems = False
        self._common: dict[str, list[CheckedRow]] = {}
        self._network: Callable[[int], str] = _no_network
        self._picture: Callable[[str], QImage | None] = _no_picture
        self._time: Callable[[datetime], str] = datetime.isoformat

    # -- filling ---------------------------------------------------------------------------------

    def set_lookups(
        self,
        network: Callable[[int], str],
        picture: Callable[[str], QImage | None],
        time: Callable[[datetime], str],
    ) -> None:
        """Set functions that return a channel's network, a file's picture (None: not yet), and a
        time's text."""
        self._network, self._picture, self._time = network, picture, time

    def set_columns(self, names: Sequence[str], fields: Sequence[Field]) -> None:
        """Set the names of the columns and the fields that they import."""
        if len(names) != len(self._names):
            self.beginResetModel()
            self._all, self._rows = [], []
            self._names, self._fields = tuple(names), tuple(fields)
            self.endResetModel()
        else:
            self._names, self._fields = tuple(names), tuple(fields)
            self._all_changed()

    def set_rows(self, checked_rows: Sequence[CheckedRow]) -> None:
        """Set the checked rows. Unchanged numbers keep position and selection."""
        before = [checked.row.number for checked in self._rows]
        self._all = list(checked_rows)
        self._common = common_warnings(self._all)
        shown_now = self._visible_rows()
        if [checked.row.number for checked in shown_now] == before:
            self._rows = shown_now
            self._all_changed()
        else:
            self.beginResetModel()
            self._rows = shown_now
            self.endResetModel()

    def set_only_problems(self, on: bool) -> None:
        """Show only rows with problems and excluded ones."""
        if on != self._only_problems:
            self.beginResetModel()
            self._only_problems = on
            self._rows = self._visible_rows()
            self.endResetModel()

    def _visible_rows(self) -> list[CheckedRow]:
        if not self._only_problems:
            return self._all
        return [checked for checked in self._all if checked.level != "ready"]

    def _all_changed(self) -> None:
        if self._rows:
            last = self.index(len(self._rows) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def pictures_changed(self) -> None:
        """Repaint after a requested picture was decoded."""
        self._all_changed()

    # -- reading ---------------------------------------------------------------------------------

    @property
    def total(self) -> int:
        """Return the number of rows, including hidden ones."""
        return len(self._all)

    def row_at(self, row: int) -> CheckedRow | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def place_of(self, number: int) -> int:
        """Return the model row of a row number; -1 if hidden."""
        return next(
            (at for at, checked in enumerate(self._rows) if checked.row.number == number), -1
        )

    def rows_with_words(self) -> list[bool]:
        """Return for each row whether it has a note below."""
        return [self.has_words(checked) for checked in self._rows]

    @property
    def common(self) -> dict[str, list[CheckedRow]]:
        """Return the rows whose warning is shown once for all of them, by its code."""
        return self._common

    def has_words(self, checked: CheckedRow) -> bool:
        """Return whether a row has a note below. What many rows have stands above them."""
        if checked.left_out:
            return True
        return bool(checked.problems) and only_warning(checked) not in self._common

    def field_of(self, section: int) -> Field:
        """Return the field that a column imports."""
        at = section - 1
        return self._fields[at] if 0 <= at < len(self._fields) else ""

    def networks_of(self, checked: CheckedRow) -> list[str]:
        """Return the slugs of the networks named in a row."""
        return list(dict.fromkeys(filter(None, map(self._network, checked.channel_ids or ()))))

    def picture_of(self, path: str) -> QImage | None:
        return self._picture(path)

    def problem_in(self, checked: CheckedRow, section: int) -> RowProblem | None:
        """Return the problems of a cell."""
        return next(
            (problem for problem in checked.problems if problem.column == section - 1), None
        )

    def cell(self, checked: CheckedRow, section: int) -> str:
        """Return the visible beginning of a cell in one line."""
        value = self._cell(checked, section)
        return " ".join(shown(value)[: _SHOWN * 2].split())[:_SHOWN]

    def _cell(self, checked: CheckedRow, section: int) -> Cell:
        at = section - 1
        return checked.row.cells[at] if 0 <= at < len(checked.row.cells) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._names) + 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        checked = self.row_at(index.row()) if index.isValid() else None
        if checked is None or index.column() == MARK:
            return flags
        # Limited, because a text of megabytes would block the window.
        if len(shown(self._cell(checked, index.column()))) <= LONGEST_TEXT:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        checked = self.row_at(index.row()) if index.isValid() else None
        if checked is None:
            return None
        section = index.column()
        if role == CheckedRole:
            return checked
        if role == Qt.ItemDataRole.DisplayRole:
            return str(checked.row.number) if section == MARK else self.cell(checked, section)
        if role == Qt.ItemDataRole.EditRole:
            return shown(self._cell(checked, section))
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(checked, section)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            if section == MARK:
                return self.accessible_text(checked)
            return f"{self.column_name(section)}: {self.cell(checked, section)}"
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        checked = self.row_at(index.row()) if index.isValid() else None
        if checked is None or role != Qt.ItemDataRole.EditRole or index.column() == MARK:
            return False
        if str(value) != shown(self._cell(checked, index.column())):
            self.edited.emit(checked.row.number, index.column() - 1, str(value))
        return True

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.column_name(section)
        return None

    def column_name(self, section: int) -> str:
        """Return the name of a column, or its number if the file has no names."""
        if section == MARK:
            return translate("ImportRowsModel", "Row")
        at = section - 1
        name = self._names[at] if 0 <= at < len(self._names) else ""
        return name or translate("ImportRowsModel", "Column {number}").format(number=section)

    def sentence(self, checked: CheckedRow) -> str:
        """Return the note below a row; "" for none."""
        if checked.left_out:
            return translate("ImportRowsModel", "Left out")
        return "; ".join(dict.fromkeys(problem.sentence for problem in self._by_weight(checked)))

    def accessible_text(self, checked: CheckedRow) -> str:
        """Return a row for screen readers."""
        levels = {
            "ready": translate("ImportRowsModel", "ready"),
            "warning": translate("ImportRowsModel", "has warnings"),
            "error": translate("ImportRowsModel", "cannot be imported"),
            "left_out": translate("ImportRowsModel", "left out"),
        }
        parts = [
            translate("ImportRowsModel", "Row {number}").format(number=checked.row.number),
            levels[checked.level],
            "" if checked.left_out else self.sentence(checked),
            checked.text[:100],
            *map(network_name, self.networks_of(checked)),
        ]
        return ", ".join(part for part in parts if part)

    def _by_weight(self, checked: CheckedRow) -> list[RowProblem]:
        return sorted(checked.problems, key=lambda problem: problem.level != "error")

    def _tip(self, checked: CheckedRow, section: int) -> str:
        problem = self.problem_in(checked, section)
        text = shown(self._cell(checked, section))
        if len(text) > _TIP:
            text = text[:_TIP] + "…"
        sentence = problem.sentence if problem is not None else ""
        if not sentence and checked.when is not None and self.field_of(section) in _TIMES:
            sentence = self._time(checked.when)  # the value as understood
        if section == MARK or not text:
            sentence = self.sentence(checked)
        return "\n".join(part for part in (text if section != MARK else "", sentence) if part)


def _no_network(_channel_id: int) -> str:
    return ""


def _no_picture(_path: str) -> QImage | None:
    return None
