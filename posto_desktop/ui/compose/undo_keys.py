"""Ctrl+Z on the Compose page: one order of steps, whichever field has the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from posto_desktop.ui.compose.editor import MessageEditor
from posto_desktop.viewmodels.draft_editor import DraftEditor


class UndoKeys(QObject):
    """Has the text fields inside `page` leave undo and redo to the page, and ends the step of what
    was typed in a field when the keyboard goes elsewhere."""

    def __init__(self, page: QWidget, editor: DraftEditor) -> None:
        super().__init__(page)
        self._page, self._editor = page, editor
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_changed)

    @Slot(QWidget, QWidget)
    def _focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self._editor.is_typing:
            self._editor.record()
        # The message takes these keys itself.
        field = isinstance(now, QLineEdit | QPlainTextEdit | QTextEdit)
        if isinstance(now, MessageEditor):
            return
        if now is not None and field and self._page.isAncestorOf(now):
            now.installEventFilter(self)  # a second time is as once

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undo, redo = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo
            if event.matches(undo) or event.matches(redo):
                event.ignore()
                return True
        return super().eventFilter(watched, event)
