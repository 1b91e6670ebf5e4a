"""List model of the evergreen messages of a workspace: search, labels, what each row says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from posto_desktop.common.translation import translate
from posto_desktop.core.draft_list import DraftFinder
from posto_desktop.core.draft_list import title_of as title_of_draft
from posto_desktop.core.evergreen import EvergreenMessage, MessageRuns
from posto_desktop.core.folding import fold
from posto_desktop.core.limits import limits_for
from posto_desktop.core.posts import headline
from posto_desktop.models import dates
from posto_desktop.sdk.records import Channel

Index = QModelIndex | QPersistentModelIndex
NO_RUNS = MessageRuns()


def title_of(message: EvergreenMessage) -> str:
    """Return the name of a message, or the first line of its texts; "" without any."""
    title = title_of_draft(message.draft)
    return title or next((headline(text) for text in message.texts if text.strip()), "")


def pause_words(days: int) -> str:
    """Return "every 30 days at least"."""
    if not days:
        return translate("Evergreen", "as often as slots are free")
    return translate("Evergreen", "every %Ln day(s) at least", "", days)


def span_words(message: EvergreenMessage) -> str:
    """Return the days on which a message may go out; "" without limits."""
    first, last = message.first_day, message.last_day
    if first is not None and last is not None:
        return dates.span_words(first, last)
    if first is not None:
        return translate("Evergreen", "from {day}").format(day=_day(first))
    if last is not None:
        return translate("Evergreen", "until {day}").format(day=_day(last))
    return ""


def runs_words(message: EvergreenMessage, runs: MessageRuns) -> str:
    """Return how often a message went out or will, and the most that it may."""
    count = translate("Evergreen", "%Ln run(s)", "", runs.runs)
    if message.max_runs is None:
        return count
    most = translate("Evergreen", "at most %Ln on each channel", "", message.max_runs)
    #: {runs}: "3 runs"; {most}: "at most 12 on each channel".
    return translate("Evergreen", "{runs}, {most}").format(runs=count, most=most)


def _day(day: date) -> str:
    return dates.day_words(day, "d MMM yyyy")


class EvergreenMessagesModel(QAbstractTableModel):
    """The delegate reads rows by `message_at` and the functions with words of a row."""

    def __init__(
        self,
        zone: tzinfo | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.zone, self._clock = zone, clock
        self._all: Sequence[EvergreenMessage] = ()
        self._rows: list[EvergreenMessage] = []
        self._places: dict[str, int] = {}
        self._runs: Mapping[str, MessageRuns] = {}
        self._networks: dict[int, str] = {}
        self._finder: DraftFinder | None = None
        self._query, self._label = "", ""
        self._channels: frozenset[int] | None = None

    # -- filling ---------------------------------------------------------------------------------

    def set_messages(
        self, messages: Sequence[EvergreenMessage], runs: Mapping[str, MessageRuns]
    ) -> None:
        """Show these messages in this order."""
        if [each.id for each in messages] == [each.id for each in self._all]:
            self._replace(messages, runs)
            return
        self._all, self._runs, self._finder = messages, runs, None
        self._filter()

    def _replace(
        self, messages: Sequence[EvergreenMessage], runs: Mapping[str, MessageRuns]
    ) -> None:
        """Show changes of the same messages without a reset where the same ones are shown."""
        self._all, self._runs, self._finder = messages, runs, None
        rows = self._found()
        if [each.id for each in rows] != [each.id for each in self._rows]:
            self._reset(rows)
        elif rows:
            self._rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, 0))

    def set_channels(self, channels: Iterable[Channel]) -> None:
        self._networks = {each.id: limits_for(each.network).slug for each in channels}
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, 0))

    def set_query(self, query: str) -> None:
        """Show messages with these words in a text, a label, their name or a file's name."""
        self._query = query
        self._filter()

    def set_label(self, label: str) -> None:
        """Show messages with this label; "" for all."""
        self._label = label
        self._filter()

    def set_channel_filter(self, ids: Collection[int] | None) -> None:
        """Show messages for one of these channels, or for none yet; None shows all."""
        channels = None if ids is None else frozenset(ids)
        if channels != self._channels:
            self._channels = channels
            self._filter()

    @property
    def is_by_channel(self) -> bool:
        return self._channels is not None

    def _filter(self) -> None:
        self._reset(self._found())

    def _reset(self, rows: list[EvergreenMessage]) -> None:
        self.beginResetModel()
        self._rows = rows
        self._places = {message.id: row for row, message in enumerate(rows)}
        self.endResetModel()

    def _found(self) -> list[EvergreenMessage]:
        rows = [message for message in self._all if self._is_shown(message)]
        words = fold(self._query).split()
        if not words:
            return rows
        if self._finder is None:
            self._finder = DraftFinder([message.draft for message in self._all])
        matching = {id(draft) for draft in self._finder.find(self._query)}
        return [
            message
            for message in rows
            if id(message.draft) in matching or _is_in_alternatives(message, words)
        ]

    def _is_shown(self, message: EvergreenMessage) -> bool:
        if self._label and fold(self._label) not in map(fold, message.labels):
            return False
        ids = message.channel_ids
        return self._channels is None or not ids or not self._channels.isdisjoint(ids)

    # -- reading ---------------------------------------------------------------------------------

    def count(self) -> int:
        """Return the number of messages, including hidden ones."""
        return len(self._all)

    def message_at(self, row: int) -> EvergreenMessage | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, message_id: str) -> int:
        return self._places.get(message_id, -1)

    def runs_of(self, message: EvergreenMessage) -> MessageRuns:
        return self._runs.get(message.id, NO_RUNS)

    def networks_of(self, message: EvergreenMessage) -> list[str]:
        """Return the slugs of a message's networks, in the order of its channels."""
        slugs = (self._networks.get(number, "") for number in message.channel_ids)
        return list(dict.fromkeys(slug for slug in slugs if slug))

    def state_of(self, message: EvergreenMessage) -> tuple[str, str]:
        """Return the status and the words of a message's pill; ("", "") if it just runs."""
        if message.is_paused:
            #: Status of an evergreen message.
            return "draft", translate("Evergreen", "Paused")
        if not message.channel_ids:
            return "late", translate("Evergreen", "No channels")
        today = dates.local(self._clock(), self.zone).date()
        if message.last_day is not None and message.last_day < today:
            #: Status of an evergreen message: its last day is over.
            return "draft", translate("Evergreen", "Ended")
        return "", ""

    def line_of(self, message: EvergreenMessage) -> str:
        """Return "every 30 days at least · 3 runs · until 24 Dec 2026 · 3 texts"."""
        parts = [pause_words(message.cooldown_days), runs_words(message, self.runs_of(message))]
        parts.append(span_words(message))
        if message.variant_count > 1:
            parts.append(translate("Evergreen", "%Ln text(s)", "", message.variant_count))
        return " · ".join(part for part in parts if part)

    def next_words(self, message: EvergreenMessage) -> tuple[str, str]:
        """Return day and time of the next scheduled run; ("", "") for none."""
        when = self.runs_of(message).next_at
        if when is None:
            return "", ""
        return dates.day(when, self._clock(), self.zone), dates.clock(when, self.zone)

    def spoken(self, message: EvergreenMessage) -> str:
        """Return the row for screen readers."""
        parts = [title_of(message) or translate("Evergreen", "Nothing written yet")]
        parts += [self.state_of(message)[1], self.line_of(message).replace(" · ", ", ")]
        count = len(message.channel_ids)
        parts.append(translate("Evergreen", "%Ln channel(s)", "", count))
        when = self.runs_of(message).next_at
        if when is not None:
            words = dates.spoken_when(when, self._clock(), self.zone)
            parts.append(translate("Evergreen", "next: {when}").format(when=words))
        return ", ".join(part for part in parts if part)

    # -- for Qt ----------------------------------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, _parent: Index | None = None) -> int:
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        message = self.message_at(index.row())
        if message is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return title_of(message)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{title_of(message)}\n{self.line_of(message)}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.spoken(message)
        return None


def _is_in_alternatives(message: EvergreenMessage, words: Sequence[str]) -> bool:
    if not message.alternatives:
        return False
    hay = fold("\n".join(message.texts))
    return all(word in hay for word in words)
