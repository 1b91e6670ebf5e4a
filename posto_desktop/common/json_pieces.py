"""JSON of any length, read piece by piece and with bounds.

One call of Python's own reader for 60 MB keeps every other thread waiting for seconds, and can make
25 times as many bytes of them. Here values that fit into a window are read by it one by one, so
that other threads get their turn in between; only what is longer than a window is looked into. What
is made is weighed on the way: reading ends where it is more than the bounds allow.

Reading row by row was quicker than ijson's C backend when both were measured (60 MB of schedules:
0.26 s and 0.42 s), so there is no library for it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from sys import getsizeof
from typing import Any, Final, NoReturn

__all__ = [
    "DEEPEST",
    "LARGEST",
    "READER",
    "WINDOW",
    "Bounds",
    "MalformedError",
    "Rows",
    "TooMuchError",
    "cut",
    "read",
]

DEEPEST: Final = 100
"""So many lists and objects may lie within each other. Nothing that people make comes near it, and
copying a value a few times as deep would be more than Python's stack holds."""
LARGEST: Final = 2**63 - 1
"""Of a whole number: what SQLite, Qt and most languages hold."""
WINDOW: Final = 64 * 1024
"""Characters that are read at once. The worst of them take 10 ms."""

_SURELY_FITS: Final = 19
"""A whole number of fewer characters is not larger than `LARGEST`."""
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_CUT_OFF: Final = 12
"""A text whose end is not here yet is wrong at most so far before the end: the longest escape."""
_STEPS: Final = 500
_MAX_IN_VAIN: Final = 16 * WINDOW
_IN_VAIN_EACH: Final = 8


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _whole(digits: str) -> int | None:
    if len(digits) < _SURELY_FITS:
        return int(digits)
    # A longer one may be more than Python is willing to read.
    number = int(digits) if len(digits) < 21 else LARGEST + 1
    return number if -LARGEST - 1 <= number <= LARGEST else None


READER: Final = json.JSONDecoder(
    parse_constant=lambda _name: None, parse_float=_finite, parse_int=_whole
)
"""Python's reader, but None for the numbers that other programs cannot hold."""


@dataclass(frozen=True)
class Bounds:
    """The most that is made of a JSON text.

    `memory` is in bytes; `values` counts numbers, texts, lists and objects; `text` is the length of
    one text in characters, `names` the number of names in one object, `depth` how many lists and
    objects lie within each other.
    """

    memory: int = 128 * 1024 * 1024
    values: int = 1_000_000
    text: int = 1_000_000
    names: int = 50_000
    depth: int = DEEPEST


@dataclass(frozen=True)
class Rows:
    """What is kept of each row of a list: what `keep` makes of it.

    The rows are those of the outermost list or, where an object is outermost, of its list `name`
    (PHP makes an object of a list with gaps). At most `most` of them, which were `memory` bytes
    before they were kept; the bounds count for each row anew.
    """

    name: str
    keep: Callable[[Any], Any]
    most: int = 100_000
    memory: int = 256 * 1024 * 1024


class MalformedError(ValueError):
    """The text is not JSON; it is wrong at the character `at`, counted from 0."""

    def __init__(self, at: int) -> None:
        super().__init__(f"not JSON at character {at}")
        self.at = at


class TooMuchError(ValueError):
    """The text holds more than the bounds allow. The message says of what, as "a text of more than
    1,000,000 characters"."""


def cut(text: str) -> Iterator[str]:
    """A text that is here as pieces."""
    return (text[at : at + WINDOW] for at in range(0, len(text), WINDOW))


def read(
    pieces: Iterator[str],
    bounds: Bounds | None = None,
    step: Callable[[int], object] | None = None,
    rows: Rows | None = None,
) -> object:
    """The value of a JSON text that comes in pieces.

    `step` is called now and then with the number of values so far; what it raises ends the reading.
    Numbers that other programs cannot hold are None, as in `json_text`. Raises `MalformedError` and
    `TooMuchError`.
    """
    return _Reader(pieces, bounds or Bounds(), step, rows).whole()


class _Reader:
    """The position in a text of which only a part is here."""

    def __init__(
        self,
        pieces: Iterator[str],
        bounds: Bounds,
        step: Callable[[int], object] | None,
        rows: Rows | None,
    ) -> None:
        self._pieces = pieces
        self._bounds = bounds
        self._step = step
        self._rows = rows
        self._rows_kept = self._rows_memory = 0
        self._buffer = ""
        self._at = 0
        self._before = 0  # characters that are not in the buffer any more
        self._has_ended = False
        self._memory = 0
        self._values = 0
        self._counted = self._told = 0
        self._in_vain = 0  # characters that were read to no end

    def whole(self) -> object:
        sign = self._next()
        if self._rows is not None and sign in ("[", "{"):
            found = self._opened(1, self._row if sign == "[" else self._rows_or_value)
        else:
            found = self._value(1)
        if self._next():
            self._fail()
        return found

    # -- the text ------------------------------------------------------------------------------

    def _fill(self, length: int = WINDOW) -> None:
        """Have so many characters from here on, or all that are left."""
        here = len(self._buffer) - self._at
        if here >= length or self._has_ended:
            return
        parts = [self._buffer[self._at :]]
        while here < length + WINDOW:
            piece = next(self._pieces, None)
            if piece is None:
                self._has_ended = True
                break
            parts.append(piece)
            here += len(piece)
        self._before += self._at
        self._buffer, self._at = "".join(parts), 0

    def _next(self) -> str:
        """The next character that is no space, where the position then is; "" at the end."""
        while True:
            self._fill()
            self._at = _SPACE.match(self._buffer, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if self._has_ended:
                return ""

    def _fail(self, at: int | None = None) -> NoReturn:
        raise MalformedError(self._before + (self._at if at is None else at)) from None

    # -- values --------------------------------------------------------------------------------

    def _value(self, depth: int, _name: str = "") -> object:
        """The value that begins here, whatever it is. Read at once where all of it is here."""
        sign = self._next()
        self._fill()
        if depth > self._bounds.depth:
            self._is_too_deep()
        try:
            found, end = READER.raw_decode(self._buffer, self._at)
        except RecursionError:
            self._is_too_deep()
        except json.JSONDecodeError as error:
            wrong = error.pos
        else:
            if end == len(self._buffer) and not self._has_ended and sign not in '"[{':
                self._fail()  # a number without an end
            self._weigh(found, depth)
            self._at = end
            return found
        if sign == '"':
            found = self._text()
            self._count(1, getsizeof(found))
            return found
        if self._has_ended:
            self._fail(wrong)
        if sign not in ("[", "{"):
            self._fail()
        self._in_vain += len(self._buffer) - self._at
        if self._in_vain > _MAX_IN_VAIN + _IN_VAIN_EACH * (self._before + self._at):
            raise TooMuchError("too many long lists and objects nested in each other")
        return self._opened(depth, self._value)

    def _opened(self, depth: int, inside: Callable[[int, str], Any]) -> object:
        """The list or object that begins here, its values read one by one by `inside`."""
        sign = self._buffer[self._at]
        self._at += 1
        return self._list(depth, inside) if sign == "[" else self._object(depth, inside)

    def _list(self, depth: int, inside: Callable[[int, str], Any]) -> list[Any]:
        found: list[Any] = []
        if self._next() == "]":
            self._at += 1
            return found
        while True:
            found.append(inside(depth + 1, ""))
            if self._at_end("]"):
                self._count(1, getsizeof(found))
                return found

    def _object(self, depth: int, inside: Callable[[int, str], Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self._next() == "}":
            self._at += 1
            return found
        while True:
            if self._next() != '"':
                self._fail()
            name = self._text()
            if self._next() != ":":
                self._fail()
            self._at += 1
            found[name] = inside(depth + 1, name)
            self._count(0, getsizeof(name))
            if len(found) > self._bounds.names:
                raise TooMuchError(f"an object with more than {self._bounds.names:,} names")
            if self._at_end("}"):
                self._count(1, getsizeof(found))
                return found

    def _rows_or_value(self, depth: int, name: str) -> object:
        """The value under a name of the outermost object."""
        assert self._rows is not None
        if name == self._rows.name and self._next() in ("[", "{"):
            return self._opened(depth, self._row)
        return self._value(depth)

    def _row(self, depth: int, _name: str) -> object:
        """What is kept of a row."""
        assert self._rows is not None
        memory, values = self._memory, self._values
        found = self._value(depth)
        self._rows_kept += 1
        self._rows_memory += self._memory - memory
        self._memory, self._values = memory, values
        if self._rows_kept > self._rows.most:
            raise TooMuchError(f"more than {self._rows.most:,} rows")
        if self._rows_memory > self._rows.memory:
            self._is_too_large(self._rows.memory)
        return self._rows.keep(found)

    def _at_end(self, last: str) -> bool:
        """Whether `last` comes next; else a comma has to. The position is behind it then."""
        sign = self._next()
        if sign != last and sign != ",":
            self._fail()
        self._at += 1
        return sign == last

    def _text(self) -> str:
        """The text that begins here, however long."""
        length = WINDOW
        while True:
            self._fill(length)
            try:
                found, self._at = READER.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                is_cut = error.pos == self._at or error.pos > len(self._buffer) - _CUT_OFF
                if self._has_ended or not is_cut:
                    self._fail(error.pos)
                if len(self._buffer) - self._at > 6 * self._bounds.text:  # all of them escapes
                    self._text_is_too_long()
                length = 2 * (len(self._buffer) - self._at)
            else:
                text: str = found
                if len(text) > self._bounds.text:
                    self._text_is_too_long()
                return text

    def _text_is_too_long(self) -> NoReturn:
        raise TooMuchError(f"a text of more than {self._bounds.text:,} characters") from None

    # -- what is made of it --------------------------------------------------------------------

    def _weigh(self, value: object, depth: int) -> None:
        """Count a value that was read at once, with all that is in it."""
        kind = type(value)
        if kind is not dict and kind is not list:
            self._count(1, getsizeof(value) if value is not None else 0)
            return
        memory, values = getsizeof(value), 1
        level: list[Any] = [value]
        while level:
            depth += 1
            deeper: list[Any] = []
            for one in level:
                values += len(one)
                if type(one) is dict:
                    memory += sum(map(getsizeof, one))
                    inner = list(one.values())
                else:
                    inner = one
                memory += sum(map(getsizeof, inner))
                deeper += [each for each in inner if type(each) is dict or type(each) is list]
            if deeper and depth > self._bounds.depth:
                self._is_too_deep()
            level = deeper
        self._count(values, memory)

    def _count(self, values: int, memory: int) -> None:
        self._values += values
        self._memory += memory
        if self._values > self._bounds.values:
            raise TooMuchError(f"more than {self._bounds.values:,} values")
        if self._memory > self._bounds.memory:
            self._is_too_large(self._bounds.memory)
        self._counted += values
        if self._step is not None and self._counted - self._told >= _STEPS:
            self._told = self._counted
            self._step(self._counted)

    def _is_too_large(self, memory: int) -> NoReturn:
        raise TooMuchError(f"more than fits into {memory // 1024 // 1024} MB of memory")

    def _is_too_deep(self) -> NoReturn:
        raise TooMuchError(
            f"lists and objects nested more than {self._bounds.depth} deep"
        ) from None
