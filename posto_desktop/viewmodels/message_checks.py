"""What follows from the open message: counts, limits that are passed, findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import Entry
from posto_desktop.sdk.records import Schedule
from posto_desktop.viewmodels.assessment import Assessment, assess, assess_job
from posto_desktop.viewmodels.draft_channels import DraftChannels
from posto_desktop.viewmodels.draft_editor import DraftEditor
from posto_desktop.viewmodels.message_time import MessageTime
from posto_desktop.viewmodels.pending_posts import (
    PendingPosts,
    pending_posts_job,
    pending_posts_of_entries,
)
from posto_desktop.workers.debouncer import Debouncer
from posto_desktop.workers.latest_job import LatestJob
from posto_desktop.workers.runner import JobRunner

# Up to this many characters and files a message is checked between two keys; beyond, on a worker.
SHORT = 20_000
FEW_FILES = 40
SOON_MS = 12
SOON_LONG_MS = 300
MANY_CHANNELS = 100
"""With more channels checks and previews follow in an event of their own."""
_UNCHECKED = frozenset({"updated_at", "created_at", "name", "labels", "channels_elsewhere"})


class MessageChecks(QObject):
    """Owns the assessment of the open message, and what the checks need beside it: the workspace's
    plan, the outbox, the files that are missing.

    Signal `assessed(Assessment)`: `result` is a new one.
    """

    assessed = Signal(object)

    def __init__(
        self,
        editor: DraftEditor,
        channels: DraftChannels,
        message_time: MessageTime,
        runner: JobRunner,
        clock: Callable[[], datetime],
        zone: tzinfo,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor, self._channels, self._time = editor, channels, message_time
        self._clock, self._zone = clock, zone
        self.missing: frozenset[str] = frozenset()
        """The message's files that are not on the disk any more, by their paths."""
        self.pending_posts = PendingPosts()
        """The workspace's schedules that are still to be sent."""
        self.pending_entries = PendingPosts()
        """What is on its way from this computer."""
        self.result = Assessment()
        self._pending_job = LatestJob(runner, self)
        self._pending_job.done.connect(self._pending_read)
        self._job = LatestJob(runner, self)
        self._job.done.connect(self._show)
        self._job.done.connect(self._refresh_if_stale)
        self._job.failed.connect(self._refresh_if_stale)
        self._is_stale = False
        self._soon = Debouncer(SOON_MS, self.refresh, self, restart=False)
        editor.changed.connect(self._draft_changed)
        editor.opened.connect(self._draft_opened)
        channels.listChanged.connect(self._channels_changed)

    @Slot(object, object)
    def _draft_changed(self, _draft: object, changed: frozenset[str]) -> None:
        if changed - _UNCHECKED - {"channel_ids", "workspace"}:
            self.refresh_soon()

    @Slot()
    def _draft_opened(self) -> None:
        self._soon.cancel()
        self._job.forget()  # its answer is about the message before
        self.missing = frozenset()

    @Slot()
    def _channels_changed(self) -> None:
        if len(self._channels.listed) > MANY_CHANNELS:
            self.refresh_soon()  # the ticks are to be seen at once
        else:
            self.refresh()

    # -- what is there beside the message ------------------------------------------------------

    def set_schedules(self, rows: Sequence[Schedule]) -> None:
        """What the workspace has planned; read on a worker, for it may be much."""
        self._pending_job.start(pending_posts_job, rows)

    @Slot(object)
    def _pending_read(self, pending_posts: PendingPosts) -> None:
        self.pending_posts = pending_posts
        self.refresh_soon()

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """What is in the outbox."""
        self.pending_entries = pending_posts_of_entries(entries, self._clock())
        self.refresh_soon()

    def set_missing(self, missing: frozenset[str]) -> None:
        """These files of the message are not on the disk."""
        if missing != self.missing:
            self.missing = missing
            self.refresh_soon()

    # -- checking ------------------------------------------------------------------------------

    def is_long(self) -> bool:
        draft = self._editor.draft
        return _has_long_text(draft) or len(draft.media) > FEW_FILES

    def refresh_soon(self) -> None:
        """Check soon: something that the checks are about is another one."""
        # A long text waits for a pause in typing. What is found out about hundreds of files comes
        # without one, and must not put the checks off until the last of them.
        draft = self._editor.draft
        if _has_long_text(draft):
            self._soon.cancel()
            self._soon.call(SOON_LONG_MS)
        else:
            self._soon.call(SOON_LONG_MS if len(draft.media) > FEW_FILES else SOON_MS)

    @Slot()
    def refresh(self) -> None:
        """Check now; a long message goes to a worker and the answer follows."""
        self._soon.cancel()
        if not self.is_long():
            self._job.forget()  # the message has become short
            self._show(assess(*self._what()))
        elif self._job.is_running:
            self._is_stale = True
        else:
            self._is_stale = False
            self._job.start(assess_job, *self._what())

    def settle(self) -> Assessment:
        """Bring the result up to date at once: the button was pressed."""
        self._soon.cancel()
        self._show(assess(*self._what()))
        return self.result

    def _what(self) -> tuple[Any, ...]:
        """The arguments of `assess`, with the time of the user's zone: checks name times by it."""
        return (
            self._editor.draft,
            tuple(self._channels.listed),
            self._clock().astimezone(self._zone),
            self._time.read_now(),
            self.missing,
            (self.pending_posts, self.pending_entries),
            self.result.post,
        )

    @Slot()
    def _refresh_if_stale(self) -> None:
        if self._is_stale:
            self.refresh_soon()

    @Slot(object)
    def _show(self, result: Assessment) -> None:
        self.result = result
        self.assessed.emit(result)


def _has_long_text(draft: Draft) -> bool:
    return len(draft.text) + sum(map(len, draft.variants.values())) > SHORT
