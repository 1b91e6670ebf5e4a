"""Tables from the clipboard: an HTML table, or cells separated by tabs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from posto_desktop.core.importing.csv_table import Check
from posto_desktop.core.importing.html_parts import parts
from posto_desktop.core.importing.table import MAX_COLUMNS, MAX_ROWS, Cell

Rows = list[tuple[int, Sequence[Cell]]]

MAX_SIGNS = 16_000_000
_LOOKED_AT = 20_000
_SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")
_SILENT = frozenset(("style", "script", "head", "title"))


def html_rows(html: str, check: Check | None = None) -> Rows:
    """Return the rows of the first table in `html`; empty if there is none."""
    if "<t" not in html[:MAX_SIGNS].lower():
        return []
    tables = _Tables(check)
    for number, part in enumerate(parts(html[:MAX_SIGNS])):
        if part.kind == "text":
            tables.text(part.words)
        elif part.kind == "start":
            tables.begin(part.words, part.attributes)
        else:
            tables.finish(part.words)
        if tables.finished:
            break
        if check is not None and number % 5_000 == 0:
            check(len(tables.rows))
    tables.end()
    return [(line, cells) for line, cells in enumerate(tables.rows, 1)]


def has_columns(text: str) -> bool:
    """Return whether copied text looks like cells of several columns."""
    lines = [line for line in text[:_LOOKED_AT].splitlines() if line.strip()]
    return sum(1 for line in lines if "\t" in line.strip()) * 2 > len(lines)


class _Tables:
    """Collects the cells of the first table; nested tables become text."""

    def __init__(self, check: Check | None) -> None:
        self.rows: list[list[Cell]] = []
        self.finished = False
        self._check = check
        self._depth = 0
        self._row: list[Cell] | None = None
        self._cell: list[str] | None = None
        self._span = self._rows = 1
        # By column: rows that a spanning cell still covers, and its value.
        self._down: dict[int, tuple[int, Cell]] = {}
        self._own = False  # whether the row has a cell that does not span from above
        self._silent = 0

    def begin(self, tag: str, tag_attributes: Mapping[str, str]) -> None:
        if self.finished:
            return
        if tag in _SILENT:
            self._silent += 1
        elif tag == "table":
            self._depth += 1
        elif self._depth != 1:
            if tag in ("br", "tr", "p") and self._cell is not None:
                self._cell.append("\n")
        elif tag == "tr":
            self._close_row()
            self._row, self._own = [], False
        elif tag in ("td", "th"):
            self._close_cell()
            if self._row is None:
                self._row, self._own = [], False
            self._cell = []
            self._span = _span(tag_attributes.get("colspan"), MAX_COLUMNS)
            self._rows = _span(tag_attributes.get("rowspan"), MAX_ROWS)
        elif tag in ("br", "p", "div", "li") and self._cell:
            self._cell.append("\n")

    def finish(self, tag: str) -> None:
        if self.finished:
            return
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "table" and self._depth:
            self._depth -= 1
            if not self._depth:
                self._close_row()
                self.finished = bool(self.rows)
        elif self._depth == 1 and tag in ("td", "th"):
            self._close_cell()
        elif self._depth == 1 and tag == "tr":
            self._close_row()

    def text(self, data: str) -> None:
        if self._cell is not None and not self._silent:
            self._cell.append(_SPACES.sub(" ", data))

    def end(self) -> None:
        """Finish parsing."""
        self._close_row()

    def _close_cell(self) -> None:
        if self._cell is None or self._row is None:
            return
        lines = "".join(self._cell).split("\n")
        text = "\n".join(line.strip() for line in lines).strip().replace("\x00", "")
        self._store_cell()
        self._own = self._own or bool(text)
        if len(self._row) <= MAX_COLUMNS:
            at = len(self._row)
            self._row.append(text or None)
            self._row.extend([None] * (self._span - 1))
            if self._rows > 1:
                for column in range(at, len(self._row)):
                    self._down[column] = (self._rows - 1, self._row[column])
        self._cell = None

    def _store_cell(self) -> None:
        """Spreadsheets show a spanning cell in each row that it covers; so do we."""
        row = self._row
        while row is not None and len(row) in self._down:
            column = len(row)
            left, value = self._down.pop(column)
            if left > 1:
                self._down[column] = (left - 1, value)
            row.append(value)

    def _close_row(self) -> None:
        self._close_cell()
        row = self._row
        if row is not None:
            for column in sorted(column for column in self._down if column >= len(row)):
                row.extend([None] * (column - len(row)))
                self._store_cell()
        if row is not None and len(self.rows) <= MAX_ROWS + 1:
            # A row without own cells is the lower half of the one above.
            self.rows.append(row if self._own else [])
            if self._check is not None and len(self.rows) % 500 == 0:
                self._check(len(self.rows))
        self._row = None


def _span(words: str | None, most: int) -> int:
    """Return the number of columns or rows that a cell covers."""
    tag_attributes = words or ""
    if not (tag_attributes.isascii() and tag_attributes.isdigit()):
        return 1
    return min(max(int(tag_attributes), 1), most) if len(tag_attributes) < 10 else most
