"""The thread that looks after watched folders: it waits for events and times, and lets each
`FolderImport` take its files.

While nothing happens it wakes twice a minute, to see whether each folder is still there. A folder
without events is looked at every minute, one that is not there or may not be read at each wake.
"""

from __future__ import annotations

import errno
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from posto_desktop.core.watch_folder import FolderState, FolderStatus, WatchFolder
from posto_desktop.delivery.serial_worker import compute_pause, lower_priority
from posto_desktop.delivery.watch_import import SETTLE_SECONDS, FolderImport, FolderImportResult
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers.folder_observer import FolderObserver

log = logging.getLogger(__name__)

CHECK_SECONDS = 30.0
"""Between two looks whether the folders are there."""
RESCAN_SECONDS = 60.0
"""Between two looks into a folder that has no events."""
SAFETY_SECONDS = 900.0
"""Between two looks into any other folder: systems lose events."""
GATHER_SECONDS = 0.2
"""Events are gathered for so long."""
EMIT_SECONDS = 0.5
"""Least time between two reports of one folder while it reads."""
MAX_EVENTS = 2_000
"""More paths than these are not looked at one by one: the folder is scanned."""


@dataclass(frozen=True)
class FolderReport:
    """What happened in a folder, and how it is doing."""

    folder: WatchFolder
    status: FolderStatus
    result: FolderImportResult
    is_over: bool
    """Whether all files of this run are dealt with."""


@dataclass
class _Watched:
    """A folder on the loop's thread."""

    folder: WatchFolder
    cancel: threading.Event = field(default_factory=threading.Event)
    importer: FolderImport | None = None
    has_events: bool = False
    problem: FolderState | None = None
    identity: tuple[int, int] = (0, 0)
    scanned_at: float = 0.0
    emitted_at: float = 0.0
    last_status: FolderStatus | None = None
    result: FolderImportResult = field(default_factory=FolderImportResult)
    wants_scan: bool = True
    ran: bool = False
    """Whether something was read since the last report that was over."""


class WatchLoop:
    """`report` is called on the loop's thread. All methods return at once and may be called on any
    thread."""

    def __init__(
        self,
        report: Callable[[FolderReport], None],
        problem: Callable[[StorageError], None],
        groups: Callable[[], str],
        *,
        settle: float | None = None,
        check_seconds: float = CHECK_SECONDS,
        rescan_seconds: float = RESCAN_SECONDS,
    ) -> None:
        self._report, self._problem, self._groups = report, problem, groups
        self._settle = SETTLE_SECONDS if settle is None else settle
        self._check, self._rescan = check_seconds, rescan_seconds
        self._lock = threading.Condition()
        self._wanted: dict[str, WatchFolder] = {}
        self._is_changed = False
        self._events: dict[str, set[str]] = {}
        self._cancels: dict[str, threading.Event] = {}
        self._db: Database | None = None
        self._is_closed = False
        self._observer = FolderObserver(self._heard)
        self._watched: dict[str, _Watched] = {}
        self._next_check = 0.0
        self._thread: threading.Thread | None = None

    # -- from any thread -----------------------------------------------------------------------

    def use(self, db: Database) -> None:
        """Work on this posto.db."""
        with self._lock:
            self._db = db
            self._lock.notify()

    def set_folders(self, folders: Iterable[WatchFolder]) -> None:
        """Watch these folders, and no others. The thread starts with the first one."""
        with self._lock:
            before = self._wanted
            self._wanted = {folder.id: folder for folder in folders}
            self._is_changed = True
            for folder_id, cancel in self._cancels.items():
                folder = self._wanted.get(folder_id)
                if folder is None or folder.is_paused or folder != before.get(folder_id):
                    cancel.set()
            if self._thread is None and self._wanted and not self._is_closed:
                self._thread = threading.Thread(target=self._run, name="posto-watch", daemon=True)
                self._thread.start()
            self._lock.notify()

    def scan(self, folder_id: str) -> None:
        """Look at all files of a folder now."""
        self._heard(folder_id, "")

    def close(self) -> None:
        """End soon; what is not written by then is taken at the next start."""
        with self._lock:
            self._is_closed = True
            for cancel in self._cancels.values():
                cancel.set()
            self._lock.notify()

    def join(self, seconds: float) -> bool:
        """Wait for the end. Return whether it came."""
        thread = self._thread
        if thread is None:
            return True
        thread.join(seconds)
        return not thread.is_alive()

    def _heard(self, folder_id: str, path: str) -> None:
        """On a thread of the observer: a path changed, or with "" anything."""
        with self._lock:
            paths = self._events.setdefault(folder_id, set())
            if "" not in paths:
                paths.add(path)
                if path == "" or len(paths) > MAX_EVENTS:
                    self._events[folder_id] = {""}
            self._lock.notify()

    # -- the thread ----------------------------------------------------------------------------

    def _run(self) -> None:
        lower_priority()
        try:
            while not self._is_closed:
                try:
                    self._turn()
                except StorageError as error:
                    if self._is_closed:
                        break
                    self._problem(error)
                    self._wait(self._check)
                except Exception:
                    log.exception("Watched folders")
                    self._wait(self._check)
        finally:
            self._observer.close()

    def _wait(self, seconds: float) -> None:
        with self._lock:
            if not self._is_closed:
                self._lock.wait(seconds)

    def _turn(self) -> None:
        """Wait for something to do, and do a piece of it."""
        with self._lock:
            seconds = self._seconds_to_wait()
            if seconds > 0 and not self._is_closed:
                self._lock.wait(seconds)
            db = self._db
            is_heard = bool(self._events)
        if db is None or self._is_closed:
            return
        if is_heard:
            self._gather()
        with self._lock:
            events, self._events = self._events, {}
            is_changed, self._is_changed = self._is_changed, False
            wanted = dict(self._wanted)
        if is_changed:
            self._apply(wanted, db)
        self._take_events(events)
        now = time.monotonic()
        if now >= self._next_check:
            self._next_check = now + self._check
            for watched in self._watched.values():
                self._check_folder(watched)
        for watched in list(self._watched.values()):
            self._work(watched)
            if self._is_changed or self._is_closed:
                return

    def _gather(self) -> None:
        """Let events of one cause come together. Ends early to close."""
        end = time.monotonic() + min(GATHER_SECONDS, self._settle)
        with self._lock:
            while (left := end - time.monotonic()) > 0 and not self._is_closed:
                self._lock.wait(left)

    def _seconds_to_wait(self) -> float:
        """With the lock: return how long nothing is to be done."""
        if self._db is None:
            return 3600.0
        if self._events or self._is_changed:
            return 0.0
        now = time.monotonic()
        moments = [self._next_check] if self._watched else [now + 3600.0]
        for watched in self._watched.values():
            if watched.importer is None or watched.problem is not None:
                continue
            if watched.wants_scan:
                return 0.0
            due = watched.importer.next_due
            if due is not None:
                moments.append(due)
            if not watched.result.is_empty:
                moments.append(watched.emitted_at + EMIT_SECONDS)
        return max(0.0, min(moments) - now)

    def _apply(self, wanted: dict[str, WatchFolder], db: Database) -> None:
        """Watch the folders that are wanted now."""
        for folder_id in [key for key in self._watched if key not in wanted]:
            self._drop(folder_id)
        for folder in wanted.values():
            known = self._watched.get(folder.id)
            if known is not None and known.folder == folder and known.importer is not None:
                known.cancel.clear()
                continue
            if known is not None:
                self._drop(folder.id)
            watched = _Watched(folder)
            self._watched[folder.id] = watched
            with self._lock:
                self._cancels[folder.id] = watched.cancel
            if not folder.is_paused:
                watched.importer = FolderImport(
                    folder, db, cancel=watched.cancel, settle=self._settle, groups=self._groups
                )
                self._check_folder(watched)
            if watched.importer is None:
                self._emit(watched)  # the others say how they do after the first scan

    def _drop(self, folder_id: str) -> None:
        watched = self._watched.pop(folder_id)
        self._observer.unwatch(folder_id)
        with self._lock:
            self._cancels.pop(folder_id, None)
        if not watched.result.is_empty:
            self._emit(watched)

    def _check_folder(self, watched: _Watched) -> None:
        """See whether a folder is there, is still the same, and may be read."""
        if watched.importer is None:
            return
        before, path = watched.problem, watched.folder.path
        try:
            info = os.stat(path)  # noqa: PTH116 - twice a minute for ever
            with os.scandir(path) as entries:
                next(entries, None)
            watched.problem = None
        except OSError as error:
            watched.problem = _state_of(error)
            watched.identity = (0, 0)
            if before != watched.problem:
                self._observer.unwatch(watched.folder.id)
                self._emit(watched)
            return
        identity = (info.st_dev, info.st_ino)
        now = time.monotonic()
        if identity != watched.identity:  # it is new, or came back
            watched.identity = identity
            watched.has_events = self._observer.watch(
                watched.folder.id, path, recursive=watched.folder.has_subfolders
            )
            watched.wants_scan = True
        pause = SAFETY_SECONDS if watched.has_events else self._rescan
        if now - watched.scanned_at >= pause:
            watched.wants_scan = True
        if before is not None:
            self._emit(watched)

    def _take_events(self, events: dict[str, set[str]]) -> None:
        for folder_id, paths in events.items():
            watched = self._watched.get(folder_id)
            if watched is None or watched.importer is None:
                continue
            if "" in paths:
                self._check_folder(watched)
                watched.wants_scan = True
            else:
                watched.importer.look(sorted(paths))

    def _work(self, watched: _Watched) -> None:
        """Scan a folder if that is due, and take some of its files."""
        importer = watched.importer
        if importer is None or watched.problem is not None:
            return
        if watched.wants_scan:
            watched.wants_scan = False
            watched.scanned_at = time.monotonic()
            try:
                importer.scan()
            except OSError as error:
                watched.problem = _state_of(error)
                watched.identity = (0, 0)
        due = importer.next_due
        if due is not None and due <= time.monotonic():
            compute_pause.keep()
            result = importer.step()
            watched.ran = True
            watched.result.made += result.made
            watched.result.problems += result.problems
            watched.result.completions += result.completions
        self._emit_if_due(watched)

    def _emit_if_due(self, watched: _Watched) -> None:
        """Report at once what changes the state, and else not too often."""
        status = self._status(watched)
        is_over = status.state not in ("reading",)
        is_late = time.monotonic() - watched.emitted_at >= EMIT_SECONDS
        is_news = watched.last_status is None or status.state != watched.last_status.state
        has_result = not watched.result.is_empty
        if is_news or (is_over and has_result) or (is_late and status != watched.last_status):
            self._emit(watched)

    def _status(self, watched: _Watched) -> FolderStatus:
        if watched.folder.is_paused or watched.importer is None:
            return FolderStatus("paused")
        if watched.problem is not None:
            return FolderStatus(watched.problem, has_events=watched.has_events)
        return watched.importer.status(has_events=watched.has_events)

    def _emit(self, watched: _Watched) -> None:
        status = self._status(watched)
        is_over = status.state != "reading" and watched.ran
        if is_over:
            watched.ran = False
        result, watched.result = watched.result, FolderImportResult()
        watched.emitted_at, watched.last_status = time.monotonic(), status
        self._report(FolderReport(watched.folder, status, result, is_over))


def _state_of(error: OSError) -> FolderState:
    if isinstance(error, PermissionError):
        return "denied"
    if isinstance(error, FileNotFoundError) or error.errno in (errno.ENODEV, errno.ENOTCONN):
        return "missing"
    return "unusable" if isinstance(error, NotADirectoryError) else "missing"
