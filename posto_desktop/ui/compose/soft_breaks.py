"""Soft breaks: splits long paragraphs, because Qt lays out a whole paragraph with each key press.

In a document such a paragraph is several blocks. The separator between two of them carries a
property in its character format, which is removed and copied with that character and cannot be
typed. Reading the text skips these separators.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QKeyEvent,
    QKeySequence,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit

from posto_desktop.common.graphemes import grapheme_pattern
from posto_desktop.ui.shared.text_entities import character_index, utf16_offset

LONGEST = 20_000
"""Length limit of a block in UTF-16 units; a longer one is split."""
PIECE = 8_000
LEAST = 6_000
"""Two pieces that together are shorter than this are joined."""
_WORD = 500  # how far back a piece may end, to end between two words
_MARK = QTextFormat.Property.UserProperty.value + 0x50F
_Key = QKeySequence.StandardKey
_BACK = (_Key.DeleteStartOfWord,)
_FORTH = (_Key.Delete, _Key.DeleteEndOfWord)
# These keys move visually: in a right-to-left paragraph the other way.
_LEFT = (_Key.MoveToPreviousChar, _Key.MoveToPreviousWord)
_LEFT_SELECTS = (_Key.SelectPreviousChar, _Key.SelectPreviousWord)
_RIGHT = (_Key.MoveToNextChar, _Key.MoveToNextWord)
_RIGHT_SELECTS = (_Key.SelectNextChar, _Key.SelectNextWord)
_KEEP = QTextCursor.MoveMode.KeepAnchor
# Characters that end a block when a text is inserted.
_ENDS = re.compile("\r\n|[\n\r\u2029\ufdd0\ufdd1]")


def break_positions(text: str) -> list[int]:
    """Return where to split a paragraph: after spaces, and never inside a grapheme."""
    positions = []
    start = 0
    while len(text) - start > PIECE + _WORD:
        end = start + PIECE
        space = max(text.rfind(" ", end - _WORD, end), text.rfind("\t", end - _WORD, end))
        start = space + 1 if space >= 0 else _between(text, end)
        positions.append(start)
    return positions


def _between(text: str, place: int) -> int:
    begin = place - _WORD
    for match in grapheme_pattern().finditer(text, begin, place + _WORD):
        if match.end() >= place:
            return int(match.end())
    return place


class SoftBreaks:
    """The soft breaks of one document. Positions are those of Qt in the document."""

    def __init__(self, document: QTextDocument) -> None:
        self._document = document
        self._at: list[int] = []  # positions of the soft separators, ascending
        self._changed: tuple[int, int] | None = None
        self._is_editing = False

    def __len__(self) -> int:
        return len(self._at)

    # -- reading -----------------------------------------------------------------------------

    def text(self) -> str:
        """Return the text without soft breaks."""
        # Not the plain text, which turns non-breaking spaces into ordinary ones.
        raw = self._document.toRawText()
        for sign in "\u2028\ufdd0\ufdd1":
            raw = raw.replace(sign, "\n")
        if not self._at:
            return raw.replace("\u2029", "\n")
        # After a soft break the next block continues the previous one.
        parts = raw.split("\u2029")
        soft = [self._document.findBlock(position + 1).blockNumber() for position in self._at]
        starts, ends = [0, *soft], [*soft, len(parts)]
        return "".join("\n".join(parts[start:end]) for start, end in zip(starts, ends, strict=True))

    def position(self, text: str, index: int) -> int:
        """Return the position in the document of a character of the text."""
        offset = index if self._is_narrow(text) else utf16_offset(text, index)
        before = bisect_left([place - number for number, place in enumerate(self._at)], offset)
        return offset + before

    def index(self, text: str, position: int) -> int:
        """Return the character of the text at a position of the document."""
        offset = position - bisect_left(self._at, position)
        return offset if self._is_narrow(text) else character_index(text, offset)

    def _is_narrow(self, text: str) -> bool:
        return len(text) + len(self._at) == self._document.characterCount() - 1

    def step_over(self, editor: QPlainTextEdit, event: QKeyEvent) -> None:
        """Move the caret across a soft separator before a key that moves or deletes across it."""
        cursor = editor.textCursor()
        if not self._at:
            return
        direction, selects = _key_direction(event, cursor.block())
        if not direction or (cursor.hasSelection() and not selects):
            return
        if self._has(cursor.position() - (1 if direction < 0 else 0)):
            mode = _KEEP if selects else QTextCursor.MoveMode.MoveAnchor
            cursor.setPosition(cursor.position() + direction, mode)
            editor.setTextCursor(cursor)

    def _has(self, position: int) -> bool:
        number = bisect_left(self._at, position)
        return number < len(self._at) and self._at[number] == position

    # -- writing -----------------------------------------------------------------------------

    def set_text(self, text: str) -> None:
        parts, soft = _in_pieces(text)
        self._document.setPlainText("\n".join(parts) if soft else text)
        if not soft:
            return
        cursor, mark = QTextCursor(self._document), _mark()
        self._is_editing = True
        cursor.beginEditBlock()
        block = self._document.begin()
        for number in range(len(parts)):
            if number in soft:
                cursor.setPosition(block.position())
                cursor.setBlockCharFormat(mark)
            block = block.next()
        cursor.endEditBlock()
        self._is_editing = False

    def insert(self, cursor: QTextCursor, text: str) -> None:
        """Like `cursor.insertText`, for a text of any length."""
        parts, soft = _in_pieces(text)
        if not soft:
            cursor.insertText(text)
            return
        self._is_editing = True
        cursor.beginEditBlock()
        form, mark = cursor.blockFormat(), _mark()
        plain: list[str] = []
        for number, part in enumerate(parts):
            if number in soft:
                cursor.insertText("\n".join(plain), QTextCharFormat())
                cursor.insertBlock(form, mark)
                plain = []
            plain.append(part)
        cursor.insertText("\n".join(plain), QTextCharFormat())
        cursor.endEditBlock()
        self._is_editing = False

    def changed(self, position: int, removed: int, added: int) -> None:
        """Record a change of the document, from its `contentsChange`."""
        end, shift = position + added, added - removed
        if self._changed is None:
            self._changed = (position, end)
        else:
            start, old = self._changed
            self._changed = (min(position, start), max(end, old + shift if old > position else old))
        if not self._at and not self._is_editing:
            return
        breaks = [place for place in self._at if place < position]
        for block in self._blocks(position, end):
            separator = block.position() - 1
            if position <= separator < end and _is_soft(block):
                breaks.append(separator)
        behind = (place + shift for place in self._at if place >= position + removed)
        last = self._document.characterCount() - 1
        self._at = breaks + [place for place in behind if end <= place < last]

    def rebalance(self) -> bool:
        """Split blocks that became long and join those that became short; return True if any
        changed. Call it between changes."""
        if self._changed is None:
            return False
        begin, end = self._changed
        self._changed = None
        long, short, tainted = [], [], []
        for block in self._blocks(begin, end + 1):
            if block.length() > LONGEST:
                long.append(block.position())
            if not self._at or not _is_soft(block):
                continue
            if block.length() > 1 and _is_tainted(block):
                tainted.append(block.position())
            if block.length() == 1 or block.previous().length() + block.length() < LEAST:
                short.append(block.position() - 1)
        if not long and not short and not tainted:
            return False
        cursor = QTextCursor(self._document)
        self._is_editing = True
        cursor.beginEditBlock()
        for place in tainted:
            self._clean(cursor, place)
        for place in sorted([*long, *short], reverse=True):
            if place in short:
                cursor.setPosition(place)
                cursor.deleteChar()
            else:
                self._cut(cursor, self._document.findBlock(place))
        cursor.endEditBlock()
        self._is_editing = False
        self._changed = None
        return True

    def _cut(self, cursor: QTextCursor, block: QTextBlock) -> None:
        text, start = block.text(), block.position()
        form, mark = block.blockFormat(), _mark()
        wide = len(text) != block.length() - 1
        for place in reversed(break_positions(text)):
            cursor.setPosition(start + (utf16_offset(text, place) if wide else place))
            cursor.insertBlock(form, mark)

    def _clean(self, cursor: QTextCursor, start: int) -> None:
        """Remove the property from text typed over a whole piece."""
        block = self._document.findBlock(start)
        cursor.setPosition(start)
        cursor.setPosition(start + block.length() - 1, _KEEP)
        cursor.setCharFormat(QTextCharFormat())

    def _blocks(self, begin: int, end: int) -> Iterator[QTextBlock]:
        block = self._document.findBlock(begin)
        while block.isValid() and block.position() <= end:
            yield block
            block = block.next()


def _in_pieces(text: str) -> tuple[list[str], set[int]]:
    """Return the text in parts for blocks, and the numbers of those that continue the previous
    one."""
    if len(text) <= LONGEST // 2:
        return [text], set()
    parts: list[str] = []
    soft: set[int] = set()
    for line in _ENDS.split(text):
        places = break_positions(line) if len(line) > LONGEST // 2 else []
        for start, end in zip([0, *places], [*places, len(line)], strict=True):
            if start:
                soft.add(len(parts))
            parts.append(line[start:end])
    return parts, soft


def _key_direction(event: QKeyEvent, block: QTextBlock) -> tuple[int, bool]:
    """Return the direction of a key in the text (-1 back, 1 forward, 0 other keys), and whether it
    selects."""

    def matches_any(keys: tuple[QKeySequence.StandardKey, ...]) -> bool:
        return any(map(event.matches, keys))

    if event.key() == Qt.Key.Key_Backspace or matches_any(_BACK):
        return -1, False
    if matches_any(_FORTH):
        return 1, False
    forth = -1 if block.textDirection() == Qt.LayoutDirection.RightToLeft else 1
    if matches_any(_RIGHT) or matches_any(_LEFT):
        return (forth if matches_any(_RIGHT) else -forth), False
    if matches_any(_RIGHT_SELECTS) or matches_any(_LEFT_SELECTS):
        return (forth if matches_any(_RIGHT_SELECTS) else -forth), True
    return 0, False


def _mark() -> QTextCharFormat:
    form = QTextCharFormat()
    form.setProperty(_MARK, True)
    return form


def _is_soft(block: QTextBlock) -> bool:
    """Return True if the separator before a block is soft. (The format of a block's characters is
    that of the separator.)"""
    return block.position() > 0 and bool(block.charFormat().boolProperty(_MARK))


def _is_tainted(block: QTextBlock) -> bool:
    cursor = QTextCursor(block)
    return bool(cursor.charFormat().boolProperty(_MARK))
