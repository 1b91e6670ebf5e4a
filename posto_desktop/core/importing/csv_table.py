"""CSV parser for well-formed and for damaged files."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable

from posto_desktop.common.formats import grouped
from posto_desktop.common.translation import translate
from posto_desktop.core.importing.table import MAX_BYTES, MAX_ROWS

DELIMITERS: tuple[str, ...] = (",", ";", "\t", "|")

Check = Callable[[int], None]
"""Called at intervals with the number of rows so far; raises to stop."""

_SAMPLE_SIGNS = 200_000
_SAMPLE_ROWS = 100
_MAX_ROWS = MAX_ROWS * 2  # blank ones are dropped later
_MAX_PASSES = 10
_SEP = re.compile(r"\A\s*sep=(.)\r?\n", re.IGNORECASE)

Rows = list[tuple[int, list[str]]]


def detect(text: str) -> str:
    """Return the separator that gives the most rows of equal width above one."""
    named = _SEP.match(text)
    if named:
        return named[1]
    sample = text[:_SAMPLE_SIGNS]
    best, chosen = (0.0, 0), ","
    for sign in DELIMITERS:
        if sign not in sample:
            continue
        rows, _notes = _parse(sample, sign, 1, _SAMPLE_ROWS, None)
        if len(sample) < len(text) and 1 < len(rows) < _SAMPLE_ROWS:
            rows = rows[:-1]  # the sample ends inside this row
        widths = Counter(len(cells) for _line, cells in rows if any(cells))
        wide = [(count, width) for width, count in widths.items() if width > 1]
        if not wide:
            continue
        count, width = max(wide)
        score = (round(count / sum(widths.values()), 2), width)
        if score > best:
            best, chosen = score, sign
    return chosen


def parse(text: str, delimiter: str, check: Check | None = None) -> tuple[Rows, list[str]]:
    """Return the rows with their first lines, and notes about repairs.

    An unclosed quotation mark swallows no rows: its line is read literally.
    """
    named = _SEP.match(text)
    if named:
        return _parse(text[named.end() :], delimiter, 2, _MAX_ROWS, check)
    return _parse(text, delimiter, 1, _MAX_ROWS, check)


def _parse(
    text: str, delimiter: str, first: int, most: int, check: Check | None
) -> tuple[Rows, list[str]]:
    """Read up to `most` rows; `first` is the number of the first line."""
    csv.field_size_limit(MAX_BYTES)
    lines = list(io.StringIO(text, newline=""))
    rows: Rows = []
    notes: list[str] = []
    at = wasted = 0
    while at < len(lines) and len(rows) < most:
        start = at
        lines_left = (lines[number] for number in range(start, len(lines)))
        reader = csv.reader(lines_left, delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                rows.append((at + first, cells))
                at = start + reader.line_num
                if len(rows) >= most:
                    break
                if check is not None and len(rows) % 500 == 0:
                    check(len(rows))
        except csv.Error:
            wasted += start + reader.line_num - at
            cells, closed = _lenient(lines[at], delimiter)
            rows.append((at + first, cells))
            if not closed:
                words = translate(
                    "Importing",
                    "A quotation mark in line {line} is never closed. It was read as text.",
                )
                notes.append(words.format(line=grouped(at + first)))
            at += 1
            if wasted > len(lines) * _MAX_PASSES + 1_000:
                rows += [
                    (at + first + number, _bare(line, delimiter))
                    for number, line in enumerate(lines[at : at + most - len(rows)])
                ]
                break
    return rows, notes


def _lenient(line: str, delimiter: str) -> tuple[list[str], bool]:
    """Return the cells of a line with broken quotes, and whether all quotes are closed."""
    try:
        rows = list(csv.reader([line, "\x00"], delimiter=delimiter))
    except csv.Error:
        return _bare(line, delimiter), False
    # NULs were removed before, so a line of one marks the end of the first.
    if len(rows) == 2:
        return rows[0], True
    return _bare(line, delimiter), False


def _bare(line: str, delimiter: str) -> list[str]:
    return line.rstrip("\r\n").split(delimiter)
