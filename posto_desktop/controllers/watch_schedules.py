"""Puts drafts of watched folders into the next free slots, where their folder says so."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core.checks import blocked_channels, check
from posto_desktop.core.draft import Draft
from posto_desktop.core.slots import SETTING, group_for, next_free, occupied_times, read
from posto_desktop.core.watch_folder import WatchFolder
from posto_desktop.sdk.errors import WhenError
from posto_desktop.sdk.when.zones import local_zone
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.workers.watch_folders import Scheduled, ScheduleRequest

if TYPE_CHECKING:
    from posto_desktop.controllers.context import AppContext
    from posto_desktop.core.entries import Entry
    from posto_desktop.sdk.records import Channel, Schedule


class WatchScheduler(QObject):
    """Drafts wait in memory until their workspace is open and its schedule was read; after a
    restart they are drafts like any other.

    Signals:
        stayed(WatchFolder, list[tuple[str name, str sentence]]): drafts that were not scheduled,
            and why.
        done(WatchFolder, list[Entry], list[str draft ids]): they are in the outbox.
    """

    stayed = Signal(object, object)
    done = Signal(object, object, object)

    def __init__(
        self,
        context: AppContext,
        drafts: DraftStore,
        open_ids: Callable[[], Collection[str]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._drafts, self._open_ids = context, drafts, open_ids
        self._waiting: dict[str, WatchFolder] = {}
        """Folders by the ids of their drafts."""
        self._under_way: list[dict[str, WatchFolder]] = []
        self._rows: Sequence[Schedule] = ()
        self._rows_of = ""
        self._entries: Sequence[Entry] = ()
        service = context.service
        service.schedules_loaded.connect(self._schedules_loaded)
        service.outbox_changed.connect(self._entries_changed)
        service.watch_folders.scheduled.connect(self._scheduled)

    def add(self, folder: WatchFolder, draft_ids: Collection[str]) -> bool:
        """Schedule these drafts as soon as that is possible. Return False if they wait for it."""
        self._waiting |= dict.fromkeys(draft_ids, folder)
        self._try()
        return not any(draft_id in self._waiting for draft_id in draft_ids)

    @Slot(object)
    def _entries_changed(self, entries: Sequence[Entry]) -> None:
        self._entries = entries

    @Slot(object, bool, object)
    def _schedules_loaded(self, rows: list[Schedule], cached: bool, _as_of: datetime) -> None:
        self._rows = rows
        self._rows_of = "" if cached else self._context.service.workspace_id
        self._try()

    def _try(self) -> None:
        workspace = self._context.service.workspace_id
        if not self._waiting or not workspace or self._rows_of != workspace or self._under_way:
            return
        mine = {
            draft_id: folder
            for draft_id, folder in self._waiting.items()
            if folder.workspace == workspace
        }
        for draft_id in mine:
            del self._waiting[draft_id]
        requests: list[ScheduleRequest] = []
        reasons: dict[str, list[tuple[str, str]]] = {}
        taken: list[tuple[frozenset[int], datetime]] = []
        for draft_id, folder in mine.items():
            draft = self._drafts.get(draft_id)
            if draft is None or draft_id in self._open_ids():
                continue  # the user has it
            request = self._request(draft, taken)
            if isinstance(request, str):
                reasons.setdefault(folder.id, []).append((draft.media[0].name, request))
                continue
            taken.append((frozenset(request.draft.channel_ids), request.share_at))
            requests.append(request)
        folders = {folder.id: folder for folder in mine.values()}
        for folder_id, why in reasons.items():
            self.stayed.emit(folders[folder_id], why)
        if requests:
            self._under_way.append(mine)
            self._context.service.watch_folders.schedule(requests)

    def _request(
        self, draft: Draft, taken: Sequence[tuple[frozenset[int], datetime]]
    ) -> ScheduleRequest | str:
        """Return a request for a draft, or why it stays one."""
        listed = self._context.channels.channels()
        channels = [channel for channel in listed if channel.id in draft.channel_ids]
        if not channels:
            return self.tr("No channels are chosen for it.")
        now, zone = datetime.now(UTC), local_zone()
        if draft.when_text:
            from posto_desktop.sdk.times import parse_when  # not needed when the app starts

            try:
                share_at = parse_when(draft.when_text, now, zone).astimezone(UTC)
            except WhenError as error:
                return error.user_message
        else:
            slot = self._next_free(channels, now, taken)
            if slot is None:
                return self.tr("There is no free slot for its channels.")
            share_at = slot
        blocked = blocked_channels(check(draft, channels, now), channels)
        if blocked:
            return self.tr("A network would refuse it as it is. Open it to see why.")
        ids = tuple(channel.id for channel in channels)
        workspace = self._context.service.workspace_id
        return ScheduleRequest(
            replace(draft, workspace=workspace, channel_ids=ids), channels, share_at
        )

    def _next_free(
        self,
        channels: Sequence[Channel],
        now: datetime,
        taken: Sequence[tuple[frozenset[int], datetime]],
    ) -> datetime | None:
        ids = {channel.id for channel in channels}
        groups = read(self._context.settings.text(SETTING))
        group = group_for(groups, ids, self._context.service.workspace_id)
        if group is None:
            return None
        waiting = [entry for entry in self._entries if entry.share_at is not None]
        busy = occupied_times(ids, self._rows, waiting, taken)
        return next_free(group, now, local_zone(), busy)

    @Slot(object)
    def _scheduled(self, outcome: Scheduled) -> None:
        mine = self._under_way.pop(0)
        refused = {draft.id: sentence for draft, sentence in outcome.refusals}
        ids: dict[str, list[str]] = {}
        reasons: dict[str, list[tuple[str, str]]] = {}
        for request in outcome.requests:
            draft = request.draft
            folder_id = mine[draft.id].id
            if draft.id in refused:
                why = (draft.media[0].name, refused[draft.id])
                reasons.setdefault(folder_id, []).append(why)
            else:
                ids.setdefault(folder_id, []).append(draft.id)
        folders = {folder.id: folder for folder in mine.values()}
        for folder_id, why_not in reasons.items():
            self.stayed.emit(folders[folder_id], why_not)
        for folder_id, draft_ids in ids.items():
            entries = [entry for entry in outcome.entries if entry.draft.id in draft_ids]
            self.done.emit(folders[folder_id], entries, draft_ids)
        self._try()
