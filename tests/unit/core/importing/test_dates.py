"""Days and times of tables: the order of a column, impossible ones, clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posto_desktop.core.importing.dates import ORDERS, DateOrderGuess, DateReader, order_of

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 25, 17, tzinfo=UTC)


def local(cell: Any, clock: Any = None, order: Any = "dmy") -> str:
    moment = DateReader(order, BERLIN, NOW).moment(cell, clock)
    assert moment is not None
    assert moment.problem == ""
    assert moment.when is not None
    return f"{moment.when.astimezone(BERLIN):%Y-%m-%d %H:%M}"


def problem(cell: Any, clock: Any = None, order: Any = "dmy") -> tuple[str, str]:
    moment = DateReader(order, BERLIN, NOW).moment(cell, clock)
    assert moment is not None
    return moment.kind, moment.problem


@pytest.mark.parametrize(
    ("cells", "zone", "order"),
    [
        (["30.11.2026", "1.12.2026"], BERLIN, DateOrderGuess("dmy")),
        (["1.12.", "2.12."], BERLIN, DateOrderGuess("dmy")),
        (["5/12/2026", "25/12/2026"], NEW_YORK, DateOrderGuess("dmy")),
        (["5/12/2026", "12/25/2026"], BERLIN, DateOrderGuess("mdy")),
        (["5/12/2026", "6/12/2026"], BERLIN, DateOrderGuess("dmy", unclear=True)),
        (["5/12/2026", "6/12/2026"], NEW_YORK, DateOrderGuess("mdy", unclear=True)),
        (["25/12/2026", "12/25/2026"], BERLIN, DateOrderGuess("dmy", unclear=True)),
        (["2026-12-05", "2026-12-06"], BERLIN, DateOrderGuess("ymd")),
        (["tomorrow", None, 5, datetime(2026, 12, 1)], BERLIN, DateOrderGuess("dmy")),
    ],
)
def test_the_order_of_a_column(cells: list[Any], zone: ZoneInfo, order: DateOrderGuess) -> None:
    assert order_of(cells, zone) == order


@pytest.mark.parametrize(
    ("cell", "clock", "order", "expected"),
    [
        ("30.11. 9:00", None, "dmy", "2026-11-30 09:00"),
        ("24.11. 9:00", None, "dmy", "2027-11-24 09:00"),
        ("30.11.26", None, "dmy", "2026-11-30 09:00"),
        ("12/1/2026 3:30 PM", None, "mdy", "2026-12-01 15:30"),
        ("1/12/2026", "15.30 Uhr", "dmy", "2026-12-01 15:30"),
        ("2026-12-01", "9h", "dmy", "2026-12-01 09:00"),
        ("2026-12-01T09:00:00Z", None, "dmy", "2026-12-01 10:00"),
        ("2026-12-01 09:00:00+0100", None, "dmy", "2026-12-01 09:00"),
        ("2026-12-01 18:30:05", None, "mdy", "2026-12-01 18:30"),
        ("Mo., 30.11.2026 um 12 Uhr", None, "dmy", "2026-11-30 12:00"),
        ("26/12/1", None, "ymd", "2026-12-01 09:00"),
        ("tomorrow at 8:15", None, "dmy", "2026-11-26 08:15"),
        ("1 December 2026", "9:45", "dmy", "2026-12-01 09:45"),
        ("demain", time(7, 5), "dmy", "2026-11-26 07:05"),
        (datetime(2026, 12, 1, 9, 30), None, "dmy", "2026-12-01 09:30"),
        (datetime(2026, 12, 1, 9, 30, tzinfo=UTC), None, "dmy", "2026-12-01 10:30"),
        (date(2026, 12, 1), time(14), "dmy", "2026-12-01 14:00"),
        (date(2026, 12, 1), None, "dmy", "2026-12-01 09:00"),
        (date(2026, 12, 1), 0.75, "dmy", "2026-12-01 18:00"),
        (46357, None, "dmy", "2026-12-01 09:00"),
        (46357.5, None, "dmy", "2026-12-01 12:00"),
        (1796112000, None, "dmy", "2026-12-01 09:00"),
        ("29.2.", None, "dmy", "2028-02-29 09:00"),
        ("5.12. 10:00", None, "dmy", "2026-12-05 10:00"),
        ("5.12. 10.30", None, "dmy", "2026-12-05 10:30"),
        ("5.12. 10 Uhr", None, "dmy", "2026-12-05 10:00"),
        ("5.12., 18:00", None, "dmy", "2026-12-05 18:00"),
        ("5. 12. 26 18:00", None, "dmy", "2026-12-05 18:00"),
        ("5.12. 10h30", None, "dmy", "2026-12-05 10:30"),
        ("12/5 10:00", None, "mdy", "2026-12-05 10:00"),
        ("5-12-10:00", None, "dmy", "2026-12-05 10:00"),
    ],
)
def test_what_is_read(cell: Any, clock: Any, order: str, expected: str) -> None:
    assert local(cell, clock, order) == expected


@pytest.mark.parametrize(
    ("cell", "clock", "kind", "sentence"),
    [
        ("31.11. 9:00", None, "impossible", "31 November is not a date: November has 30 days"),
        ("31.02.", None, "impossible", "31 February is not a date: February has 28 or 29 days"),
        ("29.2.2027", None, "impossible", "29 February is not a date: February 2027 has 28 days"),
        ("32.12.2026", None, "impossible", "There is no day 32 in December"),
        ("12/25/2026", None, "impossible", "There is no month 25"),
        ("1.12.2026 25:00", None, "impossible", "“25:00” is not a time of day"),
        ("1.12.2026", "soon", "impossible", "“soon” is not a time of day"),
        ("24.11.2026 9:00", None, "past", "24 November 2026, 9:00 has passed"),
        (date(2020, 1, 1), None, "past", "1 January 2020, 9:00 has passed"),
        (date(9999, 12, 31), None, "impossible", "The year 9999 is too far ahead"),
        (3.5, None, "impossible", "3.5 is not a date"),
        (time(9), None, "impossible", "“09:00” is a time without a day"),
        (None, "9:00", "unknown", "“9:00” is a time without a day."),
    ],
)
def test_what_is_not_read(cell: Any, clock: Any, kind: str, sentence: str) -> None:
    assert problem(cell, clock) == (kind, sentence)


def test_a_phrase_that_is_no_time_says_so() -> None:
    kind, sentence = problem("some day maybe")
    assert kind == "unknown"
    assert "some day maybe" in sentence


def test_a_blank_cell_has_no_time() -> None:
    assert DateReader("dmy", BERLIN, NOW).moment(None) is None
    assert DateReader("dmy", BERLIN, NOW).moment("  ", "") is None


def test_a_skipped_hour_is_told() -> None:
    moment = DateReader("dmy", BERLIN, NOW).moment("28.3.2027 2:30")
    assert moment is not None
    assert moment.when == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert "skipped" in moment.note


@settings(max_examples=3 * settings.default.max_examples)
@given(
    st.one_of(st.text("0123456789./-: TZapmuhr", max_size=20), st.text(max_size=30)),
    st.one_of(st.none(), st.text("0123456789:. apmh", max_size=8)),
    st.sampled_from(ORDERS),
)
def test_any_text_is_read_or_told(cell: str, clock: str | None, order: Any) -> None:
    moment = DateReader(order, BERLIN, NOW).moment(cell, clock)
    assert moment is None or moment.problem or moment.when is not None


@given(st.one_of(st.integers(), st.floats(), st.datetimes(), st.dates(), st.times()))
def test_any_value_is_read_or_told(cell: Any) -> None:
    moment = DateReader("dmy", BERLIN, NOW).moment(cell)
    assert moment is not None
    assert moment.problem or moment.when is not None


@settings(max_examples=2 * settings.default.max_examples)
@given(st.integers(1, 700), st.integers(0, 23), st.integers(0, 59))
def test_what_is_written_is_read_again(ahead: int, hour: int, minute: int) -> None:
    day = date(2026, 11, 26) + timedelta(days=ahead)
    for order, shown in (("dmy", "%d.%m.%Y"), ("mdy", "%m/%d/%Y"), ("ymd", "%Y-%m-%d")):
        moment = DateReader(order, UTC, NOW).moment(f"{day.strftime(shown)} {hour}:{minute:02d}")  # type: ignore[arg-type]
        assert moment is not None
        assert moment.when == datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
