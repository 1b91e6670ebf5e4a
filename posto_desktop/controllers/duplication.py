"""Controller that duplicates messages of the schedule as drafts, with everything they have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QObject, Slot

from posto_desktop.controllers.context import AppContext
from posto_desktop.core.edited_message import message_key
from posto_desktop.sdk.records import Schedule

if TYPE_CHECKING:
    from posto_desktop.controllers.compose import ComposeController
    from posto_desktop.controllers.schedule import ScheduleController
    from posto_desktop.core.draft import Draft
    from posto_desktop.workers.message_opener import OpenedMessage


class DuplicationController(QObject):
    """Makes drafts; they come when their files are there."""

    def __init__(
        self,
        context: AppContext,
        compose: ComposeController,
        schedule: ScheduleController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._compose, self._schedule = context, compose, schedule
        self._store = compose.page.message.store
        self._open_key = ""
        self._batches: dict[str, _Batch] = {}
        context.service.message_opened.connect(self._opened)

    @Slot(object)
    def open(self, rows: Sequence[Schedule]) -> None:
        """Open a copy of the message of these rows in Compose, for all its channels."""
        self._open_key = uuid4().hex
        self._context.service.open_message(self._whole(rows), self._open_key, edits=False)

    @Slot(object)
    def make(self, messages: Sequence[Sequence[Schedule]]) -> None:
        """Make a draft of each message, with one Undo for all."""
        batch = _Batch(len(messages))
        # Drafts are listed newest first, so make them in reverse order.
        for rows in reversed(messages):
            key = uuid4().hex
            self._batches[key] = batch
            self._context.service.open_message(self._whole(rows), key, edits=False)

    @Slot(object)
    def open_copy(self, copy: Draft) -> None:
        """Open a copy in Compose, with Undo that leads back."""
        window = self._context.window
        page = window.wanted_page()
        self._compose.open().restore(copy)

        def back() -> None:
            now = self._store.get(copy.id)
            if now is not None and now.text != copy.text:
                self._compose.page.message.open_drafts.delete(copy.id)  # with Undo
            else:
                self._store.remove(copy.id)
            window.show_page(page)

        window.show_notification(
            "ok", self.tr("Copied to a new message"), action_text=self.tr("Undo"), callback=back
        )

    def _whole(self, rows: Sequence[Schedule]) -> list[Schedule]:
        """Return all posts of a message: a copy goes to all its channels."""
        key = message_key(rows[0])
        same_message = {
            row.channel_id: row for row in self._schedule.rows if message_key(row) == key
        }
        return list(({row.channel_id: row for row in rows} | same_message).values())

    @Slot(object)
    def _opened(self, opened: OpenedMessage) -> None:
        batch = self._batches.pop(opened.key, None)
        if batch is None and opened.key != self._open_key:
            return
        window = self._context.window
        trouble = opened.problem or opened.warning
        if trouble:
            window.show_notification("error" if opened.problem else "warning", trouble)
        if batch is None:
            self._open_key = ""
            if opened.draft is not None:
                self.open_copy(opened.draft)
            return
        batch.left -= 1
        if opened.draft is not None:
            self._store.put(opened.draft)
            batch.made.append(opened.draft.id)
        if not batch.left and batch.made:
            window.show_notification(
                "ok",
                self.tr("%Ln message(s) duplicated as drafts", "", len(batch.made)),
                action_text=self.tr("Undo"),
                callback=lambda: self._take_back(batch),
            )

    def _take_back(self, batch: _Batch) -> None:
        for draft_id in batch.made:
            self._store.remove(draft_id)


class _Batch:
    """Messages that are duplicated together: how many are still to come, and the drafts made."""

    def __init__(self, count: int) -> None:
        self.left = count
        self.made: list[str] = []
