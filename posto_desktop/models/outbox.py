"""List model of the outbox in the sections of the Activity page, and of earlier days."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo

from PySide6.QtCore import (
    QT_TRANSLATE_NOOP,
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from posto_desktop.common.locale_words import listed
from posto_desktop.common.sentences import in_users_language
from posto_desktop.common.translation import translate
from posto_desktop.core.entries import Entry, Section
from posto_desktop.core.limits import network_name
from posto_desktop.models import dates
from posto_desktop.models.channel_states import ChannelState, channel_states, retry_words
from posto_desktop.models.delivery_status import DeliveryStatus, ScheduleIndex
from posto_desktop.models.outbox_words import MOVING, OutboxLine, OutboxWords, megabytes
from posto_desktop.models.schedule_words import spoken_text
from posto_desktop.sdk.records import Schedule

__all__ = [
    "MOVING",
    "SECTIONS",
    "OutboxLine",
    "OutboxModel",
    "SectionHead",
    "megabytes",
    "section_label",
]

SECTIONS: tuple[Section, ...] = ("needs_you", "in_progress", "waiting", "failed", "done")
_LABELS = {
    "needs_you": QT_TRANSLATE_NOOP("OutboxModel", "Needs you"),
    "in_progress": QT_TRANSLATE_NOOP("OutboxModel", "In progress"),
    "waiting": QT_TRANSLATE_NOOP("OutboxModel", "Waiting"),
    #: Status.
    "failed": QT_TRANSLATE_NOOP("OutboxModel", "Failed"),
    "done": QT_TRANSLATE_NOOP("OutboxModel", "Done today"),
}
_NEXT = 5
"""Least number of scheduled posts that are listed as waiting."""
Index = QModelIndex | QPersistentModelIndex


def section_label(section: str) -> str:
    return translate("OutboxModel", str(_LABELS[section]))


@dataclass
class SectionHead:
    """Heading of a section or of a day in the history.

    ``count`` is the number of rows below; under "done" that of published ones, and ``other`` counts
    today's other endings (cancelled, deleted, edited).
    """

    section: str
    title: str
    count: int
    other_count: int = 0

    @property
    def accessible_text(self) -> str:
        words = f"{self.title}, {self.count}"
        return f"{words}, {self.other_words}" if self.other_count else words

    @property
    def other_words(self) -> str:
        return (
            translate("OutboxModel", "%n other(s)", "", self.other_count)
            if self.other_count
            else ""
        )


@dataclass
class _Sorted:
    """Entries by section; in the history those scheduled for later, and those of earlier days by
    day."""

    sections: dict[str, list[Entry]] = field(
        default_factory=lambda: {section: [] for section in SECTIONS}
    )
    upcoming: list[Entry] = field(default_factory=list)
    days: dict[date, list[Entry]] = field(default_factory=dict)


class OutboxModel(QAbstractListModel):
    """Entries of `delivery.outbox` with headings, in one of two views: "outbox" (now, next and
    today) or "history" (what comes later and earlier days, searchable). Every entry is in exactly
    one of them. Those of other workspaces than the open one are left out unless asked for.

    Signals: `countsChanged()`.
    """

    countsChanged = Signal()

    EntryRole = Qt.ItemDataRole.UserRole + 1
    HeadRole = Qt.ItemDataRole.UserRole + 2
    LineRole = Qt.ItemDataRole.UserRole + 3

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
        zone: tzinfo | None = None,
    ):
        super().__init__(parent)
        self._now = now
        self._zone = zone
        self._texts = OutboxWords(now, monotonic, zone)
        self._schedule_index = ScheduleIndex()
        self._entries: list[Entry] = []
        self._visible: list[Entry | SectionHead] = []
        self._counts: dict[str, int] = {}
        self._delivery_statuses: dict[str, DeliveryStatus] = {}
        self._channels: frozenset[int] | None = None
        self._workspace = ""  # all until it is known
        self._workspace_names: Mapping[str, str] = {}
        self._all_workspaces = False
        self._show_done: bool | None = None  # None until the user decides
        self._view = "outbox"
        self._words: list[str] = []

    # --- content ----------------------------------------------------------------------------------

    def set_entries(self, entries: Iterable[Entry]) -> None:
        """Show these entries; keep the rows if only states within a section changed."""
        self._entries = list(map(_in_users_language, entries))
        self._texts.follow_paces(self._entries)
        self._schedule_index.set_entries(self._entries)
        self._show()

    def set_schedules(
        self,
        workspace: str,
        rows: Sequence[Schedule],
        hidden: Collection[int] = (),
        read_at: datetime | None = None,
    ) -> None:
        """Set the schedule of the open workspace; see `ScheduleIndex.set_schedules`."""
        self._schedule_index.set_schedules(workspace, rows, hidden, read_at)
        self._show()

    def set_channels(self, ids: Collection[int] | None) -> None:
        """Show entries for these channels; those that need the user are never hidden."""
        channels = None if ids is None else frozenset(ids)
        if channels != self._channels:
            self._channels = channels
            self._show()

    def set_workspace(self, workspace: str) -> None:
        """Set the open workspace, whose entries are listed."""
        if workspace != self._workspace:
            self._workspace = workspace
            self._show()

    def set_workspace_names(self, names: Mapping[str, str]) -> None:
        """Set the names of workspaces by id."""
        if names != self._workspace_names:
            self._workspace_names = dict(names)
            self._show()

    def set_all_workspaces(self, on: bool) -> None:
        """List the entries of all workspaces, or of the open one only."""
        if on != self._all_workspaces:
            self._all_workspaces = on
            self._show()

    def is_elsewhere(self, entry: Entry) -> bool:
        """Return True for an entry of a workspace that is not open."""
        return self._workspace not in ("", entry.workspace)

    def workspace_name(self, entry: Entry) -> str:
        """Return the name of an entry's workspace while all of them are listed, else ""."""
        if not self._all_workspaces or not any(map(self.is_elsewhere, self._entries)):
            return ""
        return self._name_of(entry)

    def _name_of(self, entry: Entry) -> str:
        return self._workspace_names.get(entry.workspace) or translate(
            "OutboxModel", "Another workspace"
        )

    def other_workspaces(self) -> dict[str, int]:
        """Return the names of the other workspaces with entries, each with the number of those
        that need the user or have failed."""
        counts: dict[str, int] = {}
        for entry in self._entries:
            if self.is_elsewhere(entry):
                name = self._name_of(entry)
                counts[name] = counts.get(name, 0) + self._is_trouble(entry)
        return counts

    @property
    def is_by_channel(self) -> bool:
        """Return True if a channel filter is active."""
        return self._channels is not None

    def hidden_by_channel(self) -> int:
        """Return the number of entries hidden by the channel filter."""
        return sum(
            self._is_of_shown_workspace(entry)
            and not self._is_shown(entry)
            and self.delivery_status(entry).section(entry) != "needs_you"
            for entry in self._entries
        )

    def set_show_done(self, on: bool) -> None:
        if on != self.show_done:
            self._show_done = on
            self._show()

    @property
    def show_done(self) -> bool:
        """Return True if finished entries are listed: by the user's choice, else if nothing
        waits."""
        if self._show_done is not None:
            return self._show_done
        return not any(count for section, count in self._counts.items() if section != "done")

    def set_view(self, view: str) -> None:
        """Show "outbox" or "history"."""
        if view != self._view:
            self._view = view
            self._show()

    @property
    def view(self) -> str:
        return self._view

    def set_search(self, text: str) -> None:
        """Show entries of the history whose text, files or channels contain every word."""
        words = text.casefold().split()
        if words != self._words:
            self._words = words
            self._show()

    def set_host(self, host: str) -> None:
        """Set the name of the service; empty for the local server."""
        self._texts.host = host

    def set_paused(self, on: bool) -> None:
        """Set whether sending is paused."""
        if on != self._texts.paused:
            self._texts.paused = on
            self.refresh_clock()

    def set_held(self, key: str, on: bool) -> None:
        """Pause or resume one entry."""
        (self._texts.held.add if on else self._texts.held.discard)(key)
        self._show()

    def is_held(self, entry: Entry) -> bool:
        """Return True if this entry is paused individually."""
        return entry.state == "waiting" and entry.id in self._texts.held

    def is_in_line(self, entry: Entry) -> bool:
        """Return True if the entry only waits for its turn."""
        if entry.state != "waiting" or self.paused or entry.id in self._texts.held:
            return False
        return entry.next_try is None and not entry.code

    @property
    def paused(self) -> bool:
        return self._texts.paused

    def counts(self) -> dict[str, int]:
        """Return the number of rows by section, as in the headings; "done" only counts today."""
        return dict(self._counts)

    def has_entries(self) -> bool:
        """Return True if the workspaces that are listed have an entry, whatever the filters."""
        return any(map(self._is_of_shown_workspace, self._entries))

    def total_of_history(self) -> int:
        """Return the number of entries of the history, whatever the search."""
        sorted_entries = self._sorted()
        days = sum(len(entries) for entries in sorted_entries.days.values())
        return days + len(sorted_entries.upcoming)

    def attention(self) -> int:
        """Return how many entries of all channels and workspaces need the user or have failed, for
        the tab's badge."""
        return sum(map(self._is_trouble, self._entries))

    def _is_trouble(self, entry: Entry) -> bool:
        return self.delivery_status(entry).section(entry) in ("needs_you", "failed")

    def entry(self, key: str) -> Entry | None:
        return next((entry for entry in self._entries if entry.id == key), None)

    def entry_at(self, row: int) -> Entry | None:
        item = self._visible[row] if 0 <= row < len(self._visible) else None
        return item if isinstance(item, Entry) else None

    def head_at(self, row: int) -> SectionHead | None:
        item = self._visible[row] if 0 <= row < len(self._visible) else None
        return item if isinstance(item, SectionHead) else None

    def row_of(self, key: str) -> int:
        for row, item in enumerate(self._visible):
            if isinstance(item, Entry) and item.id == key:
                return row
        return -1

    def is_of_today(self, key: str) -> bool:
        """Return True if an entry belongs to the view "outbox"."""
        sections = self._sorted().sections
        return any(entry.id == key for entries in sections.values() for entry in entries)

    def delivery_status(self, entry: Entry) -> DeliveryStatus:
        delivery_status = self._delivery_statuses.get(entry.id) if entry.state == "sent" else None
        return (
            delivery_status
            if delivery_status is not None
            else self._schedule_index.delivery_status(entry, self._now())
        )

    def line(self, entry: Entry) -> OutboxLine:
        """Return the state of an entry in one line with its numbers."""
        return self._texts.line(entry, self.delivery_status(entry))

    def channel_states(self, entry: Entry) -> list[ChannelState]:
        """Return the state on each channel; empty until the service has a part of the post."""
        return channel_states(entry, self.delivery_status(entry), self._now())

    def retry_words(self, entry: Entry) -> str:
        """Return the text of the Retry button."""
        return retry_words(self.channel_states(entry))

    def has_moving(self) -> bool:
        """Return True if a row has an indeterminate progress bar."""
        return any(entry.state == "handing_over" for entry in self._entries)

    def has_countdown(self) -> bool:
        """Return True if a row may count down to its next try."""
        return any(entry.state == "waiting" for entry in self._entries)

    def refresh_clock(self) -> None:
        """Update the countdowns."""
        if self._visible:
            self.dataChanged.emit(self.index(0), self.index(len(self._visible) - 1))

    # --- sorting into views -----------------------------------------------------------------------

    def _day(self, moment: datetime) -> date:
        return dates.local(moment, self._zone).date()

    def _sorted(self) -> _Sorted:
        result, today = _Sorted(), self._day(self._now())
        scheduled: list[Entry] = []
        at = {entry.id: self.delivery_status(entry).at for entry in self._entries}
        for entry in self._entries:
            delivery_status = self.delivery_status(entry)
            section = delivery_status.section(entry)
            if not self._is_of_shown_workspace(entry):
                continue
            if section != "needs_you" and not self._is_shown(entry):
                continue
            if delivery_status.kind == "scheduled":
                scheduled.append(entry)
            elif section == "done" and self._day(at[entry.id]) != today:
                result.days.setdefault(self._day(at[entry.id]), []).append(entry)
            else:
                result.sections[section].append(entry)
        for name in ("needs_you", "failed", "done"):
            result.sections[name].sort(key=lambda entry: at[entry.id], reverse=True)
        # Uploads in the order of the queue come before what waits at the service for its time.
        scheduled.sort(key=lambda entry: at[entry.id])
        for number, entry in enumerate(scheduled):
            is_near = today in (self._day(entry.updated_at), self._day(at[entry.id]))
            is_next = is_near or number < _NEXT
            (result.sections["waiting"] if is_next else result.upcoming).append(entry)
        return result

    def _show(self) -> None:
        now = self._now()
        self._delivery_statuses = {
            entry.id: self._schedule_index.delivery_status(entry, now) for entry in self._entries
        }
        sorted_entries = self._sorted()
        self._counts = {
            section: len(entries) for section, entries in sorted_entries.sections.items()
        }
        self._counts["done"] = sum(
            self.delivery_status(entry).is_published for entry in sorted_entries.sections["done"]
        )
        visible = (
            self._history(sorted_entries)
            if self._view == "history"
            else self._outbox(sorted_entries)
        )
        if [_identity(item) for item in visible] == [_identity(item) for item in self._visible]:
            self._visible = visible
            self.refresh_clock()
        else:
            self.beginResetModel()
            self._visible = visible
            self.endResetModel()
        self.countsChanged.emit()

    def _outbox(self, sorted_entries: _Sorted) -> list[Entry | SectionHead]:
        visible: list[Entry | SectionHead] = []
        for section in SECTIONS:
            entries = sorted_entries.sections[section]
            if not entries:
                continue
            count = self._counts[section]
            visible.append(
                SectionHead(section, section_label(section), count, len(entries) - count)
            )
            if section != "done" or self.show_done:
                visible.extend(entries)
        return visible

    def _history(self, sorted_entries: _Sorted) -> list[Entry | SectionHead]:
        visible: list[Entry | SectionHead] = []
        today = self._day(self._now())
        upcoming = [entry for entry in sorted_entries.upcoming if self._matches(entry)]
        if upcoming:
            visible.append(
                SectionHead("upcoming", translate("OutboxModel", "Upcoming"), len(upcoming))
            )
            visible.extend(upcoming)
        for day in sorted(sorted_entries.days, reverse=True):
            entries = [entry for entry in sorted_entries.days[day] if self._matches(entry)]
            if entries:
                entries.sort(key=lambda entry: self.delivery_status(entry).at, reverse=True)
                title = dates.day_heading(day, today)[0]
                visible.append(SectionHead(f"day {day}", title, len(entries)))
                visible.extend(entries)
        return visible

    def _matches(self, entry: Entry) -> bool:
        if not self._words:
            return True
        parts = [entry.title, entry.draft.text, self.line(entry).accessible_text]
        parts += [text for item in entry.items for text in (item.text, *item.thread)]
        parts += [f"{item.channel_name} {network_name(item.network)}" for item in entry.items]
        parts += [ref.name for ref in entry.media]
        hay = "\n".join(parts).casefold()
        return all(word in hay for word in self._words)

    def _is_shown(self, entry: Entry) -> bool:
        """Return True if the channel filter lists an entry. It is one of the open workspace, whose
        channels have other numbers elsewhere."""
        if self._channels is None or self.is_elsewhere(entry):
            return True
        return not self._channels.isdisjoint(entry.channel_ids)

    def _is_of_shown_workspace(self, entry: Entry) -> bool:
        return self._all_workspaces or not self.is_elsewhere(entry)

    # --- Qt ---------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._visible)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self._visible[index.row()], SectionHead):
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        item = self._visible[index.row()]
        if isinstance(item, SectionHead):
            if role == self.HeadRole:
                return item
            if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                return item.accessible_text
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return item.title
        if role == self.EntryRole:
            return item
        if role == self.LineRole:
            return self.line(item)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            names = listed(network_name(slug) for slug in item.networks)
            title, line = spoken_text(item.title), self.line(item).accessible_text
            parts = (title, names, line, self.workspace_name(item))
            return ", ".join(part for part in parts if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            # The row may elide both.
            detail = item.reason or self.line(item).detail
            return "\n".join(part for part in (item.title, detail) if part) or None
        return None


def _identity(item: Entry | SectionHead) -> tuple[str, str]:
    return ("head", item.section) if isinstance(item, SectionHead) else ("entry", item.id)


def _in_users_language(entry: Entry) -> Entry:
    """Return an entry with its reasons, which are stored in English, as they are shown."""
    reason = in_users_language(entry.reason)
    details = [in_users_language(step.detail) for step in entry.steps]
    if reason == entry.reason and details == [step.detail for step in entry.steps]:
        return entry
    steps = [
        replace(step, detail=detail) for step, detail in zip(entry.steps, details, strict=True)
    ]
    return replace(entry, reason=reason, steps=tuple(steps))
