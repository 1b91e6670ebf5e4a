"""The line of quick capture: text with marked channels and times, which grows with its lines."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from posto_desktop.core.quick_line import QuickLine
from posto_desktop.ui.compose.clipboard_content import FileAwareTextEdit
from posto_desktop.ui.compose.message_document import LineLayout
from posto_desktop.ui.shared.text_entities import utf16_offset
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control

MOST_LINES = 6
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class QuickLineEdit(FileAwareTextEdit):
    """Signals: ``edited(str)``; ``submitRequested()``: Enter; ``composeRequested()``: Ctrl+Enter;
    ``leaveRequested()``: Escape; ``stepRequested(int)``: up or down in a list that is shown;
    ``acceptRequested()``: Tab or Enter there; ``heightChanged()``: it needs more lines or less."""

    edited = Signal(str)
    submitRequested = Signal()
    composeRequested = Signal()
    leaveRequested = Signal()
    stepRequested = Signal(int)
    acceptRequested = Signal()
    heightChanged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name_control(self, self.tr("Message"), "quick-line")
        self.has_list = False
        """Whether the arrow keys and Enter belong to a list under the line."""
        self.has_choice = False
        """Whether a row of that list is chosen."""
        self._is_loading = False
        self._height = 0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setCursorWidth(2)
        document = self.document()
        document.setDocumentMargin(0)
        self._lines = LineLayout(document, 1)
        document.setDocumentLayout(self._lines)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.textChanged.connect(self._changed)
        self._lines.documentSizeChanged.connect(self._resized)
        Theme.instance().changed.connect(self.restyle)
        self.restyle()

    @Slot()
    def restyle(self) -> None:
        theme = Theme.instance()
        self.setFont(theme.font("message"))
        self.document().setDefaultFont(self.font())
        self._lines.set_line(theme.line("message"))
        self.updateGeometry()

    def line(self) -> str:
        return self.toPlainText()

    def set_line(self, line: str) -> None:
        """Replace the text as one step of undo, with the caret at its end."""
        if line == self.toPlainText():
            return
        self._is_loading = True
        cursor = self.textCursor()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(line)
        self._is_loading = False
        self.moveCursor(QTextCursor.MoveOperation.End)
        self.updateGeometry()

    def forget_undo(self) -> None:
        """Start anew: what was written before cannot be brought back by undo."""
        self.document().clearUndoRedoStacks()

    def show_tokens(self, read: QuickLine) -> None:
        """Mark what was taken for channels and times."""
        if read.line != self.toPlainText():
            return  # it is shown in a moment
        theme = Theme.instance()
        selections: list[QTextEdit.ExtraSelection] = []
        for token in read.tokens:
            form = QTextCharFormat()
            if token.kind == "offer":
                form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
                form.setUnderlineColor(theme.colour("text_muted"))
            else:
                form.setBackground(theme.colour("accent_soft"))
                form.setForeground(theme.colour("accent_soft_text"))
            selection = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            cursor.setPosition(utf16_offset(read.line, token.start))
            end = utf16_offset(read.line, token.end)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            selection.cursor, selection.format = cursor, form
            selections.append(selection)
        self.setExtraSelections(selections)

    @Slot()
    def _changed(self) -> None:
        self.updateGeometry()
        if not self._is_loading:
            self.edited.emit(self.toPlainText())

    @Slot()
    def _resized(self) -> None:
        """Follow the number of lines, also of a line that wraps."""
        height = self.sizeHint().height()
        if height != self._height:
            self._height = height
            self.updateGeometry()
            self.heightChanged.emit()

    # -- size ----------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        lines = max(1, min(MOST_LINES, ceil(self.document().size().height())))
        return QSize(300, lines * Theme.instance().line("message") + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    # -- keys ----------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        is_key = isinstance(event, QKeyEvent) and event.key() in (*_ENTER, Qt.Key.Key_Escape)
        if is_key and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # meant for the line, not for a command of another window
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        none = held == Qt.KeyboardModifier.NoModifier
        if key in _ENTER:
            self._enter(event, held)
        elif key == Qt.Key.Key_Escape and none:
            self.leaveRequested.emit()
        elif self.has_list and none and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepRequested.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif self.has_list and none and key == Qt.Key.Key_Tab:
            self.acceptRequested.emit()
        else:
            super().keyPressEvent(event)

    def _enter(self, event: QKeyEvent, held: Qt.KeyboardModifier) -> None:
        if event.isAutoRepeat():
            return  # a key that is held does not say twice that it is meant
        if held == Qt.KeyboardModifier.ShiftModifier:
            self.insertPlainText("\n")
            self.ensureCursorVisible()
        elif held == Qt.KeyboardModifier.ControlModifier:
            self.composeRequested.emit()
        elif held == Qt.KeyboardModifier.NoModifier and self.has_choice:
            self.acceptRequested.emit()
        elif held == Qt.KeyboardModifier.NoModifier:
            self.submitRequested.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        event.accept()  # else the window is moved
