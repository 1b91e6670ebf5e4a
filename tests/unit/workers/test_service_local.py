"""The service on the real workspace of this computer."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.core.draft import MediaRef
from posto_desktop.core.due_causes import DueCause
from posto_desktop.delivery import client_pool
from posto_desktop.sdk import PostoSDK
from posto_desktop.server import launch
from posto_desktop.storage.paths import Paths
from tests.unit.workers.watched import Watched, draft

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def local(qtbot: QtBot, start: Callable[..., Watched]) -> Watched:
    app = start()
    app.service.connect_local()
    qtbot.waitUntil(lambda: bool(app.channels) and bool(app.rows))
    return app


def test_this_computer_from_nothing_to_a_published_post(
    qtbot: QtBot, local: Watched, tmp_path: Path
) -> None:
    assert local.states == ["connecting", "connected"]
    assert {channel.network for channel in local.channels[-1]} >= {"twitter", "bluesky", "telegram"}
    picture = tmp_path / "bag.png"
    picture.write_bytes(_real_picture())
    post = draft(media=[MediaRef(str(picture), picture.name)])
    local.service.set_watching("schedule")
    local.service.post(post, local.channels[-1][:2], None)
    qtbot.waitUntil(lambda: [row.status for row in local.rows[-1][0]] == ["success"] * 2)
    local.service.set_watching("feed")
    qtbot.waitUntil(lambda: bool(local.feed) and len(local.feed[-1]) == 2)
    assert local.feed[-1][0]["text"] == "The Winter Roast is here"


def test_insights_of_a_post_that_was_sent(qtbot: QtBot, local: Watched) -> None:
    local.service.set_watching("schedule")
    local.service.post(draft(), local.channels[-1][:1], None)
    qtbot.waitUntil(lambda: [row.status for row in local.rows[-1][0]] == ["success"])
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
    qtbot.waitUntil(lambda: len(local.rows[-1][0]) == 1)
    with sqlite3.connect(paths.workspace / "workspace.db") as db:
        db.execute("UPDATE schedules SET status = 'unknown'")
    qtbot.waitUntil(lambda: local.rows[-1][0][0].status == "unknown")
    qtbot.waitUntil(lambda: bool(local.ended))
    assert local.ended.pop()[0].status == "unknown"
    local.service.resolve_schedules(local.ids, answer)
    qtbot.waitUntil(lambda: local.rows[-1][0][0].status == status)
    local.service.set_watching("feed")
    local.service.refresh_feed()
    qtbot.waitUntil(lambda: bool(local.feed))
    assert len(local.feed[-1]) == (answer == "send_again")
    assert bool(local.ended) == (answer == "send_again")


def test_a_server_that_died_is_started_again(qtbot: QtBot, local: Watched, paths: Paths) -> None:
    running = launch.find(paths.workspace)
    assert running is not None
    psutil.Process(running.pid).kill()
    local.service.post(draft(), local.channels[-1][:1], None)
    qtbot.waitUntil(lambda: bool(local.entries) and local.entries[0].state == "sent")
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
    left = client_pool.LEFT_RUNNING.pop()
    assert left.alive()
    assert left.stop(60)


def test_a_server_left_alone_without_work_ends(local: Watched) -> None:
    local.service.shutdown(stop_server=False)
    process = client_pool.LEFT_RUNNING.pop().process
    assert process is not None
    assert process.wait(60) == 0


def test_a_server_that_cannot_start_is_said(
    qtbot: QtBot, start: Callable[..., Watched], paths: Paths
) -> None:
    paths.data.mkdir(parents=True)
    paths.workspace.write_text("a file where the folder should be")
    app = start()
    app.service.connect_local()
    qtbot.waitUntil(lambda: "error" in app.states)
    assert app.service.state is not None
    assert "cannot write to" in app.service.state.text
    paths.workspace.unlink()
    qtbot.waitUntil(lambda: app.states[-1] == "connected")


def _real_picture() -> bytes:
    import io

    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(data, "PNG")
    return data.getvalue()


def test_a_file_that_the_server_lost_is_said_before_its_post_is_due(
    qtbot: QtBot, local: Watched, paths: Paths, tmp_path: Path
) -> None:
    picture = tmp_path / "bag.png"
    picture.write_bytes(_real_picture())
    checks = local.service.due_checks
    shown: list[DueCause] = []
    checks.started.connect(shown.append)
    local.service.set_watching("schedule")
    post = draft(media=[MediaRef(str(picture), picture.name)])
    due = datetime.now(UTC) + timedelta(minutes=30)
    local.service.post(post, local.channels[-1][:2], due)
    qtbot.waitUntil(lambda: [row.status for row in local.rows[-1][0]] == ["not_sent"] * 2)
    with qtbot.waitSignal(local.service.schedules_loaded):
        local.service.refresh_schedules()
    checks.look()
    qtbot.waitUntil(lambda: len(checks._posts.get("local", ())) == 2 and not checks._looking)
    assert shown == []
    files = [path for path in (paths.workspace / "media").glob("??/*") if path.is_file()]
    aside = [path.rename(tmp_path / path.name) for path in files]
    checks.look()
    qtbot.waitUntil(lambda: bool(shown))
    assert [(each.obstacle.kind, each.obstacle.name, each.count) for each in shown] == [
        ("file", "bag.png", 2)
    ]
    for path, place in zip(aside, files, strict=True):
        path.rename(place)
    with qtbot.waitSignal(checks.ended):
        checks.look()
