"""Editors of the texts of an evergreen message, used in turn: add, remove, reorder."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from posto_desktop.core.evergreen import EvergreenMessage
from posto_desktop.core.evergreen_texts import can_move_first
from posto_desktop.ui.shared.counter_row import CounterRow
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import IconButton, name_control, set_enabled
from posto_desktop.ui.widgets.labels import PlainLabel, set_role
from posto_desktop.viewmodels.evergreen_checks import TextAssessment

_LINES, _MOST_LINES = 3, 9
_SHOWN_SENTENCES = 3


class _TextEdit(QPlainTextEdit):
    """Signal ``undoRequested()``: Ctrl+Z with nothing of its own to undo."""

    undoRequested = Signal()
    redoRequested = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undoRequested.emit()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.redoRequested.emit()
        else:
            super().keyPressEvent(event)


class TextCard(QFrame):
    """One text. Signals: ``edited(str)``; ``moveRequested(int)`` by -1 or 1;
    ``removeRequested()``."""

    edited = Signal(str)
    moveRequested = Signal(int)
    removeRequested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(6)
        self.words = PlainLabel("", self)
        self.words.setProperty("role", "muted")
        head.addWidget(self.words)
        self.counters = CounterRow(self)
        head.addWidget(self.counters, 1)
        self.up = self._button("chevron-up")
        self.up.clicked.connect(lambda: self.moveRequested.emit(-1))
        self.down = self._button("chevron-down")
        self.down.clicked.connect(lambda: self.moveRequested.emit(1))
        self.remove = self._button("trash-2")
        self.remove.clicked.connect(self.removeRequested)
        for button in (self.up, self.down, self.remove):
            head.addWidget(button)
        column.addLayout(head)
        self.text = _TextEdit(self)
        self.text.setProperty("role", "field")
        self.text.setTabChangesFocus(True)
        self.text.setAcceptDrops(False)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.document().setDocumentMargin(8)
        self.text.textChanged.connect(self._typed)
        self.words.setBuddy(self.text)
        column.addWidget(self.text)
        self.findings = PlainLabel(self)
        self.findings.setWordWrap(True)
        self.findings.hide()
        column.addWidget(self.findings)

    def _button(self, icon: str) -> IconButton:
        return IconButton(icon, "", "", size="size.control_small", icon_size=15, parent=self)

    def show_text(self, message: EvergreenMessage, at: int) -> None:
        count, number = message.variant_count, at + 1
        words = self.tr("Text") if count == 1 else self.tr("Text {number}").format(number=number)
        self.words.setText(words)
        self.words.setObjectName(f"evergreen-text-{number}-label")
        name_control(self.text, words, f"evergreen-text-{number}")
        placeholder = self.tr("The same, said another way")
        self.text.setPlaceholderText(
            placeholder if at else self.tr("What would you like to say again and again?")
        )
        why_not = ""
        if not can_move_first(message):
            why_not = self.tr("A thread comes first. Its parts are edited in Compose.")
        for button, name, object_name, is_possible, reason in (
            (
                self.up,
                self.tr("Move text {number} up"),
                "move-text-{number}-up",
                at > 0,
                why_not if at == 1 else "",
            ),
            (
                self.down,
                self.tr("Move text {number} down"),
                "move-text-{number}-down",
                number < count,
                why_not if at == 0 else "",
            ),
            (
                self.remove,
                self.tr("Remove text {number}"),
                "remove-text-{number}",
                True,
                why_not if at == 0 else "",
            ),
        ):
            name_control(button, name.format(number=number), object_name.format(number=number))
            button.setVisible(count > 1)
            set_enabled(button, is_possible and not reason, reason)
            if button.isEnabled():
                button.setToolTip(button.accessibleName())
        self.counters.setObjectName(f"evergreen-counters-{number}")
        self.findings.setObjectName(f"evergreen-findings-{number}")
        text = message.texts[at]
        if self.text.toPlainText() != text:
            cursor = self.text.textCursor().position()
            with QSignalBlocker(self.text):
                self.text.setPlainText(text)
            place = self.text.textCursor()
            place.setPosition(min(cursor, len(text)))
            self.text.setTextCursor(place)
        self.fit()

    def show_assessment(self, assessment: TextAssessment) -> None:
        """Show counts and findings."""
        self.counters.set_counts(assessment.counts)
        sentences = list(assessment.sentences[:_SHOWN_SENTENCES])
        if assessment.same_as is not None:
            words = self.tr("This is the same as text {number}.")
            sentences.append(words.format(number=assessment.same_as + 1))
        set_role(self.findings, "error-small" if assessment.is_bad else "small")
        self.findings.setText("\n".join(sentences))
        self.findings.setVisible(bool(sentences))

    def fit(self) -> None:
        self.text.setFont(Theme.instance().font("message"))
        lines = max(_LINES, min(_MOST_LINES, self.text.document().blockCount() + 1))
        self.text.setFixedHeight(lines * Theme.instance().line("message") + 18)

    @Slot()
    def _typed(self) -> None:
        self.fit()
        self.edited.emit(self.text.toPlainText())


class TextCards(QWidget):
    """Signals: ``edited(int at, str)``; ``moveRequested(int at, int by)``;
    ``removeRequested(int at)``; ``undoRequested()``, ``redoRequested()``."""

    edited = Signal(int, str)
    moveRequested = Signal(int, int)
    removeRequested = Signal(int)
    undoRequested = Signal()
    redoRequested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.cards: list[TextCard] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(14)

    def show_message(self, message: EvergreenMessage) -> None:
        while len(self.cards) < message.variant_count:
            self._add_card()
        for card in self.cards[message.variant_count :]:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        del self.cards[message.variant_count :]
        for at, card in enumerate(self.cards):
            card.show_text(message, at)

    def show_assessments(self, assessments: Sequence[TextAssessment]) -> None:
        for card, assessment in zip(self.cards, assessments, strict=False):
            card.show_assessment(assessment)

    def focus_text(self, at: int) -> None:
        if self.cards:
            text = self.cards[max(0, min(at, len(self.cards) - 1))].text
            text.setFocus(Qt.FocusReason.OtherFocusReason)

    def restyle(self) -> None:
        for card in self.cards:
            card.fit()

    def _add_card(self) -> None:
        card = TextCard(self)
        card.edited.connect(lambda text: self.edited.emit(self.cards.index(card), text))
        card.moveRequested.connect(lambda by: self.moveRequested.emit(self.cards.index(card), by))
        card.removeRequested.connect(lambda: self.removeRequested.emit(self.cards.index(card)))
        card.text.undoRequested.connect(self.undoRequested)
        card.text.redoRequested.connect(self.redoRequested)
        self.cards.append(card)
        self._column.addWidget(card)
        card.show()
