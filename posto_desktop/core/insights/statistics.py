"""Medians, ranks and cells of the week. Everything here says how many posts it is made of."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import TypeVar

from posto_desktop.core.insights.measures import ENGAGEMENT_PARTS, value_of

__all__ = [
    "ENOUGH",
    "ENOUGH_IN_GROUP",
    "GroupFigure",
    "PostFigure",
    "PostInsights",
    "Spread",
    "bucket_of",
    "groups_of",
    "median",
    "ranked",
    "spread_of",
    "week_cells",
]

ENOUGH = 20
"""Fewest posts that say something."""
ENOUGH_IN_GROUP = 5
"""Fewest posts of a bar or cell that count as such; those of fewer are marked."""

_K = TypeVar("_K")


@dataclass(frozen=True)
class PostInsights:
    """A published post with the numbers of one reading by their measures. `sent_at` and `read_at`
    are aware; `text` is its beginning."""

    post_id: int
    channel_id: int
    channel_name: str
    network: str
    sent_at: datetime
    text: str = ""
    link: str = ""
    labels: tuple[str, ...] = ()
    style: str = ""
    numbers: Mapping[str, float] | None = None
    read_at: datetime | None = None


@dataclass(frozen=True)
class PostFigure:
    """A post that is counted. `value` is its own number; `weight` is what groups of several
    channels count: its rank among the posts of its channel, or the number where there is one
    channel only."""

    post: PostInsights
    value: float
    weight: float

    @property
    def parts(self) -> dict[str, float]:
        """What its engagement is made of."""
        numbers = self.post.numbers or {}
        return {part: numbers[part] for part in ENGAGEMENT_PARTS if part in numbers}


@dataclass(frozen=True)
class Spread:
    """The median of `n` values, and the bounds of their middle half."""

    n: int
    median: float
    low: float
    high: float


@dataclass(frozen=True)
class GroupFigure:
    """A bar or cell; `key` names it."""

    key: str
    spread: Spread

    @property
    def n(self) -> int:
        return self.spread.n

    @property
    def is_few(self) -> bool:
        """Return whether so few posts say little."""
        return self.n < ENOUGH_IN_GROUP


def median(values: Iterable[float]) -> float:
    """Return the median; of an even number of values the middle between the two in the middle."""
    return _middle(sorted(values))


def spread_of(values: Iterable[float]) -> Spread:
    """Return the median of one value or more, and two of them with at least half of all between."""
    ordered = sorted(values)
    last = len(ordered) - 1
    return Spread(len(ordered), _middle(ordered), ordered[last // 4], ordered[last - last // 4])


def _middle(ordered: Sequence[float]) -> float:
    if not ordered:
        raise ValueError("nothing has no median")
    half = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[half]
    low, high = ordered[half - 1], ordered[half]
    return low + (high - low) / 2


def ranked(posts: Iterable[PostInsights], measure: str) -> tuple[list[PostFigure], bool]:
    """Return the posts that have a number, and whether they are weighed by rank.

    A rank is the share of the posts of the same channel that have less, in percent, those with the
    same number by half: 50 is usual, whatever a channel's size and whatever its network counts.
    """
    valued = [
        (post, value)
        for post in posts
        if (value := value_of(measure, post.numbers or {})) is not None
    ]
    by_channel: dict[int, list[float]] = {}
    for post, value in valued:
        by_channel.setdefault(post.channel_id, []).append(value)
    if len(by_channel) < 2:
        return [PostFigure(post, value, value) for post, value in valued], False
    for values in by_channel.values():
        values.sort()
    return [
        PostFigure(post, value, rank_in(by_channel[post.channel_id], value))
        for post, value in valued
    ], True


def rank_in(ordered: Sequence[float], value: float) -> float:
    below, up_to = bisect_left(ordered, value), bisect_right(ordered, value)
    return 50.0 * (below + up_to) / len(ordered)


def groups_of(
    figures: Iterable[PostFigure],
    keys: Callable[[PostFigure], Iterable[_K]],
    name: Callable[[_K], str] = str,
    *,
    by_value: bool = False,
) -> list[GroupFigure]:
    """Return a group for each key; a post is in as many as it has keys. `by_value` counts the own
    numbers of the posts."""
    values: dict[_K, list[float]] = {}
    for figure in figures:
        for key in keys(figure):
            values.setdefault(key, []).append(figure.value if by_value else figure.weight)
    return [GroupFigure(name(key), spread_of(of_key)) for key, of_key in values.items()]


def week_cells(
    figures: Iterable[PostFigure], zone: tzinfo, zones: Mapping[int, tzinfo] | None = None
) -> dict[tuple[int, int], GroupFigure]:
    """Return the cells that have posts, by weekday (0 Monday) and hour of the clock in `zone`, or
    in that of the channel in `zones`."""
    values: dict[tuple[int, int], list[float]] = {}
    for figure in figures:
        local = figure.post.sent_at.astimezone((zones or {}).get(figure.post.channel_id, zone))
        values.setdefault((local.weekday(), local.hour), []).append(figure.weight)
    return {
        (day, hour): GroupFigure(f"{day}-{hour}", spread_of(of_cell))
        for (day, hour), of_cell in sorted(values.items())
    }


def bucket_of(day: date, step: str) -> date:
    """Return the first day of the "day", "week" (from Monday) or "month" of a day."""
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day
