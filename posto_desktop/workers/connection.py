"""State of the connection to the open workspace, and the timers of retries and polls."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from posto_desktop.core.draft import LOCAL
from posto_desktop.delivery.client_pool import WorkspaceTarget, host_of
from posto_desktop.workers.notification import ConnectionState, StateKind

POLL_LOCAL_MS = 5_000
POLL_SERVICE_MS = 30_000
BACK_LOCAL_MS = 15_000
BACK_SERVICE_MS = 120_000
RETRY_MS = (2_000, 5_000, 10_000, 15_000)
SLOW_MS = 10_000
"""Time without an answer after which the service is reported as slow."""
PAINTED_MS = 20
"""Time after which painting a page has surely begun: a timer then fires after it."""
LIVE_PAGES = frozenset({"schedule", "calendar", "campaigns", "activity", "feed"})


class WorkspaceConnection(QObject):
    """The open workspace, on the GUI thread. Workers read `target` and `generation`; the generation
    identifies late answers of an earlier workspace.

    Signals:
        changed(ConnectionState)
        reached(workspace): for the first time, or again after a while
        retry_due(): try to connect again
        poll_due(): look for changes
    """

    changed = Signal(object)
    reached = Signal(str)
    retry_due = Signal()
    poll_due = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.target: WorkspaceTarget | None = None
        self.generation = 0
        self.state: ConnectionState | None = None
        self.watching = ""
        """The visible page in lower case; "" when the window is hidden."""
        self._failures = 0
        self._stopped = False
        self._poll = QTimer(self)
        self._poll.timeout.connect(self._poll_now)
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self.retry_due)
        self._slow = QTimer(self, singleShot=True)
        self._slow.timeout.connect(self._report_slow)
        self._painted = QTimer(self, singleShot=True, interval=PAINTED_MS)
        self._painted.timeout.connect(self._call_painted)
        self._after_painting: list[Callable[[], None]] = []

    @property
    def workspace_id(self) -> str:
        """Id of the open workspace, empty when none is open."""
        return self.target.workspace if self.target is not None else ""

    @property
    def address(self) -> str:
        """Address of the open workspace; "" for the one on this computer."""
        return self.target.base_url if self.target is not None else ""

    @property
    def poll_ms(self) -> int:
        """Milliseconds between two polls."""
        return self._poll.interval()

    def open(self, target: WorkspaceTarget) -> None:
        """Open a workspace; `handle` receives its connection state."""
        self.leave()
        self.target = target
        self._failures = 0
        self._set_state("connecting", self.tr("Connecting to {name}").format(name=target.name))
        self._slow.start(SLOW_MS)
        self._set_poll()

    def leave(self) -> None:
        """Close the workspace and ignore late answers."""
        self.generation += 1
        self.target = None
        self.state = None
        self._poll.stop()
        self._again.stop()
        self._slow.stop()

    def stop(self) -> None:
        """Stop the timers: the app quits."""
        self._stopped = True
        self.generation += 1
        self._poll.stop()
        self._again.stop()
        self._slow.stop()
        self._painted.stop()

    def handle(self, kind: StateKind, text: str) -> None:
        """Apply a connection state from a worker."""
        target = self.target
        if target is None:
            return
        self._slow.stop()
        if kind == "connected":
            self._failures = 0
            self._again.stop()
            if self.state is not None and self.state.kind != "connected":
                self.reached.emit(target.workspace)
            host = _host(target)
            text = (
                self.tr("Connected to {host}").format(host=host)
                if host
                else self.tr("Ready on this computer")
            )
        elif kind in ("offline", "error") and not self._again.isActive():
            self._again.start(RETRY_MS[min(self._failures, len(RETRY_MS) - 1)])
            self._failures += 1
        if kind in ("offline", "error"):
            text = f"{text} {self.tr('Posto tries again automatically.')}"
        self._set_state(kind, text)

    @Slot()
    def _report_slow(self) -> None:
        """Report a slow service if there is still no answer."""
        target = self.target
        if target is not None and self.state is not None and self.state.kind == "connecting":
            text = self.tr("{host} is slow to answer").format(host=_host(target) or target.name)
            self._set_state("connecting", text)

    def call_after_painting(self, call: Callable[[], None]) -> None:
        """Call when the pages have painted what they got until now; never after `stop`."""
        if not self._stopped:
            self._after_painting.append(call)
            self._painted.start()

    @Slot()
    def _call_painted(self) -> None:
        calls, self._after_painting = self._after_painting, []
        for call in calls:
            call()

    def _set_state(self, kind: StateKind, text: str) -> None:
        target = self.target
        assert target is not None
        state = ConnectionState(kind, text, target.workspace, target.name, _host(target))
        if state != self.state:
            self.state = state
            self.changed.emit(state)

    # -- looking for news ----------------------------------------------------------------------

    def watch(self, page: str) -> None:
        """Set the visible page ("" when the window is hidden); some pages are polled."""
        page = page.lower()
        if page != self.watching:
            self.watching = page
            self._set_poll()
            if page in LIVE_PAGES:
                self._poll_now()

    def _set_poll(self) -> None:
        if self.target is None or self._stopped:
            self._poll.stop()
            return
        local = self.target.workspace == LOCAL
        if self.watching in LIVE_PAGES:
            self._poll.start(POLL_LOCAL_MS if local else POLL_SERVICE_MS)
        else:
            self._poll.start(BACK_LOCAL_MS if local else BACK_SERVICE_MS)

    @Slot()
    def _poll_now(self) -> None:
        # Otherwise the retry timer is running.
        if self.state is not None and self.state.kind == "connected":
            self.poll_due.emit()


def _host(target: WorkspaceTarget) -> str:
    return "" if target.data_dir is not None else host_of(target.base_url)
