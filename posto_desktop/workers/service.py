"""The app's facade over posto.db and the service.

`Service` lives on the GUI thread. Its methods return at once; serial workers do the work (daemon
threads, `service_workers`), and every answer comes back as one queued signal to `_deliver`, which
emits the public signals on the GUI thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Unpack

from PySide6.QtCore import QObject, Qt, Signal, Slot

from posto_desktop.core.draft import LOCAL, Draft
from posto_desktop.core.message_save import FurtherMessages
from posto_desktop.core.moves import MoveReversal
from posto_desktop.delivery.client_pool import ClientPool, WorkspaceTarget
from posto_desktop.delivery.outbox import Entry
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.storage.accounts import AccountStore, ServiceAccount
from posto_desktop.storage.paths import Paths
from posto_desktop.storage.secrets import SecretStore
from posto_desktop.storage.settings import Settings
from posto_desktop.workers.call_on_gui import GuiValues
from posto_desktop.workers.campaigns import CampaignWorker
from posto_desktop.workers.connection import LIVE_PAGES, WorkspaceConnection
from posto_desktop.workers.drafts import DraftWorker
from posto_desktop.workers.due_checks import DueChecks
from posto_desktop.workers.notification import ConnectionState, Notification
from posto_desktop.workers.notification_history import NotificationHistory
from posto_desktop.workers.optimistic_schedule import OptimisticSchedule
from posto_desktop.workers.outbox_actions import OutboxActions
from posto_desktop.workers.outbox_notifications import (
    failed_notification,
    retried_notification,
    submitted_notification,
)
from posto_desktop.workers.pending_answers import PendingAnswers
from posto_desktop.workers.pending_deletes import UNDO_MS
from posto_desktop.workers.pending_sends import PendingSends
from posto_desktop.workers.proposals import ProposalWorker
from posto_desktop.workers.service_signals import ServiceSignals, SyncResults
from posto_desktop.workers.service_workers import ServiceWorkers
from posto_desktop.workers.sync_worker import Asked

log = logging.getLogger(__name__)


class Service(ServiceSignals):
    """Facade over everything that is slow."""

    _arrived = Signal(object)

    def __init__(
        self,
        paths: Paths,
        settings: Settings,
        *,
        accounts: AccountStore | None = None,
        secrets: SecretStore | None = None,
        parent: QObject | None = None,
        undo_ms: int | None = None,
    ) -> None:
        super().__init__(parent)
        self._paths = paths
        self._settings = settings
        self._closed = False

        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._connection = WorkspaceConnection(self)
        self._connection.changed.connect(self.state_changed)
        self._connection.reached.connect(self._reached)
        self._connection.retry_due.connect(self._reconnect)
        self._connection.poll_due.connect(self._check_for_changes)
        results = SyncResults(self)
        self._workers = service_workers = ServiceWorkers(
            paths,
            settings,
            self._connection,
            accounts=accounts,
            secrets=secrets,
            call_on_gui=self._call_on_gui,
            signals=self,
            results=results,
            entry_ended=self._entry_ended,
        )
        self._client_pool = service_workers.client_pool
        self._database_worker = service_workers.database_worker
        self._sync_worker = service_workers.sync_worker
        self._fetcher, self._job = service_workers.fetcher, service_workers.job
        self.recent_media = service_workers.recent_media
        self.watch_folders = service_workers.watch_folders
        """Folders whose new pictures and videos become drafts."""
        self.site, self.people = service_workers.site, service_workers.people
        """What the open workspace's site sends by itself, and its own posts; people of a team."""
        self.team, self.presence = service_workers.team, service_workers.presence
        """Who is signed in to a team's workspace, what waits there for a review, what is open."""
        self.evergreen = service_workers.evergreen
        """Messages that go out again and again: kept, filled into slots, taken back."""
        self.outbox_changed.connect(self.evergreen.outbox_changed)
        self.schedules_loaded.connect(self.evergreen.refill_soon)
        self.insights = service_workers.insights
        """Insights that are read by themselves and kept."""
        self.schedule_changed.connect(self.insights.set_schedule)
        self._outbox = OutboxActions(self._database_worker.change_outbox, self._job)
        self._campaigns = CampaignWorker(
            self._database_worker.use_store,
            lambda: self._database_worker.outbox,
            service_workers.call_on_gui,
            wake=self._job.wake,
            problem=self._database_worker.problem,
            style_resolver=service_workers.resolve_style,
            parent=self,
        )
        self.outbox_changed.connect(self._campaigns.outbox_changed)
        self._schedule = OptimisticSchedule(
            self._client_pool,
            self._database_worker,
            self._sync_worker,
            call_on_gui=self._call_on_gui,
            workspace=lambda: self.workspace_id,
            generation=lambda: self._generation,
            undo_ms=UNDO_MS if undo_ms is None else undo_ms,
            parent=self,
        )
        self.answers = PendingAnswers(
            self._sync_worker,
            target=lambda: self._target,
            generation=lambda: self._generation,
            undo_ms=UNDO_MS if undo_ms is None else undo_ms,
            parent=self,
        )
        """The user's answers about posts that may be published."""
        self.answers.message.connect(self.message)
        self.sends = PendingSends(
            self.send_now,
            target=lambda: self._target,
            undo_ms=lambda: int(self._settings.get("sending.hold_seconds")) * 1000,
            parent=self,
        )
        """Missed posts that the user sends now."""
        self.sends.message.connect(self.message)
        self._schedule.loaded.connect(self.schedules_loaded)
        self._schedule.arriving.connect(self.schedules_arriving)
        self._schedule.changed.connect(self.schedule_changed)
        self._schedule.moves_ended.connect(self._posts_moved)
        self._schedule.moves_progress.connect(self.moves_progress)
        self._schedule.message.connect(self.message)
        self.outbox_changed.connect(self._schedule.set_entries)
        self._schedule.moves.resume()
        self.proposals = ProposalWorker(
            self._client_pool,
            self._database_worker,
            self._sync_worker,
            call_on_gui=self._call_on_gui,
            wake=self._wake_outbox,
            moves_written=self._schedule.moves.resume,
            current=lambda asked: self._generation if asked == self.workspace_id else -1,
            undo_ms=UNDO_MS if undo_ms is None else undo_ms,
            parent=self,
        )
        """What agents propose, and the user's answers."""
        self.proposals.resume()
        results.state_found.connect(self._connection.handle)
        results.cache_shown.connect(self._connection.call_after_painting)
        results.rows_read.connect(self._schedule.set_rows)
        results.some_rows_read.connect(self._schedule.add_rows)
        results.rows_wanted.connect(self._schedule.show)
        results.deletion_ended.connect(self._schedule.unhide)

    # -- connecting --------------------------------------------------------------------------

    def connect_local(self, data_dir: Path | None = None) -> None:
        """Open the workspace on this computer; start its server if it is not running."""
        folder = Path(data_dir) if data_dir is not None else self._paths.workspace
        self._connect(WorkspaceTarget(LOCAL, self.tr("This computer"), data_dir=folder))

    def connect_account(self, account: ServiceAccount, password: str) -> None:
        """Open a Posto service."""
        self._connect(WorkspaceTarget.of(account, password))

    def leave(self) -> None:
        """Leave the current workspace. Its waiting posts are still sent."""
        self._schedule.finish_deletes()
        self.answers.finish()
        self.sends.finish()
        self._connection.leave()
        self._schedule.forget()

    def forget_account(self, account_id: str) -> None:
        """Signed out: remove the copies of that workspace. Drafts and outbox stay."""
        if self._target is not None and self._target.workspace == account_id:
            self.leave()
        self._client_pool.forget(account_id)
        self._sync_worker.forget(account_id)
        self.site.forget(account_id)
        self._database_worker.known.forget(account_id)

    @property
    def state(self) -> ConnectionState | None:
        return self._connection.state

    @property
    def service_address(self) -> str:
        """Return the address of the open workspace; "" for the one on this computer."""
        return self._connection.address

    @property
    def client_pool(self) -> ClientPool:
        """Clients of the workspaces, for jobs of other modules."""
        return self._client_pool

    def changed_outside(self, changed: Sequence[str]) -> None:
        """Read again what another process changed (`delivery.running_app.Changed`)."""
        if "outbox" in changed:
            self._job.changed_outside()
        if "schedule" in changed:
            self._schedule.moves.resume()
            self.refresh_schedules()
        if "campaigns" in changed:
            self.campaigns.load()
            self.campaigns.look_for_late()
            self.campaigns.feed()
        if "drafts" in changed:
            self.drafts_outdated.emit()
        if "proposals" in changed:
            self.proposals.load()
            self.proposals.load_calls()
            # What was confirmed on a terminal is carried out here.
            self.proposals.resume()
            self._schedule.moves.resume()
        if "evergreen" in changed:
            self.evergreen.load()
            self.evergreen.feed()
            self.evergreen.remove_soon(self.workspace_id)

    @property
    def due_checks(self) -> DueChecks:
        """What keeps posts from going out that are due soon."""
        return self._workers.due_checks

    @property
    def workspace_id(self) -> str:
        """Id of the current workspace, empty when none is open."""
        return self._connection.workspace_id

    @property
    def _target(self) -> WorkspaceTarget | None:
        return self._connection.target

    @property
    def _generation(self) -> int:
        return self._connection.generation

    def _connect(self, target: WorkspaceTarget) -> None:
        if self._closed:
            return
        self.leave()
        self._client_pool.use(target)
        self._connection.open(target)
        self.site.load()
        self._sync_worker.connect(self._generation, target)

    def late_limit_changed(self) -> None:
        """Apply a changed late limit to the outbox and the server."""
        self._database_worker.late_limit_changed()
        self._sync_worker.send_settings()

    def pause(self, on: bool) -> None:
        """Pause or resume the outbox and the sender of the local server. A service still sends what
        is scheduled there."""
        self.outbox.pause(on)
        self._sync_worker.send_settings()

    def route_changed(self) -> None:
        """Use a changed route, and contact the open service again."""
        self._client_pool.route_changed()
        self._sync_worker.send_settings()
        if self._target is not None and self._target.data_dir is None:
            self._reconnect()

    def open_store_again(self) -> None:
        """Retry opening posto.db; emit `blocked`."""
        self._database_worker.open_again()

    @Slot(str)
    def _reached(self, workspace: str) -> None:
        self._schedule.moves.resume(workspace)
        self.proposals.resume(workspace)
        self.site.read()
        self.team.read_person()
        self.evergreen.remove_soon(workspace)
        self.insights.resume(workspace)

    def _wake_outbox(self, entry_ids: Sequence[str]) -> None:
        """Another part wrote entries into the outbox."""
        for entry_id in entry_ids:
            self._job.changed(entry_id)
        self._job.wake()

    @Slot()
    def _reconnect(self) -> None:
        if self._target is not None and not self._closed:
            self._sync_worker.connect_again(self._generation, self._target)

    # -- channels, schedules, feed -----------------------------------------------------------

    def refresh_channels(self) -> None:
        if self._target is not None:
            self._sync_worker.read_channels(self._generation, self._target)
            self.team.look_again()

    def refresh_schedules(self) -> None:
        """Read the schedule now; emit `schedules_loaded` even if nothing changed."""
        if self._target is not None:
            self._sync_worker.read_schedules(self._generation, self._target, asked=True)
            self.site.read()

    def refresh_feed(self) -> None:
        """Read the sandbox's posts; only the local server has them."""
        if self._target is not None and self._target.workspace == LOCAL:
            self._sync_worker.read_feed(self._generation, self._target)

    def read_older_feed(self, before: int) -> None:
        """Read the sandbox's posts that are older than one of them; emit `older_feed_loaded`."""
        if self._target is not None and self._target.workspace == LOCAL:
            self._sync_worker.read_feed(self._generation, self._target, before)

    def fetch_insights(self, schedule_id: int) -> None:
        """Emit `insights_loaded`, unless the service cannot be reached."""
        if self._target is not None:
            self._sync_worker.read_insights(self._generation, self._target, schedule_id)

    def fetch_story(self, schedule_id: int, status: str) -> None:
        """Emit `story_loaded` for a post of this computer that is shown with this status."""
        if self._target is not None and self._target.workspace == LOCAL:
            self._sync_worker.read_story(self._generation, self._target, schedule_id, status)

    def set_watching(self, page: str) -> None:
        """Set the visible page ("" when the window is hidden): only then is it polled."""
        self._connection.watch(page)

    @Slot()
    def _check_for_changes(self) -> None:
        watching = self._connection.watching
        if watching == "feed":
            self.refresh_feed()
        live = watching in LIVE_PAGES - {"feed"}
        if live:
            self.site.read(now=False)
        if self._target is not None and (
            live or self._schedule.is_awaiting(self._connection.poll_ms)
        ):
            self._sync_worker.read_schedules(self._generation, self._target, asked=False)
        if watching:
            self._workers.look_at_rights()

    # -- acting on rows ----------------------------------------------------------------------

    def retry_schedules(self, ids: Sequence[int], *, force: bool = False) -> None:
        """Retry failed posts; ones that may be live are held back unless `force`."""
        many = list(ids)
        self._perform(
            many, lambda link: link.sdk.schedules.retry(many, force=force), retried_notification
        )

    def send_now(self, ids: Sequence[int]) -> None:
        """Send missed posts of the local server now."""
        many = list(ids)
        self._perform(many, lambda link: link.sdk.send_now(many), lambda _answer: None)

    def resolve_schedules(self, ids: Sequence[int], answer: str, address: str = "") -> None:
        """Apply the user's answer about posts that may be published: "there" (local server only),
        at `address` if it was pasted, or "send_again", which can be undone for a while."""
        if answer not in ("there", "send_again"):
            raise ValueError(f"no such answer: {answer!r}")
        if answer == "there":
            self.answers.is_there(ids, address)
        else:
            self.answers.send_again(ids)

    def retry_comment(self, schedule_id: int) -> None:
        """Send the first comment of a published post again, which is surely not there."""
        self._perform(
            [schedule_id],
            lambda link: link.stories.retry_comment(schedule_id),
            lambda _answer: None,
        )

    def _perform(
        self, ids: list[int], ask: Asked, note: Callable[[Any], Notification | None]
    ) -> None:
        if self._target is not None and ids:
            self._sync_worker.perform(self._generation, self._target, ids, ask, note)

    def delete_schedules(
        self, ids: Sequence[int], *, quiet: bool = False, at_once: bool = False
    ) -> str:
        """Hide rows at once and delete them when the undo time is over, or at quit. `quiet`: the
        caller shows the notification with Undo. `at_once`: without Undo.

        Return the token for `restore_schedules`; the notification's action carries it too. Empty if
        nothing is deleted.
        """
        return self._schedule.delete(ids, quiet=quiet, at_once=at_once)

    def restore_schedules(self, token: str, *, quiet: bool = False) -> bool:
        """Undo a deletion. Return False when it is too late, which is reported unless `quiet`."""
        return self._schedule.restore(token, quiet=quiet)

    def reschedule(self, ids: Sequence[int], when: datetime | Mapping[int, datetime]) -> str:
        """Move posts: `when` (aware) for all, or by id. They show there at once; emits
        `moves_began` and `moves_ended`. Skips rows that are not waiting.

        Return the token for `undo_reschedule`, "" if nothing moves.
        """
        token = self._schedule.move(ids, when)
        if token:
            self.moves_began.emit(token)
        return token

    def moving_ids(self) -> frozenset[int]:
        """Return the ids of the open workspace's posts shown at a new time before the move has
        finished."""
        return self._schedule.moving_ids()

    def undo_reschedule(self, token: str) -> MoveReversal:
        """Move posts back, but those whose old time has passed."""
        return self._schedule.moves.undo(token)

    def redo_reschedule(self, token: str) -> MoveReversal:
        """Move posts again that the move with this token took back. Emits no `moves_began`."""
        return self._schedule.moves.undo(token, is_redo=True)

    # -- posting, outbox, drafts ---------------------------------------------------------------

    def post(self, draft: Draft, channels: Sequence[Channel], share_at: datetime | None) -> None:
        """Write a post to the outbox and send it; emit `posted` or `post_refused`."""
        if self._target is not None:
            draft = replace(draft, workspace=self._target.workspace)
        hold = float(self._settings.get("sending.hold_seconds"))
        self._database_worker.add(draft, channels, share_at, hold)

    def post_series(
        self, draft: Draft, channels: Sequence[Channel], times: Sequence[datetime]
    ) -> None:
        """Write a repeated post as separate posts; emit `series_posted` or `post_refused`."""
        if self._target is not None:
            draft = replace(draft, workspace=self._target.workspace)
        self._database_worker.add(draft, channels, list(times))

    def open_message(self, rows: Sequence[Schedule], key: str, *, edits: bool) -> None:
        """Make a draft of the posts of one message, to edit them or as a copy; emit
        `message_opened` with this key."""
        if self._target is not None and rows:
            self._workers.message_opener.open(
                self._target.workspace, rows, key, self.message_opened.emit, edits=edits
            )

    def save_edit(
        self,
        draft: Draft,
        channels: Sequence[Channel],
        share_at: datetime | None,
        known: Sequence[Channel],
        further: FurtherMessages | None = None,
    ) -> None:
        """Save the edit of a scheduled message, and the `further` ones of its repeat; emit
        `edit_saved`, then `posted` or `series_posted`, or else `post_refused`. `known` are the
        channels of its workspace."""
        hold = float(self._settings.get("sending.hold_seconds"))
        self._database_worker.save_edit(draft, channels, share_at, hold, known, further)

    def undo_edit(self, entry_id: str, known: Sequence[Channel]) -> None:
        """Put the posts of a saved edit back as they were; a message says if that is too late."""
        self._database_worker.undo_edit(entry_id, known)

    @property
    def outbox(self) -> OutboxActions:
        """Actions on outbox entries: `cancel`, `retry`, `resolve`, …"""
        return self._outbox

    @property
    def notifications(self) -> NotificationHistory:
        """Notifications of earlier runs: `load`, `keep`, `see`, `clear`."""
        return self._database_worker.notifications

    def save_draft(self, draft: Draft) -> None:
        """Save a draft; emit `draft_saved`. Of several quick saves only the newest is written."""
        self._database_worker.save_draft(draft)

    def delete_draft(self, draft_id: str) -> None:
        self._database_worker.delete_draft(draft_id)

    def load_drafts(self) -> None:
        """Emit `drafts_loaded`, with the drafts and templates of all workspaces."""
        self._database_worker.load_drafts()

    def load_changed_drafts(self, known: Mapping[str, Draft]) -> None:
        """Read the drafts again; emit `drafts_changed_outside`. `known` are those of the app."""
        self._database_worker.load_changed_drafts(known)

    @property
    def drafts(self) -> DraftWorker:
        """Templates and open drafts: `save_open`, `put_template`, `delete_template`."""
        return self._database_worker.drafts

    @property
    def campaigns(self) -> CampaignWorker:
        """Campaigns: saved, started, stopped."""
        return self._campaigns

    @Slot(object)
    def _posts_moved(self, ended: object) -> None:
        """Copies of moved posts belong to their entries now."""
        self._job.changed("")
        self.moves_ended.emit(ended)

    def _entry_ended(self, entry: Entry) -> None:
        """On a sending thread: an entry was sent, refused, or needs the user."""
        if entry.state == "sent" or entry.taken:
            self._call_on_gui(None, self._handle_sent, entry)
        if entry.state != "sent" or entry.is_partly:
            self._call_on_gui(None, self.message.emit, failed_notification(entry))

    def _handle_sent(self, entry: Entry) -> None:
        """On the GUI thread: notify, and read only the new rows."""
        # A filling was told as a whole.
        is_told = entry.posto_ref in self.evergreen.marks
        is_whole = entry.state == "sent" and not entry.is_partly
        notification = submitted_notification(entry) if is_whole and not is_told else None
        if notification is not None:
            self.message.emit(notification)
        target = self._target
        if target is not None and target.workspace == entry.workspace:
            self._sync_worker.read_group(self._generation, target, entry.group_id)
            if entry.replaces is not None and entry.replaces.removed:
                ids = [post.id for post in entry.replaces.removed]
                self._sync_worker.read_ids(self._generation, target, ids)

    # -- pictures ------------------------------------------------------------------------------

    def fetch_picture(self, url: str) -> None:
        """Emit `picture_loaded` or `picture_failed`; each address is downloaded once."""
        if self._target is not None:
            self._fetcher.picture(self._target.workspace, url)

    def fetch_files(self, urls: Sequence[str]) -> None:
        """Download media of the service; emit `files_fetched` with the local files, and a message
        about failures."""
        if self._target is not None and urls:
            self._fetcher.files(self._target.workspace, urls, self.files_fetched.emit)

    # -- the road back and the end ---------------------------------------------------------------

    def _call_on_gui(
        self,
        generation: int | None,
        handle: Callable[[Unpack[GuiValues]], object],
        *values: *GuiValues,
    ) -> None:
        """From any thread, see `GuiCall`."""
        try:
            self._arrived.emit((generation, handle, values))
        except RuntimeError:
            log.debug("%s came after the end", handle)

    @Slot(object)
    def _deliver(self, arrived: tuple[int | None, Callable[..., object], tuple[Any, ...]]) -> None:
        generation, handle, values = arrived
        if self._closed or (generation is not None and generation != self._generation):
            return
        handle(*values)

    def shutdown(self, ms: int = 4000, *, stop_server: bool = True) -> bool:
        """Stop for good, in stages, within about `ms`. Return whether everything ended in time.

        Typed text is saved and deletions past their undo time are carried out; see
        `ServiceWorkers.close`.
        """
        if self._closed:
            return True
        self._schedule.finish_deletes()
        self.answers.finish()
        self.sends.finish()
        self.proposals.finish()
        self.evergreen.close()
        self.insights.finish()
        self._closed = True
        self.watch_folders.close(ms / 4000)
        self._connection.stop()
        self._schedule.stop()
        return self._workers.close(ms, stop_server=stop_server)
