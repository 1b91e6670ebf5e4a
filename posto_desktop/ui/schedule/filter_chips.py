"""Chips of the active filters; each removes its filter."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, Chip
from posto_desktop.ui.widgets.flow_layout import FlowLayout

__all__ = ["FilterChips"]

WIDEST = 280


class FilterChips(QWidget):
    """Signals: `removed(str key)`, `cleared()`."""

    removed = Signal(str)
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("filters-on")
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._flow = FlowLayout(self)
        self._flow.setContentsMargins(16, 8, 16, 0)
        self._chips: list[_FilterChip] = []
        self._clear = Button(self.tr("Clear filters"), "quiet", small=True, parent=self)
        self._clear.setObjectName("clear-filters")
        self._clear.clicked.connect(self.cleared)
        self._flow.addWidget(self._clear)

    def words(self) -> list[str]:
        """Return the texts of the chips."""
        return [chip.words for chip in self._chips]

    def set_filters(self, filters: Sequence[tuple[str, str]]) -> None:
        """Show a chip for each (key, text)."""
        if [(chip.key, chip.words) for chip in self._chips] != list(filters):
            focused = any(chip.hasFocus() for chip in self._chips)
            for chip in self._chips:
                self._flow.removeWidget(chip)
                chip.hide()
                chip.deleteLater()
            self._chips = [_FilterChip(key, words, self) for key, words in filters]
            for at, chip in enumerate(self._chips):
                chip.removeRequested.connect(self.removed)
                self._flow.insert(at, chip)
                chip.show()
            if focused and self._chips:
                self._chips[0].setFocus()
            self.updateGeometry()
        self.setVisible(bool(self._chips))


class _FilterChip(Chip):
    """Chip that a click or Delete removes."""

    removeRequested = Signal(str)

    def __init__(self, key: str, words: str, parent: QWidget) -> None:
        # Escape "&" in labels, else Qt makes a mnemonic of it.
        super().__init__(words.replace("&", "&&"), icon="x", checkable=False, parent=parent)
        self.key, self.words = key, words
        self.setObjectName(f"filter-{key}")
        self.setAccessibleName(self.tr("Remove filter {filter}").format(filter=words))
        self.setToolTip(self.accessibleName())
        self.setIconSize(QSize(12, 12))
        # Put the cross behind the text.
        mirrored = parent.layoutDirection() == Qt.LayoutDirection.RightToLeft
        direction = Qt.LayoutDirection
        self.setLayoutDirection(direction.LeftToRight if mirrored else direction.RightToLeft)
        self.setMaximumWidth(round(WIDEST * Theme.instance().scale))
        self.clicked.connect(self._request_removal)

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(min(120, hint.width()), hint.height())

    @Slot()
    def _request_removal(self) -> None:
        self.removeRequested.emit(self.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._request_removal()
            return
        super().keyPressEvent(event)
