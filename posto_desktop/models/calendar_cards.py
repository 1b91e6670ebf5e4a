"""The cards of the calendar: posts of one message that go out together are one card."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from posto_desktop.core.moves import MOVABLE
from posto_desktop.core.posts import headline
from posto_desktop.core.recurrence import wall_moment
from posto_desktop.core.slots import NEAR, SlotGroup
from posto_desktop.models.calendar_drafts import is_draft
from posto_desktop.models.calendar_waiting import WAITING
from posto_desktop.models.schedule_rows import status_of
from posto_desktop.sdk.records import Schedule

__all__ = ["CalendarCard", "cards_of", "conflicts_of", "free_slots", "in_range"]

_TOGETHER = timedelta(minutes=15)
"""Rows of one message are sent one after another: until then they are one card."""
_WORST = ("needs_you", "failed", "late", "sending", "scheduled", "draft", "sent", "other")
_LOOKED_AT = 2_000
_LONGEST = 400  # letters of a title: as many as the widest window shows


@dataclass(frozen=True, slots=True)
class CalendarCard:
    """Rows of one message at one time. `moment` is aware UTC, `day` local; `status` is that of the
    row that needs a look most, `movable` the rows that still wait for their time."""

    key: str
    rows: tuple[Schedule, ...]
    moment: datetime
    day: date
    status: str
    networks: tuple[str, ...]
    title: str
    picture: str
    movable: tuple[int, ...]

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(row.id for row in self.rows)


def in_range(rows: Iterable[Schedule], first: datetime, end: datetime) -> list[Schedule]:
    """Rows with a time from `first` on and before `end` (aware)."""
    return [row for row in rows if row.send_at is not None and first <= row.send_at < end]


def cards_of(
    rows: Iterable[Schedule],
    now: datetime,
    zone: tzinfo,
    *,
    channels: Collection[int] | None = None,
    status: str | None = None,
) -> list[CalendarCard]:
    """The cards of these rows in order of time. A card is there when one of its posts passes the
    filters, and then whole: it is moved as one."""
    groups: dict[str, list[_Member]] = {}
    for row in rows:
        when = row.send_at
        if when is None or row.status == "trash":
            continue
        key = row.group_id or f"#{row.id}"
        groups.setdefault(key, []).append((when, row, status_of(row, now)))
    cards: list[CalendarCard] = []
    days: dict[datetime, date] = {}
    everything = channels is None and status is None
    for key, members in groups.items():
        if len(members) > 1:
            members.sort(key=lambda one: (one[0], one[1].id))
        for number, part in enumerate(_parts(members)):
            if everything or any(
                (channels is None or row.channel_id in channels or _is_for_none(row))
                and status in (None, word)
                for _, row, word in part
            ):
                cards.append(_card(key, number, part, days, zone))
    cards.sort(key=lambda card: (card.moment, card.key))
    return cards


_Member = tuple[datetime, Schedule, str]


def _parts(members: list[_Member]) -> Iterator[list[_Member]]:
    """The posts of a message that go out together."""
    part = [members[0]]
    for member in members[1:]:
        if member[0] - part[0][0] > _TOGETHER:
            yield part
            part = []
        part.append(member)
    yield part


def _card(
    key: str,
    number: int,
    part: Sequence[_Member],
    days: dict[datetime, date],
    zone: tzinfo,
) -> CalendarCard:
    moment = part[0][0]
    # Looking up the zone is the dear part, and most posts go out at few times.
    day = days.get(moment)
    if day is None:
        try:
            day = moment.astimezone(zone).date()
        except (OverflowError, ValueError):
            day = moment.date()
        days[moment] = day
    rows = tuple(row for _, row, _ in part)
    first = rows[0]
    word = part[0][2]
    if len(part) > 1:
        word = min((one for _, _, one in part), key=_rank)
    return CalendarCard(
        key=f"{key}/{number}" if number else key,
        rows=rows,
        moment=moment,
        day=day,
        status=word,
        networks=tuple(dict.fromkeys(row.network for row in rows if row.network)),
        title=headline(first.text[:_LOOKED_AT], _LONGEST),
        picture=next((one.preview for row in rows for one in row.media[:1] if one.preview), ""),
        movable=tuple(row.id for row in rows if row.status in MOVABLE or is_draft(row)),
    )


def _is_for_none(row: Schedule) -> bool:
    """A draft for which no channel was chosen yet: it is shown whatever channels are ticked."""
    return is_draft(row) and not row.channel_id


def _rank(status: str) -> int:
    return _WORST.index(status) if status in _WORST else len(_WORST)


def conflicts_of(cards: Sequence[CalendarCard]) -> dict[str, CalendarCard]:
    """By the key of a card: another one that posts on the same channel within minutes."""
    found: dict[str, CalendarCard] = {}
    last: dict[int, CalendarCard] = {}
    for card in cards:  # in order of time
        waits = card.rows[0].status == WAITING
        if card.status in ("sent", "failed", "draft", "needs_you", "other") and not waits:
            continue
        for row in card.rows:
            before = last.get(row.channel_id)
            if (
                before is not None
                and before.key != card.key
                and card.moment - before.moment <= NEAR
            ):
                found.setdefault(card.key, before)
                found.setdefault(before.key, card)
            last[row.channel_id] = card
    return found


def free_slots(
    group: SlotGroup | None,
    days: Iterable[date],
    now: datetime,
    zone: tzinfo,
    taken: Iterable[datetime],
) -> list[tuple[date, datetime]]:
    """The weekly slots of these days that are ahead and that nothing takes, as aware UTC."""
    if group is None or not group.slots:
        return []
    planned = {int(one.timestamp()) // 60 for one in taken}
    near = range(-int(NEAR.total_seconds() // 60), int(NEAR.total_seconds() // 60) + 1)
    found: list[tuple[date, datetime]] = []
    for day in days:
        moments = set()
        for slot in group.slots:
            if slot.weekday == day.weekday():
                moments.add(wall_moment(day, slot.at, zone))
        for moment in sorted(moments):
            minute = int(moment.timestamp()) // 60
            if moment > now and not any(minute + off in planned for off in near):
                found.append((day, moment.astimezone(UTC)))
    return found
