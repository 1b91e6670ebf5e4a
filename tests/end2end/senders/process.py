"""`python -m tests.end2end.senders.process FOLDER DATABASE NETWORK`: a sender of its own.

The workspace of `posto-server` without its routes. Leases are short, so that a round of a test is.
SIGUSR1 sets the clock of the process forward or back by hours, as it sees it.
"""

from __future__ import annotations

import logging
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path

from posto_desktop.server.publishers.base import (
    Account,
    Found,
    Part,
    Post,
    Publisher,
    Record,
    Result,
)
from posto_desktop.server.publishers.http import Http
from posto_desktop.server.workspace import Workspace
from tests.end2end.senders.network import SLOWEST

LEASE = 2.0
STEP = 7 * 3600.0
_real_time = time.time


class Network(Publisher):
    """Publishes to `network.CountingNetwork`, which takes a post twice if it is sent twice."""

    method = "sandbox"
    further_parts = ""
    settle = 4 * SLOWEST
    name = "Counting"

    def __init__(self, url: str) -> None:
        self._http = Http(url)

    def parts(self, post: Post) -> list[Part]:
        return [Part(post, 0, "post", post.key, post.text)]

    def prepare(self, account: Account, part: Part) -> Record:
        return {}

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        return record

    def send(self, account: Account, part: Part, record: Record) -> Result:
        answer = self._http.publish("POST", "/posts", json={"mark": part.post.posto_ref})
        return Result(answer.object()["id"], "")

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        mark = part.post.posto_ref
        answer = self._http.ask("GET", "/posts", params={"mark": mark})
        if answer.object()["count"]:
            return Found.SENT, Result(mark, "")
        return Found.NOT_SENT, None

    def repeat_is_safe(self, record: Record, age: float) -> bool:
        return False


def main() -> None:
    folder, database, network = sys.argv[1:]
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    _let_clock_jump(int(folder.rpartition("-")[2]))
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    workspace = Workspace(Path(folder), database=database, lease_seconds=LEASE)
    workspace.publishers.add(Network(network))
    workspace.sender.start()
    print("ready", flush=True)
    while not stopping.wait(1):
        pass
    workspace.close(10)


def _let_clock_jump(seed: int) -> None:
    """Have `time.time` jump at SIGUSR1."""
    chooser, offset = random.Random(seed), [0.0]

    def jump(*_arguments: object) -> None:
        offset[0] += chooser.uniform(-STEP, STEP)

    signal.signal(signal.SIGUSR1, jump)
    time.time = lambda: _real_time() + offset[0]


if __name__ == "__main__":
    main()
