"""What is known about posts besides their rows: labels, their way here, where to look at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from posto_desktop.sdk.records import Schedule

if TYPE_CHECKING:
    from posto_desktop.core.entries import Entry


class PostFacts(QObject):
    """Owns all of it for the open workspace.

    Signals: `changed(str name)`: "labels", "entries", "channel_links", "site"; "insights" of one
    post of more.
    """

    changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.site = ""
        """Where the site of the workspace can be opened; "" for this computer."""
        self._labels: Mapping[str, Sequence[str]] = {}
        self._entries: Mapping[str, Entry] = {}
        self._channel_links: Mapping[int, str] = {}
        self._insights: dict[int, Mapping[str, str]] = {}

    def labels_of(self, schedule: Schedule) -> Sequence[str]:
        matches = self._labels
        return matches.get(schedule.posto_ref or "") or matches.get(schedule.group_id or "") or ()

    def entry_of(self, schedule: Schedule) -> Entry | None:
        """What was sent from this computer for the post."""
        matches = self._entries
        return matches.get(schedule.posto_ref or "") or matches.get(schedule.group_id or "")

    def address_of(self, schedule: Schedule) -> str:
        """Where to look at the post, else at its channel; "" for nowhere."""
        return schedule.link or self._channel_links.get(schedule.channel_id, "")

    def insights_of(self, schedule: Schedule) -> Mapping[str, str]:
        """How the post does, as its network counts."""
        return self._insights.get(schedule.id, {})

    def set_labels(self, labels: Mapping[str, Sequence[str]]) -> None:
        """Labels of messages, by the mark or the group of their posts."""
        self._labels = labels
        self.changed.emit("labels")

    def set_entries(self, entries: Mapping[str, Entry]) -> None:
        """What was sent from this computer, by the mark or the group of its posts."""
        self._entries = entries
        self.changed.emit("entries")

    def set_channel_links(self, links: Mapping[int, str]) -> None:
        """Where a channel can be looked at, by its id."""
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
        """Another workspace comes: its channels and posts have numbers of their own."""
        self._insights.clear()
        self.set_channel_links({})
