"""A message whose last post is deleted goes with it, and no other one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.schedules import Filters, Schedules

from .databases import DATABASES, opened


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServerDatabase]:
    with opened(request, tmp_path) as database:
        with database.write() as db:
            for name in ("One", "Two"):
                db.execute(
                    "INSERT INTO channels (name, social_network, method) VALUES (?, 'fb', 'none')",
                    (name,),
                )
        yield database


def test_messages_go_with_their_last_post(store: ServerDatabase) -> None:
    schedules = Schedules(store, clock=lambda: 1000.0)

    def compose(**more: object) -> list[int]:
        items = [{"channel_id": number, "custom_post_data": {}} for number in (1, 2)]
        group = schedules.compose({"schedules": items, "share_at": 5000, **more})
        return sorted(row["id"] for row in schedules.page(Filters(group_id=group), 1, 9)[0])

    def messages() -> list[int]:
        return [row["id"] for row in store.rows("SELECT id FROM posts ORDER BY id")]

    first, second, third = compose(), compose(), compose()
    schedules.delete(first[:1])
    assert messages() == [1, 2, 3]
    schedules.delete([first[1], second[0]])
    assert messages() == [2, 3]
    compose(replaces=[second[1]])
    assert messages() == [3, 4]
    schedules.delete_all(Filters(), third[:1])
    assert messages() == [3]
