"""The way to a workspace, against a scripted service over real HTTP."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.core.draft import LOCAL
from posto_desktop.delivery import client_pool
from posto_desktop.sdk.records import Channel
from posto_desktop.storage import schedule_rows
from posto_desktop.storage.accounts import ServiceAccount
from posto_desktop.storage.database import Database
from posto_desktop.storage.paths import Paths
from tests.unit.delivery.scripted import PNG
from tests.unit.sdk.scripted import PASSWORD, USER, Reply, Scripted, channel, schedule
from tests.unit.workers.watched import Watched, draft

RESET = Reply(how="reset")

pytestmark = pytest.mark.usefixtures("quick")


def test_an_account_is_opened(open_account: Callable[..., Watched], site: Scripted) -> None:
    site.schedules = [schedule(7, at=2_000_000_000), schedule(8, at=2_000_000_100)]
    app = open_account()
    assert app.states == ["connecting", "connected"]
    assert [item.name for item in app.channels[-1]] == ["News", "Sky"]
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
    account: ServiceAccount,
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
    assert [item.name for item in app.channels[0]] == ["News", "Sky"]


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
    rows = [row for part in schedule_rows.around(database, "acc", 0.0, 10) for row in part]
    assert [row["id"] for row in rows] == [7]
    database.close()


def test_many_rows_arrive_in_parts_and_other_work_gets_in_between(
    qtbot: QtBot, start: Callable[..., Watched], site: Scripted, account: ServiceAccount
) -> None:
    now = int(time.time())
    site.schedules = [schedule(n, at=now + (n - 800) * 3600) for n in range(1, 1201)]
    app = start()
    parts: list[tuple[list[int], Any]] = []
    app.service.schedules_arriving.connect(
        lambda rows, removed, as_of: parts.append(([row.id for row in rows], as_of))
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
        lambda rows, removed, as_of: parts.append(([row.id for row in rows], as_of))
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
    qtbot: QtBot, start: Callable[..., Watched], site: Scripted, account: ServiceAccount
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
    qtbot: QtBot, start: Callable[..., Watched], site: Scripted, account: ServiceAccount
) -> None:
    app = start()
    app.service.connect_account(account, "wrong")
    qtbot.waitUntil(lambda: app.states[-1:] == ["sign_in_again"])
    app.service.post(draft(), [Channel(2, "News", "twitter")], None)
    qtbot.waitUntil(lambda: any(entry.code == "sign_in" for entry in app.entries))
    app.service.connect_account(account, PASSWORD)
    qtbot.waitUntil(lambda: any(entry.state == "sent" for entry in app.entries))
    assert len(site.schedules) == 1


def test_answers_of_a_workspace_that_was_left_are_dropped(
    qtbot: QtBot, start: Callable[..., Watched], site: Scripted, account: ServiceAccount
) -> None:
    other = Scripted()
    other.channels = [channel(9, "Elsewhere")]
    site.always("/channels", Reply(how="hang"))
    try:
        app = start()
        app.service.connect_account(account, PASSWORD)
        qtbot.waitUntil(lambda: site.count(part="/channels") == 1)
        app.service.connect_account(ServiceAccount("b", "B", other.url, USER), PASSWORD)
        site.open.set()
        qtbot.waitUntil(lambda: bool(app.channels))
        assert [item.name for item in app.channels[0]] == ["Elsewhere"]
        assert app.service.workspace_id == "b"
    finally:
        other.close()


@pytest.mark.timeout(30)  # a call that waits does so for a minute
def test_nothing_on_the_gui_thread_waits_for_a_silent_service(
    qtbot: QtBot, start: Callable[..., Watched], site: Scripted, account: ServiceAccount
) -> None:
    site.before.append(lambda seen: Reply(how="hang"))
    app = start()
    service = app.service
    service.connect_account(account, PASSWORD)
    service.refresh_channels()
    service.refresh_schedules()
    service.post(draft(), [Channel(2, "News", "twitter")], None)
    service.retry_schedules([1])
    service.delete_schedules([2])
    service.fetch_picture(f"{site.url}/a.png")
    service.save_draft(draft("kept"))
    service.set_watching("schedule")
    qtbot.waitUntil(lambda: len(app.saved) == 1 and bool(app.posted))
    service.shutdown(1500)


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
    assert [Path(file).name for file in app.files] == ["bag one.png", "latte.png"]
    assert all(Path(file).read_bytes() == PNG for file in app.files)
    assert "1 of 3 files could not be downloaded." in app.texts


def test_a_target_never_shows_its_password() -> None:
    target = client_pool.WorkspaceTarget(LOCAL, "name", password="secret")
    assert "secret" not in repr(target)
