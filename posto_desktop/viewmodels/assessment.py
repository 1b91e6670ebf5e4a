"""What the message looks like to each network: counts, limits passed, findings.

Pure values in, values out: short messages are assessed on the GUI thread between two keys, long
ones on a worker, by the same function.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from posto_desktop.core.checks import Finding, check
from posto_desktop.core.draft import LOCAL, Draft, channel_key
from posto_desktop.core.limits import limits_for
from posto_desktop.core.posts import link_of, media_of, own_key_of, text_of
from posto_desktop.core.text import first_over, link_price, measure
from posto_desktop.models.when_reading import When
from posto_desktop.sdk.records import Channel
from posto_desktop.viewmodels.planned_posts import Plan

# Nothing to mend yet: said by the button, not in the list of checks.
QUIET_CODES = ("no_channel", "empty", "text_missing", "media_missing")


@dataclass(frozen=True)
class Count:
    """``used`` of ``limit`` in the network's own unit; ``limit`` None: it names none.

    ``link``: what each link counts, where there is one and it has a price of its own; else 0.
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
class Assessment:
    """``counts``: one per network, in the order of the selected channels; of the texts that go to
    its channels the one with the least room.

    The others go by key: a network's slug, or `channel:ID` for a channel with a text or options of
    its own.  ``by_key``: how much of the limit that text takes; ``over``: where the limit is passed
    in the text as it is sent; ``typed_over``: the same place in the text as it was typed.
    ``common_over``: the first such place in the common text, for those that get it.
    """

    counts: tuple[Count, ...] = ()
    by_key: dict[str, Count] = field(default_factory=dict)
    over: dict[str, int | None] = field(default_factory=dict)
    typed_over: dict[str, int | None] = field(default_factory=dict)
    common_over: int | None = None
    findings: tuple[Finding, ...] = ()


def networks_of(channels: Sequence[Channel]) -> dict[str, list[Channel]]:
    """The selected channels by network slug, in the order in which they were listed."""
    found: dict[str, list[Channel]] = {}
    for channel in channels:
        found.setdefault(limits_for(channel.network).slug, []).append(channel)
    return found


def assess(
    draft: Draft,
    channels: Sequence[Channel],
    now: datetime,
    when: When,
    missing: Collection[str] = (),
    plans: Sequence[Plan] = (),
) -> Assessment:
    """Count and check the message for every selected network, and every channel of its own."""
    counts: list[Count] = []
    by_key: dict[str, Count] = {}
    over: dict[str, int | None] = {}
    typed_over: dict[str, int | None] = {}
    common: list[int] = []
    for slug, its in networks_of(channels).items():
        alone = [one for one in its if _is_alone(draft, one)]
        targets: list[tuple[str, str | Channel]] = [(slug, slug)]
        targets += [(channel_key(one.id), one) for one in alone]
        for key, target in targets:
            by_key[key], over[key], typed_over[key] = _counted(draft, slug, target)
        used = targets if len(alone) < len(its) else targets[1:]
        counts.append(replace(min((by_key[key] for key, _ in used), key=_room), slug=slug))
        for key, target in used:
            place = typed_over[key]
            if place is not None and draft.own_key(target) == "":
                common.append(place)
    reading = None
    if draft.when_text.strip() and (when.ok or when.kind == "past"):
        # A past time that has no exact reading ("yesterday") is past all the same.
        reading = when if when.ok or when.when is not None else replace(when, when=now)
    moment = reading.when if reading is not None and reading.when is not None else now
    ids = [one.id for one in channels]
    planned = [one for plan in plans for one in plan.near(moment, ids)]
    findings = check(draft, channels, now, reading, missing=missing, planned=planned)
    return Assessment(
        tuple(counts), by_key, over, typed_over, min(common, default=None), tuple(findings)
    )


def _is_alone(draft: Draft, channel: Channel) -> bool:
    return bool(own_key_of(draft, channel))


def _room(count: Count) -> float:
    """What is left, as a part of the limit."""
    return float("inf") if count.left is None else count.left / (count.limit or 1)


def _counted(
    draft: Draft, slug: str, target: str | Channel
) -> tuple[Count, int | None, int | None]:
    limits = limits_for(slug)
    with_media, local = bool(media_of(draft, target)), draft.workspace == LOCAL
    text, link = text_of(draft, target), link_of(draft, target)
    # What the service cuts silently warns as early as what the network refuses.
    used, limit = measure(text, slug, with_media, link, local)
    count = Count(slug, limits.name, used, limit, link_price(text, slug, link))
    place = first_over(text, slug, with_media, link, local)
    if place is None:
        return count, None, None
    return count, place, typed_place(draft.text_for(target), text, place)


def typed_place(typed: str, sent: str, place: int) -> int:
    """Where a place of the sent text is in the typed one, which has spaces the former lacks."""
    if typed.startswith(sent[:place]):
        return place
    # A style may put words before it; where these alone are too long, so is all that was typed.
    first = typed.strip().partition("\n")[0].strip()
    before = sent.find(first) if first else -1
    if before > 0 and not sent.startswith(typed[:1]):
        if before >= place:
            return 0
        sent, place = sent[before:], place - before
    found = 0
    for number, character in enumerate(typed):
        if found == place:
            return number
        if found == len(sent):
            break
        if character == sent[found] or (sent[found] == "\n" and character in "\r\x0b\x0c\u2028"):
            found += 1
    # In what a style puts behind it: as much is too much at the end of what was typed.
    return len(typed) if found >= place else max(0, len(typed) - max(0, len(sent) - place))


def assess_job(_job: object, *args: object) -> Assessment:
    """`assess` in the shape that the job runner calls."""
    return assess(*args)  # type: ignore[arg-type]
