"""Popup that inserts hashtag groups, signatures and snippets into the text."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.core.snippets import Snippet, search
from posto_desktop.models.snippets import SnippetRole, SnippetsModel
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.choices import SegmentedControl
from posto_desktop.ui.widgets.fields import SearchField
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.popup import Popup
from posto_desktop.ui.widgets.row_cells import CellColumn, IconCell, TextCell
from posto_desktop.ui.widgets.row_delegate import (
    Index,
    RowContent,
    RowDelegate,
    RowFocusRing,
    RowState,
)
from posto_desktop.ui.widgets.widget_stack import WidgetStack

WIDTH, HEIGHT = 400, 420


class SnippetsPopup(Popup):
    """Shows "Loading" until `set_snippets`. ``network`` (a slug, or "") hides snippets for other
    networks.

    Signals: ``chosen(Snippet)``; ``newRequested()``; ``manageRequested()``.
    """

    chosen = Signal(object)
    newRequested = Signal()
    manageRequested = Signal()

    def __init__(self, network: str, parent: QWidget) -> None:
        super().__init__("snippets-popup", parent)
        self.setAccessibleName(self.tr("Snippets"))
        self._network = network
        self._snippets: list[Snippet] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 8)
        column.setSpacing(8)
        self.search = SearchField(self.tr("Search snippets"), "search-snippets", parent=self)
        self.search.textChanged.connect(self._fill)
        column.addWidget(self.search)
        self.kinds = SegmentedControl(
            self.tr("Kind"),
            "kind",
            [
                #: All snippets.
                ("", self.tr("All")),
                ("hashtags", self.tr("Hashtags")),
                ("signature", self.tr("Signatures")),
                ("snippet", self.tr("Snippets")),
            ],
            self,
        )
        self.kinds.changed.connect(self._fill)
        column.addWidget(self.kinds, 0, Qt.AlignmentFlag.AlignLeading)
        self.list = SnippetsView(self.tr("Snippets list"), "snippets-list", self)
        self.list.clicked.connect(self._choose)
        self.words = PlainLabel(self.tr("Loading snippets"), self)
        self.words.setObjectName("snippets-state")
        self.words.setProperty("role", "muted")
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = WidgetStack(self)
        self._pages.addWidget(self.words)
        self._pages.addWidget(self.list)
        column.addWidget(self._pages, 1)
        foot = QHBoxLayout()
        foot.setSpacing(4)
        self.new = Button(self.tr("New…"), "quiet", icon="plus", small=True, parent=self)
        name_control(self.new, self.tr("New snippet"), "new-snippet")
        self.new.clicked.connect(self._new)
        self.manage = Button(self.tr("Manage…"), "quiet", icon="settings", small=True, parent=self)
        name_control(self.manage, self.tr("Manage snippets"), "manage-snippets")
        self.manage.clicked.connect(self._manage)
        foot.addWidget(self.new)
        foot.addStretch(1)
        foot.addWidget(self.manage)
        column.addLayout(foot)
        scale = Theme.instance().scale
        self.setFixedSize(
            max(round(WIDTH * scale), self.kinds.sizeHint().width() + 20), round(HEIGHT * scale)
        )

    @Slot(object)
    def set_snippets(self, snippets: Sequence[Snippet]) -> None:
        self._snippets = list(snippets)
        self._fill()

    @Slot(str, str)
    def set_failed(self, _snippet_id: str, sentence: str) -> None:
        self.words.setText(sentence)
        self._pages.setCurrentIndex(0)

    @Slot()
    def _fill(self) -> None:
        if self._snippets is None:
            return
        kind = self.kinds.value()
        matches = [
            snippet
            for snippet in search(self._snippets, self.search.text(), self._network)
            if kind in ("", snippet.kind)
        ]
        self.list.rows.set_rows(matches)
        self.list.choose_row(0)
        self.words.setText(
            self.tr("No snippet matches")
            if self._snippets
            else self.tr("No snippets yet. Save texts, hashtags and signatures you often use.")
        )
        self._pages.setCurrentIndex(1 if matches else 0)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        snippet = self.list.rows.snippet(index)
        if snippet is not None:
            self.close()
            self.chosen.emit(snippet)

    @Slot()
    def _new(self) -> None:
        self.close()
        self.newRequested.emit()

    @Slot()
    def _manage(self) -> None:
        self.close()
        self.manageRequested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, current = event.key(), self.list.currentIndex()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (
            self.search.hasFocus() or self.list.hasFocus()
        ):
            self._choose(current)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.search.hasFocus():
            self.list.choose_row(current.row() + (1 if key == Qt.Key.Key_Down else -1))
        else:
            super().keyPressEvent(event)

    def show_at(self, place: QPoint) -> None:
        super().show_at(place)
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)


KIND_ICONS = {"snippet": "quote", "hashtags": "hash", "signature": "pen-line"}
SHOWN = 160  # letters of a text that are searched for its second line


def _size(_index: Index) -> QSize:
    return QSize(120, Theme.instance().px("row.style_list"))


class SnippetsView(QListView):
    """A list of snippets: kind, name and beginning of each text."""

    def __init__(self, name: str, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name_control(self, name, object_name)
        self.rows = SnippetsModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(RowDelegate(self, self._row, _size))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)

    def _row(self, index: Index, state: RowState) -> RowContent:
        theme, snippet = Theme.instance(), index.data(SnippetRole)
        mark = "accent_soft_text" if state.selected else "text_muted"
        name = snippet.name or self.tr("New snippet")
        words = CellColumn(
            [
                TextCell(name, "control"),
                TextCell(" ".join(snippet.text[:SHOWN].split()), "caption", "text_muted"),
            ],
            [theme.line("body"), theme.line("caption")],
            gap=10,
        )
        return RowContent(
            [IconCell(KIND_ICONS[snippet.kind], mark, side=18), words],
            (8, 0, 10, 0),
            state.background(radius=6),
            ring=RowFocusRing() if state.selected and state.focused else None,
        )

    def choose_row(self, row: int) -> None:
        """Make a row current, or the nearest one."""
        count = self.rows.rowCount()
        if count:
            self.setCurrentIndex(self.rows.index(min(max(0, row), count - 1)))
