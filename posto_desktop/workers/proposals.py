"""Proposals of agents on the thread that owns posto.db: read, and answered by the user.

The methods are called on the GUI thread and return at once; signals there carry the answers.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from posto_desktop.common.translation import translate
from posto_desktop.core.entries import Entry
from posto_desktop.core.proposals import Proposal
from posto_desktop.delivery.client_pool import ClientPool, ServiceClient
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.delivery.proposals import ProposalError, Proposals
from posto_desktop.delivery.proposed_deletion import ProposedDeletion
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers import database_problems
from posto_desktop.workers.call_on_gui import GuiCall
from posto_desktop.workers.database_worker import DatabaseWorker
from posto_desktop.workers.sync_worker import SyncWorker

log = logging.getLogger(__name__)

AGAIN_MS = 30_000
"""Pause before a deletion that could not be carried out is tried again."""


class ProposalWorker(QObject):
    """`wake(entry ids)` announces new entries of the outbox, `moves_written(workspace)` new moves;
    `current(workspace)` is the generation of the shown rows. A confirmed deletion waits `undo_ms`.

    Signals, all on the GUI thread:

    loaded(list[Proposal]): those that wait for an answer, the oldest first
    calls_loaded(list[AgentCall]): the newest first
    answered(Proposal, list[Entry], list[str]): the user's answer was carried out, with the new
        entries of the outbox and the ids of the drafts that became posts
    refused(str digest, str sentence): it was not, and why
    deletion_ended(Proposal): a confirmed deletion is "done" or "failed"
    """

    loaded = Signal(object)
    calls_loaded = Signal(object)
    answered = Signal(object, object, object)
    refused = Signal(str, str)
    deletion_ended = Signal(object)

    def __init__(
        self,
        client_pool: ClientPool,
        database_worker: DatabaseWorker,
        sync_worker: SyncWorker,
        *,
        call_on_gui: GuiCall,
        wake: Callable[[Sequence[str]], None],
        moves_written: Callable[[str], None],
        current: Callable[[str], int],
        undo_ms: int,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._client_pool, self._database_worker = client_pool, database_worker
        self._sync_worker, self._call_on_gui = sync_worker, call_on_gui
        self._wake, self._moves_written, self._current = wake, moves_written, current
        self._undo_ms = undo_ms
        self._db: Database | None = None
        self._ends: dict[str, tuple[float, str]] = {}
        """By digest, when the undo time of a confirmed deletion is over, and its workspace."""
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._carry_out_due)

    # -- on the GUI thread -----------------------------------------------------------------------

    def load(self) -> None:
        """Emit `loaded`."""
        self._use(self._load)

    def load_calls(self) -> None:
        """Emit `calls_loaded`."""

        def read(db: Database) -> None:
            self._call_on_gui(None, self.calls_loaded.emit, Proposals(db).calls())

        self._use(read)

    def confirm(self, digest: str) -> None:
        """Carry out what the user has confirmed; emit `answered` or `refused`."""

        def run(db: Database) -> None:
            drafts = {row["id"] for row in db.drafts()}
            confirmed = Proposals(db).confirm(digest)
            entries = self._entries_of(confirmed)
            posted = sorted(drafts - {row["id"] for row in db.drafts()})
            self._call_on_gui(None, self._handle_confirmed, confirmed, entries, posted)

        self._answer(digest, run)

    def decline(self, digest: str) -> None:
        """Decline one; emit `answered` or `refused`."""

        def run(db: Database) -> None:
            declined = Proposals(db).decline(digest)
            self._call_on_gui(None, self.answered.emit, declined, [], [])

        self._answer(digest, run)

    def take_back(self, digest: str) -> None:
        """Undo the confirmation of a deletion; emit `refused` if it has begun."""
        self._ends.pop(digest, None)

        def run(db: Database) -> None:
            if not Proposals(db).take_back(digest):
                raise ProposalError(
                    translate("Service", "Too late to undo: the posts were deleted.")
                )

        self._answer(digest, run)

    def resume(self, workspace: str | None = None) -> None:
        """Carry out deletions that were confirmed on a terminal or in an earlier run, and those
        that failed for want of a network."""

        def read(db: Database) -> None:
            for proposal in Proposals(db).deletions(workspace):
                self._call_on_gui(None, self._resume_deletion, proposal)

        self._use(read)

    def finish(self) -> None:
        """Carry out the deletions whose undo time is not over: the app quits."""
        for digest in list(self._ends):
            self._carry_out(digest)
        self._timer.stop()

    def _handle_confirmed(
        self, proposal: Proposal, entries: Sequence[Entry], posted: Sequence[str]
    ) -> None:
        if entries:
            self._wake([entry.id for entry in entries])
        if proposal.kind == "move":
            self._moves_written(proposal.workspace)
        elif proposal.kind == "delete":
            self._delete_after(proposal, self._undo_ms)
        self.answered.emit(proposal, entries, posted)

    def _resume_deletion(self, proposal: Proposal) -> None:
        if proposal.digest not in self._ends:
            self._delete_after(proposal, 0)

    def _delete_after(self, proposal: Proposal, ms: int) -> None:
        self._ends[proposal.digest] = (time.monotonic() + ms / 1000, proposal.workspace)
        self._start_timer()

    def _start_timer(self) -> None:
        if self._ends:
            left = min(at for at, _workspace in self._ends.values()) - time.monotonic()
            self._timer.start(max(0, round(left * 1000)))

    @Slot()
    def _carry_out_due(self) -> None:
        now = time.monotonic()
        for digest in [digest for digest, (at, _) in self._ends.items() if at <= now + 0.05]:
            self._carry_out(digest)
        self._start_timer()

    def _carry_out(self, digest: str) -> None:
        workspace = self._ends.pop(digest)[1]
        if self._db is not None:
            # Not by way of the store's thread: the app may be quitting.
            self._sync_worker.put(workspace, partial(self._delete, self._db, digest, workspace))

    # -- on the workers --------------------------------------------------------------------------

    def _use(self, job: Callable[[Database], None]) -> None:
        def run(db: Database | None, _why: str) -> None:
            self._db = db
            if db is None:
                return  # that was reported
            try:
                job(db)
            except StorageError as error:
                self._database_worker.problem(database_problems.problem_text(error))

        self._database_worker.use_store(run)

    def _answer(self, digest: str, job: Callable[[Database], None]) -> None:
        """Run the user's answer, and show what waits afterwards."""

        def run(db: Database | None, why: str) -> None:
            self._db = db
            try:
                if db is None:
                    raise StorageError(why)
                job(db)
                self._load(db)
            except ProposalError as error:
                self._call_on_gui(None, self.refused.emit, digest, error.user_message)
                if db is not None:
                    self._load(db)
            except StorageError as error:
                sentence = database_problems.problem_text(error)
                self._call_on_gui(None, self.refused.emit, digest, sentence)

        if not self._database_worker.use_store(run):
            self.refused.emit(digest, translate("Service", "The app is closing. Nothing was done."))

    def _load(self, db: Database) -> None:
        self._call_on_gui(None, self.loaded.emit, Proposals(db).waiting())

    def _entries_of(self, proposal: Proposal) -> list[Entry]:
        outbox: Outbox | None = self._database_worker.outbox
        if proposal.kind != "schedule" or outbox is None:
            return []
        return [outbox.entry(raw["id"]) for raw in proposal.body["entries"]]

    def _delete(self, db: Database, digest: str, workspace: str) -> None:
        """On the worker of the workspace: carry out a deletion, and read its rows again."""
        try:
            link = self._client_pool.get(workspace)
            client = _DeletionClient(link)
            ended = ProposedDeletion(db, client).run(digest)
        except Exception as error:  # noqa: BLE001 - keyring, start of the server, network, disk
            log.warning("A deletion waits: %s", type(error).__name__)
            self._call_on_gui(None, self._try_again, digest, workspace)
            return
        if ended is None:
            return
        if ended.state == "confirmed":
            self._call_on_gui(None, self._try_again, digest, workspace)
            return
        self._database_worker.note_deleted(client.deleted())
        ids = [post.id for post in ended.posts]
        self._sync_worker.look_again(self._current(workspace), workspace, link, ids)
        self._call_on_gui(None, self.deletion_ended.emit, ended)

    def _try_again(self, digest: str, workspace: str) -> None:
        self._ends.setdefault(digest, (time.monotonic() + AGAIN_MS / 1000, workspace))
        self._start_timer()


class _DeletionClient:
    """Client of a workspace that remembers what it deleted."""

    def __init__(self, link: ServiceClient) -> None:
        self._link = link
        self._seen: dict[int, Schedule] = {}
        self._deleted: set[int] = set()

    def rows(self, ids: Sequence[int]) -> dict[int, Schedule]:
        self._seen = self._link.sdk.schedules.by_ids(list(ids))
        return self._seen

    def delete(self, ids: Sequence[int]) -> Collection[int]:
        left = self._link.sdk.schedules.delete(list(ids)).left
        self._deleted = set(ids) - set(left)
        return left

    def deleted(self) -> list[Schedule]:
        return [row for number, row in self._seen.items() if number in self._deleted]
