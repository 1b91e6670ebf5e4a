"""Controller of what keeps posts from going out that are due soon: one notification for each cause,
with what mends it, taken back when the cause is gone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from posto_desktop.controllers.activity import ActivityController
from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.message_edit import MessageEditController
from posto_desktop.controllers.own_accounts import OwnAccountsController
from posto_desktop.controllers.schedule import ScheduleController
from posto_desktop.controllers.tray import TrayController
from posto_desktop.core.draft import LOCAL
from posto_desktop.core.due_causes import DueCause, detail, sentence
from posto_desktop.models import dates
from posto_desktop.models.notifications import NotificationsModel, NotificationTarget
from posto_desktop.sdk.records import Channel
from posto_desktop.workers.notification import DesktopNotification, NotificationAction

ACTION = "due_cause"
"""The kind of the action that mends a cause; its argument is the key of the cause."""


class DueChecksController(QObject):
    """Shows the causes that `workers.due_checks.DueChecks` owns, and does what mends them."""

    def __init__(
        self,
        context: AppContext,
        notifications: NotificationsModel,
        schedule: ScheduleController,
        activity: ActivityController,
        message_edit: MessageEditController,
        own_accounts: OwnAccountsController,
        tray: TrayController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._notifications = context, notifications
        self._schedule, self._activity = schedule, activity
        self._message_edit, self._own_accounts, self._tray = message_edit, own_accounts, tray
        self._pending = ""
        """Key of a cause that is mended once its workspace is there."""
        service = context.service
        self._checks = checks = service.due_checks
        checks.started.connect(self._show)
        checks.changed.connect(self._update)
        checks.ended.connect(self._withdraw)
        service.schedules_loaded.connect(self._schedules_loaded)
        service.schedule_changed.connect(checks.wake)
        service.outbox_changed.connect(checks.wake_later)
        service.channels_loaded.connect(self._channels_loaded)
        own_accounts.state.changed.connect(self._accounts_changed)
        own_accounts.is_shown_elsewhere = self._concerns_account
        checks.wake()

    @Slot(object)
    def _channels_loaded(self, channels: Sequence[Channel]) -> None:
        if self._checks.causes or not all(channel.active for channel in channels):
            self._checks.retry()

    @Slot(object, object)
    def _accounts_changed(self, _accounts: object, _before: object) -> None:
        if self._checks.causes:
            self._checks.retry()

    # -- notifications ---------------------------------------------------------------------------

    def _words(self, cause: DueCause) -> str:
        first, last = dates.clock(cause.first), dates.clock(cause.last)
        return sentence(cause, first if first == last else f"{first}–{last}")

    @Slot(object)
    def _show(self, cause: DueCause) -> None:
        words, more, label = self._words(cause), detail(cause), self._label(cause)
        self._context.window.show_notification(
            "warning",
            words,
            more,
            label,
            lambda: self.mend(cause.key),
            leads_to=NotificationTarget(ACTION, cause.key),
            about=cause.key,
            offers=cause.key,
            is_news=True,
        )
        window, settings = self._context.window, self._context.settings
        if not window.isActiveWindow() and settings.get("notifications.needs_you"):
            action = NotificationAction(label, ACTION, cause.key)
            self._tray.notify(self._desktop(cause, action))

    def _desktop(self, cause: DueCause, action: NotificationAction) -> DesktopNotification:
        return DesktopNotification(
            "warning", self._words(cause), detail(cause), action, (action,), key=cause.key
        )

    @Slot(object)
    def _update(self, cause: DueCause) -> None:
        """Other posts are concerned: say so in the list, without another toast."""
        self._notifications.change(cause.key, self._words(cause), detail(cause))

    @Slot(str)
    def _withdraw(self, key: str) -> None:
        """The cause is gone."""
        self._context.window.toasts.withdraw(key)
        self._notifications.remove(key)
        self._tray.withdraw(key)

    def _label(self, cause: DueCause) -> str:
        """Return the words for what mends a cause."""
        match cause.obstacle.kind:
            case "sign_in" if cause.workspace != LOCAL:
                return self.tr("Open the site")
            case "sign_in" | "signed_out":
                return self.tr("Sign in again…")
            case "keyring" if cause.obstacle.channel_id:
                return self.tr("Unlock")
            case "file":
                return self.tr("Find the file…")
            case "changed" | "limits":
                return self.tr("Open in Compose")
        return self.tr("Check again")

    def _concerns_account(self, account_id: int) -> bool:
        """Return whether a cause says already that an account does not work."""
        subject = f"account {account_id}"
        return any(
            cause.workspace == LOCAL and cause.obstacle.subject == subject
            for cause in self._checks.causes
        )

    # -- what mends it ---------------------------------------------------------------------------

    @Slot(str)
    def mend(self, key: str) -> None:
        """Do what mends a cause, in its workspace."""
        cause, workspaces = self._checks.cause(key), self._context.workspaces
        if cause is None:
            self._context.window.show_hint(self.tr("This is over"))
            return
        kind = cause.obstacle.kind
        if kind == "signed_out":
            workspaces.sign_in_again(cause.workspace)
        elif kind in ("account", "service", "disk"):
            self._check_again()
        elif cause.workspace != self._context.service.workspace_id:
            self._pending = key
            workspaces.open(cause.workspace)
        elif kind in ("sign_in", "keyring"):
            self._mend_account(cause)
        else:
            self._edit(cause)

    def _check_again(self) -> None:
        self._context.window.show_hint(self.tr("Checking again"))
        self._checks.retry()

    def _mend_account(self, cause: DueCause) -> None:
        channel = self._context.channels.channel(cause.obstacle.channel_id)
        if cause.workspace != LOCAL:
            QDesktopServices.openUrl(QUrl(self._context.service.service_address))
        elif channel is None:
            self._check_again()
        elif cause.obstacle.kind == "keyring":
            self._own_accounts.check(channel)
        else:
            self._own_accounts.reconnect(channel)

    def _edit(self, cause: DueCause) -> None:
        """Open the message in Compose, where its files and limits are shown and mended."""
        row = next((row for row in self._schedule.rows if row.id == cause.row_id), None)
        if cause.entry_id:
            self._message_edit.edit_entry(cause.entry_id)
        elif row is not None:
            self._message_edit.edit([row])
        else:
            self._context.window.show_page("campaigns")

    @Slot(object, bool, object)
    def _schedules_loaded(self, _rows: object, _from_cache: bool, _as_of: object) -> None:
        self._checks.wake()
        key, self._pending = self._pending, ""
        cause = self._checks.cause(key) if key else None
        if cause is not None and cause.workspace == self._context.service.workspace_id:
            self.mend(key)
