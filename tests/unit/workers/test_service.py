"""The facade against a scripted service over real HTTP, and against the real embedded workspace."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.core.draft import LOCAL, Draft, MediaRef
from posto_desktop.core.outbox import Outbox
from posto_desktop.sdk import PostoSDK
from posto_desktop.sdk.records import Channel
from posto_desktop.server import launch
from posto_desktop.storage import plan_rows, schema
from posto_desktop.storage.accounts import Account, Accounts
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.paths import Paths
from posto_desktop.storage.secrets import Secrets
from posto_desktop.storage.settings import Settings
from posto_desktop.workers import connection, links
from tests.unit.core.scripted import PNG
from tests.unit.sdk.scripted import PASSWORD, USER, Reply, Scripted, channel, schedule
from tests.unit.workers.watched import Watched

RESET = Reply(how="reset")

pytestmark = pytest.mark.usefixtures("quick")


def draft(text: str = "The Winter Roast is here", **more: Any) -> Draft:
    return Draft(text=text, **more)


# -- connecting ------------------------------------------------------------------------------------


def test_an_account_is_opened(open_account: Callable[..., Watched], site: Scripted) -> None:
    site.schedules = [schedule(7, at=2_000_000_000), schedule(8, at=2_000_000_100)]
    app = open_account()
    assert app.states == ["connecting", "connected"]
    assert [one.name for one in app.channels[-1]] == ["News", "Sky"]
    assert app.ids == [8, 7]
    state = app.service.state
    assert state is not None
    assert state.workspace_id == "acc"
    assert state.host == site.url.removeprefix("http://")


def test_the_last_known_plan_is_shown_without_any_network(
    qtbot: QtBot,
    open_account: Callable[..., Watched],
    start: Callable[..., Watched],
    site: Scripted,
    account: Account,
) -> None:
    site.schedules = [schedule(7, at=2_000_000_000)]
    first = open_account()
    assert first.service.shutdown()
    site.before.append(lambda seen: RESET)
    app = start()
    app.service.connect_account(account, PASSWORD)
    qtbot.waitUntil(lambda: "offline" in app.states and bool(app.rows))
    rows, cached = app.rows[0]
    assert cached
    assert [(row.id, row.text, row.channel_name) for row in rows] == [(7, "hello", "News")]
    assert [one.name for one in app.channels[0]] == ["News", "Sky"]


def test_rows_that_went_away_meanwhile_leave_the_cache_too(
    qtbot: QtBot, open_account: Callable[..., Watched], site: Scripted, paths: Paths
) -> None:
    site.schedules = [schedule(7, at=2_000_000_000), schedule(8, at=2_000_000_100)]
    open_account().service.shutdown()
    site.schedules = site.schedules[:1]
    app = open_account()
    assert app.ids == [7]
    app.service.shutdown()
    database = Database(paths.database)
    rows = [row for part in plan_rows.around(database, "acc", 0.0, 10) for row in part]
    assert [row["id"] for row in rows] == [7]
    database.close()


def test_many_rows_arrive_in_parts_and_other_work_gets_in_between(
    qtbot: QtBot, start: Callable[..., Watched], site: Scripted, account: Account
) -> None:
    now = int(time.time())
    site.schedules = [schedule(n, at=now + (n - 800) * 3600) for n in range(1, 1201)]
    app = start()
    parts: list[tuple[list[int], Any]] = []
    app.service.schedules_arriving.connect(
        lambda rows, gone, as_of: parts.append(([row.id for row in rows], as_of))
    )
    app.service.connect_account(account, PASSWORD)
    qtbot.waitUntil(lambda: bool(parts))
    assert app.rows == []
    near, as_of = parts[0]
    assert (800 in near or 801 in near, as_of) == (True, None)
    qtbot.waitUntil(lambda: bool(app.rows))
    assert app.ids == list(range(1200, 0, -1))
    assert not app.rows[0][1]
    assert {key for part, _ in parts for key in part} == set(range(1, 1201))
    assert app.service.shutdown()
    site.before.append(lambda seen: RESET)
    parts.clear()
    again = start()
    again.service.schedules_arriving.connect(
        lambda rows, gone, as_of: parts.append(([row.id for row in rows], as_of))
    )
    again.service.connect_account(account, PASSWORD)
    qtbot.waitUntil(lambda: bool(again.rows))
    assert again.rows[0][1]
    assert again.ids == app.ids
    near, as_of = parts[0]
    assert 800 in near
    assert len(near) < 1200
    assert datetime.now(UTC) - as_of < timedelta(minutes=5)


def test_the_network_comes_back(
    qtbot: QtBot, start: Callable[..., Watched], site: Scripted, account: Account
) -> None:
    away = threading.Event()
    away.set()
    site.before.append(lambda seen: RESET if away.is_set() else None)
    app = start()
    app.service.connect_account(account, PASSWORD)
    qtbot.waitUntil(lambda: "offline" in app.states)
    assert app.channels == []
    away.clear()
    qtbot.waitUntil(lambda: app.states[-1] == "connected" and bool(app.channels))
    assert len(app.channels[-1]) == 2


def test_a_wrong_password_asks_to_sign_in_again(
    qtbot: QtBot, start: Callable[..., Watched], site: Scripted, account: Account
) -> None:
    app = start()
    app.service.connect_account(account, "wrong")
    qtbot.waitUntil(lambda: app.states[-1:] == ["sign_in_again"])
    app.service.post(draft(), [Channel(2, "News", "twitter")], None)
    qtbot.waitUntil(lambda: any(one.code == "sign_in" for one in app.entries))
    app.service.connect_account(account, PASSWORD)
    qtbot.waitUntil(lambda: any(one.state == "sent" for one in app.entries))
    assert len(site.schedules) == 1


def test_answers_of_a_workspace_that_was_left_are_dropped(
    qtbot: QtBot, start: Callable[..., Watched], site: Scripted, account: Account
) -> None:
    other = Scripted()
    other.channels = [channel(9, "Elsewhere")]
    site.always("/channels", Reply(how="hang"))
    try:
        app = start()
        app.service.connect_account(account, PASSWORD)
        qtbot.waitUntil(lambda: site.count(part="/channels") == 1)
        app.service.connect_account(Account("b", "B", other.url, USER), PASSWORD)
        site.open.set()
        qtbot.waitUntil(lambda: bool(app.channels))
        assert [one.name for one in app.channels[0]] == ["Elsewhere"]
        assert app.service.workspace_id == "b"
    finally:
        other.close()


@pytest.mark.timeout(30)  # a call that waits does so for a minute
def test_nothing_on_the_gui_thread_waits_for_a_silent_service(
    qtbot: QtBot, start: Callable[..., Watched], site: Scripted, account: Account
) -> None:
    site.before.append(lambda seen: Reply(how="hang"))
    app = start()
    one = app.service
    one.connect_account(account, PASSWORD)
    one.refresh_channels()
    one.refresh_schedules()
    one.post(draft(), [Channel(2, "News", "twitter")], None)
    one.retry_schedules([1])
    one.delete_schedules([2])
    one.fetch_picture(f"{site.url}/a.png")
    one.save_draft(draft("kept"))
    one.set_watching("schedule")
    qtbot.waitUntil(lambda: len(app.saved) == 1 and bool(app.posted))
    one.shutdown(1500)


# -- posting ---------------------------------------------------------------------------------------


def test_a_post_goes_out_and_its_rows_appear(
    qtbot: QtBot, open_account: Callable[..., Watched], site: Scripted, tmp_path: Path
) -> None:
    app = open_account()
    picture = tmp_path / "bag “one”.png"
    picture.write_bytes(PNG)
    post = draft(media=[MediaRef(str(picture), picture.name, len(PNG), alt="A bag")])
    app.service.post(post, app.channels[-1], datetime.now(UTC) + timedelta(hours=1))
    qtbot.waitUntil(lambda: len(app.rows[-1][0]) == 2)
    qtbot.waitUntil(lambda: app.entries[0].state == "sent")
    [call] = site.composed()
    assert call["share_at"] > time.time()
    data = call["schedules"][0]["custom_post_data"]
    assert data["post_content"] == "The Winter Roast is here"
    assert data["attach_link"] is False  # the channel's own default would attach one
    [media_id] = data["media_list_to_upload"]
    assert site.media[media_id]["bytes"] == PNG
    assert site.media[media_id]["alt_text"] == "A bag"
    assert app.posted[0].posto_ref == data["posto_ref"]


def test_what_cannot_be_posted_comes_back(
    qtbot: QtBot, open_account: Callable[..., Watched]
) -> None:
    app = open_account()
    empty = draft(" ")
    app.service.save_draft(empty)
    app.service.post(empty, app.channels[-1], None)
    qtbot.waitUntil(lambda: len(app.refused) == 1)
    assert "nothing to post" in app.refused[0]
    # It is a draft again, so it is kept again.
    app.service.save_draft(empty)
    qtbot.waitUntil(lambda: empty.id in app.saved)


def test_a_post_made_offline_waits_and_goes_out_by_itself(
    qtbot: QtBot, open_account: Callable[..., Watched], site: Scripted
) -> None:
    app = open_account()
    away = threading.Event()
    away.set()
    site.before.append(lambda seen: RESET if away.is_set() else None)
    app.service.post(draft(), app.channels[-1], None)
    qtbot.waitUntil(lambda: bool(app.entries) and app.entries[0].code in ("offline", "no_answer"))
    assert app.entries[0].reason
    away.clear()
    # The answers were cut, not refused: whether anything arrived is looked up first.
    app.service.outbox.retry(app.entries[0].id)
    qtbot.waitUntil(lambda: app.entries[0].state in ("handing_over", "sent"))
    assert len(site.composed()) <= 1


def test_a_refused_post_is_told_with_its_reason(
    qtbot: QtBot, open_account: Callable[..., Watched], site: Scripted
) -> None:
    app = open_account()
    site.fail("/composer", Reply(200, {"error_msg": "<b>Channel</b> is gone"}))
    app.service.post(draft(), app.channels[-1], None)
    qtbot.waitUntil(lambda: any(notice.kind == "error" for notice in app.messages))
    notice = app.messages[-1]
    assert "was not sent" in notice.text
    assert "Channel is gone" in notice.detail
    assert notice.action is not None
    assert (notice.action.kind, notice.action.arg) == ("show_activity", app.entries[0].id)
    app.service.outbox.retry(app.entries[0].id)
    qtbot.waitUntil(lambda: app.entries[0].state == "sent")


def test_a_post_is_given_up(
    qtbot: QtBot, start: Callable[..., Watched], account: Account, site: Scripted
) -> None:
    app = start()
    app.service.connect_account(account, "wrong")
    app.service.post(draft(), [Channel(2, "News", "twitter")], None)
    qtbot.waitUntil(lambda: any(one.code == "sign_in" for one in app.entries))
    entry_id = app.entries[0].id
    app.service.outbox.cancel(entry_id)
    qtbot.waitUntil(lambda: app.entries[0].state == "cancelled")
    with pytest.raises(ValueError, match="no such answer"):
        app.service.outbox.resolve(entry_id, "perhaps")


def test_posts_of_another_workspace_go_out_meanwhile(
    qtbot: QtBot, start: Callable[..., Watched], paths: Paths, site: Scripted, account: Account
) -> None:
    accounts, secrets = Accounts(paths.accounts), Secrets(paths.secrets, "off")
    accounts.add(account)
    app = start(accounts=accounts, secrets=secrets)
    app.service.post(draft(workspace="acc"), [Channel(2, "News", "twitter")], None)
    qtbot.waitUntil(lambda: any(one.code == "sign_in" for one in app.entries))
    secrets.set("acc", PASSWORD, "session")
    app.service.outbox.retry(app.entries[0].id)
    qtbot.waitUntil(lambda: app.entries[0].state == "sent")
    assert site.count("POST", "/composer") == 1


# -- drafts and a database that cannot be used -----------------------------------------------------


def test_drafts_are_kept_and_end_with_their_post(
    qtbot: QtBot, open_account: Callable[..., Watched], paths: Paths
) -> None:
    app = open_account()
    first, second = draft("first", workspace="acc"), draft("second", workspace="acc")
    for text in ("f", "fi", "first"):
        first.text = text
        app.service.save_draft(first)
    app.service.save_draft(second)
    qtbot.waitUntil(lambda: {first.id, second.id} <= set(app.saved))
    app.service.load_desk()
    qtbot.waitUntil(lambda: len(app.drafts) == 1)
    assert {one.text for one in app.drafts[0]} == {"first", "second"}
    app.service.post(first, app.channels[-1], None)
    app.service.save_draft(first)  # the editor's last save comes after Post
    app.service.delete_draft(second.id)
    qtbot.waitUntil(lambda: bool(app.posted))
    app.service.shutdown()
    database = Database(paths.database)
    assert database.drafts() == []
    database.close()


def test_what_was_typed_last_is_written_at_quit(
    qtbot: QtBot, start: Callable[..., Watched], paths: Paths
) -> None:
    app = start()
    app.service.save_draft(draft("typed just now"))
    app.service.shutdown()
    database = Database(paths.database)
    assert database.drafts()[0]["body"]["text"] == "typed just now"
    database.close()


def _newer(path: Path) -> None:
    raw = sqlite3.connect(path)
    raw.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    raw.close()


@pytest.mark.parametrize("spoil", [_newer, Path.mkdir], ids=["newer", "a folder"])
def test_without_a_database_everything_else_goes_on(
    qtbot: QtBot,
    paths: Paths,
    open_account: Callable[..., Watched],
    site: Scripted,
    spoil: Callable[[Path], object],
) -> None:
    paths.data.mkdir(parents=True)
    spoil(paths.database)
    app = open_account()
    qtbot.waitUntil(lambda: bool(app.blocked))
    assert "posto.db" in app.blocked[0]
    assert "nothing can be sent" in app.blocked[0]
    assert len(app.channels[-1]) == 2
    app.service.post(draft(), app.channels[-1], None)
    qtbot.waitUntil(lambda: bool(app.refused))
    assert "Nothing was sent." in app.refused[0]
    app.service.load_desk()
    qtbot.waitUntil(lambda: app.drafts == [[]])
    assert site.composed() == []


def test_a_damaged_database_is_told(
    qtbot: QtBot, paths: Paths, open_account: Callable[..., Watched]
) -> None:
    paths.data.mkdir(parents=True)
    paths.database.write_bytes(b"no database" * 1000)
    app = open_account()
    qtbot.waitUntil(lambda: bool(app.messages))
    assert "damaged" in app.texts[0]
    app.service.save_draft(draft())
    qtbot.waitUntil(lambda: len(app.saved) == 1)


def test_pasted_files_go_when_nothing_holds_them(
    qtbot: QtBot, start: Callable[..., Watched], paths: Paths
) -> None:
    folder = paths.data / "pasted"
    (folder / "fetched-1").mkdir(parents=True)
    held, waiting, new, old, fetched = (
        folder / "held.png",
        folder / "waiting.png",
        folder / "new.png",
        folder / "old.png",
        folder / "fetched-1" / "bag.png",
    )
    for path in (held, waiting, new, old, fetched):
        path.write_bytes(PNG)
        if path != new:
            os.utime(path, (1000, 1000))
    database = Database(paths.database)
    kept = draft(media=[MediaRef(str(held), held.name)])
    database.put_draft(kept.id, LOCAL, kept.to_json())
    posted = draft(media=[MediaRef(str(waiting), waiting.name)], workspace="acc")
    Outbox(database).add(posted, [Channel(2, "News", "twitter")], None)
    database.close()
    start()
    qtbot.waitUntil(lambda: not old.exists() and not fetched.parent.exists())
    assert held.exists()
    assert waiting.exists()
    assert new.exists()


def test_an_entry_in_trouble_is_not_tried_without_end(
    qtbot: QtBot,
    open_account: Callable[..., Watched],
    site: Scripted,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The disk is full at the very moment when "sent" is to be written."""
    app = open_account()
    change = Database.change_outbox
    refused: list[str] = []

    def full(self: Database, entry_id: str, changes: dict[str, Any], **more: Any) -> bool:
        if changes.get("state") == "sent":
            refused.append(entry_id)
            raise StorageError("posto.db could not be written: the disk is full.")
        return change(self, entry_id, changes, **more)

    monkeypatch.setattr(Database, "change_outbox", full)
    app.service.post(draft(), app.channels[-1], None)
    qtbot.waitUntil(lambda: any("disk is full" in text for text in app.texts))
    app.service._job.wake()
    app.service.load_desk()
    qtbot.waitUntil(lambda: bool(app.drafts))
    assert len(refused) == 1
    monkeypatch.undo()
    app.service._job._not_before.clear()
    app.service._job.wake()
    qtbot.waitUntil(lambda: app.entries[0].state == "sent")
    assert len(site.composed()) == 1


# -- rows ------------------------------------------------------------------------------------------


@pytest.fixture
def three(open_account: Callable[..., Watched], site: Scripted) -> Watched:
    site.schedules = [schedule(n, at=2_000_000_000 - n, status="error") for n in (1, 2, 3)]
    return open_account(undo_ms=150)


def test_deleted_rows_are_hidden_at_once_and_deleted_later(
    qtbot: QtBot, three: Watched, site: Scripted
) -> None:
    three.service.delete_schedules([1, 3])
    assert three.ids == [2]
    assert three.texts == ["2 posts deleted"]
    assert site.count("DELETE") == 0
    qtbot.waitUntil(lambda: len(site.schedules) == 1)
    three.service.refresh_schedules()
    qtbot.waitUntil(lambda: three.ids == [2])


def test_undo_of_a_delete(qtbot: QtBot, three: Watched, site: Scripted) -> None:
    token = three.service.delete_schedules([2])
    action = three.messages[-1].action
    assert action is not None
    assert (action.kind, action.arg) == ("restore_schedules", token)
    assert three.service.restore_schedules(token)
    assert three.ids == [1, 2, 3]
    assert not three.service.restore_schedules(token)
    three.service.delete_schedules([3])
    qtbot.waitUntil(lambda: len(site.schedules) == 2)
    assert [row["id"] for row in site.schedules] == [1, 2]


def test_at_quit_what_was_deleted_is_deleted(three: Watched, site: Scripted) -> None:
    three.service.delete_schedules([1])
    three.service.shutdown()
    assert [row["id"] for row in site.schedules] == [2, 3]


def test_rows_that_could_not_be_deleted_come_back(
    qtbot: QtBot, three: Watched, site: Scripted
) -> None:
    site.before.append(lambda seen: RESET if seen.method == "DELETE" else None)
    three.service.delete_schedules([1])
    qtbot.waitUntil(lambda: three.ids == [1, 2, 3])
    assert any(text.startswith("The posts were not deleted.") for text in three.texts)


def test_a_row_that_is_being_sent_stays(qtbot: QtBot, three: Watched, site: Scripted) -> None:
    site.schedules[0]["status"] = "sending"
    three.service.delete_schedules([1, 2])
    qtbot.waitUntil(lambda: three.ids == [1, 3])
    assert "1 of 2 posts could not be deleted." in three.texts


def test_retry(qtbot: QtBot, three: Watched, site: Scripted) -> None:
    three.service.retry_schedules([1, 2])
    qtbot.waitUntil(lambda: [row.status for row in three.rows[-1][0]].count("not_sent") == 2)
    assert "2 posts are tried again" in three.texts


def test_what_may_be_live_is_retried_only_when_asked(
    qtbot: QtBot, three: Watched, site: Scripted
) -> None:
    site.schedules[0]["error_msg"] = "First comment error: no right"
    three.service.retry_schedules([1])
    qtbot.waitUntil(lambda: bool(three.messages))
    notice = three.messages[-1]
    assert (notice.kind, site.schedules[0]["status"]) == ("warning", "error")
    assert notice.action is not None
    assert (notice.action.kind, notice.action.arg) == ("retry_schedules", "1")
    three.service.retry_schedules([1], force=True)
    qtbot.waitUntil(lambda: site.schedules[0]["status"] == "not_sent")


def test_only_a_page_that_is_seen_is_polled(qtbot: QtBot, three: Watched, site: Scripted) -> None:
    three.service.set_watching("Schedule")
    before = site.count("GET", "/schedules")
    qtbot.waitUntil(lambda: site.count("GET", "/schedules") >= before + 3)
    told = len(three.rows)
    site.schedules[1]["status"] = "success"
    qtbot.waitUntil(lambda: len(three.rows) == told + 1)  # told when something changed, not before
    assert three.rows[-1][0][1].status == "success"
    three.service.set_watching("compose")
    assert three.service._connection.poll_ms == connection.BACK_SERVICE_MS


def test_how_posts_end_is_told_wherever_the_user_is(
    qtbot: QtBot, open_account: Callable[..., Watched], site: Scripted, monkeypatch: Any
) -> None:
    monkeypatch.setattr(connection, "BACK_SERVICE_MS", 60)
    now = int(time.time())
    site.schedules = [
        schedule(1, at=now - 60, group="a"),
        schedule(2, at=now + 9000, group="b"),
        schedule(3, at=now - 9000, status="error", group="c"),
    ]
    app = open_account()
    app.service.set_watching("compose")
    site.schedules[0]["status"] = "success"
    qtbot.waitUntil(lambda: len(app.ended) == 1)
    assert [(row.id, row.status) for row in app.ended[0]] == [(1, "success")]
    reads = site.count("GET", "/schedules")
    with (
        qtbot.waitSignal(app.service._connection.poll_due),
        qtbot.assertNotEmitted(app.service.message),
    ):
        pass
    assert site.count("GET", "/schedules") == reads  # nothing is awaited any more
    assert len(app.ended) == 1


def test_the_plan_is_told_with_what_is_being_deleted(three: Watched) -> None:
    three.service.delete_schedules([1])
    workspace, rows, hidden, read_at = three.plans[-1]
    assert (workspace, len(rows), set(hidden)) == ("acc", 3, {1})
    assert read_at is not None


def test_a_deleted_post_says_so_in_the_outbox(
    qtbot: QtBot, open_account: Callable[..., Watched]
) -> None:
    app = open_account(undo_ms=30)
    app.service.post(draft(), app.channels[-1], datetime.now(UTC) + timedelta(hours=1))
    qtbot.waitUntil(lambda: len(app.rows[-1][0]) == 2 and app.entries[0].state == "sent")
    app.service.delete_schedules([app.ids[0]])
    qtbot.waitUntil(lambda: app.entries[0].steps[-1].what == "deleted")
    assert app.entries[0].steps[-1].detail == "Sky"


def test_the_users_word_on_what_may_be_live(qtbot: QtBot, three: Watched, site: Scripted) -> None:
    site.schedules[0]["error_msg"] = "First comment error: no right"
    three.service.resolve_schedules([1], "send_again")
    qtbot.waitUntil(lambda: three.rows[-1][0][0].status == "not_sent")
    assert not three.messages
    with pytest.raises(ValueError, match="no such answer"):
        three.service.resolve_schedules([1], "perhaps")


def test_a_paused_outbox_hands_nothing_over(
    qtbot: QtBot, open_account: Callable[..., Watched], site: Scripted, paths: Paths
) -> None:
    Settings(paths.settings).set("sending.paused", True)
    app = open_account()
    app.service.post(draft("one"), app.channels[-1], None)
    app.service.post(draft("two"), app.channels[-1], None)
    qtbot.waitUntil(lambda: len(app.entries) == 2)
    app.service.outbox.retry(app.entries[0].id)
    qtbot.waitUntil(lambda: app.entries[0].steps[-1].what == "retried")
    assert {entry.state for entry in app.entries} == {"waiting"}
    assert site.composed() == []
    app.service.outbox.pause(False)
    qtbot.waitUntil(lambda: {entry.state for entry in app.entries} == {"sent"})


def test_pausing_stops_an_upload_which_goes_on_later(
    qtbot: QtBot, open_account: Callable[..., Watched], site: Scripted, tmp_path: Path
) -> None:
    app = open_account()
    held, go = threading.Event(), threading.Event()

    def hold(seen: Any) -> None:
        if seen.path.endswith("/media") and not go.is_set():
            held.set()
            go.wait(10)

    site.before.append(hold)
    picture = tmp_path / "bag.png"
    picture.write_bytes(PNG)
    app.service.post(
        draft(media=[MediaRef(str(picture), picture.name, len(PNG))]), app.channels[-1], None
    )
    qtbot.waitUntil(held.is_set)
    app.service.outbox.pause(True)
    go.set()
    qtbot.waitUntil(lambda: bool(app.entries) and app.entries[0].state == "waiting")
    assert site.composed() == []
    app.service.outbox.pause(False)
    qtbot.waitUntil(lambda: app.entries[0].state == "sent")
    assert len(site.composed()) == 1


def test_one_post_is_paused_and_another_taken_first(
    qtbot: QtBot, open_account: Callable[..., Watched], site: Scripted, paths: Paths
) -> None:
    Settings(paths.settings).set("sending.paused", True)
    app = open_account()
    for text in ("one", "two", "three", "four"):
        app.service.post(draft(text), app.channels[-1], None)
    qtbot.waitUntil(lambda: len(app.entries) == 4)
    ids = {entry.title: entry.id for entry in app.entries}
    app.service.outbox.hold(ids["one"], True)
    app.service.outbox.hurry(ids["three"])
    app.service.outbox.hurry(ids["four"])
    app.service.outbox.pause(False)
    qtbot.waitUntil(lambda: [entry.state for entry in app.entries].count("sent") == 3)
    texts = [call["schedules"][0]["custom_post_data"]["post_content"] for call in site.composed()]
    assert set(texts[:2]) == {"three", "four"}
    assert texts[2:] == ["two"]
    app.service.outbox.hold(ids["one"], False)
    qtbot.waitUntil(lambda: {entry.state for entry in app.entries} == {"sent"})


def test_notices_outlive_the_app(qtbot: QtBot, start: Callable[..., Watched]) -> None:
    first = start()
    first.service.notices.keep("error", "Facebook refused the picture", "Too large")
    first.service.notices.keep("ok", "1 post is published", "")
    first.service.notices.see()
    first.service.notices.keep("ok", "2 posts are published", "")
    first.service.shutdown()
    second = start()
    second.service.notices.load()
    qtbot.waitUntil(lambda: bool(second.notices))
    assert [(row["text"], row["detail"], row["seen"]) for row in second.notices[0]] == [
        ("2 posts are published", "", 0),
        ("1 post is published", "", 1),
        ("Facebook refused the picture", "Too large", 1),
    ]
    second.service.notices.clear()
    second.service.notices.load(1)
    qtbot.waitUntil(lambda: len(second.notices) == 2)
    assert second.notices[1] == []


def test_whoever_asks_for_the_rows_is_answered_offline_too(
    qtbot: QtBot, three: Watched, site: Scripted
) -> None:
    site.before.append(lambda seen: RESET)
    told = len(three.rows)
    three.service.refresh_schedules()
    qtbot.waitUntil(lambda: len(three.rows) > told)
    assert three.ids == [1, 2, 3]
    assert "offline" in three.states


# -- pictures and files ----------------------------------------------------------------------------


def test_pictures_come_from_the_service_once(
    qtbot: QtBot, open_account: Callable[..., Watched], site: Scripted
) -> None:
    site.files["/p.png"] = Reply(200, PNG)
    app = open_account()
    url = f"{site.url}/p.png"
    app.service.fetch_picture(url)
    app.service.fetch_picture(url)
    qtbot.waitUntil(lambda: app.pictures.get(url) == PNG)
    app.service.fetch_picture(f"{site.url}/none.png")
    qtbot.waitUntil(lambda: f"{site.url}/none.png" in app.pictures)
    assert app.pictures[f"{site.url}/none.png"] is None
    site.before.append(lambda seen: RESET)
    app.pictures.clear()
    app.service.fetch_picture(url)
    qtbot.waitUntil(lambda: app.pictures.get(url) == PNG)
    assert site.count(part="/p.png") == 1


def test_files_of_a_post_are_fetched_under_their_names(
    qtbot: QtBot, open_account: Callable[..., Watched], site: Scripted
) -> None:
    site.files["/uploads/bag one.png"] = Reply(200, PNG)
    site.files["/uploads/latte"] = Reply(200, PNG, {"Content-Type": "image/png"})
    app = open_account()
    app.service.fetch_files(
        [f"{site.url}/uploads/{name}" for name in ("bag%20one.png", "gone.png", "latte")]
    )
    qtbot.waitUntil(lambda: len(app.files) == 2)
    assert [Path(one).name for one in app.files] == ["bag one.png", "latte.png"]
    assert all(Path(one).read_bytes() == PNG for one in app.files)
    assert "1 of 3 files could not be fetched." in app.texts


# -- the embedded workspace ------------------------------------------------------------------------


@pytest.fixture
def local(qtbot: QtBot, start: Callable[..., Watched]) -> Watched:
    app = start()
    app.service.connect_local()
    qtbot.waitUntil(lambda: bool(app.channels) and bool(app.rows), timeout=15_000)
    return app


def test_this_computer_from_nothing_to_a_published_post(
    qtbot: QtBot, local: Watched, tmp_path: Path
) -> None:
    assert local.states == ["connecting", "connected"]
    assert {one.network for one in local.channels[-1]} >= {"twitter", "bluesky", "telegram"}
    picture = tmp_path / "bag.png"
    picture.write_bytes(_real_picture())
    post = draft(media=[MediaRef(str(picture), picture.name)])
    local.service.set_watching("schedule")
    local.service.post(post, local.channels[-1][:2], None)
    qtbot.waitUntil(
        lambda: [row.status for row in local.rows[-1][0]] == ["success"] * 2, timeout=15_000
    )
    local.service.set_watching("feed")
    qtbot.waitUntil(lambda: bool(local.feed) and len(local.feed[-1]) == 2)
    assert local.feed[-1][0]["text"] == "The Winter Roast is here"


def test_insights_of_a_post_that_was_sent(qtbot: QtBot, local: Watched) -> None:
    local.service.set_watching("schedule")
    local.service.post(draft(), local.channels[-1][:1], None)
    qtbot.waitUntil(
        lambda: [row.status for row in local.rows[-1][0]] == ["success"], timeout=15_000
    )
    key = local.rows[-1][0][0].id
    with qtbot.waitSignal(local.service.insights_loaded) as heard:
        local.service.fetch_insights(key)
    assert heard.args == [key, {"Views": "0"}]
    assert local.states[-1] == "connected"


@pytest.mark.parametrize(("answer", "status"), [("there", "success"), ("send_again", "success")])
def test_the_users_word_on_a_post_whose_end_is_not_known(
    qtbot: QtBot, local: Watched, paths: Paths, answer: str, status: str
) -> None:
    local.service.set_watching("schedule")
    local.service.post(draft(), local.channels[-1][:1], datetime.now(UTC) + timedelta(hours=1))
    qtbot.waitUntil(lambda: len(local.rows[-1][0]) == 1, timeout=15_000)
    with sqlite3.connect(paths.workspace / "workspace.db") as db:
        db.execute("UPDATE schedules SET status = 'unknown'")
    qtbot.waitUntil(lambda: local.rows[-1][0][0].status == "unknown")
    qtbot.waitUntil(lambda: bool(local.ended))
    assert local.ended.pop()[0].status == "unknown"
    local.service.resolve_schedules(local.ids, answer)
    qtbot.waitUntil(lambda: local.rows[-1][0][0].status == status, timeout=15_000)
    local.service.set_watching("feed")
    local.service.refresh_feed()
    qtbot.waitUntil(lambda: bool(local.feed))
    assert len(local.feed[-1]) == (answer == "send_again")
    assert bool(local.ended) == (answer == "send_again")


def test_a_server_that_died_is_started_again(qtbot: QtBot, local: Watched, paths: Paths) -> None:
    running = launch.find(paths.workspace)
    assert running is not None
    os.kill(running.pid, signal.SIGKILL)
    local.service.post(draft(), local.channels[-1][:1], None)
    qtbot.waitUntil(
        lambda: bool(local.entries) and local.entries[0].state == "sent", timeout=20_000
    )
    local.service.refresh_schedules()
    qtbot.waitUntil(lambda: local.states[-1] == "connected" and len(local.rows[-1][0]) == 1)
    again = launch.find(paths.workspace)
    assert again is not None
    assert again.pid != running.pid


def test_the_server_ends_with_the_app(local: Watched, paths: Paths) -> None:
    assert launch.find(paths.workspace) is not None
    local.service.shutdown()
    assert launch.find(paths.workspace) is None


def test_the_server_can_be_left_to_send_alone(local: Watched, paths: Paths) -> None:
    running = launch.find(paths.workspace)
    assert running is not None
    with PostoSDK.from_credentials(
        running.username, running.password, base_url=running.base_url
    ) as sdk:
        assert sdk.post("tomorrow", to=sdk.channels[0].id, when="1d").success
    local.service.shutdown(stop_server=False)
    left = links.LEFT_RUNNING.pop()
    assert left.alive()
    assert left.stop()


def test_a_server_left_alone_without_work_ends(local: Watched) -> None:
    local.service.shutdown(stop_server=False)
    process = links.LEFT_RUNNING.pop().process
    assert process is not None
    assert process.wait(15) == 0


def test_a_server_that_cannot_start_is_said(
    qtbot: QtBot, start: Callable[..., Watched], paths: Paths
) -> None:
    paths.data.mkdir(parents=True)
    paths.workspace.write_text("a file where the folder should be")
    app = start()
    app.service.connect_local()
    qtbot.waitUntil(lambda: "error" in app.states)
    assert app.service.state is not None
    assert "cannot be written" in app.service.state.text
    paths.workspace.unlink()
    qtbot.waitUntil(lambda: app.states[-1] == "connected", timeout=15_000)


def test_a_target_never_shows_its_password() -> None:
    target = links.Target(LOCAL, "name", password="secret")
    assert "secret" not in repr(target)


def _real_picture() -> bytes:
    import io

    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(data, "PNG")
    return data.getvalue()
