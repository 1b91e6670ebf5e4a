"""Facts about posts besides their rows: labels, entries, links, insights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from posto_desktop.sdk.records import Schedule

if TYPE_CHECKING:
    from posto_desktop.core.entries import Entry


class PostFacts(QObject):
    """Owns the facts of the open workspace.

    Signal `changed(str name)`: "labels", "entries", "channel_links", "site", or "insights" of
    another post.
    """

    changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.site = ""
        """Web address of the workspace's site; "" for this computer."""
        self._labels: Mapping[str, Sequence[str]] = {}
        self._entries: Mapping[str, Entry] = {}
        self._channel_links: Mapping[int, str] = {}
        self._insights: dict[int, Mapping[str, str]] = {}

    def labels_of(self, schedule: Schedule) -> Sequence[str]:
        matches = self._labels
        return matches.get(schedule.posto_ref or "") or matches.get(schedule.group_id or "") or ()

    def entry_of(self, schedule: Schedule) -> Entry | None:
        """Return the outbox entry of a post, if it was sent from this computer."""
        matches = self._entries
        return matches.get(schedule.posto_ref or "") or matches.get(schedule.group_id or "")

    def address_of(self, schedule: Schedule) -> str:
        """Return the web address of a post, else of its channel, else ""."""
        return schedule.link or self._channel_links.get(schedule.channel_id, "")

    def insights_of(self, schedule: Schedule) -> Mapping[str, str]:
        """Return the insights of a post by their names."""
        return self._insights.get(schedule.id, {})

    def set_labels(self, labels: Mapping[str, Sequence[str]]) -> None:
        """Set labels by the `posto_ref` or group of their posts."""
        self._labels = labels
        self.changed.emit("labels")

    def set_entries(self, entries: Mapping[str, Entry]) -> None:
        """Set outbox entries by the `posto_ref` or group of their posts."""
        self._entries = entries
        self.changed.emit("entries")

    def set_channel_links(self, links: Mapping[int, str]) -> None:
        """Set the web addresses of channels, by channel id."""
        self._channel_links = dict(links)
        self.changed.emit("channel_links")

    def set_site(self, url: str) -> None:
        if url != self.site:
            self.site = url
            self.changed.emit("site")

    def set_insights(self, key: int, insights: Mapping[str, str]) -> None:
        self._insights[key] = insights
        self.changed.emit("insights")

    def forget(self) -> None:
        """Drop insights and links, because another workspace has other ids."""
        self._insights.clear()
        self.set_channel_links({})
