"""Keys of the message that lead out of a part of its thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor

from posto_desktop.ui.compose.message_text_edit import MessageTextEdit

_SIDES = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Backspace: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Delete: 1,
}


class PartKeys(QObject):
    """Takes keys of the editor while it shows part `number` of `count`.

    Signals: ``left(int)``: an arrow key led out of the text, -1 at its top, 1 at its bottom;
    ``joinRequested(int)``: Backspace at its begin (-1) or Del at its end (1).
    """

    left = Signal(int)
    joinRequested = Signal(int)

    def __init__(self, editor: MessageTextEdit, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._number, self._count = 0, 1

    def set_part(self, number: int, count: int) -> None:
        self._number, self._count = number, count
        self._editor.take_key = self._take if count > 1 else None

    def _take(self, event: QKeyEvent) -> bool:
        """Handle a key that is about the part beside this one; return whether it was."""
        cursor, key = self._editor.textCursor(), event.key()
        keypad = Qt.KeyboardModifier.KeypadModifier
        side = _SIDES.get(Qt.Key(key)) if not event.modifiers() & ~keypad else None
        if side is None or cursor.hasSelection() or not 0 <= self._number + side < self._count:
            return False
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            way = QTextCursor.MoveOperation.Up if side < 0 else QTextCursor.MoveOperation.Down
            if QTextCursor(cursor).movePosition(way):
                return False
            self.left.emit(side)
            return True
        if not (cursor.atStart() if side < 0 else cursor.atEnd()):
            return False
        self.joinRequested.emit(side)
        return True
