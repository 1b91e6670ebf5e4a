"""Read-only view of a page that is written in Markdown."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import (
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control

_MARGIN = 12
_CELL = 6


class PageView(QTextBrowser):
    """Shows a page in the fonts and colours of the theme. Tab goes from link to link, and out at
    the last one; Enter opens a link.

    Signal `linkFollowed(str)`: a link as it stands in the page.
    """

    linkFollowed = Signal(str)

    def __init__(self, name: str, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name_control(self, name, object_name)
        self.setProperty("role", "field")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.document().setDocumentMargin(_MARGIN)
        self._page = ""
        self.anchorClicked.connect(self._follow)
        Theme.instance().changed.connect(self._render)

    def set_page(self, markdown: str) -> None:
        """Show a page from its beginning."""
        self._page = markdown
        self._render()
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.verticalScrollBar().setValue(0)

    @Slot(QUrl)
    def _follow(self, url: QUrl) -> None:
        self.linkFollowed.emit(url.toString())

    @Slot()
    def _render(self) -> None:
        place = self.verticalScrollBar().value()
        document = self.document()
        document.setDefaultFont(Theme.instance().font())
        document.setMarkdown(self._page, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
        self._set_blocks(document)
        for frame in document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                self._set_table(frame)
        self.verticalScrollBar().setValue(place)

    def _set_blocks(self, document: QTextDocument) -> None:
        theme = Theme.instance()
        spaced = QTextBlockFormat()
        spaced.setLineHeight(theme.line(), QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
        cursor = QTextCursor(document)
        block = document.begin()
        while block.isValid():
            level = block.blockFormat().headingLevel()
            spaced.setTopMargin(round((14 if level == 2 else 4) * theme.scale))
            spaced.setBottomMargin(round(4 * theme.scale))
            cursor.setPosition(block.position())
            cursor.mergeBlockFormat(spaced)
            pieces = block.begin()
            spans = []
            while not pieces.atEnd():
                piece = pieces.fragment()
                spans.append((piece.position(), piece.length(), piece.charFormat()))
                pieces += 1
            for start, length, known in spans:
                cursor.setPosition(start)
                cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
                cursor.setCharFormat(_look_of(known, level))
            block = block.next()

    def _set_table(self, table: QTextTable) -> None:
        theme = Theme.instance()
        look = table.format()
        look.setBorder(1)
        look.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        look.setBorderBrush(theme.colour("border"))
        look.setBorderCollapse(True)
        look.setCellPadding(round(_CELL * theme.scale))
        look.setCellSpacing(0)
        look.setTopMargin(4)
        percent = QTextLength.Type.PercentageLength
        look.setWidth(QTextLength(percent, 100))
        first = 40 if table.columns() == 2 else 100 / table.columns()
        column_width = (100 - first) / max(1, table.columns() - 1)
        look.setColumnWidthConstraints(
            [
                QTextLength(percent, column_width if column else first)
                for column in range(table.columns())
            ]
        )
        table.setFormat(look)


def _look_of(known: QTextCharFormat, level: int) -> QTextCharFormat:
    """Return the format of a run of letters; `level` is that of its heading, 0 for none."""
    theme = Theme.instance()
    look = QTextCharFormat()
    if level:
        look.setFont(theme.font("dialog" if level == 1 else "strong"))
        return look
    look.setFont(theme.mono() if known.fontFixedPitch() else theme.font())
    if known.fontWeight() > QFont.Weight.Normal:
        look.setFontWeight(theme.font("strong").weight())
    look.setFontItalic(known.fontItalic())
    if known.isAnchor():
        look.setAnchor(True)
        look.setAnchorHref(known.anchorHref())
        look.setForeground(theme.colour("accent_text"))
    return look
