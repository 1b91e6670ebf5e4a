"""The drafts beside the one in the page, and the templates: kept, listed, deleted with Undo."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core.draft import Draft
from posto_desktop.core.shelf import desk_of
from posto_desktop.ui.compose.notice import ComposeNotice


class DraftShelf(QObject):
    """Signals: ``changed(Draft)``: store it; ``deleted(str)``: remove it from the store;
    ``opened(Draft)``: the user wants it in the page; ``listChanged()``: there are others, or they
    hold something else; ``noticed(ComposeNotice)``."""

    changed = Signal(object)
    deleted = Signal(str)
    opened = Signal(object)
    listChanged = Signal()
    noticed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drafts: dict[str, Draft] = {}
        self._templates: dict[str, Draft] = {}
        self._back: Callable[[], None] | None = None

    # -- drafts ------------------------------------------------------------------------------

    def fill(self, drafts: Iterable[Draft], templates: Iterable[Draft] = ()) -> None:
        """Take over what the store holds; what was written here meanwhile is newer."""
        stored = {draft.id: draft for draft in drafts}
        for draft in self._drafts.values():
            known = stored.get(draft.id)
            if known is None or known.updated_at <= draft.updated_at:
                stored[draft.id] = draft
        self._drafts = stored
        self.set_templates([*templates, *self._templates.values()])

    def drafts(self) -> list[Draft]:
        """Those with something in them, newest first."""
        kept = (draft for draft in self._drafts.values() if not draft.is_empty)
        return sorted(kept, key=lambda one: one.updated_at, reverse=True)

    def count(self) -> int:
        return sum(not draft.is_empty for draft in self._drafts.values())

    @Slot(object)
    def keep(self, draft: Draft) -> None:
        self._drafts[draft.id] = draft
        self.changed.emit(draft)
        self.listChanged.emit()

    def take(self, draft: Draft) -> None:
        """One that came from elsewhere, as it is: nothing is to be stored yet."""
        self._drafts[draft.id] = draft
        self.listChanged.emit()

    def get(self, draft_id: str) -> Draft | None:
        return self._drafts.get(draft_id)

    def forget(self, draft_id: str) -> None:
        """It was posted: whoever posts it also removes it from the store."""
        self._drafts.pop(draft_id, None)
        self.listChanged.emit()

    @Slot(str)
    def drop(self, draft_id: str) -> None:
        """Nothing is left of it."""
        self._drafts.pop(draft_id, None)
        self.deleted.emit(draft_id)
        self.listChanged.emit()

    @Slot(str)
    def delete(self, draft_id: str) -> None:
        """Remove a draft; the notice brings it back."""
        draft = self._drafts.get(draft_id)
        if draft is None:
            return
        self.drop(draft_id)

        def back() -> None:
            self.keep(draft)

        self.remember(back)
        self.noticed.emit(ComposeNotice("ok", self.tr("Draft deleted"), self.tr("Undo"), back))

    @Slot(str)
    def duplicate(self, draft_id: str) -> None:
        """Another draft with the same content."""
        draft = self._drafts.get(draft_id)
        if draft is not None:
            self.keep(draft.duplicate())

    def remember(self, back: Callable[[], None]) -> None:
        """How the last deletion is taken back, for the list's own Ctrl+Z."""
        self._back = back

    @Slot()
    def take_back(self) -> None:
        """Undo the last deletion, once."""
        back, self._back = self._back, None
        if back is not None:
            back()

    def offer(self, kind: str, words: str, draft: Draft) -> None:
        """A notice whose action opens this draft."""

        def open_it() -> None:
            self.opened.emit(self._drafts.get(draft.id, draft))

        self.noticed.emit(ComposeNotice(kind, words, self.tr("Open"), open_it))

    @Slot(str)
    def open(self, draft_id: str) -> None:
        draft = self._drafts.get(draft_id)
        if draft is not None:
            self.opened.emit(draft)

    # -- templates ---------------------------------------------------------------------------

    @Slot(object)
    def set_templates(self, templates: Iterable[Draft]) -> None:
        """All templates, by name; of two with the same id the last counts."""
        by_id = {one.id: one for one in templates}
        self._templates = {one.id: one for one in desk_of((), by_id.values()).templates}
        self.listChanged.emit()

    def templates(self) -> list[Draft]:
        return list(self._templates.values())

    def template(self, template_id: str) -> Draft | None:
        return self._templates.get(template_id)

    def put_template(self, template: Draft) -> None:
        self.set_templates([*self._templates.values(), template])

    def drop_template(self, template_id: str) -> None:
        self._templates.pop(template_id, None)
        self.listChanged.emit()
