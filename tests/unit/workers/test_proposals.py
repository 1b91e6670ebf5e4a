"""Answers to proposals on the thread of posto.db, and deletions that wait for their undo time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from posto_desktop.core.draft import Draft
from posto_desktop.core.proposals import Proposal
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.delivery.proposals import Proposals, ProposedMessage
from posto_desktop.sdk.errors import NetworkError
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers.proposals import ProposalWorker

LATER = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
X = Channel(1, "@nordlicht", "twitter")


class Site:
    """The schedule of a service; `fault` is raised by the next call."""

    def __init__(self) -> None:
        self.rows = {n: Schedule(n, "g", 1, status="not_sent", send_at=LATER) for n in (1, 2)}
        self.fault: Exception | None = None

    def by_ids(self, ids: Sequence[int]) -> dict[int, Schedule]:
        if self.fault is not None:
            fault, self.fault = self.fault, None
            raise fault
        return {number: self.rows[number] for number in ids if number in self.rows}

    def delete(self, ids: Sequence[int]) -> Any:
        for number in ids:
            del self.rows[number]
        return SimpleNamespace(left=())


class Rig:
    """The worker, with others that do at once what they are given."""

    def __init__(self, path: Path, undo_ms: int) -> None:
        self.db: Database | None = Database(path)
        self.closing = False
        self.site, self.woken, self.moved = Site(), [], []
        self.looked: list[list[int]] = []
        self.deleted: list[int] = []
        self.problems: list[str] = []
        self.signals: list[tuple[str, Any]] = []
        link = SimpleNamespace(sdk=SimpleNamespace(schedules=self.site))
        pool: Any = SimpleNamespace(get=lambda _workspace: link)
        database: Any = SimpleNamespace(
            use_store=self._use,
            outbox=Outbox(self.db),
            problem=self.problems.append,
            note_deleted=lambda rows: self.deleted.extend(row.id for row in rows),
        )
        sync: Any = SimpleNamespace(
            put=lambda _workspace, job: job(),
            look_again=lambda _generation, _workspace, _link, ids: self.looked.append(ids),
        )
        self.worker = ProposalWorker(
            pool,
            database,
            sync,
            call_on_gui=lambda _generation, handle, *values: handle(*values),
            wake=self.woken.extend,
            moves_written=self.moved.append,
            current=lambda _workspace: 1,
            undo_ms=undo_ms,
        )
        for name in ("loaded", "answered", "refused", "deletion_ended", "calls_loaded"):
            signal = getattr(self.worker, name)
            signal.connect(lambda *values, name=name: self.signals.append((name, values)))

    def _use(self, job: Any) -> bool:
        if not self.closing:
            job(self.db, "The disk is full.")
        return not self.closing

    @property
    def proposals(self) -> Proposals:
        assert self.db is not None
        return Proposals(self.db)

    def ask_delete(self) -> Proposal:
        return self.proposals.propose_delete([*self.site.rows.values()], "local", "Claude")

    def values(self, name: str) -> list[Any]:
        return [values for signal, values in self.signals if signal == name]


@pytest.fixture
def rig(qapp: Any, tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path / "posto.db", undo_ms=60_000)
    db = made.db
    yield made
    made.worker.finish()
    assert db is not None
    db.close()


def test_a_confirmed_schedule_wakes_the_outbox(rig: Rig) -> None:
    draft = Draft(text="Coffee", channel_ids=(1,))
    assert rig.db is not None
    rig.db.put_draft(draft.id, "local", draft.to_json())
    asked = rig.proposals.propose_schedule([ProposedMessage(draft, (X,), (LATER,))], "Claude")
    rig.worker.confirm(asked.digest)
    [(confirmed, entries, posted)] = rig.values("answered")
    assert confirmed.state == "done"
    assert [entry.id for entry in entries] == rig.woken
    assert posted == [draft.id]
    assert rig.values("loaded")[-1] == ([],)
    rig.worker.load_calls()
    [(calls,)] = rig.values("calls_loaded")
    assert calls[0].outcome == "Confirmed by you in the app"


def test_a_confirmed_move_is_handed_on(rig: Rig) -> None:
    rows = [*rig.site.rows.values()]
    times = dict.fromkeys(rig.site.rows, LATER + timedelta(days=1))
    asked = rig.proposals.propose_move(rows, times, "local", "Claude")
    rig.worker.confirm(asked.digest)
    assert rig.moved == ["local"]


def test_a_deletion_waits_for_its_undo_time_and_is_done_when_the_app_quits(rig: Rig) -> None:
    asked = rig.ask_delete()
    rig.worker.confirm(asked.digest)
    assert len(rig.site.rows) == 2
    rig.worker.resume()  # what waits is not carried out earlier
    assert len(rig.site.rows) == 2
    rig.worker.finish()
    assert rig.site.rows == {}
    [(ended,)] = rig.values("deletion_ended")
    assert ended.state == "done"
    assert rig.deleted == [1, 2]
    assert rig.looked == [[1, 2]]


def test_a_deletion_is_taken_back(rig: Rig) -> None:
    asked = rig.ask_delete()
    rig.worker.confirm(asked.digest)
    rig.worker.take_back(asked.digest)
    rig.worker.finish()
    assert len(rig.site.rows) == 2
    assert rig.proposals.get(asked.digest).state == "declined"
    rig.worker.take_back(asked.digest)
    assert rig.values("refused") == [(asked.digest, "Too late to undo: the posts were deleted.")]


def test_a_deletion_of_an_earlier_run_goes_on_and_is_tried_again(rig: Rig, qtbot: Any) -> None:
    asked = rig.ask_delete()
    rig.proposals.confirm(asked.digest)  # in another process
    rig.site.fault = NetworkError("refused", user_message="No answer.", maybe_sent=False)
    rig.worker.resume()
    qtbot.waitUntil(lambda: rig.site.fault is None, timeout=20_000)
    assert len(rig.site.rows) == 2
    assert rig.values("deletion_ended") == []
    rig.worker.finish()  # instead of waiting for the next try
    assert rig.site.rows == {}


def test_what_cannot_be_answered_is_said(rig: Rig) -> None:
    asked = rig.ask_delete()
    rig.worker.decline(asked.digest)
    rig.worker.decline(asked.digest)
    assert rig.values("refused") == [(asked.digest, "It was answered already.")]
    rig.db, db = None, rig.db
    rig.worker.load()
    rig.worker.confirm(asked.digest)
    assert rig.values("refused")[-1] == (asked.digest, "The disk is full.")
    rig.db, rig.closing = db, True
    rig.worker.confirm(asked.digest)
    assert rig.values("refused")[-1][1] == "The app is closing. Nothing was done."


def test_a_failing_disk_is_reported(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StorageError("posto.db could not be read.")

    monkeypatch.setattr(Proposals, "waiting", fail)
    rig.worker.load()
    assert rig.problems == ["posto.db could not be read."]
