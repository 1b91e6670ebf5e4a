"""Rhythm bar of a campaign: start, interval, variation, style."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from html import escape

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QIntValidator, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from posto_desktop.core.campaign import MAX_EVERY, UNITS, Campaign, Rhythm
from posto_desktop.core.typed_time import typed
from posto_desktop.models.dates import zone_name
from posto_desktop.models.parsed_time import ParsedTime, parse_time
from posto_desktop.models.when_text import day_and_time, distance, offset_note, other_reading
from posto_desktop.ui.shared.time_field import TimeField
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.flow_layout import FlowLayout
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.link_label import LinkLabel

_STYLE_WIDTHS = (140, 240)
VARIATIONS = (0, 5, 10, 15, 30, 60, 90, 120)


class _Group(QWidget):
    """A label above its controls."""

    def __init__(self, words: str, buddy: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        self.label = PlainLabel(words, self)
        self.label.setObjectName(f"{buddy.objectName()}-label")
        self.label.setProperty("role", "muted")
        self.label.setBuddy(buddy)
        column.addWidget(self.label)
        self.row = QHBoxLayout()
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(6)
        column.addLayout(self.row)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


class RhythmBar(QWidget):
    """While all messages have times of their own, it shows that instead of the rhythm.

    Signals: ``startTyped(str)``, ``rhythmChosen(Rhythm)``, ``styleChosen(str)``;
    ``rhythmInsteadChosen(Rhythm)``: the messages are to follow it instead of their own times;
    ``slotsRequested()``: open the settings of weekly slots."""

    startTyped = Signal(str)
    rhythmChosen = Signal(object)
    rhythmInsteadChosen = Signal(object)
    styleChosen = Signal(str)
    slotsRequested = Signal()

    def __init__(
        self, clock: Callable[[], datetime], zone: tzinfo, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._clock, self._zone = clock, zone
        self._start_text = ""
        self._rhythm = Rhythm()
        self._styles: list[tuple[str, str]] = []
        self._style = ""
        self._locked_reason = ""
        self._slots_missing = False
        self._own_times: list[datetime] = []
        self._message_count = 0
        self.reading = ParsedTime()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 12, 24, 10)
        column.setSpacing(8)
        flow = FlowLayout(gap=14)
        self.start = TimeField(clock, zone, parent=self)
        name_control(self.start, self.tr("Starts"), "start")
        self.start.setPlaceholderText(self.tr("Now, or “monday 9”"))
        # Not textEdited, which assistive software does not trigger.
        self.start.textChanged.connect(self._start_typed)
        self.start.picked.connect(self._start_typed)
        self._start_group = _Group(self.tr("Starts"), self.start, self)
        self._start_group.row.addWidget(self.start)
        flow.addWidget(self._start_group)

        self.every = QLineEdit(self)
        name_control(self.every, self.tr("Repeats every"), "every")
        self.every.setValidator(QIntValidator(1, MAX_EVERY, self.every))
        self.every.textEdited.connect(self._every_typed)
        self.every.editingFinished.connect(self._show_rhythm)
        self.unit = ComboBox("rhythm", self)
        self.unit.activated.connect(self._unit_chosen)
        self._interval_group = _Group(self.tr("Repeats every"), self.unit, self)
        #: Noun: how the messages of a campaign are spread over time.
        self.unit.setAccessibleName(self.tr("Rhythm"))
        self._interval_group.row.addWidget(self.every)
        self._interval_group.row.addWidget(self.unit, 1)
        flow.addWidget(self._interval_group)

        self.vary = ComboBox("vary-the-time", self)
        self.vary.activated.connect(self._vary_chosen)
        self._variation_group = _Group(self.tr("Vary times by"), self.vary, self)
        self._variation_group.row.addWidget(self.vary)
        flow.addWidget(self._variation_group)
        for minutes in VARIATIONS:
            words = self.tr("%n minute(s)", "", minutes) if minutes else self.tr("nothing")
            self.vary.addItem(words, minutes)

        self.style_box = ComboBox("style", self)
        self.style_box.activated.connect(self._style_chosen)
        #: Noun: how messages look on each network.
        self._style_group = _Group(self.tr("Style"), self.style_box, self)
        self._style_group.row.addWidget(self.style_box)
        flow.addWidget(self._style_group)
        column.addLayout(flow)
        self._flow = flow

        self.reading_label = LinkLabel("start-reading", self)
        self.reading_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.reading_label.linkActivated.connect(self._use_link)
        column.addWidget(self.reading_label)
        self._fill_units()
        self._fill_styles()
        self.restyle()

    # -- showing -------------------------------------------------------------------------------

    def show_campaign(self, campaign: Campaign) -> None:
        """Show the campaign's values, except in a field that the user is typing in."""
        self._start_text = campaign.start_text
        if self.start.text() != campaign.start_text and not (
            self.start.hasFocus() and self.start.text().strip() == campaign.start_text.strip()
        ):
            self.start.setText(campaign.start_text)
        self._rhythm = campaign.rhythm
        self._message_count = len(campaign.messages)
        self._own_times = sorted(
            message.when for message in campaign.messages if message.when is not None
        )
        if self._are_all_own:
            self._rhythm = replace(self._rhythm, kind="times")
        self._style = campaign.style
        self._show_rhythm()
        self._fill_styles()
        self.refresh()

    @property
    def _are_all_own(self) -> bool:
        """Return True if no message follows the rhythm."""
        return 0 < self._message_count == len(self._own_times)

    def set_styles(self, styles: Sequence[tuple[str, str]]) -> None:
        """Set the styles to choose from: (name, title)."""
        self._styles = list(styles)
        self._fill_styles()

    def set_locked(self, why: str) -> None:
        """Disable the controls and show why; "" enables them."""
        if why != self._locked_reason:
            self._locked_reason = why
            for control in (self.start, self.every, self.unit, self.vary, self.style_box):
                control.setEnabled(not why)
            for field in (self.start, self.every):
                field.setToolTip(why)
            for box in (self.unit, self.vary, self.style_box):
                box.set_tip(why)
            self.refresh()

    def set_slots_missing(self, missing: bool) -> None:
        """Show an error if the rhythm uses slots and the channels have none."""
        if missing != self._slots_missing:
            self._slots_missing = missing
            self._show_reading()

    @Slot()
    def refresh(self) -> None:
        """Parse the start again, since time has passed."""
        self.reading = parse_time(self._start_text, self._clock(), self._zone)
        self._show_reading()

    def _show_reading(self) -> None:
        theme, reading = Theme.instance(), self.reading
        faint = theme.colour("text_muted").name()
        link = f'style="color:{theme.colour("accent_text").name()}; text-decoration:none"'
        if self._rhythm.kind == "times" or self._locked_reason:
            words = self._locked_reason or self._own_words()
            words = f'<span style="color:{faint}">{escape(words)}</span>'
        elif self._rhythm.kind == "slots" and self._slots_missing:
            red = theme.colour("danger_text").name()
            words = self.tr("These channels have no weekly slots yet.")
            words = f'<span style="color:{red}">{escape(words)}</span>'
            offer = self.tr("Add slots…")
            words += (
                f' <a href="slots" style="color:{theme.colour("text").name()}">{escape(offer)}</a>'
            )
        elif not reading.ok:
            red = theme.colour("danger_text").name()
            words = f'<span style="color:{red}">{escape(reading.problem)}</span>'
            words += " " + reading.suggestion_links(
                lambda time: self.tr("Use {time}").format(time=time), theme.colour("text").name()
            )
        elif reading.when is None:
            at_once = self.tr("The first message is sent when you start the campaign.")
            if self._rhythm.kind == "slots":
                at_once = self.tr("The first message uses the next free slot.")
            words = f'<span style="color:{faint}">{escape(at_once)}</span>'
        else:
            now = self._clock()
            zone = zone_name(self._zone, reading.when)
            if note := offset_note(reading.when, now, self._zone):
                #: "Europe/Berlin, UTC+1 then".
                zone = self.tr("{zone}, {offset}").format(zone=zone, offset=note)
            words = (
                f"{escape(day_and_time(reading.when, self._zone))}"
                f'<span style="color:{faint}"> · '
                f"{escape(distance(reading.when, now, self._zone))} · {escape(zone)}</span>"
            )
            if reading.alternative is not None:
                alternative_text = other_reading(reading.alternative, reading.when, self._zone, now)
                offer = self.tr("or {time}?").format(time=alternative_text)
                words += f' <a href="alternative" {link}>{escape(offer)}</a>'
            if reading.note:
                words += f'<span style="color:{faint}"> · {escape(reading.note)}</span>'
        if self._own_times and not self._are_all_own and self._rhythm.kind != "times":
            own = self.tr(
                "%Ln message(s) (has/have) (a time/times) of (its/their) own",
                "",
                len(self._own_times),
            )
            words += f'<span style="color:{faint}"> · {escape(own)}</span>'
        if self.reading_label.text() != words:
            self.reading_label.setText(words)
        invalid = not reading.ok and self._rhythm.kind != "times"
        if bool(self.start.property("invalid")) != invalid:
            self.start.setProperty("invalid", invalid)
            self.start.style().unpolish(self.start)
            self.start.style().polish(self.start)

    def _own_words(self) -> str:
        """Return from when to when the messages go out at their own times."""
        words = self.tr("Each message is sent at its own time.")
        if not self._own_times:
            return words
        first, last = self._own_times[0], self._own_times[-1]
        if first == last:
            return f"{words} {day_and_time(first, self._zone)}"
        span = self.tr("From {first} to {last}.").format(
            first=day_and_time(first, self._zone), last=day_and_time(last, self._zone)
        )
        return f"{words} {span}"

    @Slot()
    def _show_rhythm(self) -> None:
        rhythm = self._rhythm
        interval = rhythm.kind == "interval"
        typing = self.every.hasFocus() and not self.every.hasAcceptableInput()
        if not typing and self.every.text() != str(rhythm.every):
            self.every.setText(str(rhythm.every))
        self.every.setVisible(interval)
        self._variation_group.setVisible(interval)
        self._start_group.setVisible(rhythm.kind != "times")
        words = self.tr("Repeats every") if interval else self.tr("Posts at")
        self._interval_group.label.setText(words)
        self._fill_units()
        at = self.vary.findData(rhythm.vary)
        if at < 0:
            self.vary.addItem(self.tr("%n minute(s)", "", rhythm.vary), rhythm.vary)
            at = self.vary.count() - 1
        self.vary.setCurrentIndex(at)
        self.unit.set_as_wide_as_text(True)
        self.vary.set_as_wide_as_text(True)
        self._flow.invalidate()

    def _fill_units(self) -> None:
        every = self._rhythm.every
        names = {
            "minute": self.tr("minute(s)", "", every),
            "hour": self.tr("hour(s)", "", every),
            "day": self.tr("day(s)", "", every),
            "working_day": self.tr("working day(s)", "", every),
            "week": self.tr("week(s)", "", every),
        }
        entries: list[tuple[str, str]] = [(names[unit], unit) for unit in UNITS]
        entries += [(self.tr("free slots"), "slots"), (self.tr("own times"), "times")]
        key = self._rhythm.unit if self._rhythm.kind == "interval" else self._rhythm.kind
        with QSignalBlocker(self.unit):
            if [self.unit.itemText(at) for at in range(self.unit.count())] != [
                words for words, _key in entries
            ]:
                self.unit.clear()
                for words, value in entries:
                    self.unit.addItem(words, value)
            self.unit.setCurrentIndex(self.unit.findData(key))

    def _fill_styles(self) -> None:
        with QSignalBlocker(self.style_box):
            self.style_box.clear()
            self.style_box.addItem(self.tr("No style"), "")
            for name, title in self._styles:
                self.style_box.addItem(title, name)
            at = self.style_box.findData(self._style)
            if at < 0:
                words = self.tr("{name} (missing)").format(name=self._style)
                self.style_box.addItem(words, self._style)
                at = self.style_box.count() - 1
            self.style_box.setCurrentIndex(at)
        self._fit_style()

    def _fit_style(self) -> None:
        """Fit the width to the style's name, within limits."""
        least, most = (round(width * Theme.instance().scale) for width in _STYLE_WIDTHS)
        self.style_box.set_as_wide_as_text(True)
        self.style_box.setFixedWidth(min(max(self.style_box.minimumWidth(), least), most))
        self._flow.invalidate()

    # -- what the user does --------------------------------------------------------------------

    @Slot(str)
    def _every_typed(self, text: str) -> None:
        if self.every.hasAcceptableInput():
            self._choose(replace(self._rhythm, every=int(text)))

    @Slot(int)
    def _unit_chosen(self, index: int) -> None:
        key = self.unit.itemData(index)
        if key in ("slots", "times"):
            self._choose(replace(self._rhythm, kind=key))
        else:
            self._choose(replace(self._rhythm, kind="interval", unit=key))

    @Slot(int)
    def _vary_chosen(self, index: int) -> None:
        self._choose(replace(self._rhythm, vary=int(self.vary.itemData(index) or 0)))

    def _choose(self, rhythm: Rhythm) -> None:
        if rhythm == self._rhythm:
            return
        if self._are_all_own and rhythm.kind != "times":
            self.rhythmInsteadChosen.emit(rhythm)
        else:
            self.rhythmChosen.emit(rhythm)

    @Slot(int)
    def _style_chosen(self, index: int) -> None:
        name = self.style_box.itemData(index) or ""
        if name != self._style:
            self.styleChosen.emit(name)

    @Slot(str)
    def _start_typed(self, text: str) -> None:
        if text == self._start_text:
            return
        self._start_text = text
        self.refresh()
        self.startTyped.emit(text)

    def use_start(self, text: str) -> None:
        """Set the start as if the user had typed it."""
        self.start.setText(text)
        self._start_typed(text)

    @Slot(str)
    def _use_link(self, target: str) -> None:
        if target == "alternative" and self.reading.alternative is not None:
            self.use_start(typed(self.reading.alternative, self._zone))
        elif suggestion := self.reading.suggested(target):
            self.use_start(suggestion)
        elif target == "slots":
            self.slotsRequested.emit()

    def restyle(self) -> None:
        scale = Theme.instance().scale
        for control, width in (
            (self.start, 172),
            (self.every, 42),
        ):
            control.setFixedWidth(round(width * scale))
        self.unit.set_as_wide_as_text(True)
        self.vary.set_as_wide_as_text(True)
        self._fit_style()
        self._show_reading()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("surface_alt"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("border"))
        painter.end()
