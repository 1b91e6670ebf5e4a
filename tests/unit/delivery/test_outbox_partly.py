"""A service that has a post for some of its channels: each is known, and no channel gets two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posto_desktop.core.entries import Entry, read_entry
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.sdk.errors import NetworkError, PostingError, ServiceError
from posto_desktop.storage.database import Database
from tests.unit.delivery.scripted import (
    BLUESKY,
    NOW,
    REDDIT,
    Clock,
    Crash,
    ScriptedService,
    Shape,
    X,
    draft_of,
    picture,
)

THREE = [X, BLUESKY, REDDIT]
RECONNECT = "Please reconnect the account"
LOST = NetworkError("reset", user_message="The connection was cut.", maybe_sent=True)
OFFLINE = NetworkError("refused", user_message="nordlicht does not answer.", maybe_sent=False)
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def service(clock: Clock) -> ScriptedService:
    """As a real one: it hides rows that are being sent, and a lost call goes on for a while."""
    return ScriptedService(clock, hides_sending=True, settle=90.0)


def steps(entry: Entry) -> list[str]:
    return [step.what for step in entry.steps]


def names(entry: Entry) -> list[str]:
    return [item.channel_name for item in entry.missing]


def run(outbox: Outbox, entry_id: str, service: ScriptedService, clock: Clock) -> Entry:
    """Let time pass until the entry has ended or asks."""
    for _ in range(60):
        if entry_id in outbox.due():
            outbox.process(entry_id, service)
        entry = outbox.entry(entry_id)
        if entry.is_ended or entry.state == "unclear":
            return entry
        clock.forward(seconds=20)
    raise AssertionError(f"no end in sight: {entry.state} {entry.reason}")


# -- a group id beside an error ------------------------------------------------------------------


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
        "social.nordlicht.example has this post, but does not list it for r/coffee."
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


# -- an error alone ------------------------------------------------------------------------------


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
    ("share_at", "said"),
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
    outbox: Outbox, service: ScriptedService, clock: Clock, share_at: Any, said: str
) -> None:
    service.shapes = [Shape(drops={1, 2, 3}, says=RECONNECT, names_group=False)]
    entry_id = outbox.add(draft_of(), THREE, share_at).id
    entry = outbox.process(entry_id, service)
    assert (entry.state, entry.reason) == ("refused", said)
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


# -- no error at all -----------------------------------------------------------------------------


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


# -- sending what is missing ---------------------------------------------------------------------


@pytest.fixture
def partly(outbox: Outbox, service: ScriptedService) -> str:
    service.shapes = [Shape(drops={2, 3}, says=RECONNECT)]
    entry = outbox.process(outbox.add(draft_of(), THREE, TOMORROW).id, service)
    assert entry.is_partly
    return entry.id


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


# -- what posto.db keeps -------------------------------------------------------------------------


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


# -- killed, in any order of faults --------------------------------------------------------------

SUBSETS = st.sets(st.sampled_from([1, 2, 3]))
SHAPES = st.builds(
    Shape,
    drops=SUBSETS,
    hides=SUBSETS,
    hidden_for=st.sampled_from([timedelta(seconds=5), timedelta(seconds=45)]),
    says=st.sampled_from(["", RECONNECT]),
    names_group=st.booleans(),
)
COMPOSE: dict[str, Any] = {"fine": None, "crash": Crash, "offline": OFFLINE, "lost": LOST}
FIND: dict[str, Any] = {"fine": None, "crash": Crash, "offline": OFFLINE}


def restarted(path: Path, clock: Clock) -> Outbox:
    outbox = Outbox(Database(path), clock)
    outbox.recover()
    return outbox


def to_the_end(path: Path, clock: Clock, service: ScriptedService) -> tuple[Outbox, Entry]:
    outbox = restarted(path, clock)
    for _ in range(400):
        for entry_id in outbox.due():
            try:
                outbox.process(entry_id, service)
            except Crash:
                outbox = restarted(path, clock)
        [entry] = outbox.entries()
        if entry.is_ended or entry.state == "unclear":
            return outbox, entry
        clock.forward(seconds=20)
    raise AssertionError(f"no end in sight: {entry.state} {entry.reason}")


def script(table: dict[str, Any], words: Collection[str]) -> list[Any]:
    return [table[word]() if table[word] is Crash else table[word] for word in words]


@settings(max_examples=100, deadline=None)
@given(
    shapes=st.lists(SHAPES, min_size=1, max_size=3),
    on_compose=st.lists(st.sampled_from(sorted(COMPOSE)), max_size=3),
    after_compose=st.lists(st.sampled_from(["fine", "crash", "lost"]), max_size=3),
    on_find=st.lists(st.sampled_from(sorted(FIND)), max_size=4),
    planned=st.booleans(),
    hides=st.booleans(),
    retries=st.integers(0, 3),
)
def test_no_channel_gets_a_post_twice(
    tmp_path_factory: pytest.TempPathFactory,
    shapes: list[Shape],
    on_compose: list[str],
    after_compose: list[str],
    on_find: list[str],
    planned: bool,
    hides: bool,
    retries: int,
) -> None:
    path = tmp_path_factory.mktemp("partly") / "posto.db"
    clock = Clock()
    if planned or not hides:
        # What waits for its time is never hidden.
        shapes = [
            Shape(one.drops, (), says=one.says, names_group=one.names_group) for one in shapes
        ]
    service = ScriptedService(clock, hides_sending=hides, settle=90.0, shapes=list(shapes))
    service.on_compose = script(COMPOSE, on_compose)
    service.after_compose = script(COMPOSE, after_compose)
    service.on_find = script(FIND, on_find)
    share_at = NOW + timedelta(days=1) if planned else None
    outbox = restarted(path, clock)
    ref = outbox.add(draft_of(), THREE, share_at).posto_ref
    outbox, entry = to_the_end(path, clock, service)
    for _ in range(retries):
        # The user tries again whatever they are offered, but never says what they did not see.
        if entry.state == "unclear" or not outbox.retry(entry.id):
            break
        outbox, entry = to_the_end(path, clock, service)
    there = service.listed(ref)
    assert max(Counter(there).values(), default=0) <= 1
    if entry.state == "refused" and "Nothing was posted" in entry.reason:
        assert there == []
    if entry.is_partly:
        missing = {item.channel_id for item in entry.missing}
        assert missing
        assert missing.isdisjoint(there)
        assert set(entry.taken) == set(there)
