"""Dialogs of a review: the request for changes, and the history of a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QAbstractSlider, QVBoxLayout, QWidget

from posto_desktop.models.image_cache import ImageCache
from posto_desktop.models.review_words import HistoryEntry, file_words, files_of, subject_words
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.accessibility.announcer import announce
from posto_desktop.ui.schedule.file_choice import FileChoice
from posto_desktop.ui.shared.difference_text import DifferenceText
from posto_desktop.ui.shared.presence_line import PresenceLine
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.action_dialog import ActionDialog
from posto_desktop.ui.widgets.buttons import Button, set_enabled
from posto_desktop.ui.widgets.dialog_placement import centre_dialog
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.labels import PlainLabel, hairline, set_role
from posto_desktop.ui.widgets.overlay_scroll_area import OverlayScrollArea
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.text_box import TextBox

__all__ = ["AskForChangesDialog", "HistoryDialog", "WrittenRequest"]

LONGEST = 2_000
_SCROLLS = {
    Qt.Key.Key_Down: QAbstractSlider.SliderAction.SliderSingleStepAdd,
    Qt.Key.Key_Up: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
}


@dataclass(frozen=True)
class WrittenRequest:
    """A request for changes that is not sent yet, about a `Subject`."""

    comment: str
    subject: str = ""
    media_id: int | None = None


class AskForChangesDialog(ActionDialog):
    """Signal: `chosen(str comment, str subject, object media id or None)`. `rows` are the posts of
    the message, `begun` what was written about it before (`written`)."""

    chosen = Signal(str, str, object)

    def __init__(
        self,
        author: str,
        rows: Sequence[Schedule],
        pictures: ImageCache,
        parent: QWidget | None = None,
        begun: WrittenRequest | None = None,
    ) -> None:
        super().__init__("ask-for-changes", "", "", width=460, parent=parent)
        self.set_title(self.tr("Request changes"))
        self.action_button.setText(self.tr("Send request"))
        hint = Paragraph("", "muted", object_name="ask-hint", parent=self)
        hint.setText(
            self.tr("{name} sees your comment and can edit the message.").format(name=author)
        )
        self.body.addWidget(hint)
        self.presence = PresenceLine("ask-presence", parent=self)
        self.body.addWidget(self.presence)
        files = files_of(rows)
        self.subject = ComboBox("ask-about", self)
        self.subject.addItem(self.tr("The whole message"), ("", None))
        self.subject.addItem(subject_words("text"), ("text", None))
        for file in files:
            self.subject.addItem(file_words(files, file.id), ("media", file.id))
        self.subject.addItem(subject_words("time"), ("time", None))
        buddy = PlainLabel(self.tr("About"), self)
        buddy.setBuddy(self.subject)
        self.body.addWidget(buddy)
        self.body.addWidget(self.subject)
        self.pictures: FileChoice | None = None
        if files:
            self.pictures = FileChoice(files, pictures, self)
            self.pictures.chosen.connect(self._choose_file)
            self.subject.currentIndexChanged.connect(self._show_file)
            self.body.addWidget(self.pictures)
        self.comment = TextBox(self.tr("Comment"), "ask-comment", parent=self)
        self.comment.setPlaceholderText(self.tr("What is to be changed?"))
        self.comment.setMinimumHeight(round(96 * Theme.instance().scale))
        buddy = PlainLabel(self.tr("Comment"), self)
        buddy.setBuddy(self.comment)
        self.body.addWidget(buddy)
        self.body.addWidget(self.comment, 1)
        self.comment.textChanged.connect(self._look)
        self.action_button.clicked.connect(self._send)
        if begun is not None:
            self._choose(begun.subject, begun.media_id)
            self.comment.setPlainText(begun.comment)
            self.comment.moveCursor(QTextCursor.MoveOperation.End)
        self._look()
        self.fit()
        self.comment.setFocus()

    def written(self) -> WrittenRequest:
        """Return what is written by now."""
        return WrittenRequest(self.comment.toPlainText(), *self.subject.currentData())

    def _choose(self, subject: str, media_id: int | None) -> None:
        for at in range(self.subject.count()):
            if self.subject.itemData(at) == (subject, media_id):
                self.subject.setCurrentIndex(at)

    @Slot(int)
    def _choose_file(self, media_id: int) -> None:
        self._choose("media", media_id)
        self.comment.setFocus()

    @Slot()
    def _show_file(self) -> None:
        if self.pictures is not None:
            self.pictures.show_chosen(self.subject.currentData()[1])

    def _words(self) -> str:
        return self.comment.toPlainText().strip()[:LONGEST]

    @Slot()
    def _look(self) -> None:
        set_enabled(self.action_button, bool(self._words()), self.tr("Write a comment first"))

    @Slot()
    def _send(self) -> None:
        words = self._words()
        if words:
            subject, media_id = self.subject.currentData()
            self.chosen.emit(words, subject, media_id)
            self.accept()


class HistoryDialog(ActionDialog):
    """Shows what happened to a message, the newest step first. Signal: `retryRequested()`."""

    retryRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("history", "", "", width=520, parent=parent)
        self.set_title(self.tr("History"))
        self.action_button.setText(self.tr("Close"))
        self.action_button.clicked.connect(self.accept)
        self.cancel_button.hide()
        self.state = Paragraph(self.tr("Reading…"), "muted", object_name="history-state")
        self.body.addWidget(self.state)
        self.again = Button(self.tr("Try again"), icon="refresh-cw", parent=self)
        self.again.setObjectName("try-again")
        self.again.clicked.connect(self._try_again)
        self.again.hide()
        self.body.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        self.presence = PresenceLine("history-presence", parent=self)
        self.body.addWidget(self.presence)
        self._scroll = OverlayScrollArea(self)
        inside = QWidget()
        inside.setObjectName("history-steps")
        inside.setAccessibleName(self.tr("Steps"))
        inside.setProperty("role", "scrolled")
        self._steps = QVBoxLayout(inside)
        self._steps.setContentsMargins(0, 0, 12, 0)
        self._steps.setSpacing(0)
        self._scroll.setWidget(inside)
        self._scroll.setMinimumHeight(round(260 * Theme.instance().scale))
        self._scroll.hide()
        self.body.addWidget(self._scroll, 1)
        self.entries: list[HistoryEntry] = []
        """What is shown, the newest first."""
        self.fit()

    def show_entries(self, entries: Sequence[HistoryEntry]) -> None:
        """Show the steps of the message, once."""
        self.entries = list(entries)
        for at, entry in enumerate(entries):
            if at:
                self._steps.addSpacing(14)
                self._steps.addWidget(hairline(self))
                self._steps.addSpacing(14)
            self._add_entry(entry)
        self._steps.addStretch(1)
        self.again.hide()
        self.state.setVisible(not entries)
        self.state.setText("" if entries else self.tr("Nothing is known of this message."))
        self._scroll.setVisible(bool(entries))
        self.grow()
        centre_dialog(self)  # until now it was low

    def _add_entry(self, entry: HistoryEntry) -> None:
        parts: list[Paragraph] = [Paragraph(entry.title, "strong", type_name="strong")]
        if entry.when:
            parts.append(Paragraph(entry.when, "caption", type_name="caption"))
        for part in parts:
            self._steps.addWidget(part)
        if entry.lines:
            self._steps.addSpacing(6)
        for line in entry.lines:
            self._steps.addWidget(Paragraph(line))
        for text in entry.texts:
            self._steps.addSpacing(8)
            self._steps.addWidget(Paragraph(text.name, "small", type_name="small"))
            self._steps.addSpacing(2)
            self._steps.addWidget(DifferenceText(text.pieces, object_name="history-text"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll by keys: nothing inside takes them."""
        action = _SCROLLS.get(Qt.Key(event.key()))
        if action is not None and self._scroll.isVisible():
            self._scroll.verticalScrollBar().triggerAction(action)
        else:
            super().keyPressEvent(event)

    def show_problem(self, sentence: str) -> None:
        """Say why the steps were not read; "" if nobody knows."""
        if not sentence:
            sentence = self.tr("The history could not be read. See the log for details.")
        set_role(self.state, "error")
        self.state.setText(sentence)
        self.again.show()
        self.grow()
        announce(sentence, assertive=True)

    @Slot()
    def _try_again(self) -> None:
        set_role(self.state, "muted")
        self.state.setText(self.tr("Reading…"))
        self.again.hide()
        self.retryRequested.emit()
