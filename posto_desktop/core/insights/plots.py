"""What is drawn of insights, in words and numbers: the window, the PDF and tables show the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Plot", "PlotItem", "TableColumn", "TableData", "TableLine"]

PlotKind = Literal["bars", "line", "week"]


@dataclass(frozen=True)
class PlotItem:
    """A bar, point or cell. `low` and `high` bound the middle half; `is_few` is drawn paler.
    `words` say all of it. `place` is the row and column of a cell."""

    key: str
    name: str
    median: float
    low: float
    high: float
    n: int
    is_few: bool
    value_text: str
    words: str
    place: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Plot:
    """`least` and `most` are the ends of its scale with their texts; `usual` is a value to compare
    with. `count` says of how many posts it is made, `silent` why it is not drawn, "" if it is.
    `rows` and `columns` name those of a week."""

    key: str
    kind: PlotKind
    title: str
    count: str
    items: tuple[PlotItem, ...]
    least: float
    most: float
    least_text: str
    most_text: str
    silent: str = ""
    usual: float | None = None
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableColumn:
    title: str
    is_number: bool = False


@dataclass(frozen=True)
class TableLine:
    """Texts of a row, and the values by which its columns are sorted; None is missing."""

    key: str
    texts: tuple[str, ...]
    values: tuple[float | str | None, ...]


@dataclass(frozen=True)
class TableData:
    columns: tuple[TableColumn, ...]
    lines: tuple[TableLine, ...]
