"""The menu bar: hidden until Alt alone, with every command and its shortcut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar

from posto_desktop.ui.menu_bar import MenuBar
from tests.gui import whole_window
from tests.gui.cut_text import settle

ALT = Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def scene(theme: Any, tmp_path: Any, qtbot: Any) -> Iterator[Any]:
    made = whole_window.build(theme, tmp_path, 1360, 860)
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow)
    yield made
    whole_window.close(made)


def built(window: Any) -> list[Any]:
    return window.findChildren(QMenuBar)


def press_alt(window: Any) -> None:
    target = QApplication.focusWidget() or window
    QTest.keyPress(target, Qt.Key.Key_Alt, NONE)
    QTest.keyRelease(target, Qt.Key.Key_Alt, ALT)


def opened(window: Any) -> MenuBar:
    press_alt(window)
    bar = window.menuBar()
    assert isinstance(bar, MenuBar)
    return bar


def menu(bar: MenuBar, title: str) -> QMenu:
    submenu = next(
        action for action in bar.actions() if action.text().replace("&", "") == title
    ).menu()
    assert isinstance(submenu, QMenu)
    submenu.aboutToShow.emit()
    return submenu


def entry(bar: MenuBar, title: str, text: str) -> QAction:
    return next(
        action for action in menu(bar, title).actions() if action.text().split("\t")[0] == text
    )


def keys_of(bar: MenuBar) -> set[str]:
    keys = set()
    for title in bar.actions():
        for action in menu(bar, title.text().replace("&", "")).actions():
            shown = action.text().partition("\t")[2] or action.shortcut().toString()
            keys.add(shown.replace(" ", "+"))
    return keys


class HoldingBack(QObject):
    """Stops keys at the window and sends them again later, as Qt does while a screen reader looks
    at each."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._held: list[tuple[QObject, QKeyEvent]] = []
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        held = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)
        if event.type() in held and event.spontaneous() and not watched.isWidgetType():
            assert isinstance(event, QKeyEvent)
            self._held.append((watched, event.clone()))
            return True
        return False

    def send(self, count: int) -> None:
        for _ in range(count):
            QApplication.sendEvent(*self._held.pop(0))


def test_alt_with_a_key_does_not_open_it_while_a_screen_reader_looks_at_each(scene: Any) -> None:
    # QTest would press Alt once more for each key with it.
    window, held = scene.window.windowHandle(), HoldingBack(scene.window)
    QTest.keyPress(window, Qt.Key.Key_Alt, NONE)
    QTest.keyPress(window, Qt.Key.Key_Right, NONE)
    held.send(1)
    QTest.keyRelease(window, Qt.Key.Key_Alt, NONE)  # Right is still held back
    assert built(scene.window) == []
    held.send(2)
    assert built(scene.window) == []
    QTest.keyPress(window, Qt.Key.Key_Alt, NONE)
    held.send(1)
    QTest.keyRelease(window, Qt.Key.Key_Alt, NONE)
    assert built(scene.window) == []
    held.send(1)
    assert scene.window.menuBar().isVisible()


def test_it_is_not_there_until_alt(scene: Any) -> None:
    assert built(scene.window) == []
    bar = opened(scene.window)
    assert bar.isVisible()
    assert bar.hasFocus()
    assert [action.text().replace("&", "") for action in bar.actions()] == [
        "File",
        "Edit",
        "Message",
        "Post",
        "Calendar",
        "Campaign",
        "Style",
        "Activity",
        "View",
        "Help",
    ]
    assert bar.accessibleName() == "Menu bar"


def test_escape_and_alt_hide_it_and_give_the_keyboard_back(scene: Any, qtbot: Any) -> None:
    scene.compose.editor.setFocus()
    bar = opened(scene.window)
    QTest.keyClick(bar, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not bar.isVisible())
    assert scene.compose.editor.hasFocus()
    press_alt(scene.window)
    assert bar.isVisible()
    assert scene.window.menuBar() is bar


def test_alt_with_anything_else_leaves_it_alone(scene: Any) -> None:
    window = scene.window
    target = scene.channels and window.channel_pane.tree
    target.setFocus()
    QTest.keyPress(target, Qt.Key.Key_Alt, NONE)
    QTest.keyClick(target, Qt.Key.Key_Left, ALT)
    QTest.keyRelease(target, Qt.Key.Key_Alt, ALT)
    assert built(window) == []
    QTest.keyPress(target, Qt.Key.Key_Alt, NONE)
    QTest.mouseClick(target.viewport(), Qt.MouseButton.LeftButton, ALT, QPoint(90, 60))
    QTest.keyRelease(target, Qt.Key.Key_Alt, ALT)
    assert built(window) == []


def test_alt_while_something_is_dragged_leaves_it_alone(
    scene: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = scene.window.channel_pane.tree
    target.setFocus()
    monkeypatch.setattr(QApplication, "mouseButtons", lambda: Qt.MouseButton.LeftButton)
    QTest.keyPress(target, Qt.Key.Key_Alt, NONE)
    QTest.keyRelease(target, Qt.Key.Key_Alt, ALT)
    assert built(scene.window) == []


def test_alt_that_is_let_go_before_the_key_of_a_shortcut_leaves_it_alone(
    scene: Any, qtbot: Any
) -> None:
    target = scene.window.channel_pane.tree
    target.setFocus()
    shortcut = QShortcut(QKeySequence("Alt+Left"), scene.window)
    QTest.keyPress(target, Qt.Key.Key_Alt, NONE)
    with qtbot.waitSignal(shortcut.activated):
        QTest.keyPress(target, Qt.Key.Key_Left, ALT)
    QTest.keyRelease(target, Qt.Key.Key_Alt, ALT)
    QTest.keyRelease(target, Qt.Key.Key_Left, NONE)
    assert built(scene.window) == []


def test_every_command_shows_its_key(scene: Any) -> None:
    shown = keys_of(opened(scene.window))
    for key in (
        *("Ctrl+N", "Ctrl+,", "Ctrl+Q", "Ctrl+L", "Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+V"),
        *("Ctrl+Enter", "Ctrl+Shift+Enter", "Ctrl+S", "Ctrl+T", "Ctrl+O", "Ctrl+Tab"),
        *("Ctrl+Alt+P", "Ctrl+D", "Ctrl+F", "R", "Del", "Enter"),
        *("Ctrl+1", "Ctrl+2", "Ctrl+3", "Ctrl+4", "F5", "F6", "Shift+F6", "F8"),
    ):
        assert key in shown, key


def test_entries_act(scene: Any, qtbot: Any) -> None:
    bar = opened(scene.window)
    with qtbot.waitSignal(scene.window.newMessageRequested):
        entry(bar, "File", "New message").trigger()
    with qtbot.waitSignal(scene.window.aboutRequested):
        entry(bar, "Help", "About Posto Desktop").trigger()
    entry(bar, "View", "Schedule").trigger()
    assert scene.window.current_page() == "schedule"


def test_a_menu_knows_what_can_be_done_now(scene: Any) -> None:
    bar = opened(scene.window)
    assert entry(bar, "Message", "Save as draft").isEnabled()
    assert not entry(bar, "Post", "Retry").isEnabled()
    scene.window.show_page("schedule")
    failed = next(schedule for schedule in whole_window._schedules() if schedule.status == "error")
    scene.schedule.show_schedule(failed.id)
    settle()
    assert entry(bar, "Post", "Retry").isEnabled()
    assert not entry(bar, "Post", "Send now").isEnabled()
    assert not entry(bar, "Message", "Save as draft").isEnabled()


def test_editing_goes_to_the_field_that_had_the_keyboard(scene: Any) -> None:
    editor = scene.compose.editor
    editor.setFocus()
    editor.setPlainText("once")
    bar = opened(scene.window)
    entry(bar, "Edit", "Select all").trigger()
    entry(bar, "Edit", "Cut").trigger()
    assert editor.toPlainText() == ""
    assert QApplication.clipboard().text() == "once"


def test_keys_work_while_it_was_never_shown(scene: Any, qtbot: Any) -> None:
    with qtbot.waitSignal(scene.window.reloadRequested):
        QTest.keyClick(scene.window, Qt.Key.Key_F5)
    assert built(scene.window) == []


def test_undo_of_the_page_is_there_wherever_the_keyboard_is(scene: Any) -> None:
    page = scene.compose
    before = page.editor.toPlainText()
    page.editor.insertPlainText("more")
    page.action_bar.save.setFocus()
    bar = opened(scene.window)
    entry(bar, "Edit", "Undo").trigger()
    assert page.editor.toPlainText() == before
    entry(bar, "Edit", "Redo").trigger()
    assert page.editor.toPlainText() != before
