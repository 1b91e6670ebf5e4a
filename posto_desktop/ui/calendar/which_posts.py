"""Asks which posts of a message are to be moved (a card dropped with Alt)."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.core.limits import network_name
from posto_desktop.models.calendar_cards import Card
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.choices import CheckBox
from posto_desktop.ui.widgets.confirm import Confirm

__all__ = ["WhichPosts"]


class WhichPosts(Confirm):
    """Signal: `chosen(list ids)`. Opens with all ticked; deletes itself."""

    chosen = Signal(list)

    def __init__(self, card: Card, when: str, parent: QWidget) -> None:
        super().__init__(
            self.tr("Move which posts?"),
            self.tr("They go to {when}. The others stay where they are.").format(when=when),
            self.tr("Move"),
            danger=False,
            parent=parent,
        )
        self.setObjectName("which-posts")
        self.boxes: dict[int, CheckBox] = {}
        for row in card.rows:
            if row.id not in card.movable:
                continue
            tick = CheckBox(f"{network_name(row.network)} · {row.channel_name}", self)
            tick.setChecked(True)
            tick.toggled.connect(self._count)
            self.boxes[row.id] = tick
            self.body.addWidget(tick)
        self.accepted.connect(lambda: self.chosen.emit(self.ids()))
        self._count()

    def ids(self) -> list[int]:
        """The rows that are ticked."""
        return [number for number, tick in self.boxes.items() if tick.isChecked()]

    @Slot()
    def _count(self) -> None:
        count = len(self.ids())
        words = self.tr("Move %n post(s)", "", count)
        self.act.setText(words)
        name_control(self.act, words)
        self.act.setEnabled(count > 0)
