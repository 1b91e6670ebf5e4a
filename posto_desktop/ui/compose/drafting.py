"""The drafts of the Compose page: opened, kept, put aside, thrown away, brought back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot

from posto_desktop.core.draft import Draft
from posto_desktop.core.shelf import Desk, desk_of, labels_of
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
        # Drafts that are only in memory: why, in a few words and in sentences.
        self._not_kept: dict[str, tuple[str, str]] = {}
        self.restored = False
        """What was open when the app ended is open again (or there was nothing)."""
        self._asked_for_new = False

    # -- coming to the front -----------------------------------------------------------------

    @Slot(object)
    def load_draft(self, draft: Draft) -> None:
        """Open a draft beside the message that is in the page, or in place of an empty one."""
        if self.page.shelf.get(draft.id) is None:
            if not draft.channel_ids:
                # Something new that names no channels: it goes where a new message would go.
                draft = replace(draft, channel_ids=tuple(self.page.targets.for_new()))
            self.page.shelf.take(draft)
        self._go_to(draft, stored=True, beside=True)

    def bring(self, draft: Draft, *, beside: bool = True) -> None:
        """An open message comes to the front, with its channels and no others."""
        self._go_to(draft, stored=True, beside=beside)
        self.set_saved(draft.updated_at)

    @Slot()
    def new_message(self) -> None:
        """Keep what is there and begin with an empty page, to the same channels."""
        self._begin(beside=False)

    @Slot()
    def new_beside(self) -> None:
        """Begin another message; the present one stays open."""
        self._begin(beside=True)

    def begin_empty(self) -> None:
        """Have a message in front in which there is nothing yet, and keep it there when what was
        open before comes from the disk."""
        self._asked_for_new = not self.restored
        if not self.page.draft.is_empty:
            self.new_beside()

    def _begin(self, *, beside: bool) -> None:
        self._go_to(self._fresh(), stored=False, beside=beside)
        if self.page.isVisible():
            self.page.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fresh(self) -> Draft:
        """A new message has channels of its own, at first those of the one before it."""
        return Draft(
            workspace=self.page.composer.workspace,
            channel_ids=tuple(self.page.targets.for_new()),
        )

    def _go_to(self, draft: Draft, *, stored: bool, beside: bool) -> None:
        if draft.id != self.page.composer.draft.id:
            self.put_by()
            beside = beside and not self.page.draft.is_empty
            self.page.open_messages.seat(draft.id, beside=beside)
        self.open(draft, stored=stored)

    def put_by(self) -> None:
        """Keep the message at hand, if something of it is not kept yet."""
        self.page.composer.keep()

    # -- all drafts --------------------------------------------------------------------------

    @Slot(object)
    def set_drafts(self, drafts: Sequence[Draft]) -> None:
        """All stored drafts.  The first time the newest one is opened again, as it was left."""
        self.set_desk(desk_of(drafts))

    @Slot(object)
    def set_desk(self, desk: Desk) -> None:
        """All drafts and templates.  The first time what was open is so again, as it was left."""
        self.page.shelf.fill(desk.drafts, desk.templates)
        if self.restored:
            return
        known = [one for one in desk.open_ids if self.page.shelf.get(one) is not None]
        free = self.page.draft.is_empty and not self._asked_for_new
        self.page.open_messages.restore(known)
        if not free and self.page.draft.id not in self.page.open_messages.ids:
            self.page.open_messages.ids.append(self.page.draft.id)
        self.restored = True
        active = self.page.shelf.get(desk.active)
        if free and active is not None:
            self.load_draft(active)
            self.set_saved(active.updated_at)
        self.page.open_messages.show()

    @Slot(object)
    def kept(self, draft: Draft) -> None:
        """The composer gives the draft to be stored."""
        self.page.shelf.keep(draft)

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

    @Slot(str, object)
    def draft_saved(self, draft_id: str, when: datetime) -> None:
        """A draft has reached the disk."""
        self._not_kept.pop(draft_id, None)
        if draft_id == self.page.composer.draft.id:
            self.set_saved(when)

    @Slot(str, str, str)
    def draft_not_saved(self, draft_id: str, why: str, sentence: str) -> None:
        """A draft cannot be written; that is tried again."""
        self._not_kept[draft_id] = (why, sentence)
        if draft_id == self.page.composer.draft.id:
            self.show_saved()

    @Slot()
    def save_as_draft(self) -> None:
        """Put the message aside and begin a new one."""
        if self.page.draft.is_empty:
            words = self.tr("There is nothing to keep yet")
            self.page.noticeRequested.emit(ComposeNotice("info", words))
            return
        self.page.composer.touch()
        self.page.composer.keep()
        kept = self.page.composer.draft
        self.new_message()
        if kept.id in self._not_kept:
            words = self.tr("In Drafts, but only until Posto ends: it could not be written")
            self.page.shelf.offer("warning", words, kept)
        else:
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
        self._empty_page()
        self.page.shelf.forget(draft.id)
        if stored:
            self.page.draftDeleted.emit(draft.id)

        def back() -> None:
            self.restore(draft)

        words = self.tr("Message discarded")
        self.page.noticeRequested.emit(ComposeNotice("ok", words, self.tr("Undo"), back))

    def _empty_page(self) -> None:
        """Put an empty message in place of one of which nothing is to be kept."""
        fresh = self._fresh()
        self.page.open_messages.seat(fresh.id, beside=False)
        self.open(fresh, stored=False)
        if self.page.isVisible():
            self.page.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def posted(self, draft: Draft) -> None:
        """It is in the outbox: an empty page takes its place.  Another open message does not, for
        a second press of the same key would post that, too."""
        self.page.composer.forget(draft.id)
        self._empty_page()
        self.page.shelf.forget(draft.id)

    @Slot()
    def start_new(self) -> None:
        """Put the message aside, as a draft if it has anything, and begin another."""
        if self.page.draft.is_empty:
            self.new_message()
        else:
            self.save_as_draft()

    @Slot(object)
    def open_from_shelf(self, draft: Draft) -> None:
        if draft.id in self.page.open_messages.ids:
            self.page.open_messages.switch(draft.id)
        elif draft.id != self.page.composer.draft.id:
            self.load_draft(draft)
            self.set_saved(draft.updated_at)
        if self.page.isVisible():
            self.page.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def draft_gone(self, draft_id: str) -> None:
        if draft_id == self.page.composer.draft.id and not self.page.draft.is_empty:
            # Deleted in the list while it was open: the page must not store it again.
            self.page.composer.discard_changes()
            self.page.composer.forget(draft_id)
            self._empty_page()
        self.page.open_messages.forget(draft_id)
        self.page.draftDeleted.emit(draft_id)

    @Slot(str)
    def emptied(self, draft_id: str) -> None:
        self._saved_at = None
        self.page.shelf.drop(draft_id)
        self.show_saved()

    # -- labels ------------------------------------------------------------------------------

    @Slot(object)
    def show_labels(self, draft: Draft) -> None:
        """The content of the message became another one."""
        self.page.labels.set_labels(draft.labels)

    def known_labels(self) -> list[str]:
        """The labels in use, of drafts and templates, to complete from."""
        return labels_of([*self.page.shelf.drafts(), *self.page.shelf.templates()])

    @Slot(str, list)
    def label(self, draft_id: str, labels: list[str]) -> None:
        """Give one of the drafts these labels."""
        if draft_id == self.page.composer.draft.id:
            self.page.labels.set_labels(labels)
            self.page.content_changed()
            self.page.composer.keep()
            return
        draft = self.page.shelf.get(draft_id)
        if draft is not None:
            self.page.shelf.keep(replace(draft, labels=tuple(labels)))

    # -- the widgets -------------------------------------------------------------------------

    def open(self, draft: Draft, *, stored: bool) -> None:
        """Put a draft into the widgets."""
        self.loading = True
        try:
            self.page.asking.dismiss()
            self.page.tabs.choose("")
            self.page.editor.show_key("")
            for slug in list(self.page.composer.draft.variants):
                self.page.editor.drop_key(slug)
            self.page.editor.set_text("", draft.text)
            for slug, text in draft.variants.items():
                self.page.editor.set_text(slug, text)
            self.page.fields.set_values(draft.link, draft.first_comment)
            self.page.labels.set_labels(draft.labels)
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
        self.page.targets.take(draft, stored=stored)
        self.page.writing.name_editor()
        self.page.writing.show_variants()
        self.page.composer.open(self.page.composer.draft, stored=stored)
        self.page.targets.choice.changed.emit()
        self.page.scroll_area.verticalScrollBar().setValue(0)
        self.page.intake.look_for_missing()

    def pull(self) -> None:
        """Bring the widgets' values into the draft."""
        if self.loading:
            return
        draft = self.page.composer.draft
        self.page.composer.draft = replace(
            draft,
            text=self.page.editor.text_of(""),
            variants={key: self.page.editor.text_of(key) for key in draft.variants},
            link=self.page.fields.link.text(),
            first_comment=self.page.fields.comment.text(),
            when_text=self.page.when.text(),
            repeat=self.page.when.repeat(),
            media=tuple(self.page.media.refs()),
            labels=tuple(self.page.labels.labels()),
        )

    def show_saved(self) -> None:
        # Of an empty message there is nothing that could be lost.
        if self.page.composer.draft.is_empty:
            self.page.action_bar.set_state(self.tr("Nothing written yet"), kept=False)
        elif self.page.composer.draft.id in self._not_kept:
            why, sentence = self._not_kept[self.page.composer.draft.id]
            short = self.tr("Not kept")
            words = self.tr("Not kept: {why}").format(why=why) if why else short
            self.page.action_bar.set_state(words, kept=False, bad=True, short=short, tip=sentence)
        elif self._saved_at is not None:
            words = self.tr("Saved {ago}").format(ago=ago(self._saved_at, self.page.clock()))
            tip = self.tr("The draft is kept on this computer")
            self.page.action_bar.set_state(words, kept=True, short=self.tr("Saved"), tip=tip)
        else:
            self.page.action_bar.set_state(self.tr("Not kept yet"), kept=False)
        self.page.action_bar.set_written(not self.page.composer.draft.is_empty)
