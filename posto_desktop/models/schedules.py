"""The plan as a table: plain rows, filtered and sorted in Python, grouped by day.

A `QSortFilterProxyModel` needs seconds for 100,000 rows (millions of `data()` calls); a list
comprehension over plain rows needs milliseconds. So this model does all of it itself: `set_rows`
takes what the service sent, filters are plain attributes, and the visible list is rebuilt at once.

While sorted by time the rows stand under day heads, earliest first, and what has no time (drafts)
comes last. Sorted by anything else there are no heads.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from operator import attrgetter
from typing import Any

from PySide6.QtCore import (
    QT_TRANSLATE_NOOP,
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from posto_desktop.models import dates, words
from posto_desktop.models.networks import network_name
from posto_desktop.models.reasons import explain
from posto_desktop.sdk.records import Schedule

__all__ = ["COLUMNS", "STATUSES", "DayHead", "Row", "SchedulesModel", "status_label", "status_of"]

TIME, STATUS, CHANNEL, TEXT, MEDIA, LINK = range(6)
COLUMNS = (
    QT_TRANSLATE_NOOP("SchedulesModel", "Time"),
    QT_TRANSLATE_NOOP("SchedulesModel", "Status"),
    QT_TRANSLATE_NOOP("SchedulesModel", "Channel"),
    QT_TRANSLATE_NOOP("SchedulesModel", "Text"),
    QT_TRANSLATE_NOOP("SchedulesModel", "Media"),
    QT_TRANSLATE_NOOP("SchedulesModel", "Link"),
)
STATUSES = ("draft", "scheduled", "sending", "sent", "failed", "late", "needs_you")
"""Keys of the status tokens, in the order in which the page offers them. Anything that the service
calls by a name of its own has the key "other" and shows that name."""

LATE_AFTER = timedelta(minutes=5)
_WHITE = {ord(c): " " for c in "\r\n\t\v\f\u2028\u2029"}
_SHOWN_CHARS = 300
_SEARCHED_CHARS = 20_000

Index = QModelIndex | QPersistentModelIndex


def _tr(text: str) -> str:
    return QCoreApplication.translate("SchedulesModel", text)


def status_of(schedule: Schedule, now: datetime) -> str:
    """Return the status token of a row: what a person calls it, at this moment.

    ``error`` splits in two: errors after which the post may be live ("First comment error: …",
    TikTok's "Even after 100 seconds …") need the user's decision, all others have simply failed.
    """
    status = schedule.status
    if status == "not_sent":
        send_at = schedule.send_at
        return "late" if send_at is not None and now - send_at > LATE_AFTER else "scheduled"
    if status == "error":
        return "needs_you" if schedule.may_be_live else "failed"
    return _STATUS.get(status, "other")


_STATUS = {
    "success": "sent",
    "draft": "draft",
    "sending": "sending",
    "missed": "late",
    "unknown": "needs_you",
}


def status_label(key: str, raw: str = "") -> str:
    """Return the pill's word for a status token."""
    words = {
        "draft": _tr("Draft"),
        "scheduled": _tr("Scheduled"),
        "sending": _tr("Sending"),
        "sent": _tr("Sent"),
        "failed": _tr("Failed"),
        "late": _tr("Not sent"),
        "needs_you": _tr("Needs you"),
    }
    return words.get(key) or (raw.replace("_", " ").strip()[:24].capitalize() or _tr("Unknown"))


class Row:
    """One schedule with what sorting, searching and painting need of it."""

    __slots__ = ("_hay", "_moment", "day", "id", "moment", "schedule", "status")

    def __init__(self, schedule: Schedule, now: datetime, zone: tzinfo | None):
        self.schedule = schedule
        self.id = schedule.id
        self.status = status_of(schedule, now)
        self._hay: str | None = None
        send_at = schedule.send_at
        if send_at is None or self.status == "draft":
            self.moment = math.inf
            self.day = None
        else:
            self.moment = send_at.timestamp()
            self.day: date | None = dates.local(send_at, zone).date()

    @property
    def hay(self) -> str:
        """What the search looks through, folded; made when first searched."""
        if self._hay is None:
            s = self.schedule
            parts = (s.text[:_SEARCHED_CHARS], s.channel_name, s.error or "", s.link or "")
            self._hay = "\n".join(parts).casefold()
        return self._hay


class DayHead:
    """A line above the rows of one day; ``day`` is None above what has no time."""

    __slots__ = ("count", "day")

    def __init__(self, day: date | None):
        self.day = day
        self.count = 0


class SchedulesModel(QAbstractTableModel):
    """Rows of the schedule.

    Signals: `ticksChanged()`, `countsChanged()` (after every change of rows or filters).
    """

    ticksChanged = Signal()
    countsChanged = Signal()

    SortRole = Qt.ItemDataRole.UserRole + 1
    RowRole = Qt.ItemDataRole.UserRole + 2
    StatusRole = Qt.ItemDataRole.UserRole + 3
    HeadRole = Qt.ItemDataRole.UserRole + 4
    RepeatedRole = Qt.ItemDataRole.UserRole + 5

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        zone: tzinfo | None = None,
    ):
        super().__init__(parent)
        self._now = now
        self._zone = zone
        self._by_id: dict[int, Row] = {}
        self._rows: list[Row] = []
        self._visible: list[Row | DayHead] = []
        self._position: dict[int, int] | None = None
        self._ticked: set[int] = set()
        self._hidden: set[int] = set()
        self._words: list[str] = []
        self._status: str | None = None
        self._network: str | None = None
        self._channels: frozenset[int] | None = None
        self._sort = (TIME, Qt.SortOrder.AscendingOrder)
        self._counts: Counter[str] = Counter()
        self._networks: list[str] = []

    # --- rows -------------------------------------------------------------------------------------

    def set_rows(self, schedules: Iterable[Schedule]) -> None:
        """Show these schedules; an id that comes twice counts once, its later row wins.

        Rows that did not change are kept, and where only contents changed the views are told just
        that, so that ticks, current row and scroll position stay.
        """
        now, zone, old = self._now(), self._zone, self._by_id
        fresh: dict[int, Row] = {}
        same_ids = True
        for schedule in schedules:
            row = old.get(schedule.id)
            if row is None:
                same_ids = False
                row = Row(schedule, now, zone)
            elif row.schedule is not schedule and row.schedule != schedule:
                row = Row(schedule, now, zone)
            fresh[schedule.id] = row
        unchanged = (
            same_ids
            and len(fresh) == len(old)
            and all(old[key] is row for key, row in fresh.items())
        )
        self._by_id = fresh
        self._hidden &= fresh.keys()
        if unchanged:
            self.refresh_clock()
            return
        self._rows = list(fresh.values())
        self._networks = sorted(
            {row.schedule.network for row in self._rows} - {""}, key=network_name
        )
        self._resort()
        self._show()

    def schedules(self) -> list[Schedule]:
        """Return all schedules, filtered or not, in the present order."""
        return [row.schedule for row in self._rows]

    def networks(self) -> list[str]:
        """Return the slugs that occur, for the network filter."""
        return self._networks

    def refresh_clock(self) -> None:
        """Let time pass: what was ahead and is overdue now says so, and the days are named anew."""
        now = self._now()
        changed = False
        for row in self._rows:
            if row.schedule.status == "not_sent":
                status = status_of(row.schedule, now)
                if status != row.status:
                    row.status = status
                    changed = True
        if changed:
            self._show()
        elif self._visible:
            self._touch(0, len(self._visible) - 1)

    # --- filters ----------------------------------------------------------------------------------

    def set_search(self, text: str) -> None:
        """Keep rows whose text, channel, error or link holds every word of ``text``."""
        wanted = text.casefold().split()
        if wanted != self._words:
            self._words = wanted
            self._show()

    def set_status(self, key: str | None) -> None:
        if key != self._status:
            self._status = key
            self._show()

    def set_network(self, slug: str | None) -> None:
        if slug != self._network:
            self._network = slug
            self._show()

    def set_channels(self, ids: Collection[int] | None) -> None:
        """Keep rows of these channels; None keeps all."""
        channels = None if ids is None else frozenset(ids)
        if channels != self._channels:
            self._channels = channels
            self._show()

    def clear_filters(self) -> None:
        """Drop search, status and network. The channels belong to the channel pane."""
        self._words, self._status, self._network = [], None, None
        self._show()

    def hide(self, ids: Collection[int]) -> None:
        """Take rows out of sight while their deletion can still be undone."""
        self._hidden |= set(ids) & self._by_id.keys()
        self._show()

    def unhide(self, ids: Collection[int] | None = None) -> None:
        """Bring hidden rows back; None brings all back."""
        self._hidden -= set(self._hidden if ids is None else ids)
        self._show()

    @property
    def status_filter(self) -> str | None:
        return self._status

    @property
    def network_filter(self) -> str | None:
        return self._network

    def is_filtered(self) -> bool:
        return bool(self._words or self._status or self._network or self._channels is not None)

    def counts(self) -> dict[str, int]:
        """Rows by status token that pass every filter but the one for the status."""
        return dict(self._counts)

    def total(self) -> int:
        """Rows that are there at all, less those being deleted."""
        return len(self._rows) - len(self._hidden)

    def shown(self) -> int:
        """Rows that pass all filters (day heads are no rows)."""
        return sum(self._counts.values()) if self._status is None else self._counts[self._status]

    def count_without_status(self) -> int:
        return sum(self._counts.values())

    # --- ticks ------------------------------------------------------------------------------------

    def ticked_ids(self) -> list[int]:
        """Ids of the ticked rows in the order in which they stand."""
        if not self._ticked:
            return []
        return [
            item.id for item in self._visible if isinstance(item, Row) and item.id in self._ticked
        ]

    def ticked(self) -> list[Schedule]:
        return [self._by_id[key].schedule for key in self.ticked_ids()]

    def tick_count(self) -> int:
        return len(self._ticked)

    def set_ticked(self, ids: Collection[int], on: bool = True) -> None:
        shown = self._positions()
        wanted = {key for key in ids if key in shown}
        ticked = self._ticked | wanted if on else self._ticked - wanted
        if ticked == self._ticked:
            return
        self._ticked = ticked
        places = [shown[key] for key in wanted]
        self._touch(min(places), max(places))
        self.ticksChanged.emit()

    def tick_all(self, on: bool = True) -> None:
        """Tick what the filters show, or nothing."""
        self._ticked = {item.id for item in self._visible if isinstance(item, Row)} if on else set()
        if self._visible:
            self._touch(0, len(self._visible) - 1)
        self.ticksChanged.emit()

    def is_ticked(self, key: int) -> bool:
        return key in self._ticked

    # --- finding ----------------------------------------------------------------------------------

    def row_of(self, key: int) -> int:
        """Return the row number of a schedule, or -1 when it is not shown."""
        return self._positions().get(key, -1)

    def schedule(self, key: int) -> Schedule | None:
        row = self._by_id.get(key)
        return row.schedule if row else None

    def schedule_at(self, number: int) -> Schedule | None:
        item = self._visible[number] if 0 <= number < len(self._visible) else None
        return item.schedule if isinstance(item, Row) else None

    def status_at(self, number: int) -> str:
        item = self._visible[number] if 0 <= number < len(self._visible) else None
        return item.status if isinstance(item, Row) else ""

    def status_by_id(self, key: int) -> str:
        row = self._by_id.get(key)
        return row.status if row else ""

    def siblings(self, schedule: Schedule) -> list[Schedule]:
        """Return the other posts of the same message."""
        if not schedule.group_id:
            return []
        return [
            row.schedule
            for row in self._rows
            if row.schedule.group_id == schedule.group_id and row.id != schedule.id
        ]

    def head_rows(self) -> list[int]:
        return [at for at, item in enumerate(self._visible) if isinstance(item, DayHead)]

    def is_head(self, number: int) -> bool:
        return 0 <= number < len(self._visible) and isinstance(self._visible[number], DayHead)

    def today_row(self) -> int:
        """Return the row that belongs at the top at first: today's head, or the next day's."""
        today = dates.local(self._now(), self._zone).date()
        last = 0
        for at, item in enumerate(self._visible):
            if isinstance(item, DayHead):
                if item.day is None:
                    break
                last = at
                if item.day >= today:
                    break
        return last

    # --- building the visible list ----------------------------------------------------------------

    def _positions(self) -> dict[int, int]:
        if self._position is None:
            self._position = {
                item.id: at for at, item in enumerate(self._visible) if isinstance(item, Row)
            }
        return self._position

    def _resort(self) -> None:
        column, order = self._sort
        backwards = order == Qt.SortOrder.DescendingOrder
        rows = self._rows
        # Sorting twice by one plain key beats sorting once by tuples.
        rows.sort(key=attrgetter("id"))
        rows.sort(key=attrgetter("moment"))
        if column == TIME:
            if backwards:
                dated = [row for row in rows if row.day is not None]
                dated.reverse()
                self._rows = dated + [row for row in rows if row.day is None]
        else:
            rows.sort(key=_SORT_KEYS[column], reverse=backwards)

    def _filtered(self) -> list[Row]:
        rows = self._rows
        if self._hidden:
            hidden = self._hidden
            rows = [row for row in rows if row.id not in hidden]
        if self._channels is not None:
            channels = self._channels
            rows = [row for row in rows if row.schedule.channel_id in channels]
        if self._network is not None:
            network = self._network
            rows = [row for row in rows if row.schedule.network == network]
        for word in self._words:
            rows = [row for row in rows if word in row.hay]
        self._counts = Counter([row.status for row in rows])
        if self._status is not None:
            status = self._status
            rows = [row for row in rows if row.status == status]
        return rows

    def _show(self) -> None:
        rows = self._filtered()
        visible: list[Row | DayHead] = []
        if self._sort[0] == TIME:
            head: DayHead | None = None
            for row in rows:
                if head is None or row.day != head.day:
                    head = DayHead(row.day)
                    visible.append(head)
                head.count += 1
                visible.append(row)
        else:
            visible.extend(rows)
        if self._same_shape(visible):
            self._visible = visible
            if visible:
                self._touch(0, len(visible) - 1)
        else:
            self.beginResetModel()
            self._visible = visible
            self._position = None
            self.endResetModel()
        if self._ticked:
            still = self._ticked & self._positions().keys()
            if still != self._ticked:
                self._ticked = still
                self.ticksChanged.emit()
        self.countsChanged.emit()

    def _same_shape(self, visible: Sequence[Row | DayHead]) -> bool:
        if len(visible) != len(self._visible):
            return False
        for new, old in zip(visible, self._visible, strict=True):
            if isinstance(new, Row):
                if not isinstance(old, Row) or new.id != old.id:
                    return False
            elif isinstance(old, Row) or new.day != old.day:
                return False
        return True

    def _touch(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))

    # --- Qt ---------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._visible)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            names = (
                _tr("Time"),
                _tr("Status"),
                _tr("Channel"),
                _tr("Text"),
                _tr("Media"),
                _tr("Link"),
            )
            return names[section] if 0 <= section < len(names) else None
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self._visible[index.row()], DayHead):
            # Not enabled: the arrow keys pass over the day heads.
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        flags |= Qt.ItemFlag.ItemNeverHasChildren
        if index.column() == TIME:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        item = self._visible[index.row()]
        if not isinstance(item, Row) or index.column() != TIME:
            return False
        self.set_ticked([item.id], Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if not 0 <= column < len(COLUMNS) or (column, order) == self._sort:
            return
        self._sort = (column, order)
        self._resort()
        self._show()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        item = self._visible[index.row()]
        if isinstance(item, DayHead):
            return self._head_data(item, index.column(), role)
        return self._row_data(item, index, role)

    def _head_data(self, head: DayHead, column: int, role: int) -> Any:
        if role == self.HeadRole:
            return (*self.heading(head.day), words.posts(head.count))
        if (
            role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
            and column == 0
        ):
            said = (*self.heading(head.day), words.posts(head.count))
            return ", ".join(word for word in said if word)
        return None

    def heading(self, day: date | None) -> tuple[str, str]:
        if day is None:
            return _tr("No date"), _tr("Drafts")
        return dates.day_heading(day, dates.local(self._now(), self._zone).date())

    def _row_data(self, row: Row, index: Index, role: int) -> Any:
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.CheckStateRole:
            if column != TIME:
                return None
            return Qt.CheckState.Checked if row.id in self._ticked else Qt.CheckState.Unchecked
        if role == self.RowRole:
            return row.schedule
        if role == self.StatusRole:
            return row.status
        if role == self.RepeatedRole:
            return self._is_repeated(row, index.row())
        if role == self.SortRole:
            return row.moment if column == TIME else _SORT_KEYS[column](row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.spoken(row.schedule) if column == TIME else self._text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tool_tip(row, column)
        return None

    def _is_repeated(self, row: Row, number: int) -> bool:
        before = self._visible[number - 1] if number else None
        return (
            isinstance(before, Row)
            and before.moment == row.moment
            and bool(row.schedule.group_id)
            and before.schedule.group_id == row.schedule.group_id
        )

    def _text(self, row: Row, column: int) -> str:
        s = row.schedule
        if column == TIME:
            return (
                "—" if row.day is None or s.send_at is None else dates.clock(s.send_at, self._zone)
            )
        if column == STATUS:
            return status_label(row.status, s.status)
        if column == CHANNEL:
            return s.channel_name or network_name(s.network)
        if column == TEXT:
            return " ".join(s.text[:_SHOWN_CHARS].translate(_WHITE).split())
        if column == MEDIA:
            return words.files(len(s.media)) if s.media else ""
        return s.link or ""

    def spoken(self, schedule: Schedule) -> str:
        """Return the row in one breath: "Failed, Facebook, Nordlicht Coffee, today 12:30"."""
        row = self._by_id.get(schedule.id)
        status = row.status if row else status_of(schedule, self._now())
        when = _tr("no date")
        if schedule.send_at is not None and status != "draft":
            when = dates.spoken_when(schedule.send_at, self._now(), self._zone)
        said = (
            status_label(status, schedule.status),
            network_name(schedule.network),
            schedule.channel_name,
            when,
        )
        return ", ".join(word for word in said if word)

    def planned(self, schedule: Schedule) -> str:
        """Return "Today, 12:30" or the word for having no time."""
        if schedule.send_at is None or schedule.status == "draft":
            return _tr("No date")
        return dates.short_when(schedule.send_at, self._now(), self._zone)

    def _tool_tip(self, row: Row, column: int) -> str | None:
        s = row.schedule
        if column == TIME and s.send_at is not None:
            zone = dates.zone_name(self._zone, s.send_at)
            return f"{dates.full_when(s.send_at, self._zone)} · {zone}"
        if column == STATUS:
            reason = explain(s, row.status)
            return f"{reason.title}\n{reason.text}" if reason else None
        if column == CHANNEL:
            return f"{s.channel_name} · {network_name(s.network)}"
        if column == TEXT:
            return s.text[:1000] or None
        if column == LINK:
            return s.link or None
        return None


_SORT_KEYS: dict[int, Callable[[Row], Any]] = {
    TIME: attrgetter("moment"),
    STATUS: lambda row: _STATUS_ORDER.get(row.status, len(_STATUS_ORDER)),
    CHANNEL: lambda row: row.schedule.channel_name.casefold(),
    TEXT: lambda row: row.schedule.text[:200].casefold(),
    MEDIA: lambda row: len(row.schedule.media),
    LINK: lambda row: row.schedule.link or "",
}
# What asks for attention comes first.
_STATUS_ORDER = {
    key: at
    for at, key in enumerate(
        ("needs_you", "failed", "late", "sending", "scheduled", "draft", "sent")
    )
}
