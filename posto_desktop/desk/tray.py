"""The tray's wires: what is pending, desktop notices, and the window back from there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.desk.parts import Parts

if TYPE_CHECKING:
    from posto_desktop.sdk.records import Schedule
    from posto_desktop.ui.tray import Tray


class TrayDesk(QObject):
    """Signals: `showRequested()`, `composeRequested()`, `quitRequested()`."""

    showRequested = Signal()
    composeRequested = Signal()
    quitRequested = Signal()

    def __init__(self, parts: Parts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.parts = parts
        self._tray: Tray | None = None
        parts.service.schedules_loaded.connect(self._count)

    @property
    def is_shown(self) -> bool:
        return self._tray is not None

    def show(self) -> None:
        """Put the icon into the tray, where there is one."""
        from posto_desktop.ui import icons
        from posto_desktop.ui.tray import Tray

        if self._tray is None and Tray.is_available():
            self._tray = Tray(icons.app_icon(), self)
            self._tray.show_requested.connect(self.showRequested)
            self._tray.compose_requested.connect(self.composeRequested)
            self._tray.quit_requested.connect(self.quitRequested)
            self._tray.show()

    def close(self) -> None:
        if self._tray is not None:
            self._tray.close()
            self._tray = None

    @Slot(str, str)
    def notify(self, title: str, text: str) -> None:
        """Show a desktop notice, if the settings allow it."""
        if self._tray is not None and self.parts.settings.get("notifications.desktop"):
            self._tray.notify(title, text)

    @Slot(object, bool, object)
    def _count(self, rows: list[Schedule], _cached: bool, _as_of: datetime) -> None:
        if self._tray is not None:
            now = datetime.now(UTC)
            self._tray.set_pending(
                sum(1 for row in rows if row.status == "not_sent" and (row.send_at or now) >= now)
            )
