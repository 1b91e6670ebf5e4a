"""The channel pane as a person uses it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from posto_desktop.sdk.own_accounts import OwnAccount
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.channels.pane import ChannelPane
from posto_desktop.ui.theme import Theme
from tests.fakes.ticks import ticking_model
from tests.gui.mirrored import sides_of

NAMES = [
    (1, "@nordlicht", "twitter"),
    (2, "nordlicht.coffee", "instagram"),
    (3, "fjordcycles", "instagram"),
    (4, "Fjord Cycles", "fb"),
]


@pytest.fixture
def model(qapp):
    return ticking_model()


@pytest.fixture
def pane(model, theme, qtbot):
    pane = ChannelPane(model)
    qtbot.addWidget(pane)
    model.set_channels(
        [Channel(id=n, name=name, network=net, active=n != 4) for n, name, net in NAMES]
    )
    pane.resize(272, 700)
    with qtbot.waitExposed(pane):
        pane.show()
    return pane


def place(pane, model, channel_id, x=120):
    rect = pane.tree.visualRect(model.index_of(channel_id))
    return QPoint(x, rect.center().y())


def click(pane, at, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.mouseClick(pane.tree.viewport(), Qt.MouseButton.LeftButton, modifiers, at)


def count_text(pane):
    import re

    return re.sub("<[^>]*>", "", pane._count.text())


def test_names_for_assistive_software(pane):
    assert pane.tree.accessibleName() == "Channels"
    assert pane.tree.objectName() == "channels"
    assert pane.search.accessibleName() == "Search channels"
    assert pane.search.objectName() == "search-channels"
    assert pane._count.accessibleName() == ""


def test_a_click_ticks_and_the_foot_counts(pane, model):
    assert count_text(pane) == "0 of 4 selected"
    click(pane, place(pane, model, 2))
    click(pane, place(pane, model, 4))
    assert model.checked_ids() == {2, 4}
    assert count_text(pane) == "2 of 4 selected"
    click(pane, place(pane, model, 2))
    assert model.checked_ids() == {4}


def test_a_press_that_ends_elsewhere_ticks_nothing(pane, model):
    view = pane.tree.viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=place(pane, model, 2))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=place(pane, model, 4))
    assert model.checked_ids() == set()


def test_a_double_click_ticks_only_this(pane, model):
    model.set_checked_ids([1, 2])
    at = place(pane, model, 3)
    click(pane, at)
    QTest.mouseDClick(pane.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert model.checked_ids() == {3}


def test_alt_click_ticks_only_this(pane, model):
    model.set_checked_ids([1, 2])
    click(pane, place(pane, model, 4), Qt.KeyboardModifier.AltModifier)
    assert model.checked_ids() == {4}


def test_a_group_folds_by_its_chevron_and_ticks_elsewhere(pane, model):
    group = model.index(1, 0)
    middle = pane.tree.visualRect(group).center().y()
    click(pane, QPoint(100, middle))
    assert model.checked_ids() == {2, 3}
    click(pane, QPoint(10, middle))
    assert not pane.tree.isExpanded(group)
    assert model.checked_ids() == {2, 3}
    model.set_grouping("order")
    model.set_grouping("network")
    assert not pane.tree.isExpanded(model.index(1, 0)), "a folded group stays folded"
    model.set_filter("fjordcycles")
    assert pane.tree.isExpanded(model.index(0, 0)), "what was found is seen"
    model.set_filter("")
    assert not pane.tree.isExpanded(model.index(1, 0))


def test_by_keyboard_alone(pane, model, qtbot):
    pane.activateWindow()
    pane.focus_search()
    QTest.keyClicks(pane.search, "insta")
    assert [channel.id for channel in model.visible_channels()] == [2, 3]
    QTest.keyClick(pane.search, Qt.Key.Key_Down)
    assert pane.tree.currentIndex().data() == "nordlicht.coffee"
    QTest.keyClick(pane.tree, Qt.Key.Key_Space)
    assert model.checked_ids() == {2}
    QTest.keyClick(pane.tree, Qt.Key.Key_Down)
    QTest.keyClick(pane.tree, Qt.Key.Key_Return)
    assert model.checked_ids() == {2, 3}
    QTest.keyClick(pane.tree, Qt.Key.Key_Up)
    QTest.keyClick(pane.tree, Qt.Key.Key_Up)
    with qtbot.waitSignal(pane.tree.leaveUpwards):
        QTest.keyClick(pane.tree, Qt.Key.Key_Up)
    QTest.keyClick(pane.search, Qt.Key.Key_Escape)
    assert pane.search.text() == ""
    assert len(model.visible_channels()) == 4
    QTest.keyClick(pane.tree, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(model.checked_ids()) == 4


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("select-all-channels", {1, 2, 3, 4}),
        ("select-no-channel", set()),
        ("select-active-channels", {1, 2, 3}),
    ],
)
def test_all_none_active(pane, model, name, ids):
    from PySide6.QtWidgets import QPushButton

    model.set_checked_ids([4])
    QTest.mouseClick(pane.findChild(QPushButton, name), Qt.MouseButton.LeftButton)
    assert model.checked_ids() == ids


def test_a_search_without_a_hit_says_so_and_can_be_cleared(pane, model):
    pane.search.setText("zzz")
    assert pane._stack.currentWidget() is pane._no_matches
    pane._no_matches.button.click()
    assert pane.search.text() == ""
    assert pane._stack.currentWidget() is pane.tree


def test_no_channels_is_told_only_when_it_is_known(model, theme, qtbot):
    pane = ChannelPane(model)
    qtbot.addWidget(pane)
    assert pane._count.text() == "Loading channels"
    assert pane._stack.currentIndex() == 3
    pane.set_loaded()
    assert pane._count.text() == "0 channels"
    assert pane._stack.currentWidget() is pane._empty
    pane.enable_add(True)
    with qtbot.waitSignal(pane.addRequested):
        pane._empty.button.click()


def test_the_menu_of_a_channel(pane, model, qtbot):
    expired = model.channel(4)
    menu = pane.tree.channel_menu(expired)
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == [
        "Only this channel",
        "All of Facebook",
        "Reconnect…",
        "Defaults…",
        "Settings of Facebook…",
    ]
    by_text = {action.text(): action for action in menu.actions()}
    for signal, text, answer in (
        (pane.reconnectRequested, "Reconnect…", expired),
        (pane.defaultsRequested, "Defaults…", expired),
        (pane.networkSettingsRequested, "Settings of Facebook…", "fb"),
    ):
        with qtbot.waitSignal(signal) as asked:
            by_text[text].trigger()
        assert asked.args == [answer]
    menu.actions()[0].trigger()
    assert model.checked_ids() == {4}
    menu = pane.tree.channel_menu(model.channel(2))
    assert "Reconnect…" not in [action.text() for action in menu.actions()]
    menu.actions()[1].trigger()
    assert model.checked_ids() == {2, 3, 4}


@pytest.mark.parametrize(
    ("health", "second", "text", "signal"),
    [
        ("ok", "@fjord@social.example", "Sign in again…", "reconnectRequested"),
        ("sign_in_again", "Sign in again", "Sign in again…", "reconnectRequested"),
        ("locked", "Keychain is locked", "Unlock the keychain", "unlockRequested"),
        ("unreachable", "Server not reached", "Check again", "unlockRequested"),
    ],
)
def test_an_own_account_shows_its_health_and_what_mends_it(
    pane, model, qtbot, health, second, text, signal
):
    channel = Channel(id=4, name="Fjord Cycles", network="fb", method="mastodon")
    model.set_channels([channel])
    account = OwnAccount(9, "mastodon", handle="@fjord@social.example", health=health)
    model.set_accounts({4: account})
    index = model.index_of(4)
    assert index.data(model.SecondLineRole) == second
    assert index.data(model.IsTroubledRole) == (health != "ok")
    by_text = {action.text(): action for action in pane.tree.channel_menu(channel).actions()}
    for asked, name in ((signal, text), ("disconnectRequested", "Disconnect…")):
        with qtbot.waitSignal(getattr(pane, asked)) as emitted:
            by_text[name].trigger()
        assert emitted.args == [channel]


def test_sandbox_channels_can_be_hidden_but_for_those_that_are_ticked(pane, model, qtbot):
    sandbox = [Channel(id=n, name=f"S{n}", network="fb", method="sandbox") for n in (1, 2)]
    model.set_channels([*sandbox, Channel(id=3, name="mine", network="mastodon")])
    model.check_only(1)
    pane._open_grouping()
    hide = next(action for action in pane._grouping_menu.actions() if "sandbox" in action.text())
    assert not hide.isChecked()
    with qtbot.waitSignal(pane.hideSandboxRequested) as emitted:
        hide.trigger()
    assert emitted.args == [True]
    model.set_sandbox_shown(False)
    assert [channel.id for channel in model.visible_channels()] == [1, 3]
    assert count_text(pane) == "1 of 2 selected"
    model.set_sandbox_shown(True)
    assert count_text(pane) == "1 of 3 selected"


def test_the_menu_of_a_network(pane, qtbot):
    menu = pane.tree._menu_of(pane.tree.model().index(0, 0), QPoint(0, 0))
    only, settings = (action for action in menu.actions() if action.text())
    assert only.text() == "Only “X”"
    with qtbot.waitSignal(pane.networkSettingsRequested) as asked:
        settings.trigger()
    assert asked.args == ["twitter"]
    only.trigger()
    ticked = {pane._model.channel(number).network for number in pane._model.checked_ids()}
    assert ticked == {"twitter"}


def test_links_that_are_no_web_address_are_not_offered(pane):
    odd = Channel(id=9, name="x", network="fb", link="javascript:alert(1)")
    texts = [action.text() for action in pane.tree.channel_menu(odd).actions()]
    assert "Open in the browser" not in texts
    good = Channel(id=9, name="x", network="fb", link="https://example.invalid/x")
    assert "Open in the browser" in [a.text() for a in pane.tree.channel_menu(good).actions()]


def test_it_paints_pictures_initials_and_ticks_in_both_schemes(pane, model, theme):
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(QColor("magenta"))
    model.set_picture(1, image)
    at = place(pane, model, 1, 55)
    for scheme in ("light", "dark"):
        theme.setMode(scheme)
        shot = pane.tree.viewport().grab().toImage()
        assert shot.pixelColor(at) == QColor("magenta")
        initial = shot.pixelColor(place(pane, model, 2, 50))
        assert initial != theme.colour("window")
        box = place(pane, model, 1, 25)
        assert shot.pixelColor(box) == theme.colour("surface")
        model.check_only(1)
        ticked = pane.tree.viewport().grab().toImage()
        assert ticked.pixelColor(place(pane, model, 1, 24)) == theme.colour("accent")
        model.check_none()
    theme.setMode("light")


def test_wild_names_stay_in_their_row(pane, model):
    model.set_channels(
        [
            Channel(id=1, name="line\nbreak\t" + "x" * 5000, network="fb"),
            Channel(id=2, name="مرحبا", network="unknown_net"),
            Channel(id=3, name="", network=""),
        ]
    )
    pane.tree.viewport().grab()
    assert pane.tree.visualRect(model.index_of(1)).height() == 40


def test_it_is_freed_with_its_last_reference(model, theme, qtbot):
    from shiboken6 import isValid

    pane = ChannelPane(model)
    tree = pane.tree
    del pane
    assert not isValid(tree)


def test_channels_that_cannot_be_loaded_say_why_and_can_be_tried_again(theme, qtbot, model):
    pane = ChannelPane(model)
    qtbot.addWidget(pane)
    assert count_text(pane) == "Loading channels"
    pane.set_connection("error", "blog.example answered with a web page instead of data.")
    assert count_text(pane) == "No channels"
    assert "web page" in pane._failed._text.text()
    assert pane._stack.currentWidget() is pane._failed
    with qtbot.waitSignal(pane.retryRequested):
        pane._failed.button.click()
    # Its other routes answer: that brings no channels.
    pane.set_connection("connected", "Connected to blog.example")
    assert pane._stack.currentWidget() is pane._failed
    # With channels to show, they stay.
    model.set_channels([Channel(id=1, name="News", network="twitter")])
    pane.set_connection("offline", "blog.example is not responding.")
    assert pane._stack.currentWidget() is pane.tree


def test_a_service_without_channels_says_so(theme, qtbot, model):
    pane = ChannelPane(model)
    qtbot.addWidget(pane)
    pane.set_connection("error", "blog.example has an internal error (500).")
    pane.set_connection("connected", "")
    model.set_channels([])
    pane.set_loaded()
    assert count_text(pane) == "0 channels"
    pane.set_connection("connecting", "")
    assert count_text(pane) == "Loading channels"


def test_rows_are_mirrored_from_right_to_left(pane, model):
    model.set_checked_ids({1})
    group, channel = model.index(0, 0), model.index_of(1)
    accent = Theme.instance().colour("accent")

    def boxes():
        places = [pane.tree.visualRect(index) for index in (group, channel)]
        return [sides_of(pane.tree.viewport(), accent, place) for place in places]

    before = boxes()
    pane.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert [place[::-1] for place in boxes()] == before
    row = pane.tree.visualRect(group)
    click(pane, QPoint(row.right() - 12, row.center().y()))
    assert not pane.tree.isExpanded(group)
    assert model.checked_ids() == {1}
    click(pane, QPoint(12, row.center().y()))
    assert not pane.tree.isExpanded(group)
    assert model.checked_ids() == set()


def test_many_channels_are_counted_in_groups_of_digits(pane, model):
    model.set_channels([Channel(n, f"Harbour {n}", "fb") for n in range(1_500)])
    model.check_all()
    assert count_text(pane) == "1,500 of 1,500 selected"


def test_ticking_many_measures_no_row_again(pane, model, monkeypatch):
    model.set_channels([Channel(n, f"Harbour {n}", "fb") for n in range(300)])
    pane.grab()
    measured = []
    delegate = type(pane.tree.itemDelegate())
    real = delegate.sizeHint
    monkeypatch.setattr(delegate, "sizeHint", lambda *args: measured.append(1) or real(*args))
    before = pane.tree.grab().toImage()
    model.check_all()
    assert measured == []
    assert pane.tree.grab().toImage() != before


def test_a_search_without_a_hit_says_what_it_hides(pane, model):
    pane.search.setText("zzz")
    assert pane._no_matches._text.text() == "The search hides 4 channels."
    assert pane._no_matches.button.text() == "Clear the search"
    pane._no_matches.button.click()
    assert pane.search.text() == ""
    assert len(model.visible_channels()) == 4
