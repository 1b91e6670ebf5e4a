"""Posts with insights."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from posto_desktop.core.insights.statistics import PostInsights

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)  # a Sunday


def post(number: int, likes: float | None = None, **more: Any) -> PostInsights:
    """A post of some hours ago."""
    fields: dict[str, Any] = {
        "post_id": number,
        "channel_id": 1,
        "channel_name": "News",
        "network": "mastodon",
        "sent_at": NOW - timedelta(hours=number),
        "text": f"Post {number}",
        "numbers": None if likes is None else {"likes": likes},
        "read_at": NOW,
    }
    return PostInsights(**{**fields, **more})
