"""Dialog that asks which posts of a message to move, after a drop with Alt."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.core.limits import network_name
from posto_desktop.models.calendar_cards import CalendarCard
from posto_desktop.ui.widgets.choices import CheckBox
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog

__all__ = ["MovePostsDialog"]


class MovePostsDialog(ConfirmDialog):
    """Signal: `chosen(list ids)`. Opens with all posts ticked; deletes itself."""

    chosen = Signal(list)

    def __init__(self, card: CalendarCard, when: str, parent: QWidget) -> None:
        super().__init__(
            self.tr("Which posts should move?"),
            self.tr("They move to {when}. The others keep their time.").format(when=when),
            #: Verb: to another time.
            self.tr("Move"),
            danger=False,
            parent=parent,
        )
        self.setObjectName("which-posts")
        self.boxes: dict[int, CheckBox] = {}
        for row in card.rows:
            if row.id not in card.movable:
                continue
            checkbox = CheckBox(f"{network_name(row.network)} · {row.channel_name}", self)
            checkbox.setChecked(True)
            checkbox.toggled.connect(self._count)
            self.boxes[row.id] = checkbox
            self.body.addWidget(checkbox)
        self.accepted.connect(lambda: self.chosen.emit(self.ids()))
        self._count()

    def ids(self) -> list[int]:
        """Return the ids of the ticked posts."""
        return [post_id for post_id, checkbox in self.boxes.items() if checkbox.isChecked()]

    @Slot()
    def _count(self) -> None:
        count = len(self.ids())
        self.action_button.setText(self.tr("Move %n post(s)", "", count))
        self.action_button.setEnabled(count > 0)
