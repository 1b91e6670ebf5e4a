"""What is planned already, and the next free slot that follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal, Slot

from posto_desktop.core.slots import SlotGroup, group_for, next_free, read
from posto_desktop.models.dates import spoken_when
from posto_desktop.ui.compose.notice import ComposeNotice
from posto_desktop.ui.compose.part import Part
from posto_desktop.ui.compose.when_reading import understand
from posto_desktop.ui.compose.when_text import typed

if TYPE_CHECKING:
    from posto_desktop.core.entries import Entry
    from posto_desktop.sdk.records import Schedule
    from posto_desktop.ui.compose.page import ComposePage

# Drafts are read again after this long: "tomorrow" may be another day by then.
_STALE = timedelta(minutes=10)


class Planning(Part):
    """Told by the app what the workspace has planned and which weekly slots there are.

    Signal ``slotsWanted()``: no slots are set for these channels, the settings are asked for.
    """

    slotsWanted = Signal()

    def __init__(self, page: ComposePage, runner: Any) -> None:
        super().__init__(page)
        self._runner = runner
        self._job: Any = None
        self._rows: list[tuple[datetime, int]] = []
        self._entries: list[tuple[datetime, tuple[int, ...]]] = []
        self._groups: list[SlotGroup] = []
        self._version = 0
        self._known: tuple[object, ...] = ()
        self._slot: datetime | None = None
        page.when.planned = self.taken
        page.when.slotWanted.connect(self.use_next_free)
        page.composer.assessed.connect(self.look)
        page.shelf.changed.connect(self._plan_changed)
        page.when.chipsShown.connect(self.look)

    # -- what the app tells ------------------------------------------------------------------

    @Slot(object)
    def set_rows(self, rows: Sequence[Schedule]) -> None:
        """The workspace's plan.  It may be long: it is looked through on a worker."""
        self._job = self._runner.submit(_waiting_job, list(rows), parent=self)
        self._job.done.connect(self._rows_read)

    @Slot(object)
    def _rows_read(self, rows: list[tuple[datetime, int]]) -> None:
        if self.sender() is self._job:
            self._job = None
            self._rows = rows
            self._plan_changed()

    @Slot(object)
    def set_entries(self, entries: Sequence[Entry]) -> None:
        """What is on its way."""
        self._entries = [
            (one.share_at, one.channel_ids)
            for one in entries
            if one.share_at is not None and not one.is_ended
        ]
        self._plan_changed()

    @Slot(str)
    def set_slots(self, text: str) -> None:
        """The setting ``publishing.slots``."""
        self._groups = read(text)
        self._plan_changed()

    @Slot()
    def _plan_changed(self) -> None:
        self._version += 1
        self.look()

    # -- what follows from it ----------------------------------------------------------------

    def taken(self) -> list[datetime]:
        """When something is planned for one of the ticked channels: in the workspace's plan, on
        its way, or in another draft that has a time."""
        page = self.page
        wanted = {channel.id for channel in page.composer.channels}
        times = [when for when, channel_id in self._rows if channel_id in wanted]
        times += [when for when, ids in self._entries if wanted.intersection(ids)]
        now = page.clock()
        for draft in page.shelf.drafts():
            if (
                draft.id != page.composer.draft.id
                and draft.when_text.strip()
                and wanted.intersection(draft.channel_ids)
            ):
                when = _moment_of(draft.when_text, _rounded(now), page.zone)
                if when is not None and when > now:
                    times.append(when)
        return times

    def group(self) -> SlotGroup | None:
        """The slots that count for the ticked channels."""
        ids = [channel.id for channel in self.page.composer.channels]
        return group_for(self._groups, ids, self.page.composer.workspace)

    def next_free(self) -> datetime | None:
        """The next slot of the ticked channels that nothing takes, as aware UTC."""
        group = self.group()
        if group is None:
            return None
        return next_free(group, self.page.clock(), self.page.zone, self.taken())

    @Slot()
    def look(self, *_what: object) -> None:
        """Bring the chip up to date; costs nothing while nothing has changed."""
        page, now = self.page, self.page.clock()
        ids = tuple(channel.id for channel in page.composer.channels)
        known = (self._version, ids, page.composer.workspace, page.composer.draft.id)
        over = self._slot is not None and self._slot <= now
        if known == self._known and not over and _rounded(now) == self._looked:
            return
        self._known, self._looked = known, _rounded(now)
        self._slot = self.next_free()
        chips = page.when.chips
        if self._slot is not None:
            at = spoken_when(self._slot, now, page.zone)
            words = self.tr("Next free slot: {time}").format(time=at)
            tip = self.tr("The next of your weekly times that nothing takes (Ctrl+Shift+S)")
            chips.set_slot(words, typed(self._slot, page.zone), tip)
        elif self.group() is not None:
            chips.set_slot(self.tr("No free slot"), "", self.tr("Something is planned at each"))
        else:
            tip = self.tr("Set the weekly times at which posts go out")
            chips.set_slot(self.tr("Next free slot…"), "", tip)

    _looked: datetime | None = None

    @Slot()
    def use_next_free(self) -> None:
        """Take the next free slot as the time; without slots the settings are asked for."""
        page = self.page
        page.leave_first_run()
        self._known = ()
        self.look()
        if self._slot is not None:
            page.when.use(self._slot)
            page.scroll_area.ensureWidgetVisible(page.when)
        elif self.group() is None:
            self.slotsWanted.emit()
        else:
            words = self.tr("Each slot of the coming year has a post near it")
            notice = ComposeNotice("info", words, self.tr("Add slots"), self.slotsWanted.emit)
            page.noticeRequested.emit(notice)


def _waiting_job(_job: object, rows: Sequence[Schedule]) -> list[tuple[datetime, int]]:
    """The rows that are still to go out: when and on which channel."""
    return [
        (row.send_at, row.channel_id)
        for row in rows
        if row.send_at is not None and row.status in ("not_sent", "sending")
    ]


def _rounded(now: datetime) -> datetime:
    return now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % _STALE


@lru_cache(maxsize=512)
def _moment_of(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    return understand(text, now, zone).when
