"""A `Service` whose signals are recorded."""

from __future__ import annotations

from typing import Any

from posto_desktop.core.draft import Draft
from posto_desktop.delivery.outbox import Entry
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.workers.notification import Notification
from posto_desktop.workers.service import Service


def draft(text: str = "The Winter Roast is here", **more: Any) -> Draft:
    """A message."""
    return Draft(text=text, **more)


class Watched:
    """A Service, and everything that it said."""

    def __init__(self, made: Service) -> None:
        self.service = made
        self.channels: list[list[Channel]] = []
        self.rows: list[tuple[list[Schedule], bool]] = []
        self.states: list[str] = []
        self.messages: list[Notification] = []
        self.blocked: list[str] = []
        self.entries: list[Entry] = []
        self.drafts: list[list[Draft]] = []
        self.saved: list[str] = []
        self.posted: list[Entry] = []
        self.refused: list[str] = []
        self.pictures: dict[str, bytes | None] = {}
        self.files: list[str] = []
        self.feed: list[Any] = []
        self.ended: list[list[Schedule]] = []
        self.plans: list[tuple[Any, ...]] = []
        self.notifications: list[list[dict[str, Any]]] = []
        made.channels_loaded.connect(self.channels.append)
        made.schedules_loaded.connect(lambda rows, cached, as_of: self.rows.append((rows, cached)))
        made.state_changed.connect(lambda state: self.states.append(state.kind))
        made.message.connect(self.messages.append)
        made.posts_ended.connect(self.ended.append)
        made.schedule_changed.connect(lambda *arguments: self.plans.append(arguments))
        made.notifications_loaded.connect(self.notifications.append)
        made.blocked.connect(self.blocked.append)
        made.outbox_changed.connect(self._keep_entries)
        made.drafts_loaded.connect(lambda desk: self.drafts.append(list(desk.drafts)))
        made.draft_saved.connect(lambda draft_id, when: self.saved.append(draft_id))
        made.posted.connect(self.posted.append)
        made.post_refused.connect(lambda draft, sentence: self.refused.append(sentence))
        made.picture_loaded.connect(self.pictures.__setitem__)
        made.picture_failed.connect(lambda url: self.pictures.__setitem__(url, None))
        made.files_fetched.connect(self.files.extend)
        made.feed_loaded.connect(lambda items: self.feed.append(items))

    def _keep_entries(self, entries: list[Entry]) -> None:
        self.entries = entries

    @property
    def ids(self) -> list[int]:
        return [row.id for row in self.rows[-1][0]] if self.rows else []

    @property
    def texts(self) -> list[str]:
        return [notice.text for notice in self.messages]
