"""The messages that are open beside each other: which, in which order, and moving between them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot

from posto_desktop.core.draft import Draft
from posto_desktop.core.shelf import MOST_OPEN, title_of
from posto_desktop.ui.compose.notice import ComposeNotice
from posto_desktop.ui.compose.part import Part


class OpenMessages(Part):
    """The one in front is the draft at hand; the others lie on the shelf, as they were kept.

    Signals: ``changed(list, str)``: the ids in the order of the tabs, and the one in front;
    ``closed(str)``: this one is open no longer.
    """

    changed = Signal(list, str)
    closed = Signal(str)

    ids: list[str]

    def setup(self) -> None:
        """Connect to the page's widgets and parts; called once all of them are there."""
        self.ids = []
        self._told: tuple[list[str], str] = ([], "")
        self._views: dict[str, tuple[str, int]] = {}
        row = self.page.draft_tabs
        row.tabs.chosen.connect(self.switch)
        row.tabs.closeWanted.connect(self.close)
        row.tabs.arranged.connect(self._arranged)
        row.newWanted.connect(self.page.drafting.new_beside)
        self.page.shelf.listChanged.connect(self.show)
        self.page.composer.opened.connect(self._opened)

    @property
    def active(self) -> str:
        return self.page.composer.draft.id

    # -- places ------------------------------------------------------------------------------

    def restore(self, ids: Sequence[str]) -> None:
        """At start: these were open; the message at hand comes last if it holds something."""
        mine = [] if self.page.draft.is_empty and ids else [self.active]
        self.ids = [*(one for one in ids if one not in mine), *mine]

    def seat(self, new: str, *, beside: bool) -> None:
        """Give a message its place, before it comes to the front: the one that it has, or beside
        the one at hand, or in its place."""
        old = self.active
        if new == old:
            return
        if beside:
            self._views[old] = (self.page.tabs.current(), self.page.editor.textCursor().position())
        if new in self.ids:
            if not beside:
                self._leave(old)
            return
        at = self.ids.index(old) if old in self.ids else len(self.ids) - 1
        if beside:
            self._make_room()
            at = self.ids.index(old) if old in self.ids else len(self.ids) - 1
            self.ids.insert(at + 1, new)
        else:
            self.ids.insert(at + 1, new)
            self._leave(old)

    def _make_room(self) -> None:
        if len(self.ids) < MOST_OPEN:
            return
        gone = next(one for one in self.ids if one != self.active)
        draft = self.page.shelf.get(gone)
        self._leave(gone)
        words = self.tr("“{title}” is back in Drafts: at most 20 messages are open").format(
            title=title_of(draft) if draft is not None else ""
        )
        self.page.noticeRequested.emit(ComposeNotice("info", words))

    def _leave(self, draft_id: str) -> None:
        if draft_id in self.ids:
            self.ids.remove(draft_id)
        self._views.pop(draft_id, None)
        self.closed.emit(draft_id)

    @Slot(object)
    def _opened(self, draft: Draft) -> None:
        if draft.id not in self.ids:
            self.ids.append(draft.id)
        self.show()

    # -- what the user does --------------------------------------------------------------------

    @Slot(str)
    def switch(self, draft_id: str) -> None:
        """Bring an open message to the front, as it was left."""
        if draft_id == self.active:
            return
        draft = self.page.shelf.get(draft_id)
        if draft is None or draft_id not in self.ids:
            self.forget(draft_id)
            return
        self.page.drafting.bring(draft)
        tab, position = self._views.get(draft_id, ("", 0))
        if tab:
            self.page.tabs.choose(tab)
        cursor = self.page.editor.textCursor()
        last = self.page.editor.document().characterCount() - 1
        cursor.setPosition(min(position, last) if draft_id in self._views else last)
        self.page.editor.setTextCursor(cursor)

    @Slot(str)
    def close(self, draft_id: str) -> None:
        """Put a message back into Drafts; the last one gives way to an empty page."""
        if draft_id != self.active:
            self.forget(draft_id)
            return
        at = self.ids.index(draft_id)
        rest = [one for one in self.ids if one != draft_id]
        neighbour = self.page.shelf.get(rest[min(at, len(rest) - 1)]) if rest else None
        if neighbour is None:
            self.page.drafting.new_message()
        else:
            self.page.drafting.bring(neighbour, beside=False)

    @Slot()
    def close_active(self) -> None:
        if len(self.ids) > 1:
            self.close(self.active)

    def forget(self, draft_id: str) -> None:
        """It is not open any more: closed, deleted, posted. Not for the one in front."""
        if draft_id in self.ids and draft_id != self.active:
            self._leave(draft_id)
            self.show()

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
            self.show()

    @Slot(list)
    def _arranged(self, ids: list[str]) -> None:
        if sorted(ids) == sorted(self.ids):
            self.ids = list(ids)
            self._tell()

    # -- showing -------------------------------------------------------------------------------

    @Slot()
    def show(self) -> None:
        """Bring row and button up to date, and tell which messages are open."""
        row = self.page.draft_tabs
        if len(self.ids) > 1:
            row.tabs.set_messages([(one, self._title(one)) for one in self.ids], self.active)
        self.page.show_draft_tabs(len(self.ids) > 1)
        self.page.show_drafts_count(self.page.shelf.count())
        self._tell()

    def _title(self, draft_id: str) -> str:
        at_hand = self.page.composer.draft
        draft = at_hand if draft_id == at_hand.id else self.page.shelf.get(draft_id)
        return (title_of(draft) if draft is not None else "") or self.tr("New message")

    def _tell(self) -> None:
        if not self.page.drafting.restored:
            return  # what was open before is still to come
        now = (list(self.ids), self.active)
        if now != self._told:
            self._told = now
            self.changed.emit(*now)
