"""Stop of Tab on a disabled control, where the keyboard learns why it is disabled."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Slot
from PySide6.QtGui import QFocusEvent, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QWidget,
)

from posto_desktop.ui.widgets.key_tips import show_tip_below
from posto_desktop.ui.widgets.require import require_parent

__all__ = ["ReasonStop", "reason_of", "reason_stop_of"]

_KINDS = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit)


def reason_of(control: QWidget) -> str:
    """Return why a disabled control cannot be used, as its tooltip says; "" if it does not say."""
    if control.isEnabled() or not isinstance(control, _KINDS):
        return ""
    if not control.focusPolicy() & Qt.FocusPolicy.TabFocus:
        return ""
    reason = control.toolTip() or require_parent(control).toolTip()
    words = control.text() if isinstance(control, QAbstractButton) else ""
    for name in (control.accessibleName(), words.replace("&", "")):
        if name and reason.startswith(name):
            return ""  # what it is called, perhaps with its key
    return reason


def reason_stop_of(control: QWidget) -> ReasonStop:
    """Return the stop of a disabled control, shown over it."""
    above = require_parent(control)
    while not above.isEnabled() and not above.isWindow():
        above = require_parent(above)
    for child in above.children():
        if isinstance(child, ReasonStop) and child.control is control:
            child.show_over()
            return child
    stop = ReasonStop(control, above)
    stop.show_over()
    return stop


class ReasonStop(QAbstractButton):
    """Lies unseen over a disabled control and has the focus in its place, because Qt gives none to
    the control itself. It has the control's name; its description and tooltip are the reason."""

    def __init__(self, control: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.control = control
        self.hide()
        self.setObjectName(f"reason-of-{control.objectName()}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        for name in ("variant", "small", "focusRadius"):
            self.setProperty(name, control.property(name))
        self.clicked.connect(self.show_reason)
        control.installEventFilter(self)

    def show_over(self) -> None:
        """Show it where the control is, with the present reason."""
        control = self.control
        words = control.text() if isinstance(control, QAbstractButton) else ""
        self.setAccessibleName(control.accessibleName() or words.replace("&", ""))
        reason = reason_of(control)
        self.setToolTip(reason)
        self.setAccessibleDescription(reason)
        corner = control.mapTo(require_parent(self), QPoint())
        self.setGeometry(QRect(corner, control.size()))
        self.raise_()
        self.show()

    @Slot()
    def show_reason(self) -> None:
        """Show the reason at once."""
        show_tip_below(self, self.rect(), self.toolTip())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if QApplication.focusWidget() is not None:  # else the window has lost it for a while
            self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint nothing: the control shows, and the ring of the focus around it."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self.control or self.isHidden():
            return False
        kind = event.type()
        if kind == QEvent.Type.EnabledChange and self.control.isEnabled():
            if self.hasFocus():
                self.control.setFocus(Qt.FocusReason.OtherFocusReason)
            self.hide()
        elif kind == QEvent.Type.Hide:
            self.hide()
        elif kind in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.ToolTipChange):
            self.show_over()
        return False
