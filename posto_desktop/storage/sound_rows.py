"""Rows of posto.db as the rest may rely on them, whatever a bad disk or a program made of them.

SQLite takes any value in any column. What is no time, no number or no text where one belongs is
replaced here, and named, so that one damaged row hides no other. A row that may not be acted on
any more, because it is not known when it is due, loses its body: it is shown, and never sent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["DAMAGED", "mend"]

DAMAGED: Final = "damaged"
"""The key under which a row that was mended has the names of its damaged columns."""

_TIMES: Final = {"share_at", "handed_at", "handed_share", "next_try"}
_SET_TIMES: Final = {"created_at", "updated_at", "at", "as_of"}  # never NULL, but for a plan's `at`
_COUNTS: Final = {
    "attempts", "handovers", "looks", "seen", "position", "active", "deleted", "place",
    "taking_off", "media_id",
}  # fmt: skip
_DECIDING: Final = {"share_at", "handed_at", "handed_share", "state"}
_EARLIEST, _LATEST = -62_135_596_800.0, 253_402_300_799.0
"""Unix seconds of what a calendar holds: the years 1 to 9999."""
_MOST_TEXT: Final = 1_000_000
"""Characters of a text outside of bodies; the longest are sentences with the name of a file."""


def mend(row: dict[str, Any]) -> dict[str, Any]:
    """The same row, sound; in place. `body` is a value here, no text any more."""
    damaged = [name for name, value in row.items() if not _is_sound(name, value)]
    for name in damaged:
        row[name] = _instead(name, row[name])
    if damaged:
        row[DAMAGED] = tuple(damaged)
        if "body" in row and _DECIDING & set(damaged):
            row["body"] = {}
    return row


def is_damaged(row: Mapping[str, Any]) -> bool:
    """Whether something of a row had to be replaced."""
    return DAMAGED in row


def _is_sound(name: str, value: Any) -> bool:
    if name in _TIMES or name in _SET_TIMES:
        if value is None:
            return name in _TIMES or name == "at"
        return isinstance(value, (int, float)) and _is_time(value)
    if name in _COUNTS:
        return isinstance(value, int)
    if name == "body":
        return True
    if isinstance(value, str):
        return len(value) <= _MOST_TEXT
    return isinstance(value, (int, float)) or value is None


def _is_time(value: float) -> bool:
    return math.isfinite(value) and _EARLIEST <= value <= _LATEST


def _instead(name: str, value: Any) -> Any:
    if name in _TIMES or name == "at":
        return None if name in _TIMES else 0.0
    if name in _SET_TIMES:
        return 0.0
    if name in _COUNTS:
        return 0
    if isinstance(value, bytes):
        return value[:_MOST_TEXT].decode("utf-8", "replace")
    return str(value)[:_MOST_TEXT]
