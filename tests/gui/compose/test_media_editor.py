"""Tests of the media editor: crop, rotation, size, edits per network, undo."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel

from posto_desktop.core.checks import Finding, Fix
from posto_desktop.core.draft import Draft
from posto_desktop.core.edits import Edit
from posto_desktop.core.renditions import Rendition
from posto_desktop.models.media import EditedPictureRole
from posto_desktop.ui.compose.media_editor.dialog import MediaEditor
from posto_desktop.ui.compose.media_editor.result_view import size_text
from posto_desktop.ui.shared.crop_shapes import FREE, ORIGINAL, ratio_name, shapes_for
from tests.unit.workers.samples import clip

# The multimedia libraries tell that they found no graphics card.
pytestmark = pytest.mark.qt_log_ignore("RHI", "This plugin does not support")

Open = Callable[..., MediaEditor]


def gif(path: Path, frames: int = 6) -> str:
    shades = [Image.new("RGB", (60, 40), (20 * number % 250, 90, 160)) for number in range(frames)]
    shades[0].save(path, save_all=True, append_images=shades[1:], duration=30, loop=0)
    return str(path)


@pytest.fixture
def editor(qtbot: Any, desk: Any, attach: Any, picture: Any) -> Open:
    """Opens the editor of one picture of 300 x 200, or of the file given."""

    def open_editor(path: str = "", slug: str = "", fit: tuple[str, ...] = ()) -> MediaEditor:
        attach(path or picture("a.png", 300, 200))
        desk.page.files.edit(desk.page.media.rowCount() - 1, slug, fit)
        dialog = desk.page.findChild(MediaEditor)
        assert dialog is not None
        return dialog

    return open_editor


def activate(qtbot: Any, window: MediaEditor) -> None:
    """Keys of the window itself need it in front."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def choose(editor: MediaEditor, name: str) -> None:
    names = [shape.name for shape in editor.panel.shapes_list()]
    editor.panel.shapes.setCurrentRow(names.index(name))


def test_shapes_are_named_after_the_networks_that_are_ticked() -> None:
    names = [shape.name for shape in shapes_for(["instagram"])]
    assert names[:3] == ["Original", "Free", "Instagram portrait 4:5"]
    assert "Instagram story 9:16" in names
    assert "Instagram square 1:1" in names


@pytest.mark.parametrize(
    ("ratio", "name"), [(1, "1:1"), (0.8, "4:5"), (1.91, "1.91:1"), (1.43, "1.43:1"), (0.1, "1:10")]
)
def test_ratios_have_names(ratio: float, name: str) -> None:
    assert ratio_name(ratio) == name


def test_a_shape_cuts_and_what_is_kept_reaches_the_draft(
    qtbot: Any, desk: Any, editor: Open
) -> None:
    window = editor()
    choose(window, "X square 1:1")
    assert window.view.crop() == pytest.approx((1 / 6, 0, 2 / 3, 1))
    qtbot.mouseClick(window.keep_button, Qt.MouseButton.LeftButton)
    [ref] = desk.page.media.refs()
    assert ref.edit is not None
    assert ref.edit.crop == pytest.approx((1 / 6, 0, 2 / 3, 1))
    qtbot.waitUntil(
        lambda: bool(desk.saved_drafts) and desk.saved_drafts[-1].media[0].edit is not None
    )
    index = desk.page.media.index(0)

    def squared() -> bool:
        image = index.data(EditedPictureRole)
        return image is not None and image.width() == image.height()

    qtbot.waitUntil(squared)


def test_brackets_turn_the_picture_and_its_cut(qtbot: Any, desk: Any, editor: Open) -> None:
    window = editor()
    window.state.set_crop((0.0, 0.0, 0.5, 0.5))
    activate(qtbot, window)
    QTest.keyClick(window.view, Qt.Key.Key_BracketRight)
    assert window.state.edit == Edit(crop=(0.5, 0.0, 0.5, 0.5), turns=1)
    QTest.keyClick(window.view, Qt.Key.Key_BracketLeft)
    QTest.keyClick(window.view, Qt.Key.Key_BracketLeft)
    assert window.state.edit == Edit(crop=(0.0, 0.5, 0.5, 0.5), turns=3)
    assert window.view.turned_size().height() == 300
    window.reject()


def test_undo_redo_and_reset(qtbot: Any, desk: Any, editor: Open) -> None:
    window = editor()
    assert not window.undo_button.isEnabled()
    assert not window.reset_button.isEnabled()
    window.turn_right()
    for _ in range(3):  # one movement is one step
        qtbot.keyClick(window.view.handles["e"], Qt.Key.Key_Left)
    cut = window.state.edit.crop
    assert cut is not None
    assert cut[2] < 0.95
    activate(qtbot, window)
    QTest.keyClick(window.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.state.edit == Edit(turns=1)
    QTest.keyClick(window.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.state.edit == Edit()
    window.redo()
    window.redo()
    assert window.state.edit.crop == cut
    qtbot.mouseClick(window.reset_button, Qt.MouseButton.LeftButton)
    assert window.state.edit == Edit()
    window.undo()
    assert window.state.edit.crop == cut
    window.reject()


def test_a_free_cut_leaves_the_list_of_shapes(qtbot: Any, desk: Any, editor: Open) -> None:
    window = editor()
    shape = window.panel.shape()
    assert shape is not None
    assert shape.key == ORIGINAL
    qtbot.keyClick(window.view.handles["e"], Qt.Key.Key_Left)
    shape = window.panel.shape()
    assert shape is not None
    assert shape.key == FREE
    choose(window, "Original")
    assert window.state.edit.crop is None
    window.reject()


def test_one_network_has_its_own_and_the_others_the_common_one(
    qtbot: Any, desk: Any, editor: Open
) -> None:
    window = editor()
    choose(window, "X square 1:1")
    window.panel.target.setCurrentIndex(window.panel.target.findData("bluesky"))
    window.panel.target.activated.emit(window.panel.target.currentIndex())
    assert window.state.edit.crop is not None  # what holds for all holds here, too
    choose(window, "Original")
    assert window.view.crop() == (0.0, 0.0, 1.0, 1.0)
    window.panel.target.setCurrentIndex(0)
    window.panel.target.activated.emit(0)
    assert window.view.crop() == pytest.approx((1 / 6, 0, 2 / 3, 1))
    window.accept()
    [ref] = desk.page.media.refs()
    assert set(ref.network_edits) == {"bluesky"}
    again = Draft.from_json(Draft(media=[ref]).to_json()).media[0]
    from posto_desktop.core.renditions import rendition_spec

    assert (rendition_spec(again, again.edit_for("bluesky"), "bluesky").width) == 300
    assert (rendition_spec(again, again.edit_for("twitter"), "twitter").width) == 200


def test_one_network_can_have_nothing_of_what_all_others_have(desk: Any, editor: Open) -> None:
    window = editor()
    window.state.set(crop=(0.0, 0.0, 0.5, 0.5), turns=1, max_side=100, format="jpeg")
    window.state.set(keep_metadata=True)
    window.state.choose("bluesky")
    for name, value in (("crop", None), ("turns", 0), ("max_side", None), ("format", "")):
        window.state.set(**{name: value})
    window.panel.optionChanged.emit("keep_metadata", False)
    assert window.state.edit == Edit()
    window.state.undo()
    assert window.state.edit == Edit(keep_metadata=True)
    window.state.redo()
    window.accept()
    [ref] = desk.page.media.refs()
    assert ref.edit_for("bluesky") == Edit()
    assert ref.edit_for("twitter").turns == 1


def test_what_is_sent_is_made_and_told(
    qtbot: Any, desk: Any, editor: Open, tmp_path: Path, picture: Any
) -> None:
    path = picture("big.png", 900, 600)
    before = hashlib.sha256(Path(path).read_bytes()).digest()
    window = editor(path)
    window.panel.side.setValue(300)
    window.panel.form.setCurrentIndex(window.panel.form.findData("jpeg"))
    window.panel.form.activated.emit(window.panel.form.currentIndex())
    with qtbot.waitSignal(window.outcome.finished):
        pass
    results = window.outcome.results()
    assert set(results) == {"twitter", "fb", "bluesky"}
    for made in results.values():
        assert isinstance(made, Rendition)
        assert (made.width, made.height, made.mime) == (300, 200, "image/jpeg")
        assert made.quality is not None
        with Image.open(made.path) as opened:
            assert opened.size == (300, 200)
        assert Path(made.path).stat().st_size == made.size
    words = " ".join(label.text() for label in window.outcome.labels())
    assert "300 × 200" in words
    assert "JPEG at quality" in words
    assert "KB" in words
    assert hashlib.sha256(Path(path).read_bytes()).digest() == before
    window.reject()


def test_a_file_that_goes_while_it_is_edited_is_named(
    qtbot: Any, desk: Any, editor: Open, picture: Any
) -> None:
    path = picture("gone.png", 300, 200)
    window = editor(path)
    Path(path).unlink()
    window.turn_right()
    with qtbot.waitSignal(window.outcome.finished):
        pass
    assert set(window.outcome.results().values()) == {"gone.png was not found."}
    window.reject()


def test_another_file_in_its_place_is_told_without_a_wish(
    qtbot: Any, editor: Open, tmp_path: Path
) -> None:
    film = tmp_path / "film.avi"
    film.write_bytes(clip([10, 20, 30]))
    window = editor(str(film))
    result = window.outcome
    result.file_watch.timer.setInterval(20)

    def shows(words: str) -> bool:
        return any(words in label.text() for label in result.labels())

    qtbot.waitUntil(lambda: shows(size_text(film.stat().st_size)))
    qtbot.waitUntil(result.file_watch.timer.isActive)
    film.write_bytes(clip([10] * 300))
    longer = size_text(film.stat().st_size)
    qtbot.waitUntil(lambda: shows(longer))
    film.unlink()
    film.mkdir()
    qtbot.waitUntil(lambda: shows("film.avi is a folder."))
    window.reject()
    assert not result.file_watch.timer.isActive()


def test_giving_up_can_be_taken_back(qtbot: Any, desk: Any, editor: Open) -> None:
    window = editor()
    window.turn_right()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert desk.page.media.refs()[0].edit is None
    notice = desk.notices[-1]
    assert (notice.text, notice.action) == ("The changes to a.png were discarded", "Undo")
    notice.callback()
    assert desk.page.media.refs()[0].edit == Edit(turns=1)


def test_nothing_changed_says_nothing(qtbot: Any, desk: Any, editor: Open) -> None:
    window = editor()
    window.turn_right()
    window.turn_left()
    with qtbot.waitSignal(window.finished) as blocker:
        window.reject()
    assert blocker.args == [QDialog.DialogCode.Rejected.value]
    assert not desk.notices


def test_the_button_of_a_check_opens_the_cut_that_helps(
    qtbot: Any, desk: Any, attach: Any, picture: Any, channels: Any
) -> None:
    desk.page.set_channels_selection([channels["instagram"]])
    attach(picture("wide.png", 900, 300))
    fix = Fix("crop", "Crop", desk.page.media.refs()[0].path, ("instagram",))
    desk.page.checks_presenter.fix(
        Finding("warning", "file_shape", "", ("instagram",), (2,), None, fix)
    )
    window = desk.page.findChild(MediaEditor)
    assert window.panel.target.currentText().startswith("Only Instagram")
    assert window.panel.shape().name == "Instagram landscape 1.91:1"
    window.accept()
    desk.settle()
    assert "file_shape" not in desk.codes()


def test_networks_with_edits_of_their_own_are_told_in_words(editor: Open) -> None:
    window = editor(slug="twitter")
    panel = window.panel
    row = panel.target.findData("twitter")
    assert panel.target.itemText(row) == "Only X"
    window.turn_right()
    assert panel.target.itemText(row) == "Only X, edited"
    tip = panel.target.itemData(row, Qt.ItemDataRole.ToolTipRole)
    assert tip == "Edits for X override those for all networks"
    window.reset()
    assert panel.target.itemText(row) == "Only X"
    assert not panel.target.itemData(row, Qt.ItemDataRole.ToolTipRole)
    window.reject()


def test_all_icons_of_the_targets_have_one_size(editor: Open) -> None:
    window = editor()
    target = window.panel.target
    size = target.view().iconSize()  # without one it is that of lists, which only some fill
    shown = {
        target.itemIcon(n).pixmap(size).deviceIndependentSize().toTuple()
        for n in range(target.count())
    }
    assert size == QSize(16, 16)
    assert shown == {(16.0, 16.0)}
    window.reject()


def test_the_list_of_targets_has_round_corners(qtbot: Any, editor: Open) -> None:
    window = editor()
    window.panel.target.showPopup()
    popup = window.panel.target.view().window()
    qtbot.waitUntil(popup.isVisible)
    shape = popup.mask()
    corner = popup.rect().bottomRight()
    assert not shape.contains(QPoint(0, 0))
    assert not shape.contains(corner)
    assert shape.contains(popup.rect().center())
    window.panel.target.hidePopup()
    window.reject()


def test_an_animation_plays_and_pauses(qtbot: Any, desk: Any, editor: Open, tmp_path: Path) -> None:
    window = editor(gif(tmp_path / "moves.gif"))
    if window.film.play.accessibleName() == "Play":
        window.media_presenter.toggle_playing()
    seen: set[int] = set()
    window.media_presenter.player().frame.connect(
        lambda image: seen.add(image.pixelColor(1, 1).red())
    )
    qtbot.waitUntil(lambda: len(seen) >= 3)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert window.film.play.accessibleName() == "Play"
    window.reject()


def shade(window: MediaEditor) -> int:
    """The red of the middle of the large view."""
    image = window.view.grab().toImage()
    return image.pixelColor(image.width() // 2, image.height() // 2).red()


def film(folder: Path) -> str:
    """Two seconds that get lighter by ten each tenth of a second."""
    path = folder / "clip.avi"
    path.write_bytes(clip([10 * number for number in range(20)]))
    return str(path)


def test_the_cover_of_a_video_is_chosen_by_keys(
    qtbot: Any, desk: Any, editor: Open, tmp_path: Path
) -> None:
    window = editor(film(tmp_path))
    assert window.film.slider.maximum() == pytest.approx(2000, abs=200)
    window.film.slider.setFocus()
    for _ in range(9):
        qtbot.keyClick(window.film.slider, Qt.Key.Key_Right)
    qtbot.keyClick(window.film.slider, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert window.state.edit.cover == pytest.approx(0.94)
    assert window.film.at.text() == "0:00.9"
    assert window.view.handles["nw"].isVisible()
    qtbot.waitUntil(lambda: shade(window) in range(76, 105))
    window.accept()
    assert desk.page.media.refs()[0].edit == Edit(cover=pytest.approx(0.94))
    index = desk.page.media.index(0)

    def tile_shows_it() -> bool:
        image = index.data(EditedPictureRole)
        return image is not None and abs(image.pixelColor(9, 9).red() - 90) <= 14

    qtbot.waitUntil(tile_shows_it)


def test_the_editor_says_that_a_cover_is_not_sent(
    qtbot: Any, desk: Any, editor: Open, tmp_path: Path
) -> None:
    window = editor(film(tmp_path))
    note = window.findChild(QLabel, "cover-note")
    assert note.isVisible()
    assert "not sent" in note.text()
    assert window.film.slider.accessibleDescription() == note.text()
    whole = Path(desk.page.media.refs()[0].path).stat().st_size
    window.state.set("cover", cover=1.0)
    assert {spec.size for spec in window.outcome.specs().values()} == {whole}
    assert all(spec.method == "" for spec in window.outcome.specs().values())
    window.reject()


def test_networks_that_do_not_get_the_file_are_not_offered(
    qtbot: Any, desk: Any, attach: Any, picture: Any
) -> None:
    attach(picture("a.png", 300, 200))
    desk.page.network_media.send(0, "twitter", False)
    desk.page.files.edit(0)
    window = desk.page.findChild(MediaEditor)
    target = window.panel.target
    assert [target.itemData(n) for n in range(target.count())] == ["", "fb", "bluesky"]
    with qtbot.waitSignal(window.outcome.finished):
        pass
    assert set(window.outcome.results()) == {"fb", "bluesky"}
    window.reject()


def test_a_picture_has_no_word_about_covers(editor: Open) -> None:
    window = editor()
    assert window.findChild(QLabel, "cover-note") is None
    window.reject()


def test_a_video_plays(qtbot: Any, desk: Any, editor: Open, tmp_path: Path) -> None:
    window = editor(film(tmp_path))
    window.media_presenter.toggle_playing()
    seen: set[int] = set()
    window.media_presenter.player().frame.connect(
        lambda image: seen.add(image.pixelColor(9, 9).red())
    )
    qtbot.waitUntil(lambda: len(seen) >= 3)
    qtbot.waitUntil(lambda: window.film.play.accessibleName() == "Play")
    window.reject()


def test_everything_in_it_has_a_name(desk: Any, editor: Open) -> None:
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QSpinBox

    window = editor()
    for kind in (QAbstractButton, QSpinBox):
        for control in window.findChildren(kind):
            if control.isVisible() and control.parent() is not window.panel.target:
                assert control.accessibleName() or control.text(), control
    for combo in window.panel.findChildren(QComboBox):
        assert combo.objectName()
    window.reject()
