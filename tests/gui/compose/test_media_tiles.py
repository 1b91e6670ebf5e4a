"""Tiles of files: their marks, keys, what plays, descriptions, and many at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.edits import Edit
from posto_desktop.ui.compose import media_import
from posto_desktop.ui.compose.alt_editor import AltEditor
from posto_desktop.ui.compose.hover_player import HoverPlayer
from posto_desktop.ui.compose.media_editor.dialog import MediaEditor
from posto_desktop.ui.shared.media_tile_delegate import MediaTileDelegate

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", "RHI")


# -- marks and keys --------------------------------------------------------------------------------

CELL = QRect(0, 0, 108, 125)


def labels(ref: MediaRef) -> dict[str, str]:
    return {label.kind: label.words for label in MediaTileDelegate().labels(ref, CELL)}


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
    labels = MediaTileDelegate().labels(ref, CELL)
    assert len(labels) == 3
    for number, label in enumerate(labels):
        assert CELL.contains(label.rect)
        assert not any(label.rect.intersects(other.rect) for other in labels[number + 1 :])


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_E])
def test_keys_open_the_editor_of_a_tile(
    qtbot: Any, desk: Any, attach: Any, picture: Any, key: Qt.Key
) -> None:
    attach(picture("a.png"), picture("b.png"))
    desk.page.strip.setCurrentIndex(desk.page.media.index(1))
    qtbot.keyClick(desk.page.strip, key)
    window = desk.page.findChild(MediaEditor)
    assert window.accessibleName() == "Edit b.png"
    window.reject()


def test_the_focus_selects_a_file_and_its_ring_goes_with_the_focus(
    desk: Any, attach: Any, picture: Any
) -> None:
    attach(picture("a.png"))
    strip = desk.page.strip
    desk.page.editor.setFocus()
    without = strip.grab().toImage()
    strip.setFocus(Qt.FocusReason.TabFocusReason)
    assert [index.row() for index in strip.selectedIndexes()] == [0]
    assert strip.grab().toImage() != without
    desk.page.editor.setFocus()
    assert strip.grab().toImage() == without


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


# -- playing ---------------------------------------------------------------------------------------


def moving(path: Path) -> str:
    shades = [Image.new("RGB", (60, 40), (40 * number, 90, 160)) for number in range(6)]
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


# -- descriptions ----------------------------------------------------------------------------------


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
    assert [ref.alt for ref in desk.page.media.refs()] == ["A cup", "A bag"]


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


# -- many ------------------------------------------------------------------------------------------


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
    qtbot.waitUntil(lambda: all(ref.width for ref in desk.page.media.refs()))
    assert [ref.name for ref in desk.page.media.refs()] == [Path(path).name for path in paths]
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

    def names() -> str:
        return "".join(ref.name[0] for ref in page.message.store.get("first").media)

    qtbot.waitUntil(lambda: len(names()) == 7)
    assert names() == ("fgabcde" if at is None else "fabcdeg")
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
