"""Accessible roles that Qt does not give: a checkable button is a check box for it, whatever it
chooses.

Widgets keep the interface that is made first, which Qt does while it constructs them. So roles are
given after that, and replace it.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QAccessibleWidget, QWidget

from posto_desktop.ui.accessibility.names import plain_text

__all__ = ["Role", "give_choice_role", "give_role"]

Role = QAccessible.Role

_PRESS, _FOCUS = "Press", "SetFocus"
_interfaces: dict[int, QAccessibleWidget] = {}
"""Qt owns the interfaces, and calls their Python side as long as the widgets live."""


class _Interface(QAccessibleWidget):
    """A widget in another role: a tab or a radio button that is chosen while it is checked, a
    button that is expanded while it is checked, or a named group."""

    def __init__(self, widget: QWidget, role: Role, *, expands: bool) -> None:
        super().__init__(widget, role)
        self._expands = expands

    def text(self, kind: QAccessible.Text) -> str:
        widget = self.object()
        if kind == QAccessible.Text.Name and isinstance(widget, QAbstractButton):
            return widget.accessibleName() or plain_text(widget.text())
        return super().text(kind)

    def state(self) -> QAccessible.State:
        state, widget = super().state(), self.object()
        if not isinstance(widget, QAbstractButton):
            return state
        if self.role() == Role.PageTab:
            state.selectable = 1
            state.selected = int(widget.isChecked())
        elif self.role() == Role.RadioButton:
            state.checkable = 1
            state.checked = int(widget.isChecked())
        elif self._expands:
            state.expandable = 1
            state.expanded = int(widget.isChecked())
            state.collapsed = int(not widget.isChecked())
        return state

    def actionNames(self) -> list[str]:
        is_button = isinstance(self.object(), QAbstractButton)
        return [_PRESS, _FOCUS] if is_button else super().actionNames()

    def doAction(self, action: str) -> None:
        widget = self.object()
        if action == _PRESS and isinstance(widget, QAbstractButton):
            widget.click()
        else:
            super().doAction(action)


def give_role(widget: QWidget, role: Role, *, expands: bool = False) -> None:
    """Give a widget a role; `expands`: as a button it opens something while it is checked."""
    before = QAccessible.queryAccessibleInterface(widget)
    if before is not None:
        QAccessible.deleteAccessibleInterface(QAccessible.uniqueId(before))
    interface = _Interface(widget, role, expands=expands)
    QAccessible.registerAccessibleInterface(interface)
    key = id(interface)
    _interfaces[key] = interface
    widget.destroyed.connect(partial(_forget, key))


def give_choice_role(button: QAbstractButton) -> None:
    """Make a button of a group a radio button, unless it has a role that Qt does not give. Qt's own
    radio buttons are toggled by assistive software without a click."""
    interface = QAccessible.queryAccessibleInterface(button)
    if interface is None or interface.role() == Role.CheckBox:
        give_role(button, Role.RadioButton)


def _forget(key: int, *_args: object) -> None:
    _interfaces.pop(key, None)
