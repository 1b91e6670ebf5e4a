"""Keys of the message that are about the parts of its thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QTextCursor

from posto_desktop.core.draft_history import Caret
from posto_desktop.ui.compose.message_text_edit import MessageTextEdit

BLANK_LINES = "\n\n\n\n"
"""Three blank lines, which begin another part."""
_SIDES = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Backspace: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Delete: 1,
}


class PartKeys(QObject):
    """Watches the keys of the editor.

    Signals: ``left(int)``: an arrow key led out of the text, -1 at its top, 1 at its bottom;
    ``joinRequested(int)``: Backspace at its begin (-1) or Del at its end (1);
    ``blankLinesTyped(int)``: three blank lines stand before this index.
    """

    left = Signal(int)
    joinRequested = Signal(int)
    blankLinesTyped = Signal(int)

    def __init__(self, editor: MessageTextEdit, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.has_part: Callable[[int], bool] = lambda _side: False
        """Returns whether the thread has a part before (-1) or after (1) the shown one."""
        self._editor = editor
        self._is_line_typed = False
        editor.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self._is_line_typed = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            return self._is_about_parts(event)
        return super().eventFilter(watched, event)

    def _is_about_parts(self, event: QKeyEvent) -> bool:
        cursor, key = self._editor.textCursor(), event.key()
        keypad = Qt.KeyboardModifier.KeypadModifier
        side = _SIDES.get(Qt.Key(key)) if not event.modifiers() & ~keypad else None
        if side is None or cursor.hasSelection() or not self.has_part(side):
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

    @Slot(str, object, object)
    def look_for_blank_lines(self, _key: str, text: str, caret: Caret) -> None:
        """Look at what was typed, once it is in the draft."""
        # One key can change the text twice, and the first time it stands as before.
        if self._is_line_typed and text[: caret.position].endswith(BLANK_LINES):
            self._is_line_typed = False
            self.blankLinesTyped.emit(caret.position)
