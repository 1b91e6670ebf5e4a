"""Open messages: their order, and switching between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_history import Caret
from posto_desktop.core.draft_list import (
    MAX_OPEN,
    DraftsSnapshot,
    OutsideChanges,
    labels_of,
    title_of,
)
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.viewmodels.draft_channels import DraftChannels
from posto_desktop.viewmodels.draft_editor import DraftEditor
from posto_desktop.viewmodels.notification import PageNotifier


class OpenDrafts(QObject):
    """Connects the `DraftEditor`, which has the active message, and the `DraftStore`, which has the
    saved versions of the others.

    Signals:
        listChanged(): the open messages, their order or a title changed.
        changed(list[str], str): the ids of the open messages in order, and the active one; not
            before
            the messages of the last session are restored.
        closed(str): this message was closed.
        caretRequested(Caret): restore this position in the active message.
        focusRequested(): focus the message.
        leaving(): the active message is about to be saved and put away.
    """

    listChanged = Signal()
    changed = Signal(list, str)
    closed = Signal(str)
    caretRequested = Signal(object)
    focusRequested = Signal()
    leaving = Signal()

    def __init__(
        self,
        store: DraftStore,
        editor: DraftEditor,
        channels: DraftChannels,
        notifier: PageNotifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._editor, self._channels = store, editor, channels
        self._notifier = notifier
        self.ids: list[str] = []
        """Ids of the open messages in the order of their tabs."""
        self.is_restored = False
        """True once the messages of the last session are open again, or there were none."""
        self._last_emitted: tuple[list[str], str] = ([], "")
        self._carets: dict[str, Caret] = {}
        self._keeps_new = False
        editor.opened.connect(self._opened)
        store.changed.connect(self.listChanged)
        store.removed.connect(self._removed)
        self.listChanged.connect(self._emit_changes)

    @property
    def active(self) -> str:
        """Return the id of the active message."""
        return self._editor.draft.id

    @property
    def workspace(self) -> str:
        """Return the workspace of new messages: "local" or an account's id."""
        return self._channels.workspace

    def titles(self) -> list[tuple[str, str]]:
        """Return id and title of each open message, in order."""
        return [(open_id, self._title(open_id)) for open_id in self.ids]

    def _title(self, draft_id: str) -> str:
        front = self._editor.draft
        draft = front if draft_id == front.id else self._store.get(draft_id)
        return (title_of(draft) if draft is not None else "") or self.tr("New message")

    # -- restore -------------------------------------------------------------------------------

    def restore(self, snapshot: DraftsSnapshot) -> None:
        """Set all drafts and templates. The first call opens the messages of the last session."""
        self._store.fill(snapshot.drafts, snapshot.templates)
        if self.is_restored:
            return
        known = [open_id for open_id in snapshot.open_ids if self._store.get(open_id) is not None]
        is_free = self._editor.draft.is_empty and not self._keeps_new
        active_ids = [] if self._editor.draft.is_empty and known else [self.active]
        self.ids = [*(open_id for open_id in known if open_id not in active_ids), *active_ids]
        if not is_free and self.active not in self.ids:
            self.ids.append(self.active)
        self.is_restored = True
        active = self._store.get(snapshot.active)
        if is_free and active is not None:
            self.load(active)
            self._editor.set_read(active.updated_at)
        self.listChanged.emit()

    @Slot(object)
    def take_changes(self, changes: OutsideChanges) -> None:
        """Show what another process changed in drafts that are not open."""
        if self.is_restored:
            self._store.take_changes(changes, {*self.ids, self.active})

    def begin_empty(self) -> None:
        """Make an empty message active, and keep it active when the last session is restored."""
        self._keeps_new = not self.is_restored
        if not self._editor.draft.is_empty:
            self.new_beside()

    def focus(self) -> None:
        self.focusRequested.emit()

    # -- activation ----------------------------------------------------------------------------

    def load(self, draft: Draft) -> None:
        """Open a draft beside the active message, or in place of an empty one."""
        if self._store.get(draft.id) is None:
            if not draft.channel_ids:
                # A new draft without channels gets those of a new message.
                draft = replace(draft, channel_ids=self._channels.for_new())
            self._store.put_unsaved(draft)
        self._go_to(draft, stored=True, beside=True)

    def load_changed(self, draft: Draft) -> None:
        """Open a draft and save it as it is now, for one that comes back after posting."""
        self.load(draft)
        self._editor.touch()

    def open_draft(self, draft: Draft) -> None:
        """Open a draft from the list; activate it if it is open already."""
        if draft.id in self.ids:
            self.switch(draft.id)
        elif draft.id != self.active:
            self.load(draft)
            self._editor.set_read(draft.updated_at)
        self.focusRequested.emit()

    @Slot(str)
    def open_by_id(self, draft_id: str) -> None:
        draft = self._store.get(draft_id)
        if draft is not None:
            self.open_draft(draft)

    @Slot()
    def new_message(self) -> None:
        """Save the message and replace it by an empty one with the same channels."""
        self._begin(beside=False)

    @Slot()
    def new_beside(self) -> None:
        """Start another message; the present one stays open."""
        self._begin(beside=True)

    @Slot()
    def start_new(self) -> None:
        """Save a message that is not empty as a draft, and start another."""
        if self._editor.draft.is_empty:
            self.new_message()
        else:
            self.save_as_draft()

    def _begin(self, *, beside: bool) -> None:
        self._go_to(self._fresh(), stored=False, beside=beside)
        self.focusRequested.emit()

    def _fresh(self) -> Draft:
        """Return a new message with the channels of the previous one."""
        return Draft(workspace=self._channels.workspace, channel_ids=self._channels.for_new())

    def _go_to(self, draft: Draft, *, stored: bool, beside: bool) -> None:
        if draft.id != self.active:
            self.leaving.emit()
            self._editor.save()
            beside = beside and not self._editor.draft.is_empty
            self._place(draft.id, beside=beside)
        self.open(draft, stored=stored)

    def open(self, draft: Draft, *, stored: bool) -> None:
        """Activate a draft in its tab."""
        draft = self._channels.adapted(draft, stored=stored)
        self._editor.open(draft, stored=stored)

    def _place(self, new: str, *, beside: bool) -> None:
        """Give a message a tab before it becomes active: its own, a new one beside the active tab,
        or the active one."""
        old = self.active
        if beside:
            self._carets[old] = self._editor.caret
        if new in self.ids:
            if not beside:
                self._leave(old)
            return
        if beside:
            self._make_room()
        at = self.ids.index(old) if old in self.ids else len(self.ids) - 1
        self.ids.insert(at + 1, new)
        if not beside:
            self._leave(old)

    def _make_room(self) -> None:
        if len(self.ids) < MAX_OPEN:
            return
        oldest = next(open_id for open_id in self.ids if open_id != self.active)
        draft = self._store.get(oldest)
        self._leave(oldest)
        words = self.tr(
            "“{title}” was closed and saved in Drafts. At most 20 messages can be open."
        ).format(title=title_of(draft) if draft is not None else "")
        self._notifier.notify("info", words)

    def _leave(self, draft_id: str) -> None:
        if draft_id in self.ids:
            self.ids.remove(draft_id)
        self._carets.pop(draft_id, None)
        self.closed.emit(draft_id)

    @Slot(object)
    def _opened(self, draft: Draft) -> None:
        if draft.id not in self.ids:
            self.ids.append(draft.id)
        self.listChanged.emit()

    # -- order of tabs -------------------------------------------------------------------------

    @Slot(str)
    def switch(self, draft_id: str) -> None:
        """Activate an open message and restore its caret."""
        if draft_id == self.active:
            return
        draft = self._store.get(draft_id)
        if draft is None or draft_id not in self.ids:
            self.close_behind(draft_id)
            return
        caret = self._carets.get(draft_id) or Caret("", len(draft.text))
        self._activate(draft, beside=True)
        self.caretRequested.emit(caret)

    def _activate(self, draft: Draft, *, beside: bool) -> None:
        self._go_to(draft, stored=True, beside=beside)
        self._editor.set_read(draft.updated_at)

    @Slot(str)
    def close(self, draft_id: str) -> None:
        """Close a message, which stays in Drafts; closing the last one leaves an empty message."""
        if draft_id != self.active:
            self.close_behind(draft_id)
            return
        at = self.ids.index(draft_id)
        other_ids = [open_id for open_id in self.ids if open_id != draft_id]
        neighbour = self._store.get(other_ids[min(at, len(other_ids) - 1)]) if other_ids else None
        if neighbour is None:
            self.new_message()
        else:
            self._activate(neighbour, beside=False)

    @Slot()
    def close_active(self) -> None:
        if len(self.ids) > 1:
            self.close(self.active)

    def close_behind(self, draft_id: str) -> None:
        """Close a message unless it is active."""
        if draft_id in self.ids and draft_id != self.active:
            self._leave(draft_id)
            self.listChanged.emit()

    @Slot()
    def next(self) -> None:
        self._step(1)

    @Slot()
    def previous(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        if len(self.ids) > 1:
            self.switch(self.ids[(self.ids.index(self.active) + by) % len(self.ids)])

    @Slot()
    def move_right(self) -> None:
        self._move(1)

    @Slot()
    def move_left(self) -> None:
        self._move(-1)

    def _move(self, by: int) -> None:
        at = self.ids.index(self.active)
        to = at + by
        if 0 <= to < len(self.ids):
            self.ids[at], self.ids[to] = self.ids[to], self.ids[at]
            self.listChanged.emit()

    @Slot(list)
    def arrange(self, ids: list[str]) -> None:
        if sorted(ids) == sorted(self.ids):
            self.ids = list(ids)
            self._emit_changes()

    @Slot()
    def _emit_changes(self) -> None:
        if not self.is_restored:
            return  # the last session is not restored yet
        now = (list(self.ids), self.active)
        if now != self._last_emitted:
            self._last_emitted = now
            self.changed.emit(*now)

    # -- save as draft, discard, delete ----------------------------------------------------------

    @Slot()
    def save_as_draft(self) -> None:
        """Save the message as a draft and start a new one."""
        draft = self._editor.draft
        if draft.is_empty:
            self._notifier.notify("info", self.tr("There is nothing to save yet"))
            return
        self.leaving.emit()
        self._editor.touch()
        self._editor.save()
        draft = self._editor.draft
        self.new_message()
        if self._editor.has_failed(draft.id):
            words = self.tr("The draft could not be saved. It is lost when Posto quits.")
            self.offer("warning", words, draft)
        else:
            self.offer("ok", self.tr("Saved in Drafts"), draft)

    def offer(self, kind: str, words: str, draft: Draft) -> None:
        """Show a notification with an action that opens this draft."""

        def open_it() -> None:
            self.open_draft(self._store.get(draft.id) or draft)

        #: Verb.
        self._notifier.notify(kind, words, self.tr("Open"), open_it)

    @Slot()
    def discard(self) -> None:
        draft = self._editor.draft
        if draft.is_empty:
            return
        stored = self._editor.is_saved(draft.id)
        self._begin_in_place_of(draft)
        if stored:
            self._store.remove(draft.id)
        else:
            self._store.forget(draft.id)
        words = self.tr("Message discarded")
        if draft.editing is not None:
            words = self.tr("Changes discarded. The message is still scheduled as it was.")
        self._notifier.offer_undo(words, lambda: self.load_changed(draft))

    def posted(self, draft: Draft) -> None:
        """Replace a posted message by an empty one. Another open message must not take its place,
        or pressing the key twice would post that as well."""
        self._begin_in_place_of(draft)
        self._store.forget(draft.id)

    def _begin_in_place_of(self, draft: Draft) -> None:
        """Replace a message by an empty one without saving it."""
        self._editor.discard_changes()
        self._editor.forget(draft.id)
        fresh = self._fresh()
        self._place(fresh.id, beside=False)
        self.open(fresh, stored=False)
        self.focusRequested.emit()

    @Slot(str)
    def delete(self, draft_id: str) -> Callable[[], None] | None:
        """Delete a draft, with Undo. Return the function that restores it; None if the id is
        unknown."""
        restore = self._store.delete(draft_id)
        if restore is not None:
            self._notifier.offer_undo(self.tr("Draft deleted"), restore)
        return restore

    @Slot(str)
    def _removed(self, draft_id: str) -> None:
        front = self._editor.draft
        if draft_id == front.id and not front.is_empty:
            # Deleted from the list while open: it must not be saved again.
            self._begin_in_place_of(front)
        self.close_behind(draft_id)

    # -- labels --------------------------------------------------------------------------------

    def known_labels(self) -> list[str]:
        """Return the labels of all drafts and templates, for completion."""
        return labels_of([*self._store.drafts(), *self._store.templates()])

    @Slot(str, list)
    def label(self, draft_id: str, labels: list[str]) -> None:
        if draft_id == self.active:
            self._editor.edit(labels=tuple(labels))
            self._editor.save()
            return
        draft = self._store.get(draft_id)
        if draft is not None:
            self._store.put(replace(draft, labels=tuple(labels)))
