"""posto.db that cannot be used, or not now: what was typed is kept and written when it can be."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.core.draft import Draft
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.storage.database import Database
from posto_desktop.workers import database_worker
from posto_desktop.workers.database_worker import DatabaseWorker
from tests.end2end.waiting import wait_for
from tests.unit.workers.recorded_signals import recorded


class WorkerScene:
    """A Keeper, and what it scene."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.signals_heard: list[tuple[str, tuple[Any, ...]]] = []
        self.opened: list[Outbox] = []
        self.limit = 60
        self.signals = signals = recorded(
            lambda name, values: self.signals_heard.append((name, values))
        )
        self.database_worker = DatabaseWorker(
            path,
            [path.parent / "pasted"],
            call_on_gui=lambda handle, *values: handle(*values),
            signals=signals,
            entry_changed=lambda entry_id: None,
            opened=self.opened.append,
            wake=lambda: None,
            late_limit=lambda: self.limit,
        )

    def wait(self, name: str, count: int = 1) -> tuple[Any, ...]:
        def look() -> list[tuple[Any, ...]]:
            matches = [values for signal, values in self.signals_heard if signal == name]
            return matches if len(matches) >= count else []

        return wait_for(look, f"{name} × {count}", every=0.005, explain=lambda: self.signals_heard)[
            -1
        ]

    def close(self) -> None:
        self.database_worker.close()
        assert self.database_worker.join(time.monotonic() + 60)

    def drafts(self) -> list[str]:
        with contextlib.closing(Database(self.path)) as store:
            return [row["body"]["text"] for row in store.drafts()]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], WorkerScene]]:
    monkeypatch.setattr(database_worker, "_SAVE_AGAIN_SECONDS", 0.02)
    made: list[WorkerScene] = []

    def build() -> WorkerScene:
        made.append(WorkerScene(tmp_path / "data" / "posto.db"))
        return made[-1]

    yield build
    for worker in made:
        worker.close()


@pytest.fixture
def scene(start: Callable[[], WorkerScene]) -> WorkerScene:
    """One whose posto.db is open."""
    made = start()
    assert made.wait("blocked") == ("",)
    return made


def test_a_place_that_cannot_be_used_is_said_once_with_what_to_do(
    start: Callable[[], WorkerScene], tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    scene = start()
    [sentence] = scene.wait("blocked")
    assert sentence.startswith("posto.db could not be opened")
    assert "cannot save drafts or send posts" in sentence
    assert "--home" in sentence
    assert [name for name, _ in scene.signals_heard] == ["blocked"]


def test_what_was_typed_meanwhile_is_written_when_it_can_be(
    start: Callable[[], WorkerScene], tmp_path: Path
) -> None:
    place = tmp_path / "data"
    place.write_text("in the way")
    scene = start()
    scene.wait("blocked")
    scene.database_worker.save_draft(Draft(id="one", text="first"))
    scene.database_worker.save_draft(Draft(id="one", text="typed meanwhile"))
    scene.database_worker.open_again()
    assert scene.wait("blocked", 2)[0]
    place.unlink()
    scene.database_worker.open_again()
    assert scene.wait("blocked", 3) == ("",)
    assert scene.wait("draft_saved")[0] == "one"
    assert len(scene.opened) == 1
    assert scene.drafts() == ["typed meanwhile"]


def test_a_draft_that_could_not_be_written_is_tried_again(
    scene: WorkerScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "put_draft", _full)
    scene.database_worker.save_draft(Draft(id="one", text="kept in memory"))
    [notification] = scene.wait("message")
    assert "is full" in notification.text
    assert "Free some space" in notification.text
    monkeypatch.undo()
    scene.wait("draft_saved")
    assert scene.drafts() == ["kept in memory"]
    # One sentence, however often it was tried.
    assert sum(name == "message" for name, _ in scene.signals_heard) == 1


def test_that_a_draft_is_not_kept_is_told_each_time_until_it_is(
    scene: WorkerScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "put_draft", _full)
    scene.database_worker.save_draft(Draft(id="one", text="hello"))
    draft_id, why, sentence = scene.wait("draft_not_saved", 2)
    assert (draft_id, why) == ("one", "the disk is full")
    assert sentence.endswith("is full. Free some space.")
    monkeypatch.undo()
    scene.wait("draft_saved")
    # It was over for a moment: that it is full again is news.
    monkeypatch.setattr(Database, "put_draft", _full)
    scene.database_worker.save_draft(Draft(id="one", text="more"))
    scene.wait("message", 2)
    monkeypatch.undo()
    scene.wait("draft_saved", 2)


def test_a_cause_is_one_sentence_whatever_stands_after_it(
    scene: WorkerScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "put_draft", _full)
    store = scene.database_worker._db
    assert store is not None
    monkeypatch.setattr(Outbox, "add", lambda _outbox, *_values, **_more: _full(store))
    monkeypatch.setattr(Database, "drafts", _full)
    scene.database_worker.add(Draft(id="two", text="posted"), [], None)
    _, sentence = scene.wait("post_refused")
    assert sentence.endswith("is full. Free some space. Nothing was sent.")
    scene.database_worker.save_draft(Draft(id="two", text="posted"))
    scene.database_worker.load_drafts()
    scene.wait("drafts_loaded")
    scene.wait("draft_not_saved")
    # The answer to the post has said it already.
    assert [values for name, values in scene.signals_heard if name == "message"] == []
    scene.database_worker.problem("posto.db could not be read: its content is damaged.")
    assert "damaged" in scene.wait("message")[0].text
    monkeypatch.undo()


def test_without_a_database_a_draft_is_not_kept(
    start: Callable[[], WorkerScene], tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    scene = start()
    scene.wait("blocked")
    scene.database_worker.save_draft(Draft(id="one", text="hello"))
    draft_id, why, sentence = scene.wait("draft_not_saved")
    assert (draft_id, why) == ("one", "")
    assert sentence.startswith("posto.db could not be opened")


def test_a_draft_that_became_a_post_does_not_come_back(
    scene: WorkerScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "put_draft", _full)
    scene.database_worker.save_draft(Draft(id="one", text="hello"))
    scene.wait("message")
    scene.database_worker.delete_draft("one")
    monkeypatch.undo()
    scene.close()
    assert scene.drafts() == []


def test_the_late_limit_holds_for_what_waits_already(scene: WorkerScene) -> None:
    scene.limit = 5
    scene.database_worker.late_limit_changed()
    [outbox] = scene.opened
    wait_for(lambda: outbox.late_limit.total_seconds() == 300, "the new limit", every=0.005)


def _full(self: Database, *_values: Any) -> float:
    raise self._explain(sqlite3.OperationalError("database or disk is full"), "written")
