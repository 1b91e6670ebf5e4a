"""What is wrong with a post before it is sent, and where.

`check` is pure and quick (well under 2 ms for 30 channels): the editor checks on each key.
What a finding's fix does to a draft stands in `core.fixes`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from posto_desktop.core.checks import channels as of_channels
from posto_desktop.core.checks import counts, files, options, service, styles, texts, times
from posto_desktop.core.checks.channels import ScheduledText, text_digest
from posto_desktop.core.checks.finding import ORDER, Code, Finding, Fix, Severity
from posto_desktop.core.checks.post import CheckedPost, TimeReadingLike
from posto_desktop.core.draft import Draft
from posto_desktop.sdk.records import Channel

__all__ = [
    "CheckedPost",
    "Code",
    "Finding",
    "Fix",
    "ScheduledText",
    "Severity",
    "TimeReadingLike",
    "blocked_channels",
    "check",
    "check_post",
    "text_digest",
]


def check(
    draft: Draft,
    channels: Sequence[Channel],
    now: datetime,
    reading: TimeReadingLike | None = None,
    *,
    missing: Collection[str] = (),
    scheduled: Sequence[ScheduledText] = (),
) -> list[Finding]:
    """Everything worth saying about the post, the worst first.

    `reading` is how the When field was understood, None when it is empty or could not be read;
    `missing` are paths of the draft's files that are no longer there (the caller looks);
    `scheduled` are the posts that wait already. Times in sentences are in the zone of `now`.
    """
    return check_post(CheckedPost.of(draft, channels, now, reading, missing), scheduled)


def check_post(post: CheckedPost, scheduled: Sequence[ScheduledText] = ()) -> list[Finding]:
    """As `check`, of a post that was put together already."""
    findings: list[Finding] = []
    if not post.channels:
        findings.append(
            Finding(
                "error",
                "no_channel",
                "No channel is selected. Select where the post should go.",
                fix=Fix("choose_channels", "Select channels"),
            )
        )
    findings += times.check(post)
    findings += styles.check(post)
    if post.draft.is_empty:
        findings.append(
            Finding(
                "error", "empty", "There is nothing to post yet. Write a text or add a picture."
            )
        )
    else:
        for group in post.groups:
            findings += texts.check(post, group)
            findings += counts.check(post, group)
        findings += texts.check_paragraphs(post)
        findings += options.check(post)
        findings += service.check(post)
        findings += of_channels.check_same_text(post)
        findings += of_channels.check_scheduled(post, scheduled)
    findings += files.check(post)
    findings += of_channels.check_sessions(post)
    findings.sort(key=lambda one: ORDER[one.severity])
    return findings


def blocked_channels(findings: Sequence[Finding], channels: Sequence[Channel]) -> set[int]:
    """The ids of channels that an error names; all of them when an error is about the post."""
    blocked: set[int] = set()
    for finding in findings:
        if finding.severity == "error":
            if not finding.channel_ids:
                return {channel.id for channel in channels}
            blocked.update(finding.channel_ids)
    return blocked
