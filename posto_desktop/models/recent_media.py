"""List model of recently used files, newest first, with missing ones marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage

from posto_desktop.core.draft import MediaRef

Index = QModelIndex | QPersistentModelIndex


class RecentMediaFile(Protocol):
    """File as listed by the library (`workers.recent_media.RecentMediaFile`)."""

    @property
    def ref(self) -> MediaRef: ...
    @property
    def missing(self) -> bool: ...
    @property
    def changed(self) -> bool: ...


FileRole = int(Qt.ItemDataRole.UserRole) + 1
PictureRole = FileRole + 1


class RecentMediaModel(QAbstractListModel):
    """A row per file, in the given order.

    Signals: ``pictureWanted(path)`` when a view needs a picture.
    """

    pictureWanted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._files: list[RecentMediaFile] = []
        self._pictures: dict[str, QImage | None] = {}

    def set_files(self, files: Sequence[RecentMediaFile]) -> None:
        self.beginResetModel()
        self._files = list(files)
        self.endResetModel()

    def file(self, number: int) -> RecentMediaFile:
        return self._files[number]

    def set_picture(self, path: str, picture: QImage) -> None:
        self._pictures[path] = picture
        for number, file in enumerate(self._files):
            if file.ref.path == path:
                index = self.index(number)
                self.dataChanged.emit(index, index, [PictureRole])

    def remove_file(self, number: int) -> RecentMediaFile:
        """Remove a row and return its file."""
        self.beginRemoveRows(QModelIndex(), number, number)
        file = self._files.pop(number)
        self.endRemoveRows()
        return file

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._files)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and self._files[index.row()].missing:
            # Selectable, so that it can be read and removed.
            return flags & ~Qt.ItemFlag.ItemIsDragEnabled
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or not 0 <= index.row() < len(self._files):
            return None
        file = self._files[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return file.ref.name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self._describe(file)
        if role == FileRole:
            return file
        if role == PictureRole:
            path = file.ref.path
            if path not in self._pictures and not file.missing:
                self._pictures[path] = None
                self.pictureWanted.emit(path)
            return self._pictures.get(path)
        return None

    def _describe(self, file: RecentMediaFile) -> str:
        name = file.ref.name.replace("\n", " ")
        if file.missing:
            return self.tr("{name} is no longer where it was").format(name=name)
        if file.changed:
            return self.tr("{name} has changed since it was used").format(name=name)
        return f"{name}, {file.ref.alt}" if file.ref.alt else str(name)
