"""Tray icon: the app keeps sending while its window is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

if TYPE_CHECKING:
    from posto_desktop.workers.notification import DesktopNotification


class Tray(QObject):
    """Icon and menu in the system tray.

    Signals:
        show_requested(): show the window.
        compose_requested(): show it with a new message.
        quick_requested(): show the window of quick capture.
        post_requested(int id): show the next post.
        pause_requested(bool): pause or resume sending.
        quit_requested(): quit the app and stop sending.
        about_to_show(): the menu opens; update its texts.
        notification_clicked(DesktopNotification): the last notification was clicked.
    """

    show_requested = Signal()
    compose_requested = Signal()
    quick_requested = Signal()
    post_requested = Signal(int)
    pause_requested = Signal(bool)
    quit_requested = Signal()
    about_to_show = Signal()
    notification_clicked = Signal(object)

    def __init__(self, icon: QIcon, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._next_id = 0
        self._paused = False
        self._tip_lines = ("", "")
        self._notification: DesktopNotification | None = None
        self._menu = QMenu()
        self._menu.aboutToShow.connect(self.about_to_show)
        self._pending = QAction(self._menu)
        self._pending.setEnabled(False)
        self._menu.addAction(self._pending)
        self._next = self._menu.addAction("", self._show_next)
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Open Posto Desktop"), self.show_requested.emit)
        self._menu.addAction(self.tr("New message"), self.compose_requested.emit)
        self._menu.addAction(self.tr("Quick post"), self.quick_requested.emit)
        self._menu.addSeparator()
        self._pause = self._menu.addAction("", self._toggle_pause)
        self._menu.addAction(self.tr("Quit"), self.quit_requested.emit)
        self._icon = QSystemTrayIcon(icon, self)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activated)
        self._icon.messageClicked.connect(self._emit_notification_clicked)
        self.set_paused(False)
        self.set_pending(0)
        self.set_next("", "", 0)

    @staticmethod
    def is_available() -> bool:
        """Return True if the desktop shows tray icons (plain GNOME does not)."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    @property
    def menu(self) -> QMenu:
        return self._menu

    @property
    def icon(self) -> QSystemTrayIcon:
        return self._icon

    def show(self) -> None:
        self._icon.show()

    def set_pending(self, scheduled: int, moving: int = 0) -> None:
        """Show how many posts are scheduled and how many are still in the outbox."""
        if scheduled == 0:
            text = self.tr("No scheduled posts")
        else:
            text = self.tr("%n scheduled post(s)", "", scheduled)
        if moving and scheduled:
            text += " · " + self.tr("%n being sent", "", moving)
        elif moving:
            text = self.tr("%n post(s) being sent", "", moving)
        self._pending.setText(text)
        self._tip_lines = (text, self._tip_lines[1])
        self._set_tip()

    def set_next(self, title: str, when: str, key: int) -> None:
        """Show the next post with its time; "" for none. `key` is its id."""
        self._next_id = key
        text = self.tr("Next: {title}, {when}").format(title=title, when=when) if title else ""
        self._next.setText(text.replace("&", "&&"))
        self._next.setVisible(bool(text))
        self._tip_lines = (self._tip_lines[0], text)
        self._set_tip()

    def set_paused(self, on: bool) -> None:
        """Show whether sending is paused."""
        self._paused = on
        self._pause.setText(self.tr("Resume sending") if on else self.tr("Pause sending"))
        self._set_tip()

    def _set_tip(self) -> None:
        paused = self.tr("Sending is paused") if self._paused else ""
        self._icon.setToolTip("\n".join(filter(None, ("Posto Desktop", paused, *self._tip_lines))))

    def notify(self, notification: DesktopNotification) -> None:
        """Show a desktop notification through the tray, without buttons."""
        self._notification = notification
        kinds = QSystemTrayIcon.MessageIcon
        symbol = {"error": kinds.Critical, "warning": kinds.Warning}.get(
            notification.kind, kinds.Information
        )
        self._icon.showMessage(notification.title, notification.text, symbol)

    def close(self) -> None:
        self._icon.hide()
        self._menu.deleteLater()

    @Slot()
    def _show_next(self) -> None:
        self.post_requested.emit(self._next_id)

    @Slot()
    def _toggle_pause(self) -> None:
        self.pause_requested.emit(not self._paused)

    @Slot()
    def _emit_notification_clicked(self) -> None:
        if self._notification is None:
            self.show_requested.emit()
        else:
            self.notification_clicked.emit(self._notification)

    @Slot(QSystemTrayIcon.ActivationReason)
    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (
            QSystemTrayIcon.ActivationReason.Trigger,
            QSystemTrayIcon.ActivationReason.DoubleClick,
        ):
            self.show_requested.emit()
