"""The Mastodon publisher over real HTTP to a server that is slow and loses answers.

Only the clock is the test's: a request that is carried out 30 s late is so by that clock.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server.publishers import http
from posto_desktop.server.publishers.base import Connected, Limits, Profile, Publisher
from posto_desktop.server.publishers.http import Http, HttpAnswer
from posto_desktop.server.publishers.mastodon import Mastodon
from tests.fakes.raw_server import Asked, RawServer, answer
from tests.fakes.wine import is_wine

from .sending import Bench, PowerCut

HTML = b"<html><h1>502 Bad Gateway</h1></html>"


class SlowServer:
    """Enough of the Mastodon API, without keys. What is posted is carried out `delay` seconds
    later by the test's clock, whatever `fates` says of the answers in turn."""

    def __init__(self, now: Callable[[], float], delay: float, fates: list[str]) -> None:
        self.now = now
        self.delay = delay
        self.fates = iter(fates)
        self.carried: list[tuple[float, dict[str, Any]]] = []
        self.numbers = itertools.count(1)
        self.shows: Callable[[], list[Any]] = lambda: self.published()[::-1]
        self.change: Callable[[str], str] = lambda text: text

    def published(self) -> list[dict[str, Any]]:
        return [status for at, status in self.carried if at <= self.now()]

    def reply(self, asked: Asked) -> bytes | None:
        date = {"Date": time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime())}
        if asked.method == "GET":
            return answer(self.shows(), headers=date)
        body = asked.json()
        assert isinstance(body, dict)
        at = self.now() + self.delay
        status = {
            "id": str(next(self.numbers)),
            "url": "https://net.example/1",
            "created_at": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(at)),
            "content": f"<p>{self.change(body['status'])}</p>",
            "in_reply_to_id": body.get("in_reply_to_id"),
            "media_attachments": [],
        }
        self.carried.append((at, status))
        whole = answer(status, headers=date)
        return {
            "": whole,
            "late": None,
            "lost": b"",
            "cut": whole[:-40],
            "html": answer(HTML, 502),
            "fine html": answer(HTML, 200),
        }[next(self.fates, "")]


class Own(Bench):
    def __init__(self, folder: Path, url: str) -> None:
        self.mastodon = Mastodon()
        super().__init__(folder)
        profile = Profile("1", "@a@x", "a", "mastodon", limits=Limits(text=500))
        number = self.accounts.keep(
            "mastodon", Connected(url, profile, {"token": "token-of-a"}), "session"
        )
        self.own = int(self.accounts.channels(number)[0]["id"])

    def publishers(self) -> dict[str, Publisher]:
        return {"mastodon": self.mastodon}

    def wait_for_outcome(self, number: int) -> str:
        for _ in range(400):
            if self.status(number) not in ("sending", "not_sent"):
                break
            self.now += 5
            self.recover()
            self.send(number)
        return self.status(number)


@pytest.fixture
def world(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., tuple[Own, SlowServer]]]:
    monkeypatch.setattr(http, "SILENT_SECONDS", 2.0 if is_wine() else 0.2)
    monkeypatch.setattr(http, "CONNECT_SECONDS", 5.0)
    made: list[Any] = []

    def make(delay: float, fates: list[str]) -> tuple[Own, SlowServer]:
        slow = SlowServer(lambda: made[1].now, delay, fates)
        server = RawServer(slow.reply)
        server.__enter__()
        made.append(server)
        made.append(Own(tmp_path, server.url))
        made[1].now = time.time()  # the server's dates are real ones
        return made[1], slow

    yield make
    http.forget_budgets()
    for resource in reversed(made):
        resource.store.close() if isinstance(resource, Own) else resource.__exit__(None, None, None)


@pytest.mark.parametrize("kill", [False, True])
@pytest.mark.parametrize("fate", ["", "late", "lost", "cut", "html", "fine html"])
@pytest.mark.parametrize("delay", [0, 4, 30])
def test_nothing_goes_out_twice_and_nothing_is_lost(
    world: Callable[..., tuple[Own, SlowServer]],
    monkeypatch: pytest.MonkeyPatch,
    delay: float,
    fate: str,
    kill: bool,
) -> None:
    bench, server = world(delay, [fate, fate])
    number = bench.compose(channel=bench.own, post_content="Hello slow world")
    if kill:
        publish = Http.publish

        def die(self: Http, *words: str, **body: Any) -> HttpAnswer:
            try:
                publish(self, *words, **body)
            finally:
                monkeypatch.setattr(Http, "publish", publish)
                raise PowerCut

        monkeypatch.setattr(Http, "publish", die)
        with pytest.raises(PowerCut):
            bench.send(number)
        bench.now += 1
        bench.restart()
    else:
        bench.send(number)
    assert bench.wait_for_outcome(number) == "success"
    bench.now += 3600
    assert len(server.published()) == 1
    assert bench.row(number)["remote_post_id"] == server.published()[0]["id"]


@pytest.mark.parametrize("jump", [-3600.0, 3600.0])
@pytest.mark.parametrize("delay", [0, 4])
def test_a_clock_that_is_set_between_sending_and_looking(
    world: Callable[..., tuple[Own, SlowServer]], delay: float, jump: float
) -> None:
    bench, server = world(delay, ["lost"])
    server.now = lambda: bench.ticks  # which no clock changes
    number = bench.compose(channel=bench.own, post_content="Hello slow world")
    bench.send(number)
    bench.set_clock(jump)
    assert bench.wait_for_outcome(number) == "success"
    bench.now += 3600
    assert len(server.published()) == 1


def test_more_posts_than_a_page_shows_are_the_persons_to_decide(
    world: Callable[..., tuple[Own, SlowServer]],
) -> None:
    bench, server = world(0, ["lost"])
    number = bench.compose(channel=bench.own, post_content="Hidden by many others")
    bench.send(number)  # it is found at once
    assert bench.status(number) == "success"
    other = bench.compose(channel=bench.own, post_content="The one that is lost", ref="other")
    server.fates = iter(["lost"])
    server.delay = 60
    bench.send(other)
    page = [{"id": f"x{number}", "content": f"{number}" * 9} for number in range(20)]
    server.shows = lambda: page
    assert bench.wait_for_outcome(other) == "unknown"
    assert len([post for post in server.published() if "lost" in post["content"]]) == 1


def test_several_posts_with_the_same_words_are_told_apart(
    world: Callable[..., tuple[Own, SlowServer]],
) -> None:
    bench, server = world(4, ["lost", "", "html", "lost"])
    numbers = [
        bench.compose(channel=bench.own, post_content="Same", ref=f"r{number}")
        for number in range(5)
    ]
    for number in numbers:
        bench.send(number)
    for number in numbers:
        assert bench.wait_for_outcome(number) == "success"
    bench.now += 3600
    assert len(server.published()) == 5
    assert len({bench.row(number)["remote_post_id"] for number in numbers}) == 5


def test_a_post_that_the_server_changed_is_the_persons_to_decide(
    world: Callable[..., tuple[Own, SlowServer]],
) -> None:
    bench, server = world(0, ["lost"])
    server.change = lambda text: text.replace("cakes", "pies")
    number = bench.compose(channel=bench.own, post_content="A rather long text about cakes")
    bench.send(number)
    assert bench.wait_for_outcome(number) == "unknown"
    assert len(server.published()) == 1
