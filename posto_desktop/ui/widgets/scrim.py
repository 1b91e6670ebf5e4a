"""Dimming of the main window while a dialog is open."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.require import require_parent


class Scrim(QWidget):
    """Covers a window with the theme's translucent colour while it exists."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        over.installEventFilter(self)
        self.setGeometry(over.rect())
        self.raise_()
        self.show()

    @classmethod
    def for_dialog(cls, dialog: QDialog) -> Scrim | None:
        """Return a scrim over the dialog's window that is removed with the dialog."""
        parent = dialog.parentWidget()
        if parent is None:
            return None
        scrim = cls(parent.window())
        dialog.finished.connect(scrim.deleteLater)
        dialog.destroyed.connect(scrim.deleteLater)
        return scrim

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parentWidget():
            self.setGeometry(require_parent(self).rect())
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Theme.instance().colour("scrim"))
        painter.end()
