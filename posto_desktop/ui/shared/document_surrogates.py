"""Replacement of lone surrogates in a text document, which Python's text cannot hold."""

from __future__ import annotations

from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument

from posto_desktop.ui.shared.text_entities import utf16_offset

_REPLACEMENT = "\ufffd"


def replace_document_surrogates(document: QTextDocument, text: str, breaks: int = 0) -> bool:
    """Replace each lone surrogate by U+FFFD; return True if there were any. `text` is the
    document's text in Python, without the `breaks` soft separators."""
    if document.characterCount() - 1 - breaks == utf16_offset(text, len(text)):
        return False
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    block = document.begin()
    while block.isValid():
        for place in _lone_surrogates(document, block):
            cursor.setPosition(place)
            cursor.movePosition(
                QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor
            )
            cursor.insertText(_REPLACEMENT)
        block = block.next()
    cursor.endEditBlock()
    return True


def _lone_surrogates(document: QTextDocument, block: QTextBlock) -> list[int]:
    """Return the positions of the lone surrogates in a paragraph."""
    text, start = block.text(), block.position()
    if block.length() - 1 == utf16_offset(text, len(text)):
        return []
    positions: list[int] = []
    first = False  # whether the previous unit is a high surrogate
    for place in range(start, start + block.length() - 1):
        unit = document.characterAt(place)
        if first and "\udc00" <= unit <= "\udfff":
            positions.pop()
            first = False
            continue
        first = "\ud800" <= unit <= "\udbff"
        if first or "\udc00" <= unit <= "\udfff":
            positions.append(place)
    return positions
