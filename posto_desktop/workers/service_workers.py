"""The workers behind the service: created by dependency, closed in stages."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Unpack

from posto_desktop.core.draft import Draft
from posto_desktop.delivery.client_pool import ClientPool, WorkspaceTarget, target_of
from posto_desktop.delivery.due_look import DueLook
from posto_desktop.delivery.outbox import Entry
from posto_desktop.delivery.outbox_runner import OutboxRunner
from posto_desktop.delivery.route_provider import RouteProvider
from posto_desktop.delivery.style_store import with_resolved_style
from posto_desktop.storage.accounts import AccountStore
from posto_desktop.storage.paths import Paths
from posto_desktop.storage.process_lock import ProcessLock
from posto_desktop.storage.secrets import SecretStore
from posto_desktop.storage.settings import Settings
from posto_desktop.workers.call_on_gui import GuiCall, GuiValues
from posto_desktop.workers.connection import WorkspaceConnection
from posto_desktop.workers.database_worker import DatabaseWorker
from posto_desktop.workers.due_checks import SETTING as BEFORE_DUE
from posto_desktop.workers.due_checks import DueChecks
from posto_desktop.workers.evergreen import EvergreenWorker
from posto_desktop.workers.insights import InsightWorker
from posto_desktop.workers.media_fetcher import MediaFetcher
from posto_desktop.workers.message_opener import MessageOpener
from posto_desktop.workers.notification import Notification
from posto_desktop.workers.people import PeopleWorker
from posto_desktop.workers.pictures import PictureCache
from posto_desktop.workers.presence import PresenceWorker
from posto_desktop.workers.recent_media import RecentMedia
from posto_desktop.workers.service_signals import ServiceSignals, SyncResults
from posto_desktop.workers.site_worker import SiteWorker
from posto_desktop.workers.sync_worker import SyncWorker
from posto_desktop.workers.team import TeamWorker
from posto_desktop.workers.watch_folders import WatchFolderWorker

_SITE_SECONDS = 0.5


class ServiceWorkers:
    """Workers: "store" (`database_worker`) owns posto.db, "net" asks the service, "pictures"
    (`fetcher`) downloads pictures and files, and the outbox (`job`) has its own. All use
    `client_pool`.

    `call_on_gui` brings results to the GUI thread; `entry_ended` is called on a sending thread.
    """

    def __init__(
        self,
        paths: Paths,
        settings: Settings,
        connection: WorkspaceConnection,
        *,
        accounts: AccountStore | None,
        secrets: SecretStore | None,
        call_on_gui: GuiCall,
        signals: ServiceSignals,
        results: SyncResults,
        entry_ended: Callable[[Entry], None],
    ) -> None:
        self._paths, self._settings, self._connection = paths, settings, connection
        self._accounts, self._secrets = accounts, secrets
        self._call_on_gui, self._signals = call_on_gui, signals
        self.recent_media = RecentMedia(paths.data / "recent-media.json", report=self._warn)
        self.client_pool = ClientPool(
            self._find_target,
            self._late_limit,
            self._problem,
            route_provider=RouteProvider(settings, secrets),
            is_paused=self._is_paused,
        )
        self.job = OutboxRunner(
            self.client_pool,
            on_entries=lambda entries: call_on_gui(None, signals.outbox_changed.emit, entries),
            on_ended=entry_ended,
            on_problem=self._problem,
            lock=ProcessLock(paths.data),
        )
        self.job.pause(self._is_paused())
        self.database_worker = DatabaseWorker(
            paths.database,
            (paths.data / "pasted", paths.media),
            call_on_gui=self.call_on_gui,
            signals=signals,
            entry_changed=self.job.changed,
            opened=self.job.start,
            wake=self.job.wake,
            late_limit=self._late_limit,
            renditions=paths.renditions,
            ffmpeg=lambda: settings.text("media.ffmpeg"),
            recent=self.recent_media,
            style_resolver=self.resolve_style,
        )
        self.sync_worker = SyncWorker(
            self.client_pool,
            self.database_worker,
            call_on_gui=call_on_gui,
            signals=signals,
            results=results,
            current=lambda: connection.generation,
        )
        self.fetcher = MediaFetcher(
            self.client_pool,
            PictureCache(paths.cache / "pictures"),
            paths.data / "pasted",
            call_on_gui,
            signals,
        )

        self.due_checks = DueChecks(
            DueLook(self.client_pool, paths.data, lambda: datetime.now(UTC), name_of=self._name_of),
            self.database_worker.use_store,
            self.call_on_gui,
            minutes=lambda: int(settings.get(BEFORE_DUE)),
            resolve=self.resolve_style,
        )
        self.message_opener = MessageOpener(
            self.client_pool,
            self.database_worker.use_store,
            paths.data / "pasted",
            call_on_gui,
        )

        self.watch_folders = WatchFolderWorker(
            self.database_worker.use_store,
            self.call_on_gui,
            self._problem,
            lambda: settings.text("channels.groups"),
            outbox=lambda: self.database_worker.outbox,
            wake=self.job.wake,
            style_resolver=self.resolve_style,
            parent=signals,
        )
        self.site = SiteWorker(
            self.client_pool,
            self.database_worker,
            call_on_gui=call_on_gui,
            target=lambda: connection.target,
            generation=lambda: connection.generation,
            folder=paths.data / "pasted",
            parent=signals,
        )
        self.team = TeamWorker(
            self.client_pool,
            call_on_gui=call_on_gui,
            target=lambda: connection.target,
            generation=lambda: connection.generation,
            parent=signals,
        )
        self.presence = PresenceWorker(
            self.client_pool,
            call_on_gui=call_on_gui,
            target=lambda: connection.target,
            generation=lambda: connection.generation,
            parent=signals,
        )
        self.people = PeopleWorker(
            self.client_pool,
            call_on_gui=call_on_gui,
            target=lambda: connection.target,
            generation=lambda: connection.generation,
            parent=signals,
        )
        self.evergreen = EvergreenWorker(
            self.database_worker,
            self.sync_worker,
            self.client_pool,
            settings,
            call_on_gui=self.call_on_gui,
            wake=self.job.wake,
            style_resolver=self.resolve_style,
            generation=lambda asked: (
                connection.generation if asked == connection.workspace_id else -1
            ),
            parent=signals,
        )
        self.insights = InsightWorker(
            self.client_pool,
            self.database_worker,
            self.sync_worker,
            call_on_gui=call_on_gui,
            keep_days=lambda: int(settings.get("insights.keep_days")),
            is_paused=self._is_paused,
            open_workspace=lambda: connection.workspace_id,
            parent=signals,
        )

    def call_on_gui(
        self, handle: Callable[[Unpack[GuiValues]], object], *values: *GuiValues
    ) -> None:
        """Hand over results that do not depend on the open workspace. Thread-safe."""
        self._call_on_gui(None, handle, *values)

    def resolve_style(self, draft: Draft) -> Draft:
        """Return the draft with its style and the defaults resolved. Reads files."""
        return with_resolved_style(draft, self._paths.config, self._connection.address)

    def look_at_rights(self) -> None:
        """In a team: read the channels and who is signed in, as owners change groups and roles."""
        target = self._connection.target
        if target is not None and self.team.is_team:
            self.sync_worker.look_at_channels(self._connection.generation, target)
            self.team.look_again()

    def _warn(self, sentence: str) -> None:
        self.call_on_gui(self._signals.message.emit, Notification("warning", sentence))

    def _problem(self, sentence: str) -> None:
        self.database_worker.problem(sentence)

    def _late_limit(self) -> int:
        return int(self._settings.get("sending.late_limit_minutes"))

    def _is_paused(self) -> bool:
        return bool(self._settings.get("sending.paused"))

    def _find_target(self, workspace: str) -> WorkspaceTarget | None:
        """On a sending thread."""
        return target_of(workspace, self._paths.workspace, self._accounts, self._secrets)

    def _name_of(self, workspace: str) -> str:
        account = self._accounts.get(workspace) if self._accounts is not None else None
        return account.name if account is not None else ""

    def close(self, ms: int, *, stop_server: bool) -> bool:
        """End everything within about `ms`; return whether it ended in time.

        Typed text is saved; uploads stop and wait for the next start; a post being sent gets half
        of the time. The next start sorts out what is interrupted after that. Without `stop_server`
        the local server goes on sending.
        """
        began = time.monotonic()
        half, deadline = began + ms / 2000, began + ms / 1000
        self.due_checks.close()
        self.sync_worker.close()
        self.fetcher.close()
        self.message_opener.close()
        self.site.close()
        self.team.close()
        self.presence.close()
        self.people.close()
        self.job.stop()
        self.sync_worker.join(half)
        self.job.join(half)
        # Nothing is open here any more: told before the clients close, if that is quick.
        self.presence.join(min(half, time.monotonic() + _SITE_SECONDS))
        self.people.join(half)  # removals that waited for their Undo
        self.client_pool.close()
        ended = self.job.join(deadline)
        # Last: the jobs above write their progress.
        self.database_worker.close()
        ended = self.database_worker.join(deadline) and ended
        ended = self.sync_worker.join(deadline) and self.fetcher.join(deadline) and ended
        ended = self.message_opener.join(deadline) and ended
        # Its requests have ended with the clients.
        ended = self.site.join(time.monotonic() + _SITE_SECONDS) and ended
        ended = self.team.join(time.monotonic() + _SITE_SECONDS) and ended
        ended = self.presence.join(time.monotonic() + _SITE_SECONDS) and ended
        ended = self.people.join(time.monotonic() + _SITE_SECONDS) and ended
        self.due_checks.join(time.monotonic())  # it only reads: what hangs there is left
        left = max(0.5, deadline - time.monotonic())
        if stop_server:
            keep = bool(self._settings.get("sending.keep_in_tray"))
            self.client_pool.stop_server(left, also_reused=not keep)
        else:
            self.client_pool.leave_server()
        return ended
