"""Bar over the evergreen messages: refilling by itself, how far ahead, and filling now."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.choices import Switch
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.flow_layout import FlowLayout
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.viewmodels.evergreen_state import DAYS_AHEAD, EvergreenViewState


class RefillBar(QWidget):
    """Shows `state.refill`; the command of "Fill now" binds `fill`."""

    def __init__(self, state: EvergreenViewState, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = state
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 8, 16, 9)
        column.setSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(10)
        words = self.tr("Refill free slots by itself")
        self.switch = Switch(words, "refill-free-slots", self)
        self.switch.clicked.connect(state.set_refill_on)
        self.days = ComboBox("days-ahead", self)
        self.days.activated.connect(self._days_chosen)
        self._flow = FlowLayout(gap=8)
        self._flow.addWidget(self.switch)
        self._flow.addWidget(self._text(words, "refill-label", self.switch))
        #: Before a number of days: "For the next 14 days".
        self._ahead = self._text(self.tr("For the next"), "days-ahead-label", self.days)
        self._flow.addWidget(self._ahead)
        self._flow.addWidget(self.days)
        line.addLayout(self._flow, 1)
        self.fill = Button(self.tr("Fill now"), "primary", icon="calendar-plus", parent=self)
        self.fill.setObjectName("fill-now")
        self._was_clicked = False
        self._moved_to: QWidget | None = None  # where Qt moves the focus while it is disabled
        self.fill.clicked.connect(self._fill_clicked)  # before the command that disables it
        self.fill.installEventFilter(self)
        line.addWidget(self.fill)
        column.addLayout(line)
        self.outlook = Paragraph(
            "", "small", type_name="small", object_name="evergreen-outlook", parent=self
        )
        column.addWidget(self.outlook)
        state.refillChanged.connect(self.show_refill)
        state.outlookChanged.connect(self.show_outlook)
        self.show_refill()
        self.show_outlook()
        self.restyle()

    def _text(self, words: str, object_name: str, buddy: QWidget | None) -> PlainLabel:
        text = PlainLabel(words, self)
        text.setObjectName(object_name)
        if buddy is not None:
            text.setBuddy(buddy)
        return text

    @Slot()
    def show_refill(self) -> None:
        refill = self._state.refill
        self.switch.setChecked(refill.is_on)
        choices = sorted({*DAYS_AHEAD, refill.days_ahead})
        if [self.days.itemData(at) for at in range(self.days.count())] != choices:
            self.days.clear()
            for days in choices:
                self.days.addItem(self.tr("%n day(s)", "", days), days)
        self.days.setCurrentIndex(choices.index(refill.days_ahead))
        self.days.set_as_wide_as_text(True)
        self._flow.invalidate()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give "Fill now" the focus again after a filling, unless it went on meanwhile."""
        if watched is self.fill and event.type() == QEvent.Type.EnabledChange:
            focused = QApplication.focusWidget()
            if not self.fill.isEnabled():
                self._moved_to = focused if self._was_clicked else None
                self._was_clicked = False
            elif self._moved_to is not None and self._moved_to is focused:
                self.fill.setFocus(Qt.FocusReason.OtherFocusReason)
        return super().eventFilter(watched, event)

    @Slot()
    def _fill_clicked(self) -> None:
        self._was_clicked = self.fill.hasFocus()

    @Slot(int)
    def _days_chosen(self, at: int) -> None:
        self._state.set_days_ahead(self.days.itemData(at))

    @Slot()
    def show_outlook(self) -> None:
        self.outlook.setText(self._state.outlook)
        self.outlook.setVisible(bool(self._state.outlook))

    def restyle(self) -> None:
        self.days.set_as_wide_as_text(True)
        self._flow.invalidate()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("surface_alt"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("border"))
        painter.end()
