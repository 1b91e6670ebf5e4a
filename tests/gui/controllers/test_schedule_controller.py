"""Tests of the Schedule controller: saved view, calls, undo."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest

from posto_desktop.controllers.schedule import ScheduleController
from posto_desktop.models.schedule_columns import Sort
from posto_desktop.models.schedule_rows import LINK
from posto_desktop.models.schedule_views import SavedView, write_views
from posto_desktop.storage.errors import StorageError


@pytest.fixture
def settings() -> dict[str, Any]:
    return {
        "schedule.inspector": "closed",
        "schedule.columns": '{"hidden": ["link"]}',
        "schedule.sort": "-time",
        "schedule.views": write_views([SavedView("Mine")]),
    }


@pytest.fixture
def controller(qtbot: Any, theme: Any, settings: dict[str, Any]) -> ScheduleController:
    context = MagicMock()
    context.settings.get.side_effect = lambda name: settings.get(name, "")
    context.settings.text.side_effect = lambda name: settings.get(name, "")
    context.settings.set.side_effect = settings.__setitem__
    controller = ScheduleController(context)
    qtbot.addWidget(controller.make())
    return controller


def test_the_table_comes_back_as_it_was_left(controller: Any) -> None:
    page = controller.widget
    assert page.state.view.columns.hidden == {LINK}
    assert page.state.view.sort == Sort(backwards=True)
    assert [view.name for view in page.state.view.saved] == ["Mine"]
    controller.context.settings.set.assert_not_called()


def test_what_is_arranged_is_kept(controller: Any, settings: dict[str, Any]) -> None:
    page = controller.widget
    page.state.reset_columns()
    page.state.save_now()
    page.state.edit(sort=Sort())
    page.state.save_view("Other")
    assert settings["schedule.columns"] == settings["schedule.sort"] == ""
    assert settings["schedule.views"] == write_views([SavedView("Mine"), SavedView("Other")])


def test_settings_that_cannot_be_written_stop_nothing(controller: Any) -> None:
    controller.context.settings.set.side_effect = StorageError("full", "The disk is full.")
    controller.widget.state.edit(sort=Sort())
    assert controller.widget.state.view.sort == Sort()


def test_rows_become_compact_everywhere(
    controller: Any, theme: Any, settings: dict[str, Any]
) -> None:
    table = controller.widget.table
    high = table.verticalHeader().defaultSectionSize()
    try:
        controller.widget.column_menus.rowHeightRequested.emit("compact")
        assert settings["appearance.row_height"] == "compact"
        assert table.verticalHeader().defaultSectionSize() < high
        assert controller.widget.column_menus.make_popup().density.value() == "compact"
    finally:
        controller.widget.column_menus.rowHeightRequested.emit("comfortable")
    assert table.verticalHeader().defaultSectionSize() == high


def test_a_deleted_view_is_offered_back(controller: Any, settings: dict[str, Any]) -> None:
    controller.widget.state.delete_view("Mine")
    assert settings["schedule.views"] == ""
    kind, text, _detail, action, undo = controller.context.window.show_notification.call_args[0]
    assert (kind, text, action) == ("deleted", "View “Mine” deleted", "Undo")
    undo()
    assert settings["schedule.views"] == write_views([SavedView("Mine")])


def written(ref: str, group: str = "", labels: Any = (), workspace: str = "local") -> Any:
    draft = SimpleNamespace(labels=list(labels))
    return SimpleNamespace(
        posto_ref=ref, group_id=group, draft=draft, workspace=workspace, replaces=None
    )


def test_entries_bring_labels_and_what_happened(controller: Any) -> None:
    page = controller.widget
    page.set_entries = receive = MagicMock()
    controller.context.service.workspace_id = "local"
    entry, other = written("ref", "group", ["Winter"]), written("other")
    controller._entries_changed([entry, other])
    assert page.model.labels() == ["Winter"]
    receive.assert_called_once_with({"ref": entry, "group": entry, "other": other})


def test_entries_of_another_workspace_are_told_there_alone(controller: Any) -> None:
    page, service = controller.widget, controller.context.service
    service.workspace_id = "local"
    here, elsewhere = written("a", "1", ["Winter"]), written("b", "1", ["Summer"], workspace="site")
    controller._entries_changed([here, elsewhere])
    assert page.model.labels() == ["Winter"]
    assert page.facts._entries == {"a": here, "1": here}
    service.workspace_id = "site"
    controller._state_changed(SimpleNamespace(kind="connecting", text=""))
    assert page.model.labels() == ["Summer"]
    assert page.facts._entries == {"b": elsewhere, "1": elsewhere}
    service.workspace_id = "another"
    controller._state_changed(SimpleNamespace(kind="connecting", text=""))
    assert page.model.labels() == []
    assert not page.toolbar.labels.isVisible()


def test_insights_are_asked_for_and_answered(controller: Any) -> None:
    page = controller.widget
    page.inspector_pane.insightsRequested.emit(7)
    controller.context.service.fetch_insights.assert_called_once_with(7)
    controller._insights_loaded(7, {"Views": "1"})
    assert page.facts._insights == {7: {"Views": "1"}}


def test_the_page_knows_the_site(controller: Any) -> None:
    controller.context.service.service_address = "https://social.example"
    controller._state_changed(SimpleNamespace(kind="connected", text=""))
    assert controller.widget.facts.site == "https://social.example"


def test_the_page_hears_which_ids_moved_posts_have(controller: Any) -> None:
    controller.widget.follow_moves = follow = MagicMock()
    controller._moved(
        [
            SimpleNamespace(state="done", ids=(1, 2), new_ids=(11, 12)),
            SimpleNamespace(state="done", ids=(3,), new_ids=()),
            SimpleNamespace(state="failed", ids=(4,), new_ids=(14,)),
        ]
    )
    follow.assert_called_once_with({1: 11, 2: 12})


def test_the_settings_say_whether_sending_now_is_asked_about(
    controller: Any, settings: dict[str, Any]
) -> None:
    question = controller.widget.row_actions.send_now_question
    settings["sending.confirm_now"] = True
    assert question.is_asked()
    settings["sending.confirm_now"] = False
    assert not question.is_asked()
