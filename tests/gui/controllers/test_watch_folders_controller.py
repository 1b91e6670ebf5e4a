"""Watched folders in the whole app: real files, real events, real posto.db."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.core.evergreen import EvergreenMessage
from posto_desktop.core.slots import SETTING, Slot, SlotGroup, write
from posto_desktop.core.watch_folder import WatchFolder
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.workers import watch_loop
from tests.gui.whole_app import WholeApp
from tests.unit.delivery.watch_files import picture


@pytest.fixture
def app(
    theme: Theme, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[WholeApp]:
    monkeypatch.setattr(watch_loop, "SETTLE_SECONDS", 0.05)
    app = WholeApp(theme, tmp_path / "home")
    app.begin()
    yield app
    app.close()


@pytest.fixture
def folder(tmp_path: Path) -> WatchFolder:
    (tmp_path / "Photos").mkdir()
    return WatchFolder(str(tmp_path / "Photos"), channel_ids=(1, 3))


def watch(app: WholeApp, qtbot: QtBot, folder: WatchFolder) -> None:
    app.controllers.watch_folders.begin()
    store = app.controllers.watch_folders.store
    store.add(folder, skips_existing=True)
    qtbot.waitUntil(lambda: store.status(folder.id).has_events and folder.id in store._statuses)


def add_pictures(folder: WatchFolder, *names: str) -> None:
    for number, name in enumerate(names):
        Path(folder.path, name).write_bytes(picture(number + 1))


def toast_texts(app: WholeApp) -> list[str]:
    return [toast.accessibleName() for toast in app.window.toasts._toasts]


def press(app: WholeApp, name: str) -> None:
    button = app.window.toasts._toasts[-1].findChild(Button, name)
    assert button is not None
    button.click()


def test_drafts_come_with_undo_and_open(app: WholeApp, qtbot: QtBot, folder: WatchFolder) -> None:
    watch(app, qtbot, folder)
    store = app.compose.message.store
    add_pictures(folder, "a.jpg", "b.jpg")
    qtbot.waitUntil(lambda: toast_texts(app) == ["2 drafts from “Photos”"])
    assert store.count() == 2
    assert {draft.channel_ids for draft in store.drafts()} == {(1, 3)}
    press(app, "toast-action")
    assert store.count() == 0
    add_pictures(folder, "a.jpg", "b.jpg", "c.jpg")
    qtbot.waitUntil(lambda: toast_texts(app) == ["1 draft from “Photos”"])
    press(app, "toast-further-action")
    assert app.window.current_page() == "compose"
    assert app.compose.drafts_popup._popup is not None
    app.compose.drafts_popup._popup.close()


def test_undo_leaves_what_was_edited(app: WholeApp, qtbot: QtBot, folder: WatchFolder) -> None:
    watch(app, qtbot, folder)
    store = app.compose.message.store
    add_pictures(folder, "a.jpg", "b.jpg")
    qtbot.waitUntil(lambda: bool(toast_texts(app)))
    store.put(replace(store.drafts()[0], text="Mine"))
    press(app, "toast-action")
    assert [draft.text for draft in store.drafts()] == ["Mine"]
    assert toast_texts(app) == ["1 draft stayed: you edited or opened it"]


def test_a_later_sidecar_completes_a_draft_also_while_it_is_open(
    app: WholeApp, qtbot: QtBot, folder: WatchFolder
) -> None:
    watch(app, qtbot, folder)
    message = app.compose.message
    add_pictures(folder, "a.jpg", "b.jpg")
    qtbot.waitUntil(lambda: message.store.count() == 2)
    by_name = {draft.media[0].name: draft for draft in message.store.drafts()}
    message.open_drafts.open_by_id(by_name["a.jpg"].id)
    Path(folder.path, "a.txt").write_text("Waves")
    Path(folder.path, "b.txt").write_text("Hills")
    qtbot.waitUntil(lambda: message.editor.draft.text == "Waves")
    qtbot.waitUntil(lambda: message.store.get(by_name["b.jpg"].id).text == "Hills")
    message.editor.undo()
    assert message.editor.draft.text == ""
    message.editor.edit(text="Mine")
    Path(folder.path, "a.md").write_text("Other words")
    Path(folder.path, "b.md").write_text("Mountains")
    qtbot.waitUntil(lambda: message.store.get(by_name["b.jpg"].id).text == "Mountains")
    assert message.editor.draft.text == "Mine"


def test_evergreen_messages_come_with_undo_and_later_words(
    app: WholeApp, qtbot: QtBot, folder: WatchFolder
) -> None:
    lists: list[list[EvergreenMessage]] = []
    app.service.evergreen.loaded.connect(lambda messages, _runs: lists.append(messages))
    watch(app, qtbot, replace(folder, destination="evergreen"))
    add_pictures(folder, "a.jpg", "b.jpg")
    qtbot.waitUntil(lambda: toast_texts(app) == ["2 evergreen messages from “Photos”"])
    qtbot.waitUntil(lambda: bool(lists) and len(lists[-1]) == 2)
    assert {message.channel_ids for message in lists[-1]} == {(1, 3)}
    assert app.compose.message.store.count() == 0
    Path(folder.path, "a.txt").write_text("Waves")
    qtbot.waitUntil(lambda: "Waves" in {message.draft.text for message in lists[-1]})
    press(app, "toast-action")
    qtbot.waitUntil(lambda: lists[-1] == [])


def test_bad_files_are_told_once_for_each_cause(
    app: WholeApp, qtbot: QtBot, folder: WatchFolder
) -> None:
    watch(app, qtbot, folder)
    for name in ("a", "b", "c"):
        Path(folder.path, f"{name}.md").write_text("---\nto: [\n---\n")
    add_pictures(folder, "a.jpg", "b.jpg", "c.jpg")
    qtbot.waitUntil(lambda: "3 drafts from “Photos”" in toast_texts(app))

    def problems() -> list[str]:
        return [text for text in toast_texts(app) if "a.md" in text]

    # The count grows with each file that is met.
    more = "2 more files in “Photos” have the same problem."
    qtbot.waitUntil(lambda: any(more in text for text in problems()))
    qtbot.waitUntil(lambda: len(problems()) == 1)  # what it takes the place of may still fade


def test_a_folder_may_schedule_by_itself_and_undo_brings_the_drafts_back(
    app: WholeApp, qtbot: QtBot, folder: WatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    slots = tuple(Slot(day, time(hour)) for day in range(7) for hour in (9, 18))
    app.settings.set(SETTING, write([SlotGroup(slots=slots)]))
    monkeypatch.setattr(type(app.service), "workspace_id", "local")
    watch(app, qtbot, replace(folder, is_scheduling=True))
    entries: list[object] = []
    app.service.outbox_changed.connect(lambda shown: entries.__setitem__(slice(None), shown))
    app.load_plan([])
    add_pictures(folder, "a.jpg", "b.jpg")
    Path(folder.path, "c.txt").write_text("Words")
    qtbot.waitUntil(lambda: "2 messages from “Photos” scheduled" in toast_texts(app))
    assert app.compose.message.store.count() == 0
    qtbot.waitUntil(lambda: len(entries) == 2)
    times = {entry.share_at for entry in entries}
    assert len(times) == 2
    assert all(when > datetime.now(UTC) for when in times)
    press(app, "toast-action")
    qtbot.waitUntil(lambda: app.compose.message.store.count() == 2)


def test_drafts_wait_until_the_schedule_is_known(
    app: WholeApp, qtbot: QtBot, folder: WatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    slots = tuple(Slot(day, time(9)) for day in range(7))
    app.settings.set(SETTING, write([SlotGroup(slots=slots)]))
    monkeypatch.setattr(type(app.service), "workspace_id", "local")
    watch(app, qtbot, replace(folder, is_scheduling=True))
    add_pictures(folder, "a.jpg")
    qtbot.waitUntil(lambda: toast_texts(app) == ["1 draft from “Photos”"])
    app.load_plan([])
    qtbot.waitUntil(lambda: "1 message from “Photos” scheduled" in toast_texts(app))
    assert app.compose.message.store.count() == 0


def test_without_slots_drafts_stay_and_it_is_said(
    app: WholeApp, qtbot: QtBot, folder: WatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(app.service), "workspace_id", "local")
    watch(app, qtbot, replace(folder, is_scheduling=True))
    app.load_plan([])
    add_pictures(folder, "a.jpg")
    words = "1 message from “Photos” stays in Drafts. There is no free slot for its channels."
    qtbot.waitUntil(lambda: words in toast_texts(app))
    assert app.compose.message.store.count() == 1
