"""Tests of the sender's rate limits, and of announcing them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from posto_desktop.common.budgets import Budget
from posto_desktop.core.account_outlook import AccountPost, outlook_of
from posto_desktop.sdk.own_accounts import OwnAccount
from posto_desktop.server.accounts import account_json

from .test_parts import Own

HOUR = 3600


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
