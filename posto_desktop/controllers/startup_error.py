"""Error dialog of a failed start: many users start Posto without a terminal."""

from __future__ import annotations

import sys

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog

__all__ = ["ask_to_retry", "not_responding_text"]


def not_responding_text(folder: str, process: int | None) -> str:
    """Return the message about a copy that locks this home and does not respond."""
    text = QCoreApplication.translate(
        "StartProblem",
        "Another copy of Posto Desktop uses {folder} and is not responding. Wait "
        "a moment, then try again.",
    ).format(folder=folder)
    if process is not None:
        text += " " + QCoreApplication.translate(
            "StartProblem", "If that does not help, end the process {number}."
        ).format(number=process)
    return text


def ask_to_retry(title: str, text: str) -> bool:
    """Show why Posto does not start, also on stderr. Block until the user answers; return True to
    try again."""
    sys.stderr.write(f"{title}. {text}\n")
    Theme.begin().apply_to_application()
    dialog = ConfirmDialog(
        title,
        text,
        QCoreApplication.translate("StartProblem", "Try again"),
        danger=False,
        cancel=QCoreApplication.translate("StartProblem", "Quit"),
    )
    # No event loop runs yet, so this one is not nested.
    return dialog.exec() == QDialog.DialogCode.Accepted
