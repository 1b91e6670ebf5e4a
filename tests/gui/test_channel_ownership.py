"""A message owns its channels; other pages have filters of their own. In the real window."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from posto_desktop.core.campaign import Campaign, CampaignMessage
from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_list import DraftsSnapshot, snapshot_of
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.theme import Theme
from tests.gui.whole_app import CHANNELS, WholeApp, row

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

X, INSTAGRAM, FACEBOOK, LINKEDIN = CHANNELS
SOON = datetime.now(UTC) + timedelta(hours=3)
SECOND_X = Channel(5, "Second X", "twitter")
TWO_X = [X, SECOND_X, INSTAGRAM, FACEBOOK, LINKEDIN]
ELSEWHERE = [Channel(1, "@nordlicht", "twitter"), Channel(7, "Nordlicht", "fb")]


@pytest.fixture
def start(theme: Theme, tmp_path: Path) -> Iterator[Callable[..., WholeApp]]:
    """A function that starts the app on one home; a second call is a restart."""
    running: list[WholeApp] = []

    def begin(*args: Any, **more: Any) -> WholeApp:
        while running:
            running.pop().close()
        app = WholeApp(theme, tmp_path / "home")
        running.append(app)
        app.begin(*args, **more)
        return app

    yield begin
    for app in running:
        app.close()


def go(qtbot: QtBot, app: WholeApp, page: str) -> None:
    app.window.show_page(page)
    qtbot.waitUntil(lambda: app.window.current_page() == page)


def tick(app: WholeApp, *channels: Channel) -> None:
    """Tick these by clicks on their rows, and no others."""
    press(app, "None")
    tree = app.window.channel_pane.tree
    for channel in channels:
        index = app.channels.index_of(channel.id)
        tree.scrollTo(index)
        place = tree.visualRect(index).center()
        QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)


def for_nobody() -> DraftsSnapshot:
    """One open draft without channels."""
    return snapshot_of([Draft(id="a", text="For nobody yet")], tabs=["a"], active="a")


def press(app: WholeApp, text: str) -> None:
    """Press a button at the foot of the channel pane."""
    buttons = app.window.channel_pane.findChildren(QAbstractButton)
    [button] = [one for one in buttons if one.text() == text and one.isVisible()]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def leave_out_second_x(app: WholeApp) -> None:
    """Press the button of the check that two channels of X get the same text."""
    app.compose.message.checks.settle()
    found = app.compose.message.checks.result.findings
    fixes = [
        replace(one, fix=fix)
        for one in found
        for fix in (one.fix, *one.more)
        if fix is not None and fix.kind == "untick_channel"
    ]
    app.compose.checks_presenter.fix(fixes[0])


def said(app: WholeApp, name: str) -> str:
    label: Any = app.window.findChild(object, name)
    return str(label.text()) if label.isVisible() else ""


def shown(app: WholeApp, page: str) -> set[str]:
    """The channels of the posts that a page shows."""
    model: Any = app.window.page(page).model  # type: ignore[attr-defined]
    if page == "schedule":
        return {one.channel_name for one in model.schedules() if model.row_of(one.id) >= 0}
    return {post.channel_name for card in model._cards for post in card.rows}


# -- the message ---------------------------------------------------------------------------------


def test_no_page_changes_the_channels_of_the_message(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    app = start()
    tick(app, INSTAGRAM, LINKEDIN)
    app.compose.editor.insertPlainText("For two")
    app.compose.flush()
    for page in ("schedule", "calendar", "campaigns", "activity", "styles", "feed"):
        go(qtbot, app, page)
        app.channels.check_none()
        app.channels.check_only(X.id)
        go(qtbot, app, "compose")
        assert app.channels.checked_ids() == {2, 4}, page
        assert [one.id for one in app.compose.message.channels.listed] == [2, 4], page
    app.compose.flush()
    assert {one.channel_ids for one in app.kept} == {(2, 4)}


def test_what_is_ticked_right_after_a_tab_was_clicked_is_for_that_page(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    """The page itself is shown a moment later, when it is made."""
    app = start()
    tick(app, INSTAGRAM)
    app.compose.editor.insertPlainText("For Instagram")
    app.window.show_page("calendar")
    assert app.window.current_page() == "compose"
    assert said(app, "channels-purpose") == "Show channels"
    press(app, "None")
    for page in ("schedule", "compose", "calendar", "compose"):
        app.window.show_page(page)
    assert app.channels.checked_ids() == {2}
    qtbot.waitUntil(lambda: app.window.current_page() == "compose")
    app.compose.flush()
    assert app.kept[-1].channel_ids == (2,)
    go(qtbot, app, "calendar")
    assert app.channels.checked_ids() == set()


def test_a_draft_that_waits_to_be_kept_is_kept_with_its_own_channels(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    app = start()
    tick(app, FACEBOOK)
    app.compose.editor.insertPlainText("Kept in half a second")
    assert app.kept == []
    go(qtbot, app, "calendar")
    press(app, "None")
    qtbot.waitUntil(lambda: bool(app.kept))
    assert [one.channel_ids for one in app.kept] == [(3,)]


def test_another_draft_is_opened_from_the_calendar_with_its_own_channels(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    other = Draft(text="Other", channel_ids=[1, 3])
    app = start()
    app.compose.message.store.put(other)
    tick(app, LINKEDIN)
    app.compose.editor.insertPlainText("First")
    first = app.compose.draft.id
    go(qtbot, app, "calendar")
    press(app, "None")
    app.window.page("calendar").draftRequested.emit(other, None)  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: app.window.current_page() == "compose")
    assert app.channels.checked_ids() == {1, 3}
    app.compose.message.open_drafts.switch(first)
    assert app.channels.checked_ids() == {4}


def test_a_stored_draft_without_channels_gets_none_by_being_opened(
    start: Callable[..., WholeApp],
) -> None:
    app = start(
        snapshot=snapshot_of([Draft(id="a", text="For nobody yet")], tabs=["a"], active="a")
    )
    assert app.compose.draft.text == "For nobody yet"
    assert app.channels.checked_ids() == set()


def test_files_dropped_on_the_schedule_come_to_the_channels_of_the_message(
    qtbot: QtBot, start: Callable[..., WholeApp], tmp_path: Path
) -> None:
    from tests.gui.whole_window import picture

    app = start()
    tick(app, INSTAGRAM, FACEBOOK)
    go(qtbot, app, "schedule")
    press(app, "None")
    app.window.filesDropped.emit([picture(tmp_path / "a.png")])
    qtbot.waitUntil(lambda: app.compose.media.rowCount() == 1)
    qtbot.waitUntil(lambda: app.window.current_page() == "compose")
    app.compose.flush()
    assert app.channels.checked_ids() == {2, 3}
    assert app.kept[-1].channel_ids == (2, 3)


def test_a_second_start_with_files_begins_a_message_to_the_same_channels(
    qtbot: QtBot, start: Callable[..., WholeApp], tmp_path: Path
) -> None:
    from posto_desktop.workers.instance import LaunchRequest
    from tests.gui.whole_window import picture

    app = start()
    tick(app, LINKEDIN)
    app.compose.editor.insertPlainText("First")
    go(qtbot, app, "calendar")
    press(app, "None")
    app.controllers.launch_request.handle(
        LaunchRequest((picture(tmp_path / "a.png"),), None, None, ())
    )
    qtbot.waitUntil(lambda: app.compose.media.rowCount() == 1)
    assert app.compose.draft.text == ""
    assert app.compose.draft.channel_ids == (4,)


def test_a_duplicate_has_its_own_channels(qtbot: QtBot, start: Callable[..., WholeApp]) -> None:
    app = start()
    tick(app, INSTAGRAM, LINKEDIN)
    app.compose.editor.insertPlainText("For two")
    first = app.compose.draft.id
    app.load_plan([row(1, X, send_at=SOON), row(2, FACEBOOK, send_at=SOON)])
    go(qtbot, app, "schedule")
    plan = [row(1, X, send_at=SOON)]
    app.window.page("schedule").row_actions.duplicateRequested.emit(plan)  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: app.window.current_page() == "compose")
    assert app.compose.draft.text == "Post 1"
    assert app.channels.checked_ids() == {1}
    app.compose.message.open_drafts.switch(first)
    assert app.channels.checked_ids() == {2, 4}
    app.controllers.schedule.duplicatesRequested.emit([[row(3, X)], [row(4, FACEBOOK)]])
    assert app.channels.checked_ids() == {2, 4}
    app.compose.flush()
    channels = {one.text: one.channel_ids for one in app.compose.message.store.drafts()}
    assert channels == {"For two": (2, 4), "Post 1": (1,), "Post 3": (1,), "Post 4": (3,)}


def test_a_restart_brings_the_channels_back(qtbot: QtBot, start: Callable[..., WholeApp]) -> None:
    app = start()
    tick(app, INSTAGRAM, LINKEDIN)
    app.compose.editor.insertPlainText("For two")
    app.compose.flush()
    go(qtbot, app, "calendar")
    press(app, "None")
    kept = [app.kept[-1]]
    again = start(snapshot=snapshot_of(kept, tabs=[kept[0].id], active=kept[0].id))
    assert again.channels.checked_ids() == {2, 4}
    go(qtbot, again, "calendar")
    assert again.channels.checked_ids() == {1, 2, 3, 4}
    empty = start()
    assert empty.channels.checked_ids() == {2, 4}, "a new message goes where the last one went"


def test_words_that_came_before_the_channels_are_kept_with_the_first_one(
    start: Callable[..., WholeApp],
) -> None:
    app = start(channels=[])
    app.compose.editor.insertPlainText("Quicker than the workspace")
    app.compose.flush()
    app.service.channels_loaded.emit(CHANNELS)
    assert app.channels.checked_ids() == {1}
    app.compose.flush()
    assert app.kept[-1].channel_ids == (1,)


def test_at_the_very_first_start_one_channel_is_ticked(start: Callable[..., WholeApp]) -> None:
    app = start()
    assert app.channels.checked_ids() == {1}
    app.channels.check_none()
    app.service.channels_loaded.emit([*CHANNELS, Channel(5, "Sandbox Bluesky", "bluesky")])
    assert app.channels.checked_ids() == set(), "nobody ticks for the user again"


# -- channels that come and go, and other workspaces ----------------------------------------------


def test_a_channel_that_is_gone_for_a_while_is_still_the_message_s(
    start: Callable[..., WholeApp],
) -> None:
    app = start()
    tick(app, INSTAGRAM, LINKEDIN)
    app.compose.editor.insertPlainText("For two")
    app.compose.flush()
    app.service.channels_loaded.emit(CHANNELS[:3])
    assert [one.id for one in app.compose.message.channels.listed] == [2]
    assert said(app, "channels-note") == "1 chosen channel is no longer listed."
    app.compose.flush()
    assert app.kept[-1].channel_ids == (2, 4), "nobody unticked it"
    app.compose.start_new()
    assert app.compose.draft.channel_ids == (2,), "a new message has nothing to do with it"
    app.compose.message.open_drafts.load(app.kept[-1])
    app.service.channels_loaded.emit(CHANNELS)
    assert app.channels.checked_ids() == {2, 4}
    assert said(app, "channels-note") == ""


def test_a_channel_that_is_gone_for_good_can_be_removed(start: Callable[..., WholeApp]) -> None:
    app = start()
    tick(app, INSTAGRAM, LINKEDIN)
    app.compose.editor.insertPlainText("For two")
    app.service.channels_loaded.emit(CHANNELS[:3])
    press(app, "Remove")
    assert said(app, "channels-note") == ""
    app.compose.flush()
    assert app.kept[-1].channel_ids == (2,)


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
    assert said(app, "channels-note") == "1 chosen channel is no longer listed."
    press(app, "Remove")
    assert app.compose.draft.channel_ids == ()
    app.compose.flush()
    assert app.kept[-1].channel_ids == ()


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
    assert said(app, "hidden-channels-text") == ""
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
    before = len(app.kept)
    app.open_workspace("nordlicht", ELSEWHERE)
    assert app.channels.checked_ids() == {1, 7}, "a filter of numbers that mean others now"
    go(qtbot, app, "compose")
    assert app.channels.checked_ids() == set()
    app.compose.flush()
    assert len(app.kept) == before, "looking at another workspace changes no draft"
    tick(app, ELSEWHERE[1])
    app.compose.flush()
    assert (app.kept[-1].workspace, app.kept[-1].channel_ids) == ("nordlicht", (7,))
    app.open_workspace("local", CHANNELS)
    assert app.channels.checked_ids() == {1, 4}
    app.open_workspace("nordlicht", ELSEWHERE)
    assert app.channels.checked_ids() == {7}


def test_undo_brings_no_channel_into_another_workspace(start: Callable[..., WholeApp]) -> None:
    app = start(TWO_X)
    tick(app, X, SECOND_X, LINKEDIN)
    app.compose.editor.insertPlainText("For three")
    notices: list[Any] = []
    app.compose.notificationRequested.connect(notices.append)
    leave_out_second_x(app)
    app.open_workspace("nordlicht", ELSEWHERE)
    for change in (notices[-1].callback, app.compose.undo, app.compose.redo):
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


# -- filters ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["schedule", "calendar"])
def test_a_page_shows_what_its_filter_lets_through_and_says_what_is_hidden(
    qtbot: QtBot, start: Callable[..., WholeApp], page: str
) -> None:
    app = start()
    soon = datetime.now(UTC) + timedelta(minutes=1)
    app.load_plan([row(1, X, send_at=soon), row(3, FACEBOOK, send_at=soon)])
    go(qtbot, app, page)
    assert shown(app, page) == {"Sandbox X", "Sandbox Facebook"}
    assert said(app, "hidden-channels-text") == ""
    tick(app, FACEBOOK)
    assert shown(app, page) == {"Sandbox Facebook"}
    assert said(app, "hidden-channels-text") == "3 of 4 channels are hidden"
    assert said(app, "channel-count").endswith(" of 4 shown")
    press(app, "None")
    assert shown(app, page) == set()
    assert said(app, "hidden-channels-text") == "All channels are hidden"
    other = "calendar" if page == "schedule" else "schedule"
    go(qtbot, app, other)
    assert shown(app, other) == {"Sandbox X", "Sandbox Facebook"}
    assert said(app, "hidden-channels-text") == ""
    go(qtbot, app, page)
    button: Any = app.window.findChild(QAbstractButton, "show-all-channels")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert shown(app, page) == {"Sandbox X", "Sandbox Facebook"}
    assert said(app, "hidden-channels-text") == ""
    focus = app.window.focusWidget()
    assert focus is not None
    assert app.window.page(page).isAncestorOf(focus), "the keyboard goes on in the page"


def test_a_post_that_is_asked_for_is_shown_whatever_is_hidden(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    app = start()
    app.load_plan([row(1, X, send_at=SOON), row(3, FACEBOOK, send_at=SOON)])
    go(qtbot, app, "schedule")
    tick(app, X)
    go(qtbot, app, "compose")
    app.controllers.schedule.show_schedule(3)
    qtbot.waitUntil(lambda: app.window.current_page() == "schedule")
    assert shown(app, "schedule") == {"Sandbox X", "Sandbox Facebook"}
    assert app.channels.checked_ids() == {1, 2, 3, 4}


def test_free_slots_are_those_of_the_message(qtbot: QtBot, start: Callable[..., WholeApp]) -> None:
    app = start()
    tick(app, X, INSTAGRAM)
    go(qtbot, app, "calendar")
    press(app, "None")
    page: Any = app.window.page("calendar")
    assert page.model._ticked == (1, 2)


@pytest.mark.parametrize("page", ["styles", "feed"])
def test_where_no_channel_counts_none_can_be_ticked(
    qtbot: QtBot, start: Callable[..., WholeApp], page: str
) -> None:
    app = start()
    tick(app, INSTAGRAM)
    go(qtbot, app, page)
    assert said(app, "channels-purpose") == "Channels"
    assert said(app, "channels-note") == "This page applies to all channels."
    assert said(app, "channel-count") == "4 channels"
    tree = app.window.channel_pane.tree
    tree.setCurrentIndex(app.channels.index_of(1))
    QTest.keyClick(tree, Qt.Key.Key_Space)
    QTest.keyClick(tree, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    texts = [action.text() for action in tree.channel_menu(X).actions() if action.text()]
    assert texts == ["Defaults…", "Settings of X…"]
    go(qtbot, app, "compose")
    assert app.channels.checked_ids() == {2}


# -- campaigns -------------------------------------------------------------------------------------


def test_a_campaign_owns_its_channels_and_the_list_has_a_filter(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    app = start()
    tick(app, INSTAGRAM)
    app.compose.editor.insertPlainText("For Instagram")
    go(qtbot, app, "campaigns")
    page: Any = app.window.page("campaigns")
    one = Campaign(id="a", name="One", messages=(CampaignMessage(text="a"),), channel_ids=(1,))
    two = Campaign(id="b", name="Two", messages=(CampaignMessage(text="b"),), channel_ids=(3, 4))
    new = Campaign(id="c", name="New", messages=(CampaignMessage(text="c"),))
    page.campaigns.set_campaigns([one, two, new], {})
    assert said(app, "channels-purpose") == "Show channels"
    tick(app, LINKEDIN)
    assert [page.list.model.campaign_at(n).name for n in range(2)] == ["New", "Two"]
    assert said(app, "hidden-channels-text") == "3 of 4 channels are hidden"
    page.campaigns.open("b")
    assert said(app, "channels-purpose") == "Campaign goes to"
    assert said(app, "hidden-channels-text") == ""
    assert app.channels.checked_ids() == {3, 4}
    tick(app, X)
    assert page.campaigns.editor.campaign.channel_ids == (1,)
    page.campaigns.close()
    assert app.channels.checked_ids() == {4}
    page.campaigns.new()
    assert page.campaigns.editor.campaign.channel_ids == (2,), "as a new message"
    go(qtbot, app, "compose")
    assert app.channels.checked_ids() == {2}
    go(qtbot, app, "campaigns")
    assert said(app, "channels-purpose") == "Campaign goes to"


def test_a_filter_that_hides_every_campaign_says_so(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    app = start()
    go(qtbot, app, "campaigns")
    page: Any = app.window.page("campaigns")
    page.campaigns.set_campaigns([Campaign(id="a", name="One", channel_ids=(1,))], {})
    press(app, "None")
    none = said(app, "no-campaigns-found")
    assert none == "The campaign uses hidden channels."
    page.campaigns.set_campaigns(
        [Campaign(id=one, name=one, channel_ids=(1,)) for one in "abc"], {}
    )
    none = said(app, "no-campaigns-found")
    assert none == "No campaign uses the shown channels. 3 use hidden channels."
    page.list.search.setText("a")
    none = said(app, "no-campaigns-found")
    assert none == "No campaign matches. The search and hidden channels hide 3."


# -- words -----------------------------------------------------------------------------------------


def test_the_pane_says_what_the_ticks_are_for(qtbot: QtBot, start: Callable[..., WholeApp]) -> None:
    app = start()
    pane = app.window.channel_pane
    assert said(app, "channels-purpose") == "Post to"
    assert pane.tree.accessibleDescription() == (
        "Post to. The open message goes to the ticked channels."
    )
    names = [one.accessibleName() for one in pane._choices]
    assert names == ["Select all channels", "Select no channel", "Select active channels"]
    go(qtbot, app, "calendar")
    assert said(app, "channels-purpose") == "Show channels"
    assert pane.tree.accessibleDescription() == (
        "Show channels. This page shows only the ticked channels. Your messages do not change."
    )
    names = [one.accessibleName() for one in pane._choices]
    assert names == ["Show every channel", "Hide every channel", "Show active channels"]


def test_the_search_over_everything_ticks_for_the_page_in_front(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    app = start()
    tick(app, INSTAGRAM)

    def found() -> Any:
        return next(one for one in app.controllers.palette._channels() if one.title == X.name)

    assert found().detail == "Tick"
    go(qtbot, app, "calendar")
    assert found().detail == "Hide"
    found().run()
    assert app.channels.checked_ids() == {2, 3, 4}
    assert found().detail == "Show"
    go(qtbot, app, "styles")
    found().run()
    qtbot.waitUntil(lambda: app.window.current_page() == "compose")
    assert app.channels.checked_ids() == {1, 2}


def test_a_thousand_channels_change_places_at_once(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    many = [Channel(n, f"Channel {n}", "fb" if n % 2 else "twitter") for n in range(1, 1001)]
    app = start(many)
    app.channels.check_all()
    assert len(app.compose.message.channels.listed) == 1000
    go(qtbot, app, "calendar")
    app.channels.check_only(7)
    assert said(app, "hidden-channels-text") == "999 of 1,000 channels are hidden"
    go(qtbot, app, "compose")
    assert len(app.channels.checked_ids()) == 1000


def test_the_search_for_channels_stays_and_changes_no_tick(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    app = start()
    tick(app, X, LINKEDIN)
    app.window.channel_pane.search.setText("insta")
    go(qtbot, app, "schedule")
    assert [one.name for one in app.channels.visible_channels()] == ["Sandbox Instagram"]
    assert said(app, "hidden-channels-text") == "", "a search in the list hides no post"
    app.window.channel_pane.search.clear()
    go(qtbot, app, "compose")
    assert app.channels.checked_ids() == {1, 4}


def test_filters_are_kept_nowhere(qtbot: QtBot, start: Callable[..., WholeApp]) -> None:
    app = start()
    tick(app, FACEBOOK)
    for page in ("schedule", "calendar", "campaigns", "activity"):
        go(qtbot, app, page)
        press(app, "None")
    app.controllers.channels.flush()
    assert json.loads(str(app.settings.get("workspace.channels"))) == {"local": [3]}
