"""Presenter of notifications: as toast, in the list under the bell, on the desktop."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from posto_desktop.core.draft import LOCAL
from posto_desktop.models.notifications import NotificationsModel, NotificationTarget
from posto_desktop.models.post_outcomes import PostOutcome, PostOutcomes
from posto_desktop.workers.notification import DesktopNotification, NotificationAction

if TYPE_CHECKING:
    from posto_desktop.sdk.records import Schedule
    from posto_desktop.ui.main_window import MainWindow
    from posto_desktop.workers.notification import Notification

_CAUSES = {
    "error": "notifications.failed",
    "warning": "notifications.needs_you",
    "ok": "notifications.sent",
}
"""Setting that allows desktop notifications, by kind."""
_UNDOING = ("restore_schedules", "undo_send_again", "undo_send_now")
_SHOWING = ("show_activity", "show_proposals", "show_schedule", "sign_in")
BURST_SECONDS = 15.0
_SOON, _FAR = timedelta(seconds=1), timedelta(days=20)


@dataclass
class _Burst:
    """Recent messages with one cause: time of the last, key of the list entry, count."""

    at: float
    about: str
    count: int = 0


class NotificationPresenter(QObject):
    """Signals: `actionRequested(str kind, str arg)`: a notification's button was pressed, see
    `workers.notification.NotificationAction`. `desktopNotification(DesktopNotification)`: show it
    on the desktop, because the window is not active. `scheduleWanted()`: a post is overdue; read
    the schedule again.

    `wanted` returns whether a setting allows a desktop notification; `workspace` returns the id of
    the open workspace.
    """

    actionRequested = Signal(str, str)
    desktopNotification = Signal(object)
    scheduleWanted = Signal()

    def __init__(
        self,
        window: MainWindow,
        notices: NotificationsModel,
        parent: QObject | None = None,
        *,
        endings: PostOutcomes | None = None,
        is_wanted: Callable[[str], object] = lambda _setting: True,
        workspace: Callable[[], str] = lambda: "",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._monotonic = monotonic
        self._bursts: dict[str, _Burst] = {}
        self._workspace = workspace
        self._is_wanted = is_wanted
        self._window = window
        self._notifications = notices
        self._outcomes = endings or PostOutcomes()
        self._due = QTimer(self, singleShot=True)
        self._due.timeout.connect(self.scheduleWanted)

    @Slot(object)
    def show_message(self, notification: Notification) -> None:
        """Show a message of the service. A burst with one cause shows only the first as a toast;
        the list entry counts them."""
        action = notification.action
        burst = self._burst_of(notification)
        several = notification.several
        if burst is not None and several is not None and burst.count > 1:
            self._notifications.add(
                notification.kind,
                several(burst.count),
                notification.detail,
                self._place(action.kind, action.arg) if action is not None else None,
                burst.about,
            )
            return
        words = action.label if action is not None else None
        kind, arg = (action.kind, action.arg) if action is not None else ("", "")
        self._window.show_notification(
            notification.kind,
            notification.text,
            notification.detail,
            words,
            (lambda: self.actionRequested.emit(kind, arg)) if kind else None,
            leads_to=self._place(kind, arg) if kind in _SHOWING else None,
            about=burst.about if burst is not None else "",
            offers=arg if kind in _UNDOING else "",
            is_news=kind not in _UNDOING,
            stay_ms=notification.stay_ms,
            countdown=notification.countdown,
            is_listed=notification.is_listed,
        )
        if notification.kind in ("error", "warning"):
            self._notify_desktop(_desktop_of_message(notification))

    @Slot(object)
    def show_outcomes(self, rows: Iterable[Schedule]) -> None:
        """Show which posts were published, failed or need a decision."""
        for outcome in self._outcomes.summarize(rows):
            if outcome.loud:
                self._toast(outcome)
            else:
                self._notifications.add(
                    outcome.kind,
                    outcome.text,
                    outcome.detail,
                    self._post_of(outcome),
                    outcome.about,
                )
            if outcome.loud or outcome.kind == "ok":
                self._notify_desktop(self._desktop_of_outcome(outcome))

    @Slot(str, object, object, object)
    def watch_schedule(
        self,
        workspace: str,
        rows: Iterable[Schedule],
        hidden: Collection[int],
        read_at: datetime | None,
    ) -> None:
        """Show when a site does not send due posts. Cached rows are ignored, and the local server
        reports missed posts itself."""
        self._due.stop()
        if read_at is None or workspace == LOCAL:
            return
        outcome, next_due = self._outcomes.overdue(workspace, rows, hidden)
        if next_due is not None:
            wait = max(_SOON, min(next_due - datetime.now(UTC), _FAR))
            self._due.start(wait // timedelta(milliseconds=1))
        if outcome is not None:
            self._toast(outcome)
            self._notify_desktop(self._desktop_of_outcome(outcome))

    def _burst_of(self, notification: Notification) -> _Burst | None:
        if not notification.about:
            return None
        now = self._monotonic()
        burst = self._bursts.get(notification.about)
        if burst is None or now - burst.at > BURST_SECONDS:
            about = f"{notification.about}\n{datetime.now(UTC).isoformat()}"
            burst = self._bursts[notification.about] = _Burst(now, about)
        burst.at = now
        burst.count += 1
        return burst

    def _place(self, kind: str, arg: str) -> NotificationTarget:
        return NotificationTarget(kind, arg, self._workspace())

    def _post_of(self, outcome: PostOutcome) -> NotificationTarget:
        return self._place("show_schedule", str(outcome.ids[0]))

    def _toast(self, outcome: PostOutcome) -> None:
        arg = str(outcome.ids[0])
        self._window.show_notification(
            outcome.kind,
            outcome.text,
            outcome.detail,
            #: Verb: a button.
            self.tr("Show"),
            lambda: self.actionRequested.emit("show_schedule", arg),
            leads_to=self._post_of(outcome),
            about=outcome.about,
            is_news=True,
        )

    def _desktop_of_outcome(self, outcome: PostOutcome) -> DesktopNotification:
        #: Verb: a button.
        show = NotificationAction(self.tr("Show"), "show_schedule", str(outcome.ids[0]))
        actions = [show]
        if outcome.retry:
            # As with the button in the window, posts that may be live are left out.
            ids = ",".join(map(str, outcome.ids))
            actions.append(NotificationAction(self.tr("Retry"), "try_again", ids))
        return DesktopNotification(outcome.kind, outcome.text, outcome.detail, show, tuple(actions))

    def _notify_desktop(self, notification: DesktopNotification) -> None:
        cause = _CAUSES.get(notification.kind)
        if cause is not None and not self._is_wanted(cause):
            return
        if not self._window.isActiveWindow():
            self.desktopNotification.emit(notification)


def _desktop_of_message(notification: Notification) -> DesktopNotification:
    """Use the action as click target, unless it does more than show something."""
    action = notification.action
    opens = action if action is not None and action.kind in _SHOWING else None
    actions = (action,) if action is not None else ()
    return DesktopNotification(
        notification.kind, notification.text, notification.detail, opens, actions
    )
