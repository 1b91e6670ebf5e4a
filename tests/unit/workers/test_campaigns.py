"""Campaigns on their lane: kept, read again, and fed into the outbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.core.campaign import Campaign, CampaignMessage
from posto_desktop.delivery.campaign_run import MAX_WAITING, PostRequest
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.storage import campaign_rows
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.paths import find_paths
from posto_desktop.storage.settings import Settings
from posto_desktop.workers import campaigns
from posto_desktop.workers.campaigns import CampaignWorker
from posto_desktop.workers.service import Service
from tests.unit.delivery.scripted import BLUESKY, NOW, X


class Lane:
    """Runs what is queued when told, on this thread."""

    def __init__(self, db: Database | None) -> None:
        self.db = db
        self.jobs: list[Callable[[], None]] = []
        self.outbox = Outbox(db) if db is not None else None
        self.calls: list[Callable[[], None]] = []  # for the GUI thread
        self.events: list[tuple[Any, ...]] = []
        self.problems: list[str] = []
        self.wakes = 0
        self.campaigns = CampaignWorker(
            self.put,
            lambda: self.outbox,
            self.calls.append,
            wake=self.wake,
            problem=self.problems.append,
            style_resolver=lambda draft: draft,
        )
        for name in ("loaded", "saved", "not_saved", "posts_changed", "styles_used"):
            getattr(self.campaigns, name).connect(partial(self.hear, name))

    def hear(self, name: str, *values: Any) -> None:
        self.events.append((name, *values))

    def put(self, job: Callable[[Database | None, str], None]) -> bool:
        self.jobs.append(lambda: job(self.db, "posto.db is closed."))
        return True

    def wake(self) -> None:
        self.wakes += 1

    def run(self) -> list[tuple[Any, ...]]:
        """Run all jobs; what was told meanwhile."""
        self.events.clear()
        while self.jobs:
            self.jobs.pop(0)()
        while self.calls:
            self.calls.pop(0)()
        return list(self.events)


@pytest.fixture
def store(store: Database) -> Database:
    store.put_cache("local", "channels", [X.to_dict(), BLUESKY.to_dict()], NOW.timestamp())
    return store


@pytest.fixture
def worker(qtbot: QtBot, store: Database) -> Lane:
    worker = Lane(store)
    worker.campaigns.look_for_late()  # as the page's desk does at the start
    assert worker.run() == []
    return worker


def campaign(count: int) -> Campaign:
    messages = tuple(CampaignMessage(text=f"number {number}") for number in range(count))
    return Campaign(name="Winter", messages=messages, channel_ids=(1,))


def test_a_campaign_is_kept_and_read_again(worker: Lane, store: Database) -> None:
    made = campaign(3)
    worker.campaigns.save(made)
    ((name, key, when),) = worker.run()
    assert (name, key) == ("saved", made.id)
    assert abs(when - datetime.now(UTC)) < timedelta(minutes=1)
    later = Lane(store)
    later.campaigns.load()
    ((name, campaigns, posts),) = later.run()
    assert (name, campaigns, posts) == ("loaded", [made], {made.id: []})


def test_campaigns_follow_the_new_name_of_a_style(worker: Lane, store: Database) -> None:
    dressed, plain = replace(campaign(2), style="Summer"), campaign(1)
    for saved in (dressed, plain):
        worker.campaigns.save(saved)
    worker.run()
    worker.campaigns.rename_style("Summer", "Autumn")
    ((name, loaded, _posts),) = worker.run()
    assert name == "loaded"
    assert {stored.id: stored.style for stored in loaded} == {dressed.id: "Autumn", plain.id: ""}
    later = Lane(store)
    later.campaigns.load()
    ((_, read, _posts),) = later.run()
    assert read == loaded
    worker.campaigns.rename_style("Summer", "Winter")
    assert worker.run() == []  # nothing uses it, nothing is read again


def test_the_campaigns_of_a_style(worker: Lane) -> None:
    first, second = replace(campaign(1), style="Summer"), campaign(1)
    for saved in (first, second, replace(campaign(1), name="Kiln", style="Summer")):
        worker.campaigns.save(saved)
    worker.run()
    worker.campaigns.look_for_styles()
    ((name, used),) = worker.run()
    assert name == "styles_used"
    assert {style: sorted(names) for style, names in used.items()} == {"Summer": ["Kiln", "Winter"]}
    db, worker.db = worker.db, None
    worker.campaigns.save(replace(first, style="Autumn"))
    worker.run()  # it is not kept, and counts as it is on the screen
    worker.db = db
    worker.campaigns.look_for_styles()
    assert worker.run()[-1][1] == {"Summer": ["Kiln"], "Autumn": ["Winter"]}
    worker.campaigns._save_again()
    worker.run()


def test_a_campaign_that_could_not_be_kept_follows_too(worker: Lane, store: Database) -> None:
    db, worker.db = worker.db, None
    worker.campaigns.save(replace(campaign(1), style="Summer"))
    assert worker.run()[0][0] == "not_saved"
    worker.campaigns.rename_style("Summer", "Autumn")
    worker.db = db
    worker.campaigns._save_again()
    worker.run()
    worker.campaigns.load()
    assert [stored.style for stored in worker.run()[0][1]] == ["Autumn"]


def test_only_what_changed_is_written_and_what_is_gone_goes(worker: Lane, store: Database) -> None:
    made = campaign(3)
    worker.campaigns.save(made)
    worker.run()
    with store.transaction() as connection:  # a mark that a second writing would take away
        connection.execute(
            "UPDATE campaign_messages SET body='{}' WHERE id=?", (made.messages[0].id,)
        )
    changed = replace(made.messages[1], text="changed")
    worker.campaigns.save(replace(made, messages=(made.messages[0], changed)))
    worker.run()
    rows = {row["id"]: row["body"] for row in campaign_rows.messages(store, made.id)}
    assert rows.keys() == {made.messages[0].id, changed.id}
    assert rows[made.messages[0].id] == {}
    assert rows[changed.id]["text"] == "changed"


def test_of_quick_saves_the_newest_is_written_once(worker: Lane) -> None:
    made = campaign(1)
    for name in ("a", "b", "c"):
        worker.campaigns.save(replace(made, name=name))
    assert len(worker.jobs) == 1
    assert [event[0] for event in worker.run()] == ["saved"]


def test_what_cannot_be_written_is_said_and_tried_again(
    worker: Lane, store: Database, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    made = campaign(1)
    monkeypatch.setattr("posto_desktop.workers.campaigns.AGAIN_MS", 1)
    with monkeypatch.context() as broken:
        broken.setattr(
            campaign_rows,
            "put",
            lambda *_: (_ for _ in ()).throw(StorageError("The disk is full.")),
        )
        worker.campaigns.save(made)
        ((name, key, why),) = worker.run()
    assert (name, key) == ("not_saved", made.id)
    assert "full" in why
    worker.campaigns._save_again()
    assert [event[0] for event in worker.run()] == ["saved"]


def test_without_a_database_nothing_is_lost_silently(qtbot: QtBot) -> None:
    worker = Lane(None)
    worker.campaigns.load()
    assert worker.run() == [("loaded", [], {})]
    worker.campaigns.save(campaign(1))
    assert [event[0] for event in worker.run()] == ["not_saved"]
    worker.campaigns._again.stop()


def test_a_start_feeds_the_outbox_and_the_end_of_some_lets_in_more(
    worker: Lane, store: Database
) -> None:
    made = campaign(MAX_WAITING + 5)
    share_at = datetime.now(UTC) + timedelta(days=1)
    requests = [
        PostRequest(message.id, place, share_at + timedelta(minutes=place))
        for place, message in enumerate(made.messages)
    ]
    worker.campaigns.start(made, requests)
    events = worker.run()
    assert [event[0] for event in events] == ["posts_changed", "posts_changed"]
    assert not worker.campaigns._feeding
    assert campaign_rows.waiting_entries(store) == MAX_WAITING
    assert worker.wakes == 1
    assert worker.outbox is not None
    worker.campaigns.outbox_changed(worker.outbox.entries())
    assert worker.jobs == []  # there is no room
    for entry in worker.outbox.entries()[: MAX_WAITING // 2]:
        store.change_outbox(entry.id, {"state": "sent"}, now=0.0)
    worker.campaigns.outbox_changed(worker.outbox.entries())
    worker.run()
    assert campaign_rows.waiting_entries(store) == MAX_WAITING // 2 + 5
    worker.campaigns.outbox_changed([])
    worker.run()
    worker.campaigns.outbox_changed([])
    assert worker.jobs == []  # nothing waits any more


def test_a_campaign_goes_on_after_all_that_waited_had_no_answer(
    worker: Lane, store: Database
) -> None:
    """The service was away: what was being handed over takes all the room until that is clear."""
    made = campaign(MAX_WAITING + 5)
    worker.campaigns.start(
        made, [PostRequest(message.id, n, None) for n, message in enumerate(made.messages)]
    )
    worker.run()
    assert worker.outbox is not None
    for entry in worker.outbox.entries():
        store.change_outbox(entry.id, {"state": "handing_over"}, now=0.0)
    worker.campaigns.feed()  # as another start of a campaign does, or of the app
    worker.run()
    worker.campaigns.outbox_changed(worker.outbox.entries())
    assert worker.jobs == []  # there is no room
    for entry in worker.outbox.entries():
        store.change_outbox(entry.id, {"state": "sent"}, now=0.0)
    worker.campaigns.outbox_changed(worker.outbox.entries())
    worker.run()
    assert campaign_rows.waiting_entries(store) == 5


def test_posts_that_are_refused_do_not_hold_up_the_others(worker: Lane, store: Database) -> None:
    made = campaign(MAX_WAITING * 2 + 3)
    good = made.messages[-1]
    bad = [replace(message, channel_ids=(99,)) for message in made.messages[:-1]]
    made = replace(made, messages=(*bad, good))
    worker.campaigns.start(
        made, [PostRequest(message.id, n, None) for n, message in enumerate(made.messages)]
    )
    worker.run()
    while worker.jobs:
        worker.run()
    states = [row["state"] for row in campaign_rows.posts(store, made.id)]
    assert states == ["refused"] * len(bad) + ["handed"]


def test_a_campaign_goes_on_once_the_disk_takes_something_again(
    worker: Lane, store: Database, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = campaign(1)
    monkeypatch.setattr(campaigns, "AGAIN_MS", 1)

    def full(*_: object, **__: object) -> None:
        raise StorageError("full", "The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(campaign_rows, "queued", full)
        worker.campaigns.start(made, [PostRequest(made.messages[0].id, 0, None)])
        worker.run()
    assert campaign_rows.waiting_entries(store) == 0
    qtbot.waitUntil(lambda: bool(worker.jobs))
    worker.run()
    assert campaign_rows.waiting_entries(store) == 1


def test_how_posts_ended_is_kept(worker: Lane, store: Database) -> None:
    made = campaign(1)
    worker.campaigns.start(made, [PostRequest(made.messages[0].id, 0, None)])
    worker.run()
    ref = campaign_rows.posts(store, made.id)[0]["posto_ref"]
    worker.campaigns.remember(made.id, {ref: ("failed", "too big")})
    ((name, key, posts),) = worker.run()
    assert (name, key) == ("posts_changed", made.id)
    assert [(post.state, post.reason) for post in posts] == [("failed", "too big")]


def test_a_deleted_campaign_is_back_after_undo(worker: Lane) -> None:
    made = campaign(1)
    worker.campaigns.save(made)
    worker.campaigns.delete(made.id)
    worker.campaigns.load()
    assert worker.run()[-1][1] == []
    worker.campaigns.restore(made.id)
    worker.campaigns.load()
    assert worker.run()[-1][1] == [made]


def test_what_an_earlier_run_was_to_take_off_is_known(worker: Lane, store: Database) -> None:
    made = campaign(2)
    worker.campaigns.start(
        made, [PostRequest(message.id, n, None) for n, message in enumerate(made.messages)]
    )
    worker.run()
    assert worker.outbox is not None
    first, second = (row["posto_ref"] for row in campaign_rows.posts(store, made.id))
    for entry in worker.outbox.entries():
        store.change_outbox(entry.id, {"state": "handing_over"}, now=0.0)
    worker.campaigns.stop(made, [first], [second])
    assert worker.campaigns.late == {first: made.id}  # the second is being deleted
    worker.run()

    later = Lane(store)
    later.campaigns.look_for_late()
    later.run()
    assert later.campaigns.late == {first: made.id, second: made.id}


def test_what_comes_back_from_a_handover_after_a_stop_is_given_up(
    worker: Lane, store: Database
) -> None:
    made = campaign(1)
    worker.campaigns.start(made, [PostRequest(made.messages[0].id, 0, None)])
    worker.run()
    assert worker.outbox is not None
    (entry,) = worker.outbox.entries()
    store.change_outbox(entry.id, {"state": "handing_over"}, now=0.0)
    worker.campaigns.stop(made, [entry.posto_ref])
    worker.run()
    worker.campaigns.outbox_changed(worker.outbox.entries())
    worker.run()
    assert worker.outbox.entry(entry.id).state == "handing_over"
    store.change_outbox(entry.id, {"state": "waiting"}, now=0.0)
    worker.campaigns.outbox_changed(worker.outbox.entries())
    assert [event[0] for event in worker.run()] == ["posts_changed"]
    assert worker.outbox.due() == []
    assert [row["state"] for row in campaign_rows.posts(store, made.id)] == ["stopped"]


def test_campaigns_that_another_process_changed_are_read_again(
    qtbot: QtBot, tmp_path: Path
) -> None:
    paths = find_paths(tmp_path / "home")
    service = Service(paths, Settings(paths.settings))
    with qtbot.waitSignal(service.campaigns.loaded):
        service.campaigns.load()
    db = Database(paths.database)
    made = Campaign(id="theirs", name="Theirs")
    campaign_rows.put(db, made.id, made.workspace, made.to_json(), {})
    db.close()
    with qtbot.waitSignal(service.campaigns.loaded) as loaded:
        service.changed_outside(["campaigns"])
    assert loaded.args is not None
    assert [campaign.name for campaign in loaded.args[0]] == ["Theirs"]
    assert service.shutdown(60_000)
    service.deleteLater()
