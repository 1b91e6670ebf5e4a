"""Columns, order, dates and named views of the schedule: what is kept of them, and what is read."""

from __future__ import annotations

import json
from datetime import date

import pytest
from PySide6.QtCore import QLocale

from posto_desktop.models.schedule_columns import ScheduleColumns, Sort
from posto_desktop.models.schedule_dates import DateSpan, named_span, span_between
from posto_desktop.models.schedule_rows import CHANNEL, LINK, MEDIA, STATUS, TEXT, TIME
from posto_desktop.models.schedule_views import (
    MAX_NAME_LENGTH,
    SavedView,
    ScheduleFilters,
    read_views,
    with_view,
    without_view,
    write_views,
)

TODAY = date(2026, 11, 25)  # a Wednesday


def test_columns_move_but_never_before_time() -> None:
    columns = ScheduleColumns().moved(LINK, 0)
    assert columns.order == (TIME, LINK, STATUS, CHANNEL, TEXT, MEDIA)
    assert columns.moved(TIME, 4) == columns
    assert columns.moved(LINK, 99).order[-1] == LINK


def test_columns_hide_but_never_time() -> None:
    columns = ScheduleColumns().with_shown(MEDIA, False).with_shown(TIME, False)
    assert columns.shown() == [TIME, STATUS, CHANNEL, TEXT, LINK]
    assert columns.with_shown(MEDIA, True) == ScheduleColumns()


def test_a_width_is_kept_within_reason_and_forgotten() -> None:
    columns = ScheduleColumns().with_width(STATUS, 90_000).with_width(LINK, -3)
    assert columns.widths == {STATUS: 2000, LINK: 24}
    assert columns.with_width(STATUS, None).widths == {LINK: 24}


def test_columns_are_read_as_written() -> None:
    columns = ScheduleColumns().moved(TEXT, 1).with_shown(LINK, False).with_width(CHANNEL, 240)
    assert ScheduleColumns.from_json(json.loads(json.dumps(columns.to_json()))) == columns


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"order": "text"},
        {"order": [1, None, "time", "nonsense"], "hidden": ["time", 3], "widths": {"x": 1}},
        {"widths": {"text": True, "link": "40"}},
    ],
)
def test_columns_of_a_damaged_file_are_the_usual_ones(data: object) -> None:
    assert ScheduleColumns.from_json(data) == ScheduleColumns()


def test_columns_that_were_not_written_come_last() -> None:
    columns = ScheduleColumns.from_json({"order": ["link", "link", "text"]})
    assert columns.order == (TIME, LINK, TEXT, STATUS, CHANNEL, MEDIA)


@pytest.mark.parametrize("sort", [Sort(), Sort(STATUS), Sort(TIME, True)])
def test_the_order_is_read_as_written(sort: Sort) -> None:
    assert Sort.from_text(sort.to_text()) == sort


@pytest.mark.parametrize("text", ["", "-", "nonsense", None, 3])
def test_an_unknown_order_is_by_time(text: object) -> None:
    assert Sort.from_text(text) == Sort()


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("today", "2026-11-25", "2026-11-25"),
        ("from_today", "2026-11-25", None),
        ("next7", "2026-11-25", "2026-12-01"),
        ("month", "2026-11-01", "2026-11-30"),
    ],
)
def test_named_stretches(kind: str, first: str, last: str | None) -> None:
    span = named_span(kind).days(TODAY)
    assert span == (date.fromisoformat(first), date.fromisoformat(last) if last else None)


@pytest.mark.parametrize(
    ("locale", "first"), [("de_DE", date(2026, 11, 23)), ("en_US", date(2026, 11, 22))]
)
def test_weeks_begin_as_in_the_locale(locale: str, first: date) -> None:
    before = QLocale()
    QLocale.setDefault(QLocale(locale))
    try:
        days = named_span("week").days(TODAY)
        assert days == (first, date.fromordinal(first.toordinal() + 6))
    finally:
        QLocale.setDefault(before)


def test_two_days_are_put_in_order() -> None:
    assert span_between(date(2026, 12, 2), TODAY) == DateSpan("between", TODAY, date(2026, 12, 2))
    assert span_between(None, None) is None
    assert span_between(TODAY, None) == DateSpan("between", TODAY)


def test_words_of_stretches() -> None:
    before = QLocale()
    QLocale.setDefault(QLocale.c())
    try:
        assert named_span("week").words(TODAY) == "This week"
        assert DateSpan("between", TODAY, TODAY).words(TODAY) == "25 Nov"
        assert DateSpan("between", TODAY, date(2027, 1, 2)).words(TODAY) == "25 Nov to 2 Jan 2027"
        assert DateSpan("between", None, TODAY).words(TODAY) == "Until 25 Nov"
        assert DateSpan("between", TODAY).words(TODAY) == "From 25 Nov"
    finally:
        QLocale.setDefault(before)


VIEW = SavedView(
    "Failed in Facebook",
    ScheduleFilters("roast", "failed", "fb", DateSpan("between", TODAY), "Winter"),
    Sort(STATUS, True),
    ScheduleColumns().with_shown(LINK, False).moved(TEXT, 1),
)


def test_views_are_read_as_written() -> None:
    views = (VIEW, SavedView("Mine"))
    assert read_views(write_views(views)) == views
    assert write_views(()) == ""
    assert read_views("") == ()
    assert read_views("[" * 100_000) == ()


@pytest.mark.parametrize(
    "text", ["{", "3", '{"a": 1}', '[3, {"name": 3}, {"name": "  "}, {"filters": {}}]']
)
def test_damaged_views_are_left_out(text: str) -> None:
    assert read_views(text) == ()


def test_what_can_be_read_of_a_view_is_used() -> None:
    text = json.dumps([{"name": " A  b ", "filters": {"status": 3, "dates": "x"}, "sort": []}])
    assert read_views(text) == (SavedView("A b"),)


def test_a_name_is_there_once_whatever_its_case() -> None:
    views = with_view((SavedView("One"), SavedView("Two")), SavedView("ONE", ScheduleFilters("x")))
    assert [view.name for view in views] == ["ONE", "Two"]
    renamed = with_view(views, SavedView("Two"), instead_of="ONE")
    assert [view.name for view in renamed] == ["Two"]


def test_views_keep_no_widths_and_no_endless_names() -> None:
    (view,) = with_view((), SavedView("x" * 500, columns=ScheduleColumns().with_width(TEXT, 300)))
    assert len(view.name) == MAX_NAME_LENGTH
    assert view.columns.widths == {}


def test_a_view_is_deleted() -> None:
    assert without_view((VIEW, SavedView("Mine")), VIEW.name) == (SavedView("Mine"),)


def test_a_view_says_whether_it_is_shown() -> None:
    wide = VIEW.columns.with_width(STATUS, 200)
    assert VIEW.looks_like(VIEW.filters, VIEW.sort, wide)
    assert not VIEW.looks_like(VIEW.filters.with_changes(search=""), VIEW.sort, wide)
    assert not VIEW.looks_like(VIEW.filters, Sort(), wide)
    assert not VIEW.looks_like(VIEW.filters, VIEW.sort, ScheduleColumns())
