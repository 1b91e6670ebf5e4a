"""The Styles controller between the files, its page and the message in Compose."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from posto_desktop.controllers.styles import StylesController
from posto_desktop.core.draft import Draft
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.sdk.named_settings import NamedSettingsStore
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.compose.page import ComposePage
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.runner import JobRunner


class Pane(QObject):
    defaultsRequested = Signal(object)
    networkSettingsRequested = Signal(str)


class Window(QWidget):
    stylesDropped = Signal(list)

    def __init__(self) -> None:
        super().__init__()
        self.channel_pane = Pane(self)
        self.pages: dict[str, Any] = {}
        self.opened: list[str] = []
        self.notices: list[tuple[Any, ...]] = []

    def add_page(self, key: str, title: str, icon: str, maker: Any) -> None:
        self.pages[key] = maker

    def show_page(self, key: str) -> None:
        self.opened.append(key)

    def show_notification(self, kind: str, text: str, **more: Any) -> None:
        self.notices.append((kind, text, more.get("callback")))


class Campaigns(QObject):
    styles_used = Signal(object)
    asked = 0

    def look_for_styles(self) -> None:
        self.asked += 1


class Service(QObject):
    state_changed = Signal(object)
    outbox_changed = Signal(object)
    service_address = ""

    def __init__(self) -> None:
        super().__init__()
        self.campaigns = Campaigns(self)


class Scene:
    def __init__(
        self, qtbot: Any, controller: StylesController, compose: ComposePage, window: Window
    ) -> None:
        self.qtbot, self.controller, self.compose, self.window = qtbot, controller, compose, window

    def settle(self) -> None:
        page = self.controller.widget
        self.qtbot.waitUntil(
            lambda: (
                not self.controller.styles.busy
                and self.controller.styles.known is not None
                and (page is None or not page.state.editor.is_unsaved)
            )
        )


@pytest.fixture
def scene(qtbot: Any, theme: Any, tmp_path: Path) -> Iterator[Scene]:
    runner, window, service = JobRunner(), Window(), Service()
    qtbot.addWidget(window)
    images = ImageLoader(runner, tmp_path / "thumbnails")
    model, channel = ChannelsModel(), Channel(1, "@n", "twitter")
    model.set_channels([channel])
    compose = ComposePage(runner, images, model, paste_folder=tmp_path / "pasted")
    qtbot.addWidget(compose)
    compose.set_channels_selection([channel])
    NamedSettingsStore(lambda: tmp_path / "styles", "style").save(
        "loud", {"x": {"post_text": "L {post_title}"}}
    )
    context = SimpleNamespace(
        runner=runner,
        window=window,
        service=service,
        channels=model,
        images=images,
        paths=SimpleNamespace(config=tmp_path, cache=tmp_path / "cache"),
    )
    controller = StylesController(
        context, compose.message, compose.preview_presenter.preview_sources
    )  # type: ignore[arg-type]
    controller.styles.watch()
    made = Scene(qtbot, controller, compose, window)
    made.settle()
    yield made
    if controller.widget is not None:
        controller.widget.close()
        controller.widget.deleteLater()
    compose.close()
    assert runner.shutdown(60_000)
    controller.deleteLater()
    service.deleteLater()


def test_compose_knows_the_styles_before_the_page_is_made(scene: Scene) -> None:
    assert scene.controller.widget is None
    assert scene.compose.style_row.box.findText("loud") > 0


def test_what_uses_a_style_is_known(scene: Scene) -> None:
    service = scene.controller.context.service
    later = datetime.now(UTC) + timedelta(days=1)

    def entry(state: str, at: datetime | None, style: str = "loud") -> Any:
        return SimpleNamespace(
            state=state, share_at=at, draft=Draft(style=style), items=("x", "fb", "li")
        )

    past = datetime.now(UTC) - timedelta(days=1)
    service.outbox_changed.emit([entry("sent", later), entry("sent", past), entry("waiting", None)])
    page = scene.controller.make()
    assert page.state.editor.open_named("loud")
    page.presentRequested.emit()
    assert service.campaigns.asked == 1
    service.campaigns.styles_used.emit({"loud": ["Winter"]})
    assert page.head.uses.full_text() == "Used by 1 campaign, 6 scheduled posts"
    service.outbox_changed.emit(
        [entry("sent", later), entry("cancelled", later), entry("refused", later)]
    )
    assert page.head.uses.full_text() == "Used by 1 campaign, 3 scheduled posts"
    page.campaignsRequested.emit()
    assert scene.window.opened[-1] == "campaigns"


def test_a_rename_reaches_the_drafts(scene: Scene) -> None:
    other = Draft(text="other", style="loud")
    scene.compose.message.store.put(other)
    page = scene.controller.make()
    assert page.state.editor.open_named("loud")
    assert page.head.uses.full_text() == "Used by 1 draft"
    page.state.editor.set_name("louder")
    page.save()
    scene.settle()
    assert scene.compose.message.store.get(other.id).style == "louder"
    assert page.head.uses.full_text() == "Used by 1 draft"


def test_a_style_is_used_for_a_new_message(scene: Scene) -> None:
    page = scene.controller.make()
    page.state.editor.open_named("loud")
    scene.compose.editor.insertPlainText("Before")
    page.foot.use.click()
    assert scene.window.opened[-1] == "compose"
    assert scene.compose.draft.style == "loud"
    assert scene.compose.draft.text == ""
    scene.compose.editor.insertPlainText("Hi")
    scene.compose.message.checks.settle()
    assert scene.compose.message.checks.result.by_key["twitter"].used == len("L Hi")


def test_files_dropped_on_the_window(scene: Scene, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps({"name": "Good", "settings": {"x": {"post_text": "G"}}}))
    bad.write_text("{")
    scene.window.stylesDropped.emit([str(good), str(bad)])
    scene.settle()
    assert scene.window.opened == ["styles"]
    assert scene.compose.style_row.box.findText("Good") > 0
    [(kind, text, _callback)] = scene.window.notices
    assert kind == "error"
    assert "bad.json is no style" in text


def test_what_is_not_kept_yet_is_kept_at_the_end(scene: Scene, tmp_path: Path) -> None:
    page = scene.controller.make()
    page.state.editor.open_named("loud")
    page.state.editor.set_value("twitter", "post_text", "LAST {post_title}")
    scene.controller.flush()
    stored = json.loads((tmp_path / "styles" / "loud.json").read_text())
    assert stored["settings"]["twitter"]["post_text"] == "LAST {post_title}"


def test_the_present_message_is_offered(scene: Scene) -> None:
    scene.compose.editor.insertPlainText("From here")
    page = scene.controller.make()
    page.presentRequested.emit()
    assert page.preview.source.itemText(1) == "Current message: From here"


def test_the_defaults_of_a_channel(scene: Scene, qtbot: Any) -> None:
    channel = Channel(1, "@n", "twitter")
    scene.controller.context.channels.set_channels([channel])
    scene.window.channel_pane.defaultsRequested.emit(channel)
    dialog = scene.controller.defaults.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: scene.controller.styles.known is not None)
    dialog.changeRequested.emit("twitter", {"signature": {"text": "Bye"}})
    qtbot.waitUntil(
        lambda: (
            scene.compose.draft.resolved_style is not None
            and scene.compose.draft.resolved_style.networks
            == {"twitter": {"signature": {"text": "Bye"}}}
        )
    )
    dialog.close()
    assert scene.controller.defaults.dialog is None
    page = scene.controller.make()
    assert page.state.editor.open_named("loud")
    page.list.defaults_button.click()
    dialog = scene.controller.defaults.dialog
    assert dialog.style_box.currentData() == "loud"
    dialog.close()
