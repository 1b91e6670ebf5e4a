"""Numbers in the text format of Prometheus (version 0.0.4).

Counters and histograms of a process, which begin at zero with it, as Prometheus expects: it notices
a restart by a number that fell. Our own, as the official client brings a registry of its own for
each process and 8,000 lines for the format, which is this page.
"""

from __future__ import annotations

import math
import threading
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["CONTENT_TYPE", "Counter", "Family", "Gauge", "Histogram", "render"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_MOST_SERIES = 1_000
"""A label that somebody else chooses must not fill the memory."""


class Counter:
    """A number that only grows, for each value of its labels."""

    kind = "counter"

    def __init__(self, name: str, text: str, *labels: str) -> None:
        self.name, self.text = name, text
        self._labels = labels
        self._lock = threading.Lock()
        # Without labels it is there from the start: an increase from nothing is none.
        self._values: dict[tuple[str, ...], float] = {} if labels else {(): 0.0}

    def add(self, *values: str, count: float = 1) -> None:
        with self._lock:
            if values in self._values or len(self._values) < _MOST_SERIES:
                self._values[values] = self._values.get(values, 0.0) + count

    def lines(self) -> Iterator[str]:
        with self._lock:
            values = dict(self._values)
        for labels, value in sorted(values.items()):
            yield _line(self.name, dict(zip(self._labels, labels, strict=True)), value)


class Histogram:
    """How often a number was at most each of `limits`, for each value of its labels."""

    kind = "histogram"

    def __init__(self, name: str, text: str, limits: Sequence[float], *labels: str) -> None:
        self.name, self.text = name, text
        self._limits, self._labels = sorted(limits), labels
        self._lock = threading.Lock()
        self._series: dict[tuple[str, ...], tuple[list[int], list[float]]] = {}

    def observe(self, number: float, *values: str) -> None:
        with self._lock:
            if values not in self._series:
                if len(self._series) >= _MOST_SERIES:
                    return
                self._series[values] = [0] * (len(self._limits) + 1), [0.0]
            counts, total = self._series[values]
            counts[bisect_left(self._limits, number)] += 1
            total[0] += number

    def lines(self) -> Iterator[str]:
        with self._lock:
            series = {values: (list(c), t[0]) for values, (c, t) in self._series.items()}
        for values, (counts, total) in sorted(series.items()):
            labels = dict(zip(self._labels, values, strict=True))
            count = 0
            for limit, here in zip([*self._limits, math.inf], counts, strict=True):
                count += here
                yield _line(f"{self.name}_bucket", labels | {"le": _number(limit)}, count)
            yield _line(f"{self.name}_sum", labels, total)
            yield _line(f"{self.name}_count", labels, count)


class Gauge:
    """A number as it is now."""

    kind = "gauge"

    def __init__(self, name: str, text: str, value: float, **labels: str) -> None:
        self.name, self.text = name, text
        self._value, self._values = value, labels

    def lines(self) -> Iterator[str]:
        yield _line(self.name, self._values, self._value)


Family = Counter | Histogram | Gauge


def render(families: Iterable[Family]) -> str:
    """Return the page that Prometheus reads. Families of one name stand together."""
    lines: list[str] = []
    before = ""
    for family in families:
        if family.name != before:
            text = family.text.replace("\\", "\\\\").replace("\n", "\\n")
            lines += [f"# HELP {family.name} {text}", f"# TYPE {family.name} {family.kind}"]
            before = family.name
        lines += family.lines()
    return "\n".join([*lines, ""])


def _line(name: str, labels: Mapping[str, str], value: float) -> str:
    listed = ",".join(f'{label}="{_quoted(text)}"' for label, text in labels.items())
    return f"{name}{{{listed}}} {_number(value)}" if listed else f"{name} {_number(value)}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) else repr(float(value))
