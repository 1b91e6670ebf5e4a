"""All that the insights page shows, computed from the posts of a period."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from posto_desktop.core.insights import measures
from posto_desktop.core.insights.reading_times import AGES
from posto_desktop.core.insights.statistics import (
    ENOUGH,
    GroupFigure,
    PostFigure,
    PostInsights,
    Spread,
    bucket_of,
    groups_of,
    ranked,
    spread_of,
    week_cells,
)
from posto_desktop.core.slots import NEAR, SlotGroup, group_for

__all__ = ["AGE_KEYS", "PERIODS", "InsightsQuestion", "InsightsReport", "answer"]

PERIODS = (7, 30, 90, 365)
"""Days that can be looked at."""
AGE_KEYS = ("latest", *(age.key for age in AGES))
"""At which age posts are compared. "latest" takes the newest reading of posts that are at least a
day old."""
OTHER_TIMES = ""
"""Key of the posts that were at no weekly slot."""


@dataclass(frozen=True)
class InsightsQuestion:
    """What is looked at: a measure at an age, of the posts published in the last `days` on these
    channels (None: all)."""

    measure: str = measures.ENGAGEMENT
    age: str = "latest"
    days: int = 90
    channel_ids: frozenset[int] | None = None


@dataclass(frozen=True)
class InsightsReport:
    """The answer. `published` posts are known in the period, `figures` of them have a number, best
    first. `is_ranked`: groups count ranks, see `statistics.ranked`. `week` is by weekday and hour;
    `times` has a bucket for each day, week or month (`step`) with posts, by its first day. `parts`
    are those of engagement that each network counts."""

    question: InsightsQuestion
    first: date
    last: date
    zone: tzinfo = UTC
    published: int = 0
    measures: tuple[str, ...] = ()
    is_ranked: bool = False
    whole: Spread | None = None
    figures: tuple[PostFigure, ...] = ()
    step: str = "week"
    times: tuple[GroupFigure, ...] = ()
    networks: tuple[GroupFigure, ...] = ()
    labels: tuple[GroupFigure, ...] = ()
    styles: tuple[GroupFigure, ...] = ()
    slots: tuple[GroupFigure, ...] = ()
    week: dict[tuple[int, int], GroupFigure] = field(default_factory=dict, hash=False)
    parts: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def n(self) -> int:
        return len(self.figures)

    @property
    def is_enough(self) -> bool:
        return self.n >= ENOUGH


def first_moment(days: int, now: datetime, zone: tzinfo) -> datetime:
    """Return the beginning of the first of so many local days, the last of which is today."""
    first = now.astimezone(zone).date() - timedelta(days=days - 1)
    return datetime.combine(first, time(), zone).astimezone(UTC)


def step_of(days: int) -> str:
    """Return how a period is divided: by "day", "week" or "month"."""
    return "day" if days <= 30 else "week" if days <= 90 else "month"


def answer(
    question: InsightsQuestion,
    posts: Sequence[PostInsights],
    now: datetime,
    zone: tzinfo,
    slot_groups: Collection[SlotGroup] = (),
    workspace: str = "",
) -> InsightsReport:
    """Return the report. `posts` are those of the period, with the numbers of the asked age or
    none."""
    ids = question.channel_ids
    chosen = [post for post in posts if ids is None or post.channel_id in ids]
    present = measures.measures_in(post.numbers or {} for post in chosen)
    figures, is_ranked = ranked(chosen, question.measure)
    figures.sort(key=lambda figure: (-figure.value, figure.post.sent_at, figure.post.post_id))
    step = step_of(question.days)
    times = groups_of(
        figures, lambda figure: [bucket_of(_local_day(figure, zone), step)], date.isoformat
    )
    slot_keys = {
        figure.post.post_id: _slot_key(figure, slot_groups, workspace, zone) for figure in figures
    }
    counted: dict[str, set[str]] = {}
    for figure in figures:
        counted.setdefault(figure.post.network, set()).update(figure.parts)
    return InsightsReport(
        question=question,
        first=first_moment(question.days, now, zone).astimezone(zone).date(),
        last=now.astimezone(zone).date(),
        zone=zone,
        published=len(chosen),
        measures=present,
        is_ranked=is_ranked,
        whole=spread_of(figure.value for figure in figures) if figures else None,
        figures=tuple(figures),
        step=step,
        times=tuple(sorted(times, key=lambda group: group.key)),
        networks=_best_first(
            groups_of(figures, lambda figure: [figure.post.network], by_value=True)
        ),
        labels=_best_first(groups_of(figures, lambda figure: dict.fromkeys(figure.post.labels))),
        styles=_best_first(
            groups_of(figures, lambda figure: [figure.post.style] if figure.post.style else [])
        ),
        slots=_best_first(groups_of(figures, lambda figure: [slot_keys[figure.post.post_id]]))
        if any(slot_keys.values())
        else (),
        week=week_cells(figures, zone, _channel_zones(figures, slot_groups, workspace)),
        parts=tuple(
            (network, tuple(part for part in measures.ENGAGEMENT_PARTS if part in parts))
            for network, parts in sorted(counted.items())
        ),
    )


def _best_first(groups: Iterable[GroupFigure]) -> tuple[GroupFigure, ...]:
    def order(group: GroupFigure) -> tuple[bool, float, int, str]:
        return (group.is_few, -group.spread.median, -group.n, group.key)

    return tuple(sorted(groups, key=order))


def _local_day(figure: PostFigure, zone: tzinfo) -> date:
    return figure.post.sent_at.astimezone(zone).date()


def _channel_zones(
    figures: Iterable[PostFigure], groups: Collection[SlotGroup], workspace: str
) -> dict[int, tzinfo]:
    """Return the zones of the channels whose weekly slots have one of their own."""
    zones: dict[int, tzinfo] = {}
    for channel_id in {figure.post.channel_id for figure in figures}:
        group = group_for(groups, (channel_id,), workspace)
        if group is not None and group.zone and group.is_zone_known:
            zones[channel_id] = group.zone_or(UTC)
    return zones


def _slot_key(
    figure: PostFigure, groups: Collection[SlotGroup], workspace: str, zone: tzinfo
) -> str:
    """Return "0 09:00" for the weekly slot at which a post was published, else `OTHER_TIMES`."""
    group = group_for(groups, (figure.post.channel_id,), workspace)
    if group is None:
        return OTHER_TIMES
    local = figure.post.sent_at.astimezone(group.zone_or(zone))
    minutes = local.hour * 60 + local.minute
    near = NEAR.total_seconds() / 60
    for slot in group.slots:
        of_slot = slot.at.hour * 60 + slot.at.minute
        if slot.weekday == local.weekday() and abs(of_slot - minutes) <= near:
            return f"{slot.weekday} {slot.at:%H:%M}"
    return OTHER_TIMES
