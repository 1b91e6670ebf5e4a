"""Tests of the duplicate check: the same text soon on the same channel, in the schedule or the
outbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from posto_desktop.core.checks import text_digest
from posto_desktop.core.posts import PostItem
from posto_desktop.sdk.records import Schedule
from posto_desktop.viewmodels.pending_posts import (
    PendingPosts,
    pending_posts_of,
    pending_posts_of_entries,
)

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


def row(number: int, hours: float, channel_id: int, text: str, status: str = "not_sent") -> Any:
    when = NOW + timedelta(hours=hours)
    return Schedule(
        number, "g", channel_id=channel_id, status=status, send_at=when, text=text, network="fb"
    )


def test_only_posts_near_the_time_and_on_these_channels_are_handed_on() -> None:
    pending_posts = pending_posts_of(
        [
            row(1, 30, 1, "Later"),
            row(2, 3, 1, "Fig"),
            row(3, -3, 2, "Earlier"),
            row(4, 5, 3, "Elsewhere"),
            row(5, 4, 1, "Gone", "success"),
            row(6, 4, 1, "Draft", "draft"),
        ],
        NOW,
    )
    assert len(pending_posts) == 4
    nearby = pending_posts.near(NOW, [1, 2])
    assert [(post.channel_id, post.digest) for post in nearby] == [
        (2, text_digest("Earlier")),
        (1, text_digest("Fig")),
    ]
    assert [post.when for post in pending_posts.near(NOW + timedelta(hours=40), [1])] == [
        NOW + timedelta(hours=30)
    ]
    assert PendingPosts().near(NOW, [1]) == []


def test_what_waits_in_the_outbox_counts() -> None:
    item = PostItem(1, "@n", "twitter", "", {"post_content": "Fig"})
    entries: list[Any] = [
        SimpleNamespace(share_at=None, is_ended=False, items=(item,)),
        SimpleNamespace(share_at=NOW, is_ended=True, items=(item,)),
    ]
    [post] = pending_posts_of_entries(entries, NOW).near(NOW, [1])
    assert (post.when, post.digest) == (NOW, text_digest("fig"))


def test_the_page_warns_as_soon_as_the_plan_is_there(qtbot: Any, desk: Any) -> None:
    page = desk.page
    desk.type("Fig and cocoa")
    page.when.field.setText("tomorrow 9:00")
    desk.settle()
    assert "same_planned" not in desk.codes()
    page.set_schedules([row(1, 20, 4, "fig and  cocoa")])
    qtbot.waitUntil(lambda: "same_planned" in desk.codes())
    [finding] = [finding for finding in page.checks.findings if finding.code == "same_planned"]
    assert finding.channel_ids == (4,)
    page.when.field.setText("tomorrow 18:00")
    desk.settle()
    assert "same_planned" in desk.codes()
    page.when.field.setText("in 4 days")
    desk.settle()
    assert "same_planned" not in desk.codes()


def test_a_plan_that_came_later_replaces_the_one_before(qtbot: Any, desk: Any) -> None:
    page = desk.page
    page.set_schedules([row(1, 1, 1, "a")] * 3)
    page.set_schedules([row(1, 1, 1, "a")])
    qtbot.waitUntil(lambda: len(page.message.checks.pending_posts) == 1)
    assert desk.runner is not None


def test_100_000_rows_are_read_beside_the_keys(qtbot: Any, desk: Any) -> None:
    page = desk.page
    rows = [row(n, n / 60, 1 + n % 8, f"Text {n}") for n in range(20_000)] * 5
    page.set_schedules(rows)
    assert len(page.message.checks.pending_posts) == 0  # not read before the call returns
    qtbot.waitUntil(lambda: len(page.message.checks.pending_posts) == 100_000)
    assert len(page.message.checks.pending_posts.near(NOW, [1])) < 5_000
