"""Settings > Language: language, and format of dates and numbers."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.models.dates import full_when
from posto_desktop.models.numbers import decimal
from posto_desktop.ui.settings.context import SettingsContext
from posto_desktop.ui.settings.settings_page import SettingsPage
from posto_desktop.ui.widgets.labels import label

_EXAMPLE = datetime(2026, 11, 30, 13, 5, tzinfo=UTC)


class LanguagePage(SettingsPage):
    """Shows an example of the chosen format."""

    def __init__(self, context: SettingsContext, parent: QWidget | None = None) -> None:
        super().__init__("language", context, parent)
        self.rows["language"] = self.add_card(self.tr("Texts")).add_row(
            self.tr("Language"),
            self.tr("Posto is available only in English. You can write and post in any language."),
            label(self.tr("English"), "muted", object_name="language"),
        )
        card = self.add_section("Dates, times and numbers")
        self._example = card.add_row(self.tr("Example"), "", None)
        self.written.connect(self._show_example)
        self._show_example()

    @Slot()
    def _show_example(self) -> None:
        self._example.set_hint(f"{full_when(_EXAMPLE)} · {decimal(1_234_567.5)}")
