"""Controller of notifications: shows those of the service in the window and keeps them over a
restart."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from posto_desktop.controllers.activity import ActivityController
from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.schedule import ScheduleController
from posto_desktop.controllers.tray import TrayController
from posto_desktop.models.notifications import (
    NotificationRow,
    NotificationsModel,
    NotificationTarget,
)
from posto_desktop.ui.notification_presenter import NotificationPresenter


class NotificationsController(QObject):
    """Runs the actions of notification buttons (`workers.notification.NotificationAction`).

    Signals: `signInAccountRequested(str channel id)`: sign in again to the account of a channel;
    `watchedRequested(str kind, str token)`: "show_drafts", "show_campaigns" or "undo_watched" of
    what came from a watched folder; `causeRequested(str key)`: mend what keeps posts from going
    out; `reviewsRequested(str status)`: show the posts of a team that have this status.
    """

    signInAccountRequested = Signal(str)
    watchedRequested = Signal(str, str)
    causeRequested = Signal(str)
    reviewsRequested = Signal(str)

    def __init__(
        self,
        context: AppContext,
        notifications: NotificationsModel,
        schedule: ScheduleController,
        activity: ActivityController,
        tray: TrayController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._schedule, self._activity = context, schedule, activity
        service = context.service
        news = NotificationPresenter(
            context.window,
            notifications,
            self,
            is_wanted=context.settings.get,
            workspace=lambda: service.workspace_id,
        )
        service.message.connect(news.show_message)
        service.posts_ended.connect(news.show_outcomes)
        service.schedule_changed.connect(news.watch_schedule)
        news.scheduleWanted.connect(service.refresh_schedules)
        news.actionRequested.connect(self._run_action)
        news.desktopNotification.connect(tray.notify)
        tray.actionRequested.connect(self._run_action)
        service.notifications_loaded.connect(notifications.restore)
        notifications.added.connect(self._save)
        notifications.allRead.connect(service.notifications.mark_all_seen)
        notifications.cleared.connect(service.notifications.clear)
        context.window.notificationChosen.connect(self._open_target)

    @Slot(object)
    def _save(self, row: NotificationRow) -> None:
        leads_to = row.leads_to or ("", "", "")
        self._context.service.notifications.store(
            row.kind, row.text, row.detail, leads_to, row.about, is_seen=not row.unread
        )

    @Slot(object)
    def _open_target(self, to: NotificationTarget) -> None:
        """Show the subject of a notification from the list, in its workspace."""
        if to.workspace and not self._context.workspaces.knows(to.workspace):
            self._context.window.show_hint(
                self.tr("The workspace of this notification was removed")
            )
        elif to.kind == "sign_in":
            self._context.workspaces.sign_in_again(to.workspace)
        elif to.workspace not in ("", self._context.service.workspace_id):
            # Its posts are not read yet, so show the page without a current post.
            self._context.workspaces.open(to.workspace)
            page = "schedule" if to.kind == "show_schedule" else "activity"
            self._context.window.show_page(page)
        else:
            self._run_action(to.kind, to.arg)

    @Slot(str, str)
    def _run_action(self, kind: str, arg: str) -> None:
        service, workspaces = self._context.service, self._context.workspaces
        undo = self._schedule.undo
        actions: dict[str, Callable[[str], object]] = {
            "restore_schedules": undo.restore,
            "undo_send_again": undo.cancel_retries,
            "undo_send_now": undo.cancel_sending,
            "show_activity": self._activity.show_entry,
            "show_proposals": lambda _arg: self._activity.show_proposals(),
            "show_schedule": lambda number: self._schedule.show_schedule(int(number)),
            "retry_schedules": lambda ids: self._ask_to_retry(_numbers(ids)),
            "try_again": lambda ids: service.retry_schedules(_numbers(ids)),
            "sign_in": lambda _arg: workspaces.sign_in_again(workspaces.current),
            "sign_in_account": self.signInAccountRequested.emit,
            "due_cause": self.causeRequested.emit,
            "show_reviews": self.reviewsRequested.emit,
            "show_folder": lambda path: QDesktopServices.openUrl(QUrl.fromLocalFile(path)),
        }
        for watched in ("show_drafts", "show_campaigns", "show_evergreen", "undo_watched"):
            actions[watched] = partial(self.watchedRequested.emit, watched)
        action = actions.get(kind)
        if action is not None:
            action(arg)

    def _ask_to_retry(self, ids: list[int]) -> None:
        """Retry posts that may already be published, after a confirmation that says so."""
        from posto_desktop.ui.widgets.confirm_dialog import ask_send_again

        network = next((row.network for row in self._schedule.rows if row.id in ids), "")
        asked = ask_send_again(self._context.window, network)
        asked.accepted.connect(lambda: self._context.service.retry_schedules(ids, force=True))
        asked.open()


def _numbers(ids: str) -> list[int]:
    return [int(number) for number in ids.split(",")]
