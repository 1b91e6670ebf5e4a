"""Benchmark of 100,000 readings of insights: asking for them, the report, and what is due."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from posto_desktop.core.insights.best_times import best_times
from posto_desktop.core.insights.reading_times import DAY, HOUR
from posto_desktop.core.insights.report import InsightsQuestion, answer, first_moment
from posto_desktop.delivery import insight_store
from posto_desktop.storage.database import Database
from tests.bench.figures import Figure, medians

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
POSTS, AGES, NAMES = 5_000, (1, 24, 48, 72, 168), ("likes", "replies", "shares", "views")


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="posto-insights-") as name:
        database = Database(Path(name) / "posto.db")
        try:
            return _figures(database)
        finally:
            database.close()


def _fill(database: Database) -> None:
    """5,000 posts of a year on 60 channels, each read five times with four numbers."""
    first = NOW.timestamp() - 365 * DAY
    with database.transaction() as connection:
        for number in range(POSTS):
            sent_at = first + number * 355 * DAY / POSTS
            connection.execute(
                "INSERT INTO insight_posts (workspace, post_id, channel_id, channel_name, network,"
                " sent_at, text, link, posto_ref, labels, style, read_at, next_at)"
                " VALUES ('w', ?, ?, 'Nordlicht', 'mastodon', ?, 'Buns', '', ?, '[\"a\"]', 'Bold',"
                " ?, ?)",
                (
                    number,
                    number % 60,
                    sent_at,
                    f"p{number}",
                    sent_at + AGES[-1] * HOUR,
                    sent_at + 192 * HOUR if NOW.timestamp() - sent_at < 30 * DAY else None,
                ),
            )
            connection.executemany(
                "INSERT INTO insights VALUES ('w', ?, ?, ?, ?)",
                [
                    (number, sent_at + age * HOUR, measure_name, float(number * 31 % 97 + age))
                    for age in AGES
                    for measure_name in NAMES
                ],
            )


def _figures(database: Database) -> list[Figure]:
    _fill(database)
    assert insight_store.amount(database).numbers == POSTS * len(AGES) * len(NAMES)
    since = first_moment(365, NOW, UTC).timestamp()
    posts = insight_store.load(database, "w", since, "day")
    assert len(posts) > POSTS * 0.99
    assert all(post.numbers is not None for post in posts)

    def timed(work: Callable[[], object]) -> Callable[[], float]:
        def run() -> float:
            began = time.perf_counter()
            work()
            return (time.perf_counter() - began) * 1000

        return run

    question = InsightsQuestion(age="day", days=365)
    latest, day, report, best, due = medians(
        5,
        timed(lambda: insight_store.load(database, "w", since, "latest")),
        timed(lambda: insight_store.load(database, "w", since, "day")),
        timed(lambda: answer(question, posts, NOW, UTC)),
        timed(lambda: best_times(posts, UTC)),
        timed(lambda: insight_store.due_post(database, "w", NOW.timestamp())),
    )
    return [
        Figure("insights: newest of 100,000 readings", latest, "ms", limit=500),
        Figure("insights: those after a day", day, "ms", limit=500),
        Figure("insights: report of 5,000 posts", report, "ms", limit=500),
        Figure("insights: best times of 5,000 posts", best, "ms", limit=300),
        Figure("insights: the post that is due", due, "ms", limit=20),
    ]
