"""Placement of dialogs inside their window."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog

EDGE = 48
"""Space in px between a dialog and its window, both sides together."""


def centre_dialog(dialog: QDialog) -> None:
    """Centre the dialog over its window, after its size has changed."""
    parent = dialog.parentWidget()
    if parent is not None:
        frame = dialog.frameGeometry()
        frame.moveCenter(parent.window().frameGeometry().center())
        dialog.move(frame.topLeft())


def keep_inside_window(dialog: QDialog) -> None:
    """Move the dialog up when it extends below its window, but never above the upper edge, where
    its title is."""
    parent = dialog.parentWidget()
    if parent is None or not dialog.isVisible():
        return
    lowest = parent.window().frameGeometry().bottom() - EDGE // 2
    beyond = dialog.frameGeometry().bottom() - lowest
    if beyond > 0:
        highest = parent.window().frameGeometry().top()
        dialog.move(dialog.x(), max(highest, dialog.y() - beyond))


def max_dialog_height(dialog: QDialog) -> int:
    """Return the greatest height in px that fits into its window."""
    parent = dialog.parentWidget()
    return parent.window().height() - EDGE if parent is not None else 16_777_215
