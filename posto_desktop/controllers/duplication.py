"""Controller that duplicates several posts of the schedule as drafts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from posto_desktop.controllers.context import AppContext
from posto_desktop.core.copies import copy_of, files_of
from posto_desktop.sdk.records import Schedule
from posto_desktop.workers.file_info import FileInfo, look_at_files
from posto_desktop.workers.keyed_jobs import KeyedJobs

if TYPE_CHECKING:
    from posto_desktop.viewmodels.open_message import OpenMessage


class DuplicationController(QObject):
    """Makes drafts; their files follow after the download."""

    def __init__(
        self, context: AppContext, message: OpenMessage, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._message = context, message
        self._info_jobs = KeyedJobs(context.runner, self)
        self._info_jobs.done.connect(self._inspected)
        context.service.copies_fetched.connect(self._fetched)

    @Slot(object)
    def make(self, messages: Sequence[Sequence[Schedule]]) -> None:
        """Make a draft of each message, with one Undo for all."""
        context, store = self._context, self._message.store
        made: list[str] = []
        # Drafts are listed newest first, so make them in reverse order.
        for rows in reversed(messages):
            draft = copy_of(rows, context.workspaces.current)
            store.put(draft)
            made.append(draft.id)
            context.service.fetch_copies(draft.id, files_of(rows))

        def back() -> None:
            for draft_id in made:
                store.remove(draft_id)

        words = self.tr("{count} messages duplicated as drafts").format(count=len(made))
        context.window.show_notification("ok", words, action_text=self.tr("Undo"), callback=back)

    @Slot(str, list)
    def _fetched(self, draft_id: str, paths: list[str]) -> None:
        if paths and self._message.store.get(draft_id) is not None:
            self._info_jobs.start(draft_id, look_at_files, paths)

    @Slot(object, object)
    def _inspected(self, draft_id: str, infos: list[FileInfo]) -> None:
        draft = self._message.store.get(draft_id)
        media = [info.media for info in infos if info.media is not None]
        if draft is None or not media:
            return
        if self._message.draft.id == draft_id:
            # The draft is open: add the files as the user would.
            self._message.add_files(ref.path for ref in media)
            return
        self._message.store.put(replace(draft, media=(*draft.media, *media)))
