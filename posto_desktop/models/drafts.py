"""List model of drafts or templates.

Rows are plain `core.draft.Draft` records. The model reads no files: it requests the pictures of
painted rows, and `pictures_changed` reports decoded ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Slot,
)
from PySide6.QtGui import QImage

from posto_desktop.common.translation import translate
from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_list import DraftFinder, title_of
from posto_desktop.core.limits import network_name
from posto_desktop.core.posts import headline
from posto_desktop.core.thread import part_count
from posto_desktop.models.parsed_time import parse_time
from posto_desktop.models.schedule_words import without_addresses
from posto_desktop.models.when_text import day_and_time, local_zone

Index = QModelIndex | QPersistentModelIndex

DraftRole = int(Qt.ItemDataRole.UserRole) + 1
TitleRole = DraftRole + 1
SecondLineRole = DraftRole + 2
"""Second line: what the title omits; "" if nothing."""
AgeRole = DraftRole + 3
NetworksRole = DraftRole + 4
"""Slugs of the draft's networks, in the order of its channels."""
OpenRole = DraftRole + 5
PicturesRole = DraftRole + 6
"""Thumbnails of the first files: a QImage, or None until decoded."""

MAX_PICTURES = 3
# Part of a long text that is searched for a second line.
_LOOKED_AT = 2_000


def _nothing(_of: str) -> None:
    return None


@dataclass(frozen=True)
class DraftLookups:
    """Functions that return a draft's age as text, the slugs of its networks, and the picture of a
    file (None until decoded)."""

    age: Callable[[Draft], str]
    networks: Callable[[Draft], list[str]]
    picture: Callable[[str], QImage | None] = field(default=_nothing)


class DraftsModel(QAbstractListModel):
    """Drafts, newest first or in the given order, filtered by `search`."""

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
        """Show these drafts; the search stays active."""
        self.beginResetModel()
        self._finder = DraftFinder(drafts)
        self._total = len(drafts)
        self._open = frozenset(open_ids)
        self._rows = self._finder.find(self._query)
        self.endResetModel()

    def search(self, query: str) -> None:
        """Show only drafts that contain every word of the query."""
        self._query = query
        self.beginResetModel()
        self._rows = self._finder.find(query)
        self.endResetModel()

    @Slot()
    def pictures_changed(self) -> None:
        """Repaint after a requested picture was decoded."""
        if self._rows:
            first, last = self.index(0), self.index(len(self._rows) - 1)
            self.dataChanged.emit(first, last, [PicturesRole])

    # -- reading -----------------------------------------------------------------------------

    @property
    def total(self) -> int:
        """Return the number of drafts, including hidden ones."""
        return self._total

    def draft(self, row: int) -> Draft | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, draft_id: str) -> int:
        """Return the row of a draft, -1 for none."""
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
            return title_of(draft) or translate("DraftsModel", "Untitled")
        if role == SecondLineRole:
            count = part_count(draft)
            parts = translate("DraftsModel", "%n part(s)", "", count) if count > 1 else ""
            return " · ".join(word for word in (parts, second_line(draft)) if word)
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
        if role == Qt.ItemDataRole.ToolTipRole:  # the row may elide both
            title = title_of(draft) or translate("DraftsModel", "Untitled")
            return "\n".join(line for line in (title, second_line(draft)) if line)
        return None

    def _accessible_parts(self, draft: Draft) -> list[str]:
        count = len(draft.media)
        return [
            without_addresses(title_of(draft)) or translate("DraftsModel", "Untitled"),
            second_line(draft) if draft.editing is not None else "",
            translate("DraftsModel", "open now") if draft.id in self._open else "",
            translate("DraftsModel", "%n part(s)", "", parts)
            if (parts := part_count(draft)) > 1
            else "",
            translate("DraftsModel", "%n file(s)", "", count) if count else "",
            *map(network_name, self._lookups.networks(draft)),
            *draft.labels,
            self._lookups.age(draft),
        ]


def second_line(draft: Draft) -> str:
    """Return the first line of the text that is not the title, else the typed time; for an edit
    that it is one.

    Texts of single networks mostly begin as the common text does, so they count only without one.
    """
    if draft.editing is not None:
        return translate("DraftsModel", "Changes of a scheduled message")
    title = title_of(draft)
    texts = (draft.text, *draft.threads.get("", ()))
    if not any(text.strip() for text in texts):
        texts = tuple(draft.variants.values())
    for text in texts:
        for line in text[:_LOOKED_AT].splitlines():
            shown = headline(line)
            if shown and shown != title:
                return shown
    return _time_words(draft.when_text.strip())


_FULL_DATE = re.compile(r"\d{4}-\d\d-\d\d\s+\d")


def _time_words(typed: str) -> str:
    """Return a typed time; one that Posto wrote itself as people write it."""
    if not _FULL_DATE.match(typed):
        return typed
    zone = local_zone()
    when = parse_time(typed, datetime.now(UTC), zone).when
    return day_and_time(when, zone) if when is not None else typed
