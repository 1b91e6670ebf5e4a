"""A real nostr-relay behind one that is slow and loses answers: a note is there once, and it is
known to be there. Only the clock is the test's: what comes 30 s late comes so by that clock.

`POSTO_SLOW_NOSTR=all` tries each delay with each answer, with and without a kill.
"""

from __future__ import annotations

import itertools
import os
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server.publishers import nostr, nostr_relays
from posto_desktop.server.publishers.base import Publisher
from posto_desktop.server.publishers.nostr import Nostr
from posto_desktop.server.publishers.nostr_events import encode_bech32
from tests.servers.conversations.nostr import odd_relay
from tests.servers.nostr import NostrRelay
from tests.servers.posting import NoBrowser
from tests.unit.server.sending import Bench, PowerCut

hand_over = nostr_relays.send  # before a test has it die
OUTCOMES = ("", "late", "lost", "cut", "html", "garbage", "other")
CASES = [
    *((30, outcome, False) for outcome in OUTCOMES),
    *((0, "", True), (0, "lost", False), (4, "late", False)),
    *((4, "lost", True), (30, "late", True), (30, "cut", True)),
]
if os.environ.get("POSTO_SLOW_NOSTR") == "all":
    CASES = list(itertools.product((0, 4, 30), OUTCOMES, (False, True)))


class SlowRelay:
    """Hands what it hears to a relay `delay` seconds later by the test's clock. `outcomes` say in
    turn what becomes of the answers to notes."""

    def __init__(self, relay: NostrRelay, outcomes: list[str], delay: float) -> None:
        self.relay, self.outcomes, self.delay = relay, outcomes, delay
        self.now: Callable[[], float] = time.time
        self.under_way: list[tuple[float, dict[str, Any]]] = []

    def deliver(self) -> None:
        due = [event for at, event in self.under_way if at <= self.now()]
        self.under_way = [pair for pair in self.under_way if pair[0] > self.now()]
        for event in due:
            (reply,) = hand_over([self.relay.url], event, b"\1" * 32)
            assert reply.outcome is nostr_relays.RelayOutcome.TAKEN, reply

    def respond(self, message: list[Any]) -> list[Any] | None:
        if message[0] != "EVENT":
            events = nostr_relays.find([self.relay.url], message[2])[self.relay.url]
            return [*(["EVENT", message[1], event] for event in events or ()), ["EOSE", message[1]]]
        event = message[1]
        self.under_way.append((self.now() + self.delay, event))
        self.deliver()
        outcome = self.outcomes.pop(0) if self.outcomes else ""
        answers: dict[str, list[Any] | None] = {
            "": [["OK", event["id"], True, ""]],
            "late": [],
            "lost": None,
            "cut": [f'["OK", "{event["id"][:20]}'.encode(), None],
            "html": [b"<html><h1>502 Bad Gateway</h1></html>"],
            "garbage": [b"\xff\x00\xfe" * 20],
            "other": [["OK", "0" * 64, True, ""], None],
        }
        return answers[outcome]


class Own(Bench):
    """A bench with one account at a relay."""

    def __init__(self, folder: Path, relay: str) -> None:
        self.nostr = Nostr()
        super().__init__(folder)
        key = encode_bech32("nsec", secrets.token_bytes(32))
        connected = self.nostr.connect({"key": key, "relays": relay}, NoBrowser())
        self.author = connected.profile.remote_id
        number = self.accounts.keep("nostr", connected, "session")
        self.own = int(self.accounts.channels(number)[0]["id"])
        self.now = time.time()

    def publishers(self) -> dict[str, Publisher]:
        return {"nostr": self.nostr}


class _Clock:
    """The module `time` by the clock of a bench."""

    def __init__(self, bench: Own) -> None:
        self.bench = bench

    def time(self) -> float:
        return self.bench.now


@pytest.fixture
def between(
    nostr_relay: NostrRelay, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[[list[str], float], tuple[Own, SlowRelay]]]:
    monkeypatch.setattr(nostr_relays, "SILENT_SECONDS", 0.15)
    slow = SlowRelay(nostr_relay, [], 0)
    with odd_relay(slow.respond) as relay:
        bench = Own(tmp_path, relay.url)
        monkeypatch.setattr(nostr, "time", _Clock(bench))
        slow.now = lambda: bench.now

        def spoiled(outcomes: list[str], delay: float) -> tuple[Own, SlowRelay]:
            slow.outcomes, slow.delay = outcomes, delay
            return bench, slow

        yield spoiled
        bench.store.close()


@pytest.mark.parametrize(("delay", "outcome", "is_killed"), CASES)
def test_a_note_is_there_once_and_known(
    between: Callable[[list[str], float], tuple[Own, SlowRelay]],
    nostr_relay: NostrRelay,
    monkeypatch: pytest.MonkeyPatch,
    delay: float,
    outcome: str,
    is_killed: bool,
) -> None:
    bench, slow = between([outcome, outcome], delay)
    number = bench.compose(channel=bench.own, post_content="Once on a slow relay")
    if is_killed:
        send = nostr_relays.send

        def die(*words: Any) -> list[nostr_relays.Reply]:
            send(*words)
            monkeypatch.setattr(nostr_relays, "send", send)
            raise PowerCut

        monkeypatch.setattr(nostr_relays, "send", die)
        with pytest.raises(PowerCut):
            bench.send(number)
        monkeypatch.setattr(nostr_relays, "send", send)
        bench.now += 1
        bench.restart()
    else:
        bench.send(number)
    for _ in range(400):
        if bench.status(number) not in ("sending", "not_sent"):
            break
        bench.now += 5
        slow.deliver()
        bench.recover()
        bench.send(number)
    assert bench.status(number) == "success", dict(bench.row(number))
    bench.now += 3600
    slow.deliver()
    notes = nostr_relays.find([nostr_relay.url], {"authors": [bench.author], "kinds": [1]})
    assert [note["id"] for note in notes[nostr_relay.url] or ()] == [
        bench.row(number)["remote_post_id"]
    ]
