"""Rows that would wait for ever are found in both databases, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posto_desktop.server.claims import Claims
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.lost_rows import has_lost_rows
from posto_desktop.server.rows import STATUSES

from .databases import DATABASES, opened

COLUMNS = "group_id, wp_post_id, channel_id, social_network, send_time, customization, created_at"


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServerDatabase]:
    with opened(request, tmp_path) as database:
        with database.write() as db:
            db.execute("INSERT INTO channels (name, social_network, method) VALUES ('A', 'fb', '')")
            db.execute("INSERT INTO posts (title, created_at) VALUES ('Posto', 1)")
        yield database


def add(store: ServerDatabase, status: str, due_at: float = 5.0) -> None:
    store.run(
        f"INSERT INTO schedules ({COLUMNS}, status, due_at)"
        " VALUES ('g', 1, 1, 'fb', 5, '{}', 1, ?, ?)",
        status,
        due_at,
    )


def statuses(store: ServerDatabase) -> list[str]:
    return [row["status"] for row in store.rows("SELECT status FROM schedules ORDER BY id")]


@pytest.mark.parametrize(
    ("status", "due_at", "becomes"),
    [("lost", 5.0, "unknown"), ("", 5.0, "unknown"), ("not_sent", 1e300, "error")],
)
def test_lost_rows_are_set_aside(
    store: ServerDatabase, status: str, due_at: float, becomes: str
) -> None:
    for known in STATUSES:
        add(store, known)
    Claims(store).set_lost_aside()
    assert not has_lost_rows(store)
    assert statuses(store) == list(STATUSES)
    add(store, status, due_at)
    assert has_lost_rows(store)
    Claims(store).set_lost_aside()
    assert statuses(store) == [*STATUSES, becomes]
