"""Tests of the layout of a printed week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from posto_desktop.sdk.records import Schedule
from posto_desktop.workers.week_layout import PaperCard, cards_of, pages_of, rows_of_week

MONDAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@dataclass
class Row:
    schedule: Schedule
    status: str = "scheduled"


def row(number: int, group: str = "g", text: str = "Text", status: str = "scheduled") -> Row:
    return Row(
        Schedule(number, group, 1, "Me", "fb", status="not_sent", send_at=NOON, text=text), status
    )


def cards(count: int, height: float = 10) -> list[PaperCard]:
    return [PaperCard([row(number)], height=height) for number in range(count)]


def heights(*counts: int) -> list[list[PaperCard]]:
    return [cards(count) for count in (*counts, *[0] * (7 - len(counts)))]


def test_posts_of_one_message_share_a_card_while_they_are_the_same() -> None:
    cards = cards_of([row(1), row(2), row(3, text="Own"), row(4, status="failed"), row(5, "h")])
    assert [[row.schedule.id for row in card.rows] for card in cards] == [[1, 2], [3], [4], [5]]


def test_posts_without_a_message_stay_apart() -> None:
    assert len(cards_of([row(1, ""), row(2, "")])) == 2


def test_a_week_that_fits_is_one_page_of_seven_days() -> None:
    (page,) = pages_of(MONDAY, heights(2, 0, 1), 100, 2, lambda: None)
    assert [column.day.day for column in page] == [23, 24, 25, 26, 27, 28, 29]
    assert [len(column.cards) for column in page] == [2, 0, 1, 0, 0, 0, 0]


def test_what_finds_no_room_goes_on_column_after_column() -> None:
    # Three cards of 10 with gaps of 2 are 34 high.
    pages = pages_of(MONDAY, heights(3, 40, 4), 34, 2, lambda: None)
    summary = [
        [(column.day.day, len(column.cards), column.continued) for column in page]
        for page in pages[1:]
    ]
    assert summary == [[(24, 3, True)] * 7, [(24, 3, True)] * 5 + [(24, 1, True), (25, 1, True)]]


def test_a_card_higher_than_a_page_has_a_column_of_its_own() -> None:
    pages = pages_of(MONDAY, [cards(2, height=500), *[[] for _ in range(6)]], 100, 2, lambda: None)
    assert [len(column.cards) for page in pages for column in page if column.cards] == [1, 1]


def test_laying_out_can_be_given_up() -> None:
    class Stopped(Exception):
        pass

    def stop() -> None:
        raise Stopped

    with pytest.raises(Stopped):
        pages_of(MONDAY, heights(20), 34, 2, stop)


def test_the_last_week_that_there_is() -> None:
    assert rows_of_week([row(1)], date.max, UTC) == [[] for _ in range(7)]
