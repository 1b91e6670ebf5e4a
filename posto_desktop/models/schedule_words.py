"""Texts of the schedule's cells, in the user's zone and at this moment."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date, datetime, tzinfo

from PySide6.QtCore import QCoreApplication

from posto_desktop.common.translation import translate
from posto_desktop.core.limits import network_name
from posto_desktop.core.posts import headline
from posto_desktop.core.site_schedule import SITE
from posto_desktop.models import dates, words
from posto_desktop.models.message_words import (
    channel_summary,
    message_name,
    post_lines,
    status_summary,
)
from posto_desktop.models.planner_words import planner_words
from posto_desktop.models.reasons import explain
from posto_desktop.models.schedule_messages import MessageRow, posts_of
from posto_desktop.models.schedule_rows import (
    CHANNEL,
    LINK,
    MEDIA,
    STATUS,
    TEXT,
    TIME,
    DayHead,
    ScheduleRow,
    status_label,
)
from posto_desktop.models.zone_words import ZoneTimes, beside, listed_times
from posto_desktop.sdk.records import Schedule

__all__ = ["ScheduleWords"]

_WHITE = {ord(c): " " for c in "\r\n\t\v\f\u2028\u2029"}
_SHOWN_CHARS = 300
_SPOKEN_CHARS = 160
_ADDRESS = re.compile(r"(?i)\b(?:https?://|www\.)\S+")


def _parts(schedule: Schedule) -> str:
    """Count the post itself too: two further parts are "3 parts"."""
    translate = QCoreApplication.translate
    return translate("SchedulesModel", "%n part(s)", "", len(schedule.thread) + 1)


def spoken_text(text: str) -> str:
    """Return the beginning of a text on one line, in which addresses are the word "link"."""
    shown = " ".join(text[:_SHOWN_CHARS].translate(_WHITE).split())
    return headline(without_addresses(shown), _SPOKEN_CHARS)


def without_addresses(text: str) -> str:
    """Return a text in which addresses are the word "link"."""
    return _ADDRESS.sub(translate("SchedulesModel", "link"), text)


class ScheduleWords:
    """Turns rows into texts. ``now`` returns aware UTC; ``zone`` None is the system's."""

    evergreen: Collection[str] = frozenset()
    """The marks of posts that evergreen messages have made."""

    def __init__(self, now: Callable[[], datetime], zone: tzinfo | None):
        self._now = now
        self._zone = zone
        self.zone_times = ZoneTimes(computer=zone)

    def today(self) -> date:
        return dates.local(self._now(), self._zone).date()

    def is_evergreen(self, schedule: Schedule) -> bool:
        """Return whether a post is a run of an evergreen message."""
        return bool(schedule.posto_ref) and schedule.posto_ref in self.evergreen

    def heading(self, head: DayHead) -> tuple[str, str, str]:
        """Return the day's name, its subtitle and its number of posts."""
        if head.day is None:
            title, small = (
                translate("SchedulesModel", "No date"),
                translate("SchedulesModel", "Drafts"),
            )
        else:
            title, small = dates.day_heading(head.day, self.today())
        return title, small, words.posts(head.count)

    def cell(self, row: ScheduleRow, column: int, *, under_head: bool = True) -> str:
        """Return the text of a cell. Without day headings a time includes its day."""
        s = row.schedule
        if isinstance(row, MessageRow) and column in (STATUS, CHANNEL):
            return status_summary(row) if column == STATUS else channel_summary(row)
        if column == TIME:
            if row.day is None or s.send_at is None:
                return "—"
            if under_head:
                return dates.clock(s.send_at, self._zone)
            return dates.dated_clock(s.send_at, self._now(), self._zone)
        if column == STATUS:
            return status_label(row.status, s.status)
        if column == CHANNEL:
            return s.channel_name or network_name(s.network)
        if column == TEXT and s.status == SITE:
            return planner_words(s)
        if column == TEXT:
            shown = s.text[:_SHOWN_CHARS]
            if shown.isspace():  # text may start after blank lines
                shown = s.text.lstrip()[:_SHOWN_CHARS]
            shown = " ".join(shown.translate(_WHITE).split())
            if not s.thread:
                return shown
            return " · ".join(word for word in (_parts(s), shown) if word)
        if column == MEDIA:
            return words.files(len(row.media)) if row.media else ""
        return row.link or ""

    def accessible_cell(self, row: ScheduleRow, column: int) -> str:
        """Return a cell for screen readers, which read the whole row or the current cell: "today
        12:30", of a message with whether its posts are listed; no addresses."""
        s = row.schedule
        if column == TIME:
            when = translate("SchedulesModel", "no date")
            if s.send_at is not None and row.day is not None:
                when = dates.spoken_when(s.send_at, self._now(), self._zone)
                when = listed_times(when, self.zone_words(row))
            if not isinstance(row, MessageRow):
                return when
            expanded = translate("SchedulesModel", "expanded")
            folding = expanded if row.is_open else translate("SchedulesModel", "collapsed")
            return f"{when}, {folding}"
        if column == CHANNEL:
            if isinstance(row, MessageRow):
                return message_name(row)
            return ", ".join(word for word in (network_name(s.network), s.channel_name) if word)
        if column == TEXT and s.status != SITE:
            text = spoken_text(s.text) or translate("SchedulesModel", "no text")
            kind = translate("SchedulesModel", "evergreen") if self.is_evergreen(s) else ""
            parts = (kind, _parts(s) if s.thread else "", text)
            return ", ".join(word for word in parts if word)
        if column == LINK:
            #: Title of a column.
            return translate("SchedulesModel", "Link") if row.link else ""
        return self.cell(row, column)

    def accessible_rest(self, row: ScheduleRow) -> str:
        """Return all cells but the first one for screen readers that read one cell alone."""
        cells = (self.accessible_cell(row, column) for column in (STATUS, CHANNEL, TEXT))
        return ", ".join(words for words in cells if words)

    def scheduled_words(self, schedule: Schedule) -> str:
        """Return "Today, 12:30" with the time in the zone of the channel, or the text for no
        time."""
        if schedule.send_at is None or schedule.status == "draft":
            return translate("SchedulesModel", "No date")
        when = dates.short_when(schedule.send_at, self._now(), self._zone)
        return beside(when, self.zone_times.words([schedule.channel_id], schedule.send_at))

    def zone_words(self, row: ScheduleRow) -> str:
        """Return the time of a row in the zones of its channels: "9:00 in New York"."""
        ids = [post.schedule.channel_id for post in posts_of(row)]
        return self.zone_times.words(ids, row.schedule.send_at)

    def when(self, moment: datetime) -> str:
        """Return "12:30" for today, else "Mon 30 Nov, 12:30"."""
        if dates.local(moment, self._zone).date() == self.today():
            return dates.clock(moment, self._zone)
        return dates.short_when(moment, self._now(), self._zone)

    def spoken_when(self, moment: datetime) -> str:
        """Return "12:30" for today, else "tomorrow 12:30", for the middle of a sentence."""
        if dates.local(moment, self._zone).date() == self.today():
            return dates.clock(moment, self._zone)
        return dates.spoken_when(moment, self._now(), self._zone)

    def tool_tip(self, row: ScheduleRow, column: int) -> str | None:
        s = row.schedule
        if column == TIME and s.send_at is not None:
            zone = dates.zone_name(self._zone, s.send_at)
            when = beside(dates.full_when(s.send_at, self._zone), self.zone_words(row))
            return f"{when} · {zone}"
        if isinstance(row, MessageRow) and column in (STATUS, CHANNEL):
            return post_lines(row)
        if column == STATUS:
            reason = explain(s, row.status)
            return f"{reason.title}\n{reason.text}" if reason else None
        if column == CHANNEL:
            return f"{s.channel_name} · {network_name(s.network)}"
        if column == TEXT:
            words = ""
            if self.is_evergreen(s):
                words = translate("SchedulesModel", "Run of an evergreen message")
            return "\n".join(part for part in (words, s.whole_text[:1000]) if part) or None
        if column == LINK:
            return row.link or None
        return None
