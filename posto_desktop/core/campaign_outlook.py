"""Forecast for a campaign or import through the accounts of this computer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from posto_desktop.core.account_outlook import (
    AccountOutlook,
    AccountPost,
    AccountsByChannel,
    outlook_of,
)
from posto_desktop.core.campaign import Campaign, CampaignMessage, draft_of
from posto_desktop.core.checks.accounts import account_posts
from posto_desktop.core.checks.post import CheckedPost
from posto_desktop.core.resolved_style import ResolvedStyle
from posto_desktop.sdk.records import Channel

TimedMessage = tuple[CampaignMessage, datetime]


def messages_outlook(
    campaign: Campaign,
    messages: Iterable[TimedMessage],
    channels: Mapping[int, Channel],
    accounts: AccountsByChannel,
    waiting: Iterable[tuple[datetime, int]],
    resolved_style: ResolvedStyle | None = None,
) -> AccountOutlook:
    """Look ahead at messages of a campaign that go out at these times. `waiting` are the times and
    channels of other posts."""
    if not accounts:
        return AccountOutlook()
    posts: list[AccountPost] = []
    for message, when in messages:
        draft = draft_of(campaign, message)
        chosen = [
            channels[number]
            for number in draft.channel_ids
            if number in accounts and number in channels
        ]
        if chosen:
            draft = replace(draft, resolved_style=resolved_style)
            post = CheckedPost.of(draft, chosen, when, None, ())
            posts += account_posts(post, (when,), accounts)
    return outlook_of(posts, accounts, waiting)
