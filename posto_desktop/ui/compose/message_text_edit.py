"""Message editor: plain text with its own line height, and a document for each own text."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMimeData,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import (
    QFrame,
    QSizePolicy,
    QTextEdit,
    QWidget,
)

from posto_desktop.common.surrogates import replace_lone_surrogates
from posto_desktop.core.draft import split_part_key
from posto_desktop.core.draft_history import Caret
from posto_desktop.core.text_changes import changed_stretch
from posto_desktop.ui.compose.clipboard_content import FileAwareTextEdit
from posto_desktop.ui.compose.message_document import LineLayout, VisibleMarks
from posto_desktop.ui.compose.soft_breaks import SoftBreaks
from posto_desktop.ui.shared.document_surrogates import replace_document_surrogates
from posto_desktop.ui.theme import Theme

MAX_HEIGHT = 480
SIDE = 24
TOP = 16
LONGEST_WORD = 5_000
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD}}}")


_MOVES = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
    Qt.FocusReason.OtherFocusReason,
)
_PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class MessageTextEdit(FileAwareTextEdit):
    """Edits the common text (""), that of a network (its slug) or of one `channel:ID`.

    Its documents have no undo of their own: `DraftEditor` keeps one stack for text, files and
    options. Signals: ``edited(key, text, Caret)``: the user changed the text of that key;
    ``caretMoved(Caret)`` without a change; ``undoRequested()``, ``redoRequested()``;
    ``focusMoved()``: it got the focus, not by the mouse, a window or a menu.
    """

    edited = Signal(str, object, object)  # a text as an object: Qt would copy a megabyte twice
    caretMoved = Signal(object)
    undoRequested = Signal()
    redoRequested = Signal()
    focusMoved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.undoable: Callable[[], tuple[bool, bool]] = lambda: (False, False)
        """Returns whether undo and redo are possible, for the context menu."""
        self.take_key: Callable[[QKeyEvent], bool] | None = None
        """Handles keys at the ends of a part of a thread; returns whether it did."""
        self._documents: dict[str, QTextDocument] = {}
        self._texts: dict[str, str] = {}
        self._long_words: set[str] = set()
        self._revision = 0
        self._marks: dict[str, VisibleMarks] = {}
        self._pieces: dict[str, SoftBreaks] = {}
        self._key = ""
        self.target, self.part = "", 0
        """Key of the shown text without its part, and the number of the part."""
        self._loading = False
        # A typed character is inserted, and not told to others before it is painted.
        self._is_typing, self._edit_waits = False, False
        self._min_height = 0
        self._hinted_height = 0  # the last height given to a layout
        # the tinted range over the limit, in the theme's colours
        self._tail: QTextCursor | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setCursorWidth(2)
        self.setViewportMargins(SIDE, TOP, SIDE, 0)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMaximumHeight(MAX_HEIGHT)
        self.setProperty("role", "message")
        # It paints the page's colour itself, so that Qt paints nothing of what lies under it.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.restyle()
        self.setDocument(self._document(""))
        self.textChanged.connect(self._changed)
        self.cursorPositionChanged.connect(self._caret_moved)
        self.selectionChanged.connect(self._caret_moved)

    # -- documents -------------------------------------------------------------------------

    def _document(self, key: str) -> QTextDocument:
        document = self._documents.get(key)
        if document is None:
            document = QTextDocument(self)
            document.setObjectName(f"text-{key}")
            document.setDocumentMargin(0)
            document.setDefaultFont(self._font())
            document.setDocumentLayout(LineLayout(document, self._line_height()))
            document.contentsChange.connect(self._inserted)
            self._documents[key] = document
            self._marks[key] = VisibleMarks(document)
            self._pieces[key] = SoftBreaks(document)
        return document

    def _font(self) -> QFont:
        return Theme.instance().font("message")

    def _line_height(self) -> float:
        return float(Theme.instance().line("message"))

    @property
    def key(self) -> str:
        """Return the key of the shown text, or of its part."""
        return self._key

    def show_key(self, key: str) -> None:
        """Show the text of a network, a channel, or all ("")."""
        if key == self._key:
            return
        self._emit_waiting_edit()
        self._loading = True
        self._tail = None
        self.setExtraSelections([])
        self._key = key
        self.target, self.part = split_part_key(key)
        self.setDocument(self._document(key))
        self.setCursorWidth(2)
        self._revision = self.document().revision()
        self._loading = False
        self.updateGeometry()

    def text_of(self, key: str) -> str:
        """Return the text of a key; the same object until it changes."""
        document = self._documents.get(key)
        if document is None:
            return ""
        text = self._texts.get(key)
        if text is None:
            text = self._texts[key] = self._pieces[key].text()
        return text

    def toPlainText(self) -> str:
        return self.text_of(self._key)

    def set_text(self, key: str, text: str, *, in_place: bool = False) -> None:
        """Set a text without a signal.  ``in_place``: replace only the difference."""
        document = self._document(key)
        before, pieces = self.text_of(key), self._pieces[key]
        if before == text or before == (text := replace_lone_surrogates(text)):
            return  # the same object after each letter: no comparison needed
        self._emit_waiting_edit()
        self._loading = True
        try:
            if in_place and before and text:
                start, end, new_end = changed_stretch(before, text)
                cursor = QTextCursor(document)
                first, last = pieces.position(before, start), pieces.position(before, end)
                cursor.setPosition(first)
                cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
                pieces.insert(cursor, text[start:new_end])
            else:
                pieces.set_text(text)
                if key == self._key:
                    self.moveCursor(QTextCursor.MoveOperation.End)
            pieces.rebalance()
            document.clearUndoRedoStacks()
            if key == self._key:
                self._revision = document.revision()
        finally:
            self._loading = False
        if key in self._long_words and not _LONG_WORD.search(text):
            self._long_words.discard(key)
        self._choose_wrap()
        if key == self._key:
            self.updateGeometry()

    def _choose_wrap(self) -> None:
        """Wrap anywhere while any text has an extremely long word, whose end Qt would search in
        each line. For all texts, because the editor lays out a document with its own mode first."""
        mode = QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
        if self._long_words:
            mode = QTextOption.WrapMode.WrapAnywhere
        if self.wordWrapMode() != mode:
            self.setWordWrapMode(mode)

    def keep_keys(self, keys: Collection[str]) -> None:
        """Drop all texts except the common one and these."""
        for key in set(self._documents) - set(keys) - {""}:
            self.drop_key(key)

    def drop_key(self, key: str) -> None:
        """Drop the text of a network that is no longer selected."""
        if key == self._key or key not in self._documents:
            return
        self._marks.pop(key)
        self._pieces.pop(key)
        self._texts.pop(key, None)
        self._long_words.discard(key)
        self._documents.pop(key).deleteLater()

    @Slot(int, int, int)
    def _inserted(self, position: int, removed: int, added: int) -> None:
        document = self.sender()
        if not isinstance(document, QTextDocument):
            return
        key = document.objectName().removeprefix("text-")
        self._texts.pop(key, None)
        self._pieces[key].changed(position, removed, added)
        if added < LONGEST_WORD:
            return
        block = document.findBlock(position)
        while block.isValid() and block.position() < position + added:
            if block.length() > LONGEST_WORD and _LONG_WORD.search(block.text()):
                self._long_words.add(key)
                self._choose_wrap()
                return
            block = block.next()

    def _changed(self) -> None:
        pieces = self._pieces[self._key]
        if pieces.rebalance() or replace_document_surrogates(
            self.document(), self.text_of(self._key), len(pieces)
        ):
            return  # that was a change of its own
        grows = self._needed_height() != self._hinted_height
        if grows:
            self.updateGeometry()
        # Clear the stack but leave undo on: without it paragraphs have no revisions (see
        # VisibleMarks).
        self.document().clearUndoRedoStacks()
        self._revision = self.document().revision()
        if self._loading:
            return
        # Where the editor grows, it is painted with its new height.
        if self._is_typing and not grows:
            self._edit_waits = True
        else:
            self._emit_edited()

    def _emit_waiting_edit(self) -> None:
        if self._edit_waits:
            self._emit_edited()

    def _emit_edited(self) -> None:
        self._edit_waits = False
        self.edited.emit(self._key, self.text_of(self._key), self.caret_now())

    @Slot()
    def _caret_moved(self) -> None:
        # A key press also moves the caret, which the signal of its text covers.
        if not self._loading and self.document().revision() == self._revision:
            self.caretMoved.emit(self.caret_now())

    # -- caret positions in characters -----------------------------------------------------

    def caret(self) -> tuple[int, int | None]:
        """Return position and anchor of the caret (None: nothing is selected)."""
        cursor = self.textCursor()
        text, pieces = self.text_of(self._key), self._pieces[self._key]
        place = pieces.index(text, cursor.position())
        if not cursor.hasSelection():
            return place, None
        return place, pieces.index(text, cursor.anchor())

    def caret_now(self) -> Caret:
        """Return the caret with the key of its text."""
        return Caret(self._key, *self.caret())

    def set_caret(self, position: int, anchor: int | None = None) -> None:
        """Move the caret and scroll to it."""
        text, pieces = self.text_of(self._key), self._pieces[self._key]
        last = self.document().characterCount() - 1
        cursor = self.textCursor()
        start = position if anchor is None else anchor
        cursor.setPosition(min(last, pieces.position(text, start)))
        if anchor is not None:
            keep = QTextCursor.MoveMode.KeepAnchor
            cursor.setPosition(min(last, pieces.position(text, position)), keep)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    # -- undo ------------------------------------------------------------------------------

    @Slot()
    def undo(self) -> None:
        self.undoRequested.emit()

    @Slot()
    def redo(self) -> None:
        self.redoRequested.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in _MOVES:
            self.focusMoved.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() and event.text().isprintable() and not event.modifiers() & ~_PLAIN:
            self._type(event)
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undoRequested.emit()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.redoRequested.emit()
        elif self.take_key is None or not self.take_key(event):
            self._pieces[self._key].step_over(self, event)
            super().keyPressEvent(event)

    def _type(self, event: QKeyEvent) -> None:
        """Insert a character, and show it before anything else is done with it."""
        self._is_typing = True
        try:
            super().keyPressEvent(event)
        finally:
            self._is_typing = False
        if self._edit_waits:
            QCoreApplication.sendEvent(self.window(), QEvent(QEvent.Type.UpdateRequest))
            self._emit_waiting_edit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu(event.pos())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        can_undo, can_redo = self.undoable()
        for name, run, able in (
            ("edit-undo", self.undoRequested, can_undo),
            ("edit-redo", self.redoRequested, can_redo),
        ):
            action = menu.findChild(QAction, name)
            if action is not None:
                action.setEnabled(able)
                action.triggered.connect(run)
        menu.popup(event.globalPos())

    # -- marks over the limit --------------------------------------------------------------

    def mark_over(self, index: int | None) -> None:
        """Tint the text from this Python index on; None: nothing."""
        document = self.document()
        if index is None:
            if self._tail is not None:
                self._tail = None
                self.setExtraSelections([])
            return
        position = self._pieces[self._key].position(self.text_of(self._key), index)
        cursor, last = QTextCursor(document), document.characterCount() - 1
        cursor.setPosition(min(position, last))
        cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
        tail = self._tail
        if tail is not None and (tail.anchor(), tail.position()) == (min(position, last), last):
            return  # the selection grew with the typed text: no repaint needed
        self._tail = cursor
        selection = QTextEdit.ExtraSelection()
        selection.cursor = cursor
        selection.format.setBackground(Theme.instance().colour("overlimit_bg"))
        # Also for links and tags: the accent colour is hard to read on this background.
        selection.format.setForeground(Theme.instance().colour("text"))
        self.setExtraSelections([selection])

    # -- size ------------------------------------------------------------------------------

    def set_inset(self, inset: bool) -> None:
        """Remove the margin to the page's edge inside a frame."""
        self.setViewportMargins(2 if inset else SIDE, TOP, 2 if inset else SIDE, 0)

    def set_min_height(self, height: int) -> None:
        if height != self._min_height:
            self._min_height = height
            self.updateGeometry()

    def content_height(self) -> int:
        """Return the height of the text in pixels, up to the editor's limit."""
        line, most = self._line_height(), MAX_HEIGHT
        layout = self.document().documentLayout()
        block, lines = self.document().firstBlock(), 0
        while block.isValid() and lines * line < most:
            if not block.layout().lineCount():
                layout.blockBoundingRect(block)  # lays it out
            lines += block.layout().lineCount()
            block = block.next()
        return int(lines * line) + TOP + 4

    def _needed_height(self) -> int:
        return max(self._min_height, min(MAX_HEIGHT, self.content_height()))

    def sizeHint(self) -> QSize:
        self._hinted_height = self._needed_height()
        return QSize(400, self._hinted_height)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    # -- appearance ------------------------------------------------------------------------

    def restyle(self) -> None:
        theme = Theme.instance()
        self._tail = None
        self.setFont(self._font())
        palette = self.palette()
        # Qt would paint the placeholder higher than the typed line.
        palette.setColor(QPalette.ColorRole.PlaceholderText, Qt.GlobalColor.transparent)
        palette.setColor(QPalette.ColorRole.Text, theme.colour("text"))
        palette.setColor(QPalette.ColorRole.Highlight, theme.colour("selection_bg"))
        palette.setColor(QPalette.ColorRole.HighlightedText, theme.colour("text"))
        palette.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.setPalette(palette)
        self.viewport().setAutoFillBackground(False)
        # The placeholder uses the viewport's font, which the style sheet set separately.
        self.viewport().setFont(self._font())
        for key, document in self._documents.items():
            layout = document.documentLayout()
            if isinstance(layout, LineLayout):
                layout.set_line(self._line_height())
            document.setDefaultFont(self._font())
            self._marks[key].restyle()
        if self._documents:
            self._revision = self.document().revision()
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), Theme.instance().colour("surface"))
        painter.end()
        top = self.contentOffset().y()
        self._marks[self._key].colour(self.firstVisibleBlock(), self.viewport().height(), top)
        super().paintEvent(event)
        if self.document().isEmpty() and self.placeholderText():
            self._paint_placeholder()

    def _paint_placeholder(self) -> None:
        side = round(self.document().documentMargin())
        top = round(self.contentOffset().y()) + side
        place = QRect(side, top, self.viewport().width() - 2 * side, round(self._line_height()))
        painter = QPainter(self.viewport())
        painter.setFont(self._font())
        painter.setPen(Theme.instance().colour("text_faint"))
        leading = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        painter.drawText(place, int(leading), self.placeholderText())
        painter.end()

    # -- copy, paste and drop --------------------------------------------------------------

    def createMimeDataFromSelection(self) -> QMimeData:
        pieces, (place, anchor) = self._pieces[self._key], self.caret()
        if not pieces or anchor is None:
            return super().createMimeDataFromSelection()
        mime = QMimeData()
        mime.setText(self.text_of(self._key)[min(place, anchor) : max(place, anchor)])
        return mime

    def insert_text(self, cursor: QTextCursor, text: str) -> None:
        """Like `cursor.insertText`, also for a megabyte."""
        self._pieces[self._key].insert(cursor, text)
