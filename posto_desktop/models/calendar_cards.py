"""Cards of the calendar: one for the posts of a message that go out together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from posto_desktop.core.edited_message import message_key
from posto_desktop.core.message_posts import PostGrouping
from posto_desktop.core.moves import MOVABLE
from posto_desktop.core.post_rights import PostRights
from posto_desktop.core.posts import headline
from posto_desktop.core.site_schedule import SITE
from posto_desktop.core.slots import NEAR, SlotGroup, between
from posto_desktop.models.calendar_drafts import is_draft
from posto_desktop.models.calendar_waiting import WAITING
from posto_desktop.models.schedule_rows import status_of, status_rank
from posto_desktop.sdk.records import Schedule

__all__ = [
    "CalendarCard",
    "cards_of",
    "conflicts_of",
    "free_slots",
    "in_range",
    "is_of_planner",
]

EVERY_RIGHT = PostRights()
_DAY = timedelta(days=1)
_LOOKED_AT = 2_000
_LONGEST = 400  # characters of a title: as many as the widest window shows


@dataclass(frozen=True, slots=True)
class CalendarCard:
    """Posts of one message at one time. `moment` is aware UTC, `day` local; `status` is the most
    urgent one, `movable` the rows still scheduled."""

    key: str
    rows: tuple[Schedule, ...]
    moment: datetime
    day: date
    status: str
    networks: tuple[str, ...]
    title: str
    picture: str
    movable: tuple[int, ...]
    locked: tuple[int, ...] = ()
    """Rows that the signed-in person may not change."""

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(row.id for row in self.rows)


def in_range(rows: Iterable[Schedule], first: datetime, end: datetime) -> list[Schedule]:
    """Return rows with a time from `first` up to, not including, `end` (aware)."""
    return [row for row in rows if row.send_at is not None and first <= row.send_at < end]


def cards_of(
    rows: Iterable[Schedule],
    now: datetime,
    zone: tzinfo,
    *,
    channels: Collection[int] | None = None,
    status: str | None = None,
    rights: PostRights = EVERY_RIGHT,
) -> list[CalendarCard]:
    """Return the cards of these rows in order of time. A card is included with all of its posts if
    one of them passes the filters, because it is moved as a whole."""
    members: list[_Member] = []
    for row in rows:
        when = row.send_at
        if when is not None and row.status != "trash":
            members.append((when, row, status_of(row, now)))
    members.sort(key=lambda member: (member[0], member[1].id))
    messages = PostGrouping[_Member]()
    for member in members:
        messages.add(message_key(member[1]), member[0].timestamp(), member)
    cards: list[CalendarCard] = []
    days: dict[datetime, date] = {}
    everything = channels is None and status is None
    for part in messages.parts:
        if everything or any(
            (channels is None or row.channel_id in channels or _is_for_none(row))
            and status in (None, word)
            for _, row, word in part.posts
        ):
            cards.append(_card(part.key, part.posts, days, zone, rights))
    cards.sort(key=lambda card: (card.moment, card.key))
    return cards


_Member = tuple[datetime, Schedule, str]


def _card(
    key: str,
    part: Sequence[_Member],
    days: dict[datetime, date],
    zone: tzinfo,
    rights: PostRights,
) -> CalendarCard:
    moment = part[0][0]
    # Converting to the zone is slow, and most posts share few times.
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
        word = min((status for _, _, status in part), key=status_rank)
    locked_ids = tuple(row.id for row in rows if rights.role and _is_locked(row, rights))
    return CalendarCard(
        key=key,
        rows=rows,
        moment=moment,
        day=day,
        status=word,
        networks=tuple(dict.fromkeys(row.network for row in rows if row.network)),
        title=headline(first.text[:_LOOKED_AT], _LONGEST),
        picture=next(
            (media.preview for row in rows for media in row.media[:1] if media.preview), ""
        ),
        movable=tuple(
            row.id
            for row in rows
            if (row.status in MOVABLE or is_draft(row)) and row.id not in locked_ids
        ),
        locked=locked_ids,
    )


def _is_locked(row: Schedule, rights: PostRights) -> bool:
    """Return whether the person may not change a post. Drafts and what waits are theirs."""
    is_of_service = not is_draft(row) and row.status not in (WAITING, SITE)
    return is_of_service and not rights.may_change(row)


def is_of_planner(card: CalendarCard) -> bool:
    """Return True for posts that a planner of the site will make."""
    return card.rows[0].status == SITE


def _is_for_none(row: Schedule) -> bool:
    """Return True for a draft without channels: it is shown whatever channels are ticked."""
    return is_draft(row) and not row.channel_id


def conflicts_of(cards: Sequence[CalendarCard]) -> dict[str, CalendarCard]:
    """Map the key of each card to another one on the same channel within minutes."""
    conflicts: dict[str, CalendarCard] = {}
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
                conflicts.setdefault(card.key, before)
                conflicts.setdefault(before.key, card)
            last[row.channel_id] = card
    return conflicts


def free_slots(
    group: SlotGroup | None,
    days: Iterable[date],
    now: datetime,
    zone: tzinfo,
    taken: Iterable[datetime],
) -> list[tuple[date, datetime]]:
    """Return the future weekly slots of these days without a post nearby, as aware UTC. The days
    are those of `zone`; the slots may be meant in a zone of their group."""
    if group is None or not group.slots:
        return []
    planned = {int(when.timestamp()) // 60 for when in taken}
    near = range(-int(NEAR.total_seconds() // 60), int(NEAR.total_seconds() // 60) + 1)
    shown = set(days)
    if not shown:
        return []
    # A day at each end, whatever the zone of the slots is.
    first = datetime.combine(min(shown), time(), UTC)
    last = datetime.combine(max(shown), time(), UTC)
    start = max(now, first - _DAY) if first.date() > date.min else now
    end = last + 2 * _DAY if last.date() < date.max - _DAY else datetime.max.replace(tzinfo=UTC)
    slots: list[tuple[date, datetime]] = []
    for moment in between(group, start, end, zone):
        day = moment.astimezone(zone).date()
        minute = int(moment.timestamp()) // 60
        if day in shown and not any(minute + off in planned for off in near):
            slots.append((day, moment))
    return slots
