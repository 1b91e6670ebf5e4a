"""The notices of earlier runs, on the lane that owns posto.db."""

from __future__ import annotations

from collections.abc import Callable

from posto_desktop.storage import notices
from posto_desktop.workers.drafts import Run


class KeptNotices:
    """Called on the GUI thread; each returns at once. `run` puts a job on the lane, `tell` brings
    results back: ``notices_loaded(list[dict])``, newest first."""

    def __init__(self, run: Run, tell: Callable[..., None]) -> None:
        self._run = run
        self._tell = tell

    def load(self, limit: int = 200) -> None:
        """`notices_loaded` follows."""
        self._run(lambda db: self._tell("notices_loaded", notices.newest(db, limit)))

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
