"""Bounded incremental JSON reader.

One call of Python's reader for 60 MB blocks every other thread for seconds, and can allocate 25
times as many bytes. Here Python's reader parses values that fit into a window one by one, so that
other threads run in between; only longer values are parsed by this module. The result is weighed on
the way: reading stops when it exceeds the bounds.

Reading row by row was faster than ijson's C backend (60 MB of schedules: 0.26 s and 0.42 s), so no
library is used.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from sys import getsizeof
from typing import Any, Final, NoReturn

from posto_desktop.common.translation import translatable

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
"""Deepest nesting of lists and objects. Real data are far below, and copying a value a few times as
deep would overflow Python's stack."""
LARGEST: Final = 2**63 - 1
"""Largest integer: what SQLite, Qt and most languages hold."""
WINDOW: Final = 64 * 1024
"""Characters parsed at once. The worst ones take 10 ms."""

_SURELY_FITS: Final = 19
"""An integer with fewer characters is not larger than `LARGEST`."""
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_CUT_OFF: Final = 12
"""Length of the longest escape: an incomplete text is reported as wrong at most this far before its
end."""
_STEPS: Final = 500
_MAX_IN_VAIN: Final = 16 * WINDOW
_IN_VAIN_EACH: Final = 8


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _whole(digits: str) -> int | None:
    if len(digits) < _SURELY_FITS:
        return int(digits)
    # Python may refuse to parse longer ones.
    number = int(digits) if len(digits) < 21 else LARGEST + 1
    return number if -LARGEST - 1 <= number <= LARGEST else None


READER: Final = json.JSONDecoder(
    parse_constant=lambda _name: None, parse_float=_finite, parse_int=_whole
)
"""Python's decoder, with None for numbers that other programs cannot hold."""


@dataclass(frozen=True)
class Bounds:
    """Limits of a JSON text.

    `memory` is in bytes; `values` counts numbers, texts, lists and objects; `text` is the length of
    one text in characters, `names` the number of names in one object, `depth` the nesting of lists
    and objects.
    """

    memory: int = 128 * 1024 * 1024
    values: int = 1_000_000
    text: int = 1_000_000
    names: int = 50_000
    depth: int = DEEPEST


@dataclass(frozen=True)
class Rows:
    """Selects rows of a list: `keep` converts each.

    The rows are those of the outermost list or, if an object is outermost, of its list `name` (PHP
    makes an object of a list with gaps). At most `most` rows, of `memory` bytes before `keep`; the
    bounds apply to each row.
    """

    name: str
    keep: Callable[[Any], Any]
    most: int = 100_000
    memory: int = 256 * 1024 * 1024


class MalformedError(ValueError):
    """The text is not JSON; `at` is the index of the error."""

    def __init__(self, at: int) -> None:
        super().__init__(f"not JSON at character {at}")
        self.at = at


class TooMuchError(ValueError):
    """The text exceeds the bounds. The message says which, as "a text of more than 1,000,000
    characters"."""


def cut(text: str) -> Iterator[str]:
    """Yield an available text in pieces."""
    return (text[at : at + WINDOW] for at in range(0, len(text), WINDOW))


def read(
    pieces: Iterator[str],
    bounds: Bounds | None = None,
    step: Callable[[int], object] | None = None,
    rows: Rows | None = None,
) -> object:
    """Return the value of a JSON text that arrives in pieces.

    `step` is called at intervals with the number of values so far; its exceptions end the reading.
    Numbers that other programs cannot hold are None, as in `json_text`. Raises `MalformedError` and
    `TooMuchError`.
    """
    return _Reader(pieces, bounds or Bounds(), step, rows).whole()


class _Reader:
    """Position in a text of which only a part is available."""

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
        self._before = 0  # characters dropped from the buffer
        self._has_ended = False
        self._memory = 0
        self._values = 0
        self._counted = self._reported = 0
        self._in_vain = 0  # characters parsed in vain

    def whole(self) -> object:
        sign = self._next()
        if self._rows is not None and sign in ("[", "{"):
            value = self._opened(1, self._row if sign == "[" else self._rows_or_value)
        else:
            value = self._value(1)
        if self._next():
            self._fail()
        return value

    # -- the text ------------------------------------------------------------------------------

    def _fill(self, length: int = WINDOW) -> None:
        """Buffer so many characters from the position on, or all that are left."""
        buffered = len(self._buffer) - self._at
        if buffered >= length or self._has_ended:
            return
        parts = [self._buffer[self._at :]]
        while buffered < length + WINDOW:
            piece = next(self._pieces, None)
            if piece is None:
                self._has_ended = True
                break
            parts.append(piece)
            buffered += len(piece)
        self._before += self._at
        self._buffer, self._at = "".join(parts), 0

    def _next(self) -> str:
        """Skip spaces and return the next character; "" at the end."""
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
        """Return the value at the position, parsed at once if it is complete."""
        sign = self._next()
        self._fill()
        if depth > self._bounds.depth:
            self._is_too_deep()
        try:
            value, end = READER.raw_decode(self._buffer, self._at)
        except RecursionError:
            self._is_too_deep()
        except json.JSONDecodeError as error:
            wrong = error.pos
        else:
            if end == len(self._buffer) and not self._has_ended and sign not in '"[{':
                self._fail()  # a number without an end
            self._weigh(value, depth)
            self._at = end
            return value
        if sign == '"':
            text = self._text()
            self._count(1, getsizeof(text))
            return text
        if self._has_ended:
            self._fail(wrong)
        if sign not in ("[", "{"):
            self._fail()
        self._in_vain += len(self._buffer) - self._at
        if self._in_vain > _MAX_IN_VAIN + _IN_VAIN_EACH * (self._before + self._at):
            raise TooMuchError(
                translatable("Sdk", "too many long lists and objects nested in each other")
            )
        return self._opened(depth, self._value)

    def _opened(self, depth: int, inside: Callable[[int, str], Any]) -> object:
        """Return the list or object at the position, its values read one by one by `inside`."""
        sign = self._buffer[self._at]
        self._at += 1
        return self._list(depth, inside) if sign == "[" else self._object(depth, inside)

    def _list(self, depth: int, inside: Callable[[int, str], Any]) -> list[Any]:
        values: list[Any] = []
        if self._next() == "]":
            self._at += 1
            return values
        while True:
            values.append(inside(depth + 1, ""))
            if self._at_end("]"):
                self._count(1, getsizeof(values))
                return values

    def _object(self, depth: int, inside: Callable[[int, str], Any]) -> dict[str, Any]:
        members: dict[str, Any] = {}
        if self._next() == "}":
            self._at += 1
            return members
        while True:
            if self._next() != '"':
                self._fail()
            name = self._text()
            if self._next() != ":":
                self._fail()
            self._at += 1
            members[name] = inside(depth + 1, name)
            self._count(0, getsizeof(name))
            if len(members) > self._bounds.names:
                words = translatable("Sdk", "an object with more than {most} names")
                raise TooMuchError(words.format(most=f"{self._bounds.names:,}"))
            if self._at_end("}"):
                self._count(1, getsizeof(members))
                return members

    def _rows_or_value(self, depth: int, name: str) -> object:
        """Return the value under a name of the outermost object."""
        assert self._rows is not None
        if name == self._rows.name and self._next() in ("[", "{"):
            return self._opened(depth, self._row)
        return self._value(depth)

    def _row(self, depth: int, _name: str) -> object:
        assert self._rows is not None
        memory, values = self._memory, self._values
        row = self._value(depth)
        self._rows_kept += 1
        self._rows_memory += self._memory - memory
        self._memory, self._values = memory, values
        if self._rows_kept > self._rows.most:
            words = translatable("Sdk", "more than {most} rows")
            raise TooMuchError(words.format(most=f"{self._rows.most:,}"))
        if self._rows_memory > self._rows.memory:
            self._is_too_large(self._rows.memory)
        return self._rows.keep(row)

    def _at_end(self, last: str) -> bool:
        """Return whether `last` comes next; else require a comma. Moves the position behind it."""
        sign = self._next()
        if sign != last and sign != ",":
            self._fail()
        self._at += 1
        return sign == last

    def _text(self) -> str:
        """Return the text at the position, however long."""
        length = WINDOW
        while True:
            self._fill(length)
            try:
                value, self._at = READER.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                is_cut = error.pos == self._at or error.pos > len(self._buffer) - _CUT_OFF
                if self._has_ended or not is_cut:
                    self._fail(error.pos)
                if len(self._buffer) - self._at > 6 * self._bounds.text:  # all of them escapes
                    self._text_is_too_long()
                length = 2 * (len(self._buffer) - self._at)
            else:
                text: str = value
                if len(text) > self._bounds.text:
                    self._text_is_too_long()
                return text

    def _text_is_too_long(self) -> NoReturn:
        words = translatable("Sdk", "a text of more than {most} characters")
        raise TooMuchError(words.format(most=f"{self._bounds.text:,}")) from None

    # -- what is made of it --------------------------------------------------------------------

    def _weigh(self, value: object, depth: int) -> None:
        """Count a value that was parsed at once, with its content."""
        kind = type(value)
        if kind is not dict and kind is not list:
            self._count(1, getsizeof(value) if value is not None else 0)
            return
        memory, values = getsizeof(value), 1
        level: list[Any] = [value]
        while level:
            depth += 1
            deeper: list[Any] = []
            for container in level:
                values += len(container)
                if type(container) is dict:
                    memory += sum(map(getsizeof, container))
                    inner = list(container.values())
                else:
                    inner = container
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
            words = translatable("Sdk", "more than {most} values")
            raise TooMuchError(words.format(most=f"{self._bounds.values:,}"))
        if self._memory > self._bounds.memory:
            self._is_too_large(self._bounds.memory)
        self._counted += values
        if self._step is not None and self._counted - self._reported >= _STEPS:
            self._reported = self._counted
            self._step(self._counted)

    def _is_too_large(self, memory: int) -> NoReturn:
        words = translatable("Sdk", "more than fits into {size} MB of memory")
        raise TooMuchError(words.format(size=f"{memory // 1024 // 1024:,}"))

    def _is_too_deep(self) -> NoReturn:
        words = translatable("Sdk", "lists and objects nested more than {most} deep")
        raise TooMuchError(words.format(most=self._bounds.depth)) from None
