from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_list import DraftsSnapshot, OutsideChanges, template_from
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.sdk.records import Channel
from posto_desktop.storage import draft_rows, watch_rows
from posto_desktop.storage.database import Database
from posto_desktop.storage.paths import find_paths
from posto_desktop.storage.settings import Settings
from posto_desktop.storage.watch_rows import SeenFile
from posto_desktop.workers.database_worker import DatabaseWorker
from posto_desktop.workers.service import Service
from tests.unit.workers.recorded_signals import recorded


class Watched:
    """A keeper on its lane, and everything that it told."""

    def __init__(self, folder: Path) -> None:
        self.signals_heard: list[tuple[str, Any]] = []
        self.woken = 0
        self.signals = signals = recorded(
            lambda name, values: self.signals_heard.append((name, values[0]))
        )
        self.database_worker = DatabaseWorker(
            folder / "posto.db",
            [folder / "files"],
            call_on_gui=lambda handle, *values: handle(*values),
            signals=signals,
            entry_changed=lambda entry_id: None,
            opened=lambda outbox: None,
            wake=self._wake,
            late_limit=lambda: 60,
        )

    def _wake(self) -> None:
        self.woken += 1

    def settle(self) -> None:
        """Until the worker has done everything so far."""
        done = threading.Event()
        self.database_worker._worker.put(done.set)
        assert done.wait(60)

    def last(self, name: str) -> Any:
        self.settle()
        return [value for signal, value in self.signals_heard if signal == name][-1]

    def desk(self) -> DraftsSnapshot:
        self.database_worker.load_drafts()
        desk = self.last("drafts_loaded")
        assert isinstance(desk, DraftsSnapshot)
        return desk

    def close(self) -> None:
        self.database_worker.close()
        assert self.database_worker.join(time.monotonic() + 60)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path)
    yield made
    made.close()


def test_open_drafts_are_there_after_a_crash(app: Watched, tmp_path: Path) -> None:
    first, second, third = (Draft(id=n, text=n) for n in "abc")
    for draft in (first, second, third):
        app.database_worker.save_draft(draft)
    app.database_worker.drafts.save_open(["c", "a", "not written yet"], "a")
    app.settle()
    # Nothing is closed: another process finds what is on the disk.
    again = Watched(tmp_path)
    desk = again.desk()
    again.close()
    assert desk.open_ids == ("c", "a")
    assert desk.active == "a"
    assert {draft.id for draft in desk.drafts} == {"a", "b", "c"}


def test_a_draft_of_a_watched_folder_is_not_opened_at_the_start(
    app: Watched, tmp_path: Path
) -> None:
    app.database_worker.save_draft(Draft(id="own", text="own"))
    app.database_worker.save_draft(Draft(id="picture", text="", updated_at=datetime.now(UTC)))
    app.settle()
    database = Database(tmp_path / "posto.db")
    with database.transaction() as connection:
        for kind, target in (("draft", "picture"), ("draft", "deleted"), ("campaign", "own")):
            file = SeenFile(f"{target}.jpg", 1, 1, sha256=target)
            watch_rows.put_content(connection, "folder", file, kind, target, "", "")
    assert watch_rows.draft_ids(database) == {"picture"}
    database.close()
    assert app.desk().open_ids == ("own",)


def test_the_same_tabs_are_not_written_again(app: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Any] = []
    monkeypatch.setattr(
        "posto_desktop.storage.draft_rows.put_open_tabs", lambda db, *tabs: written.append(tabs)
    )
    for active in ("a", "a", "b"):
        app.database_worker.drafts.save_open(["a", "b"], active)
    app.settle()
    assert written == [(("a", "b"), "a"), (("a", "b"), "b")]


def test_templates_are_beside_the_drafts(app: Watched) -> None:
    draft = Draft(id="d", text="Weekly news", when_text="friday")
    app.database_worker.save_draft(draft)
    template = template_from(draft, "News")
    app.database_worker.drafts.put_template(template)
    assert [item.name for item in app.last("templates_loaded")] == ["News"]
    desk = app.desk()
    assert [draft.id for draft in desk.drafts] == ["d"]
    assert [template.id for template in desk.templates] == [template.id]

    app.database_worker.drafts.delete_template(template.id)
    assert app.last("templates_loaded") == []
    app.database_worker.drafts.put_template(template)
    assert app.last("templates_loaded") == [template]


def test_a_draft_of_a_newer_version_stays_where_it_is(app: Watched, tmp_path: Path) -> None:
    app.database_worker.save_draft(Draft(id="d", text="mine"))
    app.settle()
    database = Database(tmp_path / "posto.db")
    database.put_draft("n", "local", {"id": "n", "schema": 99, "text": "newer"})
    assert [draft.id for draft in app.desk().drafts] == ["d"]
    assert {row["id"] for row in database.drafts()} == {"d", "n"}
    database.close()


def test_a_repeat_is_written_down_as_a_series(app: Watched) -> None:
    draft = Draft(id="d", text="Again")
    app.database_worker.save_draft(draft)
    first = datetime.now(UTC) + timedelta(hours=1)
    times = [first, first + timedelta(days=7)]
    app.database_worker.add(draft, [Channel(1, "X", "twitter")], times)
    entries = app.last("series_posted")
    assert [entry.share_at for entry in entries] == times
    assert app.woken == 1
    assert app.desk().drafts == ()
    app.database_worker.add(
        Draft(text="late"), [Channel(1, "X", "twitter")], [first - timedelta(days=1)]
    )
    assert app.last("post_refused").text == "late"


def test_without_a_database_the_desk_is_empty(tmp_path: Path) -> None:
    (tmp_path / "posto.db").mkdir()
    app = Watched(tmp_path)
    assert app.desk() == DraftsSnapshot()
    app.close()


def test_the_service_brings_it_all_to_the_gui_thread(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = find_paths(tmp_path / "home")
    service = Service(paths, Settings(paths.settings))
    desks: list[DraftsSnapshot] = []
    templates: list[list[Draft]] = []
    service.drafts_loaded.connect(desks.append)
    service.templates_loaded.connect(templates.append)
    draft = Draft(id="d", text="Hello")
    service.save_draft(draft)
    service.drafts.save_open(["d"], "d")
    service.drafts.put_template(template_from(draft, "Mine"))
    service.load_drafts()
    qtbot.waitUntil(lambda: bool(desks))
    assert [item.name for item in templates[0]] == ["Mine"]
    assert (desks[0].open_ids, desks[0].active) == (("d",), "d")

    added: list[Any] = []
    monkeypatch.setattr(service._database_worker, "add", lambda *values: added.append(values))
    times = [datetime.now(UTC) + timedelta(days=1)]
    service.post_series(draft, [], times)
    assert added[0][0].id == "d"
    assert added[0][2] == times
    assert service.shutdown(60_000)
    service.deleteLater()


def test_a_series_says_once_that_it_was_handed_over(qtbot: QtBot, tmp_path: Path) -> None:
    database = Database(tmp_path / "other.db")
    earlier = datetime.now(UTC) - timedelta(minutes=5)
    outbox = Outbox(database, lambda: earlier)
    times = [earlier + timedelta(days=day) for day in (1, 2, 3)]
    entries = outbox.add_many(Draft(text="Again"), [Channel(1, "X", "twitter")], times)
    database.close()
    paths = find_paths(tmp_path / "home")
    service = Service(paths, Settings(paths.settings))
    texts: list[str] = []
    service.message.connect(lambda notification: texts.append(notification.text))
    for entry in entries:
        service._handle_sent(replace(entry, state="sent"))
    assert texts == ["“Again” was accepted"]
    assert service.shutdown(60_000)
    service.deleteLater()


def test_drafts_that_another_process_changed_are_read_again(qtbot: QtBot, tmp_path: Path) -> None:
    paths = find_paths(tmp_path / "home")
    service = Service(paths, Settings(paths.settings))
    mine = Draft(id="mine", text="Mine")
    service.drafts_outdated.connect(lambda: service.load_changed_drafts({"mine": mine}))
    service.save_draft(mine)
    db = Database(paths.database)
    db.put_draft("theirs", "local", Draft(id="theirs", text="Theirs").to_json())
    db.put_draft("deleted", "local", Draft(id="deleted", text="Deleted").to_json())
    draft_rows.delete(db, ["deleted"], time.time())
    with qtbot.waitSignal(service.drafts_changed_outside) as changed:
        service.changed_outside(["drafts"])
    assert changed.args is not None
    [changes] = changed.args
    assert isinstance(changes, OutsideChanges)
    assert changes.known == {"mine": mine}
    assert {draft.text for draft in changes.stored.values()} == {"Mine", "Theirs"}
    db.put_draft("deleted", "local", Draft(id="deleted", text="Saved again").to_json())
    assert {row["id"] for row in draft_rows.drafts(db)} == {"mine", "theirs", "deleted"}
    db.close()
    assert service.shutdown(60_000)
    service.deleteLater()
