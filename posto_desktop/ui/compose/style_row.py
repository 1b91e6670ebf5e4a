"""Row for the style of the message, beside the labels or above them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QWidget

from posto_desktop.ui.compose.message_fields import SIDE, FieldLabel, MessageFields, label_width
from posto_desktop.ui.shared.labels_field import LabelsField
from posto_desktop.ui.widgets.fields import ComboBox

_FOOT = 10
_ANY_WIDTH = 16_777_215


class StyleRow(QWidget):
    """Signal ``chosen(str)``: the name of the chosen style, "" for none."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(SIDE, 0, SIDE, _FOOT)
        self._row.setSpacing(0)
        #: Noun: how messages look on each network.
        self._label = FieldLabel("swatch-book", self.tr("Style"), self)
        self._row.addWidget(self._label)
        self.box = ComboBox("style", self)
        self.box.activated.connect(self._chosen)
        self._row.addWidget(self.box, 1)
        self._label.set_buddy(self.box)
        self._styles: list[tuple[str, str]] = []
        self._value = ""
        self._fill()
        self.restyle()

    def set_styles(self, styles: Sequence[tuple[str, str]]) -> None:
        """Set the styles as (name, title)."""
        if list(styles) != self._styles:
            self._styles = list(styles)
            self._fill()

    def value(self) -> str:
        return self._value

    def set_value(self, name: str) -> None:
        """Show the style of another message, marked as missing if it does not exist."""
        if name != self._value:
            self._value = name
            self._fill()

    def _fill(self) -> None:
        with QSignalBlocker(self.box):
            self.box.clear()
            self.box.addItem(self.tr("No style"), "")
            for name, title in self._styles:
                self.box.addItem(title, name)
            at = self.box.findData(self._value)
            if at < 0:
                self.box.addItem(self.tr("{name} (missing)").format(name=self._value), self._value)
                at = self.box.count() - 1
            self.box.setCurrentIndex(at)

    def _chosen(self, _row: int) -> None:
        name = self.box.currentData() or ""
        if name != self._value:
            self._value = name
            self.chosen.emit(name)

    def restyle(self) -> None:
        self._label.restyle()
        self._label.setFixedWidth(label_width())

    def set_beside(self, beside: bool) -> None:
        """Use less margin at the end, because the labels are beside it."""
        end = 20 if beside else SIDE
        sides = (end, SIDE) if self.isRightToLeft() else (SIDE, end)
        self._row.setContentsMargins(sides[0], 0, sides[1], _FOOT)


class StyleAndLabels(QWidget):
    """Style and labels in one line, aligned with the fields above, or below each other."""

    def __init__(
        self,
        style: StyleRow,
        labels: LabelsRow,
        fields: MessageFields,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._style, self._labels, self._fields = style, labels, fields
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        # Side by side they must not limit how narrow the page can be.
        self._box.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._box.addWidget(style)
        self._box.addWidget(labels, 1)
        fields.columnsMoved.connect(self.arrange)

    def restyle(self) -> None:
        self._style.restyle()
        self._labels.restyle()
        self.arrange()

    @Slot()
    def arrange(self) -> None:
        """Place style and labels side by side if the fields above are."""
        left, label = self._fields.second_column()
        beside = left > 0
        direction = QBoxLayout.Direction
        box_direction = direction.LeftToRight if beside else direction.TopToBottom
        if self._box.direction() != box_direction:
            self._box.setDirection(box_direction)
        self._style.setMinimumWidth(left if beside else 0)
        self._style.setMaximumWidth(left if beside else _ANY_WIDTH)
        self._style.set_beside(beside)
        self._labels.set_beside(label if beside else 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._box.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()


_TO_FIELD = 4


class LabelsRow(QWidget):
    """The row of labels, aligned with the other fields."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._beside = 0
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(SIDE, 0, SIDE, 10)
        row.setSpacing(0)
        #: Noun: words that the user gives to messages.
        words = self.tr("Labels")
        self._label = FieldLabel("tag", words, self)
        row.addWidget(self._label, 0, Qt.AlignmentFlag.AlignTop)
        self.field = LabelsField(parent=self)
        row.addWidget(self.field, 1)
        self._label.set_buddy(self.field.entry)
        entry = self.field.entry
        entry.setAccessibleName(f"{words}, {entry.accessibleName()}")
        self.restyle()

    def restyle(self) -> None:
        self._label.restyle()
        self._fit()
        self.field.restyle()

    def set_beside(self, label: int) -> None:
        """Place the row beside the style, with a label of this width; 0: in a line of its own."""
        self._beside = label
        # The field beside it is higher than a line of labels.
        begin = 0 if label else SIDE
        sides = (SIDE, begin) if self.isRightToLeft() else (begin, SIDE)
        self._row.setContentsMargins(sides[0], 3 if label else 0, sides[1], 10)
        self._fit()

    def _fit(self) -> None:
        width = label_width()
        if self._beside:
            # A long label moves the field instead of being cut.
            width = max(self._beside, self._label.sizeHint().width() + _TO_FIELD)
        self._label.setFixedSize(width, self.field.entry.sizeHint().height())
