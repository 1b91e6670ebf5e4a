"""What works behind the service: made in the order of who needs whom, ended in stages."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Unpack

from posto_desktop.core.draft import Draft
from posto_desktop.delivery.outbox import Entry
from posto_desktop.storage.accounts import Accounts
from posto_desktop.storage.paths import Paths
from posto_desktop.storage.secrets import Secrets
from posto_desktop.storage.settings import Settings
from posto_desktop.workers.connection import Connection, target_of
from posto_desktop.workers.fetching import Fetcher
from posto_desktop.workers.hand_over import HandOver, Values
from posto_desktop.workers.keeper import Keeper
from posto_desktop.workers.links import Links, Target
from posto_desktop.workers.net import Net
from posto_desktop.workers.notes import Notice
from posto_desktop.workers.outbox_job import OutboxJob
from posto_desktop.workers.pictures import PictureCache
from posto_desktop.workers.recent_media import RecentMedia
from posto_desktop.workers.service_signals import PlanResults, ServiceSignals
from posto_desktop.workers.styles import dressed
from posto_desktop.workers.way import Way


class ServiceLanes:
    """Lanes: "store" (`keeper`) owns posto.db, "net" asks the service, "pictures" (`fetcher`) gets
    pictures and files, and the outbox (`job`) has its own. `links` are the ways of all of them.

    `hand_over` brings results to the GUI thread; `entry_ended` is called
    on a sending thread.
    """

    def __init__(
        self,
        paths: Paths,
        settings: Settings,
        connection: Connection,
        *,
        accounts: Accounts | None,
        secrets: Secrets | None,
        hand_over: HandOver,
        signals: ServiceSignals,
        results: PlanResults,
        entry_ended: Callable[[Entry], None],
    ) -> None:
        self._paths, self._settings, self._connection = paths, settings, connection
        self._accounts, self._secrets = accounts, secrets
        self._hand_over, self._signals = hand_over, signals
        self.recent_media = RecentMedia(paths.data / "recent-media.json", tell=self._warn)
        self.links = Links(
            self._find_target, self._late_limit, self._problem, way=Way(settings, secrets)
        )
        self.job = OutboxJob(
            self.links,
            tell_entries=lambda entries: hand_over(None, signals.outbox_changed.emit, entries),
            tell_ended=entry_ended,
            tell_problem=self._problem,
        )
        self.job.pause(bool(settings.get("sending.paused")))
        self.keeper = Keeper(
            paths.database,
            (paths.data / "pasted", paths.media),
            hand_over=self.hand_over,
            signals=signals,
            entry_changed=self.job.changed,
            opened=self.job.start,
            wake=self.job.wake,
            late_limit=self._late_limit,
            renditions=paths.renditions,
            recent=self.recent_media,
            dresser=self.dress,
        )
        self.net = Net(
            self.links,
            self.keeper,
            hand_over=hand_over,
            signals=signals,
            results=results,
            current=lambda: connection.generation,
        )
        self.fetcher = Fetcher(
            self.links,
            PictureCache(paths.cache / "pictures"),
            paths.data / "pasted",
            hand_over,
            signals,
        )

    def hand_over(self, take: Callable[[Unpack[Values]], object], *values: *Values) -> None:
        """Hand over what counts whichever workspace is open. From any thread."""
        self._hand_over(None, take, *values)

    def dress(self, draft: Draft) -> Draft:
        """The draft with what its style and the defaults say. Reads files."""
        return dressed(draft, self._paths.config, self._connection.address)

    def _warn(self, sentence: str) -> None:
        self.hand_over(self._signals.message.emit, Notice("warning", sentence))

    def _problem(self, sentence: str) -> None:
        self.keeper.problem(sentence)

    def _late_limit(self) -> int:
        return int(self._settings.get("sending.late_limit_minutes"))

    def _find_target(self, workspace: str) -> Target | None:
        """On a sending thread."""
        return target_of(workspace, self._paths.workspace, self._accounts, self._secrets)

    def close(self, ms: int, *, stop_server: bool) -> bool:
        """End all of it within about `ms`; whether it ended in time.

        What was typed is written; uploads stop and wait for the next start; a post that is just
        being handed over gets half of the time. What is cut off after that is sorted out at the
        next start. Without `stop_server` the embedded workspace goes on sending by itself.
        """
        began = time.monotonic()
        half, deadline = began + ms / 2000, began + ms / 1000
        self.net.close()
        self.fetcher.close()
        self.job.stop()
        self.net.join(half)
        self.job.join(half)
        self.links.close()
        ended = self.job.join(deadline)
        # Last: the jobs above write how far they came.
        self.keeper.close()
        ended = self.keeper.join(deadline) and ended
        ended = self.net.join(deadline) and self.fetcher.join(deadline) and ended
        left = max(0.5, deadline - time.monotonic())
        if stop_server:
            keep = bool(self._settings.get("sending.keep_in_tray"))
            self.links.stop_server(left, also_reused=not keep)
        else:
            self.links.leave_server()
        return ended
