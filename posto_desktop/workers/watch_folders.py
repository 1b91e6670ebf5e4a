"""Watched folders on the GUI thread's side: loads and saves them, and runs the `WatchLoop`."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from posto_desktop.common.translation import translate
from posto_desktop.core.campaign import CampaignMessage
from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import Entry
from posto_desktop.core.evergreen import EvergreenMessage
from posto_desktop.core.folding import fold
from posto_desktop.core.watch_folder import WatchFolder
from posto_desktop.core.watch_messages import (
    Completion,
    completed_draft,
    completed_message,
    content_digest,
)
from posto_desktop.delivery import evergreen_fill
from posto_desktop.delivery.outbox import Outbox, OutboxError
from posto_desktop.sdk.records import Channel
from posto_desktop.sdk.when.zones import local_zone
from posto_desktop.storage import campaign_rows, draft_rows, evergreen_rows, watch_rows
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers import database_problems
from posto_desktop.workers.watch_loop import FolderReport, WatchLoop

log = logging.getLogger(__name__)

Tell = Callable[[Callable[[], None]], None]
UseStore = Callable[[Callable[[Database | None, str], None]], bool]


@dataclass(frozen=True)
class CampaignName:
    id: str
    name: str
    workspace: str


@dataclass(frozen=True)
class ScheduleRequest:
    """A draft that goes out at a time (aware) by itself."""

    draft: Draft
    channels: Sequence[Channel]
    share_at: datetime


@dataclass(frozen=True)
class Scheduled:
    """The entries that were made of requests, and drafts that were refused, with the reason."""

    requests: Sequence[ScheduleRequest]
    entries: Sequence[Entry]
    refusals: Sequence[tuple[Draft, str]]


class WatchFolderWorker(QObject):
    """Signals, on the GUI thread:

    loaded(list[WatchFolder]): the stored folders, the oldest first
    reported(FolderReport): how a folder is doing, and what was taken there
    campaigns_listed(list[CampaignName]): of all workspaces, by name
    scheduled(Scheduled): what `schedule` did
    evergreen_completed(): a sidecar completed an evergreen message
    """

    loaded = Signal(object)
    reported = Signal(object)
    campaigns_listed = Signal(object)
    scheduled = Signal(object)
    evergreen_completed = Signal()

    def __init__(
        self,
        use_store: UseStore,
        call_on_gui: Tell,
        problem: Callable[[str], None],
        groups: Callable[[], str],
        parent: QObject | None = None,
        *,
        outbox: Callable[[], Outbox | None] = lambda: None,
        wake: Callable[[], None] = lambda: None,
        style_resolver: Callable[[Draft], Draft] | None = None,
        make_loop: Callable[..., WatchLoop] = WatchLoop,
    ) -> None:
        super().__init__(parent)
        self._use_store, self._call_on_gui, self._problem = use_store, call_on_gui, problem
        self._outbox, self._wake, self._style_resolver = outbox, wake, style_resolver
        self._folders: dict[str, WatchFolder] = {}
        self._loop = make_loop(self._report, self._failed, groups)

    def load(self) -> None:
        """Read the folders, emit `loaded`, and begin to watch them."""

        def read(db: Database | None, _why: str) -> None:
            folders: list[WatchFolder] = []
            if db is not None:
                try:
                    watch_rows.purge(db)
                    folders = read_folders(db)
                except StorageError as error:
                    self._failed(error)
                else:
                    self._loop.use(db)
            self._call_on_gui(lambda: self._loaded(folders))

        self._use_store(read)

    def _loaded(self, folders: list[WatchFolder]) -> None:
        self._folders = {folder.id: folder for folder in folders} | self._folders
        if self._folders:
            self._loop.set_folders(self._folders.values())
        self.loaded.emit(folders)

    def save(self, folder: WatchFolder, *, skips_existing: bool = False) -> None:
        """Add or change a folder, and watch it as it is now."""
        self._folders[folder.id] = folder

        def write(db: Database) -> None:
            watch_rows.put_folder(db, folder.id, folder.to_json(), skips_existing=skips_existing)
            self._loop.use(db)
            # Not before: the loop reads whether existing files are skipped.
            self._call_on_gui(lambda: self._loop.set_folders(self._folders.values()))

        self._run(write)

    def remove(self, folder_id: str) -> None:
        """Watch a folder no more."""
        self._folders.pop(folder_id, None)
        self._loop.set_folders(self._folders.values())
        self._run(lambda db: watch_rows.remove_folder(db, folder_id))

    def scan(self, folder_id: str) -> None:
        """Look at all files of a folder now."""
        self._loop.scan(folder_id)

    def set_digest(self, target: str, digest: str) -> None:
        """Remember what a draft or message is after a sidecar completed it."""
        self._run(lambda db: watch_rows.set_digest(db, target, digest))

    def list_campaigns(self) -> None:
        """Emit `campaigns_listed`."""

        def read(db: Database) -> None:
            names = [
                CampaignName(row["id"], str(row["body"].get("name") or ""), row["workspace"])
                for row in campaign_rows.all_of(db)
                if isinstance(row["body"], dict)
            ]
            names.sort(key=lambda campaign: fold(campaign.name))
            self._call_on_gui(lambda: self.campaigns_listed.emit(names))

        self._run(read)

    def complete_message(self, completion: Completion) -> None:
        """Add what a sidecar says to a message of a campaign that is stored only."""

        def write(db: Database) -> None:
            row = campaign_rows.message(db, completion.parent, completion.target)
            if row is None:
                return
            message = CampaignMessage.from_json(row["body"])
            new = completed_message(message, completion, datetime.now(UTC), local_zone())
            if new is not None:
                body = new.to_json()
                with db.transaction():
                    campaign_rows.add_message(db, completion.parent, new.id, body)
                    watch_rows.set_digest(db, new.id, content_digest(body))

        self._run(write)

    def complete_evergreen(self, completion: Completion) -> None:
        """Add what a sidecar says to an evergreen message that nobody edited."""

        def write(db: Database) -> None:
            row = evergreen_rows.message(db, completion.target)
            if row is None or row["deleted"]:
                return
            message = EvergreenMessage.from_json(row["body"])
            draft = completed_draft(message.draft, completion)
            if draft is None:
                return
            with db.transaction():
                evergreen_fill.add_message(db, replace(message, draft=draft))
                watch_rows.set_digest(db, message.id, content_digest(draft.to_json()))
            self._call_on_gui(self.evergreen_completed.emit)

        self._run(write)

    def delete_drafts(self, draft_ids: Sequence[str]) -> None:
        """Delete drafts together."""
        self._run(lambda db: draft_rows.delete(db, draft_ids, time.time()))

    def remove_messages(self, campaign_id: str, message_ids: Collection[str]) -> None:
        """Remove messages of a campaign that are stored only."""
        self._run(lambda db: campaign_rows.remove_messages(db, campaign_id, message_ids))

    def schedule(self, requests: Sequence[ScheduleRequest]) -> None:
        """Write drafts into the outbox; emit `scheduled`."""

        def write(_db: Database) -> None:
            outbox = self._outbox()
            entries, refusals = [], []
            for request in requests:
                draft = request.draft
                try:
                    if outbox is None:
                        raise OutboxError(translate("Service", "Nothing was sent."))
                    if self._style_resolver is not None:
                        draft = self._style_resolver(draft)
                    entries.append(outbox.add(draft, request.channels, request.share_at))
                except OutboxError as error:
                    refusals.append((request.draft, error.user_message))
            self._wake()
            done = Scheduled(requests, entries, refusals)
            self._call_on_gui(lambda: self.scheduled.emit(done))

        self._run(write)

    def close(self, seconds: float) -> None:
        """End the thread, or give it up after so long."""
        self._loop.close()
        if not self._loop.join(seconds):
            log.warning("The thread of watched folders did not end in time")

    def _run(self, job: Callable[[Database], None]) -> None:
        def run(db: Database | None, why: str) -> None:
            if db is None:
                self._problem(why)
                return
            try:
                job(db)
            except StorageError as error:
                self._failed(error)

        self._use_store(run)

    # -- on other threads ------------------------------------------------------------------------

    def _report(self, report: FolderReport) -> None:
        self._call_on_gui(lambda: self.reported.emit(report))

    def _failed(self, error: StorageError) -> None:
        self._problem(database_problems.problem_text(error))


def read_folders(db: Database) -> list[WatchFolder]:
    """Return the readable folders; damaged rows stay in the database."""
    folders: list[WatchFolder] = []
    for row in watch_rows.folders(db):
        try:
            folders.append(WatchFolder.from_json(row["body"]))
        except ValueError as error:
            log.warning("A watched folder could not be read: %s", error)
    return folders
