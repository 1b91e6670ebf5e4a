"""Rows of the lists of a team: people, channels with their groups, entries of the audit log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

__all__ = ["TeamRowsModel"]

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
T = TypeVar("T")


class TeamRowsModel(QAbstractListModel, Generic[T]):
    """Plain rows with an `id`; `spoken` returns what assistive software says of one."""

    def __init__(
        self, spoken: Callable[[T], str], tip: Callable[[T], str], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._rows: tuple[T, ...] = ()
        self._spoken, self._tip = spoken, tip

    @property
    def rows(self) -> tuple[T, ...]:
        return self._rows

    def row(self, number: int) -> T | None:
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def set_rows(self, rows: Sequence[T]) -> None:
        """Show these rows. The same ones in the same order keep their places."""
        if [_id(row) for row in rows] == [_id(row) for row in self._rows]:
            self._rows = tuple(rows)
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
        elif self._rows and [_id(row) for row in rows[: len(self._rows)]] == [
            _id(row) for row in self._rows
        ]:
            self.beginInsertRows(_ROOT, len(self._rows), len(rows) - 1)
            self._rows = tuple(rows)
            self.endInsertRows()
        else:
            self.beginResetModel()
            self._rows = tuple(rows)
            self.endResetModel()

    def place_of(self, row_id: int) -> int:
        """Return the place of a row, -1 without it."""
        return next((at for at, row in enumerate(self._rows) if _id(row) == row_id), -1)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row(index.row())
        if row is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._spoken(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row)
        return None


def _id(row: Any) -> int:  # noqa: ANN401 - any of the rows
    return int(row.id)
