"""How the schedule is shown: one owner, what it tells, what it has remembered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from posto_desktop.models.schedule_columns import ScheduleColumns, Sort
from posto_desktop.models.schedule_rows import LINK, MEDIA, STATUS
from posto_desktop.models.schedule_views import SavedView, ScheduleFilters, read_views
from posto_desktop.viewmodels.notification import PageNotification, PageNotifier
from posto_desktop.viewmodels.schedule_view import ScheduleView, ScheduleViewState


class Heard:
    """What the state told, in order."""

    def __init__(self, state: ScheduleViewState, notices: PageNotifier) -> None:
        self.changed: list[set[str]] = []
        self.saved: list[tuple[str, str]] = []
        self.notices: list[PageNotification] = []
        state.changed.connect(lambda _view, fields: self.changed.append(set(fields)))
        state.saveRequested.connect(lambda name, value: self.saved.append((name, value)))
        notices.requested.connect(self.notices.append)


@pytest.fixture
def notices(qapp: Any) -> PageNotifier:
    return PageNotifier()


@pytest.fixture
def state(notices: PageNotifier) -> Iterator[ScheduleViewState]:
    state = ScheduleViewState(notices)
    yield state
    state.save_now()


@pytest.fixture
def heard(state: ScheduleViewState, notices: PageNotifier) -> Heard:
    return Heard(state, notices)


def test_only_what_differs_is_told(state: ScheduleViewState, heard: Heard) -> None:
    state.filter_by(network="fb")
    state.filter_by(network="fb")
    state.edit(sort=Sort(), columns=ScheduleColumns())
    state.edit(filters=ScheduleFilters(), sort=Sort(STATUS))
    assert heard.changed == [{"filters"}, {"filters", "sort"}]


def test_a_column_sorts_and_twice_turns_it_round(state: ScheduleViewState, heard: Heard) -> None:
    state.sort_by(STATUS)
    state.sort_by(STATUS)
    state.sort_by(STATUS)
    state.sort_by(0)
    assert heard.saved == [("sort", order) for order in ("status", "-status", "status", "")]


def test_columns_are_remembered_once_nothing_moves_any_more(
    state: ScheduleViewState, heard: Heard, qtbot: Any
) -> None:
    for width in range(100, 140):
        state.set_column_width(STATUS, width)
    assert heard.saved == []
    with qtbot.waitSignal(state.saveRequested):
        pass
    state.save_now()
    assert [name for name, _ in heard.saved] == ["columns"]
    other = ScheduleViewState(PageNotifier())
    other.restore(columns=heard.saved[0][1])
    assert other.view.columns.widths == {STATUS: 139}


def test_what_is_restored_is_shown_and_not_remembered_again(
    state: ScheduleViewState, heard: Heard
) -> None:
    state.restore(columns='{"hidden": ["link"]}', sort="-time", views="[", inspector="closed")
    state.save_now()
    assert state.view == ScheduleView(
        sort=Sort(backwards=True),
        columns=ScheduleColumns(hidden=frozenset({LINK})),
        inspector_preference="closed",
    )
    assert heard.changed == [{"sort", "columns", "inspector_preference"}]
    assert heard.saved == []


def test_views_of_one_look_are_told_apart_by_the_one_chosen(state: ScheduleViewState) -> None:
    state.save_view("First")
    state.save_view("Second")
    first, second = state.view.saved
    assert state.view.saved_view() == second
    state.choose(first)
    assert state.view.saved_view() == first
    state.show_column(MEDIA, False)
    assert state.view.saved_view() is None
    assert state.view.chosen == "First"  # "Save changes to" means this one


def test_a_view_comes_with_all_of_it_but_widths(state: ScheduleViewState, heard: Heard) -> None:
    state.set_column_width(STATUS, 200)
    state.choose(
        SavedView(
            "Late", ScheduleFilters(status="late"), Sort(STATUS), ScheduleColumns().moved(LINK, 1)
        )
    )
    assert state.view.filters == ScheduleFilters(status="late")
    assert state.view.sort == Sort(STATUS)
    assert state.view.columns == ScheduleColumns().moved(LINK, 1).with_width(STATUS, 200)
    state.show_all()
    assert (state.view.filters, state.view.sort, state.view.chosen) == (
        ScheduleFilters(),
        Sort(),
        "",
    )
    assert state.view.columns.widths == {STATUS: 200}


def test_a_deleted_view_comes_back_to_its_place(state: ScheduleViewState, heard: Heard) -> None:
    for name in ("One", "Two", "Three"):
        state.save_view(name)
    state.delete_view("Two")
    state.save_view("Four")
    (notice,) = heard.notices
    assert (notice.kind, notice.text) == ("deleted", "View “Two” deleted")
    assert notice.callback is not None
    notice.callback()
    notice.callback()  # twice changes nothing
    assert [item.name for item in state.view.saved] == ["One", "Two", "Three", "Four"]
    assert read_views(heard.saved[-1][1]) == state.view.saved


def test_the_user_says_whether_the_inspector_is_wanted(
    state: ScheduleViewState, heard: Heard
) -> None:
    state.set_inspector(True, by_user=False)
    state.set_inspector(False, by_user=False)
    assert heard.saved == []
    state.set_inspector(True)
    state.set_inspector(True)
    state.set_inspector(False, by_user=False)
    assert state.view.inspector_preference == "open"
    state.set_inspector(True, by_user=False)
    state.set_inspector(False)
    assert heard.saved == [("inspector", "open"), ("inspector", "closed")]
