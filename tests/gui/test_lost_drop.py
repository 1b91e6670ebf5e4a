"""Tests of a drop without data from the other program."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from posto_desktop.models.channels import ChannelsModel
from posto_desktop.models.notifications import NotificationsModel
from posto_desktop.ui.main_window import MainWindow
from posto_desktop.ui.widgets.drop_overlay import read_drag
from posto_desktop.workers.runner import JobRunner


@pytest.mark.parametrize(("names", "count"), [((), 1), (("/x/a.jpg",), 0), (("/x/a.exe",), 1)])
@pytest.mark.parametrize("on_overlay", [False, True])
def test_a_drop_without_data_is_told(
    theme: Any, qtbot: Any, on_overlay: bool, names: tuple[str, ...], count: int
) -> None:
    notifications, runner = NotificationsModel(), JobRunner()
    window = MainWindow(theme, ChannelsModel(), notifications, runner)
    qtbot.addWidget(window)
    mime = QMimeData()
    if names:
        mime.setUrls([QUrl.fromLocalFile(name) for name in names])
    overlay = window.frame.drop_overlay
    overlay.present(read_drag(mime), window.drops.overlay_area())
    drop = QDropEvent(
        QPointF(20, 20),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    (overlay if on_overlay else window).dropEvent(drop)
    assert notifications.rowCount() == count
    if not names:
        row = notifications.notification(0)
        assert row is not None
        assert row.text == "The dropped content could not be read. Drop it again."
    assert runner.shutdown(60_000)
