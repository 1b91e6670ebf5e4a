"""Repairs rows of a database with invalid values, as of a bad disk or another program.

SQLite accepts any value in any column. Invalid times, numbers and texts are replaced and reported,
so that one damaged row hides no other. A row of posto.db whose time is unknown loses its body: it
is shown, and never sent. (`server.rows` does the same for the local server.)
"""

from __future__ import annotations

import functools
import math
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from posto_desktop.common.translation import translatable, translate

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
"""Key of a repaired row with the names of its damaged columns."""

_EARLIEST, LATEST = -62_135_596_800.0, 253_402_300_799.0
"""Unix seconds within the calendar: the years 1 to 9999."""
_MAX_TEXT: Final = 1_000_000
"""Longest text outside of bodies, in characters; ours are sentences with a file name."""


@dataclass(frozen=True)
class ColumnTypes:
    """Types of columns by name. All others hold a text, a number or NULL.

    `times` are Unix seconds or NULL; `set_times` are never NULL, and 0 when damaged (in both, NULL
    is valid); `counts` are integers, `sizes` too, or NULL; `numbers` are finite; `texts` are never
    NULL, and `bodies` are not checked.
    """

    times: frozenset[str] = frozenset()
    set_times: frozenset[str] = frozenset()
    counts: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()
    deciding: frozenset[str] = frozenset()
    """If one of these is damaged, the row loses its `body`."""

    @functools.cached_property
    def tests(self) -> dict[str, Callable[[Any], bool]]:
        """Return the validity tests by column; `is_plain` is used for all others."""
        tests = dict.fromkeys(self.set_times, _is_set_time)
        tests |= dict.fromkeys(self.times, _is_time_or_none)
        tests |= dict.fromkeys(self.counts, _is_whole)
        tests |= dict.fromkeys(self.sizes, _is_whole_or_none)
        tests |= dict.fromkeys(self.numbers, _is_number)
        tests |= dict.fromkeys(self.texts, _is_text)
        return tests | dict.fromkeys(self.bodies, _is_anything)


_COUNTS: Final = frozenset((
    "attempts", "handovers", "looks", "seen", "position", "active", "deleted", "place",
    "taking_off", "media_id", "channel_id", "variant", "removal", "automatic",
))  # fmt: skip
POSTO: Final = ColumnTypes(
    times=frozenset(("share_at", "handed_at", "handed_share", "next_try", "at", "slot")),
    set_times=frozenset(("created_at", "updated_at", "as_of", "at", "expires_at")),
    counts=_COUNTS,
    bodies=frozenset(("body",)),
    numbers=frozenset(("turn", "clock")),
    deciding=frozenset(("share_at", "handed_at", "handed_share", "state", "slot")),
)


def repair(row: dict[str, Any], columns: ColumnTypes = POSTO) -> dict[str, Any]:
    """Repair the row in place and return it. `body` is parsed here, not text."""
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
    """Mark the body of a row as unreadable and remove it."""
    row["body"] = {}
    row[DAMAGED] = (*row.get(DAMAGED, ()), "body")


_WORDS = {
    "times": translatable("Storage", "times"),
    "numbers": translatable("Storage", "numbers"),
    "contents": translatable("Storage", "contents"),
    "texts": translatable("Storage", "texts"),
}
"""What is damaged in the rows of a database."""


def words_for(names: Iterable[str]) -> str:
    """Return the user's words for damaged columns of posto.db: "times, contents"."""
    kinds = {_kind_of(name) for name in names}
    return ", ".join(translate("Storage", words) for kind, words in _WORDS.items() if kind in kinds)


def _kind_of(name: str) -> str:
    if name in POSTO.times or name in POSTO.set_times:
        return "times"
    if name in POSTO.counts or name in POSTO.numbers:
        return "numbers"
    return "contents" if name in POSTO.bodies else "texts"


def is_damaged(row: Mapping[str, Any]) -> bool:
    """Return whether a value of a row was replaced."""
    return DAMAGED in row


def file_damage(db: sqlite3.Connection) -> str | None:
    """Return the damage of a database file, None if there is none. Reads every page.

    A missing value in a row is no damage of the file: rows are repaired when read.
    """
    for (message,) in db.execute("PRAGMA quick_check(10000)"):
        if message != "ok" and not str(message).startswith("NULL value in "):
            return str(message)
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


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _MAX_TEXT


def _is_anything(_value: object) -> bool:
    return True


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= _MAX_TEXT
    return value is None or isinstance(value, (int, float))


def _instead(columns: ColumnTypes, name: str, value: object) -> object:
    if name in columns.set_times or name in columns.numbers:
        return 0.0
    if name in columns.times or name in columns.sizes:
        return None
    if name in columns.counts:
        return 0
    if isinstance(value, bytes):
        return value[:_MAX_TEXT].decode("utf-8", "replace")
    return "" if value is None else str(value)[:_MAX_TEXT]
