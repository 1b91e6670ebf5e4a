"""The Campaigns page without a service: what is written, moved, checked, and asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QImage,
    QTextDocumentFragment,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from posto_desktop.core import slots
from posto_desktop.core.campaign import Campaign, CampaignMessage, Rhythm
from posto_desktop.core.campaign_results import CampaignPost
from posto_desktop.core.draft import MediaRef
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.ui.campaigns.page import CampaignsPage
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.runner import JobRunner
from tests.gui.cut_text import settle

NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)
CHANNELS = [Channel(1, "News", "twitter"), Channel(2, "Sky", "bluesky")]
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


class Asked:
    """The page, and everything that it asked for."""

    def __init__(self, page: CampaignsPage) -> None:
        self.page = page
        self.saved: list[Campaign] = []
        self.deleted: list[str] = []
        self.restored: list[str] = []
        self.started: list[tuple[Campaign, list[Any]]] = []
        self.stopped: list[Any] = []
        self.retried: list[Any] = []
        self.notices: list[Any] = []
        delivery = page.campaigns.delivery
        page.campaigns.store.saved.connect(self.saved.append)
        page.campaigns.store.removed.connect(self.deleted.append)
        page.campaigns.store.restored.connect(self.restored.append)
        delivery.startRequested.connect(
            lambda campaign, requests: self.started.append((campaign, requests))
        )
        delivery.stopRequested.connect(lambda campaign, results: self.stopped.append(campaign))
        delivery.retryRequested.connect(lambda campaign, results: self.retried.append(results))
        page.campaigns.notifier.requested.connect(self.notices.append)

    @property
    def texts(self) -> list[str]:
        campaign = self.page.campaigns.editor.campaign
        return [one.text for one in campaign.messages] if campaign is not None else []


@pytest.fixture
def asked(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[Asked]:
    runner = JobRunner()
    page = CampaignsPage(
        runner,
        ImageLoader(runner, tmp_path / "thumbnails"),
        paste_folder=tmp_path / "pasted",
        clock=lambda: NOW,
        zone=UTC,
        first_channels=lambda: (1, 2),
    )
    page.resize(1100, 760)
    made = Asked(page)
    page.campaigns.set_channels(CHANNELS)
    page.show()
    yield made
    page.close()
    assert runner.shutdown(60_000)
    page.deleteLater()


def campaign(*texts: str, **more: Any) -> Campaign:
    messages = tuple(CampaignMessage(id=text, text=text) for text in texts)
    values: dict[str, Any] = {
        "name": "Winter",
        "messages": messages,
        "channel_ids": (1, 2),
        "start_text": "2026-11-30 9:00",
        "rhythm": Rhythm("interval", 2, "working_day"),
    }
    return Campaign(**{**values, **more})


def opened(asked: Asked, qtbot: QtBot, one: Campaign, posts: Any = ()) -> CampaignsPage:
    page = asked.page
    page.campaigns.set_campaigns([one], {one.id: posts})
    page.campaigns.open(one.id)
    qtbot.waitUntil(lambda: not page.campaigns.forecast.is_checking)
    return page


def when(page: CampaignsPage) -> list[str]:
    return [
        " ".join(page.campaigns.messages.when_words(row))
        for row in range(page.campaigns.messages.rowCount())
    ]


# -- the list --------------------------------------------------------------------------------------


def test_without_campaigns_the_page_says_so_and_begins_one(asked: Asked) -> None:
    asked.page.campaigns.set_campaigns([], {})
    assert asked.page.list.empty.isVisible()
    said = " ".join(one.text() for one in asked.page.list.empty.findChildren(QLabel))
    assert "drop pictures on the window" in said
    asked.page.list.empty.clicked.emit()
    assert asked.page.is_open
    assert asked.page.head.name.hasFocus()
    asked.page.campaigns.close()  # nothing was written: nothing is kept
    assert asked.page.list.model.count() == 0


@pytest.mark.parametrize("some", [True, False])
def test_who_opened_the_page_before_it_had_rows_has_the_keyboard_in_them(
    asked: Asked, some: bool
) -> None:
    page = asked.page
    assert not page.list.empty.isVisible()  # whether there are any is not known yet
    (stop,) = page.pane_stops()
    stop.setFocus()
    assert stop.hasFocus()
    page.campaigns.set_campaigns([campaign("a")] if some else [], {})
    assert page.pane_stops() == [QApplication.focusWidget()]
    assert page.list.view.hasFocus() == some


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


def test_campaigns_are_found_by_the_words_of_their_messages(asked: Asked) -> None:
    page = asked.page
    page.campaigns.set_campaigns([campaign("fig and cocoa"), campaign("buns", name="Spring")], {})
    page.list.search.setText("SPRING")
    assert page.list.model.rowCount() == 1
    page.list.search.setText("cocoa")
    assert page.list.model.campaign_at(0).name == "Winter"  # type: ignore[union-attr]
    page.list.search.setText("nowhere")
    assert page.list._no_matches.isVisible()


def test_another_workspace_has_its_own_campaigns(asked: Asked) -> None:
    asked.page.campaigns.set_campaigns([campaign("a"), campaign("b", workspace="acc")], {})
    assert asked.page.list.model.rowCount() == 1
    asked.page.campaigns.set_workspace("acc")
    assert asked.page.list.model.campaign_at(0).workspace == "acc"  # type: ignore[union-attr]


def test_delete_has_its_undo_and_duplicate_has_a_name(asked: Asked) -> None:
    one = campaign("a")
    page = asked.page
    page.campaigns.set_campaigns([one], {})
    page.list.select(one.id)
    page.list.view.setFocus()
    QTest.keyClick(page.list.view, Qt.Key.Key_Delete)
    assert (asked.deleted, page.list.model.count()) == ([one.id], 0)
    asked.notices[-1].callback()
    assert (asked.restored, page.list.model.count()) == ([one.id], 1)
    QTest.keyClick(page.list.view, Qt.Key.Key_D, CTRL)
    assert [two.name for two in asked.saved] == ["Winter copy"]
    assert page.list.model.count() == 2


def test_a_campaign_is_renamed_in_its_row(asked: Asked) -> None:
    one = campaign("a")
    page = asked.page
    page.campaigns.set_campaigns([one], {})
    page.list.select(one.id)
    QTest.keyClick(page.list.view, Qt.Key.Key_F2)
    page.list._rename.setText("Summer")
    QTest.keyClick(page.list._rename, Qt.Key.Key_Return)
    assert asked.saved[-1].name == "Summer"


# -- messages --------------------------------------------------------------------------------------


def test_times_follow_the_rhythm_and_reordering_leaves_them(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a", "b", "c"))
    times = when(page)
    assert times == ["Mon 30 Nov 9:00", "Wed 2 Dec 9:00", "Fri 4 Dec 9:00"]
    page.view.go_to(0)
    QTest.keyClick(page.view, Qt.Key.Key_Down, ALT)
    assert asked.texts == ["b", "a", "c"]
    assert page.view.selected_ids() == ["a"]
    page.campaigns.forecast.refresh()
    assert when(page) == times
    page.campaigns.editor.undo()
    assert asked.texts == ["a", "b", "c"]


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
    assert asked.notices[-1].text == "2 messages deleted"
    asked.notices[-1].callback()
    assert asked.texts == ["a", "b", "c"]


def test_pasted_lines_become_messages_in_one_step(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a"))
    QApplication.clipboard().setText("one\ntwo\nthree")
    page.view.setFocus()
    QTest.keyClick(page.view, Qt.Key.Key_V, CTRL)
    assert asked.texts == ["a", "one", "two", "three"]
    assert asked.notices[-1].text == "3 messages added"
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


def picture(path: Path) -> str:
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    assert image.save(str(path))
    return str(path)


def drop(page: CampaignsPage, paths: list[str], place: QPoint) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(one) for one in paths])
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
        lambda: [one.width for one in page.campaigns.editor.campaign.messages[0].media] == [300]  # type: ignore[union-attr]
    )
    names = [one.media[0].name for one in page.campaigns.editor.campaign.messages if one.media]  # type: ignore[union-attr]
    assert names == ["1.png", "2.png", "0.png"]


def test_a_file_that_cannot_be_posted_is_named(asked: Asked, qtbot: QtBot, tmp_path: Path) -> None:
    page = opened(asked, qtbot, campaign("a"))
    page.campaigns.files.add_files([str(tmp_path / "gone.png")], "a")
    qtbot.waitUntil(lambda: bool(asked.notices))
    assert "gone.png" in asked.notices[-1].text


def test_a_message_is_written_in_its_row(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a", "b"))
    page.view.go_to(1)
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    editor = page.editor_controller.editor
    assert editor is not None
    settle()
    assert page.view.rowHeight(1) > page.view.rowHeight(0)
    QTest.keyClicks(editor.text, "ee")
    assert asked.texts == ["a", "bee"]
    qtbot.waitUntil(lambda: bool(asked.saved))
    assert asked.saved[-1].messages[1].text == "bee"
    QTest.keyClick(editor.text, Qt.Key.Key_Escape)
    assert page.editor_controller.editor is None
    assert page.view.rowHeight(1) == page.view.rowHeight(0)
    assert page.view.hasFocus()


@pytest.mark.parametrize("part", ["text", "when", "add", "thumb", "done"])
@pytest.mark.parametrize("keys", [(Qt.Key.Key_Escape, 0), (Qt.Key.Key_Return, CTRL)])
def test_the_card_is_left_from_everywhere_in_it(
    asked: Asked, qtbot: QtBot, tmp_path: Path, part: str, keys: Any
) -> None:
    media = MediaRef(picture(tmp_path / "a.png"), "a.png", 10, "image")
    one = campaign("a", "b")
    one = replace(one, messages=(replace(one.messages[0], media=(media,)), one.messages[1]))
    page = opened(asked, qtbot, one)
    page.activateWindow()
    page.editor_controller.open("a")
    editor = page.editor_controller.editor
    assert editor is not None
    place = {
        "text": editor.text, "when": editor.when, "add": editor.media.add,
        "thumb": editor.media._thumbs[0], "done": editor.done,
    }[part]  # fmt: skip
    place.setFocus()
    QTest.keyClick(place, keys[0], keys[1] or Qt.KeyboardModifier.NoModifier)
    assert page.editor_controller.editor is None
    assert page.view.hasFocus()
    assert not asked.started  # Ctrl+Enter is the page's only where nothing is being written


def test_a_message_in_which_nothing_was_written_does_not_stay(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign())
    for texts in ([], ["a"]):
        page.message_actions.write()
        editor = page.editor_controller.editor
        assert editor is not None
        QTest.keyClick(editor.text, Qt.Key.Key_Escape)
        assert asked.texts == texts
        assert page.pane_stops()[0].hasFocus()
        page.message_actions.add_text("a", None)


def test_keys_on_a_button_of_the_card_do_nothing_to_the_list_behind(
    asked: Asked, qtbot: QtBot
) -> None:
    page = opened(asked, qtbot, campaign("a", "b"))
    page.editor_controller.open("b")
    editor = page.editor_controller.editor
    assert editor is not None
    editor.done.setFocus()
    QTest.keyClick(editor.done, Qt.Key.Key_Delete)
    QTest.keyClick(editor.done, Qt.Key.Key_Up, ALT)
    assert asked.texts == ["a", "b"]


def test_the_message_that_is_written_is_the_selected_one(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a", "b", "c"))
    page.view.select_ids(["a", "c"])
    page.message_actions.write()
    assert page.view.selected_ids() == [page.editor_controller.open_id]
    page.editor_controller.open("b")
    assert page.view.selected_ids() == ["b"]


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


def test_the_card_follows_its_message_when_rows_come_before_it(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a", "b"))
    page.editor_controller.open("b")
    page.campaigns.editor.add([CampaignMessage(text="first")], 0)
    editor = page.editor_controller.editor
    assert editor is not None
    assert editor.message.id == "b"
    assert page.view.indexWidget(page.campaigns.messages.index(2, 0)) is editor
    assert editor.text.hasFocus()
    page.rhythm.start.setFocus()
    page.campaigns.editor.add([CampaignMessage(text="another")], 0)
    assert page.rhythm.start.hasFocus()
    assert page.view.rowHeight(2) == page.view.verticalHeader().defaultSectionSize()


def test_an_own_time_is_typed_in_plain_words_and_taken_away_again(
    asked: Asked, qtbot: QtBot
) -> None:
    page = opened(asked, qtbot, campaign("a", "b"))
    page.view.go_to(0)
    QTest.keyClick(page.view, Qt.Key.Key_S)
    editor = page.editor_controller.editor
    assert editor is not None
    assert editor.when.hasFocus()
    QTest.keyClicks(editor.when, "2026-12-24 18:00")
    assert page.campaigns.editor.message("a").when == datetime(2026, 12, 24, 18, tzinfo=UTC)  # type: ignore[union-attr]
    page.campaigns.forecast.refresh()
    assert when(page) == ["Thu 24 Dec 18:00", "Wed 2 Dec 9:00"]
    page.message_actions.use_rhythm(["a"])
    page.campaigns.forecast.refresh()
    assert when(page)[0] == "Mon 30 Nov 9:00"


def test_quick_changes_are_one_step_back(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a"))
    page.editor_controller.open("a")
    assert page.editor_controller.editor is not None
    QTest.keyClicks(page.editor_controller.editor.text, "bcd")
    page.campaigns.editor.undo()
    assert asked.texts == ["a"]
    page.campaigns.editor.redo()
    assert asked.texts == ["abcd"]


# -- the rhythm and what is wrong ------------------------------------------------------------------


def test_the_rhythm_is_chosen_and_its_words_follow(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a", "b"))
    bar = page.rhythm
    bar.every.setText("1")
    bar.every.textEdited.emit("1")
    bar.unit.setCurrentIndex(bar.unit.findData("hour"))
    bar.unit.activated.emit(bar.unit.currentIndex())
    assert page.campaigns.editor.campaign.rhythm == Rhythm("interval", 1, "hour")  # type: ignore[union-attr]
    assert bar.unit.currentText() == "hour"
    page.campaigns.forecast.refresh()
    assert when(page)[1] == "Mon 30 Nov 10:00"
    bar.unit.setCurrentIndex(bar.unit.findData("times"))
    bar.unit.activated.emit(bar.unit.currentIndex())
    page.campaigns.forecast.refresh()
    assert not bar.every.isVisible()
    assert when(page) == ["No time ", "No time "]


def test_without_slots_the_rhythm_says_where_to_make_some(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a", rhythm=Rhythm("slots")))
    assert "no weekly slots yet" in page.rhythm.reading_label.text()
    with qtbot.waitSignal(page.settingsRequested) as told:
        page.rhythm.reading_label.linkActivated.emit("slots")
    assert told.args == ["publishing"]
    page.campaigns.forecast.set_slots(
        slots.write([slots.SlotGroup(slots=(slots.Slot(0, time(9)),))]), "local"
    )
    qtbot.waitUntil(lambda: "no weekly slots" not in page.rhythm.reading_label.text())
    assert when(page) == ["Mon 30 Nov 9:00"]


def test_the_style_has_room_for_its_name(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a", style="Announcement of the week"))
    box, before = page.rhythm.style_box, 0
    for title in ("A", "Announcement of the week", "Announcement " * 9):
        page.rhythm.set_styles([("Announcement of the week", title)])
        settle()
        assert box.currentText() == title
        assert before <= box.width() <= round(240 * Theme.instance().scale)
        assert (box.toolTip() == "") == (len(title) < 30)
        before = box.width()


def test_a_start_in_the_past_is_red_and_keeps_the_button_off(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a", start_text="2026-11-01 9:00"))
    assert not page.foot.start.button.isEnabled()
    assert page.rhythm.start.property("invalid")
    page.rhythm.use_start("tomorrow 9:00")
    page.campaigns.forecast.refresh()
    qtbot.waitUntil(lambda: page.foot.start.button.isEnabled())


def test_a_start_that_is_a_number_alone_is_asked_about(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a", start_text="5"))
    assert not page.foot.start.button.isEnabled()
    words = QTextDocumentFragment.fromHtml(page.rhythm.reading_label.text()).toPlainText()
    assert "Use 5 o'clock · Use the 5th" in words
    page.rhythm.reading_label.linkActivated.emit("suggestion:1")
    assert page.rhythm.start.text() == "the 5th"


def plan(*rows: tuple[int, datetime]) -> list[Schedule]:
    return [
        Schedule(number, "g", number, network="bluesky", status="not_sent", send_at=at)
        for number, at in rows
    ]


def test_another_post_close_by_is_offered_another_time(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a"))
    page.campaigns.set_schedules(plan((2, datetime(2026, 11, 30, 8, 42, tzinfo=UTC))))
    qtbot.waitUntil(lambda: page.campaigns.messages.note_at(0)[0] == "18 min after another post")
    lines = page.timeline.model.lines()
    assert [one.kind for one in lines] == ["week", "post", "conflict"]
    assert lines[2].words == "Bluesky also posts at 8:42 that day"
    assert lines[2].fix == "Move to 11:00"
    page.timeline.list.go_to(2)
    QTest.keyClick(page.timeline.list, Qt.Key.Key_Return)
    page.campaigns.forecast.refresh()
    assert when(page) == ["Mon 30 Nov 11:00"]
    assert [one.kind for one in page.timeline.model.lines()] == ["week", "post"]


def test_each_line_of_the_timeline_has_the_height_of_its_kind(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a", "b", "c"))
    rows = page.timeline.list.rowHeight
    monday = datetime(2026, 11, 30, 8, 42, tzinfo=UTC)
    for others in (plan((2, monday)), plan((2, monday + timedelta(days=4))), plan()):
        page.campaigns.set_schedules(others)
        count = 4 + len(others)
        qtbot.waitUntil(lambda count=count: len(page.timeline.model.lines()) == count)  # type: ignore[misc]
        qtbot.waitUntil(lambda: not page.campaigns.forecast.is_checking)
        heights: dict[str, set[int]] = {}
        for row, line in enumerate(page.timeline.model.lines()):
            heights.setdefault(line.kind, set()).add(rows(row))
        assert {len(some) for some in heights.values()} == {1}, heights
        assert len(set.union(*heights.values())) == len(heights)


def test_the_posts_of_another_campaign_are_other_posts_its_own_are_not(
    asked: Asked, qtbot: QtBot
) -> None:
    page, near = asked.page, datetime(2026, 11, 30, 8, 42, tzinfo=UTC)
    made, other = campaign("a"), campaign("b", name="Another")
    posts = {
        made.id: [CampaignPost("mine", "", made.id, "a", 0, near, "stopped")],
        other.id: [CampaignPost("theirs", "", other.id, "b", 0, near, "handed")],
    }
    rows = plan((2, near))
    page.campaigns.set_campaigns([made, other], posts)
    page.campaigns.open(made.id)
    page.campaigns.set_schedules([replace(rows[0], posto_ref="mine", status="trash")])
    qtbot.waitUntil(lambda: not page.campaigns.forecast.is_checking)
    assert page.campaigns.messages.note_at(0)[0] == ""
    page.campaigns.set_schedules([replace(rows[0], posto_ref="theirs")])
    qtbot.waitUntil(lambda: page.campaigns.messages.note_at(0)[0] == "18 min after another post")


def test_the_timeline_says_where_the_clocks_change(asked: Asked, qtbot: QtBot) -> None:
    from zoneinfo import ZoneInfo

    page = asked.page
    berlin = ZoneInfo("Europe/Berlin")
    page.zone = berlin
    page.campaigns.forecast._zone = berlin
    made = campaign("a", "b", start_text="2027-03-27 9:00", rhythm=Rhythm("interval", 1, "day"))
    opened(asked, qtbot, made)
    kinds = [one.kind for one in page.timeline.model.lines()]
    assert kinds == ["week", "post", "clocks", "post"]
    note = page.timeline.model.lines()[2].words
    assert note == "The clocks have gone forward: UTC+2"


def test_a_message_that_is_too_long_says_so_and_the_others_can_go(
    asked: Asked, qtbot: QtBot
) -> None:
    made = campaign("a", "b")
    long = replace(made.messages[1], text="x" * 4000)
    page = opened(asked, qtbot, replace(made, messages=(made.messages[0], long)))
    note, kind = page.campaigns.messages.note_at(1)
    assert kind == "error"
    assert note
    assert page.foot.start.text() == "Schedule 2 posts"
    page.campaign_actions.start()
    dialog = page.window().findChild(ConfirmDialog)
    assert dialog is not None
    assert dialog.action_button.text() == "Schedule the other 2 posts"
    dialog.accept()
    ((started, requests),) = asked.started
    assert [one.message_id for one in requests] == ["a"]
    assert started.state == "running"


def test_the_same_reason_is_said_once_for_all_of_its_messages(asked: Asked, qtbot: QtBot) -> None:
    made = campaign(*"abcdefghi")
    texts = ["fine", *["x" * 4000] * 8]
    messages = [replace(one, text=text) for one, text in zip(made.messages, texts, strict=True)]
    page = opened(asked, qtbot, replace(made, messages=tuple(messages)))
    words = page.campaigns.delivery.problems_text(page.campaigns.delivery.ready()).splitlines()
    assert words[0].startswith("Messages 2, 3, 4, 5, 6, 7 and 2 more: ")
    assert len(words) == 1


def test_pictures_are_looked_for_where_the_last_ones_were(
    asked: Asked, qtbot: QtBot, tmp_path: Path
) -> None:
    page = opened(asked, qtbot, campaign("a"))
    kept: list[str] = []
    actions = page.message_actions
    actions.folder, actions.keep_folder = (lambda: str(tmp_path)), kept.append
    page.message_actions.choose_files_for("a")
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.directory().absolutePath() == str(tmp_path)
    assert "*.jpg" in dialog.nameFilters()[0]
    other = tmp_path / "other"
    other.mkdir()
    dialog.filesSelected.emit([picture(other / "a.png")])
    dialog.close()
    assert kept == [str(other)]
    qtbot.waitUntil(lambda: bool(page.campaigns.editor.message("a").media))  # type: ignore[union-attr]


def test_imported_messages_have_the_keyboard(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a"))
    page.head.import_button.setFocus()
    page.add_messages([CampaignMessage(id="b", text="b"), CampaignMessage(id="c", text="c")])
    assert page.view.hasFocus()
    assert page.view.selected_ids() == ["b", "c"]


def test_without_a_channel_the_button_says_so(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a"))
    page.campaigns.channel_choice.choose([], [1, 2])
    settle()
    assert page.foot.start.button.toolTip() == "Choose a channel first"
    page.campaigns.channel_choice.choose([2], [1, 2])
    assert page.campaigns.editor.campaign.channel_ids == (2,)  # type: ignore[union-attr]


# -- what became of them ---------------------------------------------------------------------------


def post(one: Campaign, row: int, state: str = "handed", reason: str = "") -> CampaignPost:
    at = NOW + timedelta(days=row)
    return CampaignPost(f"r{row}", f"e{row}", one.id, one.messages[row].id, row, at, state, reason)  # type: ignore[arg-type]


def test_what_is_on_its_way_is_locked_and_shows_how_it_stands(asked: Asked, qtbot: QtBot) -> None:
    one = campaign("a", "b", "c", state="running", start=NOW)
    page = opened(
        asked, qtbot, one, [post(one, 0, "sent"), post(one, 1, "refused", "fig.png is gone.")]
    )
    assert page.campaigns.messages.result_at(0).kind == "sent"  # type: ignore[union-attr]
    assert page.campaigns.messages.note_at(1) == ("fig.png is gone.", "error")
    assert page.foot.retry.text() == "Retry 1 failed"
    page.view.go_to(0)
    QTest.keyClick(page.view, Qt.Key.Key_Delete)
    assert asked.texts == ["a", "b", "c"]
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    assert page.editor_controller.editor is None
    page.foot.retry.click()
    assert [result.post.posto_ref for result in asked.retried[0]] == ["r1"]
    assert asked.notices[-1].text.startswith("This message was sent.")
    page.editor_controller.open("b")
    assert asked.notices[-1].text.startswith("This message failed.")


def test_dragging_is_offered_while_two_messages_can_be_dragged(asked: Asked, qtbot: QtBot) -> None:
    one = campaign("a", "b", "c", state="running", start=NOW)
    page = opened(asked, qtbot, one, [post(one, 0, "sent")])
    assert page.hint.isVisible()
    page.campaigns.delivery.set_posts(one.id, [post(one, 0, "sent"), post(one, 1)])
    qtbot.waitUntil(page.hint.isHidden)
    page.campaigns.delivery.set_posts(one.id, [])
    qtbot.waitUntil(page.hint.isVisible)


def test_the_rhythm_is_held_while_something_can_be_stopped_and_no_longer(
    asked: Asked, qtbot: QtBot
) -> None:
    one = campaign("a", "b", "c", state="running", start=NOW - timedelta(days=9))
    page = opened(asked, qtbot, one, [post(one, 0, "sent"), post(one, 1, "queued")])
    assert not page.rhythm.start.isEnabled()
    page.editor_controller.open("b")
    assert asked.notices[-1].text.startswith("Stop the campaign to change this message")
    page.campaigns.delivery.set_posts(one.id, [post(one, 0, "sent"), post(one, 1, "sent")])
    qtbot.waitUntil(page.rhythm.start.isEnabled)
    page.rhythm.use_start("2026-12-07 9:00")
    page.campaigns.forecast.refresh()
    assert when(page)[2] == "Mon 7 Dec 9:00"
    qtbot.waitUntil(lambda: page.foot.start.text() == "Schedule 2 posts")


def test_the_channels_of_a_running_campaign_are_held_as_its_rhythm_is(
    asked: Asked, qtbot: QtBot
) -> None:
    one = campaign("a", "b", state="running", start=NOW - timedelta(days=9))
    page = opened(asked, qtbot, one, [post(one, 0, "sent"), post(one, 1, "queued")])
    assert page.campaigns.channel_choice.locked == "Stop the campaign to change its channels."
    with qtbot.waitSignal(page.campaigns.channel_choice.changed):
        page.campaigns.delivery.set_posts(one.id, [post(one, 0, "sent"), post(one, 1, "sent")])
    qtbot.waitUntil(lambda: not page.campaigns.channel_choice.locked)
    page.campaigns.channel_choice.choose([2], [1, 2])
    changed = page.campaigns.editor.campaign
    assert changed is not None
    assert (changed.channel_ids, changed.state) == ((2,), "draft"), "what comes now begins anew"
    page.campaigns.editor.undo()
    assert page.campaigns.editor.campaign.channel_ids == (2,)  # type: ignore[union-attr]


def test_a_channel_that_is_gone_keeps_the_campaign_back(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a", channel_ids=(1, 9)))
    qtbot.waitUntil(lambda: not page.foot.start.button.isEnabled())
    assert page.foot.start.button.toolTip() == (
        "A channel of this campaign is missing. Remove it above the channels."
    )
    page.campaigns.channel_choice.choose([1, 2], [1, 2])
    assert page.campaigns.editor.campaign.channel_ids == (1, 2, 9), "a tick keeps it"  # type: ignore[union-attr]
    page.campaigns.channel_choice.choose([1], [1, 2])
    page.campaigns.channel_choice.forget_missing([1, 2])
    qtbot.waitUntil(page.foot.start.button.isEnabled)
    assert page.foot.start.text() == "Schedule 1 post"


def test_stopping_makes_the_first_open_time_the_start(asked: Asked, qtbot: QtBot) -> None:
    start = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    one = campaign("a", "b", "c", state="running", start=start)
    page = opened(asked, qtbot, one, [post(one, 0, "sent"), post(one, 1), post(one, 2)])
    page.campaigns.delivery.stop()
    assert asked.stopped[0].state == "stopped"
    assert asked.stopped[0].start_text == "2026-12-02 9:00"
    page.campaigns.delivery.set_posts(
        one.id, [post(one, 0, "sent"), post(one, 1, "stopped"), post(one, 2, "stopped")]
    )
    qtbot.waitUntil(lambda: page.foot.start.text() == "Resume 4 posts")
    page.campaigns.forecast.refresh()
    assert when(page)[1:] == ["Wed 2 Dec 9:00", "Fri 4 Dec 9:00"]
    qtbot.waitUntil(lambda: not page.campaigns.delivery.actions().hint)
    page.campaign_actions.start()
    requests = asked.started[0][1]
    assert [(request.message_id, request.replaces) for request in requests] == [
        ("b", "r1"),
        ("c", "r2"),
    ]


def test_undo_leaves_what_was_started_meanwhile(asked: Asked, qtbot: QtBot) -> None:
    one = campaign("a", "b")
    page = opened(asked, qtbot, one)
    page.campaigns.editor.remove(["b"])
    page.campaigns.editor.adopt(state="running", start=NOW)
    page.campaigns.delivery.set_posts(one.id, [post(one, 0)])
    page.campaigns.editor.set_message(CampaignMessage(id="a", text="changed"))
    page.campaigns.editor.undo()
    assert asked.texts == ["a", "b"]
    assert page.campaigns.editor.campaign.state == "running"  # type: ignore[union-attr]


def test_what_cannot_be_kept_is_said_at_the_foot(asked: Asked, qtbot: QtBot) -> None:
    one = campaign("a")
    page = opened(asked, qtbot, one)
    page.campaigns.editor.set_not_saved(one.id, "The disk is full.")
    assert page.foot.state.full_text() == "Not saved yet"
    page.campaigns.editor.set_saved(one.id, NOW)
    assert page.foot.state.full_text().startswith("Saved on this computer")


# -- many ------------------------------------------------------------------------------------------


@pytest.mark.timeout(120)
def test_five_thousand_messages_open_and_are_typed_into_without_a_wait(
    asked: Asked, qtbot: QtBot
) -> None:
    many = campaign(*(f"message {number}" for number in range(5000)))
    page = asked.page
    page.campaigns.set_campaigns([many], {})
    page.campaigns.editor.set_saved(many.id, NOW)
    page.campaigns.open(many.id)
    assert page.foot.state.text().startswith("Saved")  # not that of the one before
    settle()
    qtbot.waitUntil(lambda: bool(page.campaigns.forecast.result.planned))
    assert len(page.campaigns.forecast.result.planned) == 5000
    page.editor_controller.open("message 4000")
    assert page.editor_controller.editor is not None
    # As many as would be over the time limit, were each to look at all messages.
    QTest.keyClicks(page.editor_controller.editor.text, "abcdefghij" * 20)
    assert page.campaigns.editor.message("message 4000").text.endswith("abcdefghij")  # type: ignore[union-attr]


def test_a_video_shows_how_long_it_is(asked: Asked, qtbot: QtBot) -> None:
    film = MediaRef("/nowhere/film.mp4", "film.mp4", 9, "video", duration=42.4)
    one = campaign("a")
    one = replace(one, messages=(replace(one.messages[0], media=(film,)),))
    page = opened(asked, qtbot, one)
    assert not page.grab().isNull()
    assert page.campaigns.messages.note_at(0)[1] == "error"  # it is not there


def test_the_channels_are_counted_that_the_messages_reach(asked: Asked) -> None:
    page = asked.page
    own = CampaignMessage(id="b", text="b", channel_ids=(2,))
    page.campaigns.set_campaigns([made := campaign(messages=(own,), channel_ids=())], {})
    page.campaigns.open(made.id)
    assert page.targets.text() == "to 1 channel"


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
