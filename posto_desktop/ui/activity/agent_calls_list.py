"""List of the calls of agents: what was called, with what outcome, by whom and when."""

from __future__ import annotations

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from posto_desktop.models.agent_calls import AgentCallsModel
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.row_cells import END, CellColumn, CellRow, TextCell
from posto_desktop.ui.widgets.row_delegate import (
    Index,
    RowContent,
    RowDelegate,
    RowFocusRing,
    RowSeparator,
    RowState,
)
from posto_desktop.ui.widgets.view_ring import ViewRing

_EDGE, _INNER, _HEIGHT = 16, 8, 52


class AgentCallsList(QListView):
    """Plain rows; nothing in them can be opened."""

    def __init__(self, model: AgentCallsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("agent-calls")
        self.setAccessibleName(self.tr("Calls of agents"))
        self._model = model
        self._delegate = RowDelegate(self, self._row, self._size, quiet=True)
        self.setItemDelegate(self._delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setModel(model)
        ring = ViewRing(self, lambda: self.currentIndex().isValid())
        model.modelReset.connect(ring.refresh)
        Theme.instance().changed.connect(self._theme_changed)

    @Slot()
    def _theme_changed(self) -> None:
        self.doItemsLayout()
        self.viewport().update()

    def _size(self, _index: Index) -> QSize:
        return QSize(100, round(_HEIGHT * Theme.instance().scale))

    def _row(self, index: Index, state: RowState) -> RowContent:
        call = self._model.call(index.row())
        if call is None:
            return RowContent([])
        line = Theme.instance().line("body")
        head = CellRow(
            [
                TextCell(call.tool, "strong", yields=False),
                TextCell(call.summary, "body", fills=True, gap=8),
                TextCell(call.client, "small", "text_muted", END, share=0.3, yields=False, gap=12),
                TextCell(self._model.when(call), "small", "text_faint", END, yields=False, gap=10),
            ]
        )
        outcome = TextCell(call.outcome, "small", "text_muted", fills=True)
        background = state.background(radius=8, inset=(_EDGE, 0, _EDGE, 0))
        return RowContent(
            [CellColumn([head, outcome], [line, line])],
            (_EDGE + _INNER, 0, _EDGE + _INNER, 0),
            background,
            RowSeparator(_EDGE + _INNER, _EDGE + _INNER) if background is None else None,
            RowFocusRing((_EDGE, 0, _EDGE, 0), 8) if state.ringed else None,
        )
