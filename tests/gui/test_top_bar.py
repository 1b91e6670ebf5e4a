"""The tabs of the top bar: words in their middle, room for a count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QToolButton

from posto_desktop.ui.widgets.top_bar import TopBar
from posto_desktop.ui.widgets.workspace_button import LOCAL, WorkspaceRow
from tests.gui import whole_window
from tests.gui.cut_text import settle
from tests.gui.mirrored import sides_of
from tests.gui.tab_walk import press_tab


@pytest.fixture(autouse=True)
def as_before(theme: Any) -> Iterator[None]:
    yield
    theme.set_text_size("normal")
    theme.setMode("light")


@pytest.fixture
def scene(theme: Any, tmp_path: Any) -> Iterator[Any]:
    made = whole_window.build(theme, tmp_path, 1024, 700)
    settle()
    yield made
    whole_window.close(made)


def margins(scene: Any, key: str) -> tuple[int, int]:
    """How far the ink of a tab's words is from its two edges."""
    bar = scene.window.top_bar.pages
    action = next(action for action in bar.actions() if action.data() == key)
    button = bar.widgetForAction(action)
    shot = button.grab().toImage()
    ground = shot.pixelColor(8, 5).lightness()
    inked = [
        x
        for x in range(4, shot.width() - 4)
        if any(
            abs(shot.pixelColor(x, y).lightness() - ground) > 60
            for y in range(6, shot.height() - 6)
        )
    ]
    return inked[0], shot.width() - 1 - inked[-1]


@pytest.mark.parametrize("key", ["compose", "schedule", "feed"])
def test_words_are_in_the_middle_of_a_tab_without_icon(scene: Any, key: str) -> None:
    scene.window.show_page("feed")
    settle()
    left, right = margins(scene, key)
    assert abs(left - right) <= 2
    assert left >= 8


def test_a_count_does_not_touch_the_words(scene: Any) -> None:
    bar = scene.window.top_bar.pages
    action = next(action for action in bar.actions() if action.data() == "activity")
    button = bar.widgetForAction(action)
    badge = scene.window.top_bar._badges["activity"]
    assert badge.isVisible()
    words = button.fontMetrics().horizontalAdvance(action.text())
    assert badge.x() >= 9 + words + 4
    assert badge.geometry().right() < button.width() - 6


def test_the_pointer_over_a_tab_is_told(theme, qtbot):
    bar = TopBar()
    qtbot.addWidget(bar)
    action = bar.add_page("schedule", "Schedule", "list")
    with qtbot.waitSignal(bar.pageHovered) as heard:
        action.hover()
    assert heard.args == ["schedule"]


def test_the_count_stays_at_the_bell_when_the_text_grows(scene: Any, theme: Any) -> None:
    bar = scene.window.top_bar

    def overlap() -> tuple[int, int]:
        icon = QRect(0, 0, 17, 17)
        icon.moveCenter(bar.bell.rect().center())
        shared = icon.intersected(bar._unread.geometry())
        return shared.width(), shared.height()

    assert bar._unread.isVisible()
    before = overlap()
    assert min(before) >= 5
    theme.set_text_size("larger")
    try:
        settle()
        assert min(overlap()) >= min(before)
        assert bar.bell.rect().contains(bar._unread.geometry())
    finally:
        theme.set_text_size("normal")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_large_letters_push_no_tab_out_of_the_smallest_window(
    theme: Any, scene: Any, scheme: str
) -> None:
    bar = scene.window.top_bar
    button = bar.pages.widgetForAction(bar.pages.actions()[0])
    normal = button.width()
    for size in ("larger", "normal", "larger"):
        theme.set_text_size(size)
        theme.setMode(scheme)
        settle()
        assert all(bar.pages.widgetForAction(action).isVisible() for action in bar.pages.actions())
        if size == "normal":
            assert button.width() == normal
    left, right = margins(scene, "schedule")
    assert abs(left - right) <= 2
    assert left >= 5


def test_what_finds_no_room_even_so_is_behind_a_button(scene: Any) -> None:
    bar = scene.window.top_bar
    bar.pages.actions()[0].setText("A word that no translator would ever think of")
    settle()
    more = bar.pages.findChild(QToolButton, "qt_toolbar_ext_button")
    assert more.isVisible()
    assert more.accessibleName() == "More pages"
    place = QRect(more.mapTo(bar, QPoint(0, 0)), more.size())
    shot = bar.grab(place).toImage()
    ground = shot.pixelColor(0, 0).lightness()
    seen = [
        abs(shot.pixelColor(x, y).lightness() - ground)
        for x in range(shot.width())
        for y in range(shot.height())
    ]
    assert max(seen) > 90


def test_a_count_covers_no_words_from_right_to_left(scene: Any) -> None:
    bar = scene.window.top_bar
    badge = bar._badges["activity"]
    badge.hide()
    scene.window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    settle()
    left, _right = margins(scene, "activity")
    assert left > badge.x() + badge.width()


def test_the_workspace_stands_at_the_right_from_right_to_left(scene: Any, theme: Any) -> None:
    button = scene.window.top_bar.workspace
    button.set_workspaces([WorkspaceRow(LOCAL, "Here", ""), WorkspaceRow("2", "N", "n.eu")], LOCAL)
    menu = button.make_menu()
    entries = [menu.actions()[0].defaultWidget()]
    icon = theme.colour("accent")
    before = [sides_of(widget, icon) for widget in (button, *entries)]
    for widget in (button, *entries):
        widget.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert [sides_of(widget, icon)[::-1] for widget in (button, *entries)] == before
    assert all(left < right for left, right in before)


@pytest.mark.parametrize("size", ["normal", "larger"])
@pytest.mark.parametrize("key", ["compose", "schedule", "feed"])
def test_the_ring_around_a_tab_is_whole(scene: Any, theme: Any, key: str, size: str) -> None:
    theme.set_text_size(size)
    settle()
    scene.window.activateWindow()
    tab = scene.window.top_bar.pages.findChild(QToolButton, f"page-{key}")
    scene.window.top_bar.workspace.setFocus()
    while press_tab(scene.window) is not tab:
        assert scene.window.focusWidget() is not scene.window.top_bar.gear
    frame = scene.window.frame._ring.frame
    assert frame.widget() is tab
    assert frame.visibleRegion().boundingRect().size() == tab.size() + QSize(8, 8)
