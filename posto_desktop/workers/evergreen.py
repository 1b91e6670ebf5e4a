"""Evergreen messages: kept, filled into free slots, taken back.

The methods are called on the GUI thread and return at once; signals there carry the answers.
Messages are saved on the thread that owns posto.db, slots are filled on a thread of their own, as
choosing among thousands takes its time.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from posto_desktop.common.translation import translate
from posto_desktop.core import slots
from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import Entry
from posto_desktop.core.evergreen import ComingRun, EvergreenMessage, TakenBackRuns
from posto_desktop.delivery import evergreen_changes, evergreen_fill, evergreen_outcomes
from posto_desktop.delivery.client_pool import ClientPool
from posto_desktop.delivery.evergreen_fill import MAX_WAITING, FillRequest
from posto_desktop.delivery.evergreen_preview import PREVIEW, preview
from posto_desktop.delivery.evergreen_state import MEMORY, SlotRules, read_messages
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.delivery.serial_worker import KeyedWorkers
from posto_desktop.sdk.when.zones import local_zone
from posto_desktop.storage import evergreen_rows, schedule_rows
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.settings import Settings
from posto_desktop.workers import database_problems
from posto_desktop.workers.call_on_gui import GuiCallNow
from posto_desktop.workers.database_worker import DatabaseWorker
from posto_desktop.workers.sync_worker import SyncWorker

log = logging.getLogger(__name__)

REFILL, DAYS_AHEAD = "evergreen.refill", "evergreen.days_ahead"
SOON_MS = 3_000
DAY_MS = 24 * 3600 * 1000
AGAIN_MS = 5_000
REMOVE_AGAIN_MS = 30_000
FRESH = timedelta(days=1)
"""An older schedule is not filled automatically: who knows what took its slots."""
_TAKING_ROOM = frozenset(("waiting", "uploading", "handing_over"))


class EvergreenWorker(QObject):
    """Signals, all on the GUI thread:

    loaded(list[EvergreenMessage], dict[str, MessageRuns]): of all workspaces, the one changed last
        first
    saved(str id, datetime); not_saved(str id, str sentence): only in memory, will be retried
    previewed(EvergreenPreview)
    filled(Filling): also by itself; with 0 runs nothing was to fill, which is told if it was asked
    fill_failed(str sentence)
    taken_back(TakenBackRuns): a filling, a message, or a post
    restored(Filling): a filling that was taken back is there again
    run_changed(): a skip, a pin or an edit is written
    fillings_loaded(list[Filling]): the newest ones of a workspace
    marks_changed(dict[str, str]): `marks`
    """

    loaded = Signal(object, object)
    saved = Signal(str, object)
    not_saved = Signal(str, str)
    previewed = Signal(object)
    filled = Signal(object)
    fill_failed = Signal(str)
    taken_back = Signal(object)
    restored = Signal(object)
    run_changed = Signal()
    fillings_loaded = Signal(object)
    marks_changed = Signal(object)

    def __init__(
        self,
        database_worker: DatabaseWorker,
        sync_worker: SyncWorker,
        client_pool: ClientPool,
        settings: Settings,
        *,
        call_on_gui: GuiCallNow,
        wake: Callable[[], None],
        style_resolver: Callable[[Draft], Draft],
        generation: Callable[[str], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._database_worker, self._sync_worker = database_worker, sync_worker
        self._client_pool, self._settings = client_pool, settings
        self._call_on_gui, self._wake = call_on_gui, wake
        self._style_resolver, self._generation = style_resolver, generation
        self._workers = KeyedWorkers("evergreen", self._failed, patient=True)
        self._db: Database | None = None
        self._lock = threading.Lock()
        self._unsaved: dict[str, EvergreenMessage] = {}
        self.marks: Mapping[str, str] = {}
        """The ids of the messages by the marks of their posts."""
        self._hungry, self._feeding = True, False
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self._save_again)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._refill)
        self._to_remove_again: set[str] = set()
        self._remove_timer = QTimer(self, singleShot=True, interval=REMOVE_AGAIN_MS)
        self._remove_timer.timeout.connect(self._remove_all_again)
        self._daily = QTimer(self, singleShot=True, interval=DAY_MS)
        self._daily.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._daily.timeout.connect(self.refill_soon)

    # -- on the workers --------------------------------------------------------------------------

    def _rules(self) -> SlotRules:
        groups = slots.read(self._settings.text(slots.SETTING))
        return SlotRules(groups, local_zone(), self._settings.number(DAYS_AHEAD))

    def _request(self, workspace: str, *, is_automatic: bool) -> FillRequest:
        return FillRequest(workspace, self._rules(), is_automatic)

    def _on_store(self, job: Callable[[Database], None]) -> bool:
        """Run a short job on the thread of posto.db."""

        def run(db: Database | None, _why: str) -> None:
            self._db = db
            if db is None:
                return
            try:
                job(db)
            except StorageError as error:
                self._problem(error)

        return self._database_worker.use_store(run)

    def _apart(self, job: Callable[[Database, Outbox], None], failed: str = "") -> bool:
        """Run a job that may take seconds on the thread of its own."""

        def run() -> None:
            outbox = self._database_worker.outbox
            if self._db is None or outbox is None:
                return
            try:
                job(self._db, outbox)
            except StorageError as error:
                self._problem(error)
                if failed:
                    sentence = f"{database_problems.problem_text(error)} {failed}"
                    self._call_on_gui(self.fill_failed.emit, sentence)
            except Exception:
                log.exception("Evergreen messages could not be filled")
                words = translate(
                    "Evergreen", "The slots could not be filled. See the log for details."
                )
                self._call_on_gui(self.fill_failed.emit, words)

        # By way of the store's thread, which may still be opening or saving.
        return self._on_store(lambda _db: self._start(run))

    def _start(self, run: Callable[[], None]) -> None:
        self._workers.put("", run)

    def _problem(self, error: StorageError) -> None:
        self._database_worker.problem(database_problems.problem_text(error))

    def _failed(self, error: Exception) -> None:
        log.error("A job of evergreen messages failed: %s", type(error).__name__)

    def _load(self, db: Database) -> None:
        now = datetime.now(UTC)
        messages, totals = read_messages(db), evergreen_outcomes.totals(db, now)
        marks = evergreen_rows.marks(db, (now - MEMORY).timestamp())
        self._call_on_gui(self._show_loaded, messages, totals, marks)

    def _show_loaded(
        self, messages: Sequence[EvergreenMessage], totals: object, marks: Mapping[str, str]
    ) -> None:
        with self._lock:
            unsaved = dict(self._unsaved)
        shown = [message for message in messages if message.id not in unsaved]
        self.loaded.emit([*unsaved.values(), *shown], totals)
        if marks != self.marks:
            self.marks = marks
            self.marks_changed.emit(marks)

    # -- messages --------------------------------------------------------------------------------

    def load(self) -> None:
        """Emit `loaded`."""
        self._on_store(self._load)

    def save(self, message: EvergreenMessage) -> None:
        """Save a message, new or changed; emit `saved` or `not_saved`, then `loaded`. Of several
        quick saves only the newest is written. Its runs ahead follow: those that its rules do not
        allow any more are taken back, those with other words or files go out with the new ones."""
        with self._lock:
            waiting = message.id in self._unsaved
            self._unsaved[message.id] = message
        if not waiting:
            self._database_worker.use_store(partial(self._save, message.id))

    def _save(self, message_id: str, db: Database | None, why: str) -> None:
        self._db = db
        with self._lock:
            message = self._unsaved.pop(message_id, None)
        if message is None:
            return
        try:
            if db is None:
                raise StorageError(why)
            when, result = self._save_message(db, message)
        except StorageError as error:
            sentence = database_problems.problem_text(error)
            with self._lock:
                self._unsaved.setdefault(message_id, message)
            self._problem(error)
            self._call_on_gui(self._show_not_saved, message_id, sentence)
            return
        self._call_on_gui(self.saved.emit, message_id, when)
        self._load(db)
        self._call_on_gui(self.refill_soon)
        if result.undone or result.renewed:
            self._after_taking_back(db, result)
            self._hungry = True
            self._call_on_gui(self.feed)

    def _save_message(
        self, db: Database, message: EvergreenMessage
    ) -> tuple[datetime, TakenBackRuns]:
        outbox = self._database_worker.outbox
        if outbox is None:
            return evergreen_fill.add_message(db, message), TakenBackRuns("", message.workspace)
        now = datetime.now(UTC)
        when, result = evergreen_changes.save_message(db, outbox, message, self._rules(), now)
        return datetime.fromtimestamp(when, UTC), result

    def _show_not_saved(self, message_id: str, sentence: str) -> None:
        self._again.start()
        self.not_saved.emit(message_id, sentence)

    @Slot()
    def _save_again(self) -> None:
        with self._lock:
            waiting = list(self._unsaved)
        for message_id in waiting:
            self._database_worker.use_store(partial(self._save, message_id))

    def delete(self, message_id: str) -> None:
        """Delete a message and take back its runs ahead; emit `loaded` and perhaps `taken_back`."""
        with self._lock:
            self._unsaved.pop(message_id, None)

        def run(db: Database) -> None:
            evergreen_rows.set_deleted(db, message_id, True)
            self._load(db)

        self._on_store(run)
        self.take_back_message(message_id)

    def restore(self, message_id: str) -> None:
        """Undo `delete`, until the next start."""

        def run(db: Database) -> None:
            evergreen_rows.set_deleted(db, message_id, False)
            self._load(db)
            self._call_on_gui(self.refill_soon)

        self._on_store(run)

    # -- looking ahead ---------------------------------------------------------------------------

    def preview(self, workspace: str, count: int = PREVIEW) -> None:
        """Emit `previewed`."""

        def run(db: Database, _outbox: Outbox) -> None:
            is_automatic = self._settings.is_on(REFILL)
            request = self._request(workspace, is_automatic=is_automatic)
            ahead = preview(db, request, self._style_resolver, datetime.now(UTC), count)
            self._call_on_gui(self.previewed.emit, ahead)

        self._apart(run)

    def load_fillings(self, workspace: str) -> None:
        """Emit `fillings_loaded`."""

        def run(db: Database) -> None:
            rows = evergreen_rows.fillings(db, workspace)
            fillings = [evergreen_outcomes.read_filling(row) for row in rows]
            self._call_on_gui(self.fillings_loaded.emit, fillings)

        self._on_store(run)

    def skip(self, workspace: str, coming: ComingRun) -> None:
        """Have another message go out instead, or none; one that is scheduled is taken back."""
        self._skip(workspace, coming, coming.message_id)

    def skip_slot(self, workspace: str, coming: ComingRun) -> None:
        """Have nothing go out at these slots; what is scheduled there is taken back."""
        self._skip(workspace, coming, "")

    def _skip(self, workspace: str, coming: ComingRun, message_id: str) -> None:
        moment = (coming.slot or coming.when).timestamp()

        def run(db: Database, outbox: Outbox) -> None:
            with db.transaction():
                evergreen_rows.put_skips(db, workspace, coming.channel_ids, moment, message_id)
                result = TakenBackRuns("", workspace)
                if coming.is_filled:
                    now = datetime.now(UTC)
                    refs = [coming.posto_ref]
                    result = evergreen_fill.take_back_posts(db, outbox, refs, now)
            if coming.is_filled:
                self._after_taking_back(db, result)
            self._runs_changed()

        self._apart(run)

    def unskip(self, workspace: str, coming: ComingRun) -> None:
        """Undo `skip` and `skip_slot`; of a slot that stays free, all skips there."""
        moment = (coming.slot or coming.when).timestamp()
        self._change_runs(
            lambda db: evergreen_rows.remove_skips(
                db, workspace, coming.channel_ids, moment, coming.message_id
            )
        )

    def pin(
        self, workspace: str, message_id: str, channel_ids: Collection[int], when: datetime
    ) -> None:
        """Have a message go out at a slot of channels, if its rules allow it there."""
        self._pin(workspace, message_id, channel_ids, when, None)

    def edit_run(self, workspace: str, coming: ComingRun, text: str) -> None:
        """Have a coming message go out with another text, once."""
        self._pin(workspace, coming.message_id, coming.channel_ids, coming.when, text)

    def _pin(
        self,
        workspace: str,
        message_id: str,
        channel_ids: Collection[int],
        when: datetime,
        text: str | None,
    ) -> None:
        body = {} if text is None else {"text": text}
        moment = when.timestamp()
        self._change_runs(
            lambda db: evergreen_rows.put_pins(db, workspace, channel_ids, moment, message_id, body)
        )

    def unpin(self, workspace: str, channel_ids: Collection[int], when: datetime) -> None:
        """Undo `pin` and `edit_run`."""
        moment = when.timestamp()
        self._change_runs(lambda db: evergreen_rows.remove_pins(db, workspace, channel_ids, moment))

    def _change_runs(self, change: Callable[[Database], None]) -> None:
        def run(db: Database) -> None:
            change(db)
            self._runs_changed()

        self._on_store(run)

    def _runs_changed(self) -> None:
        self._call_on_gui(self.run_changed.emit)
        self._call_on_gui(self.refill_soon)

    # -- filling ---------------------------------------------------------------------------------

    def fill(self, workspace: str) -> None:
        """Fill the free slots ahead; emit `filled` or `fill_failed`."""
        nothing = translate("Evergreen", "No slot was filled.")
        if not self._apart(partial(self._fill, [workspace], False), nothing):
            self.fill_failed.emit(nothing)

    def _fill(
        self, workspaces: Iterable[str], is_automatic: bool, db: Database, outbox: Outbox
    ) -> None:
        now = datetime.now(UTC)
        has_runs = False
        for workspace in workspaces:
            if is_automatic and not _is_fresh(db, workspace, now):
                continue
            request = self._request(workspace, is_automatic=is_automatic)
            filling = evergreen_fill.fill(db, outbox, request, self._style_resolver, now)
            has_runs = has_runs or filling.runs > 0
            if filling.runs or not is_automatic:
                self._call_on_gui(self.filled.emit, filling)
        if has_runs:
            self._load(db)
            self._hungry = True
            self._wake()

    @Slot()
    def refill_soon(self) -> None:
        """Something changed that may have freed slots: fill them, if that is switched on."""
        if self._settings.is_on(REFILL):
            self._soon.start()
        else:
            self._soon.stop()
            self._daily.stop()

    @Slot()
    def _refill(self) -> None:
        if not self._settings.is_on(REFILL):
            return
        self._daily.start()

        def run(db: Database, outbox: Outbox) -> None:
            self._fill(evergreen_rows.workspaces(db), True, db, outbox)

        self._apart(run)

    def undo_fill(self, filling_id: str) -> None:
        """Take a whole filling back; emit `taken_back`."""

        def run(db: Database, outbox: Outbox) -> None:
            result = evergreen_fill.take_back(db, outbox, filling_id, datetime.now(UTC))
            self._after_taking_back(db, result)

        self._apart(run)

    def redo_fill(self, filling_id: str) -> None:
        """Write a filling again that was taken back, as far as it is still allowed; emit
        `restored`."""

        def run(db: Database, outbox: Outbox) -> None:
            row = evergreen_rows.filling(db, filling_id)
            if row is None:
                return
            request = self._request(row["workspace"], is_automatic=bool(row["automatic"]))
            filling = evergreen_fill.restore(
                db, outbox, request, filling_id, self._style_resolver, datetime.now(UTC)
            )
            self._call_on_gui(self.restored.emit, filling)
            self._load(db)
            self._hungry = True
            self._wake()

        self._apart(run)

    def take_back_message(self, message_id: str) -> None:
        """Take back what is to come of a message; emit `taken_back` if that is anything."""

        def run(db: Database, outbox: Outbox) -> None:
            now = datetime.now(UTC)
            result = evergreen_fill.take_back_message(db, outbox, message_id, now)
            if result.undone or result.sent:
                self._after_taking_back(db, result)

        self._apart(run)

    def _after_taking_back(self, db: Database, result: TakenBackRuns) -> None:
        self._call_on_gui(self.taken_back.emit, result)
        self._load(db)
        if result.removing:
            self._call_on_gui(self.remove_soon, result.workspace)

    # -- into the outbox -------------------------------------------------------------------------

    @Slot(object)
    def outbox_changed(self, entries: Sequence[Entry]) -> None:
        """Some waiting entries were sent: there may be room for more."""
        waiting = sum(entry.state in _TAKING_ROOM for entry in entries)
        if self._hungry and not self._feeding and waiting <= MAX_WAITING // 2:
            self.feed()

    def feed(self) -> None:
        """Move queued runs into the outbox as far as there is room."""
        self._feeding = True

        def run(db: Database) -> None:
            left = 0
            outbox = self._database_worker.outbox
            try:
                if outbox is not None and evergreen_rows.queued_posts(db):
                    left = evergreen_fill.hand_over(
                        db, outbox, self._style_resolver, self._rules(), datetime.now(UTC)
                    )
            finally:
                is_hungry = evergreen_rows.queued_posts(db) > 0
                self._call_on_gui(self._show_fed, is_hungry)
            if left:
                self._load(db)
                self._wake()

        if not self._on_store(run):
            self._feeding = False

    def _show_fed(self, is_hungry: bool) -> None:
        self._feeding, self._hungry = False, is_hungry

    # -- posts that a service has ----------------------------------------------------------------

    @Slot(str)
    def remove_soon(self, workspace: str) -> None:
        """Delete what was taken back and is on its service, also in an earlier run."""

        def run(db: Database) -> None:
            if evergreen_rows.to_remove(db, workspace):
                self._sync_worker.put(workspace, partial(self._remove, db, workspace))

        self._on_store(run)

    def _remove(self, db: Database, workspace: str) -> None:
        """On the worker of the workspace."""
        try:
            link = self._client_pool.get(workspace)
            deleted, waiting = evergreen_outcomes.remove_posts(
                db, workspace, link, datetime.now(UTC)
            )
        except Exception as error:  # noqa: BLE001 - keyring, start of the server, network, disk
            log.warning("Posts that were taken back wait: %s", type(error).__name__)
            self._call_on_gui(self._remove_again, workspace)
            return
        if deleted:
            self._database_worker.note_deleted(deleted)
            ids = [row.id for row in deleted]
            self._sync_worker.look_again(self._generation(workspace), workspace, link, ids)
        self._call_on_gui(self.feed)  # what was made anew is queued now
        if waiting:
            self._call_on_gui(self._remove_again, workspace)

    def _remove_again(self, workspace: str) -> None:
        self._to_remove_again.add(workspace)
        self._remove_timer.start()

    @Slot()
    def _remove_all_again(self) -> None:
        workspaces, self._to_remove_again = self._to_remove_again, set()
        for workspace in workspaces:
            self.remove_soon(workspace)

    # -- the end ---------------------------------------------------------------------------------

    def close(self) -> None:
        """Refuse further work."""
        for timer in (self._again, self._soon, self._daily, self._remove_timer):
            timer.stop()
        self._workers.close()

    def join(self, seconds: float) -> bool:
        return self._workers.join(time.monotonic() + seconds)


def _is_fresh(db: Database, workspace: str, now: datetime) -> bool:
    read_at = schedule_rows.read_at(db, workspace)
    return read_at is not None and now.timestamp() - read_at < FRESH.total_seconds()
