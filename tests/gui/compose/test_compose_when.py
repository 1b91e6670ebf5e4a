"""Tests of the When row: reading times, and offering valid ones."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt, QTime
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import QPushButton

from posto_desktop.ui.shared.when_picker import WhenPicker


def reading(desk: Any) -> str:
    """The text of the reading, as assistive software gets it."""
    html = desk.page.when.reading_label.text()
    return QTextDocumentFragment.fromHtml(html).toPlainText()


def type_when(desk: Any, text: str) -> Any:
    desk.page.when.field.setText(text)
    return desk.page.message.time.reading


def test_a_time_is_read_while_it_is_typed(desk: Any) -> None:
    parsed = type_when(desk, "next Monday at noon")
    assert reading(desk) == "Mon 30 Nov 2026, 12:00 · in 5 days · Europe/Berlin"
    assert parsed.when == datetime(2026, 11, 30, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "   "])
def test_empty_means_at_once(desk: Any, text: str) -> None:
    parsed = type_when(desk, text)
    assert parsed.ok
    assert parsed.when is None
    assert "as soon as" in reading(desk)


def test_the_past_is_red_and_offers_the_next_possible_time(desk: Any) -> None:
    parsed = type_when(desk, "yesterday 9:00")
    assert not parsed.ok
    assert parsed.kind == "past"
    assert desk.page.when.field.property("invalid") is True
    assert parsed.suggestions
    desk.page.when.reading_label.linkActivated.emit("suggestion")
    assert desk.page.message.time.reading.ok
    assert desk.page.when.field.property("invalid") is False


def test_what_is_not_understood_gives_an_example(desk: Any) -> None:
    parsed = type_when(desk, "sometime soon")
    assert not parsed.ok
    assert parsed.when is None
    assert reading(desk).strip() != ""


def test_a_number_alone_is_asked_about_and_each_answer_is_one_click(desk: Any) -> None:
    for answer, when in (
        ("suggestion", datetime(2026, 11, 25, 16, 0, tzinfo=UTC)),
        ("suggestion:1", datetime(2026, 12, 5, 8, 0, tzinfo=UTC)),
    ):
        parsed = type_when(desk, "5")
        assert not parsed.ok
        assert parsed.suggestions == ("5 o'clock", "the 5th")
        assert reading(desk) == ("Does “5” mean 5 o'clock or the 5th? Use 5 o'clock · Use the 5th")
        desk.page.when.reading_label.linkActivated.emit(answer)
        assert desk.page.message.time.reading.when == when


def other(desk: Any) -> Any:
    return desk.page.when.chips.other_time


def test_hours_alone_are_a_length_and_offer_the_time_of_day(desk: Any) -> None:
    parsed = type_when(desk, "14h")
    assert "in 14 hours" in reading(desk)
    other(desk).click()
    assert desk.page.message.time.reading.when == parsed.alternative


def test_in_no_time_is_at_once(desk: Any) -> None:
    assert type_when(desk, "in 0 minutes").ok
    assert "as soon as" in reading(desk)


def test_two_readings_offer_the_other_one(desk: Any) -> None:
    parsed = type_when(desk, "friday at 8")
    assert parsed.ok
    assert parsed.alternative is not None
    assert other(desk).isVisibleTo(desk.page)
    assert other(desk).text() == "or 20:00?"
    other(desk).click()
    assert not other(desk).isVisibleTo(desk.page)
    assert desk.page.message.time.reading.when == parsed.alternative
    assert desk.page.message.time.reading.alternative is None


def test_typed_markup_is_shown_not_obeyed(desk: Any) -> None:
    type_when(desk, "<b>bold</b> <img src=x>")
    assert "<img" not in desk.page.when.reading_label.text()


def quick_time(desk: Any, typed: str) -> QPushButton:
    chips = desk.page.when.chips.findChildren(QPushButton)
    return next(chip for chip in chips if chip.property("when") == typed)


def test_chips_type_their_time(qtbot: Any, desk: Any) -> None:
    chip = quick_time(desk, "tomorrow 9:00")
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert desk.page.when.field.text() == "tomorrow 9:00"
    assert chip.isChecked()
    now = quick_time(desk, "now")
    qtbot.mouseClick(now, Qt.MouseButton.LeftButton)
    assert desk.page.message.time.reading.ok
    assert desk.page.message.time.reading.when is None
    assert not chip.isChecked()


def test_under_640_the_reading_stands_below(desk: Any) -> None:
    row = desk.page.when
    row.resize(700, row.height())
    wide = row.reading_label.mapTo(row, QPoint(0, 0)).y()
    row.resize(500, row.height())
    row.layout().activate()
    assert row.reading_label.mapTo(row, QPoint(0, 0)).y() > wide


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_calendar_gives_a_day_and_a_time(qtbot: Any, desk: Any) -> None:
    desk.page.when._picker_action.trigger()
    picker = desk.page.findChild(WhenPicker)
    assert picker.grid.day == date(2026, 11, 25)
    picker.grid.choose(date(2026, 11, 20))
    assert picker.grid.day == date(2026, 11, 25)  # over already
    qtbot.keyClick(picker.grid, Qt.Key.Key_Right)
    picker.time.setTime(QTime(17, 30))
    qtbot.keyClick(picker.grid, Qt.Key.Key_Return)
    assert desk.page.when.field.text() == "2026-11-26 17:30"
    assert desk.page.message.time.reading.when == datetime(2026, 11, 26, 16, 30, tzinfo=UTC)


def test_a_check_names_times_by_the_clock_of_the_user(desk: Any) -> None:
    desk.type("x")
    type_when(desk, "yesterday 9:00")
    desk.settle()
    (past,) = [
        finding
        for finding in desk.page.message.checks.result.findings
        if finding.code == "when_past"
    ]
    (move,) = past.more
    assert move.label.startswith("Move to 11:0")  # ten o'clock UTC
    parsed = type_when(desk, move.arg)
    assert parsed.ok
    assert parsed.when is not None
    assert parsed.when.astimezone(UTC) < datetime(2026, 11, 25, 10, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("5/12 at 9am", "or Wed 12 May 2027, 9:00?"),
        ("2027-10-31 2:30", "or 2:30 UTC+1?"),
    ],
)
def test_the_other_reading_says_what_differs(desk: Any, text: str, words: str) -> None:
    type_when(desk, text)
    assert other(desk).text() == words
    second = desk.page.message.time.reading.alternative
    other(desk).click()
    chosen = desk.page.message.time.reading.when
    assert chosen.astimezone(UTC) == second.astimezone(UTC)


def test_a_note_about_the_clocks_stands_in_the_reading(desk: Any) -> None:
    type_when(desk, "2027-10-31 2:30")
    assert "comes twice" in reading(desk)
    assert "Europe/Berlin, UTC+2 then" in reading(desk)
