"""Card with a plot of insights, or with its table."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.core.insights.plots import Plot, TableData
from posto_desktop.models.insight_plots import table_of
from posto_desktop.models.insight_table import InsightTableModel
from posto_desktop.ui.activity.insight_plot import InsightPlot
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.labels import ElidedLabel, label
from posto_desktop.ui.widgets.table_row_delegate import TableRowDelegate

__all__ = ["InsightCard", "InsightTable"]

_MOST_ROWS = 12
"""Rows of a table before it scrolls."""


class InsightTable(QTableView):
    """Table of insights. Signal `opened(str key)`: Enter or a double click on a row."""

    opened = Signal(str)

    def __init__(
        self, title: str, object_name: str, data: TableData, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        name_control(self, title, object_name)
        self.rows = InsightTableModel(data, self)
        self.setModel(self.rows)
        self.setItemDelegate(TableRowDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setTextElideMode(Qt.TextElideMode.ElideRight)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)  # as they come: best first
        self.setSortingEnabled(True)
        head.setMinimumSectionSize(40)
        self.doubleClicked.connect(self._open)
        Theme.instance().changed.connect(self._fit)
        self._fit()

    def set_table(self, data: TableData) -> None:
        """Show other rows."""
        self.rows.set_data(data)
        head = self.horizontalHeader()
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        height = Theme.instance().line("body") + 10
        self.verticalHeader().setDefaultSectionSize(height)
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in self.rows.wide_columns():
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        shown = min(max(self.rows.rowCount(), 1), _MOST_ROWS)
        self.setFixedHeight(head.sizeHint().height() + shown * height + 4)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        line = self.rows.line(index.row()) if index.isValid() else None
        if line is not None:
            self.opened.emit(line.key)


class InsightCard(QFrame):
    """A plot with its title, the number of posts, and a line about the current item. With too few
    posts it says how many are there."""

    def __init__(self, plot: Plot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setObjectName(f"insight-card-{plot.key}")
        self._plot, self._as_table = plot, False
        self._table: InsightTable | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(8)
        self._title = label(plot.title, "strong", object_name=f"insight-title-{plot.key}")
        self._count = label("", "muted", object_name=f"insight-count-{plot.key}")
        row.addWidget(self._title)
        row.addWidget(self._count)
        row.addStretch(1)
        column.addLayout(row)
        self._silent = label("", "muted", object_name=f"insight-silent-{plot.key}", wrap=True)
        column.addWidget(self._silent)
        self.plot = InsightPlot(plot, self)
        column.addWidget(self.plot)
        self._words = ElidedLabel("", "small", parent=self)
        self._words.setObjectName(f"insight-words-{plot.key}")
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._words.setMinimumHeight(Theme.instance().line("small"))
        column.addWidget(self._words)
        self._column = column
        self.plot.currentChanged.connect(self._words.setText)
        self.show_plot(plot, as_table=False)

    @property
    def table(self) -> InsightTable | None:
        """The table, None until it is first shown."""
        return self._table

    def show_plot(self, plot: Plot, *, as_table: bool) -> None:
        self._plot, self._as_table = plot, as_table
        is_drawn = not plot.silent
        self._count.setText(plot.count if is_drawn else "")
        self._silent.setText(plot.silent)
        self._silent.setVisible(not is_drawn)
        self.plot.set_plot(plot)
        if is_drawn and as_table:
            if self._table is None:
                self._table = InsightTable(plot.title, f"table-{plot.key}", table_of(plot), self)
                self._column.insertWidget(3, self._table)
            else:
                self._table.setAccessibleName(plot.title)
                self._table.set_table(table_of(plot))
        if self._table is not None:
            self._table.setVisible(is_drawn and as_table)
        self.plot.setVisible(is_drawn and not as_table)
        self._words.setVisible(is_drawn and not as_table)
