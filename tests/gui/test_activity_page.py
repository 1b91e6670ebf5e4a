"""The activity page: rows with their buttons, the unclear question, what is asked of the app."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from posto_desktop.models.outbox import OutboxModel
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.activity.page import ActivityPage
from posto_desktop.ui.activity.step_list import StepList
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog
from posto_desktop.ui.widgets.row_delegate import RowDelegate
from posto_desktop.ui.widgets.view_ring import ViewRing
from posto_desktop.viewmodels.activity_view import ActivityViewState
from tests.gui.activity_entries import NOW, Heard, entries, entry
from tests.gui.cut_text import cut_texts

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture(autouse=True)
def plain_locale() -> Iterator[None]:
    before = QLocale()
    plain = QLocale.c()
    plain.setNumberOptions(QLocale.NumberOption.DefaultNumberOptions)  # as the app does
    QLocale.setDefault(plain)
    yield
    QLocale.setDefault(before)


@pytest.fixture
def page(qtbot: Any, theme: Any) -> ActivityPage:
    page = ActivityPage(ActivityViewState(OutboxModel(now=lambda: NOW, zone=UTC)))
    qtbot.addWidget(page)
    page.resize(1240, 800)
    page.model.set_entries(entries())
    page.show()
    qtbot.waitExposed(page)
    return page


def test_a_page_goes_without_errors(theme: Any, qtbot: Any) -> None:
    """Python takes the attributes of garbage away before Qt sends its last events."""
    page = ActivityPage()
    cycle = [page]
    cycle.append(cycle)
    destroyed: list[str] = []
    page.destroyed.connect(lambda: destroyed.append("page"))
    main = page.toast_main()
    main.destroyed.connect(lambda: destroyed.append("main"))
    del page, cycle, main
    gc.collect()
    assert sorted(destroyed) == ["main", "page"]


@pytest.fixture
def heard(page: ActivityPage) -> Heard:
    return Heard(page)


def press(qtbot: Any, page: ActivityPage, key: str, kind: str) -> None:
    """Click on a button inside a row."""
    place = buttons_of(page, key)[kind]
    qtbot.mouseClick(page.list.viewport(), LEFT, NONE, place.center())


def buttons_of(page: ActivityPage, key: str) -> dict[str, QRect]:
    """Where the buttons of a row are."""
    delegate = page.list.itemDelegate()
    assert isinstance(delegate, RowDelegate)
    return delegate.targets(page.model.index(page.model.row_of(key)))


def select(qtbot: Any, page: ActivityPage, key: str) -> None:
    rect = page.list.visualRect(page.model.index(page.model.row_of(key)))
    qtbot.mouseClick(page.list.viewport(), LEFT, NONE, rect.center())


def button(page: ActivityPage, name: str) -> QPushButton:
    return page.details.findChild(QPushButton, name)


def text_of(page: ActivityPage, name: str) -> str:
    label = page.details.findChild(QLabel, name)
    return label.text() if label.isVisible() else ""


def test_list_is_found_by_name(page: ActivityPage) -> None:
    assert page.findChild(QWidget, "outbox").accessibleName() == "Outbox"


def test_buttons_in_rows(page: ActivityPage, heard: Heard, qtbot: Any) -> None:
    press(qtbot, page, "r", "retry")
    press(qtbot, page, "w", "retry")
    press(qtbot, page, "p", "cancel")
    press(qtbot, page, "n", "cancel")
    assert heard.take() == [("retry", "r"), ("retry", "w"), ("cancel", "p"), ("cancel", "n")]
    assert not page.state.view.details_open
    press(qtbot, page, "u", "open")
    assert page.state.view.details_open
    assert text_of(page, "entry-title") == "Text u"


def test_nothing_can_be_done_while_it_is_handed_over(page: ActivityPage) -> None:
    assert buttons_of(page, "h") == {}
    page.state.show_entry("h")
    assert not button(page, "discard").isVisible()


def test_the_unclear_post_asks_and_never_says_retry(
    page: ActivityPage, heard: Heard, qtbot: Any
) -> None:
    page.state.set_channel_links({1: "https://instagram.example/me"})
    select(qtbot, page, "u")
    assert text_of(page, "entry-question") == "Is it on Instagram already?"
    shown = [button for button in page.details.findChildren(QPushButton) if button.isVisible()]
    assert not any("Retry" in item.text() for item in shown)
    assert button(page, "look").text() == "Open the channel"
    for name in ("look", "it-is-there", "send-again", "check-again"):
        qtbot.mouseClick(button(page, name), LEFT)
    assert heard.take() == [
        ("open", "https://instagram.example/me"),
        ("there", "u"),
        ("send_again", "u"),
        ("retry", "u"),
    ]


def test_several_networks_are_asked_for_at_once(page: ActivityPage) -> None:
    page.model.set_entries([entry("u", "unclear", ("fb", "twitter"))])
    page.state.show_entry("u")
    assert text_of(page, "entry-question") == "Is it published already?"
    assert not button(page, "look").isVisible()  # nobody said where these channels are
    assert len(page.details.findChild(StepList, "steps").as_text().splitlines()) == 2


def test_a_failed_post_says_why_and_can_be_edited(
    page: ActivityPage, heard: Heard, qtbot: Any
) -> None:
    select(qtbot, page, "r")
    assert text_of(page, "entry-question") == "Failed"
    assert text_of(page, "entry-reason") == "fjord.png is too large."
    qtbot.mouseClick(button(page, "try-again"), LEFT)
    qtbot.mouseClick(button(page, "edit-as-new"), LEFT)
    assert heard.take() == [("retry", "r"), ("edit", "Text r")]


def test_discarding_asks_first(page: ActivityPage, heard: Heard, qtbot: Any) -> None:
    select(qtbot, page, "u")
    qtbot.mouseClick(button(page, "discard"), LEFT)
    ask = page.findChild(ConfirmDialog)
    assert heard.take() == []
    qtbot.keyClick(ask, Qt.Key.Key_Return)  # Return stands on the harmless answer
    assert heard.take() == []
    qtbot.waitUntil(lambda: page.findChild(ConfirmDialog) is None)
    qtbot.mouseClick(button(page, "discard"), LEFT)
    qtbot.mouseClick(page.findChild(ConfirmDialog).action_button, LEFT)
    assert heard.take() == [("cancel", "u")]


def test_cancelling_what_was_not_sent_asks_nothing(
    page: ActivityPage, heard: Heard, qtbot: Any
) -> None:
    select(qtbot, page, "n")
    qtbot.mouseClick(button(page, "discard"), LEFT)
    assert heard.take() == [("cancel", "n")]


def test_keys(page: ActivityPage, heard: Heard, qtbot: Any) -> None:
    select(qtbot, page, "r")
    page.close_details()
    qtbot.keyClick(page.list, Qt.Key.Key_R)
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert heard.take() == [("retry", "r")]
    assert page.state.view.details_open
    select(qtbot, page, "n")
    qtbot.keyClick(page.list, Qt.Key.Key_Delete)
    assert heard.take() == [("cancel", "n")]
    select(qtbot, page, "h")
    qtbot.keyClick(page.list, Qt.Key.Key_R)
    qtbot.keyClick(page.list, Qt.Key.Key_Delete)
    assert heard.take() == []


def test_done_today_unfolds(page: ActivityPage, qtbot: Any) -> None:
    assert page.model.row_of("s") == -1
    rect = page.list.visualRect(page.model.index(page.model.rowCount() - 1))
    qtbot.mouseClick(page.list.viewport(), LEFT, NONE, rect.center())
    assert page.model.row_of("s") > 0
    page.model.set_show_done(False)
    page.state.show_entry("s")
    assert text_of(page, "entry-title") == "Text s"


def test_details_follow_the_entry(page: ActivityPage) -> None:
    page.state.show_entry("p")
    page.model.set_entries([entry("p", "refused", reason="Too large.")])
    assert text_of(page, "entry-reason") == "Too large."
    assert page.state.view.current == "p"
    page.model.set_entries([])
    assert not page.state.view.details_open


def test_what_can_be_done_about_a_post_stands_in_full_words(page: ActivityPage, qtbot: Any) -> None:
    for key in ("u", "w", "r"):
        select(qtbot, page, key)
        for child in page.details.findChildren(QPushButton):
            if child.isVisible():
                assert child.width() >= QPushButton.sizeHint(child).width(), child.text()
    select(qtbot, page, "u")
    page.resize(1360, 860)
    page._panes._splitter.setSizes([900, 460])
    beside = {button(page, name).y() for name in ("check-again", "copy-details", "discard")}
    assert len(beside) == 1, "where there is room they stand in one line"


def test_details_can_be_copied(page: ActivityPage, qtbot: Any) -> None:
    page.state.show_entry("u")
    qtbot.mouseClick(button(page, "copy-details"), LEFT)
    copied = QGuiApplication.clipboard().text()
    assert "Text u" in copied
    assert "Uploaded: shop.png" in copied
    assert "ref-u" in copied


def test_closed_details_open_again_by_a_click(page: ActivityPage, qtbot: Any) -> None:
    select(qtbot, page, "r")
    page.close_details()
    select(qtbot, page, "r")
    assert page.state.view.details_open


def test_the_focus_alone_opens_nothing(page: ActivityPage, qtbot: Any) -> None:
    page.list.setFocus()
    assert not page.state.view.details_open
    qtbot.keyClick(page.list, Qt.Key.Key_Down)
    assert text_of(page, "entry-title") == "Text u"


def test_what_hidden_channels_hide_is_not_called_done(page: ActivityPage) -> None:
    asked: list[None] = []
    page.allChannelsRequested.connect(lambda: asked.append(None))
    page.model.set_entries([entry("n", "waiting"), entry("r", "refused")])
    page.model.set_channels([99])
    words = [label.text() for label in page._empty.findChildren(QLabel)]
    assert words == ["No post matches", "Hidden channels contain 2 posts."]
    page._empty.button.click()
    assert len(asked) == 1
    page.state.show_entry("r")
    assert len(asked) == 2, "what is asked for is shown"


def test_empty(page: ActivityPage) -> None:
    page.model.set_entries([])
    assert page._empty.isVisible()
    assert page.list.isVisible()
    assert page.findChild(QLabel, "activity-title").mapTo(page, QPoint()).y() < 40
    page.model.set_entries(entries())
    assert not page._empty.isVisible()


def test_who_has_sent_nothing_is_led_to_a_message(page: ActivityPage) -> None:
    asked: list[bool] = []
    page.newMessageRequested.connect(lambda: asked.append(True))
    page.model.set_entries([])
    assert page._empty.button.text() == "New message"
    page._empty.button.click()
    assert asked == [True]
    page.model.set_entries([replace(entry("x", "sent"), workspace="elsewhere")])
    page.state.set_workspace("local")
    assert page._empty.button.text() == "New message"
    assert page.head.workspaces.isVisible()
    page.head.workspaces.click()
    assert not page._empty.isVisible()
    assert page.state.view.all_workspaces


def test_connection(page: ActivityPage, qtbot: Any) -> None:
    state = page.findChild(QLabel, "connection-state")
    page.state.set_connection("connected", "Online", "social.example")
    qtbot.waitUntil(lambda: state.text() == "Online")
    page.model.set_entries([entry("h", "handing_over", workspace="acc")])
    assert page.model.line(page.model.entry("h")).strong == "Sending to social.example"
    sentence = "social.example did not finish its answer within 70 seconds. " * 4
    page.state.set_connection("offline", sentence, "social.example")
    qtbot.waitUntil(lambda: len(state.text()) > 1 and state.text().endswith("…"))
    assert state.toolTip() == sentence.strip()
    assert page.findChild(QWidget, "pause-all").geometry().right() <= page.width()


def test_pictures_are_asked_for_by_path(page: ActivityPage, qtbot: Any) -> None:
    with qtbot.waitSignal(
        page.pictureRequested, check_params_cb=lambda path: path == "/x/shop.png"
    ):
        page.grab()
    page.set_picture("/x/shop.png", QImage())


def test_what_moves_stops_when_nobody_sees_it(page: ActivityPage) -> None:
    assert page.list._progress_timer.isActive()
    page.hide()
    assert not page.list._progress_timer.isActive()
    page.show()
    assert page.list._progress_timer.isActive()
    page.model.set_entries([entry("s", "sent")])
    assert not page.list._progress_timer.isActive()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_can_be_painted(page: ActivityPage, theme: Any, scheme: str) -> None:
    theme.setMode(scheme)
    try:
        page.model.set_show_done(True)
        for entry in entries():
            page.state.show_entry(entry.id)
            assert not page.grab().isNull()
    finally:
        theme.setMode("light")


def test_narrow_window_opens_details_only_when_asked(page: ActivityPage, qtbot: Any) -> None:
    page.resize(1000, 700)
    select(qtbot, page, "r")
    assert not page.state.view.details_open
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert page.state.view.details_open
    qtbot.keyClick(page.details, Qt.Key.Key_Escape)
    assert not page.state.view.details_open


# --- posts that are in the plan -------------------------------------------------------------------


def tell(page: ActivityPage, *states: tuple[str, str, str]) -> None:
    """Show one handed over post whose rows, numbered from 1, have these states."""
    networks = tuple(network for network, _status, _error in states)
    page.model.set_entries([entry("s", "sent", networks)])
    rows = [
        Schedule(
            number,
            "g",
            number,
            f"on {network}",
            network,
            status=status,
            error=error,
            send_at=NOW - timedelta(minutes=1),
            link=f"https://{network}.example/{number}" if status == "success" else "",
            posto_ref="ref-s",
        )
        for number, (network, status, error) in enumerate(states, 1)
    ]
    page.model.set_schedules("local", rows, (), NOW)


def visible_buttons(page: ActivityPage) -> set[str]:
    return {
        button.objectName()
        for button in page.details.findChildren(QPushButton)
        if button.isVisible()
    }


def test_a_post_whose_end_is_not_known_asks_in_its_own_words(
    page: ActivityPage, heard: Heard, qtbot: Any
) -> None:
    tell(page, ("fb", "unknown", "The program ended while it was sending"))
    page.state.set_channel_links({1: "https://fb.example/me"})
    press(qtbot, page, "s", "open")
    assert text_of(page, "entry-question") == "Is it on Facebook already?"
    assert {"look", "it-is-there", "send-again", "discard"} <= visible_buttons(page)
    assert "Waiting for you: on fb" in page.details.findChild(StepList, "steps").as_text()
    qtbot.mouseClick(button(page, "look"), LEFT)
    qtbot.mouseClick(button(page, "it-is-there"), LEFT)
    qtbot.mouseClick(button(page, "send-again"), LEFT)
    assert heard.take() == [
        ("open", "https://fb.example/me"),
        ("there rows", 1),
        ("send_again rows", 1),
    ]
    assert button(page, "discard").text() == "Delete"
    qtbot.mouseClick(button(page, "discard"), LEFT)
    assert heard.take() == [("delete rows", 1)]


def test_a_service_cannot_be_told_that_a_post_is_there(page: ActivityPage) -> None:
    tell(page, ("fb", "error", "First comment error: no"))
    page.state.show_entry("s")
    assert "it-is-there" not in visible_buttons(page)
    assert "send-again" in visible_buttons(page)
    assert "delete it here" in text_of(page, "entry-reason")


def test_a_post_that_the_network_refused(page: ActivityPage, heard: Heard, qtbot: Any) -> None:
    tell(page, ("fb", "error", "duplicate"), ("x", "success", ""), ("vk", "error", "duplicate"))
    press(qtbot, page, "s", "retry")
    assert heard.take() == [("retry rows", 1, 3)]
    select(qtbot, page, "s")
    assert text_of(page, "entry-question") == "Sent to 1 of 3 channels"
    assert text_of(page, "entry-reason") == (
        "Facebook already has this text.\nVK already has this text."
    )
    assert button(page, "try-again").text() == "Retry 2 channels"
    qtbot.mouseClick(button(page, "open-published-post"), LEFT)
    qtbot.mouseClick(button(page, "discard"), LEFT)
    assert heard.take() == [("open", "https://x.example/2"), ("delete rows", 1, 3)]


def test_a_missed_post_can_be_sent_now(page: ActivityPage, heard: Heard, qtbot: Any) -> None:
    tell(page, ("fb", "missed", ""))
    press(qtbot, page, "s", "open")
    assert button(page, "try-again").text() == "Send now"
    qtbot.mouseClick(button(page, "try-again"), LEFT)
    assert heard.take() == [("send now", 1)]


def test_a_published_post_needs_nothing(page: ActivityPage) -> None:
    tell(page, ("fb", "success", ""))
    page.state.show_entry("s")
    assert not page.details.findChild(QWidget, "entry-card").isVisible()
    assert not button(page, "discard").isVisible()


# --- pause and history ----------------------------------------------------------------------------


def test_pause_and_resume(page: ActivityPage, heard: Heard, qtbot: Any) -> None:
    pause = page.findChild(QPushButton, "pause-all")
    assert (pause.text(), pause.accessibleName()) == ("Pause all", "Pause all")
    qtbot.mouseClick(pause, LEFT)
    page.state.set_paused(True)
    assert pause.text() == "Resume"
    state = page.findChild(QLabel, "connection-state")
    page.state.set_connection("connected", "Ready on this computer", "")
    qtbot.waitUntil(lambda: state.text() == "Sending is paused")
    page.state.set_connection("offline", "No network", "")
    qtbot.waitUntil(lambda: state.text() == "No network")
    assert page.model.line(page.model.entry("n")).strong == "Paused"
    qtbot.mouseClick(pause, LEFT)
    assert heard.take() == [("pause", True), ("pause", False)]


def test_one_post_is_paused(page: ActivityPage, heard: Heard, qtbot: Any) -> None:
    page.holdRequested.connect(lambda key, on: heard.all.append(("hold", key, on)))
    page.sendFirstRequested.connect(lambda key: heard.all.append(("hurry", key)))
    press(qtbot, page, "p", "hold")
    press(qtbot, page, "n", "hurry")
    page.model.set_entries([entry("p", "waiting"), entry("n", "waiting")])
    assert page.model.line(page.model.entry("p")).strong == "Paused"
    assert page.model.line(page.model.entry("n")).strong == "Next in line"
    press(qtbot, page, "p", "hold")
    assert heard.take() == [("hold", "p", True), ("hurry", "n"), ("hold", "p", False)]
    # The same by the keyboard: in the details.
    page.state.show_entry("n")
    qtbot.mouseClick(button(page, "send-first"), LEFT)
    page.model.set_entries([entry("p", "uploading")])
    page.state.show_entry("p")
    assert button(page, "pause-this").text() == "Pause"
    qtbot.mouseClick(button(page, "pause-this"), LEFT)
    page.model.set_entries([entry("p", "waiting")])
    assert button(page, "pause-this").text() == "Resume"
    assert heard.take() == [("hurry", "n"), ("hold", "p", True)]


def test_history_is_searched(page: ActivityPage, qtbot: Any) -> None:
    search = page.findChild(QWidget, "search-history")
    assert not search.isVisible()
    page.state.choose_view("history")
    assert page._empty.isVisible()
    old = NOW - timedelta(days=3)
    page.model.set_entries([entry("old", "sent", updated_at=old), entry("now", "sent")])
    assert search.isVisible()
    assert page.model.row_of("old") == 1
    assert page.model.row_of("now") == -1
    qtbot.keyClicks(search, "nowhere")
    assert page._empty.isVisible()
    page._empty.button.click()
    assert search.text() == ""
    assert page.model.row_of("old") == 1
    page.state.show_entry("now")
    assert page.model.view == "outbox"
    assert page.state.view.details_open
    page.state.choose_view("history")
    assert not page.state.view.details_open
    qtbot.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.model.view == "history"
    assert search.hasFocus()


def test_a_file_whose_name_is_no_utf8_is_asked_for_by_its_own_name(
    page: ActivityPage, qtbot: Any
) -> None:
    path = os.fsdecode(b"/x/caf\xe9.png")
    asked: list[str] = []
    page.pictureRequested.connect(asked.append)
    page.pictures.get(path)
    qtbot.waitUntil(lambda: path in asked)
    assert asked[-1] == path
    page.set_picture(path, QImage(4, 4, QImage.Format.Format_RGB32))
    assert page.pictures.get(path) is not None


def test_rows_are_mirrored_where_text_runs_from_right_to_left(
    page: ActivityPage, heard: Heard, qtbot: Any
) -> None:
    row = page.list.visualRect(page.model.index(page.model.row_of("r")))
    before = buttons_of(page, "r")
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    QApplication.processEvents()
    after = buttons_of(page, "r")
    assert set(before) == {"retry", "open"}
    for kind, place in after.items():
        assert row.right() - place.right() == before[kind].left() - row.left()
    press(qtbot, page, "r", "retry")
    assert heard.take() == [("retry", "r")]
    page.state.show_entry("u")
    QApplication.processEvents()
    assert cut_texts(page) == []


@pytest.mark.parametrize("rightwards", [True, False])
def test_the_bar_begins_where_reading_begins(page: ActivityPage, rightwards: bool) -> None:
    way = Qt.LayoutDirection.LeftToRight if rightwards else Qt.LayoutDirection.RightToLeft
    page.setLayoutDirection(way)
    row = page.list.visualRect(page.model.index(page.model.row_of("p")))
    image = page.list.viewport().grab(row).toImage()
    accent = Theme.instance().colour("accent").name()
    columns = [
        x
        for x in range(image.width())
        if any(image.pixelColor(x, y).name() == accent for y in range(image.height()))
    ]
    assert columns
    middle = (columns[0] + columns[-1]) / 2
    assert (middle < image.width() / 2) == rightwards


def test_a_list_with_nothing_current_shows_the_keyboard_by_a_ring(
    qtbot: Any, page: ActivityPage
) -> None:
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    ring = page.list.findChild(ViewRing)
    page.list.setFocus(Qt.FocusReason.MouseFocusReason)
    assert ring.isHidden()
    page.list.clearFocus()
    page.list.setFocus(Qt.FocusReason.TabFocusReason)
    assert ring.isVisible()
    assert ring.geometry() == page.list.viewport().geometry().adjusted(4, 0, -4, 0)
    qtbot.keyClick(page.list, Qt.Key.Key_Down)
    assert page.list.selectedIndexes()
    assert ring.isHidden(), "the row has a ring of its own"
    page.list.clearSelection()
    assert ring.isVisible()
    page.list.clearFocus()
    assert ring.isHidden()
