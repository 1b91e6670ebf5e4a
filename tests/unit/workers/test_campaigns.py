"""Campaigns on their lane: kept, read again, and fed into the outbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.core.campaign import Campaign, Message
from posto_desktop.delivery.campaign_posting import MOST_WAITING, Wish
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.storage import campaign_rows
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers import campaigns
from posto_desktop.workers.campaigns import Campaigns
from tests.unit.delivery.scripted import BLUESKY, NOW, X


class Lane:
    """Runs what is queued when told, on this thread."""

    def __init__(self, db: Database | None) -> None:
        self.db = db
        self.jobs: list[Callable[[], None]] = []
        self.outbox = Outbox(db) if db is not None else None
        self.calls: list[Callable[[], None]] = []  # for the GUI thread
        self.told: list[tuple[Any, ...]] = []
        self.problems: list[str] = []
        self.wakes = 0
        self.campaigns = Campaigns(
            self.put,
            lambda: self.outbox,
            self.calls.append,
            wake=self.wake,
            problem=self.problems.append,
            dresser=lambda draft: draft,
        )
        for name in ("loaded", "saved", "not_saved", "posts_changed", "styles_used"):
            getattr(self.campaigns, name).connect(partial(self.hear, name))

    def hear(self, name: str, *values: Any) -> None:
        self.told.append((name, *values))

    def put(self, job: Callable[[Database | None, str], None]) -> bool:
        self.jobs.append(lambda: job(self.db, "posto.db is closed."))
        return True

    def wake(self) -> None:
        self.wakes += 1

    def run(self) -> list[tuple[Any, ...]]:
        """Run all jobs; what was told meanwhile."""
        self.told.clear()
        while self.jobs:
            self.jobs.pop(0)()
        while self.calls:
            self.calls.pop(0)()
        return list(self.told)


@pytest.fixture
def store(store: Database) -> Database:
    store.put_cache("local", "channels", [X.to_dict(), BLUESKY.to_dict()], NOW.timestamp())
    return store


@pytest.fixture
def lane(qtbot: QtBot, store: Database) -> Lane:
    lane = Lane(store)
    lane.campaigns.look_for_late()  # as the page's desk does at the start
    assert lane.run() == []
    return lane


def campaign(count: int) -> Campaign:
    messages = tuple(Message(text=f"number {number}") for number in range(count))
    return Campaign(name="Winter", messages=messages, channel_ids=(1,))


def test_a_campaign_is_kept_and_read_again(lane: Lane, store: Database) -> None:
    made = campaign(3)
    lane.campaigns.save(made)
    ((name, key, when),) = lane.run()
    assert (name, key) == ("saved", made.id)
    assert abs(when - datetime.now(UTC)) < timedelta(minutes=1)
    later = Lane(store)
    later.campaigns.load()
    ((name, found, posts),) = later.run()
    assert (name, found, posts) == ("loaded", [made], {made.id: []})


def test_campaigns_follow_the_new_name_of_a_style(lane: Lane, store: Database) -> None:
    dressed, plain = replace(campaign(2), style="Summer"), campaign(1)
    for one in (dressed, plain):
        lane.campaigns.save(one)
    lane.run()
    lane.campaigns.rename_style("Summer", "Autumn")
    ((name, found, _posts),) = lane.run()
    assert name == "loaded"
    assert {one.id: one.style for one in found} == {dressed.id: "Autumn", plain.id: ""}
    later = Lane(store)
    later.campaigns.load()
    ((_, read, _posts),) = later.run()
    assert read == found
    lane.campaigns.rename_style("Summer", "Winter")
    assert lane.run() == []  # nothing uses it, nothing is read again


def test_the_campaigns_of_a_style(lane: Lane) -> None:
    first, second = replace(campaign(1), style="Summer"), campaign(1)
    for one in (first, second, replace(campaign(1), name="Kiln", style="Summer")):
        lane.campaigns.save(one)
    lane.run()
    lane.campaigns.look_for_styles()
    ((name, used),) = lane.run()
    assert name == "styles_used"
    assert {style: sorted(names) for style, names in used.items()} == {"Summer": ["Kiln", "Winter"]}
    db, lane.db = lane.db, None
    lane.campaigns.save(replace(first, style="Autumn"))
    lane.run()  # it is not kept, and counts as it is on the screen
    lane.db = db
    lane.campaigns.look_for_styles()
    assert lane.run()[-1][1] == {"Summer": ["Kiln"], "Autumn": ["Winter"]}
    lane.campaigns._save_again()
    lane.run()


def test_a_campaign_that_could_not_be_kept_follows_too(lane: Lane, store: Database) -> None:
    db, lane.db = lane.db, None
    lane.campaigns.save(replace(campaign(1), style="Summer"))
    assert lane.run()[0][0] == "not_saved"
    lane.campaigns.rename_style("Summer", "Autumn")
    lane.db = db
    lane.campaigns._save_again()
    lane.run()
    lane.campaigns.load()
    assert [one.style for one in lane.run()[0][1]] == ["Autumn"]


def test_only_what_changed_is_written_and_what_is_gone_goes(lane: Lane, store: Database) -> None:
    made = campaign(3)
    lane.campaigns.save(made)
    lane.run()
    with store.transaction() as connection:  # a mark that a second writing would take away
        connection.execute(
            "UPDATE campaign_messages SET body='{}' WHERE id=?", (made.messages[0].id,)
        )
    changed = replace(made.messages[1], text="changed")
    lane.campaigns.save(replace(made, messages=(made.messages[0], changed)))
    lane.run()
    rows = {row["id"]: row["body"] for row in campaign_rows.messages(store, made.id)}
    assert rows.keys() == {made.messages[0].id, changed.id}
    assert rows[made.messages[0].id] == {}
    assert rows[changed.id]["text"] == "changed"


def test_of_quick_saves_the_newest_is_written_once(lane: Lane) -> None:
    made = campaign(1)
    for name in ("a", "b", "c"):
        lane.campaigns.save(replace(made, name=name))
    assert len(lane.jobs) == 1
    assert [told[0] for told in lane.run()] == ["saved"]


def test_what_cannot_be_written_is_said_and_tried_again(
    lane: Lane, store: Database, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    made = campaign(1)
    monkeypatch.setattr("posto_desktop.workers.campaigns.AGAIN_MS", 1)
    with monkeypatch.context() as broken:
        broken.setattr(
            campaign_rows,
            "put",
            lambda *_: (_ for _ in ()).throw(StorageError("The disk is full.")),
        )
        lane.campaigns.save(made)
        ((name, key, why),) = lane.run()
    assert (name, key) == ("not_saved", made.id)
    assert "full" in why
    lane.campaigns._save_again()
    assert [told[0] for told in lane.run()] == ["saved"]


def test_without_a_database_nothing_is_lost_silently(qtbot: QtBot) -> None:
    lane = Lane(None)
    lane.campaigns.load()
    assert lane.run() == [("loaded", [], {})]
    lane.campaigns.save(campaign(1))
    assert [told[0] for told in lane.run()] == ["not_saved"]
    lane.campaigns._again.stop()


def test_a_start_feeds_the_outbox_and_the_end_of_some_lets_in_more(
    lane: Lane, store: Database
) -> None:
    made = campaign(MOST_WAITING + 5)
    share_at = datetime.now(UTC) + timedelta(days=1)
    wishes = [
        Wish(one.id, place, share_at + timedelta(minutes=place))
        for place, one in enumerate(made.messages)
    ]
    lane.campaigns.start(made, wishes)
    told = lane.run()
    assert [one[0] for one in told] == ["posts_changed", "posts_changed"]
    assert not lane.campaigns._feeding
    assert campaign_rows.waiting_entries(store) == MOST_WAITING
    assert lane.wakes == 1
    assert lane.outbox is not None
    lane.campaigns.outbox_changed(lane.outbox.entries())
    assert lane.jobs == []  # there is no room
    for entry in lane.outbox.entries()[: MOST_WAITING // 2]:
        store.change_outbox(entry.id, {"state": "sent"}, now=0.0)
    lane.campaigns.outbox_changed(lane.outbox.entries())
    lane.run()
    assert campaign_rows.waiting_entries(store) == MOST_WAITING // 2 + 5
    lane.campaigns.outbox_changed([])
    lane.run()
    lane.campaigns.outbox_changed([])
    assert lane.jobs == []  # nothing waits any more


def test_a_campaign_goes_on_after_all_that_waited_had_no_answer(
    lane: Lane, store: Database
) -> None:
    """The service was away: what was being handed over takes all the room until that is clear."""
    made = campaign(MOST_WAITING + 5)
    lane.campaigns.start(made, [Wish(one.id, n, None) for n, one in enumerate(made.messages)])
    lane.run()
    assert lane.outbox is not None
    for entry in lane.outbox.entries():
        store.change_outbox(entry.id, {"state": "handing_over"}, now=0.0)
    lane.campaigns.feed()  # as another start of a campaign does, or of the app
    lane.run()
    lane.campaigns.outbox_changed(lane.outbox.entries())
    assert lane.jobs == []  # there is no room
    for entry in lane.outbox.entries():
        store.change_outbox(entry.id, {"state": "sent"}, now=0.0)
    lane.campaigns.outbox_changed(lane.outbox.entries())
    lane.run()
    assert campaign_rows.waiting_entries(store) == 5


def test_posts_that_are_refused_do_not_hold_up_the_others(lane: Lane, store: Database) -> None:
    made = campaign(MOST_WAITING * 2 + 3)
    good = made.messages[-1]
    bad = [replace(one, channel_ids=(99,)) for one in made.messages[:-1]]
    made = replace(made, messages=(*bad, good))
    lane.campaigns.start(made, [Wish(one.id, n, None) for n, one in enumerate(made.messages)])
    lane.run()
    while lane.jobs:
        lane.run()
    states = [row["state"] for row in campaign_rows.posts(store, made.id)]
    assert states == ["refused"] * len(bad) + ["handed"]


def test_a_campaign_goes_on_once_the_disk_takes_something_again(
    lane: Lane, store: Database, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = campaign(1)
    monkeypatch.setattr(campaigns, "AGAIN_MS", 1)

    def full(*_: object, **__: object) -> None:
        raise StorageError("full", "The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(campaign_rows, "queued", full)
        lane.campaigns.start(made, [Wish(made.messages[0].id, 0, None)])
        lane.run()
    assert campaign_rows.waiting_entries(store) == 0
    qtbot.waitUntil(lambda: bool(lane.jobs))
    lane.run()
    assert campaign_rows.waiting_entries(store) == 1


def test_how_posts_ended_is_kept(lane: Lane, store: Database) -> None:
    made = campaign(1)
    lane.campaigns.start(made, [Wish(made.messages[0].id, 0, None)])
    lane.run()
    ref = campaign_rows.posts(store, made.id)[0]["posto_ref"]
    lane.campaigns.remember(made.id, {ref: ("failed", "too big")})
    ((name, key, posts),) = lane.run()
    assert (name, key) == ("posts_changed", made.id)
    assert [(post.state, post.reason) for post in posts] == [("failed", "too big")]


def test_a_deleted_campaign_is_back_after_undo(lane: Lane) -> None:
    made = campaign(1)
    lane.campaigns.save(made)
    lane.campaigns.delete(made.id)
    lane.campaigns.load()
    assert lane.run()[-1][1] == []
    lane.campaigns.restore(made.id)
    lane.campaigns.load()
    assert lane.run()[-1][1] == [made]


def test_what_an_earlier_run_was_to_take_off_is_known(lane: Lane, store: Database) -> None:
    made = campaign(2)
    lane.campaigns.start(made, [Wish(one.id, n, None) for n, one in enumerate(made.messages)])
    lane.run()
    assert lane.outbox is not None
    first, second = (row["posto_ref"] for row in campaign_rows.posts(store, made.id))
    for entry in lane.outbox.entries():
        store.change_outbox(entry.id, {"state": "handing_over"}, now=0.0)
    lane.campaigns.stop(made, [first], [second])
    assert lane.campaigns.late == {first: made.id}  # the second is being deleted
    lane.run()

    later = Lane(store)
    later.campaigns.look_for_late()
    later.run()
    assert later.campaigns.late == {first: made.id, second: made.id}


def test_what_comes_back_from_a_handover_after_a_stop_is_given_up(
    lane: Lane, store: Database
) -> None:
    made = campaign(1)
    lane.campaigns.start(made, [Wish(made.messages[0].id, 0, None)])
    lane.run()
    assert lane.outbox is not None
    (entry,) = lane.outbox.entries()
    store.change_outbox(entry.id, {"state": "handing_over"}, now=0.0)
    lane.campaigns.stop(made, [entry.posto_ref])
    lane.run()
    lane.campaigns.outbox_changed(lane.outbox.entries())
    lane.run()
    assert lane.outbox.entry(entry.id).state == "handing_over"
    store.change_outbox(entry.id, {"state": "waiting"}, now=0.0)
    lane.campaigns.outbox_changed(lane.outbox.entries())
    assert [one[0] for one in lane.run()] == ["posts_changed"]
    assert lane.outbox.due() == []
    assert [row["state"] for row in campaign_rows.posts(store, made.id)] == ["stopped"]
