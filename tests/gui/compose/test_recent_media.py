"""Tests of recently used files and the file dialog."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from posto_desktop.core.draft import MediaRef
from posto_desktop.ui.compose.message_files import MediaServices
from posto_desktop.ui.compose.recent_media_popup import RecentMediaPopup

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", "RHI")


def recent(desk: Any) -> RecentMediaPopup:
    desk.page.files.show_recent()
    popup = desk.page.findChild(RecentMediaPopup)
    assert popup is not None
    return popup


def names(popup: RecentMediaPopup) -> list[str]:
    model = popup.model()
    return [model.file(number).ref.name for number in range(model.rowCount())]


def test_recent_files_are_searched_and_taken_again(
    qtbot: Any, desk: Any, media_services: MediaServices, picture: Any
) -> None:
    assert media_services.recent is not None
    media_services.recent.add([MediaRef(picture("a.png"), "a.png", alt="A cup")])
    media_services.recent.add([MediaRef(picture("b.png"), "b.png")])
    popup = recent(desk)
    qtbot.waitUntil(lambda: names(popup) == ["b.png", "a.png"])
    popup.search.setText("cup")
    qtbot.waitUntil(lambda: names(popup) == ["a.png"])
    qtbot.keyClick(popup.search, Qt.Key.Key_Down)
    qtbot.keyClick(popup.grid, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.page.media.rowCount() == 1)
    assert desk.page.media.refs()[0].alt == "A cup"


def test_vanished_ones_are_marked_and_can_be_forgotten(
    qtbot: Any, desk: Any, media_services: MediaServices, tmp_path: Path
) -> None:
    assert media_services.recent is not None
    missing = str(tmp_path / "gone.png")
    media_services.recent.add([MediaRef(missing, "gone.png", size=3)])
    popup = recent(desk)
    qtbot.waitUntil(lambda: names(popup) == ["gone.png"])
    tip = popup.model().index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "gone.png is no longer where it was"
    place = popup.grid.visualRect(popup.model().index(0)).center()
    qtbot.mouseClick(popup.grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert popup.isVisible()
    assert "was not found" in popup.words.text()
    popup.grid.setCurrentIndex(popup.model().index(0))
    qtbot.keyClick(popup.grid, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not media_services.recent.paths())
    popup.close()


def test_what_is_attached_is_remembered(
    qtbot: Any, desk: Any, media_services: MediaServices, attach: Any, picture: Any
) -> None:
    path = picture("a.png")
    attach(path)
    assert media_services.recent is not None
    qtbot.waitUntil(lambda: path in media_services.recent.paths())


def test_the_arrow_of_the_add_tile_opens_them(
    qtbot: Any, desk: Any, media_services: MediaServices
) -> None:
    tile = desk.page.strip.add_tile()
    qtbot.mouseClick(tile.arrow, Qt.MouseButton.LeftButton)
    popup = desk.page.findChild(RecentMediaPopup)
    assert popup is not None
    popup.close()
    qtbot.waitUntil(lambda: desk.page.findChild(RecentMediaPopup) is None)
    qtbot.keyClick(tile, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    popup = desk.page.findChild(RecentMediaPopup)
    assert popup is not None
    popup.close()


def test_the_dialog_opens_where_files_were_looked_for_last(
    qtbot: Any, desk: Any, media_services: MediaServices, tmp_path: Path, picture: Any
) -> None:
    from PySide6.QtWidgets import QFileDialog

    folders: list[str] = []
    (tmp_path / "photos").mkdir()
    media_services.folder = lambda: str(tmp_path / "photos")
    media_services.save_folder = folders.append
    desk.page.files.choose_files()
    dialog = desk.page.findChild(QFileDialog)
    assert Path(dialog.directory().absolutePath()) == tmp_path / "photos"
    dialog.filesSelected.emit([picture("a.png")])
    assert folders == [str(tmp_path)]
    dialog.close()
    qtbot.waitUntil(lambda: desk.page.media.rowCount() == 1)
