"""The list of snippets, as the popup and the dialog show it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from posto_desktop.models.snippets import SnippetRole, SnippetsModel
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.row_cells import Icon, Stack, Text
from posto_desktop.ui.widgets.row_delegate import Index, Ring, Row, RowDelegate, RowState

KIND_ICONS = {"snippet": "quote", "hashtags": "hash", "signature": "pen-line"}
SHOWN = 160  # letters of a text that are looked at for its second line


def _size(_index: Index) -> QSize:
    return QSize(120, Theme.instance().px("row.style_list"))


class SnippetsView(QListView):
    """One row a snippet: its kind, its name, the beginning of its text."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name_control(self, name)
        self.rows = SnippetsModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(RowDelegate(self, self._row, _size))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)

    def _row(self, index: Index, state: RowState) -> Row:
        theme, snippet = Theme.instance(), index.data(SnippetRole)
        mark = "accent_soft_text" if state.selected else "text_muted"
        name = snippet.name or self.tr("New snippet")
        words = Stack(
            [
                Text(name, "control"),
                Text(" ".join(snippet.text[:SHOWN].split()), "caption", "text_muted"),
            ],
            [theme.line("body"), theme.line("caption")],
            gap=10,
        )
        return Row(
            [Icon(KIND_ICONS[snippet.kind], mark, side=18), words],
            (8, 0, 10, 0),
            state.ground(radius=6),
            ring=Ring() if state.selected and state.focused else None,
        )

    def choose_row(self, row: int) -> None:
        """Make a row the current one; the nearest there is."""
        count = self.rows.rowCount()
        if count:
            self.setCurrentIndex(self.rows.index(min(max(0, row), count - 1)))
