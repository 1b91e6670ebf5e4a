"""The window of quick capture: keys, chips, the list of channels, files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from posto_desktop.models.channels import ChannelsModel
from posto_desktop.sdk.records import Channel
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.ui.compose.message_files import MediaServices
from posto_desktop.ui.compose.quick.chips import QuickChipButton
from posto_desktop.ui.compose.quick.files import QuickFileServices
from posto_desktop.ui.compose.quick.window import QuickWindow
from posto_desktop.viewmodels.quick_message import QuickMessage
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.runner import JobRunner
from tests.gui.heard import listening
from tests.gui.test_tab_in_dialogs import ways

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
CHANNELS = [
    Channel(1, "Harbour Café", "instagram"),
    Channel(2, "Harbour Café", "fb"),
    Channel(3, "Bread", "mastodon"),
]


class Scene:
    def __init__(self, folder: Path) -> None:
        self.runner, self.channels, self.store = JobRunner(), ChannelsModel(), DraftStore()
        self.images = ImageLoader(self.runner, folder / "thumbnails")
        self.message = QuickMessage(
            self.runner, self.store, self.channels, lambda: NOW, ZoneInfo("Europe/Berlin")
        )
        self.channels.set_channels(CHANNELS)
        media = MediaServices(folder / "renditions", folder / "media")
        services = QuickFileServices(self.runner, self.images, self.store, media, folder / "pasted")
        self.window = QuickWindow(self.message, services)
        self.message.begin()
        self.posted: list[Any] = []
        self.message.posted.connect(lambda *args: self.posted.append(args))
        self.window.present()

    @property
    def line(self) -> Any:
        return self.window.line

    def type(self, text: str) -> None:
        QTest.keyClicks(self.line, text)

    def press(self, key: Qt.Key, held: Any = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.line, key, held)

    def chips(self) -> list[QuickChipButton]:
        return [
            chip
            for chip in self.window.findChildren(QuickChipButton)
            if chip.isVisibleTo(self.window)
        ]

    def words(self) -> list[str]:
        return [chip.text() for chip in self.chips()]


@pytest.fixture
def scene(qtbot: Any, theme: Any, tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    yield made
    made.window.hide()
    assert made.runner.shutdown(60_000)
    for part in (made.window, made.message, made.channels, made.store, made.images):
        part.deleteLater()


def test_a_line_is_typed_and_posted_by_keys(scene: Scene) -> None:
    scene.type("Buns @bread ")
    scene.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    scene.type("Come by tomorrow 9")
    assert scene.line.line() == "Buns @bread \nCome by tomorrow 9"
    assert scene.words() == ["Bread", "tomorrow 9:00"]
    assert [chip.accessibleName() for chip in scene.chips()] == [
        "Bread, Mastodon",
        "tomorrow 9:00, time of the post",
    ]
    scene.press(Qt.Key.Key_Return)
    ((draft, channels, _when),) = scene.posted
    assert (draft.text, [channel.id for channel in channels]) == ("Buns\nCome by", [3])
    assert not scene.window.isVisible()
    assert scene.line.line() == ""


def test_channels_are_offered_and_taken_by_keys(scene: Scene) -> None:
    scene.type("Buns @har")
    assert scene.window.note.full_text() == ""  # no advice about half of a name
    assert scene.window.list.isVisibleTo(scene.window)
    assert scene.window.list.current() == 0
    scene.press(Qt.Key.Key_Down)
    scene.press(Qt.Key.Key_Return)
    assert scene.line.line() == "Buns @fb/Harbour Café "
    assert not scene.window.list.isVisibleTo(scene.window)
    assert scene.words() == ["Harbour Café"]
    assert scene.posted == []


def test_escape_closes_the_list_first_and_then_keeps_the_draft(scene: Scene) -> None:
    scene.type("Hi @b")
    scene.press(Qt.Key.Key_Escape)
    assert scene.window.isVisible()
    assert not scene.line.has_list
    scene.press(Qt.Key.Key_Escape)
    assert not scene.window.isVisible()
    assert [draft.text for draft in scene.store.drafts()] == ["Hi @b"]


def test_a_name_of_several_lets_one_choose_at_enter(scene: Scene) -> None:
    scene.type("Buns @harbour cafe tomorrow 9")
    scene.press(Qt.Key.Key_Return)
    assert scene.window.list.isVisibleTo(scene.window)
    scene.press(Qt.Key.Key_Down)
    scene.press(Qt.Key.Key_Return)
    assert scene.line.line() == "Buns @fb/Harbour Café tomorrow 9"
    scene.press(Qt.Key.Key_Return)
    assert [channel.id for channel in scene.posted[0][1]] == [2]


def test_a_chip_is_put_back_by_click_and_delete_and_undo_takes_that_back(scene: Scene) -> None:
    scene.type("See you @bread tomorrow 9")
    scene.chips()[1].click()
    assert scene.line.line() == r"See you \tomorrow 9 @bread"
    assert scene.words() == ["Bread"]
    scene.line.undo()
    assert scene.words() == ["Bread", "tomorrow 9:00"]
    QTest.keyClick(scene.chips()[0], Qt.Key.Key_Delete)
    assert scene.line.line() == r"See you \@bread tomorrow 9"
    assert QApplication.focusWidget() in (scene.line, None)


def test_files_are_taken_and_removed(scene: Scene, qtbot: Any, tmp_path: Path) -> None:
    path = tmp_path / "buns.png"
    QImage(40, 30, QImage.Format.Format_RGB32).save(str(path))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    with qtbot.waitSignal(scene.window.files.changed):
        scene.line.insertFromMimeData(mime)
    qtbot.waitUntil(lambda: not scene.window.files.is_reading)
    assert scene.words() == ["buns.png"]
    assert [ref.name for ref in scene.message.draft.media] == ["buns.png"]
    scene.chips()[0].click()
    assert scene.message.draft.media == ()
    assert scene.chips() == []


def test_the_window_grows_with_its_lines_and_chips(scene: Scene) -> None:
    low = scene.window.height()
    scene.type("Buns @bread")
    with_chip = scene.window.height()
    for _ in range(3):
        scene.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert low < with_chip < scene.window.height()
    scene.press(Qt.Key.Key_Escape)
    scene.window.present()
    assert scene.chips() == []
    assert scene.window.height() == low


def test_tab_goes_through_it_as_one_reads(scene: Scene) -> None:
    scene.type("Buns @bread tomorrow 9")
    assert ways(scene.window) == []


@pytest.mark.skipif(sys.platform != "linux", reason="listens by Linux's name of a function of Qt")
def test_what_is_understood_is_said(scene: Scene, qtbot: Any) -> None:
    with listening() as heard:
        scene.type("Buns @bread tomorrow 9")
        qtbot.waitUntil(lambda: any("tomorrow 9:00" in words for words in heard.words))
    assert heard.words[-1].endswith("Bread, tomorrow 9:00.")
