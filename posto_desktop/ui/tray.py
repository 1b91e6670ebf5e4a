"""The tray icon: the app goes on sending while its window is closed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon


class Tray(QObject):
    """Icon and menu in the system's tray.

    Signals:
        show_requested(): bring the window forward.
        compose_requested(): bring it forward with a new message.
        quit_requested(): end the app, and the sending with it.
    """

    show_requested = Signal()
    compose_requested = Signal()
    quit_requested = Signal()

    def __init__(self, icon: QIcon, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._menu = QMenu()
        self._pending = QAction(self._menu)
        self._pending.setEnabled(False)
        self._menu.addAction(self._pending)
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Open Posto Desktop"), self.show_requested.emit)
        self._menu.addAction(self.tr("New message"), self.compose_requested.emit)
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Quit"), self.quit_requested.emit)
        self._icon = QSystemTrayIcon(icon, self)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activated)
        self._icon.messageClicked.connect(self.show_requested)
        self.set_pending(0)

    @staticmethod
    def is_available() -> bool:
        """Whether this desktop shows tray icons at all (plain GNOME does not)."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def show(self) -> None:
        """Put the icon into the tray."""
        self._icon.show()

    def set_pending(self, count: int) -> None:
        """Say how many posts still wait for their time."""
        if count == 0:
            text = self.tr("No post waits")
        elif count == 1:
            text = self.tr("1 post waits for its time")
        else:
            text = self.tr("%n posts wait for their time", "", count)
        self._pending.setText(text)
        self._icon.setToolTip(f"Posto Desktop\n{text}")

    def notify(self, title: str, text: str) -> None:
        """Show a desktop notice; a click on it opens the window."""
        self._icon.showMessage(title, text)

    def close(self) -> None:
        """Take the icon away."""
        self._icon.hide()
        self._menu.deleteLater()

    @Slot(QSystemTrayIcon.ActivationReason)
    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (
            QSystemTrayIcon.ActivationReason.Trigger,
            QSystemTrayIcon.ActivationReason.DoubleClick,
        ):
            self.show_requested.emit()
