"""A real server that is gone for ten minutes, a clock that is set, two workspaces at once: each
post goes out once, in its order. The sender's clock is the test's."""

from __future__ import annotations

import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server.publishers.base import Publisher
from posto_desktop.server.publishers.checks import text_of_html
from posto_desktop.server.publishers.mastodon import Mastodon
from posto_desktop.server.publishers.ntfy import Ntfy
from tests.end2end.desktop import ROOT
from tests.end2end.waiting import wait_for
from tests.needs import require
from tests.servers.ntfy import NtfyServer, missing_parts, running_ntfy
from tests.servers.posting import NoBrowser
from tests.servers.snac import PROGRAM, Snac
from tests.servers.workspace import WorkspaceProcess
from tests.unit.server.sending import Bench


class StoppableServer:
    """A server that can be stopped and started on the same address, and what it shows."""

    def __init__(
        self,
        publisher: Publisher,
        given: dict[str, str],
        texts: Callable[[], list[str]],
        stop: Callable[[], None],
        start: Callable[[], None],
    ) -> None:
        self.publisher, self.given, self.texts = publisher, given, texts
        self.stop, self.start = stop, start


@pytest.fixture(scope="module")
def snac() -> Iterator[Snac]:
    require([] if PROGRAM else ["snac2"])
    server = Snac()
    yield server
    server.remove()


@pytest.fixture
def stoppable(request: pytest.FixtureRequest) -> Iterator[StoppableServer]:
    if request.param == "snac":
        snac: Snac = request.getfixturevalue("snac")
        token = snac.token()
        before = {post["id"] for post in snac.posts(token)}

        def texts() -> list[str]:
            new = [post for post in reversed(snac.posts(token)) if post["id"] not in before]
            return [text_of_html(post["content"]) for post in new]

        yield StoppableServer(
            Mastodon(), {"server": snac.url, "token": token}, texts, snac.stop, snac.start
        )
        return
    require(missing_parts())
    topic = f"t{secrets.token_hex(6)}"
    with running_ntfy() as server:
        yield _stoppable_ntfy(server, topic)


def _stoppable_ntfy(server: NtfyServer, topic: str) -> StoppableServer:
    def texts() -> list[str]:
        return [message["message"] for message in server.messages(topic)]

    given = {"server": server.url, "topic": topic}
    return StoppableServer(Ntfy(), given, texts, server.stop, server.start)


class Own(Bench):
    """A bench with one account at a real server, whose loop runs."""

    def __init__(self, folder: Path, stoppable: StoppableServer) -> None:
        self.method = stoppable.publisher.method
        super().__init__(folder)
        self.publisher = stoppable.publisher
        connected = stoppable.publisher.connect(stoppable.given, NoBrowser())
        targets = connected.profile.targets[:1]
        number = self.accounts.keep(self.method, connected, "session", targets=targets)
        self.channel = int(self.accounts.channels(number)[0]["id"])
        self.set_clock(float(int(time.time())) - self.now)
        self.late_limit = 24 * 3600.0
        self.sender = self.new_sender()
        self.schedules.wake = self.sender.wake

    def publishers(self) -> dict[str, Publisher]:
        return {self.method: self.publisher}

    def post(self, text: str, after: float) -> int:
        return self.compose(at=self.now + after, ref=text, channel=self.channel, post_content=text)

    def wait_until_tried(self) -> None:
        """Until the loop has nothing to do at this moment of the clock."""

        def is_calm() -> bool:
            waiting = self.store.number(
                "SELECT count(*) FROM schedules WHERE status = 'sending'"
                " OR (status = 'not_sent' AND due_at <= ?)",
                self.now,
            )
            return not waiting and not self.sender._busy

        self.sender.wake()
        wait_for(is_calm, "the loop to have tried what is due")


@pytest.fixture
def bench(tmp_path: Path, stoppable: StoppableServer) -> Iterator[Own]:
    bench = Own(tmp_path, stoppable)
    bench.sender.start()
    yield bench
    assert bench.sender.stop(30)
    bench.store.close()


BOTH = pytest.mark.parametrize("stoppable", ["snac", "ntfy"], indirect=True)


@BOTH
def test_what_became_due_while_the_server_was_gone_goes_out_once_in_its_order(
    bench: Own, stoppable: StoppableServer
) -> None:
    # Composed in another order than they are due; two more are due right when it is back.
    after = {"three": 180, "one": 60, "five": 605, "two": 120, "four": 601}
    numbers = {text: bench.post(text, seconds) for text, seconds in after.items()}
    stoppable.stop()
    for _ in range(60):
        bench.now += 10
        bench.wait_until_tried()
    assert {bench.status(number) for number in numbers.values()} == {"not_sent"}
    assert "cannot be reached" in bench.row(numbers["one"])["error_msg"]
    stoppable.start()
    for _ in range(12):
        bench.now += 5
        bench.wait_until_tried()
    assert {bench.status(number) for number in numbers.values()} == {"success"}
    assert stoppable.texts() == ["one", "two", "three", "four", "five"]


@BOTH
@pytest.mark.parametrize("jumps", [(3600.0, -3600.0), (-3600.0, 3600.0)], ids=["forth", "back"])
def test_a_clock_that_is_set_an_hour_forth_and_back_sends_nothing_twice(
    bench: Own, stoppable: StoppableServer, jumps: tuple[float, float]
) -> None:
    soon, late = bench.post("soon", 1800), bench.post("late", 7200)
    first = bench.post("first", 5)
    bench.now += 10
    bench.wait_until_tried()
    for jump in jumps:
        bench.set_clock(jump)
        bench.wait_until_tried()
    assert bench.status(first) == "success"
    forth = jumps[0] > 0
    assert bench.status(soon) == ("success" if forth else "not_sent")
    bench.now += 7200
    bench.wait_until_tried()
    assert {bench.status(row_id) for row_id in (first, soon, late)} == {"success"}
    assert stoppable.texts() == ["first", "soon", "late"]


def start_beside(folder: Path) -> tuple[int, str]:
    """Start a further workspace on a folder; how it ended, and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "posto_desktop.server", "--data", str(folder)],
        cwd=ROOT,
        input="",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout


def test_two_workspaces_on_one_folder_send_once(tmp_path: Path, snac: Snac) -> None:
    token = snac.token()
    before = {post["id"] for post in snac.posts(token)}
    workspace = WorkspaceProcess(tmp_path / "workspace")
    try:
        workspace.connect("mastodon", snac.url, token=token)
        due = int(time.time()) + 3
        texts = [f"Post {number}" for number in range(6)]
        for text in texts:
            workspace.compose(text, due)
        ended: list[tuple[int, str]] = []
        beside = [
            threading.Thread(target=lambda: ended.append(start_beside(workspace.folder)))
            for _ in range(3)
        ]
        for thread in beside:
            thread.start()
        for thread in beside:
            thread.join()
        rows = workspace.settled()
    finally:
        workspace.close()
    assert {code for code, _ in ended} != {0}
    assert all("already running" in output for _, output in ended), ended
    assert {row["status"] for row in rows} == {"success"}
    new = [post for post in snac.posts(token) if post["id"] not in before]
    assert sorted(text_of_html(post["content"]) for post in new) == texts


def test_two_sign_ins_at_once_are_one_account(tmp_path: Path, snac: Snac) -> None:
    tokens = [snac.token() for _ in range(4)]
    workspace = WorkspaceProcess(tmp_path / "workspace")
    accounts: list[Any] = []
    try:
        signing_in = [
            threading.Thread(
                target=lambda token: accounts.append(
                    workspace.connect("mastodon", snac.url, token=token)
                ),
                args=(token,),
            )
            for token in tokens
        ]
        for thread in signing_in:
            thread.start()
        for thread in signing_in:
            thread.join()
        assert len({account["id"] for account in accounts}) == 1
        assert len({account["channels"][0]["id"] for account in accounts}) == 1
        workspace.compose("One of many")
        (row,) = workspace.settled()
        assert row["status"] == "success", row["error_msg"]
    finally:
        workspace.close()
    stored = (workspace.folder / "secrets.json").read_text()
    assert sum(token in stored for token in tokens) == 1, "one secret for one account"
