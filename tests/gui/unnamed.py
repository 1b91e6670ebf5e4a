"""Finds controls without an accessible name or object name."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
)


def unnamed(window: QWidget) -> list[str]:
    """One line for each visible control without a name that is spoken, or without an objectName."""
    problems = []
    for widget in [window, *window.findChildren(QWidget)]:
        if not widget.isVisible() or not _is_control(widget):
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        if interface is None or not interface.text(QAccessible.Text.Name).strip():
            problems.append(f"{_where(widget)} has no accessible name")
        if not widget.objectName() and not isinstance(widget.parent(), QLineEdit):
            problems.append(f"{_where(widget)} has no objectName")
    return problems


def _is_control(widget: QWidget) -> bool:
    # Qt makes these itself: scroll bars, the extension button of a tool bar, headers.
    if widget.objectName().startswith("qt_") or isinstance(widget, QHeaderView):
        return False
    if isinstance(widget.parent(), QAbstractSpinBox | QComboBox):
        return False
    if isinstance(widget, QAbstractSlider) and widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
        return False
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return isinstance(widget, CONTROLS) or (by_tab and not isinstance(widget, QLabel))


def _where(widget: QWidget) -> str:
    names = []
    above: QWidget | None = widget
    while above is not None:
        names.append(above.objectName() or type(above).__name__)
        above = above.parentWidget()
    return f"{type(widget).__name__}: {' < '.join(names[:4])}"
