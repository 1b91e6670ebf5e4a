"""Part of the sign-in dialog for a workspace that signs its people in with their browser."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.paragraph import Paragraph

__all__ = ["BrowserSignInPart"]


class BrowserSignInPart(QFrame):
    """Says what will happen, opens the browser, and waits for it.

    Signals: `signInRequested()`, `openRequested(str url)` for the page once more,
    `passwordRequested()`: the person has an application password; also while it waits.
    """

    signInRequested = Signal()
    openRequested = Signal(str)
    passwordRequested = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setProperty("role", "card-alt")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        self._about = Paragraph("", "muted", object_name="browser-sign-in-about", parent=self)
        column.addWidget(self._about)
        self.sign_in = Button(
            self.tr("Sign in with your browser"), "primary", icon="external-link", parent=self
        )
        self.sign_in.setObjectName("sign-in-with-browser")
        self.sign_in.clicked.connect(self.signInRequested)
        column.addWidget(self.sign_in, 0, Qt.AlignmentFlag.AlignLeft)
        self._opened = QWidget(self)
        row = QHBoxLayout(self._opened)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.address = QLineEdit(self._opened)
        self.address.setReadOnly(True)
        name_control(self.address, self.tr("Sign-in address"), "sign-in-address")
        row.addWidget(self.address, 1)
        self.open_again = Button(self.tr("Open again"), small=True, parent=self._opened)
        self.open_again.setObjectName("open-again")
        self.open_again.clicked.connect(lambda: self.openRequested.emit(self.address.text()))
        row.addWidget(self.open_again)
        column.addWidget(self._opened)
        self.note = Paragraph(
            "", "error-small", type_name="small", object_name="browser-sign-in-error", parent=self
        )
        column.addWidget(self.note)
        column.addStretch(1)
        self.use_password = Button(self.tr("Use an application password"), "link", parent=self)
        self.use_password.setObjectName("use-application-password")
        self.use_password.clicked.connect(self.passwordRequested)
        column.addWidget(self.use_password, 0, Qt.AlignmentFlag.AlignLeft)
        self._host = ""
        self.show_waiting(False)

    def set_host(self, host: str) -> None:
        """Say of which workspace it is."""
        self._host = host
        self.show_waiting(False)
        self.set_error("")

    def show_waiting(self, on: bool) -> None:
        """Show that the browser has to come back, or that it has not been opened."""
        self._about.setText(
            self.tr(
                "Sign in on the page in your browser and allow Posto Desktop. This window then "
                "continues automatically. If no page opened, copy the address."
            )
            if on
            else self.tr(
                "{host} signs you in on its page. Posto then gets a password of its own for this "
                "computer, which you can revoke at any time."
            ).format(host=self._host)
        )
        self.sign_in.setVisible(not on)
        self._opened.hide()

    def show_page(self, url: str) -> None:
        """Show the address that was opened."""
        self.address.setText(url)
        self.address.setCursorPosition(0)
        self._opened.show()
        self.open_again.setFocus()

    def set_error(self, sentence: str) -> None:
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))
