"""Adapters of the fields in which suggestions complete hashtags and mentions."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics, QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from posto_desktop.core.suggestions import TypedWord, word_at
from posto_desktop.ui.shared.text_entities import character_index, utf16_offset


class SuggestionField(Protocol):
    """A text field with a caret. Its key is that of the draft's texts, "" for the common ones."""

    @property
    def widget(self) -> QWidget: ...
    def key(self) -> str: ...
    def text(self) -> str: ...
    def before(self) -> str:
        """Return the line up to the caret."""

    def word(self) -> TypedWord | None:
        """Return the hashtag or mention before the caret."""

    def is_composing(self) -> bool:
        """Whether an input method composes at the caret."""

    def place(self, word: TypedWord) -> QRect:
        """Return where the word begins and how high its line is, in the field's window."""

    def replace(self, word: TypedWord, text: str) -> None:
        """Replace the word, with a space after it at the end of a line."""


class LineField:
    """A line."""

    def __init__(self, field: QLineEdit) -> None:
        self._field = field

    @property
    def widget(self) -> QWidget:
        return self._field

    def key(self) -> str:
        return ""

    def text(self) -> str:
        return self._field.text()

    def before(self) -> str:
        text = self.text()
        return text[: character_index(text, self._field.cursorPosition())]

    def word(self) -> TypedWord | None:
        if self._field.hasSelectedText():
            return None
        text = self.text()
        return word_at(text, character_index(text, self._field.cursorPosition()))

    def is_composing(self) -> bool:
        return False  # not known of a line; see SuggestionCompleter

    def place(self, word: TypedWord) -> QRect:
        field = self._field
        caret = field.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)
        width = QFontMetrics(field.font()).horizontalAdvance(word.sign + word.typed)
        middle = caret.center().x() + (width if field.isRightToLeft() else -width)
        middle = max(0, min(middle, field.width()))
        return QRect(field.mapTo(field.window(), QPoint(middle, 0)), field.rect().bottomLeft())

    def replace(self, word: TypedWord, text: str) -> None:
        field = self._field
        whole = field.text()
        start, end = utf16_offset(whole, word.start), field.cursorPosition()
        if character_index(whole, end) == len(whole):
            text += " "
        field.setSelection(start, end - start)
        field.insert(text)


class LinesField:
    """A text of several lines, for a key of the draft's texts."""

    def __init__(self, field: QPlainTextEdit, key: str = "") -> None:
        self._field, self._key = field, key

    @property
    def widget(self) -> QWidget:
        return self._field

    def key(self) -> str:
        return self._key

    def text(self) -> str:
        return self._field.toPlainText()

    def before(self) -> str:
        cursor = self._field.textCursor()
        text = cursor.block().text()
        return text[: character_index(text, cursor.positionInBlock())]

    def word(self) -> TypedWord | None:
        cursor = self._field.textCursor()
        if cursor.hasSelection():
            return None
        text = cursor.block().text()
        return word_at(text, character_index(text, cursor.positionInBlock()))

    def is_composing(self) -> bool:
        return bool(self._field.textCursor().block().layout().preeditAreaText())

    def place(self, word: TypedWord) -> QRect:
        field = self._field
        caret = field.cursorRect()
        rect = field.cursorRect(self._selection(word, keep=False))
        if rect.y() != caret.y():  # the word is broken into two lines
            rect = caret
        place = field.viewport().mapTo(field.window(), rect.topLeft())
        return QRect(place, rect.size())

    def replace(self, word: TypedWord, text: str) -> None:
        cursor = self._selection(word, keep=True)
        if cursor.atBlockEnd():
            text += " "
        cursor.insertText(text)
        self._field.setTextCursor(cursor)
        self._field.ensureCursorVisible()

    def _selection(self, word: TypedWord, *, keep: bool) -> QTextCursor:
        """Return a cursor at the begin of the word, or from there to the caret."""
        cursor = self._field.textCursor()
        block = cursor.block()
        start, end = block.position() + utf16_offset(block.text(), word.start), cursor.position()
        cursor.setPosition(start)
        if keep:
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor
