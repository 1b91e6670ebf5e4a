"""Non-null accessors for values that PySide types as optional."""

from __future__ import annotations

from PySide6.QtWidgets import QLayout, QWidget


def require_layout(widget: QWidget | None) -> QLayout:
    """The layout that a widget was given when it was made."""
    layout = widget.layout() if widget is not None else None
    if layout is None:
        raise RuntimeError(f"{widget!r} has no layout")
    return layout


def require_parent(widget: QWidget) -> QWidget:
    """The widget that one was put into."""
    parent = widget.parentWidget()
    if parent is None:
        raise RuntimeError(f"{widget!r} has no parent")
    return parent
