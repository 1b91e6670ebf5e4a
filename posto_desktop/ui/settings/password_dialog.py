"""Shows a new application password, once."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QLineEdit, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.action_dialog import ActionDialog
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.paragraph import Paragraph

__all__ = ["PasswordDialog"]


class PasswordDialog(ActionDialog):
    """The password of `device`, which signs in as `name` at `address`; it is kept nowhere.

    It stays when the dialogs close over which it was opened."""

    def __init__(
        self, name: str, device: str, address: str, password: str, parent: QWidget | None = None
    ) -> None:
        super().__init__("device-password", "", "", width=460, parent=parent)
        self.set_title(self.tr("Password for {device}").format(device=device))
        words = self.tr(
            "In Posto on that device, add a workspace with the address {address}, the name {name} "
            "and this password. It is shown only now."
        )
        hint = Paragraph("", "muted", object_name="device-password-hint", parent=self)
        hint.setText(words.format(address=address, name=name))
        self.body.addWidget(hint)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.field = QLineEdit(password, self)
        self.field.setReadOnly(True)
        self.field.setFont(Theme.instance().mono())
        self.field.setCursorPosition(0)
        name_control(self.field, self.tr("Password"), "device-password")
        buddy = PlainLabel(self.tr("Password"), self)
        buddy.setBuddy(self.field)
        self.body.addWidget(buddy)
        row.addWidget(self.field, 1)
        self.copy = Button(self.tr("Copy"), icon="clipboard-copy", parent=self)
        name_control(self.copy, self.tr("Copy the password"), "copy-the-password")
        self.copy.clicked.connect(self._copy)
        row.addWidget(self.copy)
        self.body.addLayout(row)
        self.copied = Paragraph("", "small", object_name="password-copied", parent=self)
        self.body.addWidget(self.copied)
        self.action_button.setText(self.tr("Close"))
        self.action_button.clicked.connect(self.accept)
        self.cancel_button.hide()
        self.fit()
        self.copy.setFocus()
        for below in _dialogs(parent):
            below.finished.connect(self._stay)

    @Slot()
    def _stay(self) -> None:
        """Move to the window below those that close: a dialog takes along all that is over it."""
        below = self.parentWidget()
        for dialog in _dialogs(below):
            if not dialog.isVisible():
                below = dialog.parentWidget()
        if below is not self.parentWidget() and self.isVisible():
            self.setParent(below, self.windowFlags())
            self.open()

    @Slot()
    def _copy(self) -> None:
        QApplication.clipboard().setText(self.field.text())
        self.copied.setText(self.tr("Copied"))
        self.grow()


def _dialogs(window: QWidget | None) -> Iterator[QDialog]:
    """Yield this dialog, and those over which it was opened."""
    while window is not None:
        if isinstance(window, QDialog):
            yield window
        window = window.parentWidget()
