"""Where dialogs lie: over their window, never beyond it."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog

EDGE = 48
"""What a dialog leaves of its window, both sides together."""


def centre_dialog(dialog: QDialog) -> None:
    """Put it over the middle of its window, after its size has changed."""
    parent = dialog.parentWidget()
    if parent is not None:
        frame = dialog.frameGeometry()
        frame.moveCenter(parent.window().frameGeometry().center())
        dialog.move(frame.topLeft())


def keep_inside_window(dialog: QDialog) -> None:
    """Move it up where it has grown beyond the lower edge of its window, but not beyond the upper
    one: there are its title and its beginning."""
    parent = dialog.parentWidget()
    if parent is None or not dialog.isVisible():
        return
    lowest = parent.window().frameGeometry().bottom() - EDGE // 2
    beyond = dialog.frameGeometry().bottom() - lowest
    if beyond > 0:
        highest = parent.window().frameGeometry().top()
        dialog.move(dialog.x(), max(highest, dialog.y() - beyond))


def max_dialog_height(dialog: QDialog) -> int:
    """How high it may be."""
    parent = dialog.parentWidget()
    return parent.window().height() - EDGE if parent is not None else 16_777_215
