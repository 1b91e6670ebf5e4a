"""Reads the insights of published posts, a request every few seconds, and keeps them in posto.db.

The methods are called on the GUI thread and return at once; signals there carry the answers.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from posto_desktop.core.draft import LOCAL
from posto_desktop.core.insights.measures import numbers_of
from posto_desktop.core.insights.reading_times import DAY
from posto_desktop.delivery import insight_store
from posto_desktop.delivery.client_pool import ClientPool
from posto_desktop.delivery.insight_store import DueReading
from posto_desktop.sdk.errors import AuthenticationError, ServiceError
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers import database_problems
from posto_desktop.workers.call_on_gui import GuiCall
from posto_desktop.workers.database_worker import DatabaseWorker
from posto_desktop.workers.sync_worker import SyncWorker

log = logging.getLogger(__name__)

__all__ = ["InsightWorker"]

FIRST_MS = 30_000
"""Pause after the start: the window and the schedule come first."""
SPACING_MS = 10_000
"""Pause between two requests to a workspace, also where much has been missed."""
LOOK_MS = 300_000
"""Longest pause between two looks for what is due."""
AWAY_SECONDS = 300.0
"""Pause after a request that was not answered."""
SIGNED_OUT_SECONDS = 3600.0
UNSUPPORTED_SECONDS = 7 * DAY
"""Pause after a service without insights: the plugin may be updated."""
WAIT_SECONDS = 900.0
"""Shortest pause of a workspace whose service asks to wait."""


class InsightWorker(QObject):
    """`keep_days()` is for how long insights are kept, 0 for not at all; `is_paused()`: sending is
    paused, when this computer's workspace asks no network. `open_workspace()` is the open one.

    Signals, all on the GUI thread:

    stored(str workspace): new numbers of a post are there
    loaded(object key, list[PostInsights]): the answer of `load`
    amount_loaded(StoredAmount): the answer of `load_amount`
    """

    stored = Signal(str)
    loaded = Signal(object, object)
    amount_loaded = Signal(object)

    def __init__(
        self,
        client_pool: ClientPool,
        database_worker: DatabaseWorker,
        sync_worker: SyncWorker,
        *,
        call_on_gui: GuiCall,
        keep_days: Callable[[], int],
        is_paused: Callable[[], bool],
        open_workspace: Callable[[], str],
        clock: Callable[[], float] = time.time,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._client_pool, self._database_worker = client_pool, database_worker
        self._sync_worker, self._call_on_gui = sync_worker, call_on_gui
        self._keep_days, self._is_paused = keep_days, is_paused
        self._open_workspace, self._clock = open_workspace, clock
        self._posts: tuple[str, Sequence[Schedule]] | None = None
        """The newest schedule, until its published posts are taken in."""
        self._asked: set[str] = set()
        """Workspaces with a request under way."""
        self._away: dict[str, float] = {}
        """Until when workspaces that cannot be reached are left alone."""
        self._trimmed_at = 0.0
        self._is_closed = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.look)

    # -- on the GUI thread -----------------------------------------------------------------------

    @Slot(str, object, object, object)
    def set_schedule(
        self, workspace: str, posts: Sequence[Schedule], _hidden: object = None, _at: object = None
    ) -> None:
        """Take in the published posts of a schedule at the next look."""
        self._posts = (workspace, posts)
        if not self._timer.isActive():
            self._start(FIRST_MS)

    def resume(self, workspace: str) -> None:
        """The workspace is reached: what has waited for it goes on."""
        self._away.pop(workspace, None)
        self._start(FIRST_MS)

    def finish(self) -> None:
        """Ask nothing any more: the app quits."""
        self._is_closed = True
        self._timer.stop()

    def settings_changed(self) -> None:
        """Apply a shorter time of keeping now, or begin to read."""
        self._trimmed_at = 0.0
        self.look()

    def load(self, key: object, workspace: str, since: float, age: str) -> None:
        """Emit `loaded` with the posts published since a moment, see `insight_store.load`."""

        def read(db: Database) -> None:
            posts = insight_store.load(db, workspace, since, age)
            self._call_on_gui(None, self.loaded.emit, key, posts)

        self._use(read)

    def load_amount(self) -> None:
        """Emit `amount_loaded`."""
        self._use(self._load_amount)

    def delete_all(self) -> None:
        """Delete all that is kept; emit `amount_loaded` and `stored`."""

        def delete(db: Database) -> None:
            insight_store.delete_all(db)
            self._load_amount(db)
            self._call_on_gui(None, self.stored.emit, "")

        self._use(delete)

    def use_database(self, job: Callable[[Database], None]) -> None:
        """Run a job on the thread that owns posto.db, where an export gets its rows from."""
        self._use(job)

    @Slot()
    def look(self) -> None:
        """Take in new posts, and ask for one of each workspace that is due."""
        if self._is_closed:
            return
        days, posts, self._posts = self._keep_days(), self._posts, None
        now = self._clock()
        left_alone = {name for name, until in self._away.items() if until > now} | self._asked
        if self._is_paused() or self._open_workspace() != LOCAL:
            left_alone.add(LOCAL)  # a request would start its server
        is_to_trim = now - self._trimmed_at >= DAY
        if is_to_trim:
            self._trimmed_at = now

        def run(db: Database) -> None:
            if is_to_trim:
                insight_store.trim(db, now, days)
            due: list[DueReading] = []
            moments: list[float] = []
            if days:
                if posts is not None:
                    insight_store.note_posts(db, *posts, now)
                for workspace in insight_store.workspaces(db):
                    if workspace in left_alone:
                        continue
                    post = insight_store.due_post(db, workspace, now)
                    moment = insight_store.next_moment(db, workspace)
                    due += [post] if post is not None else []
                    moments += [moment] if moment is not None else []
            self._call_on_gui(None, self._ask, due, min(moments, default=None))

        self._use(run)

    def _start(self, ms: int) -> None:
        if not self._is_closed:
            left = self._timer.remainingTime()
            if left < 0 or ms < left:
                self._timer.start(ms)

    def _ask(self, due: Sequence[DueReading], next_moment: float | None) -> None:
        if self._is_closed:
            return
        for post in due:
            self._asked.add(post.workspace)
            if not self._sync_worker.put(post.workspace, partial(self._read, post)):
                self._asked.discard(post.workspace)
        left = LOOK_MS if next_moment is None else round((next_moment - self._clock()) * 1000)
        self._timer.start(max(SPACING_MS, min(left, LOOK_MS)))

    def _answered(self, workspace: str, away_until: float, is_stored: bool) -> None:
        self._asked.discard(workspace)
        if away_until:
            self._away[workspace] = away_until
        if is_stored:
            self.stored.emit(workspace)

    # -- on the workers --------------------------------------------------------------------------

    def _read(self, post: DueReading) -> None:
        """On the worker of the workspace: read one post."""
        now, workspace = self._clock(), post.workspace
        away = 0.0
        is_stored = False
        store: Callable[[Database], None] | None = None
        try:
            client = self._client_pool.get(workspace)
            reading = client.sdk.schedules.read_insights(post.post_id)
        except ServiceError as error:
            log.info("No insights of post %d: %s", post.post_id, error)
            store = self._after_error(post, error, now)
        except AuthenticationError:
            away = now + SIGNED_OUT_SECONDS
        except Exception as error:  # noqa: BLE001 - keyring, start of the server, network
            log.info("Insights wait: %s", type(error).__name__)
            away = now + AWAY_SECONDS
        else:
            if not reading.was_asked:
                store = partial(insight_store.put_failure, post=post, now=now)
            else:
                numbers = numbers_of(post.network, reading.figures)
                at = reading.read_at.timestamp() if reading.read_at is not None else now
                is_stored = bool(numbers)
                store = partial(
                    insight_store.put_reading, post=post, numbers=numbers, at=at, now=now
                )
        if store is not None:
            self._use(store)
        self._call_on_gui(None, self._answered, workspace, away, is_stored)

    def _after_error(
        self, post: DueReading, error: ServiceError, now: float
    ) -> Callable[[Database], None]:
        """Return how a refusal is remembered."""
        if error.code == "rest_no_route" or (error.status in (404, 405) and not error.code):
            until = now + UNSUPPORTED_SECONDS
            return partial(insight_store.put_off, workspace=post.workspace, until=until)
        if error.status in (404, 410):
            return partial(insight_store.end_post, workspace=post.workspace, post_id=post.post_id)
        if error.failure.is_asked:
            until = now + max(error.retry_after or 0.0, WAIT_SECONDS)
            return partial(insight_store.put_off, workspace=post.workspace, until=until)
        return partial(insight_store.put_failure, post=post, now=now)

    def _load_amount(self, db: Database) -> None:
        self._call_on_gui(None, self.amount_loaded.emit, insight_store.amount(db))

    def _use(self, job: Callable[[Database], None]) -> None:
        def run(db: Database | None, _why: str) -> None:
            if db is None:
                return  # that was reported
            try:
                job(db)
            except StorageError as error:
                self._database_worker.problem(database_problems.problem_text(error))

        self._database_worker.use_store(run)
