"""Tests of quitting while local posts wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import MagicMock

import pytest
from PySide6.QtWidgets import QWidget

from posto_desktop.controllers.quit_request import QuitRequestController
from posto_desktop.core.draft import LOCAL
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.storage.settings import Settings

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
OWN = Channel(1, "@shop", "mastodon", method="mastodon")
SANDBOX = Channel(2, "Sandbox X", "twitter", method="sandbox")
POST = Schedule(1, "g1", OWN.id, status="not_sent", send_at=NOW + timedelta(hours=2))


class Scene:
    def __init__(self, qtbot: Any, settings: Settings) -> None:
        self.settings, self.rows, self.sends = settings, [POST], False
        self.context = MagicMock()
        self.context.settings = settings
        self.context.workspaces.current = LOCAL
        self.context.channels = ChannelsModel()
        self.context.channels.set_channels([OWN, SANDBOX])
        self.context.window = QWidget()
        qtbot.addWidget(self.context.window)
        self.request = QuitRequestController(
            self.context, lambda: self.rows, lambda: self.sends, settings.set, now=lambda: NOW
        )
        self.answers: list[bool] = []
        self.request.accepted.connect(self.answers.append)

    def press(self, name: str) -> None:
        dialog = self.request.dialog
        assert dialog is not None
        getattr(dialog, name).click()


@pytest.fixture
def scene(qtbot: Any, theme: Any, tmp_path: Any) -> Scene:
    return Scene(qtbot, Settings(tmp_path / "settings.json"))


@pytest.mark.parametrize(("button", "keeps"), [("action_button", True), ("stop_button", False)])
def test_it_says_what_waits_and_asks_once(scene: Scene, button: str, keeps: bool) -> None:
    scene.rows = [POST, replace(POST, id=2, send_at=NOW + timedelta(days=1))]
    scene.request.quit()
    scene.request.quit()
    dialog = scene.request.dialog
    assert dialog is not None
    assert dialog.accessibleName() == "Quit with 2 posts waiting?"
    assert "The first is due today" in dialog.accessibleDescription()
    assert scene.answers == []
    scene.press(button)
    assert scene.answers == [keeps]
    assert scene.settings.text("sending.at_quit") == "ask"


def test_cancel_quits_nothing(scene: Scene) -> None:
    scene.request.quit()
    scene.press("cancel_button")
    assert (scene.answers, scene.request.dialog) == ([], None)


@pytest.mark.parametrize(("button", "choice"), [("action_button", "keep"), ("stop_button", "stop")])
def test_a_remembered_answer_asks_no_more(scene: Scene, button: str, choice: str) -> None:
    scene.request.quit()
    assert scene.request.dialog is not None
    scene.request.dialog.remember.setChecked(True)
    scene.press(button)
    assert scene.settings.text("sending.at_quit") == choice
    scene.request.quit()
    assert scene.request.dialog is None
    assert scene.answers == [choice == "keep"] * 2


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "success"},
        {"send_at": NOW - timedelta(hours=1)},
        {"send_at": None},
        {"channel_id": SANDBOX.id},
        {"channel_id": 99},
    ],
)
def test_what_waits_for_nobody_asks_nothing(scene: Scene, changed: dict[str, Any]) -> None:
    scene.rows = [replace(POST, **changed)]
    scene.request.quit()
    assert scene.answers == [False]


def test_a_service_a_pause_and_a_background_sender_ask_nothing(scene: Scene) -> None:
    scene.sends = True
    scene.request.quit()
    scene.sends = False
    scene.settings.set("sending.paused", True)
    scene.request.quit()
    scene.settings.set("sending.paused", False)
    scene.context.workspaces.current = "another"
    scene.request.quit()
    assert scene.answers == [False] * 3
