"""Store of all drafts and templates."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_list import OutsideChanges, snapshot_of


class DraftStore(QObject):
    """Owns the drafts and templates in memory and asks by signals for them to be written.

    The open draft is here in its last saved version; `viewmodels.draft_editor` holds the newer one.

    Signals:
        changed(): a draft or template was added, removed or edited.
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
        """Add the stored drafts and templates; a newer version that is already here wins."""
        new_drafts = {draft.id: draft for draft in drafts}
        for draft in self._drafts.values():
            known = new_drafts.get(draft.id)
            if known is None or known.updated_at <= draft.updated_at:
                new_drafts[draft.id] = draft
        self._drafts = new_drafts
        self.fill_templates([*templates, *self._templates.values()])

    def known(self) -> dict[str, Draft]:
        """Return all drafts as they are now, to compare with later (`take_changes`)."""
        return dict(self._drafts)

    def take_changes(self, changes: OutsideChanges, open_ids: Collection[str]) -> None:
        """Show what another process changed. What is open, was changed here meanwhile, or could
        not be written stays as it is."""
        before = dict(self._drafts)
        for draft_id in {*changes.known, *changes.stored}:
            here = self._drafts.get(draft_id)
            if draft_id in open_ids or draft_id in changes.unsaved:
                continue
            if here is not changes.known.get(draft_id):
                continue  # changed, added or removed here since
            stored = changes.stored.get(draft_id)
            if stored is None:
                self._drafts.pop(draft_id, None)
            elif here is None or not _is_same(here, stored):
                self._drafts[draft_id] = stored
        if before != self._drafts:
            self.changed.emit()

    # -- drafts ------------------------------------------------------------------------------

    def drafts(self) -> list[Draft]:
        """Return the drafts that are not empty, newest first."""
        nonempty = (draft for draft in self._drafts.values() if not draft.is_empty)
        return sorted(nonempty, key=lambda draft: draft.updated_at, reverse=True)

    def count(self) -> int:
        """Return the number of drafts that are not empty."""
        return sum(not draft.is_empty for draft in self._drafts.values())

    def get(self, draft_id: str) -> Draft | None:
        return self._drafts.get(draft_id)

    def put(self, draft: Draft) -> None:
        """Add a draft, or replace the one with its id, and save it."""
        self._drafts[draft.id] = draft
        self.saved.emit(draft)
        self.changed.emit()

    def put_unsaved(self, draft: Draft) -> None:
        """Add or replace a draft without saving it."""
        self._drafts[draft.id] = draft
        self.changed.emit()

    def add_stored(self, drafts: Iterable[Draft]) -> None:
        """Add new drafts that are stored already."""
        self._drafts.update((draft.id, draft) for draft in drafts)
        self.changed.emit()

    def forget_all(self, draft_ids: Iterable[str]) -> None:
        """Drop drafts from memory that are removed from the disk together."""
        for draft_id in draft_ids:
            self._drafts.pop(draft_id, None)
        self.changed.emit()

    def forget(self, draft_id: str) -> None:
        """Drop a draft from memory; the outbox removes a posted draft from the disk."""
        self._drafts.pop(draft_id, None)
        self.changed.emit()

    def remove(self, draft_id: str) -> Draft | None:
        """Remove a draft here and on the disk and return it; None if the id is unknown."""
        draft = self._drafts.pop(draft_id, None)
        self.removed.emit(draft_id)
        self.changed.emit()
        return draft

    def delete(self, draft_id: str) -> Callable[[], None] | None:
        """Remove a draft for the user and return a function that restores it; None if the id is
        unknown."""
        draft = self._drafts.get(draft_id)
        if draft is None:
            return None
        self.remove(draft_id)
        return self._undo(lambda: self.put(draft) if draft_id not in self._drafts else None)

    def duplicate(self, draft_id: str) -> None:
        """Add a copy of a draft under a new id."""
        draft = self._drafts.get(draft_id)
        if draft is not None:
            self.put(draft.duplicate())

    # -- templates ---------------------------------------------------------------------------

    def fill_templates(self, templates: Iterable[Draft]) -> None:
        """Replace all templates; of two with the same id the last wins."""
        by_id = {draft.id: draft for draft in templates}
        self._templates = {draft.id: draft for draft in snapshot_of((), by_id.values()).templates}
        self.changed.emit()

    def templates(self) -> list[Draft]:
        return list(self._templates.values())

    def template(self, template_id: str) -> Draft | None:
        return self._templates.get(template_id)

    def put_template(self, template: Draft) -> None:
        """Add a template, or replace the one with its id, and save it."""
        self.fill_templates([*self._templates.values(), template])
        self.templateSaved.emit(template)

    def remove_template(self, template_id: str) -> None:
        self._templates.pop(template_id, None)
        self.templateRemoved.emit(template_id)
        self.changed.emit()

    def delete_template(self, template_id: str) -> Callable[[], None] | None:
        """Remove a template for the user and return a function that restores it; None if the id is
        unknown."""
        template = self._templates.get(template_id)
        if template is None:
            return None
        self.remove_template(template_id)
        return self._undo(
            lambda: self.put_template(template) if template_id not in self._templates else None
        )

    # -- undo of the last deletion -------------------------------------------------------------

    # Toast, shortcut and list can all restore; a draft that was restored and edited since stays.

    def _undo(self, restore: Callable[[], None]) -> Callable[[], None]:
        self._last_deleted = restore
        return restore

    def undo_delete(self) -> None:
        """Restore the last deleted draft or template, once."""
        restore, self._last_deleted = self._last_deleted, None
        if restore is not None:
            restore()


def _is_same(here: Draft, stored: Draft) -> bool:
    """Return whether both say the same: the app saves with a later time than it has in memory."""
    return replace(here, updated_at=stored.updated_at) == stored
