"""Tests of the undo time before a post is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest

from posto_desktop.controllers.compose import ComposeController
from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import HELD
from posto_desktop.viewmodels.sending_outlook import Outlook

CHOSEN = {"sending.hold_seconds": 10, "sending.paused": False}
ITEMS = (SimpleNamespace(channel_id=1),)


def entry(state: str = "waiting") -> Any:
    draft = Draft(text="Winter Roast")
    return SimpleNamespace(
        id="e1", state=state, code=HELD, share_at=None, items=ITEMS, draft=draft, title="Winter"
    )


@pytest.fixture
def controller(qapp: Any) -> ComposeController:
    context = MagicMock()
    context.settings.get.side_effect = lambda name: CHOSEN.get(name, "")
    page = MagicMock()
    page.message.posting.only_proposes = False
    controller = ComposeController(context, page, MagicMock(), MagicMock(), MagicMock())
    controller.outlook = MagicMock()
    controller.outlook.of.return_value = Outlook()
    return controller


def undo(controller: Any) -> None:
    (_kind, text), more = controller.context.window.show_notification.call_args
    assert (text, more["action_text"]) == ("Sending 1 post in 10 s", "Undo")
    assert more["stay_ms"] == 10_000  # as long as it can be undone
    assert more["countdown"] == "Sending 1 post in {seconds} s"
    assert more["is_listed"] is False
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


def test_the_key_of_undo_takes_back_what_the_toast_offers(controller: Any) -> None:
    controller._posted(entry())
    (_words, more) = controller.context.window.show_notification.call_args
    controller._undo_newest_post()
    controller.context.window.toasts.trigger.assert_called_once_with(more["offers"])


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
    posted = entry()
    posted.code = ""
    controller._posted(posted)
    assert controller.context.window.show_notification.call_args == (
        ("ok", "Sending 1 post"),
        {},
    )


@pytest.mark.parametrize("is_now", [True, False])
def test_what_waits_on_this_computer_is_said_with_the_reason(controller: Any, is_now: bool) -> None:
    why = "It waits on this computer. site.example cannot be reached."
    controller.outlook.of.return_value = Outlook("offline", "Offline", "Offline: waits", why)
    waiting = entry()
    if not is_now:
        waiting.share_at = datetime(2099, 11, 27, 9, tzinfo=UTC)
    controller._posted(waiting)
    (kind, text), more = controller.context.window.show_notification.call_args
    assert kind == "warning"
    waiting.posto_ref = "ref"
    controller._schedule.edits_of.return_value = controller._schedule.ids_of.return_value = []
    assert text.endswith(why)
    assert more["is_own"]  # the bell does not count it
    assert ("scheduled" in text) is not is_now
    controller._activity.model.entry.return_value = waiting
    more["callback"]()
    controller.context.service.outbox.cancel.assert_called_once_with("e1")


def test_the_button_beside_the_reason_ends_it(controller: Any) -> None:
    controller.outlook.outlook = Outlook("paused")
    controller._act_on_outlook()
    controller._activity.pause.assert_called_once_with(False)
    controller.outlook.outlook = Outlook("signed_out")
    controller.context.workspaces.current = "w1"
    controller._act_on_outlook()
    controller.context.workspaces.sign_in_again.assert_called_once_with("w1")
