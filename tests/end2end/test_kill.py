"""kill -9 at random moments of sending: nothing is lost, nothing is published twice.

Counted where it matters: in what the sandbox publisher has published.
"""

from __future__ import annotations

import collections
import functools
import json
import multiprocessing
import os
import random
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from PIL import Image

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.sdk import PostoSDK
from posto_desktop.storage.database import Database
from posto_desktop.storage.paths import find_paths
from tests.end2end.app import App
from tests.end2end.desktop import ROOT, end, read_line
from tests.end2end.sender_process import send_all
from tests.end2end.waiting import wait_for

pytestmark = pytest.mark.end2end

ROUNDS = int(os.environ.get("POSTO_KILL_ROUNDS", "50"))
VICTIMS = (("app",), ("server", "app"), ("app", "server"))
"""What is killed in the rounds, in this order."""
APP_ROUNDS = int(os.environ.get("POSTO_KILL_APP_ROUNDS", "24"))
HOMES = 2
pause = threading.Event()  # never set: some milliseconds between two kills


@contextmanager
def server(workspace: Path) -> Iterator[dict[str, str]]:
    """The real workspace server as a process; yields what it says of itself.

    Where the server of a killed app is still about to end, this one says so and is tried again.
    """
    process: subprocess.Popen[bytes] | None = None

    def start() -> dict[str, str] | None:
        nonlocal process
        if process is not None:
            end(process, timeout=60)
        process = subprocess.Popen(
            [sys.executable, "-m", "posto_desktop.server", "--data", str(workspace)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        facts: dict[str, str] = json.loads(read_line(process))
        assert "error" not in facts, facts
        return facts

    try:
        yield wait_for(start, "the workspace server", every=0.2)
    finally:
        if process is not None:
            end(process, timeout=60)


def client(facts: dict[str, str]) -> PostoSDK:
    return PostoSDK.from_credentials(
        facts["username"], facts["password"], base_url=facts["base_url"]
    )


def published(sdk: PostoSDK) -> collections.Counter[tuple[str, int]]:
    """How often each (mark, channel) is in the feed of the sandbox."""
    counts: collections.Counter[tuple[str, int]] = collections.Counter()
    before: list[tuple[str, object]] = []
    while True:
        page = sdk.transport.get("posto/v1/feed", [("limit", 50), *before])
        for item in page["items"]:
            counts[item["posto_ref"], item["channel"]["id"]] += 1
        if len(page["items"]) < 50:
            return counts
        before = [("before", page["items"][-1]["id"])]


class Posts:
    """Puts posts into the outbox as the app does, and remembers their marks."""

    def __init__(self, database: Path, sdk: PostoSDK, folder: Path) -> None:
        self.store = Database(database)
        self.outbox = Outbox(self.store)
        self.channels = list(sdk.channels)[:2]
        self.folder = folder
        self.wanted: set[tuple[str, int]] = set()

    def use(self, store: Database) -> None:
        """Go on with a database that was opened anew."""
        self.store, self.outbox = store, Outbox(store)

    def add(self) -> None:
        number = len(self.wanted)
        picture = self.folder / f"picture {number}.png"  # each one new, so each is uploaded
        Image.new("RGB", (40, 30), (number % 256, number // 256, 120)).save(picture)
        media = MediaRef(
            path=str(picture), name=picture.name, size=picture.stat().st_size, kind="image"
        )
        draft = Draft(text=f"Post number {number}", media=[media])
        entry = self.outbox.add(draft, self.channels, None)
        self.wanted |= {(entry.posto_ref, channel.id) for channel in self.channels}

    def states(self) -> collections.Counter[str]:
        return collections.Counter(entry.state for entry in self.outbox.entries())

    def steps(self) -> collections.Counter[str]:
        """How often each thing happened, over all posts."""
        entries = self.outbox.entries()
        return collections.Counter(step.kind for entry in entries for step in entry.steps)

    def check(self, sdk: PostoSDK) -> None:
        """All of them are published, once."""
        wait_for(
            lambda: set(published(sdk)) == self.wanted,
            "every post to be published",
            timeout=60,
            explain=self.states,
        )
        twice = {key: count for key, count in published(sdk).items() if count != 1}
        assert twice == {}
        assert set(self.states()) == {"sent"}


@pytest.fixture(scope="module")
def processes() -> Iterator[multiprocessing.context.ForkServerContext]:
    """Makes processes that have everything imported, some milliseconds each."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.end2end.sender_process"])
    yield context
    from multiprocessing import forkserver, resource_tracker

    # Both live until the interpreter ends if nobody says otherwise.
    forkserver._forkserver._stop()  # type: ignore[attr-defined]
    resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]


@pytest.mark.timeout(900)
def test_sender_killed_at_any_point(
    isolated_home: Path,
    tmp_path: Path,
    processes: multiprocessing.context.ForkServerContext,
) -> None:
    paths = find_paths(isolated_home)
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    killed = 0
    with server(paths.workspace) as facts, client(facts) as sdk:
        posts = Posts(paths.database, sdk, tmp_path)
        with closing(posts.store):
            for _ in range(ROUNDS):
                posts.add()
                # Seen on the disk, so that a quick machine is met at work as well as a slow one;
                # then some milliseconds, since much happens between two steps.
                moment = _happened(paths.database) + chance.randint(1, 3)
                process = processes.Process(target=send_all, args=(paths.database, facts))
                process.start()
                _wait_for_steps(paths.database, moment, posts.states)
                process.join(chance.uniform(0.0, 0.008))
                process.kill()
                process.join()
                killed += process.exitcode == -9
                process.close()
            send_all(paths.database, facts)
            posts.check(sdk)
            interrupted = posts.steps()["interrupted"]
    # At work and not yet done: else the test proves nothing.
    assert killed > ROUNDS / 4
    assert interrupted > ROUNDS / 10


@pytest.mark.timeout(1200)
def test_app_and_server_killed_at_any_point(start_app: Callable[..., App], tmp_path: Path) -> None:
    """The same with the real program and the real server. Each round ends with both or with one of
    them killed; a server that outlives its app is met by the next one, while it still sends.

    A round is mostly the start of the app, which keeps one core busy: two homes share the rounds.
    """
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    killed = collections.Counter[str]()
    with ThreadPoolExecutor(HOMES) as pool:
        runs = [
            pool.submit(
                _kill_rounds,
                functools.partial(start_app, QT_QPA_PLATFORM="offscreen"),
                tmp_path / f"home {number}",
                APP_ROUNDS // HOMES,
                random.Random(seed + number),
            )
            for number in range(HOMES)
        ]
        for run in runs:
            killed += run.result()
    assert killed["interrupted"] > APP_ROUNDS / 10
    assert killed["app"] == APP_ROUNDS // HOMES * HOMES
    assert killed["server"] >= APP_ROUNDS / 4


def _kill_rounds(
    start: Callable[..., App], home: Path, rounds: int, chance: random.Random
) -> collections.Counter[str]:
    """Rounds on one home, and the count at its publisher; how often what was killed."""
    paths = find_paths(home)
    killed = collections.Counter[str]()
    pictures = home.with_name(f"{home.name} pictures")
    pictures.mkdir()
    with server(paths.workspace) as facts, client(facts) as sdk:
        posts = Posts(paths.database, sdk, pictures)
    with closing(posts.store):
        for number in range(rounds):
            for _ in range(2):
                posts.add()
            # Each entry goes through four steps: kill between any two of all of them.
            moment = _happened(paths.database) + chance.randint(1, 8)
            app = start(home=home)
            _wait_for_steps(paths.database, moment, app.output)
            for victim in VICTIMS[number % len(VICTIMS)]:
                if victim == "app":
                    app.kill()
                    killed["app"] += 1
                else:
                    killed["server"] += app.kill_server()
                pause.wait(chance.choice((0.0, chance.uniform(0.0, 0.02))))
        app = start(home=home)
        wait_for(
            lambda: set(posts.states()) == {"sent"},
            "the outbox to be empty",
            timeout=90,
            explain=lambda: (posts.states(), app.output()),
        )
        app.kill()
        with server(paths.workspace) as facts, client(facts) as sdk:
            posts.check(sdk)
        killed["interrupted"] = posts.steps()["interrupted"]
    return killed


def _happened(database: Path) -> int:
    """How many steps of all entries are on the disk."""
    with closing(sqlite3.connect(database)) as store:
        (number,) = store.execute("SELECT count(*) FROM outbox_steps").fetchone()
    return int(number)


def _wait_for_steps(database: Path, count: int, explain: Callable[[], object]) -> None:
    wait_for(
        lambda: _happened(database) >= count, "the entries to be sent", every=0.001, explain=explain
    )
