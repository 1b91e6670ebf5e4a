"""List model of the command palette: results by kind, with headings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from posto_desktop.models.schedule_words import without_addresses

PaletteItemRole = Qt.ItemDataRole.UserRole + 1
MAX_OF_A_KIND = 7
"""Enough for all pages, which are listed for an empty query."""
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class PaletteItem:
    """One result: `run` opens it or runs it. `score` is the quality of the match."""

    kind: str
    title: str
    run: Callable[[], object]
    detail: str = ""
    icon: str = ""
    network: str = ""
    keys: str = ""
    score: int = 1


@dataclass(frozen=True)
class PaletteHeading:
    """Heading of a kind."""

    title: str


class PaletteModel(QAbstractListModel):
    """Best results of each kind, sorted by the best score. `titles` names the kinds in the order
    used for equal scores, `most` is the limit per kind. `PaletteItemRole` returns a `PaletteItem`
    or a `PaletteHeading`."""

    def __init__(
        self,
        titles: Sequence[tuple[str, str]],
        parent: QObject | None = None,
        *,
        most: int = MAX_OF_A_KIND,
    ) -> None:
        super().__init__(parent)
        self._most = most
        self._titles = dict(titles)
        self._order = [kind for kind, _ in titles]
        self._rows: list[PaletteItem | PaletteHeading] = []

    def set_found(self, items: Iterable[PaletteItem]) -> None:
        kinds: dict[str, list[PaletteItem]] = {}
        for item in items:
            if item.score > 0:
                kinds.setdefault(item.kind, []).append(item)
        for of_kind in kinds.values():
            of_kind.sort(key=lambda item: -item.score)
        order = sorted(kinds, key=lambda kind: (-kinds[kind][0].score, self._order.index(kind)))
        rows: list[PaletteItem | PaletteHeading] = []
        for kind in order:
            rows.append(PaletteHeading(self._titles[kind]))
            rows.extend(kinds[kind][: self._most])
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def first(self) -> int:
        """Return the first selectable row, -1 for none."""
        return next((n for n, row in enumerate(self._rows) if isinstance(row, PaletteItem)), -1)

    def step(self, row: int, by: int) -> int:
        """Return the next selectable row in a direction, wrapping around."""
        count = len(self._rows)
        for distance in range(1, count + 1):
            number = (row + by * distance) % count
            if isinstance(self._rows[number], PaletteItem):
                return number
        return -1

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if isinstance(self._rows[index.row()], PaletteHeading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == PaletteItemRole:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            if isinstance(row, PaletteHeading):
                return row.title
            return ", ".join(part for part in (without_addresses(row.title), row.detail) if part)
        if role == Qt.ItemDataRole.ToolTipRole and not isinstance(row, PaletteHeading):
            return "\n".join(line for line in (row.title, row.detail) if line)
        return None
