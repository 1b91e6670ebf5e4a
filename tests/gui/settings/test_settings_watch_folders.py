"""Settings > Watch folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from posto_desktop.core.watch_folder import FolderStatus, WatchFolder
from posto_desktop.sdk.records import Channel
from posto_desktop.stores.watch_folders import WatchFolderStore
from posto_desktop.ui.settings.dialog import SettingsDialog
from posto_desktop.ui.settings.watch_card import WatchFolderCard
from posto_desktop.ui.settings.watch_folders import WatchFoldersPage
from posto_desktop.ui.theme import Theme
from posto_desktop.workers.runner import JobRunner
from posto_desktop.workers.watch_folders import CampaignName
from tests.gui.settings_tools import make_tools
from tests.unit.delivery.watch_files import picture


class Scene:
    def __init__(self, dialog: SettingsDialog, store: WatchFolderStore) -> None:
        self.dialog, self.store = dialog, store
        self.saved: list[tuple[WatchFolder, bool]] = []
        self.removed: list[str] = []
        store.saved.connect(lambda folder, skips: self.saved.append((folder, skips)))
        store.removed.connect(self.removed.append)
        dialog.show_page("watch")
        self.page = cast(WatchFoldersPage, dialog.findChild(WatchFoldersPage))

    def card(self) -> WatchFolderCard:
        (card,) = self.page.cards.values()
        return card

    def press(self, name: str) -> None:
        widget = self.page.findChild(QWidget, name)
        assert widget is not None, name
        widget.click()


@pytest.fixture
def scene(theme: Theme, tmp_path: Path, qtbot: QtBot) -> Iterator[Scene]:
    runner = JobRunner()
    tools = make_tools(tmp_path / "home", runner)
    assert tools.watch is not None
    channels = [Channel(1, "Sandbox X", "twitter"), Channel(2, "Bakery", "mastodon")]
    dialog = SettingsDialog(tools.settings, tools=tools, channels=channels, workspace="local")
    qtbot.addWidget(dialog)
    dialog.show()
    yield Scene(dialog, tools.watch.store)
    dialog.close()
    assert runner.shutdown(5_000)


def choose(scene: Scene, qtbot: QtBot, path: Path, names: int = 0) -> None:
    path.mkdir(exist_ok=True)
    for number in range(names):
        (path / f"{number}.jpg").write_bytes(picture(number))
    scene.page.choose_path(str(path))


def test_an_empty_folder_is_added_at_once_with_its_options(
    scene: Scene, qtbot: QtBot, tmp_path: Path
) -> None:
    choose(scene, qtbot, tmp_path / "Photos")
    qtbot.waitUntil(lambda: bool(scene.saved))
    folder, skips = scene.saved[0]
    assert (folder.path, folder.destination, folder.is_scheduling) == (
        str(tmp_path / "Photos"), "drafts", False,
    )  # fmt: skip
    assert skips
    qtbot.waitUntil(lambda: scene.card().destination.hasFocus())


@pytest.mark.parametrize(
    ("answer", "skips"), [("only-new-files", True), ("also-what-is-there", False)]
)
def test_what_is_there_already_is_asked_about(
    scene: Scene, qtbot: QtBot, tmp_path: Path, answer: str, skips: bool
) -> None:
    choose(scene, qtbot, tmp_path / "Photos", 2)
    qtbot.waitUntil(lambda: scene.page.findChild(QWidget, answer) is not None)
    assert not scene.saved
    first = scene.page.findChild(QWidget, "only-new-files")
    qtbot.waitUntil(lambda: first.hasFocus())  # the default is no
    scene.press(answer)
    assert [skipped for _folder, skipped in scene.saved] == [skips]


def test_a_question_may_be_left_without_an_answer(
    scene: Scene, qtbot: QtBot, tmp_path: Path
) -> None:
    choose(scene, qtbot, tmp_path / "Photos", 1)
    qtbot.waitUntil(lambda: scene.page.findChild(QWidget, "watch-question-cancel") is not None)
    scene.press("watch-question-cancel")
    assert not scene.saved
    assert not scene.page.cards


def test_a_folder_is_watched_once(scene: Scene, qtbot: QtBot, tmp_path: Path) -> None:
    scene.store.add(WatchFolder(str(tmp_path)), skips_existing=True)
    scene.page.choose_path(str(tmp_path))
    assert len(scene.saved) == 1
    text = scene.page.findChild(QWidget, "watch-question-text")
    assert "is watched already" in text.text()


def test_choices_apply_at_once(scene: Scene, qtbot: QtBot) -> None:
    scene.store.add(WatchFolder("/photos"), skips_existing=True)
    card = scene.card()
    assert not card.destination.isVisible()
    card.more.click()
    assert card.destination.isVisible()
    scene.page._services.worker.campaigns_listed.emit(
        [CampaignName("c1", "Spring", "local"), CampaignName("c2", "Other", "elsewhere")]
    )
    assert [card.destination.itemText(at) for at in range(card.destination.count())] == [
        "Drafts", "Evergreen messages", "Messages of “Spring”",
    ]  # fmt: skip
    card.destination.setCurrentIndex(2)
    card.destination.activated.emit(2)
    folder = scene.store.folders()[0]
    assert (folder.destination, folder.campaign_id) == ("campaign", "c1")
    assert not card.scheduling.isVisible()  # a campaign has its own channels and times
    card.destination.setCurrentIndex(0)
    card.destination.activated.emit(0)
    assert card.scheduling.isVisible()
    card.scheduling.click()
    card.deep.click()
    card.style_box.setCurrentIndex(card.style_box.findText("Bold"))
    card.style_box.activated.emit(1)
    folder = scene.store.folders()[0]
    assert (folder.is_scheduling, folder.has_subfolders, folder.style) == (True, True, "Bold")
    card.channels_button.click()
    popup = scene.page.findChild(QWidget, "slot-channels")
    assert popup is not None
    popup.boxes[2].setChecked(True)
    popup.accept_choice()
    assert scene.store.folders()[0].channel_ids == (2,)
    assert card.channels_button.text() == "Bakery"


def test_pause_and_state_words(scene: Scene) -> None:
    folder = WatchFolder("/photos")
    scene.store.add(folder, skips_existing=True)
    card = scene.card()
    for status, words in (
        (FolderStatus("watching"), "Watching"),
        (FolderStatus("reading", 880, 120, 1000), "Reading 120 of 1,000 files…"),
        (FolderStatus("waiting", 3), "Waiting for 3 files that are not complete"),
        (FolderStatus("missing"), "Folder missing"),
        (FolderStatus("denied"), "No permission"),
        (FolderStatus("rescanning"), "Looks for new files every minute"),
    ):
        scene.store.set_status(folder.id, status)
        assert card.state.text().startswith(words)
    card.pause.click()
    assert card.state.text() == "Paused"
    assert card.pause.accessibleName() == "Resume photos"
    card.pause.click()
    assert scene.store.folders()[0].is_paused is False


def test_a_removed_folder_comes_back_by_undo(scene: Scene, qtbot: QtBot) -> None:
    scene.store.add(WatchFolder("/a"), skips_existing=True)
    scene.store.add(WatchFolder("/photos"), skips_existing=True)
    scene.store.add(WatchFolder("/z"), skips_existing=True)
    folder = scene.store.folders()[1]
    card = scene.page.cards[folder.id]
    card.remove.setFocus()
    qtbot.keyClick(card.remove, Qt.Key.Key_Space)
    assert scene.removed == [folder.id]
    assert card.undo.hasFocus()
    assert not card.pause.isVisible()
    qtbot.keyClick(card.undo, Qt.Key.Key_Space)
    assert [known.path for known in scene.store.folders()] == ["/a", "/photos", "/z"]
    assert scene.saved[-1] == (folder, False)
    assert card.remove.hasFocus()
    assert card.pause.isVisible()
