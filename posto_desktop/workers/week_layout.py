"""Layout of a week on paper: cards, columns and pages, without painting.

The first page is the week, a column a day. Overflow continues in the columns of further pages, day
after day, so that a full day does not leave empty columns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from posto_desktop.core.export.rows import ExportRow

__all__ = ["PaperCard", "PaperColumn", "cards_of", "pages_of", "rows_of_week"]

DAYS = 7


@dataclass
class PaperCard:
    """A message at its time: its posts with equal content and status. `lines` are of its text,
    `height` is in device units."""

    rows: list[ExportRow]
    lines: list[str] = field(default_factory=list)
    height: float = 0.0

    @property
    def first(self) -> ExportRow:
        return self.rows[0]


@dataclass
class PaperColumn:
    """Cards under the head of their day; `continued`: the day began on an earlier column."""

    day: date
    cards: list[PaperCard] = field(default_factory=list)
    continued: bool = False


def rows_of_week(rows: Sequence[ExportRow], first: date, zone: tzinfo) -> list[list[ExportRow]]:
    """Return the rows of each of the seven days, earliest first. Rows without a time are
    skipped."""
    days: list[list[ExportRow]] = [[] for _ in range(DAYS)]
    # Much cheaper than asking the zone for each of a hundred thousand rows.
    try:
        start = datetime(first.year, first.month, first.day, tzinfo=zone) - timedelta(days=2)
        end = start + timedelta(days=12)
    except OverflowError:
        return days  # the last week of the calendar
    for row in rows:
        at = row.schedule.send_at
        if at is None or row.status == "draft" or not start <= at <= end:
            continue
        number = (at.astimezone(zone).date() - first).days
        if 0 <= number < DAYS:
            days[number].append(row)
    for day in days:
        day.sort(key=lambda row: (row.schedule.send_at, row.schedule.id))
    return days


def cards_of(rows: Sequence[ExportRow]) -> list[PaperCard]:
    """Return the cards of a day: a message for several channels is one card, as long as its posts
    have the same text, files and status."""
    cards_by_key: dict[object, PaperCard] = {}
    for row in rows:
        schedule = row.schedule
        message = schedule.posto_ref or schedule.group_id
        files = tuple(media.url for media in schedule.media)
        # Posts without a message stay separate; so do those with an unknown status.
        key = (
            message or schedule.id,
            schedule.send_at,
            row.status,
            schedule.status,
            schedule.text,
            files,
        )
        cards_by_key.setdefault(key, PaperCard([])).rows.append(row)
    return list(cards_by_key.values())


def pages_of(
    first: date,
    days: Sequence[list[PaperCard]],
    room: float,
    gap: float,
    check: Callable[[], object],
) -> list[list[PaperColumn]]:
    """Return the columns of each page. `room` is the height under the head of a day, `gap` the
    space between two cards; a higher card has a column of its own. `check` is called at intervals,
    and may raise."""
    week = [PaperColumn(first + timedelta(days=number)) for number in range(DAYS)]
    pages = [week]
    behind: list[PaperColumn] = []
    for column, cards in zip(week, days, strict=True):
        remaining = _fill(column, cards, room, gap)
        while remaining:
            check()
            behind.append(PaperColumn(column.day, continued=True))
            remaining = _fill(behind[-1], remaining, room, gap)
    pages += [behind[at : at + DAYS] for at in range(0, len(behind), DAYS)]
    return pages


def _fill(column: PaperColumn, cards: list[PaperCard], room: float, gap: float) -> list[PaperCard]:
    """Add the cards that fit; return the rest."""
    used = 0.0
    for number, card in enumerate(cards):
        if column.cards and used + card.height > room:
            return cards[number:]
        column.cards.append(card)
        used += card.height + gap
    return []
