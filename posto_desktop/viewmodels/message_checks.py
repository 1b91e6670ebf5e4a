"""Checks of the open message: counts, exceeded limits, findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core.checks import Finding
from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import Entry
from posto_desktop.core.refusal import Refusal, finding_of
from posto_desktop.sdk.records import Schedule
from posto_desktop.sdk.site_content import AutoShareSettings
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

# Up to so many characters, files and posts a message is checked at once; beyond that on a worker.
SHORT = 20_000
FEW_FILES = 40
MANY_POSTS = 500
SOON_MS = 12
SOON_LONG_MS = 300
MANY_CHANNELS = 100
"""With more channels than this, checks and previews run in an event of their own."""
_UNCHECKED = frozenset({"updated_at", "created_at", "name", "labels", "channels_elsewhere"})


class MessageChecks(QObject):
    """Owns the assessment of the open message and its other inputs: the schedule, the outbox,
    missing files, and what networks said about messages that are edited to be sent anew.

    Signal `assessed(Assessment)`: `result` changed.
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
        """Paths of the message's files that are missing on the disk."""
        self.site: AutoShareSettings | None = None
        """What the workspace's site does to links and texts, as far as known."""
        self.pending_posts = PendingPosts()
        """The posts of the workspace's schedule that wait to be sent."""
        self.pending_entries = PendingPosts()
        """The posts of the outbox."""
        self._refused: dict[str, tuple[Refusal, Draft]] = {}  # by draft
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
        channels.model.accountsChanged.connect(self.refresh_soon)

    @Slot(object, object)
    def _draft_changed(self, _draft: object, changed: frozenset[str]) -> None:
        if changed - _UNCHECKED - {"channel_ids", "workspace"}:
            self.refresh_soon()

    @Slot()
    def _draft_opened(self) -> None:
        self._soon.cancel()
        self._job.forget()  # its answer is about the previous message
        self.missing = frozenset()

    @Slot()
    def _channels_changed(self) -> None:
        if len(self._channels.listed) > MANY_CHANNELS:
            self.refresh_soon()  # ticks must show at once
        else:
            self.refresh()

    # -- other inputs of the checks ------------------------------------------------------------

    def set_schedules(self, rows: Sequence[Schedule]) -> None:
        """Set the schedule; a worker reads it, because it may be long."""
        self._pending_job.start(pending_posts_job, rows, self._clock())

    @Slot(object)
    def _pending_read(self, pending_posts: PendingPosts) -> None:
        self.pending_posts = pending_posts
        self.refresh_soon()

    def set_entries(self, entries: Sequence[Entry]) -> None:
        self.pending_entries = pending_posts_of_entries(entries, self._clock())
        self.refresh_soon()

    @Slot(object)
    def set_site(self, settings: AutoShareSettings | None) -> None:
        """Set what the workspace's site does to links and texts; None is unknown."""
        if settings != self.site:
            self.site = settings
            self.refresh_soon()

    def set_missing(self, missing: frozenset[str]) -> None:
        if missing != self.missing:
            self.missing = missing
            self.refresh_soon()

    def set_refusal(self, refusal: Refusal) -> None:
        """Show what a network said about the open message, until the cause is changed."""
        self._refused[self._editor.draft.id] = (refusal, self._editor.draft)
        self.refresh()

    def refusal(self) -> Finding | None:
        """Return what a network said about the open message; None if that is mended."""
        refused = self._refused.get(self._editor.draft.id)
        return finding_of(refused[0], self._editor.draft, refused[1]) if refused else None

    # -- checking ------------------------------------------------------------------------------

    def is_long(self) -> bool:
        draft = self._editor.draft
        many_posts = len(self._time.times) * len(self._channels.listed) > MANY_POSTS
        return _has_long_text(draft) or len(draft.media) > FEW_FILES or many_posts

    def refresh_soon(self) -> None:
        # A long text waits for a pause in typing. Facts of hundreds of files arrive without one,
        # and must not delay the checks until the last.
        draft = self._editor.draft
        if _has_long_text(draft):
            self._soon.cancel()
            self._soon.call(SOON_LONG_MS)
        else:
            self._soon.call(SOON_LONG_MS if len(draft.media) > FEW_FILES else SOON_MS)

    @Slot()
    def refresh(self) -> None:
        """Check now, or start a worker for a long message."""
        self._soon.cancel()
        if not self.is_long():
            self._job.forget()  # the message became short
            self._show(assess(*self._assess_arguments()))
        elif self._job.is_running:
            self._is_stale = True
        else:
            self._is_stale = False
            self._job.start(assess_job, *self._assess_arguments())

    def settle(self) -> Assessment:
        """Check at once and return the result, because the button was pressed."""
        self._soon.cancel()
        self._show(assess(*self._assess_arguments()))
        return self.result

    def _assess_arguments(self) -> tuple[Any, ...]:
        """Return the arguments of `assess`, with the time in the user's zone, which findings
        mention."""
        return (
            self._editor.draft,
            tuple(self._channels.listed),
            self._clock().astimezone(self._zone),
            self._time.read_now(),
            self.missing,
            (self.pending_posts, self.pending_entries),
            self.result.post,
            self._channels.model.accounts(),
            tuple(self._time.times),
            self.site,
        )

    @Slot()
    def _refresh_if_stale(self) -> None:
        if self._is_stale:
            self.refresh_soon()

    @Slot(object)
    def _show(self, result: Assessment) -> None:
        refusal = self.refusal()
        if refusal is not None:
            result = replace(result, findings=(refusal, *result.findings))
        self.result = result
        self.assessed.emit(result)


def _has_long_text(draft: Draft) -> bool:
    further = sum(len(text) for parts in draft.threads.values() for text in parts)
    return len(draft.text) + sum(map(len, draft.variants.values())) + further > SHORT
