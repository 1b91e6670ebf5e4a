"""The ring around what has the keyboard: when it shows, and that it is whole."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QScrollArea,
    QWidget,
)

from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.focus_ring import FocusRing
from posto_desktop.ui.widgets.link_label import LinkLabel
from tests.gui.widgets.shown_box import shown


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
    with qtbot.waitSignal(words.linkActivated) as followed:
        QTest.keyClick(words, Qt.Key.Key_Return)
    assert followed.args == ["20:00&x"]
    QTest.keyClick(words, Qt.Key.Key_Tab)
    assert after.hasFocus()
