"""A question before something that cannot be undone. Most things have Undo and ask nothing."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.models.networks import network_name
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.given import layout_of
from posto_desktop.ui.widgets.keyboard import WindowKeys
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.scrim import Scrim

__all__ = ["Confirm", "ask_send_again"]

WIDTH = 420


class Confirm(WindowKeys, QDialog):
    """Asks with a verb on the button. `accepted()` when the user says so; deletes itself.

    Open it with `open()`: nothing here waits in a nested event loop. A subclass may add to what is
    said in `words`, before it opens.
    """

    def __init__(
        self,
        title: str,
        text: str,
        action: str,
        *,
        danger: bool = True,
        cancel: str = "",
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.setObjectName("confirm")
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(WIDTH)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        self.words = QVBoxLayout()
        self.words.setContentsMargins(24, 22, 24, 20)
        self.words.setSpacing(6)
        headline = Paragraph(title, "dialog", type_name="dialog", object_name="confirm-title")
        self.words.addWidget(headline)
        self.words.addWidget(Paragraph(text, "muted", object_name="confirm-text"))
        box.addLayout(self.words)
        foot = QFrame(self)
        foot.setProperty("role", "side-foot")
        foot.setFixedHeight(Theme.instance().px("size.control") + 27)
        row = QHBoxLayout(foot)
        row.setContentsMargins(24, 13, 20, 13)
        row.setSpacing(8)
        row.addStretch(1)
        self.keep = Button(cancel or self.tr("Cancel"), parent=foot)
        name_control(self.keep, self.keep.text())
        self.keep.clicked.connect(self.reject)
        self.act = Button(action, "danger" if danger else "primary", parent=foot)
        name_control(self.act, action)
        self.act.clicked.connect(self.accept)
        row.addWidget(self.keep)
        row.addWidget(self.act)
        box.addWidget(foot)
        # Return must not carry out what cannot be undone.
        (self.keep if danger else self.act).setDefault(True)
        (self.keep if danger else self.act).setFocus()

    def open(self) -> None:
        """Ask, over the veiled window."""
        self.resize(WIDTH, layout_of(self).heightForWidth(WIDTH))
        Scrim.for_dialog(self)
        super().open()


def ask_send_again(parent: QWidget, network: str) -> Confirm:
    """Ask before a post that may be live is sent again; ``network`` is a slug. Open it."""
    return Confirm(
        QCoreApplication.translate("Confirm", "Send it again?"),
        QCoreApplication.translate(
            "Confirm",
            "Look first whether the post is on {network}. If it is, sending again publishes it a "
            "second time.",
        ).format(network=network_name(network) or QCoreApplication.translate("Confirm", "there")),
        QCoreApplication.translate("Confirm", "Send again"),
        parent=parent,
    )
