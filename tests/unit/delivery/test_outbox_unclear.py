"""Calls whose answer was lost: what arrived is found, and nothing is sent twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from posto_desktop.delivery.outbox import Outbox
from posto_desktop.sdk.errors import AuthenticationError
from tests.unit.delivery.scripted import (
    BLUESKY,
    LOST,
    NOW,
    REFUSED_CONNECTION,
    Clock,
    ScriptedService,
    X,
    draft_of,
    steps,
)


def test_a_lost_answer_of_a_post_that_arrived_is_found(
    outbox: Outbox, service: ScriptedService
) -> None:
    service.after_compose = [LOST]
    entry = outbox.process(outbox.add(draft_of(), [X, BLUESKY], None).id, service)
    assert (entry.state, entry.group_id) == ("sent", "group-1")
    assert "found" in steps(entry)
    assert len(service.composed) == 1


def test_a_lost_post_is_sent_again_with_the_same_mark(
    outbox: Outbox, service: ScriptedService
) -> None:
    service.on_compose = [LOST]
    entry = outbox.process(outbox.add(draft_of(), [X], None).id, service)
    assert "not_found" in steps(entry)
    assert outbox.due() == [entry.id]
    entry = outbox.process(entry.id, service)
    assert entry.state == "sent"
    assert len(service.composed) == 1
    assert service.composed[0][0][0]["custom_post_data"]["posto_ref"] == entry.posto_ref
    assert steps(entry).count("handing_over") == 2


def test_an_error_of_our_own_counts_as_unclear(outbox: Outbox, service: ScriptedService) -> None:
    service.after_compose = [RuntimeError("a bug")]
    entry = outbox.process(outbox.add(draft_of(), [X], None).id, service)
    assert entry.state == "sent"
    assert len(service.composed) == 1


def test_a_late_arrival_is_waited_for(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    """504 does not mean that it failed: PHP may still be at it."""
    service.settle, service.hides_sending = 90.0, True
    service.after_compose = [LOST]
    service.arrives_after = timedelta(seconds=60)
    entry_id = outbox.add(draft_of(), [X], None).id
    entry = outbox.process(entry_id, service)
    assert (entry.state, entry.code) == ("handing_over", "no_answer")
    assert not entry.can_cancel
    for _ in range(10):
        clock.forward(seconds=15)
        entry = outbox.process(entry_id, service)
        if entry.is_ended:
            break
    assert entry.state == "sent"
    assert len(service.composed) == 1


def test_what_cannot_be_told_is_asked(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    """A row that is being sent can be hidden: its absence proves nothing."""
    service.settle, service.hides_sending = 90.0, True
    service.on_compose = [LOST]
    entry_id = outbox.add(draft_of(), [X], None).id
    for _ in range(20):
        entry = outbox.process(entry_id, service)
        if entry.state == "unclear":
            break
        clock.forward(seconds=61)
    assert (entry.state, entry.section) == ("unclear", "needs_you")
    assert "May already be published" in entry.reason
    assert service.composed == []
    assert outbox.due() == []


def test_a_post_for_later_cannot_be_hidden(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    service.settle, service.hides_sending = 90.0, True
    service.on_compose = [LOST]
    entry_id = outbox.add(draft_of(), [X], NOW + timedelta(days=1)).id
    assert outbox.process(entry_id, service).state == "handing_over"
    clock.forward(seconds=91)
    entry = outbox.process(entry_id, service)
    assert entry.state == "sent"
    assert len(service.composed) == 1


def test_two_lost_calls_are_enough(outbox: Outbox, service: ScriptedService) -> None:
    service.on_compose = [LOST, LOST, LOST]
    entry = outbox.process(outbox.add(draft_of(), [X], None).id, service)
    if entry.state == "waiting":
        entry = outbox.process(entry.id, service)
    assert entry.state == "unclear"
    assert len(service.on_compose) == 1  # the third was never made


@pytest.fixture
def unclear(outbox: Outbox, service: ScriptedService, clock: Clock) -> str:
    service.settle, service.hides_sending = 90.0, True
    service.on_compose = [LOST]
    entry_id = outbox.add(draft_of(), [X], None).id
    for _ in range(20):
        if outbox.process(entry_id, service).state == "unclear":
            return entry_id
        clock.forward(seconds=61)
    raise AssertionError("still not unclear")


def test_the_user_says_that_it_is_there(
    outbox: Outbox, service: ScriptedService, unclear: str
) -> None:
    assert outbox.resolve(unclear, "there")
    assert outbox.entry(unclear).state == "sent"
    assert not outbox.resolve(unclear, "send_again")
    assert service.composed == []


def test_the_user_says_that_it_is_not_there(
    outbox: Outbox, service: ScriptedService, unclear: str
) -> None:
    assert outbox.resolve(unclear, "send_again")
    entry = outbox.process(unclear, service)
    assert entry.state == "sent"
    assert len(service.composed) == 1


def test_before_sending_again_the_service_is_asked_once_more(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    """The user may have looked too early."""
    service.settle, service.hides_sending = 90.0, True
    service.after_compose = [LOST]
    service.arrives_after = timedelta(hours=1)
    entry_id = outbox.add(draft_of(), [X], None).id
    while outbox.process(entry_id, service).state != "unclear":
        clock.forward(seconds=61)
    clock.forward(hours=2)
    outbox.resolve(entry_id, "send_again")
    entry = outbox.process(entry_id, service)
    assert (entry.state, entry.group_id) == ("sent", "group-1")
    assert len(service.composed) == 1


def test_sending_again_outlasts_a_missing_network(
    outbox: Outbox, service: ScriptedService, clock: Clock, unclear: str
) -> None:
    outbox.resolve(unclear, "send_again")
    service.on_find = [REFUSED_CONNECTION]
    assert outbox.process(unclear, service).state == "waiting"
    clock.forward(seconds=15)
    outbox.defer(unclear, "Not signed in.", "sign_in", 5.0)
    clock.forward(seconds=5)
    assert outbox.process(unclear, service).state == "sent"


def test_checking_again_never_sends(outbox: Outbox, service: ScriptedService, unclear: str) -> None:
    assert outbox.retry(unclear)
    entry = outbox.process(unclear, service)
    assert entry.state == "handing_over"
    assert service.composed == []


def test_a_post_that_arrived_in_part_is_sent_to_the_others_when_the_user_wants_it(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    def half() -> None:
        (ref,) = service.rows
        del service.rows[ref][1:]
        raise LOST

    service.after_compose = [half]
    entry = outbox.process(outbox.add(draft_of(), [X, BLUESKY], None).id, service)
    assert (entry.state, entry.code) == ("sent", "partly")
    assert "nordlicht.example" in entry.reason
    assert outbox.retry(entry.id)
    assert outbox.process(entry.id, service).state == "sent"
    assert [item["channel_id"] for item in service.composed[1][0]] == [2]


def test_while_it_cannot_be_checked_it_stays(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    service.after_compose = [LOST]
    service.on_find = [REFUSED_CONNECTION] * 3 + [
        AuthenticationError("401", user_message="Sign in again.")
    ]
    entry_id = outbox.add(draft_of(), [X], None).id
    for _ in range(4):
        entry = outbox.process(entry_id, service)
        assert entry.state == "handing_over"
        assert entry.reason.startswith("It may have been sent")
        clock.forward(minutes=10)
    assert outbox.process(entry_id, service).state == "sent"
    assert len(service.composed) == 1


def test_of_a_service_that_is_signed_out_the_user_decides(
    outbox: Outbox, service: ScriptedService
) -> None:
    service.after_compose = [LOST]
    service.on_find = [REFUSED_CONNECTION]
    entry_id = outbox.add(draft_of(), [X], None).id
    assert outbox.process(entry_id, service).state == "handing_over"
    outbox.defer(entry_id, "This workspace is signed out.", "sign_in", 300.0)
    entry = outbox.entry(entry_id)
    assert (entry.state, entry.code) == ("unclear", "sign_in")
    assert entry.can_cancel
    outbox.resume_asked("elsewhere")
    assert outbox.due() == []
    outbox.resume_asked("local")
    assert outbox.process(entry_id, service).state == "sent"
    assert len(service.composed) == 1


def test_the_time_for_a_late_arrival_begins_when_the_answer_is_given_up(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    """The call itself may have waited for longer than that time."""
    service.settle = 90.0

    def waited() -> None:
        clock.forward(seconds=95)
        raise LOST

    service.after_compose = [waited]
    service.arrives_after = timedelta(seconds=150)
    entry_id = outbox.add(draft_of(), [X], None).id
    assert outbox.process(entry_id, service).state == "handing_over"
    for _ in range(10):
        clock.forward(seconds=15)
        entry = outbox.process(entry_id, service)
    assert entry.state == "sent"
    assert len(service.composed) == 1
