"""List model of time zones to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from posto_desktop.common.translation import translate
from posto_desktop.models.dates import zone_name
from posto_desktop.models.zone_words import zone_line

AnyIndex = QModelIndex | QPersistentModelIndex


def _now() -> datetime:
    return datetime.now(UTC)


def zone_choice(name: str, now: datetime) -> str:
    """Return the words for a zone; "" is that of the computer."""
    if not name:
        return translate("Zones", "This computer's time ({zone})").format(zone=zone_name())
    return zone_line(name, now)


class ZonesModel(QAbstractListModel):
    """Names of zones in the given order, with the time there; "" is the computer's."""

    def __init__(
        self, parent: QObject | None = None, *, now: Callable[[], datetime] = _now
    ) -> None:
        super().__init__(parent)
        self._now = now
        self._names: tuple[str, ...] = ()

    def set_names(self, names: Sequence[str]) -> None:
        self.beginResetModel()
        self._names = tuple(names)
        self.endResetModel()

    def zone(self, index: AnyIndex) -> str | None:
        """Return the name of a row; None if there is no such row."""
        return self._names[index.row()] if 0 <= index.row() < len(self._names) else None

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._names)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        name = self.zone(index)
        if name is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return zone_choice(name, self._now())
        if role == Qt.ItemDataRole.ToolTipRole:
            return name or zone_name()
        return None
