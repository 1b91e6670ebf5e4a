"""Looks posts over before they are due, and says once for each cause what keeps them from going
out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from posto_desktop.core.draft import Draft
from posto_desktop.core.due_causes import DueCause, DuePost, changes
from posto_desktop.delivery.due_look import AGAIN
from posto_desktop.delivery.due_posts import DueList, due_list
from posto_desktop.delivery.serial_worker import KeyedWorkers
from posto_desktop.storage import due_rows
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers.call_on_gui import GuiCallNow

log = logging.getLogger(__name__)

SETTING = "notifications.before_due_minutes"
SOON_MS = 1_500
"""After a change: several come together, and what they write has to be on the disk."""
LATER_MS = 10_000
_LONGEST = timedelta(hours=1)
"""Between two wakes: a computer that slept has other times than its timers."""
_GRACE = timedelta(seconds=20)


class Look(Protocol):
    """The part of `delivery.due_look.DueLook` that is used."""

    def causes(
        self, workspace: str, posts: Sequence[DuePost], *, again: bool = False
    ) -> list[DueCause]: ...


UseStore = Callable[[Callable[[Database | None, str], None]], bool]


class DueChecks(QObject):
    """Owns the causes. Lives on the GUI thread and never waits: posto.db is read on its worker, and
    each workspace is looked at on a thread of its own, so that one that hangs delays no other, and
    none of them delays sending.

    Wakes when the next post comes within `minutes()` of its time, and every few minutes while there
    is a cause. `minutes()` is 0 where nothing is to be looked over.

    Signals: `started(DueCause)`: a cause that was not there before, to show; `changed(DueCause)`:
    its posts are others now; `ended(str key)`: it is over.
    """

    started = Signal(object)
    changed = Signal(object)
    ended = Signal(str)

    def __init__(
        self,
        look: Look,
        use_store: UseStore,
        call_on_gui: GuiCallNow,
        *,
        minutes: Callable[[], int],
        resolve: Callable[[Draft], Draft],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        run: Callable[[str, Callable[[], None]], object] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`resolve` gives a draft its style; `run` runs a job about a workspace, on a worker of
        ours without one."""
        super().__init__(parent)
        self._look, self._use_store, self._call_on_gui = look, use_store, call_on_gui
        self._minutes, self._resolve, self._clock = minutes, resolve, clock
        self._workers = KeyedWorkers("checks", patient=True) if run is None else None
        self._run = run or self._workers_put
        self._causes: dict[str, dict[str, DueCause]] = {}  # by workspace and key
        self._is_read = self._is_reading = self._closed = False
        self._looking: set[str] = set()
        self._missed: set[str] = set()
        self._again: set[str] = set()
        self._posts: dict[str, tuple[DuePost, ...]] = {}
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.look)

    def _workers_put(self, workspace: str, job: Callable[[], None]) -> bool:
        assert self._workers is not None
        return self._workers.put(workspace, job)

    @property
    def causes(self) -> list[DueCause]:
        """Return what keeps posts from going out, the soonest first."""
        every = [cause for known in self._causes.values() for cause in known.values()]
        return sorted(every, key=lambda cause: (cause.first, cause.key))

    def cause(self, key: str) -> DueCause | None:
        return next((cause for cause in self.causes if cause.key == key), None)

    def close(self) -> None:
        """Look at nothing any more. What is stored stays for the next start."""
        self._closed = True
        self._timer.stop()
        if self._workers is not None:
            self._workers.close()

    def join(self, deadline: float) -> bool:
        return self._workers is None or self._workers.join(deadline)

    # -- when ------------------------------------------------------------------------------------

    @Slot()
    def wake(self) -> None:
        """Posts, accounts or the way to a service may be others now: look soon."""
        self._start(timedelta(milliseconds=SOON_MS))

    @Slot()
    def wake_later(self) -> None:
        """The outbox has changed, as it does many times while something is uploaded."""
        self._start(timedelta(milliseconds=LATER_MS))

    @Slot()
    def retry(self) -> None:
        """Ask all workspaces anew that have something due, whatever was seen before."""
        self._again.update(self._posts, self._with_causes())
        self.wake()

    def _with_causes(self) -> list[str]:
        return [workspace for workspace, known in self._causes.items() if known]

    def _start(self, wait: timedelta) -> None:
        if not self._closed:
            milliseconds = max(0, wait // timedelta(milliseconds=1))
            if not self._timer.isActive() or milliseconds < self._timer.remainingTime():
                self._timer.start(milliseconds)

    # -- looking ---------------------------------------------------------------------------------

    @Slot()
    def look(self) -> None:
        """Read what is due soon, then look it over."""
        self._timer.stop()
        if self._closed or self._is_reading:
            return
        now, lead = self._clock(), timedelta(minutes=self._minutes())
        first_time = not self._is_read
        self._is_reading = True

        def read(db: Database | None, _problem: str) -> None:
            due, stored = DueList(), []
            try:
                if db is not None and lead:
                    due = due_list(db, now, now + lead, self._resolve)
                if db is not None and first_time:
                    stored = [DueCause.from_json(body) for body in due_rows.bodies(db)]
            except StorageError as error:
                log.warning("What is due could not be read: %s", error)
            except Exception:
                log.exception("What is due could not be read")
            causes = [cause for cause in stored if cause is not None]
            self._call_on_gui(self._read, due, causes, now + lead, db is not None)

        if not self._use_store(read):
            self._is_reading = False

    def _read(self, due: DueList, stored: list[DueCause], last: datetime, has_store: bool) -> None:
        """On the GUI thread: what is due until a moment, and at first what was there last time."""
        self._is_reading = False
        if self._closed:
            return
        if not has_store:
            self._start(AGAIN)
            return
        self._is_read = True
        for cause in stored:
            self._causes.setdefault(cause.workspace, {})[cause.key] = cause
        posts: dict[str, list[DuePost]] = {}
        for post in due.posts:
            posts.setdefault(post.workspace, []).append(post)
        self._posts = {workspace: tuple(some) for workspace, some in posts.items()}
        for workspace in self._with_causes():
            if workspace not in posts:
                self._looked(workspace, [])
        for workspace in posts:
            self._look_at(workspace)
        self._wait(due, last)

    def _wait(self, due: DueList, last: datetime) -> None:
        """Wake when the next post comes near, when the first one is due, and soon while there is
        something to see."""
        now = self._clock()
        waits = [_LONGEST]
        if due.next_at is not None:
            waits.append(due.next_at - last)
        if self._with_causes():
            waits.append(AGAIN)
            waits += [post.at - now + _GRACE for post in due.posts[:1]]
        self._start(max(min(waits), timedelta(seconds=1)))

    def _look_at(self, workspace: str) -> None:
        """Look at the posts of a workspace, after a look that is under way."""
        if workspace in self._looking:
            self._missed.add(workspace)
            return
        self._looking.add(workspace)
        again = workspace in self._again
        self._again.discard(workspace)
        posts = self._posts.get(workspace, ())

        def run() -> None:
            causes: list[DueCause] | None = None
            try:
                causes = self._look.causes(workspace, posts, again=again)
            except Exception:
                log.exception("Posts could not be looked over")
            self._call_on_gui(self._finished, workspace, causes)

        if not self._run(workspace, run):
            self._looking.discard(workspace)

    def _finished(self, workspace: str, causes: list[DueCause] | None) -> None:
        self._looking.discard(workspace)
        if self._closed:
            return
        if causes is not None:
            had_causes = bool(self._with_causes())
            self._looked(workspace, causes)
            if causes and not had_causes:
                self._start(AGAIN)
        if workspace in self._missed:
            self._missed.discard(workspace)
            self._look_at(workspace)

    def _looked(self, workspace: str, causes: list[DueCause]) -> None:
        """Show what is new, and take back what is over."""
        before = self._causes.get(workspace, {})
        change = changes(before.values(), causes)
        self._causes[workspace] = {cause.key: cause for cause in causes}
        if not change:
            return
        stored = {cause.key: cause.to_json() for cause in (*change.new, *change.changed)}

        def save(db: Database | None, _problem: str) -> None:
            if db is not None:
                try:
                    due_rows.save(db, stored, change.ended)
                except StorageError as error:
                    log.warning("What keeps posts back could not be stored: %s", error)

        # Before the signals: a notification that is shown is stored after it.
        self._use_store(save)
        for key in change.ended:
            self.ended.emit(key)
        # What concerns most posts is shown last: it is what the list of notifications begins with.
        for cause in sorted(change.new, key=lambda cause: cause.count):
            self.started.emit(cause)
        for cause in change.changed:
            self.changed.emit(cause)
