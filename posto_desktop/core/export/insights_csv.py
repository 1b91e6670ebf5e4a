"""Insights as CSV: the posts of a report, or all readings that are kept.

Column names, measures and networks' slugs are the same in every language, so that scripts find
them. A missing number is an empty cell, never zero.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo

from posto_desktop.core.export.csv_file import BOM, defused
from posto_desktop.core.insights.measures import own_label
from posto_desktop.core.insights.report import InsightsReport
from posto_desktop.core.insights.statistics import PostFigure
from posto_desktop.sdk import networks

__all__ = ["POST_COLUMNS", "READING_COLUMNS", "post_pieces", "reading_pieces"]

POST_COLUMNS = (
    "Published", "Network", "Channel", "Text", "Labels", "Style", "Link", "Id", "Read",
    "Engagement",
)  # fmt: skip
READING_COLUMNS = (
    "Workspace", "Id", "Channel", "Network", "Published", "Read", "Name", "Number", "Link",
)  # fmt: skip
_AT_A_TIME = 200


def post_pieces(
    report: InsightsReport, zone: tzinfo, *, excel: bool = False, separator: str = ","
) -> Iterator[bytes]:
    """Yield the posts of a report, best first, with a column for each measure."""
    measures = [name for name in report.measures if name != "engagement"]
    titles = [*POST_COLUMNS, *map(measure_title, measures)]
    rows = (_post_cells(figure, measures, zone) for figure in report.figures)
    return _pieces(titles, rows, excel=excel, separator=separator)


def reading_pieces(readings: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield the rows of `delivery.insight_store.all_readings`."""
    return _pieces(READING_COLUMNS, map(_reading_cells, readings))


def measure_title(measure: str) -> str:
    """Return the English name of a measure, for a column or a script."""
    return defused(own_label(measure) or measure.capitalize())


def _post_cells(figure: PostFigure, measures: Sequence[str], zone: tzinfo) -> list[str]:
    post = figure.post
    numbers = post.numbers or {}
    engagement = figure.parts
    texts = (
        networks.label(post.network),
        post.channel_name,
        post.text,
        "\n".join(post.labels),
        post.style,
        post.link,
    )
    return [
        post.sent_at.astimezone(zone).isoformat(timespec="seconds"),
        *map(defused, texts),
        str(post.post_id),
        post.read_at.astimezone(zone).isoformat(timespec="seconds") if post.read_at else "",
        plain_number(sum(engagement.values())) if engagement else "",
        *(plain_number(numbers[name]) if name in numbers else "" for name in measures),
    ]


def _reading_cells(reading: Sequence[object]) -> list[str]:
    workspace, post_id, channel, network, sent_at, read_at, name, number, link = reading
    return [
        defused(str(workspace)),
        str(post_id),
        defused(str(channel)),
        defused(networks.label(str(network))),
        _moment(sent_at),
        _moment(read_at),
        measure_title(str(name)),
        plain_number(number) if isinstance(number, float | int) else "",
        defused(str(link)),
    ]


def _moment(seconds: object) -> str:
    if not isinstance(seconds, float | int) or not abs(seconds) < 60_000_000_000:
        return ""  # a damaged row
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def plain_number(number: float) -> str:
    """Return a number as spreadsheets and scripts of every language read it."""
    return f"{number:.0f}" if number == round(number, 6) // 1 else f"{number:.6g}"


def _pieces(
    titles: Iterable[str],
    rows: Iterable[Sequence[str]],
    *,
    excel: bool = False,
    separator: str = ",",
) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n", delimiter=separator)
    writer.writerow(list(titles))
    start = BOM if excel else b""
    waiting = 0
    for row in rows:
        writer.writerow(row)
        waiting += 1
        if waiting == _AT_A_TIME:
            yield start + _taken(buffer)
            start, waiting = b"", 0
    yield start + _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode("utf-8", "replace")
    buffer.seek(0)
    buffer.truncate()
    return data
