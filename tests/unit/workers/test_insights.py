"""Insights are read by themselves: a scripted service over real HTTP, and the real workspace, with
a clock that is turned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.core.insights.reading_times import DAY, HOUR
from posto_desktop.core.insights.statistics import PostInsights
from posto_desktop.delivery.insight_store import StoredAmount
from posto_desktop.storage.paths import Paths
from posto_desktop.storage.settings import Settings
from posto_desktop.workers import insights
from tests.unit.sdk.scripted import Reply, Scripted, channel, schedule
from tests.unit.workers.watched import Watched, draft

pytestmark = pytest.mark.usefixtures("quick")
SENT = 1_790_000_000


class Clock:
    def __init__(self) -> None:
        self.now = SENT + HOUR

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(insights, "FIRST_MS", 3_600_000)  # tests look themselves
    monkeypatch.setattr(insights, "SPACING_MS", 3_600_000)
    monkeypatch.setattr(insights, "LOOK_MS", 3_600_000)
    return made


Open = Callable[..., Watched]


@pytest.fixture
def app(qtbot: QtBot, open_account: Open, site: Scripted, clock: Clock) -> Watched:
    site.schedules = [
        schedule(7, status="success", channel=channel(2, "News"), at=SENT),
        schedule(8, status="success", channel=channel(3, "Sky", "bluesky"), at=SENT - 60),
        schedule(9, status="not_sent", channel=channel(2, "News"), at=SENT + 90_000),
    ]
    opened = open_account()
    opened.service.insights._clock = clock
    qtbot.waitUntil(lambda: bool(opened.plans) and len(opened.plans[-1][1]) == 3)
    return opened


def answer(site: Scripted, **figures: object) -> None:
    rows = [{"label": label, "value": value} for label, value in figures.items()]
    site.always("schedules/insights", Reply(body={"insights": rows}))


def asked(site: Scripted) -> list[str | None]:
    return [seen.first("id") for seen in site.requests(part="schedules/insights")]


def look(qtbot: QtBot, app: Watched) -> None:
    """Look for what is due, and wait until that has been asked for and stored."""
    worker = app.service.insights
    worker.look()
    settle(qtbot, app)
    qtbot.waitUntil(lambda: not worker._asked)
    settle(qtbot, app)


def settle(qtbot: QtBot, app: Watched) -> StoredAmount:
    with qtbot.waitSignal(app.service.insights.amount_loaded) as heard:
        app.service.insights.load_amount()
    stored: StoredAmount = heard.args[0]
    return stored


def load(qtbot: QtBot, app: Watched, age: str = "hour") -> list[PostInsights]:
    with qtbot.waitSignal(app.service.insights.loaded) as heard:
        app.service.insights.load("key", app.service.workspace_id, SENT - DAY, age)
    assert heard.args[0] == "key"
    posts: list[PostInsights] = heard.args[1]
    return posts


def test_published_posts_are_read_one_at_a_time(
    qtbot: QtBot, app: Watched, site: Scripted, clock: Clock
) -> None:
    answer(site, Retweets=3, Hits="1,200", Trend="up")
    look(qtbot, app)
    assert asked(site) == ["8"]
    look(qtbot, app)
    look(qtbot, app)
    assert asked(site) == ["8", "7"]
    first, second = load(qtbot, app)
    assert (first.post_id, first.network) == (8, "bluesky")
    assert first.numbers == {"shares": 3.0, "clicks": 1200.0}
    assert second.numbers == first.numbers
    clock.now = SENT + DAY
    look(qtbot, app)
    look(qtbot, app)
    assert asked(site) == ["8", "7", "8", "7"]
    assert settle(qtbot, app).numbers == 8


def test_a_restart_makes_no_burst(
    qtbot: QtBot, app: Watched, site: Scripted, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(site, Likes=1)
    clock.now = SENT + 20 * DAY
    started: list[int] = []
    worker = app.service.insights
    monkeypatch.setattr(worker._timer, "start", started.append)
    look(qtbot, app)
    look(qtbot, app)
    assert asked(site) == ["8", "7"]  # one for each post, however many were missed
    assert min(started) >= insights.SPACING_MS


def test_offline_it_waits_and_goes_on_when_the_workspace_is_reached(
    qtbot: QtBot, app: Watched, site: Scripted, clock: Clock
) -> None:
    site.always("schedules/insights", Reply(how="reset"))
    look(qtbot, app)
    count = len(asked(site))
    assert count >= 1
    look(qtbot, app)
    assert len(asked(site)) == count
    site.before.clear()
    answer(site, Likes=1)
    app.service.insights.resume(app.service.workspace_id)
    look(qtbot, app)
    assert len(asked(site)) == count + 1
    assert settle(qtbot, app).numbers == 1


def test_a_service_without_insights_is_left_alone_for_a_week(
    qtbot: QtBot, app: Watched, site: Scripted, clock: Clock
) -> None:
    site.always("schedules/insights", Reply(404, {"code": "rest_no_route", "message": "No."}))
    look(qtbot, app)
    count = len(asked(site))
    look(qtbot, app)
    clock.now += 6 * DAY
    look(qtbot, app)
    assert len(asked(site)) == count
    clock.now += 2 * DAY
    site.before.clear()
    answer(site, Likes=1)
    look(qtbot, app)
    assert len(asked(site)) == count + 1


def test_a_post_that_is_gone_is_asked_for_no_more(
    qtbot: QtBot, app: Watched, site: Scripted, clock: Clock
) -> None:
    missing = Reply(404, {"code": "schedule_not_found", "message": "No such post."})
    site.always("schedules/insights", missing)
    for _ in range(3):
        look(qtbot, app)
        clock.now += DAY
    assert sorted(str(key) for key in asked(site)) == ["7", "8"]


def test_who_keeps_nothing_asks_nothing(
    qtbot: QtBot, app: Watched, site: Scripted, paths: Paths, clock: Clock
) -> None:
    answer(site, Likes=1)
    look(qtbot, app)
    assert settle(qtbot, app).posts == 2
    app.service._settings.set("insights.keep_days", 0)
    app.service.insights.settings_changed()
    look(qtbot, app)
    assert settle(qtbot, app).posts == 0
    assert len(asked(site)) == 1
    assert Settings(paths.settings).get("insights.keep_days") == 0


def test_all_is_deleted_and_posts_are_read_again(
    qtbot: QtBot, app: Watched, site: Scripted
) -> None:
    answer(site, Likes=1)
    look(qtbot, app)
    with qtbot.waitSignal(app.service.insights.amount_loaded) as heard:
        app.service.insights.delete_all()
    assert heard.args[0].posts == 0


def test_this_computers_workspace_from_a_post_to_its_views(
    qtbot: QtBot, start: Callable[..., Any], clock: Clock
) -> None:
    app = start()
    app.service.insights._clock = clock
    app.service.connect_local()
    qtbot.waitUntil(lambda: bool(app.channels) and bool(app.rows))
    app.service.set_watching("schedule")
    app.service.post(draft(), app.channels[-1][:1], None)
    qtbot.waitUntil(lambda: [row.status for row in app.rows[-1][0]] == ["success"])
    post = app.rows[-1][0][0]
    qtbot.waitUntil(lambda: post in app.plans[-1][1])
    assert post.send_at is not None
    clock.now = post.send_at.timestamp() + HOUR
    look(qtbot, app)
    [known] = _all(qtbot, app)
    assert known.post_id == post.id
    assert settle(qtbot, app).numbers == 1
    app.service._settings.set("sending.paused", True)
    clock.now += DAY
    look(qtbot, app)
    assert settle(qtbot, app).numbers == 1  # it is not asked while sending is paused


def _all(qtbot: QtBot, app: Watched) -> list[PostInsights]:
    with qtbot.waitSignal(app.service.insights.loaded) as heard:
        app.service.insights.load("all", app.service.workspace_id, 0.0, "latest")
    posts: list[PostInsights] = heard.args[1]
    return posts
