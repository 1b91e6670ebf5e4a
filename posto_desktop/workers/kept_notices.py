"""The notices of earlier runs, on the lane that owns posto.db."""

from __future__ import annotations

from posto_desktop.storage import notices
from posto_desktop.workers.drafts import Run
from posto_desktop.workers.hand_over import HandOverNow
from posto_desktop.workers.service_signals import ServiceSignals


class KeptNotices:
    """Called on the GUI thread; each returns at once. `run` puts a job on the lane, `hand_over`
    brings results back: ``notices_loaded(list[dict])``, newest first."""

    def __init__(self, run: Run, hand_over: HandOverNow, signals: ServiceSignals) -> None:
        self._run = run
        self._hand_over, self._signals = hand_over, signals

    def load(self, limit: int = 200) -> None:
        """`notices_loaded` follows."""
        self._run(
            lambda db: self._hand_over(self._signals.notices_loaded.emit, notices.newest(db, limit))
        )

    def keep(
        self,
        kind: str,
        text: str,
        detail: str,
        leads_to: tuple[str, str, str] = ("", "", ""),
        about: str = "",
    ) -> None:
        """Keep what the user was told, and where it leads to (see `storage.notices`)."""
        self._run(lambda db: notices.add(db, kind, text, detail, leads_to=leads_to, about=about))

    def see(self) -> None:
        """The user has seen them all."""
        self._run(notices.mark_seen)

    def clear(self) -> None:
        """Forget them all."""
        self._run(notices.clear)
