"""Controller of quitting: asks what happens to posts that only this computer can send."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.controllers.context import AppContext
from posto_desktop.core.draft import LOCAL
from posto_desktop.models.dates import spoken_when
from posto_desktop.sdk.records import Schedule

if TYPE_CHECKING:
    from posto_desktop.ui.dialogs.quit_dialog import QuitDialog


class QuitRequestController(QObject):
    """Signal `accepted(bool keep_sending)`: quit now.

    `rows` returns the schedule of the open workspace, `is_sending` whether this computer goes on
    sending after it quits. `now` returns aware UTC.
    """

    accepted = Signal(bool)

    def __init__(
        self,
        context: AppContext,
        rows: Callable[[], list[Schedule]],
        is_sending: Callable[[], bool],
        save_setting: Callable[[str, str], None],
        parent: QObject | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(parent)
        self._context, self._rows, self._is_sending = context, rows, is_sending
        self._save_setting, self._now = save_setting, now
        self.dialog: QuitDialog | None = None

    @Slot()
    def quit(self) -> None:
        """Quit, after a question if posts would wait for the next start."""
        choice = self._context.settings.text("sending.at_quit")
        waiting = self._waiting()
        if not waiting or choice == "stop" or self._is_sending():
            self.accepted.emit(False)
        elif choice == "keep":
            self.accepted.emit(True)
        elif self.dialog is None:
            self._ask(waiting)

    def _waiting(self) -> list[datetime]:
        """Return the times of posts that only this computer sends, in order. What the sandbox has
        is published nowhere, and while sending is paused there is nothing to keep up."""
        context = self._context
        if context.workspaces.current != LOCAL or context.settings.is_on("sending.paused"):
            return []
        now, channels = self._now(), context.channels
        return sorted(
            row.send_at
            for row in self._rows()
            if row.status == "not_sent"
            and row.send_at is not None
            and row.send_at > now
            and (channel := channels.channel(row.channel_id)) is not None
            and channel.method != "sandbox"
        )

    def _ask(self, waiting: list[datetime]) -> None:
        from posto_desktop.ui.dialogs.quit_dialog import QuitDialog

        window = self._context.window
        if not window.isVisible() or window.isMinimized():
            window.showNormal()
        window.activateWindow()
        self.dialog = QuitDialog(len(waiting), spoken_when(waiting[0], self._now()), window)
        self.dialog.chosen.connect(self._chosen)
        self.dialog.finished.connect(self._closed)
        self.dialog.open()

    @Slot(str, bool)
    def _chosen(self, choice: str, is_remembered: bool) -> None:
        if is_remembered:
            self._save_setting("sending.at_quit", choice)
        self.accepted.emit(choice == "keep")

    @Slot()
    def _closed(self) -> None:
        self.dialog = None
