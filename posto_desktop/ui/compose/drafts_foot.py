"""The foot of the list of drafts: what can be done with the current row, and what it asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget

from posto_desktop.core.draft import Draft
from posto_desktop.core.shelf import title_of
from posto_desktop.ui import keys
from posto_desktop.ui.compose.labels_field import LabelsField
from posto_desktop.ui.widgets.buttons import Button, IconButton, name_control
from posto_desktop.ui.widgets.names import NameRow

LONGEST_SUGGESTION = 60


class DraftsFoot(QWidget):
    """Buttons; in their place a field for a name, or the labels of a draft.

    Signals: ``acted(str)``: "new", "duplicate", "labels", "template", "rename" or "delete";
    ``named(str)``, ``labelled(list)``: what was asked for; ``left()``: back to the list.
    """

    acted = Signal(str)
    named = Signal(str)
    labelled = Signal(list)
    left = Signal()

    def __init__(self, known_labels: Callable[[], Sequence[str]], parent: QWidget) -> None:
        super().__init__(parent)
        self._stack = QStackedLayout(self)
        self._bar = QWidget(self)
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        new = Button(self.tr("New message"), "quiet", icon="plus", small=True, parent=self._bar)
        name_control(new, self.tr("New message"))
        new.setProperty("act", "new")
        new.clicked.connect(self._pressed)
        row.addWidget(new)
        row.addStretch(1)
        self.buttons: dict[str, IconButton] = {}
        for key, icon, name, shortcut in (
            ("duplicate", "copy", self.tr("Duplicate draft"), keys.DUPLICATE),
            ("labels", "tag", self.tr("Labels of draft"), keys.LABELS),
            ("template", "bookmark", self.tr("Save draft as template"), keys.TEMPLATE),
            ("rename", "pencil", self.tr("Rename template"), keys.RENAME),
            ("delete", "trash-2", self.tr("Delete draft"), keys.DELETE),
        ):
            button = IconButton(icon, name, parent=self._bar)
            button.setProperty("act", key)
            button.setToolTip(keys.tip(name, shortcut))
            button.clicked.connect(self._pressed)
            row.addWidget(button)
            self.buttons[key] = button
        self._stack.addWidget(self._bar)
        self.name_row = NameRow(self)
        self.name_row.named.connect(self.named)
        self.name_row.left.connect(self.left)
        self._stack.addWidget(self.name_row)
        self._stack.addWidget(self._build_labels(known_labels))

    def _build_labels(self, known: Callable[[], Sequence[str]]) -> QWidget:
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        self.labels = LabelsField(known, holder)
        self.labels.edited.connect(self._labels_edited)
        row.addWidget(self.labels, 1)
        done = Button(self.tr("Done"), small=True, parent=holder)
        name_control(done, self.tr("Done"))
        done.clicked.connect(self.left)
        row.addWidget(done, 0, Qt.AlignmentFlag.AlignBottom)
        return holder

    @property
    def is_asking(self) -> bool:
        """Whether a field stands in place of the buttons."""
        return self._stack.currentIndex() != 0

    def show_buttons(self) -> None:
        self._stack.setCurrentIndex(0)

    def show_kind(self, *, templates: bool) -> None:
        """The buttons for templates, or those for drafts."""
        for key, button in self.buttons.items():
            button.setVisible(key == "delete" or templates == (key == "rename"))
        name = self.tr("Delete template") if templates else self.tr("Delete draft")
        name_control(self.buttons["delete"], name)
        self.buttons["delete"].setToolTip(keys.tip(name, keys.DELETE))

    def set_able(self, able: bool) -> None:
        """Whether there is a row to act on."""
        for button in self.buttons.values():
            button.setEnabled(able)

    def ask_name(self, draft: Draft, *, rename: bool) -> None:
        """Ask for the name of a template, made from this draft or had by this template."""
        self._stack.setCurrentIndex(1)
        name, title = self.tr("Name of the template"), title_of(draft)
        if rename:
            self.name_row.ask(name, self.tr("Rename"), title)
        else:
            self.name_row.ask(name, self.tr("Save template"), title[:LONGEST_SUGGESTION])

    def ask_labels(self, draft: Draft) -> None:
        """Show the labels of a draft; each change is told at once."""
        self._stack.setCurrentIndex(2)
        self.labels.set_labels(draft.labels)
        self.labels.entry.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _labels_edited(self) -> None:
        self.labelled.emit(self.labels.labels())

    @Slot()
    def _pressed(self) -> None:
        button = self.sender()
        if button is not None:
            self.acted.emit(str(button.property("act")))
