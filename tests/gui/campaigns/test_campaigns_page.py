"""The messages of an open campaign: added, moved, deleted, dropped as files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from posto_desktop.core.campaign import CampaignMessage
from posto_desktop.core.draft import MediaRef
from posto_desktop.ui.campaigns.header import _MenuButton
from posto_desktop.ui.campaigns.page import CampaignsPage
from posto_desktop.ui.theme import Theme
from tests.gui.campaigns.campaigns_on_page import CTRL, NOW, Asked, campaign, opened, picture


def test_who_has_named_a_campaign_goes_on_with_its_messages(asked: Asked) -> None:
    page = asked.page
    page.campaigns.set_campaigns([], {})
    page.campaigns.new()
    QTest.keyClicks(page.head.name, "Winter")
    QTest.keyClick(page.head.name, Qt.Key.Key_Return)
    assert page.empty.button.hasFocus()
    page.message_actions.add_text("a", None)
    page.head.name.setFocus()
    QTest.keyClick(page.head.name, Qt.Key.Key_Escape)
    assert page.view.hasFocus()


def test_the_keyboard_stays_in_the_middle_when_the_first_message_comes_or_the_last_goes(
    asked: Asked, qtbot: QtBot, tmp_path: Path
) -> None:
    page = opened(asked, qtbot, campaign())
    assert page.empty.button.hasFocus()
    page.campaigns.files.add_files([picture(tmp_path / "a.png")])
    qtbot.waitUntil(lambda: page.campaigns.messages.rowCount() == 1)
    assert page.view.hasFocus()
    QTest.keyClick(page.view, Qt.Key.Key_Delete)
    assert page.empty.button.hasFocus()
    page.rhythm.start.setFocus()
    page.campaigns.editor.undo()
    assert page.campaigns.messages.rowCount() == 1
    assert page.rhythm.start.hasFocus()


def test_a_row_is_dragged_to_another_place(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a", "b", "c"))
    view, viewport = page.view, page.view.viewport()
    start = view.row_rect(2).center()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(viewport, start - QPoint(0, 30))
    QTest.mouseMove(viewport, view.row_rect(0).topLeft() + QPoint(100, 4))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=view.row_rect(0).topLeft())
    assert asked.texts == ["c", "a", "b"]


def test_deleting_messages_is_undone_from_the_toast(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a", "b", "c"))
    page.view.select_ids(["a", "b"])
    QTest.keyClick(page.view, Qt.Key.Key_Delete)
    assert asked.texts == ["c"]
    assert asked.notifications[-1].text == "2 messages deleted"
    asked.notifications[-1].callback()
    assert asked.texts == ["a", "b", "c"]


def test_pasted_lines_become_messages_in_one_step(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a"))
    QApplication.clipboard().setText("one\ntwo\nthree")
    page.view.setFocus()
    QTest.keyClick(page.view, Qt.Key.Key_V, CTRL)
    assert asked.texts == ["a", "one", "two", "three"]
    assert asked.notifications[-1].text == "3 messages added"
    page.campaigns.editor.undo()
    assert asked.texts == ["a"]


def test_what_is_pasted_with_the_keyboard_elsewhere_is_for_the_open_campaign(
    asked: Asked, qtbot: QtBot
) -> None:
    page = opened(asked, qtbot, campaign("a"))
    QApplication.clipboard().setText("one\ntwo")
    assert page.handle_paste()
    assert asked.texts == ["a", "one", "two"]
    page.campaigns.close()
    assert not page.handle_paste()


def drop(page: CampaignsPage, paths: list[str], place: QPoint) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(path) for path in paths])
    event = QDropEvent(
        QPointF(place), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    page.view.dropEvent(event)


def test_the_sheet_for_files_stays_away_from_an_open_campaign(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a"))
    assert page.drop_inset() == page.height()
    page.campaigns.close()
    assert page.drop_inset() == 0


def test_an_empty_campaign_shows_that_it_takes_what_is_dragged(
    asked: Asked, qtbot: QtBot, tmp_path: Path
) -> None:
    page = opened(asked, qtbot, campaign())
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(picture(tmp_path / "a.png"))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0)
    enter = QDragEnterEvent(QPoint(9, 9), copy, mime, left, none)
    calm = page.empty.grab().toImage()
    QApplication.sendEvent(page, enter)
    assert enter.isAccepted()
    assert page.empty.grab().toImage() != calm
    QApplication.sendEvent(page, QDragLeaveEvent())
    assert page.empty.grab().toImage() == calm
    QApplication.sendEvent(page, enter)
    QApplication.sendEvent(page, QDropEvent(QPointF(9, 9), copy, mime, left, none))
    assert page.empty.grab().toImage() == calm
    qtbot.waitUntil(lambda: page.campaigns.messages.rowCount() == 1)


def test_a_picture_dropped_on_a_message_is_its_own_several_beside_it_are_messages(
    asked: Asked, qtbot: QtBot, tmp_path: Path
) -> None:
    page = opened(asked, qtbot, campaign("a", "b"))
    files = [picture(tmp_path / f"{number}.png") for number in range(3)]
    drop(page, files[:1], page.view.row_rect(1).center())
    qtbot.waitUntil(lambda: bool(page.campaigns.editor.message("b").media))  # type: ignore[union-attr]
    drop(page, files[1:], page.view.row_rect(0).topLeft() + QPoint(90, 2))
    qtbot.waitUntil(lambda: len(asked.texts) == 4)
    assert asked.texts == ["", "", "a", "b"]
    qtbot.waitUntil(
        lambda: [file.width for file in page.campaigns.editor.campaign.messages[0].media] == [300]  # type: ignore[union-attr]
    )
    names = [
        message.media[0].name
        for message in page.campaigns.editor.campaign.messages
        if message.media
    ]  # type: ignore[union-attr]
    assert names == ["1.png", "2.png", "0.png"]


def test_a_file_that_cannot_be_posted_is_named(asked: Asked, qtbot: QtBot, tmp_path: Path) -> None:
    page = opened(asked, qtbot, campaign("a"))
    page.campaigns.files.add_files([str(tmp_path / "gone.png")], "a")
    qtbot.waitUntil(lambda: bool(asked.notifications))
    assert "gone.png" in asked.notifications[-1].text


def test_what_is_selected_has_round_corners(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a", "b"))
    page.view.go_to(0)
    page.rhythm.start.setFocus()  # no ring
    row = page.view.row_rect(0)
    shown = page.grab().toImage()
    ratio = shown.devicePixelRatio()

    def colour(x: int, y: int) -> QColor:
        place = page.view.viewport().mapTo(page, QPoint(x, y))
        return shown.pixelColor(int(place.x() * ratio), int(place.y() * ratio))

    theme = Theme.instance()
    assert colour(60, row.top() + 6) == theme.colour("selected")
    assert colour(4, row.center().y()) == theme.colour("surface")


def test_home_and_end_go_through_the_list(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a", "b", "c"))
    page.view.go_to(1)
    QTest.keyClick(page.view, Qt.Key.Key_End)
    assert page.view.selected_ids() == ["c"]
    QTest.keyClick(page.view, Qt.Key.Key_Home)
    assert page.view.selected_ids() == ["a"]
    QTest.keyClick(page.view, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    assert page.view.selected_ids() == ["a", "b", "c"]


def test_pictures_are_looked_for_where_the_last_ones_were(
    asked: Asked, qtbot: QtBot, tmp_path: Path
) -> None:
    page = opened(asked, qtbot, campaign("a"))
    folders: list[str] = []
    actions = page.message_actions
    actions.folder, actions.keep_folder = (lambda: str(tmp_path)), folders.append
    page.message_actions.choose_files_for("a")
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.directory().absolutePath() == str(tmp_path)
    assert "*.jpg" in dialog.nameFilters()[0]
    other = tmp_path / "other"
    other.mkdir()
    dialog.filesSelected.emit([picture(other / "a.png")])
    dialog.close()
    assert folders == [str(other)]
    qtbot.waitUntil(lambda: bool(page.campaigns.editor.message("a").media))  # type: ignore[union-attr]


def test_imported_messages_have_the_keyboard(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a"))
    page.head.import_button.setFocus()
    page.add_messages([CampaignMessage(id="b", text="b"), CampaignMessage(id="c", text="c")])
    assert page.view.hasFocus()
    assert page.view.selected_ids() == ["b", "c"]


def test_what_cannot_be_kept_is_said_at_the_foot(asked: Asked, qtbot: QtBot) -> None:
    made = campaign("a")
    page = opened(asked, qtbot, made)
    page.campaigns.editor.set_not_saved(made.id, "The disk is full.")
    assert page.foot.state.full_text() == "Not saved yet"
    page.campaigns.editor.set_saved(made.id, NOW)
    assert page.foot.state.full_text().startswith("Saved on this computer")


def test_a_video_shows_how_long_it_is(asked: Asked, qtbot: QtBot) -> None:
    film = MediaRef("/nowhere/film.mp4", "film.mp4", 9, "video", duration=42.4)
    made = campaign("a")
    made = replace(made, messages=(replace(made.messages[0], media=(film,)),))
    page = opened(asked, qtbot, made)
    assert not page.grab().isNull()
    assert page.campaigns.messages.note_at(0)[1] == "error"  # it is not there


def test_the_open_campaign_follows_the_new_name_of_its_style(asked: Asked) -> None:
    page = asked.page
    made = campaign("a", style="Summer")
    page.campaigns.set_campaigns([made], {})
    page.campaigns.open(made.id)
    page.campaigns.editor.edit(name="Advent")
    page.campaigns.editor.rename_style("Summer", "Autumn")
    page.campaigns.editor.save()
    assert asked.saved[-1].style == "Autumn"
    assert page.rhythm.style_box.currentData() == "Autumn"
    page.campaigns.editor.undo()
    campaign_now = page.campaigns.editor.campaign
    assert campaign_now is not None
    assert (campaign_now.name, campaign_now.style) == ("Winter", "Autumn")
    page.campaigns.editor.rename_style("Autumn", "Winter")
    page.campaigns.editor.redo()
    assert page.campaigns.editor.campaign is not None
    assert page.campaigns.editor.campaign.style == "Winter"


def test_open_campaign_follows_what_another_process_started(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, before := campaign("One", "Two"))
    started = replace(
        before,
        state="running",
        start=NOW,
        messages=tuple(replace(message, channel_ids=(1,)) for message in before.messages),
    )
    page.campaigns.set_campaigns([started], {})
    editor = page.campaigns.editor
    assert editor.campaign is not None
    assert (editor.campaign.state, editor.campaign.start) == ("running", NOW)
    assert [message.channel_ids for message in editor.campaign.messages] == [(1,), (1,)]
    editor.edit("name", name="Typed meanwhile")
    page.campaigns.set_campaigns([replace(started, state="stopped", start=None, messages=())], {})
    assert editor.campaign.state == "stopped"
    assert editor.campaign.name == "Typed meanwhile"
    assert asked.texts == ["One", "Two"]  # what is not saved stays


def test_the_arrow_of_a_button_stands_beside_its_words_from_right_to_left(
    qapp: QApplication, theme: Theme
) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        button = _MenuButton("Add messages", "add-messages", "plus", None)
        button.resize(button.sizeHint())
        image = button.grab().toImage()
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    rows, ground = range(8, image.height() - 8), image.pixelColor(8, image.height() // 2)
    inked = [any(image.pixelColor(x, y) != ground for y in rows) for x in range(image.width())]
    assert any(inked[13:27])
    assert not any(inked[28:32])
