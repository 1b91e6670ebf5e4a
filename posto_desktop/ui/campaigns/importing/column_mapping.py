"""Column menus of the import: what each column is imported as."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from posto_desktop.core.importing.columns import Field
from posto_desktop.ui.campaigns.importing.rows_delegate import PAD
from posto_desktop.ui.campaigns.importing.rows_table import ImportRowsTable
from posto_desktop.ui.campaigns.importing.words import choices, field_words
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.labels import ElidedLabel

_TOP = 8
_GAP = 3
_BELOW = 10


class ColumnMappingBar(QFrame):
    """Name and menu over each column; scrolls sideways with the table.

    Signals:
        fieldChosen(int, str): the user chose the meaning of a column."""

    fieldChosen = Signal(int, str)

    def __init__(self, table: ImportRowsTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("columns")
        self.setAccessibleName(self.tr("Columns"))
        self._table = table
        self._labels: list[ElidedLabel] = []
        self._boxes: list[ComboBox] = []
        self._fields: list[Field] = []
        table.columnsMoved.connect(self._place)
        Theme.instance().changed.connect(self._resize)
        self._resize()

    @property
    def boxes(self) -> list[ComboBox]:
        """The menus, one per column."""
        return self._boxes

    def set_columns(
        self, names: Sequence[str], fields: Sequence[Field], networks: Sequence[str]
    ) -> None:
        """Show these columns; `networks` may have own texts."""
        offered = choices(networks)
        same = [*offered] == self._fields and len(names) == len(self._boxes)
        if not same:
            for widget in (*self._labels, *self._boxes):
                widget.hide()
                widget.deleteLater()
            self._labels, self._boxes, self._fields = [], [], [*offered]
            for column in range(len(names)):
                self._add(column)
        for column, (name, field) in enumerate(zip(names, fields, strict=True)):
            self._labels[column].setText(name)
            box = self._boxes[column]
            if box.findData(field) < 0:
                # Own text for a network without a channel here.
                box.addItem(field_words(field), field)
            box.blockSignals(True)
            box.setCurrentIndex(box.findData(field))
            box.blockSignals(False)
            _mute(box, not field)
            box.set_tip("")
        self._place()

    def _add(self, column: int) -> None:
        name = ElidedLabel("", "caption", parent=self)
        name.setObjectName(f"column-{column + 1}-name")
        box = ComboBox(f"column-{column + 1}", self)
        # With the default policy the box resizes to its longest entry at each change.
        box.setSizeAdjustPolicy(box.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for field in self._fields:
            box.addItem(field_words(field), field)
        name.setBuddy(box)
        box.setProperty("column", column)
        box.setProperty("tight", True)
        box.activated.connect(self._chosen)
        box.installEventFilter(self)
        self._labels.append(name)
        self._boxes.append(box)
        name.show()
        box.show()

    @Slot(int)
    def _chosen(self, _index: int) -> None:
        box = self.sender()
        assert isinstance(box, ComboBox)
        self.fieldChosen.emit(int(box.property("column")), str(box.currentData()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, ComboBox):
            # Tab may reach a menu that is scrolled away.
            index = self._table.model().index(
                max(0, self._table.currentIndex().row()), int(watched.property("column")) + 1
            )
            if index.isValid():
                self._table.scrollTo(index)
        return False

    def sizeHint(self) -> QSize:
        return QSize(400, self.height())

    @Slot()
    def _resize(self) -> None:
        theme = Theme.instance()
        box = theme.px("size.control") - 4
        self.setFixedHeight(_TOP + theme.line("caption") + 2 + _GAP + box + _BELOW)
        self._place()

    @Slot()
    def _place(self) -> None:
        theme = Theme.instance()
        line, height = theme.line("caption") + 2, theme.px("size.control") - 4
        for column, (name, box) in enumerate(zip(self._labels, self._boxes, strict=True)):
            left = self._table.columnViewportPosition(column + 1)
            width = self._table.columnWidth(column + 1) - PAD
            if self.isRightToLeft():
                left += PAD + self.width() - self._table.viewport().width()
            name.setGeometry(left, _TOP, width, line)
            box.setFixedHeight(height)
            box.setGeometry(QRect(left, _TOP + line + _GAP, width, height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("surface_alt"))
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), theme.colour("border"))
        painter.end()


def _mute(box: QWidget, on: bool) -> None:
    if box.property("unset") != on:
        box.setProperty("unset", on)
        box.style().unpolish(box)
        box.style().polish(box)
