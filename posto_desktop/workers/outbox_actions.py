"""What the user does with posts that are on their way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, cast

from posto_desktop.delivery.outbox import Outbox
from posto_desktop.workers.outbox_runner import OutboxRunner


class OutboxActions:
    """Called on the GUI thread; each returns at once, and the outbox tells what came of it.
    `change(deed)` carries a deed out on the thread of posto.db."""

    def __init__(
        self, change: Callable[[Callable[[Outbox], Any]], None], job: OutboxRunner
    ) -> None:
        self._change, self._job = change, job

    def cancel(self, entry_id: str) -> None:
        """Give a post up; of no effect once it was handed over."""
        self._change(lambda outbox: outbox.cancel(entry_id))

    def cancel_series(self, series_id: str) -> None:
        """Give up the posts of a series that are still on this computer."""
        self._change(lambda outbox: outbox.cancel_series(series_id))

    def retry(self, entry_id: str) -> None:
        """Send a refused post again."""
        self._change(lambda outbox: outbox.retry(entry_id))

    def resolve(self, entry_id: str, answer: str) -> None:
        """The user's word on a post that is unclear: "there" or "send_again"."""
        if answer not in ("there", "send_again"):
            raise ValueError(f"no such answer: {answer!r}")
        said = cast(Literal["there", "send_again"], answer)
        self._change(lambda outbox: outbox.resolve(entry_id, said))

    def pause(self, on: bool) -> None:
        """Hand nothing over until it is resumed. What is scheduled already still goes out."""
        self._job.pause(on)

    def hold(self, entry_id: str, on: bool) -> None:
        """Pause or resume one post that is not handed over yet, until the next start."""
        self._job.hold(entry_id, on)

    def hurry(self, entry_id: str) -> None:
        """Hand this post over before all others that wait."""
        self._job.hurry(entry_id)
