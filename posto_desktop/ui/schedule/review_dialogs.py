"""Dialogs of a review: the request for changes, and the history of a message."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSlider, QVBoxLayout, QWidget

from posto_desktop.models.review_words import subject_words
from posto_desktop.sdk.records import ScheduleMedia
from posto_desktop.ui.schedule.inspector_widgets import FactList
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.action_dialog import ActionDialog
from posto_desktop.ui.widgets.buttons import set_enabled
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.overlay_scroll_area import OverlayScrollArea
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.text_box import TextBox

__all__ = ["AskForChangesDialog", "HistoryDialog"]

LONGEST = 2_000
_SCROLLS = {
    Qt.Key.Key_Down: QAbstractSlider.SliderAction.SliderSingleStepAdd,
    Qt.Key.Key_Up: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
}


class AskForChangesDialog(ActionDialog):
    """Signal: `chosen(str comment, str subject, object media id or None)`."""

    chosen = Signal(str, str, object)

    def __init__(
        self, author: str, files: Sequence[ScheduleMedia], parent: QWidget | None = None
    ) -> None:
        super().__init__("ask-for-changes", "", "", width=460, parent=parent)
        self.set_title(self.tr("Request changes"))
        self.action_button.setText(self.tr("Send request"))
        hint = Paragraph("", "muted", object_name="ask-hint", parent=self)
        hint.setText(
            self.tr("{name} sees your comment and can edit the message.").format(name=author)
        )
        self.body.addWidget(hint)
        self.subject = ComboBox("ask-about", self)
        self.subject.addItem(self.tr("The whole message"), ("", None))
        self.subject.addItem(subject_words("text"), ("text", None))
        for place, file in enumerate(files, 1):
            words = subject_words("media")
            words = f"{words} {place}" if len(files) > 1 else words
            self.subject.addItem(words, ("media", file.id or None))
        self.subject.addItem(subject_words("time"), ("time", None))
        buddy = PlainLabel(self.tr("About"), self)
        buddy.setBuddy(self.subject)
        self.body.addWidget(buddy)
        self.body.addWidget(self.subject)
        self.comment = TextBox(self.tr("Comment"), "ask-comment", parent=self)
        self.comment.setPlaceholderText(self.tr("What is to be changed?"))
        self.comment.setMinimumHeight(round(96 * Theme.instance().scale))
        self.body.addWidget(self.comment, 1)
        self.comment.textChanged.connect(self._look)
        self.action_button.clicked.connect(self._send)
        self._look()
        self.fit()
        self.comment.setFocus()

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
    """Shows what happened to a message, the newest step first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("history", "", "", width=520, parent=parent)
        self.set_title(self.tr("History"))
        self.action_button.setText(self.tr("Close"))
        self.action_button.clicked.connect(self.accept)
        self.cancel_button.hide()
        self.state = Paragraph(self.tr("Reading…"), "muted", object_name="history-state")
        self.body.addWidget(self.state)
        self._scroll = OverlayScrollArea(self)
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        box = QVBoxLayout(inside)
        box.setContentsMargins(0, 0, 0, 0)
        self.steps = FactList(self.tr("Steps"), "history-steps")
        box.addWidget(self.steps)
        box.addStretch(1)
        self._scroll.setWidget(inside)
        self._scroll.setMinimumHeight(round(240 * Theme.instance().scale))
        self._scroll.hide()
        self.body.addWidget(self._scroll, 1)
        self.fit()

    def show_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        """Show the time and the words of each step."""
        self.steps.set_rows(list(rows))
        self.state.setVisible(not rows)
        self.state.setText("" if rows else self.tr("Nothing is known of this message."))
        self._scroll.setVisible(bool(rows))
        self.grow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll by keys: nothing inside takes them."""
        action = _SCROLLS.get(Qt.Key(event.key()))
        if action is not None and self._scroll.isVisible():
            self._scroll.verticalScrollBar().triggerAction(action)
        else:
            super().keyPressEvent(event)

    def show_problem(self, sentence: str) -> None:
        self.state.setText(sentence)
        self.grow()
