"""Facts about posts besides their rows: labels, entries, links, insights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from posto_desktop.core.post_rights import PostRights
from posto_desktop.sdk.records import Schedule
from posto_desktop.viewmodels.team_state import TeamView

if TYPE_CHECKING:
    from posto_desktop.core.entries import Entry
    from posto_desktop.sdk.post_stories import PostStory


class PostFacts(QObject):
    """Owns the facts of the open workspace.

    Signal `changed(str name)`: "labels", "entries", "channel_links", "site", "sent_again" (posts
    that are about to be sent again), "planners", "team", or "insights" or "story" of another post.
    """

    changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.site = ""
        """Web address of the workspace's site; "" for this computer."""
        self.site_as_of: datetime | None = None
        self.has_planners = False
        self.can_pause_planners = False
        """Whether the site lets its planners be paused."""
        self.team = TeamView()
        """Who is signed in to a workspace of a team, and what waits there for a review."""
        self.rights = PostRights()
        """What the signed-in person may do with posts, of `team`."""
        self._labels: Mapping[str, Sequence[str]] = {}
        self._entries: Mapping[str, Entry] = {}
        self._channel_links: Mapping[int, str] = {}
        self._insights: dict[int, Mapping[str, str]] = {}
        self._stories: dict[int, PostStory] = {}
        self._sent_again: frozenset[int] = frozenset()

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

    def story_of(self, schedule: Schedule) -> PostStory | None:
        """Return what a post has been through, as far as it is read."""
        return self._stories.get(schedule.id)

    def is_sent_again(self, schedule: Schedule) -> bool:
        """Return whether the post is about to be sent again."""
        return schedule.id in self._sent_again

    def channel_link_of(self, schedule: Schedule) -> str:
        """Return the web address of a post's channel, else ""."""
        return self._channel_links.get(schedule.channel_id, "")

    def insights(self) -> dict[int, Mapping[str, str]]:
        """Return the insights that are known, by the ids of their posts."""
        return {key: figures for key, figures in self._insights.items() if figures}

    def set_planners(
        self, has_planners: bool, *, can_pause: bool, as_of: datetime | None = None
    ) -> None:
        """Set whether the site has planners, whether they can be paused here, and the age of what
        they will post if the site was not asked yet."""
        before = (self.has_planners, self.can_pause_planners, self.site_as_of)
        if (has_planners, can_pause, as_of) != before:
            self.has_planners, self.can_pause_planners = has_planners, can_pause
            self.site_as_of = as_of
            self.changed.emit("planners")

    def set_team(self, team: TeamView) -> None:
        self.team, self.rights = team, team.rights
        self.changed.emit("team")

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

    def set_story(self, key: int, story: PostStory) -> None:
        if self._stories.get(key) != story:
            self._stories[key] = story
            self.changed.emit("story")

    def set_sent_again(self, ids: frozenset[int]) -> None:
        if ids != self._sent_again:
            self._sent_again = ids
            self.changed.emit("sent_again")

    def forget(self) -> None:
        """Drop insights, stories and links, because another workspace has other ids."""
        self._insights.clear()
        self._stories.clear()
        self._sent_again = frozenset()
        self.set_channel_links({})
