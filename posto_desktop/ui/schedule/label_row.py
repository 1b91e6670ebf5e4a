"""Read-only labels of a message."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from posto_desktop.ui.widgets.flow_layout import FlowLayout
from posto_desktop.ui.widgets.label_chips import label_height, label_width, paint_label

__all__ = ["LabelRow"]


class LabelRow(QWidget):
    """Labels in rows that wrap."""

    def __init__(self, name: str, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self._name = name
        self._labels: list[str] = []
        self._chips: list[_LabelChip] = []
        self._flow = FlowLayout(self)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def labels(self) -> list[str]:
        return list(self._labels)

    def set_labels(self, labels: Sequence[str]) -> None:
        texts = list(labels)
        self.setAccessibleName(f"{self._name}: {', '.join(texts)}")
        if texts == self._labels:
            return
        self._labels = texts
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = [_LabelChip(label, self) for label in texts]
        for chip in self._chips:
            self._flow.addWidget(chip)
            chip.show()
        self.updateGeometry()


class _LabelChip(QWidget):
    def __init__(self, label: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._label = label
        self.setToolTip(label)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(label_width(self._label), label_height())

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(min(60, hint.width()), hint.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setLayoutDirection(self.layoutDirection())
        paint_label(painter, self.rect(), self._label)
        painter.end()
