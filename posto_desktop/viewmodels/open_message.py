"""Creates the state of the open message in the right order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo

from PySide6.QtCore import QObject, Signal

from posto_desktop.core.draft import Draft
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.stores.used_words import UsedWordStore
from posto_desktop.viewmodels.draft_channels import DraftChannels
from posto_desktop.viewmodels.draft_editor import DraftEditor
from posto_desktop.viewmodels.free_slots import FreeSlots
from posto_desktop.viewmodels.message_checks import MessageChecks
from posto_desktop.viewmodels.message_style import MessageStyle
from posto_desktop.viewmodels.message_time import MessageTime
from posto_desktop.viewmodels.notification import PageNotifier
from posto_desktop.viewmodels.open_drafts import OpenDrafts
from posto_desktop.viewmodels.posting_flow import PostingFlow
from posto_desktop.viewmodels.scheduled_edit import ScheduledEdit
from posto_desktop.viewmodels.suggestions import Suggestions
from posto_desktop.viewmodels.templates import Templates
from posto_desktop.workers.runner import JobRunner


class OpenMessage(QObject):
    """The open message without its page. Each attribute owns one subject. `notifier` collects the
    notifications.

    Signal `addFilesRequested(list[str])`: attach these files.
    """

    addFilesRequested = Signal(list)

    def __init__(
        self,
        runner: JobRunner,
        store: DraftStore,
        channels: ChannelsModel,
        clock: Callable[[], datetime],
        zone: tzinfo,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.clock, self.zone = clock, zone
        self.store = store
        self.notifier = PageNotifier(self)
        self.editor = DraftEditor(store, clock, self)
        self.time = MessageTime(self.editor, clock, zone, self)
        self.channels = DraftChannels(self.editor, channels, self)
        self.checks = MessageChecks(
            self.editor, self.channels, self.time, runner, clock, zone, self
        )
        self.open_drafts = OpenDrafts(store, self.editor, self.channels, self.notifier, self)
        self.open_drafts.leaving.connect(self.time.fix)
        self.templates = Templates(store, self.open_drafts, self.notifier, clock, zone, self)
        self.style = MessageStyle(self.editor, store, clock, zone, self)
        self.slots = FreeSlots(self.editor, self.channels, store, runner, clock, zone, self)
        self.suggestions = Suggestions(
            UsedWordStore(store, runner, clock, self),
            self.channels,
            lambda: self.editor.draft.id,
            self,
        )
        self.edit = ScheduledEdit(self.editor, self.channels, store, clock, zone, self)
        self.posting = PostingFlow(
            self.editor,
            self.channels,
            self.checks,
            self.time,
            self.open_drafts,
            self.edit,
            store,
            self,
        )

    @property
    def draft(self) -> Draft:
        return self.editor.draft

    def add_files(self, paths: Iterable[str]) -> None:
        """Attach files; a notification names unusable ones."""
        self.addFilesRequested.emit(list(paths))

    def offer_undo(self, words: str, before: Draft) -> None:
        """Show a notification with Undo for the changes since the draft `before`."""
        self.notifier.offer_undo(words, self.editor.undo_of(before))
