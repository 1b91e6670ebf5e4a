"""Tests that the focus is visible wherever Tab leads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from posto_desktop.ui.settings.dialog import SettingsDialog
from posto_desktop.ui.widgets.focus_ring import FocusRing
from tests.gui import whole_window
from tests.gui.cut_text import settle
from tests.gui.every_dialog import in_dialogs, settings_pages, shown_settings
from tests.gui.page_states import at_rest

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def look(window: QWidget, widget: QWidget) -> QImage:
    around = QRect(widget.mapTo(window, QPoint()), widget.size()).adjusted(-6, -6, 6, 6)
    return window.grab(around & window.rect()).toImage()


def is_cut_off(ring: FocusRing, stop: QWidget) -> bool:
    """Whether a side of the ring around it does not show. Content that ends where it is scrolled to
    may take a pixel of it."""
    frame = ring.frame
    shown = frame.visibleRegion().boundingRect().size()
    missing = frame.size() - shown
    return frame.widget() is stop and max(missing.width(), missing.height()) > 1


def unseen(window: QWidget, ring: FocusRing) -> list[str]:
    """The stops of Tab that look the same with and without the keyboard, or lie out of sight, or
    have no whole ring."""
    window.activateWindow()
    settle()
    seen: list[QWidget] = []
    problems: list[str] = []
    while True:
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        settle()
        now = QApplication.focusWidget()
        if now is None or now in seen:
            return problems if seen else ["nothing takes the keyboard"]
        seen.append(now)
        if is_cut_off(ring, now):
            problems.append(f"{type(now).__name__} {now.objectName()} has a part of its ring")
        with_it = look(window, now)
        now.clearFocus()
        settle()
        without = look(window, now)
        now.setFocus(Qt.FocusReason.TabFocusReason)
        settle()
        if with_it == without or now.visibleRegion().isEmpty():
            problems.append(f"{type(now).__name__} {now.objectName()}")


@pytest.fixture
def ring(theme: Any, qtbot: Any) -> FocusRing:
    home = QWidget()
    qtbot.addWidget(home)
    return FocusRing(home)


def test_in_dialogs(ring: FocusRing, tmp_path: Path) -> None:
    assert in_dialogs(tmp_path, lambda dialog: unseen(dialog, ring)) == {}


@pytest.fixture
def settings(theme: Any, qtbot: Any, tmp_path: Path) -> Iterator[SettingsDialog]:
    with shown_settings(qtbot, tmp_path) as dialog:
        yield dialog


def test_in_the_settings(ring: FocusRing, settings: SettingsDialog) -> None:
    problems = {}
    for key in settings_pages(settings):
        problems[key] = unseen(settings, ring)
    assert {key: stops for key, stops in problems.items() if stops} == {}


@pytest.mark.parametrize("page", [*whole_window.PAGES, "activity without a current entry"])
def test_on_pages(theme: Any, tmp_path: Path, page: str) -> None:
    scene = whole_window.build(theme, tmp_path, 1360, 860)
    try:
        scene.window.show_page(page.split()[0])
        if page == "activity":
            scene.activity.state.show_entry("u")
        at_rest(scene)
        assert unseen(scene.window, scene.window.frame._ring) == []
    finally:
        whole_window.close(scene)
