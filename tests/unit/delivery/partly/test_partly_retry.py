"""What is missing is sent to the channels that have no post, and no channel gets two."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.core.entries import read_entry
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.storage.database import Database
from tests.unit.delivery.partly.three_channels import (
    OFFLINE,
    RECONNECT,
    THREE,
    TOMORROW,
    names,
    run,
)
from tests.unit.delivery.scripted import LOST, Clock, ScriptedService, Shape, X, draft_of, picture

# -- sending what is missing -----------------------------------------------------------------------


def test_retry_pressed_twice_sends_once(
    outbox: Outbox, service: ScriptedService, clock: Clock, partly: str
) -> None:
    assert outbox.retry(partly)
    assert outbox.retry(partly)
    entry = run(outbox, partly, service, clock)
    assert (entry.state, entry.code) == ("sent", "")
    assert not outbox.retry(partly)
    assert Counter(service.listed(entry.posto_ref)) == {1: 1, 2: 1, 3: 1}


def test_retry_outlasts_a_missing_network(
    outbox: Outbox, service: ScriptedService, clock: Clock, partly: str
) -> None:
    service.on_find, service.on_compose = [OFFLINE, OFFLINE], [OFFLINE, OFFLINE]
    assert outbox.retry(partly)
    entry = outbox.process(partly, service)
    assert (entry.state, entry.reason) == ("waiting", "nordlicht does not answer.")
    assert entry.taken == (1,)
    outbox.defer(partly, "Not signed in.", "sign_in", 5.0)
    entry = run(outbox, partly, service, clock)
    assert (entry.state, entry.code) == ("sent", "")
    assert Counter(service.listed(entry.posto_ref)) == {1: 1, 2: 1, 3: 1}


def test_what_came_by_another_way_is_found_before_it_is_sent(
    outbox: Outbox, service: ScriptedService, partly: str
) -> None:
    ref = outbox.entry(partly).posto_ref
    [first] = service.rows[ref]
    service.rows[ref].append(type(first)(2, "group-of-another", first.visible_from))
    outbox.retry(partly)
    entry = outbox.process(partly, service)
    assert entry.code == ""
    assert [item["channel_id"] for item in service.composed[1][0]] == [3]


def test_a_channel_that_is_deleted_meanwhile_is_not_sent_again(
    outbox: Outbox, service: ScriptedService, partly: str
) -> None:
    service.rows.clear()
    outbox.retry(partly)
    outbox.process(partly, service)
    assert [item["channel_id"] for item in service.composed[1][0]] == [2, 3]


def test_a_second_refusal_says_that_nothing_more_was_posted(
    outbox: Outbox, service: ScriptedService, clock: Clock, partly: str
) -> None:
    service.shapes = [Shape(drops={2, 3}, says="Still no", names_group=False)]
    outbox.retry(partly)
    entry = outbox.process(partly, service)
    assert (entry.state, entry.code, entry.taken) == ("sent", "partly", (1,))
    assert entry.reason == "Still no. Nothing more was posted."
    assert outbox.retry(partly)
    assert run(outbox, partly, service, clock).code == ""


def test_a_second_time_in_part(
    outbox: Outbox, service: ScriptedService, clock: Clock, partly: str
) -> None:
    service.shapes = [Shape(drops={3}, says=RECONNECT)]
    outbox.retry(partly)
    entry = outbox.process(partly, service)
    assert (entry.code, entry.taken, names(entry)) == ("partly", (1, 2), ["r/coffee"])
    assert entry.group_ids == ("group-1", "group-2")
    outbox.retry(partly)
    entry = run(outbox, partly, service, clock)
    assert (entry.code, entry.group_ids) == ("", ("group-1", "group-2", "group-3"))


def test_a_lost_answer_while_the_missing_are_sent(
    outbox: Outbox, service: ScriptedService, clock: Clock, partly: str
) -> None:
    service.after_compose = [LOST]
    service.arrives_after = timedelta(seconds=50)
    outbox.retry(partly)
    entry = run(outbox, partly, service, clock)
    assert (entry.state, entry.code) == ("sent", "")
    assert Counter(service.listed(entry.posto_ref)) == {1: 1, 2: 1, 3: 1}


def test_a_retry_can_be_taken_back_and_what_is_missing_be_given_up(
    outbox: Outbox, service: ScriptedService, partly: str
) -> None:
    outbox.retry(partly)
    assert outbox.cancel(partly)
    entry = outbox.entry(partly)
    assert (entry.state, entry.code, len(entry.missing)) == ("sent", "partly", 2)
    assert outbox.due() == []
    assert outbox.cancel(partly)
    entry = outbox.entry(partly)
    assert (entry.state, entry.code, entry.section) == ("sent", "given_up", "done")
    assert not outbox.cancel(partly)
    assert not outbox.retry(partly)
    assert len(service.composed) == 1


def test_a_retry_that_is_taken_back_while_it_uploads(
    outbox: Outbox, service: ScriptedService, tmp_path: Path
) -> None:
    service.shapes = [Shape(drops={3}, says=RECONNECT)]
    ref = picture(tmp_path)
    entry_id = outbox.add(draft_of(ref), THREE, TOMORROW).id
    outbox.process(entry_id, service)
    picture(tmp_path, data=Path(ref.path).read_bytes() + b"other")
    service.on_upload = [lambda: outbox.cancel(entry_id)]
    assert outbox.retry(entry_id)
    entry = outbox.process(entry_id, service)
    assert (entry.state, entry.code) == ("sent", "partly")
    assert len(service.composed) == 1


def test_a_file_that_is_gone_is_no_reason_to_say_that_nothing_was_posted(
    outbox: Outbox, service: ScriptedService, tmp_path: Path
) -> None:
    service.shapes = [Shape(drops={3}, says=RECONNECT)]
    ref = picture(tmp_path)
    entry_id = outbox.add(draft_of(ref), THREE, TOMORROW).id
    outbox.process(entry_id, service)
    Path(ref.path).unlink()
    outbox.retry(entry_id)
    entry = outbox.process(entry_id, service)
    assert (entry.state, entry.code, entry.taken) == ("sent", "partly", (1, 2))
    assert "bag.png" in entry.reason
    assert entry.reason.endswith("Nothing more was posted.")


def test_its_time_has_passed_meanwhile(
    outbox: Outbox, service: ScriptedService, clock: Clock, partly: str
) -> None:
    clock.forward(days=2)
    outbox.retry(partly)
    run(outbox, partly, service, clock)
    assert service.composed[1][1] is None


# -- what posto.db keeps ---------------------------------------------------------------------------


def test_it_is_shown_until_it_is_settled(
    store: Database, outbox: Outbox, service: ScriptedService, clock: Clock, partly: str
) -> None:
    clock.forward(days=40)
    outbox.recover()
    assert outbox.entry(partly).is_partly
    assert [row["id"] for row in store.outbox(ended=0)] == [partly]
    outbox.cancel(partly)
    assert store.outbox(ended=0) == []
    clock.forward(days=40)
    outbox.recover()
    assert outbox.entries() == []


@pytest.mark.parametrize(
    "body", [{"taken": "x"}, {"taken": [True, "1", None]}, {"complaint": 5, "groups": {"a": 1}}]
)
def test_a_damaged_note_is_none(store: Database, outbox: Outbox, body: dict[str, Any]) -> None:
    entry_id = outbox.add(draft_of(), [X], None).id
    row = store.outbox_row(entry_id)
    assert row is not None
    entry = read_entry({**row, "body": {**row["body"], **body}})
    assert (entry.taken, entry.complaint, entry.group_ids) == ((), None, ())
