"""List model of the schedule by days: each day, named by its date, then its cards in order of time.

However a view draws them, a screen reader reads days and cards one by one. Of a table it would read
a whole row, which is a week, or what the days happen to have in the same place.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from posto_desktop.common.sentences import in_users_language
from posto_desktop.common.translation import translate
from posto_desktop.core import slots
from posto_desktop.core.limits import network_name
from posto_desktop.core.post_rights import PostRights
from posto_desktop.core.posts import headline
from posto_desktop.models import dates, words
from posto_desktop.models.calendar_axis import Axis
from posto_desktop.models.calendar_cards import (
    CalendarCard,
    cards_of,
    conflicts_of,
    free_slots,
    in_range,
    is_of_planner,
)
from posto_desktop.models.calendar_waiting import WAITING, not_yet_scheduled
from posto_desktop.models.dates import day_words
from posto_desktop.models.planner_words import planner_words
from posto_desktop.models.schedule_rows import status_label, status_of
from posto_desktop.models.zone_words import ZoneTimes, beside, listed_times
from posto_desktop.sdk.records import Schedule
from posto_desktop.sdk.review import ReviewProposal
from posto_desktop.sdk.times import local_zone

__all__ = ["CalendarModel", "CardRole", "DayRole"]

Index = QModelIndex | QPersistentModelIndex

DayRole = int(Qt.ItemDataRole.UserRole) + 1
CardRole = DayRole + 1

_TIP = 500  # characters of a text in a tooltip
_FAR = datetime.max.replace(tzinfo=UTC)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class CalendarModel(QAbstractListModel):
    """Turns schedules of the service into days and cards. `set_days` chooses the days."""

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        now: Callable[[], datetime] = _utc_now,
        zone: tzinfo | None = None,
    ) -> None:
        super().__init__(parent)
        self.now = now
        self.zone: tzinfo = zone or local_zone()
        self.days: list[date] = []
        self.axis = Axis([], self.zone)
        self.conflicts: dict[str, CalendarCard] = {}
        self._evergreen: Collection[str] = frozenset()
        self.slots: list[tuple[date, datetime]] = []
        """Free weekly slots of the shown days: the day, and the time as aware UTC."""
        self.hidden = 0
        """Number of cards on these days hidden by the filters."""
        self.moving: frozenset[int] = frozenset()
        """Ids of rows shown at a new time that the service has not confirmed."""
        self.holidays: dict[date, str] = {}
        """Names of public holidays by day."""
        self._scheduled: Sequence[Schedule] = ()
        self._waiting: Sequence[Schedule] = ()
        self._drafts: Sequence[Schedule] = ()
        self._of_site: Sequence[Schedule] = ()
        self.rights = PostRights()
        """What the signed-in person may do with posts."""
        self.proposals: Mapping[str, ReviewProposal] = {}
        """What waits for a review, by group."""
        self.can_pause_planners = False
        """Whether the site lets its planners be paused."""
        self.site_as_of: datetime | None = None
        self._channels: frozenset[int] | None = None
        self._ticked: tuple[int, ...] = ()
        self._status: str | None = None
        self.zone_times = ZoneTimes(computer=self.zone)
        """Times of cards in the zones of their channels."""
        self._zone_words: dict[str, tuple[str, str, str]] = {}
        self._cards: list[CalendarCard] = []
        self._by_day: dict[date, list[CalendarCard]] = {}
        self._entries: list[tuple[date, CalendarCard | None]] = []
        self._rows: dict[date | str, int] = {}

    # -- what is shown -----------------------------------------------------------------------

    def set_schedules(self, rows: Sequence[Schedule]) -> None:
        """Set the schedules of the service, in any order."""
        self._scheduled = rows
        self.refresh()

    def set_waiting(self, rows: Sequence[Schedule]) -> None:
        """Set posts that the service does not have yet (models.calendar_waiting)."""
        self._waiting = rows
        self.refresh()

    def set_drafts(self, rows: Sequence[Schedule]) -> None:
        """Set drafts with a time (models.calendar_drafts)."""
        self._drafts = rows
        self.refresh()

    def set_site_rows(
        self, rows: Sequence[Schedule], *, can_pause: bool, as_of: datetime | None = None
    ) -> None:
        """Set the posts that the site's planners will make (core.site_schedule), and their age if
        the site was not asked yet."""
        self.can_pause_planners, self.site_as_of = can_pause, as_of
        if rows != self._of_site:
            self._of_site = rows
            self.refresh()

    def set_rights(self, rights: PostRights) -> None:
        if rights != self.rights:
            self.rights = rights
            self.refresh()

    def set_proposals(self, proposals: Mapping[str, ReviewProposal]) -> None:
        """Set what waits for a review: the details of its cards say more."""
        if proposals != self.proposals:
            self.proposals = proposals
            self.refresh()

    def set_days(self, days: Sequence[date]) -> None:
        """Show these days in order."""
        self.beginResetModel()
        self.days = list(days)
        self.axis = Axis(self.days, self.zone)
        cards, hidden, free = self._read()
        self._fill(cards, hidden, free, conflicts_of(cards))
        self.endResetModel()

    def set_channels(self, ids: Collection[int] | None) -> None:
        """Show only posts of these channels; None shows all."""
        self._channels = None if ids is None else frozenset(ids)
        self.refresh()

    def set_holidays(self, holidays: Mapping[date, str]) -> None:
        """Set the names of public holidays by day."""
        self.holidays = dict(holidays)
        self.refresh()

    def set_status(self, key: str | None) -> None:
        self._status = key
        self.refresh()

    @property
    def status(self) -> str | None:
        return self._status

    @property
    def is_filtered(self) -> bool:
        return self._channels is not None or self._status is not None

    def set_slots(self, setting: str, workspace: str, ticked: Sequence[int]) -> None:
        """Set the value of ``publishing.slots``, and the workspace and channels to show slots
        for."""
        zone_times = ZoneTimes(tuple(slots.read(setting)), workspace, self.zone)
        self._ticked = tuple(ticked)
        if zone_times == self.zone_times:
            self.refresh()
        else:
            self.zone_times = zone_times
            self.set_days(self.days)

    def refresh(self) -> None:
        """Compute the cards for the current time. Emit signals only for changes."""
        cards, hidden, free = self._read()
        conflicts = conflicts_of(cards)
        same = cards == self._cards and free == self.slots and hidden == self.hidden
        if same and conflicts.keys() == self.conflicts.keys():
            self._cards, self.conflicts = cards, conflicts
            return
        self.beginResetModel()
        self._fill(cards, hidden, free, conflicts)
        self.endResetModel()

    def _read(self) -> tuple[list[CalendarCard], int, list[tuple[date, datetime]]]:
        if not self.days:
            return [], 0, []
        now = self.now()
        first = _midnight(min(self.days), self.zone)
        last = max(self.days)
        end = _FAR if last == date.max else _midnight(last + timedelta(days=1), self.zone)
        rows = in_range(self._scheduled, first, end)
        rows += not_yet_scheduled(in_range(self._waiting, first, end), rows)
        rows += in_range(self._drafts, first, end)
        rows += in_range(self._of_site, first, end)
        cards = cards_of(
            rows, now, self.zone, channels=self._channels, status=self._status, rights=self.rights
        )
        hidden = 0
        if self.is_filtered:
            shown = sum(len(card.rows) for card in cards)
            hidden = sum(1 for row in rows if row.status != "trash") - shown
        group = self._slot_group()
        free: list[tuple[date, datetime]] = []
        if group is not None:
            taken = slots.occupied_times(self._ticked or {row.channel_id for row in rows}, rows)
            free = free_slots(group, self.days, now, self.zone, taken)
        return cards, hidden, free

    def _slot_group(self) -> slots.SlotGroup | None:
        """Return the slots of the ticked channels."""
        return slots.group_for(self.zone_times.groups, self._ticked, self.zone_times.workspace)

    def moments(self) -> list[datetime]:
        """Return the times of all scheduled posts."""
        return [row.send_at for row in self._scheduled if row.send_at is not None]

    def moment_after(self) -> datetime | None:
        """Return the time of the first message after the shown days that passes the filters."""
        end = max(self.days)
        if end == date.max:
            return None
        start = _midnight(end + timedelta(days=1), self.zone)
        return min(self._moments(start, _FAR), default=None)

    def moment_before(self) -> datetime | None:
        """Return the time of the last message before the shown days that passes the filters."""
        start = datetime.min.replace(tzinfo=UTC)
        return max(self._moments(start, _midnight(min(self.days), self.zone)), default=None)

    def _moments(self, first: datetime, end: datetime) -> Iterator[datetime]:
        now = self.now()
        for rows in (self._scheduled, self._waiting, self._drafts, self._of_site):
            for row in in_range(rows, first, end):
                if row.send_at is None or row.status == "trash":
                    continue
                if self._channels is not None and row.channel_id not in self._channels:
                    continue
                if self._status in (None, status_of(row, now)):
                    yield row.send_at

    def _fill(
        self,
        cards: list[CalendarCard],
        hidden: int,
        free: list[tuple[date, datetime]],
        conflicts: dict[str, CalendarCard],
    ) -> None:
        self._cards, self.hidden, self.slots = cards, hidden, free
        self.conflicts = conflicts
        self._zone_words.clear()
        self._by_day = {day: [] for day in self.days}
        for card in cards:
            on = self._by_day.get(card.day)
            if on is not None:
                on.append(card)
        self._entries = []
        for day in self.days:
            self._entries.append((day, None))
            self._entries += [(day, card) for card in self._by_day[day]]
        self._rows = {
            day if card is None else card.key: row for row, (day, card) in enumerate(self._entries)
        }

    # -- looking at it -----------------------------------------------------------------------

    @property
    def cards(self) -> list[CalendarCard]:
        """Return all cards of the shown days, in order of time."""
        return self._cards

    def cards_on(self, day: date) -> list[CalendarCard]:
        return self._by_day.get(day, [])

    def card(self, key: str) -> CalendarCard | None:
        return next((card for card in self._cards if card.key == key), None)

    def index_of_day(self, day: date) -> QModelIndex:
        return self.index(self._rows.get(day, -1))

    def index_of_card(self, card: CalendarCard) -> QModelIndex:
        return self.index(self._rows.get(card.key, -1))

    def day_at(self, index: Index) -> date | None:
        """Return the day of a row."""
        entry = self._entry(index)
        return entry[0] if entry is not None else None

    def card_at(self, index: Index) -> CalendarCard | None:
        """Return the card of a row; None for a day."""
        entry = self._entry(index)
        return entry[1] if entry is not None else None

    def is_day(self, index: Index) -> bool:
        entry = self._entry(index)
        return entry is not None and entry[1] is None

    def _entry(self, index: Index) -> tuple[date, CalendarCard | None] | None:
        return self._entries[index.row()] if 0 <= index.row() < len(self._entries) else None

    # -- as a list ---------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._entries)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.day_at(index) is None:
            return Qt.ItemFlag.NoItemFlags
        card = self.card_at(index)
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        is_movable = card is not None and card.movable
        return flags | Qt.ItemFlag.ItemIsDragEnabled if is_movable else flags

    def headerData(
        self,
        _section: int,
        _orientation: Qt.Orientation,
        _role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        return None  # else the number of the column is spoken with each day

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        day = self.day_at(index)
        if day is None:
            return None
        card = self.card_at(index)
        if role == DayRole:
            return day
        if role == CardRole:
            return card
        if role == Qt.ItemDataRole.AccessibleTextRole:
            if card is not None:
                return self.accessible_text(card)
            return self.accessible_day_text(day)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tip(card) if card is not None else None
        if role == Qt.ItemDataRole.DisplayRole:
            if card is not None:
                return card.title
            return day_words(day, "dddd d MMMM yyyy")
        return None

    # -- words -------------------------------------------------------------------------------

    def accessible_day_text(self, day: date) -> str:
        """Return "Wednesday 25 November 2026, today, 3 messages"."""
        parts = [day_words(day, "dddd d MMMM yyyy")]
        if day == dates.local(self.now(), self.zone).date():
            parts.append(translate("CalendarModel", "today"))
        if day in self.holidays:
            parts.append(self.holidays[day])
        count = len(self._by_day.get(day, ()))
        if count:
            parts.append(translate("CalendarModel", "%n message(s)", "", count))
        free = sum(1 for on, _ in self.slots if on == day)
        if free:
            parts.append(translate("CalendarModel", "%n free slot(s)", "", free))
        return ", ".join(parts)

    def accessible_text(self, card: CalendarCard) -> str:
        """Return "Scheduled, 3 networks, Nordlicht winter roast, today 12:30"."""
        when = dates.spoken_when(card.moment, self.now(), self.zone)
        when = listed_times(when, self.zone_words(card))
        title = headline(card.title) or translate("CalendarModel", "No text")
        parts = [self.status_word(card), network_words(card), title, when]
        if is_of_planner(card):
            parts[0] = planner_words(card.rows[0])
        if self.is_evergreen(card):
            parts.insert(1, translate("CalendarModel", "evergreen"))
        if card.key in self.conflicts:
            parts.append(translate("CalendarModel", "close to another post"))
        return ", ".join(parts)

    def zone_words(self, card: CalendarCard) -> str:
        """Return "9:00 in New York" for a card whose channels have slots in another zone."""
        return self.zone_forms(card)[0]

    def zone_forms(self, card: CalendarCard) -> tuple[str, str, str]:
        """Return `zone_words`, their short form ("9:00 New York"), and the first time alone."""
        forms = self._zone_words.get(card.key)
        if forms is None:
            ids = [row.channel_id for row in card.rows]
            times = self.zone_times
            forms = (
                times.words(ids, card.moment),
                times.short_words(ids, card.moment),
                times.time_words(ids, card.moment),
            )
            self._zone_words[card.key] = forms
        return forms

    def slot_zone_words(self, moment: datetime) -> str:
        """Return `zone_words` for a free slot."""
        group = self._slot_group()
        return self.zone_times.group_words(group, moment) if group is not None else ""

    def set_evergreen(self, refs: Collection[str]) -> None:
        """Set the marks of posts that evergreen messages have made."""
        self._evergreen = refs
        if self._entries:
            self.dataChanged.emit(self.index(0), self.index(len(self._entries) - 1))

    def is_evergreen(self, card: CalendarCard) -> bool:
        """Return whether a card is a run of an evergreen message."""
        return bool(self._evergreen) and (card.rows[0].posto_ref or "") in self._evergreen

    def is_moving(self, card: CalendarCard) -> bool:
        return bool(self.moving) and not self.moving.isdisjoint(card.ids)

    def status_word(self, card: CalendarCard) -> str:
        if self.is_moving(card):
            return translate("CalendarModel", "Moving")
        if card.rows[0].status == WAITING:
            return translate("CalendarModel", "Waiting on this computer")
        return status_label(card.status, card.rows[0].status)

    def conflict_words(self, card: CalendarCard) -> str:
        """Return which message goes to the same channel at nearly the same time; "" for none."""
        near = self.conflicts.get(card.key)
        if near is None:
            return ""
        at = dates.clock(near.moment, self.zone)
        sentence = translate("CalendarModel", "This channel also posts at {time}: {title}")
        return sentence.format(time=at, title=headline(near.title))

    def tip(self, card: CalendarCard) -> str:
        """Return the tooltip of a card: everything that does not fit on it."""
        when = beside(dates.full_when(card.moment, self.zone), self.zone_words(card))
        when = f"{when} · {self.status_word(card)}"
        named = [row for row in card.rows[:8] if row.network]
        names = [f"{network_name(row.network)} · {row.channel_name}" for row in named]
        if not names:
            names = [network_words(card)]
        elif len(card.rows) > len(names):
            names.append(
                translate("CalendarModel", "and {posts} more").format(
                    posts=len(card.rows) - len(names)
                )
            )
        kind = ""
        if self.is_evergreen(card):
            kind = translate("CalendarModel", "Run of an evergreen message")
        lines = [when, kind, _begin_of(card.rows[0].text), "\n".join(names)]
        if is_of_planner(card):
            lines.append(planner_words(card.rows[0]))
        reason = next((row.error for row in card.rows if row.error), "")
        lines.append(self.conflict_words(card))
        lines.append(_begin_of(in_users_language(reason)))
        return "\n\n".join(line for line in lines if line)


def _begin_of(text: str) -> str:
    """Return the beginning of a text for a tooltip, cut between words if possible."""
    text = text[: 4 * _TIP].strip()
    if len(text) <= _TIP:
        return text
    cut = text[:_TIP]
    return (cut.rsplit(None, 1)[0] if len(cut.split(None, 1)) > 1 else cut) + "…"


def network_words(card: CalendarCard) -> str:
    """Return "Facebook" or "3 networks"."""
    if not card.networks:
        return translate("CalendarModel", "No channel chosen")
    if len(card.networks) == 1:
        many = len(card.rows)
        name = network_name(card.networks[0])
        return name if many == 1 else f"{name}, {words.posts(many)}"
    return translate("CalendarModel", "%n network(s)", "", len(card.networks))


def _midnight(day: date, zone: tzinfo) -> datetime:
    """Return the start of a day as aware UTC; a little earlier if clocks change at midnight."""
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except OverflowError:
        return datetime.combine(day, time(), UTC)
