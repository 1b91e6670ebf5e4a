"""A team's server at work: 200 clients read the schedule while 100 posts a minute go out.

Two servers share a PostgreSQL; the clients go to the first one, each once in `EVERY` seconds. The
baseline is the same without posts. Posts go to the sandbox, which is in the database, too.
"""

from __future__ import annotations

import base64
import collections
import http.client
import itertools
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from posto_desktop.server.postgres_store import PostgresStore
from posto_desktop.server.schedules import Schedules
from tests.bench.figures import Figure
from tests.bench.server import posto_command, serving
from tests.fakes.postgres import Postgres

CLIENTS, EVERY = 200, 5.0
POSTS_A_MINUTE = 100
SECONDS = 60.0
PAST = 10_000
LIST = "/wp-json/fs-poster/v1/schedules?rows_count=50"
WORST_LIST_MS, WORST_LATE_MS = 1_000.0, 2_000.0
LATER = 4_102_444_800  # the year 2100


class Clients:
    """Read the list again and again, each on a connection that it keeps."""

    def __init__(self, facts: dict[str, str]) -> None:
        self._place = urlsplit(facts["base_url"]).netloc
        token = base64.b64encode(f"{facts['username']}:{facts['password']}".encode()).decode()
        self._headers = {"Authorization": f"Basic {token}"}
        self._stopping = threading.Event()
        self.took: list[float] = []
        self.failures: collections.Counter[str] = collections.Counter()

    @contextmanager
    def reading(self) -> Iterator[None]:
        with ThreadPoolExecutor(CLIENTS) as pool:
            for _ in range(CLIENTS):
                pool.submit(self._read)
            yield
            self._stopping.set()

    def _read(self) -> None:
        connection = http.client.HTTPConnection(self._place, timeout=60)
        wait = random.uniform(0, EVERY)
        while not self._stopping.wait(wait):
            began = time.perf_counter()
            try:
                try:
                    status = self._ask(connection)
                except http.client.RemoteDisconnected:  # the server keeps none that is idle
                    status = self._ask(connection)
                if status != 200:
                    self.failures[f"status {status}"] += 1
            except (OSError, http.client.HTTPException) as error:
                self.failures[repr(error)] += 1
                connection.close()
            self.took.append(time.perf_counter() - began)
            wait = max(0.0, EVERY - self.took[-1])
        connection.close()

    def _ask(self, connection: http.client.HTTPConnection) -> int:
        connection.request("GET", LIST, headers=self._headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status


def worst(values: list[float]) -> float:
    """The 99th percentile, in milliseconds."""
    return statistics.quantiles(values, n=100)[98] * 1_000


def compose(store: PostgresStore, count: int) -> list[int]:
    """Schedule posts for later, one of each channel in turn; their ids."""
    wanted = "SELECT id FROM channels WHERE social_network IN ('twitter', 'mastodon', 'bluesky')"
    channels = itertools.cycle(row["id"] for row in store.rows(wanted))
    schedules = Schedules(store)
    before = store.number("SELECT max(id) FROM schedules")
    for number in range(count):
        data = {"post_content": f"Post {number} of the day", "posto_ref": f"load-{number}"}
        item = {"channel_id": next(channels), "custom_post_data": data}
        schedules.compose({"schedules": [item], "share_at": LATER})
    return [
        row["id"] for row in store.rows("SELECT id FROM schedules WHERE id > ? ORDER BY id", before)
    ]


def let_fall_due(store: PostgresStore, ids: list[int]) -> None:
    """Have the posts fall due one after another over the time of a run, from five seconds on."""
    with store.write() as db:
        for number, schedule_id in enumerate(ids):
            db.execute(
                "UPDATE schedules SET send_time = posto_now(), due_at = posto_now() + 5 + ?"
                " WHERE id = ?",
                (number * 60 / POSTS_A_MINUTE, schedule_id),
            )
    store.announce_change()


def lateness(store: PostgresStore, ids: list[int]) -> list[float]:
    """Seconds from each post's time to when it was out, at most: that is stored in whole ones."""
    marks = ",".join("?" * len(ids))
    rows = store.rows(
        f"SELECT due_at, send_time FROM schedules WHERE status = 'success' AND id IN ({marks})",
        *ids,
    )
    return [row["send_time"] + 1 - row["due_at"] for row in rows]


def fill(store: PostgresStore) -> None:
    """Make the past of a busy workspace."""
    with store.write() as db:
        post = db.execute("INSERT INTO posts (title, created_at) VALUES ('Past', 0)").lastrowid
        db.execute(
            "INSERT INTO schedules (group_id, wp_post_id, channel_id, social_network, status,"
            " send_time, due_at, customization, posted, created_at)"
            " SELECT 'past-' || n, ?, 1, 'mastodon', 'success', 1700000000 + n, 1700000000 + n,"
            ' \'{"post_content": "A post of the past"}\', \'{"content": "A post of the past"}\', 0'
            " FROM generate_series(1, ?) AS n",
            (post, PAST),
        )


def measure() -> list[Figure]:
    with ExitStack() as stack:
        postgres = Postgres(is_safe=True)
        stack.callback(postgres.stop)
        servers = [
            stack.enter_context(
                serving(
                    [
                        *posto_command(
                            Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="load-")))
                        ),
                        "--database",
                        postgres.address,
                    ]
                )
            )[0]
            for _ in range(2)
        ]
        store = PostgresStore(postgres.address)
        stack.callback(store.close)
        fill(store)
        ids = compose(store, int(POSTS_A_MINUTE * SECONDS / 60))
        quiet, busy = Clients(servers[0]), Clients(servers[0])
        with quiet.reading():
            time.sleep(SECONDS / 2)
        let_fall_due(store, ids)
        with busy.reading():
            time.sleep(SECONDS + 10)
        late = lateness(store, ids)
    failures = quiet.failures + busy.failures
    print(
        f"{len(busy.took)} lists read, failures {dict(failures)};"
        f" {len(late)} of {len(ids)} posts out",
        file=sys.stderr,
    )
    return [
        Figure(
            "list for 200 clients while posts go out, 99th of 100",
            worst(busy.took),
            "ms",
            worst(quiet.took),
            "without posts",
            WORST_LIST_MS,
        ),
        Figure(
            "due to out meanwhile, at most, 99th of 100", worst(late), "ms", limit=WORST_LATE_MS
        ),
        Figure("posts that did not go out", len(ids) - len(late), "posts", limit=0),
        Figure("lists that failed", failures.total(), "lists", limit=0),
    ]
