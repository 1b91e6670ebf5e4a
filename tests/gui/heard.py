"""What assistive software gets of a widget, and what is told to it."""

from __future__ import annotations

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

Text = QAccessible.Text


def name_of(widget: QWidget) -> str:
    """The accessible name, also where it is the text on a button."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(Text.Name) if interface is not None else ""
