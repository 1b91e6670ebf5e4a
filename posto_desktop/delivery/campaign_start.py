"""What of a campaign can be sent, and from when on a stopped one goes on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from posto_desktop.common.locale_words import listed
from posto_desktop.core.campaign import Campaign, CampaignMessage, draft_of
from posto_desktop.core.campaign_results import MessageResult
from posto_desktop.core.campaign_times import CampaignTime, OccupiedTime, times_of
from posto_desktop.core.checks import Finding, check
from posto_desktop.core.fixes import apply_fix
from posto_desktop.core.limits import network_name
from posto_desktop.core.resolved_style import ResolvedStyle
from posto_desktop.core.typed_time import typed
from posto_desktop.delivery.campaign_run import PostRequest
from posto_desktop.sdk.records import Channel, Schedule


@dataclass(frozen=True)
class ReadyMessages:
    """What can be sent: requests, the number of their posts, and the refused messages as (row,
    reason). ``partial`` are messages that go out without those of their channels that would refuse
    them."""

    requests: tuple[PostRequest, ...] = ()
    posts: int = 0
    bad: tuple[tuple[int, str], ...] = ()
    partial: tuple[PartialMessage, ...] = ()


@dataclass(frozen=True)
class PartialMessage:
    """A message that some channels would refuse. ``channel_ids`` are those that get it."""

    message_id: str
    place: int
    channel_ids: tuple[int, ...]
    networks: str
    why: str


@dataclass(frozen=True)
class ScheduleSummary:
    """Contents of the schedule: times outside campaigns, times by campaign id, and rows by
    `posto_ref`."""

    occupied: tuple[OccupiedTime, ...] = ()
    by_campaign: Mapping[str, Sequence[OccupiedTime]] = field(default_factory=dict)
    by_ref: Mapping[str, Sequence[Schedule]] | None = None


def ready_messages(
    campaign: Campaign,
    results: Mapping[str, MessageResult],
    times: Sequence[CampaignTime],
    findings_of: Callable[[CampaignTime], Sequence[Finding]],
    problem_of: Callable[[CampaignTime], str],
) -> ReadyMessages:
    """Return what would be sent now. `findings_of` returns the findings of a message, `problem_of`
    the sentence about a time with a `problem`."""
    requests: list[PostRequest] = []
    bad: list[tuple[int, str]] = []
    partial: list[PartialMessage] = []
    posts = 0
    for message, message_time in zip(campaign.messages, times, strict=False):
        result = results.get(message.id)
        if result is not None and not result.is_stopped:
            continue
        place = message_time.place
        ids = campaign.channel_ids if message.channel_ids is None else message.channel_ids
        refusals = [finding for finding in findings_of(message_time) if finding.severity == "error"]
        refused = {number for finding in refusals for number in finding.channel_ids}
        left = tuple(number for number in ids if number not in refused)
        why_time = problem_of(message_time) if message_time.problem else ""
        why = refusals[0].sentence if refusals else why_time
        if refusals and left and all(finding.channel_ids for finding in refusals):
            slugs = dict.fromkeys(slug for finding in refusals for slug in finding.networks)
            names = listed(map(network_name, slugs))
            why = why_time
            if not why:
                sentence = refusals[0].sentence
                partial.append(PartialMessage(message.id, place, left, names, sentence))
                ids = left
        if why:
            bad.append((place, why))
            continue
        posts += len(ids)
        replaces = result.post.posto_ref if result is not None else ""
        requests.append(PostRequest(message.id, place, message_time.when, replaces))
    return ReadyMessages(tuple(requests), posts, tuple(bad), tuple(partial))


def checks_of(
    campaign: Campaign,
    messages: Sequence[CampaignMessage],
    channels: Mapping[int, Channel],
    resolved_style: ResolvedStyle | None,
    now: datetime,
) -> dict[str, list[Finding]]:
    """Return the findings of these messages, by message id."""
    findings: dict[str, list[Finding]] = {}
    for message in messages:
        draft = draft_of(campaign, message)
        if resolved_style is not None:
            draft = replace(draft, resolved_style=resolved_style)
        chosen = [
            channels[channel_id] for channel_id in draft.channel_ids if channel_id in channels
        ]
        missing = [ref.path for ref in message.media if not os.path.exists(ref.path)]  # noqa: PTH110
        message_findings = check(draft, chosen, now, missing=missing)
        undecided = [
            finding.fix for finding in message_findings if finding.code == "thread_unsupported"
        ]
        if undecided:
            # Nobody is asked in a campaign: where there are no threads all parts are one post.
            for fix in filter(None, undecided):
                draft = apply_fix(draft, fix)
            message_findings = check(draft, chosen, now, missing=missing)
        findings[message.id] = message_findings
    return findings


def schedule_summary(
    rows: Iterable[Schedule], refs: Mapping[str, str], now: datetime
) -> ScheduleSummary:
    """Summarize the rows of the schedule. `refs` are ids of campaigns by the mark of their posts;
    only rows of theirs are kept."""
    by_ref: dict[str, list[Schedule]] = {}
    occupied: list[OccupiedTime] = []
    by_campaign: dict[str, list[OccupiedTime]] = {}
    for row in rows:
        owner = refs.get(row.posto_ref or "", "")
        if owner:
            by_ref.setdefault(row.posto_ref or "", []).append(row)
        if row.status == "not_sent" and row.send_at is not None and row.send_at >= now:
            times = by_campaign.setdefault(owner, []) if owner else occupied
            times.append(OccupiedTime(row.send_at, row.channel_id, row.network))
    return ScheduleSummary(tuple(occupied), by_campaign, by_ref)


def next_start(campaign: Campaign, results: Sequence[MessageResult], zone: tzinfo) -> str:
    """Return the words of the time at which a campaign that is stopped now would go on, such that
    its rhythm stays; "" if none of its messages is still to go out."""
    ahead = [result.when for result in results if result.is_open and result.when is not None]
    first = _nominal(campaign, results, zone)
    return typed(first or min(ahead), zone) if first is not None or ahead else ""


def _nominal(campaign: Campaign, results: Sequence[MessageResult], zone: tzinfo) -> datetime | None:
    """Return the time of the first open message without variation."""
    open_ids = {result.post.message_id for result in results if result.is_open}
    if campaign.start is None or campaign.rhythm.kind != "interval":
        return None
    plain = replace(
        campaign,
        state="draft",
        messages=tuple(replace(message, when=None) for message in campaign.messages),
    )
    for message_time in times_of(plain, campaign.start, zone):
        if message_time.message_id in open_ids:
            return message_time.nominal
    return None


def with_channels(
    messages: Sequence[CampaignMessage], channels: Mapping[str, tuple[int, ...] | None]
) -> tuple[CampaignMessage, ...]:
    """Return the messages, some with own channels or, for None, those of the campaign."""
    return tuple(
        replace(message, channel_ids=channels[message.id]) if message.id in channels else message
        for message in messages
    )
