"""Settings > Writing: text and files of messages."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.common.locale_words import listed
from posto_desktop.common.translation import translate
from posto_desktop.core.suggestions import read_words
from posto_desktop.ui.settings.catalogue import PAGES, tr
from posto_desktop.ui.settings.context import SettingsContext
from posto_desktop.ui.settings.settings_page import SettingsPage
from posto_desktop.ui.settings.video_tools_row import FFMPEG, VideoToolsRow
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.setting_row import SettingRow

REMOVED = "compose.suggestions_removed"
NAMED = 8


class WritingPage(SettingsPage):
    """Declared settings, and the words that are not suggested any more, where there are any."""

    def __init__(self, context: SettingsContext, parent: QWidget | None = None) -> None:
        super().__init__("writing", context, parent)
        card = self.add_sections()["Text"]
        if read_words(context.read(REMOVED)):
            self.rows[REMOVED] = RemovedWordsRow(context, card)
            card.add_widget(self.rows[REMOVED])
        videos = self.add_card(translate("Settings", "Videos"))
        self.rows[FFMPEG] = VideoToolsRow(context, videos)
        videos.add_widget(self.rows[FFMPEG])
        note = next(entry.note for entry in PAGES if entry.key == self.key)
        self.add(label(tr(note), "muted", wrap=True))


class RemovedWordsRow(SettingRow):
    """Its button brings the words back, and takes that back."""

    def __init__(self, context: SettingsContext, parent: QWidget) -> None:
        self._button = Button("", small=True)
        super().__init__(translate("Settings", "Not suggested"), "", self._button, parent)
        self._context = context
        self._saved = str(context.read(REMOVED))
        self._button.clicked.connect(self._toggle)
        self._show()

    @Slot()
    def _toggle(self) -> None:
        is_removed = bool(self._context.read(REMOVED))
        self._context.write(REMOVED, "" if is_removed else self._saved)
        self._show()

    def _show(self) -> None:
        words = read_words(self._saved)
        if self._context.read(REMOVED):
            hint = listed(reversed(words[-NAMED:]))
            if len(words) > NAMED:
                hint += translate("Settings", " And %n more.", "", len(words) - NAMED)
            action, object_name = translate("Settings", "Suggest again"), "suggest-again"
        else:
            hint = translate("Settings", "%n word(s) (is/are) suggested again", "", len(words))
            action, object_name = translate("Settings", "Undo"), "undo"
        self.set_hint(hint)
        self._button.setText(action)
        self._button.setObjectName(object_name)
