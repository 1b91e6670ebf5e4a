"""Insights of a bakery's last months, for the pictures of the documents and the golden ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from posto_desktop.core.insights.reading_times import DAY
from posto_desktop.delivery import insight_store
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.storage.database import Database

_TEXTS = (
    "The first buns are out of the oven",
    "Rye bread for the weekend",
    "A choir at six, and hot chocolate",
    "We are looking for a baker",
)
_LABELS = ("launch", "weekend", "", "team")


def fill_insights(
    database: Database, workspace: str, channels: Sequence[Channel], now: datetime, count: int = 96
) -> None:
    """Store posts of eleven weeks with their numbers: evenings and weekends do best."""
    for number in range(count):
        hour = (9, 12, 18, 18, 20)[number % 5]
        at = now.replace(hour=hour, minute=0, second=0, microsecond=0)
        at -= timedelta(days=2 + number * 4 // 5)
        channel = channels[number % len(channels)]
        mark, label, sent_at = f"insight{number}", _LABELS[number % 4], at.timestamp()
        post = Schedule(
            9_000 + number,
            "g",
            channel.id,
            channel.name,
            channel.network,
            status="success",
            send_at=at,
            text=_TEXTS[number % 4],
            posto_ref=mark,
        )
        if label:
            body = f'{{"draft": {{"labels": ["{label}"], "style": "announcement"}}}}'
            with database.transaction() as connection:
                connection.execute(
                    "INSERT OR REPLACE INTO messages VALUES (?, ?, ?, ?)",
                    (mark, workspace, body, sent_at),
                )
        insight_store.note_posts(database, workspace, [post], sent_at)
        likes = 4 + number * 7 % 11 + (9 if hour >= 18 else 0) + (6 if at.weekday() > 4 else 0)
        numbers = {"likes": likes * 1.0, "replies": number % 4 * 1.0, "shares": likes // 3 * 1.0}
        due = insight_store.DueReading(workspace, post.id, post.network, sent_at)
        insight_store.put_reading(database, due, numbers, sent_at + DAY, sent_at + DAY)
        insight_store.end_post(database, workspace, post.id)
