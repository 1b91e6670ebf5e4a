"""Asks the site what it sends by itself, and for its own posts.

Its jobs have threads of their own, since a site may take long to work out what its planners will
send. The methods are called on the GUI thread and return at once; signals there carry the answers.
What a site lacks is left out, and not asked for again until the app starts anew.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.common.user_error import message_of
from posto_desktop.core.draft import LOCAL
from posto_desktop.core.site_schedule import CACHE, SiteSchedule
from posto_desktop.delivery.client_pool import ClientPool, WorkspaceTarget
from posto_desktop.delivery.serial_worker import KeyedWorkers
from posto_desktop.sdk.errors import PostoError
from posto_desktop.sdk.optional_routes import MISSING
from posto_desktop.sdk.planners import ACTIVE
from posto_desktop.sdk.posto_sdk import PostoSDK
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers import database_problems
from posto_desktop.workers.call_on_gui import GuiCall
from posto_desktop.workers.database_worker import DatabaseWorker
from posto_desktop.workers.media_fetcher import fetch_all

__all__ = ["AHEAD", "SiteWorker"]

log = logging.getLogger(__name__)

AHEAD = timedelta(days=62)
"""How far ahead it is read what planners will send."""
EVERY_SECONDS = 600.0

_T = TypeVar("_T")


class SiteWorker(QObject):
    """`target()` is the open workspace, and `generation()` separates its answers from those of an
    earlier one; pictures go into `folder`. The workspace on this computer has no site and is never
    asked.

    Signals:
        loaded(workspace, SiteSchedule): as it was stored, or as the site has it now
        changed(workspace, planner id, status): the site has carried out a change
        change_failed(workspace, planner id, sentence): it has not, or nobody can say
        posts_loaded(key, SitePostPage), posts_failed(key, sentence): the answer to `read_posts`
        picture_fetched(key, path, sentence): the answer to `fetch_picture`; without a path the
            sentence says why
    """

    loaded = Signal(str, object)
    changed = Signal(str, int, str)
    change_failed = Signal(str, int, str)
    posts_loaded = Signal(str, object)
    posts_failed = Signal(str, str)
    picture_fetched = Signal(str, str, str)

    def __init__(
        self,
        client_pool: ClientPool,
        database_worker: DatabaseWorker,
        *,
        call_on_gui: GuiCall,
        target: Callable[[], WorkspaceTarget | None],
        generation: Callable[[], int],
        folder: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._client_pool, self._database_worker = client_pool, database_worker
        self._call_on_gui = call_on_gui
        self._target, self._generation = target, generation
        self._folder = folder
        self._workers = KeyedWorkers("site", self._failed, patient=True)
        self._read_at: dict[str, float] = {}
        self._reading: set[str] = set()
        self._missing: set[tuple[str, str]] = set()

    # -- on the GUI thread -----------------------------------------------------------------------

    def load(self) -> None:
        """Emit `loaded` with what was known of the open workspace's site, if there is any."""
        target = self._target()
        if target is None or target.workspace == LOCAL:
            return
        generation, workspace = self._generation(), target.workspace

        def run(db: Database | None, _why: str) -> None:
            if db is None:
                return  # that was reported
            try:
                known = SiteSchedule.from_json(*db.cached(workspace, CACHE))
            except StorageError as error:
                self._database_worker.problem(database_problems.problem_text(error))
                return
            if known.as_of is not None:
                self._call_on_gui(generation, self._show_cached, workspace, known)

        self._database_worker.use_store(run)

    def _show_cached(self, workspace: str, known: SiteSchedule) -> None:
        if workspace not in self._read_at:  # else the site has answered before
            self.loaded.emit(workspace, known)

    @Slot()
    def read(self, *, now: bool = True) -> None:
        """Read what the open workspace's site sends by itself; emit `loaded`. Without `now` only if
        that was not done lately."""
        target = self._target()
        if target is None or target.workspace == LOCAL or target.workspace in self._reading:
            return
        workspace = target.workspace
        last = self._read_at.get(workspace)
        if not now and last is not None and time.monotonic() - last < EVERY_SECONDS:
            return
        self._reading.add(workspace)
        generation = self._generation()
        if not self._workers.put(workspace, lambda: self._read(workspace, generation)):
            self._reading.discard(workspace)

    def change(self, planner_id: int, status: str) -> None:
        """Pause a planner, or have it go on; emit `changed` or `change_failed`."""
        target = self._target()
        if target is not None and target.workspace != LOCAL:
            self._workers.put(
                target.workspace, partial(self._change, target.workspace, planner_id, status)
            )

    def read_posts(self, key: str, search: str, page: int, per_page: int) -> None:
        """Read posts of the open workspace's site; emit `posts_loaded` or `posts_failed` with
        `key`."""
        target = self._target()
        if target is None or target.workspace == LOCAL:
            return
        workspace, generation = target.workspace, self._generation()

        def run() -> None:
            try:
                client = self._client_pool.get(workspace)
                answer = client.sdk.site.posts(search, page=page, per_page=per_page)
            except Exception as error:  # noqa: BLE001 - told in the dialog, logged if unexpected
                sentence = self._sentence(error)
                self._call_on_gui(generation, self.posts_failed.emit, key, sentence)
            else:
                self._call_on_gui(generation, self.posts_loaded.emit, key, answer)

        self._workers.put(f"{workspace} posts", run)

    def fetch_picture(self, key: str, url: str) -> None:
        """Download a picture of a site's post as a file; emit `picture_fetched` with `key`."""
        target = self._target()
        if target is None or target.workspace == LOCAL:
            return
        workspace, generation = target.workspace, self._generation()

        def run() -> None:
            path = sentence = ""
            try:
                sdk = self._client_pool.get(workspace).sdk
                files, failures = fetch_all(sdk, [url], self._folder)
                path, sentence = "".join(files[:1]), "".join(failures[:1])
            except Exception as error:  # noqa: BLE001 - told in the window, logged if unexpected
                sentence = self._sentence(error)
            self._call_on_gui(generation, self.picture_fetched.emit, key, path, sentence)

        self._workers.put(f"{workspace} posts", run)

    def forget(self, workspace: str) -> None:
        """Signed out: what was stored goes with the workspace."""
        self._read_at.pop(workspace, None)

    def close(self) -> None:
        self._workers.close()

    def join(self, deadline: float) -> bool:
        return self._workers.join(deadline)

    # -- on the workers --------------------------------------------------------------------------

    def _read(self, workspace: str, generation: int) -> None:
        try:
            schedule = self._ask(workspace, self._client_pool.get(workspace).sdk)
        except Exception as error:  # noqa: BLE001 - the last known one stays; logged if unexpected
            self._sentence(error)
            schedule = None
        if schedule is not None:
            self._store(workspace, schedule)  # first: what is shown must be there after a restart
        self._call_on_gui(None, self._read_ended, workspace, generation, schedule)

    def _ask(self, workspace: str, sdk: PostoSDK) -> SiteSchedule:
        """Return what the site says; parts that it lacks are empty. Raises sdk errors."""
        now = datetime.now(UTC)
        planners = self._optional(workspace, "planners", sdk.planners.list)
        settings = self._optional(workspace, "settings", sdk.site.auto_share)
        # Without an active planner there is nothing to work out.
        is_active = planners is None or any(planner.status == ACTIVE for planner in planners)
        entries = None
        if is_active:
            entries = self._optional(
                workspace, "calendar", lambda: sdk.schedules.calendar(now, now + AHEAD)
            )
        return SiteSchedule(
            tuple(planners or ()),
            tuple(entry for entry in entries or () if entry.is_of_planner),
            settings,
            can_change=bool(planners) and (workspace, "status") not in self._missing,
            as_of=now,
        )

    def _optional(self, workspace: str, name: str, call: Callable[[], _T]) -> _T | None:
        """Return the answer; None if the site lacks it, which is remembered also when the client is
        another one. What the plugin refuses is missing this time."""
        if (workspace, name) in self._missing:
            return None
        try:
            return call()
        except PostoError as error:
            if error.reason == MISSING:
                self._missing.add((workspace, name))
                return None
            if error.reason in ("refused", "unreadable", "html"):
                log.info("The site does not tell its %s: %s", name, error)
                return None
            raise

    def _read_ended(self, workspace: str, generation: int, schedule: SiteSchedule | None) -> None:
        self._reading.discard(workspace)
        if schedule is not None:
            self._read_at[workspace] = time.monotonic()
            if generation == self._generation():
                self.loaded.emit(workspace, schedule)

    def _store(self, workspace: str, schedule: SiteSchedule) -> None:
        def run(db: Database | None, _why: str) -> None:
            if db is None:
                return
            try:
                db.put_cache(workspace, CACHE, schedule.to_json(), time.time())
            except StorageError as error:
                self._database_worker.problem(database_problems.problem_text(error))

        self._database_worker.use_store(run)

    def _change(self, workspace: str, planner_id: int, status: str) -> None:
        try:
            planners = self._client_pool.get(workspace).sdk.planners
            if status == ACTIVE:
                planners.resume(planner_id)
            else:
                planners.pause(planner_id)
        except Exception as error:  # noqa: BLE001 - told as a message, logged if unexpected
            if isinstance(error, PostoError) and error.reason == MISSING:
                self._missing.add((workspace, "status"))
            sentence = self._sentence(error)
            self._call_on_gui(None, self.change_failed.emit, workspace, planner_id, sentence)
        else:
            self._call_on_gui(None, self.changed.emit, workspace, planner_id, status)

    def _sentence(self, error: Exception) -> str:
        """Return what to tell of an error; the log has it as well."""
        sentence = message_of(error)
        if sentence:
            log.info("The site could not be asked: %s", type(error).__name__)
        else:
            log.error("The site could not be asked", exc_info=error)
        return sentence

    def _failed(self, error: Exception) -> None:
        log.error("A job failed", exc_info=error)
