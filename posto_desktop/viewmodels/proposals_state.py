"""State of what agents ask for: the proposals that wait for an answer, and the calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from posto_desktop.core.proposals import AgentCall, Proposal
from posto_desktop.models.agent_calls import AgentCallsModel

_FAR_MS = 24 * 3600 * 1000


class ProposalsState(QObject):
    """Owns the shown proposals; `delivery.proposals` owns what becomes of them.

    Signals:
        changed(): others wait for an answer than before, or one is being answered.
        arrived(list[Proposal]): these are new.
        callsChanged(): the calls were read.
    """

    changed = Signal()
    arrived = Signal(object)
    callsChanged = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(parent)
        self.now = now
        self.calls = AgentCallsModel(self, now=now)
        self._waiting: tuple[Proposal, ...] = ()
        self._known: set[str] = set()
        self._answering: set[str] = set()
        self._expiry = QTimer(self, singleShot=True)
        self._expiry.timeout.connect(self._drop_expired)

    @property
    def waiting(self) -> tuple[Proposal, ...]:
        """Return those that wait for an answer, the oldest first."""
        return self._waiting

    @property
    def has_calls(self) -> bool:
        return self.calls.rowCount() > 0

    def set_waiting(self, proposals: Sequence[Proposal]) -> None:
        """Show these as waiting."""
        now = self.now()
        waiting = tuple(proposal for proposal in proposals if proposal.is_open(now))
        new = [proposal for proposal in waiting if proposal.digest not in self._known]
        self._known |= {proposal.digest for proposal in new}
        self._answering &= {proposal.digest for proposal in waiting}
        has_changed = waiting != self._waiting
        self._waiting = waiting
        if waiting:
            left = min(proposal.expires_at for proposal in waiting) - now
            self._expiry.start(min(_FAR_MS, max(0, round(left.total_seconds() * 1000) + 50)))
        else:
            self._expiry.stop()
        if has_changed:
            self.changed.emit()
        if new:
            self.arrived.emit(new)

    def set_calls(self, calls: Sequence[AgentCall]) -> None:
        self.calls.set_rows(calls)
        self.callsChanged.emit()

    def set_answering(self, digest: str, on: bool) -> None:
        """Remember that the user has answered, so that nothing is answered twice."""
        if on != (digest in self._answering):
            (self._answering.add if on else self._answering.discard)(digest)
            self.changed.emit()

    def is_answering(self, digest: str) -> bool:
        return digest in self._answering

    @Slot()
    def _drop_expired(self) -> None:
        self.set_waiting(self._waiting)
