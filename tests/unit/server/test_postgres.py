"""What is PostgreSQL's own. Others, such as test_sender and test_parts, run on both databases."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from posto_desktop.server.errors import DatabaseAway, StartError
from posto_desktop.server.postgres_dialect import translated
from posto_desktop.server.postgres_store import PostgresStore, without_password
from tests.fakes.postgres import Postgres

from .conftest import FS, Client, until

NOTES = ("CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT);",)


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """One that this test may restart."""
    server = Postgres(is_safe=True)
    yield server
    server.stop()


@pytest.fixture
def opened(
    postgres: Postgres, request: pytest.FixtureRequest
) -> Iterator[Callable[..., PostgresStore]]:
    """Opens stores of the schema of this test."""
    stores: list[PostgresStore] = []
    schema = f"own_{abs(hash(request.node.name)) % 10**9}"

    def make(migrations: tuple[str, ...] = NOTES) -> PostgresStore:
        stores.append(PostgresStore(postgres.address, schema, migrations))
        return stores[-1]

    yield make
    for store in stores:
        store.close()


def add(store: PostgresStore, body: str) -> int:
    with store.write() as db:
        return int(db.execute("INSERT INTO notes (body) VALUES (?)", (body,)).lastrowid or 0)


def forget_and_fail(store: PostgresStore) -> None:
    with store.write() as db:
        db.execute("DELETE FROM notes")
        raise ZeroDivisionError


def bodies(store: PostgresStore) -> list[str]:
    return [row["body"] for row in store.rows("SELECT body FROM notes ORDER BY id")]


def test_what_was_written_is_there_after_a_start(opened: Callable[..., PostgresStore]) -> None:
    store = opened()
    assert (add(store, "One"), add(store, "Two")) == (1, 2)
    with pytest.raises(ZeroDivisionError):
        forget_and_fail(store)
    store.close()
    assert bodies(opened()) == ["One", "Two"]


def test_several_servers_use_a_schema(opened: Callable[..., PostgresStore]) -> None:
    first, second = opened(), opened()
    add(first, "First")
    add(second, "Second")
    assert bodies(first) == ["First", "Second"]


def test_changes_go_on_beside_each_other_and_not_beside_a_write(
    opened: Callable[..., PostgresStore],
) -> None:
    first, second = opened(), opened()
    with first.change() as db:
        db.execute("INSERT INTO notes (body) VALUES ('One')")
        with second.change() as other:
            other.execute("INSERT INTO notes (body) VALUES ('Two')")
    with ThreadPoolExecutor(1) as pool, first.write() as db:
        late = pool.submit(add, second, "Late")
        db.execute("INSERT INTO notes (body) VALUES ('Early')")
        assert second.run("UPDATE notes SET body = 'two' WHERE body = 'Two'") == 1
        assert not late.done()
    assert sorted(bodies(first)) == ["Early", "Late", "One", "two"]


def test_migrations_run_once_and_a_newer_schema_is_refused(
    opened: Callable[..., PostgresStore],
) -> None:
    opened().close()
    longer = (*NOTES, "ALTER TABLE notes ADD COLUMN kind TEXT NOT NULL DEFAULT 'new';")
    store = opened(longer)
    add(store, "One")
    assert store.row("SELECT kind FROM notes") == {"kind": "new"}
    store.close()
    with pytest.raises(StartError, match="newer version"):
        opened()


def test_a_database_that_is_restarted_is_away_and_then_used_again(own_postgres: Postgres) -> None:
    store = PostgresStore(own_postgres.address, "notes", NOTES)
    try:
        add(store, "Before")
        own_postgres.restart()

        def is_back() -> bool:
            try:
                add(store, "After")
            except DatabaseAway:
                return False
            return True

        until(is_back)
        assert bodies(store) == ["Before", "After"]
    finally:
        store.close()


@pytest.mark.parametrize(
    "address",
    ["postgresql://posto:secret@127.0.0.1:{port}/posto?connect_timeout=2", "postgresql:///%00"],
)
def test_a_database_that_cannot_be_used_is_said_without_its_password(
    refused_port: int, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posto_desktop.server.postgres_pool.LONG_TIMEOUT", 0.5)
    with pytest.raises(StartError, match="cannot be used") as raised:
        PostgresStore(address.format(port=refused_port))
    assert "secret" not in raised.value.user_message
    reason = "Connection refused" if "secret" in address else "its address is not understood."
    assert reason in raised.value.user_message


def test_a_database_that_is_not_there_is_said_in_its_words(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posto_desktop.server.postgres_pool.LONG_TIMEOUT", 0.5)
    with pytest.raises(StartError, match=r'database "no_such" does not exist\. Check that'):
        PostgresStore(postgres.address.rpartition("/")[0] + "/no_such")


def test_texts_and_values_are_those_of_sqlite(opened: Callable[..., PostgresStore]) -> None:
    store = opened()
    assert add(store, "100 % 'sure'? \0") == 1
    assert bodies(store) == ["100 % 'sure'? "]
    sure = "SELECT count(*) FROM notes WHERE body LIKE '100 % ''SURE''?%' AND body IS NOT ?"
    assert store.number(sure, None) == 1
    sent = '{"parts": [{"state": "sent"}]}'
    # A network may answer with it, and what is out must not be sent again.
    zeros = r'{"parts": [{"state": "sent", "id": "\u0000\u0000a\\\u0000"}], "text": "\\u0000"}'
    for body, is_valid in ((sent, 1), (zeros, 1), (r'{"\u0000', 0), ("{", 0), ("", 0)):
        add(store, body)
        matching = store.number(
            "SELECT count(*) FROM notes WHERE json_valid(body) AND EXISTS"
            " (SELECT 1 FROM json_each(body, '$.parts')"
            " WHERE json_extract(value, '$.state') = 'sent') AND body = ?",
            body,
        )
        assert matching == is_valid
    words = "SELECT count(*) FROM notes WHERE json_extract(body, '$.text') = ?"
    assert store.number(words, r"\u0000") == 1, "it is no zero character there"


def test_words_in_quotes_stay() -> None:
    assert translated("SELECT 'IS ? %', a FROM b WHERE c IS ?") == (
        "SELECT 'IS ? %%', a FROM b WHERE c IS NOT DISTINCT FROM %s"
    )


def test_addresses_are_shown_without_their_password() -> None:
    assert without_password("postgresql://a:b@host:5/db?password=c") == "postgresql://a@host:5/db"
    assert without_password("postgresql://host/db") == "postgresql://host/db"


def test_a_workspace_goes_on_where_it_stood(
    start: Callable[..., Client], own_postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTO_DATABASE", own_postgres.address)
    client = start()
    later = client.compose("twitter")
    sent = client.compose("mastodon", "bluesky", share_at=int(time.time()))
    assert {row["status"] for row in client.settled(sent)} == {"success"}
    client.running.stop(60)
    again = start()
    assert [row["status"] for row in again.group(later)] == ["not_sent"]
    assert len(again.feed()) == 2
    again.call("DELETE", f"{FS}/schedules", json={"include_all": True})
    assert again.rows() == []
