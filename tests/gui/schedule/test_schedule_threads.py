"""Threads in the schedule: how many parts a post has, and all of its text."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from posto_desktop.models.schedules import TEXT
from posto_desktop.ui.schedule.page import ScheduleTablePage
from tests.gui.schedule.scene import schedule

THREAD = schedule(1, 1, text="One", thread=("Two", "Three"))


@pytest.fixture
def threads(page: ScheduleTablePage) -> ScheduleTablePage:
    page.set_schedules([THREAD, schedule(2, 2)])
    return page


def cells(
    page: ScheduleTablePage, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole
) -> list[Any]:
    model = page.table.model()
    texts = [model.data(model.index(row, TEXT), role) for row in range(model.rowCount())]
    return [text for text in texts if isinstance(text, str) and ("One" in text or "Text" in text)]


def test_the_row_says_how_many_parts_there_are(threads: ScheduleTablePage) -> None:
    assert cells(threads) == ["3 parts · One", "Text 2"]
    assert "One\n\nTwo\n\nThree" in cells(threads, Qt.ItemDataRole.ToolTipRole)


def test_the_inspector_shows_all_of_them(threads: ScheduleTablePage) -> None:
    threads.show_schedule(1)
    inspector = threads.inspector
    assert inspector._text._paragraph.text() == "One\n⸻\nTwo\n⸻\nThree"
    _, value = inspector._parts
    assert (value.text(), value.isHidden()) == ("3 parts", False)
    threads.show_schedule(2)
    assert inspector._text._paragraph.text() == "Text 2"
    assert inspector._parts[1].isHidden()


def test_the_search_finds_a_further_part_and_copy_takes_all(threads: ScheduleTablePage) -> None:
    threads.show_schedule(1)
    threads.row_actions.copy_text()
    assert QGuiApplication.clipboard().text() == "One\n\nTwo\n\nThree"
    threads.state.filter_by(search="three")
    assert cells(threads) == ["3 parts · One"]
