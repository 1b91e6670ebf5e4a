"""Weekly slots at the times when posts did best."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import time, tzinfo

from posto_desktop.core.insights.measures import ENGAGEMENT
from posto_desktop.core.insights.statistics import (
    ENOUGH,
    PostFigure,
    PostInsights,
    rank_in,
    ranked,
)
from posto_desktop.core.slots import Slot

__all__ = ["MOST_SLOTS", "BestTimes", "best_times"]

MOST_SLOTS = 21
USUAL_SLOTS = 5
_APART = 3
"""Hours between two slots of a day."""
_DOUBT = 2.0
"""Posts of the usual rank that each time is thought to have besides its own: a time with one lucky
post does not win."""
_OTHER_DAY = 0.25
"""What a post at the same hour of another weekday counts."""
_HOUR_BESIDE = 0.5
_USUAL = 50.0


@dataclass(frozen=True)
class BestTimes:
    """Slots with the number of posts that they follow from; no slots below `ENOUGH` posts, or where
    no time is better than others."""

    slots: tuple[Slot, ...] = ()
    n: int = 0


def best_times(
    posts: Collection[PostInsights],
    zone: tzinfo,
    *,
    count: int = 0,
    measure: str = ENGAGEMENT,
) -> BestTimes:
    """Return up to `count` slots (0: the usual number), at full hours at which something was
    published, the best of each day first.

    A time is judged by the median rank of the posts within an hour of it. Those of other weekdays
    count for a quarter, and two posts of the usual rank are added.
    """
    figures, is_ranked = ranked(posts, measure)
    if len(figures) < ENOUGH:
        return BestTimes(n=len(figures))
    if not is_ranked:
        figures = _by_rank(figures)
    cells: dict[tuple[int, int], list[float]] = {}
    for figure in figures:
        local = figure.post.sent_at.astimezone(zone)
        cells.setdefault((local.weekday(), local.hour), []).append(figure.weight)
    judged = []
    for day, hour in cells:
        rank, known = _judged(day, hour, cells)
        if rank > _USUAL:
            judged.append((-rank, -known, day, hour))
    wanted = min(count or USUAL_SLOTS, MOST_SLOTS)
    chosen: list[Slot] = []
    for _rank, _known, day, hour in sorted(judged):
        is_near = any(slot.weekday == day and abs(slot.at.hour - hour) < _APART for slot in chosen)
        if not is_near and len(chosen) < wanted:
            chosen.append(Slot(day, time(hour)))
    return BestTimes(tuple(sorted(chosen)), len(figures))


def _by_rank(figures: Sequence[PostFigure]) -> list[PostFigure]:
    """Return the posts of one channel, weighed by their rank."""
    ordered = sorted(figure.value for figure in figures)
    return [
        PostFigure(figure.post, figure.value, rank_in(ordered, figure.value)) for figure in figures
    ]


def _judged(
    day: int, hour: int, cells: Mapping[tuple[int, int], Sequence[float]]
) -> tuple[float, float]:
    """Return the weighted median of the ranks around a time, and the weight of its posts."""
    weighted = [(_USUAL, _DOUBT)]
    for other_day in range(7):
        of_day = 1.0 if other_day == day else _OTHER_DAY
        for beside in (-1, 0, 1):
            weight = of_day * (_HOUR_BESIDE if beside else 1.0)
            weighted += [(rank, weight) for rank in cells.get((other_day, hour + beside), ())]
    weighted.sort()
    total = sum(weight for _rank, weight in weighted)
    passed = 0.0
    for rank, weight in weighted:
        passed += weight
        if passed >= total / 2:
            return rank, total - _DOUBT
    raise AssertionError("a part of a sum is at least half of it")
