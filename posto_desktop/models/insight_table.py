"""Table of insights for a view: sorts by its columns, missing values last."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from posto_desktop.core.insights.plots import TableData, TableLine

__all__ = ["InsightTableModel"]

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class InsightTableModel(QAbstractTableModel):
    """Rows of a `TableData`."""

    def __init__(self, data: TableData, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data, self._lines = data, list(data.lines)

    def set_data(self, data: TableData) -> None:
        self.beginResetModel()
        self._data, self._lines = data, list(data.lines)
        self.endResetModel()

    def wide_columns(self) -> list[int]:
        """Return the columns that share what room the others leave: the first and other texts."""
        values = self._data.lines[0].values if self._data.lines else ()
        texts = [n for n, value in enumerate(values) if n and isinstance(value, str)]
        return [0, *texts] if self._data.columns else []

    def line(self, row: int) -> TableLine | None:
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._data.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        text = self._lines[index.row()].texts[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._data.columns[index.column()].title}: {text}" if text else ""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation == Qt.Orientation.Vertical or section >= len(self._data.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._data.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def _alignment(self, column: int) -> int:
        side = Qt.AlignmentFlag.AlignLeft
        if self._data.columns[column].is_number:
            side = Qt.AlignmentFlag.AlignRight
        return int((side | Qt.AlignmentFlag.AlignVCenter).value)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if not 0 <= column < self.columnCount():
            return
        self.layoutAboutToBeChanged.emit()
        before = [(old, self._lines[old.row()].key) for old in self.persistentIndexList()]
        missing = [line for line in self._lines if line.values[column] is None]
        known = [line for line in self._lines if line.values[column] is not None]
        # The values of a column are all numbers or all texts.
        known.sort(
            key=lambda line: line.values[column],  # type: ignore[arg-type, return-value]
            reverse=order == Qt.SortOrder.DescendingOrder,
        )
        self._lines = [*known, *missing]
        places = {line.key: row for row, line in enumerate(self._lines)}
        for old, key in before:
            self.changePersistentIndex(old, self.index(places[key], old.column()))
        self.layoutChanged.emit()
