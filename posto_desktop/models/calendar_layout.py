"""Where cards that collide stand: side by side, and what does not fit behind one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = ["CardPlacement", "side_by_side"]


@dataclass
class CardPlacement:
    """One card: its number in what was given, the column it has of how many, and the numbers of
    the cards that stand behind it because there is no room ("and 1 more")."""

    number: int
    column: int
    columns: int
    behind: list[int] = field(default_factory=list)


def side_by_side(spans: Sequence[tuple[float, float]], most: int) -> list[CardPlacement]:
    """Lay out cards by their extents (start, end), in order of their start; at most `most` columns.

    Cards that touch each other, also by way of others, share the width evenly. A card that finds
    no column stands behind the one in the last column that it collides with.
    """
    order = sorted(range(len(spans)), key=lambda n: (spans[n][0], n))
    result: list[CardPlacement] = []
    cluster: list[CardPlacement] = []
    ends: list[float] = []
    last: list[CardPlacement] = []  # the newest card of each column
    reach = float("-inf")

    def close() -> None:
        for placement in cluster:
            placement.columns = len(ends)
        result.extend(cluster)
        cluster.clear()
        ends.clear()
        last.clear()

    for number in order:
        start, end = spans[number]
        if cluster and start >= reach:
            close()
            reach = float("-inf")
        free = next((c for c, until in enumerate(ends) if until <= start), None)
        if free is None and len(ends) < max(1, most):
            free = len(ends)
            ends.append(0.0)
            last.append(CardPlacement(-1, 0, 0))
        if free is None:
            last[-1].behind.append(number)
            continue  # it is not drawn, so it reaches nowhere
        placed = CardPlacement(number, free, 0)
        cluster.append(placed)
        ends[free], last[free] = end, placed
        reach = max(reach, end)
    close()
    return result
