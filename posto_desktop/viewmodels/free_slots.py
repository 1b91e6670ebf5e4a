"""Finds the next free weekly slot for the open message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core.entries import Entry
from posto_desktop.core.slots import SlotGroup, group_for, next_free, read
from posto_desktop.models.parsed_time import parse_time
from posto_desktop.models.zone_words import ZoneTimes
from posto_desktop.sdk.records import Schedule
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.viewmodels.draft_channels import DraftChannels
from posto_desktop.viewmodels.draft_editor import DraftEditor
from posto_desktop.workers.latest_job import LatestJob
from posto_desktop.workers.runner import Job, JobRunner

# Read drafts again after this time, because "tomorrow" may mean another day.
_STALE = timedelta(minutes=10)


class FreeSlots(QObject):
    """Owns the weekly slots and the occupied times of the open message's channels.

    Signal `changed()`: `slot` or `group` changed.
    """

    changed = Signal()

    def __init__(
        self,
        editor: DraftEditor,
        channels: DraftChannels,
        store: DraftStore,
        runner: JobRunner,
        clock: Callable[[], datetime],
        zone: tzinfo,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor, self._channels, self._store = editor, channels, store
        self._clock, self._zone = clock, zone
        self.slot: datetime | None = None
        """The next free slot of the message's channels, as aware UTC."""
        self._job = LatestJob(runner, self)
        self._job.done.connect(self._rows_read)
        self._rows: list[tuple[datetime, int]] = []
        self._of_site: list[tuple[datetime, int]] = []
        self._entries: list[tuple[datetime, tuple[int, ...]]] = []
        self._groups: list[SlotGroup] = []
        self._version = 0
        self._known: tuple[object, ...] = ()
        store.saved.connect(self._posts_changed)
        channels.listChanged.connect(self.refresh)

    # -- occupied times ------------------------------------------------------------------------

    @Slot(object)
    def set_rows(self, rows: Sequence[Schedule]) -> None:
        """Set the schedule; a worker reads it, because it may be long."""
        self._job.start(_waiting_job, list(rows))

    @Slot(object)
    def _rows_read(self, rows: list[tuple[datetime, int]]) -> None:
        self._rows = rows
        self._posts_changed()

    @Slot(object)
    def set_site_rows(self, rows: Sequence[Schedule]) -> None:
        """Set the posts that the site's planners will make (core.site_schedule)."""
        self._of_site = [(row.send_at, row.channel_id) for row in rows if row.send_at is not None]
        self._posts_changed()

    @Slot(object)
    def set_entries(self, entries: Sequence[Entry]) -> None:
        self._entries = [
            (entry.share_at, entry.channel_ids)
            for entry in entries
            if entry.share_at is not None and not entry.is_ended
        ]
        self._posts_changed()

    @Slot(str)
    def set_slots(self, text: str) -> None:
        """Set the slots from the setting ``publishing.slots``."""
        self._groups = read(text)
        self._posts_changed()

    @Slot()
    def _posts_changed(self) -> None:
        self._version += 1
        self.refresh()

    # -- free slots ----------------------------------------------------------------------------

    def occupied_times(self) -> list[datetime]:
        """Return the times taken on the message's channels: by the schedule, the site's planners,
        the outbox and other drafts."""
        channel_ids = {channel.id for channel in self._channels.listed}
        times = [
            when
            for rows in (self._rows, self._of_site)
            for when, channel_id in rows
            if channel_id in channel_ids
        ]
        times += [when for when, ids in self._entries if channel_ids.intersection(ids)]
        now = self._clock()
        for draft in self._store.drafts():
            if (
                draft.id != self._editor.draft.id
                and draft.when_text.strip()
                and channel_ids.intersection(draft.channel_ids)
            ):
                when = _moment_of(draft.when_text, _rounded(now), self._zone)
                if when is not None and when > now:
                    times.append(when)
        return times

    def group(self) -> SlotGroup | None:
        """Return the slots that apply to the message's channels."""
        ids = [channel.id for channel in self._channels.listed]
        return group_for(self._groups, ids, self._channels.workspace)

    def zone_words(self, moment: datetime) -> str:
        """Return the time in the zones of the message's channels where it is another one: "9:00 in
        New York"."""
        zone_times = ZoneTimes(self._groups, self._channels.workspace, self._zone)
        return zone_times.words([channel.id for channel in self._channels.listed], moment)

    def next_free(self) -> datetime | None:
        """Compute the next free slot, as aware UTC."""
        group = self.group()
        if group is None:
            return None
        return next_free(group, self._clock(), self._zone, self.occupied_times())

    @Slot()
    def refresh(self) -> None:
        """Update `slot`; free if nothing changed."""
        now = self._clock()
        ids = tuple(channel.id for channel in self._channels.listed)
        known = (
            self._version,
            ids,
            self._channels.workspace,
            self._editor.draft.id,
            _rounded(now),
        )
        is_over = self.slot is not None and self.slot <= now
        if known == self._known and not is_over:
            return
        self._known = known
        self.slot = self.next_free()
        self.changed.emit()

    def refresh_now(self) -> datetime | None:
        """Update `slot` even if nothing changed, and return it."""
        self._known = ()
        self.refresh()
        return self.slot


def _waiting_job(_job: Job, rows: Sequence[Schedule]) -> list[tuple[datetime, int]]:
    """Return time and channel of each row that waits to be sent."""
    return [
        (row.send_at, row.channel_id)
        for row in rows
        if row.send_at is not None and row.status in ("not_sent", "sending")
    ]


def _rounded(now: datetime) -> datetime:
    return now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % _STALE


@lru_cache(maxsize=512)
def _moment_of(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    return parse_time(text, now, zone).when
