"""Guard against double clicks: after a click on something that changes what lies under the pointer,
the second click of a double click hits nothing."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication


class DoubleClickGuard(QObject):
    """Swallows double clicks for the time in which one may be under way; there is one for the
    application. `arm_double_click_guard` starts it."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self.setObjectName("double-click-guard")
        self._application = application
        self._ends_at = 0.0

    def arm(self) -> None:
        # A filter of the application costs a call for each event, so it does not stay.
        if not self._ends_at:
            self._application.installEventFilter(self)
        self._ends_at = time.monotonic() + self._application.doubleClickInterval() / 1000

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if time.monotonic() < self._ends_at:
            return event.type() == QEvent.Type.MouseButtonDblClick
        self._application.removeEventFilter(self)
        self._ends_at = 0.0
        return False


def arm_double_click_guard() -> None:
    """Let no double click hit anything until the present one must have ended."""
    application = QApplication.instance()
    if isinstance(application, QApplication):
        guard = application.findChild(DoubleClickGuard) or DoubleClickGuard(application)
        guard.arm()
