"""Other times for many posts: said in words, seen before anything is moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.core import spread
from posto_desktop.core.moves import MOVABLE
from posto_desktop.core.slots import SlotGroup, taken_times
from posto_desktop.core.spread import Busy, Meaning, Preview, Wish
from posto_desktop.models import dates, words
from posto_desktop.models.when_text import day_and_time, distance
from posto_desktop.sdk.errors import WhenError
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.schedule.reschedule_fields import RescheduleFields
from posto_desktop.ui.schedule.reschedule_list import ChangesList
from posto_desktop.ui.widgets.buttons import allow
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.sheet import Sheet
from posto_desktop.workers.debouncer import Debouncer

__all__ = ["Plan", "RescheduleDialog", "foresee"]

WIDTH = 560
PAUSE_MS = 120
LEAST_LIST = 190


@dataclass(frozen=True)
class Plan:
    """What the dialog works with: the chosen rows, all rows of the plan, and the weekly slots of
    their channels, if there are any."""

    rows: Sequence[Schedule]
    all: Sequence[Schedule]
    slots: SlotGroup | None
    zone: tzinfo


@dataclass(frozen=True)
class Foreseen:
    """What would come of a wish, with what it stands on (kept: the plan is long)."""

    preview: Preview
    stay: Busy
    taken: Sequence[datetime]
    now: datetime


def foresee(plan: Plan, meaning: Meaning, now: datetime, known: Foreseen | None = None) -> Foreseen:
    """What would come of it. Long where the plan is: for a worker."""
    if known is None:
        moving = {row.id for row in plan.rows}
        stay = spread.busy(plan.all, moving)
        channels = {row.channel_id for row in plan.rows}
        taken = taken_times(channels, (row for row in plan.all if row.id not in moving))
    else:
        stay, taken = known.stay, list(known.taken)
    times = spread.times_of(meaning, plan.rows, plan.zone, plan.slots, taken)
    rows = [row for row in plan.rows if row.id in times]
    return Foreseen(spread.preview(rows, times, now, stay), stay, taken, now)


class RescheduleDialog(Sheet):
    """Signals: `foreseeRequested(object Meaning, object Foreseen | None)`: work it out off this
    thread and answer with `show_foreseen`; `chosen(dict)`: new times (aware UTC) by row."""

    foreseeRequested = Signal(object, object)
    chosen = Signal(object)

    def __init__(
        self,
        plan: Plan,
        parent: QWidget | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__("reschedule-dialog", "", "", width=WIDTH, parent=parent)
        self.plan, self._clock = plan, clock
        self._movable = sum(row.status in MOVABLE and row.send_at is not None for row in plan.rows)
        self._known: Foreseen | None = None
        self._shown: Foreseen | None = None
        self._asked: Meaning | None = None
        count = words.posts(self._movable)
        self.set_title(self.tr("Reschedule {posts}").format(posts=count))
        self.fields = RescheduleFields(plan.slots is not None, self)
        self.body.addWidget(self.fields)
        self.reading = Paragraph("", "muted", object_name="when-reading", parent=self)
        self.body.addWidget(self.reading)
        self.list = ChangesList(plan.zone, self)
        self.list.setMinimumHeight(LEAST_LIST)
        self.body.addWidget(self.list, 1)
        self.summary = Paragraph("", "muted", object_name="reschedule-summary", parent=self)
        self.body.addWidget(self.summary)
        self.act.setObjectName("move-posts")
        self.act.setAccessibleName(self.tr("Move posts"))
        self.act.clicked.connect(self._act)
        self._pause = Debouncer(PAUSE_MS, self._read, self)
        self.fields.changed.connect(self._changed)
        self._read()
        self.fields.first_field().setFocus()

    def now(self) -> datetime:
        """What counts as now."""
        return self._clock()

    @Slot()
    def _changed(self) -> None:
        allow(self.act, False, self.tr("No post gets another time yet"))
        self._pause.call()

    @Slot()
    def _read(self) -> None:
        """Say how it is understood, and have it worked out."""
        wish, now, zone = self.fields.wish(), self._clock(), self.plan.zone
        self._asked, self._shown = None, None
        if wish.how == "slots" and not self.fields.has_slots():
            self._say(
                self.tr("These channels have no weekly slots. Settings > Publishing makes some."),
                "error",
            )
            return self._nothing()
        try:
            meaning = spread.understood(wish, now, zone)
        except WhenError as error:
            said = error.user_message
            if error.suggestions:
                said += " " + self.tr("Possible: {time}").format(time=", ".join(error.suggestions))
            self._say(said, "error")
            return self._nothing()
        if meaning is None:
            self._say(self._hint(wish), "muted")
            return self._nothing()
        self._say(self._meaning_words(meaning, now), "muted")
        self._asked = meaning
        self.foreseeRequested.emit(meaning, self._known)
        return None

    def _nothing(self) -> None:
        self.list.show_changes((), self._clock())
        self.summary.setText(self._left_out())
        self.act.setText(self.tr("Move posts"))
        allow(self.act, False, self.tr("No post gets another time yet"))

    def _say(self, text: str, role: str) -> None:
        self.reading.setText(text)
        self.reading.setProperty("role", role)
        self.reading.update()

    def _hint(self, wish: Wish) -> str:
        return {
            "shift": self.tr("For example +1 day or -30 min"),
            "set": self.tr("Type a day and a time."),
            "between": self.tr("Type the first and the last time."),
            "every": self.tr("Type the first time and the distance between two messages."),
        }.get(wish.how, "")

    def _meaning_words(self, meaning: Meaning, now: datetime) -> str:
        zone = self.plan.zone
        name = dates.zone_name(zone, meaning.first or now)
        if meaning.how == "shift":
            return self.tr("Days keep the time of day, hours are time that passes. {zone}").format(
                zone=name
            )
        assert meaning.first is not None
        first = day_and_time(meaning.first, zone)
        if meaning.how == "between" and meaning.last is not None:
            last = day_and_time(meaning.last, zone)
            return f"{first} – {last} · {name}"
        if meaning.how == "slots":
            return self.tr("The next free slots after {when} · {zone}").format(
                when=first, zone=name
            )
        return f"{first} · {distance(meaning.first, now, zone)} · {name}"

    @Slot(object, object)
    def show_foreseen(self, meaning: Meaning, found: Foreseen) -> None:
        """Show what would come of it, unless something else is typed by now."""
        self._known = found
        if meaning is not self._asked:
            return
        self._shown = found
        preview = found.preview
        self.list.show_changes(preview.changes, found.now)
        said = []
        if preview.past:
            text = self.tr("In the past, so not moved: {posts}.")
            said.append(text.format(posts=words.posts(preview.past)))
        if preview.clashes:
            text = self.tr("In the same minute as another post of the channel: {posts}.")
            said.append(text.format(posts=words.posts(preview.clashes)))
        if preview.without:
            text = self.tr("No time is left for {posts}.")
            said.append(text.format(posts=words.posts(preview.without)))
        said.append(self._left_out())
        self.summary.setText(" ".join(one for one in said if one))
        self.grow()
        moved = len(preview.times)
        self.act.setText(self.tr("Move {posts}").format(posts=words.posts(moved)))
        ready = moved > 0 and not self._pause.is_waiting
        allow(self.act, ready, self.tr("No post gets another time yet"))

    def _left_out(self) -> str:
        rest = len(self.plan.rows) - self._movable
        if not rest:
            return ""
        text = self.tr("Not waiting for a time, so not moved: {posts}.")
        return text.format(posts=words.posts(rest))

    @Slot()
    def _act(self) -> None:
        if self._shown is not None:
            times = dict(self._shown.preview.times)
            self.accept()
            self.chosen.emit(times)
