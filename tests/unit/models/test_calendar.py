"""Tests of the calendar model: days, cards, conflicts, texts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QLocale, QModelIndex, Qt

from posto_desktop.core.slots import Slot, SlotGroup, write
from posto_desktop.models.calendar import CalendarModel, CardRole, DayRole
from posto_desktop.models.calendar_cards import cards_of, conflicts_of
from posto_desktop.models.calendar_range import days_of, next_anchor, title_of
from posto_desktop.models.card_details import details_of
from posto_desktop.sdk.records import Schedule, ScheduleMedia

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 13, 22, tzinfo=UTC)  # 14:22 in Berlin, a Wednesday
TODAY = date(2026, 11, 25)
SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)


@pytest.fixture(autouse=True)
def british(qapp: Any) -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)


def row(number: int, hours: float = 1, group: str = "", **more: Any) -> Schedule:
    fields: dict[str, Any] = {
        "id": number,
        "group_id": group or f"g{number}",
        "channel_id": number,
        "channel_name": f"Channel {number}",
        "network": ("fb", "twitter", "instagram")[number % 3],
        "status": "not_sent",
        "send_at": NOW + timedelta(hours=hours),
        "text": f"Text {number}\nmore",
    }
    return Schedule(**{**fields, **more})


@pytest.fixture
def model() -> CalendarModel:
    made = CalendarModel(now=lambda: NOW, zone=BERLIN)
    made.set_days(days_of("week", TODAY))
    return made


def cards(*rows: Schedule, **more: Any) -> list[Any]:
    return cards_of(rows, NOW, BERLIN, **more)


def test_posts_of_one_message_are_one_card() -> None:
    media = (ScheduleMedia(1, "image", "https://pic"),)
    (card,) = cards(row(1, group="g"), row(2, group="g", media=media), row(3, group="g"))
    assert card.ids == (1, 2, 3)
    assert card.networks == ("twitter", "instagram", "fb")
    assert (card.title, card.picture) == ("Text 1", "https://pic")
    assert card.movable == (1, 2, 3)
    assert card.day == TODAY


def test_what_was_sent_one_after_another_stays_one_and_a_later_one_does_not() -> None:
    rows = [row(n, -2 + n / 60, group="g", status="success") for n in (1, 2, 3)]
    rows.append(row(4, 5, group="g"))
    first, second = cards(*rows)
    assert first.ids == (1, 2, 3)
    assert (second.ids, second.key) == ((4,), "g/1")
    assert not first.movable


def test_the_status_that_needs_a_look_is_the_one_shown() -> None:
    (card,) = cards(
        row(1, -1, group="g", status="success"), row(2, -1, group="g", status="error", error="no")
    )
    assert card.status == "failed"


def test_a_filter_keeps_a_message_whole() -> None:
    """It is moved whole, so it has to say all that would move."""
    rows = [row(1, group="g"), row(2, group="g"), row(3)]
    (card,) = cards(*rows, channels={2})
    assert card.ids == (1, 2)
    assert cards(*rows, channels=set()) == []
    assert [card.ids for card in cards(*rows, status="scheduled")] == [(1, 2), (3,)]
    assert cards(*rows, status="failed") == []


def test_two_posts_on_one_channel_within_minutes_conflict() -> None:
    both = cards(row(1), row(2, 1 + 5 / 60, channel_id=1), row(3, 1), row(4, 2, channel_id=1))
    conflicts = conflicts_of(both)
    assert {key: other.key for key, other in conflicts.items()} == {"g1": "g2", "g2": "g1"}


def test_a_title_is_as_long_as_its_line_and_short_where_it_is_spoken(model: CalendarModel) -> None:
    line = "The roast is here " * 12
    model.set_schedules([row(1, text=line), row(2, 1 + 1 / 60, channel_id=1, text=line)])
    card, _other = model.cards
    assert card.title == line.strip()
    assert len(model.accessible_text(card)) < 200
    tip = model.tip(card)
    assert line.strip() in tip
    assert tip.endswith("…")  # of the other one as much as tells which it is


def test_rows_that_make_no_sense_break_nothing(model: CalendarModel) -> None:
    far = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    model.set_schedules(
        [
            row(1, send_at=None),
            row(2, send_at=far, text=""),
            row(3, status="brand_new", network="", text="<b>" * 100_000),
            row(4, status="trash"),
        ]
    )
    assert [card.ids for card in model.cards] == [(3,)]
    assert model.cards[0].status == "other"
    assert model.accessible_text(model.cards[0])
    model.set_days([date.max - timedelta(days=n) for n in range(6, -1, -1)])
    assert [card.ids for card in model.cards] == [(2,)]
    model.set_days(days_of("month", date.max))
    model.set_days(days_of("week", date.min))


def test_each_day_is_followed_by_its_cards(model: CalendarModel, qtmodeltester: Any) -> None:
    model.set_schedules([row(1), row(2, 2), row(3, 24)])
    qtmodeltester.check(model)
    assert model.rowCount() == 7 + 3
    head = model.index_of_day(TODAY)
    assert head.row() == 2
    assert model.is_day(head)
    assert head.data(SPOKEN) == "Wednesday 25 November 2026, today, 2 messages"
    second = model.index(4)
    assert second.data(CardRole).ids == (2,)
    assert second.data(DayRole) == TODAY
    assert model.index_of_card(second.data(CardRole)) == second
    following = model.index(5)
    assert model.day_at(following) == TODAY + timedelta(days=1)
    assert model.card_at(following) is None
    assert model.day_at(QModelIndex()) is None


def test_a_month_finds_each_day_and_card(model: CalendarModel, qtmodeltester: Any) -> None:
    model.set_schedules([row(n, n * 24 - 48) for n in range(1, 12)])
    model.set_days(days_of("month", TODAY))
    qtmodeltester.check(model)
    assert model.rowCount() == len(model.days) + len(model.cards)
    for day in model.days:
        index = model.index_of_day(day)
        assert model.day_at(index) == day
        for card in model.cards_on(day):
            assert model.card_at(model.index_of_card(card)) == card


def test_cards_are_spoken_in_one_breath(model: CalendarModel) -> None:
    model.set_schedules([row(1, group="g"), row(2, group="g"), row(3, group="g"), row(4, 26)])
    index = model.index_of_card(model.cards[0])
    assert index.data(SPOKEN) == "Scheduled, 3 networks, Text 1, today 15:22"
    assert model.accessible_text(model.cards[1]) == "Scheduled, X, Text 4, tomorrow 16:22"
    assert "Channel 4" in model.tip(model.cards[1])


def test_what_did_not_change_resets_nothing(model: CalendarModel) -> None:
    resets: list[bool] = []
    model.set_schedules([row(1)])
    model.modelReset.connect(lambda: resets.append(True))
    model.set_schedules([row(1)])
    model.refresh()
    assert not resets
    model.set_schedules([row(1), row(2)])
    assert resets == [True]


def test_free_slots_are_ahead_and_not_taken(model: CalendarModel) -> None:
    group = SlotGroup(slots=tuple(Slot(day, at) for day in range(7) for at in (time(9), time(18))))
    model.set_schedules([row(1, send_at=datetime(2026, 11, 26, 17, 3, tzinfo=UTC))])
    model.set_slots(write([group]), "local", [1])
    shown = [(day.day, moment.astimezone(BERLIN).hour) for day, moment in model.slots]
    assert shown == [(25, 18), (26, 9), (27, 9), (27, 18), (28, 9), (28, 18), (29, 9), (29, 18)]
    model.set_slots(write([group]), "local", [2])  # another channel has nothing there
    assert (26, 18) in [(d.day, m.astimezone(BERLIN).hour) for d, m in model.slots]
    assert model.index_of_day(date(2026, 11, 27)).data(SPOKEN).endswith("2 free slots")
    model.set_slots("", "local", [1])
    assert model.slots == []


@pytest.mark.parametrize(
    ("locale", "first"), [("en_GB", 0), ("en_US", 6), ("ar_EG", 5), ("de_DE", 0)]
)
def test_weeks_begin_as_the_locale_says(locale: str, first: int) -> None:
    QLocale.setDefault(QLocale(locale))
    for view in ("week", "month"):
        days = days_of(view, TODAY)
        assert days[0].weekday() == first
        assert len(days) % 7 == 0
        assert TODAY in days


def test_views_go_on_page_by_page() -> None:
    assert next_anchor("month", date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert next_anchor("month", date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert next_anchor("week", TODAY, -1) == date(2026, 11, 18)
    assert next_anchor("day", TODAY, 1) == date(2026, 11, 26)
    assert len(days_of("month", date(2027, 2, 1))) == 28
    for view in ("day", "week", "month", "agenda"):
        for end in (date.min, date.max):
            assert next_anchor(view, end, 1)
            assert next_anchor(view, end, -1)


def test_titles_say_no_more_than_they_have_to() -> None:
    week = days_of("week", TODAY)
    assert title_of("week", week, TODAY) == "23 to 29 November 2026"
    assert title_of("week", week, TODAY, short=True, year=2026) == "23 to 29 Nov"
    over = days_of("week", date(2026, 12, 31))
    assert title_of("week", over, TODAY) == "28 December 2026 to 3 January 2027"
    assert title_of("month", days_of("month", TODAY), TODAY) == "November 2026"
    assert title_of("month", days_of("month", TODAY), TODAY, short=True) == "Nov 2026"
    assert title_of("day", [TODAY], TODAY) == "Wed 25 November 2026"


def test_a_holiday_is_said_with_its_day() -> None:
    model = CalendarModel(now=lambda: datetime(2026, 12, 20, 12, tzinfo=UTC), zone=UTC)
    model.set_days([date(2026, 12, 25), date(2026, 12, 26)])
    model.set_holidays({date(2026, 12, 25): "Christmas Day"})
    assert "Christmas Day" in model.accessible_day_text(date(2026, 12, 25))
    assert "Christmas" not in model.accessible_day_text(date(2026, 12, 26))
    model.set_holidays({})
    assert "Christmas" not in model.accessible_day_text(date(2026, 12, 25))


def test_cards_and_slots_of_another_zone_say_the_time_there(model: CalendarModel) -> None:
    group = SlotGroup(
        "East", "local", (1,), tuple(Slot(day, time(9)) for day in range(7)), "America/New_York"
    )
    model.set_schedules([row(1)])
    model.set_slots(write([group]), "local", [1])
    ahead = [moment for _day, moment in model.slots]
    assert {f"{moment.astimezone(ZoneInfo('America/New_York')):%H:%M}" for moment in ahead} == {
        "09:00"
    }
    (card,) = model.cards
    words = model.zone_words(card)
    assert words == "9:22 in New York"  # 15:22 in Berlin
    assert words in model.accessible_text(card)
    assert words in model.tip(card)
    assert words in details_of(card, model).when
    assert model.slot_zone_words(ahead[0]) == "9:00 in New York"
    model.set_slots("", "local", [1])
    assert model.zone_words(card) == ""
