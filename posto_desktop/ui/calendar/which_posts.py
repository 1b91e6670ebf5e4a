"""Asks which posts of a message are to be moved (a card dropped with Alt)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.models.calendar_cards import Card
from posto_desktop.models.networks import network_name
from posto_desktop.ui.schedule.paragraph import Paragraph
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, CheckBox, name_control
from posto_desktop.ui.widgets.scrim import Scrim

__all__ = ["WhichPosts"]

WIDTH = 420


class WhichPosts(QDialog):
    """Signal: `chosen(list ids)`. Opens with all ticked; deletes itself."""

    chosen = Signal(list)

    def __init__(self, card: Card, when: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("which-posts")
        title = self.tr("Move which posts?")
        self.setAccessibleName(title)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(WIDTH)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        top = QVBoxLayout()
        top.setContentsMargins(24, 22, 24, 20)
        top.setSpacing(8)
        top.addWidget(Paragraph(title, "dialog", type_name="dialog", object_name="which-title"))
        said = self.tr("They go to {when}. The others stay where they are.").format(when=when)
        top.addWidget(Paragraph(said, "muted", object_name="which-text"))
        self.boxes: dict[int, CheckBox] = {}
        for row in card.rows:
            if row.id not in card.movable:
                continue
            tick = CheckBox(f"{network_name(row.network)} · {row.channel_name}", self)
            tick.setChecked(True)
            tick.toggled.connect(self._count)
            self.boxes[row.id] = tick
            top.addWidget(tick)
        box.addLayout(top)
        foot = QFrame(self)
        foot.setProperty("role", "side-foot")
        foot.setFixedHeight(Theme.instance().px("size.control") + 27)
        line = QHBoxLayout(foot)
        line.setContentsMargins(24, 13, 20, 13)
        line.setSpacing(8)
        line.addStretch(1)
        keep = Button(self.tr("Cancel"), parent=foot)
        name_control(keep, keep.text())
        keep.clicked.connect(self.reject)
        self.act = Button("", "primary", parent=foot)
        self.act.setDefault(True)
        self.act.clicked.connect(self.accept)
        line.addWidget(keep)
        line.addWidget(self.act)
        box.addWidget(foot)
        self.accepted.connect(lambda: self.chosen.emit(self.ids()))
        self._count()

    def ids(self) -> list[int]:
        """The rows that are ticked."""
        return [number for number, tick in self.boxes.items() if tick.isChecked()]

    @Slot()
    def _count(self) -> None:
        count = len(self.ids())
        words = self.tr("Move 1 post") if count == 1 else self.tr("Move {n} posts").format(n=count)
        self.act.setText(words)
        name_control(self.act, words)
        self.act.setEnabled(count > 0)

    def open(self) -> None:
        """Ask, over the veiled window."""
        Scrim.for_dialog(self)
        super().open()
