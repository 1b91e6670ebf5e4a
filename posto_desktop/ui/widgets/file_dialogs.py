"""The dialog that asks for files that are there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget


def files_dialog(
    parent: QWidget, title: str, folder: str, filters: Sequence[str], *, several: bool = False
) -> QFileDialog:
    """Asks for one file, or for `several`, of which filters show their words without the endings;
    open it and connect to `filesSelected`."""
    dialog = QFileDialog(parent, title, folder)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    modes = QFileDialog.FileMode
    dialog.setFileMode(modes.ExistingFiles if several else modes.ExistingFile)
    dialog.setNameFilters(filters)
    # The endings of all kinds of media do not fit into the box; the words say what is shown.
    dialog.setOption(QFileDialog.Option.HideNameFilterDetails, several)
    name = dialog.findChild(QLineEdit, "fileNameEdit")  # none in the system's own dialog
    completer = name.completer() if name is not None else None
    popup = completer.popup() if completer is not None else None
    if popup is not None:
        popup.setObjectName("completions")
    return dialog
