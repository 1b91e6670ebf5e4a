"""The labels between the fields and the options: an icon, the word, the chips."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from posto_desktop.ui.compose.fields import SIDE, FieldLabel, label_width
from posto_desktop.ui.compose.labels_field import LabelsField

_TO_FIELD = 4


class LabelsRow(QWidget):
    """The field begins where the others do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._beside = 0
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(SIDE, 0, SIDE, 10)
        row.setSpacing(0)
        self._label = FieldLabel("tag", self.tr("Labels"), self)
        row.addWidget(self._label, 0, Qt.AlignmentFlag.AlignTop)
        self.field = LabelsField(parent=self)
        row.addWidget(self.field, 1)
        self._label.set_buddy(self.field.entry)
        self.restyle()

    def restyle(self) -> None:
        self._label.restyle()
        self._fit()
        self.field.restyle()

    def set_beside(self, label: int) -> None:
        """Stand at the right of something, with a label of this width; 0: in a line of its own."""
        self._beside = label
        # Beside it stands a field, which is higher than what labels are written in.
        begin = 0 if label else SIDE
        sides = (SIDE, begin) if self.isRightToLeft() else (begin, SIDE)
        self._row.setContentsMargins(sides[0], 3 if label else 0, sides[1], 10)
        self._fit()

    def _fit(self) -> None:
        width = label_width()
        if self._beside:
            # A long word pushes the field out of line rather than being cut.
            width = max(self._beside, self._label.sizeHint().width() + _TO_FIELD)
        self._label.setFixedSize(width, self.field.entry.sizeHint().height())
