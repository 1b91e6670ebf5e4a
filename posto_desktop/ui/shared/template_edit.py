"""Editor of a template: its variables are chips with words, removed as a whole."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QStandardItemModel,
    QSyntaxHighlighter,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QCompleter, QListView, QPlainTextEdit, QToolTip, QWidget

from posto_desktop.models.template_words import variable_tip, variable_title
from posto_desktop.sdk.templates import VARIABLES, TemplateToken, tokens, used
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
        # The editor paints words over it; a selection shows it as it is written.
        self._covered = QTextCharFormat(self._known)
        self._covered.setForeground(Qt.GlobalColor.transparent)
        self._unknown = QTextCharFormat()
        self._unknown.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        self._unknown.setUnderlineColor(QColor(theme.colour("danger_text")))
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        for token in tokens(text):
            start, length = _utf16(text, token)
            known = self._covered if _is_plain(token) else self._known
            self.setFormat(start, length, known if token.known else self._unknown)


class TemplateEdit(QPlainTextEdit):
    """Plain text editor in which variables such as ``{post_title}`` are chips with words on them.
    What is selected or copied is the variable as it is written.

    Signal ``edited()``: by the user or by assistive software. Backspace or Delete removes a whole
    chip, the cursor skips it, and ``{`` opens the list of variables.
    """

    edited = Signal()

    def __init__(
        self, name: str, object_name: str, *, lines: int = 4, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "field")
        name_control(self, name, object_name)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(MARGIN)
        self._lines = lines
        self._silent = False
        self._used: list[str] | None = None
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
        self._used = None
        if not self._silent:
            self.edited.emit()

    # -- chips as a whole ------------------------------------------------------------------

    def _chip_at(self, position: int, *, left: bool) -> tuple[int, int] | None:
        """Return (start, end) of the chip that ends (`left`) or begins at a position."""
        block = self.document().findBlock(position)
        for chip in _chips(block):
            if (chip.end if left else chip.start) == position:
                return chip.start, chip.end
        return None

    def _chip_around(self, position: int) -> tuple[int, int] | None:
        block = self.document().findBlock(position)
        return next(
            ((chip.start, chip.end) for chip in _chips(block) if chip.start < position < chip.end),
            None,
        )

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

    def viewportEvent(self, event: QEvent) -> bool:
        """Show in a tooltip what a chip becomes, and how it is written."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            chip = self._chip_under(event.pos())
            words = variable_tip(chip.name, self._variables()) if chip is not None else ""
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().viewportEvent(event)

    def _chip_under(self, place: QPoint) -> _Chip | None:
        block = self.cursorForPosition(place).block()
        corner = self.blockBoundingGeometry(block).translated(self.contentOffset()).topLeft()
        seen = self.viewport().rect()
        for chip in _chips(block):
            rects = _chip_rects(block, chip, corner, seen)
            if any(rect.contains(QPointF(place)) for rect in rects):
                return chip
        return None

    def _variables(self) -> list[str]:
        """Return the names of the variables that the template uses."""
        if self._used is None:
            self._used = used(self.toPlainText())
        return self._used

    # -- the list of variables -------------------------------------------------------------

    def _make_completer(self) -> _VariableCompleter:
        completer = _VariableCompleter(self)
        completer.setWidget(self)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        view = self._list = QListView()
        completer.setPopup(view)
        name_control(view, self.tr("Variables"), "variables")
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
        completer.show_words(self._variables())
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
        """Paint the chips, the text, and the words of the chips that are not selected."""
        chips = self._painted_chips(event.rect())
        theme = Theme.instance()
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent_soft"))
        for _chip, rects in chips:
            for rect in rects:
                painter.drawRoundedRect(rect, 4, 4)
        painter.end()
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        font = QFont(self.font())
        font.setWeight(QFont.Weight.Medium)
        painter.setFont(font)
        painter.setPen(theme.colour("accent_soft_text"))
        beside, cursor = self._variables(), self.textCursor()
        for chip, rects in chips:
            is_selected = cursor.selectionStart() < chip.end and cursor.selectionEnd() > chip.start
            if is_selected or not chip.is_plain:
                continue
            rect = max(rects, key=QRectF.width)  # the longer piece of one in two lines
            words = variable_title(chip.name, beside)
            painter.setFont(_narrowed(font, words, rect.width()))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, words)
        painter.end()

    def _painted_chips(self, seen: QRect) -> list[tuple[_Chip, list[QRectF]]]:
        """Return the chips in an area, each with its rectangles."""
        painted = []
        block, offset = self.firstVisibleBlock(), self.contentOffset()
        while block.isValid():
            place = self.blockBoundingGeometry(block).translated(offset)
            if place.top() > seen.bottom():
                break
            for chip in _chips(block):
                if rects := _chip_rects(block, chip, place.topLeft(), seen):
                    painted.append((chip, rects))
            block = block.next()
        return painted

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


@dataclass(frozen=True)
class _Chip:
    """A known variable in the document, from `start` to before `end`. `is_plain` is False where
    more than its name stands between the brackets."""

    start: int
    end: int
    name: str
    is_plain: bool


def _is_plain(token: TemplateToken) -> bool:
    return token.end - token.start == len(token.name) + 2


def _chips(block: QTextBlock) -> list[_Chip]:
    """Return the known variables of a paragraph."""
    text, at = block.text(), block.position()
    chips = []
    for token in tokens(text):
        if token.known:
            start, length = _utf16(text, token)
            chips.append(_Chip(at + start, at + start + length, token.name, _is_plain(token)))
    return chips


def _chip_rects(block: QTextBlock, chip: _Chip, corner: QPointF, seen: QRect) -> list[QRectF]:
    """Return the rectangles of a chip in visible lines."""
    rects = []
    layout, at = block.layout(), block.position()
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        top = corner.y() + line.y()
        if top + line.height() < seen.top():
            continue
        if top > seen.bottom():
            break
        begin = max(chip.start - at, line.textStart())
        stop = min(chip.end - at, line.textStart() + line.textLength())
        if begin >= stop:
            continue
        left, right = (_x(line.cursorToX(edge)) for edge in (begin, stop))
        rect = QRectF(min(left, right), line.y(), abs(right - left), line.height())
        rects.append(rect.translated(corner).adjusted(-1, 0, 1, 0))
    return rects


class _VariableCompleter(QCompleter):
    """Completes variables by their names and by their words."""

    NameRole = Qt.ItemDataRole.UserRole + 1
    SearchRole = Qt.ItemDataRole.UserRole + 2

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = QStandardItemModel(len(VARIABLES), 1, self)
        self.show_words(())
        self.setModel(self._rows)
        self.setCompletionRole(self.SearchRole)

    def show_words(self, beside: Collection[str]) -> None:
        """Show what the variables are in a template that uses those `beside`."""
        for row, name in enumerate(VARIABLES):
            index, words = self._rows.index(row, 0), variable_title(name, beside)
            self._rows.setData(index, name, self.NameRole)
            self._rows.setData(index, f"{name} {words}", self.SearchRole)
            self._rows.setData(index, f"{words}   {{{name}}}")

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        return str(index.data(self.NameRole))


def _x(place: object) -> float:
    """Return x: bindings of `cursorToX` return it alone or in a tuple."""
    return float(place[0]) if isinstance(place, tuple) else float(place)  # type: ignore[arg-type]


def _narrowed(font: QFont, words: str, width: float) -> QFont:
    """Return a font that is as narrow as words need it to fit into a width."""
    needed = QFontMetrics(font).horizontalAdvance(words)
    if needed <= width:
        return font
    narrow = QFont(font)
    narrow.setStretch(max(1, int(100 * (width - 1) / needed)))
    return narrow
