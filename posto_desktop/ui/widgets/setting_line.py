"""A line of a card: what it is about and a hint at the left, its control at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.labels import label


class SettingLine(QWidget):
    """`title` names the control, too. With `wide` the control takes room that is left over."""

    def __init__(
        self,
        title: str,
        hint: str,
        control: QWidget | None,
        parent: QWidget | None = None,
        *,
        wide: bool = False,
    ) -> None:
        super().__init__(parent)
        self.control = control
        line = QHBoxLayout(self)
        line.setContentsMargins(14, 6, 14, 6)
        line.setSpacing(16)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addStretch(1)
        self.name = label(title, "lead", wrap=True)
        if control is not None:
            self.name.setBuddy(control)
        words.addWidget(self.name)
        self.hint = label(hint, "small", wrap=True)
        if not hint:
            self.hint.hide()  # to show it before it has a parent would open a window
        words.addWidget(self.hint)
        words.addStretch(1)
        line.addLayout(words, 1)
        if control is not None:
            line.addWidget(control, 1 if wide else 0, Qt.AlignmentFlag.AlignVCenter)
        self._fit()
        Theme.instance().changed.connect(self._fit)

    @Slot()
    def _fit(self) -> None:
        self.setMinimumHeight(Theme.instance().px("row.settings"))
