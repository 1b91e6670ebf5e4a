"""The page with rows in every state, and what it asks for."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest

from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.ui.schedule.page import ScheduleTablePage
from tests.gui.schedule.page.every_state import Heard, rows
from tests.gui.schedule.scene import NOW


@pytest.fixture
def page(qtbot: Any, theme: Any) -> ScheduleTablePage:
    page = ScheduleTablePage(SchedulesModel(now=lambda: NOW, zone=UTC))
    qtbot.addWidget(page)
    page.resize(1240, 800)
    page.set_schedules(rows())
    page.show()
    return page


@pytest.fixture
def heard(page: ScheduleTablePage) -> Heard:
    return Heard(page)
