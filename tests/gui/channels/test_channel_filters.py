"""Ticks on pages that show posts: a filter of each page, and one of the campaigns."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from posto_desktop.core.campaign import Campaign, CampaignMessage
from posto_desktop.sdk.records import Channel
from tests.gui.channels.whole_pane import (
    FACEBOOK,
    INSTAGRAM,
    LINKEDIN,
    SOON,
    X,
    go,
    label_text,
    press,
    shown,
    tick,
)
from tests.gui.whole_app import WholeApp, row

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.mark.parametrize("page", ["schedule", "calendar"])
def test_a_page_shows_what_its_filter_lets_through_and_says_what_is_hidden(
    qtbot: QtBot, start: Callable[..., WholeApp], page: str
) -> None:
    app = start()
    soon = datetime.now(UTC) + timedelta(minutes=1)
    app.load_plan([row(1, X, send_at=soon), row(3, FACEBOOK, send_at=soon)])
    go(qtbot, app, page)
    assert shown(app, page) == {"Sandbox X", "Sandbox Facebook"}
    assert label_text(app, "hidden-channels-text") == ""
    tick(app, FACEBOOK)
    assert shown(app, page) == {"Sandbox Facebook"}
    assert label_text(app, "hidden-channels-text") == "3 of 4 channels are hidden"
    assert label_text(app, "channel-count").endswith(" of 4 shown")
    press(app, "None")
    assert shown(app, page) == set()
    assert label_text(app, "hidden-channels-text") == "All channels are hidden"
    other = "calendar" if page == "schedule" else "schedule"
    go(qtbot, app, other)
    assert shown(app, other) == {"Sandbox X", "Sandbox Facebook"}
    assert label_text(app, "hidden-channels-text") == ""
    go(qtbot, app, page)
    button: Any = app.window.findChild(QAbstractButton, "show-all-channels")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert shown(app, page) == {"Sandbox X", "Sandbox Facebook"}
    assert label_text(app, "hidden-channels-text") == ""
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


def test_the_feed_shows_the_posts_of_the_ticked_channels(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    app = start()
    tick(app, INSTAGRAM)
    go(qtbot, app, "feed")
    assert label_text(app, "channels-purpose") == "Show channels"
    page: Any = app.window.page("feed")
    page.set_items(
        [
            {"id": number, "key": str(number), "text": channel.name, "channel": {"id": channel.id}}
            for number, channel in enumerate((X, INSTAGRAM, FACEBOOK))
        ]
    )
    tick(app, FACEBOOK)
    assert [page.model.item(row).text for row in range(page.model.rowCount())] == [FACEBOOK.name]
    press(app, "None")
    assert label_text(app, "hidden-channels-text") == "All channels are hidden"
    qtbot.mouseClick(page._empty.button, Qt.MouseButton.LeftButton)
    assert page.model.rowCount() == 3
    go(qtbot, app, "compose")
    assert app.channels.checked_ids() == {2}


def test_where_no_channel_counts_none_can_be_ticked(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    app = start()
    tick(app, INSTAGRAM)
    go(qtbot, app, "styles")
    assert label_text(app, "channels-purpose") == "Channels"
    assert label_text(app, "channels-note") == "This page applies to all channels."
    assert label_text(app, "channel-count") == "4 channels"
    tree = app.window.channel_pane.tree
    tree.setCurrentIndex(app.channels.index_of(1))
    QTest.keyClick(tree, Qt.Key.Key_Space)
    QTest.keyClick(tree, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    texts = [action.text() for action in tree.channel_menu(X).actions() if action.text()]
    assert texts == ["Move to group", "Defaults…", "Settings of X…"]
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
    first = Campaign(id="a", name="One", messages=(CampaignMessage(text="a"),), channel_ids=(1,))
    second = Campaign(id="b", name="Two", messages=(CampaignMessage(text="b"),), channel_ids=(3, 4))
    new = Campaign(id="c", name="New", messages=(CampaignMessage(text="c"),))
    page.campaigns.set_campaigns([first, second, new], {})
    assert label_text(app, "channels-purpose") == "Show channels"
    tick(app, LINKEDIN)
    assert [page.list.model.campaign_at(n).name for n in range(2)] == ["New", "Two"]
    assert label_text(app, "hidden-channels-text") == "3 of 4 channels are hidden"
    page.campaigns.open("b")
    assert label_text(app, "channels-purpose") == "Campaign goes to"
    assert label_text(app, "hidden-channels-text") == ""
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
    assert label_text(app, "channels-purpose") == "Campaign goes to"


def test_a_filter_that_hides_every_campaign_says_so(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    app = start()
    go(qtbot, app, "campaigns")
    page: Any = app.window.page("campaigns")
    page.campaigns.set_campaigns([Campaign(id="a", name="One", channel_ids=(1,))], {})
    press(app, "None")
    none = label_text(app, "no-campaigns-found")
    assert none == "The campaign uses hidden channels."
    page.campaigns.set_campaigns(
        [Campaign(id=letter, name=letter, channel_ids=(1,)) for letter in "abc"], {}
    )
    none = label_text(app, "no-campaigns-found")
    assert none == "No campaign uses the visible channels. 3 use hidden channels."
    page.list.search.setText("a")
    none = label_text(app, "no-campaigns-found")
    assert none == "No campaign matches. The search and hidden channels hide 3."


# -- words -----------------------------------------------------------------------------------------


def test_the_pane_says_what_the_ticks_are_for(qtbot: QtBot, start: Callable[..., WholeApp]) -> None:
    app = start()
    pane = app.window.channel_pane
    assert label_text(app, "channels-purpose") == "Post to"
    assert pane.tree.accessibleDescription() == (
        "Post to. The open message goes to the ticked channels."
    )
    names = [choice.accessibleDescription() for choice in pane._choices]
    assert names == ["Select all channels", "Select no channel", "Select active channels"]
    go(qtbot, app, "calendar")
    assert label_text(app, "channels-purpose") == "Show channels"
    assert pane.tree.accessibleDescription() == (
        "Show channels. This page shows only the ticked channels. Your messages do not change."
    )
    names = [choice.accessibleDescription() for choice in pane._choices]
    assert names == ["Show every channel", "Hide every channel", "Show active channels"]


def test_the_search_over_everything_ticks_for_the_page_in_front(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    app = start()
    tick(app, INSTAGRAM)

    def current() -> Any:
        return next(
            channel for channel in app.controllers.palette._channels() if channel.title == X.name
        )

    assert current().detail == "Tick"
    go(qtbot, app, "calendar")
    for detail, ids in (("Show only", {1}), ("Show all", {1, 2, 3, 4})):
        assert current().detail == detail
        current().run()
        assert app.channels.checked_ids() == ids
    app.channels.set_checked_ids([1, 2])
    assert current().detail == "Hide"
    current().run()
    assert app.channels.checked_ids() == {2}
    assert current().detail == "Show"
    go(qtbot, app, "styles")
    current().run()
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
    assert label_text(app, "hidden-channels-text") == "999 of 1,000 channels are hidden"
    go(qtbot, app, "compose")
    assert len(app.channels.checked_ids()) == 1000


def test_the_search_for_channels_stays_and_changes_no_tick(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    app = start()
    tick(app, X, LINKEDIN)
    app.window.channel_pane.search.setText("insta")
    go(qtbot, app, "schedule")
    assert [channel.name for channel in app.channels.visible_channels()] == ["Sandbox Instagram"]
    assert label_text(app, "hidden-channels-text") == "", "a search in the list hides no post"
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
