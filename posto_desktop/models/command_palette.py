"""What the search over everything has found: a plain list with a head over each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

PaletteItemRole = Qt.ItemDataRole.UserRole + 1
MAX_OF_A_KIND = 7
"""As many as there are pages: all of them are listed before anything is typed."""
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class PaletteItem:
    """One thing that can be opened or done. `run` does it. `score` is how well it fits."""

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
    """The title over the things of a kind."""

    title: str


class PaletteModel(QAbstractListModel):
    """The best of each kind; the kind with the best one first. `titles` names the kinds in the
    order that decides where scores are equal, `most` is how many of each show. Roles:
    `PaletteItemRole` gives a `PaletteItem` or a `PaletteHeading`.
    """

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

    def set_found(self, found: Iterable[PaletteItem]) -> None:
        """Show these."""
        kinds: dict[str, list[PaletteItem]] = {}
        for item in found:
            if item.score > 0:
                kinds.setdefault(item.kind, []).append(item)
        for these in kinds.values():
            these.sort(key=lambda item: -item.score)
        order = sorted(kinds, key=lambda kind: (-kinds[kind][0].score, self._order.index(kind)))
        rows: list[PaletteItem | PaletteHeading] = []
        for kind in order:
            rows.append(PaletteHeading(self._titles[kind]))
            rows.extend(kinds[kind][: self._most])
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def first(self) -> int:
        """The first row that can be chosen, -1 for none."""
        return next((n for n, row in enumerate(self._rows) if isinstance(row, PaletteItem)), -1)

    def step(self, row: int, by: int) -> int:
        """The next row in a direction that can be chosen; round the ends."""
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
            if isinstance(row, PaletteHeading) or not row.detail:
                return row.title
            return f"{row.title}, {row.detail}"
        return None
