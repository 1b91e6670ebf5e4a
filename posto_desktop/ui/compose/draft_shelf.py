"""The drafts beside the one in the page: kept, listed, opened, thrown away with Undo."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.core.draft import Draft
from posto_desktop.ui.compose.drafts_list import DraftsList
from posto_desktop.ui.compose.notice import ComposeNotice


class DraftShelf(QObject):
    """Signals: ``changed(Draft)``: store it; ``deleted(str)``: remove it from the store;
    ``opened(Draft)``: the user wants it in the page; ``newWanted()``;
    ``noticed(ComposeNotice)``."""

    changed = Signal(object)
    deleted = Signal(str)
    opened = Signal(object)
    newWanted = Signal()
    noticed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drafts: dict[str, Draft] = {}

    def fill(self, drafts: Iterable[Draft]) -> None:
        """Take over what the store holds."""
        self._drafts = {draft.id: draft for draft in drafts}

    def drafts(self) -> list[Draft]:
        return [draft for draft in self._drafts.values() if not draft.is_empty]

    def newest(self) -> Draft | None:
        return max(self.drafts(), key=lambda one: one.updated_at, default=None)

    @Slot(object)
    def keep(self, draft: Draft) -> None:
        self._drafts[draft.id] = draft
        self.changed.emit(draft)

    def get(self, draft_id: str) -> Draft | None:
        return self._drafts.get(draft_id)

    def forget(self, draft_id: str) -> None:
        """It was posted: whoever posts it also removes it from the store."""
        self._drafts.pop(draft_id, None)

    @Slot(str)
    def drop(self, draft_id: str) -> None:
        """Nothing is left of it."""
        self._drafts.pop(draft_id, None)
        self.deleted.emit(draft_id)

    def delete(self, draft_id: str, words: str = "") -> None:
        """Remove a draft; the notice brings it back."""
        draft = self._drafts.get(draft_id)
        if draft is None:
            return
        self.drop(draft_id)

        def back() -> None:
            self.keep(draft)

        text = words or self.tr("Draft deleted")
        self.noticed.emit(ComposeNotice("ok", text, self.tr("Undo"), back))

    def offer(self, kind: str, words: str, draft: Draft) -> None:
        """A notice whose action opens this draft."""

        def open_it() -> None:
            self.opened.emit(self._drafts.get(draft.id, draft))

        self.noticed.emit(ComposeNotice(kind, words, self.tr("Open"), open_it))

    def show_list(self, current: str, now: datetime, under: QWidget) -> None:
        """The popup with all drafts, right-aligned under a button."""
        popup = DraftsList(self.drafts(), current, now, under)
        popup.opened.connect(self._open)
        popup.deleted.connect(self.delete)
        popup.newRequested.connect(self.newWanted)
        popup.show_at(under.mapToGlobal(QPoint(under.width() - popup.width(), under.height() + 4)))

    @Slot(str)
    def _open(self, draft_id: str) -> None:
        draft = self._drafts.get(draft_id)
        if draft is not None:
            self.opened.emit(draft)
