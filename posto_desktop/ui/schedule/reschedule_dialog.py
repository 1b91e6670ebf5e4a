"""Reschedule dialog: new times for many posts, with a preview of each change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.common.locale_words import listed
from posto_desktop.common.translation import translate
from posto_desktop.core import bulk_reschedule
from posto_desktop.core.bulk_reschedule import (
    BusyTimes,
    RescheduleInput,
    ReschedulePreview,
    RescheduleRule,
)
from posto_desktop.core.moves import MOVABLE
from posto_desktop.core.slots import SlotGroup, occupied_times
from posto_desktop.models import dates
from posto_desktop.models.parsed_time import parse_time
from posto_desktop.models.when_text import day_and_time, distance
from posto_desktop.sdk.errors import WhenError
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.accessibility.announcer import announce
from posto_desktop.ui.schedule.reschedule_fields import RescheduleFields
from posto_desktop.ui.schedule.reschedule_list import ChangesList
from posto_desktop.ui.shared.other_time_chip import OtherTimeChip
from posto_desktop.ui.widgets.action_dialog import ActionDialog
from posto_desktop.ui.widgets.buttons import set_enabled
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.workers.debouncer import Debouncer

__all__ = ["RescheduleContext", "RescheduleDialog", "forecast_reschedule"]

WIDTH = 560
PAUSE_MS = 120
LEAST_LIST = 190


@dataclass(frozen=True)
class RescheduleContext:
    """Input of the dialog: the chosen rows, all rows of the schedule, and the weekly slots of their
    channels (None if there are none)."""

    rows: Sequence[Schedule]
    all: Sequence[Schedule]
    slots: SlotGroup | None
    zone: tzinfo


@dataclass(frozen=True)
class RescheduleForecast:
    """Preview of a reschedule with the inputs that are slow to compute."""

    preview: ReschedulePreview
    staying: BusyTimes
    taken: Sequence[datetime]
    now: datetime


def forecast_reschedule(
    context: RescheduleContext,
    rule: RescheduleRule,
    now: datetime,
    previous: RescheduleForecast | None = None,
) -> RescheduleForecast:
    """Return the preview of a rule. Slow for a large schedule: run it in a worker."""
    if previous is None:
        moving = {row.id for row in context.rows}
        staying = bulk_reschedule.busy(context.all, moving)
        channels = {row.channel_id for row in context.rows}
        taken = occupied_times(channels, (row for row in context.all if row.id not in moving))
    else:
        staying, taken = previous.staying, list(previous.taken)
    times = bulk_reschedule.times_of(rule, context.rows, context.zone, context.slots, taken)
    rows = [row for row in context.rows if row.id in times]
    return RescheduleForecast(
        bulk_reschedule.preview(rows, times, now, staying), staying, taken, now
    )


class RescheduleDialog(ActionDialog):
    """What counts has its context by name: `tr` does not find counted texts in subclasses.

    Signals: `forecastRequested(object RescheduleRule, object RescheduleForecast | None)`:
    compute it in a worker and answer with `show_forecast`; `chosen(dict)`: new times (aware UTC) by
    row."""

    forecastRequested = Signal(object, object)
    chosen = Signal(object)

    def __init__(
        self,
        context: RescheduleContext,
        parent: QWidget | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__("reschedule-dialog", "", "", width=WIDTH, parent=parent)
        self.context, self._clock = context, clock
        self._movable = sum(
            row.status in MOVABLE and row.send_at is not None for row in context.rows
        )
        self._last_forecast: RescheduleForecast | None = None
        self._shown_forecast: RescheduleForecast | None = None
        self._asked: RescheduleRule | None = None
        self.set_title(self._title_text(self._movable))
        self.fields = RescheduleFields(
            context.slots is not None,
            clock,
            context.zone,
            lambda: [row.send_at for row in context.all if row.send_at is not None],
            for_one=self._movable == 1,
            parent=self,
        )
        self.body.addWidget(self.fields)
        self.reading = Paragraph("", "muted", object_name="when-reading", parent=self)
        self.body.addWidget(self.reading)
        self.other_time = OtherTimeChip(self)
        self.other_time.chosen.connect(self._use)
        self.body.addWidget(self.other_time, 0, Qt.AlignmentFlag.AlignLeft)
        self.list = ChangesList(context.zone, self)
        self.list.setMinimumHeight(LEAST_LIST)
        self.body.addWidget(self.list, 1)
        self.summary = Paragraph("", "muted", object_name="reschedule-summary", parent=self)
        self.body.addWidget(self.summary)
        self.action_button.setObjectName("move-posts")
        self.action_button.clicked.connect(self._accept_times)
        self._debouncer = Debouncer(PAUSE_MS, self._read, self)
        self.fields.changed.connect(self._changed)
        self._read()
        self.fields.first_field().setFocus()

    def now(self) -> datetime:
        """Return the current time of the dialog's clock."""
        return self._clock()

    @Slot()
    def _changed(self) -> None:
        set_enabled(self.action_button, False, self.tr("Enter a new time first"))
        self._debouncer.call()

    @Slot()
    def _read(self) -> None:
        """Show how the input is understood and request its preview."""
        request, now, zone = self.fields.request(), self._clock(), self.context.zone
        self._asked, self._shown_forecast = None, None
        typed = self.fields.when.text() if request.how == "set" else ""
        self.other_time.show_reading(parse_time(typed, now, zone), zone, now)
        if request.how == "slots" and not self.fields.has_slots():
            self._show_reading(
                self.tr(
                    "These channels have no weekly slots. Add some under Settings > Publishing."
                ),
                "error",
            )
            return self._clear_forecast()
        try:
            rule = bulk_reschedule.parse_rule(request, now, zone)
        except WhenError as error:
            message = error.user_message
            if error.suggestions:
                message += " " + self.tr("Possible: {time}").format(time=listed(error.suggestions))
            self._show_reading(message, "error")
            return self._clear_forecast()
        if rule is None:
            self._show_reading(self._hint(request), "muted")
            return self._clear_forecast()
        self._show_reading(self._rule_text(rule, now), "muted")
        self._asked = rule
        self.forecastRequested.emit(rule, self._last_forecast)
        return None

    @Slot(str)
    def _use(self, text: str) -> None:
        self.fields.when.setText(text)
        self.fields.when.setFocus(Qt.FocusReason.OtherFocusReason)

    def _clear_forecast(self) -> None:
        self.list.show_changes((), self._clock())
        self.summary.setText(self._skipped_text())
        self.action_button.setText(self._action_text(()))
        set_enabled(self.action_button, False, self.tr("Enter a new time first"))

    def _show_reading(self, text: str, role: str) -> None:
        if self.isVisible() and text != self.reading.text():
            announce(text, "reading")
        self.reading.setText(text)
        self.reading.setProperty("role", role)
        self.reading.update()

    def _hint(self, request: RescheduleInput) -> str:
        return {
            "shift": self.tr("For example +1 day or -30 min"),
            "set": self.tr("Type a day and a time."),
            "between": self.tr("Type the first and the last time."),
            "every": self.tr("Type the first time and the interval between two messages."),
        }.get(request.how, "")

    def _rule_text(self, rule: RescheduleRule, now: datetime) -> str:
        zone = self.context.zone
        name = dates.zone_name(zone, rule.first or now)
        if rule.how == "shift":
            return self.tr("Days keep the time of day. Hours change it. {zone}").format(zone=name)
        assert rule.first is not None
        first = day_and_time(rule.first, zone)
        if rule.how == "between" and rule.last is not None:
            last = day_and_time(rule.last, zone)
            return f"{first} – {last} · {name}"
        if rule.how == "slots":
            return self.tr("The next free slots after {when} · {zone}").format(
                when=first, zone=name
            )
        return f"{first} · {distance(rule.first, now, zone)} · {name}"

    @Slot(object, object)
    def show_forecast(self, rule: RescheduleRule, forecast: RescheduleForecast) -> None:
        """Show a forecast; ignore it if the input has changed since."""
        self._last_forecast = forecast
        if rule is not self._asked:
            return
        self._shown_forecast = forecast
        preview = forecast.preview
        self.list.show_changes(preview.changes, forecast.now)
        sentences = []
        if preview.past:
            sentences.append(self._past_text(preview.past))
        if preview.clashes:
            text = translate(
                "RescheduleDialog",
                "Same minute as another post on the channel: %Ln post(s).",
                "",
                preview.clashes,
            )
            sentences.append(text)
        if preview.without:
            text = translate(
                "RescheduleDialog", "No free time for %Ln post(s).", "", preview.without
            )
            sentences.append(text)
        sentences.append(self._skipped_text())
        self.summary.setText(" ".join(sentence for sentence in sentences if sentence))
        announce(self.summary.text(), "summary")
        self.grow()
        moved = len(preview.times)
        self.action_button.setText(self._action_text(tuple(preview.times)))
        ready = moved > 0 and not self._debouncer.is_waiting
        set_enabled(self.action_button, ready, self.tr("Enter a new time first"))

    def _title_text(self, count: int) -> str:
        return self.tr("Reschedule %Ln post(s)", "", count)

    def _action_text(self, ids: Sequence[int]) -> str:
        """Return the text of the button that gives these posts their new times; for none before a
        time is entered."""
        return self.tr("Move %Ln post(s)", "", len(ids)) if ids else self.tr("Move posts")

    def _past_text(self, count: int) -> str:
        return self.tr("In the past, so not moved: %Ln post(s).", "", count)

    def _skipped_text(self) -> str:
        unmovable = len(self.context.rows) - self._movable
        if not unmovable:
            return ""
        return translate(
            "RescheduleDialog", "Not scheduled, so not moved: %Ln post(s).", "", unmovable
        )

    @Slot()
    def _accept_times(self) -> None:
        if self._shown_forecast is not None:
            times = dict(self._shown_forecast.preview.times)
            self.accept()
            self.chosen.emit(times)
