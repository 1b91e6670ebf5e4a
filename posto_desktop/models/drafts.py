"""The drafts (or templates) of a list: one row each, with what the delegate paints.

Rows are plain `core.draft.Draft` records. The model touches no file: it asks for the pictures of
rows that are painted, and whoever can decode answers with `pictures_changed`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Slot,
)
from PySide6.QtGui import QImage

from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_list import DraftFinder, title_of
from posto_desktop.core.limits import network_name
from posto_desktop.core.posts import headline

Index = QModelIndex | QPersistentModelIndex

DraftRole = int(Qt.ItemDataRole.UserRole) + 1
TitleRole = DraftRole + 1
SecondLineRole = DraftRole + 2
"""A second line: what the title does not say yet; "" if there is nothing."""
AgeRole = DraftRole + 3
NetworksRole = DraftRole + 4
"""The slugs of the networks that the draft goes to, in the order of its channels."""
OpenRole = DraftRole + 5
PicturesRole = DraftRole + 6
"""Of the first files: a QImage, or None while there is none."""

MAX_PICTURES = 3
# Of a long text this much is looked through for a second line.
_LOOKED_AT = 2_000


def _nothing(_of: str) -> None:
    return None


@dataclass(frozen=True)
class DraftLookups:
    """What a list of drafts asks others: the words for a draft's age, the slugs of the networks
    it goes to, and the picture of a file (None until it is decoded)."""

    age: Callable[[Draft], str]
    networks: Callable[[Draft], list[str]]
    picture: Callable[[str], QImage | None] = field(default=_nothing)


class DraftsModel(QAbstractListModel):
    """Newest first, or in the order given; `search` leaves only the rows that match."""

    def __init__(self, lookups: DraftLookups, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lookups = lookups
        self._finder = DraftFinder(())
        self._query = ""
        self._rows: list[Draft] = []
        self._open: frozenset[str] = frozenset()
        self._total = 0

    # -- filling -----------------------------------------------------------------------------

    def set_rows(self, drafts: Sequence[Draft], open_ids: Sequence[str] = ()) -> None:
        """Show these; what was searched for stays searched for."""
        self.beginResetModel()
        self._finder = DraftFinder(drafts)
        self._total = len(drafts)
        self._open = frozenset(open_ids)
        self._rows = self._finder.find(self._query)
        self.endResetModel()

    def search(self, query: str) -> None:
        """Show only what holds every word of the query."""
        self._query = query
        self.beginResetModel()
        self._rows = self._finder.find(query)
        self.endResetModel()

    @Slot()
    def pictures_changed(self) -> None:
        """A picture that was asked for is there."""
        if self._rows:
            first, last = self.index(0), self.index(len(self._rows) - 1)
            self.dataChanged.emit(first, last, [PicturesRole])

    # -- reading -----------------------------------------------------------------------------

    @property
    def total(self) -> int:
        """How many there are, whether the search shows them or not."""
        return self._total

    def draft(self, row: int) -> Draft | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, draft_id: str) -> int:
        """The row of a draft, -1 while there is none."""
        return next((row for row, draft in enumerate(self._rows) if draft.id == draft_id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        draft = self.draft(index.row()) if index.isValid() else None
        if draft is None:
            return None
        if role == DraftRole:
            return draft
        if role in (TitleRole, Qt.ItemDataRole.DisplayRole):
            return title_of(draft) or _tr("Untitled")
        if role == SecondLineRole:
            return second_line(draft)
        if role == AgeRole:
            return self._lookups.age(draft)
        if role == NetworksRole:
            return self._lookups.networks(draft)
        if role == OpenRole:
            return draft.id in self._open
        if role == PicturesRole:
            return [self._lookups.picture(ref.path) for ref in draft.media[:MAX_PICTURES]]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in self._accessible_parts(draft) if part)
        return None

    def _accessible_parts(self, draft: Draft) -> list[str]:
        count = len(draft.media)
        return [
            title_of(draft) or _tr("Untitled"),
            _tr("open now") if draft.id in self._open else "",
            _tr("%n file(s)", count) if count else "",
            *map(network_name, self._lookups.networks(draft)),
            *draft.labels,
            self._lookups.age(draft),
        ]


def second_line(draft: Draft) -> str:
    """The first line of the text that the title is not, else the time that was typed."""
    title = title_of(draft)
    for text in (draft.text, *draft.variants.values()):
        for line in text[:_LOOKED_AT].splitlines():
            shown = headline(line)
            if shown and shown != title:
                return shown
    return draft.when_text.strip()


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("DraftsModel", text, "", n)
