"""Tests of the delivery status of each channel, and the line and button of an entry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import Entry, EntryStep, ReportedError
from posto_desktop.core.posts import PostItem
from posto_desktop.models.channel_states import headline, retry_words, troubles
from posto_desktop.models.outbox import OutboxModel
from posto_desktop.sdk.records import Schedule

NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)
ITEMS = (
    PostItem(1, "@nordlicht", "twitter"),
    PostItem(2, "Nordlicht Coffee", "fb"),
    PostItem(3, "nordlicht.coffee", "instagram"),
)


def entry(state: str = "sent", **more: Any) -> Entry:
    fields: dict[str, Any] = {
        "id": "a",
        "workspace": "site",
        "posto_ref": "ref",
        "state": state,
        "draft": Draft(text="Winter Roast"),
        "items": ITEMS,
        "files": (),
        "share_at": None,
        "reason": "",
        "code": "",
        "group_id": "g",
        "attempts": 0,
        "created_at": NOW,
        "updated_at": NOW,
        "next_try": None,
    }
    return Entry(**{**fields, **more})


def row(channel: int, status: str, error: str = "", **more: Any) -> Schedule:
    item = next(
        (item for item in ITEMS if item.channel_id == channel), PostItem(channel, "new", "vk")
    )
    fields: dict[str, Any] = {
        "channel_name": item.channel_name,
        "network": item.network,
        "status": status,
        "error": error,
        "send_at": NOW - timedelta(minutes=1),
        "posto_ref": "ref",
    }
    return Schedule(100 + channel, "g", channel, **{**fields, **more})


@pytest.fixture
def model(qapp: Any) -> OutboxModel:
    return OutboxModel(now=lambda: NOW, zone=UTC)


def show(model: OutboxModel, entry: Entry, *rows: Schedule, read_at: datetime | None = NOW) -> None:
    model.set_entries([entry])
    model.set_schedules("site", rows, (), read_at)


def states_of(model: OutboxModel, entry: Entry) -> list[tuple[int, str, str, str]]:
    return [
        (state.item.channel_id, state.status, state.word, state.why)
        for state in model.channel_states(entry)
    ]


def partly(**more: Any) -> Entry:
    fields: dict[str, Any] = {
        "code": "partly",
        "taken": (1, 2),
        "reason": "Please reconnect. nordlicht.coffee is not in the schedule of site.example.",
        "complaint": ReportedError("Please reconnect.", took=True),
    }
    return entry(**{**fields, **more})


def test_each_channel_has_its_own_state_with_its_own_reason(model: OutboxModel) -> None:
    outgoing = entry()
    show(model, outgoing, row(1, "success"), row(2, "error", "#190"), row(3, "sending"))
    assert states_of(model, outgoing) == [
        (2, "failed", "Failed", "Facebook no longer knows this channel"),
        (1, "sent", "Sent", ""),
        (3, "sending", "Sending", ""),
    ]
    line = model.line(outgoing)
    assert (line.pill, line.strong) == ("failed", "Partly sent")
    assert line.detail == ("Accepted for 2 of 3 channels. Facebook no longer knows this channel")
    assert model.retry_words(outgoing) == "Retry Facebook"
    assert model.counts()["failed"] == 1


def test_a_channel_that_was_not_taken_fails_beside_the_others(model: OutboxModel) -> None:
    outgoing = partly()
    show(model, outgoing, row(1, "success"), row(2, "success"))
    assert states_of(model, outgoing) == [
        (3, "failed", "Not accepted", "Please reconnect"),
        (1, "sent", "Sent", ""),
        (2, "sent", "Sent", ""),
    ]
    delivery_status = model.delivery_status(outgoing)
    assert (
        delivery_status.kind,
        delivery_status.ids,
        [item.channel_id for item in delivery_status.missing],
    ) == ("failed", [], [3])
    assert delivery_status.section(outgoing) == "failed"
    assert model.line(outgoing).detail == (
        "Sent to 2 of 3 channels. nordlicht.coffee: Please reconnect"
    )
    assert model.retry_words(outgoing) == "Retry Instagram"


def test_it_is_said_also_before_the_plan_is_read(model: OutboxModel) -> None:
    outgoing = partly(complaint=None)
    show(model, outgoing, read_at=None)
    assert model.delivery_status(outgoing).kind == "failed"
    assert states_of(model, outgoing)[0] == (3, "failed", "Not accepted", "Not in the schedule")
    assert model.line(outgoing).detail == (
        "Accepted for 2 of 3 channels. nordlicht.coffee: Not in the schedule"
    )


def test_a_row_and_a_channel_without_one_can_fail_together(model: OutboxModel) -> None:
    outgoing = partly()
    show(model, outgoing, row(1, "success"), row(2, "error", "duplicate"))
    delivery_status = model.delivery_status(outgoing)
    assert (delivery_status.kind, delivery_status.ids) == ("failed", [102])
    assert model.retry_words(outgoing) == "Retry 2 channels"
    assert model.line(outgoing).detail == (
        "Sent to 1 of 3 channels. Facebook already has this text; "
        "nordlicht.coffee: Please reconnect"
    )


def test_a_row_that_turned_up_makes_it_whole(model: OutboxModel) -> None:
    outgoing = partly()
    show(model, outgoing, *(row(number, "success") for number in (1, 2, 3)))
    assert (model.delivery_status(outgoing).kind, model.delivery_status(outgoing).missing) == (
        "sent",
        (),
    )


def test_all_that_failed_is_one_failure(model: OutboxModel) -> None:
    outgoing = entry()
    show(model, outgoing, *(row(number, "error", "duplicate") for number in (1, 2, 3)))
    line = model.line(outgoing)
    assert line.strong == "Failed"
    assert line.detail.startswith("X already has this text; Facebook already has")
    assert headline(model.channel_states(outgoing)) == ""
    assert model.retry_words(outgoing) == "Retry 3 posts"


def test_one_reason_for_all_is_said_once_without_names(model: OutboxModel) -> None:
    outgoing = entry()
    reason = "The attachment was not found"
    show(model, outgoing, *(row(number, "error", reason) for number in (1, 2, 3)))
    assert troubles(model.channel_states(outgoing)) == ["A file of the post is missing"]
    show(model, outgoing, row(1, "success"), row(2, "error", reason), row(3, "error", reason))
    assert troubles(model.channel_states(outgoing)) == [
        "Nordlicht Coffee, nordlicht.coffee: A file of the post is missing"
    ]


def test_two_channels_of_one_network_are_told_apart_on_the_button(model: OutboxModel) -> None:
    items = (*ITEMS, PostItem(4, "A second page with a very long name", "fb"))
    outgoing = entry(items=items)
    show(model, outgoing, row(1, "success"), row(2, "success"), row(3, "success"))
    second = Schedule(104, "g", 4, network="fb", status="error", error="no", posto_ref="ref")
    show(model, outgoing, row(1, "success"), row(2, "success"), row(3, "success"), second)
    assert model.retry_words(outgoing) == "Retry A second page with a ve…"


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("waiting", ("draft", "Waiting")),
        ("uploading", ("sending", "Sending")),
        ("handing_over", ("sending", "Sending")),
        ("unclear", ("needs_you", "Needs you")),
    ],
)
def test_while_the_rest_is_sent_the_others_stay_as_they_are(
    model: OutboxModel, state: str, expected: tuple[str, str]
) -> None:
    outgoing = partly(state=state, code="send_again")
    show(model, outgoing, row(1, "success"), row(2, "not_sent", send_at=NOW + timedelta(hours=1)))
    states = {number: (status, word) for number, status, word, _ in states_of(model, outgoing)}
    assert states == {1: ("sent", "Sent"), 2: ("scheduled", "Scheduled"), 3: expected}


def test_the_question_is_about_what_may_be_out_only(model: OutboxModel) -> None:
    outgoing = partly(state="unclear", code="partly")
    show(model, outgoing, row(1, "success"), row(2, "success"))
    line = model.line(outgoing)
    assert (line.strong, line.detail) == (
        "Needs you",
        "Sent to 2 of 3 channels. It may already be on nordlicht.coffee",
    )


def test_what_was_given_up_or_deleted_asks_for_nothing(model: OutboxModel) -> None:
    outgoing = partly(code="given_up")
    show(model, outgoing, row(1, "success"), row(2, "success"))
    assert states_of(model, outgoing)[2] == (3, "", "Given up by you", "")
    assert (model.line(outgoing).strong, model.line(outgoing).pill) == ("Sent", "sent")
    assert model.line(outgoing).detail.endswith("Sent to 2 of 3 channels")
    deleted = entry(steps=(EntryStep(NOW, "deleted", "@nordlicht, Nordlicht Coffee"),))
    show(model, deleted, row(3, "success"))
    words = {number: word for number, _, word, _ in states_of(model, deleted)}
    assert words == {1: "Deleted by you", 2: "Deleted by you", 3: "Sent"}
    # Whether they had been published before is not known.
    assert model.line(deleted).detail.endswith("2 deleted by you")


def test_that_a_row_is_not_listed_is_said_when_it_cannot_be_hidden(model: OutboxModel) -> None:
    outgoing = entry()
    show(model, outgoing, row(1, "success"), row(2, "success"))
    assert states_of(model, outgoing)[2] == (3, "", "Accepted", "")
    show(model, outgoing, row(1, "success"), row(2, "success"), read_at=NOW + timedelta(minutes=20))
    assert states_of(model, outgoing)[2] == (3, "", "Not in the schedule", "")
    assert model.line(outgoing).detail.endswith("Sent to 2 of 3 channels")


def test_a_channel_with_another_number_in_the_plan_is_told_as_well(model: OutboxModel) -> None:
    outgoing = entry(items=ITEMS[:1])
    show(model, outgoing, row(1, "success"), row(9, "error", "duplicate"))
    assert [number for number, *_ in states_of(model, outgoing)] == [9, 1]


def test_nothing_is_told_of_channels_while_all_is_here(model: OutboxModel) -> None:
    for state in ("waiting", "uploading", "handing_over", "refused", "unclear", "cancelled"):
        outgoing = entry(state)
        show(model, outgoing)
        assert model.channel_states(outgoing) == []


def test_rows_of_both_groups_belong_to_it(model: OutboxModel) -> None:
    """A service that keeps no marks: the groups are what they are known by."""
    outgoing = entry(group_id="g2", earlier_groups=("g1",))
    rows = [
        Schedule(1, "g1", 1, status="success", send_at=NOW),
        Schedule(2, "g2", 3, status="success", send_at=NOW),
        Schedule(3, "g3", 2, status="success", send_at=NOW),
    ]
    show(model, outgoing, *rows)
    assert [row.id for row in model.delivery_status(outgoing).rows] == [1, 2]


def test_words_of_no_state_at_all() -> None:
    assert headline([]) == ""
    assert troubles([]) == []
    assert retry_words([]) == "Retry"
