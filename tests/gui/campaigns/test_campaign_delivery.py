"""Tests of running campaigns: what blocks a start, delivery status, stopping."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from posto_desktop.core.campaign import CampaignMessage
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog
from tests.gui.campaigns.campaigns_on_page import CHANNELS, NOW, Asked, campaign, opened, post, when
from tests.gui.cut_text import settle

# -- before it is started --------------------------------------------------------------------------


def test_a_message_that_is_too_long_says_so_and_the_others_can_go(
    asked: Asked, qtbot: QtBot
) -> None:
    made = campaign("a", "b")
    long = replace(made.messages[1], text="x" * 4000)
    page = opened(asked, qtbot, replace(made, messages=(made.messages[0], long)))
    note, kind = page.campaigns.messages.note_at(1)
    assert kind == "error"
    assert note
    assert page.foot.start.text() == "Schedule 2 posts"
    page.campaign_actions.start()
    dialog = page.window().findChild(ConfirmDialog)
    assert dialog is not None
    assert dialog.action_button.text() == "Schedule the other 2 posts"
    dialog.accept()
    ((started, requests),) = asked.started
    assert [request.message_id for request in requests] == ["a"]
    assert started.state == "running"


def test_a_message_without_its_picture_keeps_the_networks_that_take_it(
    asked: Asked, qtbot: QtBot
) -> None:
    made = campaign("a", "b", channel_ids=(1, 2, 3))
    only = CampaignMessage(id="c", text="c", channel_ids=(3,))
    asked.page.campaigns.set_channels([*CHANNELS, Channel(3, "Pictures", "instagram")])
    page = opened(asked, qtbot, replace(made, messages=(*made.messages, only)))
    delivery = page.campaigns.delivery
    assert page.foot.start.text() == "Schedule 4 posts"
    assert delivery.problems_text(delivery.ready()).splitlines() == [
        "Message 3: Instagram needs a picture or a video.",
        "Messages 1, 2 without Instagram: Instagram needs a picture or a video.",
    ]
    page.campaign_actions.start()
    dialog = page.window().findChild(ConfirmDialog)
    assert dialog is not None
    assert dialog.action_button.text() == "Schedule the other 4 posts"
    dialog.accept()
    ((started, requests),) = asked.started
    assert [request.message_id for request in requests] == ["a", "b"]
    assert [message.channel_ids for message in started.messages] == [(1, 2), (1, 2), (3,)]
    delivery.set_posts(started.id, [post(started, 0, "sent"), post(started, 1)])
    delivery.undo_start(started.id)
    (stopped,) = asked.stopped
    # What was not sent goes to Instagram, too, if it gets a picture before it is resumed.
    assert [message.channel_ids for message in stopped.messages] == [(1, 2), None, (3,)]


def test_the_same_reason_is_said_once_for_all_of_its_messages(asked: Asked, qtbot: QtBot) -> None:
    made = campaign(*"abcdefghi")
    texts = ["fine", *["x" * 4000] * 8]
    messages = [
        replace(message, text=text) for message, text in zip(made.messages, texts, strict=True)
    ]
    page = opened(asked, qtbot, replace(made, messages=tuple(messages)))
    words = page.campaigns.delivery.problems_text(page.campaigns.delivery.ready()).splitlines()
    assert words[0].startswith("Messages 2, 3, 4, 5, 6, 7 and 2 more: ")
    assert len(words) == 1


def test_without_a_channel_the_button_says_so(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a"))
    page.campaigns.channel_choice.choose([], [1, 2])
    settle()
    assert page.foot.start.button.toolTip() == "Choose a channel first"
    page.campaigns.channel_choice.choose([2], [1, 2])
    assert page.campaigns.editor.campaign.channel_ids == (2,)  # type: ignore[union-attr]


def test_a_channel_that_is_gone_keeps_the_campaign_back(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a", channel_ids=(1, 9)))
    qtbot.waitUntil(lambda: not page.foot.start.button.isEnabled())
    assert page.foot.start.button.toolTip() == (
        "A channel of this campaign is missing. Remove it above the channels."
    )
    page.campaigns.channel_choice.choose([1, 2], [1, 2])
    assert page.campaigns.editor.campaign.channel_ids == (1, 2, 9), "a tick keeps it"  # type: ignore[union-attr]
    page.campaigns.channel_choice.choose([1], [1, 2])
    page.campaigns.channel_choice.forget_missing([1, 2])
    qtbot.waitUntil(page.foot.start.button.isEnabled)
    assert page.foot.start.text() == "Schedule 1 post"


def test_the_channels_are_counted_that_the_messages_reach(asked: Asked) -> None:
    page = asked.page
    own = CampaignMessage(id="b", text="b", channel_ids=(2,))
    page.campaigns.set_campaigns([made := campaign(messages=(own,), channel_ids=())], {})
    page.campaigns.open(made.id)
    assert page.targets.text() == "to 1 channel"


# -- what became of its messages -------------------------------------------------------------------


def test_what_is_on_its_way_is_locked_and_shows_how_it_stands(asked: Asked, qtbot: QtBot) -> None:
    running = campaign("a", "b", "c", state="running", start=NOW)
    page = opened(
        asked,
        qtbot,
        running,
        [post(running, 0, "sent"), post(running, 1, "refused", "fig.png is gone.")],
    )
    assert page.campaigns.messages.result_at(0).kind == "sent"  # type: ignore[union-attr]
    assert page.campaigns.messages.note_at(1) == ("fig.png is gone.", "error")
    assert page.foot.retry.text() == "Retry 1 failed"
    page.view.go_to(0)
    QTest.keyClick(page.view, Qt.Key.Key_Delete)
    assert asked.texts == ["a", "b", "c"]
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    assert page.editor_controller.editor is None
    page.foot.retry.click()
    assert [result.post.posto_ref for result in asked.retried[0]] == ["r1"]
    assert asked.notifications[-1].text.startswith("This message was sent.")
    page.editor_controller.open("b")
    assert asked.notifications[-1].text.startswith("This message failed.")


def test_a_scheduled_message_of_a_running_campaign_can_be_edited(
    asked: Asked, qtbot: QtBot
) -> None:
    running = campaign("a", "b", state="running", start=NOW)
    page = opened(asked, qtbot, running, [post(running, 0), post(running, 1)])
    row = Schedule(
        7, "g", 1, network="fb", status="not_sent", send_at=NOW + timedelta(days=1), posto_ref="r1"
    )
    page.campaigns.delivery.set_schedules([row])
    qtbot.waitUntil(lambda: bool(page.campaigns.messages.result_at(1).rows))  # type: ignore[union-attr]
    edited: list[Schedule] = []
    page.message_actions.editRequested.connect(edited.extend)
    page.editor_controller.open("b")
    notification = asked.notifications[-1]
    assert notification.text.endswith("or edit its scheduled post.")
    assert notification.callback is not None
    notification.callback()
    menu = page.message_actions.menu("b")
    next(
        action for action in menu.actions() if action.text() == "Edit the scheduled post…"
    ).trigger()
    menu.close()
    assert [schedule.id for schedule in edited] == [7, 7]


def test_dragging_is_offered_while_two_messages_can_be_dragged(asked: Asked, qtbot: QtBot) -> None:
    running = campaign("a", "b", "c", state="running", start=NOW)
    page = opened(asked, qtbot, running, [post(running, 0, "sent")])
    assert page.hint.isVisible()
    page.campaigns.delivery.set_posts(running.id, [post(running, 0, "sent"), post(running, 1)])
    qtbot.waitUntil(page.hint.isHidden)
    page.campaigns.delivery.set_posts(running.id, [])
    qtbot.waitUntil(page.hint.isVisible)


def test_the_rhythm_is_held_while_something_can_be_stopped_and_no_longer(
    asked: Asked, qtbot: QtBot
) -> None:
    running = campaign("a", "b", "c", state="running", start=NOW - timedelta(days=9))
    page = opened(asked, qtbot, running, [post(running, 0, "sent"), post(running, 1, "queued")])
    assert not page.rhythm.start.isEnabled()
    page.editor_controller.open("b")
    assert asked.notifications[-1].text.startswith("Stop the campaign to change this message")
    page.campaigns.delivery.set_posts(
        running.id, [post(running, 0, "sent"), post(running, 1, "sent")]
    )
    qtbot.waitUntil(page.rhythm.start.isEnabled)
    page.rhythm.use_start("2026-12-07 9:00")
    page.campaigns.forecast.refresh()
    assert when(page)[2] == "Mon 7 Dec 9:00"
    qtbot.waitUntil(lambda: page.foot.start.text() == "Schedule 2 posts")


def test_the_channels_of_a_running_campaign_are_held_as_its_rhythm_is(
    asked: Asked, qtbot: QtBot
) -> None:
    running = campaign("a", "b", state="running", start=NOW - timedelta(days=9))
    page = opened(asked, qtbot, running, [post(running, 0, "sent"), post(running, 1, "queued")])
    assert page.campaigns.channel_choice.locked == "Stop the campaign to change its channels."
    with qtbot.waitSignal(page.campaigns.channel_choice.changed):
        page.campaigns.delivery.set_posts(
            running.id, [post(running, 0, "sent"), post(running, 1, "sent")]
        )
    qtbot.waitUntil(lambda: not page.campaigns.channel_choice.locked)
    page.campaigns.channel_choice.choose([2], [1, 2])
    changed = page.campaigns.editor.campaign
    assert changed is not None
    assert (changed.channel_ids, changed.state) == ((2,), "draft"), "what comes now begins anew"
    page.campaigns.editor.undo()
    assert page.campaigns.editor.campaign.channel_ids == (2,)  # type: ignore[union-attr]


def test_stopping_makes_the_first_open_time_the_start(asked: Asked, qtbot: QtBot) -> None:
    start = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    running = campaign("a", "b", "c", state="running", start=start)
    page = opened(
        asked, qtbot, running, [post(running, 0, "sent"), post(running, 1), post(running, 2)]
    )
    page.campaigns.delivery.stop()
    assert asked.stopped[0].state == "stopped"
    assert asked.stopped[0].start_text == "2026-12-02 9:00"
    page.campaigns.delivery.set_posts(
        running.id,
        [post(running, 0, "sent"), post(running, 1, "stopped"), post(running, 2, "stopped")],
    )
    qtbot.waitUntil(lambda: page.foot.start.text() == "Resume 4 posts")
    page.campaigns.forecast.refresh()
    assert when(page)[1:] == ["Wed 2 Dec 9:00", "Fri 4 Dec 9:00"]
    qtbot.waitUntil(lambda: not page.campaigns.delivery.actions().hint)
    page.campaign_actions.start()
    requests = asked.started[0][1]
    assert [(request.message_id, request.replaces) for request in requests] == [
        ("b", "r1"),
        ("c", "r2"),
    ]


def test_undo_leaves_what_was_started_meanwhile(asked: Asked, qtbot: QtBot) -> None:
    unstarted = campaign("a", "b")
    page = opened(asked, qtbot, unstarted)
    page.campaigns.editor.remove(["b"])
    page.campaigns.editor.adopt(state="running", start=NOW)
    page.campaigns.delivery.set_posts(unstarted.id, [post(unstarted, 0)])
    page.campaigns.editor.set_message(CampaignMessage(id="a", text="changed"))
    page.campaigns.editor.undo()
    assert asked.texts == ["a", "b"]
    assert page.campaigns.editor.campaign.state == "running"  # type: ignore[union-attr]
