"""A key that two parts claim does nothing at all: each one belongs to one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QShortcut
from pytestqt.qtbot import QtBot

from posto_desktop.models.channels import ChannelsModel
from posto_desktop.models.notifications import NotificationsModel
from posto_desktop.ui.activity.page import ActivityPage
from posto_desktop.ui.compose.page import ComposePage
from posto_desktop.ui.feed.page import FeedPage
from posto_desktop.ui.main_window import MainWindow
from posto_desktop.ui.schedule.page import ScheduleTablePage
from posto_desktop.ui.theme import Theme
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.runner import JobRunner


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    runner = JobRunner()
    channels = ChannelsModel()
    window = MainWindow(theme, channels, NotificationsModel(), runner)
    qtbot.addWidget(window)
    images = ImageLoader(runner, tmp_path, window)
    pages = {
        "compose": ComposePage(runner, images, channels, paste_folder=tmp_path),
        "schedule": ScheduleTablePage(),
        "activity": ActivityPage(),
        "feed": FeedPage(),
    }
    for key, page in pages.items():
        window.add_page(key, key, "list", page)
    window.show()
    yield window
    assert runner.shutdown()


@pytest.mark.parametrize("page", ["compose", "schedule", "activity", "feed"])
def test_no_key_is_claimed_twice(window: MainWindow, page: str) -> None:
    window.show_page(page)
    everywhere = (Qt.ShortcutContext.WindowShortcut, Qt.ShortcutContext.ApplicationShortcut)
    claims: Counter[str] = Counter()
    for action in window.findChildren(QAction):
        if action.shortcutContext() in everywhere and any(
            getattr(owner, "isVisible", bool)() for owner in action.associatedObjects()
        ):
            claims.update(key.toString() for key in action.shortcuts())
    for shortcut in window.findChildren(QShortcut):
        owner = shortcut.parent()
        if shortcut.context() in everywhere and owner is not None and owner.isVisible():
            sequences = shortcut.keys()
            claims.update(key.toString() for key in sequences)
    assert claims["Ctrl+N"] == 1
    assert [key for key, times in claims.items() if times > 1] == []
