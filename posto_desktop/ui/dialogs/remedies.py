"""List of remedies below an error: what to change at the site or in the settings."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.common.sentences import in_users_language
from posto_desktop.sdk.errors import Remedy
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.text_box import TextBox


class RemedyList(QWidget):
    """Configuration lines in boxes, each with its place and a Copy button; a remedy in the app's
    settings is a button that opens them. Remedies for scripts are left out.

    Signal: `settingsRequested()`.
    """

    settingsRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("remedies")
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 4, 0, 0)
        self._box.setSpacing(6)
        self._remedies: tuple[Remedy, ...] = ()
        self.hide()

    def set_remedies(self, remedies: Sequence[Remedy]) -> None:
        """Show these remedies; hide without any."""
        if tuple(remedies) == self._remedies:
            return
        self._remedies = tuple(remedies)
        while (item := self._box.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        shown = [remedy for remedy in remedies if remedy.place != "script"]
        for number, remedy in enumerate(shown, 1):
            if remedy.place == "app":
                button = Button(in_users_language(remedy.lines), "link", parent=self)
                button.setObjectName(f"remedy-{number}")
                button.clicked.connect(self.settingsRequested)
                self._box.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)
            else:
                self._box.addWidget(_Lines(remedy, number, self))
        self.setVisible(bool(shown))


class _Lines(QWidget):
    def __init__(self, remedy: Remedy, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines = remedy.lines
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(8)
        title = in_users_language(remedy.where)
        place_label = Paragraph(title, "small", type_name="small", parent=self)
        place_label.setObjectName(f"remedy-{number}-where")
        head.addWidget(place_label, 1, Qt.AlignmentFlag.AlignBottom)
        self.copy = Button(self.tr("Copy"), icon="clipboard-copy", small=True, parent=self)
        self.copy.setObjectName(f"copy-lines-{number}")
        self.copy.setAccessibleDescription(title)
        self.copy.clicked.connect(self._copy)
        head.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignBottom)
        box.addLayout(head)
        text = TextBox(
            self.tr("Lines {number}").format(number=number),
            f"lines-{number}",
            code=True,
            parent=self,
        )
        text.setReadOnly(True)
        text.setPlainText(remedy.lines)
        text.setAccessibleDescription(title)
        box.addWidget(text)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._lines)
        self.copy.setText(self.tr("Copied"))
