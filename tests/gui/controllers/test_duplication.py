"""Messages duplicated with all that they have: one in Compose, several as drafts."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
from PySide6.QtCore import QObject, Signal

from posto_desktop.controllers.duplication import DuplicationController
from posto_desktop.core.draft import Draft
from posto_desktop.sdk.records import Schedule
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.workers.message_opener import OpenedMessage


class Service(QObject):
    message_opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[list[int], str]] = []

    def open_message(self, rows: list[Schedule], key: str, *, edits: bool) -> None:
        assert not edits
        self.asked.append(([row.id for row in rows], key))

    def answer(self, number: int, **more: Any) -> None:
        self.message_opened.emit(OpenedMessage(self.asked[number][1], **more))


class Scene:
    def __init__(self) -> None:
        self.service, self.window, self.compose = Service(), MagicMock(), MagicMock()
        self.store = DraftStore()
        self.compose.page.message.store = self.store
        self.window.wanted_page.return_value = "calendar"
        self.schedule = SimpleNamespace(rows=[])
        context = SimpleNamespace(service=self.service, window=self.window)
        self.duplication = DuplicationController(
            context,  # type: ignore[arg-type]
            self.compose,
            self.schedule,  # type: ignore[arg-type]
        )


@pytest.fixture
def scene(qapp: Any) -> Scene:
    return Scene()


def post(number: int, **more: Any) -> Schedule:
    values: dict[str, Any] = {"group_id": f"g{number}", "channel_id": number, **more}
    return Schedule(id=number, text=f"T{number}", **values)


def test_a_copy_of_one_post_is_of_its_whole_message(scene: Scene) -> None:
    scene.schedule.rows = [post(1, group_id="g"), post(2, group_id="g"), post(3)]
    edited = post(4, group_id="new", message="g", status="success")
    scene.schedule.rows.append(edited)
    scene.duplication.open([scene.schedule.rows[1]])
    ((ids, _),) = scene.service.asked
    assert sorted(ids) == [1, 2, 4]
    draft = Draft(text="T")
    scene.service.answer(0, draft=draft)
    scene.compose.open().restore.assert_called_once_with(draft)
    scene.store.put(draft)  # as Compose does
    call = scene.window.show_notification.call_args
    assert call.args == ("ok", "Copied to a new message")
    call.kwargs["callback"]()
    assert scene.store.drafts() == []
    scene.window.show_page.assert_called_once_with("calendar")
    scene.store.put(replace(draft, text="T, and more"))
    call.kwargs["callback"]()
    scene.compose.page.message.open_drafts.delete.assert_called_once_with(draft.id)


def test_only_the_copy_asked_for_last_is_opened(scene: Scene) -> None:
    scene.duplication.open([post(1)])
    scene.duplication.open([post(2)])
    scene.service.answer(0, draft=Draft(text="first"))
    scene.compose.open().restore.assert_not_called()
    scene.service.answer(1, problem="It could not be read.")
    scene.window.show_notification.assert_called_once_with("error", "It could not be read.")


def test_several_become_drafts_in_their_order_with_one_undo(scene: Scene) -> None:
    scene.duplication.make([[post(1)], [post(3)], [post(4)]])
    assert [ids for ids, _ in scene.service.asked] == [[4], [3], [1]]
    for number, text in enumerate(("T4", "T3")):
        scene.service.answer(number, draft=Draft(text=text))
    scene.window.show_notification.assert_not_called()
    scene.service.answer(2, draft=Draft(text="T1"), warning="1 of 2 files could not be fetched.")
    assert [draft.text for draft in scene.store.drafts()] == ["T1", "T3", "T4"]
    warned, call = scene.window.show_notification.call_args_list
    assert warned.args == ("warning", "1 of 2 files could not be fetched.")
    assert call.args == ("ok", "3 messages duplicated as drafts")
    call.kwargs["callback"]()
    assert scene.store.drafts() == []
