"""Tests of the sender's rate limits, and of announcing them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from posto_desktop.common.budgets import Budget
from posto_desktop.core.account_outlook import AccountPost, outlook_of
from posto_desktop.sdk.own_accounts import OwnAccount
from posto_desktop.server.accounts import account_json
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.postgres_store import PostgresStore
from posto_desktop.server.publishers.base import (
    Connected,
    Limits,
    Part,
    Profile,
    Refused,
    Target,
)
from posto_desktop.server.sender import Sender
from tests.fakes.postgres import Postgres

from .databases import DATABASES, opened
from .test_parts import Own

HOUR = 3600


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServerDatabase]:
    with opened(request, tmp_path) as database:
        yield database


def blogs(bench: Own, count: int) -> list[int]:
    """Channels of one account."""
    targets = tuple(Target(f"blog{number}", f"Blog {number}") for number in range(count))
    profile = Profile("c", "@c", "c", "mastodon", limits=Limits(text=500), targets=targets)
    connected = Connected("https://net.example", profile, {"token": "token-of-c"})
    number = bench.accounts.keep("threads", connected, "session", targets=targets)
    return [int(channel["id"]) for channel in bench.accounts.channels(number)]


@pytest.fixture
def bench(tmp_path: Path) -> Own:
    return Own(tmp_path)


def send_all(bench: Own, numbers: list[int]) -> dict[int, float]:
    """Let the time pass until all are out; when each went out."""
    out: dict[int, float] = {}
    for _ in range(1000):
        for number in numbers:
            is_due = number not in out and bench.row(number)["due_at"] <= bench.now
            if is_due and bench.send(number) == "success":
                out[number] = bench.now
        if len(out) == len(numbers):
            return out
        bench.now = min(bench.row(number)["due_at"] for number in numbers if number not in out)
    raise AssertionError("some never went out")


def test_more_than_a_network_takes_waits_for_room(bench: Own) -> None:
    bench.threads.usual_budgets = (Budget(3, HOUR),)
    start = bench.now
    numbers = [bench.post(f"Post {number}", ref=str(number)) for number in range(7)]
    out = send_all(bench, numbers)
    moments = sorted(moment - start for moment in out.values())
    assert moments == pytest.approx([0, 0, 0, HOUR, HOUR, HOUR, 2 * HOUR], abs=5)
    assert len(bench.threads.texts()) == 7
    assert all(bench.row(number)["attempt"] < 4 for number in numbers)


def test_compose_says_when_the_last_one_really_goes_out(bench: Own) -> None:
    budget = Budget(3, HOUR)
    bench.threads.usual_budgets = (budget,)
    now = datetime.fromtimestamp(bench.now, UTC)
    account = OwnAccount(1, "threads", channels=(bench.own,), budgets=(budget,))
    posts = [AccountPost(bench.own, "mastodon", now) for _ in range(8)]
    (delay,) = outlook_of(posts, {bench.own: account}).delays
    numbers = [bench.post(f"Post {number}", ref=str(number)) for number in range(8)]
    out = send_all(bench, numbers)
    assert max(out.values()) == pytest.approx(delay.last.timestamp(), abs=5)


def test_it_is_said_why_a_post_waits(bench: Own) -> None:
    bench.threads.usual_budgets = (Budget(1, HOUR),)
    first, second = bench.post("One"), bench.post("Two", ref="two")
    assert bench.send(first) == "success"
    assert bench.send(second) == "not_sent"
    sentence = "@a may publish 1 post an hour. This post waits until then."
    assert bench.row(second)["error_msg"] == sentence
    assert bench.threads.texts() == ["One"]


def test_other_accounts_and_networks_without_a_budget_do_not_wait(bench: Own) -> None:
    bench.threads.usual_budgets = (Budget(1, HOUR),)
    mine, other = bench.post("One"), bench.post("Two", channel=bench.other)
    assert [bench.send(number) for number in (mine, other)] == ["success", "success"]
    bench.threads.usual_budgets = ()
    assert bench.send(bench.post("Three", ref="three")) == "success"


def test_a_thread_counts_for_all_of_its_parts_and_is_never_torn(bench: Own) -> None:
    bench.threads.usual_budgets = (Budget(3, HOUR),)
    thread = bench.post("One", "Two", comment="Three")
    assert bench.send(thread) == "success"
    assert len(bench.threads.texts()) == 3
    assert bench.send(bench.post("Four", ref="four")) == "not_sent"


def test_clients_hear_of_budgets_and_ends(bench: Own) -> None:
    (row, _other) = bench.accounts.all()
    described = account_json(row, [], 0, (Budget(3, HOUR),))
    assert described["budgets"] == [{"count": 3, "seconds": HOUR, "of": "posts", "per": "account"}]
    assert described["expires_at"] is None
    ending = account_json({**dict(row), "facts": '{"expires_at": 1900000000}'}, [], 0)
    assert ending["expires_at"] == 1_900_000_000
    for odd in ("0", "-5", '"soon"', "true", "null"):
        facts = f'{{"expires_at": {odd}}}'
        assert account_json({**dict(row), "facts": facts}, [], 0)["expires_at"] is None


def test_what_is_being_published_counts_for_all_channels_of_an_account(
    tmp_path: Path, database: ServerDatabase
) -> None:
    bench = Own(tmp_path, database)
    bench.threads.usual_budgets = (Budget(2, HOUR),)
    first, second, third = blogs(bench, 3)
    thread = bench.post("One", "Two", channel=first)
    meanwhile = bench.post("Three", channel=second, ref="three")
    statuses: list[str] = []

    def send_another(step: str, part: Part) -> None:
        if step == "upload" and part.text == "One" and not statuses:
            statuses.append("")
            statuses[0] = bench.send(meanwhile)

    bench.threads.trouble = send_another
    assert bench.send(thread) == "success"
    assert (statuses, bench.threads.texts()) == (["not_sent"], ["One", "Two"])
    sentence = "@c may publish 2 posts an hour. This post waits until then."
    assert bench.row(meanwhile)["error_msg"] == sentence
    failing = bench.post("No", channel=third, ref="no")
    bench.now += HOUR + 5
    bench.threads.trouble = raise_refused
    assert bench.send(failing) == "error"
    bench.threads.trouble = lambda _step, _part: None
    assert bench.send(meanwhile) == "success", "what did not go out leaves its place"


def raise_refused(step: str, _part: Part) -> None:
    if step == "upload":
        raise Refused("No.")


def test_senders_of_a_database_keep_to_a_budget_together(
    tmp_path: Path, postgres: Postgres
) -> None:
    store = PostgresStore(postgres.address, "budgets_together")
    try:
        bench = Own(tmp_path, store)
        bench.threads.usual_budgets = (Budget(2, HOUR),)
        numbers = [
            bench.post(f"Post {channel}", channel=channel, ref=str(channel))
            for channel in blogs(bench, 8)
        ]
        senders = [bench.new_sender() for _ in numbers]
        together = threading.Barrier(len(numbers), timeout=60)

        def send(sender: Sender, number: int) -> None:
            together.wait()
            sender.send(number)

        with ThreadPoolExecutor(len(numbers)) as threads:
            list(threads.map(send, senders, numbers))
        assert len(bench.threads.texts()) == 2
        statuses = [bench.status(number) for number in numbers]
        assert sorted(statuses) == ["not_sent"] * 6 + ["success"] * 2
    finally:
        store.close()
