"""Quick capture in the whole app: from the request to the outbox, the notification and its Undo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from posto_desktop.workers.instance import LaunchRequest
from tests.gui.whole_app import WholeApp

DAY = timedelta(days=1)


class Scene:
    def __init__(self, app: WholeApp, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self.quick = app, app.controllers.quick_capture
        self.posted: list[Any] = []
        self.notified: list[Any] = []
        self.cancelled: list[str] = []
        self.ends: list[str] = []
        monkeypatch.setattr(app.service, "post", lambda *args: self.posted.append(args))
        monkeypatch.setattr(app.service.outbox, "cancel", self.cancelled.append)
        monkeypatch.setattr(app.controllers.tray, "notify", self.notified.append)
        monkeypatch.setattr(app.window, "isActiveWindow", lambda: False)
        self.quick.left.connect(lambda: self.ends.append("left"))

    @property
    def line(self) -> Any:
        assert self.quick.window is not None
        return self.quick.window.line

    def enter(self, text: str) -> Any:
        """Write and post a line; the entry as the outbox would say it."""
        QTest.keyClicks(self.line, text)
        QTest.keyClick(self.line, Qt.Key.Key_Return)
        draft, channels, share_at = self.posted[-1]
        items = tuple(SimpleNamespace(channel_id=c.id, text=draft.text) for c in channels)
        return SimpleNamespace(
            id="e1", state="waiting", code="", share_at=share_at, items=items, draft=draft,
            title=draft.text, posto_ref="ref", channel_ids=draft.channel_ids, is_ended=False,
            workspace="local", campaign_id="", edits=(), created_at=datetime.now(UTC),
        )  # fmt: skip


@pytest.fixture
def scene(
    qtbot: Any, theme: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Scene]:
    app = WholeApp(theme, tmp_path / "home")
    app.begin()
    yield Scene(app, monkeypatch)
    app.close()


def test_a_second_start_opens_the_small_window_alone(scene: Scene, tmp_path: Path) -> None:
    scene.app.window.hide()
    picture = tmp_path / "a.png"
    scene.app.controllers.launch_request.handle(LaunchRequest((str(picture),), quick=True))
    assert scene.quick.window is not None
    assert scene.quick.window.isVisible()
    assert not scene.app.window.isVisible()
    assert scene.quick.window.files.is_reading


def test_what_is_posted_is_told_on_the_desktop_and_can_be_undone(scene: Scene) -> None:
    scene.quick.open()
    entry = scene.enter("Buns @facebook in 24 hours")
    assert entry.share_at - datetime.now(UTC) > DAY - timedelta(minutes=1)
    scene.quick._entry_posted(entry)
    (notification,) = scene.notified
    assert "scheduled" in notification.title
    assert notification.text == "Buns"
    (undo,) = notification.actions
    assert (undo.label, undo.kind) == ("Undo", "undo_post")
    scene.app.controllers.tray.actionRequested.emit(undo.kind, undo.arg)
    assert scene.cancelled == ["e1"]
    assert scene.app.compose.draft.text == "Buns"
    scene.app.controllers.tray.actionRequested.emit(undo.kind, undo.arg)  # once is enough
    assert scene.cancelled == ["e1"]


def test_an_app_without_a_window_waits_for_the_outbox(scene: Scene) -> None:
    scene.quick.open()
    entry = scene.enter("Buns @facebook in 24 hours")
    assert scene.ends == []
    scene.quick._entry_posted(entry)
    scene.quick._entries_changed([entry])
    assert scene.ends == []
    entry.state = "sent"
    scene.quick._entries_changed([entry])
    assert scene.ends == ["left"]
    scene.quick.open()
    QTest.keyClick(scene.line, Qt.Key.Key_Escape)
    assert scene.ends == ["left", "left"]  # there was nothing to wait for


def test_compose_takes_the_message_with_its_channels(scene: Scene) -> None:
    scene.quick.open()
    QTest.keyClicks(scene.line, "Buns @facebook tomorrow 9")
    QTest.keyClick(scene.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    draft = scene.app.compose.draft
    assert (draft.text, draft.channel_ids) == ("Buns", (3,))
    assert draft.when_text.endswith("9:00")
    assert scene.quick.window is not None
    assert not scene.quick.window.isVisible()


def test_another_workspace_has_other_channels(scene: Scene) -> None:
    scene.quick.open()
    QTest.keyClicks(scene.line, "Buns @facebook")
    scene.app.open_workspace("a1", [])
    assert scene.quick.window is not None
    assert scene.quick.window.message.draft.text == "Buns @facebook"
    assert scene.quick.window.message.draft.workspace == "a1"
