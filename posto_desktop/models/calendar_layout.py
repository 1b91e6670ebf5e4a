"""Layout of overlapping calendar cards: side by side, the rest behind one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = ["CardPlacement", "side_by_side"]


@dataclass
class CardPlacement:
    """Position of a card: its index in the input, its column of how many, and the indexes of cards
    hidden behind it ("and 1 more")."""

    number: int
    column: int
    columns: int
    behind: list[int] = field(default_factory=list)


def side_by_side(spans: Sequence[tuple[float, float]], most: int) -> list[CardPlacement]:
    """Lay out cards by their spans (start, end), sorted by start, in at most `most` columns.

    Cards that overlap, also through others, share the width evenly. A card without a free column
    goes behind the last card of the last column.
    """
    order = sorted(range(len(spans)), key=lambda n: (spans[n][0], n))
    result: list[CardPlacement] = []
    cluster: list[CardPlacement] = []
    ends: list[float] = []
    last: list[CardPlacement] = []  # last card of each column
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
            continue  # not drawn, so it extends nothing
        placed = CardPlacement(number, free, 0)
        cluster.append(placed)
        ends[free], last[free] = end, placed
        reach = max(reach, end)
    close()
    return result
