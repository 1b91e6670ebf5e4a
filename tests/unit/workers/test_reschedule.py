"""Posts are moved by the service: against a scripted one over HTTP, and the embedded workspace."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.core.draft import Draft
from posto_desktop.core.moves import Move, moves_of
from posto_desktop.delivery import move_client
from posto_desktop.delivery.moving_lock import LOCK_FILE
from posto_desktop.models.delivery_status import ScheduleIndex
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage import moves as table
from posto_desktop.storage.accounts import ServiceAccount
from posto_desktop.storage.database import Database
from posto_desktop.storage.paths import Paths
from posto_desktop.storage.process_lock import ProcessLock
from posto_desktop.workers import optimistic_schedule
from tests.unit.sdk.scripted import PASSWORD, Reply, Scripted, schedule
from tests.unit.workers.watched import Watched

OLD = int(time.time()) + 5 * 3600
NEW = datetime.fromtimestamp(OLD + 86400, UTC)
RESET = Reply(how="reset")

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posto_desktop.delivery.reschedule.BACKOFF", (0.1,))
    monkeypatch.setattr("posto_desktop.workers.reschedule.BACKOFF", (0.1,))
    monkeypatch.setattr("posto_desktop.delivery.client_pool.SETTLE_SECONDS", 0.3)


class Ended:
    def __init__(self, app: Watched) -> None:
        self.batches: list[list[Move]] = []
        app.service.moves_ended.connect(self.batches.append)

    def wait(self, qtbot: QtBot, count: int) -> None:
        qtbot.waitUntil(lambda: len(self.batches) == count)

    @property
    def states(self) -> list[str]:
        return [entry.state for batch in self.batches for entry in batch]


def two_rows(site: Scripted) -> None:
    site.schedules = [
        schedule(7, at=OLD, group="g", channel={"id": 2, "name": "N", "social_network": "x"}),
        schedule(8, at=OLD, group="g", channel={"id": 3, "name": "S", "social_network": "bluesky"}),
    ]


def times(site: Scripted) -> list[tuple[int, int]]:
    return sorted((row["channel"]["id"], row["send_time"]) for row in site.schedules)


def at(app: Watched) -> set[datetime | None]:
    return {row.send_at for row in app.rows[-1][0]}


def route(site: Scripted) -> None:
    """The service of FS Poster 7.7.3, which can move a group."""

    def hook(seen: Any) -> Reply | None:
        if not seen.path.endswith("/composer/reschedule"):
            return None
        for row in site.schedules:
            if row["group_id"] == seen.json["schedule_group_id"]:
                row["send_time"] = seen.json["share_at"]
        return Reply(200, [])

    site.before.append(hook)


@pytest.mark.parametrize("can", [True, False])
def test_posts_show_at_their_new_time_at_once_and_are_there_in_the_end(
    qtbot: QtBot,
    open_account: Callable[..., Watched],
    site: Scripted,
    can: bool,
) -> None:
    two_rows(site)
    if can:
        route(site)
    app = open_account()
    ended = Ended(app)
    token = app.service.reschedule([7, 8], NEW)
    assert token
    assert at(app) == {NEW}  # before anything was asked
    assert app.service.moving_ids() == {7, 8}
    qtbot.waitUntil(lambda: ended.states == ["done"])
    assert app.service.moving_ids() == frozenset()
    assert times(site) == [(2, OLD + 86400), (3, OLD + 86400)]
    assert at(app) == {NEW}
    assert len(app.rows[-1][0]) == 2
    assert bool(set(app.ids) & {7, 8}) is can

    back = app.service.undo_reschedule(token)
    assert back.is_whole
    assert at(app) == {datetime.fromtimestamp(OLD, UTC)}
    qtbot.waitUntil(lambda: ended.states == ["done", "done"])
    assert times(site) == [(2, OLD), (3, OLD)]
    assert len(app.rows[-1][0]) == 2

    again = app.service.redo_reschedule(back.batch)
    assert again.is_whole
    qtbot.waitUntil(lambda: ended.states == ["done"] * 3)
    assert times(site) == [(2, OLD + 86400), (3, OLD + 86400)]
    assert not ended.batches[-1][0].takes_back
    assert app.service.undo_reschedule(again.batch).is_whole
    qtbot.waitUntil(lambda: ended.states == ["done"] * 4)
    assert times(site) == [(2, OLD), (3, OLD)]


def test_a_post_that_is_deleted_while_it_moves_does_not_come_back_at_its_new_place(
    qtbot: QtBot,
    open_account: Callable[..., Watched],
    site: Scripted,
) -> None:
    two_rows(site)
    app = open_account()
    ended = Ended(app)
    app.service.reschedule([7, 8], NEW)
    app.service.delete_schedules([7])
    qtbot.waitUntil(lambda: ended.states == ["done"])
    assert len(app.rows[-1][0]) == 1
    app.service.shutdown()
    assert times(site) == [(3, OLD + 86400)]


def test_a_service_without_the_route_is_asked_for_it_once(
    qtbot: QtBot,
    open_account: Callable[..., Watched],
    site: Scripted,
) -> None:
    two_rows(site)
    app = open_account()
    ended = Ended(app)
    for hours in (1, 2):
        app.service.reschedule(app.ids, NEW + timedelta(hours=hours))
        ended.wait(qtbot, hours)
    assert ended.states == ["done", "done"]
    assert site.count("POST", move_client.RESCHEDULE) == 1


def test_a_refusal_is_told_and_the_posts_show_where_they_are(
    qtbot: QtBot,
    open_account: Callable[..., Watched],
    site: Scripted,
) -> None:
    two_rows(site)
    app = open_account()
    ended = Ended(app)
    site.always("/composer/reschedule", Reply(200, {"error_msg": "Not <b>today</b>"}))
    app.service.reschedule([7, 8], NEW)
    qtbot.waitUntil(lambda: ended.states == ["failed"])
    assert "Not today" in ended.batches[0][0].reason
    assert ended.batches[0][0].stays
    assert at(app) == {datetime.fromtimestamp(OLD, UTC)}
    assert times(site) == [(2, OLD), (3, OLD)]


def test_an_answer_that_is_lost_makes_no_second_copy(
    qtbot: QtBot,
    open_account: Callable[..., Watched],
    site: Scripted,
) -> None:
    two_rows(site)
    app = open_account()
    ended = Ended(app)
    site.fail("v1/composer", Reply(404, {"code": "rest_no_route", "message": "no"}), method="POST")
    site.fail("v1/composer", RESET, method="POST", carried_out=True)
    site.fail("v1/schedules", RESET, RESET, method="DELETE", carried_out=True)
    app.service.reschedule([7, 8], NEW)
    qtbot.waitUntil(lambda: ended.states == ["done"])
    assert times(site) == [(2, OLD + 86400), (3, OLD + 86400)]
    assert len(app.rows[-1][0]) == 2


def test_what_an_earlier_run_left_open_is_gone_on_with(
    qtbot: QtBot,
    start: Callable[..., Watched],
    site: Scripted,
    account: ServiceAccount,
    paths: Paths,
) -> None:
    """It had made the copy and died: the copy is hidden, then the original goes."""
    two_rows(site)
    rows = [Schedule.from_service(row) for row in site.schedules]
    (move,) = moves_of([row for row in rows if row], {7: NEW, 8: NEW}, account.id)
    store = Database(paths.database)
    row = {"id": move.id, "workspace": account.id, "state": "creating", "body": move.body()}
    table.add(store, [row], time.time())
    store.close()
    for number, channel in ((21, 2), (22, 3)):
        site.schedules.append(
            schedule(
                number,
                group="copy",
                at=int(NEW.timestamp()),
                channel={"id": channel, "name": "N", "social_network": "x"},
                customization_data={"post_content": "hello", "posto_ref": move.mark},
            )
        )
    app = start()
    ended = Ended(app)
    app.service.connect_account(account, PASSWORD)
    qtbot.waitUntil(lambda: ended.states == ["done"])
    assert times(site) == [(2, OLD + 86400), (3, OLD + 86400)]
    qtbot.waitUntil(lambda: app.ids == [22, 21])


def test_a_move_that_another_process_carries_out_is_left_to_it(
    qtbot: QtBot,
    open_account: Callable[..., Watched],
    site: Scripted,
    paths: Paths,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("posto_desktop.workers.reschedule._OTHER_MOVES", 0.1)
    two_rows(site)
    app = open_account()
    ended = Ended(app)
    other = ProcessLock(paths.database.parent, LOCK_FILE)
    assert other.acquire()
    app.service.reschedule([7, 8], NEW)
    store = Database(paths.database)
    qtbot.waitUntil(lambda: len(table.open_ones(store)) == 1)
    [row] = table.open_ones(store)
    body = {**row["body"], "new_ids": row["body"]["ids"]}
    table.change(store, row["id"], "done", body, time.time(), "moved", "")
    store.close()
    qtbot.waitUntil(lambda: ended.states == ["done"])
    other.release()
    assert site.count("POST", move_client.RESCHEDULE) == 0
    assert not app.service.moving_ids()


def test_a_move_that_another_process_has_begun_is_not_called_failed(
    open_account: Callable[..., Watched],
    site: Scripted,
    paths: Paths,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    two_rows(site)
    app = open_account()
    ended = Ended(app)
    (move,) = moves_of(app.rows[-1][0], dict.fromkeys((7, 8), NEW), "acc")
    store = Database(paths.data / "posto.db")
    row = {"id": move.id, "workspace": "acc", "state": "written", "body": move.body()}
    table.add(store, [row], time.time())
    get = table.get

    def get_and_begin(db: Database, move_id: str) -> dict[str, Any] | None:
        known = get(db, move_id)
        table.change(store, move_id, "creating", move.body(), time.time(), "creating", "")
        return known

    monkeypatch.setattr(table, "get", get_and_begin)
    app.service._schedule.moves._unreachable(store, move, RuntimeError("The keyring is locked."))
    stored = get(store, move.id)
    assert stored is not None
    assert stored["state"] == "creating"
    assert ended.batches == []


def hour(number: int) -> datetime:
    return NEW + timedelta(hours=number)


@pytest.mark.parametrize("can", [True, False])
@pytest.mark.parametrize("quick_keys", [True, False])
def test_several_moves_of_a_post_are_taken_back_one_after_the_other(
    qtbot: QtBot,
    open_account: Callable[..., Watched],
    site: Scripted,
    can: bool,
    quick_keys: bool,
) -> None:
    two_rows(site)
    if can:
        route(site)
    app = open_account()
    ended = Ended(app)
    tokens = []
    for number in (1, 2, 3):
        tokens.append(app.service.reschedule(app.ids, hour(number)))
        ended.wait(qtbot, number)
    left = [int(hour(2).timestamp()), int(hour(1).timestamp()), OLD]
    for number, when in enumerate(left, start=4):
        assert app.service.undo_reschedule(tokens.pop()).is_whole
        assert at(app) == {datetime.fromtimestamp(when, UTC)}
        if not quick_keys:
            ended.wait(qtbot, number)
            assert times(site) == [(2, when), (3, when)]
    qtbot.waitUntil(lambda: len(ended.batches) == 6)
    assert ended.states == ["done"] * 6
    assert times(site) == [(2, OLD), (3, OLD)]
    assert len(app.rows[-1][0]) == 2


def test_a_move_is_taken_back_after_a_part_of_it_went_elsewhere(
    qtbot: QtBot,
    open_account: Callable[..., Watched],
    site: Scripted,
) -> None:
    two_rows(site)
    app = open_account()
    ended = Ended(app)
    both = app.service.reschedule([7, 8], hour(1))
    qtbot.waitUntil(lambda: len(ended.batches) == 1)
    single = app.service.reschedule(app.ids[:1], hour(2))
    qtbot.waitUntil(lambda: len(ended.batches) == 2)
    assert len(set(times(site))) == 2
    for number, token in ((3, single), (4, both)):
        assert app.service.undo_reschedule(token).is_whole
        ended.wait(qtbot, number)
    assert set(ended.states) == {"done"}
    assert times(site) == [(2, OLD), (3, OLD)]
    assert at(app) == {datetime.fromtimestamp(OLD, UTC)}


def test_nothing_is_moved_that_was_sent_or_is_there_already(
    open_account: Callable[..., Watched],
    site: Scripted,
) -> None:
    site.schedules = [schedule(7, at=OLD, status="success"), schedule(8, at=OLD, group="h")]
    app = open_account()
    assert app.service.reschedule([7], NEW) == ""
    assert app.service.reschedule([8], datetime.fromtimestamp(OLD, UTC)) == ""
    assert app.service.reschedule([99], NEW) == ""
    assert not app.service.undo_reschedule("unknown").is_whole
    assert site.count("POST", "/composer") == 0


def test_the_embedded_workspace_moves_whole_groups_and_parts(
    qtbot: QtBot,
    start: Callable[..., Watched],
    paths: Paths,
) -> None:
    app = start()
    ended = Ended(app)
    app.service.connect_local(paths.workspace)
    qtbot.waitUntil(lambda: bool(app.channels) and bool(app.rows))
    when = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
    app.service.post(Draft(text="Move me"), app.channels[-1][:3], when)
    qtbot.waitUntil(lambda: len(app.rows[-1][0]) == 3)
    ids = app.ids
    app.service.reschedule(ids, when + timedelta(hours=1))
    qtbot.waitUntil(lambda: ended.states == ["done"])
    assert sorted(app.ids) == sorted(ids)
    assert at(app) == {when + timedelta(hours=1)}

    token = app.service.reschedule(ids[:1], when + timedelta(hours=3))
    qtbot.waitUntil(lambda: len(ended.states) == 2)
    assert ended.states[-1] == "done"
    assert at(app) == {when + timedelta(hours=1), when + timedelta(hours=3)}
    assert len(app.ids) == 3
    qtbot.waitUntil(lambda: _rows_of_the_entry(app) == 3)
    assert app.service.undo_reschedule(token).is_whole
    qtbot.waitUntil(lambda: len(ended.states) == 3)
    assert at(app) == {when + timedelta(hours=1)}
    assert len(app.ids) == 3
    qtbot.waitUntil(lambda: _rows_of_the_entry(app) == 3)


def _rows_of_the_entry(app: Watched) -> int:
    """Activity counts by them on how many channels a message is."""
    index = ScheduleIndex()
    index.set_schedules("local", app.rows[-1][0])
    index.set_entries(app.entries)
    return len(index.rows_of(app.entries[0]))


def test_many_posts_are_shown_now_and_then_and_leave_room_for_others(
    qtbot: QtBot,
    open_account: Callable[..., Watched],
    site: Scripted,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Longer than any move takes, on a busy machine too.
    monkeypatch.setattr(optimistic_schedule, "SPACING_MS", 600_000)
    route(site)
    site.schedules = [
        schedule(number, at=OLD + number, group=f"g{number}") for number in range(1, 61)
    ]
    app = open_account()
    ended = Ended(app)
    reports: list[tuple[int, int]] = []

    def follow(done: int, total: int) -> None:
        if not reports:
            app.service.refresh_channels()  # it does not wait until all have moved
        reports.append((done, total))

    app.service.moves_progress.connect(follow)
    shown = len(app.rows)
    ids = list(range(1, 61))
    app.service.reschedule(ids, {number: NEW + timedelta(seconds=number) for number in ids})
    assert {row.send_at for row in app.rows[-1][0]} == {
        NEW + timedelta(seconds=number) for number in ids
    }
    qtbot.waitUntil(lambda: bool(ended.batches))
    assert ended.states == ["done"] * 60
    assert reports[-1] == (60, 60)
    paths_asked = [seen.path for seen in site.seen]
    last = max(at for at, path in enumerate(paths_asked) if path.endswith("/reschedule"))
    first = min(at for at, path in enumerate(paths_asked) if path.endswith("/reschedule"))
    assert any(path.endswith("/channels") for path in paths_asked[first:last])
    assert len(app.rows) - shown < 40
    assert times(site)[0][1] == NEW.timestamp() + 1
    qtbot.waitUntil(lambda: at(app) == {NEW + timedelta(seconds=number) for number in ids})


def test_looking_again_queues_nothing_twice(
    qtbot: QtBot,
    open_account: Callable[..., Watched],
    site: Scripted,
) -> None:
    route(site)
    site.schedules = [
        schedule(number, at=OLD + number, group=f"g{number}") for number in range(1, 13)
    ]
    app = open_account()
    ended = Ended(app)
    app.service.moves_progress.connect(lambda *_: app.service._schedule.moves.resume())
    ids = list(range(1, 13))
    token = app.service.reschedule(ids, dict.fromkeys(ids, NEW))
    qtbot.waitUntil(lambda: bool(ended.batches))
    assert ended.states == ["done"] * 12
    assert site.count("POST", move_client.RESCHEDULE) == 12
    assert len(site.seen) < 150
    # All of it goes back, also when that is wanted at once.
    assert app.service.undo_reschedule(token).is_whole
    qtbot.waitUntil(lambda: len(ended.batches) == 2)
    assert {row["send_time"] for row in site.schedules} == {OLD + number for number in ids}


def test_a_late_answer_about_a_move_that_has_ended_says_nothing_new(
    qtbot: QtBot,
    open_account: Callable[..., Watched],
    site: Scripted,
) -> None:
    route(site)
    two_rows(site)
    app = open_account()
    ended = Ended(app)
    moves = app.service._schedule.moves
    token = app.service.reschedule([7, 8], {7: NEW, 8: NEW})
    ended.wait(qtbot, 1)
    [batch] = ended.batches
    # Read before it ended, and told after it.
    moves.handle_known([replace(move, state="written") for move in batch])
    assert moves.moving(batch[0].workspace) == frozenset()
    assert app.service.undo_reschedule(token).is_whole
    for move in batch:
        moves.handle_ended(move)
    assert ended.batches == [batch]
    ended.wait(qtbot, 2)
    assert [send_time for _channel, send_time in times(site)] == [OLD, OLD]


def test_the_way_back_that_failed_does_not_bar_the_one_before_it(
    qtbot: QtBot,
    open_account: Callable[..., Watched],
    site: Scripted,
) -> None:
    two_rows(site)
    app = open_account()
    ended = Ended(app)
    tokens = []
    for number in (1, 2):
        tokens.append(app.service.reschedule(app.ids, hour(number)))
        ended.wait(qtbot, number)
    site.fail("v1/composer", Reply(200, {"error_msg": "Not today"}), method="POST")
    for token in reversed(tokens):
        assert app.service.undo_reschedule(token).is_whole
    qtbot.waitUntil(lambda: len(ended.batches) == 4)
    assert ended.states == ["done", "done", "failed", "done"]
    assert times(site) == [(2, OLD), (3, OLD)]
