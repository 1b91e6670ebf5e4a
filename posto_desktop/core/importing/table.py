"""An imported table: cells and their positions in the file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from posto_desktop.common.formats import grouped
from posto_desktop.common.translation import translate


class UnknownCell(str):
    """A cell without a value in the file: a formula with an error, or never computed.

    Its text is what a spreadsheet shows there; `why` explains it. It is never posted.
    """

    why: str

    def __new__(cls, shown: str, why: str) -> UnknownCell:
        made = super().__new__(cls, shown)
        made.why = why
        return made


Cell = str | int | float | datetime | date | time | None
Kind = Literal["csv", "excel", "json", "paste"]

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 100


@dataclass(frozen=True)
class ReadOptions:
    """The user's overrides of detected settings; "" leaves them to detection."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""


@dataclass(frozen=True)
class TableRow:
    """A row that may become a message. `number` counts rows from 1; `line` is its first line in the
    file (or row in the sheet)."""

    number: int
    line: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """Content of a file or the clipboard. All rows of `grid` have equal width.

    `has_names`: the first row seems to hold column names; with `names_fixed` it surely does.
    `lines`: first line of each row of `grid`. `notes` are sentences about omitted parts.
    """

    kind: Kind
    name: str
    grid: tuple[tuple[Cell, ...], ...]
    lines: tuple[int, ...]
    has_names: bool = False
    names_fixed: bool = False
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        return len(self.grid[0]) if self.grid else 0

    def names(self, has_names: bool) -> tuple[str, ...]:
        """Return the column names; empty if there are none."""
        if not has_names or not self.grid:
            return ("",) * self.width
        return tuple(" ".join(shown(cell).split())[:200] for cell in self.grid[0])

    def rows(self, has_names: bool) -> list[TableRow]:
        """Return the rows below the names."""
        first = 1 if has_names else 0
        return [
            TableRow(number, self.lines[at], self.grid[at])
            for number, at in enumerate(range(first, len(self.grid)), 1)
        ]


def shown(cell: Cell) -> str:
    """Return a cell as text: no needless fraction of numbers, no needless time of days."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, datetime):
        words = f"{cell:%Y-%m-%d %H:%M}" if cell.year >= 1000 else cell.isoformat(" ")
        return words if cell.tzinfo is None else f"{words}{cell:%z}"
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        if math.isfinite(cell) and cell == int(cell) and abs(cell) < 1e15:
            return str(int(cell))
        return repr(cell)
    return str(cell)


def build(
    kind: Kind,
    name: str,
    rows: Sequence[tuple[int, Sequence[Cell]]],
    *,
    notes: Sequence[str] = (),
    names_fixed: bool = False,
    encoding: str = "",
    delimiter: str = "",
    sheet: str = "",
    sheets: Sequence[str] = (),
) -> Table:
    """Build a table: drop blank rows and trailing blank columns, fill up short rows, and report
    what exceeds the limits."""
    all_notes = list(notes)
    trimmed = [(line, _trimmed(cells)) for line, cells in rows]
    filled = [(line, cells) for line, cells in trimmed if cells]
    if len(filled) > MAX_ROWS + 1:
        words = translate(
            "Importing", "Only the first {most} of %Ln row(s) are read.", "", len(filled)
        )
        all_notes.append(words.format(most=grouped(MAX_ROWS)))
        filled = filled[: MAX_ROWS + 1]
    width = max((len(cells) for _line, cells in filled), default=0)
    if width > MAX_COLUMNS:
        words = translate(
            "Importing", "Only the first {most} of %Ln column(s) are read.", "", width
        )
        all_notes.append(words.format(most=grouped(MAX_COLUMNS)))
        width = MAX_COLUMNS
    grid = tuple(
        tuple(cells[:width]) + (None,) * (width - min(width, len(cells))) for _line, cells in filled
    )
    return Table(
        kind,
        name,
        grid,
        tuple(line for line, _cells in filled),
        names_fixed,
        names_fixed,
        encoding,
        delimiter,
        sheet,
        tuple(sheets),
        tuple(all_notes),
    )


def _trimmed(cells: Sequence[Cell]) -> Sequence[Cell]:
    end = len(cells)
    while end and (cells[end - 1] is None or not shown(cells[end - 1]).strip()):
        end -= 1
    return cells[:end]
