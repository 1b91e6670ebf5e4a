"""Small windows for the pictures."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog
from tests.gui.golden.filled_app import Stage


def quick_post(stage: Stage) -> QWidget:
    """The small window, with channels, a name of several and a time."""
    stage.window.quickRequested.emit()
    window = stage.app.controllers.quick_capture.window
    window.line.selectAll()
    window.line.insertPlainText(
        "Saffron buns from Thursday, and candles from the island @mastodon @harbour bakery fri 9:00"
    )
    window.message.editor.discard_changes()  # no draft for the scenes that follow
    stage.calm()
    return window


def confirm(stage: Stage) -> QWidget:
    dialog = ConfirmDialog(
        "Send 5 posts now?",
        "They go out at once and cannot be taken back.",
        "Send 5 posts",
        parent=stage.window,
    )
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    stage.calm()
    return dialog
