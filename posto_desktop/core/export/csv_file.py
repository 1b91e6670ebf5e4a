"""Export of the schedule as CSV, for spreadsheets and scripts.

Column names and statuses are the same in every language, so that scripts find them. Cells that a
spreadsheet would run as formulas are escaped: a post can say =1+1, and a link in a formula can leak
the sheet.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo

from posto_desktop.core.export.rows import ExportRow, media_of
from posto_desktop.sdk import networks
from posto_desktop.sdk.records import Schedule

__all__ = ["COLUMNS", "defused", "pieces"]

COLUMNS = (
    "Time",
    "Date",
    "Clock",
    "Zone",
    "Status",
    "Network",
    "Channel",
    "Text",
    "Media",
    "Link",
    "Error",
    "Message",
    "Id",
)
"""Time is ISO 8601 with its offset; Date and Clock are the same in the zone of Zone. Media are
addresses or names, one a line. Message is the same for all posts of a message. Behind them stand
"Part 2" and so on, as many as the longest thread has, so that an import makes threads of them, and
the insights that are known, a column for each of their names."""

Insights = Mapping[int, Mapping[str, str]]

BOM = b"\xef\xbb\xbf"
"""Without it Excel reads UTF-8 in the system's legacy encoding."""
EXCEL_MOST = 32_767
"""Characters of a cell; Excel splits longer ones into other cells."""
_SIGNS = r"=+\-@\uff1d\uff0b\uff0d\uff20"
"""Spreadsheets in Japanese and Chinese treat the full-width signs alike."""
_FORMULA = re.compile(rf"[\t\r\n]|[\s\u200b-\u200f\u2060\ufeff]*[{_SIGNS}]")
"""Some programs strip leading spaces and invisible characters."""
_INNER = re.compile(
    r"(?<=[;,|\t\r\n])([ \"\u00a0\u200b-\u200f\u2060\ufeff]*+)"
    r"([=\uff1d]|[+\-@\uff0b\uff0d\uff20](?=[^;,|\t\r\n]*[(|]))"
)
"""A formula at the start of a cell for a program that splits by another separator. A leading plus,
minus or at sign is a list or a mention there, unless it calls a function."""
_AT_A_TIME = 200


def pieces(
    rows: Iterable[ExportRow],
    zone: tzinfo,
    *,
    excel: bool = False,
    separator: str = ",",
    insights: Insights | None = None,
    parts: int = 1,
) -> Iterator[bytes]:
    """Yield the file in UTF-8, some hundred rows at a time. `excel` adds a byte order mark and
    truncates cells that are too long for it; `insights` are those of posts by their ids. Threads of
    up to `parts` parts have a cell for each; all of a longer one is in its text."""
    known = insights or {}
    labels = list(dict.fromkeys(label for figures in known.values() for label in figures))
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n", delimiter=separator)

    def next_batch() -> bytes:
        # A service may send lone surrogates, which cannot be encoded.
        data = buffer.getvalue().encode("utf-8", "replace")
        buffer.seek(0)
        buffer.truncate()
        return data

    further = [f"Part {number}" for number in range(2, parts + 1)]
    writer.writerow([*COLUMNS, *further, *map(defused, labels)])
    yield (BOM if excel else b"") + next_batch()
    waiting = 0
    for row in rows:
        figures = known.get(row.schedule.id, {})
        cells = _cells(row.schedule, row.status, zone, len(further))
        cells += [defused(figures.get(label, "")) for label in labels]
        writer.writerow([_cut(cell) for cell in cells] if excel else cells)
        waiting += 1
        if waiting == _AT_A_TIME or len(row.schedule.whole_text) > 100_000:
            waiting = 0
            yield next_batch()
    if waiting:
        yield next_batch()


def defused(text: str) -> str:
    """Escape the text so that a spreadsheet shows it and does not evaluate it."""
    plain = text.replace("\0", "")
    plain = _INNER.sub(r"\1'\2", plain)
    return f"'{plain}" if _FORMULA.match(plain) else plain


def _cut(cell: str) -> str:
    # Excel counts UTF-16 units: an emoji is two of them.
    if len(cell.encode("utf-16-le", "replace")) <= 2 * EXCEL_MOST:
        return cell
    whole = cell.encode("utf-16-le", "replace")[: 2 * (EXCEL_MOST - 1)]
    return f"{whole.decode('utf-16-le', 'ignore')}…"


def _cells(row: Schedule, status: str, zone: tzinfo, further: int) -> list[str]:
    """Return the cells of a post, with those of so many further parts."""
    fits = len(row.thread) <= further
    parts = [*map(defused, row.thread if fits else ())]
    parts += [""] * (further - len(parts))
    iso, day, clock, name = _times(row.send_at, zone)
    texts = (
        row.status if status == "other" else status,
        networks.label(row.network),
        row.channel_name,
        row.text if fits else row.whole_text,
        "\n".join(media_of(row)),
        row.link,
        row.error,
        row.posto_ref or row.group_id,
    )
    return [iso, day, clock, name, *map(defused, texts), str(row.id), *parts]


def _times(moment: datetime | None, zone: tzinfo) -> tuple[str, str, str, str]:
    if moment is None:
        return "", "", "", ""
    try:
        local = moment.astimezone(zone)
    except (OverflowError, ValueError, OSError):
        local = moment.astimezone(UTC)  # the last day of the calendar
    name = str(getattr(local.tzinfo, "key", "") or local.tzname() or "UTC")
    return (
        local.isoformat(timespec="seconds"),
        local.date().isoformat(),
        f"{local:%H:%M}",
        # Some zones have only their offset as a name: "+03".
        name if not _FORMULA.match(name) else f"UTC{name}",
    )
