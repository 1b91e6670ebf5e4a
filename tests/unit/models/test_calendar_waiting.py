"""Posts that wait on this computer, beside those of the plan."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from posto_desktop.core.edited_message import Replacement, ScheduledPost
from posto_desktop.core.posts import PostItem
from posto_desktop.core.slots import Slot, SlotGroup, write
from posto_desktop.models.calendar import CalendarModel
from posto_desktop.models.calendar_waiting import WAITING, waiting_rows
from posto_desktop.sdk.records import Schedule

NOW = datetime(2026, 11, 25, 13, 22, tzinfo=UTC)
AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def entry(name: str, **more: Any) -> Any:
    items = tuple(
        PostItem(number, f"C{number}", "fb", data={"post_content": name}) for number in (1, 2)
    )
    values = {
        "workspace": "local", "state": "waiting", "share_at": AT, "items": items, "replaces": None,
    }  # fmt: skip
    return SimpleNamespace(id=name, posto_ref=f"ref {name}", **{**values, **more})


@pytest.fixture
def model(qapp: Any) -> CalendarModel:
    made = CalendarModel(now=lambda: NOW, zone=UTC)
    made.set_days([date(2026, 11, 26)])
    return made


def show(model: CalendarModel, *entries: Any) -> None:
    model.set_waiting([row for row, _ in waiting_rows(entries, "local").values()])


@pytest.mark.parametrize(
    "more",
    [
        {"workspace": "acc"},
        {"share_at": None},
        *({"state": state} for state in ("sent", "refused")),
    ],
)
def test_what_does_not_wait_for_its_time_here_is_no_row(more: dict[str, Any]) -> None:
    assert waiting_rows([entry("a", **more)], "local") == {}


def test_each_channel_has_a_row_of_its_own_and_they_are_one_card(model: CalendarModel) -> None:
    rows = waiting_rows([entry("a"), entry("b", state="handing_over")], "local")
    assert [key for _, key in rows.values()] == ["a", "a", "b", "b"]
    assert all(number < 0 and row.id == number for number, (row, _) in rows.items())
    assert {row.status for row, _ in rows.values()} == {WAITING}
    show(model, entry("a"))
    (card,) = model.cards
    assert [row.channel_name for row in card.rows] == ["C1", "C2"]
    assert "Waiting on this computer" in model.tip(card)


def test_what_the_service_has_already_is_shown_once(model: CalendarModel) -> None:
    row = Schedule(5, "g", 1, status="not_sent", send_at=AT, text="a", posto_ref="ref a")
    model.set_schedules([row])
    show(model, entry("a"))
    assert [card.key for card in model.cards] == ["g"]


def test_they_take_slots_and_are_close_to_others(model: CalendarModel) -> None:
    model.set_slots(write([SlotGroup(slots=(Slot(3, time(9, 0)),))]), "local", [1])
    assert len(model.slots) == 1
    near = AT + timedelta(minutes=3)
    model.set_schedules([Schedule(5, "g", 1, status="not_sent", send_at=near, text="b")])
    model.set_schedules([])
    show(model, entry("a"))
    assert model.slots == []
    model.set_schedules([Schedule(5, "g", 1, status="not_sent", send_at=near, text="b")])
    assert model.conflicts.keys() == {"g", "entry a"}


def test_what_an_edit_replaces_shows_its_content_in_its_own_row() -> None:
    both = entry("a")
    replaced = Replacement((ScheduledPost(7, both.items[0].channel_id),))
    rows = waiting_rows([entry("a", replaces=replaced)], "local")
    assert len(rows) == len(both.items) - 1
