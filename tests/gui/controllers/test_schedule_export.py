"""Tests of exporting the schedule, and the messages about it."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from posto_desktop.controllers.reschedule import RescheduleController
from posto_desktop.controllers.schedule import ScheduleController
from posto_desktop.controllers.schedule_export import ScheduleExportController
from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.sdk.records import Schedule, ScheduleMedia
from posto_desktop.ui.schedule.export_dialog import ExportDialog, ExportRequest
from posto_desktop.ui.schedule.page import ScheduleTablePage
from posto_desktop.ui.schedule.reschedule_dialog import RescheduleDialog
from posto_desktop.ui.widgets.toast import ToastHost
from posto_desktop.workers.runner import JobRunner

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 23)


def row(number: int, **changes: Any) -> Schedule:
    values: dict[str, Any] = {
        "id": number,
        "group_id": f"g{number}",
        "channel_id": 1,
        "channel_name": "Nordlicht",
        "network": "fb",
        "status": "not_sent",
        "send_at": NOW + timedelta(hours=number),
        "text": f"Post {number}",
    }
    return Schedule(**{**values, **changes})


class Window(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.resize(1000, 700)
        self.show_notification = MagicMock()
        self.show_hint = MagicMock()
        self.toasts = ToastHost(self)


@pytest.fixture
def context(qtbot: Any, theme: Any, tmp_path: Path) -> Any:
    window, runner = Window(), JobRunner()
    qtbot.addWidget(window)
    window.show()
    settings = MagicMock()
    settings.get.return_value = settings.text.return_value = ""
    state = SimpleNamespace(workspace_id="a", host="social.example", name="Nordlicht")
    yield SimpleNamespace(
        window=window,
        runner=runner,
        settings=settings,
        service=SimpleNamespace(state=state, reschedule=MagicMock()),
        paths=SimpleNamespace(workspace=tmp_path / "none"),
        workspaces=SimpleNamespace(current="a"),
        calendar_server=None,
    )
    assert runner.shutdown(60_000)


@pytest.fixture
def page(qtbot: Any, theme: Any) -> ScheduleTablePage:
    page = ScheduleTablePage(SchedulesModel(now=lambda: NOW, zone=UTC))
    qtbot.addWidget(page)
    media = (ScheduleMedia(1, "image", "http://m.example/1.jpg"),)
    page.set_schedules([row(1), row(2), row(3, network="twitter", media=media)], False, NOW)
    return page


def test_what_the_filter_shows_is_written(
    qtbot: Any, context: Any, page: ScheduleTablePage, tmp_path: Path
) -> None:
    page.model.set_filters(page.model.filters.with_changes(network="fb"))
    export = ScheduleExportController(context, page)
    export.open()
    path = tmp_path / "plan.csv"
    dialog = export.dialog
    export.write(ExportRequest("csv", "shown", MONDAY), path)
    qtbot.waitUntil(lambda: not isValid(dialog))
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    assert [row["Text"] for row in rows] == ["Post 1", "Post 2"]
    (kind, text, detail), more = context.window.show_notification.call_args
    assert (kind, text, detail) == ("ok", "2 posts written to plan.csv", str(path))
    assert more["action_text"] == "Show in folder"
    context.settings.set.assert_called_with("schedule.export_folder", str(tmp_path))


def test_a_file_that_cannot_be_written_is_named(
    qtbot: Any, context: Any, page: ScheduleTablePage, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    export = ScheduleExportController(context, page)
    export.open()
    export.write(ExportRequest("csv", "all", MONDAY), tmp_path / "file" / "plan.csv")
    qtbot.waitUntil(lambda: "plan.csv could not be saved" in export.dialog.state.text())
    assert export.dialog.isVisible()
    assert export.dialog.action_button.isEnabled()
    export.dialog.reject()


def test_the_week_waits_for_its_pictures(
    qtbot: Any, context: Any, page: ScheduleTablePage, tmp_path: Path
) -> None:
    asked: list[str] = []
    page.pictureRequested.connect(asked.append)
    export = ScheduleExportController(context, page)
    export.open()
    path = tmp_path / "week.pdf"
    export.write(ExportRequest("pdf", "all", MONDAY), path)
    qtbot.waitUntil(lambda: asked == ["http://m.example/1.jpg"])
    assert not path.exists()
    picture = QImage(40, 40, QImage.Format.Format_RGB32)
    picture.fill(QColor("#336699"))
    dialog = export.dialog
    page.set_picture("http://m.example/1.jpg", picture)
    qtbot.waitUntil(lambda: not isValid(dialog))
    assert path.read_bytes().startswith(b"%PDF")
    assert context.window.show_notification.call_args[0][1] == "3 posts written to week.pdf"


def test_cancelling_while_pictures_are_awaited(
    qtbot: Any, context: Any, page: ScheduleTablePage, tmp_path: Path
) -> None:
    export = ScheduleExportController(context, page)
    export.open()
    export.write(ExportRequest("pdf", "all", MONDAY), tmp_path / "week.pdf")
    dialog = export.dialog
    dialog.cancel_button.click()
    qtbot.waitUntil(lambda: not isValid(dialog))
    assert not (tmp_path / "week.pdf").exists()
    assert not context.window.show_notification.called


def test_the_file_dialog_offers_a_good_name(
    qtbot: Any, context: Any, page: ScheduleTablePage, tmp_path: Path
) -> None:
    context.settings.text.return_value = str(tmp_path)
    export = ScheduleExportController(context, page)
    export.open()
    export.dialog.chosen.emit(ExportRequest("pdf", "all", MONDAY))
    ask = export.dialog.findChild(QFileDialog)
    assert ask is not None
    assert Path(ask.selectedFiles()[0]) == tmp_path / "Nordlicht week of 2026-11-23.pdf"
    ask.reject()
    export.dialog.reject()


def test_without_a_workspace_there_is_no_address(
    qtbot: Any, context: Any, page: ScheduleTablePage
) -> None:
    export = ScheduleExportController(context, page, "ical")
    export.open()
    qtbot.waitUntil(lambda: "is not running" in export.dialog.address.about.text())
    export.dialog.reject()


def test_new_times_go_to_the_service(qtbot: Any, context: Any) -> None:
    rows = [row(1), row(2)]
    moving = RescheduleController(context, rows, rows)
    moving.open()
    moving.dialog.fields.shift.setText("+400 days")
    qtbot.waitUntil(moving.dialog.action_button.isEnabled)
    dialog = moving.dialog
    dialog.action_button.click()
    qtbot.waitUntil(lambda: not isValid(dialog))
    (ids, times), _ = context.service.reschedule.call_args
    assert sorted(ids) == [1, 2]
    assert set(times) == {1, 2}
    assert all(when > NOW for when in times.values())


def test_the_page_and_the_desk_belong_together(qtbot: Any, context: Any, theme: Any) -> None:
    """From the key to the service, with the ticks gone in the end."""
    window = context.window
    window.add_page = MagicMock()
    service, pictures = MagicMock(), MagicMock()
    whole = SimpleNamespace(**{**vars(context), "service": service, "pictures": pictures})
    controller = ScheduleController(whole)
    page = controller.make()
    qtbot.addWidget(page)
    page.set_schedules([row(1), row(2), row(3)], False, NOW)
    page.model.set_ticked([1, 2])
    page.bulk.reschedule.click()
    dialog = window.findChild(RescheduleDialog)
    assert dialog is not None
    dialog.fields.shift.setText("+400 days")
    qtbot.waitUntil(dialog.action_button.isEnabled)
    dialog.action_button.click()
    qtbot.waitUntil(lambda: not isValid(dialog))
    (ids, _times), _ = service.reschedule.call_args
    assert sorted(ids) == [1, 2]
    assert page.model.tick_count() == 0
    service.state = None
    page.toolbar.export.click()
    export = window.findChild(ExportDialog)
    assert export is not None
    assert export.request().scope == "shown"
    export.reject()


def test_a_service_has_an_address_of_its_own(
    qtbot: Any, context: Any, page: ScheduleTablePage, tmp_path: Path
) -> None:
    made: list[tuple[str, bool]] = []

    class Server:
        def address(self, _job: Any, workspace: str, make: bool) -> str:
            made.append((workspace, make))
            return "http://127.0.0.1:1/posto-calendar/x.ics" if make else ""

    context.calendar_server = Server()
    address = ScheduleExportController(context, page, "ical").dialog.address
    qtbot.waitUntil(lambda: made == [("a", False)])
    address.make.click()
    qtbot.waitUntil(lambda: bool(address.field.text()))
    assert made[-1] == ("a", True)


def test_the_plan_of_this_computer_is_served_by_its_workspace(
    qtbot: Any, context: Any, page: ScheduleTablePage
) -> None:
    context.service.state.workspace_id = "local"
    address = ScheduleExportController(context, page, "ical").dialog.address
    qtbot.waitUntil(lambda: "is not running" in address.about.text())
