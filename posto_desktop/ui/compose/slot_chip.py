"""The quick time of the next free slot, under the When field."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.models.dates import spoken_when
from posto_desktop.models.when_text import typed
from posto_desktop.ui import keys
from posto_desktop.ui.compose.layout import ComposeLayout
from posto_desktop.viewmodels.message import Message


class SlotChip(QObject):
    """Shows `FreeSlots`, and takes its slot as the time of the message.

    Signal ``slotsWanted()``: there are no weekly slots yet, or too few.
    """

    slotsWanted = Signal()

    def __init__(
        self, views: ComposeLayout, message: Message, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._views, self._message = views, message
        views.when.planned = message.slots.taken
        views.when.slotWanted.connect(self.use)
        message.time.changed.connect(message.slots.look)
        message.slots.changed.connect(self.show)

    @Slot()
    def show(self) -> None:
        """The quick time of the next free slot."""
        chips, slot = self._views.when.chips, self._message.slots.slot
        if slot is not None:
            at = spoken_when(slot, self._message.clock(), self._message.zone)
            words = self.tr("Next free slot: {time}").format(time=at)
            tip = self.tr("The next of your weekly times that nothing takes")
            tip = keys.tip(tip, keys.FREE_SLOT)
            chips.set_slot(words, typed(slot, self._message.zone), tip)
        elif self._message.slots.group() is not None:
            chips.set_slot(self.tr("No free slot"), "", self.tr("Something is planned at each"))
        else:
            tip = self.tr("Set the weekly times at which posts go out")
            chips.set_slot(self.tr("Next free slot…"), "", tip)

    @Slot()
    def use(self) -> None:
        """Take the next free slot as the time; without slots the settings are asked for."""
        self._views.leave_first_run()
        slot = self._message.slots.look_anew()
        if slot is not None:
            self._message.time.use(slot)
            self._views.scroll_area.ensureWidgetVisible(self._views.when)
        elif self._message.slots.group() is None:
            self.slotsWanted.emit()
        else:
            words = self.tr("Each slot of the coming year has a post near it")
            add = self.slotsWanted.emit
            self._message.notices.say("info", words, self.tr("Add slots"), add)
