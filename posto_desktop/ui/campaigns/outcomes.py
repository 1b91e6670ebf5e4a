"""What became of the campaigns of the page: read from posts, outbox and plan, shown, remembered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from posto_desktop.core.campaign_results import Post, Result, endings_of, results_of
from posto_desktop.core.entries import Entry
from posto_desktop.delivery.campaign_posting import Wish
from posto_desktop.models.campaigns import standing_of
from posto_desktop.sdk.records import Schedule

if TYPE_CHECKING:
    from posto_desktop.ui.campaigns.page import CampaignsPage

SOON_MS = 150
SOON_MANY_MS = 1_000
MANY = 400
"""With more messages than this the page follows at a slower pace."""


class Outcomes(QObject):
    """Knows how each message stands. The page tells it what it hears."""

    def __init__(self, page: CampaignsPage) -> None:
        super().__init__(page)
        self.page = page
        self.rows: Sequence[Schedule] = ()
        """The plan of the workspace, as last heard."""
        self._posts: dict[str, list[Post]] = {}
        self._entries: dict[str, Entry] = {}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.show)
        page.planning.factsRead.connect(self.show_soon)

    # -- hearing -------------------------------------------------------------------------------

    def set_all(self, posts: Mapping[str, Sequence[Post]]) -> None:
        """The posts of all campaigns, by their ids."""
        self._posts = {key: list(some) for key, some in posts.items()}
        self.read_plan()
        self.show()

    def set_posts(self, campaign_id: str, posts: Sequence[Post]) -> None:
        """Those of one are others."""
        before = self._posts.get(campaign_id, [])
        self._posts[campaign_id] = list(posts)
        if {one.posto_ref for one in before} != {one.posto_ref for one in posts}:
            self.read_plan()
        if len(posts) > MANY:
            self.show_soon()
        else:
            self.show()

    def set_rows(self, rows: Sequence[Schedule]) -> None:
        """The plan of the workspace."""
        self.rows = rows
        self.read_plan()

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """What is in the outbox."""
        self._entries = {one.posto_ref: one for one in entries}
        self.show_soon()

    def read_plan(self) -> None:
        """Look on a worker for what the plan says about the posts."""
        refs = {post.posto_ref: key for key, posts in self._posts.items() for post in posts}
        self.page.planning.set_plan(self.rows, refs)

    # -- telling -------------------------------------------------------------------------------

    def has_posts(self, campaign_id: str) -> bool:
        return bool(self._posts.get(campaign_id))

    def results_of(self, campaign_id: str) -> dict[str, Result]:
        """How the messages of a campaign stand, by their ids."""
        rows = self.page.planning.facts.by_ref or {}
        posts = self._posts.get(campaign_id, ())
        return results_of(posts, self._entries, rows, self.page.clock())

    @Slot()
    def show_soon(self) -> None:
        """Show it in a moment: changes come in crowds."""
        if not self._soon.isActive():
            many = self.page.messages.rowCount() > MANY
            self._soon.start(SOON_MANY_MS if many else SOON_MS)

    @Slot()
    def show(self) -> None:
        """Show how everything stands now."""
        self._soon.stop()
        page = self.page
        campaign = page.editing.campaign
        if campaign is not None:
            results = self.results_of(campaign.id)
            if results != page.editing.results:
                page.editing.results = results
                page.messages.set_results(results)
                page.planning.set_results(results)
                page.showing.show_hint()
                page.showing.show_state()
            endings = endings_of(results.values())
            if endings:
                page.rememberRequested.emit(campaign.id, endings)
        if not page.is_open:
            self.show_list()

    def show_list(self) -> None:
        """The rows of the list of campaigns."""
        page = self.page
        mine = [one for one in page.campaigns.values() if one.workspace == page.workspace]
        standings = {one.id: standing_of(one, self.results_of(one.id)) for one in mine}
        page.list.set_campaigns(mine, standings)

    # -- the way back --------------------------------------------------------------------------

    def stop(self, campaign_id: str) -> None:
        """Undo of starting: nothing of it goes out, whichever campaign is open now."""
        page = self.page
        campaign = page.campaigns.get(campaign_id)
        if page.editing.campaign is not None and page.editing.campaign.id == campaign_id:
            self.show()
            page.running.stop()
        elif campaign is not None:
            stopped = replace(campaign, state="stopped", start=None)
            page.shelf.keep(stopped)
            page.stopRequested.emit(stopped, list(self.results_of(campaign_id).values()))

    def resume(self, campaign_id: str, results: Sequence[Result]) -> None:
        """Undo of stopping: what was still to come goes out at the times that it had."""
        page = self.page
        campaign = page.campaigns.get(campaign_id)
        if campaign is None or campaign.state == "running":
            return
        open_ones = [one for one in results if one.is_open]
        start = min((one.when for one in open_ones if one.when is not None), default=None)
        running = replace(campaign, state="running", start=start)
        wishes = [
            Wish(one.post.message_id, one.post.place, one.post.share_at, one.post.posto_ref)
            for one in open_ones
        ]
        if page.editing.campaign is not None and page.editing.campaign.id == campaign_id:
            page.editing.set_quietly(state="running", start=start)
            page.editing.keep()
            running = page.editing.campaign
        else:
            page.shelf.keep(running)
        page.startRequested.emit(running, wishes)

    def retry(self, ids: Collection[str]) -> None:
        """Try these messages of the open campaign again."""
        page = self.page
        campaign = page.editing.campaign
        found = [one for key, one in page.editing.results.items() if key in set(ids)]
        if campaign is not None and found:
            page.retryRequested.emit(campaign, found)
