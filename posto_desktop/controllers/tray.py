"""Controller of the tray icon: pending entries, desktop notifications, and the way back to the
window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.controllers.context import AppContext
from posto_desktop.core.posts import headline
from posto_desktop.models import dates

if TYPE_CHECKING:
    from posto_desktop.core.entries import Entry
    from posto_desktop.sdk.records import Schedule
    from posto_desktop.ui.tray import Tray
    from posto_desktop.workers.desktop_notifier import DesktopNotifier
    from posto_desktop.workers.notification import DesktopNotification, NotificationAction

IN_TRANSIT = ("waiting", "uploading", "handing_over")
UNSEEN = ("try_again", "retry_schedules", "restore_schedules")
"""Actions of desktop notifications that do not activate the window."""
_TITLE = 40


class TrayController(QObject):
    """Signals: `showRequested()`, `composeRequested()`, `quickRequested()`,
    `quitRequested()`; `pauseRequested(bool)`:
    pause or resume sending; `actionRequested(str kind, str arg)`: see `NotificationAction`."""

    showRequested = Signal()
    composeRequested = Signal()
    quickRequested = Signal()
    quitRequested = Signal()
    pauseRequested = Signal(bool)
    actionRequested = Signal(str, str)

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._tray: Tray | None = None
        self._notifier: DesktopNotifier | None = None
        self._rows: Sequence[Schedule] = ()
        self._moving = 0
        context.service.schedules_loaded.connect(self._schedules_loaded)
        context.service.outbox_changed.connect(self._entries_changed)

    @property
    def is_shown(self) -> bool:
        return self._tray is not None

    def show(self) -> None:
        """Show the tray icon if the desktop has a tray."""
        from posto_desktop.ui import icons
        from posto_desktop.ui.tray import Tray

        if self._tray is None and Tray.is_available():
            self._tray = Tray(icons.app_icon(), self)
            self._tray.show_requested.connect(self.showRequested)
            self._tray.compose_requested.connect(self.composeRequested)
            self._tray.quick_requested.connect(self.quickRequested)
            self._tray.pause_requested.connect(self.pauseRequested)
            self._tray.post_requested.connect(self._show_post)
            self._tray.quit_requested.connect(self.quitRequested)
            self._tray.about_to_show.connect(self._refresh)
            self._tray.notification_clicked.connect(self._notification_clicked)
            self._tray.set_paused(bool(self.context.settings.get("sending.paused")))
            self._refresh()
            self._tray.show()

    def hide(self) -> None:
        if self._tray is not None:
            self._tray.close()
            self._tray = None

    def close(self) -> None:
        """Remove the icon and stop desktop notifications."""
        self.hide()
        if self._notifier is not None:
            self._notifier.close()
            self._notifier = None

    def set_paused(self, on: bool) -> None:
        if self._tray is not None:
            self._tray.set_paused(on)

    # -- desktop notifications -------------------------------------------------------------------

    @Slot(object)
    def notify(self, notification: DesktopNotification) -> None:
        """Show a desktop notification if the settings allow it."""
        from posto_desktop.workers.desktop_notifier import DesktopNotifier

        if not self.context.settings.get("notifications.desktop"):
            return
        notification = replace(notification, workspace=self.context.service.workspace_id)
        if not DesktopNotifier.is_possible():
            self._notify_plainly(notification)
            return
        if self._notifier is None:
            self._notifier = DesktopNotifier(self)
            self._notifier.acted.connect(self._acted)
            self._notifier.declined.connect(self._notify_plainly)
        self._notifier.show(notification)

    def withdraw(self, key: str) -> None:
        """Close the desktop notification with this key."""
        if self._notifier is not None:
            self._notifier.withdraw(key)

    @Slot(object)
    def _notify_plainly(self, notification: DesktopNotification) -> None:
        if self._tray is not None:
            self._tray.notify(notification)

    @Slot(object)
    def _notification_clicked(self, notification: DesktopNotification) -> None:
        self._acted(notification, notification.opens)

    @Slot(object, object)
    def _acted(self, notification: DesktopNotification, action: NotificationAction | None) -> None:
        # Ids of another workspace mean other posts here.
        fits = notification.workspace == self.context.service.workspace_id or bool(notification.key)
        if action is None or not fits or action.kind not in UNSEEN:
            self.showRequested.emit()
        if action is not None and fits:
            self.actionRequested.emit(action.kind, action.arg)

    # -- pending entries -------------------------------------------------------------------------

    @Slot(object, bool, object)
    def _schedules_loaded(self, rows: list[Schedule], _cached: bool, _as_of: datetime) -> None:
        self._rows = rows
        self._refresh()

    @Slot(object)
    def _entries_changed(self, entries: Sequence[Entry]) -> None:
        moving = sum(1 for entry in entries if entry.state in IN_TRANSIT)
        if moving != self._moving:
            self._moving = moving
            self._refresh()

    @Slot()
    def _refresh(self) -> None:
        if self._tray is None:
            return
        now = datetime.now(UTC)
        waiting = [row for row in self._rows if row.status == "not_sent" and _due(row, now) >= now]
        self._tray.set_pending(len(waiting), self._moving)
        next_row = min(waiting, key=lambda row: _due(row, now), default=None)
        if next_row is None:
            self._tray.set_next("", "", 0)
            return
        title = headline(next_row.text, _TITLE) or next_row.channel_name or next_row.network
        when = dates.spoken_when(_due(next_row, now), now)
        self._tray.set_next(title, when, next_row.id)

    @Slot(int)
    def _show_post(self, key: int) -> None:
        self.showRequested.emit()
        self.actionRequested.emit("show_schedule", str(key))


def _due(row: Schedule, now: datetime) -> datetime:
    return row.send_at or now
