"""The rhythm of a campaign, the times that follow from it, and its timeline."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from posto_desktop.core import slots
from posto_desktop.core.campaign import CampaignMessage, Rhythm
from posto_desktop.core.campaign_results import CampaignPost
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.theme import Theme
from tests.gui.campaigns.campaigns_on_page import ALT, Asked, campaign, opened, when
from tests.gui.cut_text import settle


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
    with qtbot.waitSignal(page.settingsRequested) as asked_for:
        page.rhythm.reading_label.linkActivated.emit("slots")
    assert asked_for.args == ["publishing"]
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


# -- the timeline ----------------------------------------------------------------------------------


def schedules(*rows: tuple[int, datetime]) -> list[Schedule]:
    return [
        Schedule(number, "g", number, network="bluesky", status="not_sent", send_at=at)
        for number, at in rows
    ]


def test_another_post_close_by_is_offered_another_time(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a"))
    page.campaigns.set_schedules(schedules((2, datetime(2026, 11, 30, 8, 42, tzinfo=UTC))))
    qtbot.waitUntil(lambda: page.campaigns.messages.note_at(0)[0] == "18 min after another post")
    lines = page.timeline.model.lines()
    assert [line.kind for line in lines] == ["week", "post", "conflict"]
    assert lines[2].words == "Bluesky also posts at 8:42 that day"
    assert lines[2].fix == "Move to 11:00"
    page.timeline.list.go_to(2)
    QTest.keyClick(page.timeline.list, Qt.Key.Key_Return)
    page.campaigns.forecast.refresh()
    assert when(page) == ["Mon 30 Nov 11:00"]
    assert [line.kind for line in page.timeline.model.lines()] == ["week", "post"]


def test_each_line_of_the_timeline_has_the_height_of_its_kind(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a", "b", "c"))
    rows = page.timeline.list.rowHeight
    monday = datetime(2026, 11, 30, 8, 42, tzinfo=UTC)
    for others in (schedules((2, monday)), schedules((2, monday + timedelta(days=4))), schedules()):
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
    rows = schedules((2, near))
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
    kinds = [line.kind for line in page.timeline.model.lines()]
    assert kinds == ["week", "post", "clocks", "post"]
    note = page.timeline.model.lines()[2].words
    assert note == "The clocks have gone forward: UTC+2"


def test_the_head_tells_of_times_that_all_messages_have(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign())
    bar = page.rhythm
    first = datetime(2026, 12, 1, 9, tzinfo=UTC)
    imported = [
        CampaignMessage(text=f"m{number}", when=first + timedelta(days=number))
        for number in range(3)
    ]
    page.add_messages(imported)
    assert bar.unit.currentText() == "own times"
    assert not bar.start.isVisible()
    assert not bar.every.isVisible()
    words = QTextDocumentFragment.fromHtml(bar.reading_label.text()).toPlainText()
    assert words.startswith("Each message is sent at its own time. From Tue 1 Dec")
    assert "Thu 3 Dec" in words
    page.add_messages([CampaignMessage(text="without")])
    assert bar.start.isVisible()
    words = QTextDocumentFragment.fromHtml(bar.reading_label.text()).toPlainText()
    assert words.endswith("3 messages have times of their own")
    page.campaigns.editor.undo()
    assert bar.unit.currentText() == "own times"
    # Another rhythm is what the messages follow from now on, with one undo.
    bar.unit.setCurrentIndex(bar.unit.findData("week"))
    bar.unit.activated.emit(bar.unit.currentIndex())
    messages = page.campaigns.editor.campaign.messages
    assert [message.when for message in messages] == [None, None, None]
    assert bar.start.isVisible()
    page.campaigns.editor.undo()
    assert [message.when for message in page.campaigns.editor.campaign.messages] == [
        message.when for message in imported
    ]
    assert bar.unit.currentText() == "own times"


def test_what_assistive_software_writes_into_the_start_counts(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a"))
    page.rhythm.start.setText("2026-12-24 18:00")  # as AT-SPI does, without a key
    now = page.campaigns.editor.campaign
    assert now is not None
    assert now.start_text == "2026-12-24 18:00"
