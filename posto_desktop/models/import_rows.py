"""The rows of an import: a mark and a number, then the columns of the file.

Rows are plain `core.importing.row_check.CheckedRow` records. Cells can be written into; the model
keeps nothing of that, it says `edited` and is given the rows anew once they have been checked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage

from posto_desktop.core.importing.columns import Field
from posto_desktop.core.importing.row_check import LONGEST_TEXT, CheckedRow, RowProblem
from posto_desktop.core.importing.table import Cell, shown
from posto_desktop.core.limits import network_name

Index = QModelIndex | QPersistentModelIndex

MARK = 0
"""The first column; the columns of the file follow."""

CheckedRole = int(Qt.ItemDataRole.UserRole) + 1

_SHOWN = 300
_TIMES = ("when", "date", "time")
_TIP = 1_500


class ImportRowsModel(QAbstractTableModel):
    """All rows, or only those with problems.

    Signals:
        edited(int, int, str): the user wrote into a cell: row number, column of the file, text.
    """

    edited = Signal(int, int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[CheckedRow] = []
        self._rows: list[CheckedRow] = []
        self._names: tuple[str, ...] = ()
        self._fields: tuple[Field, ...] = ()
        self._only_problems = False
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
        """How to find the network of a channel, the picture of a file (None: not yet), and the
        words for a time."""
        self._network, self._picture, self._time = network, picture, time

    def set_columns(self, names: Sequence[str], fields: Sequence[Field]) -> None:
        """What the columns are called, and what they are imported as."""
        if len(names) != len(self._names):
            self.beginResetModel()
            self._all, self._rows = [], []
            self._names, self._fields = tuple(names), tuple(fields)
            self.endResetModel()
        else:
            self._names, self._fields = tuple(names), tuple(fields)
            self._all_changed()

    def set_rows(self, found: Sequence[CheckedRow]) -> None:
        """The rows as they were checked. The same rows keep their place and selection."""
        before = [one.row.number for one in self._rows]
        self._all = list(found)
        shown_now = self._wanted()
        if [one.row.number for one in shown_now] == before:
            self._rows = shown_now
            self._all_changed()
        else:
            self.beginResetModel()
            self._rows = shown_now
            self.endResetModel()

    def set_only_problems(self, on: bool) -> None:
        """Show only rows with something wrong, and those that were left out."""
        if on != self._only_problems:
            self.beginResetModel()
            self._only_problems = on
            self._rows = self._wanted()
            self.endResetModel()

    def _wanted(self) -> list[CheckedRow]:
        if not self._only_problems:
            return self._all
        return [one for one in self._all if one.level != "ready"]

    def _all_changed(self) -> None:
        if self._rows:
            last = self.index(len(self._rows) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def pictures_changed(self) -> None:
        """A picture that was asked for is there."""
        self._all_changed()

    # -- reading ---------------------------------------------------------------------------------

    @property
    def total(self) -> int:
        """How many rows there are, whether they are shown or not."""
        return len(self._all)

    def row_at(self, row: int) -> CheckedRow | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def place_of(self, number: int) -> int:
        """Where the row of this number is shown; -1 when it is not."""
        return next((at for at, one in enumerate(self._rows) if one.row.number == number), -1)

    def rows_with_words(self) -> list[bool]:
        """For each row whether something is said under it."""
        return [one.left_out or bool(one.problems) for one in self._rows]

    def field_of(self, section: int) -> Field:
        """What a column of the model is imported as."""
        at = section - 1
        return self._fields[at] if 0 <= at < len(self._fields) else ""

    def networks_of(self, checked: CheckedRow) -> list[str]:
        """The slugs of the networks that a row names."""
        return list(dict.fromkeys(filter(None, map(self._network, checked.channel_ids or ()))))

    def picture_of(self, path: str) -> QImage | None:
        return self._picture(path)

    def problem_in(self, checked: CheckedRow, section: int) -> RowProblem | None:
        """What is wrong with a cell."""
        return next((one for one in checked.problems if one.column == section - 1), None)

    def cell(self, checked: CheckedRow, section: int) -> str:
        """A cell in one line, as far as it is shown."""
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
        # A text of megabytes would keep the window waiting, and nobody would read it here.
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
        """What a column is called, or its number where the file has no names."""
        if section == MARK:
            return _tr("Row")
        at = section - 1
        name = self._names[at] if 0 <= at < len(self._names) else ""
        return name or _tr("Column {number}").format(number=section)

    def sentence(self, checked: CheckedRow) -> str:
        """What is said under a row; "" when nothing is."""
        if checked.left_out:
            return _tr("Left out")
        return "; ".join(dict.fromkeys(one.sentence for one in self._by_weight(checked)))

    def accessible_text(self, checked: CheckedRow) -> str:
        """A row as it is spoken."""
        levels = {
            "ready": _tr("ready"),
            "warning": _tr("comes without something"),
            "error": _tr("cannot be imported"),
            "left_out": _tr("left out"),
        }
        parts = [
            _tr("Row {number}").format(number=checked.row.number),
            levels[checked.level],
            "" if checked.left_out else self.sentence(checked),
            checked.text[:100],
            *map(network_name, self.networks_of(checked)),
        ]
        return ", ".join(part for part in parts if part)

    def _by_weight(self, checked: CheckedRow) -> list[RowProblem]:
        return sorted(checked.problems, key=lambda one: one.level != "error")

    def _tip(self, checked: CheckedRow, section: int) -> str:
        problem = self.problem_in(checked, section)
        text = shown(self._cell(checked, section))
        if len(text) > _TIP:
            text = text[:_TIP] + "…"
        said = problem.sentence if problem is not None else ""
        if not said and checked.when is not None and self.field_of(section) in _TIMES:
            said = self._time(checked.when)  # how it was understood
        if section == MARK or not text:
            said = self.sentence(checked)
        return "\n".join(part for part in (text if section != MARK else "", said) if part)


def _no_network(_channel_id: int) -> str:
    return ""


def _no_picture(_path: str) -> QImage | None:
    return None


def _tr(text: str) -> str:
    return QCoreApplication.translate("ImportRowsModel", text)
