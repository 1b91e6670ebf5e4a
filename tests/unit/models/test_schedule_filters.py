"""The schedule narrowed to days and labels."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from posto_desktop.models.schedule_dates import named_span, span_between
from posto_desktop.models.schedule_views import ScheduleFilters
from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.sdk.records import Schedule

NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def row(key: int, hours: float | None = 0, **more: Any) -> Schedule:
    at = None if hours is None else NOW + timedelta(hours=hours)
    status = "draft" if at is None else "not_sent"
    fields: dict[str, Any] = {"id": key, "group_id": f"g{key}", "channel_id": 1}
    return Schedule(**{**fields, "status": status, "send_at": at, **more})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def model(qapp: Any, clock: Clock) -> SchedulesModel:
    model = SchedulesModel(now=clock, zone=BERLIN)
    # 14:21 in Berlin: the third one is at 0:21 of tomorrow there, still today in London.
    model.set_rows([row(1, -24), row(2, 1), row(3, 10), row(4, 24 * 6), row(5, None)])
    return model


def ids(model: SchedulesModel) -> list[int]:
    schedules = (model.schedule_at(number) for number in range(model.rowCount()))
    return [item.id for item in schedules if item is not None]


def test_days_are_those_of_the_users_zone(model: SchedulesModel) -> None:
    model.set_filters(ScheduleFilters(dates=named_span("today")))
    assert ids(model) == [2]
    model.set_filters(ScheduleFilters(dates=span_between(date(2026, 11, 26), None)))
    assert ids(model) == [3, 4]
    model.set_filters(ScheduleFilters(dates=span_between(None, date(2026, 11, 25))))
    assert ids(model) == [1, 2]


def test_what_has_no_day_is_in_no_stretch(model: SchedulesModel) -> None:
    model.set_filters(ScheduleFilters(dates=named_span("from_today")))
    assert ids(model) == [2, 3, 4]
    model.set_filters(ScheduleFilters())
    assert ids(model) == [1, 2, 3, 4, 5]


def test_a_named_stretch_moves_on_with_the_days(model: SchedulesModel, clock: Clock) -> None:
    model.set_filters(ScheduleFilters(dates=named_span("today")))
    clock.now += timedelta(days=1)
    model.refresh_clock()
    assert ids(model) == [3]


def test_counts_are_of_the_days_chosen(model: SchedulesModel) -> None:
    model.set_filters(ScheduleFilters(dates=named_span("next7"), status="draft"))
    assert model.counts() == {"scheduled": 3}
    assert ids(model) == []


def test_labels_by_mark_or_group_whatever_their_case(model: SchedulesModel) -> None:
    model.set_rows([row(1, posto_ref="m1"), row(2, group_id="b"), row(3)])
    model.set_labels({"m1": ["Winter", "news"], "b": ["WINTER"], "x": ["Autumn"]})
    assert model.labels() == ["Autumn", "news", "Winter"]
    model.set_filters(ScheduleFilters(label="winter"))
    assert ids(model) == [1, 2]
    model.set_labels({"m1": ["News"]})
    assert ids(model) == []
    model.set_filters(ScheduleFilters(label="news"))
    assert ids(model) == [1]


def test_filters_leave_the_channels_to_the_pane(model: SchedulesModel) -> None:
    model.set_channels([7])
    model.set_filters(ScheduleFilters(search="text"))
    model.set_filters(ScheduleFilters())
    assert ids(model) == []
    model.set_channels(None)
    assert len(ids(model)) == 5
