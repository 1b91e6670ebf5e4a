"""Settings > Appearance: colour scheme, text size, row height, contrast, motion."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from posto_desktop.ui.settings.context import SettingsContext
from posto_desktop.ui.settings.controls import choice_text
from posto_desktop.ui.settings.scheme_choice import SchemeChoice
from posto_desktop.ui.settings.settings_page import SettingsPage
from posto_desktop.ui.theme import MODES
from posto_desktop.ui.widgets.choices import ChoiceGroup


class AppearancePage(SettingsPage):
    """Pictures of the colour schemes, then settings for readability."""

    def __init__(self, context: SettingsContext, parent: QWidget | None = None) -> None:
        super().__init__("appearance", context, parent)
        self.add_title(self.tr("Theme"))
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self._group = ChoiceGroup(self)
        for number, mode in enumerate(MODES):
            choice = SchemeChoice(mode, choice_text("appearance.scheme", mode), row)
            choice.setObjectName(f"scheme-{mode}")
            choice.setChecked(context.read("appearance.scheme") == mode)
            self._group.addButton(choice, number)
            # Align at the top: a label of two lines must not move the other pictures.
            line.addWidget(choice, 0, Qt.AlignmentFlag.AlignTop)
        line.addStretch(1)
        self._group.idClicked.connect(self._scheme_chosen)
        self.rows["appearance.scheme"] = row
        self.add(row, 10)
        self.add_sections()

    @Slot(int)
    def _scheme_chosen(self, number: int) -> None:
        self._write("appearance.scheme", MODES[number])
