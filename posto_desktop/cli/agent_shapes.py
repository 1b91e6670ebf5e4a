"""Shapes of proposals and of the schedule as tools and `posto proposals` print them."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict

from posto_desktop.cli.shapes import SentData
from posto_desktop.core.proposals import Proposal, ProposedPost
from posto_desktop.sdk.records import Schedule


class ProposedPostData(TypedDict):
    """A post of a proposal. `when` is its time afterwards, null for one that is deleted; `was` its
    present time, null for a new one; `id` that of the post in the schedule, 0 for a new one."""

    id: int
    channel: int
    name: str
    network: str
    texts: list[str]
    title: str
    link: str
    comment: str
    media: list[str]
    when: str | None
    was: str | None


class ProposalData(TypedDict):
    """What an agent asked for. `state` is asked, confirmed, declined, expired, done or failed;
    `digest` names exactly this, `short` is what a person compares."""

    digest: str
    short: str
    kind: str
    state: str
    client: str
    asked: str
    expires: str
    result: str
    posts: list[ProposedPostData]


class ConfirmedProposalData(ProposalData):
    """A proposal that was confirmed, and the posts that became of one to schedule."""

    sent: NotRequired[list[SentData]]


class ScheduledPostData(TypedDict):
    """A post of the schedule. `status` is not_sent, sending, success, error, draft, missed or
    unknown; `link` its address once published."""

    id: int
    group: str
    channel: int
    name: str
    network: str
    status: str
    when: str | None
    texts: list[str]
    media: int
    link: str
    error: str


def proposal_data(proposal: Proposal) -> ProposalData:
    return {
        "digest": proposal.digest,
        "short": proposal.short_digest,
        "kind": proposal.kind,
        "state": proposal.state,
        "client": proposal.client,
        "asked": _iso(proposal.created_at),
        "expires": _iso(proposal.expires_at),
        "result": proposal.result,
        "posts": [_post_data(post) for post in proposal.posts],
    }


def _post_data(post: ProposedPost) -> ProposedPostData:
    return {
        "id": post.id,
        "channel": post.channel_id,
        "name": post.channel_name,
        "network": post.network,
        "texts": [post.text, *post.thread],
        "title": post.title,
        "link": post.link,
        "comment": post.comment,
        "media": [file.name for file in post.files],
        "when": _iso(post.at) if post.at is not None else None,
        "was": _iso(post.old_at) if post.old_at is not None else None,
    }


def scheduled_post_data(row: Schedule) -> ScheduledPostData:
    return {
        "id": row.id,
        "group": row.group_id,
        "channel": row.channel_id,
        "name": row.channel_name,
        "network": row.network,
        "status": row.status,
        "when": _iso(row.send_at) if row.send_at is not None else None,
        "texts": [row.text, *row.thread],
        "media": len(row.media),
        "link": row.link,
        "error": row.error,
    }


def _iso(moment: datetime) -> str:
    return moment.astimezone().isoformat(timespec="seconds")
