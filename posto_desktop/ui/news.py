"""What the user is told, and where: as a toast, in the list under the bell, on the desktop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.models.endings import Ending, Endings
from posto_desktop.models.notifications import NotificationsModel

if TYPE_CHECKING:
    from posto_desktop.sdk.records import Schedule
    from posto_desktop.ui.main_window import MainWindow
    from posto_desktop.workers.notes import Notice


class News(QObject):
    """Signals: `actRequested(str kind, str arg)`: the button of a notice was pressed, see
    `workers.notes.NoticeAction`; also "show_schedule" with a post's id. `desktopNotice(str title,
    str text)`: worth telling somebody who does not look at the window."""

    actRequested = Signal(str, str)
    desktopNotice = Signal(str, str)

    def __init__(
        self,
        window: MainWindow,
        notices: NotificationsModel,
        parent: QObject | None = None,
        *,
        endings: Endings | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._notices = notices
        self._endings = endings or Endings()

    @Slot(object)
    def show_message(self, notice: Notice) -> None:
        """Tell what the service says."""
        action = notice.action
        words = action.label if action is not None else None
        kind, arg = (action.kind, action.arg) if action is not None else ("", "")
        self._window.show_notice(
            notice.kind,
            notice.text,
            notice.detail,
            words,
            (lambda: self.actRequested.emit(kind, arg)) if kind else None,
        )
        if notice.kind in ("error", "warning"):
            self._tell_desktop(notice.text, notice.detail)

    @Slot(object)
    def show_endings(self, rows: Iterable[Schedule]) -> None:
        """Tell which posts went out, failed, or need the user."""
        for ending in self._endings.tell(rows):
            if ending.loud:
                self._toast(ending)
            else:
                self._notices.add(ending.kind, ending.text, ending.detail)
            if ending.loud or ending.kind == "ok":
                self._tell_desktop(ending.text, ending.detail)

    def _toast(self, ending: Ending) -> None:
        arg = str(ending.ids[0])
        self._window.show_notice(
            ending.kind,
            ending.text,
            ending.detail,
            self.tr("Show"),
            lambda: self.actRequested.emit("show_schedule", arg),
        )

    def _tell_desktop(self, title: str, text: str) -> None:
        if not self._window.isActiveWindow():
            self.desktopNotice.emit(title, text)
