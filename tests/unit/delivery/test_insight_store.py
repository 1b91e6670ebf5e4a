"""Insights in posto.db, with a clock that is turned."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from posto_desktop.core.insights.reading_times import DAY, HOUR, LONGEST
from posto_desktop.delivery import insight_store
from posto_desktop.delivery.insight_store import DueReading
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage.database import Database

SENT = 1_790_000_000.0


def published(number: int, sent_at: float = SENT, **more: Any) -> Schedule:
    fields: dict[str, Any] = {
        "id": number,
        "group_id": "g",
        "channel_id": 3,
        "channel_name": "Sky",
        "network": "bluesky",
        "status": "success",
        "send_at": datetime.fromtimestamp(sent_at, UTC),
        "text": "The Winter\nRoast",
    }
    return Schedule(**{**fields, **more})


def read(store: Database, now: float, **numbers: float) -> DueReading | None:
    """Read the post that is due, if there is one."""
    post = insight_store.due_post(store, "w", now)
    if post is not None:
        insight_store.put_reading(store, post, numbers, now, now)
    return post


def moments(store: Database, post_id: int = 1) -> list[float]:
    return sorted(
        {(at - SENT) / HOUR for at, _n, _v in insight_store.readings(store, "w", post_id)}
    )


def test_published_posts_are_taken_in_once(store: Database) -> None:
    posts = [
        published(1),
        published(2, status="error"),
        published(3, send_at=None),
        published(4, SENT - LONGEST),
        published(5, SENT + 2 * HOUR),
    ]
    assert insight_store.note_posts(store, "w", posts, SENT) == 1
    assert insight_store.note_posts(store, "w", posts, SENT + HOUR) == 0
    assert insight_store.next_moment(store, "w") == SENT + HOUR
    assert insight_store.workspaces(store) == ["w"]


def test_a_post_is_read_when_it_is_due(store: Database) -> None:
    insight_store.note_posts(store, "w", [published(1)], SENT)
    now = SENT
    while now < SENT + 40 * DAY:
        read(store, now, likes=(now - SENT) / HOUR)
        now += HOUR / 2
    assert insight_store.next_moment(store, "w") is None
    assert moments(store) == [1, 24, 168, 29 * 24]  # the others are not compared
    [day] = insight_store.load(store, "w", SENT, "day")
    assert day.numbers == {"likes": 24.0}
    assert (day.text, day.channel_name, day.network) == ("The Winter Roast", "Sky", "bluesky")
    [latest] = insight_store.load(store, "w", SENT, "latest")
    assert latest.numbers == {"likes": 29 * 24.0}
    assert insight_store.load(store, "w", SENT + 1, "latest") == []


def test_a_young_post_has_no_latest_number_yet(store: Database) -> None:
    insight_store.note_posts(store, "w", [published(1)], SENT)
    read(store, SENT + HOUR, likes=1.0)
    [post] = insight_store.load(store, "w", SENT, "latest")
    assert post.numbers is None
    [post] = insight_store.load(store, "w", SENT, "hour")
    assert post.numbers == {"likes": 1.0}


def test_an_age_comes_before_a_daily_reading(store: Database) -> None:
    old = published(1, SENT - 10 * DAY)
    insight_store.note_posts(store, "w", [old, published(2)], SENT)
    due = insight_store.due_post(store, "w", SENT + HOUR)
    assert due is not None
    assert due.post_id == 2


def test_missing_numbers_have_no_row_and_are_asked_for_no_more(store: Database) -> None:
    insight_store.note_posts(store, "w", [published(1)], SENT)
    for hours in (1, 24, 48):
        assert read(store, SENT + hours * HOUR) is not None
    assert moments(store) == []
    assert insight_store.next_moment(store, "w") is None
    [post] = insight_store.load(store, "w", SENT, "day")
    assert post.numbers is None


def test_numbers_that_stay_away_once_do_not_end_a_post(store: Database) -> None:
    insight_store.note_posts(store, "w", [published(1)], SENT)
    read(store, SENT + HOUR, likes=2.0)
    for hours in (24, 48, 72, 96):
        assert read(store, SENT + hours * HOUR) is not None
    assert insight_store.next_moment(store, "w") == SENT + 120 * HOUR


def test_failures_wait_longer_each_time(store: Database) -> None:
    insight_store.note_posts(store, "w", [published(1)], SENT)
    waits = []
    now = SENT + HOUR
    for _ in range(4):
        post = insight_store.due_post(store, "w", now)
        assert post is not None
        insight_store.put_failure(store, post, now)
        moment = insight_store.next_moment(store, "w")
        assert moment is not None
        waits.append((moment - now) / HOUR)
        now = moment
    assert waits == [1, 2, 4, 8]


def test_a_workspace_is_put_off_and_then_goes_on(store: Database) -> None:
    insight_store.note_posts(store, "w", [published(1), published(2)], SENT)
    insight_store.note_posts(store, "v", [published(1)], SENT)
    insight_store.put_off(store, "w", SENT + 7 * DAY)
    assert insight_store.due_post(store, "w", SENT + 6 * DAY) is None
    assert insight_store.due_post(store, "v", SENT + HOUR) is not None
    assert insight_store.due_post(store, "w", SENT + 7 * DAY) is not None


def test_labels_and_style_come_from_the_message_and_stay(store: Database) -> None:
    with store.transaction() as connection:
        body = '{"draft": {"labels": ["launch", "café"], "style": "Bold"}}'
        connection.execute("INSERT INTO messages VALUES ('p1', 'w', ?, ?)", (body, SENT))
    insight_store.note_posts(store, "w", [published(1, posto_ref="p1"), published(2)], SENT)
    posts = insight_store.load(store, "w", SENT, "day")
    assert [(post.labels, post.style) for post in posts] == [(("launch", "café"), "Bold"), ((), "")]
    for _ in range(2):
        read(store, SENT + HOUR, likes=1.0)
    with store.transaction() as connection:
        connection.execute("DELETE FROM messages")
    posts = insight_store.load(store, "w", SENT, "day")
    assert posts[0].labels == ("launch", "café")
    assert posts[0].style == "Bold"


def test_old_posts_are_deleted(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    insight_store.note_posts(store, "w", [published(n, SENT + n) for n in (1, 2, 3)], SENT + DAY)
    for hours in range(24, 28):
        read(store, SENT + hours * HOUR, likes=1.0, views=2.0)
    stored = insight_store.amount(store)
    assert (stored.posts, stored.numbers) == (3, 6)
    assert stored.first == datetime.fromtimestamp(SENT + 1, UTC)
    insight_store.trim(store, SENT + 90 * DAY + 2, 90)
    assert insight_store.amount(store).posts == 2
    monkeypatch.setattr(insight_store, "MOST_POSTS", 1)
    insight_store.trim(store, SENT, 90)
    assert [post.post_id for post in insight_store.load(store, "w", 0, "latest")] == [3]
    insight_store.delete_all(store)
    assert insight_store.amount(store).numbers == 0


def test_all_readings_are_written_out(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(insight_store, "_AT_A_TIME", 2)
    insight_store.note_posts(store, "w", [published(n) for n in range(1, 6)], SENT)
    while read(store, SENT + HOUR, likes=1.0) is not None:
        pass
    rows = list(insight_store.all_readings(store))
    assert [row[1] for row in rows] == [1, 2, 3, 4, 5]
    assert rows[0][:3] == ("w", 1, "Sky")
    assert rows[0][6:8] == ("likes", 1.0)


def test_damaged_rows_hide_no_others(store: Database) -> None:
    insight_store.note_posts(store, "w", [published(1), published(2)], SENT)
    with store.transaction() as connection:
        connection.execute("UPDATE insight_posts SET sent_at='soon', labels='[' WHERE post_id=1")
        connection.execute("INSERT INTO insights VALUES ('w', 2, ?, 'likes', 'many')", (SENT,))
    assert read(store, SENT + HOUR, likes=1.0) is not None
    posts = insight_store.load(store, "w", SENT, "hour")
    assert [(post.post_id, post.numbers) for post in posts] == [(2, {"likes": 1.0})]
