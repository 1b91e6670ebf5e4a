"""Tests of the calendar controller: requests become calls, results become notifications."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage, QKeySequence

from posto_desktop.controllers.calendar import CalendarController
from posto_desktop.controllers.schedule_undo import ScheduleUndo
from posto_desktop.core.draft import Draft
from posto_desktop.core.moves import Move, MoveReversal
from posto_desktop.core.posts import PostItem
from posto_desktop.core.typed_time import typed
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.models.when_text import local_zone
from posto_desktop.storage.settings import Settings
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.viewmodels.open_message import OpenMessage
from posto_desktop.workers.runner import JobRunner

WHEN = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
LATER = WHEN + timedelta(hours=2)


class Service(QObject):
    schedules_loaded = Signal(object, bool, object)
    schedules_progress = Signal(int, int)
    state_changed = Signal(object)
    moves_began = Signal(str)
    moves_ended = Signal(object)
    outbox_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[Any, ...]] = []
        self.can_undo = True
        self.moving: frozenset[int] = frozenset()

    def moving_ids(self) -> frozenset[int]:
        return self.moving

    def reschedule(self, ids: list[int], when: datetime) -> str:
        self.calls.append(("reschedule", ids, when))
        return "token"

    def undo_reschedule(self, token: str) -> MoveReversal:
        self.calls.append(("undo", token))
        return MoveReversal(f"back {token}", self.can_undo)

    def redo_reschedule(self, token: str) -> MoveReversal:
        self.calls.append(("redo", token))
        return MoveReversal(f"again {token}", self.can_undo)

    def delete_schedules(self, ids: list[int]) -> str:
        self.calls.append(("delete", ids))
        return ""

    def retry_schedules(self, ids: list[int]) -> None:
        self.calls.append(("retry", ids))


def mine(controller: Any) -> Draft:
    return next(draft for draft in message(controller).store.drafts() if draft.text == "Mine")


def message(controller: Any) -> OpenMessage:
    opened = controller.message
    assert isinstance(opened, OpenMessage)
    return opened


class Pictures(QObject):
    ready = Signal(str, QImage)

    def request(self, url: str) -> None: ...


class Window:
    def __init__(self) -> None:
        self.tabs: list[str] = []
        self.shown: list[str] = []
        self.notices: list[tuple[str, str]] = []
        self.callback: Any = None
        self.labels: list[str | None] = []
        self.hints: list[str] = []
        self.withdrawn: list[str] = []
        self.toasts = SimpleNamespace(withdraw=self.withdrawn.append)

    def add_page(self, key: str, *_: Any) -> None:
        self.tabs.append(key)

    def show_page(self, key: str) -> None:
        self.shown.append(key)

    def show_notification(self, kind: str, text: str, **more: Any) -> None:
        self.notices.append((kind, text))
        self.callback = more.get("callback")
        self.labels.append(more.get("action_text"))

    def show_hint(self, text: str) -> None:
        self.hints.append(text)


@pytest.fixture
def controller(qapp: Any, theme: Any, tmp_path: Path) -> Iterator[CalendarController]:
    runner, channels, store = JobRunner(), ChannelsModel(), DraftStore()
    for draft in (Draft(text="Elsewhere", workspace="acc"), Draft(text="Mine")):
        store.put_unsaved(draft)
    open_message = OpenMessage(runner, store, channels, lambda: datetime.now(UTC), local_zone())
    context: Any = SimpleNamespace(
        window=Window(),
        service=Service(),
        pictures=Pictures(),
        channels=channels,
        settings=Settings(tmp_path / "settings.json"),
        workspaces=SimpleNamespace(current="local"),
        images=None,
    )
    made = CalendarController(context, open_message, ScheduleUndo(context))
    made.message = open_message  # type: ignore[attr-defined]
    yield made
    if made.widget is not None:
        made.widget.close()
        made.widget.deleteLater()
    made.deleteLater()
    assert runner.shutdown(60_000)
    open_message.deleteLater()


def move(state: str = "done", **more: Any) -> Move:
    made = Move(
        "m", "local", "b", "g", (1, 2), (1, 2), WHEN.timestamp(), int(LATER.timestamp()), "mark"
    )
    return replace(made, state=state, **more)  # type: ignore[arg-type]


def test_the_page_is_told_what_it_missed_and_asks_the_service(controller: Any) -> None:
    controller.context.service.schedules_loaded.emit([], True, WHEN)
    page = controller.make()
    assert page.head.as_of.text()
    assert page.tray.model.rowCount() == 0  # nobody looks at it yet
    page.show()
    assert page.tray.model.rowCount() == 1  # that of this workspace
    page.rescheduleRequested.emit([1], LATER)
    page.deleteRequested.emit([2])
    assert controller.context.service.calls == [("reschedule", [1], LATER), ("delete", [2])]
    for draft in message(controller).store.drafts():
        message(controller).store.remove(draft.id)
    assert page.tray.isHidden()


def test_public_holidays_come_from_a_worker_and_go_again(controller: Any, qtbot: Any) -> None:
    runner = JobRunner()
    controller.context.runner = runner
    controller.context.settings.set("calendar.holidays", "DE")
    page = controller.make()
    this = datetime.now(UTC).year
    qtbot.waitUntil(lambda: date(this, 12, 25) in page.model.holidays)
    assert page.model.holidays[date(this, 12, 25)] == "Christmas Day"
    controller.context.settings.set("calendar.holidays", "")
    controller.holidays_changed()
    assert page.model.holidays == {}
    assert runner.shutdown(60_000)


def test_what_is_started_on_a_time_opens_with_it(controller: Any) -> None:
    page, open_message, draft = controller.make(), message(controller), mine(controller)
    given: list[list[str]] = []
    open_message.addFilesRequested.connect(given.append)
    first = open_message.draft.id
    page.startRequested.emit(LATER)
    second = open_message.draft
    assert (second.id != first, second.when_text) == (True, typed(LATER, local_zone()))
    page.filesDropped.emit(["/a.png"], LATER)
    third = open_message.draft
    assert (third.id != second.id, third.when_text) == (True, typed(LATER, local_zone()))
    assert given == [["/a.png"]]
    page.draftRequested.emit(draft, None)
    assert (open_message.draft.id, open_message.draft.when_text) == (draft.id, "")
    page.draftRequested.emit(draft, LATER)
    assert open_message.draft.when_text == typed(LATER, local_zone())
    assert controller.context.window.shown == ["compose"] * 4


def test_a_draft_is_moved_where_it_is_kept_and_taken_back(controller: Any) -> None:
    page, store, window = controller.make(), message(controller).store, controller.context.window
    draft = replace(mine(controller), when_text="tomorrow 9:00")
    store.put_unsaved(draft)
    page.draftMoveRequested.emit(draft, WHEN)
    assert stored_draft(store, draft).when_text == typed(WHEN, local_zone())
    assert window.shown == []  # nobody is led away from the calendar
    assert window.notices[-1][1].startswith("“Mine” moved to ")
    page.undo()
    assert stored_draft(store, draft).when_text == "tomorrow 9:00"
    window.callback()  # the toast may still be there
    page.undo()
    assert stored_draft(store, draft).when_text == "tomorrow 9:00"
    assert controller.context.service.calls == []
    page.draftDeleteRequested.emit(draft.id)
    assert store.get(draft.id) is None
    page.undo()
    assert stored_draft(store, draft).text == "Mine"
    page.redo()
    assert store.get(draft.id) is None
    page.undo()
    assert stored_draft(store, draft).text == "Mine"


def test_what_was_taken_back_of_a_draft_is_done_again(controller: Any) -> None:
    page, store, window = controller.make(), message(controller).store, controller.context.window
    draft = mine(controller)
    page.draftMoveRequested.emit(draft, WHEN)
    page.undo()
    assert window.hints == ["“Mine” moved back"]
    page.redo()
    assert stored_draft(store, draft).when_text == typed(WHEN, local_zone())
    assert window.hints[-1].startswith("“Mine” moved to ")
    page.undo()
    assert stored_draft(store, draft).when_text == ""


def test_drafts_and_posts_go_back_in_the_order_of_what_was_done(controller: Any) -> None:
    page, store = controller.make(), message(controller).store
    service, draft = controller.context.service, mine(controller)
    page.draftMoveRequested.emit(draft, WHEN)
    service.moves_began.emit("b")  # and has not ended yet
    page.draftMoveRequested.emit(stored_draft(store, draft), LATER)
    page.undo()
    assert (stored_draft(store, draft).when_text, service.calls) == (typed(WHEN, local_zone()), [])
    page.undo()
    assert service.calls == [("undo", "b")]
    page.undo()
    assert stored_draft(store, draft).when_text == ""
    page.undo()
    assert service.calls == [("undo", "b")]


def test_the_open_message_is_moved_where_it_is_written(controller: Any) -> None:
    page, open_message = controller.make(), message(controller)
    open_message.open_drafts.load(mine(controller))
    open_message.editor.edit(text="Mine, written on")
    page.draftMoveRequested.emit(mine(controller), WHEN)
    assert open_message.draft.text == "Mine, written on"
    assert open_message.draft.when_text == typed(WHEN, local_zone())


def stored_draft(store: DraftStore, draft: Draft) -> Draft:
    stored = store.get(draft.id)
    assert stored is not None
    return stored


def test_what_was_moved_is_said_with_the_way_back(controller: Any) -> None:
    window, service = controller.context.window, controller.context.service
    service.moves_ended.emit([move()])
    ((kind, text),) = window.notices
    assert kind == "ok"
    assert text.startswith("2 posts moved to ")
    window.callback()
    assert service.calls == [("undo", "b")]
    service.can_undo = False
    service.moves_ended.emit([move(batch="c")])
    window.callback()
    assert window.notices[-1][0] == "warning"


def test_what_was_taken_back_is_said_to_be_back(controller: Any) -> None:
    window, service = controller.context.window, controller.context.service
    service.moves_ended.emit([replace(move(), takes_back=True)])
    assert window.notices[-1][1].startswith("2 posts moved back to ")
    other = replace(move(), takes_back=True, new=move().new + 3600)
    service.moves_ended.emit([replace(move(), takes_back=True), other])
    assert window.notices[-1][1] == "4 posts moved back"


def test_posts_that_wait_here_are_shown_and_open_in_activity(controller: Any, qtbot: Any) -> None:
    page, service = controller.make(), controller.context.service
    when = datetime.now(UTC) + timedelta(hours=1)
    item = PostItem(1, "News", "fb", data={"post_content": "Waits"})
    entry = SimpleNamespace(
        id="e",
        workspace="local",
        state="waiting",
        share_at=when,
        items=(item,),
        posto_ref="r",
        replaces=None,
    )
    elsewhere = SimpleNamespace(**{**vars(entry), "id": "f", "workspace": "acc"})
    service.outbox_changed.emit([entry, elsewhere])
    page.scope.choose_view("month")
    (card,) = page.model.cards
    assert (card.title, card.movable) == ("Waits", ())
    assert page.model.status_word(card) == "Waiting on this computer"
    page.view.setCurrentIndex(page.model.index_of_card(card))
    page.card_actions.delete()
    assert service.calls == []
    menu = page.card_actions.make_menu(card)
    texts = {action.text().partition("\t")[0]: action.isEnabled() for action in menu.actions()}
    assert texts["Open in Activity"]
    assert not texts["Delete"]
    menu.deleteLater()
    with qtbot.waitSignal(controller.entryRequested) as asked:
        page.card_actions.open_current()
    assert asked.args == ["e"]
    with qtbot.waitSignal(controller.showRequested) as shown:
        page.openRequested.emit(2**70)
    assert shown.args == [2**70]
    controller.context.workspaces.current = "acc"
    service.schedules_loaded.emit([], False, when)
    page.card_actions.open_current()
    assert [row.group_id for card in page.model.cards for row in card.rows] == ["entry f"]
    entry.state = elsewhere.state = "sent"
    service.outbox_changed.emit([entry, elsewhere])
    assert page.model.cards == []


def test_ctrl_z_takes_back_what_was_moved(controller: Any, qtbot: Any) -> None:
    page, service = controller.make(), controller.context.service
    page.show()
    page.view.setFocus()
    qtbot.waitUntil(page.view.hasFocus)
    qtbot.keyClick(page.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert service.calls == []  # nothing was moved yet
    service.moves_ended.emit([move()])
    qtbot.keyClick(page.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert service.calls == [("undo", "b")]


@pytest.mark.parametrize("key", ["Ctrl+Shift+Z", "Ctrl+Y"])
def test_the_keys_of_redo_move_again_what_was_moved_back(
    controller: Any, qtbot: Any, key: str
) -> None:
    page, service, window = controller.make(), controller.context.service, controller.context.window
    page.show()
    page.view.setFocus()
    qtbot.waitUntil(page.view.hasFocus)
    service.moves_ended.emit([move()])
    qtbot.keyClick(page.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    service.moves_ended.emit([replace(move(batch="back b"), takes_back=True)])
    assert window.labels[-1] == "Redo"
    pressed = QKeySequence(key)[0]
    qtbot.keyClick(page.view, pressed.key(), pressed.keyboardModifiers())
    service.moves_ended.emit([move(batch="again back b")])
    assert service.calls == [("undo", "b"), ("redo", "back b")]
    assert window.notices[-1][1].startswith("2 posts moved to ")
    assert window.labels[-1] == "Undo"


def test_the_toast_of_a_way_back_offers_to_go_again(controller: Any) -> None:
    service, window = controller.context.service, controller.context.window
    service.moves_ended.emit([move()])
    window.callback()
    service.moves_ended.emit([replace(move(batch="back b"), takes_back=True)])
    window.callback()
    assert service.calls == [("undo", "b"), ("redo", "back b")]


def test_what_failed_says_why_and_where_the_posts_are(controller: Any) -> None:
    window = controller.context.window
    controller.context.service.moves_ended.emit([move("failed", reason="The service said no.")])
    ((kind, text),) = window.notices
    assert kind == "error"
    assert text.startswith("2 posts not moved. The service said no. Still scheduled for ")
    controller.context.service.moves_ended.emit(
        [move("failed", reason="It was sent while it was being moved.", stays=False)]
    )
    assert window.notices[-1][1] == "2 posts not moved. It was sent while it was being moved."
