"""Figures, their baselines and targets, and the small table that shows them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value beside its baseline. `limit` is the most that is good, in `unit`."""

    name: str
    value: float
    unit: str
    baseline: float | None = None
    baseline_name: str = ""
    limit: float | None = None

    @property
    def good(self) -> bool:
        return self.limit is None or self.value <= self.limit


def medians(rounds: int, *measures: Callable[[], float]) -> list[float]:
    """The median of each measure over `rounds`, taken in turn so that a busy moment hits all."""
    taken: list[list[float]] = [[] for _ in measures]
    for _ in range(rounds):
        for measure, values in zip(measures, taken, strict=True):
            values.append(measure())
    return [statistics.median(values) for values in taken]


def show(figures: Iterable[Figure]) -> str:
    """The table, one line a figure."""
    head = ("", "measured", "baseline", "", "target", "")
    rows = [head]
    for figure in figures:
        baseline = "" if figure.baseline is None else f"{figure.baseline:.4g} {figure.unit}"
        limit = "" if figure.limit is None else f"<= {figure.limit:.4g} {figure.unit}"
        verdict = "" if figure.limit is None else ("good" if figure.good else "MISSED")
        measured = f"{figure.value:.4g} {figure.unit}"
        rows.append((figure.name, measured, baseline, figure.baseline_name, limit, verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
