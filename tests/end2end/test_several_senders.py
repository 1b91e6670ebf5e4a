"""Several senders share a database, and are killed, stopped and cut off again and again:
each post is published once.

Counted where it matters: at a network that takes a post twice if it is sent twice.
"""

from __future__ import annotations

import contextlib
import functools
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from posto_desktop.server.channels import Channels
from posto_desktop.server.errors import DatabaseAway
from posto_desktop.server.postgres_store import PostgresStore
from posto_desktop.server.schedules import Schedules
from tests.end2end.desktop import ROOT
from tests.end2end.senders.cutting_proxy import CuttingProxy
from tests.end2end.senders.network import CountingNetwork
from tests.end2end.senders.process import LEASE
from tests.end2end.waiting import wait_for
from tests.fakes.postgres import Postgres

pytestmark = pytest.mark.end2end

ROUNDS = int(os.environ.get("POSTO_SENDER_ROUNDS", "1"))
POSTS = int(os.environ.get("POSTO_SENDER_POSTS", "120"))
SEED = int(os.environ.get("POSTO_SENDER_SEED", "22"))
SENDERS, CHANNELS = 4, 40
LATER = 4_102_444_800  # the year 2100
EACH_SECOND = 20
"""Posts that fall due in a second."""
pause = threading.Event()  # never set


class Sender:
    """One sender process, which is started again when it was killed, and its way to the
    database."""

    def __init__(self, folder: Path, number: int, database: Postgres, network: str) -> None:
        self.folder = folder / f"sender-{number}"
        self.proxy = CuttingProxy(database.port)
        parts = urlsplit(database.address)
        self._address = urlunsplit(
            parts._replace(netloc=f"{parts.username}@127.0.0.1:{self.proxy.port}")
        )
        self._network = network
        self._log = (folder / f"sender-{number}.log").open("ab")
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        arguments = [str(self.folder), self._address, self._network]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.end2end.senders.process", *arguments],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(60)
        self.process = self._start()

    def look_after(self) -> None:
        """Start it again if it has ended, as systemd does."""
        if self.process.poll() is not None:
            self.process = self._start()

    def stop_for(self, seconds: float) -> None:
        """Stop it like a computer that hangs."""
        self.process.send_signal(signal.SIGSTOP)
        pause.wait(seconds)
        self.process.send_signal(signal.SIGCONT)

    def jump(self) -> None:
        self.process.send_signal(signal.SIGUSR1)

    def close(self) -> int:
        """End it as systemd does; its exit status."""
        self.look_after()
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(60)
            raise
        finally:
            self.proxy.close()
            self._log.close()


class Chaos(threading.Thread):
    """Does harm to the senders and their database until `end`."""

    def __init__(self, senders: list[Sender], database: Postgres, chooser: random.Random) -> None:
        super().__init__(daemon=True)
        self._senders, self._database, self._random = senders, database, chooser
        self._ending = threading.Event()
        self.did: dict[str, int] = {}
        self.trouble: BaseException | None = None

    def run(self) -> None:
        try:
            while not self._ending.wait(self._random.uniform(0.05, 0.3)):
                self._harm()
        except BaseException as error:  # noqa: BLE001 - it fails the test
            self.trouble = error

    def _harm(self) -> None:
        sender = self._random.choice(self._senders)
        sender.look_after()
        (what,) = self._random.choices(
            ["kill", "stop", "cut", "jump", "restart"], [30, 20, 30, 15, 5]
        )
        self.did[what] = self.did.get(what, 0) + 1
        if what == "kill":
            sender.kill()
        elif what == "stop":
            sender.stop_for(self._random.uniform(0.5, 3) * LEASE)
        elif what == "cut":
            sender.proxy.cut()
        elif what == "jump":
            sender.jump()
        else:
            self._database.restart()

    def end(self) -> None:
        self._ending.set()
        self.join(60)
        if self.trouble is not None:
            raise self.trouble


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    made = Postgres(is_safe=True)
    yield made
    made.stop()


@pytest.fixture
def store(database: Postgres) -> Iterator[PostgresStore]:
    made = PostgresStore(database.address)
    Channels(made).seed()
    with made.write() as db:
        (count,) = db.execute("SELECT count(*) FROM channels").fetchone() or (0,)
        for number in range(count, CHANNELS):
            db.execute(
                "INSERT INTO channels (name, social_network, channel_type, method)"
                " VALUES (?, 'mastodon', 'account', 'sandbox')",
                (f"Channel {number}",),
            )
    yield made
    made.close()


@pytest.fixture
def network() -> Iterator[CountingNetwork]:
    made = CountingNetwork(SEED)
    yield made
    made.close()


@pytest.fixture
def senders(
    tmp_path: Path, database: Postgres, store: PostgresStore, network: CountingNetwork
) -> Iterator[list[Sender]]:
    made = [Sender(tmp_path, number, database, network.url) for number in range(SENDERS)]
    yield made
    with contextlib.ExitStack() as closing:
        for sender in made:
            closing.callback(sender.close)


def compose(store: PostgresStore, marks: list[str]) -> None:
    """Schedule a post for each mark, so many a second from now on, the channels in turn."""
    channels = [row["id"] for row in store.rows("SELECT id FROM channels ORDER BY id")]
    schedules = Schedules(store)
    for number, mark in enumerate(marks):
        data = {"post_content": f"Post {mark}", "posto_ref": mark}
        item = {"channel_id": channels[number % len(channels)], "custom_post_data": data}
        schedules.compose({"schedules": [item], "share_at": LATER})
    with store.write() as db:
        db.execute(
            "UPDATE schedules SET send_time = posto_now() - 1,"
            " due_at = posto_now() + (id - (SELECT min(id) FROM schedules)) * ?",
            (1 / EACH_SECOND,),
        )
    store.announce_change()


def statuses(store: PostgresStore) -> dict[str, int]:
    try:
        rows = store.rows("SELECT status, count(*) AS count FROM schedules GROUP BY status")
    except DatabaseAway:
        return {"away": 1}
    return {row["status"]: row["count"] for row in rows}


def reasons(store: PostgresStore) -> list[tuple[str, str, str]]:
    """What is said of the posts that did not go out."""
    rows = store.rows("SELECT * FROM schedules WHERE status <> 'success'")
    return [(row["posto_ref"], row["status"], row["error_msg"]) for row in rows]


def has_published(network: CountingNetwork, count: int) -> bool:
    return len(network.counts()) >= count


def settled(store: PostgresStore) -> bool:
    return not {"not_sent", "sending", "away"} & statuses(store).keys()


@pytest.mark.parametrize("number", range(ROUNDS))
def test_each_post_is_published_once_whatever_happens_to_the_senders(
    number: int,
    senders: list[Sender],
    database: Postgres,
    store: PostgresStore,
    network: CountingNetwork,
) -> None:
    with store.write() as db:
        db.execute("DELETE FROM schedules")
    marks = [f"{number}-{post}" for post in range(POSTS)]
    compose(store, marks)
    chaos = Chaos(senders, database, random.Random(SEED * 1_000_003 + number))
    chaos.start()
    try:
        wait_for(
            lambda: chaos.trouble or len(network.counts()) >= POSTS * 0.9 or settled(store),
            "most posts to be published in the chaos",
            timeout=120 + POSTS,
            every=0.2,
            explain=lambda: (statuses(store), chaos.did),
        )
    finally:
        chaos.end()
    for sender in senders:
        sender.look_after()
    wait_for(
        lambda: settled(store),
        "all posts to be settled",
        timeout=120 + POSTS,
        every=0.2,
        explain=lambda: statuses(store),
    )
    assert statuses(store) == {"success": POSTS}, (chaos.did, reasons(store))
    counts = network.counts()
    assert {mark: count for mark, count in counts.items() if count != 1} == {}, chaos.did
    assert set(counts) == set(marks), chaos.did
    assert sum(chaos.did.values()) >= min(3, POSTS / 100)
    print(f"round {number}: {chaos.did}")


def test_a_rolling_restart_loses_and_repeats_nothing(
    senders: list[Sender], store: PostgresStore, network: CountingNetwork
) -> None:
    with store.write() as db:
        db.execute("DELETE FROM schedules")
    marks = [f"rolling-{post}" for post in range(POSTS)]
    compose(store, marks)
    for sender in senders:
        wanted = min(len(network.counts()) + 5, POSTS)
        wait_for(
            functools.partial(has_published, network, wanted),
            "posts to be published",
            timeout=120,
            every=0.05,
        )
        assert sender.process.poll() is None
        sender.process.terminate()
        assert sender.process.wait(15) == 0
        sender.look_after()
    wait_for(lambda: settled(store), "all posts to be settled", timeout=120, every=0.2)
    assert network.counts() == dict.fromkeys(marks, 1)
    assert statuses(store) == {"success": POSTS}
