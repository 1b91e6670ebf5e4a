"""Tests of pictures from a browser: downloaded, cancelled, failed, or pasted as text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage

from posto_desktop.ui.compose.message_files import MediaServices
from posto_desktop.workers.media_import import DropContent
from tests.unit.workers.test_media_import import JPEG, Site

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", "RHI")


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


def test_a_picture_out_of_a_browser_is_fetched(
    qtbot: Any, desk: Any, media_services: MediaServices, site: Site
) -> None:
    site.pages["/kitten.jpg"] = (200, {"Content-Type": "image/jpeg"}, JPEG)
    desk.page.files.add_dropped(DropContent(urls=(f"{site.url}/kitten.jpg",)))
    [tile] = desk.page.files.media_downloads.tiles()
    assert tile.isVisible()
    assert "kitten.jpg" in tile.accessibleName()
    qtbot.waitUntil(lambda: desk.page.media.rowCount() == 1)
    [ref] = desk.page.media.refs()
    assert Path(ref.path).parent.parent == media_services.fetched
    assert ref.name == "kitten.jpg"
    assert Path(ref.path).read_bytes() == JPEG
    assert not desk.page.files.media_downloads.tiles()


def test_what_fails_says_so_and_can_be_fetched_again(
    qtbot: Any, desk: Any, media_services: MediaServices, site: Site
) -> None:
    desk.page.files.add_dropped(DropContent(urls=(f"{site.url}/late.jpg",)))
    qtbot.waitUntil(lambda: bool(desk.notices))
    [tile] = desk.page.files.media_downloads.tiles()
    assert "late.jpg" in tile.problem
    assert desk.notices[-1].text == tile.problem
    assert tile.retry.isVisible()
    site.pages["/late.jpg"] = (200, {}, JPEG)
    qtbot.mouseClick(tile.retry, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desk.page.media.rowCount() == 1)


def test_what_is_on_its_way_can_be_cancelled(
    qtbot: Any, desk: Any, media_services: MediaServices, site: Site
) -> None:
    import threading

    going = threading.Event()

    def slow() -> Any:
        going.wait(60)
        return 200, {}, JPEG

    site.pages["/slow.jpg"] = slow
    try:
        desk.page.files.add_dropped(DropContent(urls=(f"{site.url}/slow.jpg",)))
        [tile] = desk.page.files.media_downloads.tiles()
        qtbot.mouseClick(tile.stop, Qt.MouseButton.LeftButton)
        assert not desk.page.files.media_downloads.tiles()
    finally:
        going.set()
    qtbot.waitUntil(lambda: desk.runner.running == 0)
    assert desk.page.media.rowCount() == 0
    assert not list(media_services.fetched.glob("*.jpg"))


def test_what_is_on_its_way_does_not_reach_another_message(
    qtbot: Any, desk: Any, media_services: MediaServices, site: Site
) -> None:
    site.pages["/kitten.jpg"] = (200, {}, JPEG)
    desk.type("The message that it was dropped on")
    desk.page.files.add_dropped(DropContent(urls=(f"{site.url}/kitten.jpg",)))
    desk.page.message.open_drafts.new_message()
    assert not desk.page.files.media_downloads.tiles()
    qtbot.waitUntil(lambda: desk.runner.running == 0)
    assert desk.page.media.rowCount() == 0


def test_the_address_of_a_page_becomes_text(
    qtbot: Any, desk: Any, media_services: MediaServices, site: Site
) -> None:
    site.pages["/story"] = (200, {"Content-Type": "text/html"}, b"<html>")
    desk.page.files.add_dropped(DropContent(urls=(f"{site.url}/story",)))
    qtbot.waitUntil(lambda: desk.page.editor.toPlainText() == f"{site.url}/story")
    assert not desk.page.files.media_downloads.tiles()


def test_pixels_help_where_the_address_refuses(
    qtbot: Any, desk: Any, media_services: MediaServices, site: Site
) -> None:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    site.pages["/private.jpg"] = (403, {}, b"")
    desk.page.files.add_dropped(DropContent(urls=(f"{site.url}/private.jpg",), picture=image))
    qtbot.waitUntil(lambda: desk.page.media.rowCount() == 1)
    assert QImage(desk.page.media.refs()[0].path).size() == image.size()


def test_the_pasted_address_of_a_picture_is_fetched_or_becomes_text(
    qtbot: Any, desk: Any, media_services: MediaServices, site: Site
) -> None:
    site.pages["/a.jpg"] = (200, {}, JPEG)
    mime = QMimeData()
    mime.setText(f"{site.url}/a.jpg")
    desk.page.editor.insertFromMimeData(mime)
    assert desk.page.editor.toPlainText() == ""
    qtbot.waitUntil(lambda: desk.page.media.rowCount() == 1)
    assert desk.notices[-1].action == "Insert as text"
    desk.notices[-1].callback()
    assert desk.page.editor.toPlainText() == f"{site.url}/a.jpg"


@pytest.mark.parametrize("text", ["https://example.invalid/story", "see https://a.invalid/b.jpg"])
def test_other_addresses_are_pasted_as_text(desk: Any, text: str) -> None:
    mime = QMimeData()
    mime.setText(text)
    desk.page.editor.insertFromMimeData(mime)
    assert desk.page.editor.toPlainText() == text


def test_a_link_dragged_onto_the_text_stays_text(desk: Any) -> None:
    from posto_desktop.ui.compose.clipboard_content import media_of

    link = QMimeData()
    link.setUrls([QUrl("https://example.invalid/story")])
    link.setText("https://example.invalid/story")
    assert media_of(link) is None
    picture = QMimeData()
    picture.setHtml('<img src="https://example.invalid/a.jpg" alt="x">')
    picture.setUrls([QUrl("https://example.invalid/story")])
    dropped = media_of(picture)
    assert dropped is not None
    assert dropped.urls == ("https://example.invalid/a.jpg",)
