"""Repeating a message: the editor, the line that says it, and what is posted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtWidgets import QListWidget, QPushButton

from posto_desktop.core.draft import Draft
from posto_desktop.core.recurrence import Repeat
from posto_desktop.ui.compose.repeat_editor import RepeatEditor

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    yield
    QLocale.setDefault(before)


def open_editor(qtbot: Any, desk: Any) -> RepeatEditor:
    qtbot.mouseClick(desk.page.findChild(QPushButton, "repeat"), Qt.MouseButton.LeftButton)
    editor = desk.page.findChild(RepeatEditor)
    assert editor is not None
    return editor


def sentence_of(editor: RepeatEditor) -> str:
    return str(editor._summary_label.text())


def test_ten_mondays_become_thirty_posts(qtbot: Any, desk: Any) -> None:
    series: list[Any] = []
    desk.page.seriesRequested.connect(lambda draft, times: series.append((draft, times)))
    desk.type("Cups are back")
    desk.page.when.field.setText("next Monday at noon")
    editor = open_editor(qtbot, desk)
    editor._count.setValue(10)
    assert sentence_of(editor) == "Every Monday, 10 times, until Mon 1 Feb 2027"
    listed = editor.findChild(QListWidget, "times")
    assert listed.count() == 10
    assert listed.item(0).text() == "1.  Mon 30 Nov 2026, 12:00"
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    desk.settle()
    assert desk.page.action_bar.post.text() == "Schedule 30 posts (10 × 3)"
    assert desk.page.when.repeat_line.words.text().startswith("Every Monday, 10 times")
    desk.page.message.posting.post()
    assert desk.posted == []
    (draft, times), *others = series
    assert not others
    assert len(times) == 10
    assert times[0] == datetime(2026, 11, 30, 11, 0, tzinfo=UTC)
    assert times[9] - times[0] == timedelta(weeks=9)
    assert draft.repeat == Repeat("week", count=10)
    # The next message begins without it.
    assert desk.page.message.time.repeat is None
    assert desk.page.when.repeat_line.isHidden()


def test_each_kind_of_rule_can_be_set(qtbot: Any, desk: Any) -> None:
    desk.page.when.field.setText("2026-11-30 12:00")  # the last Monday, and the last day
    editor = open_editor(qtbot, desk)
    editor._unit.setCurrentIndex(0)
    editor._every.setValue(3)
    assert sentence_of(editor).startswith("Every 3 days, 4 times")
    editor._unit.setCurrentIndex(2)
    ways = [editor._month.itemText(number) for number in range(editor._month.count())]
    assert ways == [
        "on day 30, or the last one",
        "on the last day",
        "on the fifth Monday",
        "on the last Monday",
    ]
    editor._month.setCurrentIndex(3)
    editor._every.setValue(1)
    assert sentence_of(editor).startswith("Every month on the last Monday")
    editor._end.setCurrentIndex(1)
    editor._until.setDate(QDate(2027, 1, 31))
    assert sentence_of(editor).endswith("3 times, until Mon 25 Jan 2027")
    assert editor.repeat().until == date(2027, 1, 31)
    editor._apply()
    assert desk.page.message.time.repeat == Repeat(
        "month", nth=-1, nth_weekday=0, until=date(2027, 1, 31)
    )


def test_the_editor_shows_the_rule_that_there_is(qtbot: Any, desk: Any) -> None:
    for repeat in (
        Repeat("day", every=2, count=7),
        Repeat("week", every=3, weekdays=(1, 4), count=9),
        Repeat("month", month_day=3, count=2),
        Repeat("month", nth=1, nth_weekday=6, until=date(2027, 6, 1)),
    ):
        desk.page.message.open_drafts.load(
            Draft(text="x", when_text="2026-11-30 12:00", repeat=repeat)
        )
        assert desk.page.message.time.repeat == repeat
        editor = RepeatEditor(
            desk.page.message.time.reading.when, repeat, desk.page.zone, desk.page.when
        )
        assert editor.repeat() == repeat
        editor.close()


def test_without_a_time_it_starts_tomorrow_morning(qtbot: Any, desk: Any) -> None:
    editor = open_editor(qtbot, desk)
    editor._apply()
    assert desk.page.when.field.text() == "tomorrow 9:00"
    assert len(desk.page.message.time.times) == 4
    # Taking the time away afterwards is said, not guessed.
    desk.page.when.field.setText("")
    assert not desk.page.message.time.reading.ok
    assert "first post" in desk.page.when.reading_label.text()
    desk.page.when.reading_label.linkActivated.emit("suggestion")
    assert desk.page.message.time.reading.ok


def test_it_is_taken_back(qtbot: Any, desk: Any) -> None:
    desk.type("x")
    desk.page.when.field.setText("next Monday at noon")
    open_editor(qtbot, desk)._apply()
    assert not desk.page.when.repeat_line.isHidden()
    desk.page.when.repeat_line.remove.click()
    assert desk.page.message.time.repeat is None
    desk.page.message.posting.post()
    assert len(desk.posted) == 1


def test_sent_now_it_goes_out_once(qtbot: Any, desk: Any) -> None:
    desk.type("x")
    desk.page.when.field.setText("next Monday at noon")
    open_editor(qtbot, desk)._apply()
    desk.page.message.posting.send_now()
    desk.page.message.posting.answer("now")
    (draft, when), *_ = desk.posted
    assert when is None
    assert draft.repeat is None


def test_a_repeat_of_one_time_is_one_post_at_that_time(desk: Any) -> None:
    repeat = Repeat("week", weekdays=(4,), count=1)
    desk.page.message.open_drafts.load(Draft(text="x", when_text="2026-11-30 12:00", repeat=repeat))
    desk.page.message.posting.post()
    (draft, when), *_ = desk.posted
    assert when == datetime(2026, 12, 4, 11, 0, tzinfo=UTC)
    assert draft.repeat is None


def test_a_repeat_follows_the_first_post_to_another_day(qtbot: Any, desk: Any) -> None:
    desk.page.when.field.setText("next Monday at noon")
    qtbot.keyClick(open_editor(qtbot, desk), Qt.Key.Key_Return)
    desk.page.when.field.setText("fri 16:30")
    assert desk.page.when.repeat_line.words.text().startswith("Every Friday, 4 times")
    assert desk.page.message.time.times[0] == datetime(2026, 11, 27, 15, 30, tzinfo=UTC)


def test_it_says_when_the_first_post_is_on_another_day(qtbot: Any, desk: Any) -> None:
    desk.page.when.field.setText("2026-11-30 12:00")
    editor = open_editor(qtbot, desk)
    editor._weekdays[0].setChecked(False)
    editor._weekdays[3].setChecked(True)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    words = desk.page.when.repeat_line.words.text()
    assert words.startswith("Every Thursday, 4 times")
    assert words.endswith("first on Thu 3 Dec, 12:00")


def test_it_is_kept_with_the_draft(desk: Any) -> None:
    repeat = Repeat("day", count=3)
    desk.page.message.open_drafts.load(Draft(text="x", when_text="2026-11-30 12:00", repeat=repeat))
    assert desk.page.draft.repeat == repeat
    desk.page.message.open_drafts.new_message()
    assert desk.page.draft.repeat is None


def test_no_time_left_cannot_be_chosen(qtbot: Any, desk: Any) -> None:
    desk.page.when.field.setText("2026-11-30 12:00")
    editor = open_editor(qtbot, desk)
    for chip in editor._weekdays.values():
        chip.setChecked(False)
    editor._weekdays[3].setChecked(True)
    editor._end.setCurrentIndex(1)
    editor._until.setDate(QDate(2026, 12, 1))
    assert "no times left" in sentence_of(editor)
    assert not editor._use.isEnabled()
    editor._apply()
    assert desk.page.message.time.repeat is None
