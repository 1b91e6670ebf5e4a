"""The drafts of the Compose page: opened, kept, put aside, thrown away, brought back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot

from posto_desktop.core.draft import Draft
from posto_desktop.ui.compose.notice import ComposeNotice
from posto_desktop.ui.compose.part import Part
from posto_desktop.ui.compose.when_text import ago

if TYPE_CHECKING:
    from posto_desktop.ui.compose.page import ComposePage


class Drafting(Part):
    """Between the widgets, the composer (the draft at hand) and the shelf (all others)."""

    def __init__(self, page: ComposePage) -> None:
        super().__init__(page)
        self.loading = False
        """The widgets are being filled: what they tell meanwhile is no change."""
        self._saved_at: datetime | None = None
        self._restored = False

    @Slot(object)
    def load_draft(self, draft: Draft) -> None:
        """Open a draft; what is in the page now is kept first."""
        if draft.id != self.page.composer.draft.id:
            self.page.composer.keep()
        self.open(draft.copy(), stored=True)
        if draft.channel_ids:
            self.page.want_channels(list(draft.channel_ids))

    @Slot()
    def new_message(self) -> None:
        """Keep what is there and begin with an empty page; the channels stay ticked."""
        self.page.composer.keep()
        self.open(Draft(workspace=self.page.composer.workspace), stored=False)
        if self.page.isVisible():
            self.page.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def restore(self, draft: Draft) -> None:
        """The way back after posting: the message as it was, to be changed or posted again."""
        self.load_draft(draft)
        self.page.composer.touch()

    @Slot(object)
    def set_saved(self, when: datetime | None = None) -> None:
        """The draft has reached the disk (at this time, aware)."""
        self._saved_at = when or self.page.clock()
        self.show_saved()

    @Slot(object)
    def set_drafts(self, drafts: Sequence[Draft]) -> None:
        """All stored drafts.  The first time the newest one is opened again, as it was left."""
        self.page.shelf.fill(drafts)
        if self._restored:
            return
        self._restored = True
        newest = self.page.shelf.newest()
        if newest is not None and self.page.draft.is_empty:
            self.open_from_shelf(newest)

    @Slot()
    def save_as_draft(self) -> None:
        """Put the message aside and begin a new one."""
        if self.page.draft.is_empty:
            words = self.tr("There is nothing to keep yet")
            self.page.noticeRequested.emit(ComposeNotice("info", words))
            return
        self.page.composer.touch()
        self.page.composer.keep()
        kept = self.page.composer.draft.copy()
        self.new_message()
        self.page.shelf.offer("ok", self.tr("Kept in Drafts"), kept)

    @Slot()
    def discard(self) -> None:
        """Throw the message away; the notice brings it back."""
        draft = self.page.draft
        if draft.is_empty:
            return
        stored = self.page.composer.is_stored(draft.id)
        self.page.composer.discard_changes()
        self.page.composer.forget(draft.id)
        self.page.shelf.forget(draft.id)
        if stored:
            self.page.draftDeleted.emit(draft.id)
        self.new_message()

        def back() -> None:
            self.restore(draft)

        words = self.tr("Message discarded")
        self.page.noticeRequested.emit(ComposeNotice("ok", words, self.tr("Undo"), back))

    @Slot()
    def show_drafts(self) -> None:
        """The list of drafts, under the menu button."""
        self.page.composer.keep()
        self.page.shelf.show_list(
            self.page.composer.draft.id, self.page.clock(), self.page.more_button
        )

    @Slot()
    def start_new(self) -> None:
        """Put the message aside, as a draft if it has anything, and begin another."""
        if self.page.draft.is_empty:
            self.new_message()
        else:
            self.save_as_draft()

    @Slot(object)
    def open_from_shelf(self, draft: Draft) -> None:
        if draft.id != self.page.composer.draft.id:
            self.load_draft(draft)
            self.set_saved(draft.updated_at)

    @Slot(str)
    def draft_gone(self, draft_id: str) -> None:
        if draft_id == self.page.composer.draft.id and not self.page.draft.is_empty:
            # Deleted in the list while it was open: the page must not store it again.
            self.page.composer.discard_changes()
            self.page.composer.forget(draft_id)
            self.open(Draft(workspace=self.page.composer.workspace), stored=False)
        self.page.draftDeleted.emit(draft_id)

    @Slot(str)
    def emptied(self, draft_id: str) -> None:
        self._saved_at = None
        self.page.shelf.drop(draft_id)
        self.show_saved()

    def open(self, draft: Draft, *, stored: bool) -> None:
        """Put a draft into the widgets."""
        self.loading = True
        try:
            self.page.dismiss_question()
            self.page.tabs.choose("")
            self.page.editor.show_key("")
            for slug in list(self.page.composer.draft.variants):
                self.page.editor.drop_key(slug)
            self.page.editor.set_text("", draft.text)
            for slug, text in draft.variants.items():
                self.page.editor.set_text(slug, text)
            self.page.fields.set_values(draft.link, draft.first_comment)
            self.page.when.set_text(draft.when_text)
            self.page.when.set_repeat(draft.repeat)
            self.page.composer.draft = draft
            self.page.media.set_files(draft.media)
            for ref in draft.media:
                if not ref.width and not ref.problem:
                    self.page.intake.load_facts(ref.path)
            self._saved_at = None
            if not draft.is_empty:
                self.page.leave_first_run()
        finally:
            self.loading = False
        self.page.writing.name_editor()
        self.page.writing.show_variants()
        self.page.composer.open(draft, stored=stored)
        self.page.intake.look_for_missing()

    def pull(self) -> None:
        """Bring the widgets' values into the draft."""
        if self.loading:
            return
        draft = self.page.composer.draft
        draft.text = self.page.editor.text_of("")
        for slug in draft.variants:
            draft.variants[slug] = self.page.editor.text_of(slug)
        draft.link = self.page.fields.link.text()
        draft.first_comment = self.page.fields.comment.text()
        draft.when_text = self.page.when.text()
        draft.repeat = self.page.when.repeat()
        draft.media = self.page.media.refs()

    def show_saved(self) -> None:
        # Of an empty message there is nothing that could be lost.
        if self.page.composer.draft.is_empty:
            self.page.action_bar.set_state(self.tr("Nothing written yet"), kept=False)
        elif self._saved_at is not None:
            words = self.tr("Saved on this computer {ago}")
            words = words.format(ago=ago(self._saved_at, self.page.clock()))
            self.page.action_bar.set_state(words, kept=True)
        else:
            self.page.action_bar.set_state(self.tr("Not kept yet"), kept=False)
        self.page.action_bar.save.setEnabled(not self.page.composer.draft.is_empty)
