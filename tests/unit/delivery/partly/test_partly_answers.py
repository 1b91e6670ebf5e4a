"""A service that has a post for some of its channels: each is known, whatever it answers."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.delivery.outbox import Outbox
from posto_desktop.sdk.errors import PostingError, ServiceError
from tests.unit.delivery.partly.three_channels import (
    OFFLINE,
    RECONNECT,
    THREE,
    TOMORROW,
    names,
    run,
)
from tests.unit.delivery.scripted import (
    LOST,
    Clock,
    ScriptedService,
    Shape,
    draft_of,
    picture,
    steps,
)

# -- a group id beside an error --------------------------------------------------------------------


def test_a_group_id_beside_an_error_is_taken(outbox: Outbox, service: ScriptedService) -> None:
    """Where each channel has its row, the rows tell the rest."""
    service.shapes = [Shape(says=RECONNECT)]
    entry = outbox.process(outbox.add(draft_of(), THREE, None).id, service)
    assert (entry.state, entry.code, entry.reason) == ("sent", "", "")
    assert entry.group_id == "group-1"
    assert entry.missing == ()
    assert steps(entry) == ["written", "handing_over", "complaint", "found"]
    assert entry.steps[2].detail == RECONNECT
    assert not outbox.retry(entry.id)
    assert not outbox.cancel(entry.id)
    assert (len(service.composed), service.finds) == (1, 1)


def test_a_channel_that_surely_has_no_row_can_be_sent(
    outbox: Outbox, service: ScriptedService, tmp_path: Path
) -> None:
    service.shapes = [Shape(drops={3}, says=RECONNECT)]
    entry_id = outbox.add(draft_of(picture(tmp_path)), THREE, TOMORROW).id
    entry = outbox.process(entry_id, service)
    assert (entry.state, entry.code, entry.section) == ("sent", "partly", "failed")
    assert entry.reason == (
        "Please reconnect the account. r/coffee is not in the schedule of social.nordlicht.example."
    )
    assert "Nothing was posted" not in entry.reason
    assert (entry.taken, names(entry)) == ((1, 2), ["r/coffee"])
    assert entry.can_retry
    assert entry.can_cancel
    assert outbox.due() == []

    assert outbox.retry(entry_id)
    entry = outbox.process(entry_id, service)
    assert (entry.state, entry.code, names(entry)) == ("sent", "", [])
    assert entry.group_ids == ("group-1", "group-2")
    assert [item["channel_id"] for item in service.composed[1][0]] == [3]
    assert service.composed[1][0][0]["custom_post_data"]["posto_ref"] == entry.posto_ref
    assert service.composed[1][1] == int(TOMORROW.timestamp())
    assert sorted(service.listed(entry.posto_ref)) == [1, 2, 3]
    assert len(service.uploads) == 1


def test_a_row_that_is_hidden_for_a_moment_is_waited_for(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    service.shapes = [Shape(hides={3}, says=RECONNECT)]
    entry_id = outbox.add(draft_of(), THREE, None).id
    entry = outbox.process(entry_id, service)
    assert entry.state == "handing_over"
    assert entry.reason == (
        "social.nordlicht.example does not list it for r/coffee yet. Posto will check again."
    )
    assert run(outbox, entry_id, service, clock).code == ""
    assert len(service.composed) == 1


def test_a_channel_that_stays_away_after_a_post_for_now_is_asked_about(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    """It may be on its way: only the user can see."""
    service.shapes = [Shape(drops={3}, says=RECONNECT)]
    entry_id = outbox.add(draft_of(), THREE, None).id
    entry = run(outbox, entry_id, service, clock)
    assert (entry.state, entry.code, names(entry)) == ("unclear", "partly", ["r/coffee"])
    assert entry.reason == (
        "social.nordlicht.example has this post but does not list it for r/coffee."
    )
    assert outbox.resolve(entry_id, "send_again")
    entry = run(outbox, entry_id, service, clock)
    assert (entry.state, entry.code) == ("sent", "")
    assert sorted(service.listed(entry.posto_ref)) == [1, 2, 3]


@pytest.mark.parametrize("answer", ["there", "discard"])
def test_of_a_channel_that_may_have_it_the_user_can_say_that_it_is_enough(
    outbox: Outbox, service: ScriptedService, clock: Clock, answer: str
) -> None:
    service.shapes = [Shape(drops={3}, says=RECONNECT)]
    entry_id = outbox.add(draft_of(), THREE, None).id
    run(outbox, entry_id, service, clock)
    if answer == "there":
        assert outbox.resolve(entry_id, "there")
        assert names(outbox.entry(entry_id)) == []
    else:
        assert outbox.cancel(entry_id)
        assert names(outbox.entry(entry_id)) == ["r/coffee"]
    entry = outbox.entry(entry_id)
    assert (entry.state, entry.section) == ("sent", "done")
    assert outbox.due() == []
    assert not outbox.retry(entry_id)
    assert len(service.composed) == 1


def test_a_list_that_cannot_be_read_is_read_later(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    service.shapes = [Shape(drops={3}, says=RECONNECT)]
    service.on_find = [OFFLINE, ServiceError("403", user_message="Blocked.", status=403)]
    entry_id = outbox.add(draft_of(), THREE, TOMORROW).id
    entry = outbox.process(entry_id, service)
    assert entry.state == "handing_over"
    assert entry.reason == (
        "It was accepted; for which channels cannot be checked yet. nordlicht does not answer."
    )
    assert not entry.can_cancel
    assert run(outbox, entry_id, service, clock).code == "partly"
    assert len(service.composed) == 1


def test_a_list_that_always_comes_out_of_a_cache_does_not_undo_the_answer(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    service.shapes = [Shape(drops={3}, says=RECONNECT)]
    old = ServiceError("old", user_message="From a cache.", reason="cached", status=200)
    service.on_find = [old] * 10
    entry_id = outbox.add(draft_of(), THREE, TOMORROW).id
    entry = run(outbox, entry_id, service, clock)
    assert (entry.state, entry.group_id) == ("sent", "group-1")
    assert len(service.composed) == 1


def test_a_service_that_keeps_no_marks_is_believed(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    """It named a group: that is taken, and nothing of it is ever sent again by itself."""
    service.shapes = [Shape(drops={1, 2, 3}, says=RECONNECT)]
    for share_at in (None, TOMORROW):
        entry_id = outbox.add(draft_of(), THREE, share_at).id
        entry = run(outbox, entry_id, service, clock)
        assert (entry.state, entry.code, entry.missing) == ("sent", "", ())
        service.shapes = [Shape(drops={1, 2, 3}, says=RECONNECT)]
    assert len(service.composed) == 2


# -- an error alone --------------------------------------------------------------------------------


def test_an_error_after_rows_were_made_is_not_called_nothing(
    outbox: Outbox, service: ScriptedService
) -> None:
    service.shapes = [Shape(says=RECONNECT, names_group=False)]
    entry = outbox.process(outbox.add(draft_of(), THREE, None).id, service)
    assert (entry.state, entry.group_id) == ("sent", "group-1")
    assert not outbox.retry(entry.id)


def test_an_error_after_some_of_the_rows(outbox: Outbox, service: ScriptedService) -> None:
    service.shapes = [Shape(drops={1}, says=RECONNECT, names_group=False)]
    entry = outbox.process(outbox.add(draft_of(), THREE, TOMORROW).id, service)
    assert (entry.code, names(entry), entry.group_id) == ("partly", ["@nordlicht"], "group-1")


@pytest.mark.parametrize(
    ("share_at", "words"),
    [
        (TOMORROW, "Please reconnect the account. Nothing was posted."),
        (
            None,
            "Please reconnect the account. The post is not in the schedule of "
            "social.nordlicht.example.",
        ),
    ],
)
def test_an_error_without_rows_is_a_refusal_after_one_look(
    outbox: Outbox, service: ScriptedService, clock: Clock, share_at: Any, words: str
) -> None:
    service.shapes = [Shape(drops={1, 2, 3}, says=RECONNECT, names_group=False)]
    entry_id = outbox.add(draft_of(), THREE, share_at).id
    entry = outbox.process(entry_id, service)
    assert (entry.state, entry.reason) == ("refused", words)
    assert service.finds == 1
    assert outbox.retry(entry_id)
    entry = run(outbox, entry_id, service, clock)
    if share_at is None:  # a list that hides rows proves nothing: the user decides
        assert (entry.state, len(service.composed)) == ("unclear", 1)
        assert entry.reason == (
            "May already be published: social.nordlicht.example does not list the post yet."
        )
        assert outbox.resolve(entry_id, "send_again")
        entry = run(outbox, entry_id, service, clock)
    assert (entry.state, entry.code, entry.complaint) == ("sent", "", None)
    assert sorted(service.listed(entry.posto_ref)) == [1, 2, 3]


def test_a_post_refused_long_ago_is_sent_again_after_one_look(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    service.shapes = [Shape(drops={1, 2, 3}, says=RECONNECT, names_group=False)]
    entry_id = outbox.add(draft_of(), THREE, None).id
    outbox.process(entry_id, service)
    clock.forward(minutes=11)
    assert outbox.retry(entry_id)
    assert outbox.process(entry_id, service).state == "sent"
    assert (len(service.composed), service.finds) == (2, 2)


def refused_while_its_rows_are_hidden(
    outbox: Outbox, service: ScriptedService, *, seconds: float = 30
) -> str:
    """The id of a post of which the service said no, although it has all of it."""
    hidden_for = timedelta(seconds=seconds)
    service.shapes = [
        Shape(hides={1, 2, 3}, hidden_for=hidden_for, says=RECONNECT, names_group=False)
    ]
    entry_id = outbox.add(draft_of(), THREE, None).id
    assert outbox.process(entry_id, service).code == "not_listed"
    return entry_id


def test_a_retry_at_once_waits_for_rows_that_are_hidden(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    entry_id = refused_while_its_rows_are_hidden(outbox, service)
    clock.forward(seconds=5)
    assert outbox.retry(entry_id)
    entry = outbox.process(entry_id, service)
    assert entry.state == "waiting"
    assert entry.reason == (
        "social.nordlicht.example does not list the post yet. Posto will check again."
    )
    entry = run(outbox, entry_id, service, clock)
    assert (entry.state, steps(entry)[-1], len(service.composed)) == ("sent", "found", 1)


def test_a_retry_that_did_not_arrive_still_looks_for_the_first_call(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    entry_id = refused_while_its_rows_are_hidden(outbox, service, seconds=300)
    outbox.retry(entry_id)
    assert run(outbox, entry_id, service, clock).state == "unclear"  # longer than all looks
    service.on_compose = [OFFLINE]
    assert outbox.resolve(entry_id, "send_again")
    assert outbox.process(entry_id, service).state == "waiting"
    clock.forward(minutes=10)
    entry = run(outbox, entry_id, service, clock)
    assert (entry.state, steps(entry)[-1]) == ("sent", "found")
    assert max(Counter(service.listed(entry.posto_ref)).values()) == 1


@pytest.mark.parametrize("after", ["a refusal", "no answer"])
def test_a_list_that_keeps_failing_is_not_called_nothing(
    outbox: Outbox, service: ScriptedService, clock: Clock, after: str
) -> None:
    failing = ServiceError("500", user_message="It failed (500).", status=500)
    if after == "a refusal":
        entry_id = refused_while_its_rows_are_hidden(outbox, service)
        clock.forward(minutes=5)
        outbox.retry(entry_id)
    else:
        service.after_compose = [LOST]
        service.arrives_after = timedelta(minutes=30)
        entry_id = outbox.add(draft_of(), THREE, None).id
        assert run(outbox, entry_id, service, clock).state == "unclear"
        outbox.resolve(entry_id, "send_again")
    service.on_find = [failing] * 30
    entry = run(outbox, entry_id, service, clock)
    assert (entry.state, entry.reason) == ("unclear", "May already be published: It failed (500).")


def test_before_a_refused_post_is_sent_again_it_is_looked_for(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    """All of it was being sent, and so hidden, when the service said no."""
    service.shapes = [Shape(hides={1, 2, 3}, says=RECONNECT, names_group=False)]
    entry_id = outbox.add(draft_of(), THREE, None).id
    assert outbox.process(entry_id, service).code == "not_listed"
    clock.forward(minutes=1)
    assert outbox.retry(entry_id)
    entry = outbox.process(entry_id, service)
    assert (entry.state, steps(entry)[-1]) == ("sent", "found")
    assert len(service.composed) == 1


def test_an_error_and_no_list_is_not_called_nothing(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    service.shapes = [Shape(drops={1, 2, 3}, says=RECONNECT, names_group=False)]
    service.on_find = [OFFLINE]
    entry_id = outbox.add(draft_of(), THREE, TOMORROW).id
    entry = outbox.process(entry_id, service)
    assert entry.state == "handing_over"
    assert entry.reason.startswith("It may have been sent")
    entry = run(outbox, entry_id, service, clock)
    assert entry.reason == "Please reconnect the account. Nothing was posted."
    assert len(service.composed) == 1


def test_a_refusal_that_never_reached_the_plugin_needs_no_look(
    outbox: Outbox, service: ScriptedService
) -> None:
    no_route = PostingError(
        "404",
        user_message="It has no plugin.",
        reason="no_plugin",
        status=404,
        code="rest_no_route",
    )
    service.on_compose = [no_route]
    entry = outbox.process(outbox.add(draft_of(), THREE, None).id, service)
    assert entry.reason == "It has no plugin. Nothing was posted."
    assert service.finds == 0


# -- no error at all -------------------------------------------------------------------------------


def test_a_channel_that_was_left_out_silently_is_noticed(
    outbox: Outbox, service: ScriptedService
) -> None:
    service.shapes = [Shape(drops={2})]
    entry = outbox.process(outbox.add(draft_of(), THREE, TOMORROW).id, service)
    assert (entry.state, entry.code, names(entry)) == ("sent", "partly", ["nordlicht.example"])
    assert entry.reason == ("nordlicht.example is not in the schedule of social.nordlicht.example.")


def test_what_a_post_for_now_has_is_not_looked_for_without_a_reason(
    outbox: Outbox, service: ScriptedService
) -> None:
    """Its rows are hidden while they are sent: their absence would say nothing."""
    service.shapes = [Shape(hides={2})]
    entry = outbox.process(outbox.add(draft_of(), THREE, None).id, service)
    assert (entry.state, entry.code, service.finds) == ("sent", "", 0)


def test_what_is_missing_and_left_out_again_silently_is_noticed(
    outbox: Outbox, service: ScriptedService
) -> None:
    service.shapes = [Shape(drops={3}), Shape(drops={3})]
    entry_id = outbox.add(draft_of(), THREE, TOMORROW).id
    for _ in range(2):
        entry = outbox.process(entry_id, service)
        assert (entry.code, entry.taken, names(entry)) == ("partly", (1, 2), ["r/coffee"])
        assert outbox.retry(entry_id)
    assert outbox.process(entry_id, service).code == ""


def test_that_the_list_cannot_be_read_then_changes_nothing(
    outbox: Outbox, service: ScriptedService
) -> None:
    service.on_find = [OFFLINE]
    entry = outbox.process(outbox.add(draft_of(), THREE, TOMORROW).id, service)
    assert (entry.state, entry.code) == ("sent", "")
