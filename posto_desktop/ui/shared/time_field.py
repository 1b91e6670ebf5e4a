"""Line for a time in plain words, with a button and a key that open a calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from posto_desktop.models.dates import local
from posto_desktop.models.parsed_time import parse_time
from posto_desktop.ui import icons, keys
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.popup import below


class TimeField(QLineEdit):
    """Signal `picked(str)`: a time was picked, and its text is in the field.

    `clock` returns aware times; `planned` are those of scheduled posts, which the calendar marks.
    """

    picked = Signal(str)

    def __init__(
        self,
        clock: Callable[[], datetime],
        zone: tzinfo,
        planned: Callable[[], Iterable[datetime]] = tuple,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._clock, self._zone, self._occupied_times = clock, zone, planned
        words = self.tr("Choose a day and a time")
        self._picker_action = QAction(words, self)
        self._picker_action.setToolTip(keys.tip(words, keys.OPEN_CHOICE))
        self._picker_action.setShortcut(QKeySequence(keys.OPEN_CHOICE))
        self._picker_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._picker_action.triggered.connect(self.open_picker)
        self.addAction(self._picker_action, QLineEdit.ActionPosition.TrailingPosition)
        Theme.instance().changed.connect(self._show_icon)
        self._show_icon()

    @Slot()
    def open_picker(self) -> None:
        """Open the calendar under the field, at the time that is typed."""
        from posto_desktop.ui.shared.when_picker import WhenPicker

        now = self._clock()
        start = parse_time(self.text(), now, self._zone).when or now
        picker = WhenPicker(
            local(start, self._zone), local(now, self._zone), self._occupied_times(), self
        )
        picker.picked.connect(self._pick)
        picker.show_at(below(self))

    @Slot(str)
    def _pick(self, text: str) -> None:
        self.setText(text)
        self.picked.emit(text)

    @Slot()
    def _show_icon(self) -> None:
        self._picker_action.setIcon(icons.icon("calendar-days", 16))
