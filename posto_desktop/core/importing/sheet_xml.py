"""Merged cells and formulas of a sheet, which openpyxl omits when it reads by rows.

Parsed from the sheet's XML. Each row beside a merged cell gets its value. A formula without a
stored result is not a blank cell.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from posto_desktop.core.importing.table import MAX_COLUMNS, Cell

_PIECE = 1024 * 1024
_OVERLAP = 400
_MAX_MERGED = 20_000
_MAX_FILLED = 1_000_000
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]{0,200}?ref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']"
)


@dataclass(frozen=True)
class MergedCells:
    """Merged cells of one column: its index from 0, the first and the last line."""

    column: int
    first: int
    last: int


@dataclass(frozen=True)
class SheetParts:
    """Facts from a sheet's XML."""

    merged: tuple[MergedCells, ...] = ()
    formulas: bool = False


def look(data: bytes, path: str) -> SheetParts:
    """Parse the part `path` of the workbook; a missing part gives no facts."""
    merged: dict[MergedCells, None] = {}
    formulas = False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed, packed.open(path.lstrip("/")) as part:
            overlap = b""
            while piece := part.read(_PIECE):
                text = overlap + piece
                formulas = formulas or _FORMULA.search(text) is not None
                for match in _MERGED.finditer(text):
                    first, last = int(match[2]), int(match[4])
                    column = _column(match[1])
                    if last > first and column < MAX_COLUMNS and len(merged) < _MAX_MERGED:
                        merged[MergedCells(column, first, last)] = None
                overlap = text[-_OVERLAP:]
    except KeyError:
        return SheetParts()
    return SheetParts(tuple(merged), formulas)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def fill(rows: Sequence[tuple[int, list[Cell]]], merged: Sequence[MergedCells]) -> None:
    """Copy merged values into each of their rows that has own cells."""
    by_line = dict(rows)
    left = _MAX_FILLED
    end = max(by_line, default=0)
    for merge in merged:
        top = by_line.get(merge.first, [])
        value = top[merge.column] if merge.column < len(top) else None
        if value is None:
            continue
        for line in range(merge.first + 1, min(merge.last, end) + 1):
            left -= 1
            if left < 0:
                return
            cells = by_line.get(line)
            if cells is None:
                continue
            cells.extend([None] * (merge.column + 1 - len(cells)))
            if cells[merge.column] is None:
                cells[merge.column] = value
