"""Row for the time of a message: a field for plain words, and their reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape

from PySide6.QtCore import QPoint, QSignalBlocker, QSize, Qt, Signal, Slot
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
from posto_desktop.models.dates import sentence_case, zone_name
from posto_desktop.models.when_text import (
    day_and_time,
    distance,
    offset_note,
    short_day,
)
from posto_desktop.sdk.when.languages import phrases
from posto_desktop.ui import icons, keys
from posto_desktop.ui.accessibility.announcer import announce_reading
from posto_desktop.ui.accessibility.roles import Role, give_role
from posto_desktop.ui.compose.message_fields import SIDE, FieldLabel, label_width
from posto_desktop.ui.shared.other_time_chip import OtherTimeChip
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, Chip, IconButton, name_control
from posto_desktop.ui.widgets.flow_layout import FlowLayout
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.link_label import LinkLabel
from posto_desktop.ui.widgets.popup import below
from posto_desktop.ui.widgets.require import require_layout
from posto_desktop.viewmodels.message_time import MessageTime


class WhenRow(QWidget):
    """Shows a `MessageTime` and edits it.

    Signals: ``slotRequested()``: use the next free slot.
    """

    slotRequested = Signal()

    def __init__(self, message_time: MessageTime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._time = message_time
        self._only_proposes = False
        self._zone = message_time.zone
        self.occupied_times: Callable[[], Sequence[datetime]] = tuple
        """Returns the occupied times (aware), for the calendar's dots."""
        self.other_zones: Callable[[datetime], str] = lambda _when: ""
        """Returns the time in the zones of the channels: "9:00 in New York"."""
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
        self.field.setPlaceholderText(self.tr("Now, or “{time}”").format(time=phrases().example))
        self._label.set_buddy(self.field)
        words = self.tr("Choose a day and a time")
        self._picker_action = QAction(words, self)
        self._picker_action.setToolTip(keys.tip(words, keys.OPEN_CHOICE))
        self._picker_action.triggered.connect(self.open_picker)
        self.field.addAction(self._picker_action, QLineEdit.ActionPosition.TrailingPosition)
        self._picker_action.setShortcut(QKeySequence(keys.OPEN_CHOICE))
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
        self.repeat_line.changeRequested.connect(self.open_repeat)
        self.repeat_line.removeRequested.connect(self._stop_repeating)
        outer.addWidget(self.repeat_line)
        self.chips = WhenChips(self)
        self.chips.chosen.connect(message_time.choose)
        self.chips.other_time.chosen.connect(self._use)
        self.chips.slotRequested.connect(self.slotRequested)
        self.chips.repeatRequested.connect(self.open_repeat)
        outer.addWidget(self.chips)

        # Not textEdited, which assistive software does not trigger.
        self.field.textChanged.connect(self._typed)
        message_time.changed.connect(self._show)
        self.restyle()

    # -- user input ------------------------------------------------------------------------

    @Slot(str)
    def _typed(self, text: str) -> None:
        self._time.type(text)

    @Slot(str)
    def _use(self, text: str) -> None:
        self._time.choose(text)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _use_link(self, target: str) -> None:
        suggestion = self._time.reading.suggested(target)
        if suggestion:
            self._use(suggestion)

    # -- display ---------------------------------------------------------------------------

    @Slot()
    def refresh(self) -> None:
        """Show the reading again: the zones of the channels may be others."""
        self._show()

    def set_only_proposes(self, on: bool) -> None:
        """Set whether an editor has to approve the message before it goes out."""
        self._only_proposes = on
        self._show()

    @Slot()
    def _show(self) -> None:
        if self.field.text() != self._time.text:
            with QSignalBlocker(self.field):
                self.field.setText(self._time.text)
        self.chips.fill(self._time.quick_times)
        theme = Theme.instance()
        now = self._time.clock()
        reading = self._time.reading
        faint = theme.colour("text_muted").name()
        icon, colour = "corner-down-end", theme.colour("text_muted")
        if not reading.ok:
            icon, colour = "circle-x", theme.colour("danger_text")
            words = f'<span style="color:{colour.name()}">{escape(self._problem())}</span>'
            words += " " + reading.suggestion_links(self._offer, theme.colour("text").name())
        elif reading.when is None:
            at_once = escape(
                self.tr("as soon as an editor approves it")
                if self._only_proposes
                else self.tr("as soon as you press the button")
            )
            words = f'<span style="color:{faint}">{at_once}</span>'
        else:
            middle = " · "
            when = escape(day_and_time(reading.when, self._zone))
            elsewhere = self.other_zones(reading.when)
            words = (
                f'<span style="font-weight:600">{when}</span>'
                f'<span style="color:{faint}">'
                f"{f'{middle}{escape(elsewhere)}' if elsewhere else ''}{middle}"
                f"{escape(distance(reading.when, now, self._zone))}{middle}"
                f"{escape(self._zone_words(reading.when))}</span>"
            )
            if reading.note:
                words += f'<span style="color:{faint}">{middle}{escape(reading.note)}</span>'
        if self.reading_label.text() != words:
            self.reading_label.setText(words)
        announce_reading(self.field, words)
        ratio, mirrored = self.devicePixelRatioF(), self.isRightToLeft()
        self._mark.setPixmap(icons.pixmap(icon, 16, colour, ratio, mirrored=mirrored))
        if bool(self.field.property("invalid")) != (not reading.ok):
            self.field.setProperty("invalid", not reading.ok)
            self.field.style().unpolish(self.field)
            self.field.style().polish(self.field)
        self.chips.mark(self.field.text())
        self.chips.other_time.show_reading(reading, self._zone, now)
        self._show_repeat()

    def _zone_words(self, when: datetime) -> str:
        """Return the time zone, with its offset if the clocks change before then."""
        words = zone_name(self._zone, when)
        note = offset_note(when, self._time.clock(), self._zone)
        #: "Europe/Berlin, UTC+1 then".
        return self.tr("{zone}, {offset}").format(zone=words, offset=note) if note else words

    def _show_repeat(self) -> None:
        repeat, times = self._time.repeat, self._time.times
        self.chips.set_repeats(repeat is not None)
        if repeat is None:
            self.repeat_line.hide()
            return
        from posto_desktop.models.repeat_words import rule, sentence, time_lines

        reading = self._time.reading
        if times and reading.when is not None:
            first = reading.when
            words = sentence(repeat, first, times, self._zone)
            if times[0] != first:
                day = short_day(times[0], self._zone, self._time.clock())
                words += " · " + self.tr("first on {day}").format(day=day)
            lines = time_lines(first, times, self._zone, reading.wall)
            tip = "\n".join(f"{when} ({note})" if note else when for when, note in lines[:20])
            if len(lines) > 20:
                tip += "\n" + self.tr("and %n more", "", len(lines) - 20)
        else:
            words, tip = rule(repeat, self._time.clock().astimezone(self._zone)), ""
        self.repeat_line.show_text(words, tip)

    def _problem(self) -> str:
        """Return the problem in short; the link behind it offers another time."""
        reading = self._time.reading
        if reading.kind == "past":
            if reading.when is None:
                return self.tr("This time has passed.")
            day = short_day(reading.when, self._zone, self._time.clock())
            return self.tr("{time} has passed.").format(time=sentence_case(day))
        if reading.kind in ("impossible", "ambiguous", "repeat") and reading.problem:
            return reading.problem
        return self.tr("Posto cannot read this.")

    def _offer(self, words: str) -> str:
        if self._time.reading.kind != "unknown":
            return self.tr("Use {time}").format(time=words)
        return self.tr("Try “{time}”").format(time=words)

    # -- calendar, clock and repeat --------------------------------------------------------

    @Slot()
    def open_picker(self) -> None:
        """Open the calendar and clock under the field."""
        from posto_desktop.ui.shared.when_picker import WhenPicker

        now = self._time.clock()
        start = self._time.reading.when or now
        picker = WhenPicker(
            start.astimezone(self._zone),
            now.astimezone(self._zone),
            self.occupied_times(),
            self,
        )
        picker.picked.connect(self._use)
        picker.show_at(self._under_field())

    @Slot()
    def open_repeat(self) -> None:
        """Open the editor of the repeat; without a time it starts tomorrow morning."""
        from posto_desktop.ui.compose.repeat_editor import RepeatEditor

        first, read = self._time.first_of_repeat()
        editor = RepeatEditor(first, self._time.repeat, self._zone, self, read.wall)
        editor.closed.connect(self._repeat_closed)
        editor.chosen.connect(self._repeat_chosen)
        editor.show_beside(self.field)

    def _under_field(self) -> QPoint:
        return below(self.field)

    @Slot()
    def _repeat_closed(self) -> None:
        """Return the focus to the opener of the editor."""
        chip, change = self.chips.repeat_chip, self.repeat_line.change
        opener = chip if self._time.repeat is None else change
        opener.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _repeat_chosen(self, repeat: Repeat | None) -> None:
        self._time.set_repeat(repeat)
        # The chip and the line have just replaced each other as opener.
        self._repeat_closed()

    @Slot()
    def _stop_repeating(self) -> None:
        self._repeat_chosen(None)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- appearance ------------------------------------------------------------------------

    def restyle(self) -> None:
        self._label.restyle()
        self._label.setFixedWidth(label_width())
        require_layout(self.chips).setContentsMargins(label_width(), 0, 0, 0)
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
        """Below 640 pixels the reading is under the field."""
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
        self._time.set_watching(True)

    def hideEvent(self, event: QHideEvent) -> None:
        self._time.set_watching(False)
        super().hideEvent(event)


class WhenChips(QWidget):
    """Signals: ``chosen(text)``: what to type; ``slotRequested()``; ``repeatRequested()``."""

    chosen = Signal(str)
    slotRequested = Signal()
    repeatRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Quick times"))
        give_role(self, Role.Grouping)
        self._flow = FlowLayout(self)
        self._offered: list[tuple[str, str]] = []
        self._times: list[Chip] = []
        self.other_time = OtherTimeChip(self)
        self._flow.addWidget(self.other_time)
        self.slot_chip = Chip(self.tr("Next free slot…"), icon="sparkle", parent=self)
        self.slot_chip.setObjectName("next-free-slot")
        give_role(self.slot_chip, Role.Button)
        self.slot_chip.clicked.connect(self._slot_clicked)
        self.repeat_chip = Chip(self.tr("Repeat…"), icon="repeat-2", checkable=False, parent=self)
        self.repeat_chip.setObjectName("repeat")
        self.repeat_chip.clicked.connect(self._repeat_clicked)
        self._slot_text = ""
        self._present = ""
        for chip in (self.slot_chip, self.repeat_chip):
            self._flow.addWidget(chip)
        self._flow.keep_with_previous(self.repeat_chip)

    def fill(self, quick_times: list[tuple[str, str]]) -> None:
        """Show these quick times: (label, text to type)."""
        if quick_times == self._offered:
            return
        self._offered = list(quick_times)
        for number, (words, text) in enumerate(quick_times):
            if number == len(self._times):
                chip = Chip("", parent=self)
                give_role(chip, Role.Button)
                chip.clicked.connect(self._clicked)
                self._times.append(chip)
                self._flow.insert(number + 1, chip)  # behind the other meaning
                chip.show()
            chip = self._times[number]
            chip.set_text(words)
            chip.setObjectName(f"quick-time-{number + 1}")
            chip.setProperty("when", text)
        while len(self._times) > len(quick_times):
            chip = self._times.pop()
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.mark(self._present)
        self.updateGeometry()

    def offers(self, text: str) -> bool:
        """Return True if a quick time types this text."""
        lowered = text.strip().lower()
        return any(typed.lower() == lowered for _words, typed in self._offered)

    def set_slot(self, words: str, text: str, tip: str) -> None:
        """Set the chip of the next free slot, and the text that means this slot."""
        self._slot_text = text
        self.slot_chip.set_text(words)
        self.slot_chip.setToolTip(tip)
        self.mark(self._present)
        self.updateGeometry()

    def set_repeats(self, on: bool) -> None:
        """Hide the repeat chip while the repeat line is shown."""
        self.repeat_chip.setVisible(not on)

    def mark(self, present: str) -> None:
        self._present = present
        text = present.strip().lower()
        for chip in self._times:
            chip.setChecked(str(chip.property("when")) == text)
        self.slot_chip.setChecked(bool(text) and text == self._slot_text)

    @Slot()
    def _clicked(self) -> None:
        chip = self.sender()
        if isinstance(chip, Chip):
            self.chosen.emit(str(chip.property("when")))
            self.mark(self._present)

    @Slot()
    def _slot_clicked(self) -> None:
        self.mark(self._present)  # a press alone chooses nothing
        self.slotRequested.emit()

    @Slot()
    def _repeat_clicked(self) -> None:
        self.repeatRequested.emit()


class RepeatLine(QWidget):
    """Signals: ``changeRequested()``, ``removeRequested()``."""

    changeRequested = Signal()
    removeRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._mark = PlainLabel(self)
        self._mark.setFixedWidth(16)
        self.words = PlainLabel(self)
        self.words.setObjectName("repeat-reading")
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.change = Button(self.tr("Change…"), "link", small=True, parent=self)
        name_control(self.change, self.tr("Change repeat"), "change-repeat")
        self.change.clicked.connect(self.changeRequested)
        self.remove = IconButton(
            "x",
            self.tr("Do not repeat"),
            "do-not-repeat",
            size="size.control_small",
            icon_size=14,
            parent=self,
        )
        self.remove.clicked.connect(self.removeRequested)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.words, 1)
        row.addWidget(self.change)
        row.addWidget(self.remove)
        self.hide()

    def show_text(self, words: str, tip: str) -> None:
        """Show this rule; the tooltip has the times."""
        if self.words.text() != words:
            self.words.setText(words)
        self.words.setToolTip(tip)
        self.setVisible(True)

    def set_indent(self, width: int) -> None:
        require_layout(self).setContentsMargins(width, 0, 0, 0)

    def restyle(self) -> None:
        colour = Theme.instance().colour("text_muted")
        ratio = self.devicePixelRatioF()
        self._mark.setPixmap(icons.pixmap("repeat-2", 16, colour, ratio))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())
