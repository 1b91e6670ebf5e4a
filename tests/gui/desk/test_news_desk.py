"""What the buttons of notices do."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from posto_desktop.desk.news import NewsDesk
from posto_desktop.models.notifications import NotificationsModel
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.dialogs.confirm import Confirm


class Service(QObject):
    message = Signal(object)
    posts_ended = Signal(object)
    plan_changed = Signal(str, object, object, object)
    notices_loaded = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.workspace_id = "local"
        self.notices = MagicMock()
        self.retried: list[tuple[list[int], bool]] = []

    def refresh_schedules(self) -> None: ...

    def retry_schedules(self, ids: list[int], *, force: bool = False) -> None:
        self.retried.append((ids, force))


class Window(QWidget):
    noticeChosen = Signal(object)


class Tray(QObject):
    actRequested = Signal(str, str)

    def notify(self, *_: object) -> None: ...


@pytest.fixture
def desk(qtbot: Any, theme: Any) -> NewsDesk:
    window = Window()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    rows = [Schedule(id=7, group_id="g", channel_id=1, network="fb")]
    parts: Any = SimpleNamespace(
        window=window, service=Service(), settings=MagicMock(), workspaces=MagicMock()
    )
    schedule: Any = SimpleNamespace(rows=rows, undo=MagicMock())
    tray: Any = Tray()
    return NewsDesk(parts, NotificationsModel(), schedule, MagicMock(), tray, window)


def question() -> Confirm:
    (shown,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, Confirm)]
    return shown


@pytest.mark.parametrize("sure", [True, False])
def test_what_may_be_published_is_not_sent_again_without_a_question(
    desk: Any, qtbot: Any, sure: bool
) -> None:
    service = desk._parts.service
    desk._act("retry_schedules", "7,8")
    assert service.retried == []
    asked = question()
    assert "Facebook" in asked.findChild(QLabel, "confirm-text").text()
    (asked.accept if sure else asked.reject)()
    assert service.retried == ([([7, 8], True)] if sure else [])
    qtbot.waitUntil(
        lambda: not [one for one in QApplication.topLevelWidgets() if isinstance(one, Confirm)]
    )


def test_what_has_failed_is_tried_again_at_once(desk: Any) -> None:
    desk._act("try_again", "7")
    assert desk._parts.service.retried == [([7], False)]


def test_what_was_deleted_comes_back(desk: Any) -> None:
    desk._act("restore_schedules", "token")
    desk._schedule.undo.restore.assert_called_once_with("token")
