"""Moving posts: whatever fails or dies wherever, there is exactly one of each in the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.core.moves import Move, moves_of, read_move, reversed_moves
from posto_desktop.delivery.reschedule import Mover
from posto_desktop.storage import message_rows
from posto_desktop.storage import moves as table
from posto_desktop.storage.database import Database
from tests.unit.delivery.fake_move_service import ASKED, AWAY, BUSY, LOST, NEW, OLD, REFUSED, Site
from tests.unit.delivery.scripted import Crash


def site_of(**more: Any) -> Site:
    site = Site(**more)
    for number, channel in ((1, 11), (2, 12), (3, 13)):
        site.put(number, channel)
    return site


def write(store: Database, site: Site, ids: tuple[int, ...] = (1, 2, 3), new: int = NEW) -> Move:
    rows = [row for row, _ in site.stored.values() if row.id in ids]
    (move,) = moves_of(rows, dict.fromkeys(ids, datetime.fromtimestamp(new, UTC)), "local")
    add(store, move)
    return move


def add(store: Database, move: Move) -> None:
    row = {"id": move.id, "workspace": move.workspace, "state": move.state, "body": move.body()}
    table.add(store, [row], 0.0)


def settle(store: Database, site: Site, move: Move) -> Move:
    """Run as the app does: again at each `next_try`, anew after each death, until it ended."""
    for _ in range(40):
        try:
            now = Mover(store, site, site.clock).run(move.id)
        except Crash:
            continue
        assert now is not None
        if now.is_ended:
            return now
        wait = now.next_try - site.clock().timestamp()
        assert wait > 0
        site.clock.forward(seconds=wait)
    raise AssertionError("it never came to an end")


def words(store: Database, move: Move) -> list[str]:
    return [step["what"] for step in table.steps(store, move.id)]


def test_a_group_is_moved_by_one_call(store: Database) -> None:
    site = site_of()
    ended = settle(store, site, write(store, site))
    assert ended.state == "done"
    assert site.at() == {11: [NEW], 12: [NEW], 13: [NEW]}
    assert site.calls.count("reschedule") == 1
    assert "compose" not in site.calls
    assert words(store, ended) == ["written", "asking", "answered", "moved"]


def test_without_the_route_a_copy_is_made_seen_and_only_then_the_rest_deleted(
    store: Database,
) -> None:
    site = site_of(route=False)
    ended = settle(store, site, write(store, site))
    assert ended.state == "done"
    assert site.at() == {11: [NEW], 12: [NEW], 13: [NEW]}
    assert site.contents_of() == {"text 11", "text 12", "text 13"}
    after = site.calls[site.calls.index("compose") :]
    assert after.index("find_ref") < after.index("delete")
    steps = words(store, ended)
    assert steps[-4:] == ["answered", "seen", "removing", "moved"]


def test_a_part_of_a_group_is_copied_and_the_rest_stays(store: Database) -> None:
    site = site_of()
    ended = settle(store, site, write(store, site, ids=(2,)))
    assert ended.state == "done"
    assert site.at() == {11: [OLD], 12: [NEW], 13: [OLD]}
    assert "reschedule" not in site.calls


FAULTS = [
    pytest.param(AWAY, "before", id="surely not"),
    pytest.param(ASKED, "before", id="asked to wait"),
    pytest.param(LOST, "before", id="lost on the way there"),
    pytest.param(LOST, "after", id="answer lost"),
    pytest.param(BUSY, "after", id="carried out, but answered 503"),
    pytest.param(RuntimeError("ours"), "after", id="a fault of ours"),
]


@pytest.mark.parametrize("route", [True, False])
@pytest.mark.parametrize(("error", "when"), FAULTS)
@pytest.mark.parametrize("slow", [False, True])
def test_a_failure_of_any_call_leaves_exactly_one(
    store: Database, tmp_path: Path, route: bool, error: Exception, when: str, slow: bool
) -> None:
    """Every call in turn fails once, then all goes well again."""
    number = 0
    while True:
        number += 1
        site = site_of(route=route, settle=90.0 if slow else 0.0, hides_sending=slow)
        move = write(store, site)
        hit = []

        def fault(call: int, name: str, at: str, number: int = number, hit: Any = hit) -> None:
            if call == number and at == when and not hit:
                if isinstance(error, RuntimeError) and name not in ("compose", "reschedule"):
                    return
                hit.append(name)
                raise error

        site.fault = fault
        ended = settle(store, site, move)
        target = [NEW] if ended.state == "done" else [OLD]
        assert site.at() == {11: target, 12: target, 13: target}, (number, hit)
        assert site.contents_of() == {"text 11", "text 12", "text 13"}
        assert ended.state == "done" or ended.reason
        if number > len(site.calls):
            break
    assert number > (4 if route else 8)


@pytest.mark.parametrize("route", [True, False])
def test_a_host_that_asks_to_wait_gets_its_pause_and_the_post_is_moved(
    store: Database, route: bool
) -> None:
    """Whichever call it refuses; nothing fails by that."""
    for number in range(1, 12):
        site = site_of(route=route)
        asked: list[datetime] = []

        def fault(
            call: int, name: str, at: str, n: int = number, site: Any = site, asked: Any = asked
        ) -> None:
            if call in (n, n + 1) and at == "before":
                asked.append(site.clock())
                raise ASKED

        site.fault = fault
        ended = settle(store, site, write(store, site))
        assert ended.state == "done", ended.reason
        assert site.at() == {11: [NEW], 12: [NEW], 13: [NEW]}
        if len(asked) == 2:
            assert (asked[1] - asked[0]).total_seconds() >= 40


@pytest.mark.parametrize("route", [True, False])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("what", ["call", "write"])
def test_a_death_anywhere_is_put_right_at_the_next_start(
    store: Database, monkeypatch: pytest.MonkeyPatch, route: bool, when: str, what: str
) -> None:
    number = 0
    while True:
        number += 1
        site = site_of(route=route)
        move = write(store, site)
        died: list[str] = []

        def fault(call: int, name: str, at: str, number: int = number, died: Any = died) -> None:
            if call == number and at == when and not died:
                died.append(name)
                raise Crash

        if what == "call":
            site.fault = fault
            ended = settle(store, site, move)
        else:
            writes = [0]

            def change(
                *args: Any, writes: Any = writes, fault: Any = fault, real: Any = table.change
            ) -> None:
                writes[0] += 1
                fault(writes[0], "write", "before")
                real(*args)
                fault(writes[0], "write", "after")

            with monkeypatch.context() as patched:
                patched.setattr(table, "change", change)
                ended = settle(store, site, move)
        assert ended.state == "done" or not route
        target = [NEW] if ended.state == "done" else [OLD]
        assert site.at() == {11: target, 12: target, 13: target}, (number, died)
        if not died:
            break
    assert number > 3


def test_a_call_that_is_carried_out_after_its_answer_was_lost_makes_no_second(
    store: Database,
) -> None:
    """The copy is not there at the first look, but half a minute later."""
    site = site_of(route=False, settle=90.0)
    move = write(store, site)
    late: list[Any] = []

    def fault(call: int, name: str, at: str) -> None:
        if name == "compose" and at == "before" and not late:
            late.append(site.clock())
            raise LOST
        looked = name == "find_ref" and at == "before" and len(late) == 1
        if looked and (site.clock() - late[0]).total_seconds() > 20:
            late.append("arrived")
            for number, channel in ((21, 11), (22, 12), (23, 13)):
                at_new = datetime.fromtimestamp(NEW, UTC)
                site.put(number, channel, "late", send_at=at_new, posto_ref=move.mark)

    site.fault = fault
    ended = settle(store, site, move)
    assert ended.state == "done"
    assert site.at() == {11: [NEW], 12: [NEW], 13: [NEW]}


def test_what_was_not_taken_is_told_as_soon_as_that_is_sure(store: Database) -> None:
    site = site_of(route=False, settle=90.0)
    move = write(store, site)
    lost: list[datetime] = []

    def fault(call: int, name: str, at: str) -> None:
        if name == "compose" and at == "before":
            lost.append(site.clock())
            raise LOST

    site.fault = fault
    ended = settle(store, site, move)
    assert ended.state == "failed"
    assert site.at() == {11: [OLD], 12: [OLD], 13: [OLD]}
    assert 90 <= (site.clock() - lost[0]).total_seconds() < 92


@pytest.mark.parametrize("status", ["success", "error", "sending", "unknown"])
def test_what_does_not_wait_for_its_time_is_not_moved(store: Database, status: str) -> None:
    site = site_of()
    move = write(store, site)
    site.set_status(2, status)
    ended = settle(store, site, move)
    assert ended.state == "failed"
    assert ended.reason
    assert site.at() == {11: [OLD], 12: [OLD], 13: [OLD]}
    assert not {"reschedule", "compose", "delete"} & set(site.calls)


def test_what_is_sent_while_it_is_copied_loses_its_copy(store: Database) -> None:
    site = site_of(route=False)
    move = write(store, site)

    def fault(call: int, name: str, at: str) -> None:
        if name == "compose" and at == "after":
            site.set_status(2, "success")

    site.fault = fault
    ended = settle(store, site, move)
    assert site.at() == {11: [NEW], 12: [OLD], 13: [NEW]}
    assert ended.state == "done"
    assert "sent meanwhile" in ended.reason


def test_what_is_being_sent_is_waited_for(store: Database) -> None:
    site = site_of(route=False)
    move = write(store, site, ids=(1,))
    looks = []

    def fault(call: int, name: str, at: str) -> None:
        if name == "compose" and at == "after":
            site.set_status(1, "sending")
        if name == "rows" and at == "before" and site.stored[1][0].status == "sending":
            looks.append(call)
            if len(looks) == 3:
                site.set_status(1, "success")

    site.fault = fault
    ended = settle(store, site, move)
    assert ended.state == "failed"
    assert "sent while" in ended.reason
    assert site.at()[11] == [OLD]


def test_a_copy_that_is_not_whole_goes_again(store: Database) -> None:
    site = site_of(route=False, whole=False)
    ended = settle(store, site, write(store, site))
    assert ended.state == "failed"
    assert "only a part" in ended.reason
    assert site.at() == {11: [OLD], 12: [OLD], 13: [OLD]}


def test_an_original_that_cannot_be_deleted_is_tried_again(store: Database) -> None:
    site = site_of(route=False)
    site.undeletable = {3}
    move = write(store, site)
    for _ in range(4):
        now = Mover(store, site, site.clock).run(move.id)
        assert now is not None
        assert now.state == "removing"
        site.clock.forward(minutes=1)
    site.undeletable = set()
    assert settle(store, site, move).state == "done"
    assert site.at() == {11: [NEW], 12: [NEW], 13: [NEW]}


def test_a_refusal_says_why_and_changes_nothing(store: Database) -> None:
    site = site_of(route=False)

    def fault(call: int, name: str, at: str) -> None:
        if name == "compose":
            raise REFUSED

    site.fault = fault
    ended = settle(store, site, write(store, site))
    assert (ended.state, ended.reason) == ("failed", "The service said no.")
    assert site.at() == {11: [OLD], 12: [OLD], 13: [OLD]}


def test_overdue_rows_of_a_service_that_hides_what_it_sends_are_watched(store: Database) -> None:
    """The row is taken up in the very moment in which it is deleted, and shows up as sent."""
    site = site_of(route=False, hides_sending=True)
    long_ago = datetime.fromtimestamp(OLD - 6 * 3600, UTC)
    site.put(1, 11, send_at=long_ago)
    move = write(store, site, ids=(1,))

    def fault(call: int, name: str, at: str) -> None:
        if name == "delete" and at == "before" and site.calls.count("delete") == 1:
            site.set_status(1, "sending")
        if name == "rows" and at == "before" and site.calls.count("delete") == 1:
            site.set_status(1, "success")

    site.fault = fault
    ended = settle(store, site, move)
    assert ended.state == "failed"
    assert site.at()[11] == [int(long_ago.timestamp())]


def test_a_post_that_is_due_this_minute_stays(store: Database) -> None:
    site = site_of(route=False, hides_sending=True)
    site.clock.now = datetime.fromtimestamp(OLD - 30, UTC)
    ended = settle(store, site, write(store, site))
    assert ended.state == "failed"
    assert "compose" not in site.calls


def test_a_post_of_the_site_itself_is_not_copied(store: Database) -> None:
    site = site_of(route=False)
    site.put(1, 11, wp_post_title="Winter at the roastery")
    ended = settle(store, site, write(store, site, ids=(1,)))
    assert ended.state == "failed"
    assert site.at()[11] == [OLD]


def test_a_time_that_has_passed_when_its_turn_comes_moves_nothing(store: Database) -> None:
    site = site_of()
    move = write(store, site)
    site.clock.now = datetime.fromtimestamp(NEW + 1, UTC)
    assert settle(store, site, move).state == "failed"
    assert site.at() == {11: [OLD], 12: [OLD], 13: [OLD]}


@pytest.mark.parametrize("route", [True, False])
def test_undo_takes_them_back(store: Database, route: bool) -> None:
    site = site_of(route=route)
    move = write(store, site)
    (undo,) = reversed_moves([move])
    add(store, undo)
    waiting = Mover(store, site, site.clock).run(undo.id)
    assert waiting is not None
    assert waiting.state == "written"  # the move itself comes first
    settle(store, site, move)
    assert settle(store, site, undo).state == "done"
    assert site.at() == {11: [OLD], 12: [OLD], 13: [OLD]}


def test_undo_of_what_never_moved_does_nothing(store: Database) -> None:
    site = site_of()
    move = write(store, site)
    (undo,) = reversed_moves([move])
    add(store, undo)
    site.set_status(2, "success")
    settle(store, site, move)
    before = len(site.calls)
    assert settle(store, site, undo).state == "done"
    assert len(site.calls) == before


def test_the_outbox_entry_follows_its_posts(store: Database) -> None:
    row = {
        "id": "e",
        "workspace": "local",
        "posto_ref": "old-mark",
        "state": "sent",
        "group_id": "g",
        "body": {},
        "created_at": 0.0,
        "updated_at": 0.0,
    }
    store.add_outbox([row], ("written", ""))
    site = site_of(route=False)
    ended = settle(store, site, write(store, site))
    entry = store.outbox_row("e")
    assert entry is not None
    assert (entry["posto_ref"], entry["group_id"]) == (ended.mark, ended.new_group)


def test_rows_are_put_together_by_group_and_time() -> None:
    site = site_of()
    site.put(4, 14, "other")
    site.put(5, 15, "other", status="success")
    rows = [row for row, _ in site.stored.values()]
    when = datetime.fromtimestamp(NEW, UTC)
    moves = moves_of(rows, dict.fromkeys(range(1, 6), when), "acc")
    assert [(move.group_id, move.ids) for move in moves] == [("g", (1, 2, 3)), ("other", (4,))]
    assert len({move.batch for move in moves}) == 1
    assert len({move.mark for move in moves}) == 2
    assert moves_of(rows, dict.fromkeys(range(1, 6), datetime.fromtimestamp(OLD, UTC)), "x") == []


def test_a_move_is_read_as_it_was_written(store: Database) -> None:
    move = replace(write(store, site_of()), new_ids=(4, 5, 6), new_group="n")
    table.change(store, move.id, move.state, move.body(), 1.0, "seen", "odd \udcff name")
    row = table.get(store, move.id)
    assert row is not None
    assert read_move(row) == move
    assert [read_move(row) for row in table.open_ones(store, "local")] == [move]
    assert table.open_ones(store, "elsewhere") == []
    table.change(store, move.id, "done", move.body(), 2.0, "moved", "")
    assert table.open_ones(store) == []
    table.trim(store, 3.0)
    assert table.get(store, move.id) is None


def test_a_moved_post_can_be_edited_as_it_was_written(store: Database) -> None:
    """What it was made of follows the mark of its copy, and an edit finds its present row."""
    site = site_of(route=False)
    message = {
        "posto_ref": "old-mark",
        "workspace": "local",
        "body": {"draft": {"id": "d", "text": "Hi"}},
        "at": float(OLD),
    }
    store.add_outbox([], ("written", ""), messages=[message])
    ended = settle(store, site, write(store, site, ids=(2,)))
    bodies = message_rows.bodies(store, "local", ["old-mark", ended.mark])
    assert bodies["old-mark"]["draft"] == bodies[ended.mark]["draft"]
    assert table.new_places(store, "local", {1, 2}) == {2: ended.new_ids[0]}
