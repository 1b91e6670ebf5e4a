"""Campaigns of posto.db as commands see them: by name, with how each message stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property

from posto_desktop.cli.exits import not_found, usage
from posto_desktop.cli.post_filter import PostFilter, read_posts
from posto_desktop.cli.post_lines import iso
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import CampaignData
from posto_desktop.core.campaign import Campaign
from posto_desktop.core.campaign_results import (
    CampaignPost,
    MessageResult,
    final_results,
    results_of,
)
from posto_desktop.core.campaign_times import OccupiedTime
from posto_desktop.core.folding import fold
from posto_desktop.core.posts import headline
from posto_desktop.delivery.campaign_run import read_campaign
from posto_desktop.delivery.campaign_start import ScheduleSummary, schedule_summary
from posto_desktop.storage import campaign_rows

_SENT_EARLIER = timedelta(days=1)


def campaigns_of(session: Session) -> list[Campaign]:
    """Return the campaigns of the workspace, the one changed last first."""
    rows = campaign_rows.all_of(session.database)
    campaigns = (read_campaign(session.database, row) for row in rows)
    return [
        campaign
        for campaign in campaigns
        if campaign is not None and campaign.workspace == session.workspace.id
    ]


def find_campaign(session: Session, words: str) -> Campaign:
    """Return the campaign with a name or an id, or the beginning of one. Raises CommandError."""
    campaigns = campaigns_of(session)
    matches = [
        campaign
        for campaign in campaigns
        if campaign.id == words or fold(title_of(campaign)) == fold(words)
    ]
    if not matches and len(words) >= 4:
        matches = [campaign for campaign in campaigns if campaign.id.startswith(words)]
    if len(matches) > 1:
        ids = ", ".join(campaign.id[:8] for campaign in matches)
        raise usage(f"There are {len(matches)} campaigns {words}. Use an id: {ids}.")
    if not matches:
        raise not_found(f"There is no campaign {words}. See: posto campaign list.")
    return matches[0]


def title_of(campaign: Campaign) -> str:
    """Return the name of a campaign, or the beginning of its first message."""
    texts = (headline(message.text) for message in campaign.messages if message.text.strip())
    return campaign.name.strip() or next(texts, "") or "Untitled campaign"


def campaign_json(campaign: Campaign, posts: Iterable[CampaignPost]) -> CampaignData:
    return {
        "id": campaign.id,
        "name": title_of(campaign),
        "state": campaign.state,
        "messages": len(campaign.messages),
        "channels": list(campaign.channel_ids),
        "style": campaign.style,
        "start": iso(campaign.start),
        "start_words": campaign.start_text,
        "posts": dict(Counter(post.state for post in posts)),
        "updated": iso(campaign.updated_at) or "",
    }


@dataclass(frozen=True)
class CampaignState:
    """A campaign with its posts in the outbox and the schedule as they are now. Reads the service
    when `summary` is first used; raises PostoError then."""

    session: Session
    campaign: Campaign
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @cached_property
    def posts(self) -> list[CampaignPost]:
        rows = campaign_rows.posts(self.session.database, self.campaign.id)
        return [CampaignPost.from_row(row) for row in rows]

    @cached_property
    def summary(self) -> ScheduleSummary:
        """The schedule: what is taken, and the rows of campaigns by their mark."""
        refs = {
            str(row["posto_ref"]): campaign.id
            for campaign in campaigns_of(self.session)
            for row in campaign_rows.posts(self.session.database, campaign.id)
        }
        times = [post.share_at or self.campaign.created_at for post in self.posts]
        first = min([*times, self.now]) - _SENT_EARLIER
        rows = read_posts(self.session, PostFilter(first=first))
        return schedule_summary(rows, refs, self.now)

    @cached_property
    def results(self) -> Mapping[str, MessageResult]:
        """How the messages stand, by their ids."""
        entries = {
            entry.posto_ref: entry
            for entry in self.session.outbox.entries(self.session.workspace.id)
        }
        return results_of(self.posts, entries, self.summary.by_ref or {}, self.now)

    @property
    def occupied_times(self) -> Sequence[OccupiedTime]:
        """What is taken by other posts: on the service, in other campaigns, in the outbox."""
        own = {post.posto_ref for post in self.posts}
        others = [
            taken
            for owner, times in self.summary.by_campaign.items()
            if owner != self.campaign.id
            for taken in times
        ]
        waiting = [
            OccupiedTime(entry.share_at or self.now, item.channel_id, item.network)
            for entry in self.session.outbox.entries(self.session.workspace.id)
            if not entry.is_ended and entry.posto_ref not in own
            for item in entry.items
        ]
        return [*self.summary.occupied, *others, *waiting]

    def remember(self) -> None:
        """Store how posts ended: schedule and outbox both forget old ones. Raises StorageError."""
        with self.session.database.transaction():
            for ref, (state, reason) in final_results(self.results.values()).items():
                campaign_rows.change_posts(
                    self.session.database,
                    [ref],
                    state,
                    reason,
                    expect=("handed", "sent", "failed"),
                )
