"""Tests of rate limits: the whole workspace waits, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from posto_desktop.core.entries import ASKED, HELD
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.sdk.errors import MediaUploadError, PostingError, ServiceError
from posto_desktop.storage.database import Database
from tests.unit.delivery.scripted import LOST, NOW, Clock, ScriptedService, X, draft_of, picture


def busy(retry_after: float | None = 240.0) -> PostingError:
    """As the composer's call in the SDK raises it."""
    return PostingError(
        "429",
        user_message="social.nordlicht.example received too many requests (429). Try again later.",
        reason="busy",
        status=429,
        retry_after=retry_after,
    )


class Limit:
    """So many posts in so many seconds; what comes too soon is refused."""

    def __init__(self, clock: Clock, most: int, seconds: float, tells: bool = True) -> None:
        self._clock, self._most, self._seconds, self._tells = clock, most, seconds, tells
        self._began = clock() - timedelta(days=1)
        self._count = 0
        self.refused = 0

    def __call__(self) -> None:
        now = self._clock()
        if (now - self._began).total_seconds() >= self._seconds:
            self._began, self._count = now, 0
        self._count += 1
        if self._count > self._most:
            self.refused += 1
            left = self._seconds - (now - self._began).total_seconds()
            raise busy(left if self._tells else None)


def run(outbox: Outbox, service: ScriptedService, clock: Clock, *, rounds: int = 60) -> None:
    """As the worker: take what is due, wait until the next is."""
    for _ in range(rounds):
        for entry_id in outbox.due():
            outbox.process(entry_id, service)
        following = outbox.next_due()
        if following is None:
            return
        clock.now = max(clock.now, following) + timedelta(milliseconds=1)
    pytest.fail("the outbox does not come to an end")


def test_a_host_that_asks_to_wait_is_asked_when_it_said(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    service.on_compose = [busy()]
    entry = outbox.process(outbox.add(draft_of(), [X], None).id, service)
    assert (entry.state, entry.code) == ("waiting", ASKED)
    assert entry.reason == "social.nordlicht.example asks to wait."
    assert entry.next_try == clock() + timedelta(seconds=240)
    assert outbox.due() == []
    clock.forward(seconds=241)
    assert outbox.process(entry.id, service).state == "sent"
    assert len(service.composed) == 1


@pytest.mark.parametrize("tells", [True, False], ids=["told", "not told"])
def test_a_campaign_loses_nothing_to_a_limit(
    outbox: Outbox, service: ScriptedService, clock: Clock, tells: bool
) -> None:
    limit = Limit(clock, 4, 20.0, tells)
    service.on_compose = [limit] * 100
    texts = [f"Day {n}" for n in range(10)]
    entries = [outbox.add(draft_of(text=text), [X], None) for text in texts]
    run(outbox, service, clock)
    assert {outbox.entry(entry.id).state for entry in entries} == {"sent"}
    sent = [items[0]["custom_post_data"]["post_content"] for items, _ in service.composed]
    assert sorted(sent) == sorted(texts)
    # One refusal a pause, not one for each post that waits.
    assert limit.refused <= (3 if tells else 8)


def test_the_others_of_the_workspace_wait_without_asking(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    service.on_compose = [busy()]
    entries = [outbox.add(draft_of(text=f"Day {n}"), [X], None) for n in range(3)]
    elsewhere = outbox.add(draft_of(workspace="other"), [X], None)
    for entry in entries:
        outbox.process(entry.id, service)
    waiting = [outbox.entry(entry.id) for entry in entries]
    assert {(entry.code, entry.reason) for entry in waiting} == {
        (ASKED, "social.nordlicht.example asks to wait.")
    }
    assert {entry.next_try for entry in waiting} == {clock() + timedelta(seconds=240)}
    assert (len(service.composed), service.finds) == (0, 0)
    # One that is written meanwhile does not ask either; another workspace is another host.
    late = outbox.add(draft_of(text="Late"), [X], None)
    assert outbox.process(late.id, service).next_try == clock() + timedelta(seconds=240)
    assert outbox.process(elsewhere.id, service).state == "sent"


def test_the_network_that_comes_back_does_not_end_the_pause(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    service.on_compose = [busy()]
    entry = outbox.process(outbox.add(draft_of(), [X], None).id, service)
    clock.forward(seconds=60)
    outbox.resume_asked()
    entry = outbox.process(entry.id, service)
    assert (entry.code, entry.next_try) == (ASKED, NOW + timedelta(seconds=240))
    assert service.composed == []


def test_the_user_may_try_at_once(outbox: Outbox, service: ScriptedService, clock: Clock) -> None:
    service.on_compose = [busy()]
    first = outbox.add(draft_of(), [X], None)
    second = outbox.add(draft_of(text="Another"), [X], None)
    for item in (first, second):
        outbox.process(item.id, service)
    assert outbox.retry(second.id)
    assert outbox.process(second.id, service).state == "sent"
    clock.forward(seconds=241)
    assert outbox.process(first.id, service).state == "sent"


def test_asking_to_wait_is_no_reason_to_give_up(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    service.on_compose = [busy(None)] * 40
    entry_id = outbox.add(draft_of(), [X], None).id
    waits = []
    for _ in range(40):
        entry = outbox.process(entry_id, service)
        assert entry.state == "waiting"
        assert entry.next_try is not None
        waits.append((entry.next_try - clock()).total_seconds())
        clock.now = entry.next_try
    assert waits[:7] == [5, 10, 15, 15, 15, 30, 60]
    assert set(waits[7:]) == {60}
    assert outbox.process(entry_id, service).state == "sent"
    assert len(service.composed) == 1


def test_an_absurd_wait_is_at_most_an_hour(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    service.on_compose = [busy(86400.0)]
    entry = outbox.process(outbox.add(draft_of(), [X], None).id, service)
    assert entry.next_try == clock() + timedelta(hours=1)


def test_a_site_under_maintenance_says_so(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    service.on_compose = [
        PostingError(
            "503",
            user_message="social.nordlicht.example is down for maintenance. It said: Briefly.",
            reason="maintenance",
            status=503,
            retry_after=600.0,
        )
    ]
    entry = outbox.process(outbox.add(draft_of(), [X], None).id, service)
    assert entry.reason == "social.nordlicht.example is down for maintenance."
    assert entry.next_try == clock() + timedelta(seconds=600)


def test_an_upload_that_has_to_wait_makes_the_others_wait(
    outbox: Outbox, service: ScriptedService, clock: Clock, tmp_path: Path
) -> None:
    service.on_upload = [
        MediaUploadError("429", reason="busy", file="bag.png", status=429, retry_after=30.0)
    ]
    entry = outbox.add(draft_of(picture(tmp_path)), [X], None)
    other = outbox.add(draft_of(), [X], None)
    assert outbox.process(entry.id, service).code == ASKED
    assert outbox.process(other.id, service).code == ASKED
    run(outbox, service, clock)
    assert len(service.uploads) == 1
    assert len(service.composed) == 2


def test_what_the_user_said_outlasts_the_pause(
    outbox: Outbox, service: ScriptedService, clock: Clock, store: Database
) -> None:
    service.hides_sending = True
    service.on_compose = [LOST, busy()]
    entry_id = outbox.add(draft_of(), [X], None).id
    for _ in range(6):
        outbox.process(entry_id, service)
        clock.forward(seconds=100)
    assert outbox.entry(entry_id).state == "unclear"
    assert outbox.resolve(entry_id, "send_again")
    entry = outbox.process(entry_id, service)
    assert entry.state == "waiting"
    assert entry.next_try is not None
    clock.now = entry.next_try
    entry = outbox.process(entry_id, service)
    assert entry.state == "sent"


def test_what_is_held_for_a_moment_is_still_held(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    service.on_compose = [busy()]
    outbox.process(outbox.add(draft_of(), [X], None).id, service)
    held = outbox.add(draft_of(text="Held"), [X], None, hold=10)
    assert held.code == HELD
    assert held.id not in outbox.due()


# -- looking ---------------------------------------------------------------------------------------


def test_a_list_from_a_cache_is_the_users_to_decide_in_the_end(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    """It never says "not there", so nothing is sent again."""
    old = ServiceError("old", user_message="It answered from a cache.", reason="cached", status=200)
    service.on_compose = [LOST]
    service.on_find = [old] * 20
    entry_id = outbox.add(draft_of(), [X], None).id
    states = []
    for _ in range(6):
        states.append(outbox.process(entry_id, service).state)
        clock.forward(minutes=2)
    assert states[:3] == ["handing_over"] * 3
    assert states[-1] == "unclear"
    assert outbox.entry(entry_id).reason == "May already be published: It answered from a cache."
    assert service.composed == []


def test_a_look_that_has_to_wait_makes_the_others_wait(
    outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    service.after_compose = [LOST]
    service.on_find = [ServiceError("429", reason="busy", status=429, retry_after=90.0)]
    entry = outbox.process(outbox.add(draft_of(), [X], None).id, service)
    assert (entry.state, entry.next_try) == ("handing_over", clock() + timedelta(seconds=90))
    other = outbox.process(outbox.add(draft_of(text="Other"), [X], None).id, service)
    assert other.code == ASKED
    run(outbox, service, clock)
    assert len(service.composed) == 2


# -- uploads of an earlier attempt -----------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        lambda: MediaUploadError("504", reason="timeout", status=504, maybe_sent=True),
        lambda: MediaUploadError("429", reason="busy", status=429, retry_after=1.0),
    ],
    ids=["lost", "asked"],
)
def test_a_second_attempt_looks_for_the_file_of_the_first(
    outbox: Outbox,
    service: ScriptedService,
    clock: Clock,
    tmp_path: Path,
    fault: Callable[[], MediaUploadError],
) -> None:
    service.on_upload = [fault()]
    entry = outbox.add(draft_of(picture(tmp_path)), [X], None)
    other = outbox.add(
        draft_of(picture(tmp_path, "other.png", b"\x89PNG\r\n\x1a\n" + b"2")), [X], None
    )
    run(outbox, service, clock)
    assert {outbox.entry(item.id).state for item in (entry, other)} == {"sent"}
    first, *others = service.marks
    assert first[1] is False
    assert (first[0], True) in others
    assert next(again for mark, again in others if mark != first[0]) is False


def test_the_same_file_in_two_posts_has_two_marks(
    outbox: Outbox, service: ScriptedService, tmp_path: Path
) -> None:
    """With other words for the blind they are two files."""
    from dataclasses import replace

    shown = picture(tmp_path)
    for alt in ("A bag", "Coffee"):
        outbox.process(outbox.add(draft_of(replace(shown, alt=alt)), [X], None).id, service)
    assert len({mark for mark, _ in service.marks}) == 2
