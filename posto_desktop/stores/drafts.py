"""All drafts and templates of the app, as the pages know them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal

from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_list import snapshot_of


class DraftStore(QObject):
    """Owns the drafts and templates in memory; what is to be written is said by signals.

    The draft that is being edited is here as it was saved last: `viewmodels.draft_editor` is ahead.

    Signals:
        changed(): there are others, or they hold something else.
        saved(Draft), removed(str): write this draft, remove that one.
        templateSaved(Draft), templateRemoved(str): the same for templates.
    """

    changed = Signal()
    saved = Signal(object)
    removed = Signal(str)
    templateSaved = Signal(object)
    templateRemoved = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drafts: dict[str, Draft] = {}
        self._templates: dict[str, Draft] = {}
        self._last_deleted: Callable[[], None] | None = None

    def fill(self, drafts: Iterable[Draft], templates: Iterable[Draft] = ()) -> None:
        """Take over what is stored; what was written here meanwhile is newer."""
        new_drafts = {draft.id: draft for draft in drafts}
        for draft in self._drafts.values():
            known = new_drafts.get(draft.id)
            if known is None or known.updated_at <= draft.updated_at:
                new_drafts[draft.id] = draft
        self._drafts = new_drafts
        self.fill_templates([*templates, *self._templates.values()])

    # -- drafts ------------------------------------------------------------------------------

    def drafts(self) -> list[Draft]:
        """Those with something in them, newest first."""
        kept = (draft for draft in self._drafts.values() if not draft.is_empty)
        return sorted(kept, key=lambda draft: draft.updated_at, reverse=True)

    def count(self) -> int:
        """How many `drafts` there are."""
        return sum(not draft.is_empty for draft in self._drafts.values())

    def get(self, draft_id: str) -> Draft | None:
        return self._drafts.get(draft_id)

    def put(self, draft: Draft) -> None:
        """Keep a draft: a new one, or in place of the one with its id."""
        self._drafts[draft.id] = draft
        self.saved.emit(draft)
        self.changed.emit()

    def put_unsaved(self, draft: Draft) -> None:
        """Have a draft from elsewhere here; nothing is to be written yet."""
        self._drafts[draft.id] = draft
        self.changed.emit()

    def forget(self, draft_id: str) -> None:
        """Leave a draft out that somebody else removes from the disk: it was posted."""
        self._drafts.pop(draft_id, None)
        self.changed.emit()

    def remove(self, draft_id: str) -> Draft | None:
        """Remove a draft here and on the disk; the draft, None if there is no such one."""
        draft = self._drafts.pop(draft_id, None)
        self.removed.emit(draft_id)
        self.changed.emit()
        return draft

    def delete(self, draft_id: str) -> Callable[[], None] | None:
        """Remove a draft that the user deletes; how to bring it back, None if there is none."""
        draft = self._drafts.get(draft_id)
        if draft is None:
            return None
        self.remove(draft_id)
        return self._undo(lambda: self.put(draft) if draft_id not in self._drafts else None)

    def duplicate(self, draft_id: str) -> None:
        """Keep another draft with the same content."""
        draft = self._drafts.get(draft_id)
        if draft is not None:
            self.put(draft.duplicate())

    # -- templates ---------------------------------------------------------------------------

    def fill_templates(self, templates: Iterable[Draft]) -> None:
        """Take over all templates; of two with the same id the last counts."""
        by_id = {draft.id: draft for draft in templates}
        self._templates = {draft.id: draft for draft in snapshot_of((), by_id.values()).templates}
        self.changed.emit()

    def templates(self) -> list[Draft]:
        """All templates, by name."""
        return list(self._templates.values())

    def template(self, template_id: str) -> Draft | None:
        return self._templates.get(template_id)

    def put_template(self, template: Draft) -> None:
        """Keep a template: a new one, or in place of the one with its id."""
        self.fill_templates([*self._templates.values(), template])
        self.templateSaved.emit(template)

    def remove_template(self, template_id: str) -> None:
        """Remove a template here and on the disk."""
        self._templates.pop(template_id, None)
        self.templateRemoved.emit(template_id)
        self.changed.emit()

    def delete_template(self, template_id: str) -> Callable[[], None] | None:
        """Remove a template that the user deletes; how to bring it back, None if there is none."""
        template = self._templates.get(template_id)
        if template is None:
            return None
        self.remove_template(template_id)
        return self._undo(
            lambda: self.put_template(template) if template_id not in self._templates else None
        )

    # -- undo of the last deletion -------------------------------------------------------------

    # There are several ways to it: whatever was brought back, and changed since, stays.

    def _undo(self, restore: Callable[[], None]) -> Callable[[], None]:
        self._last_deleted = restore
        return restore

    def undo_delete(self) -> None:
        """Bring back what was deleted last, once."""
        restore, self._last_deleted = self._last_deleted, None
        if restore is not None:
            restore()
