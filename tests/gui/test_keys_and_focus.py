"""Whoever uses keys alone sees where the focus is, also after a dialog, a menu or another page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.ui.schedule.page import ScheduleTablePage
from posto_desktop.ui.widgets.choices import SegmentedControl
from posto_desktop.ui.widgets.focus_ring import FocusRing, came_by_keys
from tests.gui import page_states, whole_window
from tests.gui.cut_text import settle
from tests.gui.schedule.page.every_state import rows
from tests.gui.schedule.scene import NOW

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
Key, Reason = Qt.Key, Qt.FocusReason


@pytest.fixture
def scene(theme: Any, tmp_path: Any) -> Iterator[Any]:
    made = whole_window.build(theme, tmp_path, 1024, 700)
    made.window.activateWindow()
    settle()
    yield made
    whole_window.close(made)


@pytest.mark.parametrize(
    ("reason", "after_key", "after_click"),
    [
        (Reason.TabFocusReason, True, True),
        (Reason.ShortcutFocusReason, True, True),
        (Reason.ActiveWindowFocusReason, True, False),
        (Reason.PopupFocusReason, True, False),
        (Reason.OtherFocusReason, True, False),
        (Reason.MouseFocusReason, False, False),
    ],
)
def test_the_last_input_counts_where_a_program_moves_the_focus(
    monkeypatch: pytest.MonkeyPatch, reason: Any, after_key: bool, after_click: bool
) -> None:
    event = QFocusEvent(QFocusEvent.Type.FocusIn, reason)
    monkeypatch.setattr(FocusRing, "by_keys", True)
    assert came_by_keys(event) == after_key
    monkeypatch.setattr(FocusRing, "by_keys", False)
    assert came_by_keys(event) == after_click


def test_the_key_of_the_open_page_leads_into_it(scene: Any) -> None:
    window = scene.window
    window.show_page("compose")
    settle()
    editor = window.page("compose").editor
    window.channel_pane.search.setFocus()
    window.show_page("compose")
    assert window.channel_pane.search.hasFocus()  # a program that shows it moves no focus
    window.top_bar.pages.actions()[0].trigger()
    assert editor.hasFocus()


def test_the_text_is_seen_when_the_focus_returns_to_it(
    scene: Any, qtbot: Any, tmp_path: Any
) -> None:
    page_states.show(scene, "compose", tmp_path)
    page = scene.window.page("compose")
    bar = page.scroll_area.verticalScrollBar()
    page.fields.link.setFocus(Reason.TabFocusReason)
    bar.setValue(bar.maximum())
    assert bar.value() > 0
    page.editor.setFocus(Reason.ShortcutFocusReason)
    inside, line = page.editor.viewport(), page.editor.cursorRect()
    qtbot.waitUntil(lambda: inside.mapTo(page.scroll_area, line.topLeft()).y() >= 0)


def test_f6_stops_at_the_inspector_while_it_is_open(scene: Any) -> None:
    window = scene.window
    window.show_page("schedule")
    settle()
    page = window.page("schedule")
    page.inspector_pane.open()
    settle()
    assert page.inspector.isVisible()
    page.table.setFocus(Reason.TabFocusReason)
    window.pane_keys.next_pane()
    assert page.inspector.isAncestorOf(QApplication.focusWidget())
    page.inspector_pane.close()
    settle()
    page.table.setFocus(Reason.TabFocusReason)
    window.pane_keys.next_pane()
    assert window.top_bar.pages.isAncestorOf(QApplication.focusWidget())


@pytest.mark.parametrize("by_keys", [True, False])
def test_the_first_post_is_current_if_rows_come_after_the_focus_of_keys(
    theme: Any, qtbot: Any, by_keys: bool
) -> None:
    page = ScheduleTablePage(SchedulesModel(now=lambda: NOW, zone=UTC))
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    settle()
    page.table.setFocus(Reason.ShortcutFocusReason if by_keys else Reason.MouseFocusReason)
    assert page.table.hasFocus()
    page.set_schedules(rows())
    assert page.table.currentIndex().isValid() == by_keys


def test_segments_take_the_focus_of_their_control_and_tell_its_name(theme: Any, qtbot: Any) -> None:
    control = SegmentedControl("Send silently", "send-silently", [("", "Default"), ("on", "On")])
    qtbot.addWidget(control)
    control.set_value("on")
    control.show()
    control.activateWindow()
    settle()
    control.setFocus(Reason.OtherFocusReason)
    focused = QApplication.focusWidget()
    segment = QAccessible.queryAccessibleInterface(focused)
    assert (focused.text(), segment.role()) == ("On", QAccessible.Role.RadioButton)
    group = segment.parent()
    assert group.role() == QAccessible.Role.Grouping
    assert group.text(QAccessible.Text.Name) == "Send silently"


def test_options_opened_by_a_key_come_into_view(scene: Any, tmp_path: Any) -> None:
    page_states.show(scene, "compose", tmp_path)
    page = scene.window.page("compose")
    page.options.set_open(False)
    settle()
    page.options.head.setFocus(Reason.TabFocusReason)
    bar = page.scroll_area.verticalScrollBar()
    bottom = page.options.mapTo(page.scroll_area.widget(), page.options.rect().bottomLeft()).y()
    bar.setValue(bottom - page.scroll_area.height())
    before = bar.value()
    QTest.keyClick(page.options.head, Key.Key_Space)
    settle()
    assert page.options.head.isChecked()
    assert bar.value() > before


@pytest.mark.parametrize("by_keys", [True, False])
def test_a_quiet_list_shows_to_keys_where_the_focus_is(
    scene: Any, monkeypatch: pytest.MonkeyPatch, by_keys: bool
) -> None:
    tree = scene.window.channel_pane.tree
    scene.window.top_bar.gear.setFocus()
    monkeypatch.setattr(FocusRing, "by_keys", by_keys)
    tree.setFocus(Reason.OtherFocusReason)
    assert tree._delegate.shows_ring == by_keys


def test_the_focus_is_seen_on_an_entry_that_is_not_selected(scene: Any) -> None:
    scene.window.show_page("activity")
    settle()
    outbox = scene.window.page("activity").pane_stops()[0]
    scene.window.top_bar.gear.setFocus()
    outbox.clearSelection()
    without = outbox.grab().toImage()
    outbox.setFocus(Reason.ShortcutFocusReason)
    assert outbox.selectedIndexes() == []
    assert outbox.grab().toImage() != without
