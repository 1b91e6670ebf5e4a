"""The popup that asks for the name of a view."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from posto_desktop.models.schedule_views import MOST_CHARS
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.popup import Popup

__all__ = ["NamePopup"]


class NamePopup(Popup):
    """``taken`` are names of other views: using one replaces it, which is said before.

    Signal ``named(str)``.
    """

    named = Signal(str)

    def __init__(self, name: str, taken: Sequence[str], parent: QWidget) -> None:
        super().__init__("view-name-popup", parent)
        self.setAccessibleName(self.tr("Name of the view"))
        self._taken = {one.casefold() for one in taken}
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 14)
        box.setSpacing(8)
        box.addWidget(label(self.tr("Name of the view"), "strong"))
        row = QHBoxLayout()
        row.setSpacing(8)
        self.field = QLineEdit(name, self)
        name_control(self.field, self.tr("View name"))
        self.field.setMaxLength(MOST_CHARS)
        self.field.setMinimumWidth(round(220 * Theme.instance().scale))
        self.field.textChanged.connect(self._follow)
        self.field.returnPressed.connect(self._use)
        row.addWidget(self.field, 1)
        words = self.tr("Rename") if name else self.tr("Save view")
        self.use = Button(words, "primary", parent=self)
        name_control(self.use, words)
        self.use.clicked.connect(self._use)
        row.addWidget(self.use)
        box.addLayout(row)
        self.note = label(
            self.tr("Filters, order and columns as they are now."), "small", object_name="view-note"
        )
        box.addWidget(self.note)
        self._follow()

    def show_at(self, place: QPoint) -> None:
        super().show_at(place)
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.field.selectAll()

    @Slot()
    def _follow(self) -> None:
        name = " ".join(self.field.text().split())
        self.use.setEnabled(bool(name))
        if name.casefold() in self._taken:
            self.note.setText(self.tr("This replaces the view of that name."))
        else:
            self.note.setText(self.tr("Filters, order and columns as they are now."))

    @Slot()
    def _use(self) -> None:
        name = " ".join(self.field.text().split())
        if name:
            self.close()
            self.named.emit(name)
