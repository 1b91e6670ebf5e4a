"""The plan as rows: status, day heads, filters, order, ticks, and what changes keep."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale, Qt

from posto_desktop.core.slots import Slot, SlotGroup
from posto_desktop.models import schedules
from posto_desktop.models.schedule_views import ScheduleFilters
from posto_desktop.models.schedules import (
    CHANNEL,
    LINK,
    MEDIA,
    STATUS,
    TEXT,
    TIME,
    SchedulesModel,
    status_of,
)
from posto_desktop.models.zone_words import ZoneTimes
from posto_desktop.sdk.records import Schedule, ScheduleMedia

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)  # Wednesday, 14:21 in Berlin
DESCENDING = Qt.SortOrder.DescendingOrder


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def berlin(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def schedule(
    key: int, at: datetime | None = None, status: str = "not_sent", **more: Any
) -> Schedule:
    fields: dict[str, Any] = {
        "id": key,
        "group_id": f"g{key}",
        "channel_id": key,
        "channel_name": f"Channel {key}",
        "network": "fb",
        "status": status,
        "send_at": at,
        "text": f"Text {key}",
    }
    return Schedule(**{**fields, **more})


@pytest.fixture(autouse=True)
def plain_locale() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale.c())
    yield
    QLocale.setDefault(before)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def model(qapp: Any, clock: Clock) -> SchedulesModel:
    return SchedulesModel(now=clock, zone=BERLIN)


def column(model: SchedulesModel, number: int) -> list[str]:
    return [str(model.index(row, number).data() or "") for row in range(model.rowCount())]


def ids(model: SchedulesModel) -> list[int | None]:
    """The ids of the rows as they stand, None for a day head."""
    shown = (model.schedule_at(row) for row in range(model.rowCount()))
    return [item.id if item else None for item in shown]


@pytest.mark.parametrize(
    ("status", "at", "error", "expected"),
    [
        ("draft", None, "", "draft"),
        ("not_sent", NOW + timedelta(hours=1), "", "scheduled"),
        ("not_sent", NOW - timedelta(minutes=4), "", "scheduled"),
        ("not_sent", NOW - timedelta(minutes=6), "", "late"),
        ("not_sent", None, "", "scheduled"),
        ("missed", NOW - timedelta(hours=3), "", "late"),
        ("sending", NOW, "", "sending"),
        ("success", NOW, "", "sent"),
        ("error", NOW, "Session expired", "failed"),
        ("error", NOW, "First comment error: forbidden", "needs_you"),
        ("error", NOW, "Even after 100 seconds, the video is still processed", "needs_you"),
        ("unknown", NOW, "", "needs_you"),
        ("proposed", NOW - timedelta(hours=1), "", "proposed"),
        ("returned", NOW, "", "returned"),
        ("trash", NOW, "", "other"),
        ("", NOW, "", "other"),
    ],
)
def test_status(status: str, at: datetime | None, error: str, expected: str) -> None:
    assert status_of(schedule(1, at, status, error=error), NOW) == expected


def test_rows_stand_under_their_days_and_drafts_come_last(model: SchedulesModel) -> None:
    model.set_rows(
        [
            schedule(1, None, "draft"),
            schedule(2, berlin(30, 12)),
            schedule(3, berlin(26, 0, 15)),
            schedule(4, berlin(25, 23, 45)),
            schedule(5, berlin(24, 9), "success"),
            schedule(6, berlin(7, 9, month=12)),
        ]
    )
    assert column(model, TIME) == [
        "Yesterday, Tue 24 November, 1 post",
        "9:00",
        "Today, Wed 25 November, 1 post",
        "23:45",
        "Tomorrow, Thu 26 November, 1 post",
        "0:15",
        "Monday, Mon 30 November, 1 post",
        "12:00",
        "Mon 7 December, 1 post",
        "9:00",
        "No date, Drafts, 1 post",
        "—",
    ]
    assert model.today_row() == 2


def test_the_first_day_shown_is_the_next_one_when_today_is_empty(model: SchedulesModel) -> None:
    model.set_rows([schedule(1, berlin(20, 9)), schedule(2, berlin(27, 9)), schedule(3)])
    assert model.index(model.today_row(), 0).data().startswith("Friday")
    model.set_rows([schedule(1, berlin(20, 9)), schedule(2, berlin(21, 9))])
    assert model.index(model.today_row(), 0).data().startswith("Sat 21")


def test_a_day_is_that_of_the_users_zone(model: SchedulesModel) -> None:
    model.set_rows([schedule(1, datetime(2026, 11, 25, 23, 30, tzinfo=UTC))])
    assert column(model, TIME) == ["Tomorrow, Thu 26 November, 1 post", "0:30"]


def test_a_time_has_its_day_where_no_head_says_it(model: SchedulesModel) -> None:
    model.set_rows(
        [
            schedule(1, berlin(25, 12, 30)),
            schedule(2, datetime(2027, 1, 2, 8, 0, tzinfo=UTC)),
            schedule(3, None, "draft"),
        ]
    )
    assert model.has_heads()
    assert model.index(1, TIME).data() == "12:30"
    model.sort(CHANNEL)
    assert not model.has_heads()
    times = {model.index(row, TIME).data() for row in range(model.rowCount())}
    assert times == {"25 Nov, 12:30", "2 Jan 2027, 9:00", "—"}


def test_cells(model: SchedulesModel) -> None:
    model.set_rows(
        [
            schedule(
                7,
                berlin(25, 12, 30),
                "error",
                channel_name="Nordlicht Coffee",
                text="Meet Ana\n and\t Luis",
                media=(ScheduleMedia(1), ScheduleMedia(2)),
                link="https://example.com/p",
            )
        ]
    )
    cells = {
        number: model.index(1, number) for number in (TIME, STATUS, CHANNEL, TEXT, MEDIA, LINK)
    }
    assert {number: index.data() for number, index in cells.items()} == {
        TIME: "12:30",
        STATUS: "Failed",
        CHANNEL: "Nordlicht Coffee",
        TEXT: "Meet Ana and Luis",
        MEDIA: "2 files",
        LINK: "https://example.com/p",
    }
    spoken = [index.data(Qt.ItemDataRole.AccessibleTextRole) for index in cells.values()]
    assert spoken == [
        "today 12:30, not ticked",
        "Failed",
        "Facebook, Nordlicht Coffee",
        "Meet Ana and Luis",
        "2 files",
        "Link",
    ]
    assert cells[TIME].data(SchedulesModel.RowRole).id == 7
    assert cells[TIME].data(SchedulesModel.SortRole) == berlin(25, 12, 30)
    assert "Europe/Berlin" in cells[TIME].data(Qt.ItemDataRole.ToolTipRole)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Read https://shop.example/a?b=c&d=e now", "Read link now"),
        ("www.shop.example\nfirst", "link first"),
        ("", "no text"),
        ("word " * 100, ("word " * 32).rstrip() + "…"),
    ],
)
def test_a_row_says_its_text_once_and_no_address(
    model: SchedulesModel, text: str, spoken: str
) -> None:
    model.set_rows([schedule(1, berlin(25, 12, 30), channel_name="Nordlicht", text=text)])
    columns = range(model.columnCount())
    cells = [model.index(1, at).data(Qt.ItemDataRole.AccessibleTextRole) for at in columns]
    assert cells[TEXT] == spoken
    assert cells[TIME] == "today 12:30, not ticked"
    assert ", ".join(map(str, cells)).count("Nordlicht") == 1


def test_where_cells_are_read_alone_the_first_one_has_the_rest(
    model: SchedulesModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Orca reads the whole row, other screen readers the current cell."""
    model.set_rows([schedule(1, berlin(25, 12, 30), channel_name="Nordlicht", text="Meet Ana")])
    role = Qt.ItemDataRole.AccessibleDescriptionRole
    monkeypatch.setattr(schedules, "_READS_CELLS", False)
    assert model.index(1, TIME).data(role) is None
    monkeypatch.setattr(schedules, "_READS_CELLS", True)
    assert model.index(1, TIME).data(role) == "Not sent, Facebook, Nordlicht, Meet Ana"
    assert model.index(1, TEXT).data(role) is None


def test_headers(model: SchedulesModel) -> None:
    names = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount())]
    assert names == ["Time", "Status", "Channel", "Text", "Media", "Link"]


def test_day_heads_take_no_part_in_selection(model: SchedulesModel) -> None:
    model.set_rows([schedule(1, berlin(25, 18))])
    assert model.flags(model.index(0, 0)) == Qt.ItemFlag.ItemIsEnabled
    assert model.flags(model.index(1, 0)) & Qt.ItemFlag.ItemIsUserCheckable
    assert not model.flags(model.index(1, 1)) & Qt.ItemFlag.ItemIsUserCheckable
    assert not model.setData(
        model.index(0, 0), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole
    )


def test_a_repeated_time_of_one_message_is_marked(model: SchedulesModel) -> None:
    at = berlin(26, 12)
    model.set_rows(
        [
            schedule(1, at, group_id="a"),
            schedule(2, at, group_id="a"),
            schedule(3, at, group_id="b"),
            schedule(4, at + timedelta(minutes=1), group_id="b"),
        ]
    )
    marks = [model.index(row, 0).data(SchedulesModel.RepeatedRole) for row in range(1, 5)]
    assert marks == [False, True, False, False]


def test_a_text_that_begins_after_many_lines_is_shown(model: SchedulesModel) -> None:
    model.set_rows([schedule(1, berlin(26, 9), text="\n" * 3000 + " Down\nhere")])
    assert model.index(1, TEXT).data() == "Down here"
    model.set_rows([schedule(1, berlin(26, 9), text="\n" * 3000)])
    assert model.index(1, TEXT).data() == ""


def test_times_that_read_the_same_are_repeated(model: SchedulesModel) -> None:
    at = berlin(26, 9)
    seconds = (3, 4, 59, 60)
    model.set_rows(
        [
            schedule(number, at + timedelta(seconds=second), "success", group_id="m")
            for number, second in enumerate(seconds, 1)
        ]
    )
    assert [model.is_repeated(row) for row in range(1, 5)] == [False, True, True, False]
    model.set_rows([schedule(1, None), schedule(2, None, group_id="m")])
    assert not model.is_repeated(2)


def test_search_wants_every_word_in_text_channel_error_or_link(model: SchedulesModel) -> None:
    model.set_rows(
        [
            schedule(1, berlin(26, 9), text="Winter ROAST is here"),
            schedule(2, berlin(26, 10), text="roast", channel_name="Straße 7"),
            schedule(3, berlin(26, 11), "error", error="Session expired"),
        ]
    )
    model.set_filters(model.filters.with_changes(search="  winter  roast "))
    assert ids(model) == [None, 1]
    model.set_filters(model.filters.with_changes(search="STRASSE"))
    assert ids(model) == [None, 2]
    model.set_filters(model.filters.with_changes(search="expired"))
    assert ids(model) == [None, 3]
    model.set_filters(model.filters.with_changes(search="nothing like it"))
    assert ids(model) == []
    model.set_filters(model.filters.with_changes(search=""))
    assert ids(model) == [None, 1, 2, 3]


def test_counts_ignore_only_the_status_filter(model: SchedulesModel) -> None:
    model.set_rows(
        [
            schedule(1, berlin(26, 9), network="twitter"),
            schedule(2, berlin(26, 9), "error"),
            schedule(3, None, "draft"),
        ]
    )
    model.set_filters(model.filters.with_changes(status="failed"))
    assert ids(model) == [None, 2]
    assert model.counts() == {"scheduled": 1, "failed": 1, "draft": 1}
    assert (model.shown(), model.total(), model.count_without_status()) == (1, 3, 3)
    model.set_filters(model.filters.with_changes(network="fb"))
    assert model.counts() == {"failed": 1, "draft": 1}
    model.set_channels([3])
    assert model.shown() == 0
    assert model.counts() == {"draft": 1}
    model.set_channels(None)
    model.set_filters(ScheduleFilters())
    assert model.shown() == 3
    assert model.networks() == ["fb", "twitter"]


def test_no_ticked_channel_shows_no_row(model: SchedulesModel) -> None:
    model.set_rows([schedule(1, berlin(26, 9))])
    model.set_channels([])
    assert ids(model) == []


def test_sorting_by_another_column_drops_the_heads(model: SchedulesModel) -> None:
    model.set_rows(
        [
            schedule(1, berlin(26, 9), channel_name="b"),
            schedule(2, berlin(25, 18), channel_name="C"),
            schedule(3, None, "draft", channel_name="a"),
        ]
    )
    model.sort(CHANNEL)
    assert ids(model) == [3, 1, 2]
    model.sort(CHANNEL, DESCENDING)
    assert ids(model) == [2, 1, 3]
    model.sort(TIME, DESCENDING)
    assert ids(model) == [None, 1, None, 2, None, 3]  # drafts stay last
    model.sort(TIME)
    assert ids(model) == [None, 2, None, 1, None, 3]
    model.sort(99)
    assert ids(model) == [None, 2, None, 1, None, 3]


def test_status_sort_puts_what_asks_for_attention_first(model: SchedulesModel) -> None:
    model.set_rows(
        [
            schedule(1, berlin(24, 9), "success"),
            schedule(2, berlin(24, 9), "error"),
            schedule(3, berlin(24, 9), "unknown"),
            schedule(4, berlin(26, 9)),
        ]
    )
    model.sort(STATUS)
    assert ids(model) == [3, 2, 4, 1]


def test_ticks(model: SchedulesModel, qtbot: Any) -> None:
    model.set_rows([schedule(n, berlin(26, n)) for n in (1, 2, 3)])
    with qtbot.waitSignal(model.ticksChanged):
        assert model.setData(
            model.index(2, 0), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole
        )
    assert [schedule.id for schedule in model.ticked()] == [2]
    model.set_ticked([3, 1, 99])
    assert [schedule.id for schedule in model.ticked()] == [1, 2, 3]
    with qtbot.assertNotEmitted(model.ticksChanged):
        model.set_ticked([1])
    model.set_ticked([2], False)
    assert [schedule.id for schedule in model.ticked()] == [1, 3]
    model.tick_all(False)
    assert model.tick_count() == 0


def test_ticking_all_ticks_what_the_filter_shows(model: SchedulesModel) -> None:
    model.set_rows([schedule(1, berlin(26, 9)), schedule(2, berlin(26, 9), "error")])
    model.set_filters(model.filters.with_changes(status="failed"))
    model.tick_all()
    assert [schedule.id for schedule in model.ticked()] == [2]
    model.set_filters(model.filters.with_changes(status=None))
    assert [schedule.id for schedule in model.ticked()] == [2]


def test_a_row_that_a_filter_hides_loses_its_tick(model: SchedulesModel, qtbot: Any) -> None:
    model.set_rows([schedule(1, berlin(26, 9)), schedule(2, berlin(26, 9), "error")])
    model.tick_all()
    with qtbot.waitSignal(model.ticksChanged):
        model.set_filters(model.filters.with_changes(status="scheduled"))
    assert model.tick_count() == 1
    model.set_filters(model.filters.with_changes(status=None))
    assert [schedule.id for schedule in model.ticked()] == [1]


def test_the_same_rows_again_reset_nothing(model: SchedulesModel, qtbot: Any) -> None:
    def rows() -> list[Schedule]:
        return [schedule(1, berlin(26, 9)), schedule(2, berlin(27, 9))]

    model.set_rows(rows())
    with qtbot.assertNotEmitted(model.modelReset):
        model.set_rows(rows())
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.set_rows([schedule(1, berlin(26, 9), text="New"), schedule(2, berlin(27, 9))])
    assert model.index(1, TEXT).data() == "New"
    with qtbot.waitSignal(model.modelReset):
        model.set_rows(rows()[:1])


def test_an_id_that_comes_twice_counts_once(model: SchedulesModel) -> None:
    model.set_rows([schedule(1, berlin(26, 9)), schedule(1, berlin(26, 9), text="later page")])
    assert ids(model) == [None, 1]
    assert model.index(1, TEXT).data() == "later page"


def test_hidden_rows_come_back_until_they_are_really_gone(model: SchedulesModel) -> None:
    rows = [schedule(1, berlin(26, 9)), schedule(2, berlin(26, 10))]
    model.set_rows(rows)
    model.hide([2])
    assert (ids(model), model.total()) == ([None, 1], 1)
    model.set_rows(list(rows))  # a refresh in between
    assert ids(model) == [None, 1]
    model.unhide([2])
    assert ids(model) == [None, 1, 2]
    model.hide([2])
    model.set_rows(rows[:1])
    model.set_rows(rows)  # deleted for good, then made again under its id
    assert ids(model) == [None, 1, 2]


def test_time_passes(model: SchedulesModel, clock: Clock) -> None:
    model.set_rows([schedule(1, NOW + timedelta(minutes=1))])
    assert model.status_by_id(1) == "scheduled"
    clock.now += timedelta(minutes=7)
    model.refresh_clock()
    assert model.status_by_id(1) == "late"
    assert model.counts() == {"late": 1}
    clock.now += timedelta(days=1)
    assert model.index(0, 0).data().startswith("Yesterday")


def test_siblings_are_the_other_posts_of_the_message(model: SchedulesModel) -> None:
    rows = [schedule(1, group_id="a"), schedule(2, group_id="a"), schedule(3, group_id="")]
    model.set_rows(rows)
    assert [sibling.id for sibling in model.siblings(rows[0])] == [2]
    assert model.siblings(rows[2]) == []


def test_structure_holds_through_all_changes(model: SchedulesModel, qtmodeltester: Any) -> None:
    model.set_rows([schedule(n, berlin(25 + n % 4, 9 + n)) for n in range(1, 9)])
    qtmodeltester.check(model)
    model.set_filters(model.filters.with_changes(search="text 1"))
    model.sort(TEXT, DESCENDING)
    model.tick_all()
    model.set_rows([])
    model.set_rows([schedule(1)])


texts = st.text(max_size=60)
moments = st.one_of(
    st.none(),
    st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31)).map(
        lambda moment: moment.replace(tzinfo=UTC)
    ),
)
hostile = st.builds(
    Schedule,
    id=st.integers(-5, 20),
    group_id=texts,
    channel_id=st.integers(0, 3),
    channel_name=texts,
    network=st.sampled_from(["fb", "twitter", "", "net work\x00", "<b>"]),
    status=st.sampled_from(["not_sent", "error", "draft", "success", "missed", "?", "", "x" * 99]),
    error=texts,
    send_at=moments,
    link=texts,
    text=texts,
)


@given(st.lists(hostile, max_size=12), texts, st.integers(0, 5), st.booleans())
def test_any_row_can_be_shown(
    qapp: Any, rows: list[Schedule], search: str, by: int, backwards: bool
) -> None:
    model = SchedulesModel(now=lambda: NOW, zone=BERLIN)
    model.set_rows(rows)
    model.sort(by, DESCENDING if backwards else Qt.SortOrder.AscendingOrder)
    assert len([key for key in ids(model) if key is not None]) == len({row.id for row in rows})
    for row in range(model.rowCount()):
        for number in range(model.columnCount()):
            index = model.index(row, number)
            for role in (
                Qt.ItemDataRole.DisplayRole,
                Qt.ItemDataRole.AccessibleTextRole,
                Qt.ItemDataRole.ToolTipRole,
                SchedulesModel.RepeatedRole,
                SchedulesModel.SortRole,
            ):
                index.data(role)
    model.set_filters(model.filters.with_changes(search=search))
    assert model.shown() <= len(rows)


def test_a_channel_of_another_zone_has_both_times(model: SchedulesModel) -> None:
    at = berlin(30, 15)
    model.set_rows([schedule(5, at)])
    group = SlotGroup("", "local", (5,), (Slot(0, time(9)),), "America/New_York")
    model.set_zone_times(ZoneTimes((group,), "local", BERLIN))
    index = model.index(1, TIME)
    words = str(index.data(Qt.ItemDataRole.ToolTipRole))
    assert words.startswith("Mon 30 Nov 2026, 15:00 · 9:00 in New York")
    assert "9:00 in New York" in str(index.data(Qt.ItemDataRole.AccessibleTextRole))
    assert "9:00 in New York" in model.scheduled_words(schedule(5, at))
    assert "New York" not in model.scheduled_words(schedule(6, at))
