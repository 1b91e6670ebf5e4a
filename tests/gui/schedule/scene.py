"""A schedule page with a few rows, for the tests beside this file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.schedule.page import ScheduleTablePage

NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)  # a Wednesday


def schedule(key: int, hours: float = 0, status: str = "not_sent", **more: Any) -> Schedule:
    fields: dict[str, Any] = {
        "id": key,
        "group_id": f"g{key}",
        "channel_id": 1,
        "channel_name": f"Channel {key}",
        "network": ("fb", "twitter", "instagram")[key % 3],
        "channel_type": "page",
        "status": status,
        "send_at": NOW + timedelta(hours=hours),
        "text": f"Text {key}",
    }
    return Schedule(**{**fields, **more})


def rows() -> list[Schedule]:
    return [
        schedule(1, -48, "success", posto_ref="m1", link="https://example.com/1"),
        schedule(2, -1, "error", error="The image file is too large"),
        schedule(3, 1),
        schedule(4, 25, group_id="g"),
        schedule(5, 24 * 6),
        schedule(6, 24 * 40),
        schedule(7, 0, "draft", send_at=None),
    ]


def make_page(qtbot: Any, width: int = 1240) -> ScheduleTablePage:
    page = ScheduleTablePage(SchedulesModel(now=lambda: NOW, zone=UTC))
    qtbot.addWidget(page)
    page.resize(width, 800)
    page.state.restore(inspector="closed")
    page.set_schedules(rows())
    with qtbot.waitExposed(page):
        page.show()
    return page


def ticked(model: SchedulesModel) -> list[int]:
    """Ids of the ticked rows in the order in which they stand."""
    return [schedule.id for schedule in model.ticked()]


def shown_ids(page: ScheduleTablePage) -> list[int]:
    schedules = (page.model.schedule_at(row) for row in range(page.model.rowCount()))
    return [item.id for item in schedules if item is not None]
