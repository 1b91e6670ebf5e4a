"""Tests of the bell's counter."""

from __future__ import annotations

from typing import Any

import pytest

from posto_desktop.models.channels import ChannelsModel
from posto_desktop.models.notifications import NotificationsModel
from posto_desktop.ui.main_window import MainWindow
from posto_desktop.workers.runner import JobRunner


@pytest.mark.parametrize(
    ("kind", "is_news", "count"),
    [
        ("ok", False, 0),
        ("deleted", False, 0),
        ("info", False, 0),
        ("ok", True, 1),
        ("info", True, 1),
        ("warning", False, 1),
        ("offline", False, 1),
        ("error", False, 1),
    ],
)
def test_the_bell_counts_problems_and_what_happened_without_the_user(
    theme: Any, qtbot: Any, kind: str, is_news: bool, count: int
) -> None:
    notifications, runner = NotificationsModel(), JobRunner()
    window = MainWindow(theme, ChannelsModel(), notifications, runner)
    qtbot.addWidget(window)
    window.show_notification(kind, "Something", is_news=is_news)
    assert window.top_bar._unread.count == notifications.unread() == count
    assert notifications.rowCount() == 1
    assert runner.shutdown(60_000)
