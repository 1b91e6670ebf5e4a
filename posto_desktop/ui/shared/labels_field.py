"""Field for the labels of a message, with a chip for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, QStringListModel, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from posto_desktop.core.draft_list import LONGEST_LABEL, MAX_LABELS, clean_labels
from posto_desktop.core.folding import fold
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.flow_layout import FlowLayout
from posto_desktop.ui.widgets.label_chips import LabelChip


class LabelsField(QWidget):
    """Enter, a comma or leaving the field adds the typed label, Escape drops it; Backspace in the
    empty field removes the last one.

    Signal ``edited(list)``: the labels, after the user added or removed one. ``known`` returns the
    labels in use, for completion.
    """

    edited = Signal(list)

    def __init__(
        self, known: Callable[[], Sequence[str]] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.known: Callable[[], Sequence[str]] = known or tuple
        self._labels: list[str] = []
        self._chips: list[LabelChip] = []
        self._flow = FlowLayout(self)
        self.entry = _Entry(self)
        name_control(self.entry, self.tr("Add label"), "add-label")
        self.entry.setProperty("small", True)
        self.entry.setMaxLength(LONGEST_LABEL)
        self.entry.setPlaceholderText(self.tr("Add label"))
        self.entry.installEventFilter(self)
        self.entry.textEdited.connect(self._typed)
        self.entry.editingFinished.connect(self._add_typed)
        self._flow.addWidget(self.entry)
        self._words: QStringListModel | None = None
        self.setFocusProxy(self.entry)

    def labels(self) -> list[str]:
        return list(self._labels)

    def set_labels(self, labels: Sequence[str]) -> None:
        """Show these labels without a signal."""
        new_labels = clean_labels(labels)
        self.entry.clear()
        if new_labels != self._labels:
            self._show(new_labels)

    def add(self, label: str) -> None:
        """Add a label for the user, with a signal."""
        new_labels = clean_labels([*self._labels, label])
        if new_labels != self._labels:
            self._show(new_labels)
            self.edited.emit(new_labels)

    @Slot(str)
    def remove(self, label: str) -> None:
        """Remove a label for the user, with a signal."""
        remaining = [listed for listed in self._labels if listed != label]
        if remaining != self._labels:
            at = self._labels.index(label)
            on_chip = self._chips[at].hasFocus()
            self.entry.setFocus(Qt.FocusReason.OtherFocusReason)
            self._show(remaining)
            if on_chip and self._chips:  # focus its neighbour, which may be removed next
                neighbour = self._chips[min(at, len(self._chips) - 1)]
                neighbour.setFocus(Qt.FocusReason.OtherFocusReason)
            self.edited.emit(remaining)

    def _show(self, labels: list[str]) -> None:
        self._labels = labels
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = []
        for number, label in enumerate(labels):
            chip = LabelChip(label, self)
            chip.removeRequested.connect(self.remove)
            self._flow.insert(number, chip)
            chip.show()
            self._chips.append(chip)
        self.entry.setEnabled(len(labels) < MAX_LABELS)
        self.entry.setToolTip(
            "" if len(labels) < MAX_LABELS else self.tr("A message has at most 20 labels")
        )
        self.updateGeometry()

    # -- typing ------------------------------------------------------------------------------

    @Slot(str)
    def _typed(self, text: str) -> None:
        if "," in text or "\n" in text:
            *whole, unfinished = text.replace("\n", ",").split(",")
            self.entry.setText(unfinished.lstrip())
            new_labels = clean_labels([*self._labels, *whole])
            if new_labels != self._labels:
                self._show(new_labels)
                self.edited.emit(new_labels)
            return
        completer = self._completer()
        completer.setCompletionPrefix(text)
        present = {fold(label) for label in self._labels}
        assert self._words is not None
        self._words.setStringList([label for label in self.known() if fold(label) not in present])

    @Slot()
    def _add_typed(self) -> None:
        text = self.entry.text().strip()
        if text:
            self.entry.clear()
            self.add(text)

    @Slot(str)
    def _complete(self, label: str) -> None:
        self.add(label)
        # The completer sets the text after its signal.
        QTimer.singleShot(0, self.entry, self.entry.clear)

    def _completer(self) -> QCompleter:
        """Return the completer, created with the first letter."""
        completer = self.entry.completer()
        if completer is None:
            self._words = QStringListModel(self)
            completer = QCompleter(self._words, self)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.activated[str].connect(self._complete)
            completer.popup().setObjectName("completions")
            completer.popup().setMinimumWidth(round(180 * Theme.instance().scale))
            self.entry.setCompleter(completer)
        return completer

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.entry.text().strip():
                self._add_typed()
                return True
            if key == Qt.Key.Key_Escape and self.entry.text():
                self.entry.clear()
                return True
            if key == Qt.Key.Key_Backspace and not self.entry.text() and self._labels:
                self.remove(self._labels[-1])
                return True
        return super().eventFilter(watched, event)

    def restyle(self) -> None:
        self.entry.updateGeometry()
        for chip in self._chips:
            chip.updateGeometry()
            chip.update()


class _Entry(QLineEdit):
    """A field as wide as its placeholder, to leave the width to the chips."""

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self.font()).horizontalAdvance(self.placeholderText())
        return QSize(words + 44, Theme.instance().px("size.control_small"))

    def minimumSizeHint(self) -> QSize:
        return QSize(70, self.sizeHint().height())
