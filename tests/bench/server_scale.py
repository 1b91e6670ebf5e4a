"""What a workspace in PostgreSQL costs with 1,000 to 1,000,000 posts, and how fast senders are.

The server's own classes ask a real PostgreSQL; what they ask is recorded and explained. With
`POSTO_SCALE_ROWS` it goes up to another number. As a program (``python -m tests.bench.server_scale
[costs|rates]``) it also prints the tables and plans of docs/scale.md.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import psutil
import psycopg
import pytest

from posto_desktop.server.account_budgets import published
from posto_desktop.server.claims import Claims
from posto_desktop.server.deliveries import Delivery
from posto_desktop.server.postgres_dialect import translated
from posto_desktop.server.postgres_store import PostgresConnection, PostgresCursor, PostgresStore
from posto_desktop.server.publishers.base import Part, Post, Result
from posto_desktop.server.schedules import Filters, Schedules
from posto_desktop.server.sender import WORKERS
from tests.bench.figures import Figure, show
from tests.fakes.postgres import Postgres

MOST = int(os.environ.get("POSTO_SCALE_ROWS", "1000000"))
SIZES = tuple(size for size in (1_000, 10_000, 100_000, 1_000_000, 10_000_000) if size <= MOST)
ROUNDS = 15
CHANNELS, WAITING_DAYS, PAST_DAYS = 40, 30, 700
MOST_GROWTH = 4.0
"""How much dearer a query may become from the smallest to the largest number of rows."""
BOUND = 10.0
"""Milliseconds that are good at any number of rows."""
LINEAR = ("list: newest", "list: sent")
"""What counts all rows that it is about, and so grows with them."""
PARTS = ("rates", "costs")
SENT, SENDERS, PROCESSES = 1200, (1, 2), (1, 2, 4)

_ROWS = """
INSERT INTO schedules (group_id, wp_post_id, channel_id, social_network, status, send_time, due_at,
    posto_ref, customization, posted, remote_post_id, remote_post_link, created_at, error_msg,
    attempt, idempotency_key)
SELECT md5((n / 2)::text), n / 2 + 1, n % {channels} + 1, 'mastodon', status, at, at,
    'ref-' || n / 2, json_build_object('post_content', repeat('words of a post ', 12) || n,
        'posto_ref', 'ref-' || n / 2, 'upload_media', true, 'upload_media_type', 'custom',
        'media_list_to_upload', json_build_array(n % 500))::text,
    CASE status WHEN 'success' THEN json_build_object(
        'content', repeat('words of a post ', 12) || n, 'link', '',
        'mediaList', json_build_array(json_build_object('id', n % 500)))::text END,
    CASE status WHEN 'success' THEN n::text ELSE '' END,
    CASE status WHEN 'success' THEN 'https://social.invalid/@shop/' || n ELSE '' END,
    at - 86400, CASE status WHEN 'error' THEN 'The network refused it.' ELSE '' END,
    1, CASE status WHEN 'not_sent' THEN NULL ELSE md5(n::text) END
FROM (SELECT n, status, CASE status
        WHEN 'not_sent' THEN {now} + 3600 + (n * 7919 % ({waiting} * 86400))
        ELSE {now} - 3600 - (n * 7919 % ({past} * 86400)) END AS at
    FROM (SELECT n, CASE WHEN n % 50 = 1 THEN 'not_sent' WHEN n % 500 = 2 THEN 'error'
            WHEN n % 500 = 4 THEN 'draft' WHEN n % 1000 = 6 THEN 'missed'
            WHEN n % 1000 = 8 THEN 'unknown' ELSE 'success' END AS status
        FROM generate_series({first}::bigint, {last}::bigint) AS n) AS numbered) AS timed
"""

Statement = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Action:
    """Something that the server does; `before` and `after` are not measured."""

    run: Callable[[], object]
    before: Callable[[], object] = lambda: None
    after: Callable[[], object] = lambda: None


@dataclass
class Cost:
    """What an action costs: ms by number of rows; at the largest also each statement's plan."""

    milliseconds: dict[int, float] = field(default_factory=dict)
    plans: list[str] = field(default_factory=list)

    @property
    def growth(self) -> float:
        values = list(self.milliseconds.values())
        return values[-1] / values[0]


class Workload:
    """The server's classes over a schema that is filled to a size."""

    def __init__(self, address: str) -> None:
        self.now = int(time.time())
        self.store = PostgresStore(address)
        self.db = psycopg.connect(address, autocommit=True)
        self.db.execute("SET search_path TO posto, public")
        self.claims, self.schedules = Claims(self.store), Schedules(self.store)
        self.size = 0
        self._group = ""
        self.db.execute("ALTER TABLE posts ALTER COLUMN id RESTART WITH 1000000001")
        numbers = f"generate_series(1, {CHANNELS}) AS n"
        self.db.execute(
            "INSERT INTO channels (id, name, social_network, method, account_id)"
            f" SELECT n, 'Channel ' || n, 'mastodon', 'sandbox', n FROM {numbers}".encode()
        )
        self.db.execute(
            "INSERT INTO accounts (uuid, method, server, remote_id, created_at)"
            f" SELECT n::text, 'mastodon', '', n::text, 1 FROM {numbers}".encode()
        )

    def grow(self, size: int) -> None:
        """Fill up to a number of rows."""
        first, last = self.size // 2 + 1, size // 2
        posts = f"SELECT n, 'Posto', 1 FROM generate_series({first}, {last}) AS n"
        self.db.execute(f"INSERT INTO posts (id, title, created_at) {posts}".encode())
        facts = {"now": self.now, "first": self.size, "last": size - 1}
        days = {"waiting": WAITING_DAYS, "past": PAST_DAYS}
        self.db.execute(_ROWS.format(channels=CHANNELS, **facts, **days).encode())
        self.size = size
        self.db.execute("VACUUM ANALYZE")

    def close(self) -> None:
        self.db.close()
        self.store.close()

    def actions(self) -> dict[str, Action]:
        now = float(self.now)
        known = self.db.execute("SELECT group_id, id FROM schedules LIMIT 1").fetchone()
        assert known is not None
        group_id, schedule_id = str(known[0]), int(known[1])
        row = {"id": schedule_id, "channel_id": 1}
        post = Post("", "", 1, "", "mastodon", "")
        part, delivery = Part(post, 0, "post", "", "", ()), Delivery(post, [])
        # As many posts at each size: some 50 that wait, some 20 that are sent.
        seconds = WAITING_DAYS * 86400 * 50 * 50 // self.size
        soon = Filters(start=self.now + 3600, end=self.now + 3600 + seconds)
        seconds = PAST_DAYS * 86400 * 20 // self.size
        old = Filters(start=self.now - 3600 - 2 * seconds, end=self.now - 3600 - seconds)
        return {
            "sender: what is due": Action(lambda: self.claims.due(now, (1, 2), 64)),
            "sender: next time": Action(self.claims.next_due),
            "sender: due soon": Action(lambda: self.claims.upcoming(now, now + 600, (), 16)),
            "sender: overdue": Action(lambda: self.claims.miss(now - 3600)),
            "sender: missed too early": Action(lambda: self.claims.wait_again(now)),
            "sender: left by others": Action(lambda: self.claims.left(())),
            "sender: lost rows": Action(self.claims.set_lost_aside),
            "sender: sent today": Action(lambda: published(self.store, 1, now - 86400, now, 0)),
            "sender: last of a channel": Action(
                lambda: self.claims.taken(row, delivery, part, apart=False)
            ),
            "claim": Action(
                lambda: self.claims.claim(self._due, now), self._make_due, self._take_back
            ),
            "list: newest": Action(lambda: self.schedules.page(Filters(), 1, 50)),
            "list: waiting": Action(
                lambda: self.schedules.page(Filters(statuses=["not_sent"]), 1, 50)
            ),
            "list: failed": Action(lambda: self.schedules.page(Filters(statuses=["error"]), 1, 50)),
            "list: sent": Action(lambda: self.schedules.page(Filters(statuses=["success"]), 1, 50)),
            "list: a group": Action(lambda: self.schedules.page(Filters(group_id=group_id), 1, 50)),
            "list: a message": Action(
                lambda: self.schedules.page(Filters(wp_post_id=schedule_id // 2), 1, 50)
            ),
            "one post": Action(lambda: self.schedules.get(schedule_id)),
            "calendar: 20 sent": Action(lambda: self.schedules.groups(old)),
            "calendar: 50 waiting": Action(lambda: self.schedules.groups(soon)),
            "compose": Action(self._compose),
            "reschedule": Action(
                lambda: self.schedules.reschedule(self._group, self.now + 99_999), self._compose
            ),
            "delete": Action(lambda: self.schedules.delete(self._of_group()), self._compose),
        }

    def _compose(self) -> None:
        items = [
            {"channel_id": number, "custom_post_data": {"post_content": "Hello"}}
            for number in (1, 2)
        ]
        self._group = self.schedules.compose({"schedules": items, "share_at": self.now + 99_999})

    def _of_group(self) -> list[int]:
        sql = b"SELECT id FROM schedules WHERE group_id = %s"
        return [row[0] for row in self.db.execute(sql, (self._group,))]

    def _make_due(self) -> None:
        self._compose()
        self._due, other = self._of_group()
        self.db.execute("UPDATE schedules SET due_at = 1 WHERE id = %s", (self._due,))
        self.db.execute("DELETE FROM schedules WHERE id = %s", (other,))

    def _take_back(self) -> None:
        row = self.db.execute("SELECT status FROM schedules WHERE id = %s", (self._due,)).fetchone()
        assert row == ("sending",)
        self.db.execute("DELETE FROM schedules WHERE id = %s", (self._due,))


_UNSENT = b"SELECT count(*) FROM schedules WHERE group_id LIKE 'rate%' AND status <> 'success'"


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    """What the server asks of PostgreSQL meanwhile."""
    statements: list[Statement] = []
    execute = PostgresConnection.execute

    def noted(
        connection: PostgresConnection, sql: str, values: Sequence[Any] = (), /
    ) -> PostgresCursor:
        statements.append((sql, tuple(values)))
        return execute(connection, sql, values)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(PostgresConnection, "execute", noted)
        yield statements


def explain(db: psycopg.Connection[Any], statement: Statement) -> str:
    """How PostgreSQL does it: time, what it reads and how."""
    sql, values = statement
    with db.transaction(force_rollback=True):
        row = db.execute(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {translated(sql)}".encode(), values
        ).fetchone()
    assert row is not None
    plan = row[0][0]
    reads = [
        f"{node['Node Type']} {node.get('Index Name') or node.get('Relation Name')}"
        for node in nodes(plan["Plan"])
        if "Index Name" in node or "Relation Name" in node
    ]
    reads += [
        f"{trigger.get('Constraint Name')} {trigger['Time']:.2f} ms"
        for trigger in plan.get("Triggers", ())
        if trigger["Time"] > 0.1
    ]
    return f"{plan['Execution Time']:.2f} ms: {', '.join(dict.fromkeys(reads))}"


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def costs(workload: Workload) -> dict[str, Cost]:
    """Measure each action at each size: the fastest of some rounds, as other work only adds to
    it."""
    measured: dict[str, Cost] = {}
    for size in SIZES:
        began = time.perf_counter()
        workload.grow(size)
        print(f"{size:,} rows in {time.perf_counter() - began:.1f} s", file=sys.stderr, flush=True)
        for name, action in workload.actions().items():
            cost = measured.setdefault(name, Cost())
            cost.milliseconds[size] = min(seconds(action) for _ in range(ROUNDS)) * 1000
            if size == SIZES[-1]:
                cost.plans = plans(workload, action)
    return measured


def seconds(action: Action) -> float:
    action.before()
    began = time.perf_counter()
    action.run()
    taken = time.perf_counter() - began
    action.after()
    return taken


def plans(workload: Workload, action: Action) -> list[str]:
    action.before()
    with recorded() as statements:
        action.run()
    action.after()
    explained = [
        explain(workload.db, statement)
        for statement in statements
        if statement[0].split()[0] in ("SELECT", "UPDATE", "DELETE")
        and " FROM " in f"{statement[0]} FROM "
        and "pg_" not in statement[0]
    ]
    return list(dict.fromkeys(explained))


def sizes(db: psycopg.Connection[Any]) -> dict[str, int]:
    """Bytes of the table `schedules` and of each of its indexes."""
    rows = db.execute(
        "SELECT relname, pg_relation_size(oid) FROM pg_class WHERE oid = 'schedules'::regclass"
        " UNION ALL SELECT indexrelid::regclass::text, pg_relation_size(indexrelid)"
        " FROM pg_index WHERE indrelid = 'schedules'::regclass ORDER BY 2 DESC"
    )
    return dict(rows.fetchall())


# -- senders -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rate:
    """Posts a second, and what a post costs of a core: in all servers, and in PostgreSQL."""

    posts: float
    server_ms: float
    database_ms: float


def rate(address: str, senders: int) -> Rate:
    """How fast so many servers bring posts to the sandbox, from the first to the last."""
    with tempfile.TemporaryDirectory(prefix="posto-bench-") as name, ExitStack() as stack:
        pids = []
        for number in range(senders):
            command = [
                sys.executable, "-m", "posto_desktop.server", "--data", f"{name}/{number}",
                "--database", address,
            ]  # fmt: skip
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            stack.callback(process.wait, 30)
            stack.callback(process.terminate)
            assert process.stdout is not None
            assert "base_url" in json.loads(process.stdout.readline())
            pids.append(process.pid)
        with psycopg.connect(address, autocommit=True) as db:
            db.execute("SET search_path TO posto, public")
            return _rate(db, pids)


def _rate(db: psycopg.Connection[Any], servers: Sequence[int]) -> Rate:
    _add_due(db)
    in_servers, in_database = cpu_seconds(servers), cpu_seconds(_backends(db))
    began = time.perf_counter()
    pause = threading.Event()
    while (row := db.execute(_UNSENT).fetchone()) != (0,):
        assert time.perf_counter() - began < 300, row
        pause.wait(0.1)
    taken = time.perf_counter() - began
    in_servers = cpu_seconds(servers) - in_servers
    in_database = cpu_seconds(_backends(db)) - in_database
    db.execute("DELETE FROM schedules WHERE group_id LIKE 'rate%'")
    return Rate(SENT / taken, in_servers * 1000 / SENT, in_database * 1000 / SENT)


def _backends(db: psycopg.Connection[Any]) -> list[int]:
    return [row[0] for row in db.execute("SELECT pid FROM pg_stat_activity")]


def cpu_seconds(pids: Sequence[int]) -> float:
    """Return the seconds of a core that these processes have used so far."""
    times = [psutil.Process(pid).cpu_times() for pid in pids]
    return float(sum(each.user + each.system for each in times))


def _add_due(db: psycopg.Connection[Any]) -> None:
    """Posts that are due now, on all channels; the channel of each is known by its id."""
    now = int(time.time())
    with db.transaction():
        db.execute("INSERT INTO posts (title, created_at) VALUES ('Posto', 1)")
        db.execute(
            "INSERT INTO channels (id, name, social_network, method)"
            " SELECT 1000 + n, 'S ' || n, 'mastodon', 'sandbox'"
            f" FROM generate_series(0, {CHANNELS - 1}) AS n ON CONFLICT DO NOTHING".encode()
        )
        db.execute(
            "INSERT INTO schedules (group_id, wp_post_id, channel_id, social_network, status,"
            " send_time, due_at, customization, created_at)"
            " SELECT 'rate' || n, (SELECT max(id) FROM posts), 1000, 'mastodon',"
            " 'not_sent', %s, %s, '{\"post_content\": \"Hello\"}', %s"
            " FROM generate_series(1, %s) AS n",
            (now, now, now, SENT),
        )
        db.execute(
            "UPDATE schedules SET channel_id = 1000 + id %% %s WHERE group_id LIKE 'rate%%'",
            (CHANNELS,),
        )
        db.execute("SELECT pg_notify('posto_changes', '')")  # as whoever composes does


def step_rate(address: str, processes: int) -> float:
    """Posts a second for which so many processes, with as many threads as a sender, can write all
    steps of sending into the database: what it takes without any network."""
    with psycopg.connect(address, autocommit=True) as db:
        db.execute("SET search_path TO posto, public")
        _add_due(db)
        ids = [row[0] for row in db.execute("SELECT id FROM schedules WHERE group_id LIKE 'rate%'")]
        with ExitStack() as stack:
            workers = []
            for number in range(processes):
                # A channel belongs to one process: its posts go out one after another.
                mine = [str(id) for id in ids if id % CHANNELS % processes == number]
                worker = subprocess.Popen(
                    [sys.executable, "-m", "tests.bench.server_scale", "steps", address, *mine],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                )  # fmt: skip
                stack.enter_context(worker)
                assert worker.stdout is not None
                assert worker.stdout.readline() == "ready\n"
                workers.append(worker)
            began = time.perf_counter()
            for worker in workers:
                worker.communicate("go\n", timeout=120)
                assert worker.returncode == 0
            taken = time.perf_counter() - began
        row = db.execute(_UNSENT).fetchone()
        assert row == (0,), row
        db.execute("DELETE FROM schedules WHERE group_id LIKE 'rate%'")
    return SENT / taken


def write_steps(address: str, ids: list[int]) -> None:
    """The steps of these posts, by the threads of one sender."""
    store = PostgresStore(address)
    claims, record = Claims(store), {"post": {"text": "words of a post " * 12}, "parts": [{}]}
    by_channel: dict[int, list[int]] = {}
    for number in ids:
        by_channel.setdefault(number % CHANNELS, []).append(number)

    def send(numbers: list[int]) -> None:
        for number in numbers:
            assert claims.claim(number, time.time())
            claims.freeze(number, record, time.time())
            claims.publishing(number, record, time.time())
            claims.sent(number, Result("1", "https://social.invalid/1"), record, time.time())

    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(send, by_channel.values()))
    store.close()


# -- results -----------------------------------------------------------------------------------


@dataclass
class Results:
    costs: dict[str, Cost]
    sizes: dict[str, int]
    rates: dict[int, Rate]
    step_rates: dict[int, float]


def results(parts: Sequence[str]) -> Results:
    server = Postgres(is_safe=True)
    measured = Results({}, {}, {}, {})
    try:
        if "rates" in parts:
            measured.rates = {count: rate(server.address, count) for count in SENDERS}
            measured.step_rates = {count: step_rate(server.address, count) for count in PROCESSES}
            with psycopg.connect(server.address, autocommit=True) as db:
                db.execute("DROP SCHEMA IF EXISTS posto CASCADE")
        if "costs" in parts:
            workload = Workload(server.address)
            try:
                measured.costs = costs(workload)
                measured.sizes = sizes(workload.db)
            finally:
                workload.close()
    finally:
        server.stop()
    return measured


def measure() -> list[Figure]:
    return figures(results(PARTS))


def figures(measured: Results) -> list[Figure]:
    most = SIZES[-1]
    shown = []
    for senders, rate_of in measured.rates.items():
        name = f"{senders} server(s)"
        shown.append(Figure(f"{name}: posts a second", rate_of.posts, "1/s"))
        shown.append(Figure(f"{name}: CPU of the servers for a post", rate_of.server_ms, "ms"))
        shown.append(Figure(f"{name}: CPU of PostgreSQL for a post", rate_of.database_ms, "ms"))
    shown += [
        Figure(f"steps of {processes} process(es): posts a second", rate, "1/s")
        for processes, rate in measured.step_rates.items()
    ]
    for name, cost in measured.costs.items():
        smallest = cost.milliseconds[SIZES[0]]
        limit = None if name in LINEAR else max(MOST_GROWTH * smallest, BOUND)
        value = cost.milliseconds[most]
        shown.append(Figure(name, value, "ms", smallest, f"with {SIZES[0]:,} rows", limit))
    if not measured.costs:
        return shown
    whole = sum(
        "Seq Scan schedules" in plan for cost in measured.costs.values() for plan in cost.plans
    )
    shown.append(Figure("statements that read all of schedules", whole, "", limit=0))
    total = sum(measured.sizes.values())
    shown.append(Figure("bytes a row, with indexes", total / most, "B"))
    return shown


def main(parts: Sequence[str]) -> None:
    measured = results(parts or PARTS)
    print("| what | " + " | ".join(f"{size:,}" for size in SIZES) + " | growth |")
    print("| --- |" + " ---: |" * (len(SIZES) + 1))
    for name, cost in measured.costs.items():
        values = " | ".join(f"{value:.2f}" for value in cost.milliseconds.values())
        print(f"| {name} | {values} | {cost.growth:.1f} |")
    print()
    for name, size in measured.sizes.items():
        print(f"| {name} | {size / 2**20:.1f} MB | {size / SIZES[-1]:.0f} B |")
    print()
    for name, cost in measured.costs.items():
        for plan in cost.plans:
            print(f"{name}: {plan}")
    print()
    print(show(figures(measured)))


if __name__ == "__main__":
    if sys.argv[1:2] == ["steps"]:
        write_steps(sys.argv[2], [int(word) for word in sys.argv[3:]])
    else:
        main(sys.argv[1:])
