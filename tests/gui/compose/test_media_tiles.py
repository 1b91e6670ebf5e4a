"""Tiles: their marks, keys and what plays; files from the web, recent ones, many at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QRect, Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.edits import Edit
from posto_desktop.sdk.endpoint import Endpoint
from posto_desktop.sdk.transport import Transport
from posto_desktop.ui.compose import media_import
from posto_desktop.ui.compose.alt_editor import AltEditor
from posto_desktop.ui.compose.hover_player import HoverPlayer
from posto_desktop.ui.compose.media_editor.dialog import MediaEditor
from posto_desktop.ui.compose.message_files import MediaServices
from posto_desktop.ui.compose.recent_media_popup import RecentMediaPopup
from posto_desktop.ui.shared.media_tile_delegate import MediaTileDelegate
from posto_desktop.workers.media_import import DropContent
from posto_desktop.workers.recent_media import RecentMedia
from tests.unit.workers.test_media_import import JPEG, Site

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", "RHI")


@pytest.fixture
def attach(qtbot: Any, desk: Any) -> Callable[..., None]:
    def add(*paths: str) -> None:
        count = desk.page.media.rowCount() + len(paths)
        desk.page.add_files(list(paths))
        qtbot.waitUntil(lambda: desk.page.media.rowCount() == count)
        qtbot.waitUntil(lambda: all(one.width for one in desk.page.media.refs()))

    return add


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


@pytest.fixture
def media_services(desk: Any, tmp_path: Path) -> Iterator[MediaServices]:
    """The page with a library and a way that also reaches this computer."""
    near = Transport(
        Endpoint("https://outside.invalid"), None, timeout=(2.0, 5.0), retries=0, allow_private=True
    )
    made = MediaServices(
        tmp_path / "renditions",
        tmp_path / "fetched",
        RecentMedia(tmp_path / "recent.json"),
        transport=near,
    )
    desk.page.files.configure(made)
    yield made
    near.close()


# -- marks and keys ----------------------------------------------------------------------------

CELL = QRect(0, 0, 108, 125)


def labels(ref: MediaRef) -> dict[str, str]:
    return {one.kind: one.words for one in MediaTileDelegate().labels(ref, CELL)}


def test_marks_say_what_was_done_to_a_file(theme: Any) -> None:
    photo = MediaRef("/a.jpg", "a.jpg", width=300, height=200)
    assert labels(photo) == {"alt": "ALT"}
    square = Edit(crop=(1 / 6, 0.0, 2 / 3, 1.0))
    assert labels(MediaRef("/a.jpg", "a.jpg", width=300, height=200, edit=square)) == {
        "alt": "ALT",
        "edit": "1:1",
    }
    # A quarter turn swaps the sides that the cut is measured on.
    turned = Edit(crop=(0.0, 0.0, 1.0, 2 / 3), turns=1)
    assert labels(MediaRef("/a.jpg", "a.jpg", width=300, height=200, edit=turned))["edit"] == "1:1"
    own = MediaRef("/a.jpg", "a.jpg", network_edits={"fb": Edit(turns=1)})
    assert labels(own) == {"alt": "ALT", "edit": ""}
    assert labels(MediaRef("/a.gif", "a.gif", kind="gif")) == {"alt": "ALT", "moves": "GIF"}
    film = MediaRef("/a.mp4", "a.mp4", kind="video", duration=42.3)
    assert labels(film) == {"length": "0:42"}


def test_marks_never_lie_over_each_other(theme: Any) -> None:
    edit = Edit(crop=(0.0, 0.0, 1.0, 0.35))
    ref = MediaRef("/a.gif", "a.gif", kind="gif", alt="x", width=300, height=200, edit=edit)
    found = MediaTileDelegate().labels(ref, CELL)
    assert len(found) == 3
    for number, one in enumerate(found):
        assert CELL.contains(one.rect)
        assert not any(one.rect.intersects(other.rect) for other in found[number + 1 :])


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_E])
def test_keys_open_the_editor_of_a_tile(
    qtbot: Any, desk: Any, attach: Any, picture: Any, key: Qt.Key
) -> None:
    attach(picture("a.png"), picture("b.png"))
    desk.page.strip.setCurrentIndex(desk.page.media.index(1))
    qtbot.keyClick(desk.page.strip, key)
    window = desk.page.findChild(MediaEditor)
    assert window.windowTitle() == "Edit b.png"
    window.reject()


def test_a_double_click_edits_and_the_mark_describes(
    qtbot: Any, desk: Any, attach: Any, picture: Any
) -> None:
    attach(picture("a.png"))
    strip = desk.page.strip
    middle = strip.visualRect(desk.page.media.index(0)).center()
    QTest.mouseDClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    window = desk.page.findChild(MediaEditor)
    assert window is not None
    window.reject()
    cell = strip.visualRect(desk.page.media.index(0))
    [alt] = MediaTileDelegate().labels(desk.page.media.refs()[0], cell)
    qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=alt.rect.center())
    popup = desk.page.findChild(AltEditor)
    assert popup is not None
    popup.close()


def test_a_file_that_is_gone_is_not_edited(
    qtbot: Any, desk: Any, attach: Any, picture: Any
) -> None:
    path = picture("a.png")
    attach(path)
    Path(path).unlink()
    desk.page.media_import.check_files()
    qtbot.waitUntil(lambda: bool(desk.page.message.checks.missing))
    desk.page.files.edit(0)
    assert desk.page.findChild(MediaEditor) is None
    assert desk.notices[-1].text == "a.png was not found."


def test_a_file_that_changes_is_looked_at_again(
    qtbot: Any, desk: Any, attach: Any, picture: Any
) -> None:
    path = picture("a.png", 120, 80)
    attach(path)
    desk.page.media_import.check_files()
    qtbot.waitUntil(lambda: not desk.runner.running)
    picture("a.png", 60, 90)
    os.utime(path, ns=(1, 1))
    desk.page.media_import.check_files()
    qtbot.waitUntil(lambda: desk.page.media.refs()[0].width == 60)
    assert desk.notices[-1].text == ("a.png changed on disk. The message uses the new version.")


def test_a_file_that_comes_back_as_another_is_looked_at_again(
    qtbot: Any, desk: Any, attach: Any, picture: Any
) -> None:
    path = picture("a.png", 120, 80)
    attach(path)
    qtbot.waitUntil(lambda: desk.page.media.refs()[0].width == 120)
    Path(path).unlink()  # as many programs save: away with the old one, then the new one
    desk.page.media_import.check_files()
    qtbot.waitUntil(lambda: bool(desk.page.message.checks.missing))
    picture("a.png", 60, 90)
    desk.page.media_import.check_files()
    qtbot.waitUntil(lambda: desk.page.media.refs()[0].width == 60)
    assert not desk.page.message.checks.missing
    assert desk.notices[-1].text == ("a.png changed on disk. The message uses the new version.")


def test_a_file_that_was_away_is_looked_at_once_it_is_there(
    qtbot: Any, desk: Any, picture: Any
) -> None:
    path = picture("a.png", 60, 90)
    data = Path(path).read_bytes()
    Path(path).unlink()
    desk.page.message.open_drafts.load(Draft(text="Hello", media=[MediaRef(path, "a.png")]))
    qtbot.waitUntil(lambda: bool(desk.page.message.checks.missing))
    qtbot.waitUntil(lambda: not desk.runner.running)
    Path(path).write_bytes(data)
    desk.page.media_import.check_files()
    qtbot.waitUntil(lambda: desk.page.media.refs()[0].width == 60)
    assert not desk.page.media.refs()[0].problem


def test_a_file_that_comes_back_as_it_was_is_no_news(
    qtbot: Any, desk: Any, attach: Any, picture: Any, tmp_path: Path
) -> None:
    path = picture("a.png", 120, 80)
    attach(path)
    qtbot.waitUntil(lambda: desk.page.media.refs()[0].width == 120)
    Path(path).rename(tmp_path / "away.png")
    desk.page.media_import.check_files()
    qtbot.waitUntil(lambda: bool(desk.page.message.checks.missing))
    (tmp_path / "away.png").rename(path)
    desk.page.media_import.check_files()
    qtbot.waitUntil(lambda: not desk.page.message.checks.missing)
    assert not desk.notices


def test_a_change_right_after_adding_is_noticed(
    qtbot: Any, desk: Any, attach: Any, picture: Any
) -> None:
    path = picture("a.png", 120, 80)
    attach(path)
    qtbot.waitUntil(lambda: desk.page.media.refs()[0].width == 120)
    picture("a.png", 60, 90)
    os.utime(path, ns=(1, 1))
    desk.page.media_import.check_files()  # the first look of all
    qtbot.waitUntil(lambda: desk.page.media.refs()[0].width == 60)
    assert desk.notices[-1].text == ("a.png changed on disk. The message uses the new version.")


def test_a_file_that_is_looked_into_during_the_first_look_keeps_its_own_stamp(
    qtbot: Any, desk: Any, attach: Any, picture: Any
) -> None:
    path = picture("a.png", 120, 80)
    attach(path)
    media_import = desk.page.media_import
    qtbot.waitUntil(lambda: path in media_import._stamps)
    read = media_import._stamps.pop(path)
    picture("a.png", 60, 90)
    os.utime(path, ns=(1, 1))
    media_import.check_files()
    media_import._stamps[path] = read  # its facts, read before the change, come only now
    qtbot.waitUntil(lambda: not desk.runner.running)
    assert media_import._stamps[path] == read
    media_import.check_files()
    qtbot.waitUntil(lambda: bool(desk.notices))
    assert "changed on disk" in desk.notices[-1].text


def test_a_change_within_size_and_time_is_noticed(
    qtbot: Any, desk: Any, attach: Any, picture: Any
) -> None:
    """Also by a message that is opened again, of whose file only the hash is known."""
    path = picture("a.png", 120, 80)
    attach(path)
    media_import, media = desk.page.media_import, desk.page.media
    qtbot.waitUntil(lambda: media.refs()[0].width == 120)
    media_import.check_files()
    qtbot.waitUntil(lambda: media.refs()[0].sha256 is not None)
    before, facts = media.refs()[0], Path(path).stat()
    qtbot.waitUntil(lambda: desk.page.draft.media[0].sha256 == before.sha256)
    other = Path(picture("b.png", 80, 120)).read_bytes()
    padded = other + b"\0" * (facts.st_size - len(other))
    assert len(padded) == facts.st_size
    Path(path).write_bytes(padded)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    for opened_again in (False, True):
        if opened_again:
            media_import._stamps, media_import._hashes = {}, {}
            media.set_hash(path, "of what it was when the message was kept")
            desk.notices.clear()
        media_import.check_files()
        qtbot.waitUntil(lambda: bool(desk.notices))
        words = "a.png changed on disk. The message uses the new version."
        assert desk.notices[-1].text == words
        assert media.refs()[0].sha256 not in (None, before.sha256)
    qtbot.waitUntil(lambda: media.refs()[0].width == 80)


def test_a_file_that_is_saved_as_it_was_is_not_told(
    qtbot: Any, desk: Any, attach: Any, picture: Any
) -> None:
    path = picture("a.png", 120, 80)
    attach(path)
    media_import = desk.page.media_import
    media_import.check_files()
    qtbot.waitUntil(lambda: desk.page.media.refs()[0].sha256 is not None)
    os.utime(path, ns=(1, 1))
    media_import.check_files()
    qtbot.waitUntil(lambda: not desk.runner.running)
    assert media_import._stamps[path][1] == 1
    assert not desk.notices


# -- playing -----------------------------------------------------------------------------------


def moving(path: Path) -> str:
    shades = [Image.new("RGB", (60, 40), (40 * one, 90, 160)) for one in range(6)]
    shades[0].save(path, save_all=True, append_images=shades[1:], duration=30, loop=0)
    return str(path)


def hover(desk: Any, number: int) -> None:
    strip = desk.page.strip
    place = strip.visualRect(desk.page.media.index(number)).center()
    QTest.mouseMove(strip.viewport(), place)


def test_one_tile_plays_while_the_pointer_is_on_it(
    qtbot: Any, desk: Any, attach: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from posto_desktop.ui.compose import hover_player

    monkeypatch.setattr(hover_player, "is_motion_reduced", lambda: False)
    attach(moving(tmp_path / "a.gif"), moving(tmp_path / "b.gif"))
    strip, seen = desk.page.strip, set()
    strip.findChild(HoverPlayer).frame.connect(
        lambda row, image: seen.add((row, image.pixelColor(1, 1).red()))
    )
    hover(desk, 0)
    qtbot.waitUntil(lambda: len({shade for row, shade in seen if row == 0}) >= 3)
    hover(desk, 1)
    assert strip.findChild(HoverPlayer).row == -1  # the first has stopped at once
    qtbot.waitUntil(lambda: any(row == 1 for row, _shade in seen))
    assert strip.findChild(HoverPlayer).row == 1
    strip.hide()
    assert strip.findChild(HoverPlayer).row == -1


def test_nothing_plays_for_those_who_want_less_motion(
    qtbot: Any, desk: Any, attach: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from posto_desktop.ui.compose import hover_player

    monkeypatch.setattr(hover_player, "is_motion_reduced", lambda: True)
    attach(moving(tmp_path / "a.gif"))
    player = desk.page.strip.findChild(HoverPlayer)
    hover(desk, 0)
    assert not player.is_waiting
    assert player.row == -1


# -- descriptions ------------------------------------------------------------------------------


def test_descriptions_are_written_one_file_after_the_other(
    qtbot: Any, desk: Any, attach: Any, picture: Any
) -> None:
    attach(picture("a.png"), picture("b.png"))
    desk.page.files.describe(0)
    popup = desk.page.findChild(AltEditor)
    assert not popup.back.isEnabled()
    popup.field.setPlainText("A cup")
    qtbot.mouseClick(popup.on, Qt.MouseButton.LeftButton)
    assert desk.page.media.refs()[0].alt == "A cup"
    assert popup.field.toPlainText() == ""
    assert not popup.on.isEnabled()
    popup.field.setPlainText("A bag")
    qtbot.keyClick(popup.field, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    assert popup.field.toPlainText() == "A cup"
    popup.close()
    assert [one.alt for one in desk.page.media.refs()] == ["A cup", "A bag"]


def test_a_description_counts_against_the_least_limit(
    qtbot: Any, desk: Any, attach: Any, picture: Any, channels: Any
) -> None:
    from posto_desktop.core.limits import limits_for
    from posto_desktop.ui.compose.alt_editor import LONGEST

    limited = next(
        slug for slug in ("mastodon", "bluesky", "pinterest") if limits_for(slug).alt_text_sent
    )
    desk.page.set_channels_selection([channels[limited]])
    attach(picture("a.png"))
    desk.page.files.describe(0)
    popup = desk.page.findChild(AltEditor)
    most = limits_for(limited).alt_max or LONGEST
    assert popup.limit()[0] == most
    popup.field.setPlainText("x" * (most + 2))
    assert "2 characters too long" in popup.words()
    popup.field.clear()
    popup.close()


# -- from the web ------------------------------------------------------------------------------


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
    found = media_of(picture)
    assert found is not None
    assert found.urls == ("https://example.invalid/a.jpg",)


# -- used lately -------------------------------------------------------------------------------


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
    gone = str(tmp_path / "gone.png")
    media_services.recent.add([MediaRef(gone, "gone.png", size=3)])
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


# -- the file dialog ---------------------------------------------------------------------------


def test_the_dialog_opens_where_files_were_looked_for_last(
    qtbot: Any, desk: Any, media_services: MediaServices, tmp_path: Path, picture: Any
) -> None:
    from PySide6.QtWidgets import QFileDialog

    kept: list[str] = []
    (tmp_path / "photos").mkdir()
    media_services.folder = lambda: str(tmp_path / "photos")
    media_services.save_folder = kept.append
    desk.page.files.choose_files()
    dialog = desk.page.findChild(QFileDialog)
    assert Path(dialog.directory().absolutePath()) == tmp_path / "photos"
    dialog.filesSelected.emit([picture("a.png")])
    assert kept == [str(tmp_path)]
    dialog.close()
    qtbot.waitUntil(lambda: desk.page.media.rowCount() == 1)


# -- many --------------------------------------------------------------------------------------


def test_500_files_at_once_keep_their_order(
    qtbot: Any, desk: Any, tmp_path: Path, picture: Any
) -> None:
    image = Path(picture("one.png", 64, 48)).read_bytes()
    paths = []
    for number in range(500):
        path = tmp_path / f"{number:03}.png"
        path.write_bytes(image)
        paths.append(str(path))
    desk.page.add_files(paths)
    qtbot.waitUntil(lambda: desk.page.media.rowCount() == 500)
    qtbot.waitUntil(lambda: all(one.width for one in desk.page.media.refs()))
    assert [one.name for one in desk.page.media.refs()] == [Path(one).name for one in paths]
    # What came with one drop goes with one Undo, and comes back with one Redo.
    desk.page.undo()
    assert desk.page.media.rowCount() == 0
    desk.page.redo()
    assert desk.page.media.rowCount() == 500


@pytest.mark.parametrize("at", [None, 1])
def test_files_go_to_the_message_that_they_were_dropped_on(
    qtbot: Any, desk: Any, picture: Any, monkeypatch: pytest.MonkeyPatch, at: int | None
) -> None:
    monkeypatch.setattr(media_import, "PIECE", 2)
    page = desk.page
    page.message.open_drafts.load(Draft(id="first", text="Holiday"))
    paths = [picture(f"{name}.png") for name in "abcdefg"]
    page.add_files(paths[5:])
    qtbot.waitUntil(lambda: len(page.draft.media) == 2)
    # Another message is opened while the first few are here.
    page.media_import.added.connect(lambda _count: page.message.open_drafts.new_beside())
    page.add_files(paths[:5], at)

    def kept() -> str:
        return "".join(one.name[0] for one in page.message.store.get("first").media)

    qtbot.waitUntil(lambda: len(kept()) == 7)
    assert kept() == ("fgabcde" if at is None else "fabcdeg")
    assert page.draft.id != "first"
    assert page.draft.media == ()


def test_facts_that_keep_coming_do_not_put_the_checks_off(
    qtbot: Any, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    refs = [MediaRef(path=f"/nowhere/{number}.png", name=f"{number}.png") for number in range(60)]
    desk.page.media.insert_files(refs)
    soon = desk.page.message.checks._soon
    qtbot.waitUntil(lambda: not soon.is_waiting)
    begun: list[int] = []
    start = soon._timer.start
    monkeypatch.setattr(soon._timer, "start", lambda wait: (begun.append(wait), start(wait)))
    for number in range(3):
        desk.page.media.set_facts(f"/nowhere/{number}.png", width=5, height=5)
        desk.page.media.emit_facts_changed()
    assert len(begun) == 1
    assert soon.is_waiting
    # A long text waits for a pause.
    desk.type("word " * 5_000)
    before = len(begun)
    desk.type("!")
    desk.type("!")
    assert len(begun) == before + 2


def test_tiles_are_larger_in_tall_windows(desk: Any) -> None:
    strip = desk.page.strip
    low = strip.gridSize()
    strip.set_tall(True)
    assert strip.gridSize().width() - low.width() == 40
    strip.set_tall(False)
    assert strip.gridSize() == low
    assert strip.visualRect(desk.page.media.index(0)).topLeft() == QPoint(0, 0)
