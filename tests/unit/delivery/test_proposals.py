"""Proposals of agents: nothing happens before a person confirms, and then once."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.edited_message import EditedMessage
from posto_desktop.core.proposals import LIFETIME, Proposal, row_digest
from posto_desktop.delivery.proposals import (
    MAX_POSTS,
    MAX_WAITING,
    ProposalError,
    Proposals,
    ProposedMessage,
)
from posto_desktop.delivery.proposed_deletion import ProposedDeletion
from posto_desktop.delivery.reschedule import Mover
from posto_desktop.storage import agent_calls, proposal_rows
from posto_desktop.storage import moves as move_rows
from posto_desktop.storage.database import Database
from tests.unit.delivery.fake_move_service import NEW, OLD, Site
from tests.unit.delivery.scripted import (
    BLUESKY,
    LOST,
    NOW,
    PNG,
    REFUSED_CONNECTION,
    Clock,
    Crash,
    X,
)

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def proposals(store: Database, clock: Clock) -> Proposals:
    return Proposals(store, clock)


def message(**more: Any) -> ProposedMessage:
    draft = Draft(**{"text": "Fresh coffee", "channel_ids": (1, 2), **more})
    return ProposedMessage(draft, (X, BLUESKY), (LATER,))


def ask(proposals: Proposals, **more: Any) -> Proposal:
    return proposals.propose_schedule([message(**more)], "Claude Desktop")


def site_of(clock: Clock) -> Site:
    site = Site(clock)
    for number, channel in ((1, 11), (2, 12), (3, 13)):
        site.put(number, channel, text=f"text {channel}")
    return site


def ask_delete(proposals: Proposals, site: Site) -> Proposal:
    return proposals.propose_delete(site.listed(), "local", "Claude Desktop")


def test_a_proposal_shows_what_goes_where_and_sends_nothing(
    store: Database, proposals: Proposals
) -> None:
    asked = ask(proposals, variants={"twitter": "Coffee!"}, link="https://bakery.example/c")
    assert asked.state == "asked"
    assert asked.client == "Claude Desktop"
    shown = [(post.network, post.channel_name, post.text, post.at) for post in asked.posts]
    assert shown == [
        ("twitter", "@nordlicht", "Coffee!", LATER),
        ("bluesky", "nordlicht.example", "Fresh coffee", LATER),
    ]
    assert asked.times == (LATER,)
    assert asked.is_intact
    assert store.outbox() == []
    assert [proposal.digest for proposal in proposals.waiting()] == [asked.digest]


def test_confirmed_it_is_in_the_outbox_as_it_was_shown(
    store: Database, proposals: Proposals
) -> None:
    asked = ask(proposals)
    done = proposals.confirm(asked.digest)
    assert done.state == "done"
    [row] = store.outbox()
    assert (row["id"], row["state"]) == (asked.body["entries"][0]["id"], "waiting")
    assert row["share_at"] == LATER.timestamp()
    assert [item["data"]["post_content"] for item in row["body"]["items"]] == ["Fresh coffee"] * 2
    assert proposals.waiting() == []
    # As for any other post, the message behind it can be edited later.
    assert store.row("SELECT * FROM messages WHERE posto_ref=?", (row["posto_ref"],)) is not None


def test_it_is_confirmed_once(store: Database, proposals: Proposals) -> None:
    asked = ask(proposals)
    proposals.confirm(asked.digest)
    for answer in (proposals.confirm, proposals.decline):
        with pytest.raises(ProposalError, match="answered already") as caught:
            answer(asked.digest)
        assert caught.value.code == "answered"
    assert len(store.outbox()) == 1


def test_two_confirmations_at_once_make_one_post(tmp_path: Path, clock: Clock) -> None:
    stores = [Database(tmp_path / "posto.db") for _ in range(4)]
    asked = ask(Proposals(stores[0], clock))
    begin, outcomes = threading.Barrier(len(stores)), []

    def answer(store: Database) -> None:
        begin.wait()
        try:
            outcomes.append(Proposals(store, clock).confirm(asked.digest).state)
        except ProposalError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=answer, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["answered", "answered", "answered", "done"]
    assert len(stores[0].outbox()) == 1
    for store in stores:
        store.close()


def test_nothing_is_confirmed_after_ten_minutes(
    store: Database, proposals: Proposals, clock: Clock
) -> None:
    asked = ask(proposals)
    clock.forward(seconds=LIFETIME.total_seconds() - 1)
    assert proposals.waiting() != []
    clock.forward(seconds=1)
    assert proposals.waiting() == []
    with pytest.raises(ProposalError, match="ten minutes") as caught:
        proposals.confirm(asked.digest)
    assert caught.value.code == "expired"
    assert proposals.get(asked.digest).state == "expired"
    assert store.outbox() == []


def test_a_clock_that_is_set_back_opens_nothing_again(
    store: Database, proposals: Proposals, clock: Clock
) -> None:
    asked = ask(proposals)
    clock.forward(seconds=-60)
    with pytest.raises(ProposalError, match="ten minutes"):
        proposals.confirm(asked.digest)
    assert proposals.waiting() == []
    assert store.outbox() == []


def test_a_longer_life_in_the_row_counts_for_nothing(
    store: Database, proposals: Proposals, clock: Clock
) -> None:
    asked = ask(proposals)
    with store.transaction() as db:
        db.execute("UPDATE proposals SET expires_at=expires_at + 86400")
    clock.forward(minutes=11)
    with pytest.raises(ProposalError, match="ten minutes"):
        proposals.confirm(asked.digest)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE proposals SET body=replace(body, 'Fresh coffee', 'Buy my coin')",
        "UPDATE proposals SET workspace='a1'",
        "UPDATE proposals SET id='other'",
        "UPDATE proposals SET kind='delete'",
        "UPDATE proposals SET body='{'",
        "UPDATE proposals SET body='{}'",
    ],
)
def test_nothing_can_be_exchanged_after_the_person_looked(
    store: Database, proposals: Proposals, change: str
) -> None:
    asked = ask(proposals)
    with store.transaction() as db:
        db.execute(change)
    with pytest.raises(ProposalError, match="not what was proposed"):
        proposals.confirm(asked.digest)
    assert proposals.get(asked.digest).state == "failed"
    assert store.outbox() == []


def test_equal_proposals_have_different_digests(proposals: Proposals) -> None:
    draft = Draft(text="Fresh coffee", channel_ids=(1, 2))
    both = [
        proposals.propose_schedule([ProposedMessage(draft, (X, BLUESKY), (LATER,))], "a")
        for _ in range(2)
    ]
    assert both[0].digest != both[1].digest


def test_a_declined_one_stays_declined(store: Database, proposals: Proposals) -> None:
    asked = ask(proposals)
    assert proposals.decline(asked.digest).state == "declined"
    with pytest.raises(ProposalError, match="answered already"):
        proposals.confirm(asked.digest)
    assert store.outbox() == []


def test_a_time_that_has_passed_is_not_scheduled(
    store: Database, proposals: Proposals, clock: Clock
) -> None:
    soon = ProposedMessage(Draft(text="Soon"), (X,), (NOW + timedelta(minutes=3),))
    asked = proposals.propose_schedule([soon], "Claude")
    clock.forward(minutes=4)
    with pytest.raises(ProposalError, match="time has passed"):
        proposals.confirm(asked.digest)
    assert proposals.get(asked.digest).result == "Its time has passed. Nothing was scheduled."
    assert store.outbox() == []


def test_files_are_those_that_were_proposed(
    store: Database, proposals: Proposals, tmp_path: Path
) -> None:
    path = tmp_path / "shop.png"
    path.write_bytes(PNG)
    media = (MediaRef(str(path), path.name, len(PNG), alt="The shop"),)
    first, second = ask(proposals, media=media), ask(proposals, media=media)
    [file] = first.posts[0].files
    assert (file.name, file.alt, len(file.sha256)) == ("shop.png", "The shop", 64)
    proposals.confirm(first.digest)
    facts = path.stat()
    path.write_bytes(PNG[:-1] + b"!")
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    with pytest.raises(ProposalError, match=r"“shop\.png” was changed"):
        proposals.confirm(second.digest)
    [row] = store.outbox()
    assert row["body"]["files"][0]["ref"]["sha256"] == file.sha256  # looked at when it is sent


def test_its_draft_goes_unless_a_person_went_on_writing(
    store: Database, proposals: Proposals
) -> None:
    drafts = [Draft(text=text, channel_ids=(1,)) for text in ("Kept", "Sent")]
    for draft in drafts:
        store.put_draft(draft.id, "local", draft.to_json())
    asked = proposals.propose_schedule(
        [ProposedMessage(draft, (X,), (LATER,)) for draft in drafts], "Claude"
    )
    changed = Draft(id=drafts[0].id, text="Kept, and more")
    store.put_draft(changed.id, "local", changed.to_json())
    proposals.confirm(asked.digest)
    assert [row["body"]["text"] for row in store.drafts()] == ["Kept, and more"]
    assert len(store.outbox()) == 2


def test_repeats_are_a_series(store: Database, proposals: Proposals) -> None:
    times = [LATER + timedelta(days=days) for days in range(3)]
    asked = proposals.propose_schedule([ProposedMessage(Draft(text="Again"), (X,), times)], "a")
    assert asked.times == tuple(times)
    proposals.confirm(asked.digest)
    series = [row["body"]["series"] for row in store.outbox()]
    assert sorted(item["index"] for item in series) == [1, 2, 3]
    assert len({item["id"] for item in series}) == 1


@pytest.mark.parametrize(
    ("propose", "why"),
    [
        (lambda all_of: all_of.propose_schedule([], "a"), "no post"),
        (
            lambda all_of: all_of.propose_schedule(
                [ProposedMessage(Draft(text="Late"), (X,), (NOW - timedelta(1),))], "a"
            ),
            "in the future",
        ),
        (
            lambda all_of: all_of.propose_schedule([ProposedMessage(Draft(), (X,), (LATER,))], "a"),
            "nothing to post",
        ),
        (
            lambda all_of: all_of.propose_schedule(
                [
                    ProposedMessage(
                        Draft(text="Edit", editing=EditedMessage("local", (), None)), (X,), (LATER,)
                    )
                ],
                "a",
            ),
            "Only a person",
        ),
        (
            lambda all_of: all_of.propose_schedule(
                [
                    ProposedMessage(
                        Draft(text="File", media=(MediaRef("/no/such.png", "such.png"),)),
                        (X,),
                        (LATER,),
                    )
                ],
                "a",
            ),
            "was not found",
        ),
        (
            lambda all_of: all_of.propose_schedule(
                [ProposedMessage(Draft(text="x" * 500_000), (X,), (LATER,))], "a"
            ),
            "too long",
        ),
        (
            lambda all_of: all_of.propose_schedule(
                [
                    ProposedMessage(
                        Draft(text="Many"), (X,), [LATER + timedelta(days=n) for n in range(101)]
                    )
                ],
                "a",
            ),
            f"at most {MAX_POSTS}",
        ),
    ],
)
def test_what_cannot_be_done_is_not_proposed(
    store: Database, proposals: Proposals, propose: Callable[[Proposals], object], why: str
) -> None:
    with pytest.raises(ProposalError, match=why):
        propose(proposals)
    assert proposal_rows.newest(store, 5) == []


def test_an_agent_cannot_flood_the_person(
    store: Database, proposals: Proposals, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposal_rows, "KEPT", 25)
    for _ in range(MAX_WAITING):
        ask(proposals)
    with pytest.raises(ProposalError, match="wait for an answer"):
        ask(proposals)
    for _ in range(2):
        clock.forward(minutes=11)
        for _ in range(MAX_WAITING):
            ask(proposals)
    assert len(proposal_rows.newest(store, 1_000)) == 25 + MAX_WAITING


def test_names_of_agents_are_short_plain_lines(proposals: Proposals) -> None:
    evil = "Posto\u202e \n\x1b[2J<b>Desktop</b>" + "x" * 500
    asked = proposals.propose_schedule([message()], evil)
    assert len(asked.client) == 80
    assert asked.client.startswith("Posto [2J<b>Desktop</b>xxx")
    assert proposals.propose_schedule([message()], "\n").client == "An agent"


def test_a_digest_is_found_by_its_beginning(proposals: Proposals) -> None:
    asked = ask(proposals)
    assert proposals.find(asked.short_digest.upper()).digest == asked.digest
    for wrong in ("", asked.digest[:7], "%" * 8, "0" * 64):
        with pytest.raises(ProposalError) as caught:
            proposals.find(wrong)
        assert caught.value.code == "not_found"


# -- moves ---------------------------------------------------------------------------------------


def ask_move(proposals: Proposals, site: Site) -> Proposal:
    at = NOW.fromtimestamp(NEW, NOW.tzinfo)
    times = {row.id: at for row in site.listed()}
    return proposals.propose_move(site.listed(), times, "local", "Claude")


def test_a_confirmed_move_is_written_with_its_state(store: Database, clock: Clock) -> None:
    proposals, site = Proposals(store, clock), site_of(clock)
    asked = ask_move(proposals, site)
    first = asked.posts[0]
    assert (first.text, first.old_at, first.at) == (
        "text 11",
        NOW.fromtimestamp(OLD, NOW.tzinfo),
        NOW.fromtimestamp(NEW, NOW.tzinfo),
    )
    assert move_rows.open_ones(store) == []
    assert proposals.confirm(asked.digest).state == "confirmed"
    [row] = move_rows.open_ones(store)
    ended = Mover(store, site, clock).run(row["id"])
    assert ended is not None
    assert ended.state == "done"
    assert site.at() == {11: [NEW], 12: [NEW], 13: [NEW]}
    assert proposals.newest()[0].state == "done"


def test_a_post_that_was_changed_meanwhile_is_not_moved(store: Database, clock: Clock) -> None:
    proposals, site = Proposals(store, clock), site_of(clock)
    asked = ask_move(proposals, site)
    site.put(2, 12, text="another text")
    proposals.confirm(asked.digest)
    [row] = move_rows.open_ones(store)
    ended = Mover(store, site, clock).run(row["id"])
    assert ended is not None
    assert ended.state == "failed"
    assert site.at() == {11: [OLD], 12: [OLD], 13: [OLD]}
    settled = proposals.find(asked.digest)
    assert (settled.state, settled.result) == (
        "failed",
        "It was changed after the move was proposed.",
    )


def test_only_what_waits_can_be_moved_or_deleted(proposals: Proposals, clock: Clock) -> None:
    site = Site(clock)
    site.put(1, 11, status="success")
    at = NOW.fromtimestamp(NEW, NOW.tzinfo)
    with pytest.raises(ProposalError, match="cannot be moved"):
        proposals.propose_move(site.listed(), {1: at}, "local", "a")
    with pytest.raises(ProposalError, match="cannot be deleted"):
        proposals.propose_delete(site.listed(), "local", "a")
    site.put(1, 11)
    with pytest.raises(ProposalError, match="in the future"):
        proposals.propose_move(site.listed(), {1: NOW}, "local", "a")
    now = NOW.fromtimestamp(OLD, NOW.tzinfo)
    with pytest.raises(ProposalError, match="that time already"):
        proposals.propose_move(site.listed(), {1: now}, "local", "a")


# -- deletions -----------------------------------------------------------------------------------


def test_a_confirmed_deletion_deletes_what_was_shown(store: Database, clock: Clock) -> None:
    proposals, site = Proposals(store, clock), site_of(clock)
    asked = ask_delete(proposals, site)
    deletion = ProposedDeletion(store, site, clock)
    assert deletion.run(asked.digest) is None  # nobody has confirmed it
    assert len(site.listed()) == 3
    proposals.confirm(asked.digest)
    assert [proposal.digest for proposal in proposals.deletions("local")] == [asked.digest]
    ended = deletion.run(asked.digest)
    assert ended is not None
    assert (ended.state, ended.result) == ("done", "")
    assert site.listed() == []
    assert deletion.run(asked.digest) is None


def test_posts_that_were_changed_or_sent_meanwhile_stay(store: Database, clock: Clock) -> None:
    proposals, site = Proposals(store, clock), site_of(clock)
    asked = ask_delete(proposals, site)
    site.put(1, 11, text="text 11", status="success")
    site.put(2, 12, text="another text")
    proposals.confirm(asked.digest)
    ended = ProposedDeletion(store, site, clock).run(asked.digest)
    assert ended is not None
    assert ended.state == "done"
    assert ended.result == "2 of 3 posts were changed or sent meanwhile, so they stay."
    assert [row.id for row in site.listed()] == [1, 2]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("name", ["rows", "delete"])
@pytest.mark.parametrize("fault", [Crash(), LOST, REFUSED_CONNECTION])
def test_a_deletion_goes_on_after_any_interruption(
    store: Database, clock: Clock, name: str, when: str, fault: BaseException
) -> None:
    proposals, site = Proposals(store, clock), site_of(clock)
    asked = ask_delete(proposals, site)
    proposals.confirm(asked.digest)
    faults = [fault]

    def fail(_number: int, called: str, at: str) -> None:
        if (called, at) == (name, when) and faults:
            raise faults.pop()

    site.fault = fail
    try:
        again = ProposedDeletion(store, site, clock).run(asked.digest)
    except Crash:
        pass
    else:
        assert again is not None
        assert again.state == "confirmed"
    assert faults == []
    ended = ProposedDeletion(store, site, clock).run(asked.digest)
    assert ended is not None
    assert ended.state == "done"
    assert site.listed() == []


def test_a_deletion_can_be_taken_back_until_it_begins(store: Database, clock: Clock) -> None:
    proposals, site = Proposals(store, clock), site_of(clock)
    first, second = ask_delete(proposals, site), ask_delete(proposals, site)
    proposals.confirm(first.digest)
    assert proposals.take_back(first.digest)
    assert ProposedDeletion(store, site, clock).run(first.digest) is None
    proposals.confirm(second.digest)
    ProposedDeletion(store, site, clock).run(second.digest)
    assert not proposals.take_back(second.digest)
    assert proposals.get(first.digest).state == "declined"


def test_a_deletion_of_long_ago_is_given_up(store: Database, clock: Clock) -> None:
    proposals, site = Proposals(store, clock), site_of(clock)
    asked = ask_delete(proposals, site)
    proposals.confirm(asked.digest)
    clock.forward(hours=2)
    ended = ProposedDeletion(store, site, clock).run(asked.digest)
    assert ended is not None
    assert (ended.state, len(site.listed())) == ("failed", 3)


# -- killed --------------------------------------------------------------------------------------


def _confirm_and_die(path: Path, digest: str, statement: str, now: Any) -> None:
    """Confirm, killed right before the first statement that begins so."""
    store = Database(path)
    with store.transaction() as db:
        db.set_trace_callback(
            lambda sql: os.kill(os.getpid(), signal.SIGKILL) if sql.startswith(statement) else None
        )
    Proposals(store, lambda: now).confirm(digest)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("statement", ["INSERT INTO outbox_steps", "COMMIT"])
def test_killed_while_it_is_confirmed_there_is_none_or_all(
    tmp_path: Path, clock: Clock, statement: str
) -> None:
    path = tmp_path / "posto.db"
    store = Database(path)
    proposals = Proposals(store, clock)
    asked = ask(proposals)
    process = multiprocessing.get_context("spawn").Process(
        target=_confirm_and_die, args=(path, asked.digest, statement, clock.now)
    )
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert store.outbox() == []
    assert proposals.get(asked.digest).state == "asked"
    proposals.confirm(asked.digest)
    assert len(store.outbox()) == 1
    store.close()


# -- calls ---------------------------------------------------------------------------------------


def test_calls_are_bounded_in_number_and_size(store: Database, proposals: Proposals) -> None:
    proposals.log_call("Claude\n" * 99, "create_draft", "x" * 10_000, "\x00\u202eok" * 999)
    [row] = agent_calls.newest(store)
    assert len(row["client"]) == len(row["tool"]) + 68 == 80
    assert len(row["summary"]) == agent_calls.MAX_SUMMARY
    assert len(row["outcome"]) == agent_calls.MAX_OUTCOME
    assert row["outcome"].startswith("okokok")
    with store.transaction():
        for number in range(agent_calls.KEPT + 5):
            proposals.log_call("Claude", "limits", str(number), "ok")
    rows = agent_calls.newest(store, 10_000)
    assert len(rows) == agent_calls.KEPT
    assert rows[0]["summary"] == str(agent_calls.KEPT + 4)


def test_the_digest_of_a_row_is_of_what_a_person_sees(clock: Clock) -> None:
    site = site_of(clock)
    [row, *_] = site.listed()
    site.put(1, 11, text="text 11", link="https://elsewhere.example", error="later")
    assert row_digest(site.listed()[0]) == row_digest(row)
    site.put(1, 11, text="text 11", thread=("and more",))
    assert row_digest(site.listed()[0]) != row_digest(row)
