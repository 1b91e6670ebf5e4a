"""The app asks a site what it sends by itself, and pauses its planners."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.core.site_schedule import SiteSchedule
from posto_desktop.sdk.site_content import SitePostPage
from posto_desktop.storage.accounts import ServiceAccount
from tests.fakes.planning_site import PlannerRow, PostRow
from tests.unit.sdk.scripted import PASSWORD, Reply, Scripted
from tests.unit.workers.watched import Watched

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def opened(
    qtbot: QtBot, start: Callable[..., Watched], account: ServiceAccount, site: Scripted
) -> Callable[[], tuple[Watched, list[SiteSchedule]]]:
    """Opens the workspace, and collects what is loaded of its site."""
    tomorrow = int(datetime.now(UTC).timestamp()) + 86_400
    site.site.planners = [PlannerRow(3, "Weekly tips", tomorrow)]

    def open_it() -> tuple[Watched, list[SiteSchedule]]:
        app = start()
        loaded: list[SiteSchedule] = []
        app.service.site.loaded.connect(lambda _workspace, schedule: loaded.append(schedule))
        app.service.connect_account(account, PASSWORD)
        return app, loaded

    return open_it


Opened = Callable[[], tuple[Watched, list[SiteSchedule]]]


def test_a_site_is_read_when_it_is_reached_and_shown_at_the_next_start(
    qtbot: QtBot, opened: Opened, site: Scripted
) -> None:
    app, loaded = opened()
    qtbot.waitUntil(lambda: bool(loaded))
    assert [planner.title for planner in loaded[0].planners] == ["Weekly tips"]
    assert len(loaded[0].entries) == 3
    assert loaded[0].can_change
    assert not loaded[0].is_cached
    assert app.service.shutdown(60_000)
    site.before.append(lambda _seen: Reply(how="reset"))  # offline
    offline, known = opened()
    qtbot.waitUntil(lambda: bool(known))
    qtbot.waitUntil(lambda: "offline" in offline.states)
    assert known[0].is_cached
    assert known[0].planners == loaded[0].planners
    assert [entry.send_at for entry in known[0].entries] == [
        entry.send_at for entry in loaded[0].entries
    ]


def test_a_site_without_planners_is_asked_once(
    qtbot: QtBot, opened: Opened, site: Scripted
) -> None:
    site.site.without = {"planners", "schedules/calendar", "settings/auto-share"}
    app, loaded = opened()
    for count in (1, 2, 3):
        qtbot.waitUntil(lambda count=count: len(loaded) >= count)  # type: ignore[misc]
        app.service.site.read()
    assert (loaded[-1].planners, loaded[-1].entries, loaded[-1].settings) == ((), (), None)
    assert not loaded[-1].can_change
    assert len(site.site.asked) == 3
    assert not app.texts


def test_a_refusing_plugin_shows_nothing_and_is_asked_again(
    qtbot: QtBot, opened: Opened, site: Scripted
) -> None:
    site.fail("/planners", Reply(200, {"error_msg": "You do not have access"}))
    app, loaded = opened()
    qtbot.waitUntil(lambda: bool(loaded))
    assert loaded[0].planners == ()
    app.service.site.read()
    qtbot.waitUntil(lambda: len(loaded) == 2)
    assert len(loaded[1].planners) == 1
    assert not app.texts


def test_a_paused_planner_is_paused_on_the_site(
    qtbot: QtBot, opened: Opened, site: Scripted
) -> None:
    app, loaded = opened()
    qtbot.waitUntil(lambda: bool(loaded))
    with qtbot.waitSignal(app.service.site.changed) as changed:
        app.service.site.change(3, "paused")
    assert changed.args == ["acc", 3, "paused"]
    assert site.site.planners[0].status == "paused"
    site.site.planners[0].status = "finished"
    with qtbot.waitSignal(app.service.site.change_failed) as failed:
        app.service.site.change(3, "active")
    assert failed.args == ["acc", 3, "Planner has already finished."]
    site.site.closed.add("planners/change-status")
    with qtbot.waitSignal(app.service.site.change_failed):
        app.service.site.change(3, "active")
    app.service.site.read()
    qtbot.waitUntil(lambda: not loaded[-1].can_change)


def test_posts_of_the_site_come_with_the_key_they_were_asked_by(
    qtbot: QtBot, opened: Opened, site: Scripted
) -> None:
    site.site.posts = [PostRow(11, "Buns are back")]
    app, loaded = opened()
    qtbot.waitUntil(lambda: bool(loaded))
    with qtbot.waitSignal(app.service.site.posts_loaded) as answer:
        app.service.site.read_posts("first", "buns", 1, 20)
    key, page = answer.args
    assert key == "first"
    assert isinstance(page, SitePostPage)
    assert [post.title for post in page.posts] == ["Buns are back"]
    site.always("wp/v2/posts", Reply(500, "<html>"))
    with qtbot.waitSignal(app.service.site.posts_failed) as failure:
        app.service.site.read_posts("second", "", 1, 20)
    assert failure.args is not None
    assert failure.args[0] == "second"
    assert "500" in failure.args[1]
