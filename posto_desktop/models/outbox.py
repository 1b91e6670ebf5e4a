"""Posts on their way, in the sections of the Activity page, each with one line of what happens."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from PySide6.QtCore import (
    QT_TRANSLATE_NOOP,
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from posto_desktop.core.entries import Entry, Progress
from posto_desktop.models import dates
from posto_desktop.models.networks import network_name

__all__ = ["SECTIONS", "Line", "OutboxModel", "SectionHead", "megabytes", "section_label"]

SECTIONS = ("needs_you", "in_progress", "waiting", "failed", "done")
_LABELS = {
    "needs_you": QT_TRANSLATE_NOOP("OutboxModel", "Needs you"),
    "in_progress": QT_TRANSLATE_NOOP("OutboxModel", "In progress"),
    "waiting": QT_TRANSLATE_NOOP("OutboxModel", "Waiting"),
    "failed": QT_TRANSLATE_NOOP("OutboxModel", "Failed"),
    "done": QT_TRANSLATE_NOOP("OutboxModel", "Done today"),
}
MOVING = -1.0
"""As a fraction: something happens, how much of it is not known."""

Index = QModelIndex | QPersistentModelIndex


def _tr(text: str) -> str:
    return QCoreApplication.translate("OutboxModel", text)


def section_label(section: str) -> str:
    return _tr(_LABELS[section])


def megabytes(size: int) -> str:
    """Return "38" or "1.2": decimal megabytes, as networks count them, without the unit."""
    value = size / 1_000_000
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


@dataclass(frozen=True)
class Line:
    """What a row says.

    ``pill`` is a status token, "neutral" or "" for none; ``strong`` the word in or instead of the
    pill, ``icon`` the neutral pill's, ``detail`` the rest; ``fraction`` is None without a progress
    bar, `MOVING`, or 0 to 1.
    """

    pill: str
    strong: str
    detail: str
    icon: str = ""
    fraction: float | None = None

    @property
    def spoken(self) -> str:
        return ", ".join(part for part in (self.strong, self.detail) if part)


@dataclass
class SectionHead:
    """The line above a section."""

    section: str
    count: int


@dataclass
class _Pace:
    """When an upload was first seen and how far it was then, to say how long it will take."""

    started: float
    sent: int


class OutboxModel(QAbstractListModel):
    """Entries of `core.outbox` under section heads. Signals: `countsChanged()`."""

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
        self._monotonic = monotonic
        self._zone = zone
        self._entries: list[Entry] = []
        self._visible: list[Entry | SectionHead] = []
        self._counts: dict[str, int] = {}
        self._channels: frozenset[int] | None = None
        self._paces: dict[str, _Pace] = {}
        self._show_done = False
        self.host = ""

    # --- content ----------------------------------------------------------------------------------

    def set_entries(self, entries: Iterable[Entry]) -> None:
        """Show these entries; where only their state moved inside a section, rows stay rows."""
        self._entries = list(entries)
        self._follow_paces()
        self._show()

    def set_channels(self, ids: Collection[int] | None) -> None:
        """Keep entries for these channels; what needs the user is never hidden."""
        channels = None if ids is None else frozenset(ids)
        if channels != self._channels:
            self._channels = channels
            self._show()

    def set_show_done(self, on: bool) -> None:
        if on != self._show_done:
            self._show_done = on
            self._show()

    @property
    def show_done(self) -> bool:
        return self._show_done

    def counts(self) -> dict[str, int]:
        """Entries by section, those of other days left out of "done"."""
        return dict(self._counts)

    def attention(self) -> int:
        """How many need the user or have failed, in all channels: the number on the page's tab."""
        return sum(entry.section in ("needs_you", "failed") for entry in self._entries)

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

    def has_moving(self) -> bool:
        """Whether a row shows a bar that moves by itself."""
        return any(entry.state == "handing_over" for entry in self._entries)

    def refresh_clock(self) -> None:
        """Count waiting times down."""
        if self._visible:
            self.dataChanged.emit(self.index(0), self.index(len(self._visible) - 1))

    def _show(self) -> None:
        today = dates.local(self._now(), self._zone).date()
        by_section: dict[str, list[Entry]] = {section: [] for section in SECTIONS}
        for entry in self._entries:
            section = entry.section
            if section == "done" and dates.local(entry.updated_at, self._zone).date() != today:
                continue
            if section != "needs_you" and not self._is_shown(entry):
                continue
            by_section[section].append(entry)
        visible: list[Entry | SectionHead] = []
        for section in SECTIONS:
            entries = by_section[section]
            if not entries:
                continue
            visible.append(SectionHead(section, len(entries)))
            if section != "done" or self._show_done:
                visible.extend(entries)
        self._counts = {section: len(entries) for section, entries in by_section.items()}
        if [_identity(item) for item in visible] == [_identity(item) for item in self._visible]:
            self._visible = visible
            self.refresh_clock()
        else:
            self.beginResetModel()
            self._visible = visible
            self.endResetModel()
        self.countsChanged.emit()

    def _is_shown(self, entry: Entry) -> bool:
        return self._channels is None or not self._channels.isdisjoint(entry.channel_ids)

    def _follow_paces(self) -> None:
        uploading = {entry.id: entry for entry in self._entries if entry.progress is not None}
        self._paces = {key: pace for key, pace in self._paces.items() if key in uploading}
        for key, entry in uploading.items():
            if key not in self._paces and entry.progress is not None:
                self._paces[key] = _Pace(self._monotonic(), entry.progress.sent)

    # --- what a row says --------------------------------------------------------------------------

    def line(self, entry: Entry) -> Line:
        """Return what is happening to an entry, in one line with its numbers."""
        say = {
            "waiting": self._waiting,
            "uploading": self._uploading,
            "handing_over": self._handing_over,
            "sent": self._sent,
            "refused": self._refused,
            "unclear": self._unclear,
            "cancelled": self._cancelled,
        }[entry.state]
        return say(entry)

    def _waiting(self, entry: Entry) -> Line:
        detail = entry.reason
        if entry.next_try is not None:
            soon = self._countdown(entry.next_try)
            detail = f"{detail.rstrip('.')}, {soon}" if detail else soon
        if entry.code == "offline":
            return Line("neutral", _tr("Waiting for network"), detail, "wifi-off")
        if entry.code == "sign_in":
            return Line("neutral", _tr("Waiting for sign-in"), entry.reason, "key-round")
        if entry.next_try is not None or entry.reason:
            return Line("neutral", _tr("Waiting"), detail, "clock")
        return Line("neutral", _tr("Next in line"), _tr("starts by itself"), "list-end")

    def _countdown(self, moment: datetime) -> str:
        seconds = (moment - self._now()).total_seconds()
        if seconds < 1:
            return _tr("next try now")
        if seconds < 90:
            return _tr("next try in {n} s").format(n=round(seconds))
        if seconds < 90 * 60:
            return _tr("next try in {n} min").format(n=round(seconds / 60))
        return _tr("next try at {time}").format(time=dates.clock(moment, self._zone))

    def _uploading(self, entry: Entry) -> Line:
        progress = entry.progress
        if progress is None:
            return Line("", _tr("Uploading"), "", fraction=MOVING)
        strong = _tr("Uploading {n} of {total}").format(
            n=progress.file_number, total=progress.file_count
        )
        parts = [progress.file_name]
        if progress.total:
            parts.append(
                _tr("{sent} of {total} MB").format(
                    sent=megabytes(progress.sent), total=megabytes(progress.total)
                )
            )
        left = self._time_left(entry.id, progress)
        if left:
            parts.append(left)
        return Line("", strong, ", ".join(parts), fraction=progress.fraction)

    def _time_left(self, key: str, progress: Progress) -> str:
        pace = self._paces.get(key)
        if pace is None:
            return ""
        took = self._monotonic() - pace.started
        sent = progress.sent - pace.sent
        if took < 3 or sent <= 0:
            return ""  # too early to tell
        seconds = (progress.total - progress.sent) * took / sent
        if seconds < 5:
            return ""
        if seconds < 90:
            return _tr("about {n} s left").format(n=round(seconds / 5) * 5)
        return _tr("about {n} min left").format(n=round(seconds / 60))

    def _handing_over(self, entry: Entry) -> Line:
        if entry.reason:
            return Line("", _tr("Looking for the post"), entry.reason, fraction=MOVING)
        detail = _tr("to {host}").format(host=self.host) if self.host else ""
        return Line("", _tr("Handing over"), detail, fraction=MOVING)

    def _sent(self, entry: Entry) -> Line:
        if entry.share_at is not None and entry.share_at > self._now():
            when = dates.short_when(entry.share_at, self._now(), self._zone)
            return Line("scheduled", _tr("Scheduled"), when)
        when = dates.clock(entry.updated_at, self._zone)
        return Line("sent", _tr("Handed over"), when)

    def _refused(self, entry: Entry) -> Line:
        if entry.code == "missed":
            return Line("late", _tr("Not sent"), entry.reason)
        return Line("failed", _tr("Failed"), entry.reason or _tr("No reason was given"))

    def _unclear(self, entry: Entry) -> Line:
        reason = entry.reason or _tr("No clear answer came back")
        detail = _tr("May already be published: {reason}").format(reason=reason)
        return Line("needs_you", _tr("Needs you"), detail)

    def _cancelled(self, entry: Entry) -> Line:
        return Line("neutral", _tr("Cancelled"), dates.clock(entry.updated_at, self._zone), "x")

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

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        item = self._visible[index.row()]
        if isinstance(item, SectionHead):
            if role == self.HeadRole:
                return item
            if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                return f"{section_label(item.section)}, {item.count}"
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return item.title
        if role == self.EntryRole:
            return item
        if role == self.LineRole:
            return self.line(item)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            names = ", ".join(network_name(slug) for slug in item.networks)
            return ", ".join(part for part in (item.title, names, self.line(item).spoken) if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return item.reason or None
        return None


def _identity(item: Entry | SectionHead) -> tuple[str, str]:
    return ("head", item.section) if isinstance(item, SectionHead) else ("entry", item.id)
