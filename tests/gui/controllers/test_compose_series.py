"""Tests of posting a repeated message: one toast and one undo for all of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest

from posto_desktop.controllers.compose import ComposeController
from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import Series
from posto_desktop.core.recurrence import Repeat
from posto_desktop.viewmodels.sending_outlook import Outlook

FIRST = datetime.now(UTC).replace(microsecond=0) + timedelta(days=400)
REPEAT = Repeat("week", weekdays=(0,), count=3)


@pytest.fixture
def draft() -> Draft:
    return Draft(text="x", when_text="next monday", channel_ids=[1, 2], repeat=REPEAT)


@pytest.fixture
def entries(draft: Draft) -> list[Any]:
    return [
        SimpleNamespace(
            id=f"e{number}",
            posto_ref=f"ref{number}",
            items=(SimpleNamespace(channel_id=1), SimpleNamespace(channel_id=2)),
            share_at=FIRST + timedelta(weeks=number),
            series=Series("s", number + 1, 3),
            draft=draft,
        )
        for number in range(3)
    ]


@pytest.fixture
def controller(qapp: Any) -> ComposeController:
    context = MagicMock()
    context.settings.get.return_value = context.settings.text.return_value = ""
    page = MagicMock()
    page.message.posting.only_proposes = False
    controller = ComposeController(context, page, MagicMock(), MagicMock(), MagicMock())
    controller.outlook = MagicMock()
    controller.outlook.of.return_value = Outlook()
    return controller


def row(number: int, ref: str) -> Any:
    return SimpleNamespace(id=number, posto_ref=ref)


def test_it_is_handed_out_with_its_channels_and_times(controller: Any, draft: Draft) -> None:
    channels = [SimpleNamespace(id=number) for number in (1, 2, 3)]
    controller.context.channels.channels.return_value = channels
    controller._post_series(draft, [FIRST])
    controller.context.service.post_series.assert_called_once_with(draft, channels[:2], [FIRST])


def test_one_toast_counts_all_posts(controller: Any, entries: Any) -> None:
    controller._series_posted(entries)
    (kind, text), more = controller.context.window.show_notification.call_args
    assert kind == "ok"
    assert text.startswith("6 posts scheduled")
    assert more["action_text"] == "Undo"


def test_undo_takes_all_of_it_back(controller: Any, entries: Any) -> None:
    controller._schedule.ids_of.side_effect = lambda ref: [7, 8] if ref == "ref0" else []
    controller._series_posted(entries)
    controller.context.window.show_notification.call_args[1]["callback"]()
    service = controller.context.service
    service.outbox.cancel_series.assert_called_once_with("s")
    service.delete_schedules.assert_called_once_with([7, 8])
    (back,) = controller.page.restore.call_args[0]
    assert (back.text, back.repeat) == ("x", REPEAT)
    # The second was being handed over: its rows are heard of later, and go as well.
    controller._schedules_loaded([row(9, "ref1"), row(10, "other")], True, FIRST)
    assert service.delete_schedules.call_count == 1  # remembered rows say nothing new
    controller._schedules_loaded([row(9, "ref1"), row(10, "other")], False, FIRST)
    controller._schedules_loaded([row(9, "ref1"), row(10, "other")], False, FIRST)
    assert [call[0][0] for call in service.delete_schedules.call_args_list] == [[7, 8], [9]]


def test_undo_of_one_post_also_takes_what_is_being_handed_over(
    controller: Any, entries: Any
) -> None:
    controller._schedule.ids_of.return_value = []
    controller._posted(entries[0])
    controller.context.window.show_notification.call_args[1]["callback"]()
    service = controller.context.service
    service.outbox.cancel.assert_called_once_with("e0")
    service.delete_schedules.assert_not_called()
    controller._schedules_loaded([row(9, "ref0"), row(10, "other")], False, FIRST)
    controller._schedules_loaded([row(9, "ref0"), row(10, "other")], False, FIRST)
    service.delete_schedules.assert_called_once_with([9])


def test_undo_of_one_post_deletes_the_rows_that_there_are(controller: Any, entries: Any) -> None:
    controller._schedule.ids_of.return_value = [4, 5]
    controller._posted(entries[0])
    controller.context.window.show_notification.call_args[1]["callback"]()
    controller.context.service.delete_schedules.assert_called_once_with([4, 5])
    (back,) = controller.page.restore.call_args[0]
    assert back.text == "x"


def test_one_post_of_a_series_is_edited_as_one(controller: Any, draft: Draft) -> None:
    controller._edit_entry(draft)
    (back,) = controller.page.restore.call_args[0]
    assert back.repeat is None
    assert draft.repeat == REPEAT


def test_the_page_hears_of_slots_and_plan(controller: Any) -> None:
    controller.context.settings.text.return_value = "text of the setting"
    controller.slots_changed()
    controller.page.message.slots.set_slots.assert_called_with("text of the setting")
    controller._schedules_loaded([row(1, "")], True, FIRST)
    controller.page.message.slots.set_rows.assert_called_once()
