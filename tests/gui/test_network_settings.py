"""The settings of a network, against the real embedded workspace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from posto_desktop.controllers.network_settings import NetworkSettingsController
from posto_desktop.delivery.client_pool import ServiceClient
from posto_desktop.sdk import PostoSDK
from posto_desktop.sdk.errors import NetworkError
from posto_desktop.server import launch
from posto_desktop.ui.dialogs.network_settings_dialog import READY, TROUBLE, NetworkSettingsDialog
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog
from posto_desktop.workers.network_settings import LoadedSettings
from posto_desktop.workers.runner import JobRunner
from tests.gui.unnamed import unnamed


class Pane(QObject):
    networkSettingsRequested = Signal(str)


class Window(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.channel_pane = Pane(self)


class Ways:
    """As workers.links.Links; `down` as if the service were out of reach."""

    def __init__(self, link: ServiceClient) -> None:
        self.link, self.down = link, False

    def get(self, _workspace: str) -> ServiceClient:
        if self.down:
            raise NetworkError("away", user_message="The service cannot be reached.")
        return self.link


class Stage:
    def __init__(self, qtbot: Any, desk: NetworkSettingsController, ways: Ways) -> None:
        self.qtbot, self.desk, self.ways = qtbot, desk, ways
        self.manager = ways.link.sdk.settings_manager

    @property
    def dialog(self) -> NetworkSettingsDialog:
        assert self.desk.dialog is not None
        return self.desk.dialog

    def open(self, network: str) -> NetworkSettingsDialog:
        self.desk.context.window.channel_pane.networkSettingsRequested.emit(network)
        return self.dialog

    def ready(self) -> None:
        self.qtbot.waitUntil(lambda: self.dialog._pages.currentIndex() == READY)

    def row(self, key: str) -> Any:
        return next(row for row in self.dialog.rows if row.setting.key == key)

    def choose(self, key: str, value: object) -> None:
        self.row(key).set_value(value)
        self.row(key).edited.emit()

    def stored_settings(self, network: str) -> dict[str, Any]:
        return self.manager.read_network_settings(network).settings_data

    def saved(self) -> None:
        self.dialog.save_button.click()
        self.qtbot.waitUntil(lambda: bool(self.dialog.state.text())
                             and self.dialog.area.isEnabled())  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[launch.Running]:
    server = launch.start(tmp_path_factory.mktemp("workspace"))
    yield server
    server.stop(5.0)


@pytest.fixture
def stage(qtbot: Any, theme: Any, tmp_path: Path, running: launch.Running) -> Iterator[Stage]:
    runner, window = JobRunner(), Window()
    qtbot.addWidget(window)
    window.resize(1360, 860)
    sdk = PostoSDK.from_credentials(
        running.username, running.password, base_url=running.base_url, config=tmp_path
    )
    ways = Ways(ServiceClient(sdk, local=True))
    service = SimpleNamespace(client_pool=ways, workspace_id="local")
    context = SimpleNamespace(runner=runner, window=window, service=service)
    desk = NetworkSettingsController(context)  # type: ignore[arg-type]
    yield Stage(qtbot, desk, ways)
    if desk.dialog is not None:
        desk.dialog.done(0)
    assert runner.shutdown(60_000)
    sdk.close()


def test_what_will_change_is_shown_and_then_saved(stage: Stage) -> None:
    dialog = stage.open("twitter")
    stage.ready()
    assert not dialog.save_button.isEnabled()
    assert unnamed(dialog) == []
    stage.choose("post_text", "📢 {post_title}")
    stage.choose("cut_post_text", False)
    assert dialog.changes.lines() == [
        "Text: {post_title} → 📢 {post_title}",
        "Cut a text that is too long: Yes → No",
    ]
    assert dialog.save_button.text() == "Save 2 changes"
    before = stage.stored_settings("twitter")
    stage.saved()
    after = stage.stored_settings("twitter")
    assert after == {**before, "post_text": "📢 {post_title}", "cut_post_text": False}
    assert dialog.changes.isHidden()
    assert dialog.state.text() == "Saved on the service"
    # And the way back, once the service can be reached again.
    stage.ways.down = True
    dialog.undo.click()
    stage.qtbot.waitUntil(lambda: "Nothing was saved" in dialog.state.text())
    assert not dialog.undo.isHidden()
    stage.ways.down = False
    dialog.undo.click()
    stage.qtbot.waitUntil(lambda: stage.row("post_text").value() == "{post_title}")
    assert stage.stored_settings("twitter") == before
    assert dialog.undo.isHidden()


def test_a_conflict_is_named_and_can_be_settled(stage: Stage) -> None:
    dialog = stage.open("fb")
    stage.ready()
    stage.choose("post_text", "mine")
    stage.choose("post_attach_link", False)
    stage.manager.save_network_settings("fb", {"post_text": "theirs"})
    dialog.save_button.click()
    stage.qtbot.waitUntil(lambda: not dialog.conflict.isHidden())
    assert "Text is now “theirs”" in dialog.conflict_words.text()
    assert stage.stored_settings("fb")["post_text"] == "theirs"
    dialog.take_theirs_button.click()
    assert stage.row("post_text").value() == "theirs"
    assert dialog.changes.lines() == ["Attach the link: Yes → No"]
    stage.choose("post_text", "mine again")
    stage.manager.save_network_settings("fb", {"post_text": "third"})
    dialog.save_button.click()
    stage.qtbot.waitUntil(lambda: not dialog.conflict.isHidden())
    dialog.save_mine_button.click()
    stage.qtbot.waitUntil(lambda: dialog.state.text() == "Saved on the service")
    stored = stage.stored_settings("fb")
    assert (stored["post_text"], stored["post_attach_link"]) == ("mine again", False)


def test_the_service_is_out_of_reach(stage: Stage) -> None:
    stage.ways.down = True
    dialog = stage.open("telegram")
    stage.qtbot.waitUntil(lambda: dialog._pages.currentIndex() == TROUBLE)
    assert dialog.trouble.text() == "The service cannot be reached."
    stage.ways.down = False
    dialog.again.click()
    stage.ready()
    stage.choose("post_content", "x")
    stage.ways.down = True
    stage.saved()
    assert dialog.state.text() == "The service cannot be reached. Nothing was saved."
    # What was typed is still there, and can be saved later.
    assert dialog.changes.lines() == ["Text: {post_title} → x"]
    assert dialog.save_button.isEnabled()


def test_nobody_can_tell_whether_it_was_saved(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work is done, the answer and everything after it is lost."""
    monkeypatch.setattr("posto_desktop.sdk.lost_answers.LOOKS", (0.0,))
    transport = stage.ways.link.sdk.transport
    call = transport.call
    away = {"on": False}

    def lose(method: str, route: str, **options: Any) -> Any:
        answer = call(method, route, **options) if method == "POST" or not away["on"] else None
        if method == "POST":
            away["on"] = True
        if away["on"]:
            maybe = method == "POST"
            raise NetworkError("lost", user_message="The connection broke.", maybe_sent=maybe)
        return answer

    dialog = stage.open("telegram")
    stage.ready()
    stage.choose("post_content", "after all")
    monkeypatch.setattr(transport, "call", lose)
    dialog.save_button.click()
    stage.qtbot.waitUntil(lambda: not dialog.doubt.isHidden())
    assert dialog.doubt_words.text() == (
        "The connection broke. It is unknown whether the settings were saved: they cannot be "
        "read. Look at them before you save them again."
    )
    assert "Nothing was saved" not in dialog.state.text()
    assert dialog.changes.lines() == ["Text: {post_title} → after all"]
    assert dialog.save_button.isEnabled()
    assert not unnamed(dialog)
    # While the service is away, what was typed waits.
    dialog.read_again.click()
    stage.qtbot.waitUntil(lambda: dialog._pages.currentIndex() == TROUBLE)
    monkeypatch.undo()
    dialog.again.click()
    stage.ready()
    assert dialog.doubt.isHidden()
    assert dialog.pending() == []  # it was saved
    assert stage.row("post_content").value() == "after all"
    stage.choose("post_content", "{post_title}")
    stage.saved()


def test_saving_once_more_after_a_doubt_is_no_conflict_with_oneself(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = stage.open("telegram")
    stage.ready()
    stage.choose("post_content", "twice")
    stage.manager.save_network_settings("telegram", {"post_content": "twice"})
    dialog.set_unclear("Nobody can tell.")
    dialog.save_button.click()
    stage.qtbot.waitUntil(lambda: dialog.state.text() == "Saved on the service")
    assert dialog.doubt.isHidden()
    stage.choose("post_content", "{post_title}")
    stage.saved()


def test_what_is_saved_but_cannot_be_read_again_is_saved(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = stage.manager
    read, saved = manager.read_network_settings, []
    save = manager.save_network_settings
    monkeypatch.setattr(
        manager, "save_network_settings", lambda *arguments: (save(*arguments), saved.append(1))[0]
    )

    def lost(network: str) -> Any:
        if saved:
            raise NetworkError("away", user_message="The service cannot be reached.")
        return read(network)

    monkeypatch.setattr(manager, "read_network_settings", lost)
    dialog = stage.open("vk")
    stage.ready()
    stage.choose("post_content", "kept")
    stage.saved()
    assert dialog.state.text() == "Saved on the service"
    monkeypatch.undo()
    assert stage.stored_settings("vk")["post_content"] == "kept"


def test_what_was_typed_is_not_thrown_away_unasked(qtbot: Any, theme: Any) -> None:
    dialog = NetworkSettingsDialog("twitter")
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.set_loaded(LoadedSettings("twitter", "a.example", {"post_text": "a"}))
    dialog.rows[0].set_value("b")
    dialog.close_button.click()
    assert dialog.isVisible()
    asked = dialog.findChild(ConfirmDialog)
    assert asked.accessibleName() == "Discard 1 change?"
    asked.reject()
    assert dialog.isVisible()
    dialog.rows[0].set_value("a")
    dialog.close_button.click()
    assert not dialog.isVisible()


def test_keys(qtbot: Any, theme: Any) -> None:
    dialog = NetworkSettingsDialog("twitter")
    qtbot.addWidget(dialog)
    asked: list[Any] = []
    dialog.saveRequested.connect(lambda *what: asked.append(what))
    dialog.show()
    qtbot.waitExposed(dialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.set_loaded(LoadedSettings("twitter", "a.example", {"line": "a"}))
    line = dialog.rows[0].control
    line.setFocus()
    qtbot.keyClicks(line, "b")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert asked == []
    qtbot.keyClick(line, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert asked == [("twitter", {"line": "ab"}, {"line": "a"})]
    # Once is enough.
    qtbot.keyClick(line, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert len(asked) == 1
    dialog.done(0)


def test_what_the_service_did_not_take_is_named(qtbot: Any, theme: Any) -> None:
    dialog = NetworkSettingsDialog("twitter")
    qtbot.addWidget(dialog)
    dialog.set_loaded(LoadedSettings("twitter", "a.example", {"post_text": "a"}))
    dialog.set_saved(
        LoadedSettings(
            "twitter", "a.example", {"post_text": "a"}, {"post_text": "a"}, ("post_text",)
        )
    )
    assert dialog.state.toolTip() == "The service did not save Text and uses its own value"


def test_secrets_are_not_shown_and_odd_values_stay(qtbot: Any, theme: Any) -> None:
    dialog = NetworkSettingsDialog("telegram")
    qtbot.addWidget(dialog)
    data = {"bot_token": "123:abc", "list": [1], "n": 3, "f": 1.5, "line": "a", "e": None}
    dialog.set_loaded(LoadedSettings("telegram", "a.example", data))
    texts = [widget.text() for widget in dialog.findChildren(QWidget) if hasattr(widget, "text")
             and callable(widget.text)]  # fmt: skip
    assert not any("123:abc" in text for text in texts)
    assert dialog.pending() == []
    dialog.show()
    assert unnamed(dialog) == []
