"""The user's actions on outbox entries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, cast

from posto_desktop.delivery.outbox import Outbox
from posto_desktop.delivery.outbox_runner import OutboxRunner


class OutboxActions:
    """Called on the GUI thread; each method returns at once, and the outbox reports the result.
    `change(deed)` runs an action on the thread of posto.db."""

    def __init__(
        self, change: Callable[[Callable[[Outbox], Any]], None], job: OutboxRunner
    ) -> None:
        self._change, self._job = change, job

    def cancel(self, entry_id: str) -> None:
        """Cancel a post; no effect once it was sent to the service."""
        self._change(lambda outbox: outbox.cancel(entry_id))

    def cancel_series(self, series_id: str) -> None:
        """Cancel the posts of a series that are still on this computer."""
        self._change(lambda outbox: outbox.cancel_series(series_id))

    def retry(self, entry_id: str) -> None:
        """Retry a refused post."""
        self._change(lambda outbox: outbox.retry(entry_id))

    def resolve(self, entry_id: str, answer: str) -> None:
        """Apply the user's answer about an unclear post: "there" or "send_again"."""
        if answer not in ("there", "send_again"):
            raise ValueError(f"no such answer: {answer!r}")
        resolution = cast(Literal["there", "send_again"], answer)
        self._change(lambda outbox: outbox.resolve(entry_id, resolution))

    def pause(self, on: bool) -> None:
        """Pause sending until it is resumed. Posts scheduled on the service still go out."""
        self._job.pause(on)

    def hold(self, entry_id: str, on: bool) -> None:
        """Pause or resume one waiting post, until the next start."""
        self._job.hold(entry_id, on)

    def send_first(self, entry_id: str) -> None:
        """Send this post before all other waiting ones."""
        self._job.send_first(entry_id)
