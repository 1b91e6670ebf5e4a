"""What a spreadsheet puts on the clipboard: an HTML table, or cells separated by tabs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser

from posto_desktop.core.importing.delimited import Check
from posto_desktop.core.importing.table import MOST_COLUMNS, MOST_ROWS, Cell

Rows = list[tuple[int, Sequence[Cell]]]

MOST_SIGNS = 16_000_000
_LOOKED_AT = 20_000
_SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")
_SILENT = frozenset(("style", "script", "head", "title"))


def html_rows(html: str, check: Check | None = None) -> Rows:
    """The rows of the first table in `html`; empty when there is none."""
    if "<t" not in html[:MOST_SIGNS].lower():
        return []
    parser = _Tables(check)
    # In pieces, so that a large one can be cancelled.
    for at in range(0, min(len(html), MOST_SIGNS), 100_000):
        parser.feed(html[at : at + 100_000])
        if parser.finished:
            break
    parser.end()
    return [(line, cells) for line, cells in enumerate(parser.rows, 1)]


def has_columns(text: str) -> bool:
    """Whether copied text seems to be cells of several columns, as spreadsheets copy them."""
    lines = [line for line in text[:_LOOKED_AT].splitlines() if line.strip()]
    return sum(1 for line in lines if "\t" in line.strip()) * 2 > len(lines)


class _Tables(HTMLParser):
    """Collects the cells of the first table; tables inside its cells are text."""

    def __init__(self, check: Check | None) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[Cell]] = []
        self.finished = False
        self._check = check
        self._depth = 0
        self._row: list[Cell] | None = None
        self._cell: list[str] | None = None
        self._span = 1
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
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
            self._row = []
        elif tag in ("td", "th"):
            self._close_cell()
            if self._row is None:
                self._row = []
            self._cell = []
            span = dict(attrs).get("colspan") or "1"
            self._span = min(int(span), MOST_COLUMNS) if span.isascii() and span.isdigit() else 1
        elif tag in ("br", "p", "div", "li") and self._cell:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
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

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._silent:
            self._cell.append(_SPACES.sub(" ", data))

    def end(self) -> None:
        """Nothing more comes."""
        self.close()
        self._close_row()

    def _close_cell(self) -> None:
        if self._cell is None or self._row is None:
            return
        lines = "".join(self._cell).split("\n")
        text = "\n".join(line.strip() for line in lines).strip().replace("\x00", "")
        if len(self._row) <= MOST_COLUMNS:
            self._row.append(text or None)
            self._row.extend([None] * (max(self._span, 1) - 1))
        self._cell = None

    def _close_row(self) -> None:
        self._close_cell()
        if self._row is not None and len(self.rows) <= MOST_ROWS + 1:
            self.rows.append(self._row)
            if self._check is not None and len(self.rows) % 500 == 0:
                self._check(len(self.rows))
        self._row = None
