"""Reads tables from files and the clipboard; detects the format by content."""

from __future__ import annotations

from dataclasses import replace

from posto_desktop.common.formats import grouped
from posto_desktop.common.translation import translate
from posto_desktop.core.importing import (
    clipboard_table,
    csv_table,
    json_table,
    text_decoder,
    workbook,
)
from posto_desktop.core.importing.csv_table import Check
from posto_desktop.core.importing.problem import ImportProblem
from posto_desktop.core.importing.table import MAX_BYTES, ReadOptions, Table, build, shown

EXTENSIONS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".json")
"""File extensions of tables."""

MAX_TITLES = 5
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def too_large(size: int) -> ImportProblem:
    """Return the error for a file of `size` bytes."""
    words = translate(
        "Importing",
        "The file is {size} MB; up to {most} MB can be imported. Split it into several files.",
    )
    megabytes, most = (grouped(round(count / 1_000_000)) for count in (size, MAX_BYTES))
    return ImportProblem(words.format(size=megabytes, most=most))


def read(
    data: bytes, name: str, options: ReadOptions | None = None, check: Check | None = None
) -> Table:
    """Return the table of a file. Raises ImportProblem with the reason if there is none.

    `check` is called at intervals with the number of rows so far; its exceptions end the reading.
    """
    chosen = options or ReadOptions()
    if len(data) > MAX_BYTES:
        raise too_large(len(data))
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise ImportProblem(translate("Importing", "The file is empty."))
    if data.startswith(_ZIP):
        rows, sheet, names = workbook.read(data, chosen.sheet, check)
        return _finish(build("excel", name, rows, sheet=sheet, sheets=names))
    if data.startswith(_OLE):
        raise ImportProblem(
            translate(
                "Importing",
                "This workbook is locked with a password or in the old format .xls. Save it as "
                ".xlsx without a password, or as CSV.",
            )
        )
    text, encoding = text_decoder.decode(data, chosen.encoding)
    if _is_json(text, name):
        rows, notes = json_table.read(text, check)
        return _finish(build("json", name, rows, notes=notes, names_fixed=True, encoding=encoding))
    delimiter = chosen.delimiter or csv_table.detect(text)
    lines, notes = csv_table.parse(text, delimiter, check)
    return _finish(build("csv", name, lines, notes=notes, encoding=encoding, delimiter=delimiter))


def read_pasted(html: str, text: str, check: Check | None = None) -> Table:
    """Return the table on the clipboard. Raises ImportProblem if there is none."""
    rows = clipboard_table.html_rows(html, check) if html else []
    if rows:
        return _finish(build("paste", "", rows))
    plain = text[: clipboard_table.MAX_SIGNS].replace("\x00", "")
    if not plain.strip():
        raise ImportProblem(
            translate(
                "Importing",
                "There is no table on the clipboard. Copy cells in a spreadsheet first.",
            )
        )
    delimiter = "\t" if "\t" in plain else csv_table.detect(plain)
    lines, notes = csv_table.parse(plain, delimiter, check)
    return _finish(build("paste", "", lines, notes=notes, delimiter=delimiter))


def _is_json(text: str, name: str) -> bool:
    start = text.lstrip()[:1]
    if name.lower().endswith(".json"):
        return True
    return start in ("[", "{") and not name.lower().endswith((".csv", ".tsv", ".txt"))


def _finish(table: Table) -> Table:
    from posto_desktop.core.importing.columns import first_row_names

    if not table.grid:
        raise ImportProblem(translate("Importing", "The file has no rows."))
    if not table.names_fixed:
        table = _without_title(table)
        table = replace(table, has_names=first_row_names(table))
    if len(table.grid) == 1 and table.has_names:
        raise ImportProblem(
            translate("Importing", "The file has column names, but no rows below them.")
        )
    return table


def _without_title(table: Table) -> Table:
    """Drop lines of one cell above a row of known column names (a title, an author). Otherwise the
    first row may be a message."""
    from posto_desktop.core.importing.columns import known_names

    for at, cells in enumerate(table.grid[: MAX_TITLES + 1]):
        if at and known_names(cells) >= 2:
            note = translate("Importing", "%Ln row(s) above the names (was/were) left out.", "", at)
            notes = (*table.notes, note)
            return replace(table, grid=table.grid[at:], lines=table.lines[at:], notes=notes)
        if sum(1 for cell in cells if shown(cell).strip()) != 1 or known_names(cells):
            break
    return table
