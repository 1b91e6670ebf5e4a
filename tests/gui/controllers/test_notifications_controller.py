"""Tests of the buttons of notifications."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from posto_desktop.controllers.notifications import NotificationsController
from posto_desktop.models.notifications import NotificationsModel, NotificationTarget
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog


class Service(QObject):
    message = Signal(object)
    posts_ended = Signal(object)
    schedule_changed = Signal(str, object, object, object)
    notifications_loaded = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.workspace_id = "local"
        self.notifications = MagicMock()
        self.retried: list[tuple[list[int], bool]] = []

    def refresh_schedules(self) -> None: ...

    def retry_schedules(self, ids: list[int], *, force: bool = False) -> None:
        self.retried.append((ids, force))


class Window(QWidget):
    notificationChosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.show_page, self.show_hint = MagicMock(), MagicMock()


class Tray(QObject):
    actionRequested = Signal(str, str)

    def notify(self, *_: object) -> None: ...


@pytest.fixture
def controller(qtbot: Any, theme: Any) -> NotificationsController:
    window = Window()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    rows = [Schedule(id=7, group_id="g", channel_id=1, network="fb")]
    context: Any = SimpleNamespace(
        window=window, service=Service(), settings=MagicMock(), workspaces=MagicMock()
    )
    schedule: Any = SimpleNamespace(rows=rows, undo=MagicMock())
    tray: Any = Tray()
    model = NotificationsModel(window)
    return NotificationsController(context, model, schedule, MagicMock(), tray, window)


def question() -> ConfirmDialog:
    (shown,) = [
        window for window in QApplication.topLevelWidgets() if isinstance(window, ConfirmDialog)
    ]
    return shown


@pytest.mark.parametrize("sure", [True, False])
def test_what_may_be_published_is_not_sent_again_without_a_question(
    controller: Any, qtbot: Any, sure: bool
) -> None:
    service = controller._context.service
    controller._run_action("retry_schedules", "7,8")
    assert service.retried == []
    asked = question()
    assert "Facebook" in asked.findChild(QLabel, "confirm-text").text()
    (asked.accept if sure else asked.reject)()
    assert service.retried == ([([7, 8], True)] if sure else [])
    qtbot.waitUntil(
        lambda: (
            not [
                window
                for window in QApplication.topLevelWidgets()
                if isinstance(window, ConfirmDialog)
            ]
        )
    )


def test_what_has_failed_is_tried_again_at_once(controller: Any) -> None:
    controller._run_action("try_again", "7")
    assert controller._context.service.retried == [([7], False)]


def test_what_was_deleted_comes_back(controller: Any) -> None:
    controller._run_action("restore_schedules", "token")
    controller._schedule.undo.restore.assert_called_once_with("token")


def choose(controller: Any, *to: str) -> Any:
    controller._context.window.notificationChosen.emit(NotificationTarget(*to))
    return controller._context


def test_a_notice_of_this_workspace_leads_to_its_post(controller: Any) -> None:
    controller._schedule.show_schedule = MagicMock()
    choose(controller, "show_schedule", "7", "local")
    controller._schedule.show_schedule.assert_called_once_with(7)
    choose(controller, "show_activity", "e1", "local")
    controller._activity.show_entry.assert_called_once_with("e1")


@pytest.mark.parametrize(
    ("kind", "page"), [("show_schedule", "schedule"), ("show_activity", "activity")]
)
def test_one_of_another_workspace_opens_that_first(controller: Any, kind: str, page: str) -> None:
    context = choose(controller, kind, "7", "acc")
    context.workspaces.open.assert_called_once_with("acc")
    context.window.show_page.assert_called_once_with(page)


def test_one_of_a_workspace_that_was_left_opens_nothing(controller: Any) -> None:
    controller._context.workspaces.knows.return_value = False
    context = choose(controller, "show_schedule", "7", "gone")
    context.workspaces.open.assert_not_called()
    assert "was removed" in context.window.show_hint.call_args.args[0]


def test_a_sign_in_is_for_the_workspace_that_asked_for_it(controller: Any) -> None:
    choose(controller, "sign_in", "", "acc").workspaces.sign_in_again.assert_called_once_with("acc")


def test_what_was_told_is_kept_with_where_it_leads(controller: Any) -> None:
    notifications = controller._context.service.notifications
    model = controller.parent().findChild(NotificationsModel)
    model.add("error", "Failed", "Why", NotificationTarget("show_schedule", "7", "local"), "cause")
    model.add("info", "Plain")
    (failed, plain) = (call.args for call in notifications.store.call_args_list)
    assert failed == ("error", "Failed", "Why", ("show_schedule", "7", "local"), "cause")
    assert plain == ("info", "Plain", "", ("", "", ""), "")
