"""Timeline of a campaign as lines: weeks, posts, clock changes and conflicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from posto_desktop.common.translation import translate
from posto_desktop.core.campaign_results import MessageResult
from posto_desktop.core.campaign_times import CampaignTime
from posto_desktop.core.limits import network_name
from posto_desktop.models import dates

Index = QModelIndex | QPersistentModelIndex
TimelineLineKind = Literal["week", "post", "clocks", "conflict", "untimed"]

MAX_BARS = 42


@dataclass(frozen=True)
class TimelineLine:
    """One line. `place` is the index of the message; `words` is the text of a heading or note,
    `fix` that of its link, `move_to` the time that the link sets; `bad`: red, not amber."""

    kind: TimelineLineKind
    words: str = ""
    place: int = -1
    when: datetime | None = None
    move_to: datetime | None = None
    fix: str = ""
    bad: bool = False


@dataclass(frozen=True)
class TimelineBar:
    """One bar of the chart: number of posts of this campaign and of others."""

    first: date
    days: int
    own_posts: int = 0
    other_posts: int = 0

    @property
    def is_weekend(self) -> bool:
        return self.days == 1 and self.first.weekday() >= 5


@dataclass(frozen=True)
class Timeline:
    lines: tuple[TimelineLine, ...] = ()
    bars: tuple[TimelineBar, ...] = ()
    days: int = 0
    """Days from the first to the last post, inclusive."""
    conflicts: int = 0
    offers: Mapping[int, datetime] = field(default_factory=dict)


def timeline_of(
    planned: Sequence[CampaignTime],
    results: Mapping[str, MessageResult],
    other_times: Iterable[datetime],
    now: datetime,
    zone: tzinfo,
) -> Timeline:
    """Return the timeline. `other_times` are the times of posts outside the campaign (aware)."""
    timed: list[tuple[datetime, CampaignTime]] = []
    untimed: list[CampaignTime] = []
    for message_time in planned:
        result = results.get(message_time.message_id)
        held = result is not None and not result.is_stopped
        when = result.when if held and result is not None else message_time.when
        if when is None and (message_time.at_once or held):
            when = now
        if when is None:
            untimed.append(message_time)
        else:
            timed.append((when, message_time))
    timed.sort(key=lambda pair: (pair[0], pair[1].place))
    lines: list[TimelineLine] = []
    week: date | None = None
    offset = now.astimezone(zone).utcoffset()
    conflicts = 0
    for when, message_time in timed:
        local = when.astimezone(zone)
        monday = local.date() - timedelta(days=local.weekday())
        if monday != week:
            week = monday
            lines.append(TimelineLine("week", _week_words(monday, now.astimezone(zone).date())))
        if local.utcoffset() != offset and when > now:
            lines.append(TimelineLine("clocks", _clock_words(local, offset)))
            offset = local.utcoffset()
        lines.append(TimelineLine("post", place=message_time.place, when=when))
        result = results.get(message_time.message_id)
        note = (
            None
            if result is not None and not result.is_stopped
            else _conflict(message_time, now, zone)
        )
        if note is not None:
            conflicts += 1
            lines.append(note)
    if untimed:
        lines.append(TimelineLine("week", translate("CampaignTimeline", "Without a time")))
        lines += [
            TimelineLine("untimed", place=message_time.place, bad=True) for message_time in untimed
        ]
    moments = [when for when, _message_time in timed]
    bars, days = _bars(moments, other_times, zone)
    return Timeline(tuple(lines), bars, days, conflicts)


def _conflict(message_time: CampaignTime, now: datetime, zone: tzinfo) -> TimelineLine | None:
    fix = ""
    if message_time.move_to is not None:
        at = dates.clock(message_time.move_to, zone)
        same = message_time.when is not None and (
            message_time.when.astimezone(zone).date()
            == message_time.move_to.astimezone(zone).date()
        )
        fix = translate("CampaignTimeline", "Move to {time}").format(time=at)
        if not same:
            when = f"{dates.day(message_time.move_to, now, zone)}, {at}"
            fix = translate("CampaignTimeline", "Move to {time}").format(time=when)
    if message_time.problem == "past":
        words = translate("CampaignTimeline", "This time has passed")
        return TimelineLine(
            "conflict",
            words,
            message_time.place,
            message_time.when,
            message_time.move_to,
            fix,
            bad=True,
        )
    if message_time.clash is not None:
        words = translate("CampaignTimeline", "{network} also posts at {time} that day").format(
            network=network_name(message_time.clash.network)
            or translate("CampaignTimeline", "The channel"),
            time=dates.clock(message_time.clash.when, zone),
        )
        return TimelineLine(
            "conflict", words, message_time.place, message_time.when, message_time.move_to, fix
        )
    if message_time.skipped and message_time.when is not None:
        words = translate(
            "CampaignTimeline", "The clocks change that day. The post is sent at {time}"
        ).format(time=dates.clock(message_time.when, zone))
        return TimelineLine("conflict", words, message_time.place, message_time.when)
    return None


def _week_words(monday: date, today: date) -> str:
    year = "" if monday.year == today.year else " yyyy"
    day = dates.day_words(monday, f"d MMMM{year}")
    return translate("CampaignTimeline", "Week of {day}").format(day=day)


def _clock_words(local: datetime, before: timedelta | None) -> str:
    """Return "The clocks have changed: UTC+1 from here"."""
    offset = local.utcoffset() or timedelta()
    minutes = round(offset.total_seconds() / 60)
    hours, remainder = divmod(abs(minutes), 60)
    name = f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{remainder:02d}" if remainder else "")
    back = before is not None and offset < before
    words = (
        translate("CampaignTimeline", "The clocks have gone back: {zone}")
        if back
        else translate("CampaignTimeline", "The clocks have gone forward: {zone}")
    )
    return words.format(zone=name)


def _bars(
    own: Sequence[datetime], other_times: Iterable[datetime], zone: tzinfo
) -> tuple[tuple[TimelineBar, ...], int]:
    """Return the bars from the Monday before the first post to the Sunday after the last one: one
    per day, or per several days if there are too many."""
    if not own:
        return (), 0
    days = dates.LocalDays(zone)
    own_counts = Counter(days.day(moment) for moment in own)
    first, last = min(own_counts), max(own_counts)
    span = (last - first).days + 1
    start = first - timedelta(days=first.weekday()) if first.toordinal() > 7 else first
    total = (last - start).days + 1
    total += -total % 7
    step = 1 if total <= MAX_BARS else 7 * -(-total // (7 * MAX_BARS))
    other_counts: Counter[date] = Counter()
    for moment in other_times:
        day = days.day(moment)
        if start <= day <= last + timedelta(days=7 if last.toordinal() < 3_652_050 else 0):
            other_counts[day] += 1
    bars: list[TimelineBar] = []
    count = -(-total // step)
    sums = [[0, 0] for _ in range(count)]
    for which, counter in enumerate((own_counts, other_counts)):
        for day, number in counter.items():
            place = (day - start).days // step
            if 0 <= place < count:
                sums[place][which] += number
    for place, (number, other_number) in enumerate(sums):
        try:
            bars.append(
                TimelineBar(start + timedelta(days=place * step), step, number, other_number)
            )
        except OverflowError:
            break
    return tuple(bars), span


class TimelineModel(QAbstractTableModel):
    """Table model of the lines; the delegate calls `line_at`."""

    def __init__(
        self, zone: tzinfo, now: Callable[[], datetime], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.zone = zone
        self._now = now
        self._lines: Sequence[TimelineLine] = ()
        self._title: Callable[[int], str] = lambda _place: ""

    def set_timeline(self, timeline: Timeline, title: Callable[[int], str]) -> None:
        """Show these lines; `title` returns a message's title by its index."""
        self._title = title
        if timeline.lines == self._lines:
            if self._lines:
                last = self.index(len(self._lines) - 1, 0)
                self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self._lines = timeline.lines
        self.endResetModel()

    def line_at(self, row: int) -> TimelineLine | None:
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def lines(self) -> Sequence[TimelineLine]:
        return self._lines

    def title(self, place: int) -> str:
        return self._title(place)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def columnCount(self, _parent: Index | None = None) -> int:
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.line_at(index.row())
        if line is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            if line.kind == "post" and line.when is not None:
                day = dates.day(line.when, self._now(), self.zone)
                return f"{day} {dates.clock(line.when, self.zone)}, {self.title(line.place)}"
            if line.kind == "untimed":
                return self.title(line.place)
            return f"{line.words}. {line.fix}" if line.fix else line.words
        if role == Qt.ItemDataRole.ToolTipRole:
            if line.kind == "post" and line.when is not None:
                return f"{dates.full_when(line.when, self.zone)}\n{self.title(line.place)}"
            return line.words or self.title(line.place)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        line = self.line_at(index.row())
        if line is None or line.kind in ("week", "clocks"):
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
