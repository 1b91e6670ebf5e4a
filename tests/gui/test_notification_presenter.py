"""Tests of where notifications appear: toast, list, desktop."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from posto_desktop.models.channels import ChannelsModel
from posto_desktop.models.notifications import NotificationsModel, NotificationTarget
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.main_window import MainWindow
from posto_desktop.ui.notification_presenter import NotificationPresenter
from posto_desktop.workers.notification import DesktopNotification, Notification, NotificationAction
from posto_desktop.workers.outbox_notifications import failed_notification

NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)


def row(number: int, status: str, error: str = "") -> Schedule:
    return Schedule(
        number, f"g{number}", 1, "Me", "fb", status=status, error=error, text="Buns", send_at=NOW
    )


class PresenterScene:
    def __init__(self, window: MainWindow, notices: NotificationsModel) -> None:
        self.window, self.notices = window, notices
        self.allowed: set[str] | None = None
        self.seconds = 0.0
        self.news = NotificationPresenter(
            window,
            notices,
            window,
            is_wanted=self._is_wanted,
            workspace=lambda: "local",
            monotonic=lambda: self.seconds,
        )
        self.desktop: list[str] = []
        self.acts: list[tuple[str, str]] = []
        self.notices_out: list[DesktopNotification] = []
        self.news.desktopNotification.connect(self._take)
        self.news.actionRequested.connect(lambda kind, arg: self.acts.append((kind, arg)))

    def _take(self, notification: DesktopNotification) -> None:
        self.notices_out.append(notification)
        self.desktop.append(notification.title)

    def _is_wanted(self, setting: str) -> bool:
        return self.allowed is None or setting in self.allowed

    @property
    def listed(self) -> list[str]:
        return [str(self.notices.index(at).data()) for at in range(self.notices.rowCount())]


@pytest.fixture
def scene(qtbot: Any, theme: Any, monkeypatch: pytest.MonkeyPatch) -> PresenterScene:
    notices = NotificationsModel()
    window = MainWindow(theme, ChannelsModel(), notices)
    qtbot.addWidget(window)
    assert window.frame  # built
    monkeypatch.setattr(window, "isActiveWindow", lambda: False)
    return PresenterScene(window, notices)


def test_good_news_is_listed_and_told_on_the_desktop(scene: PresenterScene) -> None:
    scene.news.show_outcomes([row(1, "success")])
    assert scene.listed == ["“Buns” is published"]
    assert scene.desktop == scene.listed
    assert scene.window.toasts.count() == 0


def test_bad_news_is_a_toast_that_leads_to_the_post(scene: PresenterScene, qtbot: Any) -> None:
    scene.news.show_outcomes([row(7, "error", "Duplicate")])
    assert scene.listed == ["“Buns” was not published on Facebook"]
    assert scene.desktop == scene.listed
    assert scene.window.toasts.count() == 1
    show = next(
        button for button in scene.window.findChildren(QPushButton) if button.text() == "Show"
    )
    qtbot.mouseClick(show, Qt.MouseButton.LeftButton)
    assert scene.acts == [("show_schedule", "7")]


def test_the_desktop_is_told_of_the_causes_that_are_wanted(scene: PresenterScene) -> None:
    scene.allowed = {"notifications.failed"}
    scene.news.show_outcomes([row(1, "success")])
    assert scene.desktop == []
    scene.news.show_outcomes([row(7, "error", "Duplicate")])
    assert scene.desktop == ["“Buns” was not published on Facebook"]
    scene.news.show_message(Notification("warning", "Late"))
    assert len(scene.desktop) == 1
    scene.allowed = {"notifications.needs_you", "notifications.sent"}
    scene.news.show_message(Notification("warning", "Late again"))
    scene.news.show_outcomes([row(8, "success")])
    assert scene.desktop[1] == "Late again"
    assert len(scene.desktop) == 3
    assert len(scene.listed) == 4  # all causes, whatever is told on the desktop


def test_a_cause_that_was_told_is_only_counted(scene: PresenterScene) -> None:
    scene.news.show_outcomes([row(1, "error", "Duplicate")])
    scene.news.show_outcomes([row(2, "error", "Duplicate")])
    assert scene.listed == ["2 posts were not published on Facebook"]
    assert scene.window.toasts.count() == 1
    assert len(scene.desktop) == 1


def test_who_looks_at_the_window_needs_no_desktop_notice(
    scene: PresenterScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scene.window, "isActiveWindow", lambda: True)
    scene.news.show_outcomes([row(1, "success"), row(2, "unknown")])
    scene.news.show_message(Notification("error", "No connection"))
    assert scene.desktop == []
    assert len(scene.listed) == 3


def test_messages_of_the_service(scene: PresenterScene, qtbot: Any) -> None:
    scene.news.show_message(Notification("ok", "1 post is tried again"))
    assert scene.desktop == []
    action = NotificationAction("Send anyway", "retry_schedules", "1,2")
    scene.news.show_message(Notification("warning", "May be published", "Why", action))
    assert scene.desktop == ["May be published"]
    anyway = next(
        button
        for button in scene.window.findChildren(QPushButton)
        if button.text() == "Send anyway"
    )
    qtbot.mouseClick(anyway, Qt.MouseButton.LeftButton)
    assert scene.acts == [("retry_schedules", "1,2")]


def test_a_site_that_does_not_send_is_told_from_a_fresh_plan_only(scene: PresenterScene) -> None:
    now = datetime.now(UTC)
    late = replace(row(1, "not_sent"), send_at=now - timedelta(minutes=9))
    scene.news.watch_schedule("site", [late], (), None)
    scene.news.watch_schedule("local", [late], (), now)
    assert scene.listed == []
    scene.news.watch_schedule("site", [late], (), now)
    scene.news.watch_schedule("site", [late], (), now)
    assert scene.listed == ["The site has not sent 1 post. Its timer seems to be stopped."]
    assert scene.desktop == scene.listed


def test_the_plan_is_asked_for_when_a_post_should_be_out(scene: PresenterScene, qtbot: Any) -> None:
    due = replace(row(1, "not_sent"), send_at=datetime.now(UTC) - timedelta(seconds=299))
    with qtbot.waitSignal(scene.news.scheduleWanted):
        scene.news.watch_schedule("site", [due], (), datetime.now(UTC))


def test_desktop_notices_lead_to_the_post_and_offer_what_is_safe(scene: PresenterScene) -> None:
    away = "curl error 7"
    scene.news.show_outcomes([row(7, "error", away), row(8, "error", away)])
    (failed,) = scene.notices_out  # one for one cause
    assert failed.opens == NotificationAction("Show", "show_schedule", "7")
    assert failed.actions == (failed.opens, NotificationAction("Retry", "try_again", "7,8"))
    scene.news.show_outcomes([row(9, "unknown")])
    assert [action.label for action in scene.notices_out[1].actions] == ["Show"]


def test_a_click_on_a_desktop_notice_sends_nothing_anew(scene: PresenterScene) -> None:
    anyway = NotificationAction("Send anyway", "retry_schedules", "1,2")
    scene.news.show_message(Notification("warning", "May be published", "Why", anyway))
    scene.news.show_message(
        Notification("error", "Waits", "", NotificationAction("Show", "show_activity", "a"))
    )
    first, second = scene.notices_out
    assert (first.opens, first.actions) == (None, (anyway,))
    assert second.opens == second.actions[0]


def test_sending_the_same_again_is_offered_where_that_may_help(scene: PresenterScene) -> None:
    scene.news.show_outcomes([row(7, "error", "At least one image is required")])
    (failed,) = scene.notices_out
    assert [action.label for action in failed.actions] == ["Show"]


def test_the_list_leads_where_the_toast_leads(scene: PresenterScene) -> None:
    scene.news.show_outcomes([row(7, "error", "Duplicate")])
    scene.news.show_outcomes([row(8, "success")])
    scene.news.show_message(
        Notification("error", "Waits", "", NotificationAction("Show", "show_activity", "a"))
    )
    scene.news.show_message(
        Notification("info", "Deleted", "", NotificationAction("Undo", "restore_schedules", "t"))
    )
    assert [scene.notices.notification(at).leads_to for at in range(4)] == [
        None,  # an Undo is for now
        NotificationTarget("show_activity", "a", "local"),
        NotificationTarget("show_schedule", "8", "local"),
        NotificationTarget("show_schedule", "7", "local"),
    ]


def refused(number: int, reason: str = "The file is gone.") -> Notification:
    entry = SimpleNamespace(
        id=f"e{number}",
        workspace="local",
        state="refused",
        code="service",
        is_partly=False,
        reason=reason,
        title=f"Message {number}",
    )
    return failed_notification(entry)  # type: ignore[arg-type]


def test_two_hundred_refusals_with_one_cause_are_one_notice(scene: PresenterScene) -> None:
    for number in range(200):
        scene.news.show_message(refused(number))
        scene.seconds += 2
    assert scene.listed == ["200 messages were not sent."]
    assert scene.desktop == ["“Message 0” was not sent."]
    assert scene.window.toasts.count() == 1
    assert scene.notices.notification(0).leads_to == NotificationTarget(
        "show_activity", "e199", "local"
    )
    scene.news.show_message(refused(7, "Another reason."))
    assert scene.listed == ["“Message 7” was not sent.", "200 messages were not sent."]


def test_who_tries_again_later_is_told_again(scene: PresenterScene) -> None:
    scene.news.show_message(refused(1))
    scene.seconds += 60
    scene.news.show_message(refused(2))
    assert scene.listed == ["“Message 2” was not sent.", "“Message 1” was not sent."]
    assert scene.window.toasts.count() == 2


def test_what_is_true_for_seconds_is_a_toast_and_not_listed(scene: PresenterScene) -> None:
    countdown = "Sending 1 post in {seconds} s"
    words = countdown.format(seconds=10)
    scene.news.show_message(
        Notification("ok", words, stay_ms=10_000, countdown=countdown, is_listed=False)
    )
    assert scene.window.toasts.count() == 1
    assert scene.listed == []
