"""When the message goes out: a field that reads plain words, and what it understood."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from html import escape

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QFontMetrics, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.models.dates import clock, zone_name
from posto_desktop.ui import icons
from posto_desktop.ui.compose.fields import SIDE, FieldLabel, label_width
from posto_desktop.ui.compose.when_picker import WhenPicker
from posto_desktop.ui.compose.when_reading import When, understand
from posto_desktop.ui.compose.when_text import chips, day_and_time, distance, short_day
from posto_desktop.ui.theme import Theme


class WhenRow(QWidget):
    """Signal ``changed()``: the text of the field changed; ``reading`` is up to date by then."""

    changed = Signal()

    def __init__(
        self, clock: Callable[[], datetime], zone: tzinfo, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._zone = zone
        self.reading = When()
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
        self._picker_action = QAction(self)
        self._picker_action.setToolTip(self.tr("Choose a day and a time"))
        self._picker_action.triggered.connect(self._open_picker)
        self.field.addAction(self._picker_action, QLineEdit.ActionPosition.TrailingPosition)
        self._mark = QLabel(self)
        self._mark.setFixedWidth(16)
        self.reading_label = QLabel(self)
        self.reading_label.setObjectName("when-reading")
        self.reading_label.setTextFormat(Qt.TextFormat.RichText)
        self.reading_label.setWordWrap(True)
        self.reading_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.reading_label.linkActivated.connect(self._use_link)
        self.reading_label.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByKeyboard
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.TextSelectableByMouse
        )
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

        self._chip_line = QHBoxLayout()
        self._chip_line.setSpacing(6)
        self._chips: list[QPushButton] = []
        outer.addLayout(self._chip_line)

        self.field.textChanged.connect(self._typed)
        # "in 5 days" and a time that slips into the past must not go stale on the screen.
        self._tick = QTimer(self)
        self._tick.setInterval(15_000)
        self._tick.timeout.connect(self.refresh)
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

    def refresh(self) -> None:
        """Read the field again: time has passed."""
        self.reading = understand(self.field.text(), self._clock(), self._zone)
        self._show()

    def _typed(self, _text: str) -> None:
        self.refresh()
        if not self._loading:
            self.changed.emit()

    def _use(self, text: str) -> None:
        self.field.setText(text)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _use_link(self, target: str) -> None:
        if target == "alternative" and self.reading.alternative is not None:
            self._use(self._absolute(self.reading.alternative))
        elif target == "suggestion" and self.reading.suggestion:
            self._use(self.reading.suggestion)

    def _absolute(self, when: datetime) -> str:
        return f"{when.astimezone(self._zone):%Y-%m-%d %H:%M}"

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
            if reading.suggestion:
                # Underlined, not only coloured: it stands right behind red words.
                words += (
                    f' <a href="suggestion" style="color:{theme.colour("text").name()}">'
                    f"{escape(self._offer())}</a>"
                )
        elif reading.when is None:
            at_once = escape(self.tr("as soon as you press the button"))
            words = f'<span style="color:{faint}">{at_once}</span>'
        else:
            middle = " · "
            words = (
                f'<span style="font-weight:600">{escape(day_and_time(reading.when, self._zone))}'
                f'</span><span style="color:{faint}">{middle}'
                f"{escape(distance(reading.when, now, self._zone))}{middle}"
                f"{escape(zone_name(self._zone, reading.when))}</span>"
            )
            if reading.alternative is not None:
                at = clock(reading.alternative, self._zone)
                words += (
                    f' <a href="alternative" {link}>'
                    f"{escape(self.tr('or {time}?').format(time=at))}</a>"
                )
            elif reading.note:
                words += f'<span style="color:{faint}">{middle}{escape(reading.note)}</span>'
        if self.reading_label.text() != words:
            self.reading_label.setText(words)
        self._mark.setPixmap(icons.pixmap(icon, 16, colour, self.devicePixelRatioF()))
        if bool(self.field.property("invalid")) != (not reading.ok):
            self.field.setProperty("invalid", not reading.ok)
            self.field.style().unpolish(self.field)
            self.field.style().polish(self.field)
        self._mark_chips()

    def _problem(self) -> str:
        """Short: the link behind it says what would do instead."""
        reading = self.reading
        if reading.kind == "past":
            if reading.when is None:
                return self.tr("This time has passed.")
            day = short_day(reading.when, self._zone, self._clock())
            return self.tr("{time} has passed.").format(time=day[:1].upper() + day[1:])
        if reading.kind == "impossible" and reading.problem:
            return reading.problem
        return self.tr("Posto cannot read this.")

    def _offer(self) -> str:
        words = self.reading.suggestion
        if self.reading.kind != "unknown":
            return self.tr("Use {time}").format(time=words)
        return self.tr("Try “{time}”").format(time=words)

    # -- chips -----------------------------------------------------------------------------

    def _fill_chips(self) -> None:
        wanted = chips(self._clock(), self._zone)
        if [chip.text() for chip in self._chips] == [words for words, _text in wanted]:
            return
        while self._chip_line.count():
            self._chip_line.takeAt(0)
        for chip in self._chips:
            chip.deleteLater()
        self._chips = []
        for words, text in wanted:
            chip = QPushButton(words, self)
            chip.setProperty("variant", "chip")
            chip.setCheckable(True)
            chip.setAccessibleName(words)
            chip.setObjectName(words.lower().replace(" ", "-").replace(":", ""))
            chip.setProperty("when", text)
            chip.clicked.connect(self._chip_clicked)
            self._chips.append(chip)
            self._chip_line.addWidget(chip)
        self._chip_line.addStretch(1)

    def _chip_clicked(self) -> None:
        chip: QObject | None = self.sender()
        if isinstance(chip, QPushButton):
            self.field.setText(str(chip.property("when")))
            self._mark_chips()

    def _mark_chips(self) -> None:
        text = self.field.text().strip().lower()
        for chip in self._chips:
            chip.setChecked(str(chip.property("when")) == text)

    # -- calendar and clock ----------------------------------------------------------------

    def _open_picker(self) -> None:
        start = self.reading.when or self._clock()
        picker = WhenPicker(
            start.astimezone(self._zone), self._clock().astimezone(self._zone), self
        )
        picker.picked.connect(self._picked)
        place = self.field.mapToGlobal(QPoint(0, self.field.height() + 4))
        picker.show_at(place)

    def _picked(self, text: str) -> None:
        self._use(text)

    # -- look ------------------------------------------------------------------------------

    def restyle(self) -> None:
        self._label.restyle()
        self._label.setFixedWidth(label_width())
        self._chip_line.setContentsMargins(label_width(), 0, 0, 0)
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
