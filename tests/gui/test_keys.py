"""Every key of the keyboard table does what it says, on the page where it is pressed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from posto_desktop.ui.widgets.toast import Toast
from tests.gui import whole_window
from tests.gui.cut_text import settle

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
Key = Qt.Key


@pytest.fixture
def scene(theme: Any, tmp_path: Any, qtbot: Any) -> Iterator[Any]:
    made = whole_window.build(theme, tmp_path, 1360, 860)
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow)
    yield made
    whole_window.close(made)


def press(key: Any, how: Any = NONE) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, how)
    settle()


def go(scene: Any, page: str) -> None:
    """Open a page with the keyboard in it, as its tab does."""
    scene.window.show_page(page)
    settle()
    if page == "schedule":
        failed = next(
            schedule for schedule in whole_window._schedules() if schedule.status == "error"
        )
        scene.schedule.table.set_current(failed.id)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert scene.window.page(page).isAncestorOf(focus)


@pytest.mark.parametrize("page", whole_window.PAGES)
def test_reload_on_every_page(scene: Any, qtbot: Any, page: str) -> None:
    go(scene, page)
    heard = []
    scene.window.reloadRequested.connect(lambda: heard.append("window"))
    scene.schedule.refreshRequested.connect(lambda: heard.append("page"))
    scene.feed.refreshRequested.connect(lambda: heard.append("page"))
    press(Key.Key_F5)
    assert len(heard) == 1


@pytest.mark.parametrize("page", whole_window.PAGES)
def test_what_works_everywhere(scene: Any, qtbot: Any, page: str) -> None:
    window = scene.window
    go(scene, page)
    for number, key in enumerate(whole_window.PAGES, 1):
        press(Key(Key.Key_0 + number), CTRL)
        assert window.current_page() == key
    go(scene, page)
    for key, how, signal in (
        (Key.Key_N, CTRL, window.newMessageRequested),
        (Key.Key_Comma, CTRL, window.settingsRequested),
        (Key.Key_Q, CTRL, window.quitRequested),
    ):
        with qtbot.waitSignal(signal):
            press(key, how)
    press(Key.Key_L, CTRL)
    assert window.channel_pane.search.hasFocus()
    press(Key.Key_Down)
    assert window.channel_pane.tree.hasFocus()
    press(Key.Key_F6)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert window.page(page).isAncestorOf(focus)
    window.show_notification("deleted", "1 post deleted", "", "Undo", lambda: None)
    press(Key.Key_F8)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert isinstance(focus, Toast)


@pytest.mark.parametrize("page", whole_window.PAGES)
def test_a_picture_is_pasted_everywhere(scene: Any, qtbot: Any, page: str) -> None:
    go(scene, page)
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(0xFF336699)
    QApplication.clipboard().setImage(image)
    taken = []
    scene.window.imagePasted.connect(lambda _image: taken.append("window"))
    pasted = getattr(scene.compose.editor, "imagePasted", None)
    if pasted is not None:
        pasted.connect(lambda *_: taken.append("editor"))
    before, messages = scene.compose.media.rowCount(), scene.campaigns.campaigns.messages.rowCount()
    press(Key.Key_V, CTRL)
    if page == "campaigns":  # where it becomes a message
        qtbot.waitUntil(lambda: scene.campaigns.campaigns.messages.rowCount() > messages)
        return
    qtbot.waitUntil(lambda: bool(taken) or scene.compose.media.rowCount() > before)


def test_keys_of_the_schedule(scene: Any, qtbot: Any) -> None:
    page = scene.schedule
    go(scene, "schedule")
    press(Key.Key_Space)
    assert page.model.tick_count() == 1
    press(Key.Key_A, CTRL)
    assert page.model.tick_count() == page.model.shown()
    press(Key.Key_Escape)
    assert page.model.tick_count() == 0
    press(Key.Key_Return)
    assert page.state.view.inspector_open
    press(Key.Key_P, CTRL | ALT)
    assert not page.state.view.inspector_open
    press(Key.Key_P, CTRL | ALT)
    assert page.state.view.inspector_open
    page.table.setFocus()
    with qtbot.waitSignal(page.row_actions.retryRequested):
        press(Key.Key_R)
    with qtbot.waitSignal(page.row_actions.duplicateRequested):
        press(Key.Key_D, CTRL)
    with qtbot.waitSignal(page.row_actions.deleteRequested):
        press(Key.Key_Delete)
    press(Key.Key_F, CTRL)
    assert page.toolbar.search.hasFocus()


def test_keys_of_compose(scene: Any, qtbot: Any) -> None:
    page = scene.compose
    go(scene, "compose")
    page.editor.setFocus()
    assert page.preview.isVisible()
    press(Key.Key_P, CTRL | ALT)
    assert not page.preview.isVisible()
    page.editor.setFocus()
    press(Key.Key_T, CTRL)
    assert page.when.field.hasFocus()
    page.editor.setFocus()
    first = page.tabs.current()
    press(Key.Key_Tab, CTRL)
    assert page.tabs.current() != first
    press(Key.Key_Tab, CTRL | SHIFT)
    assert page.tabs.current() == first
    before = page.editor.toPlainText()
    page.editor.insertPlainText("more")
    press(Key.Key_Z, CTRL)
    assert page.editor.toPlainText() == before
    press(Key.Key_Z, CTRL | SHIFT)
    assert page.editor.toPlainText() != before
    press(Key.Key_Return, CTRL)
    assert page.confirmation_bar.isVisible(), "the text is too long for X: the main action asks"
    press(Key.Key_Escape)
    page.editor.setFocus()
    with qtbot.waitSignal(page.notificationRequested):
        press(Key.Key_S, CTRL)


def test_the_pane_of_the_activity_page(scene: Any) -> None:
    go(scene, "activity")
    press(Key.Key_Down)
    page, before = scene.activity, scene.activity.state.view.details_open
    press(Key.Key_P, CTRL | ALT)
    assert page.state.view.details_open != before
    press(Key.Key_P, CTRL | ALT)
    assert page.state.view.details_open == before


def test_find_on_the_activity_page(scene: Any) -> None:
    go(scene, "activity")
    press(Key.Key_F, CTRL)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.objectName().startswith("search")
