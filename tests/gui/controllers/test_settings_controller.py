"""Tests that changed settings apply at once everywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from unittest.mock import MagicMock

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QLabel, QWidget

from posto_desktop.controllers.compose import ComposeController
from posto_desktop.controllers.settings import SettingsController
from posto_desktop.core.edits import Edit
from posto_desktop.models import dates
from posto_desktop.models.locale_settings import apply_locale_settings, use_locale, use_names_of
from posto_desktop.models.numbers import decimal
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.setting_declarations import DECLARED
from posto_desktop.storage.settings import Settings
from posto_desktop.ui.settings.dialog import SettingsDialog
from posto_desktop.ui.theme import Theme
from posto_desktop.workers.runner import JobRunner
from tests.gui.settings_tools import make_tools

LUNCH = datetime(2026, 11, 30, 13, 5, tzinfo=UTC)


@pytest.fixture
def controller(theme: Any, tmp_path: Any) -> Any:
    context = MagicMock()
    context.settings = Settings(tmp_path / "settings.json")

    made = SettingsController(context, MagicMock(), MagicMock(), MagicMock())
    made.composing, made.calendar = MagicMock(), MagicMock()  # type: ignore[attr-defined]
    made.activity, made.tray = MagicMock(), MagicMock()  # type: ignore[attr-defined]
    made.campaigns = MagicMock()  # type: ignore[attr-defined]
    made.connect_settings(
        made.composing,
        made.calendar,
        made.campaigns,
        MagicMock(),
        MagicMock(),
        made.activity,
        made.tray,  # type: ignore[attr-defined]
    )
    made.keep = made._write  # type: ignore[attr-defined]
    yield made
    dates.set_preferences(clock="", week_start="")
    use_names_of("")
    use_locale("")
    theme.set_text_size("normal")
    theme.set_row_height("comfortable")
    theme.set_more_contrast(False)
    theme.set_less_motion(False)
    theme.setMode("light")


def test_toasts_stay_as_the_settings_say(controller: Any) -> None:
    stay = controller.context.window.toasts.set_stay
    controller.keep("notifications.toast_seconds", 0)
    stay.assert_called_once_with(0)


def test_services_are_reached_another_way(controller: Any) -> None:
    names = [setting.name for setting in DECLARED if setting.page == "network"]
    assert len(names) == 8
    for count, name in enumerate(names, 1):
        controller.apply(name, None)
        assert controller.context.service.route_changed.call_count == count
        assert controller.composing.links.route_changed.call_count == count


def test_the_clock_and_the_week(controller: Any, qtbot: Any) -> None:
    with qtbot.waitSignal(Theme.instance().changed):
        controller.keep("calendar.clock", "12")
    assert dates.clock(LUNCH, UTC).replace("\u202f", " ") == "1:05 PM"
    assert dates.clock_format() == "h:mm Ap"
    controller.keep("calendar.clock", "24")
    assert dates.clock(LUNCH, UTC) == "13:05"
    for day, number in (("sunday", 6), ("monday", 0), ("saturday", 5)):
        controller.keep("calendar.week_start", day)
        assert dates.first_weekday() == number
    assert controller.calendar.week_changed.call_count == 3
    controller.keep("calendar.week_start", "")
    assert dates.first_weekday() == QLocale().firstDayOfWeek().value - 1


def test_formats_from_the_start_on(controller: Any) -> None:
    controller.context.settings.set("language.formats", "fr_FR")
    controller.context.settings.set("calendar.week_start", "sunday")
    apply_locale_settings(controller.context.settings)
    assert dates.full_when(LUNCH, UTC) == "Mon 30 Nov 2026, 13:05"  # names are English
    assert decimal(1.5) == "1,5"
    assert dates.first_weekday() == 6


def test_looks(controller: Any, theme: Any) -> None:
    controller.keep("appearance.scheme", "dark")
    controller.keep("appearance.text_size", "larger")
    controller.keep("appearance.less_motion", True)
    assert (theme.scheme, theme.text_size, theme.less_motion) == ("dark", "larger", True)


def test_what_cannot_be_written_is_in_force_and_said_in_the_window(
    theme: Any, qtbot: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = JobRunner()
    tools = make_tools(tmp_path, runner)
    context = MagicMock()
    context.settings, context.runner, context.paths = tools.settings, runner, tools.paths
    context.channels.channels.return_value = []
    context.service.workspace_id = "local"
    context.window = QWidget()
    qtbot.addWidget(context.window)
    controller = SettingsController(context, tools.route_provider, tools.accounts, tools.secrets)
    calendar = MagicMock()
    others = [MagicMock() for _ in range(5)]
    controller.connect_settings(MagicMock(), calendar, *others)
    controller.open("calendar")
    dialog = context.window.findChild(SettingsDialog)
    assert dialog is not None

    def full(*_args: object, **_options: object) -> None:
        raise StorageError("settings.json could not be saved: the disk is full.")

    monkeypatch.setattr("posto_desktop.storage.atomic.write_bytes", full)
    dialog.write("calendar.week_start", "sunday")
    calendar.week_changed.assert_called_once_with()
    assert tools.settings.get("calendar.week_start") == "sunday"
    problem = dialog.findChild(QLabel, "settings-problem")
    assert problem is not None
    assert "the disk is full. The change lasts until you quit Posto." in problem.text()
    monkeypatch.undo()
    dialog.write("calendar.view", "month")
    assert problem.isHidden()
    assert Settings(tools.paths.settings).get("calendar.week_start") == "sunday"
    with qtbot.waitSignal(dialog.destroyed):
        dialog.accept()
    dates.set_preferences(clock="", week_start="")
    assert runner.shutdown(60_000)


def test_sending(controller: Any) -> None:
    controller.keep("sending.paused", True)
    controller.activity.set_paused.assert_called_once_with(True)
    controller.tray.set_paused.assert_called_once_with(True)
    controller.keep("sending.late_limit_minutes", 5)
    controller.context.service.late_limit_changed.assert_called_once_with()
    (_job, _folder, limit), _more = controller.context.runner.submit.call_args
    assert limit == 5  # also for a start without the app
    controller.keep("sending.keep_in_tray", False)
    controller.tray.hide.assert_called_once_with()
    controller.keep("sending.keep_in_tray", True)
    controller.tray.show.assert_called_once_with()
    controller.keep("publishing.slots", "[]")
    controller.composing.slots_changed.assert_called_once_with()
    controller.calendar.slots_changed.assert_called_once_with()
    controller.campaigns.slots_changed.assert_called_once_with()


def test_the_window_opens_at_a_page_and_is_given_back(
    theme: Any, qtbot: Any, tmp_path: Any
) -> None:
    runner = JobRunner()
    tools = make_tools(tmp_path, runner)
    context = MagicMock()
    context.settings, context.runner, context.paths = tools.settings, runner, tools.paths
    context.channels.channels.return_value = []
    context.service.workspace_id = "local"
    window = QWidget()
    qtbot.addWidget(window)
    context.window = window
    made = SettingsController(context, tools.route_provider, tools.accounts, tools.secrets)
    made.open("workspaces")
    (dialog,) = window.findChildren(SettingsDialog)
    assert dialog.page.cards[0].account.id == "a1"  # type: ignore[attr-defined]
    with qtbot.waitSignal(dialog.destroyed):
        dialog.accept()
    assert runner.shutdown(60_000)


@pytest.mark.parametrize(
    ("strip", "side", "quality", "kind", "edit"),
    [
        (True, 0, 0, "image", None),
        (False, 0, 0, "image", Edit(keep_metadata=True)),
        (True, 2560, 80, "image", Edit(max_side=2560, quality=80)),
        (True, 0, 95, "image", Edit(quality=95)),
        (True, 2560, 70, "video", None),
        (False, 1600, 70, "gif", Edit(keep_metadata=True)),
    ],
)
def test_files_are_added_as_the_settings_say(
    tmp_path: Any, strip: bool, side: int, quality: int, kind: str, edit: Edit | None
) -> None:
    context = MagicMock()
    context.settings = Settings(tmp_path / "settings.json")
    page = MagicMock()
    controller = ComposeController(context, page, MagicMock(), MagicMock(), MagicMock())
    context.settings.set("media.strip_location", strip)
    context.settings.set("media.max_side", side)
    context.settings.set("media.quality", quality)
    assert page.media_import.first_edit == controller._first_edit
    assert controller._first_edit(kind) == edit
    context.settings.set("sending.confirm_now", False)
    assert page.message.posting.ask_now() is False
