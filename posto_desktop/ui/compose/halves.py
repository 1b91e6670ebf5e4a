"""Halves of characters in a document: `toPlainText` leaves them out, so places would not agree."""

from __future__ import annotations

from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument

from posto_desktop.ui.shared.text_marks import utf16_offset

_REPLACEMENT = "\ufffd"


def mend_halves(document: QTextDocument, text: str, breaks: int = 0) -> bool:
    """Put U+FFFD in place of each half that is alone; whether there were any. `text` is that of the
    document as Python has it, without so many separators of the document that are none."""
    if document.characterCount() - 1 - breaks == utf16_offset(text, len(text)):
        return False
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    block = document.begin()
    while block.isValid():
        for place in _halves(document, block):
            cursor.setPosition(place)
            cursor.movePosition(
                QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor
            )
            cursor.insertText(_REPLACEMENT)
        block = block.next()
    cursor.endEditBlock()
    return True


def _halves(document: QTextDocument, block: QTextBlock) -> list[int]:
    """The places of the halves in a paragraph that are alone."""
    text, start = block.text(), block.position()
    if block.length() - 1 == utf16_offset(text, len(text)):
        return []
    found: list[int] = []
    first = False  # whether the one before could begin a character
    for place in range(start, start + block.length() - 1):
        unit = document.characterAt(place)
        if first and "\udc00" <= unit <= "\udfff":
            found.pop()
            first = False
            continue
        first = "\ud800" <= unit <= "\udbff"
        if first or "\udc00" <= unit <= "\udfff":
            found.append(place)
    return found
