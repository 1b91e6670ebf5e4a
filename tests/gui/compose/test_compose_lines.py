"""Tests of pixel-exact alignment on the Compose page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu

from posto_desktop.core.draft import Draft
from posto_desktop.ui.shared.network_tabs import NetworkTabs
from posto_desktop.ui.widgets.buttons import Button
from tests.gui import whole_window
from tests.gui.cut_text import settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def scene(theme: Any, tmp_path: Any) -> Iterator[Any]:
    made = whole_window.build(theme, tmp_path, 1360, 860)
    settle()
    yield made
    whole_window.close(made)


def line_below(window: QImage, x: int, top: int, colour: QColor) -> int:
    """Where the first hairline is, going down from `top`."""
    ys = (y for y in range(top, window.height()) if window.pixelColor(x, y) == colour)
    return next(ys)


def test_the_lines_below_both_heads_are_one(scene: Any, theme: Any) -> None:
    page, border = scene.compose, theme.colour("border")
    bar = scene.window.top_bar.height()
    for others in (0, 1):
        for number in range(others):
            page.message.open_drafts.load(Draft(text=f"Another {number}"))
            page.message.open_drafts.new_beside()
        settle()
        assert page.draft_tabs.isVisible() == bool(others)
        shot = scene.window.grab().toImage()
        beside = page.preview.mapTo(scene.window, QPoint(page.preview.width() // 2, 0)).x()
        here = page.mapTo(scene.window, QPoint(page._main.width() - 60, 0)).x()
        assert line_below(shot, here, bar, border) == line_below(shot, beside, bar, border)


def test_one_line_of_one_pixel_parts_message_and_preview(scene: Any, theme: Any) -> None:
    pane = scene.compose.preview
    shot = scene.window.grab().toImage()
    edge = pane.mapTo(scene.window, QPoint(0, 0))
    for y in (edge.y() + 10, edge.y() + 200):
        row = [shot.pixelColor(x, y) for x in range(edge.x() - 3, edge.x() + 5)]
        assert row.count(theme.colour("border")) == 1
        # Cards lie on the ground of the pane, not on a sheet of their own.
        assert row[-1] == theme.colour("surface_alt")


def ink(image: QImage, ground: QColor) -> QRect:
    """The rectangle of everything that is not ground."""
    pixels = [
        QPoint(x, y)
        for x in range(image.width())
        for y in range(image.height())
        if abs(image.pixelColor(x, y).lightness() - ground.lightness()) > 40
    ]
    xs, ys = [pixel.x() for pixel in pixels], [pixel.y() for pixel in pixels]
    return QRect(QPoint(min(xs), min(ys)), QPoint(max(xs), max(ys)))


def test_the_placeholder_stands_where_the_text_will(desk: Any, theme: Any) -> None:
    editor, ground = desk.page.editor, theme.colour("surface")
    place = QRect(0, 0, 200, 40)
    editor.clearFocus()
    editor.setPlaceholderText("Hxl")
    words = ink(editor.viewport().grab(place).toImage(), ground)
    desk.type("Hxl")
    editor.setCursorWidth(0)
    typed = ink(editor.viewport().grab(place).toImage(), ground)
    assert (words.top(), words.bottom(), words.left()) == (
        typed.top(),
        typed.bottom(),
        typed.left(),
    )


def test_crosses_of_tabs_stay_in_the_middle(scene: Any, theme: Any) -> None:
    page = scene.compose
    for number in range(7):
        page.message.open_drafts.load(Draft(text=f"Message number {number} of the harbour"))
        page.message.open_drafts.new_beside()
    bar = page.draft_tabs.tabs
    for width in (1360, 1024, 1360):
        scene.window.resize(width, 860)
        settle()
        heights = {
            bar.tabButton(number, bar.ButtonPosition.RightSide).geometry().center().y()
            - bar.tabRect(number).center().y()
            for number in range(bar.count())
        }
        assert len(heights) == 1, (width, heights)
        assert heights <= {1, 2, 3}


MANY = ("twitter", "fb", "instagram", "linkedin", "mastodon", "bluesky", "telegram", "tiktok")


def test_tabs_that_do_not_fit_are_in_a_menu(qtbot: Any, theme: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(QMenu, "popup", lambda *_where: None)
    tabs = NetworkTabs()
    qtbot.addWidget(tabs)
    tabs.set_networks([(slug, slug.capitalize()) for slug in MANY])
    tabs.set_customised({"tiktok"})
    tabs.resize(300, 43)
    tabs.show()
    settle()

    def seen() -> list[int]:
        return [number for number in range(tabs.count()) if tabs.isTabVisible(number)]

    more = tabs._more
    assert seen() == [0, 1, 2, 3]
    assert more.text() == "+5"
    assert more.accessibleName() == "+5 more networks"
    tabs.set_problems({"bluesky": "Bluesky takes 300 characters."})
    assert more.accessibleName() == "+5 more networks, with a problem"
    assert tabs.tabRect(3).right() < more.geometry().left()
    assert more.geometry().right() <= tabs.width()
    more.click()
    menu = tabs.findChild(QMenu)
    assert [action.text() for action in menu.actions()][-1] == "Tiktok · own text"
    menu.actions()[-1].trigger()
    menu.close()
    assert tabs.current() == "tiktok"
    assert seen()[0] == 0
    assert seen()[-1] == 8
    assert more.geometry().right() <= tabs.width()
    QTest.keyClick(tabs, Qt.Key.Key_Left)  # the arrow keys reach what is hidden
    assert tabs.current() == "telegram"
    assert 7 in seen()
    tabs.choose("")
    tabs.resize(900, 43)
    assert seen() == list(range(9))
    assert more.isHidden()


def test_a_tab_says_that_its_network_has_a_problem(qtbot: Any, theme: Any) -> None:
    tabs = NetworkTabs()
    qtbot.addWidget(tabs)
    tabs.set_networks([("twitter", "X"), ("fb", "Facebook")])
    tabs.set_problems({"twitter": "X takes 280 characters, this text has 300."})
    assert tabs.accessibleTabName(1) == "X, has a problem"
    assert tabs.tabToolTip(1) == "Text for X\nX takes 280 characters, this text has 300."
    tabs.set_problems({})
    assert tabs.accessibleTabName(1) == "X"
    assert tabs.tabToolTip(1) == "Text for X"


def test_checks_begin_where_options_do(scene: Any) -> None:
    page = scene.compose
    scene.channels.set_checked_ids({1, 2})
    page.message.checks.settle()
    settle()
    head = page.options.head
    title = page.checks.title
    assert title.mapTo(page, QPoint(0, 0)).x() == head.mapTo(page, QPoint(18, 0)).x()


def test_the_hints_of_the_first_run_take_one_line(scene: Any) -> None:
    page = scene.compose
    page.message.open_drafts.load(Draft())
    page.set_first_run(True)
    settle()
    hints = [
        label for label in page.destinations.findChildren(QLabel) if "campaign" in label.text()
    ]
    hints += [
        label for label in page.destinations.findChildren(QLabel) if "tomorrow 9" in label.text()
    ]
    assert len(hints) == 2
    for hint in hints:
        assert hint.heightForWidth(hint.width()) < 2 * hint.fontMetrics().height()


@pytest.mark.parametrize(("small", "gap"), [(True, 5), (False, 7)])
def test_words_keep_their_distance_from_an_icon(
    qtbot: Any, theme: Any, small: bool, gap: int
) -> None:
    button = Button("HH", "quiet", icon="image", small=small)
    qtbot.addWidget(button)
    button.setStyleSheet("background: white")
    image, side = button.grab().toImage(), 14 if small else 16
    inked = [
        x
        for x in range(image.width())
        if any(image.pixelColor(x, y).lightness() < 215 for y in range(image.height()))
    ]
    # The icon has a margin of an eighth, the letter a little one.
    begin = next(x for x in inked if x > inked[0] + side - 1)
    assert abs(begin - (inked[0] - side // 8 + side + gap)) <= 1


def test_short_titles_of_tabs_are_whole_beside_long_ones(scene: Any) -> None:
    page = scene.compose
    for _number in range(3):
        page.message.open_drafts.load(Draft(text=whole_window.TEXT))
        page.message.open_drafts.new_beside()
    settle()
    bar = page.draft_tabs.tabs
    bar.set_room(720)
    settle()
    assert [bar.tabText(n) for n in range(bar.count())][-1] == "New message"
    assert bar.tabSizeHint(bar.count() - 1).width() == bar._full_width(bar.count() - 1)
    assert sum(bar.tabSizeHint(n).width() for n in range(bar.count())) <= 720


def test_names_of_tabs_give_way_before_arrows_come(qtbot: Any, theme: Any) -> None:
    tabs = NetworkTabs()
    qtbot.addWidget(tabs)
    tabs.set_networks([(slug, slug) for slug in ("instagram", "linkedin", "mastodon", "bluesky")])
    tabs.show()
    for width in range(300, 640):
        tabs.resize(width, 43)
        assert tabs._more.isHidden(), width
