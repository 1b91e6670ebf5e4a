"""A schedule page with rows in every state, what it asks for, and clicks on its rows."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, Qt

from posto_desktop.models.schedules import TEXT, TIME
from posto_desktop.sdk.records import Schedule, ScheduleMedia
from posto_desktop.ui.schedule.page import ScheduleTablePage
from tests.gui.schedule import scene

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def schedule(key: int, hours: float = 0, status: str = "not_sent", **more: Any) -> Schedule:
    return scene.schedule(key, hours, status, **{"channel_id": key % 3 + 1, **more})


def rows() -> list[Schedule]:
    return [
        schedule(1, -2, "success", link="https://example.com/1"),
        schedule(2, -1, "error", error="The image file is too large"),
        schedule(3, -1, "unknown"),
        schedule(4, -4, "missed"),
        schedule(5, 1, media=(ScheduleMedia(1, "image", "https://pic/5"),)),
        schedule(6, 25, group_id="g"),
        schedule(7, 25, group_id="g"),
        schedule(8, 25, group_id="g"),
        schedule(9, 0, "draft", send_at=None),
        schedule(10, 0, "sending"),
    ]


class Heard:
    """Everything that the page asked for, in order."""

    def __init__(self, page: ScheduleTablePage) -> None:
        self.all: list[tuple[str, Any]] = []
        actions = page.row_actions
        actions.retryRequested.connect(lambda ids: self.all.append(("retry", ids)))
        actions.deleteRequested.connect(lambda ids: self.all.append(("delete", ids)))
        actions.outcomes.resolveRequested.connect(
            lambda ids, answer: self.all.append((answer, ids))
        )
        actions.sendNowRequested.connect(lambda ids: self.all.append(("send_now", ids)))
        page.openRequested.connect(lambda url: self.all.append(("open", url)))
        actions.duplicatesRequested.connect(
            lambda all_: self.all.append(
                ("duplicates", [[item.id for item in some] for some in all_])
            )
        )
        actions.duplicateRequested.connect(
            lambda some: self.all.append(("duplicate", [item.id for item in some]))
        )
        page.refreshRequested.connect(lambda: self.all.append(("refresh", None)))
        page.newMessageRequested.connect(lambda: self.all.append(("new", None)))

    def take(self) -> list[tuple[str, Any]]:
        taken, self.all = self.all, []
        return taken


def spot(page: ScheduleTablePage, key: int, column: int = TEXT) -> QPoint:
    index = page.model.index(page.model.row_of(key), column)
    page.table.scrollTo(index)
    return page.table.visualRect(index).center()


def click(
    qtbot: Any, page: ScheduleTablePage, key: int, how: Any = NONE, column: int = TEXT
) -> None:
    qtbot.mouseClick(page.table.viewport(), LEFT, how, spot(page, key, column))


def click_box(qtbot: Any, page: ScheduleTablePage, key: int) -> None:
    point = spot(page, key, TIME)
    qtbot.mouseClick(page.table.viewport(), LEFT, NONE, QPoint(24, point.y()))
