"""What the user is told, and where: as a toast, in the list under the bell, on the desktop."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from posto_desktop.core.draft import LOCAL
from posto_desktop.models.endings import Ending, Endings
from posto_desktop.models.notifications import LeadsTo, NotificationsModel
from posto_desktop.workers.notes import DesktopNotice, NoticeAction

if TYPE_CHECKING:
    from posto_desktop.sdk.records import Schedule
    from posto_desktop.ui.main_window import MainWindow
    from posto_desktop.workers.notes import Notice

_CAUSES = {
    "error": "notifications.failed",
    "warning": "notifications.needs_you",
    "ok": "notifications.sent",
}
"""The setting that allows desktop notices of a kind."""
_SHOWING = ("show_activity", "show_schedule", "sign_in")
BURST_SECONDS = 15.0
_SOON, _FAR = timedelta(seconds=1), timedelta(days=20)


@dataclass
class _Burst:
    """Notices with one cause: when the last came, what they are known by, how many they are."""

    at: float
    about: str
    count: int = 0


class News(QObject):
    """Signals: `actRequested(str kind, str arg)`: the button of a notice was pressed, see
    `workers.notes.NoticeAction`. `desktopNotice(DesktopNotice notice)`: worth telling somebody who
    does not look at the window. `planWanted()`: a post should be out by now; whether it is, the
    plan has to tell. `wanted` reads whether a setting allows a notice on the desktop; `workspace`
    tells the id of the one that is open, which the posts belong to."""

    actRequested = Signal(str, str)
    desktopNotice = Signal(object)
    planWanted = Signal()

    def __init__(
        self,
        window: MainWindow,
        notices: NotificationsModel,
        parent: QObject | None = None,
        *,
        endings: Endings | None = None,
        wanted: Callable[[str], object] = lambda _setting: True,
        workspace: Callable[[], str] = lambda: "",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._monotonic = monotonic
        self._bursts: dict[str, _Burst] = {}
        self._workspace = workspace
        self._wanted = wanted
        self._window = window
        self._notices = notices
        self._endings = endings or Endings()
        self._due = QTimer(self, singleShot=True)
        self._due.timeout.connect(self.planWanted)

    @Slot(object)
    def show_message(self, notice: Notice) -> None:
        """Tell what the service says. Of several with one cause, one soon after the other, the
        first is loud; the entry in the list counts them."""
        action = notice.action
        burst = self._burst_of(notice)
        if burst is not None and burst.count > 1:
            self._notices.add(
                notice.kind,
                notice.several.format(count=burst.count),
                notice.detail,
                self._place(action.kind, action.arg) if action is not None else None,
                burst.about,
            )
            return
        words = action.label if action is not None else None
        kind, arg = (action.kind, action.arg) if action is not None else ("", "")
        self._window.show_notice(
            notice.kind,
            notice.text,
            notice.detail,
            words,
            (lambda: self.actRequested.emit(kind, arg)) if kind else None,
            leads_to=self._place(kind, arg) if kind in _SHOWING else None,
            about=burst.about if burst is not None else "",
            offers=arg if kind == "restore_schedules" else "",
        )
        if notice.kind in ("error", "warning"):
            self._tell_desktop(_of_message(notice))

    @Slot(object)
    def show_endings(self, rows: Iterable[Schedule]) -> None:
        """Tell which posts went out, failed, or need the user."""
        for ending in self._endings.tell(rows):
            if ending.loud:
                self._toast(ending)
            else:
                self._notices.add(
                    ending.kind, ending.text, ending.detail, self._post_of(ending), ending.about
                )
            if ending.loud or ending.kind == "ok":
                self._tell_desktop(self._of_ending(ending))

    @Slot(str, object, object, object)
    def watch_plan(
        self,
        workspace: str,
        rows: Iterable[Schedule],
        hidden: Collection[int],
        read_at: datetime | None,
    ) -> None:
        """Tell when a site does not send what is due. A remembered plan says nothing about that,
        and on this computer what was missed says so itself."""
        self._due.stop()
        if read_at is None or workspace == LOCAL:
            return
        ending, following = self._endings.overdue(workspace, rows, hidden)
        if following is not None:
            wait = max(_SOON, min(following - datetime.now(UTC), _FAR))
            self._due.start(wait // timedelta(milliseconds=1))
        if ending is not None:
            self._toast(ending)
            self._tell_desktop(self._of_ending(ending))

    def _burst_of(self, notice: Notice) -> _Burst | None:
        if not notice.about:
            return None
        now = self._monotonic()
        burst = self._bursts.get(notice.about)
        if burst is None or now - burst.at > BURST_SECONDS:
            about = f"{notice.about}\n{datetime.now(UTC).isoformat()}"
            burst = self._bursts[notice.about] = _Burst(now, about)
        burst.at = now
        burst.count += 1
        return burst

    def _place(self, kind: str, arg: str) -> LeadsTo:
        return LeadsTo(kind, arg, self._workspace())

    def _post_of(self, ending: Ending) -> LeadsTo:
        return self._place("show_schedule", str(ending.ids[0]))

    def _toast(self, ending: Ending) -> None:
        arg = str(ending.ids[0])
        self._window.show_notice(
            ending.kind,
            ending.text,
            ending.detail,
            self.tr("Show"),
            lambda: self.actRequested.emit("show_schedule", arg),
            leads_to=self._post_of(ending),
            about=ending.about,
        )

    def _of_ending(self, ending: Ending) -> DesktopNotice:
        show = NoticeAction(self.tr("Show"), "show_schedule", str(ending.ids[0]))
        actions = [show]
        if ending.retry:
            # What may be live already is held back then, as for the button in the window.
            ids = ",".join(map(str, ending.ids))
            actions.append(NoticeAction(self.tr("Retry"), "try_again", ids))
        return DesktopNotice(ending.kind, ending.text, ending.detail, show, tuple(actions))

    def _tell_desktop(self, notice: DesktopNotice) -> None:
        cause = _CAUSES.get(notice.kind)
        if cause is not None and not self._wanted(cause):
            return
        if not self._window.isActiveWindow():
            self.desktopNotice.emit(notice)


def _of_message(notice: Notice) -> DesktopNotice:
    """A click leads where the button leads, unless the button does more than to show something."""
    action = notice.action
    opens = action if action is not None and action.kind in _SHOWING else None
    actions = (action,) if action is not None else ()
    return DesktopNotice(notice.kind, notice.text, notice.detail, opens, actions)
