"""Edits of scheduled messages: whatever fails or dies, exactly one of each post remains."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posto_desktop.core.draft import MediaRef
from posto_desktop.core.edited_message import Replacement, ScheduledPost
from posto_desktop.delivery.outbox import Entry, Outbox
from posto_desktop.delivery.replacing import SENT
from posto_desktop.sdk.errors import PostoError
from posto_desktop.sdk.records import Channel
from posto_desktop.storage.database import Database
from tests.unit.delivery.fake_edit_service import EditSite
from tests.unit.delivery.fake_move_service import ASKED, AWAY, BUSY, LOST, NEW, OLD, REFUSED
from tests.unit.delivery.scripted import Crash, CrashingDatabase, draft_of, picture

CHANNELS = [Channel(11, "one", "twitter"), Channel(12, "two", "bluesky"), Channel(13, "x", "fb")]
AT = datetime.fromtimestamp(OLD, UTC)


def site_of(**more: Any) -> EditSite:
    site = EditSite(**more)
    for number, channel in ((1, 11), (2, 12), (3, 13)):
        site.put(number, channel)
    return site


def replacing(site: EditSite, channels: tuple[int, ...] = (11, 12, 13)) -> Replacement:
    rows = [row for row, _ in site.stored.values() if row.channel_id in channels]
    return Replacement(tuple(map(ScheduledPost.of, rows)), float(OLD), message="g")


def restarted(path: Path, site: EditSite) -> Outbox:
    outbox = Outbox(Database(path), site.clock)
    outbox.recover()
    return outbox


def edit(
    outbox: Outbox,
    site: EditSite,
    channels: tuple[int, ...] = (11, 12, 13),
    *,
    removes: tuple[int, ...] = (),
    at: int | None = OLD,
    files: tuple[MediaRef, ...] = (),
    replaces: Replacement | None = None,
) -> Entry:
    when = datetime.fromtimestamp(at, UTC) if at is not None else None
    chosen = [channel for channel in CHANNELS if channel.id in channels]
    replaces = replaces or replacing(site, (*channels, *removes))
    return outbox.add_edit(draft_of(*files, text="new"), chosen, when, replaces)


def settle(path: Path, site: EditSite, key: str, outbox: Outbox | None = None) -> Entry:
    """Run as the app does: again at each `next_try`, anew after each death, until it ended."""
    outbox = outbox or restarted(path, site)
    for _ in range(60):
        try:
            outbox.process(key, site)
        except Crash:
            outbox = restarted(path, site)
            continue
        entry = outbox.entry(key)
        if entry.is_ended or entry.state == "unclear":
            return entry
        if entry.next_try is not None:
            wait = (entry.next_try - site.clock()).total_seconds()
            assert wait > 0, entry.reason
            site.clock.forward(seconds=wait)
    raise AssertionError(f"it never came to an end: {entry.state} {entry.reason}")


def assert_one_of_each(
    site: EditSite, entry: Entry, channels: tuple[int, ...] = (11, 12, 13)
) -> None:
    text = ["new"] if entry.state == "sent" else None
    for channel, texts in site.texts().items():
        assert len(texts) == 1, (channel, texts, entry.state, entry.reason)
        if text and channel in entry.channel_ids:
            assert texts == text
    assert set(site.texts()) == set(channels)


@pytest.mark.parametrize("atomic", [True, False])
def test_all_of_a_message_is_replaced(tmp_path: Path, atomic: bool) -> None:
    site = site_of(atomic=atomic)
    path = tmp_path / "posto.db"
    ended = settle(path, site, edit(restarted(path, site), site).id)
    assert ended.state == "sent", ended.reason
    assert site.texts() == {11: ["new"], 12: ["new"], 13: ["new"]}
    assert {data["posto_message"] for _, data in site.stored.values()} == {"g"}
    if not atomic:
        calls = site.calls[site.calls.index("compose") :]
        assert calls.index("find_ref") < calls.index("delete")


@pytest.mark.parametrize("atomic", [True, False])
def test_only_the_changed_post_is_replaced_and_one_that_left_goes(
    tmp_path: Path, atomic: bool
) -> None:
    site = site_of(atomic=atomic)
    path = tmp_path / "posto.db"
    ended = settle(path, site, edit(restarted(path, site), site, (11,), removes=(12,)).id)
    assert ended.state == "sent"
    assert site.texts() == {11: ["new"], 13: ["text 13"]}
    assert 3 in site.stored


FAULTS = [
    pytest.param(AWAY, "before", id="surely not"),
    pytest.param(ASKED, "before", id="asked to wait"),
    pytest.param(LOST, "before", id="lost on the way there"),
    pytest.param(LOST, "after", id="answer lost"),
    pytest.param(BUSY, "after", id="carried out, but answered 503"),
    pytest.param(REFUSED, "before", id="refused"),
    pytest.param(RuntimeError("ours"), "after", id="a fault of ours"),
]


@pytest.mark.parametrize("atomic", [True, False])
@pytest.mark.parametrize(("error", "when"), FAULTS)
@pytest.mark.parametrize("slow", [False, True])
def test_a_failure_of_any_call_leaves_exactly_one(
    tmp_path: Path, atomic: bool, error: Exception, when: str, slow: bool
) -> None:
    number = 0
    while True:
        number += 1
        site = site_of(atomic=atomic, settle=90.0 if slow else 0.0, hides_sending=slow)
        path = tmp_path / f"posto-{number}.db"
        outbox = restarted(path, site)
        key = edit(outbox, site).id
        hit: list[str] = []

        def fault(call: int, name: str, at: str, number: int = number, hit: Any = hit) -> None:
            if call == number and at == when and not hit:
                if isinstance(error, RuntimeError) and name not in ("compose", "replace"):
                    return
                if error is REFUSED and name not in ("compose", "replace"):
                    return
                hit.append(name)
                raise error

        site.fault = fault
        ended = settle(path, site, key, outbox)
        assert_one_of_each(site, ended)
        assert ended.state == "sent" or (error is REFUSED and ended.state == "refused"), (
            number,
            hit,
            ended.reason,
        )
        if number > len(site.calls):
            break
    assert number > (3 if atomic else 6)


@pytest.mark.parametrize("atomic", [True, False])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_death_at_any_call_is_put_right_at_the_next_start(
    tmp_path: Path, atomic: bool, when: str
) -> None:
    number = 0
    while True:
        number += 1
        site = site_of(atomic=atomic)
        path = tmp_path / f"posto-{number}.db"
        outbox = restarted(path, site)
        key = edit(outbox, site, (11, 12), removes=(13,)).id
        died: list[str] = []

        def fault(call: int, name: str, at: str, number: int = number, died: Any = died) -> None:
            if call == number and at == when and not died:
                died.append(name)
                raise Crash

        site.fault = fault
        ended = settle(path, site, key, outbox)
        assert ended.state == "sent", ended.reason
        assert_one_of_each(site, ended, (11, 12))
        if not died:
            break
    assert number > 3


@pytest.mark.parametrize("atomic", [True, False])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_death_at_any_write_is_put_right_at_the_next_start(
    tmp_path: Path, atomic: bool, after: bool
) -> None:
    call = 0
    while True:
        call += 1
        site = site_of(atomic=atomic)
        path = tmp_path / f"posto-{call}.db"
        database = Database(path)
        key = edit(Outbox(database, site.clock), site, files=(picture(tmp_path),)).id
        crashing: Any = CrashingDatabase(database, call, after=after)
        with contextlib.suppress(Crash):
            Outbox(crashing, site.clock).process(key, site)
        ended = settle(path, site, key)
        assert ended.state == "sent", ended.reason
        assert_one_of_each(site, ended)
        if not crashing.crashed:
            break
    assert call > 10


def test_sent_before_it_was_saved_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    for atomic in (True, False):
        site = site_of(atomic=atomic)
        path = tmp_path / f"posto-{atomic}.db"
        outbox = restarted(path, site)
        key = edit(outbox, site).id
        for number in (1, 2, 3):
            site.set_status(number, "success")
        ended = settle(path, site, key, outbox)
        assert (ended.state, ended.code) == ("refused", SENT)
        assert "was sent before" in ended.reason
        assert ended.draft.text == "new"
        assert site.contents_of() == {"text 11", "text 12", "text 13"}


def test_what_was_sent_in_part_is_edited_for_the_rest(tmp_path: Path) -> None:
    for atomic in (True, False):
        site = site_of(atomic=atomic)
        path = tmp_path / f"posto-{atomic}.db"
        outbox = restarted(path, site)
        key = edit(outbox, site).id
        site.set_status(2, "success")
        ended = settle(path, site, key, outbox)
        assert ended.state == "sent"
        assert site.texts() == {11: ["new"], 12: ["text 12"], 13: ["new"]}
        assert any(step.kind == SENT and "two" in step.detail for step in ended.steps)


def test_the_earlier_post_decides_when_it_is_sent_between_copy_and_deletion(tmp_path: Path) -> None:
    site = site_of()
    path = tmp_path / "posto.db"
    outbox = restarted(path, site)
    key = edit(outbox, site).id

    def fault(_call: int, name: str, at: str) -> None:
        if name == "find_ref" and at == "after" and "compose" in site.calls:
            site.fault = lambda *_: None
            site.set_status(1, "success")

    site.fault = fault
    ended = settle(path, site, key, outbox)
    assert site.texts() == {11: ["text 11"], 12: ["new"], 13: ["new"]}
    assert ended.state == "sent"


def test_a_post_that_is_being_sent_is_waited_for(tmp_path: Path) -> None:
    for outcome, texts in (("success", ["text 11"]), ("error", ["new"])):
        for atomic in (True, False):
            site = site_of(atomic=atomic)
            path = tmp_path / f"posto-{outcome}-{atomic}.db"
            outbox = restarted(path, site)
            key = edit(outbox, site, (11,)).id
            site.set_status(1, "sending")
            outbox.process(key, site)
            assert outbox.entry(key).state == "waiting"
            site.set_status(1, outcome)
            ended = settle(path, site, key)
            assert site.texts()[11] == texts
            assert ended.state == ("refused" if outcome == "success" else "sent")


def test_what_a_service_may_be_sending_is_not_copied(tmp_path: Path) -> None:
    site = site_of(hides_sending=True)
    path = tmp_path / "posto.db"
    outbox = restarted(path, site)
    site.clock.forward(seconds=4 * 3600 - 60)
    key = edit(outbox, site, at=NEW).id
    outbox.process(key, site)
    assert outbox.entry(key).state == "waiting"
    assert "due right now" in outbox.entry(key).reason
    assert "compose" not in site.calls
    for number in (1, 2, 3):
        site.set_status(number, "success")
    assert settle(path, site, key).code == SENT


def test_a_copy_that_was_made_in_part_replaces_that_part_alone(tmp_path: Path) -> None:
    site = site_of(whole=False)
    path = tmp_path / "posto.db"
    outbox = restarted(path, site)
    key = edit(outbox, site).id
    ended = settle(path, site, key, outbox)
    assert ended.is_partly
    assert site.texts() == {11: ["new"], 12: ["text 12"], 13: ["text 13"]}
    site.whole = True
    assert outbox.retry(key)
    ended = settle(path, site, key, outbox)
    assert (ended.state, ended.is_partly) == ("sent", False)
    assert site.texts() == {11: ["new"], 12: ["new"], 13: ["new"]}


def test_an_edit_that_the_service_does_not_list_removes_nothing(tmp_path: Path) -> None:
    site = site_of()
    path = tmp_path / "posto.db"
    outbox = restarted(path, site)
    key = edit(outbox, site).id
    site._make = lambda items, share_at: "never-listed"  # type: ignore[method-assign]
    ended = settle(path, site, key, outbox)
    assert ended.state == "unclear"
    assert "still scheduled" in ended.reason
    assert site.contents_of() == {"text 11", "text 12", "text 13"}


@pytest.mark.parametrize("atomic", [True, False])
def test_an_edit_of_an_edit_replaces_what_that_one_made(tmp_path: Path, atomic: bool) -> None:
    site = site_of(atomic=atomic)
    path = tmp_path / "posto.db"
    outbox = restarted(path, site)
    first = edit(outbox, site)
    settle(path, site, first.id, outbox)
    again = Replacement((), float(OLD), after=first.id, message="g")
    second = outbox.add_edit(draft_of(text="newer"), CHANNELS[:2], AT, again)
    assert settle(path, site, second.id, outbox).state == "sent"
    assert site.texts() == {11: ["newer"], 12: ["newer"]}


@pytest.mark.parametrize("atomic", [True, False])
def test_an_edit_of_a_waiting_edit_takes_its_place(tmp_path: Path, atomic: bool) -> None:
    site = site_of(atomic=atomic)
    path = tmp_path / "posto.db"
    outbox = restarted(path, site)
    first = edit(outbox, site)
    again = Replacement((), float(OLD), after=first.id, message="g")
    second = outbox.add_edit(draft_of(text="newer"), CHANNELS, AT, again)
    assert outbox.entry(first.id).state == "cancelled"
    assert settle(path, site, second.id, outbox).state == "sent"
    assert site.texts() == {11: ["newer"], 12: ["newer"], 13: ["newer"]}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.data(),
    atomic=st.booleans(),
    hides=st.booleans(),
    channels=st.sets(st.sampled_from([11, 12, 13]), min_size=1),
    at=st.sampled_from([OLD, NEW]),
)
def test_any_sequence_of_faults_leaves_exactly_one_of_each(
    tmp_path_factory: pytest.TempPathFactory,
    data: st.DataObject,
    atomic: bool,
    hides: bool,
    channels: set[int],
    at: int,
) -> None:
    """Faults and deaths at any calls, and posts that are sent meanwhile, in any order."""
    faults = data.draw(
        st.lists(
            st.tuples(
                st.integers(1, 6),
                st.sampled_from(["before", "after"]),
                st.sampled_from(["away", "lost", "busy", "crash", "send"]),
            ).filter(lambda drawn: drawn[1:] != ("after", "away")),
            max_size=5,
        )
    )
    # "away" means that the request surely never arrived, so it does not follow a call.
    errors: dict[str, PostoError | Crash] = {
        "away": AWAY,
        "lost": LOST,
        "busy": BUSY,
        "crash": Crash(),
    }
    site = site_of(
        atomic=atomic, hides_sending=hides and not atomic, settle=0.0 if atomic else 90.0
    )
    path = tmp_path_factory.mktemp("edit") / "posto.db"
    outbox = restarted(path, site)
    left = tuple(sorted({11, 12, 13} - channels))
    key = edit(outbox, site, tuple(sorted(channels)), removes=left, at=at).id
    queue = [*faults]
    seen = [0]
    sent: set[int] = set()

    def fault(_call: int, name: str, when: str) -> None:
        if when == "before":
            seen[0] += 1
        if not queue or queue[0][0] > seen[0] or queue[0][1] != when:
            return
        if queue[0][2] == "send" and name in ("rows", "delete"):
            return  # no service deletes only what still waits: hence the two minutes
        _, _, kind = queue.pop(0)
        seen[0] = 0
        if kind != "send":
            raise errors[kind]
        waiting = [n for n in (1, 2, 3) if n in site.stored and n not in sent]
        if waiting:
            sent.add(waiting[0])
            site.set_status(waiting[0], "success")

    site.fault = fault
    ended = settle(path, site, key, outbox)
    removed = {site.stored[n][0].channel_id for n in sent}
    for channel, texts in site.texts().items():
        assert len(texts) == 1, (channel, texts, ended.state, ended.reason)
    expected = {*channels, *removed}
    if ended.state == "sent":
        assert set(site.texts()) == expected
        for channel in channels - removed:
            assert site.texts()[channel] == ["new"]
    else:
        assert ended.state in ("refused", "unclear"), ended.reason
        assert set(site.texts()) >= channels
    assert ended.draft.text == "new"


def test_a_message_that_goes_out_from_a_clock_of_its_own(tmp_path: Path) -> None:
    """Send now: the earlier post goes, and the new one is there once."""
    for atomic in (True, False):
        site = site_of(atomic=atomic)
        path = tmp_path / f"posto-{atomic}.db"
        outbox = restarted(path, site)
        key = edit(outbox, site, at=None).id
        assert settle(path, site, key, outbox).state == "sent"
        assert site.texts() == {11: ["new"], 12: ["new"], 13: ["new"]}
