"""Controller that opens scheduled messages in Compose, to edit them, and saves their changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QObject, Slot

from posto_desktop.controllers.context import AppContext
from posto_desktop.core.draft import Draft
from posto_desktop.core.edited_message import EditedMessage, ScheduledPost, posts_of_message
from posto_desktop.core.pending_edits import entry_editing
from posto_desktop.core.typed_time import typed
from posto_desktop.models import dates
from posto_desktop.sdk.records import Channel, Schedule

if TYPE_CHECKING:
    from posto_desktop.controllers.activity import ActivityController
    from posto_desktop.controllers.compose import ComposeController
    from posto_desktop.controllers.schedule import ScheduleController
    from posto_desktop.core.entries import Entry
    from posto_desktop.core.message_save import FurtherMessages
    from posto_desktop.core.refusal import Refusal
    from posto_desktop.delivery.message_edits import SavedEdit
    from posto_desktop.workers.message_opener import OpenedMessage


class MessageEditController(QObject):
    """Every way to edit a message leads here."""

    def __init__(
        self,
        context: AppContext,
        compose: ComposeController,
        schedule: ScheduleController,
        activity: ActivityController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._compose = context, compose
        self._schedule, self._activity = schedule, activity
        self._message = compose.page.message
        self._request_key = ""
        """Key of the message that is being opened; a later one replaces it."""
        self._refusal: Refusal | None = None
        self._pages: dict[str, str] = {}
        """Pages from which drafts were opened, to return to."""
        self._entries: Sequence[Entry] = ()
        self.is_merged: Callable[
            [Draft, Sequence[Channel], datetime | None, FurtherMessages | None], bool
        ] = lambda *_saving: False
        """Return whether somebody else saves the changes, after a look at those of others."""
        context.service.outbox_changed.connect(self._set_entries)
        context.service.message_opened.connect(self._opened)
        context.service.edit_saved.connect(self._saved)
        compose.page.editRequested.connect(self._save)

    @Slot(object)
    def _set_entries(self, entries: Sequence[Entry]) -> None:
        self._entries = entries

    # -- opening -----------------------------------------------------------------------------

    @Slot(object)
    def edit(self, rows: Sequence[Schedule]) -> None:
        """Edit the message of these rows, with all its posts that are still to go out."""
        workspace = self._context.service.workspace_id
        pending = entry_editing(self._entries, workspace, rows[0])
        if pending is not None:
            self.edit_entry(pending.id)
            return
        posts = posts_of_message(rows[0], self._schedule.rows) or list(rows)
        if self._go_on(EditedMessage(workspace, tuple(map(ScheduledPost.of, posts)))):
            return
        self._request_key, self._refusal = uuid4().hex, None
        self._context.service.open_message(posts, self._request_key, edits=True)

    @Slot(object, object, object)
    def edit_refused(self, post: Schedule, refusal: Refusal, _entry: Entry | None) -> None:
        """Edit a refused post alone, at what was refused."""
        workspace = self._context.service.workspace_id
        if self._go_on(EditedMessage(workspace, (ScheduledPost.of(post),))):
            return
        self._request_key, self._refusal = uuid4().hex, refusal
        self._context.service.open_message([post], self._request_key, edits=True)

    @Slot(str)
    def edit_entry(self, entry_id: str) -> None:
        """Edit a post that waits in the outbox; it goes on waiting as it is until the changes are
        saved."""
        entry = self._activity.model.entry(entry_id)
        if entry is None:
            return
        if entry.workspace != self._context.service.workspace_id:
            text = self.tr("It belongs to another workspace. Open that one to edit it.")
            self._context.window.show_notification("info", text)
            return
        edited = _edited_entry(entry)
        if self._go_on(edited):
            return
        draft = entry.draft.duplicate()
        self._show(replace(draft, workspace=entry.workspace, repeat=None, editing=edited))

    def _go_on(self, edited: EditedMessage) -> bool:
        """Go on with the draft that edits the same message; return False if there is none."""
        draft = self._message.edit.draft_of(edited)
        if draft is None:
            return False
        self._remember_page(draft.id)
        self._compose.open()
        self._message.open_drafts.open_draft(draft)
        return True

    @Slot(object)
    def _opened(self, opened: OpenedMessage) -> None:
        if opened.key != self._request_key:
            return
        self._request_key = ""
        if opened.warning:
            self._context.window.show_notification("warning", opened.warning)
        if opened.draft is not None and self._refusal is not None:
            self._remember_page(opened.draft.id)
            self._compose.open().edit_refused(opened.draft, self._refusal)
        elif opened.draft is not None:
            self._show(opened.draft)
        else:
            self._context.window.show_notification("error", opened.problem)

    def _show(self, draft: Draft) -> None:
        when = draft.editing.when if draft.editing is not None else None
        if when is not None and when > datetime.now(UTC):
            draft = replace(draft, when_text=typed(when, self._message.zone))
        self._remember_page(draft.id)
        self._compose.open()
        self._message.open_drafts.load(draft)
        self._message.open_drafts.focus()

    def _remember_page(self, draft_id: str) -> None:
        page = self._context.window.wanted_page()
        if page != self._compose.KEY:
            self._pages[draft_id] = page

    # -- saving ------------------------------------------------------------------------------

    @Slot(object, object, object, object)
    def _save(
        self,
        draft: Draft,
        channels: Sequence[Channel],
        share_at: datetime | None,
        further: FurtherMessages | None,
    ) -> None:
        if not self.is_merged(draft, channels, share_at, further):
            self.save(draft, channels, share_at, further)
        page = self._pages.pop(draft.id, "")
        if page:
            self._context.window.show_page(page)

    def save(
        self,
        draft: Draft,
        channels: Sequence[Channel],
        share_at: datetime | None,
        further: FurtherMessages | None,
    ) -> None:
        """Save the changes of a scheduled message."""
        self._context.service.save_edit(
            draft, channels, share_at, self._context.channels.channels(), further
        )

    def show(self, draft: Draft) -> None:
        """Open a draft that edits a message again."""
        self._show(draft)

    @Slot(object)
    def _saved(self, saved: SavedEdit) -> None:
        """Carry out what needs no new post, and say what was saved, with Undo."""
        window, service = self._context.window, self._context.service
        changes = saved.changes
        if saved.entry is not None:
            back = self._schedule.undo.add_step(
                f"edit {saved.entry.id}", partial(self._undo, saved.entry.id)
            )
            window.show_notification(
                "ok",
                self._saved_words(saved.entry),
                action_text=self.tr("Undo"),
                callback=back,
                offers=f"edit {saved.entry.id}",
            )
        elif changes.moved and saved.share_at is not None:
            service.reschedule(changes.moved, saved.share_at)
        elif changes.removed:
            self._schedule.undo.delete([post.id for post in changes.removed])
        elif saved.labels:
            window.show_notification("ok", self.tr("Labels saved"))
            service.refresh_schedules()
        elif not saved.further:  # those are confirmed by themselves
            window.show_notification("info", self.tr("Nothing was changed"))

    def _saved_words(self, entry: Entry) -> str:
        if entry.share_at is None:
            return self.tr("Changes saved. The message is being sent.")
        when = dates.spoken_when(entry.share_at, datetime.now(UTC))
        return self.tr("Changes saved: {when}").format(when=when)

    def _undo(self, entry_id: str) -> None:
        self._context.service.undo_edit(entry_id, self._context.channels.channels())


def _edited_entry(entry: Entry) -> EditedMessage:
    """Return what a draft edits that edits a waiting entry: of an edit, also the posts that it left
    as they are."""
    before, replaces = entry.draft.editing, entry.replaces
    left_posts: tuple[ScheduledPost, ...] = ()
    message = ""
    if before is not None and replaces is not None:
        left_posts = tuple(post for post in before.posts if post.id not in replaces.ids)
        message = before.message
    return EditedMessage(
        workspace=entry.workspace,
        posts=left_posts,
        at=entry.share_at.timestamp() if entry.share_at is not None else None,
        message=message,
        entry_id=entry.id,
        before={key: value for key, value in entry.draft.to_json().items() if key != "editing"},
        carried=before.carried if before is not None else {},
    )
