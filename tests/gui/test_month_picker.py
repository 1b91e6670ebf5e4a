"""The month in which a day or a stretch of days is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from posto_desktop.models import dates
from posto_desktop.ui.widgets.month_picker import LAST_YEAR, MonthPicker, add_months

TODAY = date(2026, 11, 25)  # a Wednesday
Key = Qt.Key


@pytest.fixture
def picker(qtbot: Any, theme: Any) -> MonthPicker:
    made = MonthPicker(
        TODAY, TODAY, TODAY, marks={date(2026, 11, 27): 2}, words=lambda day: f"{day:%d}."
    )
    qtbot.addWidget(made)
    return made


@pytest.fixture
def sunday_first() -> Iterator[None]:
    dates.set_preferences(clock="", week_start="sunday")
    yield
    dates.set_preferences(clock="", week_start="")


def place_of(picker: MonthPicker, day: date) -> QPoint:
    places = (
        QPoint(x, y) for y in range(0, picker.height(), 8) for x in range(0, picker.width(), 8)
    )
    return next(place for place in places if picker.day_at(place) == day)


def test_each_key_chooses_a_day_that_is_not_over(qtbot: Any, picker: MonthPicker) -> None:
    chosen: list[Any] = []
    picker.chosen.connect(lambda *days: chosen.append(days))
    for key, day in (
        (Key.Key_End, date(2026, 11, 29)),
        (Key.Key_Down, date(2026, 12, 6)),
        (Key.Key_Home, date(2026, 11, 30)),
        (Key.Key_Up, TODAY),  # the 23rd is over
    ):
        qtbot.keyClick(picker, key)
        assert chosen[-1] == (day, day)
    qtbot.mouseClick(picker, Qt.MouseButton.LeftButton, pos=place_of(picker, date(2026, 11, 3)))
    assert picker.day == TODAY


def test_weeks_begin_where_the_settings_say(
    qtbot: Any, sunday_first: None, picker: MonthPicker
) -> None:
    assert picker.day_at(QPoint(2, picker.height() - 2)) == date(2026, 12, 6)  # a Sunday
    qtbot.keyClick(picker, Key.Key_End)
    assert picker.day == date(2026, 11, 28)


def test_another_month_is_shown_without_choosing(qtbot: Any, picker: MonthPicker) -> None:
    with qtbot.waitSignal(picker.monthChanged):
        picker.change_month(1)
    assert (picker.month, picker.day) == (date(2026, 12, 1), TODAY)
    picker.change_month(-1)
    picker.change_month(-1)  # all of October is over
    assert picker.month == date(2026, 11, 1)


def test_a_day_is_told_in_words(qtbot: Any, picker: MonthPicker) -> None:
    assert "25 November 2026. 25." in picker.accessibleName()
    place = place_of(picker, date(2026, 11, 27))
    QApplication.sendEvent(
        picker, QHelpEvent(QEvent.Type.ToolTip, place, picker.mapToGlobal(place))
    )
    assert QToolTip.text() == "27."
    QToolTip.hideText()


def test_the_other_end_of_a_range(qtbot: Any, theme: Any) -> None:
    picker = MonthPicker(None, None, TODAY, is_range=True)
    qtbot.addWidget(picker)
    left = Qt.MouseButton.LeftButton
    qtbot.mouseClick(picker, left, pos=place_of(picker, date(2026, 11, 20)))
    qtbot.mouseClick(picker, left, pos=place_of(picker, date(2026, 11, 3)))
    assert (picker.first, picker.last) == (date(2026, 11, 3), date(2026, 11, 20))
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.mouseClick(picker, left, shift, pos=place_of(picker, date(2026, 11, 9)))
    assert (picker.first, picker.last) == (date(2026, 11, 3), date(2026, 11, 9))
    picker.change_month(1)
    assert (picker.day, picker.first) == (date(2026, 12, 9), date(2026, 11, 3))


def test_months_end_at_the_end_of_time() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(LAST_YEAR, 12, 1), 1) == date(LAST_YEAR, 12, 1)
