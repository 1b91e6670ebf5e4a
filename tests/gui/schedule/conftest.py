"""Fixtures of the schedule tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QLocale

from posto_desktop.ui.schedule.page import ScheduleTablePage
from tests.gui.schedule.scene import make_page


@pytest.fixture(autouse=True)
def plain_locale() -> Iterator[None]:
    before = QLocale()
    plain = QLocale.c()
    plain.setNumberOptions(QLocale.NumberOption.DefaultNumberOptions)  # as the app does
    QLocale.setDefault(plain)
    yield
    QLocale.setDefault(before)


@pytest.fixture
def page(qtbot: Any, theme: Any) -> ScheduleTablePage:
    return make_page(qtbot)
