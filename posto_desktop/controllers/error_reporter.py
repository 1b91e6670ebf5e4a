"""Reporter of unexpected errors on any thread: writes them to the log and shows a toast."""

from __future__ import annotations

import logging
import sys
import threading
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.common.user_error import message_of

if TYPE_CHECKING:
    from posto_desktop.ui.main_window import MainWindow

log = logging.getLogger(__name__)


class ErrorReporter(QObject):
    """Reports every uncaught exception from its creation until `stop`."""

    _failed = Signal(str)

    def __init__(self, window: MainWindow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window = window
        self._stopped = self._is_open = False
        self._failed.connect(self._show)
        sys.excepthook = self._crashed
        threading.excepthook = lambda caught: self._crashed(
            caught.exc_type, caught.exc_value, caught.exc_traceback
        )

    def stop(self) -> None:
        """Write errors to the log only, because the app quits."""
        self._stopped = True

    @Slot(object)
    def job_failed(self, error: object) -> None:
        """Report an error of a job without a handler of its own (see `workers.runner`)."""
        text = message_of(error)
        self._show(text) if text else self._failed.emit(f"{type(error).__name__}: {error}")

    def _crashed(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or issubclass(kind, KeyboardInterrupt):
            return
        log.error("Unexpected error", exc_info=(kind, error, trace))
        with suppress(RuntimeError):
            self._failed.emit(f"{kind.__name__}: {error}")

    @Slot(str)
    def _show(self, detail: str) -> None:
        # An error while showing an error goes to the log only, else it would repeat.
        if self._stopped or self._is_open:
            return
        self._is_open = True
        try:
            self._window.show_notification(
                "error",
                self.tr("Something went wrong. See the log for details."),
                detail,
            )
        finally:
            self._is_open = False
