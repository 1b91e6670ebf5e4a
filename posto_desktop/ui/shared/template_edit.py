"""Editor of a template: its variables are chips, removed as a whole."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QPointF,
    QRect,
    QRectF,
    QSize,
    QStringListModel,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QSyntaxHighlighter,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QCompleter, QListView, QPlainTextEdit, QWidget

from posto_desktop.sdk.templates import VARIABLES, TemplateToken, tokens
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control

MARGIN = 9
MAX_LINES = 14


class _Marks(QSyntaxHighlighter):
    """Highlighter of variables; unknown ones get a red wavy line."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.restyle()

    def restyle(self) -> None:
        theme = Theme.instance()
        self._known = QTextCharFormat()
        self._known.setForeground(theme.colour("accent_soft_text"))
        self._known.setFontWeight(QFont.Weight.Medium)
        self._unknown = QTextCharFormat()
        self._unknown.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        self._unknown.setUnderlineColor(QColor(theme.colour("danger_text")))
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        for token in tokens(text):
            start, length = _utf16(text, token)
            self.setFormat(start, length, self._known if token.known else self._unknown)


class TemplateEdit(QPlainTextEdit):
    """Plain text editor in which variables such as ``{post_title}`` are chips.

    Signal ``edited()``: by the user or by assistive software. Backspace or Delete removes a whole
    chip, the cursor skips it, and ``{`` opens the list of variables.
    """

    edited = Signal()

    def __init__(self, name: str, *, lines: int = 4, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "field")
        name_control(self, name)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(MARGIN)
        self._lines = lines
        self._silent = False
        self._anchor = 0
        self._marks = _Marks(self.document())
        self._completer = self._make_completer()
        self.textChanged.connect(self._text_changed)
        self.cursorPositionChanged.connect(self._skip_chips)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.restyle()

    # -- content ---------------------------------------------------------------------------

    def text(self) -> str:
        return self.toPlainText()

    def set_text(self, text: str) -> None:
        """Show another template without emitting `edited`."""
        if text == self.toPlainText():
            return
        self._silent = True
        try:
            self.setPlainText(text)
        finally:
            self._silent = False
        self._fit()

    @Slot(str)
    def insert_variable(self, name: str) -> None:
        """Insert a chip at the cursor, with spaces between it and words."""
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()][-1:]
        space = " " if before and not before.isspace() and before not in "(“\"'#@" else ""
        cursor.insertText(f"{space}{{{name}}}")
        self.setTextCursor(cursor)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _text_changed(self) -> None:
        if not self._silent:
            self.edited.emit()

    # -- chips as a whole ------------------------------------------------------------------

    def _chip_at(self, position: int, *, left: bool) -> tuple[int, int] | None:
        """Return (start, end) of the chip that ends (`left`) or begins at a position."""
        block = self.document().findBlock(position)
        for start, end in _chips(block):
            if (end if left else start) == position:
                return start, end
        return None

    def _chip_around(self, position: int) -> tuple[int, int] | None:
        block = self.document().findBlock(position)
        return next((chip for chip in _chips(block) if chip[0] < position < chip[1]), None)

    @Slot()
    def _skip_chips(self) -> None:
        """Move the cursor out of a chip in the direction of its last move."""
        cursor = self.textCursor()
        position = cursor.position()
        chip = self._chip_around(position)
        if chip is None:
            self._anchor = position
            return
        start, end = chip
        if position - self._anchor == 1:
            target = end
        elif self._anchor - position == 1:
            target = start
        else:
            target = end if position - start > end - position else start
        keep = QTextCursor.MoveMode
        mode = keep.KeepAnchor if cursor.hasSelection() else keep.MoveAnchor
        cursor.setPosition(target, mode)
        self._anchor = target
        self.setTextCursor(cursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        popup = self._list
        if popup.isVisible() and event.key() in _LIST_KEYS:
            event.ignore()  # the completer handles it
            return
        if self._removes_chip(event):
            return
        super().keyPressEvent(event)
        if event.text() == "{":
            self._offer("")
        elif popup.isVisible() or (event.key() == Qt.Key.Key_Space and _is_ctrl(event)):
            self._follow()

    def _removes_chip(self, event: QKeyEvent) -> bool:
        cursor = self.textCursor()
        back = event.key() == Qt.Key.Key_Backspace or event.matches(
            QKeySequence.StandardKey.DeleteStartOfWord
        )
        ahead = event.key() == Qt.Key.Key_Delete or event.matches(
            QKeySequence.StandardKey.DeleteEndOfWord
        )
        if cursor.hasSelection() or self.isReadOnly() or not (back or ahead):
            return False
        chip = self._chip_at(cursor.position(), left=back)
        if chip is None:
            return False
        cursor.setPosition(chip[0])
        cursor.setPosition(chip[1], QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        self.setTextCursor(cursor)
        return True

    # -- the list of variables -------------------------------------------------------------

    def _make_completer(self) -> QCompleter:
        completer = QCompleter(self)
        completer.setModel(QStringListModel(list(VARIABLES), completer))
        completer.setWidget(self)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        view = self._list = QListView()
        completer.setPopup(view)
        name_control(view, self.tr("Variables"))
        view.setObjectName("completions")
        completer.activated.connect(self._insert_completion)
        return completer

    def _typed(self) -> str | None:
        """Return the text after the last open bracket, or None."""
        cursor = self.textCursor()
        line = cursor.block().text()[: cursor.positionInBlock()]
        _head, bracket, word = line.rpartition("{")
        if not bracket or not all(letter.isalnum() or letter == "_" for letter in word):
            return None
        return word

    def _follow(self) -> None:
        word = self._typed()
        if word is None:
            self._list.hide()
        else:
            self._offer(word)

    def _offer(self, word: str) -> None:
        completer = self._completer
        completer.setCompletionPrefix(word)
        if not completer.completionCount():
            self._list.hide()
            return
        popup = self._list
        popup.setCurrentIndex(completer.completionModel().index(0, 0))
        place = self.cursorRect()
        place.setWidth(popup.sizeHintForColumn(0) + 40)
        completer.complete(place)

    @Slot(str)
    def _insert_completion(self, name: str) -> None:
        word = self._typed()
        cursor = self.textCursor()
        if word is not None:
            cursor.movePosition(
                QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, len(word) + 1
            )
        cursor.insertText(f"{{{name}}}")
        self.setTextCursor(cursor)

    # -- look --------------------------------------------------------------------------------

    def restyle(self) -> None:
        self.setFont(Theme.instance().font("body"))
        self._marks.restyle()
        self._fit()

    def _line_height(self) -> int:
        return self.fontMetrics().lineSpacing()

    @Slot()
    def _fit(self) -> None:
        """Fit the height to the text within bounds; scroll beyond them."""
        shown = min(MAX_LINES, max(self._lines, round(self.document().size().height())))
        height = self._height_of(shown)
        if height != self.height():
            self.setFixedHeight(height)
        policy = Qt.ScrollBarPolicy
        more = self.document().size().height() > MAX_LINES
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if more else policy.ScrollBarAlwaysOff
        )

    def _height_of(self, lines: int) -> int:
        return lines * self._line_height() + 2 * MARGIN + 6

    def sizeHint(self) -> QSize:
        return QSize(240, self._height_of(self._lines))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._height_of(self._lines))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Theme.instance().colour("accent_soft"))
        block, offset = self.firstVisibleBlock(), self.contentOffset()
        while block.isValid():
            place = self.blockBoundingGeometry(block).translated(offset)
            if place.top() > event.rect().bottom():
                break
            for rect in _chip_rects(block, place.topLeft(), event.rect()):
                painter.drawRoundedRect(rect, 4, 4)
            block = block.next()
        painter.end()
        super().paintEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()


_LIST_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Escape)


def _is_ctrl(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)


def _utf16(text: str, token: TemplateToken) -> tuple[int, int]:
    """Return start and length of a token in UTF-16 units, as Qt counts."""
    if text.isascii():
        return token.start, token.end - token.start
    start = len(text[: token.start].encode("utf-16-le", "surrogatepass")) // 2
    return start, token.end - token.start  # a variable is ASCII


def _chips(block: QTextBlock) -> list[tuple[int, int]]:
    """Return where the known variables of a paragraph are in the document."""
    text, at = block.text(), block.position()
    ranges = []
    for token in tokens(text):
        if token.known:
            start, length = _utf16(text, token)
            ranges.append((at + start, at + start + length))
    return ranges


def _chip_rects(block: QTextBlock, corner: QPointF, seen: QRect) -> list[QRectF]:
    """Return the rectangles of the chips in visible lines."""
    rects = []
    layout, at = block.layout(), block.position()
    chips = _chips(block)
    for number in range(layout.lineCount()) if chips else ():
        line = layout.lineAt(number)
        top = corner.y() + line.y()
        if top + line.height() < seen.top():
            continue
        if top > seen.bottom():
            break
        for start, end in chips:
            begin = max(start - at, line.textStart())
            stop = min(end - at, line.textStart() + line.textLength())
            if begin >= stop:
                continue
            left, right = (_x(line.cursorToX(edge)) for edge in (begin, stop))
            rect = QRectF(min(left, right), line.y(), abs(right - left), line.height())
            rects.append(rect.translated(corner).adjusted(-1, 0, 1, 0))
    return rects


def _x(place: object) -> float:
    """Return x: bindings of `cursorToX` return it alone or in a tuple."""
    return float(place[0]) if isinstance(place, tuple) else float(place)  # type: ignore[arg-type]
