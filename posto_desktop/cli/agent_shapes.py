"""Shapes of proposals as tools and `posto proposals` print them."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict

from posto_desktop.cli.shapes import SentData
from posto_desktop.core.proposals import Proposal, ProposedPost


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


def _iso(moment: datetime) -> str:
    return moment.astimezone().isoformat(timespec="seconds")
