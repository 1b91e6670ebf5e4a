"""Excel workbooks (.xlsx): values of one sheet, dates as dates, stored formula results.

openpyxl reads them row by row and is imported on first use. It runs no formulas and follows no
links; with defusedxml it refuses XML entities. The unpacked size is limited before unpacking.
"""

from __future__ import annotations

import importlib.util
import io
import re
import warnings
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from posto_desktop.common.formats import grouped
from posto_desktop.common.translation import translatable, translate
from posto_desktop.core.importing import sheet_xml
from posto_desktop.core.importing.csv_table import Check
from posto_desktop.core.importing.problem import ImportProblem
from posto_desktop.core.importing.table import MAX_COLUMNS, MAX_ROWS, Cell, UnknownCell

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

MAX_UNPACKED = 256 * 1024 * 1024
MAX_CELLS = 1_000_000
_MAX_PARTS = 10_000
MAX_STRINGS = 1_000_000
"""Shared strings; openpyxl loads all of them at once and cannot be stopped meanwhile."""
_STRING = re.compile(rb"<(?:\w{1,20}:)?si[\s/>]")
_LARGE = 4 * 1024 * 1024
_PIECE = 1024 * 1024
_MAX_RATIO = 200
_SMALL = 4 * 1024 * 1024  # a workbook that unpacks to this size is no bomb, whatever its ratio
_MAX_BLANK = 2_000  # consecutive blank rows after which the rest is only formatted

_MISSING = translatable(
    "Importing",
    "This installation of Posto cannot read Excel files. Save the sheet as CSV, or install what is "
    "missing: pip install 'posto[excel]'",
)
_DAMAGED = translatable(
    "Importing",
    "This workbook is damaged and cannot be read. Open it in a spreadsheet program, save it as "
    ".xlsx or CSV, and import that.",
)

# Error values of formulas.
_ERRORS = frozenset(
    ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!")
)

Rows = list[tuple[int, Sequence[Cell]]]
_Lines = list[tuple[int, list[Cell]]]


def read(data: bytes, sheet: str = "", check: Check | None = None) -> tuple[Rows, str, list[str]]:
    """Return the rows of a sheet (default: the first non-empty one), its name, all names.

    Raises ImportProblem if it is no workbook, damaged, too large or locked.
    """
    _refuse_bombs(data)
    # Without defusedxml, openpyxl would follow XML entities.
    if not all(importlib.util.find_spec(name) for name in ("openpyxl", "defusedxml")):
        raise ImportProblem(translate("Importing", _MISSING))
    stopped: list[Exception] = []

    def watched(rows: int) -> None:
        try:
            if check is not None:
                check(rows)
        except Exception as stop:
            stopped.append(stop)
            raise

    try:
        _refuse_many_strings(data, watched)
        return _read(data, sheet, watched)
    except ImportProblem:
        raise
    except (MemoryError, RecursionError):
        raise ImportProblem(
            translate("Importing", "This workbook is too large. Save the sheet as CSV.")
        ) from None
    except Exception as error:  # openpyxl raises anything on damaged files
        if error in stopped:
            raise
        if any(
            type(exception).__module__.startswith("defusedxml")
            for exception in (error, error.__cause__)
        ):
            raise ImportProblem(
                translate(
                    "Importing",
                    "This workbook contains XML entities, which no spreadsheet program writes. "
                    "Posto did not read it.",
                )
            ) from None
        raise ImportProblem(translate("Importing", _DAMAGED)) from None


def _refuse_bombs(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        raise ImportProblem(translate("Importing", _DAMAGED)) from None
    # Python reads no more of a part than its declared size, so the sum is a limit.
    unpacked = sum(part.file_size for part in parts)
    thick = unpacked > _SMALL and unpacked > len(data) * _MAX_RATIO
    if len(parts) > _MAX_PARTS or unpacked > MAX_UNPACKED or thick:
        words = translate(
            "Importing",
            "This workbook unpacks to {size} MB, more than Posto can import. Save the sheet as "
            "CSV.",
        )
        raise ImportProblem(words.format(size=grouped(round(unpacked / 1_000_000))))
    if any(part.flag_bits & 1 for part in parts):
        raise ImportProblem(
            translate("Importing", "This workbook is locked with a password. Save it without one.")
        )
    if not any(part.filename.endswith("workbook.xml") for part in parts):
        raise ImportProblem(
            translate(
                "Importing",
                "This file is not an Excel workbook. You can import CSV, Excel (.xlsx) and JSON "
                "files.",
            )
        )


def _refuse_many_strings(data: bytes, check: Check) -> None:
    """Search all large parts: the name of the strings' part is stored elsewhere."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for part in packed.infolist():
            if part.file_size < _LARGE:
                continue
            count, overlap = 0, b""
            with packed.open(part) as file:
                while piece := file.read(_PIECE):
                    text = overlap + piece
                    count += len(_STRING.findall(text))
                    # A tag that is cut is found with the next piece; counted ones are not counted
                    # again.
                    cut = text.rfind(b"<")
                    overlap = text[cut:] if cut >= len(text) - 30 else b""
                    if _STRING.match(overlap):
                        overlap = b""
                    check(0)
                    if count > MAX_STRINGS:
                        words = translate(
                            "Importing",
                            "This workbook contains more than {most} texts, too many to import. "
                            "Save the sheet as CSV.",
                        )
                        raise ImportProblem(words.format(most=grouped(MAX_STRINGS)))


def _read(data: bytes, sheet: str, check: Check) -> tuple[Rows, str, list[str]]:
    # It warns about parts that it cannot write back, which does not matter here.
    warnings.filterwarnings("ignore", module=r"openpyxl\.")
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        sheets = [worksheet for worksheet in book.worksheets if worksheet.sheet_state == "visible"]
        sheets = sheets or list(book.worksheets)
        names = [str(worksheet.title) for worksheet in sheets]
        if not sheets:
            raise ImportProblem(translate("Importing", "This workbook has no sheet with cells."))
        if sheet in names:
            return _sheet(data, sheets[names.index(sheet)], check), sheet, names
        for worksheet, name in zip(sheets, names, strict=True):
            rows = _sheet(data, worksheet, check)
            if any(value is not None for _line, cells in rows for value in cells):
                return rows, name, names
        return [], names[0], names
    finally:
        book.close()


def _sheet(data: bytes, sheet: ReadOnlyWorksheet, check: Check) -> Rows:
    # The sheet's part name is private to openpyxl; without it these facts are missing.
    parts = sheet_xml.look(data, str(getattr(sheet, "_worksheet_path", "")))
    rows = _rows(sheet, check)
    if parts.formulas:
        rows = _with_formulas(data, str(sheet.title), rows, check)
    rows = _days(rows)
    sheet_xml.fill(rows, parts.merged)
    return [(line, cells) for line, cells in rows]


def _with_formulas(data: bytes, name: str, rows: _Lines, check: Check) -> _Lines:
    """Mark the cells of formulas without a stored result, which otherwise look blank."""
    from openpyxl import load_workbook

    by_line = dict(rows)
    book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    try:
        sheet = book[name]
        sheet.reset_dimensions()
        blank = 0
        written = sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True)
        for line, formulas in enumerate(written, 1):
            if line % 200 == 0:
                check(len(by_line))
            used = [
                at for at, formula in enumerate(formulas) if formula is not None and formula != ""
            ]
            blank = 0 if used else blank + 1
            if blank > _MAX_BLANK or len(by_line) > MAX_ROWS + 1:
                break
            for column in used:
                cells = by_line.setdefault(line, [])
                cells.extend([None] * (column + 1 - len(cells)))
                if cells[column] is None:
                    cells[column] = _unworked(formulas[column])
    finally:
        book.close()
    return sorted(by_line.items())


def _unworked(formula: object) -> UnknownCell:
    text = formula if isinstance(formula, str) else str(getattr(formula, "text", "") or "=…")
    return UnknownCell(
        text,
        translate(
            "Importing",
            "The formula has no stored result; open the file in a spreadsheet program and save it",
        ),
    )


def _rows(sheet: ReadOnlyWorksheet, check: Check) -> _Lines:
    rows: list[tuple[int, list[Cell]]] = []
    blank = cells_read = 0
    # The declared size is often wrong, and a false one costs time and memory.
    sheet.reset_dimensions()
    for line, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True), 1):
        values = [_value(cell) for cell in cells]
        while values and values[-1] is None:
            values.pop()
        cells_read += len(values)
        if line % 200 == 0:
            check(len(rows))
        if not values:
            blank += 1
            if blank > _MAX_BLANK:
                break
            continue
        blank = 0
        rows.append((line, values))
        if len(rows) > MAX_ROWS + 1 or cells_read > MAX_CELLS:
            break
    return rows


def _days(rows: _Lines) -> _Lines:
    """Excel has no days: a column with only midnights holds days."""
    width = max((len(cells) for _line, cells in rows), default=0)
    for column in range(width):
        moments = [
            (cells, cell)
            for _line, cells in rows
            if column < len(cells) and isinstance(cell := cells[column], datetime)
        ]
        if all(cell.time() == time(0) for _cells, cell in moments):
            for cells, cell in moments:
                cells[column] = cell.date()
    return rows


def _value(cell: object) -> Cell:
    if cell is None or cell == "":
        return None
    if isinstance(cell, str) and cell in _ERRORS:
        words = translate("Importing", "The formula gives no value, but {error}")
        return UnknownCell(cell, words.format(error=cell))
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, datetime):
        # Excel stores fractions of a day: 9:00 may come as 8:59:59.999.
        half = timedelta(microseconds=500_000)
        # The last second of the calendar has no next one.
        rounded = (cell if cell.year == datetime.max.year else cell + half).replace(microsecond=0)
        return rounded if rounded.tzinfo is None else rounded.astimezone(UTC)
    if isinstance(cell, timedelta):
        minutes = round(cell.total_seconds() / 60)
        return time(minutes // 60, minutes % 60) if 0 <= minutes < 24 * 60 else str(cell)
    if isinstance(cell, (str, int, float, date, time)):
        return cell
    return str(cell)
