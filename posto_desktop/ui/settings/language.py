"""Settings > Language: language of texts, and format of dates and numbers."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.models.dates import full_when
from posto_desktop.models.languages import chosen_language, language_name, shown_language
from posto_desktop.models.numbers import decimal
from posto_desktop.ui.settings.context import SettingsContext
from posto_desktop.ui.settings.settings_page import SettingsPage
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.setting_row import SettingRow

_EXAMPLE = datetime(2026, 11, 30, 13, 5, tzinfo=UTC)


class LanguagePage(SettingsPage):
    """Shows an example of the chosen format, and offers the restart that another language needs."""

    def __init__(self, context: SettingsContext, parent: QWidget | None = None) -> None:
        super().__init__("language", context, parent)
        card = self.add_section("Texts")
        restart = Button(self.tr("Restart now"), small=True)
        restart.setObjectName("restart-now")
        restart.clicked.connect(self._restart)
        self._restart_row = SettingRow("", self.tr("Drafts and scheduled posts are kept."), restart)
        self._restart_line = card.add_widget(self._restart_row)
        self._show_restart()
        card = self.add_section("Dates, times and numbers")
        self._example = card.add_row(self.tr("Example"), "", None)
        self.written.connect(self._show_example)
        self.written.connect(self._show_restart)
        self._show_example()

    @Slot()
    def _show_example(self) -> None:
        self._example.set_hint(f"{full_when(_EXAMPLE)} · {decimal(1_234_567.5)}")

    @Slot()
    def _show_restart(self) -> None:
        language = chosen_language(self.context.read("language.texts"))
        is_other = language != shown_language() and self.context.tools is not None
        text = self.tr("Posto restarts to show {language}").format(language=language_name(language))
        self._restart_row.name.setText(text)
        self._restart_row.setVisible(is_other)
        if self._restart_line is not None:
            self._restart_line.setVisible(is_other)

    @Slot()
    def _restart(self) -> None:
        self.context.leave(self.context.parts.restart)
