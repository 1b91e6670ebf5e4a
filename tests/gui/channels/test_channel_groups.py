"""Groups of one's own in the channel pane, compact rows, and the search by keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from posto_desktop.models.channels import ChannelsModel
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.widgets.name_input import NamePopup
from posto_desktop.ui.widgets.row_cells import CellRow, TextCell
from posto_desktop.ui.widgets.row_delegate import RowState
from tests.gui.channels.whole_pane import go
from tests.gui.whole_app import CHANNELS, WholeApp

X, INSTAGRAM, FACEBOOK, LINKEDIN = CHANNELS
LEFT, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


@pytest.fixture
def app(start: Any) -> WholeApp:
    app: WholeApp = start()
    app.window.channel_pane.tree.clearFocus()
    return app


def groups(app: WholeApp) -> dict[str, list[str]]:
    """What the tree shows: names of channels by group."""
    model = app.channels
    return {
        model.index(row, 0).data(): [
            model.index(child, 0, model.index(row, 0)).data()
            for child in range(model.rowCount(model.index(row, 0)))
        ]
        for row in range(model.rowCount())
    }


def choose(menu: QMenu, text: str) -> None:
    """Trigger an entry of a menu or of its submenus."""
    for action in menu.actions():
        submenu = action.menu()
        if isinstance(submenu, QMenu) and any(
            action.text() == text for action in submenu.actions()
        ):
            choose(submenu, text)
            return
    [entry] = [action for action in menu.actions() if action.text().partition("\t")[0] == text]
    assert entry.isEnabled()
    entry.trigger()


def enter_name(app: WholeApp, name: str) -> None:
    [popup] = [child for child in app.window.findChildren(NamePopup) if child.isVisible()]
    popup.row.field.setText(name)
    QTest.keyClick(popup.row.field, Qt.Key.Key_Return)


def grouping_menu(app: WholeApp) -> QMenu:
    pane = app.window.channel_pane
    pane._grouping.click()
    menu = pane._grouping_menu
    assert menu is not None
    return menu


def channel_menu(app: WholeApp, channel: Channel) -> QMenu:
    return app.window.channel_pane.tree.channel_menu(channel)


def group_menu(app: WholeApp, name: str) -> QMenu:
    tree, model = app.window.channel_pane.tree, app.channels
    [row] = [row for row in range(model.rowCount()) if model.index(row, 0).data() == name]
    menu = tree._menu_of(model.index(row, 0), QPoint(0, 0))
    assert menu is not None
    return menu


def undo(app: WholeApp) -> None:
    """Press the button of the newest toast."""
    app.window.toasts._toasts[-1].trigger_action()


def make_group(app: WholeApp, name: str, *channels: Channel) -> None:
    app.channels.set_checked_ids([channel.id for channel in channels])
    word = "channel" if len(channels) == 1 else f"{len(channels)} ticked channels"
    text = f"New group of the {'ticked channel' if len(channels) == 1 else word}…"
    choose(grouping_menu(app), text)
    enter_name(app, name)


def test_the_ticked_channels_become_a_group_that_shows_at_once(app: WholeApp):
    make_group(app, "Shops", X, FACEBOOK)
    shown = groups(app)
    assert list(shown) == ["Shops", "No group"]
    assert set(shown["Shops"]) == {X.name, FACEBOOK.name}
    assert app.window.channel_pane._grouping.text() == "My groups"


def test_undo_brings_back_what_was(app: WholeApp):
    make_group(app, "Shops", X, FACEBOOK)
    undo(app)
    assert list(groups(app)) == ["No group"]


def test_a_channel_moves_by_its_menu(app: WholeApp):
    make_group(app, "Shops", X, FACEBOOK)
    choose(channel_menu(app, INSTAGRAM), "Shops")
    assert INSTAGRAM.name in groups(app)["Shops"]
    choose(channel_menu(app, INSTAGRAM), "Remove from “Shops”")
    assert INSTAGRAM.name in groups(app)["No group"]
    choose(channel_menu(app, INSTAGRAM), "New group…")
    enter_name(app, "Pictures")
    assert groups(app)["Pictures"] == [INSTAGRAM.name]


def test_a_group_is_renamed_moved_and_removed(app: WholeApp):
    make_group(app, "Shops", X)
    make_group(app, "Pictures", INSTAGRAM)
    choose(group_menu(app, "Pictures"), "Move up")
    assert list(groups(app)) == ["Pictures", "Shops", "No group"]
    choose(group_menu(app, "Shops"), "Rename group…")
    enter_name(app, "Our shops")
    assert list(groups(app)) == ["Pictures", "Our shops", "No group"]
    choose(group_menu(app, "Pictures"), "Remove group")
    assert list(groups(app)) == ["Our shops", "No group"]
    undo(app)
    assert list(groups(app)) == ["Pictures", "Our shops", "No group"]


def test_the_head_of_a_group_ticks_it_all(app: WholeApp):
    make_group(app, "Shops", X, FACEBOOK)
    app.channels.set_checked_ids([])
    app.channels.toggle(app.channels.index(0, 0))
    assert app.channels.checked_ids() == {X.id, FACEBOOK.id}


def test_a_restart_keeps_groups_grouping_folds_and_compact_rows(start: Any):
    app = start()
    make_group(app, "Shops", X, FACEBOOK)
    choose(grouping_menu(app), "Compact rows")
    app.window.channel_pane.tree.collapse(app.channels.index(0, 0))
    app = start()
    tree = app.window.channel_pane.tree
    assert set(groups(app)["Shops"]) == {X.name, FACEBOOK.name}
    assert tree.is_compact
    assert not tree.isExpanded(app.channels.index(0, 0))
    assert tree.isExpanded(app.channels.index(1, 0))


def test_compact_rows_are_lower(app: WholeApp):
    tree = app.window.channel_pane.tree
    before = tree.visualRect(app.channels.index_of(X.id)).height()
    choose(grouping_menu(app), "Compact rows")
    assert tree.visualRect(app.channels.index_of(X.id)).height() < before


def test_two_letters_and_enter_tick_the_channel_that_is_meant(app: WholeApp, qtbot: QtBot):
    many = [Channel(100 + n, f"Café {n} by the sea", "fb") for n in range(60)]
    app.channels.set_channels([*many, Channel(900, "Seaside Bikes", "linkedin")])
    app.channels.set_checked_ids([])
    search = app.window.channel_pane.search
    app.window.channel_pane.focus_search()
    qtbot.keyClicks(search, "se")
    assert app.channels.best_match().data() == "Seaside Bikes"
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert app.channels.checked_ids() == {900}
    qtbot.keyClicks(search, "cafe 41")  # what was typed before is replaced
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert app.channels.checked_ids() == {900, 141}
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert app.channels.checked_ids() == {900}


def test_shift_enter_ticks_all_that_is_found_and_they_become_a_group(app: WholeApp, qtbot: QtBot):
    many = [Channel(100 + n, "Café by the sea", network) for n, network in enumerate(("fb", "x"))]
    app.channels.set_channels([*many, Channel(900, "Seaside Bikes", "linkedin")])
    app.channels.set_checked_ids([900])
    pane = app.window.channel_pane
    pane.focus_search()
    qtbot.keyClicks(pane.search, "cafe")
    assert [button.text() for button in pane._choices] == ["All 2", "None", "Active"]
    qtbot.keyClick(pane.search, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert app.channels.checked_ids() == {100, 101, 900}
    app.channels.set_checked_ids([])
    choose(grouping_menu(app), "New group of the 2 found channels…")
    [popup] = [child for child in app.window.findChildren(NamePopup) if child.isVisible()]
    assert popup.row.field.text() == "Café by the sea"
    QTest.keyClick(popup.row.field, Qt.Key.Key_Return)
    assert len(groups(app)["Café by the sea"]) == 2
    assert app.channels.checked_ids() == set()  # of the message nothing is changed


def test_on_a_page_that_shows_all_a_search_shows_what_is_found_alone(app: WholeApp, qtbot: QtBot):
    go(qtbot, app, "schedule")
    pane, model = app.window.channel_pane, app.channels
    every = model.checked_ids()
    pane.focus_search()
    qtbot.keyClicks(pane.search, X.name)
    qtbot.keyClick(pane.search, Qt.Key.Key_Return)
    assert model.checked_ids() == {X.id}
    qtbot.keyClick(pane.search, Qt.Key.Key_Return)
    assert model.checked_ids() == every
    qtbot.keyClicks(pane.search, "sandbox")
    assert pane._choices[0].text() == f"Only {len(every)}"
    qtbot.keyClicks(pane.search, " face")
    pane._choices[0].click()
    assert model.checked_ids() == {FACEBOOK.id}


def press(app: WholeApp, key: Qt.Key, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(app.window.channel_pane.tree, key, modifiers)


def test_groups_by_keyboard(app: WholeApp, qtbot: QtBot):
    make_group(app, "Shops", X)
    make_group(app, "Pictures", INSTAGRAM)
    tree, model = app.window.channel_pane.tree, app.channels
    alt, ctrl = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
    tree.setFocus()
    tree.setCurrentIndex(model.index(1, 0))
    press(app, Qt.Key.Key_Up, alt)
    assert list(groups(app)) == ["Pictures", "Shops", "No group"]
    assert tree.currentIndex().data() == "Pictures"  # it is still the current one
    press(app, Qt.Key.Key_F2)
    enter_name(app, "Photos")
    assert list(groups(app)) == ["Photos", "Shops", "No group"]
    tree.setCurrentIndex(model.index_of(INSTAGRAM.id))
    press(app, Qt.Key.Key_Down, alt)
    assert INSTAGRAM.name in groups(app)["Shops"]
    assert tree.currentIndex().data() == INSTAGRAM.name
    press(app, Qt.Key.Key_Down, alt)
    assert INSTAGRAM.name in groups(app)["No group"]
    press(app, Qt.Key.Key_Z, ctrl)
    press(app, Qt.Key.Key_Z, ctrl)
    assert groups(app)["Photos"] == [INSTAGRAM.name]
    press(app, Qt.Key.Key_Y, ctrl)
    assert groups(app)["Photos"] == []
    tree.setCurrentIndex(model.index_of(FACEBOOK.id))
    press(app, Qt.Key.Key_Space)
    press(app, Qt.Key.Key_Z, ctrl)  # undoes the tick, which is of the message
    assert groups(app)["Photos"] == []
    tree.setCurrentIndex(model.index(0, 0))
    press(app, Qt.Key.Key_Delete)
    assert list(groups(app)) == ["Shops", "No group"]
    for _ in range(6):
        press(app, Qt.Key.Key_Z, ctrl)
    assert list(groups(app)) == ["No group"]


def test_a_space_in_a_name_that_is_typed_ticks_nothing(app: WholeApp, qtbot: QtBot):
    tree, ticked = app.window.channel_pane.tree, app.channels.checked_ids()
    tree.setFocus()
    usual = QApplication.keyboardInputInterval()
    QApplication.setKeyboardInputInterval(60_000)  # however slow this machine is
    try:
        qtbot.keyClicks(tree, FACEBOOK.name[:9].lower())
    finally:
        QApplication.setKeyboardInputInterval(usual)
    assert " " in FACEBOOK.name[:9]
    assert tree.currentIndex().data() == FACEBOOK.name
    assert app.channels.checked_ids() == ticked


def test_undo_of_an_older_change_leaves_the_newer_ones(app: WholeApp):
    make_group(app, "Shops", X)
    make_group(app, "Pictures", INSTAGRAM)
    app.window.toasts._toasts[-2].trigger_action()
    assert list(groups(app)) == ["Pictures", "No group"]


def drag(app: WholeApp, source: QModelIndex, target: QPoint) -> None:
    """Drag a row of the tree to a place in it."""
    viewport = app.window.channel_pane.tree.viewport()
    start = app.window.channel_pane.tree.visualRect(source).center()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    for place in (start + QPoint(0, 12), target):
        move = QMouseEvent(QEvent.Type.MouseMove, QPointF(place), viewport.mapToGlobal(place),
                           NO_BUTTON, LEFT, Qt.KeyboardModifier.NoModifier)  # fmt: skip
        QApplication.sendEvent(viewport, move)
    assert not viewport.grab().isNull()
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=target)


def test_channels_and_groups_are_dragged(app: WholeApp):
    make_group(app, "Shops", X)
    make_group(app, "Pictures", INSTAGRAM)
    tree, model = app.window.channel_pane.tree, app.channels
    ticked = model.checked_ids()
    drag(app, model.index_of(X.id), tree.visualRect(model.index_of(INSTAGRAM.id)).center())
    assert set(groups(app)["Pictures"]) == {X.name, INSTAGRAM.name}
    drag(app, model.index_of(X.id), tree.visualRect(model.index_of(LINKEDIN.id)).center())
    assert X.name in groups(app)["No group"]
    drag(app, model.index(1, 0), tree.visualRect(model.index(0, 0)).center() - QPoint(0, 12))
    assert list(groups(app)) == ["Pictures", "Shops", "No group"]
    drag(app, model.index(0, 0), tree.visualRect(model.index(2, 0)).center())
    assert list(groups(app)) == ["Shops", "Pictures", "No group"]
    drag(app, model.index_of(X.id), tree.visualRect(model.index(2, 0)).center())  # where it is
    assert X.name in groups(app)["No group"]
    assert model.checked_ids() == ticked


def test_the_search_finds_a_group_by_its_name(app: WholeApp):
    make_group(app, "Shops", X, FACEBOOK)
    app.window.channel_pane.search.setText("shop")
    assert {channel.name for channel in app.channels.visible_channels()} == {X.name, FACEBOOK.name}
    assert list(groups(app)) == ["Shops"]


def test_enter_ticks_the_group_whose_name_is_typed(app: WholeApp, qtbot: QtBot):
    make_group(app, "Shops", X, FACEBOOK)
    app.channels.set_checked_ids([])
    pane = app.window.channel_pane
    pane.focus_search()
    qtbot.keyClicks(pane.search, "sh")
    qtbot.keyClick(pane.search, Qt.Key.Key_Return)
    assert app.channels.checked_ids() == {X.id, FACEBOOK.id}
    go(qtbot, app, "schedule")
    qtbot.keyClick(pane.search, Qt.Key.Key_Return)
    assert app.channels.checked_ids() == {X.id, FACEBOOK.id}
    qtbot.keyClick(pane.search, Qt.Key.Key_Return)
    assert app.channels.checked_ids() == {channel.id for channel in CHANNELS}
    assert not pane.tree.grab().isNull()


def test_groups_belong_to_their_workspace(app: WholeApp):
    make_group(app, "Shops", X)
    state = app.window.channel_pane._groups
    assert state is not None
    local = state._workspace
    state.set_workspace("another")
    assert list(groups(app)) == ["No group"]
    state.set_workspace(local)
    assert list(groups(app)) == ["Shops", "No group"]


def test_the_network_is_named_once(app: WholeApp):
    model = app.channels
    index = model.index_of(X.id)
    assert "X" not in str(index.data(ChannelsModel.SecondLineRole)).split()
    model.set_grouping("order")
    assert str(model.index_of(X.id).data(ChannelsModel.SecondLineRole)).startswith("X")


def test_a_compact_row_names_the_network_unless_its_heading_does(app: WholeApp):
    tree, model = app.window.channel_pane.tree, app.channels
    model.set_grouping("order")
    tree.set_compact(True)
    state = RowState(False, False, False, False, False, False, QSize(240, 32))
    words = {
        grouping: [
            inner.words
            for cell in tree._rows.row(model.index_of(FACEBOOK.id), state).cells
            for inner in (cell.cells if isinstance(cell, CellRow) else [cell])
            if isinstance(inner, TextCell) and inner.words
        ]
        for grouping in ("order", "network")
        if model.set_grouping(grouping) is None
    }
    assert words == {"order": [FACEBOOK.name, "Facebook"], "network": [FACEBOOK.name]}
