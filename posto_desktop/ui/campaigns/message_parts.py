"""Text editors of a campaign's message: one for each part of its thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from posto_desktop.core.draft import MAX_PARTS
from posto_desktop.core.thread import BLANK_LINES
from posto_desktop.ui import keys
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import IconButton, name_control
from posto_desktop.ui.widgets.labels import PlainLabel

_LINES, _MORE_LINES, _MOST_LINES = 4, 2, 10


class _Part(QWidget):
    """One part: its text, and in a thread its number above it, with a button unless it is the
    first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.head = QWidget(self)
        row = QHBoxLayout(self.head)
        row.setContentsMargins(0, 0, 0, 0)
        self.words = PlainLabel("", self.head)
        self.words.setProperty("role", "muted")
        self.remove = IconButton(
            "trash-2",
            self.tr("Remove part"),
            "remove-part",
            size="size.icon_button",
            parent=self.head,
        )
        row.addWidget(self.words)
        row.addStretch(1)
        row.addWidget(self.remove)
        column.addWidget(self.head)
        self.text = QPlainTextEdit(self)
        self.text.setTabChangesFocus(True)
        self.text.setAcceptDrops(False)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        column.addWidget(self.text)

    def show_number(self, number: int, count: int) -> None:
        self.head.setVisible(count > 1)
        self.remove.setVisible(number > 0)
        words = self.tr("Part {number}").format(number=number + 1)
        self.words.setText(words)
        object_name = f"part-{number + 1}" if number else "message-text"
        name_control(self.text, words if number else self.tr("Message text"), object_name)
        remove = self.tr("Remove part {number}").format(number=number + 1)
        name_control(self.remove, remove, f"remove-part-{number + 1}")

    def fit(self, least: int) -> None:
        lines = max(least, min(_MOST_LINES, self.text.document().blockCount()))
        self.text.setFixedHeight(lines * Theme.instance().line("message") + 12)


class MessageParts(QWidget):
    """Signals: ``changed(tuple[str])``: the user changed the texts; ``undoRequested()``: Ctrl+Z
    right after a part came or went, which no text can take back; ``heightChanged()``;
    ``editorAdded(QPlainTextEdit)``: of another part."""

    changed = Signal(object)
    undoRequested = Signal()
    heightChanged = Signal()
    editorAdded = Signal(object)

    def __init__(self, texts: Sequence[str], owner: QObject, parent: QWidget) -> None:
        """`owner` filters the events of each text before this does."""
        super().__init__(parent)
        self._owner = owner
        self._parts: list[_Part] = []
        self._current = 0
        self._is_rearranged = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.show_texts(texts)

    @property
    def first(self) -> QPlainTextEdit:
        """The text of the post."""
        return self._parts[0].text

    @property
    def editors(self) -> list[QPlainTextEdit]:
        return [part.text for part in self._parts]

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(text.toPlainText() for text in self.editors)

    @property
    def current(self) -> int:
        """The number of the part that had the focus last."""
        return min(self._current, len(self._parts) - 1)

    def show_texts(self, texts: Sequence[str]) -> None:
        """Show texts from elsewhere; what the user types in is left as it is where it is the
        same."""
        while len(self._parts) < len(texts):
            self._add_editor()
        for part in self._parts[len(texts) :]:
            self._column.removeWidget(part)
            part.hide()
            part.deleteLater()
        del self._parts[len(texts) :]
        for number, (part, text) in enumerate(zip(self._parts, texts, strict=True)):
            part.show_number(number, len(texts))
            if part.text.toPlainText() != text:
                with QSignalBlocker(part.text):
                    part.text.setPlainText(text)
        self.fit()

    def _add_editor(self) -> None:
        part = _Part(self)
        part.text.setFont(Theme.instance().font("message"))
        part.text.setPlaceholderText(
            self.tr("What comes next?") if self._parts else self.tr("What would you like to say?")
        )
        part.text.textChanged.connect(self._typed)
        part.text.installEventFilter(self)
        part.text.installEventFilter(self._owner)
        part.remove.clicked.connect(lambda: self.remove(self._parts.index(part)))
        self._column.addWidget(part)
        self._parts.append(part)
        self.editorAdded.emit(part.text)

    def restyle(self) -> None:
        for part in self._parts:
            part.text.setFont(Theme.instance().font("message"))
        self.fit()

    def fit(self) -> None:
        for number, part in enumerate(self._parts):
            part.fit(_MORE_LINES if number or len(self._parts) > 1 else _LINES)
        self.heightChanged.emit()

    # -- what the user does ----------------------------------------------------------------------

    @Slot()
    def add(self) -> None:
        """Begin a part behind the one with the focus: with what is after the caret."""
        texts, number = list(self.texts), self.current
        if len(texts) >= MAX_PARTS:
            return
        place = self.editors[number].textCursor().position()
        before, after = texts[number][:place].rstrip(), texts[number][place:].lstrip()
        texts[number : number + 1] = [before, after]
        self._change(texts, number + 1, 0)

    def remove(self, number: int) -> None:
        """Remove a part; undo of the campaign brings it back."""
        texts = list(self.texts)
        if number:
            del texts[number]
            self._change(texts, number - 1, len(texts[number - 1]))

    def _join(self, number: int) -> None:
        texts = list(self.texts)
        before, after = texts[number - 1].rstrip(), texts[number].lstrip()
        between = BLANK_LINES if before and after else ""
        texts[number - 1 : number + 1] = [before + between + after]
        self._change(texts, number - 1, len(before + between))

    def _change(self, texts: Sequence[str], number: int, place: int) -> None:
        self.show_texts(texts)
        self.changed.emit(tuple(texts))
        self._is_rearranged = True
        text = self.editors[number]
        cursor = text.textCursor()
        cursor.setPosition(place)
        text.setTextCursor(cursor)
        text.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _typed(self) -> None:
        self._is_rearranged = False
        self.changed.emit(self.texts)
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and watched in self.editors:
            self._current = self.editors.index(watched)
        kinds = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
        if event.type() not in kinds or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        is_press = event.type() == QEvent.Type.KeyPress
        if _is_key(event, keys.ADD_PART):
            if is_press:
                self.add()
            event.accept()
            return is_press
        if self._is_rearranged and event.matches(QKeySequence.StandardKey.Undo):
            if is_press:
                self._is_rearranged = False
                self.undoRequested.emit()
            event.accept()
            return is_press
        number = next((n for n, text in enumerate(self.editors) if text is watched), 0)
        if is_press and number and _joins(event, self.editors[number].textCursor()):
            self._join(number)
            return True
        return super().eventFilter(watched, event)


def _is_key(event: QKeyEvent, words: str) -> bool:
    pressed = QKeySequence(event.keyCombination())
    return any(pressed == QKeySequence(word) for word in words.split())


def _joins(event: QKeyEvent, cursor: QTextCursor) -> bool:
    """Whether it is Backspace at the begin of a part."""
    return (
        event.key() == Qt.Key.Key_Backspace
        and not event.modifiers()
        and cursor.atStart()
        and not cursor.hasSelection()
    )
