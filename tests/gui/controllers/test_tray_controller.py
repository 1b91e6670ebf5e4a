"""Tests of the tray controller: pending posts, its menu, targets of desktop notifications."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QSystemTrayIcon

from posto_desktop.controllers.tray import TrayController
from posto_desktop.models import dates
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.tray import Tray
from posto_desktop.workers.desktop_notifier import DesktopNotifier
from posto_desktop.workers.notification import DesktopNotification, NotificationAction

# The platform of the tests has no tray.
pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged")
SHOW = NotificationAction("Show", "show_schedule", "7")
RETRY = NotificationAction("Retry", "try_again", "7")
FAILED = DesktopNotification("error", "Not published", "Why", SHOW, (SHOW, RETRY))


class Service(QObject):
    schedules_loaded = Signal(object, bool, object)
    outbox_changed = Signal(object)
    workspace_id = "local"


class TrayScene:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Tray, "is_available", staticmethod(lambda: True))
        monkeypatch.setattr(DesktopNotifier, "is_possible", staticmethod(lambda: False))
        self.bubbles: list[str] = []
        monkeypatch.setattr(
            QSystemTrayIcon, "showMessage", lambda _icon, title, *_more: self.bubbles.append(title)
        )
        context = MagicMock()
        self.settings = {"sending.paused": False, "notifications.desktop": True}
        context.settings.get = self.settings.__getitem__
        self.service = context.service = Service()
        self.controller = TrayController(context)
        self.heard: list[tuple[Any, ...]] = []
        for name in ("show", "compose", "quick", "quit", "pause", "action"):
            signal = getattr(self.controller, f"{name}Requested")
            signal.connect(lambda *words, name=name: self.heard.append((name, *words)))
        self.controller.show()

    @property
    def tray(self) -> Tray:
        (tray,) = self.controller.findChildren(Tray)
        return tray

    @property
    def menu(self) -> list[str]:
        return [
            action.text()
            for action in self.tray.menu.actions()
            if action.text() and action.isVisible()
        ]

    def choose(self, text: str) -> None:
        next(action for action in self.tray.menu.actions() if action.text() == text).trigger()


@pytest.fixture
def scene(qtbot: Any, theme: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    made = TrayScene(monkeypatch)
    yield made
    made.controller.close()


def row(number: int, minutes: float, status: str = "not_sent", text: str = "Buns") -> Schedule:
    due = datetime.now(UTC) + timedelta(minutes=minutes)
    return Schedule(number, f"g{number}", 1, "Me", "fb", status=status, text=text, send_at=due)


def test_the_menu_of_a_quiet_day(scene: TrayScene) -> None:
    assert scene.menu == [
        "No scheduled posts",
        "Open Posto Desktop",
        "New message",
        "Quick post",
        "Pause sending",
        "Quit",
    ]
    for words in ("Open Posto Desktop", "New message", "Quick post", "Pause sending", "Quit"):
        scene.choose(words)
    assert scene.heard == [("show",), ("compose",), ("quick",), ("pause", True), ("quit",)]


def test_what_is_pending_and_what_comes_next(scene: TrayScene) -> None:
    soon = row(3, 30, text="Salt & pepper\nmore")
    rows = [row(2, 90), soon, row(4, -10), row(5, 10, "success")]
    scene.service.schedules_loaded.emit(rows, False, datetime.now(UTC))
    assert soon.send_at is not None
    when = dates.spoken_when(soon.send_at, datetime.now(UTC))
    assert scene.menu[0] == "2 scheduled posts"
    assert scene.menu[1] == f"Next: Salt && pepper, {when}"
    assert f"Next: Salt && pepper, {when}".replace("&&", "&") in scene.tray.icon.toolTip()
    scene.choose(scene.menu[1])
    assert scene.heard == [("show",), ("action", "show_schedule", "3")]


def test_what_is_not_handed_over_yet_is_pending_too(scene: TrayScene) -> None:
    states = ("waiting", "uploading", "sent", "unclear")
    scene.service.outbox_changed.emit([SimpleNamespace(state=state) for state in states])
    assert scene.menu[0] == "2 posts being sent"
    scene.service.schedules_loaded.emit([row(2, 90)], False, datetime.now(UTC))
    assert scene.menu[0] == "1 scheduled post · 2 being sent"
    scene.service.outbox_changed.emit([])
    assert scene.menu[0] == "1 scheduled post"


def test_a_tray_that_is_turned_on_later_knows_what_is_pending(scene: TrayScene) -> None:
    scene.controller.hide()
    assert not scene.controller.is_shown
    scene.service.schedules_loaded.emit([row(2, 90)], False, datetime.now(UTC))
    scene.settings["sending.paused"] = True
    scene.controller.show()
    tray = scene.controller._tray  # the other one goes with the next turn of the event loop
    assert tray is not None
    assert tray.menu.actions()[0].text() == "1 scheduled post"
    assert "Sending is paused" in tray.icon.toolTip()


def test_the_menu_is_true_when_it_opens(scene: TrayScene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.service.schedules_loaded.emit([row(2, 1), row(3, 60)], False, datetime.now(UTC))
    assert scene.menu[0] == "2 scheduled posts"
    later = datetime.now(UTC) + timedelta(minutes=2)
    monkeypatch.setattr(
        "posto_desktop.controllers.tray.datetime", SimpleNamespace(now=lambda _zone: later)
    )
    scene.tray.menu.aboutToShow.emit()
    assert scene.menu[0] == "1 scheduled post"


def test_pausing_is_resumed_there(scene: TrayScene) -> None:
    scene.controller.set_paused(True)
    assert "Resume sending" in scene.menu
    scene.choose("Resume sending")
    assert scene.heard == [("pause", False)]


def test_a_plain_notice_leads_to_the_post(scene: TrayScene) -> None:
    scene.controller.notify(FAILED)
    assert scene.bubbles == ["Not published"]
    scene.tray.icon.messageClicked.emit()
    assert scene.heard == [("show",), ("action", "show_schedule", "7")]
    scene.settings["notifications.desktop"] = False
    scene.controller.notify(FAILED)
    assert len(scene.bubbles) == 1


def test_a_button_that_needs_no_window(scene: TrayScene) -> None:
    scene.controller._acted(replace(FAILED, workspace="local"), RETRY)
    assert scene.heard == [("action", "try_again", "7")]


def test_ids_of_another_workspace_are_not_acted_on(scene: TrayScene) -> None:
    scene.controller._acted(replace(FAILED, workspace="local"), None)
    assert scene.heard == [("show",)]
    scene.service.workspace_id = "elsewhere"
    scene.controller._acted(replace(FAILED, workspace="local"), RETRY)
    assert scene.heard == [("show",), ("show",)]


def test_notices_with_buttons_where_the_desktop_has_them(
    scene: TrayScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[DesktopNotification] = []
    monkeypatch.setattr(DesktopNotifier, "is_possible", staticmethod(lambda: True))
    monkeypatch.setattr(DesktopNotifier, "show", lambda _self, notice: shown.append(notice))
    scene.controller.notify(FAILED)
    (notice,) = shown
    assert notice == replace(FAILED, workspace="local")
    assert scene.bubbles == []
    (notifier,) = scene.controller.findChildren(DesktopNotifier)
    notifier.declined.emit(notice)  # then as the tray can
    assert scene.bubbles == ["Not published"]
