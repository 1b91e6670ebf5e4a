"""Several senders on one database: leases, claims under them, and what a lost one forbids."""

from __future__ import annotations

import itertools
import re
import sys
import time
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server import leases
from posto_desktop.server.channels import Channels
from posto_desktop.server.claims import Claims
from posto_desktop.server.errors import DatabaseAway
from posto_desktop.server.leases import LeaseLost, Leases, require_lease, sending_while
from posto_desktop.server.postgres_store import PostgresStore
from posto_desktop.server.publishers.base import Result
from posto_desktop.server.publishers.http import Http
from posto_desktop.server.rows import Row
from posto_desktop.server.schedules import Schedules
from posto_desktop.server.store import Store
from tests.fakes.postgres import Postgres
from tests.fakes.raw_server import RawServer, answer

from .conftest import until
from .sending import Bench, PowerCut, raise_at

NOW = 1_800_000_000.0
_numbers = itertools.count()


class Ticks:
    """The seconds since the start of a computer, as a test has them pass."""

    def __init__(self) -> None:
        self.now = 5_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(postgres: Postgres) -> Iterator[PostgresStore]:
    made = PostgresStore(postgres.address, f"leases{next(_numbers)}")
    Channels(made).seed()
    yield made
    made.close()


@pytest.fixture
def sender(store: PostgresStore) -> Callable[[], tuple[Claims, Ticks]]:
    """Makes senders of the database, each on a computer of its own."""

    def make() -> tuple[Claims, Ticks]:
        ticks = Ticks()
        return Claims(store, Leases(store, ticks=ticks)), ticks

    return make


def compose(store: PostgresStore, channel: int = 1) -> int:
    item = {"channel_id": channel, "custom_post_data": {"post_content": "Hello"}}
    Schedules(store, clock=lambda: NOW).compose({"schedules": [item], "share_at": int(NOW)})
    return store.number("SELECT max(id) FROM schedules")


def status(store: PostgresStore, number: int) -> tuple[str, str]:
    row = store.row("SELECT status, remote_post_id FROM schedules WHERE id = ?", number)
    assert row is not None
    return row["status"], row["remote_post_id"]


def let_run_out(other: Claims, ticks: Ticks) -> None:
    """Have all but `other` not renew until that one has seen it."""
    other.leases.remove_ended()
    ticks.now += 34
    other.leases.renew()
    other.leases.remove_ended()


def take_all_over(claims: Claims, active: Collection[int] = ()) -> set[int]:
    """Take over what is left; the numbers of it."""
    rows = [claims.take_over(left) for left in claims.left(active)]
    return {row["id"] for row in rows if row is not None}


def test_a_lease_lasts_from_the_beginning_of_its_renewal(
    sender: Callable[[], tuple[Claims, Ticks]],
) -> None:
    claims, ticks = sender()
    lease = claims.leases.current
    ticks.now += 20
    claims.leases.renew()
    ticks.now += 29
    assert lease.holds()
    ticks.now += 1
    assert not lease.holds()
    claims.leases.renew()  # nobody has noticed
    assert claims.leases.current is lease
    assert lease.holds()


def test_who_renews_is_left_alone_and_who_does_not_is_succeeded(
    sender: Callable[[], tuple[Claims, Ticks]],
) -> None:
    (first, first_ticks), (second, ticks) = sender(), sender()
    lost: list[str] = []
    second.leases.lost = lambda: lost.append("another")
    first.leases.lost = lambda: lost.append("own")
    for _ in range(5):
        second.leases.remove_ended()
        first.leases.renew()
        ticks.now += 40
    assert second.leases.has_others()
    lease = first.leases.current
    first_ticks.now += 50  # its clock does not count for others
    second.leases.remove_ended()
    ticks.now += 32
    second.leases.remove_ended()
    assert second.leases.has_others()
    ticks.now += 2
    second.leases.remove_ended()
    assert (lost, second.leases.has_others()) == (["another"], False)
    first.leases.renew()
    assert lost == ["another", "own"]
    assert first.leases.current.name != lease.name
    assert not lease.holds()


def test_the_clock_is_that_of_the_database(
    sender: Callable[[], tuple[Claims, Ticks]], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.time()
    monkeypatch.setattr(time, "time", lambda: real + 7_200)
    claims, ticks = sender()
    assert abs(claims.leases.clock() - real) < 60
    ticks.now += 90
    assert 0 <= claims.leases.clock() - real - 90 < 60


@pytest.mark.parametrize(
    ("hours", "words"), [(1, r"forward by 3[56]\d\d "), (-1, r"back by 3[56]\d\d ")]
)
def test_a_step_of_the_databases_clock_is_said(
    store: PostgresStore,
    sender: Callable[[], tuple[Claims, Ticks]],
    caplog: pytest.LogCaptureFixture,
    hours: int,
    words: str,
) -> None:
    (first, _), (second, ticks) = sender(), sender()
    soon, number = compose(store), compose(store, channel=2)
    now = first.leases.clock()
    for row, at in ((number, now + 1_800), (soon, now - 1)):
        times = "share_at = ?, send_time = ?, due_at = ?"
        store.run(f"UPDATE schedules SET {times} WHERE id = ?", int(at), int(at), at, row)
    assert first.claim(soon, now) is not None
    assert (first.leases.problem, caplog.text) == ("", "")
    set_clock(store, 3600 * hours)
    for claims in (first, second):
        claims.leases.renew()
    assert len(re.findall(words, caplog.text)) == 2, "once for each server"
    ticks.now += 1
    second.leases.renew()
    assert len(re.findall(words, caplog.text)) == 2
    side = "ahead of" if hours > 0 else "behind"
    assert f"is 60 min {side} this server's" in first.leases.problem
    # Leases go on by the running time, and what is claimed stays with who has it.
    second.leases.remove_ended()
    assert second.left(()) == []
    assert first.lease_of(soon).holds()
    assert [row["id"] for row in second.due(second.leases.clock(), (), 9)] == [number][: hours > 0]
    first.publishing(soon, {"parts": []}, first.leases.clock())
    assert first.sent(soon, Result("1", ""), {}, first.leases.clock())
    set_clock(store, 0)
    first.leases.renew()
    assert first.leases.problem == ""
    assert second.claim(soon, now + 9_000) is None


def set_clock(store: PostgresStore, seconds: int) -> None:
    """Have the database's clock show another time than it does."""
    now = f"SELECT {seconds} + extract(epoch FROM clock_timestamp())::double precision"
    returns = "RETURNS double precision LANGUAGE sql VOLATILE"
    store.run(f"CREATE OR REPLACE FUNCTION posto_now() {returns} AS '{now}'")


def test_nobody_ends_the_lease_of_a_file(tmp_path: Path) -> None:
    store = Store(tmp_path / "workspace.db")
    leases = Leases(store, ticks=lambda: 1e12)
    assert leases.current.holds()
    assert not leases.has_others()
    leases.close()
    store.close()


def test_posts_of_a_channel_are_claimed_by_one_sender(
    store: PostgresStore, sender: Callable[[], tuple[Claims, Ticks]]
) -> None:
    (first, _), (second, _) = sender(), sender()
    number, second_number, elsewhere = compose(store), compose(store), compose(store, channel=2)
    assert first.claim(number, NOW) is not None
    assert second.claim(number, NOW) is None
    assert second.claim(second_number, NOW) is None
    assert [row["id"] for row in second.due(NOW, (), 9)] == [elsewhere]
    assert [row["id"] for row in first.due(NOW, (1,), 9)] == [elsewhere]
    assert second.claim(elsewhere, NOW) is not None
    first.sent(number, Result("1", ""), {}, NOW)
    assert second.claim(second_number, NOW) is not None


def test_who_has_lost_the_lease_neither_sends_nor_writes(
    store: PostgresStore, sender: Callable[[], tuple[Claims, Ticks]]
) -> None:
    (first, first_ticks), (second, ticks) = sender(), sender()
    number = compose(store)
    assert first.claim(number, NOW) is not None
    first.freeze(number, {"parts": []}, NOW)
    assert second.left(()) == []
    first_ticks.now += 34
    let_run_out(second, ticks)
    with pytest.raises(LeaseLost):  # it has no row any more, though nobody has taken over
        first.publishing(number, {"parts": []}, NOW)
    (left,) = second.left(())
    assert second.take_over(left) is not None
    assert second.take_over(left) is None, "it has gone on since"
    first.leases.renew()
    with pytest.raises(LeaseLost):
        first.publishing(number, {"parts": []}, NOW)
    with sending_while(first.lease_of(number).holds), pytest.raises(LeaseLost):
        require_lease()
    first.failed(number, "Too late to say so.", NOW)
    assert status(store, number) == ("sending", "")
    second.publishing(number, {"parts": []}, NOW)
    second.sent(number, Result("42", ""), {}, NOW)
    first.later(number, NOW, "Too late, too.")
    assert status(store, number) == ("success", "42")


def test_claims_of_a_lost_lease_are_forgotten(
    store: PostgresStore, sender: Callable[[], tuple[Claims, Ticks]]
) -> None:
    (first, first_ticks), (second, ticks) = sender(), sender()
    stopped, under_way, later = (compose(store, channel) for channel in (1, 2, 3))
    for number in (stopped, under_way):
        assert first.claim(number, NOW) is not None
    first_ticks.now += 34
    let_run_out(second, ticks)
    assert take_all_over(second) == {stopped, under_way}
    first.leases.renew()
    assert first.claim(later, NOW) is not None
    assert take_all_over(first, {under_way}) == {later}
    with pytest.raises(LeaseLost):
        first.lease_of(stopped)
    assert not first.lease_of(under_way).holds(), "its thread is still to learn it"
    assert first.left({later}) == []
    assert set(first._claimed) == {later}


def test_nothing_of_a_request_leaves_without_the_lease() -> None:
    with RawServer(lambda _asked: answer({})) as server:
        http = Http(server.url)
        with sending_while(lambda: False), pytest.raises(LeaseLost):
            http.publish("POST", "/posts", json={"text": "Hello"})
        assert server.asked == []
        with sending_while(lambda: True):
            http.publish("POST", "/posts", json={"text": "Hello"})
        assert len(server.asked) == 1


def test_what_is_handed_over_ahead_is_left_to_who_does_it(
    store: PostgresStore, sender: Callable[[], tuple[Claims, Ticks]]
) -> None:
    (first, _), (second, ticks) = sender(), sender()
    number = compose(store)
    row = first.reserve(number)
    assert row is not None
    assert (second.reserve(number), second.claim(number, NOW)) == (None, None)
    assert not second.keep_ahead(number, row["idempotency_key"], {"parts": []})
    assert first.keep_ahead(number, row["idempotency_key"], {"parts": []})
    let_run_out(second, ticks)
    assert second.claim(number, NOW) is not None
    assert not first.keep_ahead(number, row["idempotency_key"], {"parts": ["late"]})


def test_a_sender_that_ends_leaves_its_posts_at_once(
    store: PostgresStore, sender: Callable[[], tuple[Claims, Ticks]]
) -> None:
    (first, _), (second, _) = sender(), sender()
    number = compose(store)
    assert first.claim(number, NOW) is not None
    first.give_up()
    assert not second.leases.has_others()
    assert take_all_over(second) == {number}
    with pytest.raises(LeaseLost):
        first.publishing(number, {"parts": []}, NOW)


def test_posts_that_nobody_took_over_are_found(
    store: PostgresStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posto_desktop.server.sender.SHARED_TICK", 0.02)
    bench = Bench(tmp_path, store)
    number = bench.compose(at=bench.now + 60)
    bench.sender.start()
    until(lambda: bench.sender.ticked)
    store.run(
        "UPDATE schedules SET status = 'sending', stage = 'claimed', sender = 'gone',"
        " send_time = ?, due_at = ?",
        int(bench.now),
        bench.now,
    )
    until(lambda: bench.status(number) == "success")
    assert bench.sender.stop(60)


@pytest.mark.parametrize("step", ["before", "after"])
def test_a_database_that_is_away_says_nothing_of_a_post(
    store: PostgresStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    bench = Bench(tmp_path, store)
    number = bench.compose()
    is_away = [True]
    real = Channels.get

    def get(channels: Channels, channel_id: int) -> Row:
        if is_away[0]:
            raise DatabaseAway(store.address)
        return real(channels, channel_id)

    monkeypatch.setattr(Channels, "get", get)
    if step == "before":
        for _ in range(9):
            with pytest.raises(DatabaseAway):
                bench.sender.send(number)
            bench.recover()
    else:
        is_away[0] = False
        bench.network.trouble = raise_at("after", PowerCut(), times=1)
        with pytest.raises(PowerCut):
            bench.sender.send(number)
        is_away[0] = True
        bench.restart()
        assert bench.status(number) == "sending"
    is_away[0] = False
    bench.recover()
    if step == "before":
        bench.sender.send(number)
    assert (bench.status(number), bench.network.published) == ("success", ["ref"])


def test_nothing_is_missed_while_others_send(
    store: PostgresStore, sender: Callable[[], tuple[Claims, Ticks]]
) -> None:
    (first, _), (second, _) = sender(), sender()
    number = compose(store)
    assert first.miss(NOW + 9_000) == 0
    second.give_up()
    assert first.miss(NOW + 9_000) == 1
    assert status(store, number) == ("missed", "")


def test_a_discard_is_taken_by_one(
    store: PostgresStore, sender: Callable[[], tuple[Claims, Ticks]]
) -> None:
    (first, _), (second, _) = sender(), sender()
    first.discard_unless_kept(0, 1, "", {"parts": []}, NOW)
    (seen,), (seen_too,) = first.discards(NOW, 9), second.discards(NOW, 9)
    assert first.take_discard(seen, NOW + 300)
    assert not second.take_discard(seen_too, NOW + 300)
    assert second.discards(NOW, 9) == []


def test_others_hear_of_a_change(store: PostgresStore, postgres: Postgres) -> None:
    heard: list[str] = []
    other = PostgresStore(postgres.address, store.schema)
    other.on_change(lambda: heard.append("change"))
    until(lambda: heard)  # it listens now
    heard.clear()
    store.announce_change()
    until(lambda: heard)
    other.close()


@pytest.mark.parametrize("body", [{"json": {"text": "Hello"}}, {"data": b"12345678"}])
def test_a_sender_that_is_stopped_within_a_request_does_not_end_it(body: dict[str, Any]) -> None:
    asked: list[bool] = []

    def holds_for(times: int) -> bool:
        asked.append(True)
        return len(asked) <= times

    with RawServer(lambda _asked: answer({})) as server:
        http = Http(server.url)
        with sending_while(lambda: holds_for(100)):
            http.publish("POST", "/posts", **body)
        needed = len(asked)
        assert needed >= 2, "asked again once the head is on its way"
        for times in range(needed):
            asked.clear()
            with sending_while(partial(holds_for, times)), pytest.raises(LeaseLost):
                http.publish("POST", "/posts", **body)
    sizes = [int(came.headers["Content-Length"]) - len(came.body) for came in server.asked]
    assert sizes.count(0) == 1, "no request but the first one came whole"


def test_what_a_channel_has_left_is_looked_up_by_one_sender(
    store: PostgresStore, sender: Callable[[], tuple[Claims, Ticks]]
) -> None:
    (first, _), (second, ticks), (third, _) = sender(), sender(), sender()
    numbers = [compose(store), compose(store)]
    for number in numbers:
        assert first.claim(number, NOW) is not None
        first.publishing(number, {"parts": []}, NOW)
    second.leases.remove_ended()
    ticks.now += 34
    second.leases.renew()
    third.leases.renew()
    second.leases.remove_ended()
    left, left_too = second.left(()), third.left(())
    assert second.take_over(left[0]) is not None
    assert third.take_over(left_too[1]) is None, "it may look like the other one"
    assert second.take_over(left[1]) is not None


def test_a_lease_goes_on_running_while_a_mac_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(time, "CLOCK_BOOTTIME", raising=False)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(time, "monotonic", lambda: 5.0)
    monkeypatch.setattr(time, "clock_gettime", lambda clock: {time.CLOCK_MONOTONIC: 3605.0}[clock])
    assert leases.boot_seconds() == 3605.0
