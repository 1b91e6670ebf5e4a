"""Display texts of proposals, and their posts as they are shown: equal ones together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from posto_desktop.common.translation import translate
from posto_desktop.core.proposals import Proposal, ProposedPost
from posto_desktop.models import dates

MINUTE = 60


@dataclass(frozen=True)
class PostBlock:
    """What is the same for several channels of a proposal. `channels` are their networks and
    names."""

    post: ProposedPost
    channels: tuple[tuple[str, str], ...]


def blocks(posts: Sequence[ProposedPost]) -> list[PostBlock]:
    """Return the posts of a proposal, those that differ in the channel alone together."""
    grouped: dict[ProposedPost, list[tuple[str, str]]] = {}
    for post in posts:
        same = replace(post, channel_id=0, channel_name="", network="", id=0)
        grouped.setdefault(same, []).append((post.network, post.channel_name))
    return [PostBlock(post, tuple(channels)) for post, channels in grouped.items()]


def request(proposal: Proposal, now: datetime, zone: tzinfo | None = None) -> str:
    """Return who asks for what: "“Claude Desktop” asks to schedule 3 posts for Monday, 12:00"."""
    count = len(proposal.posts)
    if proposal.kind == "delete":
        words = translate("Proposals", "“{client}” asks to delete %Ln post(s)", "", count)
    elif proposal.kind == "move":
        words = translate("Proposals", "“{client}” asks to move %Ln post(s) to {when}", "", count)
    else:
        words = translate(
            "Proposals", "“{client}” asks to schedule %Ln post(s) for {when}", "", count
        )
    return words.format(client=proposal.client, when=_span(proposal.times, now, zone))


def _span(times: Sequence[datetime], now: datetime, zone: tzinfo | None) -> str:
    if not times:
        return ""
    first = dates.spoken_when(times[0], now, zone)
    if len(times) == 1:
        return first
    return translate("Proposals", "{first} to {last}").format(
        first=first, last=dates.spoken_when(times[-1], now, zone)
    )


def time_of(post: ProposedPost, now: datetime, zone: tzinfo | None = None) -> str:
    """Return the time of a post, and for one that moves both times."""
    old = dates.short_when(post.old_at, now, zone) if post.old_at is not None else ""
    new = dates.short_when(post.at, now, zone) if post.at is not None else ""
    if old and new:
        return translate("Proposals", "{old} → {new}").format(old=old, new=new)
    return old or new


def time_left(proposal: Proposal, now: datetime) -> str:
    """Return how long it can still be confirmed: "9 min left", "40 s left"."""
    seconds = max(0, int((proposal.expires_at - now).total_seconds()))
    if seconds >= MINUTE:
        return translate("Proposals", "{n} min left").format(n=seconds // MINUTE)
    return translate("Proposals", "{n} s left").format(n=seconds)


def answer(proposal: Proposal) -> str:
    """Return the text of the button that carries it out: "Schedule 3 posts"."""
    count = len(proposal.posts)
    if proposal.kind == "delete":
        return translate("Proposals", "Delete %Ln post(s)", "", count)
    if proposal.kind == "move":
        return translate("Proposals", "Move %Ln post(s)", "", count)
    return translate("Proposals", "Schedule %Ln post(s)", "", count)
