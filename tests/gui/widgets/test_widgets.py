"""Menus, the scrim, progress, empty pages, shadows, and what flows in lines."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget

from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.empty_state import EmptyState
from posto_desktop.ui.widgets.flow_layout import FlowLayout
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.ui.widgets.progress_bar import ProgressBar
from posto_desktop.ui.widgets.scrim import Scrim
from tests.gui.widgets.shown_box import colours, shown


def test_empty_states(theme, qtbot):
    empty = EmptyState("inbox", "All done", "No post waits.", "New message")
    qtbot.addWidget(empty)
    with qtbot.waitSignal(empty.clicked):
        empty.button.click()
    empty.set_button("")
    assert empty.button.isHidden()
    empty.set_texts("No post matches", "", "search-x")
    assert empty._text.isHidden()


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


def test_what_flows_stands_at_one_height(theme, qtbot):
    place = QWidget()
    qtbot.addWidget(place)
    flow = FlowLayout(place, 6)
    words, low, high = QLabel("Insert"), Button("One", small=True), Button("Two")
    for widget in (words, low, high):
        flow.addWidget(widget)
    wide = flow.sizeHint().width()
    place.resize(wide, 100)
    place.show()
    middles = {widget.geometry().center().y() for widget in (words, low, high)}
    assert max(middles) - min(middles) <= 1
    assert flow.heightForWidth(wide) == high.height()
    assert flow.heightForWidth(wide - 10) == low.height() + 6 + high.height()


def test_what_is_kept_with_the_one_before_is_never_alone_on_a_line(theme, qtbot):
    place = QWidget()
    qtbot.addWidget(place)
    flow = FlowLayout(place, 6)
    chips = [Button(words, small=True) for words in ("One", "Two", "Three", "Four")]
    for chip in chips:
        flow.addWidget(chip)
    flow.keep_with_previous(chips[-1])
    wide = flow.sizeHint().width()
    place.resize(wide - 4, 100)
    place.show()
    tops = [chip.geometry().top() for chip in chips]
    assert tops[0] == tops[1] < tops[2] == tops[3]
    place.resize(wide, 100)
    flow.activate()
    assert len({chip.geometry().top() for chip in chips}) == 1


def test_menus(theme, qtbot):
    menu = Menu()
    qtbot.addWidget(menu)
    chosen = []
    action = menu.add("Send now…", "send", lambda: chosen.append(1), shortcut="Ctrl+Shift+Return")
    menu.addSeparator()
    menu.add("Delete", "trash-2", danger=True)
    off = menu.add("Not now", tip="There is nothing to send")
    off.setEnabled(False)
    assert action.text() == "Send now…\tCtrl+Shift+Enter"
    action.trigger()
    assert chosen == [1]
    menu.resize(menu.sizeHint())
    for scheme in ("light", "dark"):
        theme.setMode(scheme)
        seen = colours(menu)
        assert theme.colour("raised").name() in seen
        assert theme.colour("danger_text").name() in seen or len(seen) > 20
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
