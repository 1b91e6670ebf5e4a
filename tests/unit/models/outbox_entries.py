"""Entries and rows for tests of the outbox's model."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import Entry
from posto_desktop.core.posts import PostItem
from posto_desktop.models.outbox import OutboxModel
from posto_desktop.sdk.records import Schedule

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)


class Watch:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def entry(key: str, state: str, **more: Any) -> Entry:
    items = (PostItem(1, "nordlicht.coffee", "instagram", "", {"post_content": f"Text {key}"}),)
    fields: dict[str, Any] = {
        "id": key,
        "workspace": "local",
        "posto_ref": "ref",
        "state": state,
        "draft": Draft(text=f"Text {key}"),
        "items": items,
        "files": (),
        "share_at": None,
        "reason": "",
        "code": "",
        "group_id": "",
        "attempts": 0,
        "created_at": NOW,
        "updated_at": NOW,
        "next_try": None,
    }
    return Entry(**{**fields, **more})


def row(number: int, status: str, minutes: float = -1, **more: Any) -> Schedule:
    fields = {
        "group_id": "",
        "channel_id": 1,
        "channel_name": "nordlicht.coffee",
        "network": "instagram",
        "send_at": NOW + timedelta(minutes=minutes),
        "posto_ref": "ref",
    }
    return Schedule(number, status=status, **{**fields, **more})


def rows(model: OutboxModel) -> list[str]:
    return [str(model.index(row).data()) for row in range(model.rowCount())]
