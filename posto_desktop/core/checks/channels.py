"""Checks for expired sessions and for repeated texts: on several X accounts, or in one channel."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from posto_desktop.common.formats import clock, named_day
from posto_desktop.common.translation import translate
from posto_desktop.core.checks.finding import (
    Finding,
    Fix,
    leave_out_label,
    listed,
    number,
    short,
)
from posto_desktop.core.checks.post import ChannelGroup, CheckedPost
from posto_desktop.core.draft import channel_key
from posto_desktop.core.limits import limits_for
from posto_desktop.sdk.records import Channel

NEARBY = timedelta(hours=24)
"""A repetition within this time is probably a mistake; later it may be intended."""


def text_digest(text: str) -> str:
    """Return a digest that ignores white space and letter case; empty for no text."""
    words = " ".join(text.split()).casefold()
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest() if words else ""


@dataclass(frozen=True)
class ScheduledText:
    """A waiting post: channel, time (None: at once) and `text_digest` of its text."""

    channel_id: int
    when: datetime | None
    digest: str

    @classmethod
    def of(cls, channel_id: int, when: datetime | None, text: str) -> ScheduledText:
        return cls(channel_id, when, text_digest(text))


def check_sessions(post: CheckedPost) -> list[Finding]:
    """One finding a network, since hundreds of channels may be affected."""
    by_network: dict[str, list[Channel]] = {}
    for channel in post.channels:
        if not channel.active:
            by_network.setdefault(limits_for(channel.network).slug, []).append(channel)
    findings = []
    for slug, channels in by_network.items():
        if len(channels) == 1:
            words = translate(
                "Checks",
                "The {network} session of {channel} has expired. The post will fail there until "
                "it is connected again.",
            )
            sentence = words.format(network=limits_for(slug).name, channel=channels[0].name)
        else:
            words = translate(
                "Checks",
                "The {network} sessions of {channels} have expired. The posts will fail there "
                "until they are connected again.",
            )
            names = listed([short(channel.name) for channel in channels])
            sentence = words.format(network=limits_for(slug).name, channels=names)
        ids = tuple(channel.id for channel in channels)
        fix = _untick(channels, "")
        findings.append(Finding("warning", "session_expired", sentence, (slug,), ids, fix=fix))
    return findings


def check_same_text(post: CheckedPost) -> list[Finding]:
    """X's automation rules forbid the same text on several accounts."""
    by_text: dict[str, list[Channel]] = {}
    for group in post.groups:
        if group.limits.slug == "twitter" and group.text:
            by_text.setdefault(text_digest(group.text), []).extend(group.channels)
    findings = []
    for channels in by_text.values():
        if len(channels) > 1:
            surplus = channels[1:]
            sentence = translate(
                "Checks", "The same text goes to {count} X accounts; X forbids that."
            ).format(count=number(len(channels)))
            only = translate("Fixes", "Only {name}").format(name=channels[0].name)
            edit = translate("Fixes", "Edit for {name}").format(name=surplus[0].name)
            findings.append(
                Finding(
                    "warning",
                    "same_text",
                    sentence,
                    networks=("twitter",),
                    channel_ids=tuple(channel.id for channel in channels),
                    fix=_untick(surplus, only),
                    more=(Fix("edit_for", edit, channel_key(surplus[0].id)),),
                )
            )
    return findings


def check_scheduled(post: CheckedPost, scheduled: Sequence[ScheduledText]) -> list[Finding]:
    """Report the same text in the same channel within a day, before or after."""
    if not scheduled:
        return []
    groups = {channel.id: group for group in post.groups for channel in group.channels}
    digests: dict[int, str] = {}
    hits: dict[str, tuple[datetime, list[tuple[Channel, ChannelGroup]]]] = {}
    chosen = {channel.id: channel for channel in post.channels}
    for row in scheduled:
        group = groups.get(row.channel_id)
        if group is None or not row.digest:
            continue
        scheduled_at = row.when or post.now
        if abs(scheduled_at - post.when) > NEARBY:
            continue
        digest = digests.get(id(group))
        if digest is None:
            digest = digests[id(group)] = text_digest(group.text)
        if digest == row.digest:
            words = _already(scheduled_at, post.now)
            _, matches = hits.setdefault(words, (scheduled_at, []))
            if all(channel.id != row.channel_id for channel, _ in matches):
                matches.append((chosen[row.channel_id], group))
    findings = []
    for words, (_, matches) in sorted(hits.items(), key=lambda hit: hit[1][0]):
        channel_names = listed([channel.name for channel, _ in matches])
        findings.append(
            Finding(
                "warning",
                "same_planned",
                words.format(channels=channel_names),
                networks=tuple(dict.fromkeys(group.limits.slug for _, group in matches)),
                channel_ids=tuple(channel.id for channel, _ in matches),
                fix=_untick([channel for channel, _ in matches], ""),
            )
        )
    return findings


def _already(when: datetime, now: datetime) -> str:
    """Return the sentence about a text that is scheduled then, with a place for the channels."""
    local = when.astimezone(now.tzinfo)
    if local.date() == now.date():
        return translate(
            "Checks", "The same text is already scheduled for {channels} today at {time}."
        ).format(channels="{channels}", time=clock(local))
    return translate(
        "Checks", "The same text is already scheduled for {channels} on {day} at {time}."
    ).format(channels="{channels}", day=named_day(local, "ddd d MMM"), time=clock(local))


def _untick(channels: Sequence[Channel], label: str) -> Fix:
    ids = ",".join(str(channel.id) for channel in channels)
    if len(channels) == 1:
        name = short(channels[0].name)
        label = label or translate("Fixes", "Leave out {name}").format(name=name)
        return Fix("untick_channel", label, ids)
    return Fix("untick_channels", label or leave_out_label(len(channels)), ids)
