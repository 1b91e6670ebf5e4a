"""The quick times under the When field, the next free slot, and the way to repeat."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.ui.widgets.buttons import Chip, slug
from posto_desktop.ui.widgets.flow import FlowLayout


class WhenChips(QWidget):
    """Signals: ``chosen(text)``: what to type; ``slotWanted()``; ``repeatWanted()``."""

    chosen = Signal(str)
    slotWanted = Signal()
    repeatWanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = FlowLayout(self)
        self._wanted: list[tuple[str, str]] = []
        self._times: list[Chip] = []
        self.slot_chip = Chip(self.tr("Next free slot…"), icon="sparkle", parent=self)
        self.slot_chip.setObjectName("next-free-slot")
        self.slot_chip.clicked.connect(self._slot_clicked)
        self.repeat_chip = Chip(self.tr("Repeat…"), icon="repeat-2", checkable=False, parent=self)
        self.repeat_chip.setObjectName("repeat")
        self.repeat_chip.clicked.connect(self._repeat_clicked)
        self._slot_text = ""
        self._present = ""
        for chip in (self.slot_chip, self.repeat_chip):
            self._flow.addWidget(chip)

    def fill(self, wanted: list[tuple[str, str]]) -> None:
        """Show these quick times: (words, what they type)."""
        if wanted == self._wanted:
            return
        self._wanted = list(wanted)
        for number, (words, text) in enumerate(wanted):
            if number == len(self._times):
                chip = Chip("", parent=self)
                chip.clicked.connect(self._clicked)
                self._times.append(chip)
                self._flow.insert(number, chip)
                chip.show()
            chip = self._times[number]
            chip.set_text(words)
            chip.setObjectName(slug(words).replace(":", ""))
            chip.setProperty("when", text)
        while len(self._times) > len(wanted):
            chip = self._times.pop()
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.mark(self._present)
        self.updateGeometry()

    def offers(self, text: str) -> bool:
        """Whether one of the quick times types this text."""
        wanted = text.strip().lower()
        return any(typed.lower() == wanted for _words, typed in self._wanted)

    def set_slot(self, words: str, text: str, tip: str) -> None:
        """What the chip of the next free slot says, and the text that means this slot."""
        self._slot_text = text
        self.slot_chip.set_text(words)
        self.slot_chip.setToolTip(tip)
        self.mark(self._present)

    def set_repeats(self, on: bool) -> None:
        """While it repeats, the line that says so has the way to change it."""
        self.repeat_chip.setVisible(not on)

    def mark(self, present: str) -> None:
        """Show as chosen what types this text."""
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
        self.slotWanted.emit()

    @Slot()
    def _repeat_clicked(self) -> None:
        self.repeatWanted.emit()
