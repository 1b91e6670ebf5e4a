"""A PostgreSQL that is away, or does not answer: requests end soon, and work again at once."""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg
import pytest
import requests

from posto_desktop.server import postgres_pool
from posto_desktop.server.channels import Channels
from posto_desktop.server.database import Transaction, short_timeout
from posto_desktop.server.errors import DatabaseAway
from posto_desktop.server.postgres_store import PostgresConnection, PostgresCursor, PostgresStore
from tests.fakes.postgres import Postgres

from .conftest import FS, POSTO, Client, until
from .sending import Bench

SOON = 9.0
"""Seconds: below them something else waits too long, far above them on a slow machine."""


_numbers = itertools.count()


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[Postgres]:
    """One that these tests stop; each leaves it as it was."""
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture
def client(
    own_postgres: Postgres, start: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> Client:
    monkeypatch.setenv("POSTO_DATABASE", own_postgres.address)
    client = start()
    assert client.call("GET", f"{FS}/schedules") is not None
    return client


@contextlib.contextmanager
def halted(server: Postgres) -> Iterator[None]:
    server.halt()
    try:
        yield
    finally:
        server.start()


AWAY = {"refuses": halted, "hangs": Postgres.frozen}


def seconds_of(ask: Callable[[], object]) -> float:
    began = time.monotonic()
    ask()
    return time.monotonic() - began


@pytest.mark.parametrize("how", AWAY)
def test_requests_say_soon_that_the_database_is_away_and_work_again_at_once(
    client: Client, own_postgres: Postgres, how: str
) -> None:
    def read(path: str) -> None:
        answer = client.send("GET", path)
        assert (answer.status_code, answer.json()["code"]) == (503, "posto_database_away")
        assert answer.json()["message"] == ("The workspace's database does not answer right now.")

    def probe(path: str, status: int, answer: dict[str, object]) -> None:
        asked = requests.get(client.base + path, timeout=60)
        assert (asked.status_code, asked.json()) == (status, answer)

    with AWAY[how](own_postgres):
        for path in (f"{FS}/schedules", f"{FS}/channels", f"{POSTO}/status"):
            assert seconds_of(partial(read, path)) < SOON
        failed = {"database": "it does not answer"}
        ready = partial(probe, "/readyz", 503, {"ready": False, "failed": failed})
        assert seconds_of(partial(probe, "/healthz", 200, {"alive": True})) < SOON
        assert seconds_of(ready) < SOON
    assert seconds_of(lambda: until(lambda: client.send("GET", f"{FS}/schedules").ok)) < SOON


# -- statements -----------------------------------------------------------------------------------


@pytest.fixture
def store(own_postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresStore]:
    monkeypatch.setattr(postgres_pool, "LONG_TIMEOUT", 1.0)
    monkeypatch.setattr(postgres_pool, "SHORT_TIMEOUT", 0.3)
    made = PostgresStore(own_postgres.address, f"away{next(_numbers)}")
    Channels(made).seed()
    yield made
    made.close()


@pytest.mark.parametrize("timeout", [short_timeout, contextlib.nullcontext])
def test_a_statement_that_waits_in_vain_ends(
    store: PostgresStore,
    own_postgres: Postgres,
    timeout: Callable[[], AbstractContextManager[None]],
) -> None:
    with timeout(), contextlib.ExitStack() as block:
        change = store.change()
        db = change.__enter__()
        block.enter_context(own_postgres.frozen())
        with pytest.raises(DatabaseAway):
            change.__exit__(*raised(lambda: db.execute("DELETE FROM schedules")))
    assert store.number("SELECT count(*) FROM channels") > 0


def raised(
    call: Callable[[], object],
) -> tuple[type[BaseException], BaseException, TracebackType | None]:
    """What a call raises, as a block gets it at its end."""
    with pytest.raises(psycopg.OperationalError) as info:
        call()
    return info.type, info.value, info.tb


def test_a_statement_that_takes_its_time_is_waited_for(store: PostgresStore) -> None:
    with short_timeout():
        assert store.number("SELECT 7 FROM pg_sleep(1.5)") == 7


def test_a_connection_is_waited_for_while_others_have_them_all(
    store: PostgresStore,
) -> None:
    store._pool._check.long_timeout = 60.0
    sizes = postgres_pool.MOST_CONNECTIONS
    with ThreadPoolExecutor(2 * sizes) as threads:

        def ask(_number: int) -> int:
            with short_timeout():
                return store.number("SELECT 7 FROM pg_sleep(0.7)")

        assert [*threads.map(ask, range(2 * sizes))] == [7] * 2 * sizes


def use_all_connections(store: PostgresStore) -> None:
    sizes = postgres_pool.MOST_CONNECTIONS
    all_have_one = threading.Barrier(sizes)

    def ask(_number: int) -> None:
        with store.change():
            all_have_one.wait(60)

    with ThreadPoolExecutor(sizes) as pool:
        list(pool.map(ask, range(sizes)))


def test_old_connections_of_a_database_that_was_restarted_hold_nobody_up(
    store: PostgresStore, own_postgres: Postgres
) -> None:
    use_all_connections(store)
    own_postgres.restart()
    assert ask_soon(store) == 1


def test_idle_connections_to_a_database_that_hangs_are_not_tried_all(
    store: PostgresStore, own_postgres: Postgres
) -> None:
    use_all_connections(store)
    with own_postgres.frozen():
        for _ in range(2):
            began = time.monotonic()
            with pytest.raises(DatabaseAway):
                ask_soon(store)
            assert time.monotonic() - began < SOON


def test_a_database_that_was_away_for_long_is_used_at_once(
    store: PostgresStore, own_postgres: Postgres
) -> None:
    with halted(own_postgres):
        for _ in range(8):
            with pytest.raises(DatabaseAway):
                ask_soon(store)
    assert ask_soon(store) == 1


# -- what counts as away --------------------------------------------------------------------------


def end_by_idle_time(store: PostgresStore, db: Transaction) -> None:
    pid = backend_of(db)
    db.execute("SET LOCAL idle_in_transaction_session_timeout TO 1")
    until(lambda: not is_connected(store, pid))


def end_by_an_administrator(store: PostgresStore, db: Transaction) -> None:
    pid = backend_of(db)
    with psycopg.connect(store._secret_address, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (pid,))
    until(lambda: not is_connected(store, pid))


def end_by_a_standby(_store: PostgresStore, db: Transaction) -> None:
    db.execute("SET TRANSACTION READ ONLY")


def backend_of(db: Transaction) -> int:
    (number,) = db.execute("SELECT pg_backend_pid()").fetchone() or (0,)
    return int(number)


def is_connected(store: PostgresStore, pid: int) -> bool:
    """Whether a connection of the store is still there, as another one sees it."""
    with psycopg.connect(store._secret_address, autocommit=True) as other:
        asked = other.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", (pid,))
        return asked.fetchone() is not None


ENDS = (end_by_idle_time, end_by_an_administrator, end_by_a_standby)


def change_through(store: PostgresStore, end: Callable[[PostgresStore, Transaction], None]) -> None:
    with store.write() as db:
        end(store, db)
        db.execute("DELETE FROM schedules")


@pytest.mark.parametrize("end", ENDS)
def test_a_connection_that_the_database_ends_counts_as_away(
    store: PostgresStore, end: Callable[[PostgresStore, Transaction], None]
) -> None:
    with pytest.raises(DatabaseAway):
        change_through(store, end)
    assert store.number("SELECT count(*) FROM channels") > 0


def test_too_many_connections_count_as_away(store: PostgresStore, own_postgres: Postgres) -> None:
    store.run("CREATE ROLE few LOGIN CONNECTION LIMIT 1")
    store.run("GRANT ALL ON SCHEMA public TO few")
    store.run("GRANT CREATE ON DATABASE postgres TO few")
    few = PostgresStore(own_postgres.address.replace("posto@", "few@"), "few", ("SELECT 1;",))
    try:
        with ThreadPoolExecutor(1) as pool, few.write():
            asked = pool.submit(ask_soon, few)
            assert isinstance(asked.exception(60), DatabaseAway)
        assert ask_soon(few) == 1
    finally:
        few.close()


def test_a_slow_statement_goes_on_while_all_connections_are_used(
    store: PostgresStore, own_postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.run("CREATE ROLE lonely LOGIN CONNECTION LIMIT 1")
    store.run("GRANT ALL ON SCHEMA public TO lonely")
    store.run("GRANT CREATE ON DATABASE postgres TO lonely")
    monkeypatch.setattr(postgres_pool, "SHORT_TIMEOUT", 0.2)
    lonely = PostgresStore(
        own_postgres.address.replace("posto@", "lonely@"), "lonely", ("SELECT 1;",)
    )
    try:
        with short_timeout(), lonely.write() as db:
            db.execute("SELECT pg_sleep(1.5)")
        assert ask_soon(lonely) == 1
    finally:
        lonely.close()


def ask_soon(store: PostgresStore) -> int:
    with short_timeout():
        return store.number("SELECT 1")


STAGES = ("claimed", "uploading", "publishing")


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("stage", STAGES)
def test_a_post_whose_step_the_database_ends_goes_out_once(
    store: PostgresStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stage: str,
    end: Callable[[PostgresStore, Transaction], None],
) -> None:
    bench = Bench(tmp_path, store)
    number = bench.compose()
    is_sound = [True]
    real = PostgresConnection.execute

    def execute(db: PostgresConnection, sql: str, values: Sequence[Any] = (), /) -> PostgresCursor:
        begins = f"stage = '{stage}'" in sql or (stage in values and "stage = ?" in sql)
        if is_sound[0] and begins:
            is_sound[0] = False
            end(store, db)
        return real(db, sql, values)

    monkeypatch.setattr(PostgresConnection, "execute", execute)
    with pytest.raises(DatabaseAway):
        bench.sender.send(number)
    assert not is_sound[0]
    assert bench.network.published == []
    bench.recover()
    if bench.status(number) == "not_sent":
        bench.sender.send(number)
    assert (bench.status(number), bench.network.published) == ("success", ["ref"])
