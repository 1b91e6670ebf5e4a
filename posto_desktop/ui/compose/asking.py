"""The question above the action bar, and what becomes of a message that was posted."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Slot

from posto_desktop.core.draft import Draft
from posto_desktop.core.limits import network_name
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.compose.part import Part


class Asking(Part):
    """Shows what `Posting` asks, and passes on what was answered and posted."""

    @Slot(str, list, bool)
    def ask(self, words: str, buttons: list[tuple[str, str, str]], severe: bool) -> None:
        self.page.ask_holder.show()
        self.page.ask_bar.ask(words, buttons, severe=severe)

    @property
    def is_open(self) -> bool:
        return not self.page.ask_holder.isHidden()

    def dismiss(self) -> None:
        """Take the question away without an answer."""
        if self.is_open:
            self.page.ask_holder.hide()
            self.page.posting.forget_question()

    @Slot(str)
    def answered(self, key: str) -> None:
        self.page.ask_holder.hide()
        self.page.posting.answer(key)
        if not key:
            self.page.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object, object)
    def posted(self, draft: Draft, share_at: datetime | None) -> None:
        self.page.postRequested.emit(draft, share_at)
        self.page.drafting.posted(draft)

    @Slot(object, object)
    def series_posted(self, draft: Draft, times: list[datetime]) -> None:
        self.page.seriesRequested.emit(draft, times)
        self.page.drafting.posted(draft)

    @Slot(object, list)
    def left_out(self, draft: Draft, channels: list[Channel]) -> None:
        """The others were posted; these keep the message as a draft."""
        shelf = self.page.shelf
        shelf.keep(draft)
        names = ", ".join(dict.fromkeys(network_name(one.network) for one in channels))
        words = self.tr("The message for {names} is kept in Drafts").format(names=names)
        shelf.offer("info", words, draft)
