"""Chip that offers the other meaning of a typed time."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.core.typed_time import typed
from posto_desktop.models.parsed_time import ParsedTime
from posto_desktop.models.when_text import other_reading
from posto_desktop.ui.widgets.buttons import Chip


class OtherTimeChip(Chip):
    """Hidden unless a phrase has two meanings ("next Monday" on a Sunday).

    Signal `chosen(str)`: what to type instead.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", icon="corner-down-end", checkable=False, parent=parent)
        self._text_to_type = ""
        self.setObjectName("other-time")
        self.clicked.connect(self._choose)
        self.hide()

    def show_reading(self, reading: ParsedTime, zone: tzinfo, now: datetime) -> None:
        """Offer the other meaning of a reading; hide if it has none."""
        first, other = reading.when, reading.alternative
        if not reading.ok or first is None or other is None:
            self.hide()
            return
        difference = other_reading(other, first, zone, now)
        words = self.tr("or {time}?").format(time=difference)
        if words != self.text():
            self.set_text(words)
            self.setToolTip(self.tr("This can also mean {time}.").format(time=difference))
        self._text_to_type = typed(other, zone)
        self.show()

    @Slot()
    def _choose(self) -> None:
        self.chosen.emit(self._text_to_type)
