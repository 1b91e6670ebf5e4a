"""Posts grouped by message: which rows there are, in which order, and what is ticked and found."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from posto_desktop.core.edited_message import message_key
from posto_desktop.models.schedule_messages import MessageRow
from posto_desktop.models.schedule_rows import CHANNEL, LINK, MEDIA, STATUS, TEXT, TIME
from posto_desktop.models.schedule_views import ScheduleFilters
from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.sdk.records import Schedule, ScheduleMedia

NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)
DOWN = Qt.SortOrder.DescendingOrder
NETWORKS = ("fb", "twitter", "instagram", "mastodon", "bluesky")


def post(key: int, group: str = "", hours: float = 1, **more: Any) -> Schedule:
    fields: dict[str, Any] = {
        "id": key,
        "group_id": group,
        "channel_id": key % 5,
        "channel_name": f"Channel {key % 5}",
        "network": NETWORKS[key % 5],
        "status": "not_sent",
        "send_at": NOW + timedelta(hours=hours),
        "text": f"Text {group or key}",
    }
    return Schedule(**{**fields, **more})


def posts() -> list[Schedule]:
    """Two messages and a post of its own."""
    return [
        post(1, "a", -2, status="success", link="https://example.com/1"),
        post(2, "a", -2, status="error"),
        post(3, "a", -2, status="success", text="Own text"),
        post(4, "", 1),
        post(5, "b", 2),
        post(6, "b", 2.1),
    ]


def make(rows: list[Schedule]) -> SchedulesModel:
    model = SchedulesModel(now=lambda: NOW, zone=UTC)
    model.set_rows(rows)
    model.set_grouped(True)
    return model


@pytest.fixture
def model(qapp: Any) -> SchedulesModel:
    return make(posts())


def listed(model: SchedulesModel) -> list[str]:
    """The rows from top to bottom: "= day", "+ message", "post"."""
    lines = []
    for number in range(model.rowCount()):
        row = model.row_at(number)
        if row is None:
            lines.append("=")
        elif isinstance(row, MessageRow):
            lines.append(
                f"{'-' if row.is_open else '+'}{','.join(str(post.id) for post in row.posts)}"
            )
        else:
            lines.append(f"{'  ' if model.is_below_message(number) else ''}{row.id}")
    return lines


def test_posts_of_a_message_are_one_row(model: SchedulesModel) -> None:
    assert listed(model) == ["=", "+1,2,3", "4", "+5,6"]
    assert model.shown() == 6
    model.set_grouped(False)
    assert listed(model) == ["=", "1", "2", "3", "4", "5", "6"]


def test_a_message_unfolds_and_folds(model: SchedulesModel) -> None:
    assert model.set_open(1, True)
    assert not model.set_open(1, True)
    assert listed(model) == ["=", "-1,2,3", "  1", "  2", "  3", "4", "+5,6"]
    assert not model.set_open(5, True), "a single post has nothing to unfold"
    model.set_all_open(True)
    assert listed(model)[-3:] == ["-5,6", "  5", "  6"]
    assert model.set_open(1, False)
    model.set_rows([*posts(), post(7, "b", 2)])
    assert listed(model) == ["=", "+1,2,3", "4", "-5,7,6", "  5", "  7", "  6"], "stays as it was"
    model.set_all_open(False)
    assert listed(model) == ["=", "+1,2,3", "4", "+5,7,6"]


def test_a_message_is_shown_with_all_posts_if_one_passes(model: SchedulesModel) -> None:
    model.set_filters(ScheduleFilters(status="failed"))
    assert listed(model) == ["=", "+1,2,3"]
    assert model.counts() == {"sent": 2, "failed": 1, "scheduled": 3}, "posts, without the status"
    assert [row.id for row in model.shown_rows()] == [2], "what is exported passes the filters"
    model.set_filters(ScheduleFilters(search="own text"))
    assert listed(model) == ["=", "+1,2,3"]
    assert model.counts() == {"sent": 1}
    model.set_filters(ScheduleFilters())
    model.set_channels([1])
    assert listed(model) == ["=", "+1,2,3", "+5,6"]
    model.set_channels([])
    assert listed(model) == []


def test_cells_of_a_message(model: SchedulesModel) -> None:
    row = model.row_at(1)
    assert row is not None
    assert row.status == "failed"
    words = [model.words(row, column) for column in (TIME, STATUS, CHANNEL, TEXT, MEDIA, LINK)]
    assert words == ["11:21", "1 failed, 2 sent", "3 networks", "Text a", "", ""]
    same = model.row_at(3)
    assert same is not None
    assert model.words(same, STATUS) == "Scheduled"
    many = make([post(1, "a", network="fb"), post(2, "a", network="fb"), post(3, "a")])
    first = many.row_at(1)
    assert first is not None
    assert many.words(first, CHANNEL) == "3 channels"


def test_pictures_are_those_of_the_first_post_that_has_some(qapp: Any) -> None:
    media = (ScheduleMedia(1, "image", "https://pic/1"), ScheduleMedia(2, "image", "https://pic/2"))
    row = make([post(1, "a"), post(2, "a", media=media)]).row_at(1)
    assert row is not None
    assert row.media == media


def test_what_is_said_of_a_message(model: SchedulesModel) -> None:
    def accessible_text(column: int) -> object:
        return model.data(model.index(1, column), Qt.ItemDataRole.AccessibleTextRole)

    assert accessible_text(TIME) == "today 11:21, collapsed, not ticked"
    model.set_open(1, True)
    model.tick_all(True)
    assert accessible_text(TIME) == "today 11:21, expanded, ticked"
    rest = [accessible_text(column) for column in (STATUS, CHANNEL, TEXT)]
    assert rest == ["1 failed, 2 sent", "Message on 3 networks", "Text a"]
    tip = model.data(model.index(1, STATUS), Qt.ItemDataRole.ToolTipRole)
    assert str(tip).splitlines()[1] == "Instagram · Channel 2: Failed"


def test_ticks_of_a_message_are_those_of_its_posts(model: SchedulesModel) -> None:
    def state() -> object:
        return model.data(model.index(1, TIME), Qt.ItemDataRole.CheckStateRole)

    assert model.setData(
        model.index(1, TIME), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole
    )
    assert [row.id for row in model.ticked()] == [1, 2, 3]
    assert state() == Qt.CheckState.Checked
    model.set_ticked([2], False)
    assert state() == Qt.CheckState.PartiallyChecked
    assert model.tick_count() == 2
    model.tick_all()
    assert model.tick_count() == 6
    model.set_filters(ScheduleFilters(status="failed"))
    assert [row.id for row in model.ticked()] == [1, 2, 3], "of what is shown"
    model.tick_all(False)
    assert state() == Qt.CheckState.Unchecked


def test_a_tick_below_repaints_its_message(model: SchedulesModel) -> None:
    model.set_open(1, True)
    touched: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: touched.append((first.row(), last.row())))
    model.set_ticked([3])
    assert touched == [(1, 4)]


def test_a_post_is_found_in_its_folded_message(model: SchedulesModel) -> None:
    assert [model.row_of(key) for key in (1, 2, 4, 6, 99)] == [1, 1, 2, 3, -1]
    assert [item.id for item in model.schedules_at(1)] == [1, 2, 3]
    assert [item.id for item in model.schedules_at(2)] == [4]
    model.reveal(6)
    assert [model.row_of(key) for key in (5, 6)] == [4, 5]
    assert model.row_of(6, whole=True) == 3
    model.reveal(4)
    model.set_filters(ScheduleFilters(status="failed"))
    assert model.row_of(6) == -1


def test_a_message_keeps_its_row_while_its_posts_stay(model: SchedulesModel) -> None:
    before, resets = model.row_at(1), []
    model.modelReset.connect(lambda: resets.append(1))
    changed = [post(2, "a", -2, status="success"), *posts()[2:], posts()[0]]
    model.set_rows(changed)
    assert not resets
    assert model.row_at(1) is before
    assert before is not None
    assert before.status == "sent"
    model.set_rows(posts()[1:])
    assert resets
    assert listed(model)[1] == "+2,3"


def test_the_last_post_of_a_message_is_a_row_of_its_own(model: SchedulesModel) -> None:
    model.hide([2, 3])
    assert listed(model) == ["=", "1", "4", "+5,6"]
    model.unhide()
    assert listed(model) == ["=", "+1,2,3", "4", "+5,6"]


def test_a_repeated_message_has_a_row_for_each_time(qapp: Any) -> None:
    model = make([post(1, "a", 1), post(2, "a", 1), post(3, "a", 169), post(4, "a", 169)])
    assert listed(model) == ["=", "+1,2", "=", "+3,4"]


def test_messages_sort_by_their_most_urgent_status_and_first_channel(model: SchedulesModel) -> None:
    model.sort(STATUS, Qt.SortOrder.AscendingOrder)
    assert listed(model) == ["+1,2,3", "4", "+5,6"]
    model.sort(STATUS, DOWN)
    assert listed(model) == ["4", "+5,6", "+1,2,3"]
    model.sort(CHANNEL, Qt.SortOrder.AscendingOrder)
    assert listed(model) == ["+5,6", "+1,2,3", "4"]
    model.set_open(1, True)
    assert listed(model) == ["+5,6", "-1,2,3", "  1", "  2", "  3", "4"]
    model.sort(TIME, DOWN)
    assert listed(model) == ["=", "+5,6", "4", "-1,2,3", "  1", "  2", "  3"]


def test_a_day_counts_posts(model: SchedulesModel) -> None:
    model.set_all_open(True)
    assert model.data(model.index(0, TIME), SchedulesModel.HeadRole) == (
        "Today", "Wed 25 November", "6 posts",
    )  # fmt: skip


def test_posts_past_midnight_stay_with_their_message(qapp: Any) -> None:
    model = make([post(1, "a", 10.6), post(2, "a", 10.7), post(3, "", 10.9)])
    model.set_all_open(True)
    assert listed(model) == ["=", "-1,2", "  1", "  2", "=", "3"]
    assert [model.row_of(key) for key in (1, 2, 3)] == [2, 3, 5]


def test_a_post_that_becomes_late_changes_its_message(qapp: Any) -> None:
    clock = [NOW]
    model = SchedulesModel(now=lambda: clock[0], zone=UTC)
    model.set_rows([post(1, "a", 0.05), post(2, "a", 0.1)])
    model.set_grouped(True)
    clock[0] = NOW + timedelta(minutes=10)
    model.refresh_clock()
    row = model.row_at(1)
    assert row is not None
    assert model.words(row, STATUS) == "1 not sent, 1 scheduled"


ORDERS = [(column, order) for column in range(6) for order in Qt.SortOrder]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 6),
            st.integers(-40, 40),
            st.sampled_from(("success", "error", "not_sent")),
        ),
        max_size=40,
    ),
    st.sampled_from(ORDERS),
    st.sampled_from([None, "sent", "failed"]),
    st.booleans(),
)
def test_grouped_and_single_rows_agree(
    drawn: list[tuple[int, int, str]],
    order: tuple[int, Qt.SortOrder],
    status: str | None,
    is_open: bool,
) -> None:
    """A message is listed once if a post of it would be, and each row is found where it stands."""
    rows = [
        post(key, f"g{group}" if group else "", hours / 4, status=state)
        for key, (group, hours, state) in enumerate(drawn, 1)
    ]
    model = SchedulesModel(now=lambda: NOW, zone=UTC)
    model.set_rows(rows)
    model.set_filters(ScheduleFilters(status=status))
    model.sort(*order)
    single = {row.id for row in model.shown_rows()}
    counts = model.counts()
    model.set_all_open(is_open)
    model.set_grouped(True)
    assert model.counts() == counts
    assert {row.id for row in model.shown_rows()} == single
    tops = [
        row
        for number in range(model.rowCount())
        if (row := model.row_at(number)) is not None and not model.is_below_message(number)
    ]
    members = [
        {post.id for post in row.posts} if isinstance(row, MessageRow) else {row.id} for row in tops
    ]
    assert all(ids & single for ids in members)
    assert single <= set().union(*members)
    assert sum(map(len, members)) == len(set().union(*members)) == model.shown()
    for row in tops:
        if isinstance(row, MessageRow):
            assert len({message_key(post.schedule) for post in row.posts}) == 1
            assert row.posts[-1].at - row.posts[0].at <= 15 * 60
    for number in range(model.rowCount()):
        shown = model.row_at(number)
        if shown is not None:
            assert model.row_of(shown.id, whole=isinstance(shown, MessageRow)) == number
            assert model.number_near(shown) == number


def test_many_rows_are_grouped_in_slices(qapp: Any, qtbot: QtBot) -> None:
    """As few rows would be; also when rows come and go meanwhile."""
    many = [post(key, f"g{key // 5}", key / 60) for key in range(1, 8001)]
    model = SchedulesModel(now=lambda: NOW, zone=UTC)
    model.set_grouped(True)
    model.set_rows(many)
    assert model.is_working
    qtbot.waitUntil(lambda: not model.is_working)
    tops = [row for n in range(model.rowCount()) if (row := model.row_at(n)) is not None]
    assert sum(isinstance(row, MessageRow) for row in tops) == 1600
    assert model.shown() == 8000
    mixed = random.Random(1).sample(many, 4000)
    model.change_rows([], [schedule.id for schedule in mixed])
    model.set_all_open(True)
    qtbot.waitUntil(lambda: not model.is_working)
    assert model.shown() == 4000
    assert all(model.row_of(schedule.id) == -1 for schedule in mixed[:50])
    left = next(schedule for schedule in many if schedule not in mixed)
    row = model.row_at(model.row_of(left.id))
    assert row is not None
    assert row.id == left.id
