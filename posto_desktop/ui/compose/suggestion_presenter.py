"""Presenter of the suggestions while a hashtag or a mention is typed in Compose."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from posto_desktop.ui.compose.layout import ComposeLayout
from posto_desktop.ui.compose.page_settings import PageSettings
from posto_desktop.ui.compose.text_presenter import TextPresenter
from posto_desktop.ui.shared.option_controls import OverrideControl
from posto_desktop.ui.shared.suggestion_completer import SETTING, SuggestionCompleter
from posto_desktop.viewmodels.open_message import OpenMessage

REMOVED = "compose.suggestions_removed"


class SuggestionPresenter(QObject):
    """Completes in the message, its first comment, and those of networks. The message says itself
    when a word is typed in it, since its text is shown in other ways, too."""

    def __init__(
        self,
        views: ComposeLayout,
        message: OpenMessage,
        text_presenter: TextPresenter,
        page_settings: PageSettings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._views, self._message = views, message
        self._text_presenter, self._page_settings = text_presenter, page_settings
        self._completer = SuggestionCompleter(
            message.suggestions,
            views.scroll_area,
            message.notifier,
            lambda: page_settings.is_on(SETTING),
            message.editor.end_step,
            self,
        )
        self._completer.completing.connect(self._show_completing)
        self._completer.watch(views.fields.comment)
        text_presenter.wordTyped.connect(self._message_typed)
        text_presenter.shown.connect(self._completer.close)
        views.options.built.connect(self._watch_options)
        message.editor.opened.connect(self._completer.close)

    def begin(self) -> None:
        """Read what was removed, once the settings are there."""
        used = self._message.suggestions.used
        used.restore_removed(self._page_settings.text(REMOVED))
        used.removedChanged.connect(self._save_removed)

    @Slot(str)
    def _save_removed(self, words: str) -> None:
        self._page_settings.set(REMOVED, words)

    @Slot()
    def _message_typed(self) -> None:
        self._completer.follow(self._views.editor, self._views.editor.target)

    @Slot(object)
    def _show_completing(self, field: object) -> None:
        self._text_presenter.is_suggesting = field is self._views.editor

    @Slot(str)
    def _watch_options(self, name: str) -> None:
        """Complete in the first comments of networks, too."""
        if name != "first_comment":
            return
        for key, control in self._views.options.controls("first_comment").items():
            if isinstance(control, OverrideControl):
                self._completer.watch(control.own, key)
