"""Tells the server of a team what is open in this app, and hears who else has it open.

The methods are called on the GUI thread and return at once; signals there carry the answers.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from posto_desktop.core.draft import LOCAL
from posto_desktop.delivery.client_pool import ClientPool, WorkspaceTarget
from posto_desktop.delivery.serial_worker import KeyedWorkers
from posto_desktop.sdk.errors import PostoError, ServiceError
from posto_desktop.sdk.optional_routes import MISSING
from posto_desktop.sdk.presence import OpenPost
from posto_desktop.workers.call_on_gui import GuiCall

__all__ = ["PresenceWorker"]

log = logging.getLogger(__name__)


class PresenceWorker(QObject):
    """`target()` is the open workspace, and `generation()` separates its answers from those of an
    earlier one.

    Signals:
        answered(int number, Renewal): who else has the posts of this request open
        failed(int number, bool): it is not known; True if the service never knows it
    """

    answered = Signal(int, object)
    failed = Signal(int, bool)

    def __init__(
        self,
        client_pool: ClientPool,
        *,
        call_on_gui: GuiCall,
        target: Callable[[], WorkspaceTarget | None],
        generation: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._client_pool, self._call_on_gui = client_pool, call_on_gui
        self._target, self._generation = target, generation
        self._workers = KeyedWorkers("presence")

    def renew(self, number: int, app: str, opened: Sequence[OpenPost]) -> None:
        """Tell everything that is open here; the answers come with `number`."""
        target, generation = self._target(), self._generation()
        if target is None or target.workspace == LOCAL:
            return
        workspace, listed = target.workspace, list(opened)

        def run() -> None:
            try:
                renewal = self._client_pool.get(workspace).sdk.presence.renew(app, listed)
            except Exception as error:  # noqa: BLE001 - nobody is shown then; logged
                is_missing = isinstance(error, ServiceError) and error.reason == MISSING
                level = logging.INFO if isinstance(error, PostoError) else logging.ERROR
                log.log(level, "Who has the posts open is not known: %s", type(error).__name__)
                self._call_on_gui(generation, self.failed.emit, number, is_missing)
            else:
                self._call_on_gui(generation, self.answered.emit, number, renewal)

        self._workers.put(workspace, run)

    def close(self) -> None:
        """Refuse new requests; what was to be told still is."""
        self._workers.close()

    def join(self, deadline: float) -> bool:
        return self._workers.join(deadline)
