"""Checks imported rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Literal

from posto_desktop.common.formats import clock, grouped, named_day
from posto_desktop.common.translation import translate
from posto_desktop.core.checks import ScheduledText, text_digest
from posto_desktop.core.checks.finding import listed
from posto_desktop.core.draft import MAX_PARTS
from posto_desktop.core.draft_list import clean_labels
from posto_desktop.core.importing import dates
from posto_desktop.core.importing.channel_resolver import ChannelResolver
from posto_desktop.core.importing.columns import Field
from posto_desktop.core.importing.media_names import (
    Look,
    address,
    cut,
    host_of,
    is_address,
    names_in,
)
from posto_desktop.core.importing.table import Cell, TableRow, UnknownCell, shown
from posto_desktop.core.thread import parts_of

Level = Literal["ready", "warning", "error", "left_out"]

LONGEST_TEXT = 100_000
MAX_PICTURES = 50
LONGEST_NAMES = 20_000


@dataclass(frozen=True)
class RowProblem:
    """A problem of a row. `column` -1: with the row as a whole.

    An "error" excludes the row; with a "warning" the row is imported without that part. Codes:
    text_missing text_long parts picture names link channels date past duplicate planned
    only_picture clock formula.
    """

    level: Literal["error", "warning"]
    code: str
    column: int
    sentence: str
    detail: str = ""
    """Name of a picture in the file."""


@dataclass(frozen=True)
class CheckedRow:
    """A row and the message it would become. `pictures` are paths, or addresses to download."""

    row: TableRow
    problems: tuple[RowProblem, ...] = ()
    left_out: bool = False
    text: str = ""
    further: tuple[str, ...] = ()
    """The texts of the further parts of a thread."""
    variants: Mapping[str, str] = field(default_factory=dict)
    when: datetime | None = None
    pictures: tuple[str, ...] = ()
    alts: tuple[str, ...] = ()
    link: str = ""
    channel_ids: tuple[int, ...] | None = None
    comment: str = ""
    labels: tuple[str, ...] = ()

    @property
    def level(self) -> Level:
        if self.left_out:
            return "left_out"
        if not self.problems:
            return "ready"
        for problem in self.problems:
            if problem.level == "error":
                return "error"
        return "warning"

    @property
    def usable(self) -> bool:
        """True if it becomes a message."""
        return self.level in ("ready", "warning")

    @property
    def main(self) -> RowProblem | None:
        """Return the problem to show first."""
        if not self.problems:
            return None
        return min(
            self.problems, key=lambda problem: (problem.level != "error", problem.column < 0)
        )


@dataclass(frozen=True)
class ImportSetup:
    """Settings for all rows. `ticked` are the campaign's channels, for rows that name none."""

    fields: tuple[Field, ...]
    order: dates.Order
    zone: tzinfo
    now: datetime
    resolver: ChannelResolver
    ticked: tuple[int, ...] = ()
    scheduled: tuple[ScheduledText, ...] = ()


@dataclass(frozen=True)
class RowChoices:
    """The user's choices, by row number."""

    left_out: frozenset[int] = frozenset()
    kept_duplicates: frozenset[int] = frozenset()
    """Duplicates to import anyway."""


def check_rows(
    rows: Sequence[TableRow],
    setup: ImportSetup,
    choices: RowChoices,
    look: Look,
    *,
    before: Mapping[int, CheckedRow] | None = None,
    step: Callable[[int], None] | None = None,
) -> list[CheckedRow]:
    """Return each row with its problems.

    `look` finds the file of a cell. `before` holds results of the same setup: unchanged rows are
    not read again. `step` is called with the number of rows done.
    """
    reader = dates.DateReader(setup.order, setup.zone, setup.now)
    checked_rows: list[CheckedRow] = []
    for at, row in enumerate(rows):
        known = before.get(row.number) if before else None
        if known is not None and known.row.cells == row.cells:
            checked = replace(
                known,
                problems=tuple(p for p in known.problems if p.code not in ("duplicate", "planned")),
            )
        else:
            checked = _check(row, setup, reader, look)
        checked_rows.append(replace(checked, left_out=row.number in choices.left_out))
        if step is not None and at % 100 == 0:
            step(at)
    return _compare(checked_rows, setup, choices)


def _check(row: TableRow, setup: ImportSetup, reader: dates.DateReader, look: Look) -> CheckedRow:
    cells = _Cells(row, setup.fields)
    problems: list[RowProblem] = []
    parts = cells.parts()
    text = parts[0] if parts else ""
    variants = {
        name.removeprefix("text:"): own
        for name in setup.fields
        if name.startswith("text:") and (own := cells.text(name).strip())
    }
    pictures = _pictures(cells, look, problems)
    when = _when(cells, reader, problems)
    link = _link(cells, problems)
    ids = _channels(cells, setup, problems)
    text_column = cells.column("text")
    longest = max(map(len, ["", *parts, *variants.values()]))
    if longest > LONGEST_TEXT:
        problems.append(
            RowProblem(
                "error",
                "text_long",
                text_column,
                translate(
                    "Importing", "The text has {count} characters; up to {most} can be imported"
                ).format(count=grouped(longest), most=grouped(LONGEST_TEXT)),
            )
        )
    elif len(parts) > MAX_PARTS:
        sentence = translate(
            "Importing", "The thread has %n part(s); up to {most} can be imported", "", len(parts)
        ).format(most=MAX_PARTS)
        problems.append(RowProblem("error", "parts", cells.column("part"), sentence))
        parts = parts[:1]
    elif not text and not variants:
        if pictures:
            sentence = translate("Importing", "There is no text: only the picture will be posted")
            problems.append(RowProblem("warning", "only_picture", text_column, sentence))
        else:
            sentence = translate("Importing", "There is no text")
            problems.append(RowProblem("error", "text_missing", text_column, sentence))
    unknown = cells.unknown()
    lost = {problem.column for problem in unknown}
    return CheckedRow(
        row,
        (*unknown, *(problem for problem in problems if problem.column not in lost)),
        text=text if longest <= LONGEST_TEXT else "",
        further=tuple(parts[1:]) if longest <= LONGEST_TEXT else (),
        variants=variants if longest <= LONGEST_TEXT else {},
        when=when,
        pictures=tuple(pictures),
        alts=tuple(
            words.strip()[:2_000] if isinstance(words, str) else shown(words)
            for words in cells.all("alt")
        ),
        link=link,
        channel_ids=ids,
        comment=cells.text("comment").strip()[:LONGEST_TEXT],
        labels=tuple(clean_labels(re.split(r"[,;\n]", cells.text("labels")[:LONGEST_TEXT]))),
    )


class _Cells:
    """The cells of a row by meaning."""

    def __init__(self, row: TableRow, fields: Sequence[Field]) -> None:
        self._row = row
        self._fields = fields

    def column(self, field: Field) -> int:
        return self._fields.index(field) if field in self._fields else -1

    def first_cell(self, field: Field) -> Cell:
        column = self.column(field)
        return self._row.cells[column] if 0 <= column < len(self._row.cells) else None

    def text(self, field: Field) -> str:
        return shown(self.first_cell(field))

    def parts(self) -> list[str]:
        """Return the texts of a thread, the one of the post first."""
        further = [shown(cell) for cell in self.all("part") if not isinstance(cell, UnknownCell)]
        texts = [self.text("text"), *(part for text in further for part in parts_of(text))]
        return [text.strip() for text in texts if text.strip()]

    def all(self, field: Field) -> list[Cell]:
        return [self._row.cells[column] for column in self.columns(field)]

    def unknown(self) -> list[RowProblem]:
        """Return errors for required cells with unknown values: the message would differ from what
        the spreadsheet shows."""
        return [
            RowProblem("error", "formula", column, cell.why)
            for column, (field, cell) in enumerate(zip(self._fields, self._row.cells, strict=False))
            if field and isinstance(cell, UnknownCell)
        ]

    def columns(self, field: Field) -> list[int]:
        return [
            column
            for column, column_field in enumerate(self._fields[: len(self._row.cells)])
            if column_field == field
        ]


def _when(cells: _Cells, reader: dates.DateReader, problems: list[RowProblem]) -> datetime | None:
    column = cells.column("when")
    if column >= 0:
        moment = reader.moment(cells.first_cell("when"))
    else:
        column = cells.column("date")
        if column < 0:
            return None
        moment = reader.moment(cells.first_cell("date"), cells.first_cell("time"))
    if moment is None:
        return None
    if moment.problem:
        code = "past" if moment.kind == "past" else "date"
        problems.append(RowProblem("error", code, column, moment.problem.rstrip(".")))
        return None
    if moment.note:
        problems.append(RowProblem("warning", "clock", column, moment.note.rstrip(".")))
    return moment.when


def _pictures(cells: _Cells, look: Look, problems: list[RowProblem]) -> list[str]:
    paths: list[str] = []
    for column in cells.columns("picture"):
        whole = shown(cells._row.cells[column]).strip()
        if len(whole) > LONGEST_NAMES:
            sentence = translate("Importing", "“{name}” is not the name of a picture").format(
                name=cut(whole[:80])
            )
            problems.append(RowProblem("warning", "names", column, sentence))
            continue
        for name in names_in(whole, look):
            if len(paths) >= MAX_PICTURES:
                sentence = translate(
                    "Importing", "More than {most} pictures: the others are left out"
                ).format(most=MAX_PICTURES)
                problems.append(RowProblem("warning", "picture", column, sentence))
                return paths
            got = address(name) if is_address(name) else look(name)
            if got.path:
                paths.append(got.path)
            else:
                problems.append(RowProblem("warning", "picture", column, got.problem, detail=name))
    return paths


def _link(cells: _Cells, problems: list[RowProblem]) -> str:
    text = cells.text("link").strip()
    if not text:
        return ""
    if re.match(r"(?i)www\.[^\s.]+\.", text):
        text = "https://" + text
    host = host_of(text) if is_address(text) else ""
    if not host or any(sign.isspace() for sign in text) or len(text) > 2_000:
        sentence = translate("Importing", "“{address}” is not a web address").format(
            address=cut(text)
        )
        problems.append(RowProblem("warning", "link", cells.column("link"), sentence))
        return ""
    return text


def _channels(
    cells: _Cells, setup: ImportSetup, problems: list[RowProblem]
) -> tuple[int, ...] | None:
    column = cells.column("channels")
    if column < 0:
        return None
    whom = setup.resolver.find(cells.first_cell("channels"))
    if whom.ids is None:
        return None
    sentences = []
    if whom.unknown:
        words = translate(
            "Importing",
            "{names} (is no channel/are no channels) of yours",
            "",
            len(whom.unknown),
        )
        sentences.append(words.format(names=listed([f"“{cut(name)}”" for name in whom.unknown])))
    sentences += whom.unclear
    if sentences:
        level: Literal["error", "warning"] = "warning" if whom.ids else "error"
        problems.append(RowProblem(level, "channels", column, "; ".join(sentences)))
    return whom.ids


def _compare(
    checked_rows: list[CheckedRow], setup: ImportSetup, choices: RowChoices
) -> list[CheckedRow]:
    """Report rows that repeat an earlier row or a scheduled post."""
    seen: dict[object, int] = {}
    scheduled: dict[tuple[int, str], list[datetime | None]] = {}
    for scheduled_text in setup.scheduled:
        scheduled.setdefault((scheduled_text.channel_id, scheduled_text.digest), []).append(
            scheduled_text.when
        )
    result = []
    for checked in checked_rows:
        if checked.level not in ("ready", "warning"):
            result.append(checked)
            continue
        digest = text_digest(checked.text)
        key = (
            digest,
            checked.further,
            tuple(sorted(checked.variants.items())),
            checked.when,
            checked.pictures,
            checked.channel_ids,
        )
        number = checked.row.number
        first = seen.setdefault(key, number)
        problem: RowProblem | None = None
        if first != number:
            sentence = translate("Importing", "The same as row {number}").format(
                number=grouped(first)
            )
            problem = RowProblem("error", "duplicate", -1, sentence)
        elif digest and scheduled:
            problem = _check_scheduled(checked, digest, setup, scheduled)
        if problem is not None and number not in choices.kept_duplicates:
            checked = replace(checked, problems=(*checked.problems, problem))
        result.append(checked)
    return result


def _check_scheduled(
    checked: CheckedRow,
    digest: str,
    setup: ImportSetup,
    scheduled: Mapping[tuple[int, str], list[datetime | None]],
) -> RowProblem | None:
    ids = setup.ticked if checked.channel_ids is None else checked.channel_ids
    times = [when for channel_id in ids for when in scheduled.get((channel_id, digest), ())]
    if not times:
        return None
    ahead = sorted(when for when in times if when is not None)
    if checked.when is not None and not any(
        abs((when - checked.when).total_seconds()) < 60 for when in ahead
    ):
        return None
    at = checked.when or (ahead[0] if ahead else None)
    if at is None:
        sentence = translate("Importing", "The same text is already scheduled")
    else:
        sentence = translate("Importing", "The same text is already scheduled for {time}").format(
            time=spoken(at, setup.zone)
        )
    return RowProblem("error", "planned", -1, sentence)


def spoken(when: datetime, zone: tzinfo) -> str:
    """Return "30 November 2026, 9:00"."""
    local = when.astimezone(zone)
    return translate("Importing", "{day}, {time}").format(
        day=named_day(local, "d MMMM yyyy"), time=clock(local)
    )


def usable(checked_rows: Iterable[CheckedRow]) -> list[CheckedRow]:
    """Return the rows that become messages."""
    return [checked for checked in checked_rows if checked.usable]
