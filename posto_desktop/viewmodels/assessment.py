"""Assessment of a message for each network: character counts, exceeded limits, findings.

Pure functions: short messages are assessed on the GUI thread while typing, long ones on a worker,
by the same function.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain

from posto_desktop.core.account_outlook import AccountOutlook, AccountsByChannel
from posto_desktop.core.checks import Finding, check_post
from posto_desktop.core.checks.accounts import look_ahead
from posto_desktop.core.checks.post import ChannelGroup, CheckedPost, group_of_network
from posto_desktop.core.draft import Draft, part_key
from posto_desktop.core.limits import limits_for
from posto_desktop.core.text import first_over, link_price
from posto_desktop.core.thread import parts_at
from posto_desktop.models.parsed_time import ParsedTime
from posto_desktop.sdk.records import Channel
from posto_desktop.sdk.site_content import AutoShareSettings
from posto_desktop.viewmodels.pending_posts import PendingPosts

# Findings of an unfinished message: the button shows them, the list of checks does not.
_NO_ACCOUNTS: AccountsByChannel = {}
QUIET_CODES = ("no_channel", "empty", "text_missing", "media_missing")


@dataclass(frozen=True)
class CharacterCount:
    """``used`` of ``limit`` in the network's own unit; ``limit`` is None if the network has none.

    ``link``: characters that each link counts, 0 if there is no link or it counts as typed.
    """

    slug: str
    name: str
    used: int
    limit: int | None
    link: int = 0

    @property
    def left(self) -> int | None:
        return None if self.limit is None else self.limit - self.used


@dataclass(frozen=True)
class PartCounts:
    """Like `Assessment.counts` and `Assessment.common_over`, of one part of the common thread."""

    counts: tuple[CharacterCount, ...] = ()
    common_over: int | None = None


@dataclass(frozen=True)
class Assessment:
    """``counts``: one per network, in the order of the selected channels; for a network with
    several texts the count with the least room.

    Keys are a network's slug, or `channel:ID` for a channel with own text or options, and those of
    their parts.  ``by_key``: the count of each text; ``typed_over``: index in the typed text where
    it exceeds the limit, None if it fits.  ``common_over``: the lowest such index in the common
    text.  ``further``: counts of further parts of the common thread.  ``post``: the assessed post;
    None before the first assessment.  ``outlook``: what its accounts mean for it.
    """

    counts: tuple[CharacterCount, ...] = ()
    by_key: dict[str, CharacterCount] = field(default_factory=dict)
    typed_over: dict[str, int | None] = field(default_factory=dict)
    common_over: int | None = None
    further: tuple[PartCounts, ...] = ()
    findings: tuple[Finding, ...] = ()
    post: CheckedPost | None = None
    outlook: AccountOutlook = field(default_factory=AccountOutlook)


def networks_of(channels: Sequence[Channel]) -> dict[str, list[Channel]]:
    """Return the selected channels by network slug, in the order of `channels`."""
    channels_by_network: dict[str, list[Channel]] = {}
    for channel in channels:
        channels_by_network.setdefault(limits_for(channel.network).slug, []).append(channel)
    return channels_by_network


def assess(
    draft: Draft,
    channels: Sequence[Channel],
    now: datetime,
    when: ParsedTime,
    missing: Collection[str] = (),
    pending_lists: Sequence[PendingPosts] = (),
    before: CheckedPost | None = None,
    accounts: AccountsByChannel = _NO_ACCOUNTS,
    moments: Sequence[datetime] = (),
    site: AutoShareSettings | None = None,
) -> Assessment:
    """Count and check the message for every selected network and every channel with own text.

    `before` is the previously assessed post, whose unchanged parts are reused. `accounts` are those
    of this computer, by their channels, `moments` the times of a repeat, `site` the settings of the
    service's site.
    """
    reading = None
    if draft.when_text.strip() and (when.ok or when.kind == "past"):
        # A past time without an exact reading ("yesterday") still counts as past.
        reading = when if when.ok or when.when is not None else replace(when, when=now)
    post = CheckedPost.of(draft, channels, now, reading, missing, before)
    if site is not None and not post.local:
        post.site, post.joins_blank_lines = site, site.joins_blank_lines
    counts: list[CharacterCount] = []
    by_key: dict[str, CharacterCount] = {}
    typed_over: dict[str, int | None] = {}
    for slug, groups in post.by_network().items():
        for group in groups:
            for part in (group, *group.parts):
                count, place = _counted(post, part)
                key = part.part_key if part.number else part.key
                # Accounts with different limits share a text: the one with the least room counts.
                if key not in by_key or _room(count) < _room(by_key[key]):
                    by_key[key], typed_over[key] = count, place
        counts.append(by_key[groups[0].key])
        if len(groups) > 1:
            counts[-1] = min((by_key[group.key] for group in groups), key=_room)
        if slug not in by_key:
            # None of the channels uses this text, but the network's tab shows its count.
            for part in group_of_network(draft, slug).whole:
                by_key[part.part_key], typed_over[part.part_key] = _counted(post, part)
    common = [
        place
        for group in post.groups
        if not group.source and (place := typed_over[group.key]) is not None
    ]
    ids = [channel.id for channel in channels]
    scheduled = [near for pending in pending_lists for near in pending.near(post.when, ids)]
    edited = draft.editing
    if edited is not None:
        # A message is no repetition of itself.
        scheduled = [near for near in scheduled if not edited.covers(near.channel_id, near.when)]
    waiting = chain.from_iterable(pending.times for pending in pending_lists)
    outlook = look_ahead(post, moments, accounts, waiting)
    findings = check_post(post, scheduled, outlook)
    further = tuple(
        _part_counts(post, number, by_key, typed_over)
        for number in range(1, 1 + len(draft.threads.get("", ())))
    )
    return Assessment(
        tuple(counts),
        by_key,
        typed_over,
        min(common, default=None),
        further,
        tuple(findings),
        post,
        outlook,
    )


def _part_counts(
    post: CheckedPost,
    number: int,
    by_key: dict[str, CharacterCount],
    typed_over: dict[str, int | None],
) -> PartCounts:
    counts: dict[str, CharacterCount] = {}
    places = []
    for group in post.groups:
        key = part_key(group.key, number)
        if group.source or key not in by_key:
            continue
        known = counts.get(group.limits.slug)
        counts[group.limits.slug] = min(by_key[key], known or by_key[key], key=_room)
        place = typed_over[key]
        if place is not None:
            places.append(place)
    return PartCounts(tuple(counts.values()), min(places, default=None))


def _room(count: CharacterCount) -> float:
    """Return the remaining part of the limit, infinity without one."""
    return float("inf") if count.left is None else count.left / (count.limit or 1)


def _counted(post: CheckedPost, group: ChannelGroup) -> tuple[CharacterCount, int | None]:
    """Return the count of a text, and the index in the typed text where it exceeds the limit."""
    limits, text, length = group.limits, group.text, group.length
    price = link_price(text, limits, group.link) if limits.link_in_text else 0
    # A text that the service would cut silently counts as over the limit, too.
    count = CharacterCount(limits.slug, limits.name, length.used, length.limit, price)
    if not length.is_over:
        return count, None
    place = first_over(text, limits, bool(group.media), group.link, post.local)
    if place is None:
        return count, None
    typed = parts_at(post.draft, group.source)
    if group.form == "one" and len(typed) > 1:
        return count, None  # the text is in several parts
    return count, typed_place(typed[group.number], text, place)


def typed_place(typed: str, sent: str, place: int) -> int:
    """Return the index in the typed text of `place` in the sent text, which lacks some spaces."""
    if typed.startswith(sent[:place]):
        return place
    # A style may put words before the typed text. If these exceed the limit, mark the whole text.
    first = typed.strip().partition("\n")[0].strip()
    before = sent.find(first) if first else -1
    if before > 0 and not sent.startswith(typed[:1]):
        if before >= place:
            return 0
        sent, place = sent[before:], place - before
    at = sent_at = 0
    while at < len(typed) and sent_at < min(place, len(sent)):
        # Most lines were sent unchanged, so compare whole lines before characters.
        end = sent.find("\n", sent_at, place)
        line = sent[sent_at : place if end < 0 else end]
        if line and typed.startswith(line, at):
            at, sent_at = at + len(line), sent_at + len(line)
            continue
        if typed[at] == sent[sent_at] or (
            sent[sent_at] == "\n" and typed[at] in "\r\x0b\x0c\u2028"
        ):
            sent_at += 1
        at += 1
    if sent_at >= place:
        return at
    # The limit is in the words after the typed text, so mark as many at its end.
    return max(0, len(typed) - max(0, len(sent) - place))


def assess_job(_job: object, *args: object) -> Assessment:
    return assess(*args)  # type: ignore[arg-type]
