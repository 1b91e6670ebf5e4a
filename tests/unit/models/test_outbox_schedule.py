"""The outbox as rows beside the schedule: what became of posts, their order, other workspaces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QLocale, Qt

from posto_desktop.core.edited_message import Replacement, ScheduledPost
from posto_desktop.core.entries import Entry, EntryStep
from posto_desktop.models.outbox import OutboxModel
from posto_desktop.sdk.records import Schedule
from tests.unit.models.outbox_entries import BERLIN, NOW, entry, row, rows


@pytest.fixture(autouse=True)
def plain_locale() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale.c())
    yield
    QLocale.setDefault(before)


@pytest.fixture
def model(qapp: Any) -> OutboxModel:
    return OutboxModel(now=lambda: NOW, zone=BERLIN)


def tell(model: OutboxModel, *schedules: Schedule, hidden: tuple[int, ...] = ()) -> None:
    model.set_schedules("local", list(schedules), hidden, NOW)


@pytest.mark.parametrize(
    ("rows_of_it", "section", "pill", "strong", "detail"),
    [
        ([row(1, "success")], "done", "sent", "Sent", "14:20"),
        ([row(1, "not_sent", 60)], "waiting", "scheduled", "Scheduled", "Today, 15:21"),
        ([row(1, "sending")], "in_progress", "sending", "Sending", ""),
        (
            [row(1, "error", error="#190 token expired")],
            "failed",
            "failed",
            "Failed",
            "Instagram no longer knows this channel",
        ),
        (
            [row(1, "success"), row(2, "error", channel_id=2, network="fb", error="duplicate")],
            "failed",
            "failed",
            "Partly sent",
            "Sent to 1 of 2 channels. Facebook already has this text",
        ),
        (
            [row(1, "missed", -120)],
            "failed",
            "late",
            "Not sent",
            "Its time passed while nothing was running",
        ),
        (
            [row(1, "unknown"), row(2, "error", channel_id=2, error="duplicate")],
            "needs_you",
            "needs_you",
            "Needs you",
            "It may already be on nordlicht.coffee",
        ),
        (
            [row(1, "unknown"), row(2, "success", channel_id=2)],
            "needs_you",
            "needs_you",
            "Needs you",
            "Sent to 1 of 2 channels. It may already be on nordlicht.coffee",
        ),
        (
            [row(1, "not_sent", 60), row(2, "error", channel_id=2, network="fb", error="#190")],
            "failed",
            "failed",
            "Partly scheduled",
            "Scheduled for 1 of 2 channels. Facebook no longer knows this channel",
        ),
    ],
)
def test_the_plan_says_what_became_of_it(
    model: OutboxModel,
    rows_of_it: list[Schedule],
    section: str,
    pill: str,
    strong: str,
    detail: str,
) -> None:
    sent = entry("a", "sent")
    model.set_entries([sent])
    tell(model, *rows_of_it, row(9, "error", posto_ref="of another post"))
    line = model.line(sent)
    assert (line.pill, line.strong, line.detail) == (pill, strong, detail)
    assert model.delivery_status(sent).section(sent) == section
    assert model.counts() == {
        name: int(name == section)
        for name in ("needs_you", "in_progress", "waiting", "failed", "done")
    }
    assert model.attention() == (section in ("needs_you", "failed"))


def test_a_service_that_lost_the_mark_is_known_by_the_group(model: OutboxModel) -> None:
    sent = entry("a", "sent", group_id="g")
    model.set_entries([sent])
    tell(model, row(1, "success", posto_ref=None, group_id="g"))
    assert model.line(sent).strong == "Sent"


def test_the_plan_of_another_workspace_says_nothing(model: OutboxModel) -> None:
    sent = entry("a", "sent", workspace="elsewhere")
    model.set_entries([sent])
    tell(model, row(1, "error"))
    assert model.line(sent).strong == "Accepted"


def test_done_today_counts_what_is_published(model: OutboxModel) -> None:
    yesterday = NOW - timedelta(days=1)
    model.set_entries(
        [
            entry("out today", "sent", posto_ref="1", updated_at=yesterday),
            entry("out yesterday", "sent", posto_ref="2", updated_at=yesterday),
            entry("planned", "sent", posto_ref="3"),
            entry("given up", "cancelled"),
        ]
    )
    tell(
        model,
        row(1, "success", posto_ref="1"),
        row(2, "success", -26 * 60, posto_ref="2"),
        row(3, "not_sent", 5 * 24 * 60, posto_ref="3"),
    )
    model.set_show_done(True)
    assert rows(model) == [
        "Waiting, 1",
        "Text planned",
        "Done today, 1, 1 other",
        "Text given up",
        "Text out today",
    ]


def test_a_deleted_post_says_so(model: OutboxModel) -> None:
    sent = entry("a", "sent")
    model.set_entries([sent])
    tell(model, row(1, "not_sent", 60), hidden=(1,))
    assert model.line(sent).strong == "Deleted by you"
    assert model.counts()["done"] == 0
    tell(model, row(1, "not_sent", 60))  # undone
    assert model.line(sent).strong == "Scheduled"
    deleted = entry("a", "sent", steps=(EntryStep(NOW - timedelta(minutes=3), "deleted"),))
    model.set_entries([deleted])
    tell(model)
    line = model.line(deleted)
    assert (line.pill, line.strong, line.detail) == ("neutral", "Deleted by you", "14:18")


def test_what_an_edit_replaced_is_not_listed_as_scheduled(model: OutboxModel) -> None:
    was = ScheduledPost(1, 1, "g1", "a")
    first = scheduled("a", 1)
    second = replace(
        scheduled("b", 1, replaces=Replacement(removed=(was,))),
        updated_at=NOW - timedelta(minutes=3),
    )
    model.set_entries([first, second])
    tell(model, row(2, "not_sent", 60, posto_ref="b"))
    line = model.line(first)
    assert (line.pill, line.strong, line.detail) == ("neutral", "Edited by you", "14:18")
    assert model.line(second).strong == "Scheduled"
    assert model.counts()["waiting"] == 1
    # A service that lost the mark is known by the group.
    model.set_entries([replace(first, posto_ref="x", group_id="g1"), second])
    assert model.line(model.entry("a") or first).strong == "Edited by you"


def test_rows_that_are_not_listed(model: OutboxModel) -> None:
    fresh = entry("a", "sent")
    old = entry("b", "sent", updated_at=NOW - timedelta(hours=2), posto_ref="b")
    # Its time is now: some services hide rows while they are being sent.
    due = entry("c", "sent", posto_ref="c", updated_at=NOW - timedelta(hours=2), share_at=NOW)
    model.set_entries([fresh, old, due])
    tell(model)
    assert model.line(fresh).strong == "Saved on this computer"
    assert model.line(old).strong == "Not in the schedule"
    assert model.line(due).strong == "Saved on this computer"
    model.set_schedules(
        "local", [], read_at=None
    )  # only remembered: says nothing about what is missing
    assert model.line(old).strong == "Saved on this computer"


def test_what_happened_goes_on_after_the_handing_over(model: OutboxModel) -> None:
    sent = entry("a", "sent", steps=(EntryStep(NOW - timedelta(hours=1), "sent"),))
    model.set_entries([sent])
    early = NOW.replace(microsecond=0) - timedelta(hours=1, seconds=0.5)
    tell(
        model,
        row(1, "success", send_at=early),
        row(2, "error", 1, channel_id=2, error="duplicate"),
    )
    steps = [(step.kind, step.detail) for step in model.delivery_status(sent).steps(sent)]
    assert steps == [
        ("saved", ""),
        ("published", "nordlicht.coffee"),
        ("failed", "nordlicht.coffee: duplicate"),
    ]


def test_earlier_days_are_the_history(model: OutboxModel) -> None:
    def ago(days: int, key: str, state: str = "sent", **more: Any) -> Entry:
        at = NOW - timedelta(days=days)
        return entry(key, state, posto_ref=key, updated_at=at, created_at=at, **more)

    model.set_entries(
        [
            entry("today", "sent"),
            ago(1, "sent yesterday"),
            ago(1, "given up", "cancelled"),
            ago(9, "long ago"),
            ago(9, "failed long ago", "refused"),
            ago(2, "planned", share_at=NOW + timedelta(days=3)),
        ]
    )
    assert model.total_of_history() == 3
    model.set_view("history")
    assert rows(model) == [
        "Yesterday, 2",
        "Text sent yesterday",
        "Text given up",
        "Mon 16 November, 1",
        "Text long ago",
    ]
    model.set_search("instagram LONG")
    assert rows(model) == ["Mon 16 November, 1", "Text long ago"]
    model.set_search("cancelled")
    assert rows(model)[1:] == ["Text given up"]
    assert model.is_of_today("today")
    assert not model.is_of_today("long ago")
    model.set_view("outbox")
    assert rows(model)[:4] == ["Waiting, 1", "Text planned", "Failed, 1", "Text failed long ago"]


def scheduled(key: str, days: float, **more: Any) -> Entry:
    """An entry that the service has for a later time, since long ago."""
    ago = NOW - timedelta(days=30)
    at = NOW + timedelta(days=days)
    return entry(key, "sent", posto_ref=key, share_at=at, updated_at=ago, **more)


def test_what_is_next_comes_first_and_what_is_past_last(model: OutboxModel) -> None:
    waits = [scheduled(f"in {days}", days) for days in (9, 2, 7, 3, 8, 1, 6)]
    failed = [
        entry(f"failed {hours} h ago", "refused", updated_at=NOW - timedelta(hours=hours))
        for hours in (3, 1, 2)
    ]
    model.set_entries([*waits, entry("in line", "waiting"), *failed])
    assert rows(model) == [
        "Waiting, 6",
        "Text in line",
        *[f"Text in {days}" for days in (1, 2, 3, 6, 7)],
        "Failed, 3",
        *[f"Text failed {hours} h ago" for hours in (1, 2, 3)],
    ]
    model.set_view("history")
    assert rows(model) == ["Upcoming, 2", "Text in 8", "Text in 9"]
    assert model.total_of_history() == 2
    model.set_search("9")
    assert rows(model) == ["Upcoming, 1", "Text in 9"]


def test_a_moved_post_stands_at_its_new_time(model: OutboxModel) -> None:
    model.set_entries([scheduled("a", 1), scheduled("b", 2)])
    assert rows(model)[1:] == ["Text a", "Text b"]
    later = 3 * 24 * 60
    tell(model, row(1, "not_sent", later, posto_ref="a"), row(2, "not_sent", 60, posto_ref="b"))
    assert rows(model)[1:] == ["Text b", "Text a"]
    first = model.entry("a")
    assert first is not None
    assert model.line(first).detail == "Saturday, 14:21"


def test_other_workspaces_are_listed_on_request_with_their_names(model: OutboxModel) -> None:
    elsewhere = [entry("x", "refused", workspace="s1"), entry("y", "unclear", workspace="s1")]
    model.set_entries([entry("here", "refused"), *elsewhere, entry("z", "waiting", workspace="s2")])
    model.set_workspace_names({"local": "This computer", "s1": "Studio Lind"})
    assert len(rows(model)) == 7  # before it is known which one is open
    model.set_workspace("local")
    assert rows(model) == ["Failed, 1", "Text here"]
    assert model.other_workspaces() == {"Studio Lind": 2, "Another workspace": 0}
    assert model.attention() == 3  # nothing that needs the user is out of sight altogether
    here = model.entry("here")
    assert here is not None
    assert model.workspace_name(here) == ""
    model.set_channels([99])  # their channels have other numbers
    model.set_all_workspaces(True)
    assert rows(model) == ["Needs you, 1", "Text y", "Waiting, 1", "Text z", "Failed, 1", "Text x"]
    assert model.hidden_by_channel() == 1
    model.set_channels(None)
    assert model.workspace_name(here) == "This computer"
    text = model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert text.endswith("Studio Lind")
    model.set_workspace("s1")
    assert model.other_workspaces() == {"This computer": 1, "Another workspace": 0}


def test_paused(model: OutboxModel) -> None:
    waiting = entry("a", "waiting", code="offline", next_try=NOW + timedelta(seconds=40))
    model.set_entries([waiting])
    model.set_paused(True)
    line = model.line(waiting)
    assert (line.pill, line.strong, line.icon) == ("neutral", "Paused", "pause")
    model.set_paused(False)
    assert model.line(waiting).strong == "Waiting for network"


def test_what_is_done_is_open_while_nothing_else_is_there(model: OutboxModel) -> None:
    model.set_entries([entry("a", "sent"), entry("b", "sent")])
    assert model.show_done
    assert rows(model) == ["Done today, 2", "Text a", "Text b"]
    model.set_entries([entry("c", "waiting"), entry("a", "sent"), entry("b", "sent")])
    assert rows(model) == ["Waiting, 1", "Text c", "Done today, 2"]
    model.set_entries([entry("a", "sent")])
    model.set_show_done(False)  # the user's word counts from then on
    assert rows(model) == ["Done today, 1"]
    model.set_entries([entry("b", "sent")])
    assert rows(model) == ["Done today, 1"]
