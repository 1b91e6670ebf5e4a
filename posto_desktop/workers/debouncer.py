"""Many calls in a short time become one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance


class Debouncer(QObject):
    """Carries an action out once there was a pause after the last `call`.

    With `restart=False` later calls do not put it off: it is carried out that long after the
    first of them. With a wait of 0 ms it follows once for all calls of one event.

    Signal `triggered()`: the action is being carried out.
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
        """Whether the action is still to come."""
        return self._timer.isActive()

    def call(self, wait_ms: int | None = None) -> None:
        """Ask for the action, after the usual wait or another one."""
        if self._restart or not self._timer.isActive():
            self._timer.start(self._wait_ms if wait_ms is None else wait_ms)

    def flush(self) -> None:
        """Carry out now what waits."""
        if self._timer.isActive():
            self._timer.stop()
            self.triggered.emit()

    def cancel(self) -> None:
        """Forget what waits."""
        self._timer.stop()
