"""List model of snippets, groups of hashtags and signatures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from posto_desktop.core.snippets import Snippet

SnippetRole = Qt.ItemDataRole.UserRole + 1

AnyIndex = QModelIndex | QPersistentModelIndex


def kind_name(kind: str) -> str:
    """Return the name of an item of any kind."""
    translate = QCoreApplication.translate
    if kind == "hashtags":
        return translate("Snippets", "Hashtags")
    if kind == "signature":
        return translate("Snippets", "Signature")
    return translate("Snippets", "Snippet")


class SnippetsModel(QAbstractListModel):
    """Plain rows, in the given order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Snippet] = []

    def set_rows(self, rows: Sequence[Snippet]) -> None:
        if list(rows) == self._rows:
            return
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def rows(self) -> list[Snippet]:
        return list(self._rows)

    def row_of(self, snippet_id: str) -> int:
        """Return the row of an item; -1 if it is not shown."""
        return next((at for at, snippet in enumerate(self._rows) if snippet.id == snippet_id), -1)

    def snippet(self, index: AnyIndex) -> Snippet | None:
        return self._rows[index.row()] if index.isValid() else None

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        snippet = self.snippet(index)
        if snippet is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return snippet.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return (
                f"{snippet.name}, {kind_name(snippet.kind)}, {' '.join(snippet.text[:200].split())}"
            )
        if role == Qt.ItemDataRole.ToolTipRole:
            return snippet.text[:1000]
        if role == SnippetRole:
            return snippet
        return None
