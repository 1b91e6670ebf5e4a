"""Non-null accessors for values that PySide types as optional."""

from __future__ import annotations

from PySide6.QtWidgets import QLayout, QWidget


def require_layout(widget: QWidget | None) -> QLayout:
    layout = widget.layout() if widget is not None else None
    if layout is None:
        raise RuntimeError(f"{widget!r} has no layout")
    return layout


def require_parent(widget: QWidget) -> QWidget:
    parent = widget.parentWidget()
    if parent is None:
        raise RuntimeError(f"{widget!r} has no parent")
    return parent
