"""List model of the coming runs of evergreen messages, with the slots that stay free."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from posto_desktop.common.locale_words import listed
from posto_desktop.common.translation import translate
from posto_desktop.core.evergreen import ComingRun, EvergreenMessage, EvergreenPreview
from posto_desktop.core.evergreen_words import sentence_of
from posto_desktop.core.posts import headline
from posto_desktop.models import dates
from posto_desktop.models.evergreen import title_of
from posto_desktop.sdk.records import Channel

Index = QModelIndex | QPersistentModelIndex
_MOST_NAMES = 3
_FREE_TOGETHER = ("blocked", "no_messages")
"""Reasons of free slots that are listed together where they follow each other."""


@dataclass(frozen=True)
class RunRow:
    """A run, or the first of `count` free slots that stay free for the same reason."""

    run: ComingRun
    count: int = 1
    last: datetime | None = None
    """The time of the last one of several."""


def can_move_back(run: ComingRun) -> bool:
    """Return whether the user decided something about this slot that can be taken back."""
    if run.is_filled:
        return False
    causes = {cause for cause, _count in run.reason.causes}
    is_skipped = not run.message_id and (run.reason.code == "skipped" or "skipped" in causes)
    return run.is_pinned or run.is_edited or is_skipped


def rows_of(preview: EvergreenPreview) -> list[RunRow]:
    """Return what is scheduled, what would be, and what stays free, by time."""
    runs = [*preview.filled, *preview.coming, *preview.free]
    rows: list[RunRow] = []
    for run in sorted(runs, key=lambda each: (each.when, each.channel_ids)):
        before = rows[-1] if rows else None
        if before is not None and _is_more_of(before.run, run):
            channel_ids = tuple(dict.fromkeys((*before.run.channel_ids, *run.channel_ids)))
            slots = before.count + (run.when != (before.last or before.run.when))
            last = run.when if slots > 1 else None
            rows[-1] = RunRow(replace(before.run, channel_ids=channel_ids), slots, last)
        else:
            rows.append(RunRow(run))
    return rows


def _is_more_of(before: ComingRun, run: ComingRun) -> bool:
    """Return whether a free slot stays free for reasons like those of the one before it."""
    if before.message_id or run.message_id or before.reason.code != run.reason.code:
        return False
    if run.reason.code not in _FREE_TOGETHER or can_move_back(before) or can_move_back(run):
        return False
    codes = ([cause for cause, _count in each.reason.causes] for each in (before, run))
    return next(codes) == next(codes)


class EvergreenRunsModel(QAbstractTableModel):
    """The delegate reads rows by `run_at` and the functions with words of a row."""

    def __init__(
        self,
        zone: tzinfo,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.zone, self._clock = zone, clock
        self._rows: list[RunRow] = []
        self._channels: dict[int, Channel] = {}
        self._messages: Mapping[str, EvergreenMessage] = {}

    def set_runs(self, preview: EvergreenPreview, messages: Mapping[str, EvergreenMessage]) -> None:
        rows = rows_of(preview)
        self._messages = messages
        if [row.run.key for row in rows] == [row.run.key for row in self._rows]:
            self._rows = rows
            self._all_changed()
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def set_channels(self, channels: Iterable[Channel]) -> None:
        self._channels = {channel.id: channel for channel in channels}
        self._all_changed()

    def _all_changed(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, 0))

    # -- reading ---------------------------------------------------------------------------------

    def run_at(self, row: int) -> ComingRun | None:
        return self._rows[row].run if 0 <= row < len(self._rows) else None

    def row_of(self, key: str) -> int:
        return next((row for row, each in enumerate(self._rows) if each.run.key == key), -1)

    def message_of(self, run: ComingRun) -> EvergreenMessage | None:
        return self._messages.get(run.message_id)

    def channels_of(self, run: ComingRun) -> list[Channel]:
        listed_channels = (self._channels.get(number) for number in run.channel_ids)
        return [channel for channel in listed_channels if channel is not None]

    def is_first_of_day(self, row: int) -> bool:
        """Return whether a row begins another day than the row before it."""
        if row <= 0:
            return True
        days = (dates.local(self._rows[at].run.when, self.zone).date() for at in (row - 1, row))
        return next(days) != next(days)

    def when_words(self, run: ComingRun) -> tuple[str, str]:
        """Return the day and the time of a run."""
        return dates.day(run.when, self._clock(), self.zone), dates.clock(run.when, self.zone)

    def text_of(self, run: ComingRun) -> str:
        """Return the first line of what goes out; for free slots that they stay free."""
        if not run.message_id:
            row = self._rows[self.row_of(run.key)]
            if row.last is None:
                return translate("EvergreenRuns", "Stays free")
            words = translate("EvergreenRuns", "%Ln slot(s) stay free until {day}", "", row.count)
            return words.format(day=dates.day(row.last, self._clock(), self.zone))
        message = self.message_of(run)
        words = headline(run.text) or (title_of(message) if message is not None else "")
        return words or translate("EvergreenRuns", "Without text")

    def variant_words(self, run: ComingRun) -> str:
        """Return "Text 2 of 3", or that this run has a text of its own; "" with one text."""
        if run.is_edited:
            return translate("EvergreenRuns", "Own text")
        if run.variant_count < 2 or not run.message_id:
            return ""
        words = translate("EvergreenRuns", "Text {number} of {count}")
        return words.format(number=run.variant + 1, count=run.variant_count)

    def reason_of(self, run: ComingRun) -> str:
        return sentence_of(run.reason)

    def channel_words(self, run: ComingRun) -> str:
        """Return the names of the channels, or the first ones and how many more."""
        names = [channel.name for channel in self.channels_of(run)]
        if not names:
            return ""
        if len(names) > _MOST_NAMES + 1:
            count = len(names) - _MOST_NAMES
            more = translate("EvergreenRuns", "%Ln more", "", count)
            names = [*names[:_MOST_NAMES], more]
        return listed(names)

    def spoken(self, run: ComingRun) -> str:
        """Return the row for screen readers."""
        state = ""
        if run.is_filled:
            state = translate("EvergreenRuns", "Scheduled")
        elif run.is_pinned:
            state = translate("EvergreenRuns", "Pinned")
        parts = [
            " ".join(self.when_words(run)),
            state,
            self.text_of(run),
            self.variant_words(run),
            self.channel_words(run),
            self.reason_of(run),
        ]
        return ", ".join(part for part in parts if part)

    def tip_of(self, run: ComingRun) -> str:
        when = dates.full_when(run.when, self.zone)
        parts = [when, self.channel_words(run), run.text[:400], self.reason_of(run)]
        return "\n".join(part for part in parts if part)

    # -- for Qt ----------------------------------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, _parent: Index | None = None) -> int:
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        run = self.run_at(index.row())
        if run is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text_of(run)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tip_of(run)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.spoken(run)
        return None
