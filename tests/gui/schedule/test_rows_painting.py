"""Tests of painting schedule rows after changes."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from posto_desktop.models.schedules import MEDIA, STATUS, TEXT, TIME
from posto_desktop.sdk.records import Schedule, ScheduleMedia
from posto_desktop.ui.schedule.bulk_bar import AvailableActions
from posto_desktop.ui.schedule.page import ScheduleTablePage
from posto_desktop.ui.schedule.rows_view import DEFER_PAINT_ABOVE
from tests.gui.mirrored import sides_of
from tests.gui.schedule.scene import schedule


class Watch(QObject):
    """What happened to a widget, in its order."""

    def __init__(self, watched: QObject) -> None:
        super().__init__()
        self.events: list[str] = []
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.events.append("painted")
        return False


def many(text: str) -> list[Schedule]:
    return [
        schedule(key, key / 60, text=f"{text} {key}") for key in range(1, DEFER_PAINT_ABOVE + 200)
    ]


def test_other_events_get_in_before_many_rows_are_painted(
    page: ScheduleTablePage, qtbot: Any
) -> None:
    page.set_schedules(many("Early"))
    qtbot.waitUntil(lambda: not page.model.is_working)
    watch = Watch(page.table.viewport())
    page.model.modelReset.connect(lambda: watch.events.append("changed"))
    timer = QTimer(page, interval=0, singleShot=True)  # a static one would be a posted event
    timer.timeout.connect(lambda: watch.events.append("another"))
    page.model.modelReset.connect(timer.start)
    page.model.sort(TEXT)

    def after_the_change() -> list[str]:
        return watch.events[watch.events.index("changed") :] if "changed" in watch.events else []

    qtbot.waitUntil(lambda: {"another", "painted"} <= {*after_the_change()})
    qtbot.waitUntil(page.table.viewport().updatesEnabled)
    after = after_the_change()
    assert after.index("another") < after.index("painted"), after
    assert page.table.viewport().updatesEnabled()


def test_many_rows_are_painted_as_they_are_now(page: ScheduleTablePage, qtbot: Any) -> None:
    page.set_schedules(many("Early"))
    qtbot.waitUntil(lambda: not page.model.is_working)
    qtbot.waitUntil(page.table.viewport().updatesEnabled)
    before = page.table.viewport().grab().toImage()
    page.set_schedules(many("Other words"))
    qtbot.waitUntil(lambda: not page.model.is_working)
    qtbot.waitUntil(page.table.viewport().updatesEnabled)
    assert page.table.viewport().grab().toImage() != before


def test_thumbnails_of_compact_rows_do_not_touch(page: ScheduleTablePage, theme: Any) -> None:
    picture = QImage(64, 64, QImage.Format.Format_RGB32)
    picture.fill(QColor("magenta"))
    media = (ScheduleMedia(1, "image", "https://pic/1"),)
    page.set_schedules([schedule(key, 1, media=media) for key in range(1, 6)])
    page.set_picture("https://pic/1", picture)
    try:
        for height in ("compact", "comfortable"):
            theme.set_row_height(height)
            shown = page.table.viewport().grab().toImage()
            column = page.table.columnViewportPosition(MEDIA) + 20
            seen = [shown.pixelColor(column, y) == QColor("magenta") for y in range(shown.height())]
            runs = "".join("x" if is_drawn else "." for is_drawn in seen).strip(".").split("x.")
            gaps = [len(run) - len(run.lstrip(".")) + 1 for run in runs[1:]]
            assert len(gaps) == 4
            assert min(gaps) >= 8
    finally:
        theme.set_row_height("comfortable")


def test_a_row_that_is_ticked_looks_so_at_once(page: ScheduleTablePage) -> None:
    before = page.table.viewport().grab().toImage()
    page.model.set_ticked([3])
    ticked = page.table.viewport().grab().toImage()
    assert ticked != before
    page.model.set_ticked([3], on=False)
    assert page.table.viewport().grab().toImage() == before


def test_a_long_status_of_the_site_is_elided_in_its_pill(
    page: ScheduleTablePage, theme: Any
) -> None:
    page.set_schedules([schedule(1, 1, "quantum_entangled_for_ever")])
    table = page.table
    left = table.columnViewportPosition(STATUS)
    shown = table.viewport().grab(
        QRect(left, table.rowViewportPosition(1), table.columnWidth(STATUS), table.rowHeight(1))
    )
    line = shown.toImage()
    middle = line.height() // 2 + 1
    ground = theme.colour("surface")
    last = [line.pixelColor(line.width() - 2, middle + dy) for dy in range(-8, 9)]
    # The round end of the pill is inside of the cell: its corners show what is behind.
    assert [abs(colour.lightness() - ground.lightness()) < 4 for colour in (last[0], last[-1])] == [
        True,
        True,
    ]
    words = [line.pixelColor(line.width() - 5, middle + dy) for dy in range(-4, 5)]
    assert {word.name() for word in words} == {theme.status("draft").bg.name()}


def test_the_bar_is_painted_anew_for_another_number_of_rows(
    page: ScheduleTablePage, qtbot: Any
) -> None:
    page.model.set_ticked([2, 3])
    allowed: dict[str, Any] = {"retry": 1, "send_now": 0, "reschedule": 1, "delete": 2}
    page.bulk.show_available(AvailableActions(12, **allowed, duplicate=True, link=False))
    qtbot.waitUntil(page.bulk.isVisible)
    QApplication.processEvents()
    size = page.bulk.size()
    watch = Watch(page.bulk)
    page.bulk.show_available(AvailableActions(13, **allowed, duplicate=True, link=False))
    assert page.bulk.size() == size  # nothing else would have it painted
    qtbot.waitUntil(lambda: watch.events == ["painted"])


@pytest.mark.parametrize("size", ["normal", "large", "larger"])
def test_the_box_of_a_row_is_whole_at_every_size_of_text(
    page: ScheduleTablePage, theme: Any, size: str
) -> None:
    theme.set_text_size(size)
    try:
        page.set_schedules([schedule(1, 1)])
        table = page.table
        cell = table.visualRect(page.model.index(1, TIME))
        box = table._delegate.check_rect(cell)
        shown = table.viewport().grab().toImage()
        line, middle = theme.colour("control_border"), box.center()
        for x, y in (
            (box.left(), middle.y()),
            (box.right(), middle.y()),
            (middle.x(), box.top()),
            (middle.x(), box.bottom()),
        ):
            assert shown.pixelColor(x, y) == line, (x, y)
        assert shown.pixelColor(box.left() - 1, middle.y()) == theme.colour("surface")
        assert box.width() == theme.px("size.checkbox")
    finally:
        theme.set_text_size("normal")


def test_rows_and_day_headings_stand_from_the_right_where_writing_does(
    page: ScheduleTablePage, theme: Any
) -> None:
    page.set_schedules([schedule(1, 1, text="Fig")])
    table = page.table
    heading = next(row for row in range(page.model.rowCount()) if page.model.is_head(row))
    table.set_current(1)

    def looks() -> list[tuple[int, int]]:
        """How far bar and title are from the left and the right edge of their rows."""
        row = table.currentIndex().row()
        bar, title = (
            QRect(0, table.rowViewportPosition(at), table.viewport().width(), table.rowHeight(at))
            for at in (row, heading)
        )
        return [
            sides_of(table.viewport(), theme.colour("focus"), bar),
            sides_of(table.viewport(), theme.colour("text"), title),
        ]

    bar, title = looks()
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    mirrored_bar, mirrored_title = looks()
    assert bar[0] == mirrored_bar[1] == 0
    assert mirrored_bar[0] > 100
    assert abs(title[0] - mirrored_title[1]) <= 4  # letters differ in their bearings
    assert mirrored_title[0] > title[0]


def test_the_bar_for_ticked_rows_is_mirrored_where_writing_is(
    page: ScheduleTablePage, theme: Any
) -> None:
    bar = page.bulk
    allowed = dict.fromkeys(("retry", "send_now", "delete", "edit", "reschedule"), 3)
    bar.show_available(AvailableActions(12, **allowed, duplicate=False, link=False))
    words = theme.colour("text_inverse")
    left, _ = sides_of(bar, words)
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    QApplication.processEvents()
    _, right = sides_of(bar, words)
    assert abs(left - right) <= 4
