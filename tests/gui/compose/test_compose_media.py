"""Files in the message: dropped, pasted, ordered, described, and those that cannot be posted."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QImage,
)
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPlainTextEdit

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.models.media import ROW_MIME, PictureRole
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.compose.alt_editor import AltEditor
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.drop_overlay import read_drag


def names(desk: Any) -> list[str]:
    return [ref.name for ref in desk.page.media.refs()]


def wait_for_files(qtbot: Any, desk: Any, count: int) -> None:
    qtbot.waitUntil(lambda: desk.page.media.rowCount() == count)


def wait_for_notice(qtbot: Any, desk: Any) -> str:
    qtbot.waitUntil(lambda: bool(desk.notices))
    return str(desk.notices[-1].text)


def test_files_come_with_their_facts_and_pictures(qtbot: Any, desk: Any, picture: Any) -> None:
    desk.page.add_files([picture("a.png"), picture("b.jpg", 300, 200)])
    wait_for_files(qtbot, desk, 2)
    qtbot.waitUntil(lambda: desk.page.media.refs()[1].width == 300)
    ref = desk.page.media.refs()[1]
    assert (ref.name, ref.kind, ref.height) == ("b.jpg", "image", 200)
    assert ref.size > 0
    qtbot.waitUntil(lambda: isinstance(desk.page.media.index(0).data(PictureRole), QImage))
    desk.settle()
    assert desk.page.preview.card("twitter").post.media[1].aspect == 1.5
    qtbot.waitUntil(lambda: bool(desk.saved_drafts) and len(desk.saved_drafts[-1].media) == 2)


def test_files_go_where_they_were_dropped(qtbot: Any, desk: Any, picture: Any) -> None:
    desk.page.add_files([picture("a.png"), picture("b.png")])
    wait_for_files(qtbot, desk, 2)
    desk.page.add_files([picture("c.png")], 1)
    wait_for_files(qtbot, desk, 3)
    assert names(desk) == ["a.png", "c.png", "b.png"]


def test_files_dropped_on_the_text_do_not_become_text(qtbot: Any, desk: Any, picture: Any) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(picture("a.png"))])
    enter = QDragEnterEvent(
        QPoint(10, 10),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    desk.page.editor.dragEnterEvent(enter)
    assert not enter.isAccepted()  # the window's sheet takes it
    desk.page.editor.insertFromMimeData(mime)  # as a paste it is an attachment as well
    wait_for_files(qtbot, desk, 1)
    assert desk.page.editor.toPlainText() == ""


def test_a_pasted_picture_becomes_a_file(qtbot: Any, desk: Any, tmp_path: Path) -> None:
    mime = QMimeData()
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    mime.setImageData(image)
    desk.page.editor.insertFromMimeData(mime)
    wait_for_files(qtbot, desk, 1)
    [ref] = desk.page.media.refs()
    assert Path(ref.path).parent == tmp_path / "pasted"
    assert QImage(ref.path).size() == image.size()


def test_text_beside_a_picture_is_pasted_as_text(desk: Any) -> None:
    mime = QMimeData()
    mime.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    mime.setText("from a word processor")
    desk.page.editor.insertFromMimeData(mime)
    assert desk.page.editor.toPlainText() == "from a word processor"
    assert desk.page.media.rowCount() == 0


def test_a_text_file_becomes_the_text(qtbot: Any, desk: Any, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_bytes("\ufeffGrüße 🚲".encode())
    desk.type("Hello")
    desk.page.add_files([str(note)])
    qtbot.waitUntil(lambda: desk.page.editor.toPlainText() == "Hello\nGrüße 🚲")
    assert desk.page.media.rowCount() == 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("notes.docx", b"PK\x03\x04rest", "notes.docx cannot be posted."),
        ("empty.png", b"", "empty.png is empty (0 bytes)."),
        ("report.pdf", b"%PDF-1.4", "report.pdf cannot be posted."),
        ("photo.png", b"%PDF-1.4", "photo.png cannot be posted."),
        ("binary.txt", b"\0\1\2", "binary.txt cannot be posted."),
        ("latin.txt", b"gr\xfc\xdfe", "latin.txt is not a readable text file."),
    ],
)
def test_what_cannot_be_posted_is_named(
    qtbot: Any, desk: Any, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    desk.type("stays")
    desk.page.add_files([str(tmp_path / name)])
    assert wait_for_notice(qtbot, desk) == words
    assert desk.page.media.rowCount() == 0
    assert desk.page.editor.toPlainText() == "stays"


def test_folders_and_vanished_files_are_named(qtbot: Any, desk: Any, tmp_path: Path) -> None:
    (tmp_path / "Holiday").mkdir()
    desk.page.add_files([str(tmp_path / "Holiday")])
    assert wait_for_notice(qtbot, desk) == "Holiday is a folder. Add the files inside it."
    desk.notices.clear()
    desk.page.add_files([str(tmp_path / "gone.png")])
    assert wait_for_notice(qtbot, desk) == "gone.png was not found."


@pytest.mark.skipif(sys.platform == "win32", reason="names like these cannot exist there")
def test_odd_names_are_no_obstacle(qtbot: Any, desk: Any, picture: Any) -> None:
    odd = ['it\'s "new".png', "two\nlines.png", "🚲 שלום.png", "100% & <b>.png"]
    desk.page.add_files([picture(name) for name in odd])
    wait_for_files(qtbot, desk, 4)
    assert names(desk) == odd


def test_several_refusals_are_one_sentence(
    qtbot: Any, desk: Any, tmp_path: Path, picture: Any
) -> None:
    bad = []
    for number in range(5):
        path = tmp_path / f"bad{number}.docx"
        path.write_bytes(b"PK\x03\x04")
        bad.append(str(path))
    desk.page.add_files([picture("good.png"), *bad])
    assert wait_for_notice(qtbot, desk) == (
        "5 files cannot be posted: bad0.docx, bad1.docx, bad2.docx and 2 more"
    )
    assert len(desk.notices) == 1
    assert names(desk) == ["good.png"]


def test_a_damaged_picture_keeps_its_tile_and_is_explained(
    qtbot: Any, desk: Any, tmp_path: Path
) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"nonsense" * 20)
    desk.type("text")
    desk.page.add_files([str(path)])
    wait_for_files(qtbot, desk, 1)
    qtbot.waitUntil(lambda: "file_unusable" in desk.codes())
    [finding] = [
        finding for finding in desk.page.checks.findings if finding.code == "file_unusable"
    ]
    assert "broken.png" in finding.sentence
    desk.page.checks_presenter.fix(finding)
    assert desk.page.media.rowCount() == 0


def test_a_file_that_vanishes_while_edited_is_noticed(qtbot: Any, desk: Any, picture: Any) -> None:
    path = picture("a.png")
    desk.page.add_files([path])
    wait_for_files(qtbot, desk, 1)
    # Not while it is being read: Qt warns of a device that is gone.
    qtbot.waitUntil(lambda: desk.page.media.picture(path) is not None)
    Path(path).unlink()
    desk.page.media_import.check_files()
    qtbot.waitUntil(lambda: "file_missing" in desk.codes())
    assert "a.png" in desk.page.checks.findings[0].sentence


def test_five_hundred_files_at_once(qtbot: Any, desk: Any, picture: Any) -> None:
    path = picture("a.png", 8, 8)
    desk.page.add_files([path] * 500)
    wait_for_files(qtbot, desk, 500)
    cell = desk.page.strip.gridSize().height()
    assert desk.page.strip.height() <= cell * 3
    assert desk.page.strip.verticalScrollBar().maximum() > 0


# -- order and removal ---------------------------------------------------------------------


@pytest.fixture
def strip(desk: Any) -> Any:
    refs = [MediaRef(path=f"/nowhere/{name}.png", name=f"{name}.png") for name in "abc"]
    desk.page.media.insert_files(refs)
    return desk.page.strip


def letters(desk: Any) -> str:
    return "".join(name[0] for name in names(desk))


def test_alt_arrows_move_a_tile(qtbot: Any, desk: Any, strip: Any) -> None:
    strip.setFocus()
    strip.setCurrentIndex(desk.page.media.index(0))
    qtbot.keyClick(strip, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert letters(desk) == "bac"
    assert strip.currentIndex().row() == 1
    qtbot.keyClick(strip, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(strip, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert letters(desk) == "abc"


def test_delete_removes_a_tile_and_undo_brings_it_back(qtbot: Any, desk: Any, strip: Any) -> None:
    strip.setCurrentIndex(desk.page.media.index(1))
    qtbot.keyClick(strip, Qt.Key.Key_Delete)
    assert letters(desk) == "ac"
    assert desk.notices[-1].text == "b.png removed from the message"
    desk.notices[-1].callback()
    assert letters(desk) == "abc"


def test_the_cross_on_a_tile_removes_it(qtbot: Any, desk: Any, strip: Any) -> None:
    rect = strip.visualRect(desk.page.media.index(0))
    cross = strip.itemDelegate().remove_rect(rect).center()
    qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=cross)
    assert letters(desk) == "bc"


def drag_over(strip: Any, mime: QMimeData, place: QPoint) -> QDragEnterEvent:
    """As the window system does it: the application looks for the widget that takes it."""
    how = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton)
    enter = QDragEnterEvent(place, *how, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(strip.viewport(), enter)
    if enter.isAccepted():
        move = QDragMoveEvent(place, *how, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(strip.viewport(), move)
    return enter


def accent_columns(strip: Any, line: int) -> list[int]:
    """Where the viewport shows the accent colour, in pixels from its left."""
    image = strip.viewport().grab().toImage()
    accent = Theme.instance().colour("accent").rgb()
    return [x for x in range(image.width()) if image.pixel(x, line) == accent]


@pytest.mark.parametrize(
    ("source", "x", "order"), [(0, 330, "bca"), (2, 0, "cab"), (0, 110, "abc"), (1, 20, "bac")]
)
def test_a_dragged_tile_lands_between_its_neighbours(
    desk: Any, strip: Any, source: int, x: int, order: str
) -> None:
    mime = desk.page.media.mimeData([desk.page.media.index(source)])
    assert mime.hasFormat(ROW_MIME)
    assert drag_over(strip, mime, QPoint(x, 50)).isAccepted()
    drop = QDropEvent(
        QPointF(x, 50),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(strip.viewport(), drop)
    assert drop.isAccepted()
    assert letters(desk) == order
    strip.clearSelection()  # its ring has the same colour
    assert accent_columns(strip, 50) == []
    if order == "abc":
        assert desk.notices == []
        return
    desk.notices[-1].callback()
    assert letters(desk) == "abc"


def test_a_tile_gives_its_file_to_other_programs_and_never_away(
    desk: Any, strip: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried: list[tuple[list[str], Qt.DropAction]] = []

    def let_go(drag: QDrag, actions: Qt.DropAction) -> Qt.DropAction:
        carried.append(([url.toLocalFile() for url in drag.mimeData().urls()], actions))
        return actions

    monkeypatch.setattr(QDrag, "exec", let_go)
    strip.setCurrentIndex(desk.page.media.index(1))
    strip.startDrag(Qt.DropAction.CopyAction)
    # "Move" would let a file manager take the user's own file out of its folder.
    assert carried == [([desk.page.draft.media[1].path], Qt.DropAction.CopyAction)]


def test_a_tile_over_the_message_is_no_new_file(desk: Any, strip: Any) -> None:
    mime = desk.page.media.mimeData([desk.page.media.index(0)])
    assert mime.hasUrls()
    assert not read_drag(mime).is_usable
    assert not desk.page.editor.canInsertFromMimeData(mime)
    assert letters(desk) == "abc"


def test_a_line_shows_where_a_dragged_tile_would_go(desk: Any, strip: Any) -> None:
    mime = desk.page.media.mimeData([desk.page.media.index(0)])
    first, second = (strip.visualRect(desk.page.media.index(n)) for n in (1, 2))
    assert accent_columns(strip, 50) == []
    drag_over(strip, mime, QPoint(second.left() + 4, 50))
    left, right = accent_columns(strip, 50)
    tiles = strip.itemDelegate()
    assert right == left + 1
    assert tiles.picture_rect(first).right() < left
    assert right < tiles.picture_rect(second).left()
    QApplication.sendEvent(strip.viewport(), QDragLeaveEvent())
    assert accent_columns(strip, 50) == []


def test_files_dragged_over_the_strip_go_to_the_window(desk: Any, strip: Any) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/nowhere/x.png")])
    assert not drag_over(strip, mime, QPoint(50, 50)).isAccepted()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_description_is_written_in_a_popup(qtbot: Any, desk: Any, strip: Any) -> None:
    desk.page.files.describe(1)
    popup = desk.page.findChild(AltEditor)
    field = popup.findChild(QPlainTextEdit, "description")
    field.setPlainText("A cup of coffee")
    popup.close()
    assert desk.page.media.refs()[1].alt == "A cup of coffee"
    desk.page.files.describe(1)
    popup = [popup for popup in desk.page.findChildren(AltEditor) if popup.isVisible()][-1]
    popup.findChild(QPlainTextEdit, "description").setPlainText("Nonsense")
    popup.findChild(object, "discard").click()
    assert desk.page.media.refs()[1].alt == "A cup of coffee"


def test_media_belongs_to_the_draft(desk: Any) -> None:
    draft = Draft(
        text="t", media=[MediaRef(path="/nowhere/z.png", name="z.png", width=4, height=4)]
    )
    desk.page.message.open_drafts.load(draft)
    assert names(desk) == ["z.png"]
    desk.page.message.open_drafts.new_message()
    assert names(desk) == []


def test_instagram_asks_for_a_picture(desk: Any, channels: dict[str, Channel]) -> None:
    desk.page.set_channels_selection([channels["instagram"]])
    desk.type("Fig")
    desk.settle()
    assert "media_missing" in desk.codes()
    assert desk.page.preview.card("instagram").post.problem == "needs a file"


def test_the_file_dialog_can_be_read(desk: Any) -> None:
    desk.page.files.choose_files()
    dialog = desk.page.findChild(QFileDialog)
    assert dialog.testOption(QFileDialog.Option.HideNameFilterDetails)
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    if name is not None:  # the system's own dialog has none
        popup = name.completer().popup()
        popup.ensurePolished()
        ground = popup.palette().color(popup.backgroundRole())
        assert (ground.alpha(), ground) == (255, Theme.instance().colour("raised"))
    dialog.close()


def test_a_page_without_a_plain_text_is_pasted_as_its_words(desk: Any) -> None:
    mime = QMimeData()
    mime.setData(
        "text/html",
        b"<p>Tea &amp; <b>milk</b></p><p>Second</p><script>alert(1)</script>"
        b"<style>p { color: red }</style>",
    )
    assert not mime.hasText()
    assert desk.page.editor.canInsertFromMimeData(mime)
    desk.page.editor.insertFromMimeData(mime)
    assert desk.page.editor.toPlainText() == "Tea & milk\nSecond"
    desk.page.undo()
    assert desk.page.editor.toPlainText() == ""


def test_a_picture_out_of_a_page_that_cannot_be_fetched_stays_a_picture(
    qtbot: Any, desk: Any
) -> None:
    mime = QMimeData()
    mime.setData("text/html", b'<img src="blob:https://a.example/1">')
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    mime.setImageData(image)
    desk.page.editor.insertFromMimeData(mime)
    wait_for_files(qtbot, desk, 1)
    assert desk.page.editor.toPlainText() == ""
