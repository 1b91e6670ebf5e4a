"""What is wrong with a widget for people who hear it, or speak to it: names, roles, rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

ROWS = 40
_ADDRESS = re.compile(r"https?://|www\.")
# These are check boxes to the eye, too.
BOXES = ("QCheckBox", "Switch", "Chip")


def problems(window: Any) -> list[str]:
    """One line for each thing, of what shows."""
    from PySide6.QtWidgets import (
        QAbstractButton,
        QAbstractItemView,
        QAbstractSpinBox,
        QLabel,
        QLineEdit,
        QPlainTextEdit,
        QTextEdit,
        QWidget,
    )

    fields = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox)
    lines: list[str] = []
    for widget in [window, *window.findChildren(QWidget)]:
        if not widget.isVisible():
            continue
        if isinstance(widget, QAbstractButton):
            lines += _button(widget)
        elif isinstance(widget, QLabel) and isinstance(widget.buddy(), fields):
            lines += _buddy(widget)
        elif isinstance(widget, QAbstractItemView):
            lines += _rows(widget)
        lines += _group(widget)
    return lines


def _label(widget: Any) -> str:
    return f"{type(widget).__name__} {widget.objectName()}"


def _interface(widget: Any) -> Any:
    from PySide6.QtGui import QAccessible

    return QAccessible.queryAccessibleInterface(widget)


def _name(widget: Any) -> str:
    from PySide6.QtGui import QAccessible

    interface = _interface(widget)
    return str(interface.text(QAccessible.Text.Name)) if interface is not None else ""


def _button(button: Any) -> Iterator[str]:
    """Its name begins with the text on it, and its role is what it looks like."""
    from PySide6.QtGui import QAccessible
    from PySide6.QtWidgets import QCheckBox

    from posto_desktop.ui.accessibility.names import begins_with_text

    roles = QAccessible.Role
    role, name = _interface(button).role(), _name(button)
    if not begins_with_text(name, button.text()):
        yield f"{_label(button)} shows “{button.text()}” and is called “{name}”"
    own = button.objectName()
    if own.startswith("page-") or type(button).__name__ == "NavEntry":
        if role != roles.PageTab:
            yield f"{_label(button)} is no tab, but {role.name}"
    elif role == roles.CheckBox:
        group = button.group()
        is_box = isinstance(button, QCheckBox) or type(button).__name__ in BOXES
        is_eye = button.parent() is not None and "QLineEdit" in type(button.parent()).__name__
        if not (is_box or is_eye) or (group is not None and group.exclusive()):
            yield f"{_label(button)} is no check box"


def _buddy(label: Any) -> Iterator[str]:
    """A field's name begins with what its label says."""
    from posto_desktop.ui.accessibility.names import begins_with_text

    field = label.buddy()
    text = label.text().rstrip(":")
    if field.isVisible() and not begins_with_text(_name(field), text):
        yield f"{_label(field)} has the label “{text}” and is called “{_name(field)}”"


def _group(widget: Any) -> Iterator[str]:
    from PySide6.QtGui import QAccessible

    interface = _interface(widget)
    groups = (QAccessible.Role.Grouping, QAccessible.Role.PageTabList)
    if interface is not None and interface.role() in groups and not _name(widget).strip():
        yield f"{_label(widget)} is a group without a name"


def _rows(view: Any) -> Iterator[str]:
    """Rows say things once, and no addresses."""
    from PySide6.QtGui import QAccessible

    interface = _interface(view)
    for number in range(min(ROWS, interface.childCount()) if interface is not None else 0):
        row = interface.child(number)
        if row is None or not row.isValid():
            continue
        name = str(row.text(QAccessible.Text.Name))
        if _ADDRESS.search(name):
            yield f"{_label(view)} speaks an address: {name[:60]}"
        parts = [part for part in name.split(", ") if len(part) > 3]
        twice = sorted({part for part in parts if parts.count(part) > 1})
        if twice:
            yield f"{_label(view)} says twice: {twice}"
        if name and name == row.text(QAccessible.Text.Description):
            yield f"{_label(view)} says its name again: {name[:60]}"
