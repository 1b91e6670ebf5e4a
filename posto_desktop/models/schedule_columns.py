"""Which columns of the schedule are shown in which order and how wide, and what it is sorted by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from posto_desktop.models.schedule_rows import COLUMNS, TIME

__all__ = ["KEYS", "ScheduleColumns", "Sort"]

KEYS = ("time", "status", "channel", "text", "media", "link")
"""What the columns are called where they are written down."""
_LEAST, _MOST = 24, 2000


@dataclass(frozen=True)
class ScheduleColumns:
    """``order`` holds every column once. Time holds the tick and the heads of the days: it is
    always the first one and always there. ``widths`` has those that the user chose."""

    order: tuple[int, ...] = tuple(range(len(COLUMNS)))
    hidden: frozenset[int] = frozenset()
    widths: Mapping[int, int] = field(default_factory=dict)

    def shown(self) -> list[int]:
        """The columns to be seen, from left to right."""
        return [column for column in self.order if column not in self.hidden]

    def with_shown(self, column: int, on: bool) -> ScheduleColumns:
        if column == TIME:
            return self
        hidden = self.hidden - {column} if on else self.hidden | {column}
        return replace(self, hidden=hidden)

    def moved(self, column: int, to: int) -> ScheduleColumns:
        """With a column at another place of the order; nothing comes before Time."""
        if column == TIME:
            return self
        rest = [other for other in self.order if other != column]
        rest.insert(max(1, min(to, len(rest))), column)
        return replace(self, order=tuple(rest))

    def with_width(self, column: int, width: int | None) -> ScheduleColumns:
        """With a width that the user chose; None lets the app choose."""
        widths = {other: wide for other, wide in self.widths.items() if other != column}
        if width is not None:
            widths[column] = max(_LEAST, min(width, _MOST))
        return replace(self, widths=widths)

    def to_json(self) -> dict[str, Any]:
        return {
            "order": [KEYS[column] for column in self.order],
            "hidden": sorted(KEYS[column] for column in self.hidden),
            "widths": {KEYS[column]: width for column, width in sorted(self.widths.items())},
        }

    @classmethod
    def from_json(cls, data: object) -> ScheduleColumns:
        """What was written, as far as it can be used; columns that it does not know come last."""
        found = data if isinstance(data, dict) else {}
        said = [column for column in _columns(found.get("order")) if column != TIME]
        order = dict.fromkeys((TIME, *said, *range(len(KEYS))))
        hidden = frozenset(_columns(found.get("hidden"))) - {TIME}
        made = cls(tuple(order), hidden)
        widths = found.get("widths")
        for key, width in widths.items() if isinstance(widths, dict) else ():
            if key in KEYS and type(width) is int:
                made = made.with_width(KEYS.index(key), width)
        return made


def _columns(names: object) -> list[int]:
    if not isinstance(names, list):
        return []
    return [KEYS.index(name) for name in names if isinstance(name, str) and name in KEYS]


@dataclass(frozen=True)
class Sort:
    """What the schedule is sorted by; by time, earliest first, it stands under day heads."""

    column: int = TIME
    backwards: bool = False

    def to_text(self) -> str:
        """As "time", or "-time" for the latest first."""
        return f"{'-' if self.backwards else ''}{KEYS[self.column]}"

    @classmethod
    def from_text(cls, text: object) -> Sort:
        said = text if isinstance(text, str) else ""
        key = said.removeprefix("-")
        return cls(KEYS.index(key), said.startswith("-")) if key in KEYS else cls()
