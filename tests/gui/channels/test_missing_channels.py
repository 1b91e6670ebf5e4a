"""Channels that come and go, and those of other workspaces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_list import snapshot_of
from posto_desktop.sdk.records import Channel
from tests.gui.channels.whole_pane import (
    ELSEWHERE,
    FACEBOOK,
    INSTAGRAM,
    LINKEDIN,
    SECOND_X,
    SOON,
    TWO_X,
    X,
    go,
    label_text,
    leave_out_second_x,
    press,
    shown,
    tick,
)
from tests.gui.whole_app import CHANNELS, WholeApp, row

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_a_channel_that_is_gone_for_a_while_is_still_the_message_s(
    start: Callable[..., WholeApp],
) -> None:
    app = start()
    tick(app, INSTAGRAM, LINKEDIN)
    app.compose.editor.insertPlainText("For two")
    app.compose.flush()
    app.service.channels_loaded.emit(CHANNELS[:3])
    assert [channel.id for channel in app.compose.message.channels.listed] == [2]
    assert label_text(app, "channels-note") == "1 chosen channel is no longer listed."
    app.compose.flush()
    assert app.saved_drafts[-1].channel_ids == (2, 4), "nobody unticked it"
    app.compose.start_new()
    assert app.compose.draft.channel_ids == (2,), "a new message has nothing to do with it"
    app.compose.message.open_drafts.load(app.saved_drafts[-1])
    app.service.channels_loaded.emit(CHANNELS)
    assert app.channels.checked_ids() == {2, 4}
    assert label_text(app, "channels-note") == ""


def test_a_channel_that_is_gone_for_good_can_be_removed(start: Callable[..., WholeApp]) -> None:
    app = start()
    tick(app, INSTAGRAM, LINKEDIN)
    app.compose.editor.insertPlainText("For two")
    app.service.channels_loaded.emit(CHANNELS[:3])
    press(app, "Remove")
    assert label_text(app, "channels-note") == ""
    app.compose.flush()
    assert app.saved_drafts[-1].channel_ids == (2,)


def test_a_tick_keeps_a_chosen_channel_that_is_not_listed(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    app = start()
    tick(app, X, LINKEDIN)
    app.compose.editor.insertPlainText("For two")
    app.service.channels_loaded.emit(CHANNELS[:3])
    app.channels.toggle(app.channels.index_of(INSTAGRAM.id))
    assert app.compose.draft.channel_ids == (1, 2, 4)
    press(app, "None")
    assert app.compose.draft.channel_ids == (4,)
    assert label_text(app, "channels-note") == "1 chosen channel is no longer listed."
    press(app, "Remove")
    assert app.compose.draft.channel_ids == ()
    app.compose.flush()
    assert app.saved_drafts[-1].channel_ids == ()


def test_a_fix_that_leaves_out_a_channel_keeps_one_that_is_not_listed(
    start: Callable[..., WholeApp],
) -> None:
    app = start(TWO_X)
    tick(app, X, SECOND_X, LINKEDIN)
    app.compose.editor.insertPlainText("For three")
    app.service.channels_loaded.emit(TWO_X[:4])
    before = app.compose.draft.channel_ids
    assert set(before) == {1, 5, 4}
    leave_out_second_x(app)
    assert app.compose.draft.channel_ids == (1, 4)
    app.compose.undo()
    assert app.compose.draft.channel_ids == before
    app.compose.redo()
    assert app.compose.draft.channel_ids == (1, 4)
    app.service.channels_loaded.emit(TWO_X)
    assert app.channels.checked_ids() == {1, 4}


def test_a_new_channel_is_ticked_in_filters_that_show_all_and_in_no_message(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    app = start()
    tick(app, INSTAGRAM)
    go(qtbot, app, "calendar")
    tick(app, X, INSTAGRAM)
    five = Channel(5, "Sandbox Bluesky", "bluesky")
    app.service.channels_loaded.emit([*CHANNELS, five])
    assert app.channels.checked_ids() == {1, 2}
    go(qtbot, app, "schedule")
    assert app.channels.checked_ids() == {1, 2, 3, 4, 5}
    go(qtbot, app, "compose")
    assert app.channels.checked_ids() == {2}


def test_a_filter_that_hides_no_channel_that_is_left_shows_all_again(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    app = start()
    go(qtbot, app, "schedule")
    app.load_plan([row(1, X, send_at=SOON), row(4, LINKEDIN, send_at=SOON)])
    tick(app, X, INSTAGRAM, FACEBOOK)
    assert shown(app, "schedule") == {"Sandbox X"}
    app.service.channels_loaded.emit(CHANNELS[:3])
    assert label_text(app, "hidden-channels-text") == ""
    assert shown(app, "schedule") == {"Sandbox X", "Sandbox LinkedIn"}


def test_another_workspace_has_other_channels_and_the_message_finds_its_own_again(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    app = start()
    tick(app, X, LINKEDIN)
    app.compose.editor.insertPlainText("For two")
    app.compose.flush()
    go(qtbot, app, "schedule")
    press(app, "None")
    before = len(app.saved_drafts)
    app.open_workspace("nordlicht", ELSEWHERE)
    assert app.channels.checked_ids() == {1, 7}, "a filter of numbers that mean others now"
    go(qtbot, app, "compose")
    assert app.channels.checked_ids() == set()
    app.compose.flush()
    assert len(app.saved_drafts) == before, "looking at another workspace changes no draft"
    tick(app, ELSEWHERE[1])
    app.compose.flush()
    assert (app.saved_drafts[-1].workspace, app.saved_drafts[-1].channel_ids) == ("nordlicht", (7,))
    app.open_workspace("local", CHANNELS)
    assert app.channels.checked_ids() == {1, 4}
    app.open_workspace("nordlicht", ELSEWHERE)
    assert app.channels.checked_ids() == {7}


def test_undo_brings_no_channel_into_another_workspace(start: Callable[..., WholeApp]) -> None:
    app = start(TWO_X)
    tick(app, X, SECOND_X, LINKEDIN)
    app.compose.editor.insertPlainText("For three")
    notifications: list[Any] = []
    app.compose.notificationRequested.connect(notifications.append)
    leave_out_second_x(app)
    app.open_workspace("nordlicht", ELSEWHERE)
    for change in (notifications[-1].callback, app.compose.undo, app.compose.redo):
        change()
        assert app.compose.draft.channel_ids == ()
        assert app.compose.message.channels.listed == []
    app.open_workspace("local", TWO_X)
    assert app.compose.draft.channel_ids == (1, 4)


def test_redo_leaves_no_channel_out_in_another_workspace(start: Callable[..., WholeApp]) -> None:
    app = start(TWO_X)
    tick(app, X, SECOND_X)
    app.compose.editor.insertPlainText("For two")
    leave_out_second_x(app)
    app.compose.undo()
    app.open_workspace("nordlicht", [Channel(5, "@nordlicht", "twitter")])
    app.channels.check_all()
    app.compose.redo()
    assert app.compose.draft.channel_ids == (5,)


def test_a_stored_draft_without_channels_gets_none_by_a_look_at_another_workspace(
    start: Callable[..., WholeApp],
) -> None:
    app = start()
    tick(app, INSTAGRAM, LINKEDIN)
    app.compose.editor.insertPlainText("For two")
    app.compose.flush()
    app = start(
        snapshot=snapshot_of([Draft(id="a", text="For nobody yet")], tabs=["a"], active="a")
    )
    for _ in range(2):
        app.open_workspace("nordlicht", ELSEWHERE)
        app.open_workspace("local", CHANNELS)
        assert app.compose.draft.channel_ids == ()
        assert app.channels.checked_ids() == set()


def test_looks_at_another_workspace_keep_the_channels_of_a_stored_draft(
    start: Callable[..., WholeApp],
) -> None:
    """Two looks: the channels that the draft is given there are nobody's choice, its own are."""
    stored = Draft(id="a", text="For two", channel_ids=[1, 3])
    app = start(snapshot=snapshot_of([stored], tabs=["a"], active="a"))
    for _ in range(2):
        app.open_workspace("nordlicht", ELSEWHERE)
        app.open_workspace("local", CHANNELS)
        assert app.channels.checked_ids() == {1, 3}
