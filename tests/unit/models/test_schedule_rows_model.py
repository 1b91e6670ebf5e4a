"""Many rows are shown in slices, near ones first, and come out as few rows would."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, Qt
from pytestqt.qtbot import QtBot

from posto_desktop.models import dates, schedule_rows_model
from posto_desktop.models.schedule_order import (
    ShownRows,
    group_by_day,
    latest_first,
    merged,
    sort_by,
    time_key,
)
from posto_desktop.models.schedule_rows import CHANNEL, COLUMNS, SORT_KEYS, TEXT, TIME, ScheduleRow
from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.models.time_slicer import TimeSlicer, Work
from posto_desktop.sdk.records import Schedule

NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)
MANY = 8000
DESCENDING = Qt.SortOrder.DescendingOrder


def schedule(number: int, **more: Any) -> Schedule:
    fields: dict[str, Any] = {
        "id": number,
        "group_id": f"g{number // 5}",
        "channel_id": number % 4,
        "channel_name": f"Channel {number % 4}",
        "network": "fb" if number % 2 else "twitter",
        "status": "not_sent",
        "send_at": NOW + timedelta(minutes=7 * (number - MANY // 2)),
        "text": f"Text {number % 1000}",
    }
    return Schedule(**{**fields, **more})


def newest_first(count: int = MANY) -> list[Schedule]:
    return [schedule(number) for number in reversed(range(count))]


def make() -> SchedulesModel:
    return SchedulesModel(now=lambda: NOW, zone=UTC)


def shown(model: SchedulesModel) -> list[int | None]:
    rows = (model.schedule_at(row) for row in range(model.rowCount()))
    return [row.id if row else None for row in rows]


@pytest.fixture
def model(qapp: Any) -> SchedulesModel:
    return make()


@pytest.fixture
def whole(model: SchedulesModel, qtbot: QtBot) -> SchedulesModel:
    model.set_rows(newest_first())
    qtbot.waitUntil(lambda: not model.is_working)
    return model


def test_rows_near_now_are_shown_before_all_others(model: SchedulesModel, qtbot: QtBot) -> None:
    seen: list[tuple[bool, list[datetime]]] = []

    def see() -> None:
        rows = map(model.schedule_at, range(model.rowCount()))
        seen.append((model.is_working, [row.send_at for row in rows if row and row.send_at]))

    model.modelReset.connect(see)
    model.set_rows(newest_first())
    qtbot.waitUntil(lambda: bool(seen) and bool(seen[0][1]))
    working, times = seen[0]
    assert working
    assert len(times) < 1000
    assert min(times) <= NOW < max(times)
    qtbot.waitUntil(lambda: not model.is_working)
    assert model.shown() == model.total() == MANY
    assert [key for key in shown(model) if key is not None] == list(range(MANY))


def test_the_view_keeps_what_it_has_until_the_rest_is_ready(
    whole: SchedulesModel, qtbot: QtBot
) -> None:
    before = whole.rowCount()
    whole.set_filters(whole.filters.with_changes(search="text 77"))
    if whole.is_working:
        assert whole.rowCount() == before
    qtbot.waitUntil(lambda: not whole.is_working)
    expected = [number for number in range(MANY) if "77" in str(number % 1000)]
    assert [key for key in shown(whole) if key is not None] == expected
    whole.set_filters(whole.filters.with_changes(search=""))
    whole.set_filters(
        whole.filters.with_changes(search="text 5")
    )  # typed on before the first was done
    whole.set_filters(whole.filters.with_changes(search="text 999"))
    qtbot.waitUntil(lambda: not whole.is_working)
    assert {key % 1000 for key in shown(whole) if key is not None} == {999}


def test_only_the_last_of_several_orders_is_shown(whole: SchedulesModel, qtbot: QtBot) -> None:
    whole.sort(TEXT)
    whole.sort(TEXT, DESCENDING)
    qtbot.waitUntil(lambda: not whole.is_working)
    texts = [item.text for item in map(whole.schedule_at, range(whole.rowCount())) if item]
    assert texts == sorted(texts, reverse=True)
    whole.sort(TIME, DESCENDING)
    qtbot.waitUntil(lambda: not whole.is_working)
    assert [key for key in shown(whole) if key is not None] == list(reversed(range(MANY)))


def test_a_change_among_many_keeps_ticks_and_tells_of_itself(
    whole: SchedulesModel, qtbot: QtBot
) -> None:
    whole.set_ticked([5, 6, 7000])
    with qtbot.assertNotEmitted(whole.modelReset):
        whole.change_rows([schedule(6, text="Other words")])
        qtbot.waitUntil(lambda: not whole.is_working)
    assert whole.schedule(6).text == "Other words"  # type: ignore[union-attr]
    whole.change_rows([schedule(7000, send_at=NOW - timedelta(days=900))], removed=[5])
    qtbot.waitUntil(lambda: not whole.is_working)
    assert [row.id for row in whole.ticked()] == [7000, 6]
    assert shown(whole)[:2] == [None, 7000]
    assert whole.row_of(5) == -1


def test_rows_that_are_not_named_any_more_go(whole: SchedulesModel, qtbot: QtBot) -> None:
    whole.set_rows(newest_first(MANY - 1000))
    qtbot.waitUntil(lambda: not whole.is_working)
    assert whole.total() == whole.shown() == MANY - 1000
    whole.set_rows(())
    assert (whole.rowCount(), whole.total(), whole.is_working) == (0, 0, False)


def test_steps_that_arrive_one_by_one_give_the_same_as_all_at_once(
    model: SchedulesModel, qtbot: QtBot
) -> None:
    rows = newest_first()
    random.Random(7).shuffle(rows)
    for start in range(0, MANY, 900):
        model.change_rows(rows[start : start + 900])
    qtbot.waitUntil(lambda: not model.is_working and model.total() == MANY)
    assert [key for key in shown(model) if key is not None] == list(range(MANY))


def test_what_comes_while_a_list_is_made_is_shown_with_the_next(
    whole: SchedulesModel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule_rows_model, "_PAUSE", 3600.0)
    lists: list[int] = []
    whole.countsChanged.connect(lambda: lists.append(whole.total()))
    whole.sort(TEXT)
    assert whole.is_working
    whole.change_rows([schedule(number) for number in range(MANY, MANY + 1000)])
    qtbot.waitUntil(lambda: bool(lists))
    for _ in range(100):
        QCoreApplication.processEvents()
    assert lists == [MANY]
    assert whole.is_working
    whole.set_rows([schedule(number) for number in reversed(range(MANY + 1000))])
    qtbot.waitUntil(lambda: not whole.is_working)  # all that there are are not waited for
    assert lists == [MANY, MANY + 1000]
    assert whole.shown() == MANY + 1000


def test_a_first_screen_is_not_built_anew_with_each_piece_of_a_long_list(
    model: SchedulesModel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule_rows_model, "_PAUSE", 3600.0)
    lists: list[int] = []
    model.countsChanged.connect(lambda: lists.append(model.total()))
    rows = newest_first()[:900]
    for start in range(0, 900, 300):
        model.change_rows(rows[start : start + 300])
    assert lists == [300]
    model.set_rows(rows)
    qtbot.waitUntil(lambda: not model.is_working)
    assert (lists[0], lists[-1], model.shown()) == (300, 900, 900)


def test_a_change_of_one_post_is_shown_at_once_while_a_list_is_short(model: SchedulesModel) -> None:
    rows = newest_first()[:900]
    model.set_rows(rows)
    model.change_rows([schedule(MANY, text="Anew")])
    assert (model.shown(), model.is_working) == (901, False)


def test_batches_are_put_into_the_order_together(
    model: SchedulesModel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[int] = []

    def count(
        rows: list[ScheduleRow], add: Collection[ScheduleRow], drop: Collection[ScheduleRow]
    ) -> list[ScheduleRow]:
        times.append(len(add))
        return merged(rows, add, drop)

    monkeypatch.setattr(schedule_rows_model, "merged", count)
    model.set_rows(newest_first())
    qtbot.waitUntil(lambda: not model.is_working)
    assert sum(times) == MANY
    assert len(times) < 10


def test_rows_that_wait_for_their_place_count_at_once(
    whole: SchedulesModel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule_rows_model, "_PAUSE", 3600.0)
    early, late = schedule(MANY), schedule(MANY + 1)
    whole.set_rows([late, early, *newest_first()])
    qtbot.waitUntil(lambda: whole.schedule(MANY) is early)
    assert whole.schedules()[-2:] == [early, late]
    whole.change_rows([schedule(MANY, text="Anew")], removed=[MANY + 1])
    whole.set_rows([schedule(MANY, text="Anew"), *newest_first()])
    qtbot.waitUntil(lambda: not whole.is_working)
    assert [item.text for item in whole.schedules()[-2:]] == [schedule(MANY - 1).text, "Anew"]


# --- order ----------------------------------------------------------------------------------------

moments = st.one_of(st.none(), st.integers(-3, 3))
plain = st.builds(
    lambda key, at, status: schedule(
        key, send_at=None if at is None else NOW + timedelta(hours=9 * at), status=status
    ),
    st.integers(0, 40),
    moments,
    st.sampled_from(["not_sent", "success", "draft", "?"]),
)


def row(schedule: Schedule) -> ScheduleRow:
    return ScheduleRow(schedule, NOW, dates.LocalDays(UTC))


def finish(work: Any) -> Any:
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


@given(st.lists(plain, unique_by=lambda item: item.id), st.data())
def test_merging_is_sorting(rows: list[Schedule], data: st.DataObject) -> None:
    made = [row(item) for item in rows]
    split = data.draw(st.integers(0, len(made)))
    old = sorted(made[:split], key=time_key)
    drop = data.draw(st.lists(st.sampled_from(old), unique=True)) if old else []
    before = old.copy()
    result = merged(old, made[split:], drop)
    assert result == sorted([item for item in made if item not in drop], key=time_key)
    assert old == before


@given(st.lists(plain, unique_by=lambda item: item.id), st.integers(1, 5), st.booleans())
def test_sorting_in_pieces_is_sorting(rows: list[Schedule], column: int, backwards: bool) -> None:
    made = sorted((row(item) for item in rows), key=time_key)
    key = schedule_key(column)
    pieces = pytest.MonkeyPatch()
    pieces.setattr("posto_desktop.models.schedule_order.CHUNK", 3)
    try:
        assert finish(sort_by(made, column, backwards)) == sorted(made, key=key, reverse=backwards)
    finally:
        pieces.undo()


def test_rows_that_are_equal_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0

    class Key(str):
        def __lt__(self, other: str) -> bool:
            nonlocal compared
            compared += 1
            return str(self) < str(other)

    monkeypatch.setitem(SORT_KEYS, CHANNEL, lambda row: Key(row.schedule.channel_name))
    rows = [row(schedule(number)) for number in range(1000)]
    in_order = finish(sort_by(rows, CHANNEL, False))
    assert in_order == sorted(rows, key=lambda item: item.schedule.channel_name)
    assert compared < 20  # four channels


def schedule_key(column: int) -> Callable[[ScheduleRow], Any]:
    from posto_desktop.models.schedule_rows import SORT_KEYS

    return SORT_KEYS[column]


@given(st.lists(plain, unique_by=lambda item: item.id), st.booleans())
def test_heads_stand_above_each_day(rows: list[Schedule], backwards: bool) -> None:
    made = sorted((row(item) for item in rows), key=time_key)
    if backwards:
        made = latest_first(made)
    view: ShownRows = finish(group_by_day(made, by_time=not backwards))
    seen, day, counted = [], object(), 0
    for number in range(len(view)):
        item = view.item(number)
        if isinstance(item, ScheduleRow):
            seen.append(item)
            assert item.day == day
            assert view.number_of(item) == number
            counted -= 1
        else:
            assert counted == 0
            day, counted = item.day, item.count
            assert number in view.head_rows()
    assert seen == made
    assert counted == 0
    assert len(view.heads) == len({item.day for item in made})


# --- slices ---------------------------------------------------------------------------------------


def test_work_goes_on_event_by_event_and_gives_way(qapp: Any, qtbot: QtBot) -> None:
    slices, done = TimeSlicer(), []

    def work(name: str) -> Work:
        for step in range(3):
            done.append((name, step))
            yield True

    slices.run(work("a"))
    assert done == [("a", 0)]
    slices.run(work("b"))
    qtbot.waitUntil(lambda: not slices.is_running)
    assert done == [("a", 0), ("b", 0), ("b", 1), ("b", 2)]
    slices.run(work("c"), delay_ms=1)
    assert slices.is_running
    slices.run_whole(work("d"))
    assert not slices.is_running
    assert [name for name, _ in done[4:]] == ["d", "d", "d"]


def test_the_model_names_its_columns(model: SchedulesModel) -> None:
    assert [model.headerData(n, Qt.Orientation.Horizontal) for n in range(6)] == list(COLUMNS)


def test_few_rows_are_dealt_with_at_once(model: SchedulesModel) -> None:
    model.set_rows(newest_first(schedule_rows_model._AT_ONCE))
    assert not model.is_working
    assert model.shown() == schedule_rows_model._AT_ONCE


def test_the_networks_are_those_of_the_rows_that_there_are(model: SchedulesModel) -> None:
    model.set_rows([schedule(1, network="fb"), schedule(2, network="twitter")])
    model.set_filters(model.filters.with_changes(search="text 1"))
    assert model.networks() == ["fb", "twitter"]  # whatever the filters keep
    model.change_rows([schedule(2, network="bluesky")])
    assert model.networks() == ["bluesky", "fb"]
    model.change_rows([], removed=[1])
    assert model.networks() == ["bluesky"]
    model.set_rows([])
    assert model.networks() == []
