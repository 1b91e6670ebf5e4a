"""Fixtures of the calendar tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QLocale

from posto_desktop.ui.calendar.page import CalendarPage
from tests.gui.calendar.scene import (
    Heard,
    make,
    rows,
)


@pytest.fixture(autouse=True)
def british(qapp: Any) -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def page(qtbot: Any, theme: Any) -> CalendarPage:
    made = make(qtbot)
    made.set_schedules(rows())
    return made


@pytest.fixture
def heard(page: CalendarPage) -> Heard:
    return Heard(page)
