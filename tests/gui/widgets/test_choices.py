"""What one chooses with: check boxes, switches, segments, fields with a list."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.choices import CheckBox, RadioButton, SegmentedControl, Switch
from posto_desktop.ui.widgets.fields import ComboBox, SearchField
from tests.gui.widgets.shown_box import colours, shown


def test_check_boxes_and_radios_are_painted(theme, qtbot):
    for kind in (CheckBox, RadioButton):
        control = kind("Same as the system")
        qtbot.addWidget(control)
        control.resize(control.sizeHint())
        assert theme.colour("accent").name() not in colours(control)
        control.setChecked(True)
        assert theme.colour("accent").name() in colours(control)
        QTest.mouseClick(control, Qt.MouseButton.LeftButton, pos=QPoint(control.width() - 3, 8))
    assert control.isChecked()


@pytest.mark.parametrize("state", list(Qt.CheckState))
def test_painted_check_boxes_show_their_state(theme, state):
    picture = QPixmap(16, 16)
    picture.fill(theme.colour("surface"))
    painter = QPainter(picture)
    painters.paint_checkbox(painter, QRect(0, 0, 16, 16), state)
    painter.end()
    middle = picture.toImage().pixelColor(2, 8)
    assert (middle == theme.colour("accent")) == (state != Qt.CheckState.Unchecked)


def test_a_switch_by_mouse_and_keys(theme, qtbot):
    switch = Switch("Keep sending", "keep-sending")
    qtbot.addWidget(switch)
    switch.resize(switch.sizeHint())
    assert (switch.accessibleName(), switch.objectName()) == ("Keep sending", "keep-sending")
    assert theme.colour("control_border").name() in colours(switch)
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert switch.isChecked()
    QTest.keyClick(switch, Qt.Key.Key_Space)
    assert not switch.isChecked()
    with qtbot.waitExposed(switch):
        switch.show()
    switch.activateWindow()
    switch.setFocus()
    qtbot.waitUntil(switch.hasFocus)
    QTest.keyClick(switch, Qt.Key.Key_Return)
    assert switch.isChecked()


def test_segmented(theme, qtbot):
    choice = SegmentedControl("View", "view", [("week", "Week"), ("month", "Month")])
    qtbot.addWidget(choice)
    assert choice.value() == "week"
    with qtbot.assertNotEmitted(choice.changed):
        choice.set_value("month")
    first = choice._group.button(0)
    with qtbot.waitSignal(choice.changed) as blocker:
        QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    assert blocker.args == ["week"]


@pytest.mark.parametrize("key", ["week", "month", "agenda"])
def test_tab_comes_to_the_chosen_segment(box, qtbot, key):
    parts = SegmentedControl(
        "View", "view", [("week", "Week"), ("month", "Month"), ("agenda", "Agenda")]
    )
    parts.set_value(key)
    before, after = Button("One"), Button("Two")
    shown(box, qtbot, before, parts, after)
    qtbot.waitUntil(box.isActiveWindow)
    before.setFocus()
    QTest.keyClick(before, Qt.Key.Key_Tab)
    assert parts._group.checkedButton().hasFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert after.hasFocus()


def test_search_field_clears_by_escape_and_by_its_cross(theme, qtbot):
    field = SearchField("Search posts", "search-posts")
    qtbot.addWidget(field)
    assert field.placeholderText() == "Search posts"
    assert field.actions() == []
    QTest.keyClicks(field, "abc")
    assert len(field.actions()) == 1
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    QTest.keyClicks(field, "x")
    field.actions()[0].trigger()
    assert field.text() == ""
    assert field.actions() == []


def test_a_long_list_of_choices_is_scrolled(box, qtbot):
    combo = ComboBox("time-zone")
    combo.addItems([f"Zone {number}" for number in range(600)])
    shown(box, qtbot, combo)
    combo.setCurrentIndex(300)
    combo.showPopup()
    view = combo.view()
    assert view.viewport().height() <= 14 * view.sizeHintForRow(0) + 10
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))
    combo.hidePopup()


def test_combo_box_draws_an_arrow(theme, qtbot):
    combo = ComboBox("style")
    qtbot.addWidget(combo)
    combo.addItems(["No style"])
    combo.resize(200, 32)
    image = combo.grab().toImage()
    right = {image.pixelColor(x, y).name() for x in range(172, 192) for y in range(10, 22)}
    assert len(right) > 2
    assert combo.objectName() == "style"
    assert combo.accessibleName() == ""


def test_the_list_of_a_narrow_box_shows_its_words(theme, qtbot):
    """It is as wide as they need, and stays on the screen."""
    box = ComboBox("status-filter")
    qtbot.addWidget(box)
    box.addItems(["All", "Waiting for your approval in this workspace", "Sent"])
    box.set_as_wide_as_text(True)
    screen = box.screen().availableGeometry()
    box.move(screen.right() - box.width(), screen.top() + 20)
    with qtbot.waitExposed(box):
        box.show()
    box.showPopup()
    view = box.view()
    assert box.width() < view.sizeHintForColumn(0)
    assert view.viewport().width() >= view.sizeHintForColumn(0)
    assert screen.contains(view.window().frameGeometry())
    box.hidePopup()
