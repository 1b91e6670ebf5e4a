"""Buttons, chips and buttons with an arrow: what they say and how they are painted."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from posto_desktop.ui.widgets.buttons import (
    Button,
    Chip,
    SplitButton,
    object_name_of,
    set_enabled,
)
from posto_desktop.ui.widgets.menu import Menu
from tests.gui.widgets.shown_box import shown


def test_names_become_object_names():
    assert object_name_of("Add media") == "add-media"


@pytest.mark.parametrize(
    ("variant", "fill"),
    [("primary", "accent"), ("danger", "danger"), ("", "raised")],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_button_fills(theme, qtbot, variant, fill, scheme):
    theme.setMode(scheme)
    button = Button("Schedule", variant)
    qtbot.addWidget(button)
    button.resize(button.sizeHint())
    assert button.sizeHint().height() == 32
    assert button.grab().toImage().pixelColor(8, 16) == theme.colour(fill)
    small = Button("Crop", variant, icon="crop", small=True)
    qtbot.addWidget(small)
    assert small.sizeHint().height() == 26


def test_a_variant_can_change(theme, qtbot):
    button = Button("Go")
    qtbot.addWidget(button)
    button.set_variant("primary")
    button.resize(button.sizeHint())
    assert button.grab().toImage().pixelColor(8, 16) == theme.colour("accent")
    button.set_lucide("plus")
    assert not button.icon().isNull()
    button.set_lucide("")
    assert button.icon().isNull()


def test_a_chip_keeps_its_width_and_tells_its_count(theme, qtbot):
    chip = Chip("Scheduled", icon="clock", count=38)
    qtbot.addWidget(chip)
    chip.ensurePolished()
    before = chip.sizeHint()
    chip.setChecked(True)
    assert abs(chip.sizeHint().width() - before.width()) <= 2
    assert chip.accessibleName() == "Scheduled, 38"
    chip.set_count(None)
    assert chip.text() == "Scheduled"
    chip.set_text("Sent")
    assert chip.accessibleName() == "Sent"


def test_split_button(box, qtbot):
    split = shown(box, qtbot, SplitButton("Schedule 5 posts"))
    menu = Menu(split)
    split.setMenu(menu)
    with qtbot.waitSignal(split.clicked):
        QTest.mouseClick(split.button, Qt.MouseButton.LeftButton)
    split.setText("Send now")
    assert split.text() == split.button.text() == "Send now"
    opened = []
    menu.aboutToShow.connect(lambda: opened.append(1))
    split.open_menu = lambda: opened.append("asked")
    QTest.keyClick(split, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert opened == ["asked"]
    split.setEnabled(False)
    assert not split.button.isEnabled()
    assert not split.arrow.isEnabled()
    split.setMenu(None)
    assert not split.arrow.isVisible()


def test_a_button_that_was_squeezed_keeps_what_it_was_told_to_say(box, qtbot):
    shown(box, qtbot)
    button = Button("Save network settings", parent=box)
    button.show()
    button.resize(60, 32)
    assert button.toolTip() == "Save network settings"
    set_enabled(button, False, "Nothing was changed")
    button.resize(300, 32)
    assert (button.toolTip(), button.isEnabled()) == ("Nothing was changed", False)
    set_enabled(button, True, "Nothing was changed")
    assert (button.toolTip(), button.isEnabled()) == ("", True)
    button.resize(60, 32)
    assert button.toolTip() == "Save network settings"
