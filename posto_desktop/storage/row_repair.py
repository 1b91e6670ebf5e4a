"""Rows of a database as the rest may rely on them, whatever a bad disk or a program made of them.

SQLite takes any value in any column. What is no time, no number or no text where one belongs is
replaced here, and named, so that one damaged row hides no other. A row of posto.db that may not be
acted on any more, because it is not known when it is due, loses its body: it is shown, and never
sent. (`server.rows` does the same for the workspace on this computer.)
"""

from __future__ import annotations

import functools
import math
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

__all__ = [
    "DAMAGED",
    "LATEST",
    "POSTO",
    "ColumnTypes",
    "file_damage",
    "is_damaged",
    "lose_body",
    "repair",
    "words_for",
]

DAMAGED: Final = "damaged"
"""The key under which a row that was mended has the names of its damaged columns."""

_EARLIEST, LATEST = -62_135_596_800.0, 253_402_300_799.0
"""Unix seconds of what a calendar holds: the years 1 to 9999."""
_MAX_TEXT: Final = 1_000_000
"""Characters of a text outside of bodies; the longest are sentences with the name of a file."""


@dataclass(frozen=True)
class ColumnTypes:
    """What columns hold, by their names. All others hold a text, a number or NULL.

    `times` are Unix seconds or NULL; `set_times` are never NULL, and 0 when they are damaged (in
    both: NULL is sound); `counts` are whole numbers, `sizes` too, or NULL; `texts` are never NULL,
    and `bodies` are left alone.
    """

    times: frozenset[str] = frozenset()
    set_times: frozenset[str] = frozenset()
    counts: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()
    deciding: frozenset[str] = frozenset()
    """Without them a row loses what is in its column `body`."""

    @functools.cached_property
    def tests(self) -> dict[str, Callable[[Any], bool]]:
        """What says of a value whether it is sound, by column; for all others `is_plain` does."""
        tests = dict.fromkeys(self.set_times, _is_set_time)
        tests |= dict.fromkeys(self.times, _is_time_or_none)
        tests |= dict.fromkeys(self.counts, _is_whole)
        tests |= dict.fromkeys(self.sizes, _is_whole_or_none)
        tests |= dict.fromkeys(self.texts, _is_text)
        return tests | dict.fromkeys(self.bodies, _is_anything)


_COUNTS: Final = frozenset((
    "attempts", "handovers", "looks", "seen", "position", "active", "deleted", "place",
    "taking_off", "media_id",
))  # fmt: skip
POSTO: Final = ColumnTypes(
    times=frozenset(("share_at", "handed_at", "handed_share", "next_try", "at")),
    set_times=frozenset(("created_at", "updated_at", "as_of", "at")),
    counts=_COUNTS,
    bodies=frozenset(("body",)),
    deciding=frozenset(("share_at", "handed_at", "handed_share", "state")),
)


def repair(row: dict[str, Any], columns: ColumnTypes = POSTO) -> dict[str, Any]:
    """The same row, sound; in place. `body` is a value here, no text any more."""
    tests = columns.tests
    damaged = [name for name, value in row.items() if not tests.get(name, _is_plain)(value)]
    for name in damaged:
        row[name] = _instead(columns, name, row[name])
    if damaged:
        row[DAMAGED] = tuple(damaged)
        if "body" in row and columns.deciding & set(damaged):
            row["body"] = {}
    return row


def lose_body(row: dict[str, Any]) -> None:
    """Note that the body of a row cannot be read, and leave it without one."""
    row["body"] = {}
    row[DAMAGED] = (*row.get(DAMAGED, ()), "body")


def words_for(names: Iterable[str]) -> str:
    """What is damaged in such columns of posto.db, in the user's words: "times, contents"."""
    kinds = {_kind_of(name) for name in names}
    return ", ".join(one for one in ("times", "numbers", "contents", "texts") if one in kinds)


def _kind_of(name: str) -> str:
    if name in POSTO.times or name in POSTO.set_times:
        return "times"
    if name in POSTO.counts:
        return "numbers"
    return "contents" if name in POSTO.bodies else "texts"


def is_damaged(row: Mapping[str, Any]) -> bool:
    """Whether something of a row had to be replaced."""
    return DAMAGED in row


def file_damage(db: sqlite3.Connection) -> str | None:
    """What is wrong with the file of a database as a whole, None for nothing. Reads every page.

    A value that is missing in a row is no damage of the file: the row is mended when it is read.
    """
    for (found,) in db.execute("PRAGMA quick_check(10000)"):
        if found != "ok" and not str(found).startswith("NULL value in "):
            return str(found)
    return None


def _is_set_time(value: object) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value) and _EARLIEST <= value <= LATEST


def _is_time_or_none(value: object) -> bool:
    return value is None or (
        isinstance(value, (int, float)) and math.isfinite(value) and _EARLIEST <= value <= LATEST
    )


def _is_whole(value: object) -> bool:
    return isinstance(value, int)


def _is_whole_or_none(value: object) -> bool:
    return value is None or isinstance(value, int)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _MAX_TEXT


def _is_anything(_value: object) -> bool:
    return True


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= _MAX_TEXT
    return value is None or isinstance(value, (int, float))


def _instead(columns: ColumnTypes, name: str, value: object) -> object:
    if name in columns.set_times:
        return 0.0
    if name in columns.times or name in columns.sizes:
        return None
    if name in columns.counts:
        return 0
    if isinstance(value, bytes):
        return value[:_MAX_TEXT].decode("utf-8", "replace")
    return "" if value is None else str(value)[:_MAX_TEXT]
