"""Tests of undo and redo of the schedule, by key and by toast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
from PySide6.QtCore import QObject, Signal

from posto_desktop.controllers import schedule_undo
from posto_desktop.controllers.schedule_undo import ScheduleUndo
from posto_desktop.core.moves import Move, MoveReversal, reversed_moves


class Service(QObject):
    moves_began = Signal(str)
    moves_ended = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []
        self.can_undo = True
        self.token = "deleted"
        self.deleted: list[list[int]] = []

    def delete_schedules(self, ids: Sequence[int]) -> str:
        self.deleted.append(list(ids))
        return self.token

    def restore_schedules(self, token: str) -> bool:
        self.calls.append(f"restore {token}")
        return True

    def undo_reschedule(self, token: str) -> MoveReversal:
        self.calls.append(f"back {token}")
        return MoveReversal(f"back {token}" if self.can_undo else "", self.can_undo)

    def redo_reschedule(self, token: str) -> MoveReversal:
        self.calls.append(f"again {token}")
        return MoveReversal(f"again {token}" if self.can_undo else "", self.can_undo)


@pytest.fixture
def undo(qapp: Any) -> Any:
    return ScheduleUndo(SimpleNamespace(service=Service(), window=MagicMock()))  # type: ignore[arg-type]


def moved(batch: str, state: Any = "done") -> Move:
    return Move("m", "local", batch, "g", (1,), (1,), 10.0, 20, "mark", state=state)


def test_steps_go_back_one_by_one(undo: Any, qtbot: Any) -> None:
    service = undo._context.service
    service.moves_ended.emit([moved("one")])
    undo.delete([1])
    service.moves_ended.emit([moved("two")])
    undo.undo()
    # The way back ends as a move, too; it is not taken back by the next step.
    (way,) = reversed_moves([moved("two")])
    service.moves_ended.emit([replace(way, state="done")])
    assert service.calls == ["back two"]
    with qtbot.waitSignal(undo.restored):
        undo.undo()
    undo.undo()
    undo.undo()
    assert service.calls == ["back two", "restore deleted", "back one"]


def test_the_order_is_that_of_the_user_not_of_the_service(undo: Any) -> None:
    """A post is deleted while the service still moves it."""
    service = undo._context.service
    service.moves_began.emit("one")
    undo.delete([1])
    service.moves_ended.emit([moved("one")])
    undo.undo()
    undo.undo()
    undo.undo()
    assert service.calls == ["restore deleted", "back one"]


def test_what_is_taken_back_under_way_is_no_step_once_it_has_ended(undo: Any) -> None:
    service = undo._context.service
    service.moves_began.emit("one")
    undo.undo()
    service.moves_ended.emit([moved("one")])
    undo.undo()
    assert service.calls == ["back one"]


def test_what_began_and_failed_is_no_step(undo: Any) -> None:
    service = undo._context.service
    undo.delete([1])
    service.moves_began.emit("one")
    service.moves_ended.emit([moved("one", "failed")])
    undo.undo()
    assert service.calls == ["restore deleted"]


def test_what_a_toast_took_back_is_not_taken_back_again(undo: Any) -> None:
    service = undo._context.service
    service.moves_ended.emit([moved("one")])
    undo.delete([1])
    undo.restore("deleted")
    undo.move_back("one")
    undo.undo()
    assert service.calls == ["restore deleted", "back one"]


def test_no_toast_offers_what_the_key_took_back(undo: Any) -> None:
    service = undo._context.service
    service.moves_ended.emit([moved("one")])
    undo.delete([1])
    undo.undo()
    undo.undo()
    withdrawn = undo._context.window.toasts.withdraw.call_args_list
    assert [call.args for call in withdrawn] == [("deleted",), ("one",)]


def test_what_failed_or_was_not_deleted_is_no_step(undo: Any) -> None:
    service = undo._context.service
    service.token = ""
    undo.delete([1])
    service.moves_ended.emit([moved("one", "failed")])
    undo.undo()
    assert service.calls == []


def test_what_was_done_to_drafts_goes_back_in_the_same_order(undo: Any) -> None:
    service, calls = undo._context.service, undo._context.service.calls
    undo.add_draft_step(lambda: calls.append("first draft"), MagicMock())
    service.moves_began.emit("one")
    undo.add_draft_step(lambda: calls.append("second draft"), MagicMock())
    for _ in range(4):
        undo.undo()
    assert calls == ["second draft", "back one", "first draft"]


def test_a_page_without_drafts_takes_back_posts_alone(undo: Any) -> None:
    calls = undo._context.service.calls
    undo.delete([1])
    revert = undo.add_draft_step(lambda: calls.append("draft"), MagicMock())
    undo.undo_posts()
    undo.undo_posts()
    assert calls == ["restore deleted"]
    revert()
    undo.undo()
    assert calls == ["restore deleted", "draft"]


def test_that_it_is_too_late_is_said(undo: Any) -> None:
    service = undo._context.service
    service.can_undo = False
    service.moves_ended.emit([moved("one")])
    undo.undo()
    assert undo._context.window.show_notification.call_args.args[0] == "warning"


def test_another_workspace_has_other_steps(undo: Any) -> None:
    service = undo._context.service
    service.moves_ended.emit([moved("one")])
    undo.clear()
    undo.undo()
    assert service.calls == []
    for number in range(schedule_undo.MAX_STEPS + 1):
        service.moves_ended.emit([moved(f"batch {number}")])
    for _ in range(schedule_undo.MAX_STEPS + 1):
        undo.undo()
    assert len(service.calls) == schedule_undo.MAX_STEPS
    assert service.calls[-1] == "back batch 1"


def test_the_way_back_is_kept_as_such() -> None:
    (way,) = reversed_moves([moved("one")])
    assert way.takes_back
    assert way.body()["takes_back"]
    assert not moved("one").takes_back


def test_a_toast_that_comes_after_the_key_takes_nothing_back_twice(undo: Any) -> None:
    service = undo._context.service
    service.can_undo = False  # a second time it would fail, and say so
    undo.delete([1])
    undo.undo()
    undo.restore("deleted")
    assert service.calls == ["restore deleted"]
    service.can_undo = True
    service.moves_ended.emit([moved("one")])
    undo.undo()
    service.can_undo = False
    undo.move_back("one")
    assert service.calls == ["restore deleted", "back one"]
    shown = undo._context.window.show_notification.call_args_list
    assert [call.args[1] for call in shown] == ["1 post restored"]


def test_what_was_taken_back_is_done_again_in_turn(undo: Any) -> None:
    service = undo._context.service
    service.moves_began.emit("one")
    undo.delete([1])
    undo.redo()
    undo.undo()
    undo.undo()
    (way,) = reversed_moves([moved("one")])
    service.moves_ended.emit([replace(way, state="done", batch="back one")])
    undo.redo()
    service.token = "deleted again"
    undo.redo()
    undo.redo()
    assert service.calls == ["restore deleted", "back one", "again back one"]
    assert service.deleted == [[1], [1]]
    undo.undo()
    undo.undo()
    assert service.calls[3:] == ["restore deleted again", "back again back one"]


def test_a_new_step_ends_redo_and_its_toasts(undo: Any) -> None:
    service = undo._context.service
    service.moves_began.emit("one")
    undo.undo()
    assert undo.can_redo("back one")
    undo.delete([1])
    assert not undo.can_redo("back one")
    undo.redo()
    assert service.calls == ["back one"]
    undo._context.window.toasts.withdraw.assert_called_with("back one")


def test_what_cannot_be_done_again_ends_redo(undo: Any) -> None:
    """An edit puts other posts there, so later steps would be about posts that are gone."""
    service = undo._context.service
    undo.add_step("edit", lambda: service.calls.append("edit back"))
    undo.delete([1])
    undo.undo()
    undo.undo()
    undo.redo()
    assert service.calls == ["restore deleted", "edit back"]
    assert service.deleted == [[1]]


def test_a_deletion_is_of_the_posts_that_a_move_made_in_place_of_them(undo: Any) -> None:
    service = undo._context.service
    service.moves_began.emit("one")
    undo.delete([1])
    undo.undo()
    copied = replace(moved("one"), new_ids=(8,))
    service.moves_ended.emit([copied])
    undo.redo()
    assert service.deleted == [[1], [8]]


def test_that_it_is_too_late_to_move_again_is_said(undo: Any) -> None:
    service = undo._context.service
    service.moves_began.emit("one")
    undo.undo()
    service.can_undo = False
    undo.redo()
    undo.redo()
    undo.undo()
    assert service.calls == ["back one", "again back one"]
    (shown,) = undo._context.window.show_notification.call_args_list
    assert shown.args == (
        "warning",
        "Some posts could not be moved again: their new time has passed.",
    )


def test_a_page_without_drafts_does_posts_alone_again(undo: Any) -> None:
    calls = undo._context.service.calls
    undo.delete([1])
    undo.add_draft_step(lambda: None, lambda: calls.append("draft again"))
    undo.undo()
    undo.undo()
    undo.redo_posts()
    undo.redo_posts()
    assert undo._context.service.deleted == [[1], [1]]
    undo.redo()
    assert calls == ["restore deleted", "draft again"]


def test_what_was_deleted_elsewhere_is_restored_once(undo: Any) -> None:
    undo.restore("of Activity")
    undo.restore("of Activity")
    assert undo._context.service.calls == ["restore of Activity"]


def test_what_is_restored_is_counted_in_words(undo: Any) -> None:
    undo.delete([1, 2])
    undo.undo()
    ((_kind, text), more) = undo._context.window.show_notification.call_args
    assert (text, more["action_text"], more["offers"]) == ("2 posts restored", "Redo", "deleted")
    more["callback"]()
    more["callback"]()
    assert undo._context.service.deleted == [[1, 2], [1, 2]]
