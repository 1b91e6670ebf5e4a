"""Damaged rows of posto.db hide no others, send nothing, and end no thread."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.core import campaign_posting, shelf
from posto_desktop.core.campaign_results import Post
from posto_desktop.core.entries import Entry
from posto_desktop.core.outbox import Outbox
from posto_desktop.models.notifications import NotificationsModel
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.storage import campaign_rows, draft_rows, json_text, moves, notices, plan_rows
from posto_desktop.storage.database import Database
from posto_desktop.workers.drafts import ordinary, read_drafts
from posto_desktop.workers.lanes import Lane
from posto_desktop.workers.last_known import LastKnown
from posto_desktop.workers.outbox_job import OutboxJob
from tests.unit.workers.watched import draft

MUTATIONS = 1_000
ODD: list[Any] = [
    "soon", "", "\0", "x" * 200_000, b"\xff\xfe\x00", b"", float("inf"), float("-inf"), 1e300,
    -1e300, 2**63 - 1, -(2**63), -1, 0, "{", "[1]", "null", '{"a": NaN}',
    '{"draft": 5, "items": [5]}',
]  # fmt: skip
CHANNEL = Channel.from_dict({"id": 7, "name": "Café", "social_network": "mastodon"})


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "posto.db")
    yield database
    database.close()


def _fill(db: Database) -> None:
    """Two rows in each table; those whose key begins with "good" are never touched."""
    outbox = Outbox(db)
    for name in ("good", "other"):
        outbox.add(draft(name), [CHANNEL], datetime.now(UTC) + timedelta(days=1))
        one = draft(name)
        db.put_draft(one.id, one.workspace, one.to_json())
        two = draft(name)
        draft_rows.put_template(db, two.id, two.workspace, two.to_json())
        notices.add(db, "info", name)
    for number in range(2):
        now = time.time()
        row = {"id": number, "send_at": now + number, "status": "success"}
        plan_rows.update(db, "local", {number: row}, (), now)
        move = {"id": f"m{number}", "workspace": "local", "state": "new", "body": {}}
        moves.add(db, [move], now)
    db.put_cache("local", "channels", [CHANNEL.to_dict()], time.time())
    db.put_upload("local", "a" * 64, "", 5, "https://x.example", now=time.time())
    campaign_rows.put(db, "c", "local", {"name": "C"}, {"m": {"text": "t"}, "n": {}})
    with db.transaction() as connection:
        for number in range(2):
            connection.execute(
                "INSERT INTO campaign_posts VALUES (?, ?, 'c', 'm', 0, 1e9, 'queued', '', 0, 0)",
                (f"ref{number}", f"entry{number}"),
            )


def _tables(connection: sqlite3.Connection) -> dict[str, list[str]]:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {
        name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        for (name,) in found
    }


def _read_all(db: Database, *, has_ids: bool) -> None:
    outbox = Outbox(db)
    entries = outbox.entries()
    assert len(entries) == 2
    for entry in entries:
        assert entry.title is not None
        assert entry.section
        if has_ids:
            assert outbox.entry(entry.id).id == entry.id
        if not entry.readable:
            assert not outbox.retry(entry.id) or entry.state in ("waiting", "unclear")
    outbox.due()
    outbox.next_due()
    shelf.desk_of(
        read_drafts(ordinary(db.drafts())), read_drafts(draft_rows.templates(db)),
        *draft_rows.open_tabs(db),
    )  # fmt: skip
    model = NotificationsModel()
    model.restore(notices.newest(db, 200))
    assert model.rowCount() >= 1
    pages = [*islice(plan_rows.around(db, "local", time.time(), 1), 50)]
    assert sum(map(len, pages)) >= 1
    assert len(pages) < 40, "no end"
    for row in moves.open_ones(db):
        moves.steps(db, str(row["id"]))
    for row in campaign_rows.all_of(db):
        campaign_rows.messages(db, row["id"])
        [Post.from_row(one) for one in campaign_rows.posts(db, row["id"])]
    db.upload("local", "a" * 64, "", 0)
    done = threading.Event()
    rows: list[Schedule] = []
    lane = Lane("test")

    def loaded(_channels: object, some: list[Schedule], _as_of: object, last: bool) -> None:
        rows.extend(some)
        if last:
            done.set()

    problems: list[str] = []
    LastKnown(lane, lambda job: None, lambda: db, problems.append).load("local", loaded)
    assert done.wait(60)
    lane.close()
    assert lane.join(time.monotonic() + 20)
    assert problems == []


def test_any_damaged_value_hides_no_other_row(qapp: object, db: Database, tmp_path: Path) -> None:
    _fill(db)
    draw = random.Random(14)
    tried = 0
    with closing(sqlite3.connect(tmp_path / "posto.db", isolation_level=None)) as other:
        tables = _tables(other)
        where = {
            table: "rowid" if table not in ("schedule_cache", "campaign_messages") else "id"
            for table in tables
        }
        while tried < MUTATIONS:
            table = draw.choice(sorted(tables))
            column = draw.choice(tables[table])
            row = other.execute(f"SELECT max({where[table]}) FROM {table}").fetchone()[0]
            if row is None or column == where[table] or column in ("workspace", "state"):
                continue
            before = other.execute(
                f"SELECT {column} FROM {table} WHERE {where[table]}=?", (row,)
            ).fetchone()[0]
            value = draw.choice(ODD)
            invalid = isinstance(value, bytes) and draw.random() < 0.5
            new = "CAST(? AS TEXT)" if invalid else "?"  # text that is no UTF-8
            change = f"UPDATE {table} SET {column}={new} WHERE {where[table]}=?"
            try:
                other.execute("PRAGMA foreign_keys=OFF")
                other.execute(change, (value, row))
            except sqlite3.IntegrityError:
                continue
            try:
                _read_all(db, has_ids=(table, column) != ("outbox", "id"))
            except Exception as error:  # noqa: BLE001 - names the value
                pytest.fail(f"{table}.{column} = {value!r:.60}: {error!r}")
            other.execute(f"UPDATE {table} SET {column}=? WHERE {where[table]}=?", (before, row))
            tried += 1


@pytest.mark.parametrize("value", ["soon", b"\xff", float("inf"), 1e300])
@pytest.mark.parametrize("column", ["share_at", "next_try"])
def test_a_post_whose_time_is_damaged_does_not_go_out_at_once(
    db: Database, tmp_path: Path, column: str, value: Any
) -> None:
    outbox = Outbox(db)
    [entry] = [outbox.add(draft(), [CHANNEL], datetime.now(UTC) + timedelta(days=3))]
    told: list[str] = []
    db.on_damage = told.append
    with closing(sqlite3.connect(tmp_path / "posto.db")) as other, other:
        other.execute(f"UPDATE outbox SET {column}=?", (value,))
    outbox.due()
    outbox.next_due()
    found = outbox.entry(entry.id)
    assert found.readable == (column == "next_try")
    assert found.title
    assert told == [
        f"posto.db holds damaged entries ({column}). They are shown as far as they can be read; "
        "the others are not affected."
    ]


def test_a_campaigns_post_whose_time_is_damaged_is_refused(db: Database) -> None:
    _fill(db)
    with db.transaction() as connection:
        connection.execute("UPDATE campaign_posts SET share_at='soon' WHERE posto_ref='ref0'")
    campaign_posting.feed(db, Outbox(db), lambda one: one)
    post = next(one for one in campaign_rows.posts(db, "c") if one["posto_ref"] == "ref0")
    assert (post["state"], post["reason"]) == (
        "refused",
        "What was written down of this post is damaged.",
    )


def test_a_sending_thread_that_fails_says_so_and_goes_on(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from unittest.mock import MagicMock

    problems: list[str] = []
    again = threading.Event()
    outbox, calls = Outbox(db), []

    def next_due() -> datetime | None:
        calls.append(1)
        if len(calls) == 1:
            raise TypeError("'<' not supported between str and float")
        again.set()
        return None

    monkeypatch.setattr(outbox, "next_due", next_due)
    monkeypatch.setattr("posto_desktop.workers.outbox_job._FIRST_AGAIN", 0.01)
    told: list[list[Entry]] = []
    job = OutboxJob(MagicMock(), told.append, lambda entry: None, problems.append)
    job.start(outbox)
    assert again.wait(60)
    job.stop()
    assert job.join(time.monotonic() + 20)
    assert problems == [
        "Sending stopped because of an unexpected error (TypeError: '<' not supported between str "
        "and float). It is started again; the log has the details."
    ]


def test_bodies_that_are_no_json_are_left_out_of_a_calendar(db: Database, tmp_path: Path) -> None:
    now = time.time()
    plan_rows.update(db, "local", {1: {"id": 1, "send_at": now}}, (), now)
    plan_rows.update(db, "local", {2: {"id": 2, "send_at": now}}, (), now)
    with db.transaction() as connection:
        connection.execute("UPDATE schedule_cache SET body=? WHERE id=2", (b"\xff{",))
    found = plan_rows.kept(tmp_path / "posto.db", "local", now - 9, now - 5, 100)
    assert [one["id"] for one in found] == [1]
    assert json_text.dumps(found)
