"""A post that goes at once is held for a moment: the way back, and when it is too late."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest

from posto_desktop.controllers.compose import ComposeController
from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import HELD

CHOSEN = {"sending.hold_seconds": 10, "sending.paused": False}


def entry(state: str = "waiting") -> Any:
    draft = Draft(text="Winter Roast")
    return SimpleNamespace(
        id="e1", state=state, code=HELD, share_at=None, items=("x",), draft=draft, title="Winter"
    )


@pytest.fixture
def controller(qapp: Any) -> ComposeController:
    context = MagicMock()
    context.settings.get.side_effect = lambda name: CHOSEN.get(name, "")
    return ComposeController(context, MagicMock(), MagicMock(), MagicMock(), MagicMock())


def undo(controller: Any) -> None:
    (_kind, text), more = controller.context.window.show_notification.call_args
    assert (text, more["action_text"]) == ("Sending 1 post in 10 s", "Undo")
    assert more["stay_ms"] == 10_000  # as long as it can be undone
    more["callback"]()


def test_it_comes_back_into_the_page(controller: Any) -> None:
    controller._posted(entry())
    controller._activity.model.entry.return_value = entry()
    undo(controller)
    controller.context.service.outbox.cancel.assert_called_once_with("e1")
    controller._handle_undone([entry()])
    controller.page.restore.assert_not_called()  # not before it is certain
    controller._handle_undone([entry("cancelled")])
    controller._handle_undone([entry("cancelled")])
    (back,) = controller.page.restore.call_args[0]
    assert back.text == "Winter Roast"
    assert controller.page.restore.call_count == 1


@pytest.mark.parametrize("known", [True, False])
def test_what_has_left_is_not_said_to_be_back(controller: Any, known: bool) -> None:
    controller._posted(entry())
    controller._activity.model.entry.return_value = entry("sent") if known else entry()
    undo(controller)
    assert controller.context.service.outbox.cancel.called is not known
    controller._handle_undone([entry("handing_over")])
    assert "was already sent" in controller.context.window.show_notification.call_args[0][1]
    controller.page.restore.assert_not_called()
    controller.context.service.delete_schedules.assert_not_called()


def test_the_question_before_sending_now_is_true(controller: Any) -> None:
    assert controller.page.message.posting.undo_seconds() == 10
    controller.context.settings.get.side_effect = lambda name: 0
    assert controller.page.message.posting.undo_seconds() == 0


def test_without_it_there_is_no_way_back(controller: Any) -> None:
    gone = entry()
    gone.code = ""
    controller._posted(gone)
    assert controller.context.window.show_notification.call_args == (
        ("ok", "Sending 1 post"),
        {},
    )
