"""Columns of the schedule: visibility, order, widths; and its sorting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from posto_desktop.models.schedule_rows import COLUMNS, TIME

__all__ = ["KEYS", "ScheduleColumns", "Sort"]

KEYS = ("time", "status", "channel", "text", "media", "link")
"""Stored names of the columns."""
_LEAST, _MOST = 24, 2000


@dataclass(frozen=True)
class ScheduleColumns:
    """``order`` contains every column once. Time, with tick and day headings, is always first and
    visible. ``widths`` has those chosen by the user."""

    order: tuple[int, ...] = tuple(range(len(COLUMNS)))
    hidden: frozenset[int] = frozenset()
    widths: Mapping[int, int] = field(default_factory=dict)

    def shown(self) -> list[int]:
        """Return the visible columns, from left to right."""
        return [column for column in self.order if column not in self.hidden]

    def with_shown(self, column: int, on: bool) -> ScheduleColumns:
        if column == TIME:
            return self
        hidden = self.hidden - {column} if on else self.hidden | {column}
        return replace(self, hidden=hidden)

    def moved(self, column: int, to: int) -> ScheduleColumns:
        """Return a copy with a column at another position; Time stays first."""
        if column == TIME:
            return self
        order = [listed for listed in self.order if listed != column]
        order.insert(max(1, min(to, len(order))), column)
        return replace(self, order=tuple(order))

    def with_width(self, column: int, width: int | None) -> ScheduleColumns:
        """Return a copy with a width chosen by the user; None for automatic."""
        widths = {listed: wide for listed, wide in self.widths.items() if listed != column}
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
        """Read the stored value, ignoring invalid parts; unlisted columns go last."""
        fields = data if isinstance(data, dict) else {}
        listed = [column for column in _columns(fields.get("order")) if column != TIME]
        order = dict.fromkeys((TIME, *listed, *range(len(KEYS))))
        hidden = frozenset(_columns(fields.get("hidden"))) - {TIME}
        made = cls(tuple(order), hidden)
        widths = fields.get("widths")
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
    """Sorting of the schedule; by time, earliest first, it has day headings."""

    column: int = TIME
    backwards: bool = False

    def to_text(self) -> str:
        """Return "time", or "-time" for latest first."""
        return f"{'-' if self.backwards else ''}{KEYS[self.column]}"

    @classmethod
    def from_text(cls, text: object) -> Sort:
        value = text if isinstance(text, str) else ""
        key = value.removeprefix("-")
        return cls(KEYS.index(key), value.startswith("-")) if key in KEYS else cls()
