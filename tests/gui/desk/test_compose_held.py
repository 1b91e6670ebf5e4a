"""A post that goes at once is held for a moment: the way back, and when it is too late."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest

from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import HELD
from posto_desktop.desk.compose import ComposeDesk

CHOSEN = {"sending.hold_seconds": 10, "sending.paused": False}


def entry(state: str = "waiting") -> Any:
    draft = Draft(text="Winter Roast")
    return SimpleNamespace(
        id="e1", state=state, code=HELD, share_at=None, items=("x",), draft=draft, title="Winter"
    )


@pytest.fixture
def desk(qapp: Any) -> ComposeDesk:
    parts = MagicMock()
    parts.settings.get.side_effect = lambda name: CHOSEN.get(name, "")
    return ComposeDesk(parts, MagicMock(), MagicMock(), MagicMock(), MagicMock())


def undo(desk: Any) -> None:
    (_kind, text), more = desk.parts.window.show_notice.call_args
    assert (text, more["action_text"]) == ("1 post leaves in 10 s", "Undo")
    more["callback"]()


def test_it_comes_back_into_the_page(desk: Any) -> None:
    desk._posted(entry())
    desk._activity.model.entry.return_value = entry()
    undo(desk)
    desk.parts.service.outbox.cancel.assert_called_once_with("e1")
    desk._see_taken_back([entry()])
    desk.page.restore.assert_not_called()  # not before it is certain
    desk._see_taken_back([entry("cancelled")])
    desk._see_taken_back([entry("cancelled")])
    (back,) = desk.page.restore.call_args[0]
    assert back.text == "Winter Roast"
    assert desk.page.restore.call_count == 1


@pytest.mark.parametrize("known", [True, False])
def test_what_has_left_is_not_said_to_be_back(desk: Any, known: bool) -> None:
    desk._posted(entry())
    desk._activity.model.entry.return_value = entry("sent") if known else entry()
    undo(desk)
    assert desk.parts.service.outbox.cancel.called is not known
    desk._see_taken_back([entry("handing_over")])
    assert "had left already" in desk.parts.window.show_notice.call_args[0][1]
    desk.page.restore.assert_not_called()
    desk.parts.service.delete_schedules.assert_not_called()


def test_the_question_before_sending_now_is_true(desk: Any) -> None:
    assert desk.page.message.posting.can_undo() is True
    desk.parts.settings.get.side_effect = lambda name: 0
    assert desk.page.message.posting.can_undo() is False


def test_without_it_there_is_no_way_back(desk: Any) -> None:
    gone = entry()
    gone.code = ""
    desk._posted(gone)
    assert desk.parts.window.show_notice.call_args == (("ok", "1 post is on its way"), {})
