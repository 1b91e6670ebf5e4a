"""Panel with the permissions of a new account, and a test post that only its owner sees."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.sdk.own_accounts import AccountRights, AccountTest
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.paragraph import Paragraph

__all__ = ["AccountTestCard", "rights_words"]


class AccountTestCard(QFrame):
    """Shows how far the test is; hidden where a network has none.

    Signals: `requested()`: it is to be sent, or deleted where it is there; `pageRequested(str)`.
    """

    requested = Signal()
    pageRequested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card-alt")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(8)
        self._words = Paragraph("", "muted", object_name="test-words", parent=self)
        column.addWidget(self._words)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.button = Button(self.tr("Send a test post"), small=True, parent=self)
        self.button.clicked.connect(self.requested)
        row.addWidget(self.button)
        self.page = Button(self.tr("Open it"), icon="external-link", small=True, parent=self)
        self.page.setObjectName("open-it")
        self.page.clicked.connect(self._open)
        row.addWidget(self.page)
        row.addStretch(1)
        column.addLayout(row)
        self._url = ""
        self.hide()

    def show_test(self, test: AccountTest) -> None:
        """Show what differs. The button stays on while it works, so that it keeps the keyboard."""
        self.setVisible(bool(test.words))
        words = {
            "": test.words,
            "sent": self.tr("The test post was sent. Posto deletes it when you finish or cancel."),
            "answered": self.tr("The account responded to the test."),
            "deleted": self.tr("The test post is deleted."),
        }[test.stage]
        self._words.setText(words)
        action = self.tr("Send a test post")
        if test.stage == "sent":
            action = self.tr("Delete it now")
        if self.button.text() != action or not self.button.objectName():
            self.button.setText(action)
            self.button.setObjectName(
                "delete-test-post" if test.stage == "sent" else "send-test-post"
            )
        self._url = test.url
        self.page.setVisible(test.stage == "sent" and bool(test.url))

    @Slot()
    def _open(self) -> None:
        self.pageRequested.emit(self._url)


def rights_words(rights: AccountRights) -> str:
    """What an account may do, in a sentence or two; "" where its server does not say."""
    translate = QCoreApplication.translate
    words = []
    if rights.publish and rights.upload:
        words.append(translate("AccountStep", "Can publish and upload pictures."))
    else:
        if rights.publish is True:
            words.append(translate("AccountStep", "Can publish."))
        elif rights.publish is False:
            words.append(translate("AccountStep", "Cannot publish."))
        if rights.upload is True:
            words.append(translate("AccountStep", "Can upload pictures."))
        elif rights.upload is False:
            words.append(translate("AccountStep", "Cannot upload pictures."))
    if rights.missing:
        words.append(rights.missing)
    return " ".join(words)
