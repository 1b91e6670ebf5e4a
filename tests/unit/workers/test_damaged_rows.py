"""Damaged rows of posto.db hide no others, send nothing, and end no thread."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from itertools import islice, product
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt

from posto_desktop.common import json_text
from posto_desktop.core import draft_list
from posto_desktop.core.campaign import Campaign, CampaignMessage
from posto_desktop.core.campaign_results import CampaignPost, results_of
from posto_desktop.core.copies import Source
from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import Entry
from posto_desktop.core.evergreen import EvergreenMessage
from posto_desktop.core.export.insights_csv import reading_pieces
from posto_desktop.core.slots import Slot, SlotGroup
from posto_desktop.delivery import (
    campaign_run,
    evergreen_fill,
    evergreen_outcomes,
    insight_store,
)
from posto_desktop.delivery.applied_files import AppliedFile
from posto_desktop.delivery.evergreen_fill import FillRequest
from posto_desktop.delivery.evergreen_preview import preview
from posto_desktop.delivery.evergreen_state import SlotRules
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.delivery.outbox_runner import OutboxRunner
from posto_desktop.delivery.proposals import ProposalError, Proposals, ProposedMessage
from posto_desktop.delivery.serial_worker import SerialWorker
from posto_desktop.models.campaign_messages import MessagesModel
from posto_desktop.models.campaigns import CampaignsModel
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.models.drafts import DraftLookups, DraftsModel
from posto_desktop.models.notifications import NotificationsModel
from posto_desktop.models.outbox import OutboxModel
from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.storage import (
    agent_calls,
    applied_files,
    campaign_rows,
    draft_rows,
    due_rows,
    evergreen_rows,
    message_rows,
    moves,
    notification_rows,
    post_keys,
    schedule_rows,
    watch_rows,
)
from posto_desktop.storage.database import Database
from posto_desktop.storage.post_keys import PostKey
from posto_desktop.workers.campaigns import CampaignWorker
from posto_desktop.workers.drafts import read_drafts
from posto_desktop.workers.workspace_cache import WorkspaceCache
from tests.unit.workers.watched import draft

MUTATIONS = 3_000
ODD: list[Any] = [
    "soon", "", "\0", "x" * 200_000, b"\xff\xfe\x00", b"", float("inf"), float("-inf"), 1e300,
    -1e300, 2**63 - 1, -(2**63), -1, 0, "{", "[1]", "null", '{"a": NaN}',
    '{"draft": 5, "items": [5]}',
]  # fmt: skip
LAST = {
    "drafts": "rowid", "outbox": "rowid", "outbox_steps": "id", "uploads": "rowid",
    "schedule_cache": "id", "cache": "rowid", "notices": "id", "draft_tabs": "rowid",
    "moves": "rowid", "move_steps": "id", "campaigns": "rowid",
    "campaign_messages": "campaign_id, id", "campaign_posts": "rowid",
    "insight_posts": "workspace, post_id", "insights": "workspace, post_id, at, name",
    "messages": "posto_ref", "proposals": "rowid", "agent_calls": "id", "post_keys": "key",
    "applied_folders": "id", "applied_files": "key", "evergreen_messages": "rowid",
    "evergreen_fillings": "rowid", "evergreen_runs": "id", "evergreen_pins": "slot",
    "evergreen_skips": "slot", "due_causes": "key", "watch_folders": "id",
    "watch_files": "folder_id, path", "watch_contents": "sha256",
}  # fmt: skip
"""By what the last row of each table is found."""
CHANNEL = Channel.from_dict({"id": 7, "name": "Café", "social_network": "mastodon"})


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "posto.db")
    yield database
    database.close()


def _fill(db: Database) -> None:
    """Two rows or more in each table; only the last one of each is ever damaged."""
    outbox = Outbox(db)
    for name in ("good", "other"):
        outbox.add(draft(name), [CHANNEL], datetime.now(UTC) + timedelta(days=1))
        made = draft(name)
        db.put_draft(made.id, made.workspace, made.to_json())
        two = draft(name)
        draft_rows.put_template(db, two.id, two.workspace, two.to_json())
        notification_rows.add(db, "info", name)
        messages = [CampaignMessage(text=f"{name} {number}") for number in range(2)]
        campaign = Campaign(id=name, workspace="local", name=name, messages=tuple(messages))
        bodies = {message.id: message.to_json() for message in messages}
        campaign_rows.put(db, name, "local", campaign.to_json(), bodies)
    draft_rows.put_open_tabs(db, [draft["id"] for draft in db.drafts()], "")
    for number in range(2):
        now = time.time()
        row = {"id": number, "send_at": now + number, "status": "success", "channel": {"id": 7}}
        schedule_rows.update(db, "local", {number: row}, (), now)
        move = {"id": f"m{number}", "workspace": "local", "state": "new", "body": {}}
        moves.add(db, [move], now)
        moves.change(db, f"m{number}", "new", {}, now, "began", "")
        db.put_upload("local", f"{number}" * 64, "", 5, "https://x.example", now=now)
    proposals = Proposals(db)
    for name in ("good", "other"):
        at = datetime.now(UTC) + timedelta(days=1)
        proposals.propose_schedule([ProposedMessage(draft(name), [CHANNEL], [at])], name)
        proposals.log_call(name, "list_drafts", "", "done")
    for name in ("a good", "other"):
        post_keys.put(db, "local", name, PostKey(name, "digest", 1.0))
        applied_files.put_folder(db, name, f"/{name}", 1.0)
        applied_files.put(db, "a good", "local", name, {"path": f"{name}.md", "versions": []}, 1.0)
    now = time.time()
    for number in (1, 2):
        sent_at = datetime.fromtimestamp(now - 7200, UTC)
        post = Schedule(number, "g", 7, "Café", "mastodon", status="success", send_at=sent_at)
        insight_store.note_posts(db, "local", [post], now)
        due = insight_store.DueReading("local", number, "mastodon", now - 7200)
        insight_store.put_reading(db, due, {"likes": 1.0}, now, now)
    for workspace in ("local", "z"):
        db.put_cache(workspace, "channels", [CHANNEL.to_dict()], time.time())
    with db.transaction() as connection:
        for number in range(2):
            connection.execute(
                "INSERT INTO campaign_posts VALUES (?, ?, 'good', 'm', 0, 1e9, 'queued', '', 0, 0)",
                (f"ref{number}", f"entry{number}"),
            )

    _fill_evergreen(db)


def _fill_watched(db: Database) -> None:
    """Watched folders and their files, and what keeps posts from going out."""
    due_rows.save(db, {name: {"cause": name} for name in ("a good", "other")}, ())
    with db.transaction() as connection:
        for name in ("a good", "other"):
            connection.execute(
                "INSERT INTO watch_folders (id, body, created_at) VALUES (?, ?, 1.0)",
                (name, json_text.dumps({"path": f"/{name}"})),
            )
            connection.execute(
                "INSERT INTO watch_files VALUES ('a good', ?, 1, 1, ?, 'existing')",
                (f"/{name}", name),
            )
            connection.execute(
                "INSERT INTO watch_contents (sha256, folder_id, path, kind, at)"
                " VALUES (?, 'a good', ?, 'draft', 1.0)",
                (name, f"/{name}"),
            )


def _read_watched(db: Database) -> None:
    assert {"cause": "a good"} in due_rows.bodies(db)
    assert "a good" in [row["id"] for row in watch_rows.folders(db)]
    assert watch_rows.files(db, "a good")["/a good"] == (1, 1)
    watch_rows.existing_of_size(db, 1)
    content = watch_rows.content(db, "a good")
    assert content is not None
    assert content["path"] == "/a good"


def _fill_evergreen(db: Database) -> None:
    _fill_watched(db)
    for number, name in enumerate(("good", "other")):
        message = EvergreenMessage(Draft(text=name, channel_ids=(7,)), id=name, cooldown_days=20)
        evergreen_fill.add_message(db, message)
        slot = time.time() + number + 3600
        evergreen_rows.put_pins(db, "local", [7], slot, name, {"text": name})
        evergreen_rows.put_skips(db, "local", [8], slot, name)
        run = {
            "message_id": name, "channel_id": 7, "slot": slot, "share_at": slot, "variant": 0,
            "text_key": name, "turn": 1.0, "clock": 1.0, "posto_ref": f"run {name}",
            "entry_id": f"run {name}", "state": "queued", "body": {"reason": {"code": "first"}},
        }  # fmt: skip
        evergreen_rows.add_filling(db, name, "local", False, [run])


def _tables(connection: sqlite3.Connection) -> dict[str, list[str]]:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {
        name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        for (name,) in tables
    }


ROLES = (
    Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole, *range(Qt.ItemDataRole.UserRole + 1,
    Qt.ItemDataRole.UserRole + 8),
)  # fmt: skip


def _shown(model: Any) -> list[str]:
    """All that a model says of all its rows, as a view would ask for it."""
    texts = []
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
    for row in range(model.rowCount()):
        for column in range(columns):
            index = model.index(row, column)
            texts += [str(model.data(index, role)) for role in ROLES]
    return texts


def _read_all(db: Database) -> None:
    """Show everything by the models of the pages; what was not damaged is there."""
    outbox = Outbox(db)
    entries = outbox.entries()
    marks = [str(message["posto_ref"]) for message in message_rows.all_of(db)]
    bodies = message_rows.bodies(db, "local", marks)
    assert any(Source.from_json(body) is not None for body in bodies.values())
    for entry in entries:
        with suppress(KeyError):  # its own name is damaged
            outbox.entry(entry.id)
        if not entry.readable:
            assert not outbox.retry(entry.id) or entry.state in ("waiting", "unclear")
    outbox.due()
    outbox.next_due()
    sent = OutboxModel()
    sent.set_entries(entries)
    assert any("good" in text for text in _shown(sent))

    desk = draft_list.snapshot_of(
        read_drafts(draft_rows.drafts(db)), read_drafts(draft_rows.templates(db)),
        *draft_rows.open_tabs(db),
    )  # fmt: skip
    for drafts in (desk.drafts, desk.templates):
        written = DraftsModel(DraftLookups(lambda _key: "", lambda _key: []))
        written.set_rows(list(drafts))
        assert any("good" in text for text in _shown(written))

    notifications = NotificationsModel()
    notifications.restore(notification_rows.newest(db, 200))
    assert any("good" in text for text in _shown(notifications))

    problems: list[str] = []
    loaded: list[tuple[list[Campaign], dict[str, list[CampaignPost]]]] = []
    work = CampaignWorker(
        lambda use: use(db, "") is None, lambda: outbox,
        lambda call: call(), wake=lambda: None, problem=problems.append,
        style_resolver=lambda draft: draft,
    )  # fmt: skip
    work.loaded.connect(lambda *arguments: loaded.append(arguments))
    work.load()
    ((stored, posts),) = loaded
    campaigns = CampaignsModel(UTC)
    campaigns.set_campaigns(stored, {})
    assert any("good" in text for text in _shown(campaigns))
    good = next(item for item in stored if item.id == "good")
    assert any("ref0" in str(post) for post in posts["good"])
    messages = MessagesModel()
    messages.set_campaign(good)
    messages.set_results(results_of(posts["good"], {}, {}, datetime.now(UTC)))
    assert any("good 0" in text for text in _shown(messages)), (good, _shown(messages))

    proposals = Proposals(db)
    shown = {proposal.client: proposal for proposal in proposals.newest()}
    assert shown["good"].is_intact
    assert shown["good"].posts
    for proposal in proposals.waiting():
        if not proposal.is_intact:
            with pytest.raises(ProposalError):
                proposals.confirm(proposal.digest)
    assert "good" in [row["client"] for row in agent_calls.newest(db)]

    insights = insight_store.load(db, "local", 0, "hour")
    assert (1, {"likes": 1.0}) in [(post.post_id, post.numbers) for post in insights]
    assert b"likes" in b"".join(reading_pieces(insight_store.all_readings(db))).lower()
    assert insight_store.amount(db).posts == 2
    for workspace in insight_store.workspaces(db):
        insight_store.next_moment(db, workspace)
        insight_store.due_post(db, workspace, time.time() + 86_400)

    assert post_keys.find(db, "local", "a good") == PostKey("a good", "digest", 1.0)
    post_keys.find(db, "local", "other")
    assert applied_files.folder_id_at(db, "/a good") == "a good"
    assert applied_files.path_of_folder(db, "a good") == "/a good"
    files = [AppliedFile.of(row) for row in applied_files.of_folder(db, "a good", "local")]
    assert "a good.md" in [file.path for file in files]
    assert all(version.when is None or version.at for file in files for version in file.versions)

    _read_evergreen(db, outbox)
    _read_watched(db)

    assert "m0" in [row["id"] for row in moves.open_ones(db)]
    for row in moves.open_ones(db):
        moves.steps(db, str(row["id"]))
    assert db.upload("local", "0" * 64, "", 0)
    db.upload("local", "1" * 64, "", 0)

    pages = [*islice(schedule_rows.around(db, "local", time.time(), 1), 50)]
    assert len(pages) < 40, "no end"
    rows, channels = _last_known(db, problems)
    plan = SchedulesModel()
    plan.set_rows(rows)
    assert plan.schedule(0) is not None
    _shown(plan)
    tree = ChannelsModel()
    tree.set_channels(channels)
    assert any("Café" in str(tree.data(index)) for index in _all_of(tree))
    assert problems == []


def _read_evergreen(db: Database, outbox: Outbox) -> None:
    """Nothing goes out of damaged runs, and no message goes out more often for them."""
    now = datetime.now(UTC)
    every_day = tuple(Slot(day, datetime.min.time()) for day in range(7))
    rules = SlotRules([SlotGroup(slots=every_day)], UTC)
    request = FillRequest("local", rules)
    ahead = preview(db, request, lambda draft: draft, now, 1)
    assert "run good" in [run.posto_ref for run in ahead.filled]
    rested = now + timedelta(days=19)
    assert all(run.when > rested for run in ahead.coming if run.message_id == "good")
    evergreen_outcomes.totals(db, now)
    assert "good" in [row["id"] for row in evergreen_rows.fillings(db, "local")]
    evergreen_outcomes.settle(db, "local", now)
    with suppress(_Enough), db.transaction():
        evergreen_fill.hand_over(db, outbox, lambda draft: draft, rules, now)
        handed = {row["posto_ref"] for row in evergreen_rows.runs_ahead(db, "local", 0)
                  if row["state"] == "handed"}  # fmt: skip
        times = {entry.posto_ref: entry.share_at for entry in outbox.entries()}
        assert all(times[ref] is not None and times[ref] > now for ref in handed)
        raise _Enough


class _Enough(Exception):
    """Takes a transaction back."""


def _last_known(db: Database, problems: list[str]) -> tuple[list[Schedule], list[Channel]]:
    done = threading.Event()
    rows: list[Schedule] = []
    channels: list[Channel] = []
    worker = SerialWorker("test")

    def loaded(
        known: list[Channel] | None, some: list[Schedule], _as_of: object, last: bool
    ) -> None:
        rows.extend(some)
        channels.extend(known or ())
        if last:
            done.set()

    WorkspaceCache(worker, lambda job: None, lambda: db, problems.append).load("local", loaded)
    assert done.wait(60)
    worker.close()
    assert worker.join(time.monotonic() + 20)
    return rows, channels


def _all_of(tree: Any, parent: QModelIndex | None = None) -> Iterator[QModelIndex]:
    for row in range(tree.rowCount(parent or QModelIndex())):
        index = tree.index(row, 0, parent or QModelIndex())
        yield index
        yield from _all_of(tree, index)


def test_any_damaged_value_hides_no_other_row(qapp: object, db: Database, tmp_path: Path) -> None:
    """Every odd value in every column: in each round one row of each table has one of them."""
    _fill(db)
    db.close()
    path = tmp_path / "posto.db"
    damaged = 0
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=DELETE")
        other.execute("PRAGMA synchronous=OFF")
        other.execute("PRAGMA foreign_keys=OFF")
        tables = _tables(other)
        assert all(
            other.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 1 for table in tables
        )
        (tmp_path / "whole.db").write_bytes(path.read_bytes())
        other.execute("ATTACH ? AS whole", (str(tmp_path / "whole.db"),))
        values = [(value, "?") for value in ODD]
        values += [(value, "CAST(? AS TEXT)") for value in ODD if isinstance(value, bytes)]
        tries = {table: [*product(columns, values)] for table, columns in tables.items()}
        db = Database(path)
        try:
            for turn in range(max(map(len, tries.values()))):
                done = {}
                other.execute("BEGIN IMMEDIATE")
                for table, all_of_it in tries.items():
                    column, (value, new) = all_of_it[turn % len(all_of_it)]
                    other.execute(f"DELETE FROM {table}")
                    other.execute(f"INSERT INTO {table} SELECT * FROM whole.{table}")
                    with suppress(sqlite3.IntegrityError):
                        last = ", ".join(f"{column} DESC" for column in LAST[table].split(", "))
                        key = f"SELECT {LAST[table]} FROM {table} ORDER BY {last} LIMIT 1"
                        change = (
                            f"UPDATE {table} SET {column}={new} WHERE ({LAST[table]}) = ({key})"
                        )
                        other.execute(change, (value,))
                        done[f"{table}.{column}"] = value
                other.execute("COMMIT")
                damaged += len(done)
                try:
                    _read_all(db)
                except Exception as error:
                    odd = "\n".join(f"{name} = {value!r:.60}" for name, value in done.items())
                    raise AssertionError(odd) from error
        finally:
            db.close()
    assert damaged >= MUTATIONS


def test_the_largest_number_of_a_row_ends_no_reading(db: Database) -> None:
    now = time.time()
    for number in (2**63 - 1, 1 - 2**63, 0):
        schedule_rows.update(db, "local", {number: {"id": number, "send_at": now}}, (), now)
    for moment in (now - 1, now, now + 1):
        pages = [*islice(schedule_rows.around(db, "local", moment, 1), 50)]
        ids = [body["id"] for page in pages for body in page]
        assert sorted(ids) == [1 - 2**63, 0, 2**63 - 1]


def test_one_damaged_channel_hides_no_other(qapp: object, db: Database) -> None:
    odd = [5, None, [], "x", {}, {"id": "x"}, {"id": 8, "name": [1], "social_network": 5}]
    db.put_cache("local", "channels", [*odd, CHANNEL.to_dict(), *odd], time.time())
    _rows, channels = _last_known(db, [])
    assert CHANNEL in channels
    tree = ChannelsModel()
    tree.set_channels(channels)
    assert any("Café" in str(tree.data(index)) for index in _all_of(tree))


def test_a_body_that_is_none_is_told(db: Database, tmp_path: Path) -> None:
    _fill(db)
    damage: list[str] = []
    db.on_damage = damage.append
    with closing(sqlite3.connect(tmp_path / "posto.db")) as other, other:
        other.execute("UPDATE drafts SET body='{' WHERE rowid=1")
        other.execute("UPDATE outbox SET body='[1]', attempts='x' WHERE rowid=1")
        other.execute("UPDATE cache SET body='{' WHERE workspace='z'")
    db.drafts()
    Outbox(db).entries()
    db.cached("local", "channels")
    db.cached("z", "channels")
    assert [sentence.partition(". ")[0] for sentence in damage] == [
        "posto.db holds entries with damaged contents",
        "posto.db holds entries with damaged numbers",
    ]


@pytest.mark.parametrize("value", ["soon", b"\xff", float("inf"), 1e300])
@pytest.mark.parametrize("column", ["share_at", "next_try"])
def test_a_post_whose_time_is_damaged_does_not_go_out_at_once(
    db: Database, tmp_path: Path, column: str, value: Any
) -> None:
    outbox = Outbox(db)
    [entry] = [outbox.add(draft(), [CHANNEL], datetime.now(UTC) + timedelta(days=3))]
    damage: list[str] = []
    db.on_damage = damage.append
    with closing(sqlite3.connect(tmp_path / "posto.db")) as other, other:
        other.execute(f"UPDATE outbox SET {column}=?", (value,))
    outbox.due()
    outbox.next_due()
    stored = outbox.entry(entry.id)
    assert stored.readable == (column == "next_try")
    assert stored.title
    assert damage == [
        "posto.db holds entries with damaged times. They are shown as far as they can be read; "
        "the others are not affected."
    ]


def test_a_campaigns_post_whose_time_is_damaged_is_refused(db: Database) -> None:
    _fill(db)
    with db.transaction() as connection:
        connection.execute("UPDATE campaign_posts SET share_at='soon' WHERE posto_ref='ref0'")
    campaign_run.fill_outbox(db, Outbox(db), lambda message: message)
    post = next(row for row in campaign_rows.posts(db, "good") if row["posto_ref"] == "ref0")
    assert (post["state"], post["reason"]) == (
        "refused",
        "The saved data of this post is damaged.",
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
    monkeypatch.setattr("posto_desktop.delivery.outbox_runner._FIRST_AGAIN", 0.01)
    batches: list[list[Entry]] = []
    job = OutboxRunner(MagicMock(), batches.append, lambda entry: None, problems.append)
    job.start(outbox)
    assert again.wait(60)
    job.stop()
    assert job.join(time.monotonic() + 20)
    assert problems == [
        "Sending stopped because of an unexpected error (TypeError: '<' not supported between str "
        "and float). Posto is restarting it. See the log for details."
    ]


def test_bodies_that_are_no_json_are_left_out_of_a_calendar(db: Database, tmp_path: Path) -> None:
    now = time.time()
    schedule_rows.update(db, "local", {1: {"id": 1, "send_at": now}}, (), now)
    schedule_rows.update(db, "local", {2: {"id": 2, "send_at": now}}, (), now)
    with db.transaction() as connection:
        connection.execute("UPDATE schedule_cache SET body=? WHERE id=2", (b"\xff{",))
    rows = schedule_rows.cached_bodies(tmp_path / "posto.db", "local", now - 9, now - 5, 100)
    assert [row["id"] for row in rows] == [1]
    assert json_text.dumps(rows)
