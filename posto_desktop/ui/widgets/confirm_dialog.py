"""Confirmation dialog for actions without Undo."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from posto_desktop.core.limits import network_name
from posto_desktop.ui.widgets.action_dialog import ActionDialog
from posto_desktop.ui.widgets.paragraph import Paragraph

__all__ = ["ConfirmDialog", "ask_send_again"]

WIDTH = 420


class ConfirmDialog(ActionDialog):
    """Ask with a verb on the button. Emit `accepted()` when the user agrees."""

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
        super().__init__("confirm", title, action, width=WIDTH, parent=parent)
        self.setAccessibleDescription(text)
        self.body.setSpacing(6)
        self.body.addWidget(Paragraph(text, "muted", object_name="confirm-text"))
        self.action_button.clicked.connect(self.accept)
        if cancel:
            self.cancel_button.setText(cancel)
        if danger:
            self.action_button.set_variant("danger")
        # Return must not trigger an irreversible action.
        safe = self.cancel_button if danger else self.action_button
        safe.setDefault(True)
        safe.setFocus()
        self.fit()


def ask_send_again(parent: QWidget, network: str) -> ConfirmDialog:
    """Open the question before sending again a post that may be live; ``network`` is a slug."""
    return ConfirmDialog(
        QCoreApplication.translate("Confirm", "Send it again?"),
        QCoreApplication.translate(
            "Confirm",
            "Check {network} first. If the post is already there, it is published twice.",
        ).format(network=network_name(network) or QCoreApplication.translate("Confirm", "there")),
        QCoreApplication.translate("Confirm", "Send again"),
        parent=parent,
    )
