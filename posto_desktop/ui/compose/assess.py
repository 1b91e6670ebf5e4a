"""What the message looks like to each network: counts, limits passed, findings.

Pure values in, values out: short messages are assessed on the GUI thread between two keys, long
ones on a worker, by the same function.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from posto_desktop.core.checks import Finding, check
from posto_desktop.core.draft import LOCAL, Draft
from posto_desktop.core.limits import limits_for
from posto_desktop.core.posts import link_of, text_of
from posto_desktop.core.text import first_over, measure
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.compose.counters import Count
from posto_desktop.ui.compose.when_reading import When

# Nothing to mend yet: said by the button, not in the list of checks.
QUIET_CODES = ("no_channel", "empty", "text_missing", "media_missing")


@dataclass(frozen=True)
class Assessment:
    """Per network slug, in the order of the selected channels.

    ``over``: where the limit is passed in the text as it is sent; ``typed_over``: the same place
    in the text as it was typed.
    """

    counts: tuple[Count, ...] = ()
    over: dict[str, int | None] = field(default_factory=dict)
    typed_over: dict[str, int | None] = field(default_factory=dict)
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
) -> Assessment:
    """Count and check the message for every selected network."""
    with_media = bool(draft.media)
    local = draft.workspace == LOCAL
    counts: list[Count] = []
    over: dict[str, int | None] = {}
    typed_over: dict[str, int | None] = {}
    for slug in networks_of(channels):
        limits = limits_for(slug)
        text = text_of(draft, slug)
        link = link_of(draft, slug)
        # What the service cuts silently warns as early as what the network refuses.
        used, limit = measure(text, slug, with_media, link, local)
        counts.append(Count(slug, limits.name, used, limit))
        place = first_over(text, slug, with_media, link, local)
        over[slug] = place
        typed_over[slug] = None if place is None else typed_place(draft.text_for(slug), text, place)
    reading = None
    if draft.when_text.strip() and (when.ok or when.kind == "past"):
        # A past time that has no exact reading ("yesterday") is past all the same.
        reading = when if when.ok or when.when is not None else replace(when, when=now)
    findings = check(draft, channels, now, reading, missing=missing)
    return Assessment(tuple(counts), over, typed_over, tuple(findings))


def typed_place(typed: str, sent: str, place: int) -> int:
    """Where a place of the sent text is in the typed one, which has spaces the former lacks."""
    if typed.startswith(sent[:place]):
        return place
    found = 0
    for number, character in enumerate(typed):
        if found == place:
            return number
        if character == sent[found] or (sent[found] == "\n" and character in "\r\x0b\x0c\u2028"):
            found += 1
    return len(typed)


def assess_job(_job: object, *args: object) -> Assessment:
    """`assess` in the shape that the job runner calls."""
    return assess(*args)  # type: ignore[arg-type]
