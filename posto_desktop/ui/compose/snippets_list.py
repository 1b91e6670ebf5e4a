"""The list of snippets, as the popup and the dialog show it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from posto_desktop.models.snippets import SnippetRole, SnippetsModel
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import name_control

KIND_ICONS = {"snippet": "quote", "hashtags": "hash", "signature": "pen-line"}
SHOWN = 160  # letters of a text that are looked at for its second line


class _Delegate(QStyledItemDelegate):
    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(120, Theme.instance().px("row.style_list"))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        theme = Theme.instance()
        snippet = index.data(SnippetRole)
        rect = QRect(option.rect)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("selected" if chosen else "hover_row"))
            painter.drawRoundedRect(QRectF(rect), 6, 6)
        mark = QRect(rect.x() + 8, rect.y(), 18, rect.height())
        words = rect.adjusted(36, 0, -10, 0)
        if option.direction == Qt.LayoutDirection.RightToLeft:
            mark.moveRight(rect.right() - 8)
            words = rect.adjusted(10, 0, -36, 0)
        role = "accent_soft_text" if chosen else "text_muted"
        painters.paint_icon(painter, mark, KIND_ICONS[snippet.kind], 16, theme.colour(role))
        high = theme.line("body")
        second = theme.line("caption")
        top = rect.y() + (rect.height() - high - second) // 2
        for font, colour, text, y, height in (
            ("control", "text", snippet.name or self.tr("New snippet"), top, high),
            ("caption", "text_muted", " ".join(snippet.text[:SHOWN].split()), top + high, second),
        ):
            painter.setFont(theme.font(font))
            painter.setPen(theme.colour(colour))
            metrics = QFontMetrics(painter.font())
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, words.width())
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
            painter.drawText(QRect(words.x(), y, words.width(), height), int(flags), shown)
        painter.restore()
        if chosen and state & QStyle.StateFlag.State_HasFocus:
            painters.paint_row_focus(painter, rect)


class SnippetsView(QListView):
    """One row a snippet: its kind, its name, the beginning of its text."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name_control(self, name)
        self.rows = SnippetsModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(_Delegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)

    def choose_row(self, row: int) -> None:
        """Make a row the current one; the nearest there is."""
        count = self.rows.rowCount()
        if count:
            self.setCurrentIndex(self.rows.index(min(max(0, row), count - 1)))
