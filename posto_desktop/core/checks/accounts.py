"""Checks of a post against the accounts of this computer through which it goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from posto_desktop.common.translation import translate
from posto_desktop.core.account_outlook import (
    AccountOutlook,
    AccountPost,
    AccountsByChannel,
    delay_sentence,
    ended_sentence,
    outlook_of,
    x_price,
)
from posto_desktop.core.checks.finding import Finding, Fix
from posto_desktop.core.checks.post import ChannelGroup, CheckedPost
from posto_desktop.core.limits import limits_for
from posto_desktop.core.text import link_price

_X = "twitter"


def look_ahead(
    post: CheckedPost,
    moments: Sequence[datetime],
    accounts: AccountsByChannel,
    waiting: Iterable[tuple[datetime, int]] = (),
) -> AccountOutlook:
    """Return what the accounts mean for a post that goes out at each of these moments."""
    if not accounts or not any(channel.id in accounts for channel in post.channels):
        return AccountOutlook()
    return outlook_of(account_posts(post, moments or [post.when], accounts), accounts, waiting)


def account_posts(
    post: CheckedPost, moments: Sequence[datetime], accounts: AccountsByChannel
) -> list[AccountPost]:
    """Return the post as it goes through each account, once for each moment."""
    account_posts = []
    for group in post.groups:
        paying = {
            channel_id
            for channel_id in group.ids
            if channel_id in accounts and accounts[channel_id].method == "x"
        }
        price = _price(group) if paying else 0.0
        parts = len(group.whole) + bool(group.comment)
        files = sum(len(part.media) for part in group.whole)
        network = group.channels[0].network if group.channels else ""
        for number in group.ids:
            if number in accounts:
                cost = price if number in paying else 0.0
                account_posts += [
                    AccountPost(number, network, when, parts, files, cost) for when in moments
                ]
    return account_posts


def _price(group: ChannelGroup) -> float:
    """Return what X takes for the post, its thread and its first comment."""
    price = 0.0
    for part in group.whole:
        described = sum(bool(ref.alt.strip()) for ref in part.media)
        price += x_price(link_price(part.text, _X, part.link) > 0, described)
    return price + (x_price(link_price(group.comment, _X) > 0) if group.comment else 0.0)


def check(outlook: AccountOutlook, now: datetime) -> list[Finding]:
    findings = []
    for sign_in in outlook.ended:
        label = translate("Fixes", "Sign in again")
        again = Fix("sign_in_again", label, str(sign_in.channel_ids[0]))
        sentence = ended_sentence(sign_in, outlook.posts, now)
        networks = (limits_for(sign_in.network).slug,)
        findings.append(
            Finding("warning", "sign_in_ends", sentence, networks, sign_in.channel_ids, fix=again)
        )
    for delay in outlook.delays:
        edit = Fix("edit_when", translate("Fixes", "Change the time"))
        networks = (limits_for(delay.network).slug,)
        sentence = delay_sentence(delay, now)
        findings.append(
            Finding("hint", "goes_out_later", sentence, networks, delay.channel_ids, fix=edit)
        )
    return findings
