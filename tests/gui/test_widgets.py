"""The reusable widgets: what they say, what they do, and that they are painted from the tokens."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.ui import icons
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import (
    Button,
    Chip,
    IconButton,
    SplitButton,
    object_name_of,
    set_enabled,
)
from posto_desktop.ui.widgets.choices import CheckBox, RadioButton, SegmentedControl, Switch
from posto_desktop.ui.widgets.empty_state import EmptyState
from posto_desktop.ui.widgets.fields import ComboBox, SearchField
from posto_desktop.ui.widgets.flow_layout import FlowLayout
from posto_desktop.ui.widgets.focus_ring import FocusRing
from posto_desktop.ui.widgets.inline_icon import InlineIcon
from posto_desktop.ui.widgets.labels import (
    MINUS,
    THIN_SPACE,
    Avatar,
    CountBadge,
    CounterRing,
    ElidedLabel,
    StatusPill,
    short_number,
)
from posto_desktop.ui.widgets.link_label import LinkLabel
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.ui.widgets.progress_bar import ProgressBar
from posto_desktop.ui.widgets.scrim import Scrim
from posto_desktop.ui.widgets.toast import ToastHost
from tests.gui.contrast import contrast


@pytest.fixture(autouse=True)
def _light_again(theme):
    yield
    theme.set_text_size("normal")
    theme.setMode("light")


@pytest.fixture
def box(theme, qtbot):
    box = QWidget()
    box.setObjectName("box")
    qtbot.addWidget(box)
    box.resize(600, 500)
    QVBoxLayout(box)
    return box


def shown(box, qtbot, *parts):
    for part in parts:
        box.layout().addWidget(part)
    with qtbot.waitExposed(box):
        box.show()
    box.activateWindow()
    return parts[0] if parts else box


def colours(widget):
    image = widget.grab().toImage()
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


def test_names_become_object_names():
    assert object_name_of("Add media") == "add-media"
    button = IconButton
    assert button


# Buttons


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


def test_a_switch_by_mouse_and_keys(theme, qtbot):
    switch = Switch("Keep sending")
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
    choice = SegmentedControl("View", [("week", "Week"), ("month", "Month")])
    qtbot.addWidget(choice)
    assert choice.value() == "week"
    with qtbot.assertNotEmitted(choice.changed):
        choice.set_value("month")
    first = choice._group.button(0)
    with qtbot.waitSignal(choice.changed) as told:
        QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    assert told.args == ["week"]


# Fields


def test_search_field_clears_by_escape_and_by_its_cross(theme, qtbot):
    field = SearchField("Search posts")
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


# Labels


def test_elided_labels_show_the_rest_in_a_tooltip(box, qtbot):
    label = shown(box, qtbot, ElidedLabel("a very long name of a channel\nwith two lines"))
    label.resize(60, 20)
    assert label.text().endswith("…")
    assert label.toolTip() == label.full_text() == "a very long name of a channel with two lines"
    label.resize(2000, 20)
    assert label.toolTip() == ""


@pytest.mark.parametrize("name", ["draft", "scheduled", "late", "sending", "sent", "failed"])
def test_pills_carry_word_and_colours(theme, qtbot, name):
    pill = StatusPill(name)
    qtbot.addWidget(pill)
    pill.resize(pill.sizeHint())
    look = theme.status(name)
    assert pill.accessibleName() == look.label
    assert pill.height() == 22
    found = colours(pill)
    assert look.bg.name() in found
    pill.set_status(name, "Word")
    assert pill.accessibleName() == "Word"


def test_the_sending_ring_turns_only_while_it_is_seen(box, qtbot):
    pill = shown(box, qtbot, StatusPill("sending"))
    before = pill.grab().toImage()
    qtbot.waitUntil(lambda: pill.grab().toImage() != before)
    box.hide()
    assert not pill._timer.isActive()
    box.show()
    assert pill._timer.isActive()
    pill.set_status("sent")
    assert not pill._timer.isActive()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (12, "12"),
        (-12, f"{MINUS}12"),
        (1888, f"1{THIN_SPACE}888"),
        (9999, f"9{THIN_SPACE}999"),
        (10_000, "10k"),
        (62_994, "63k"),
        (-63_206, f"{MINUS}63k"),
    ],
)
def test_short_numbers(value, words):
    assert short_number(value) == words


def test_counters(theme, qtbot):
    counter = CounterRing("bluesky")
    qtbot.addWidget(counter)
    for used, state, words in (
        (10, "plenty", "Bluesky: 290 characters left"),
        (271, "tight", "Bluesky: 29 characters left"),
        (300, "tight", "Bluesky: 0 characters left"),
        (312, "over", "Bluesky: 12 characters too many"),
    ):
        counter.set_count(used, 300)
        assert (counter.state, counter.accessibleName()) == (state, words)
        counter.resize(counter.sizeHint())
        assert (theme.colour("danger_text").name() in colours(counter)) == (state == "over")
    counter.set_count(5, 0)
    counter.grab()
    assert counter.state == "over"


def test_avatars(theme, qtbot):
    avatar = Avatar()
    qtbot.addWidget(avatar)
    avatar.set_channel("Nordlicht", "fb")
    assert avatar.accessibleName() == "Nordlicht"
    assert theme.network("fb").tint.name() in colours(avatar)
    image = QImage(100, 50, QImage.Format.Format_RGB32)
    image.fill(QColor("magenta"))
    avatar.set_picture(image)
    assert avatar.grab().toImage().pixelColor(10, 10) == QColor("magenta")
    avatar.set_picture(QImage())
    assert "#ff00ff" not in colours(avatar)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_picture_in_the_colour_behind_it_keeps_its_shape(theme, qtbot, mode):
    theme.setMode(mode)
    background = theme.colour("window")
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(background)
    avatar = Avatar()
    qtbot.addWidget(avatar)
    avatar.set_channel("Sandbox X", "", "window")
    avatar.set_picture(image)
    shot = avatar.grab().toImage()
    assert shot.pixelColor(14, 14) == background
    assert contrast(shot.pixelColor(14, 0), background) > 1.25
    theme.setMode("light")


def test_initials():
    assert painters.initial_of("@nordlicht") == "N"
    assert painters.initial_of("…") == "…"
    assert painters.initial_of("") == "?"
    assert painters.initial_of("7up") == "7"


def test_count_badges(theme, qtbot):
    badge = CountBadge("attention")
    qtbot.addWidget(badge)
    assert not badge.isVisibleTo(None)
    badge.set_count(3)
    assert badge.count == 3
    narrow = badge.sizeHint().width()
    badge.set_count(250)
    assert badge._words() == "99+"
    assert badge.sizeHint().width() > narrow
    badge.set_count(0)
    assert badge.isHidden()


def test_empty_states(theme, qtbot):
    empty = EmptyState("inbox", "All done", "No post waits.", "New message")
    qtbot.addWidget(empty)
    with qtbot.waitSignal(empty.clicked):
        empty.button.click()
    empty.set_button("")
    assert empty.button.isHidden()
    empty.set_texts("No post matches", "", "search-x")
    assert empty._text.isHidden()


# Progress


def test_progress(theme, qtbot):
    bar = ProgressBar("Upload")
    qtbot.addWidget(bar)
    bar.resize(100, 6)
    bar.setValue(50)
    image = bar.grab().toImage()
    assert image.pixelColor(25, 3) == theme.colour("accent")
    assert image.pixelColor(75, 3) == theme.colour("track")


def test_unknown_progress_moves_while_it_is_seen(box, qtbot):
    bar = ProgressBar()
    bar.setRange(0, 0)
    shown(box, qtbot, bar)
    before = bar.grab().toImage()
    qtbot.waitUntil(lambda: bar.grab().toImage() != before)
    box.hide()
    assert not bar._timer.isActive()


# Toasts


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
    undo = toast.findChild(QPushButton, "undo")
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert done == [1]
    assert host.count() == 0


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


def test_what_flows_stands_at_one_height(theme, qtbot):
    place = QWidget()
    qtbot.addWidget(place)
    flow = FlowLayout(place, 6)
    words, low, high = QLabel("Insert"), Button("One", small=True), Button("Two")
    for one in (words, low, high):
        flow.addWidget(one)
    wide = flow.sizeHint().width()
    place.resize(wide, 100)
    place.show()
    middles = {one.geometry().center().y() for one in (words, low, high)}
    assert max(middles) - min(middles) <= 1
    assert flow.heightForWidth(wide) == high.height()
    assert flow.heightForWidth(wide - 10) == low.height() + 6 + high.height()


def test_a_mark_is_drawn_for_the_screen_that_it_is_on(theme, qtbot):
    asked = []

    def picture(ratio):
        asked.append(ratio)
        return icons.pixmap("monitor", 17, theme.colour("accent_text"), ratio)

    mark = InlineIcon(17, picture)
    qtbot.addWidget(mark)
    for ratio in (1.0, 2.0):
        paper = QPixmap(mark.size() * ratio)
        paper.setDevicePixelRatio(ratio)
        mark.devicePixelRatioF = lambda ratio=ratio: ratio
        mark.render(paper)
    assert asked == [1.0, 2.0]


def test_a_link_in_a_sentence_is_reached_seen_and_followed_by_keys(box, qtbot):
    ring = FocusRing(box)
    before, words, after = Button("One"), LinkLabel("when-reading"), Button("Two")
    words.setText("Mon 9:00")
    shown(box, qtbot, before, words, after)
    qtbot.waitUntil(box.isActiveWindow)
    before.setFocus()
    QTest.keyClick(before, Qt.Key.Key_Tab)
    assert after.hasFocus(), "without a link there is nothing to do there"
    words.setText('Mon 9:00 · <a href="20:00&amp;x">or 20:00?</a>')
    before.setFocus()
    QTest.keyClick(before, Qt.Key.Key_Tab)
    assert words.hasFocus()
    assert ring.frame.widget() is words
    assert ring.frame.isVisible()
    with qtbot.waitSignal(words.linkActivated) as told:
        QTest.keyClick(words, Qt.Key.Key_Return)
    assert told.args == ["20:00&x"]
    QTest.keyClick(words, Qt.Key.Key_Tab)
    assert after.hasFocus()


# Focus, menu, scrim


def test_the_ring_shows_for_keys_and_not_for_the_mouse(box, qtbot):
    ring = FocusRing(box)
    first, second, field = Button("One"), Button("Two"), QLineEdit()
    shown(box, qtbot, first, second, field)
    qtbot.waitUntil(box.isActiveWindow)
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    first.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not ring.frame.isVisible()
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert second.hasFocus()
    assert ring.frame.isVisible()
    assert ring.frame.widget() is second
    around = QRect(second.mapTo(ring.frame.parentWidget(), QPoint()), second.size())
    assert ring.frame.geometry() == around.adjusted(-4, -4, 4, 4)
    second.move(second.pos() + QPoint(5, 7))
    QApplication.processEvents()
    assert ring.frame.geometry() == around.translated(5, 7).adjusted(-4, -4, 4, 4)
    field.setFocus(Qt.FocusReason.MouseFocusReason)
    assert ring.frame.widget() is field, "fields show a halo always"
    around = QRect(field.mapTo(ring.frame.parentWidget(), QPoint()), field.size())
    assert ring.frame.geometry() == around.adjusted(-2, -2, 2, 2)
    field.setProperty("bare", True)
    first.setFocus(Qt.FocusReason.MouseFocusReason)
    field.setFocus(Qt.FocusReason.MouseFocusReason)
    assert ring.frame.widget() is None


def test_the_ring_is_not_cut_off_by_a_tight_place(box, qtbot):
    ring = FocusRing(box)
    place = QWidget()
    row = QHBoxLayout(place)
    row.setContentsMargins(0, 0, 0, 0)
    first, second = Button("One"), Button("Two")
    row.addWidget(first)
    row.addWidget(second)
    shown(box, qtbot, place)
    qtbot.waitUntil(box.isActiveWindow)
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Tab)
    frame = ring.frame
    assert frame.widget() is second
    assert frame.visibleRegion().boundingRect().size() == second.size() + QSize(8, 8)
    place.move(place.pos() + QPoint(3, 2))
    QApplication.processEvents()
    around = QRect(second.mapTo(frame.parentWidget(), QPoint()), second.size())
    assert frame.geometry() == around.adjusted(-4, -4, 4, 4)


def test_the_ring_is_whole_around_round_corners(box, qtbot, theme):
    ring = FocusRing(box)
    before, chip = Button("One"), Button("Tomorrow 9:00", "chip")
    shown(box, qtbot, before, chip)
    qtbot.waitUntil(box.isActiveWindow)
    before.setFocus()
    QTest.keyClick(before, Qt.Key.Key_Tab)
    assert ring.frame.widget() is chip
    image, frame = box.grab().toImage(), ring.frame.geometry()
    radius = 13 + ring.frame.reach
    inset = int(radius - (radius - 1) * 0.7071)  # the middle of the line at half of a corner
    right, bottom = frame.width() - 1 - inset, frame.height() - 1 - inset
    want = theme.colour("focus")
    for x, y in ((inset, inset), (right, inset), (inset, bottom), (right, bottom)):
        got = image.pixelColor(frame.topLeft() + QPoint(x, y))
        assert abs(got.lightness() - want.lightness()) < 60, (x, y, got.name())


@pytest.mark.parametrize("key", ["week", "month", "agenda"])
def test_tab_comes_to_the_chosen_segment(box, qtbot, key):
    parts = SegmentedControl("View", [("week", "Week"), ("month", "Month"), ("agenda", "Agenda")])
    parts.set_value(key)
    before, after = Button("One"), Button("Two")
    shown(box, qtbot, before, parts, after)
    qtbot.waitUntil(box.isActiveWindow)
    before.setFocus()
    QTest.keyClick(before, Qt.Key.Key_Tab)
    assert parts._group.checkedButton().hasFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert after.hasFocus()


def test_the_ring_shows_around_what_is_scrolled_into_sight(box, qtbot):
    ring = FocusRing(box)
    area, body = QScrollArea(), QWidget()
    body.resize(200, 2_000)
    first, last = Button("One", parent=body), Button("Two", parent=body)
    last.move(0, 1_900)
    area.setWidget(body)
    shown(box, qtbot, area)
    qtbot.waitUntil(box.isActiveWindow)
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert area.verticalScrollBar().value() > 0
    assert ring.frame.widget() is last
    assert ring.frame.isVisible()
    around = QRect(last.mapTo(ring.frame.parentWidget(), QPoint()), last.size())
    assert ring.frame.geometry() == around.adjusted(-4, -4, 4, 4)


def test_the_ring_outlives_what_it_was_drawn_in(box, qtbot):
    ring = FocusRing(box)
    first, rows = Button("One"), QListView()
    shown(box, qtbot, rows, first)
    qtbot.waitUntil(box.isActiveWindow)
    rows.setFocus()
    dialog = QDialog(box)
    inside, other = Button("Two", parent=dialog), Button("Three", parent=dialog)
    other.move(0, 60)
    dialog.show()
    qtbot.waitUntil(dialog.isActiveWindow)
    inside.setFocus()
    QTest.keyClick(inside, Qt.Key.Key_Tab)
    assert ring.frame.widget() is other
    dialog.close()
    with qtbot.waitSignal(dialog.destroyed):
        dialog.deleteLater()
    box.activateWindow()
    qtbot.waitUntil(box.isActiveWindow)
    rows.setFocus()
    QTest.keyClick(rows, Qt.Key.Key_Tab)
    assert ring.frame.widget() is first
    assert ring.frame.isVisible()


def test_the_ring_outlives_a_focused_part_that_is_rebuilt(box, qtbot):
    ring = FocusRing(box)
    area, button, last = QScrollArea(), Button("One"), Button("Last")
    shown(box, qtbot, area, button, last)
    qtbot.waitUntil(box.isActiveWindow)
    body = QWidget()
    inside, other = Button("Two", parent=body), Button("Three", parent=body)
    other.move(0, 60)
    area.setWidget(body)
    inside.setFocus()
    QTest.keyClick(inside, Qt.Key.Key_Tab)
    assert ring.frame.widget() is other
    with qtbot.waitSignal(area.destroyed):
        area.deleteLater()
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Tab)
    assert last.hasFocus()
    assert ring.frame.widget() is last


def test_menus(theme, qtbot):
    menu = Menu()
    qtbot.addWidget(menu)
    chosen = []
    action = menu.add("Send now…", "send", lambda: chosen.append(1), shortcut="Ctrl+Shift+Return")
    menu.addSeparator()
    menu.add("Delete", "trash-2", danger=True)
    off = menu.add("Not now", tip="There is nothing to send")
    off.setEnabled(False)
    assert action.text() == "Send now…\tCtrl Shift Enter"
    action.trigger()
    assert chosen == [1]
    menu.resize(menu.sizeHint())
    for scheme in ("light", "dark"):
        theme.setMode(scheme)
        found = colours(menu)
        assert theme.colour("raised").name() in found
        assert theme.colour("danger_text").name() in found or len(found) > 20
    assert menu.sizeHint().width() > 200


def test_a_scrim_covers_the_window_while_a_dialog_is_open(box, qtbot):
    shown(box, qtbot)
    dialog = QDialog(box)
    scrim = Scrim.for_dialog(dialog)
    assert scrim.geometry() == box.rect()
    box.resize(700, 400)
    QApplication.processEvents()
    assert scrim.size() == QSize(700, 400)
    with qtbot.waitSignal(scrim.destroyed):
        dialog.done(0)
    orphan = QDialog()
    qtbot.addWidget(orphan)
    assert Scrim.for_dialog(orphan) is None


def test_shadows_fade_out(theme):
    picture = QPixmap(200, 140)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    painters.paint_shadow(painter, QRect(50, 40, 100, 40), 9)
    painter.end()
    image = picture.toImage()
    near, far = image.pixelColor(100, 84).lightness(), image.pixelColor(100, 110).lightness()
    assert near < far <= 255
    assert image.pixelColor(2, 2).lightness() > 250


@pytest.mark.parametrize("state", list(Qt.CheckState))
def test_painted_check_boxes_show_their_state(theme, state):
    picture = QPixmap(16, 16)
    picture.fill(theme.colour("surface"))
    painter = QPainter(picture)
    painters.paint_checkbox(painter, QRect(0, 0, 16, 16), state)
    painter.end()
    middle = picture.toImage().pixelColor(2, 8)
    assert (middle == theme.colour("accent")) == (state != Qt.CheckState.Unchecked)


def test_a_pill_keeps_its_shape_on_a_ground_of_its_own_colour(theme):
    background = theme.status("sending").bg

    def painted(behind: QColor | None) -> QImage:
        image = QImage(120, 30, QImage.Format.Format_RGB32)
        image.fill(background)
        painter = QPainter(image)
        painters.paint_pill(painter, QRect(4, 4, 110, 22), "sending", background=behind)
        painter.end()
        return image

    edge = QPoint(60, 4)
    assert painted(None).pixelColor(edge) == background
    assert painted(background).pixelColor(edge) != background
    assert painted(theme.colour("surface")) == painted(None)


def test_a_counter_looks_the_same_from_right_to_left(qtbot, theme):
    ring = CounterRing("twitter")
    qtbot.addWidget(ring)
    ring.set_count(21, 280)
    ring.resize(ring.sizeHint())
    before = ring.grab().toImage()
    ring.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert ring.grab().toImage() == before
