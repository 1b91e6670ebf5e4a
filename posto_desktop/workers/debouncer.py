"""Debouncer: turns many calls within a short time into one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance


class Debouncer(QObject):
    """Runs an action after a pause since the last `call`.

    With `restart=False` it runs that long after the first call instead. With a wait of 0 ms it runs
    once for all calls of one event.

    Signal `triggered()`: the action is about to run.
    """

    triggered = Signal()

    def __init__(
        self,
        wait_ms: int,
        action: Callable[[], object] | SignalInstance,
        parent: QObject,
        *,
        restart: bool = True,
    ) -> None:
        super().__init__(parent)
        self._wait_ms, self._restart = wait_ms, restart
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.triggered)
        self.triggered.connect(action)

    @property
    def is_waiting(self) -> bool:
        """Return whether a call is pending."""
        return self._timer.isActive()

    def call(self, wait_ms: int | None = None) -> None:
        """Schedule the action, after the default wait or another one."""
        if self._restart or not self._timer.isActive():
            self._timer.start(self._wait_ms if wait_ms is None else wait_ms)

    def flush(self) -> None:
        """Run a pending action now."""
        if self._timer.isActive():
            self._timer.stop()
            self.triggered.emit()

    def cancel(self) -> None:
        """Drop a pending action."""
        self._timer.stop()
