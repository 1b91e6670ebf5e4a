"""Tests of posts by key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from posto_desktop.core.draft import Draft
from posto_desktop.delivery.keyed_posts import KeyedPost, KeyInUseError, add_once
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.sdk.records import Channel
from posto_desktop.storage.database import Database
from tests.unit.delivery.scripted import LOST, Clock, ScriptedService, Shape

CHANNELS = [Channel(1, "X", "twitter"), Channel(2, "Sky", "bluesky")]
DRAFT = Draft(text="Hello", channel_ids=(1, 2))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "posto.db")
    yield opened
    opened.close()


def add(db: Database, draft: Draft, key: str = "k") -> KeyedPost:
    return add_once(db, Outbox(db), draft, CHANNELS, None, key)


def test_second_call_returns_the_entry_of_the_first(db: Database) -> None:
    first, second = add(db, DRAFT), add(db, DRAFT.duplicate())
    assert first.is_new
    assert not second.is_new
    assert second.entry.id == first.entry.id
    assert len(Outbox(db).entries()) == 1


def test_key_of_another_post_is_refused(db: Database) -> None:
    add(db, DRAFT)
    with pytest.raises(KeyInUseError):
        add(db, replace(DRAFT, text="Other"))
    with pytest.raises(KeyInUseError):
        add(db, replace(DRAFT, channel_ids=(1,)))
    assert add(db, replace(DRAFT, text="Other"), "k2").is_new


def test_key_of_a_cancelled_post_may_be_used_again(db: Database) -> None:
    first = add(db, DRAFT)
    assert Outbox(db).cancel(first.entry.id)
    again = add(db, replace(DRAFT, text="Corrected"))
    assert again.is_new
    assert again.entry.id != first.entry.id
    assert not add(db, replace(DRAFT, text="Corrected")).is_new


def test_key_of_a_post_that_may_be_out_is_not_used_again(db: Database) -> None:
    service = ScriptedService(Clock(), settle=90.0, hides_sending=True)
    service.after_compose, service.arrives_after = [LOST], timedelta(hours=1)
    first, outbox = add(db, DRAFT), Outbox(db, service.clock)
    while outbox.process(first.entry.id, service).state != "unclear":
        service.clock.forward(seconds=61)
    assert outbox.cancel(first.entry.id)
    assert not add(db, DRAFT).is_new
    with pytest.raises(KeyInUseError):
        add(db, replace(DRAFT, text="Corrected"))


def test_key_of_a_refused_post_that_may_be_hidden_is_not_used_again(db: Database) -> None:
    service = ScriptedService(Clock(), settle=90.0, hides_sending=True)
    service.shapes = [Shape(hides=(1, 2), says="No.", names_group=False)]
    first = add(db, DRAFT)
    refused = Outbox(db, service.clock).process(first.entry.id, service)
    assert (refused.state, refused.code) == ("refused", "not_listed")
    assert not add(db, DRAFT).is_new


def test_key_outlives_its_entry(db: Database) -> None:
    entry = add(db, DRAFT).entry
    with db.transaction() as connection:
        connection.execute("DELETE FROM outbox WHERE id=?", (entry.id,))
    with pytest.raises(KeyInUseError, match="no longer in the outbox"):
        add(db, DRAFT)


def test_failed_write_leaves_no_key(db: Database) -> None:
    with pytest.raises(Exception, match="nothing to post"):
        add(db, replace(DRAFT, text=""))
    assert add(db, DRAFT).is_new


def test_one_of_many_at_once_writes_it(tmp_path: Path) -> None:
    barrier, results = Barrier(6), []

    def run() -> None:
        opened = Database(tmp_path / "posto.db")
        barrier.wait()
        results.append(add(opened, DRAFT).is_new)
        opened.close()

    Database(tmp_path / "posto.db").close()
    threads = [Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False] * 5 + [True]
