"""When the message goes out: a field that reads plain words, and what it understood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from html import escape

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QFontMetrics,
    QHideEvent,
    QKeySequence,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.core.recurrence import Repeat
from posto_desktop.models.dates import zone_name
from posto_desktop.ui import icons
from posto_desktop.ui.compose.fields import SIDE, FieldLabel, label_width
from posto_desktop.ui.compose.repeat_line import RepeatLine
from posto_desktop.ui.compose.when_chips import WhenChips
from posto_desktop.ui.compose.when_reading import When, lay_out, understand
from posto_desktop.ui.compose.when_text import (
    chips,
    day_and_time,
    distance,
    offset_note,
    other_reading,
    short_day,
    typed,
)
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.given import layout_of
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.link_label import LinkLabel

# What a repeat starts from where the field has no time.
FIRST = "tomorrow 9:00"


class WhenRow(QWidget):
    """Signals: ``changed()``: the time or the repeat is another one; ``reading`` and ``times`` are
    up to date by then.  ``slotWanted()``: the next free slot is asked for.  ``chipsShown()``: the
    quick times are shown, or time has passed.
    """

    changed = Signal()
    slotWanted = Signal()
    chipsShown = Signal()

    def __init__(
        self, clock: Callable[[], datetime], zone: tzinfo, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._zone = zone
        self.reading = When()
        self.planned: Callable[[], Sequence[datetime]] = tuple
        """Asked for the times (aware) at which something is planned, for the calendar's dots."""
        self._repeat: Repeat | None = None
        self._times: list[datetime] = []
        self._loading = False
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SIDE, 11, SIDE, 10)
        outer.setSpacing(8)

        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(0)
        self._grid.setVerticalSpacing(6)
        self._label = FieldLabel("clock", self.tr("When"), self)
        self.field = QLineEdit(self)
        self.field.setAccessibleName(self.tr("When"))
        self.field.setObjectName("when")
        self.field.setPlaceholderText(self.tr("Now, or “tomorrow 9”"))
        self._label.set_buddy(self.field)
        self._picker_action = QAction(self.tr("Choose a day and a time"), self)
        self._picker_action.setToolTip(self.tr("Choose a day and a time (Alt+Down)"))
        self._picker_action.triggered.connect(self.open_picker)
        self.field.addAction(self._picker_action, QLineEdit.ActionPosition.TrailingPosition)
        self._picker_action.setShortcut(QKeySequence("Alt+Down"))
        self._picker_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._mark = PlainLabel(self)
        self._mark.setFixedWidth(16)
        self.reading_label = LinkLabel("when-reading", self)
        self.reading_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.reading_label.linkActivated.connect(self._use_link)
        self._answer = QWidget(self)
        answer = QHBoxLayout(self._answer)
        answer.setContentsMargins(0, 0, 0, 0)
        answer.setSpacing(4)
        answer.addWidget(self._mark)
        answer.addWidget(self.reading_label, 1)
        self._grid.addWidget(self._label, 0, 0)
        self._grid.addWidget(self.field, 0, 1)
        self._grid.setColumnMinimumWidth(2, 8)
        self._grid.setColumnStretch(3, 1)
        outer.addLayout(self._grid)
        self._narrow: bool | None = None
        self._set_narrow(False)

        self.repeat_line = RepeatLine(self)
        self.repeat_line.changeWanted.connect(self.open_repeat)
        self.repeat_line.removeWanted.connect(self._stop_repeating)
        outer.addWidget(self.repeat_line)
        self.chips = WhenChips(self)
        self.chips.chosen.connect(self._chip_chosen)
        self.chips.slotWanted.connect(self.slotWanted)
        self.chips.repeatWanted.connect(self.open_repeat)
        outer.addWidget(self.chips)

        self.field.textChanged.connect(self._typed)
        # "in 5 days" and a time that slips into the past must not go stale on the screen.
        self._tick = QTimer(self)
        self._tick.setInterval(15_000)
        self._tick.timeout.connect(self._minute_passed)
        self._fill_chips()
        self.restyle()

    # -- value -----------------------------------------------------------------------------

    def text(self) -> str:
        return self.field.text()

    def set_text(self, text: str) -> None:
        """Set without announcing a change by the user."""
        self._loading = True
        self.field.setText(text)
        self._loading = False
        self.refresh()

    def repeat(self) -> Repeat | None:
        """How the message repeats; None: it goes out once."""
        return self._repeat

    def set_repeat(self, repeat: Repeat | None) -> None:
        """Set without announcing a change by the user."""
        self._repeat = repeat
        self.refresh()

    def times(self) -> list[datetime]:
        """When it goes out, as aware UTC in order: none for at once and while the field has a
        problem, one, or those of the repeat."""
        return list(self._times)

    @Slot()
    def refresh(self) -> None:
        """Read the field again: time has passed."""
        text = self.field.text()
        read = understand(text, self._clock(), self._zone)
        if self.chips.offers(text):
            read = replace(read, alternative=None)  # who chose "Tomorrow 9:00" meant it
        self.reading, self._times = lay_out(read, self._repeat, self._zone)
        self._show()

    def use(self, when: datetime) -> None:
        """Take this moment (aware), as if it had been typed."""
        self._use(typed(when, self._zone))

    def _typed(self, _text: str) -> None:
        self.refresh()
        if not self._loading:
            self.changed.emit()

    def _use(self, text: str) -> None:
        self.field.setText(text)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _use_link(self, target: str) -> None:
        if target == "alternative" and self.reading.alternative is not None:
            self.use(self.reading.alternative)
        elif suggestion := self.reading.suggested(target):
            self._use(suggestion)

    # -- what is shown ---------------------------------------------------------------------

    def _show(self) -> None:
        theme = Theme.instance()
        now = self._clock()
        reading = self.reading
        link = f'style="color:{theme.colour("accent_text").name()}; text-decoration:none"'
        faint = theme.colour("text_muted").name()
        icon, colour = "corner-down-right", theme.colour("text_muted")
        if not reading.ok:
            icon, colour = "circle-x", theme.colour("danger_text")
            words = f'<span style="color:{colour.name()}">{escape(self._problem())}</span>'
            words += " " + reading.suggestion_links(self._offer, theme.colour("text").name())
        elif reading.when is None:
            at_once = escape(self.tr("as soon as you press the button"))
            words = f'<span style="color:{faint}">{at_once}</span>'
        else:
            middle = " · "
            words = (
                f'<span style="font-weight:600">{escape(day_and_time(reading.when, self._zone))}'
                f'</span><span style="color:{faint}">{middle}'
                f"{escape(distance(reading.when, now, self._zone))}{middle}"
                f"{escape(self._zone_words(reading.when))}</span>"
            )
            if reading.alternative is not None:
                other = other_reading(reading.alternative, reading.when, self._zone, now)
                words += (
                    f' <a href="alternative" {link}>'
                    f"{escape(self.tr('or {time}?').format(time=other))}</a>"
                )
            if reading.note:
                words += f'<span style="color:{faint}">{middle}{escape(reading.note)}</span>'
        if self.reading_label.text() != words:
            self.reading_label.setText(words)
        self._mark.setPixmap(icons.pixmap(icon, 16, colour, self.devicePixelRatioF()))
        if bool(self.field.property("invalid")) != (not reading.ok):
            self.field.setProperty("invalid", not reading.ok)
            self.field.style().unpolish(self.field)
            self.field.style().polish(self.field)
        self.chips.mark(self.field.text())
        self._show_repeat()

    def _zone_words(self, when: datetime) -> str:
        """The zone, and its offset where the clocks change before then."""
        words = zone_name(self._zone, when)
        note = offset_note(when, self._clock(), self._zone)
        return self.tr("{zone}, {offset}").format(zone=words, offset=note) if note else words

    def _show_repeat(self) -> None:
        self.chips.set_repeats(self._repeat is not None)
        if self._repeat is None:
            self.repeat_line.hide()
            return
        from posto_desktop.ui.compose.repeat_words import rule, sentence, time_lines

        if self._times and self.reading.when is not None:
            first = self.reading.when
            words = sentence(self._repeat, first, self._times, self._zone)
            lines = time_lines(first, self._times, self._zone, self.reading.wall)
            tip = "\n".join(f"{said} ({note})" if note else said for said, note in lines[:20])
            if len(lines) > 20:
                tip += "\n" + self.tr("and {n} more").format(n=len(lines) - 20)
        else:
            words, tip = rule(self._repeat, self._clock().astimezone(self._zone)), ""
        self.repeat_line.show_words(words, tip)

    def _problem(self) -> str:
        """Short: the link behind it says what would do instead."""
        reading = self.reading
        if reading.kind == "past":
            if reading.when is None:
                return self.tr("This time has passed.")
            day = short_day(reading.when, self._zone, self._clock())
            return self.tr("{time} has passed.").format(time=day[:1].upper() + day[1:])
        if reading.kind in ("impossible", "ambiguous", "repeat") and reading.problem:
            return reading.problem
        return self.tr("Posto cannot read this.")

    def _offer(self, words: str) -> str:
        if self.reading.kind != "unknown":
            return self.tr("Use {time}").format(time=words)
        return self.tr("Try “{time}”").format(time=words)

    # -- chips -----------------------------------------------------------------------------

    def _fill_chips(self) -> None:
        self.chips.fill(chips(self._clock(), self._zone))
        self.chipsShown.emit()

    @Slot(str)
    def _chip_chosen(self, text: str) -> None:
        self.field.setText(text)

    @Slot()
    def _minute_passed(self) -> None:
        self._fill_chips()  # "Tonight 19:00" must not be offered at night
        self.refresh()

    # -- calendar, clock and repeat --------------------------------------------------------

    @Slot()
    def open_picker(self) -> None:
        """Open the calendar and the clock under the field."""
        from posto_desktop.ui.compose.when_picker import WhenPicker

        start = self.reading.when or self._clock()
        picker = WhenPicker(
            start.astimezone(self._zone),
            self._clock().astimezone(self._zone),
            self.planned(),
            self,
        )
        picker.picked.connect(self._use)
        picker.show_at(self._under_field())

    @Slot()
    def open_repeat(self) -> None:
        """Open the editor of the repeat; without a time it starts from tomorrow morning."""
        from posto_desktop.ui.compose.repeat_editor import RepeatEditor

        now = self._clock()
        read = understand(self.field.text(), now, self._zone)
        first = read.when if read.ok else None
        if first is None:
            first = understand(FIRST, now, self._zone).when or now
        editor = RepeatEditor(first, self._repeat, self._zone, self, read.wall)
        editor.closed.connect(self._repeat_closed)
        editor.chosen.connect(self._repeat_chosen)
        editor.show_beside(self.field)

    def _under_field(self) -> QPoint:
        return self.field.mapToGlobal(QPoint(0, self.field.height() + 4))

    @Slot()
    def _repeat_closed(self) -> None:
        """The focus goes back to where the editor was opened from."""
        chip, change = self.chips.repeat_chip, self.repeat_line.change
        opener = chip if self._repeat is None else change
        opener.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _repeat_chosen(self, repeat: Repeat | None) -> None:
        read = understand(self.field.text(), self._clock(), self._zone)
        self._repeat = repeat
        if repeat is not None and (not read.ok or read.when is None):
            self._loading = True
            self.field.setText(FIRST)
            self._loading = False
        self.refresh()
        # One of the two ways to the editor has just taken the place of the other.
        self._repeat_closed()
        self.changed.emit()

    @Slot()
    def _stop_repeating(self) -> None:
        self._repeat_chosen(None)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- look ------------------------------------------------------------------------------

    def restyle(self) -> None:
        self._label.restyle()
        self._label.setFixedWidth(label_width())
        layout_of(self.chips).setContentsMargins(label_width(), 0, 0, 0)
        self.repeat_line.set_indent(label_width())
        self.repeat_line.restyle()
        words = QFontMetrics(Theme.instance().font("body"))
        placeholder = words.horizontalAdvance(self.field.placeholderText())
        self.field.setFixedWidth(max(206, placeholder + 56))
        self._picker_action.setIcon(icons.icon("calendar-days"))
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_narrow(event.size().width() < 640)

    def _set_narrow(self, narrow: bool) -> None:
        """Under 640 the reading stands below the field."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self._grid.removeWidget(self._answer)
        if narrow:
            self._grid.addWidget(self._answer, 1, 1, 1, 3)
        else:
            self._grid.addWidget(self._answer, 0, 3)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fill_chips()
        self.refresh()
        self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._tick.stop()
        super().hideEvent(event)
