"""The outbox: what is taken in, sent, refused, late, cancelled and damaged."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.core.entries import HELD
from posto_desktop.delivery.outbox import Outbox, OutboxError
from posto_desktop.sdk.errors import AuthenticationError, PostingError, ServiceError
from posto_desktop.storage.database import Database
from tests.unit.delivery.scripted import (
    BLUESKY,
    NOW,
    REDDIT,
    REFUSED_CONNECTION,
    Clock,
    ScriptedService,
    X,
    draft_of,
    picture,
    steps,
)


def test_a_post_is_written_down_and_its_draft_ends_in_one_step(
    store: Database, outbox: Outbox
) -> None:
    draft = draft_of()
    store.put_draft(draft.id, draft.workspace, draft.to_json())
    entry = outbox.add(draft, [X, BLUESKY], None)
    assert entry.state == "waiting"
    assert entry.title == "The Winter Roast is here"
    assert entry.channel_ids == (1, 2)
    assert entry.networks == ("twitter", "bluesky")
    assert store.drafts() == []
    assert outbox.due() == [entry.id]
    assert outbox.entries("local") == [entry]
    assert outbox.entries("elsewhere") == []


def test_a_title_is_as_long_as_is_wanted(outbox: Outbox) -> None:
    text = "The Winter Roast is here. " * 10
    entry = outbox.add(draft_of(text=text), [X], None)
    assert entry.title.endswith("…")
    assert len(entry.title) == 120
    assert entry.title_of(400) == text.strip()


def test_what_goes_at_once_can_be_held_and_taken_back(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    first, second, third = (outbox.add(draft_of(), [X], None, hold=10) for _ in range(3))
    later = outbox.add(draft_of(), [X], NOW + timedelta(hours=1), hold=10)
    assert (first.state, first.code, later.code) == ("waiting", HELD, "")
    assert first.next_try == NOW + timedelta(seconds=10)
    assert outbox.due() == [later.id]
    # The network that comes back is no reason to send what is held, nor is a new start.
    outbox.resume_asked()
    outbox.recover()
    assert outbox.due() == [later.id]
    assert outbox.cancel(first.id)
    assert outbox.retry(second.id)  # sent before its time, by hand
    assert set(outbox.due()) == {later.id, second.id}
    clock.forward(seconds=10)
    assert set(outbox.due()) == {later.id, second.id, third.id}
    done = outbox.process(third.id, service)
    assert (done.state, done.code, done.next_try) == ("sent", "", None)
    assert outbox.entry(first.id).state == "cancelled"
    assert len(service.composed) == 1


def test_what_the_composer_call_carries(
    outbox: Outbox, service: ScriptedService, tmp_path: Path
) -> None:
    draft = draft_of(
        picture(tmp_path),
        text="Text for all",
        variants={"twitter": "Text for X"},
        link="https://nordlicht.example/roast",
        first_comment="Brew guide in our bio",
    )
    share_at = NOW + timedelta(hours=2)
    entry = outbox.add(draft, [X, REDDIT, X], share_at)
    done = outbox.process(entry.id, service)
    assert (done.state, done.group_id) == ("sent", "group-1")
    [(items, stamp)] = service.composed
    assert stamp == int(share_at.timestamp())
    assert [item["channel_id"] for item in items] == [1, 3]
    on_x, on_reddit = (item["custom_post_data"] for item in items)
    assert on_x == {
        "post_content": "Text for X",
        "upload_media": True,
        "upload_media_type": "custom",
        "media_list_to_upload": [101],
        "attach_link": True,
        "custom_link": "https://nordlicht.example/roast",
        "first_comment": "Brew guide in our bio",
        "posto_ref": entry.posto_ref,
    }
    assert on_reddit["post_content"] == "Text for all"
    assert on_reddit["post_title"] == "Text for all"
    assert on_reddit["posto_ref"] == entry.posto_ref
    assert steps(done) == ["written", "uploading", "uploaded", "handing_over", "sent"]


def test_without_a_link_none_is_attached(outbox: Outbox, service: ScriptedService) -> None:
    outbox.process(outbox.add(draft_of(), [X], None).id, service)
    data = service.composed[0][0][0]["custom_post_data"]
    assert data["attach_link"] is False
    assert "custom_link" not in data
    assert data["upload_media"] is False
    assert data["media_list_to_upload"] == []


@pytest.mark.parametrize(
    ("text", "channels", "hours", "words"),
    [
        ("Hello", [], None, "No channel"),
        ("  ", [X], None, "nothing to post"),
        ("Hello", [X], -1, "has passed"),
    ],
)
def test_what_cannot_be_a_post_is_not_taken(
    outbox: Outbox, text: str, channels: list[Any], hours: int | None, words: str
) -> None:
    share_at = None if hours is None else NOW + timedelta(hours=hours)
    with pytest.raises(OutboxError) as caught:
        outbox.add(draft_of(text=text), channels, share_at)
    assert words in caught.value.user_message
    assert outbox.entries() == []


def test_offline_waits_with_the_reason_and_tries_again_within_15_seconds(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    service.on_compose = [REFUSED_CONNECTION] * 5
    entry_id = outbox.add(draft_of(), [X], None).id
    for _ in range(5):
        entry = outbox.process(entry_id, service)
        assert (entry.state, entry.code) == ("waiting", "offline")
        assert entry.reason == "social.nordlicht.example does not answer."
        assert entry.next_try is not None
        assert 0 < (entry.next_try - clock()).total_seconds() <= 15
        assert outbox.due() == []
        clock.forward(seconds=15)
        assert outbox.due() == [entry_id]
    assert outbox.process(entry_id, service).state == "sent"
    assert len(service.composed) == 1


def test_the_network_is_back_before_the_next_try(outbox: Outbox, service: ScriptedService) -> None:
    service.on_compose = [REFUSED_CONNECTION]
    entry_id = outbox.add(draft_of(), [X], None).id
    outbox.process(entry_id, service)
    outbox.resume_asked("elsewhere")
    assert outbox.due() == []
    outbox.resume_asked("local")
    assert outbox.due("local") == [entry_id]
    assert outbox.due("elsewhere") == []


def test_a_surely_failed_call_is_repeated_without_looking(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    service.on_compose = [REFUSED_CONNECTION]
    entry_id = outbox.add(draft_of(), [X], None).id
    outbox.process(entry_id, service)
    clock.forward(seconds=15)
    outbox.process(entry_id, service)
    assert service.finds == 0


def test_a_refusal_ends_it_and_says_that_nothing_was_posted(
    outbox: Outbox, service: ScriptedService, tmp_path: Path
) -> None:
    service.on_compose = [PostingError("no", user_message="The channel is gone.", status=200)]
    entry_id = outbox.add(draft_of(picture(tmp_path)), [X], None).id
    entry = outbox.process(entry_id, service)
    assert (entry.state, entry.section) == ("refused", "failed")
    assert entry.reason == "The channel is gone. Nothing was posted."
    assert outbox.due() == []
    assert outbox.retry(entry_id)
    assert outbox.process(entry_id, service).state == "sent"
    assert len(service.composed) == 1
    # The refusal may have been about the file: it was uploaded afresh.
    assert len(service.uploads) == 2


def test_a_wrong_password_keeps_the_post(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    service.on_compose = [AuthenticationError("401", user_message="Sign in again.", status=401)]
    entry_id = outbox.add(draft_of(), [X], None).id
    entry = outbox.process(entry_id, service)
    assert (entry.state, entry.code, entry.reason) == ("waiting", "sign_in", "Sign in again.")
    outbox.resume_asked("local")
    assert outbox.process(entry_id, service).state == "sent"


def test_a_service_that_is_always_busy_is_shown_at_some_point(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    busy = ServiceError("503", user_message="Maintenance.", status=503)
    service.on_compose = [busy] * 12
    entry_id = outbox.add(draft_of(), [X], None).id
    states = []
    for _ in range(12):
        states.append(outbox.process(entry_id, service).state)
        clock.forward(minutes=2)
    assert states == ["waiting"] * 11 + ["refused"]


def test_being_offline_for_days_is_no_reason_to_give_up(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    service.on_compose = [REFUSED_CONNECTION] * 40
    entry_id = outbox.add(draft_of(), [X], None).id
    for _ in range(40):
        assert outbox.process(entry_id, service).state == "waiting"
        clock.forward(hours=2)
    assert outbox.process(entry_id, service).state == "sent"


# -- time ----------------------------------------------------------------------------------------


def test_a_little_late_is_sent_at_once(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    entry_id = outbox.add(draft_of(), [X], NOW + timedelta(minutes=10)).id
    clock.forward(minutes=69)
    entry = outbox.process(entry_id, service)
    assert entry.state == "sent"
    assert service.composed[0][1] is None
    assert "late" in steps(entry)


def test_hours_late_is_never_sent_unasked(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    entry_id = outbox.add(draft_of(), [X], NOW + timedelta(minutes=10)).id
    clock.forward(minutes=71)
    entry = outbox.process(entry_id, service)
    assert (entry.state, entry.code) == ("refused", "missed")
    assert "passed" in entry.reason
    assert service.composed == []
    assert outbox.retry(entry_id)
    entry = outbox.process(entry_id, service)
    assert entry.state == "sent"
    assert service.composed[0][1] is None


def test_the_late_limit_is_the_users(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    outbox.late_limit = timedelta(minutes=5)
    entry_id = outbox.add(draft_of(), [X], NOW + timedelta(minutes=1)).id
    clock.forward(minutes=7)
    assert outbox.process(entry_id, service).code == "missed"


def test_a_clock_that_was_set_back_does_not_stop_a_post(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    service.on_compose = [REFUSED_CONNECTION]
    entry_id = outbox.add(draft_of(), [X], None).id
    outbox.process(entry_id, service)
    clock.forward(days=-1)
    assert outbox.due() == [entry_id]


# -- cancelling, quitting, damage ------------------------------------------------------------------


def test_cancel_while_waiting_keeps_what_was_written(outbox: Outbox) -> None:
    entry = outbox.add(draft_of(), [X], None)
    assert outbox.cancel(entry.id)
    assert outbox.due() == []
    cancelled = outbox.entry(entry.id)
    assert cancelled.state == "cancelled"
    assert cancelled.draft.text == "The Winter Roast is here"
    assert not outbox.cancel(entry.id)


def test_cancel_during_an_upload_stops_it(
    outbox: Outbox, service: ScriptedService, tmp_path: Path
) -> None:
    entry_id = outbox.add(draft_of(picture(tmp_path), picture(tmp_path, "b.png")), [X], None).id
    service.on_upload = [lambda: outbox.cancel(entry_id)]
    entry = outbox.process(entry_id, service)
    assert entry.state == "cancelled"
    assert service.composed == []


def test_it_is_too_late_to_cancel_while_it_is_handed_over(
    outbox: Outbox, service: ScriptedService
) -> None:
    entry_id = outbox.add(draft_of(), [X], None).id
    answers: list[bool] = []
    service.on_compose = [lambda: answers.append(outbox.cancel(entry_id))]
    assert outbox.process(entry_id, service).state == "sent"
    assert answers == [False]


def test_quitting_during_an_upload_makes_it_wait(
    outbox: Outbox, service: ScriptedService, tmp_path: Path
) -> None:
    stop = threading.Event()
    service.on_upload = [stop.set]
    entry_id = outbox.add(draft_of(picture(tmp_path)), [X], None).id
    entry = outbox.process(entry_id, service, stop=stop)
    assert entry.state == "waiting"
    assert service.composed == []
    assert outbox.process(entry_id, service).state == "sent"


def test_an_entry_is_processed_by_one_thread_only(outbox: Outbox, service: ScriptedService) -> None:
    entry_id = outbox.add(draft_of(), [X], None).id
    seen: list[str] = []

    def meanwhile() -> None:
        assert outbox.due() == []
        seen.append(outbox.process(entry_id, service).state)

    service.on_compose = [meanwhile]
    outbox.process(entry_id, service)
    assert seen == ["handing_over"]
    assert len(service.composed) == 1


def test_a_damaged_entry_is_shown_but_never_sent(
    store: Database, outbox: Outbox, service: ScriptedService
) -> None:
    entry_id = outbox.add(draft_of(), [X, BLUESKY], None).id
    row = store.outbox_row(entry_id)
    assert row is not None
    row["body"]["items"][1] = {"channel_id": "two"}
    store.change_outbox(entry_id, {"body": row["body"]}, now=0.0)
    assert not outbox.entry(entry_id).readable
    entry = outbox.process(entry_id, service)
    assert entry.state == "refused"
    assert service.composed == []
    assert not outbox.retry(entry_id)


def test_old_ended_entries_are_forgotten_at_start(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    sent = outbox.add(draft_of(), [X], None).id
    outbox.process(sent, service)
    waiting = outbox.add(draft_of(), [X], None).id
    clock.forward(days=31)
    outbox.recover()
    assert [entry.id for entry in outbox.entries()] == [waiting]
