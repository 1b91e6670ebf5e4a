"""Toasts: their actions, places and keys, and how long they stay."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QWidget

from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets import toast as toast_module
from posto_desktop.ui.widgets.toast import ToastHost
from tests.gui.widgets.shown_box import shown


@pytest.fixture
def host(box, qtbot):
    shown(box, qtbot)
    host = ToastHost(box)
    yield host
    host.clear()


def test_a_toast_and_its_action(host, qtbot):
    done = []
    toast = host.show_notification("deleted", "4 posts deleted", "Undo", lambda: done.append(1))
    assert toast.accessibleName() == "4 posts deleted"
    undo = toast.findChild(QPushButton, "toast-action")
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert done == [1]
    assert host.count() == 0


def test_an_action_is_done_by_its_name_the_newest_first(host):
    done = []
    for number in (1, 2):
        host.show_notification("ok", f"Post {number}", "Undo", lambda n=number: done.append(n), "u")
    assert host.trigger("u")
    assert (done, host.count()) == ([2], 1)
    assert not host.trigger("other")
    assert host.trigger("u")
    assert not host.trigger("u")
    assert done == [2, 1]


def test_a_toast_tells_its_keys_to_a_screen_reader(host):
    toast = host.show_notification("ok", "Sending", "Undo", lambda: None)
    assert toast.accessibleDescription() == "Enter: Undo. Esc closes this."


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_a_key_acts_on_the_toast_that_has_the_keyboard(host, qtbot, key):
    done = []
    toast = host.show_notification("deleted", "4 posts deleted", "Undo", lambda: done.append(1))
    assert host.focus_newest()
    QTest.keyClick(toast, key)
    assert done == [1]
    assert host.count() == 0
    toast = host.show_notification("deleted", "4 posts deleted", "Undo", lambda: done.append(1))
    cross = toast.findChild(QToolButton, "dismiss")
    cross.setFocus()
    QTest.keyClick(cross, key)
    assert done == [1]
    assert host.count() == 0
    toast = host.show_notification("ok", "Kept")
    host.focus_newest()
    QTest.keyClick(toast, key)
    assert host.count() == 0


def test_a_hint_that_is_said_again_does_not_pile_up(host):
    first = host.show_once("info", "It waits for its time.")
    host.show_once("info", "It is sent already.")
    again = host.show_once("info", "It waits for its time.")
    assert host.count() == 2
    assert first.isHidden()
    assert not again.isHidden()


def test_at_most_three_and_the_oldest_goes(host):
    toasts = [host.show_notification("ok", f"Notice {number}") for number in range(4)]
    assert host.count() == 3
    assert toasts[0].isHidden()
    assert toasts[3].y() > toasts[2].y() > toasts[1].y()


def test_an_error_that_says_more_takes_the_place_of_what_said_less(host):
    first = host.show_notification("error", "The disk is full. Make room on it.")
    more = host.show_notification("error", "The disk is full. Make room on it. Nothing was sent.")
    assert first.isHidden()
    assert not more.isHidden()
    host.show_notification("error", "The disk is full. Make room on it. Nothing was sent.")
    assert host.count() == 1
    host.show_notification("error", "The disk")
    host.show_notification("error", "The diskette is full")
    assert host.count() == 3, "part of a word is not the same"
    host.clear()
    # Each of these has its own way back.
    for _ in range(2):
        host.show_notification("ok", "Message discarded", "Undo", lambda: None)
        host.show_notification("error", "Not posted", "Edit", lambda: None)
    assert host.count() == 3


def test_they_stay_above_a_bar_and_follow_the_window(host, box):
    toast = host.show_notification("info", "Words " * 60)
    margin = painters.SHADOW_MARGIN
    host.set_bottom_inset(56)
    assert toast.geometry().bottom() - margin + 1 == box.height() - 56 - 16
    assert toast.body_height() > 42, "long words wrap"
    box.resize(420, 460)
    QApplication.processEvents()
    assert toast.geometry().bottom() - margin + 1 == 460 - 56 - 16
    assert toast.width() - 2 * margin <= 420 - 32


def test_toasts_stand_in_the_middle_of_the_main_part(host, qtbot):
    box = host.parent()
    part = QWidget(box)
    part.setGeometry(0, 0, 600, box.height())
    part.show()
    host.set_middle_of(part)
    toast = host.show_notification("ok", "Saved")
    assert toast.geometry().center().x() in (299, 300)
    part.resize(500, box.height())
    assert toast.geometry().center().x() in (249, 250)
    host.set_middle_of(None)
    assert toast.geometry().center().x() in (box.width() // 2 - 1, box.width() // 2)


def test_time_takes_a_toast_away_but_not_under_the_keyboard(host, qtbot):
    toast = host.show_notification("ok", "Saved")
    toast._left = toast._timer.interval() - 1
    assert host.focus_newest()
    assert toast.hasFocus()
    toast._tick()
    assert host.count() == 1
    toast.clearFocus()
    toast._tick()
    assert host.count() == 0
    assert not host.focus_newest()


def test_escape_dismisses(host):
    toast = host.show_notification("error", "Facebook refused the picture", "Show", lambda: None)
    QTest.keyClick(toast, Qt.Key.Key_Escape)
    assert host.count() == 0


def test_undo_stays_longer(host, theme):
    assert host.show_notification("ok", "a")._stay == 6000
    assert host.show_notification("ok", "a", "Undo")._stay == 10_000


def test_a_countdown_shows_the_seconds_that_are_left_and_is_said_once(host, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(toast_module, "monotonic", lambda: now[0])
    toast = host.show_notification(
        "ok",
        "Sending 1 post in 10 s",
        "Undo",
        lambda: None,
        stay_ms=10_000,
        countdown="Sending 1 post in {seconds} s",
    )
    words = next(label for label in toast.findChildren(QLabel) if label.text())
    size = toast.size()
    for second, shown_text in ((100.9, "10"), (101.0, "9"), (108.5, "2"), (109.2, "1")):
        now[0] = second
        toast._tick()
        assert words.text() == f"Sending 1 post in {shown_text} s"
        assert (toast.size(), toast.accessibleName()) == (size, "Sending 1 post in 10 s")
        assert words.accessibleName() == "Sending 1 post in 10 s"
    assert host.focus_newest()
    assert toast.accessibleName() == "Sending 1 post in 1 s"  # true when one comes here
    now[0] = 110.0
    toast._tick()
    assert host.count() == 0  # also under the keyboard: there is nothing left to undo


def test_toasts_stay_as_long_as_the_user_chose(host, qtbot):
    host.set_stay(20)
    plain = host.show_notification("ok", "Saved")
    undo = host.show_notification("deleted", "1 post deleted", "Undo", lambda: None)
    assert (plain._left, undo._left) == (20_000, 20_000)
    host.set_stay(6)
    undo = host.show_notification("deleted", "1 post deleted", "Undo", lambda: None)
    assert undo._left == 10_000, "no shorter than usual"


def test_a_toast_can_stay_until_it_is_closed(host, qtbot, monkeypatch):
    host.set_stay(0)
    held = host.show_notification("ok", "Saved")
    undo = host.show_notification("deleted", "1 post deleted", "Undo", lambda: None)
    assert not held._timer.isActive()
    assert not undo._timer.isActive()
    assert not undo._shows_time
    own = host.show_notification("ok", "Sending", "Undo", lambda: None, stay_ms=5000)
    assert (own._timer.isActive(), own._left) == (True, 5000)
    held.close_now()
    later = host.show_notification("ok", "Disconnected", "Undo", passed=lambda: None)
    assert later._timer.isActive(), "something happens at its end"
