"""Presenter of the next free slot beside the time of the message."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, Slot

from posto_desktop.core.slots import SETTING, SlotGroup, read, write
from posto_desktop.core.typed_time import typed
from posto_desktop.models.dates import spoken_when
from posto_desktop.models.slot_lines import SlotGroupLines, SlotLine, lines_words, offered_lines
from posto_desktop.models.zone_words import beside
from posto_desktop.ui import keys
from posto_desktop.ui.compose.layout import ComposeLayout
from posto_desktop.ui.compose.page_settings import PageSettings
from posto_desktop.ui.widgets.popup import below
from posto_desktop.viewmodels.open_message import OpenMessage


class SlotChipPresenter(QObject):
    """Shows the next free slot, and uses it as the time of the message. Where there are no weekly
    slots yet, it offers some.

    Signal ``slotsRequested()``: the user wants other weekly slots.
    """

    slotsRequested = Signal()

    def __init__(
        self,
        views: ComposeLayout,
        message: OpenMessage,
        page_settings: PageSettings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._views, self._message, self._page_settings = views, message, page_settings
        views.when.occupied_times = message.slots.occupied_times
        views.when.other_zones = message.slots.zone_words
        views.when.slotRequested.connect(self.use)
        message.time.changed.connect(message.slots.refresh)
        message.slots.changed.connect(self.show)
        message.slots.changed.connect(views.when.refresh)

    @Slot()
    def show(self) -> None:
        chips, slot = self._views.when.chips, self._message.slots.slot
        if slot is not None:
            at = spoken_when(slot, self._message.clock(), self._message.zone)
            at = beside(at, self._message.slots.zone_words(slot))
            words = self.tr("Next free slot: {time}").format(time=at)
            tip = self.tr("The next free time of your weekly slots")
            tip = keys.tip(tip, keys.FREE_SLOT)
            chips.set_slot(words, typed(slot, self._message.zone), tip)
        elif self._message.slots.group() is not None:
            chips.set_slot(self.tr("No free slot"), "", self.tr("All slots are taken"))
        else:
            tip = self.tr("Set up weekly slots")
            chips.set_slot(self.tr("Next free slot…"), "", tip)

    @Slot()
    def use(self) -> None:
        """Use the next free slot as the time; without slots offer some."""
        self._views.leave_first_run()
        slot = self._message.slots.refresh_now()
        if slot is not None:
            self._message.time.use(slot)
            self._views.scroll_area.ensureWidgetVisible(self._views.when)
        elif self._message.slots.group() is None:
            self._offer()
        else:
            words = self.tr("All slots of the next year are taken")
            add = self.slotsRequested.emit
            self._message.notifier.notify("info", words, self.tr("Add slots"), add)

    def _offer(self) -> None:
        from posto_desktop.ui.widgets.menu import Menu

        self._views.scroll_area.ensureWidgetVisible(self._views.when)
        chip = self._views.when.chips.slot_chip
        menu = Menu(chip)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for lines in offered_lines():
            words = self.tr("Use “{times}”").format(times=lines_words(lines))
            menu.add(words, "calendar-days", partial(self._adopt, lines))
        menu.addSeparator()
        menu.add(self.tr("Choose other times…"), "settings", self.slotsRequested.emit)
        menu.popup(below(chip))

    def _adopt(self, lines: tuple[SlotLine, ...]) -> None:
        """Save these weekly slots, and use the next free one."""
        before = self._page_settings.text(SETTING)
        after = write([*read(before), self._group(lines)])
        self._save(after)
        words = self.tr("Weekly slots: {times}").format(times=lines_words(lines))
        self._message.notifier.offer_undo(words, partial(self._undo, before, after))
        slot = self._message.slots.refresh_now()
        if slot is not None:
            self._message.time.use(slot)

    def _group(self, lines: tuple[SlotLine, ...]) -> SlotGroup:
        """Return the slots for all channels: of all workspaces, unless others have some."""
        has_others = bool(read(self._page_settings.text(SETTING)))
        workspace = self._message.channels.workspace if has_others else ""
        return SlotGroupLines(workspace=workspace, lines=lines).group()

    def _undo(self, before: str, after: str) -> None:
        """Restore the slots, unless they were changed since."""
        if self._page_settings.text(SETTING) == after:
            self._save(before)

    def _save(self, setting: str) -> None:
        self._page_settings.set(SETTING, setting)
        self._message.slots.set_slots(setting)
