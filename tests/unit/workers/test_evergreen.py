"""Evergreen messages by the worker: kept, filled by themselves only if wanted, taken back."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from datetime import time as clock_time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication

from posto_desktop.core import slots
from posto_desktop.core.draft import Draft
from posto_desktop.core.evergreen import ComingRun, EvergreenMessage, EvergreenPreview
from posto_desktop.core.slots import Slot, SlotGroup
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.sdk.errors import NetworkError
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.storage import evergreen_rows
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.settings import Settings
from posto_desktop.workers.evergreen import DAYS_AHEAD, REFILL, EvergreenWorker

CHANNEL = Channel(3, "@cafe@example.social", "mastodon")
SIGNALS = (
    "loaded", "saved", "not_saved", "previewed", "filled", "fill_failed", "taken_back", "restored",
    "run_changed", "fillings_loaded", "marks_changed",
)  # fmt: skip


class Site:
    """What a service lists by mark; `fault` is raised by the next call."""

    def __init__(self) -> None:
        self.rows: list[Schedule] = []
        self.fault: Exception | None = None

    def rows_of_mark(self, ref: str, _ids: Sequence[int], _around: datetime) -> list[Schedule]:
        if self.fault is not None:
            fault, self.fault = self.fault, None
            raise fault
        return [row for row in self.rows if row.posto_ref == ref]

    def remove(self, ids: Sequence[int]) -> list[int]:
        self.rows = [row for row in self.rows if row.id not in ids]
        return []


def _call(handle: Any, *values: Any) -> None:
    handle(*values)


class Rig:
    """The worker, with others that do at once what they are given."""

    def __init__(self, path: Path) -> None:
        self.db: Database | None = Database(path / "posto.db")
        self.outbox = Outbox(self.db)
        self.settings = Settings(path / "settings.json")
        group = SlotGroup(slots=tuple(Slot(day, clock_time(9)) for day in range(7)))
        self.settings.set(slots.SETTING, slots.write([group]))
        self.settings.set(DAYS_AHEAD, 7)
        self.site = Site()
        self.problems: list[str] = []
        self.deleted: list[Schedule] = []
        self.signals: list[tuple[str, Any]] = []
        database: Any = SimpleNamespace(
            use_store=self._use,
            outbox=self.outbox,
            problem=self.problems.append,
            note_deleted=self.deleted.extend,
        )
        sync: Any = SimpleNamespace(
            put=lambda _workspace, job: job(), look_again=lambda *_arguments: None
        )
        pool: Any = SimpleNamespace(get=lambda _workspace: self.site)
        self.worker = EvergreenWorker(
            database,
            sync,
            pool,
            self.settings,
            call_on_gui=_call,  # type: ignore[arg-type]
            wake=lambda: None,
            style_resolver=lambda draft: draft,
            generation=lambda _workspace: 1,
        )
        self.apart = self.worker._workers
        self.worker._workers = SimpleNamespace(  # type: ignore[assignment]
            put=lambda _key, job: job(), close=lambda: None
        )
        for name in SIGNALS:
            getattr(self.worker, name).connect(
                lambda *values, name=name: self.signals.append((name, values))
            )

    def _use(self, job: Any) -> bool:
        job(self.db, "The disk is full.")
        return True

    def got(self, name: str) -> Any:
        """The values of the last signal with this name."""
        return [values for signal, values in self.signals if signal == name][-1]

    def names(self) -> list[str]:
        return [name for name, _ in self.signals]

    def add(self, text: str = "Buns", **rules: Any) -> EvergreenMessage:
        made = EvergreenMessage(Draft(text=text, channel_ids=(3,)), id=text, cooldown_days=1)
        made = replace(made, **rules)
        self.worker.save(made)
        return made

    def refill(self) -> None:
        """Let the pause before an automatic filling be over."""
        assert self.worker._soon.isActive()
        self.worker._soon.stop()
        self.worker._refill()


@pytest.fixture
def rig(qapp: QCoreApplication, tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path)
    assert made.db is not None
    now = time.time()
    made.db.put_cache("local", "channels", [CHANNEL.to_dict()], now)
    made.db.put_cache("local", "schedules", {}, now)
    database = made.db
    yield made
    made.worker.close()
    made.worker.deleteLater()
    database.close()


def test_a_message_is_saved_and_loaded(rig: Rig) -> None:
    message = rig.add()
    assert rig.got("saved")[0] == message.id
    assert [known.id for known in rig.got("loaded")[0]] == ["Buns"]
    rig.worker.delete("Buns")
    assert rig.got("loaded")[0] == []
    rig.worker.restore("Buns")
    assert [known.id for known in rig.got("loaded")[0]] == ["Buns"]


def test_what_cannot_be_saved_stays_and_is_tried_again(rig: Rig) -> None:
    database, rig.db = rig.db, None
    rig.add()
    assert rig.got("not_saved") == ("Buns", "The disk is full.")
    rig.db = database
    rig.worker._save_again()
    assert rig.got("saved")[0] == "Buns"


def test_nothing_is_filled_until_that_is_switched_on(rig: Rig) -> None:
    rig.add()
    assert not rig.worker._soon.isActive()
    rig.settings.set(REFILL, True)
    rig.worker.refill_soon()
    rig.refill()
    (filling,) = rig.got("filled")
    assert filling.is_automatic
    assert filling.runs == 7
    assert set(rig.worker.marks.values()) == {"Buns"}
    assert rig.worker._daily.isActive()
    rig.worker.refill_soon()
    rig.refill()
    assert rig.names().count("filled") == 1


def test_an_old_schedule_is_not_filled_by_itself(rig: Rig) -> None:
    assert rig.db is not None
    rig.add()
    rig.db.put_cache("local", "schedules", {}, time.time() - 3 * 86400)
    rig.settings.set(REFILL, True)
    rig.worker.refill_soon()
    rig.refill()
    assert "filled" not in rig.names()
    rig.worker.fill("local")
    assert rig.got("filled")[0].runs == 7


def test_undo_and_redo_of_a_filling(rig: Rig) -> None:
    rig.add()
    rig.worker.fill("local")
    (filling,) = rig.got("filled")
    rig.worker.undo_fill(filling.id)
    (result,) = rig.got("taken_back")
    assert (result.undone, result.sent) == (7, 0)
    rig.settings.set(REFILL, True)
    rig.worker.refill_soon()
    rig.refill()
    assert rig.names().count("filled") == 1  # not by itself
    rig.worker.redo_fill(filling.id)
    assert rig.got("restored")[0].runs == 7
    rig.worker.load_fillings("local")
    assert [known.is_taken_back for known in rig.got("fillings_loaded")[0]] == [False]


def test_what_a_service_has_is_deleted_there_also_when_it_fails_at_first(rig: Rig) -> None:
    assert rig.db is not None
    rig.add()
    rig.worker.fill("local")
    entries = rig.outbox.entries()
    for number, entry in enumerate(entries):
        rig.db.change_outbox(entry.id, {"state": "sent", "handovers": 1}, now=time.time())
        rig.site.rows.append(
            Schedule(
                number, "g", 3, status="not_sent", send_at=entry.share_at, posto_ref=entry.posto_ref
            )
        )
    rig.site.fault = NetworkError("no", user_message="No.")
    rig.worker.undo_fill(rig.got("filled")[0].id)
    assert len(rig.site.rows) == 7
    assert rig.worker._remove_timer.isActive()
    rig.worker._remove_all_again()
    assert rig.site.rows == []
    assert len(rig.deleted) == 7
    assert evergreen_rows.to_remove(rig.db) == []


def test_the_preview_can_be_skipped_pinned_and_edited(rig: Rig) -> None:
    rig.add("a")
    rig.add("b")

    def coming() -> tuple[ComingRun, ...]:
        rig.worker.preview("local")
        ahead = rig.got("previewed")[0]
        assert isinstance(ahead, EvergreenPreview)
        return ahead.coming

    first, second, *_ = coming()
    rig.worker.skip("local", first)
    assert rig.names()[-1] == "run_changed"
    assert coming()[0].message_id != first.message_id
    rig.worker.unskip("local", first)
    assert coming()[0] == first
    rig.worker.skip("local", first)
    rig.worker.unskip("local", replace(first, message_id=""))  # the window sees a free slot
    assert coming()[0] == first
    rig.worker.edit_run("local", second, "Only this time")
    assert (coming()[1].text, coming()[1].is_edited) == ("Only this time", True)
    rig.worker.unpin("local", second.channel_ids, second.when)
    assert coming()[1] == second
    rig.worker.pin("local", second.message_id, first.channel_ids, first.when)
    assert (coming()[0].message_id, coming()[0].reason.code) == (second.message_id, "pinned")
    rig.worker.skip_slot("local", first)
    assert coming()[0].when > first.when
    (free, *_) = rig.got("previewed")[0].free
    assert (free.when, free.reason.code) == (first.when, "skipped")
    rig.worker.unskip("local", free)
    assert coming()[0].when == first.when


def test_a_scheduled_run_that_is_skipped_is_taken_back(rig: Rig) -> None:
    rig.add("a")
    rig.worker.fill("local")
    rig.worker.preview("local")
    first = rig.got("previewed")[0].filled[0]
    rig.worker.skip("local", first)
    assert rig.got("taken_back")[0].undone == 1
    rig.worker.preview("local")
    assert first.when not in [run.when for run in rig.got("previewed")[0].filled]


def test_pausing_takes_back_what_is_ahead(rig: Rig) -> None:
    message = rig.add()
    rig.worker.fill("local")
    rig.worker.save(replace(message, is_paused=True))
    assert rig.got("taken_back")[0].undone == 7
    assert [entry.state for entry in rig.outbox.entries()] == ["cancelled"] * 7


def test_more_runs_follow_when_the_outbox_has_room(rig: Rig) -> None:
    assert rig.db is not None
    rig.settings.set(DAYS_AHEAD, 30)
    rig.add()
    rig.worker.fill("local")
    assert evergreen_rows.queued_posts(rig.db) in (9, 10)
    for entry in rig.outbox.entries():
        rig.db.change_outbox(entry.id, {"state": "sent"}, now=time.time())
    rig.worker.outbox_changed(rig.outbox.entries())
    assert evergreen_rows.queued_posts(rig.db) == 0
    assert not rig.worker._hungry


def test_choosing_runs_on_a_thread_of_its_own(rig: Rig) -> None:
    rig.worker._workers = rig.apart
    threads: list[threading.Thread] = []
    rig.worker._apart(lambda _db, _outbox: threads.append(threading.current_thread()))
    assert rig.worker.join(20)
    assert threads != [threading.main_thread()]
    assert len(threads) == 1


def test_a_failing_disk_is_told(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.add()

    def fails(*_arguments: object) -> None:
        raise StorageError("posto.db could not be written.")

    monkeypatch.setattr("posto_desktop.workers.evergreen.evergreen_fill.fill", fails)
    rig.worker.fill("local")
    assert rig.got("fill_failed")[0].endswith("No slot was filled.")
